# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every layer that Marsa knows. A new layer is a file beside this one, a migration, and a line here."""

from importlib import import_module

from layers.declaration import Catalogue, Field, Group, Language, Layer, Text

__all__ = ["LAYERS", "Catalogue", "Field", "Group", "Language", "Layer", "Text"]


def layers_of(subject: str) -> tuple[Layer, ...]:
    """What a file of this folder declares, by its name, in its order: one line to add a layer."""
    declared: tuple[Layer, ...] = import_module(f"layers.{subject}").LAYERS
    return declared


# In the order in which the map lists them; within a file, in the file's order.
LAYERS = Catalogue(
    *layers_of("basemap"),
    *layers_of("plan"),
    *layers_of("zoning"),
    *layers_of("land"),
    *layers_of("survey"),
    *layers_of("berths"),
    *layers_of("storage"),
    *layers_of("customs"),
    *layers_of("networks"),
    *layers_of("projects"),
    *layers_of("drawings"),
    *layers_of("rasters"),
)
