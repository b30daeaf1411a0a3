# SPDX-License-Identifier: Apache-2.0
"""What is said of files, in the reader's language: sentences by code, and the whole report of an import as lines."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from web.named import table_said, worded
from web.problems import told
from web.texts import Lang

_MESSAGES = Path(__file__).resolve().parent / "messages"
EXAMPLES = 5
"""Features told by name for each code; the report file has them all."""
LEVELS = ("fault", "doubt", "note")


@cache
def _said(lang: Lang) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        (_MESSAGES / f"files.{lang}.toml").read_text(encoding="utf-8")
    )
    return found


def sentence(code: str, facts: Mapping[str, Any], lang: Lang) -> str:
    """What a code means, its facts filled in; a fact that is not given is a dash."""
    return _filled(_said(lang)["codes"][code], facts, lang)


def on_page(code: str, facts: Mapping[str, Any], lang: Lang, zones: Mapping[str, str] | None = None) -> str:
    """The same without the sentences that name options of the command line, for which the page has fields, and in words for
    what programs name. `zones`: names by code.
    """
    refusal, told_ = facts.get("refusal"), facts.get("told")
    if code == "refused_by_register" and isinstance(refusal, str) and isinstance(told_, Mapping):
        return told(refusal, told_, lang)[1]
    facts = worded(code, facts, lang, zones or {})
    whole = _said(lang)["codes"][code]
    kept = [part for part in re.split(r"(?<=[.؟?]) ", whole) if "--" not in part]
    # Better a word of the command line than none at all.
    return _filled(" ".join(kept) or whole, facts, lang)


def _word(name: str, lang: Lang, /, **facts: Any) -> str:
    return _filled(_said(lang)["words"][name], facts, lang)


word = _word
"""For reports of other things than features."""


def counted(number: int, noun: str, lang: Lang) -> str:
    """A number with its noun as the language wants it: Arabic has one, two, a few (3 to 10), many."""
    forms = _said(lang)["counts"]
    few = lang == "ar" and 3 <= number % 100 <= 10
    form = {1: "one", 2: "two"}.get(number, "few" if few else "many")
    text = forms.get(f"{noun}_{form}") or forms[f"{noun}_many"]
    return text.replace("{n}", f"{number:,}" if lang == "en" else str(number))


def written_as(written: Mapping[str, int], lang: Lang) -> str:
    """What came in, or went out again: things by their names, never rows of tables."""
    said = [
        counted(rows, table, lang) if f"{table}_many" in _said(lang)["counts"] else f"{table_said(table, lang)}: {rows}"
        for table, rows in written.items()
    ]
    return ("، " if lang == "ar" else ", ").join(said)


def _filled(text: str, facts: Mapping[str, Any], lang: Lang) -> str:
    """The text with `{fact}`, or `{fact:noun}` where the noun goes with the number."""

    # Not str.format: a fact is data, and may hold braces.
    def fact(match: re.Match[str]) -> str:
        given = facts.get(match[1])
        return counted(given, match[2], lang) if match[2] and isinstance(given, int) else _plain(given)

    return re.sub(r"\{(\w+)(?::(\w+))?\}", fact, text)


def _plain(fact: Any) -> str:
    """A fact on one line: no control or direction signs from a file reach the terminal."""
    if fact is None or fact == [] or fact == {}:
        return "–"
    if isinstance(fact, Mapping):
        return _plain([f"{_plain(name)}: {_plain(value)}" for name, value in fact.items()])
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return (
            "، ".join(map(_plain, fact))
            if any("\u0600" <= c <= "\u06ff" for c in str(fact))
            else ", ".join(map(_plain, fact))
        )
    text = fact if isinstance(fact, str) else json.dumps(fact, ensure_ascii=False)
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def report_lines(report: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    """The report of `layers.importing` (its JSON form) for a terminal."""
    size, digest = report["size_bytes"], report["sha256"][:12]
    yield _word("file", lang, name=report["file_name"], kind=report["kind"], size=size, digest=digest)
    before: dict[str, str] = {}
    for layer in report["layers"]:
        yield ""
        yield from _layer_lines(layer, before, lang)
    if where := report.get("where"):
        yield ""
        yield _where(where, lang)
    for level in LEVELS:
        yield from _finding_lines([f for f in report["findings"] if f["issue"]["level"] == level], level, lang)
    yield ""
    yield from _conclusion(report, lang)


def where_said(where: Mapping[str, Any] | None, zones: Mapping[str, str], lang: Lang) -> str:
    """How a file lies to its zone, by the zone's name; empty where nothing is placed yet."""
    if not where:
        return ""
    name = zones.get(where["zone"], where["zone"])
    said = _where({**where, "zone": f"«{name}»" if lang == "ar" else f"“{name}”"}, lang)
    return said.partition(": ")[2] or said


def _where(where: Mapping[str, Any], lang: Lang) -> str:
    """How the file lies to the zone."""
    facts = {
        "zone": where["zone"],
        "inside": where["inside"],
        "all": where["features"],
        "nearest": _distance(where["nearest_m"], lang),
        "farthest": _distance(where["farthest_m"], lang),
    }
    if where["inside"] == where["features"]:
        return _word("where_inside", lang, **facts)
    return _word("where_partly" if where["nearest_m"] == 0 else "where_outside", lang, **facts)


def _distance(metres: float, lang: Lang) -> str:
    return (
        _word("kilometres", lang, value=round(metres / 1000, 1))
        if metres >= 1000
        else _word("metres", lang, value=round(metres))
    )


def _layer_lines(layer: Mapping[str, Any], said: dict[str, str], lang: Lang) -> Iterator[str]:
    """`said`: by what was said of coordinates, the layer at which it was: nothing is said twice."""
    yield _word("layer", lang, name=layer["name"], features=layer["features"], taken=layer["taken"])
    crs, operation = layer["crs"], layer["crs"]["operation"]
    before = said.setdefault(json.dumps(crs, sort_keys=True, default=str), layer["name"])
    if before != layer["name"]:
        yield _word("crs_as_before", lang, layer=before)
    elif crs["name"] is None:
        yield _word("crs_question", lang, why=_word(f"why_{crs['why']}", lang))
        for number, candidate in enumerate(crs["candidates"]):
            name = "crs_candidate" if number else "crs_first"
            yield _word(name, lang, epsg=candidate["epsg"], name=candidate["name"], shift=candidate["shift_m"])
    elif crs["how"] == "schematic":
        yield _word("crs_schematic", lang)
    else:
        way = operation and (_word("way_none", lang) if operation["name"] == "none" else operation["name"])
        metres = operation and operation["accuracy_m"]
        accuracy = _word("accuracy_unknown", lang) if metres is None else _word("accuracy_m", lang, value=metres)
        how = _word(f"how_{crs['how']}", lang)
        name = "crs_known" if crs["epsg"] else "crs_named"
        yield _word(name, lang, name=crs["name"], epsg=crs["epsg"], how=how, operation=way, accuracy=accuracy)
    encoding = layer["encoding"]
    yield _word("encoding", lang, name=encoding["name"], how=_word(f"how_{encoding['how']}", lang))
    if layer["fields"]:
        yield _word("fields", lang, fields=" · ".join(_field(use, lang) for use in layer["fields"]))


def _field(use: Mapping[str, Any], lang: Lang) -> str:
    """A field, the column that it fills, what its heading means where no column takes it."""
    kept = use["column"] == "properties"
    if use["column"] and not kept:
        return _word("field_taken", lang, file_field=use["file_field"], column=use["column"])
    if use["meaning"]:
        return _word("field_meaning", lang, file_field=use["file_field"], meaning=use["meaning"])
    if use["doubtful"]:
        return _word("field_doubtful", lang, file_field=use["file_field"], doubtful=use["doubtful"])
    return _plain(use["file_field"]) if kept else _word("field_free", lang, file_field=use["file_field"])


def _finding_lines(findings: Sequence[Mapping[str, Any]], level: str, lang: Lang) -> Iterator[str]:
    """Of each code its number, and a few features by name and place."""
    if not findings:
        return
    yield ""
    yield _word(f"level_{level}", lang)
    by_code: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        by_code.setdefault(finding["issue"]["code"], []).append(finding)
    for code, ours in by_code.items():
        first = ours[0]["issue"]
        if len(ours) == 1 and first["ref"] is None:
            yield f"  {sentence(code, first['facts'], lang)}"
            continue
        yield _word(
            "count",
            lang,
            number=len(ours),
            sentence=re.sub(r"\s*\([^()]*\{[^()]*\)|[:：]?\s*\{[\w:]+\}", " …", _said(lang)["codes"][code]),
        )
        for finding in ours[:EXAMPLES]:
            issue = finding["issue"]
            text = sentence(code, issue["facts"], lang)
            yield _word("example", lang, layer=issue["layer"], ref=issue["ref"], place=_place(finding), sentence=text)
        if len(ours) > EXAMPLES:
            yield _word("more", lang, number=len(ours) - EXAMPLES)


def _place(finding: Mapping[str, Any]) -> str:
    """Degrees where they are known, else the file's own numbers."""
    if finding["lonlat"]:
        lon, lat = finding["lonlat"]
        return f"({lat:.6f}, {lon:.6f})"
    place = finding["issue"]["place"]
    return f"[{place[0]:.3f} {place[1]:.3f}]" if place else ""


def _conclusion(report: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    taken = sum(layer["taken"] for layer in report["layers"])
    if report["import_id"]:
        written = written_as(report["written"], lang)
        yield _word("committed", lang, written=written, import_id=report["import_id"])
        if report["target"] == "reference":
            yield _word("shown", lang)
        yield _word("undo", lang, import_id=report["import_id"])
    elif any(layer["crs"]["name"] is None for layer in report["layers"]):
        yield _word("cannot_questions", lang)
    elif not taken:
        yield _word("nothing", lang)
    elif not report["can_commit"]:
        yield _word("cannot", lang)
    elif report["target"] == "reference":
        yield _word("would_reference", lang, taken=taken)
    elif report["target"] == "model":
        yield _word("would_model", lang)
    else:
        yield _word("would_layer", lang, taken=taken, target=report["target"])
