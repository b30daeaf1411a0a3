# SPDX-License-Identifier: Apache-2.0
"""OC4IDS project packages (0.9): only a project's id is mandatory, so everything else may be missing and is said."""

from typing import Any

from gis.projects.found import Found, Left, list_of, object_of, text_of

STATUSES = frozenset(
    {
        "identification",
        "preparation",
        "implementation",
        "completion",
        "maintenance",
        "decommissioning",
        "decommissioned",
        "cancelled",
    }
)
TYPES = frozenset({"construction", "rehabilitation", "replacement", "expansion", "decommissioning"})
SECTORS = {
    "education": "EDU",
    "health": "HLT",
    "energy": "ENE",
    "communications": "TEL",
    "waterAndWaste": "WAT",
    "governance": "SVC",
    "cultureSportsAndRecreation": "TOU",
    "socialHousing": "HOU",
    "transport.air": "AIR",
    "transport.rail": "RAI",
    "transport.road": "RDS",
    "transport.urban": "RDS",
    "transport.water": "MAR",
    "naturalResources.floodProtection": "FLD",
}
ROLES = frozenset(
    {
        "publicAuthority",
        "procuringEntity",
        "funder",
        "supplier",
        "tenderer",
        "interestedParty",
        "administrativeEntity",
        "independentMonitor",
    }
)
HOMES = frozenset(
    {
        "id",
        "title",
        "title_ar",
        "title_en",
        "description",
        "description_ar",
        "description_en",
        "status",
        "type",
        "sector",
        "period",
        "budget",
        "locations",
        "parties",
        "publicAuthority",
    }
)
PROGRESS = {"physicalProgress": "physical_progress_pct", "financialProgress": "financial_progress_pct"}


def is_package(document: dict[str, Any]) -> bool:
    """A package says its version and holds a list of projects."""
    return isinstance(document.get("projects"), list) and ("version" in document or "publisher" in document)


def head(document: dict[str, Any]) -> dict[str, Any]:
    """What the package says of itself: publisher, licence, address, day."""
    publisher = object_of(document.get("publisher"))
    return {
        "publisher": text_of(publisher.get("name")),
        "licence": text_of(document.get("license")),
        "citation": text_of(document.get("uri")),
        "published": text_of(document.get("publishedDate")),
        "package": {name: value for name, value in document.items() if name != "projects"},
    }


def found(project: Any) -> Found:
    """One project. Raises Left when it has no id."""
    if not isinstance(project, dict):
        raise Left("project_not_object")
    code = text_of(project.get("id"))
    if code is None:
        raise Left("project_id_missing")
    made = Found(code, project)
    title, told = text_of(project.get("title")), text_of(project.get("description"))
    made.titles(text_of(project.get("title_ar")), text_of(project.get("title_en")), title)
    arabic, english = text_of(project.get("description_ar")), text_of(project.get("description_en"))
    made.titles(arabic, english, told, of="description")
    made.status = _code(made, project.get("status"), STATUSES, "status")
    made.type = _code(made, project.get("type"), TYPES, "type")
    _sectors(made, project)
    period = object_of(project.get("period"))
    made.period(period.get("startDate"), period.get("endDate"))
    budget = object_of(project.get("budget"))
    amount = object_of(budget.get("amount") or budget.get("value"))
    if amount:
        made.money(amount.get("amount"), amount.get("currency"))
    for metric in list_of(project.get("metrics")):
        _progress(made, object_of(metric))
    _parties(made, project)
    for location in list_of(project.get("locations")):
        geometry = object_of(location).get("geometry")
        if geometry is None:
            made.say("location_without_shape", name=text_of(object_of(location).get("description")))
        else:
            made.shapes.append(geometry)
    inside = {f"budget.{name}" for name in budget.keys() - {"amount", "value"}}
    made.homeless = (project.keys() - HOMES) | inside
    return made


def _code(made: Found, given: Any, known: frozenset[str], what: str) -> str:
    if given in known:
        return str(given)
    if given is not None:
        made.say("code_not_ours", field=what, value=str(given)[:60])
    return "unknown"


def _sectors(made: Found, project: dict[str, Any]) -> None:
    given = [sector for sector in list_of(project.get("sector")) if isinstance(sector, str)]
    for sector in given:
        ours = SECTORS.get(sector)
        if ours and ours not in made.sectors:
            made.sectors.append(ours)
        # "transport" beside "transport.road" says nothing more.
        elif not ours and not any(other.startswith(f"{sector}.") for other in given):
            made.say("code_not_ours", field="sector", value=sector[:60])


def _progress(made: Found, metric: dict[str, Any]) -> None:
    """The latest observation in per cent."""
    field = PROGRESS.get(str(metric.get("id")))
    if field is None:
        return
    latest: tuple[str, float] | None = None
    for observation in map(object_of, list_of(metric.get("observations"))):
        period = object_of(observation.get("period"))
        day = made.day(period.get("endDate") or period.get("startDate"), "progress_on")
        try:
            value = float(observation.get("measure") or "")
        except (TypeError, ValueError):
            made.say("value_not_kept", field=field, value=str(observation.get("measure"))[:60])
            continue
        if day and 0 <= value <= 100 and (latest is None or day >= latest[0]):
            latest = (day, value)
    if latest:
        setattr(made, field, latest[1])
        made.progress_on = max(made.progress_on or latest[0], latest[0])


def _parties(made: Found, project: dict[str, Any]) -> None:
    for party in map(object_of, list_of(project.get("parties"))):
        name = text_of(party.get("name"))
        if name is None:
            continue
        given = [role for role in list_of(party.get("roles")) if isinstance(role, str)]
        roles = tuple(role for role in given if role in ROLES)
        if roles:
            made.parties.append((name, roles))
        others = sorted(set(given) - ROLES)
        if others or not roles:
            made.say("roles_not_ours", "note", party=name[:80], roles=others)
    authority = text_of(object_of(project.get("publicAuthority")).get("name"))
    named = [name for name, roles in made.parties if "publicAuthority" in roles]
    made.agency = authority or (named[0] if named else None)
