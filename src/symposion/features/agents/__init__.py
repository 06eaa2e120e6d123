"""Agents: the simulated people who take part in a user's simulation."""
