# SPDX-License-Identifier: Apache-2.0
"""The commands in OpenAPI: one operation a door, its body from the model that reads it."""

import re
from typing import Any

from starlette.routing import Route

from api.register import bodies, geometry, plots
from web.texts import Lang

Schema = dict[str, Any]
PROBLEM = {"$ref": "#/components/responses/Problem"}
WORDS: dict[str, tuple[type[bodies.Body] | None, str, str]] = {
    "draw": (bodies.Draw, "رسم قطعة", "Draw a plot"),
    "merge": (bodies.Merge, "دمج قطع في واحدة", "Merge plots into one"),
    "split": (bodies.Split, "تقسيم قطعة", "Split a plot: by line, area, equally, frontage, lots"),
    "adjust": (bodies.Adjust, "تعديل حد مشترك أو ركن", "Adjust a shared border or corner"),
    "resurvey": (bodies.Resurvey, "إعادة رفع قطعة", "Resurvey a plot"),
    "renumber": (bodies.Renumber, "إعادة ترقيم قطعة", "Renumber a plot"),
    "retire": (bodies.Retire, "إنهاء قطعة", "Retire a plot"),
    "correct": (bodies.Correct, "تصحيح كتابي", "Clerical correction, no legal act"),
    "subdivide_block": (bodies.Subdivide, "تقسيم بلوك", "Subdivide a block"),
    "undo": (bodies.Turn, "تراجع عن آخر إجراء", "Undo the last act"),
    "redo": (bodies.Turn, "إعادة ما تُراجع عنه", "Redo what was undone"),
    "show_turns": (None, "ما يمكن التراجع عنه وإعادته", "What can be undone and redone"),
    "show_plot": (None, "القطعة كما يراها المخطِّط", "A plot as planners see it"),
    "show_numbers": (None, "الأرقام القديمة والجديدة", "Old and new numbers"),
    "square": (geometry.Square, "تربيع الأركان", "Square corners"),
    "reserve": (geometry.Reserve, "حرم طريق حول محور", "Road reserve round a centre line"),
    "parallel": (geometry.Parallel, "خط موازٍ", "Parallel line"),
    "turn": (geometry.Turned, "تدوير", "Turn"),
    "move": (geometry.MovedBy, "نقل بمقدار", "Move by a value"),
    "coordinates": (geometry.Coordinates, "إحداثيات مكتوبة أو ملصوقة", "Coordinates typed or pasted"),
    "traverse": (geometry.Traverse, "مضلع: اتجاهات ومسافات", "Traverse: bearings and distances"),
}


def paths(lang: Lang) -> dict[str, Schema]:
    """The doors' path items, by address."""
    found: dict[str, Schema] = {}
    for route in routes():
        item = found.setdefault(route.path, {})
        for method in sorted(route.methods or set()):
            if method != "HEAD":
                item[method.lower()] = _operation(route, lang, writes=method == "POST")
    return found


def routes() -> list[Route]:
    return [*plots.writing_routes(), *plots.surveying_routes(), *plots.reading_routes(), *geometry.routes()]


def _operation(route: Route, lang: Lang, *, writes: bool) -> Schema:
    name = route.endpoint.__name__
    model, ar, en = WORDS[name]
    saves = writes and "/geometry/" not in route.path
    parameters = [_in("path", word, "string", required=True) for word in re.findall(r"\{(\w+)\}", route.path)]
    parameters.append({"$ref": "#/components/parameters/lang"})
    if name == "show_numbers":
        parameters.append(_in("query", "block", "string"))
    if saves:
        parameters += [_in("query", "dry_run", "boolean"), _in("header", "Idempotency-Key", "string")]
    if saves and "{plot}" in route.path:
        parameters.append(_in("header", "If-Match", "string"))
    refused = ("400", "403", "404", "409", "412", "422", "428", "500") if saves else ("400", "403", "404", "422", "500")
    operation: Schema = {
        "operationId": f"register.{name}",
        "tags": ["register"],
        "summary": ar if lang == "ar" else en,
        "parameters": parameters,
        "responses": {
            "200": {"description": en, "content": {"application/json": {"schema": {"type": "object"}}}},
            **dict.fromkeys(refused, PROBLEM),
        },
    }
    if model is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(model)}}}
    return operation


def _schema(model: type[bodies.Body]) -> Schema:
    """Its members. Their inner shapes are in docs/fabric.md: OpenAPI 3.0 has no words for half of what the model checks."""
    fields = model.model_fields
    schema: Schema = {"type": "object", "properties": {name: {} for name in fields}, "additionalProperties": False}
    required = [name for name, field in fields.items() if field.is_required()]
    return {**schema, "required": required} if required else schema


def _in(where: str, name: str, kind: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": where, "required": required, "schema": {"type": kind}}
