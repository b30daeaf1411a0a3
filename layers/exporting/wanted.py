# SPDX-License-Identifier: Apache-2.0
"""What somebody wants to take away."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gis.writing.rows import OutClass
from layers.declaration import Field, Language, Layer, Text
from layers.exporting.formats import Encoding, Format, Shape
from layers.features import EVERYTHING, Key, Selection
from layers.past import Moment
from layers.reference import Column
from layers.units import unit_said

ID = Field("id", Text(ar="المعرّف", en="Identifier"))
WORDS_MOST, SOME_WORDS = 60, 30
"""Letters of a selection that a file's name tells: all of it, or the beginning."""
ILLUSTRATIVE = Field("illustrative", Text(ar="توضيحي", en="Illustrative"))


@dataclass(frozen=True)
class Wanted:
    """One file: which features, in which order, in which format, coordinates and language.

    `binds` are those of the selection. `classes` say how features look, where the format can hold it.
    """

    layer: Layer
    format: Format
    srid: int
    """The legal CRS."""
    language: Language = "ar"
    column: Column | None = None
    """None: the first that the format offers."""
    selection: Selection = EVERYTHING
    binds: Mapping[str, object] = field(default_factory=dict)
    order: tuple[Key, ...] = ()
    """Empty: as the register got them, or for people in the order in which they count."""
    properties: tuple[str, ...] | None = None
    """None: all of them."""
    shape: Shape | None = None
    encoding: Encoding = "UTF-8"
    classes: tuple[OutClass, ...] = ()
    time_zone: str = "Africa/Tripoli"
    moment: Moment | None = None
    """None: the register as it is."""
    asked: str = ""
    """The question in the words of its address, told in the file."""

    @property
    def shapes_column(self) -> Column:
        return self.column or self.format.columns[0]

    @property
    def table_shape(self) -> Shape:
        """How the shape is given, of formats that leave a choice."""
        return self.shape or self.format.shapes[0]

    @property
    def corners(self) -> bool:
        """Whether it is the stake-out list that is wanted."""
        return bool(self.format.shapes) and self.table_shape == "corners"

    @property
    def name(self) -> str:
        """What the file is called: the layer, and what makes it another file than the whole layer's.

        Two selections never have one name: what is not told whole by its words has a mark made of all of them.
        """
        parts = [self.layer.id, *(["corners"] if self.corners else [])]
        if self.asked:
            words = re.sub(r"[^A-Za-z0-9_=.-]+", "-", self.asked).strip("-")
            parts.append(words if words == self.asked and len(words) <= WORDS_MOST else words[:SOME_WORDS])
            if parts[-1] != self.asked:
                parts.append(hashlib.sha256(self.asked.encode()).hexdigest()[:8])
        own = [self.column, None if self.corners else self.shape, self.encoding]
        parts += [str(each) for each in own if each not in (None, "UTF-8", *self.format.columns[:1])]
        return "-".join(part for part in parts if part)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The public fields that go into the file, in the layer's order."""
        chosen = self.properties
        return tuple(each for each in self.layer.public_fields if chosen is None or each.name in chosen)

    @property
    def with_illustrative(self) -> bool:
        return self.properties is None or ILLUSTRATIVE.name in self.properties


def heading(field_: Field, language: Language) -> str:
    """A column's heading: the field's title, its unit in brackets."""
    return field_.title.said_in(language) + (f" ({unit_said(field_.unit, language)})" if field_.unit else "")
