# SPDX-License-Identifier: Apache-2.0
"""What a person answered on the page about a file, as the wishes of an import and the options of a reading."""

import codecs
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gis.coordinate_systems import CrsUnknown, named
from gis.fitting import ControlPoint, Fit, fit
from gis.placing import METRES
from gis.reading import ReadOptions
from layers.errors import NoSuchLayer
from layers.importing.wishes import MODELS, NEW_ZONE, PORT, REFERENCE, NoSuchTarget, Wishes, target_layer
from layers.incoming import BadAnswer

ADOPT_MOST_CM = 100
POINTS_MOST = 200
WHOLE = frozenset({PORT, NEW_ZONE, *MODELS})
"""Targets that take a file as a whole."""
NAMES = frozenset(
    {
        "target", "zone", "title", "shown", "crs", "fit", "encoding", "units", "comma_is_decimal", "layers", "columns",
        "values", "targets", "adopt_cm", "leave_out_faulty", "all_outlines", "again",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """`again`: the same file may come in once more."""

    wishes: Wishes
    options: ReadOptions
    again: bool


def understood(given: Mapping[str, Any]) -> Answers:
    """The answers as the import wants them. Raises BadAnswer, FitRefused."""
    if "\\u0000" in json.dumps(given):  # what PostgreSQL cannot keep
        raise BadAnswer("body", "U+0000")
    unknown = sorted(given.keys() - NAMES)
    if unknown:
        raise BadAnswer(unknown[0], given[unknown[0]])
    target = _text(given, "target") or REFERENCE
    try:
        target_layer(target)
    except (NoSuchTarget, NoSuchLayer):
        raise BadAnswer("target", target) from None
    zone, title = _text(given, "zone"), _text(given, "title")
    values, columns = _pairs(given, "values"), _pairs(given, "columns")
    if target == NEW_ZONE:
        values = {
            **({"code": zone} if zone else {}),
            **({"name_ar": title, "name_en": title} if title else {}),
            **values,
        }
    wishes = Wishes(
        target=target,
        zone=None if target == NEW_ZONE else zone,
        crs=_crs(given),
        columns=columns,
        values={name: value for name, value in values.items() if value},
        title=title,
        shown=_flag(given, "shown", unless_said=True),
        leave_out_faulty=_flag(given, "leave_out_faulty"),
        all_outlines=_flag(given, "all_outlines"),
        fit=_fit(given),
        adopt_m=adopt_m(given),
        layers=_layers(given),
        targets=targets_of(given),
    )
    options = ReadOptions(
        encoding=_encoding(given),
        units=_units(given),
        columns=tuple((name, field) for name, field in columns.items() if field),
        comma_is_decimal=given.get("comma_is_decimal") if _flag(given, "comma_is_decimal") else None,
    )
    return Answers(wishes, options, again=_flag(given, "again"))


def control_points(given: Any) -> list[ControlPoint]:
    """Raises BadAnswer for what is no list of places known twice."""
    if not isinstance(given, list) or len(given) > POINTS_MOST:
        raise BadAnswer("fit", given)
    return [_point(each) for each in given]


def _point(each: Any) -> ControlPoint:
    try:
        x, y, east, north = (float(each[name]) for name in ("x", "y", "east", "north"))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadAnswer("fit", each) from None
    if not all(abs(number) < 1e9 for number in (x, y, east, north)):
        raise BadAnswer("fit", each)
    return ControlPoint(x, y, east, north, name=str(each.get("name", ""))[:60])


def _fit(given: Mapping[str, Any]) -> Fit | None:
    asked = given.get("fit")
    if not asked:
        return None
    kind = asked.get("kind", "similarity") if isinstance(asked, dict) else None
    if kind not in ("similarity", "affine"):
        raise BadAnswer("fit", asked)
    return fit(control_points(asked.get("points")), kind)


def _crs(given: Mapping[str, Any]) -> Any:
    text = _text(given, "crs")
    try:
        return named(text) if text else None
    except CrsUnknown:
        raise BadAnswer("crs", text) from None


def _encoding(given: Mapping[str, Any]) -> str | None:
    text = _text(given, "encoding")
    try:
        " ".encode(text or "utf-8")  # a codec of bytes ("hex") is no alphabet
        return codecs.lookup(text).name if text else None
    except (LookupError, ValueError):
        raise BadAnswer("encoding", text) from None


def _units(given: Mapping[str, Any]) -> str | None:
    text = _text(given, "units")
    if text is not None and text not in METRES:
        raise BadAnswer("units", text)
    return text


def adopt_m(given: Mapping[str, Any]) -> float | None:
    """Metres within which existing edges are adopted; `adopt_cm` says centimetres. Raises BadAnswer."""
    asked = given.get("adopt_cm")
    if asked in (None, "", 0):
        return None
    if isinstance(asked, bool) or not isinstance(asked, int | float) or not 0 < asked <= ADOPT_MOST_CM:
        raise BadAnswer("adopt_cm", asked)
    return asked / 100


def _layers(given: Mapping[str, Any]) -> frozenset[str] | None:
    asked = given.get("layers")
    if asked is None:
        return None
    if not isinstance(asked, list) or not all(isinstance(name, str) for name in asked):
        raise BadAnswer("layers", asked)
    return frozenset(asked)


def targets_of(given: Mapping[str, Any]) -> dict[str, str]:
    """Layers of the file that go elsewhere. Raises BadAnswer; a model or a chart goes as a whole."""
    targets = {name: target for name, target in _pairs(given, "targets").items() if target}
    for target in targets.values():
        if target in WHOLE:
            raise BadAnswer("targets", target)
        try:
            target_layer(target)
        except (NoSuchTarget, NoSuchLayer):
            raise BadAnswer("targets", target) from None
    return targets


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 200 or "\x00" in value:
        raise BadAnswer(name, value)
    return value.strip() or None


def _flag(given: Mapping[str, Any], name: str, *, unless_said: bool = False) -> bool:
    value = given.get(name, unless_said)
    if not isinstance(value, bool):
        raise BadAnswer(name, value)
    return value


def _pairs(given: Mapping[str, Any], name: str) -> dict[str, str]:
    pairs = given.get(name) or {}
    if not isinstance(pairs, dict) or len(pairs) > 1000:
        raise BadAnswer(name, pairs)
    for key, value in pairs.items():
        if not isinstance(value, str) or len(value) > 200 or len(key) > 200:
            raise BadAnswer(name, key)
    return pairs
