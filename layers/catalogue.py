# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every layer that Marsa knows. A new layer is a file beside this one, a migration, and a line here."""

from layers.declaration import Catalogue, Field, Group, Language, Layer, Text
from layers.land import PLOTS
from layers.plan import BLOCKS, ZONES

__all__ = ["LAYERS", "Catalogue", "Field", "Group", "Language", "Layer", "Text"]

LAYERS = Catalogue(
    ZONES,
    BLOCKS,
    PLOTS,
)
