# SPDX-License-Identifier: Apache-2.0
"""Facts of one object in the reader's words: every layer alike, from its declaration."""

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from api.maplayers import CHARGE, Register, said_of
from gis.rasters.judging import COARSE_M
from layers.declaration import Field, Layer
from layers.units import ARABIC
from web.browse import Card, Fact, Section
from web.legend import STATUS_LOOKS, Look, MapLayer
from web.texts import Lang, money, number, texts

UNITS: dict[str, dict[Lang, str]] = {unit: {"ar": ar, "en": unit} for unit, ar in ARABIC.items()}
TAKEN = ("allocated", "under_construction", "operating")
ARCS_TOLD = 24
SAID_APART = 3
"""So many unknown measures have a row each; more are told together."""
_SAID_ELSEWHERE = ("updated_on", "import_id", "source_ar", "source_en", "source_dated")
YES: dict[Lang, str] = {"ar": "نعم", "en": "Yes"}
NO: dict[Lang, str] = {"ar": "لا", "en": "No"}


def card_of(
    layer: Layer,
    row: tuple[Any, ...],
    register: Register,
    drawn: MapLayer | None,
    lang: Lang,
    near: tuple[dict[str, Any], ...] = (),
    terrain: dict[str, Any] | None = None,
    arcs: tuple[dict[str, Any], ...] = (),
) -> Card:
    """A card from the row of `layers.browsing.card_statement`."""
    facts, tile_id, uuid, illustrative, *box = row
    plot_number = facts.get("plot_number")
    status, look = _status(layer, facts, drawn)
    told = [field for field in told_fields(layer, lang) if field.name not in _named(layer)]
    return Card(
        collection=layer.id,
        tile_id=tile_id,
        title=title_of(layer, facts, lang) or layer.title.said_in(lang),
        kind=layer.title.said_in(lang) if plot_number is None else texts("map", lang)["kind_plot"],
        facts=tuple(_facts([f for f in told if f.codelist != "servicing"], facts, register, lang)),
        box=(box[0], box[1], box[2], box[3]),
        address=urlencode({"plot": plot_number} if plot_number else {"object": f"{layer.id}/{tile_id}"}),
        page=f"/plots/{quote(plot_number)}" if plot_number else f"/collections/{layer.id}/items/{uuid}",
        sections=(
            *_sections(told, facts, register, lang, near),
            *_terrain(terrain, register, lang),
            *_arcs(arcs, lang),
        ),
        status=status,
        status_title=register.titled(layer.by_name[layer.colour_by].codelist, status, lang)
        if status and layer.colour_by
        else "",
        look=look,
        geometry=drawn.geometry if drawn else "polygon",
        plot_number=plot_number,
        illustrative=bool(illustrative),
        source=_source(facts, lang),
        updated=str(facts.get("updated_on") or ""),
    )


def title_of(layer: Layer, facts: dict[str, Any], lang: Lang) -> str:
    """What an object is called: its name in the language, else its label, else its code."""
    for name in (f"title_{lang}", f"name_{lang}", layer.label or "", "code"):
        if facts.get(name):
            return str(facts[name])
    return ""


def _named(layer: Layer) -> set[str]:
    """Fields that the card says in its title, pill or foot."""
    names = {"title_ar", "title_en", "name_ar", "name_en", *_SAID_ELSEWHERE}
    return names | {name for name in (layer.label, layer.colour_by) if name}


def told_fields(layer: Layer, lang: Lang) -> list[Field]:
    """Public fields, of two languages only the reader's; what the map is drawn by comes first."""
    names = set(layer.by_name)
    other = "_en" if lang == "ar" else "_ar"
    told = [
        field
        for field in layer.public_fields
        if not (field.name.endswith(other) and field.name.removesuffix(other) + f"_{lang}" in names)
    ]
    return sorted(told, key=lambda field: not (field.in_tiles or field.name.startswith("holder_")))


def _status(layer: Layer, facts: dict[str, Any], drawn: MapLayer | None) -> tuple[str | None, Look | None]:
    if layer.colour_by is None or not layer.by_name[layer.colour_by].codelist:
        return None, None
    status = facts.get(layer.colour_by)
    if status is None:
        return None, None
    if status in STATUS_LOOKS:
        return status, STATUS_LOOKS[status]
    lines = drawn.legend() if drawn else ()
    return status, next((line.look for line in lines if line.code == status), drawn.look if drawn else None)


def _facts(fields: list[Field], facts: dict[str, Any], register: Register, lang: Lang) -> list[Fact]:
    found: list[Fact] = []
    not_known = texts("map", lang)["not_known"]
    unknown: list[Fact] = []
    for field in fields:
        fact = (
            _holder(field, facts, lang) if field.name.startswith("holder_") else fact_of(field, facts, register, lang)
        )
        if fact:
            (unknown if fact.value == not_known else found).append(fact)
        if field.unit == CHARGE and facts.get(field.name) is not None and facts.get("area_m2"):
            # Of the area as it is shown: a reader multiplies what stands there.
            total = money(facts[field.name] * round(facts["area_m2"]), lang)
            found.append(Fact(texts("map", lang)["yearly_total"], total))
    if len(unknown) > SAID_APART:
        # A berth has thirty measures: what nobody has measured of it is one sentence, not thirty rows.
        return [*found, Fact(not_known, ("، " if lang == "ar" else ", ").join(fact.title for fact in unknown))]
    return found + unknown


def fact_of(field: Field, facts: dict[str, Any], register: Register, lang: Lang) -> Fact | None:
    """What an object's property says, in words; None where nothing is there to say."""
    value = facts.get(field.name)
    title = field.title.said_in(lang)
    if value is None or value == []:
        if field.when_null:
            return Fact(title, field.when_null.said_in(lang))
        # A measure that nobody has taken is said; a remark that nobody has made is not.
        return Fact(title, texts("map", lang)["not_known"]) if field.unit else None
    if field.codelist:
        codes = value if isinstance(value, list) else [value]
        return Fact(
            title, ("، " if lang == "ar" else ", ").join(register.titled(field.codelist, c, lang) for c in codes)
        )
    if isinstance(value, bool):
        return Fact(title, (YES if value else NO)[lang])
    if isinstance(value, int | float):
        plain = field.name.endswith("_year") or field.name in ("phase",)
        words = str(value) if plain else number(value, 0 if abs(value) >= 1000 else 2)
        unit = UNITS.get(field.unit or "", {}).get(lang, field.unit or "")
        return Fact(title, f"{words} {unit}".strip(), ltr=not unit)
    return Fact(title, str(value), ltr=_is_date(value) or field.name.endswith(("code", "number", "_node")))


def _holder(field: Field, facts: dict[str, Any], lang: Lang) -> Fact | None:
    if facts.get("public_status") not in TAKEN:
        return None
    value = facts.get(field.name) or texts("map", lang)["holder_private"]
    return Fact(texts("map", lang)["holder"], value)


def _sections(
    fields: list[Field], facts: dict[str, Any], register: Register, lang: Lang, near: tuple[dict[str, Any], ...]
) -> list[Section]:
    t = texts("map", lang)
    services = [fact_of(field, facts, register, lang) for field in fields if field.codelist == "servicing"]
    found = [Section(t["servicing"], tuple(fact for fact in services if fact))] if any(services) else []
    if near:
        distances = tuple(
            Fact(each["title"], f"{number(each['metres'])} {UNITS['m'][lang]}" if each["metres"] else t["here"])
            for each in near
        )
        found.append(Section(t["nearby_projects"], distances))
    return found


def _terrain(told: dict[str, Any] | None, register: Register, lang: Lang) -> list[Section]:
    """Level and slope under a plot, with what they were measured on and whether they are for design."""
    if told is None:
        return []
    t, metre = texts("map", lang), UNITS["m"][lang]
    # A level is written as finely as its raster knows it.
    digits = 0 if told["resolution_m"] >= COARSE_M else 2
    levels = f"\u2068{number(told['lowest_m'], digits)} – {number(told['highest_m'], digits)}\u2069 {metre}"
    facts = [
        Fact(t["terrain_mean"], f"{number(told['mean_m'], digits)} {metre}"),
        Fact(t["terrain_range"], levels),
    ]
    if told["slope_percent"] is not None:
        facts += [
            Fact(t["terrain_slope"], f"{number(told['slope_percent'], 1)} %"),
            Fact(t["terrain_steepest"], f"{number(told['steepest_percent'], 1)} %"),
        ]
    if told["covered"] < 0.995:
        facts.append(Fact(t["terrain_covered"], f"{number(told['covered'] * 100)} %"))
    facts.append(Fact(t["terrain_from"], said_of(told, register, lang)))
    return [Section(t["terrain_section"], tuple(facts))]


def _arcs(arcs: tuple[dict[str, Any], ...], lang: Lang) -> list[Section]:
    """What the curved parts of a border are set out by; the border itself is drawn of short lines."""
    if not arcs:
        return []
    t, metre = texts("map", lang), UNITS["m"][lang]
    facts = [
        Fact(
            f"{t['arc']} {place}",
            f"{t['arc_radius']} \u2068{number(arc['radius_m'], 3)} {metre}\u2069 · {t['arc_length']} "
            f"\u2068{number(arc['length_m'], 3)} {metre}\u2069 · \u2066{arc['begins']} – {arc['ends']}\u2069",
        )
        for place, arc in enumerate(arcs[:ARCS_TOLD], 1)
    ]
    if len(arcs) > ARCS_TOLD:
        facts.append(Fact(t["arcs_more"], number(len(arcs) - ARCS_TOLD)))
    return [Section(t["arcs_section"], tuple(facts))]


def _source(facts: dict[str, Any], lang: Lang) -> str:
    title, dated = facts.get(f"source_{lang}"), facts.get("source_dated")
    return f"{title} ({dated})" if title and dated else str(title or "")


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
