# SPDX-License-Identifier: Apache-2.0
"""IATI activities (2.03). Places are latitude first there; narratives carry their language."""

from xml.etree.ElementTree import Element, tostring

from gis.projects.found import Found, Left, text_of
from gis.projects.worldbank import DEGREES

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
STATUSES = {
    "1": "identification",
    "2": "implementation",
    "3": "completion",
    "4": "completion",
    "5": "cancelled",
    "6": "implementation",
}
"""ActivityStatus; 6 is suspended, which is a flag of ours."""
SECTORS = {
    "43030": "URB",
    "21020": "RDS",
    "15110": "SVC",
    "12230": "HLT",
    "11120": "EDU",
    "16040": "HOU",
    "21040": "MAR",
    "21061": "LGS",
    "22020": "TEL",
    "21050": "AIR",
    "22040": "DIG",
    "23210": "ENE",
    "14020": "WAT",
    "21030": "RAI",
    "43060": "FLD",
    "33210": "TOU",
}
"""OECD DAC purposes of five digits."""
ROLES = {"1": "funder", "2": "publicAuthority", "4": "procuringEntity"}
EXACTNESS = {"1": "exact", "2": "approximate"}
HOMES = frozenset(
    {
        "iati-identifier",
        "title",
        "description",
        "activity-status",
        "activity-date",
        "sector",
        "participating-org",
        "location",
    }
)


def found(activity: Element) -> Found:
    """One activity. Raises Left when it has no identifier."""
    code = text_of(activity.findtext("iati-identifier") or "")
    if code is None:
        raise Left("project_id_missing")
    made = Found(code, tostring(activity, encoding="unicode"))
    default = activity.get(LANGUAGE)
    made.titles(*_narratives(activity.find("title"), default))
    general = next((d for d in activity.findall("description") if d.get("type", "1") == "1"), None)
    made.titles(*_narratives(general, default), of="description")
    status = activity.find("activity-status")
    given = status.get("code", "") if status is not None else ""
    made.status = STATUSES.get(given, "unknown")
    made.suspended = True if given == "6" else None
    if given and given not in STATUSES:
        made.say("code_not_ours", field="status", value=given[:60])
    days = {date.get("type", ""): date.get("iso-date") for date in activity.findall("activity-date")}
    # What happened comes before what was planned.
    made.period(days.get("2") or days.get("1"), days.get("4") or days.get("3"))
    _sectors(made, activity)
    for organisation in activity.findall("participating-org"):
        name = next((name for name in _narratives(organisation, default) if name), None)
        role = ROLES.get(organisation.get("role", ""))
        if name and role:
            made.parties.append((name, (role,)))
        elif name:
            made.say("roles_not_ours", "note", party=name[:80], roles=[organisation.get("role", "")])
    made.agency = next((name for name, roles in made.parties if "publicAuthority" in roles), None)
    for location in activity.findall("location"):
        _place(made, location, default)
    made.homeless = {child.tag for child in activity if isinstance(child.tag, str)} - HOMES
    return made


def _narratives(element: Element | None, default: str | None) -> tuple[str | None, str | None, str | None]:
    """Arabic, English, and else the first."""
    if element is None:
        return None, None, None
    told: dict[str, str] = {}
    for narrative in element.findall("narrative"):
        text = text_of("".join(narrative.itertext()))
        if text:
            told.setdefault(narrative.get(LANGUAGE) or default or "", text)
    return told.get("ar"), told.get("en"), next(iter(told.values()), None)


def _sectors(made: Found, activity: Element) -> None:
    for sector in activity.findall("sector"):
        if sector.get("vocabulary", "1") != "1" or sector.get("code") not in SECTORS:
            given = f"{sector.get('vocabulary', '1')}:{sector.get('code')}"
            made.say("code_not_ours", field="sector", value=given[:60])
        elif SECTORS[str(sector.get("code"))] not in made.sectors:
            made.sectors.append(SECTORS[str(sector.get("code"))])


def _place(made: Found, location: Element, default: str | None) -> None:
    position = text_of(location.findtext("point/pos") or "")
    name = next((name for name in _narratives(location.find("name"), default) if name), None)
    if position is None:
        made.say("location_without_shape", name=name)
        return
    numbers = position.split()
    if len(numbers) != 2 or not all(DEGREES.fullmatch(number) for number in numbers):
        made.say("location_not_read", name=name, value=position[:60])
        return
    lat, lon = map(float, numbers)
    if abs(lat) > 90 or abs(lon) > 180:
        made.say("location_not_read", name=name, value=position[:60])
        return
    made.shapes.append({"type": "Point", "coordinates": [lon, lat]})
    exactness = location.find("exactness")
    made.location_exactness = EXACTNESS.get(exactness.get("code", "") if exactness is not None else "", "approximate")
