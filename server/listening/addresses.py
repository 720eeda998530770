"""Whose address it is, for limits: one household of IPv6 has more addresses than anybody could count."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

#: Bits that a provider gives away as a whole (RFC 6177).
HOUSEHOLD = 64
#: Where a WSGI environment has the address of a socket's client, behind which trusted proxy it may be.
ADDRESS = "hallcall.address"


@lru_cache(maxsize=4096)
def household(address: str) -> str:
    """What counts as one: an IPv4 address, also one that is written as IPv6, or the first half of an IPv6 address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> HOUSEHOLD << HOUSEHOLD))
