# SPDX-License-Identifier: Apache-2.0
"""How features look in a file that holds a style: as on the map."""

from dataclasses import replace

from api.maplayers import geometry_of
from gis.writing.rows import OutClass
from layers.declaration import Catalogue, Layer
from web.cartography import classes_of, drawing_of
from web.legend import STATUS_LOOKS, UNKNOWN


def classes_in_file(catalogue: Catalogue, layer: Layer, titles: dict[str, str]) -> tuple[OutClass, ...]:
    """Every code of the list that colours the layer, in the list's order; `titles` are its codes in words."""
    if layer.colour_by is None:
        return ()
    if layer.by_name[layer.colour_by].codelist == "public_status":
        looks = [(code, title, STATUS_LOOKS.get(code, UNKNOWN)) for code, title in titles.items()]
    else:
        geometry = geometry_of(layer)
        place = [each.id for each in catalogue.public].index(layer.id)
        # Dashes are the map's own: in a file each code has a colour.
        drawing = replace(drawing_of(layer.id, place, geometry, layer.drawn_with), coloured=True)
        looks = [(each.code or "", each.title, each.look) for each in classes_of(drawing, titles, geometry)]
    return tuple(OutClass(code, title, look.fill, look.stroke, look.alpha) for code, title, look in looks)
