"""The rooms of the house, one per noun the users know."""
