# SPDX-License-Identifier: Apache-2.0
"""Why a plot cannot be cut, joined or drawn as asked. A place is a shapely geometry in grid metres; who may see it is decided by api/."""

from typing import Any

from gis.errors import MarsaError


class LineMissesPlot(MarsaError):
    """The line does not divide the plot: it passes beside it, or ends inside and cannot be carried on to the border."""


class TooManyPieces(MarsaError):
    """A cut leaves more pieces than asked for, since the plot is hollow: another bearing is needed."""

    def __init__(self, wanted: int, found: int) -> None:
        super().__init__(wanted, found)
        self.wanted, self.found = wanted, found


class AreaOutOfReach(MarsaError):
    """The area asked for is not smaller than the plot's own, or not larger than nothing."""

    def __init__(self, wanted_m2: float, has_m2: float) -> None:
        super().__init__(wanted_m2, has_m2)
        self.wanted_m2, self.has_m2 = wanted_m2, has_m2


class NoFrontage(MarsaError):
    """A lot would have less frontage on a street than the rule asks for."""

    def __init__(self, wanted_m: float, found_m: float) -> None:
        super().__init__(wanted_m, found_m)
        self.wanted_m, self.found_m = wanted_m, found_m


class CannotSubdivide(MarsaError):
    """No division of the block keeps the rule. `area_m2`: of the piece where it failed."""

    def __init__(self, area_m2: float, min_area_m2: float, max_area_m2: float, min_frontage_m: float) -> None:
        super().__init__(area_m2, min_area_m2, max_area_m2, min_frontage_m)
        self.area_m2, self.min_area_m2, self.max_area_m2 = area_m2, min_area_m2, max_area_m2
        self.min_frontage_m = min_frontage_m


class NotOnePiece(MarsaError):
    """What would be one plot lies in several pieces, or touches itself at a point only."""

    def __init__(self, pieces: int) -> None:
        super().__init__(pieces)
        self.pieces = pieces


class TooNarrow(MarsaError):
    """A shape is no simple polygon once its corners stand on the 1 mm grid."""


class CornersOverlap(MarsaError):
    """A shape has ground in common with a neighbour, by more than drawing explains."""

    def __init__(self, neighbour: str, overlap_m2: float, where: Any = None) -> None:
        super().__init__(neighbour, overlap_m2)
        self.neighbour, self.overlap_m2, self._where = neighbour, overlap_m2, where
        self.place: dict[str, Any] | None = None
        """The ground in common as GeoJSON in degrees; who knows the grid sets it."""

    @property
    def where(self) -> Any:
        """The ground in common, in grid metres."""
        return self._where


class NotSquare(MarsaError):
    """A side turns from a right angle by more than the tolerance: squaring would make another shape of it."""

    def __init__(self, turned_deg: float, tolerance_deg: float) -> None:
        super().__init__(turned_deg, tolerance_deg)
        self.turned_deg, self.tolerance_deg = turned_deg, tolerance_deg


class CoordinatesUnreadable(MarsaError):
    """A line of typed coordinates is no place. `why`: "not_a_place", "out_of_reach", "not_a_leg" or "too_few" (then `line` is the last)."""

    def __init__(self, line: int, text: str, why: str) -> None:
        super().__init__(line, text, why)
        self.line, self.text, self.why = line, text, why


class Misclosed(MarsaError):
    """A traverse misses the point where it should close by more than the tolerance; `ratio`: its length over the miss."""

    def __init__(self, misclosure_m: float, length_m: float, ratio: float, wanted_ratio: float) -> None:
        super().__init__(misclosure_m, length_m, ratio, wanted_ratio)
        self.misclosure_m, self.length_m, self.ratio, self.wanted_ratio = misclosure_m, length_m, ratio, wanted_ratio


class NotAPattern(MarsaError):
    """A pattern for plot numbers lacks {serial}, or has a word in braces that is none of ours."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.pattern = pattern
