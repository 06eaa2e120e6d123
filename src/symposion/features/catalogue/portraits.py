"""Where the portraits of library agents are."""

from symposion.features.catalogue.models import LibraryAgent


def avatar_url(agent: LibraryAgent) -> str:  # noqa: ARG001 - nobody has a portrait yet
    """Return the address of the agent's portrait; empty while there is none.

    Every place that shows a library agent, or adds one, asks here.
    """
    return ""
