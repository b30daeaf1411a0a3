# SPDX-License-Identifier: Apache-2.0
"""What a raster file is, in its own words, and what a person says of it."""

from dataclasses import dataclass
from typing import Any, Literal

from gis.reading.limits import GB, Limits

RasterKind = Literal["terrain", "imagery"]
CHECKING = Limits(written_bytes=0, answer_bytes=16 << 20, wall_s=120.0)
"""One look at a file: every block of it is decoded once, and a small picture of it comes back."""
PICTURE_SIDE = 640
"""Cells of the small picture's longer side, at most."""
MAKING = Limits(cpu_s=900, written_bytes=5 * GB, wall_s=1200.0, answer_bytes=16 << 20)
"""The job that writes our own copy: of a file that was checked, so its size is known."""
MEASURING = Limits(cpu_s=900, written_bytes=0, wall_s=1200.0, answer_bytes=256 << 20)
"""Statistics under all plots."""
METRES = {"m": 1.0, "ft": 0.3048, "us-ft": 1200 / 3937}
"""Metres in one unit of height."""


@dataclass(frozen=True)
class RasterFacts:
    """A file as its reader found it. Everything here was said by the child and is checked by its reader."""

    width: int
    height: int
    bands: int
    dtype: str
    transform: tuple[float, float, float, float, float, float]
    """a, b, c, d, e, f: x = a·column + b·row + c, y = d·column + e·row + f."""
    georeferenced: bool
    """False: no transform, or ground control points alone."""
    crs: str | None
    """WKT of what the file says; heights too, where it names their system."""
    nodata: float | None
    nodata_is_nan: bool
    masked: bool
    """A mask or an alpha band says which pixels hold anything."""
    palette: bool
    unit: str | None
    """What the file says its heights are in."""
    scaled: bool
    """Its numbers have a factor or an offset."""
    lowest: float | None
    highest: float | None
    """Of all that is not nodata, in the file's own numbers."""
    filled: float
    """Share of pixels that hold anything, 0 to 1."""
    not_finite: int
    """Pixels that hold NaN or infinity where nodata is another number."""
    placed_beside: bool = False
    """A file beside it says where it lies: our copy is placed so."""

    @classmethod
    def believed(cls, said: dict[str, Any]) -> "RasterFacts":
        """Raises ValueError, TypeError or KeyError for what is none."""
        transform = tuple(float(number) for number in said["transform"])
        if len(transform) != 6:
            raise ValueError("transform")
        return cls(
            width=int(said["width"]),
            height=int(said["height"]),
            bands=int(said["bands"]),
            dtype=str(said["dtype"])[:20],
            transform=transform,
            georeferenced=bool(said["georeferenced"]),
            crs=None if said["crs"] is None else str(said["crs"]),
            nodata=None if said["nodata"] is None else float(said["nodata"]),
            nodata_is_nan=bool(said["nodata_is_nan"]),
            masked=bool(said["masked"]),
            palette=bool(said["palette"]),
            unit=None if said["unit"] is None else str(said["unit"])[:40],
            scaled=bool(said["scaled"]),
            lowest=None if said["lowest"] is None else float(said["lowest"]),
            highest=None if said["highest"] is None else float(said["highest"]),
            filled=float(said["filled"]),
            not_finite=int(said["not_finite"]),
        )


@dataclass(frozen=True)
class Preparation:
    """How a checked file becomes our own copy."""

    kind: RasterKind
    crs: str
    """EPSG:n or WKT of the horizontal system: what was known or said."""
    nodata: float | None
    """The number that means "nothing here", in the file's own numbers; None: by mask, by NaN, or nowhere."""
    to_metres: float = 1.0
    transform: tuple[float, float, float, float, float, float] | None = None
    """Where it lies, as a file beside it says; None: as it says itself."""


@dataclass(frozen=True)
class Made:
    """Our copy. Heights in metres."""

    width: int
    height: int
    bands: int
    lowest_m: float | None
    highest_m: float | None
    size_bytes: int
