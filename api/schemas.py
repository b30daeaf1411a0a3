# SPDX-License-Identifier: Apache-2.0
"""Layers as JSON Schema: what can be asked by, what a feature says."""

from typing import Any

from api.maplayers import Register
from layers.declaration import Field, Layer
from layers.kinds import ILLUSTRATIVE, Kind, kind_of
from web.texts import Lang, texts

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[Kind, dict[str, Any]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "yes_no": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "name": {"type": "string", "format": "uuid"},
    "list": {"type": "array", "items": {"type": "string"}},
}
_SHAPES = {"POINT": "point", "LINESTRING": "linestring", "POLYGON": "polygon"}


def queryables_of(layer: Layer, register: Register, lang: Lang, *, address: str) -> dict[str, Any]:
    """Each property is a parameter of its own name on `/items`; other parameters are refused."""
    return _schema(layer, register, lang, address) | {"additionalProperties": False}


def schema_of(layer: Layer, register: Register, lang: Lang, *, address: str) -> dict[str, Any]:
    """What the features of a layer say; the id and what may never be typed are marked."""
    made = _schema(layer, register, lang, address)
    for name, said in made["properties"].items():
        field = layer.by_name.get(name)
        if field is not None and field.derived:
            said["readOnly"] = True
    for name, end in zip(layer.during or (), ("start", "end"), strict=False):
        made["properties"][name]["x-ogc-role"] = f"primary-interval-{end}"
    made["properties"]["id"] = {
        "title": texts("ogc", lang)["feature_id"],
        "type": "string",
        "format": "uuid",
        "readOnly": True,
        "x-ogc-role": "id",
    }
    return made


def value_schema(layer: Layer, field: Field, register: Register, lang: Lang) -> dict[str, Any]:
    """One property: its title, unit and kind; a codelist's words as the choices."""
    said: dict[str, Any] = {"title": field.title.said_in(lang), **_TYPES[kind_of(layer, field.name)]}
    if field.unit:
        said["x-ogc-unit"] = field.unit
    codes = register.codes.get(field.codelist or "", {})
    if codes:
        choices = [{"const": code, "title": words[lang]} for code, words in codes.items()]
        if said["type"] == "array":
            said["items"] = {"type": "string", "oneOf": choices}
        else:
            said["oneOf"] = choices
    return said


def _schema(layer: Layer, register: Register, lang: Lang, address: str) -> dict[str, Any]:
    shape = _SHAPES.get(layer.geometry_kind.removeprefix("MULTI"), "any")
    kind = f"geometry-multi{shape}" if layer.geometry_kind.startswith("MULTI") else f"geometry-{shape}"
    return {
        "$schema": DIALECT,
        "$id": address,
        "type": "object",
        "title": layer.title.said_in(lang),
        "properties": {
            "geometry": {"title": texts("ogc", lang)["geometry"], "x-ogc-role": "primary-geometry", "format": kind},
            **{field.name: value_schema(layer, field, register, lang) for field in layer.public_fields},
            ILLUSTRATIVE: {"title": texts("ogc", lang)["illustrative_property"], "type": "boolean"},
        },
    }
