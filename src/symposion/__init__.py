"""Conversations between simulated people."""
