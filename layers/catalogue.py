# SPDX-License-Identifier: Apache-2.0
"""The catalogue: every layer that Marsa knows. A new layer is a file beside this one, a migration, and a line here."""

from layers.basemap import AIRPORTS, COAST, LAND, MAIN_ROADS, PLACES, SEA
from layers.berths import BASINS, BERTHS, BREAKWATERS, QUAYS
from layers.customs import CUSTOMS_FENCE, CUSTOMS_GATES, PORT_GATES
from layers.declaration import Catalogue, Field, Group, Language, Layer, Text
from layers.land import PLOTS
from layers.networks import NETWORKS
from layers.plan import BLOCKS, ZONES
from layers.projects import PROJECTS
from layers.storage import CRANES, NAVIGATION_AIDS, SILOS, WAREHOUSES, YARDS
from layers.survey import BOUNDARY_POINTS, CONTROL_POINTS
from layers.zoning import CONSTRAINT_AREAS, PLAN_UNITS, ROAD_RESERVES

__all__ = ["LAYERS", "Catalogue", "Field", "Group", "Language", "Layer", "Text"]

LAYERS = Catalogue(
    SEA,
    LAND,
    COAST,
    MAIN_ROADS,
    AIRPORTS,
    PLACES,
    ZONES,
    PLAN_UNITS,
    ROAD_RESERVES,
    BLOCKS,
    CUSTOMS_FENCE,
    CUSTOMS_GATES,
    CONSTRAINT_AREAS,
    PLOTS,
    CONTROL_POINTS,
    BOUNDARY_POINTS,
    BASINS,
    BREAKWATERS,
    QUAYS,
    BERTHS,
    YARDS,
    WAREHOUSES,
    SILOS,
    PORT_GATES,
    CRANES,
    NAVIGATION_AIDS,
    *NETWORKS,
    PROJECTS,
)
