# SPDX-License-Identifier: Apache-2.0
"""What somebody wants to take away."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis.writing.rows import OutClass
from layers.declaration import Field, Language, Layer, Text
from layers.exporting.formats import Encoding, Format, Shape
from layers.features import EVERYTHING, Key, Selection
from layers.past import Moment
from layers.reference import Column

ID = Field("id", Text(ar="المعرّف", en="Identifier"))
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
    def fields(self) -> tuple[Field, ...]:
        """The public fields that go into the file, in the layer's order."""
        chosen = self.properties
        return tuple(each for each in self.layer.public_fields if chosen is None or each.name in chosen)

    @property
    def with_illustrative(self) -> bool:
        return self.properties is None or ILLUSTRATIVE.name in self.properties


def heading(field_: Field, language: Language) -> str:
    """A column's heading: the field's title, its unit in brackets."""
    return field_.title.said_in(language) + (f" ({field_.unit})" if field_.unit else "")
