# SPDX-License-Identifier: Apache-2.0
"""Criteria of plots in the address, and what the register answers to them."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from api.maplayers import Register
from api.service import Service
from layers import browsing
from layers.browsing import SORTS, UTILITIES, Criteria, Sort
from web.browse import Chip, Facet, Option, Results, Row
from web.legend import STATUS_LOOKS, UNKNOWN, Look, MapLayer
from web.texts import Lang, area, number, rent, texts

PAGE = 30
LISTS = ("status", "land_use", "servicing", "number")
NUMBERS = ("area_from", "area_to", "rent_to")
LONGEST_LIST = 200
Pairs = list[tuple[str, str]]


def pairs_of(request: Request) -> Pairs:
    """The address's parameters in their order. Without NUL, which no text of the database can hold."""
    return [
        (name, value.replace("\0", ""))
        for name, value in parse_qsl(request.url.query, keep_blank_values=False, max_num_fields=500)
    ]


def criteria_of(pairs: Pairs) -> Criteria:
    """Criteria as the address says them. A number that cannot be read is no criterion, and `unread_of` says so."""
    lists = {
        name: tuple(dict.fromkeys(w for key, value in pairs if key == name for w in value.split(",") if w))[
            :LONGEST_LIST
        ]
        for name in LISTS
    }
    lists["servicing"] = tuple(word for word in lists["servicing"] if word in UTILITIES)
    given = dict(pairs)
    return Criteria(**lists, **{name: read_number(given.get(name, "")) for name in NUMBERS})  # type: ignore[arg-type]


def unread_of(pairs: Pairs, lang: Lang) -> tuple[str, ...]:
    """A sentence for each number of the address that is none. The other criteria hold meanwhile."""
    t = texts("map", lang)
    given = dict(pairs)
    return tuple(
        t["unread"].replace("{field}", t[f"{name}_chip"]).replace("{given}", given[name])
        for name in NUMBERS
        if name in given and read_number(given[name]) is None
    )


def sort_of(pairs: Pairs) -> Sort:
    asked = dict(pairs).get("sort", "")
    return next((sort for sort in SORTS if sort == asked), "plot_number")


_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?|\d{1,3}(,\d{3}){1,4}(\.\d{1,6})?")
_WITH_COMMA = re.compile(r"\d{1,12},(\d{1,2}|\d{4,6})")


def read_number(text: str) -> float | None:
    """ "٢٬٥٠٠", "2,500" and "2500" alike, "12,5" as twelve and a half; None for what is no number from nought up."""
    western = "".join(text.translate(_DIGITS).split())
    if _WITH_COMMA.fullmatch(western):  # a comma before other than three digits separates no thousands
        return float(western.replace(",", "."))
    return float(western.replace(",", "")) if _NUMBER.fullmatch(western) else None


def without(pairs: Pairs, *names: str) -> str:
    """The query string without these words."""
    return urlencode([(name, value) for name, value in pairs if name not in names])


def offset_of(pairs: Pairs) -> int:
    asked = dict(pairs).get("offset", "0")
    return min(int(asked), 1_000_000) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


async def results_of(service: Service, pairs: Pairs, register: Register, plots: MapLayer | None, lang: Lang) -> Results:
    """Counts, list and chips for the criteria in the address."""
    criteria, offset = criteria_of(pairs), offset_of(pairs)
    binds = criteria.binds()
    counts = await service.row(browsing.counts_statement(from_plots=browsing.needs_plots(criteria)), binds)
    matching = await service.row(browsing.matching_statement(), binds) if criteria.active else None
    page = await service.row(browsing.list_statement(sort_of(pairs)), binds | {"limit": PAGE, "offset": offset})
    total, area_m2, statuses, uses, utilities, dropped, available, available_m2, largest_m2, _ = counts or (
        (0, 0.0, {}, {}, {}, {}, 0, 0.0, None, False)
    )
    looks = {c.field: {each.code: each.look for each in c.classes} for c in (plots.colourings if plots else ())}
    rows = tuple(_row(each, register, lang) for each in (page[0] if page else []))
    more = offset + len(rows) < total
    kept = [(name, value) for name, value in pairs if name != "offset"]
    return Results(
        total=total,
        area_m2=area_m2,
        facets=_facets(criteria, statuses, uses, utilities, register, looks, lang),
        rows=rows,
        chips=tuple(_chips(criteria, kept, {"total": total, **dropped}, (statuses, uses), register, lang)),
        matching=tuple(matching[0]) if matching else None,
        more=urlencode([*kept, ("offset", str(offset + PAGE))]) if more else None,
        available=available,
        available_m2=available_m2,
        largest_m2=largest_m2,
        version=plots.version if plots else 0,
        unread=unread_of(pairs, lang),
        download=urlencode([*([("filter", text)] if (text := filter_of(criteria)) else []), ("lang", lang)]),
    )


def filter_of(criteria: Criteria) -> str:
    """The criteria as a filter in CQL2, for doors that know no other words. Empty when nothing is chosen.

    >>> filter_of(Criteria(status=("available",), servicing=("water",), area_from=500.0))
    "public_status IN ('available') AND water = 'now' AND area_m2 >= 500.0"
    """
    lists = {"public_status": criteria.status, "land_use": criteria.land_use, "plot_number": criteria.number}
    parts = [f"{name} IN ({', '.join(map(_quoted, words))})" for name, words in lists.items() if words]
    parts += [f"{name} = 'now'" for name in criteria.servicing]
    limits = (
        ("area_m2", ">=", criteria.area_from),
        ("area_m2", "<=", criteria.area_to),
        ("rent", "<=", criteria.rent_to),
    )
    parts += [f"{name} {sign} {value!r}" for name, sign, value in limits if value is not None]
    return " AND ".join(parts)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _row(each: dict[str, Any], register: Register, lang: Lang) -> Row:
    return Row(
        plot_number=each["plot_number"],
        tile_id=each["tile_id"],
        status=each["public_status"],
        status_title=register.titled("public_status", each["public_status"], lang),
        look=STATUS_LOOKS.get(each["public_status"], UNKNOWN),
        land_use=register.titled("land_use", each["land_use"], lang),
        area_m2=each["area_m2"],
        rent=each["rent"],
        address=urlencode({"plot": each["plot_number"], "lang": lang}),
    )


def _facets(
    criteria: Criteria,
    statuses: dict[str, int],
    uses: dict[str, int],
    utilities: dict[str, int],
    register: Register,
    looks: dict[str, dict[str | None, Look]],
    lang: Lang,
) -> tuple[Facet, ...]:
    t = texts("map", lang)

    def options(
        codelist: str, counts: dict[str, int], chosen: tuple[str, ...], *, field: str, all_codes: bool
    ) -> tuple[Option, ...]:
        codes = [code for code in register.codes.get(codelist, {}) if all_codes or code in counts]
        return tuple(
            Option(
                code,
                register.titled(codelist, code, lang),
                counts.get(code, 0),
                code in chosen,
                looks.get(field, {}).get(code),
            )
            for code in codes
        )

    services = {name: utilities.get(name, 0) for name in UTILITIES}
    return (
        Facet(
            "status",
            t["status_label"],
            options("public_status", statuses, criteria.status, field="public_status", all_codes=True),
        ),
        Facet(
            "land_use",
            t["land_use_label"],
            options("land_use", uses, criteria.land_use, field="land_use", all_codes=False),
        ),
        Facet(
            "servicing",
            t["servicing_label"],
            options("utility", services, criteria.servicing, field="", all_codes=False),
        ),
    )


def _chips(
    criteria: Criteria,
    pairs: Pairs,
    dropped: dict[str, int],
    counts: tuple[dict[str, int], dict[str, int]],
    register: Register,
    lang: Lang,
) -> list[Chip]:
    t = texts("map", lang)
    by_list = {
        "status": ("public_status", counts[0]),
        "land_use": ("land_use", counts[1]),
        "servicing": ("utility", {}),
    }
    chips = []
    for name, (codelist, counted) in by_list.items():
        chosen: tuple[str, ...] = getattr(criteria, name)
        for code in chosen:
            rest = tuple(other for other in chosen if other != code)
            # Of several statuses the others still give theirs; of utilities dropping one gives at least as many.
            gives = sum(counted.get(other, 0) for other in rest) if rest and counted else dropped.get(name, 0)
            query = urlencode([*((k, v) for k, v in pairs if k != name), *((name, other) for other in rest)])
            chips.append(Chip(register.titled(codelist, code, lang), query, gives))
    for name, words in (("area_from", area), ("area_to", area), ("rent_to", rent)):
        value = getattr(criteria, name)
        if value is not None:
            title = f"{t[f'{name}_chip']} {words(value, lang)}"
            chips.append(Chip(title, without(pairs, name), dropped.get(name, 0)))
    if criteria.number:
        title = f"{t['shortlist']} ({number(len(criteria.number))})"
        chips.append(Chip(title, without(pairs, "number"), dropped.get("number", 0)))
    return chips
