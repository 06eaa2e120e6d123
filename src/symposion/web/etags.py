"""Versions of things in HTTP's words (RFC 9110, 8.8.3 and 13.1): who changes what they read."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Response

from symposion.core.documents import Document

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_NUMBER = re.compile(r"[1-9][0-9]{0,15}")

TELLS_ETAG: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "ETag": {
                "description": "The version that was told, for `If-Match`.",
                "schema": {"type": "string"},
            }
        }
    }
}
"""The ``responses=`` entry of a route that tells the version of one thing."""

TELLS_LIST: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "ETag": {
                "description": "Stands for the list as it was told, for `If-None-Match`.",
                "schema": {"type": "string"},
            }
        }
    },
    304: {"description": "The list is as it was told before."},
}
"""The same for a list that can be asked for again."""


def _versions(
    if_match: Annotated[
        str | None,
        Header(
            max_length=1_000,
            description="The `ETag` of what you read, with its quotation marks; without it the "
            "last writer wins.",
        ),
    ] = None,
) -> frozenset[int] | None:
    """Return the versions that the caller would change; None for any there is.

    A weak tag, or one that is none of ours, is no version of anything.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    strong = [told for weak, told in _TAG.findall(if_match) if not weak]
    return frozenset(int(told) for told in strong if _NUMBER.fullmatch(told))


IfMatch = Annotated[frozenset[int] | None, Depends(_versions)]
"""The versions that the caller would change, by the header ``If-Match``; None for any."""

IfNoneMatch = Annotated[
    str | None,
    Header(max_length=1_000, description="The `ETag` of the list you have; 304 if it still is so."),
]
"""What the caller has already, as the header says it."""


def stamp(response: Response, document: Document) -> None:
    """Tell in ``response`` the version of ``document``."""
    response.headers["ETag"] = f'"{document.version}"'


def tag_of(documents: Iterable[Document]) -> str:
    """Return the entity tag of a list: another one whenever the list is told differently."""
    told = "\n".join(f"{document.id} {document.version}" for document in documents)
    return f'"{sha256(told.encode()).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Say whether the caller has what ``tag`` stands for; weak tags count (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    known = {told for _, told in _TAG.findall(if_none_match)}
    return if_none_match.strip() == "*" or tag.strip('"') in known
