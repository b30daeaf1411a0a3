# SPDX-License-Identifier: Apache-2.0
"""What a person asks of an import."""

from dataclasses import dataclass, field

from pyproj import CRS

from gis.fitting import Fit
from layers.catalogue import LAYERS
from layers.declaration import Catalogue, Layer
from layers.errors import MarsaError, NoSuchLayer

REFERENCE, NEW_ZONE = "reference", "new-zone"
PORT = "port"
"""A chart whose object classes go to all layers of the port that take them."""
MODEL, NETWORK = "model", "network"
MODELS = frozenset({MODEL, NETWORK})
"""A model of a network: its tables alone, without a place; or on the map as well."""


class NoSuchTarget(MarsaError):
    """The text names no target of an import."""

    def __init__(self, given: str) -> None:
        super().__init__(given)
        self.given = given


class NoSuchImport(MarsaError):
    """No import has this number, or it is undone already."""

    def __init__(self, import_id: str) -> None:
        super().__init__(import_id)
        self.import_id = import_id


class ImportBuiltUpon(MarsaError):
    """Rows of the import have been changed since, or others rest on them: undoing would tear those out."""

    def __init__(self, import_id: str, rows: int) -> None:
        super().__init__(import_id, rows)
        self.import_id, self.rows = import_id, rows


@dataclass(frozen=True)
class Wishes:
    """`target` is "reference", "new-zone", "port", "model", "network", or "layer:" and a layer's id. `targets`: of layers of the
    file that go elsewhere, by name.

    `columns`: fields of the file to fields of the layer. `values`: one value for all features, by field of the layer.
    """

    target: str = REFERENCE
    zone: str | None = None
    crs: CRS | None = None
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    shown: bool = True
    leave_out_faulty: bool = False
    all_outlines: bool = False
    """Title frames and islands of a drawing are taken for plots too."""
    fit: Fit | None = None
    """The file has no system: it is laid on control points."""
    adopt_m: float | None = None
    """New areas take over existing edges that lie within these metres."""
    layers: frozenset[str] | None = None
    """Only these layers of the file are taken. None: all."""
    targets: dict[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    """Layers of the same file whose areas go to another target: texts in those are not ours."""
    among_others: bool = False
    """One of several targets of a file."""


def target_layer(target: str, catalogue: Catalogue = LAYERS) -> Layer | None:
    """The layer that a target writes to; None for a reference drawing, a model, several layers of the port. Raises NoSuchTarget, NoSuchLayer."""
    if target in {REFERENCE, PORT, *MODELS}:
        return None
    layer_id = "zones" if target == NEW_ZONE else target.removeprefix("layer:")
    if target != NEW_ZONE and not target.startswith("layer:"):
        raise NoSuchTarget(target)
    layer = catalogue.get(layer_id)
    if layer is None or layer.group == "drawings" or layer.styles:
        raise NoSuchLayer(layer_id)
    return layer
