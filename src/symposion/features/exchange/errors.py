"""How the exchange of agents goes wrong."""

from symposion.core.errors import Conflict, Invalid


class UnreadableFile(Invalid):
    """The file is not of the format that it claims, or passes a limit of it."""

    code = "unreadable-file"
    title = "The file cannot be read."


class BadRows(Invalid):
    """Some rows of a file are no agents; nothing was written."""

    code = "bad-rows"
    title = "Some rows of the file are no agents."


class ImportUndone(Conflict):
    """An import took so long that it counted as dead, and was undone; nothing was written."""

    code = "import-undone"
    title = "The import took too long and was undone; please try again."
