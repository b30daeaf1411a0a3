# SPDX-License-Identifier: Apache-2.0
"""Which address a request comes from, where a proxy of ours stands in between."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(given: str) -> tuple[Network, ...]:
    """Addresses and networks between commas. Raises ValueError.

    >>> networks("127.0.0.1, 172.31.77.0/24")
    (IPv4Network('127.0.0.1/32'), IPv4Network('172.31.77.0/24'))
    """
    return tuple(ip_network(word.strip()) for word in given.split(",") if word.strip())


def client_address(peer: str, forwarded: Iterable[str], trusted: tuple[Network, ...]) -> str:
    """Who asks: the peer; or, where that is a trusted proxy, the last address in X-Forwarded-For that is none.

    What stands further left was written by whoever asks. An entry that is no address ends the walk at the proxy before it.

    >>> trusted = networks("10.0.0.1")
    >>> client_address("8.8.8.8", ["1.1.1.1"], trusted), client_address("10.0.0.1", ["6.6.6.6, 1.1.1.1"], trusted)
    ('8.8.8.8', '1.1.1.1')
    """
    found = _address(peer)
    if found is None:
        return peer
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    while hops and any(found in network for network in trusted):
        before = _address(hops.pop())
        if before is None:
            break
        found = before
    return str(found)


def counted_as(address: str) -> str:
    """Whose attempts these are: one IPv4 address, or the network of 64 bits in which an IPv6 client picks its own.

    >>> counted_as("2001:db8::1:2:3:4"), counted_as("10.0.0.1"), counted_as("testclient")
    ('2001:db8::/64', '10.0.0.1', 'testclient')
    """
    found = _address(address)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found or address)


def address_of(request: Request, trusted: tuple[Network, ...]) -> str:
    """The address that a request comes from."""
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.getlist("x-forwarded-for"), trusted)


def _address(given: str) -> Address | None:
    try:
        found = ip_address(given.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
