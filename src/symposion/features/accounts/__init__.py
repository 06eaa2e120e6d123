"""Accounts: who the users are, and how a request proves to be theirs."""
