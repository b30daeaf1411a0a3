# SPDX-License-Identifier: Apache-2.0
"""Texts that stand inside closed outlines of a drawing: which of them is the outline's number.

A consultant draws plots as bare outlines and writes the number into each, beside its area, its use and the lengths of its
sides. Texts are sorted by where they come from (a drawing layer, or an attribute of a block); one such source gives one text
to an outline, or none that is sure.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.numbers import DIGITS
from gis.reading.found import FileLayer

LONGEST = 24
"""Signs of a number; what is longer is a sentence."""
AREA_NEAR = 0.02
"""A number this near to what the outline holds states its area."""
AREA_WORDS = re.compile(
    r"\d\s*(?:m²|m2|m\^2|sq\.?\s*m|sqm|ha\b|م²|م2|م٢|متر|هكتار|دونم)|^\s*(?:area|a\s*=|المساحة|مساحة)", re.IGNORECASE
)
BEFORE = re.compile(
    r"^(?:(?:ال)?قطعة(?:\s+(?:الأرض|أرض))?(?:\s+رقم)?|رقم(?:\s+القطعة)?|(?:plot|parcel|lot)(?:\s+(?:no\.?|number))?|no\.|#)[\s:]+(?=\S*\d)",
    re.IGNORECASE,
)
DECIMAL = re.compile(r"[+-]?\d+[.,]\d+")


@dataclass(frozen=True)
class Source:
    """Where texts come from: a drawing layer, and of a block's attribute its tag."""

    layer: str
    tag: str | None = None

    def __str__(self) -> str:
        return self.tag or self.layer


@dataclass(frozen=True)
class Written:
    """A text in the drawing: what it says, its ref, where it stands."""

    source: Source
    text: str
    ref: str
    x: float
    y: float


@dataclass
class Labels:
    """What one source writes into the outlines. `sole[i]`: the one text of outline i. `several[i]`: where it is not one.

    `numbers`: how many outlines have one that looks like a number, and no other outline the same. `outside`: texts that look like
    numbers and lie in no outline.
    """

    source: Source
    sole: dict[int, str] = field(default_factory=dict)
    several: dict[int, tuple[str, ...]] = field(default_factory=dict)
    numbers: int = 0
    outside: list[Written] = field(default_factory=list)


def written_in(layers: Sequence[FileLayer]) -> list[Written]:
    """All texts of a drawing's layers."""
    found = []
    for layer in layers:
        if "text" not in layer.columns:
            continue
        tags = layer.columns.get("tag", [None] * len(layer))
        points = shapely.get_type_id(layer.geometries) == shapely.GeometryType.POINT
        for i in np.flatnonzero(points).tolist():
            text = layer.columns["text"][i]
            # Where a dimension is taken apart its text is the length of a side.
            if text and layer.columns.get("block", [None] * len(layer))[i] != "DIMENSION":
                x, y = shapely.get_coordinates(layer.geometries[i])[0].tolist()
                found.append(Written(Source(layer.name, tags[i] or None), text.strip(), layer.refs[i], x, y))
    return found


def labelled(
    outlines: NDArray[np.object_], texts: Sequence[Written], *, metres: float | None = None, ours: int | None = None
) -> list[Labels]:
    """What each source writes into which outline, sources in the order of how many they number.

    Only the first `ours` outlines are asked about; the others take the texts that stand in them. None: all.

    A text belongs to the smallest outline that it stands in. `metres` in one unit of the drawing, for areas; None: not known.
    """
    inside = _smallest_around(outlines, texts)
    by_source: dict[Source, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    made: dict[Source, Labels] = {}
    most = len(outlines) if ours is None else ours
    for text, outline in zip(texts, inside, strict=True):
        labels = made.setdefault(text.source, Labels(text.source))
        if outline is None:
            if looks_like_a_number(text.text):
                labels.outside.append(text)
        elif outline < most:
            by_source[text.source][outline].append(text.text)
    for source, found in by_source.items():
        for outline, said in found.items():
            area = None if metres is None else float(shapely.area(outlines[outline])) * metres**2
            _decide(made[source], outline, said, area)
        numbers = [bare(text) for text in made[source].sole.values() if looks_like_a_number(text)]
        made[source].numbers = sum(numbers.count(each) == 1 for each in set(numbers)) if numbers else 0
    return sorted(made.values(), key=lambda labels: (-labels.numbers, str(labels.source)))


def _decide(labels: Labels, outline: int, said: list[str], area_m2: float | None) -> None:
    """One text alone is it; of several, the only one that looks like a number and does not state the area."""
    distinct = list(dict.fromkeys(said))
    numbers = [text for text in distinct if looks_like_a_number(text) and not _states(text, area_m2)]
    if len(distinct) == 1:
        labels.sole[outline] = distinct[0]
    elif len(numbers) == 1:
        labels.sole[outline] = numbers[0]
    else:
        labels.several[outline] = tuple(numbers or distinct)


def _smallest_around(outlines: NDArray[np.object_], texts: Sequence[Written]) -> list[int | None]:
    points = shapely.points([(text.x, text.y) for text in texts]) if texts else np.empty(0, dtype=object)
    good = outlines.copy()
    good[~shapely.is_valid(outlines)] = None
    at, around = shapely.STRtree(good).query(points, predicate="intersects")
    areas = shapely.area(good)
    found: list[int | None] = [None] * len(texts)
    for text, outline in zip(at.tolist(), around.tolist(), strict=True):
        now = found[text]
        if now is None or areas[outline] < areas[now]:
            found[text] = outline
    return found


def looks_like_a_number(text: str) -> bool:
    """Whether a text can be the number of a plot: short, with a digit, no area, no length of a side."""
    plain = bare(text).translate(DIGITS)
    short = 0 < len(plain) <= LONGEST and len(plain.split()) <= 3 and "\n" not in text.strip()
    return short and any(c.isdigit() for c in plain) and not AREA_WORDS.search(text) and not DECIMAL.fullmatch(plain)


def bare(text: str) -> str:
    """The number without the word before it: "Plot 12" is 12."""
    return BEFORE.sub("", text.strip()).strip()


def _states(text: str, area_m2: float | None) -> bool:
    plain = text.strip().translate(DIGITS).replace(",", "").replace(" ", "")
    if not area_m2 or not plain.isdigit() or len(plain) < 3:
        return False
    return abs(float(plain) - area_m2) <= AREA_NEAR * area_m2
