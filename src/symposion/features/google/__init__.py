"""Sign-in with Google: a person is known by Google's name for them, never by an address."""
