"""Portraits of agents and of users: asked for, paid for within limits, kept, and shown."""
