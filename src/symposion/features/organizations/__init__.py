"""Organizations: accounts that work together, each with a role, and what they show each other."""
