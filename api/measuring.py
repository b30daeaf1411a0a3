# SPDX-License-Identifier: Apache-2.0
"""How many requests were answered and how long they took, for Prometheus: by route, never by address, so that they stay few.

Each worker counts its own and says so in the label `worker` (its process id); /metrics is answered by one of them. Sums over
`worker` are those of the service once each has been asked.
"""

import os
from collections.abc import Iterable

from prometheus_client import Histogram
from starlette.routing import BaseRoute, Mount, Route

SECONDS = Histogram(
    "marsa_request_seconds",
    "Time to answer requests, and (_count) how many there were",
    ("worker", "route", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
METHODS = ("GET", "HEAD", "OPTIONS")
OTHER = "other"
NO_ROUTE = "none"
"""Nothing lives at the address, or the request was not let in."""


class Measure:
    """Sorts answers by what was asked for."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._worker = str(os.getpid())  # each worker makes its own application
        self._names: dict[object, str] = {}
        for route in routes:
            if isinstance(route, Route):
                self._names.setdefault(route.endpoint, route.path)
            elif isinstance(route, Mount):
                self._names.setdefault(route.app, f"{route.path}/{{path}}")
        self._kept: dict[tuple[object, str, int], Histogram] = {}

    def took(self, endpoint: object, method: str, status: int, seconds: float) -> None:
        """Notes one answer; `endpoint` is what Starlette found for it, None when nothing."""
        key = (endpoint if endpoint in self._names else None, method, status // 100)
        kept = self._kept.get(key)
        if kept is None:
            name = self._names.get(endpoint, NO_ROUTE)
            known = method if method in METHODS else OTHER
            kept = SECONDS.labels(self._worker, name, known, f"{key[2]}xx")
            self._kept[(key[0], known, key[2])] = kept
        kept.observe(seconds)
