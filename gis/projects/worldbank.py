# SPDX-License-Identifier: Apache-2.0
"""Project records of the World Bank: an object by project number, amounts and degrees as text."""

import re
from typing import Any

from gis.projects.found import Found, Left, list_of, object_of, text_of

DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d*)?")
HOMES = frozenset({"id", "project_name", "totalamt", "impagency", "project_abstract", "locations"})
FUNDER = "World Bank"


def is_records(document: dict[str, Any]) -> bool:
    """Records stand in an object by their numbers, each with its name."""
    projects = document.get("projects")
    if not isinstance(projects, dict) or not projects:
        return False
    return any(isinstance(record, dict) and "project_name" in record for record in projects.values())


def head(document: dict[str, Any]) -> dict[str, Any]:
    """Whose records they are; the file itself names nobody."""
    return {
        "publisher": FUNDER,
        "licence": None,
        "citation": None,
        "published": None,
        "package": {name: value for name, value in document.items() if name != "projects"},
    }


def found(number: str, record: Any) -> Found:
    """One record. Raises Left when it is none."""
    if not isinstance(record, dict):
        raise Left("project_not_object")
    code = text_of(record.get("id")) or text_of(number)
    if code is None:
        raise Left("project_id_missing")
    made = Found(code, record)
    if code != number:
        made.say("id_differs", key=number[:60])
    made.titles(None, None, text_of(record.get("project_name")))
    abstract = record.get("project_abstract")
    told = text_of(abstract) or text_of(object_of(abstract).get("cdata!") or object_of(abstract).get("cdata"))
    made.titles(None, None, told, of="description")
    if record.get("totalamt") not in {None, ""}:
        # The Bank counts its commitments in US dollars.
        made.money(record.get("totalamt"), "USD")
    agency = text_of(record.get("impagency"))
    made.parties = [(FUNDER, ("funder",))]
    if agency:
        made.parties.append((agency, ("procuringEntity",)))
    for location in map(object_of, list_of(record.get("locations"))):
        _place(made, location)
    made.homeless = set(record.keys() - HOMES)
    return made


def _place(made: Found, location: dict[str, Any]) -> None:
    lon, lat = (_degrees(location.get(name)) for name in ("longitude", "latitude"))
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
        given = f"{location.get('latitude')} {location.get('longitude')}"
        made.say("location_not_read", name=str(location.get("geoLocName"))[:60], value=given[:60])
        return
    made.shapes.append({"type": "Point", "coordinates": [lon, lat]})


def _degrees(value: Any) -> float | None:
    text = value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    return float(text) if DEGREES.fullmatch(text) else None
