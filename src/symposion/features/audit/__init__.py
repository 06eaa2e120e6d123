"""Audit: what happened to accounts and rights, for administrators to look up."""
