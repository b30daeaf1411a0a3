# SPDX-License-Identifier: Apache-2.0
"""What lies under the plan: land, sea, coast, places, airports, main roads. Open data; each layer says whose."""

from typing import Any

from sqlalchemy import CheckConstraint, Computed
from sqlalchemy.orm import Mapped, mapped_column

from layers.base import Feature, coded
from layers.declaration import Field, Layer
from layers.declaration import Text as Words
from layers.fields import PROVENANCE

OSM = "© OpenStreetMap contributors, ODbL 1.0"
GEONAMES = "GeoNames, CC BY 4.0"


class Land(Feature):
    """Land."""

    __tablename__ = "land"
    geometry_kind = "POLYGON"


class Sea(Feature):
    """Sea: what is not land within the area that the register covers."""

    __tablename__ = "sea"
    geometry_kind = "POLYGON"


class Coast(Feature):
    """The line between land and sea."""

    __tablename__ = "coast"
    geometry_kind = "LINESTRING"


class Place(Feature):
    """A settlement."""

    __tablename__ = "place"
    geometry_kind = "POINT"

    name_ar: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = coded("place_kind", unless_said="other")
    population: Mapped[int | None]
    """As the source states it. Null: it states none."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (CheckConstraint("population >= 0", name="population"),)


class Airport(Feature):
    """An airport, at its reference point."""

    __tablename__ = "airport"
    geometry_kind = "POINT"

    name_ar: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = coded("airport_kind", unless_said="unknown")
    icao: Mapped[str | None] = mapped_column(unique=True)
    iata: Mapped[str | None] = mapped_column(unique=True)
    elevation_m: Mapped[float | None]


class MainRoad(Feature):
    """A road between places, outside the zone's own network."""

    __tablename__ = "main_road"
    geometry_kind = "LINESTRING"

    name_ar: Mapped[str]
    name_en: Mapped[str]
    road_class: Mapped[str] = coded("road_class", unless_said="unknown")
    drawn_length_m: Mapped[float] = mapped_column(Computed("st_length(geom)", persisted=True))


LAND = Layer(
    id="land",
    title=Words(ar="اليابسة", en="Land"),
    group="base",
    table=Land,
    zooms=range(21),
    attribution=OSM,
    fields=PROVENANCE,
)
SEA = Layer(
    id="sea",
    title=Words(ar="البحر", en="Sea"),
    group="base",
    table=Sea,
    zooms=range(21),
    attribution=OSM,
    fields=PROVENANCE,
)
COAST = Layer(
    id="coast",
    title=Words(ar="خط الساحل", en="Coastline"),
    group="base",
    table=Coast,
    zooms=range(21),
    attribution=OSM,
    fields=PROVENANCE,
)
MAIN_ROADS = Layer(
    id="main_roads",
    title=Words(ar="الطرق الرئيسية", en="Main roads"),
    group="base",
    table=MainRoad,
    zooms=range(7, 21),
    label="name_ar",
    fields=(
        Field("name_ar", Words(ar="الطريق", en="Road in Arabic"), public=True, in_tiles=True, searchable=True),
        Field("name_en", Words(ar="الطريق بالإنجليزية", en="Road"), public=True, in_tiles=True, searchable=True),
        Field("road_class", Words(ar="درجة الطريق", en="Road class"), public=True, in_tiles=True),
        Field("drawn_length_m", Words(ar="الطول المرسوم", en="Length as drawn"), unit="m", public=True),
        *PROVENANCE,
    ),
)
AIRPORTS = Layer(
    id="airports",
    title=Words(ar="المطارات", en="Airports"),
    group="base",
    table=Airport,
    zooms=range(6, 21),
    label="name_ar",
    fields=(
        Field("name_ar", Words(ar="المطار", en="Airport in Arabic"), public=True, in_tiles=True, searchable=True),
        Field("name_en", Words(ar="المطار بالإنجليزية", en="Airport"), public=True, in_tiles=True, searchable=True),
        Field("kind", Words(ar="النوع", en="Kind"), public=True),
        Field("icao", Words(ar="رمز الإيكاو", en="ICAO code"), public=True, searchable=True),
        Field("iata", Words(ar="رمز الإياتا", en="IATA code"), public=True, in_tiles=True, searchable=True),
        Field("elevation_m", Words(ar="الارتفاع عن سطح البحر", en="Elevation"), unit="m", public=True),
        *PROVENANCE,
    ),
)
PLACES = Layer(
    id="places",
    title=Words(ar="المدن والقرى", en="Places"),
    group="base",
    table=Place,
    zooms=range(6, 21),
    label="name_ar",
    attribution=GEONAMES,
    fields=(
        Field("name_ar", Words(ar="المكان", en="Place in Arabic"), public=True, in_tiles=True, searchable=True),
        Field("name_en", Words(ar="المكان بالإنجليزية", en="Place"), public=True, in_tiles=True, searchable=True),
        Field("kind", Words(ar="النوع", en="Kind"), public=True, in_tiles=True),
        Field("population", Words(ar="عدد السكان", en="Population"), public=True, in_tiles=True),
        *PROVENANCE,
    ),
)
LAYERS = (SEA, LAND, COAST, MAIN_ROADS, AIRPORTS, PLACES)
