"""Health: whether the server is up, and which version it is."""
