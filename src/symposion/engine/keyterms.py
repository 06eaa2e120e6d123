"""The terms a text turns on, kept verbatim."""


def key_terms(text: str, language: str, limit: int = 40) -> tuple[str, ...]:
    """Return the terms ``text`` turns on, most telling first, at most ``limit``."""
    del language
    return tuple(dict.fromkeys(w for w in text.split() if w[:1].isupper()))[:limit]
