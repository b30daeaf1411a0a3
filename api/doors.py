# SPDX-License-Identifier: Apache-2.0
"""What a request must be before anything reads it: sent to a name of ours, and of a size that people and programs need."""

from urllib.parse import urlsplit

from starlette.types import Scope

from layers.errors import AddressTooLong, ForeignHost, MarsaError, TooManyParameters

LONGEST_ADDRESS = 8192
"""Bytes of path and query together."""
MOST_PARAMETERS = 100
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Door:
    """Knows the names of this service: loopback, `hosts`, the host of `public_url`, and the address that was connected to.

    A page of another site that makes its own name point here (DNS rebinding), or a cache that is told a false name, is
    stopped by it. What a proxy writes about names (X-Forwarded-Host, Forwarded) is never read: MARSA_PUBLIC_URL says it.
    """

    def __init__(self, hosts: tuple[str, ...] = (), public_url: str | None = None) -> None:
        public = urlsplit(public_url).hostname if public_url else None
        self._names = frozenset(name.lower() for name in (*LOOPBACK, *hosts, *([public] if public else [])))

    def refusal(self, scope: Scope) -> MarsaError | None:
        """Why the request is not let in; None when it is."""
        query = scope["query_string"]
        if len(scope.get("raw_path") or b"") + len(query) > LONGEST_ADDRESS:
            return AddressTooLong(LONGEST_ADDRESS)
        if query.count(b"&") >= MOST_PARAMETERS:
            return TooManyParameters(MOST_PARAMETERS)
        given = [value for name, value in scope["headers"] if name == b"host"]
        if not given and scope["http_version"] == "1.0":
            return None
        if len(given) != 1 or not self._ours(given[0].decode("latin-1"), scope):
            return ForeignHost(", ".join(value.decode("latin-1") for value in given))
        return None

    def _ours(self, given: str, scope: Scope) -> bool:
        name, port = _split(given.lower())
        if port and not (port.isascii() and port.isdigit()):
            return False
        if name in self._names:
            return True
        server = scope.get("server")
        return server is not None and name == str(server[0]).removeprefix("::ffff:")


def _split(given: str) -> tuple[str, str]:
    """Name and port of a Host header; brackets stand around IPv6 alone."""
    if given.startswith("["):
        name, closed, rest = given[1:].partition("]")
        return (name, rest[1:]) if closed and rest[:1] in ("", ":") else ("", "")
    name, _, port = given.partition(":")
    return name, port
