# SPDX-License-Identifier: Apache-2.0
"""Codelists of rasters: what they hold."""

from layers.declaration import Codelists

RASTERS: Codelists = {
    "raster_kind": (
        ("terrain", "تضاريس", "Terrain", "INSPIRE EL"),
        ("imagery", "صور جوية أو فضائية", "Imagery", "INSPIRE OI"),
    ),
}
