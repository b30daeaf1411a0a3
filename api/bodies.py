# SPDX-License-Identifier: Apache-2.0
"""What a request may carry: refusals of bodies, before anything in them is read."""

from layers.errors import MarsaError


class UnsupportedBody(MarsaError):
    """The body is of a kind that is not read here."""

    def __init__(self, given: str, expected: str) -> None:
        super().__init__(given, expected)
        self.given, self.expected = given[:60], expected


class BodyTooLarge(MarsaError):
    """The body is larger than a feature is."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(most_bytes)
        self.most_bytes = most_bytes
