# SPDX-License-Identifier: Apache-2.0
"""Units as an Arabic reader writes them, on cards and in the headings of files."""

from layers.declaration import Language

ARABIC: dict[str, str] = {
    "m": "م",
    "m²": "م²",
    "mm": "مم",
    "mm²": "مم²",
    "kV": "ك.ف",
    "bar": "بار",
    "t": "طن",
    "t/m²": "طن/م²",
    "t/m³": "طن/م³",
    "t/h": "طن/ساعة",
    "TEU": "حاوية مكافئة",
    "V": "فولت",
    "kW": "ك.واط",
    "Hz": "هرتز",
    "kNm": "ك.نيوتن.م",
    "NM": "ميل بحري",
    "%": "%",
    "°": "°",
    "LYD/m²": "د.ل/م²",
}


def unit_said(unit: str, language: Language) -> str:
    """A field's unit in the language.

    >>> unit_said("m²", "ar"), unit_said("m²", "en")
    ('م²', 'm²')
    """
    return ARABIC.get(unit, unit) if language == "ar" else unit
