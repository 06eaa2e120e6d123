"""Sign-in with Google: OpenID Connect over HTTP, tokens checked here."""
