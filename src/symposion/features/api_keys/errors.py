"""How work with API keys goes wrong."""

from symposion.core.errors import TooMany


class TooManyKeys(TooMany):
    """The account has as many keys as it may have."""

    code = "too-many-keys"
    title = "You have as many API keys as you can keep; delete one first."
