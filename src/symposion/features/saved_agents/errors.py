"""How work with saved agents goes wrong."""

from symposion.core.errors import TooMany


class LibraryFull(TooMany):
    """The user has saved as many agents as anybody may keep."""

    code = "library-full"
    title = "Your library of saved agents is full."
