"""Archetypes: the broad tempers there are, and the words in which a person may be described."""
