"""Simulations: where a user's room stands. Scenario, day and period, time limit, current run."""
