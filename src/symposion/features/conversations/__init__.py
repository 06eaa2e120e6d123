"""Conversations: what was said in a simulation, round by round, and how a round comes about."""
