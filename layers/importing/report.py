# SPDX-License-Identifier: Apache-2.0
"""What an import would do, or did, as plain values: for the command line now, for a page later."""

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from gis.adopting import Move
from gis.coordinate_systems import Candidate
from gis.fitting import Fit
from gis.placing import Operation
from gis.reading import Issue, TextEncoding

Use = Literal["asked", "name", "heading", "value", "texts"]
"""Why a field of the file is taken for a column: the user said so, it has its name, its heading says so, a value for all, it is what
stands written in the outlines.
"""


@dataclass(frozen=True)
class FieldUse:
    """A field of the file and the column that it fills; None: it is not taken.

    `meaning`: what its heading says, also where no column wants it. `doubtful`: what it could be.
    """

    file_field: str
    kind: str
    column: str | None = None
    how: Use | None = None
    doubtful: tuple[str, ...] = ()
    meaning: str | None = None


@dataclass(frozen=True)
class Finding:
    """An issue with its place in degrees where the file's system is known."""

    issue: Issue
    lonlat: tuple[float, float] | None = None


@dataclass(frozen=True)
class CrsUse:
    """The coordinate system of a layer: its name and number when known, else why not and what it could be."""

    name: str | None
    epsg: int | None
    how: str
    why: str | None = None
    candidates: tuple[Candidate, ...] = ()
    operation: Operation | None = None
    fit: Fit | None = None
    """How it lies on control points, where a person gave them."""


@dataclass(frozen=True)
class ToldMove:
    """A corner that was moved onto an existing edge: of which feature, from where to where, and where that is in degrees."""

    layer: str
    ref: str
    move: Move
    lonlat: tuple[float, float]


@dataclass(frozen=True)
class LayerReport:
    """One layer of the file: what it holds, how it was understood, how much of it is taken."""

    name: str
    features: int
    taken: int
    crs: CrsUse
    encoding: TextEncoding
    fields: tuple[FieldUse, ...]
    target: str = ""
    """Where it goes."""


@dataclass(frozen=True)
class Where:
    """How the file lies to a zone: how many features have their middle in it, how far outside it the nearest and the farthest lie."""

    zone: str
    features: int
    inside: int
    nearest_m: float
    farthest_m: float


@dataclass(frozen=True)
class Report:
    """The whole answer. `import_id` is given once it is committed."""

    file_name: str
    kind: str
    sha256: str
    size_bytes: int
    target: str
    layers: tuple[LayerReport, ...]
    findings: tuple[Finding, ...] = ()
    leave_out_faulty: bool = False
    where: Where | None = None
    """None: nothing is placed yet, or there is no zone."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Layers of the file that were not asked for, each with its number of features."""
    moves: tuple[ToldMove, ...] = ()
    """Corners that take over an existing edge."""
    import_id: UUID | None = None
    written: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    held: bool | None = None
    """Of a file that goes to several targets: whether one of them cannot take its share."""

    @property
    def questions(self) -> tuple[LayerReport, ...]:
        """Layers whose coordinate system a person has to name."""
        return tuple(layer for layer in self.layers if layer.crs.name is None)

    @property
    def faults(self) -> int:
        """How many findings keep a feature out."""
        return sum(finding.issue.level == "fault" for finding in self.findings)

    @property
    def taken(self) -> int:
        """Features that go in."""
        return sum(layer.taken for layer in self.layers)

    @property
    def can_commit(self) -> bool:
        """Whether it may go in: no question open, something to take, and no fault, unless faulty features are left out."""
        harmless = self.target in {"reference", "model"} or self.leave_out_faulty or not self.faults
        if self.held is not None:
            harmless = not self.held
        stopping = any(finding.issue.code in STOPPING for finding in self.findings)
        return not self.questions and self.taken > 0 and harmless and not stopping

    def counts(self) -> Counter[tuple[str, str]]:
        """How often each (level, code) was found."""
        return Counter((finding.issue.level, finding.issue.code) for finding in self.findings)

    def with_findings(self, *issues: Issue) -> "Report":
        """With more findings, whose places are in degrees already."""
        return replace(self, findings=(*self.findings, *(Finding(issue, issue.place) for issue in issues)))

    def as_json(self) -> dict[str, Any]:
        """For a file that a program reads; GeoJSON order of coordinates."""
        made = asdict(self)
        made["import_id"] = str(self.import_id) if self.import_id else None
        made["counts"] = {f"{level}:{code}": number for (level, code), number in sorted(self.counts().items())}
        made["can_commit"] = self.can_commit
        return made


STOPPING = frozenset(
    {
        "field_missing",
        "field_twice",
        "outline_not_one",
        "zone_exists",
        "no_transformation",
        "zone_not_given",
        "not_a_model",
        "chart_has_none",
        "not_a_chart",
        "model_exists",
        "not_tried",
    }
)
"""Faults of a whole layer: leaving out single features does not help."""
