"""From which address a request came, as far as it can be believed."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import Scope

Network: TypeAlias = IPv4Network | IPv6Network

HOPS_LIMIT = 32
"""Most hops of ``X-Forwarded-For`` that are looked at."""


def peer_of(scope: Scope, trusted: Sequence[Network]) -> str:
    """Return a key for the address that the request of ``scope`` came from.

    ``X-Forwarded-For`` counts only if the peer is a trusted proxy, and then from the right: the
    first hop that is no trusted proxy is the caller, for whatever is left of it the caller wrote.
    All addresses of an IPv6 network of 64 bits are one caller, for one household has them all.
    """
    host = (scope.get("client") or ("",))[0]
    caller = _address(host)
    if caller is None:
        return str(host)
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops[-HOPS_LIMIT:]):
        said = _address(hop.strip())
        if said is None or not _within(caller, trusted):
            break
        caller = said
    return _key(caller)


def crowd_of(host: str, trusted: Sequence[Network]) -> str:
    """Return a key for those who connect from ``host``; nothing for trusted proxies.

    What has no address (a socket of the file system) is a proxy of ours.
    """
    address = _address(host)
    return "" if address is None or _within(address, trusted) else _key(address)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return inner or found


def _within(address: IPv4Address | IPv6Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _key(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), 64), strict=False))
