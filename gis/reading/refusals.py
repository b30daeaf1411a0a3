# SPDX-License-Identifier: Apache-2.0
"""Why a file is not read at all, and what is said about a file that is."""

from dataclasses import dataclass, field
from typing import Any

from gis.errors import MarsaError

Facts = dict[str, Any]
"""Plain values (text, numbers, lists of them) that a message may name; never a path of ours, never a stack."""


class FileRefused(MarsaError):
    """The file as a whole is not read. `code` names the reason, `details` what a message needs to say it."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code, self.details = code, details


@dataclass(frozen=True)
class Issue:
    """One thing a reader found: on a feature (`ref` given), a layer, or the file.

    `place` is (x, y) in the coordinates of the file. `level` is "note" (said, nothing is lost), "doubt" (an assumption
    was made or something is left out: a person should look) or "fault" (the feature cannot enter the register so).
    """

    code: str
    level: str = "fault"
    layer: str | None = None
    ref: str | None = None
    place: tuple[float, float] | None = None
    facts: Facts = field(default_factory=dict)
