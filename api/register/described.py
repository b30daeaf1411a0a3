# SPDX-License-Identifier: Apache-2.0
"""Commands of the register in the service's OpenAPI description: made from their routes and from what they take."""

import re
from typing import Any

from starlette.routing import Mount, Route

from api.register import reading, rights
from layers.declaration import Text
from layers.rights.machine import STEPS
from web.texts import Lang

Schema = dict[str, Any]
PLAIN = {"string", "integer", "number", "boolean", "array", "object"}
TITLES: dict[str, Text] = {
    "/register/applications": Text(ar="الطلبات", en="Files of applicants"),
    "/register/applications/{file}": Text(ar="طلب", en="A file"),
    "/register/rights": Text(ar="حق من الأرشيف الورقي", en="A right from paper"),
    "/register/rights/{lease}": Text(ar="عقد", en="A lease"),
    "/register/meetings": Text(ar="الدعوة إلى اجتماع", en="Call a meeting"),
    "/register/meetings/{meeting}": Text(ar="اجتماع", en="A meeting"),
    "/register/alarms": Text(ar="المستحق والمنتهي", en="What is due, expires or is over"),
    "/register/plots/{plot_number}/why": Text(ar="لماذا لا يمكن؟", en="Why can I not?"),
    "/register/payments": Text(ar="تسجيل دفعة", en="Record a payment"),
    "/register/tariffs": Text(ar="إصدار تعريفة", en="A tariff's next edition"),
    "/register/claims": Text(ar="تسجيل مطالبة", en="Lodge a claim"),
    "papers": Text(ar="إضافة مستندات", en="Add papers"),
    "extend": Text(ar="تمديد المدة", en="Extend the time"),
    "correct": Text(ar="تصحيح كتابي", en="Correct a clerical slip"),
    "invoices": Text(ar="تسجيل مطالبة مالية", en="Record an invoice"),
    "guarantees": Text(ar="تسجيل خطاب ضمان", en="Record a guarantee"),
    "items": Text(ar="إضافة إلى جدول الأعمال", en="Put on the agenda"),
    "close": Text(ar="إقفال الاجتماع", en="Close the meeting"),
    "notices": Text(ar="إنذار", en="Give notice"),
    "met": Text(ar="التزام أُنجز", en="An obligation is met"),
    "addenda": Text(ar="ملحق عقد", en="An addendum"),
    "end": Text(ar="إنهاء المطالبة", en="End a claim"),
    **{step.event: step.title for step in STEPS},
}


def register_paths(lang: Lang) -> dict[str, Schema]:
    """Every command and reading of rights."""
    return paths_of([*reading.routes(), *rights.routes()], lang)


def paths_of(routes: list[Route | Mount], lang: Lang) -> dict[str, Schema]:
    """The routes as paths of OpenAPI 3.0. A command's handler carries what it takes (`given`) and needs (`keyed`, `tagged`)."""
    made: dict[str, Schema] = {}
    for route in routes:
        if isinstance(route, Route):
            for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
                made.setdefault(route.path, {})[method.lower()] = _operation(route, method.lower(), lang)
    return made


def _operation(route: Route, method: str, lang: Lang) -> Schema:
    title = TITLES.get(route.path) or TITLES[route.path.rsplit("/", 1)[-1]]
    refusal = {"$ref": "#/components/responses/Problem"}
    parameters: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.path.endswith("/why"):
        parameters.append({"name": "act", "in": "query", "required": False, "schema": {"type": "string"}})
    made: Schema = {
        "operationId": re.sub(r"\W+", "_", f"{method}{route.path}").strip("_"),
        "tags": ["register"],
        "summary": title.said_in(lang),
        "parameters": parameters,
        "responses": {
            "200" if method == "get" or getattr(route.endpoint, "tagged", False) else "201": {
                "description": title.said_in(lang),
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **dict.fromkeys(("400", "403", "404"), refusal),
        },
    }
    given = getattr(route.endpoint, "given", None)
    if given is not None:
        parameters.append(_header("Idempotency-Key", required=route.endpoint.keyed))  # type: ignore[attr-defined]
        if route.endpoint.tagged:  # type: ignore[attr-defined]
            parameters.append(_header("If-Match", required=True))
        parameters.append(
            {"name": "dry_run", "in": "query", "required": False, "schema": {"type": "boolean", "default": False}}
        )
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(given)}}}
        made["responses"] |= dict.fromkeys(("409", "412", "413", "415", "422", "428"), refusal)
    return made


def _header(name: str, *, required: bool) -> Schema:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string"}}


def _schema(given: Any) -> Schema:
    """What a body holds, in the words of OpenAPI 3.0: its members, their plain types, which are needed, no others."""
    whole = given.model_json_schema()
    members = {name: _member(about) for name, about in whole.get("properties", {}).items()}
    made: Schema = {"type": "object", "properties": members, "additionalProperties": False}
    if whole.get("required"):
        made["required"] = whole["required"]
    return made


def _member(about: Schema) -> Schema:
    kinds = [about, *about.get("anyOf", ())]
    kind = next((each["type"] for each in kinds if each.get("type") in PLAIN), None)
    form = next((each["format"] for each in kinds if "format" in each), None)
    if kind == "array":
        return {"type": "array", "items": {}}
    return {name: value for name, value in (("type", kind), ("format", form)) if value}
