# SPDX-License-Identifier: Apache-2.0
"""Makers of project files: OC4IDS packages, World Bank records, IATI activities."""

import json
from pathlib import Path
from typing import Any

HARBOUR = {"type": "Point", "coordinates": [16.6315, 31.2125]}


def project(code: str = "oc4ids-ly-1", **more: Any) -> dict[str, Any]:
    """A project with all that has a home with us."""
    return {
        "id": code,
        "title": "توسعة الرصيف",
        "title_en": "Quay extension",
        "status": "implementation",
        "type": "expansion",
        "sector": ["transport", "transport.water"],
        "purpose": "Trade",
        "period": {"startDate": "2026-01-31T00:00:00Z", "endDate": "2028-06-30T00:00:00Z"},
        "budget": {"amount": {"amount": 1250000.5, "currency": "LYD"}},
        "locations": [{"geometry": HARBOUR}],
        "parties": [
            {"name": "Ports Authority", "roles": ["publicAuthority", "payer"]},
            {"name": "شركة تجريبية 12", "roles": ["supplier"]},
        ],
        **more,
    }


def package(path: Path, *projects: Any, **more: Any) -> Path:
    """An OC4IDS package."""
    head: dict[str, Any] = {"version": "0.9", "uri": "https://example.org/p", "publishedDate": "2026-03-31T00:00:00Z"}
    head |= {"publisher": {"name": "هيئة"}, "license": "https://example.org/l"}
    document = {**head, **more, "projects": list(projects)}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def records(path: Path, **by_number: Any) -> Path:
    """World Bank records."""
    path.write_text(json.dumps({"rows": 1, "projects": by_number}), encoding="utf-8")
    return path


def place(lat: str | None, lon: str | None, name: str = "Sirte") -> dict[str, Any]:
    """A location as the Bank writes it."""
    return {"geoLocName": name, "latitude": lat, "longitude": lon, "country": "LY"}


def activities(path: Path, inside: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Path:
    """An IATI file."""
    path.write_text(f'{head}<iati-activities version="2.03">{inside}</iati-activities>', encoding="utf-8")
    return path
