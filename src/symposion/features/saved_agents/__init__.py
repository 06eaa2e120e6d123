"""Saved agents: a user's own library of people, from which simulations are cast."""
