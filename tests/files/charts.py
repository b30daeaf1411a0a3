# SPDX-License-Identifier: Apache-2.0
"""Chart cells of our own: ISO 8211 records as S-57 edition 3.1 has them, with updates, and ones that lie."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

FIELD_END, UNIT_END = b"\x1e", b"\x1f"
SCALE = 10_000_000
POINT, LINE, AREA = 1, 2, 3
NODE, CONNECTED, EDGE = 110, 120, 130
CLASSES = {
    "BCNLAT": 7,
    "BERTHS": 10,
    "BOYLAT": 17,
    "CRANES": 35,
    "DRGARE": 46,
    "FAIRWY": 51,
    "LIGHTS": 75,
    "SLCONS": 122,
}
ATTRIBUTES = {"CATSLC": 60, "COLOUR": 75, "CONDTN": 81, "DRVAL1": 87, "HORLEN": 99, "LITCHR": 107, "NATCON": 112,
              "OBJNAM": 116, "QUASOU": 125, "SIGGRP": 141, "SIGPER": 142, "VALNMR": 178}  # fmt: skip
DESCRIBED = (
    ("0001", "0500;&   ", "ISO 8211 Record Identifier", "", "(b12)"),
    ("DSID", "1600;&   ", "Data set identification field",
     "RCNM!RCID!EXPP!INTU!DSNM!EDTN!UPDN!UADT!ISDT!STED!PRSP!PSDN!PRED!PROF!AGEN!COMT",
     "(b11,b14,2b11,3A,2A(8),R(4),b11,2A,b11,b12,A)"),
    ("DSSI", "1600;&   ", "Data set structure information field",
     "DSTR!AALL!NALL!NOMR!NOCR!NOGR!NOLR!NOIN!NOCN!NOED!NOFA", "(3b11,8b14)"),
    ("DSPM", "1600;&   ", "Data set parameter field",
     "RCNM!RCID!HDAT!VDAT!SDAT!CSCL!DUNI!HUNI!PUNI!COUN!COMF!SOMF!COMT", "(b11,b14,3b11,b14,4b11,2b14,A)"),
    ("VRID", "1600;&   ", "Vector record identifier field", "RCNM!RCID!RVER!RUIN", "(b11,b14,b12,b11)"),
    ("VRPT", "2600;&   ", "Vector record pointer field", "*NAME!ORNT!USAG!TOPI!MASK", "(B(40),4b11)"),
    ("SG2D", "2500;&   ", "2-D coordinate field", "*YCOO!XCOO", "(2b24)"),
    ("FRID", "1600;&   ", "Feature record identifier field", "RCNM!RCID!PRIM!GRUP!OBJL!RVER!RUIN", "(b11,b14,2b11,2b12,b11)"),
    ("FOID", "1600;&   ", "Feature object identifier field", "AGEN!FIDN!FIDS", "(b12,b14,b12)"),
    ("ATTF", "2600;&   ", "Feature record attribute field", "*ATTL!ATVL", "(b12,A)"),
    ("NATF", "2600;&   ", "Feature record national attribute field", "*ATTL!ATVL", "(b12,A)"),
    ("FFPT", "2600;&   ", "Feature record to feature object pointer field", "*LNAM!RIND!COMT", "(B(64),b11,A)"),
    ("FSPT", "2600;&   ", "Feature record to spatial record pointer field", "*NAME!ORNT!USAG!MASK", "(B(40),3b11)"),
)  # fmt: skip
PARENTS = "0001DSIDDSIDDSSI0001DSPM0001VRIDVRIDVRPTVRIDSG2D0001FRIDFRIDFOIDFRIDATTFFRIDNATFFRIDFFPTFRIDFSPT"


@dataclass
class Object:
    """One object of a chart. `at`: (longitude, latitude) of its corners; an area's ring is closed by the maker."""

    class_: str
    at: list[tuple[float, float]]
    said: dict[str, str] = field(default_factory=dict)
    named_ar: str | None = None
    lights: list[int] = field(default_factory=list)
    """Numbers of the objects that it carries, from 1."""
    area: bool = False


def chart(
    path: Path, objects: list[Object], *, update: int = 0, edition: int = 1, datum: int = 2, insert: bool = False
) -> Path:
    """A cell, or (with `insert`) an update that brings `objects`: `update` is its number."""
    records = [_dataset(path.stem, update, edition)]
    if not insert:
        records.append(
            [
                ("0001", _number(2)),
                ("DSPM", struct.pack("<BIBBBIBBBBII", 20, 1, datum, 16, 12, 12000, 1, 1, 1, 1, SCALE, 10) + UNIT_END),
            ]
        )
    primitives, features, at = [], [], 1000 * update
    for number, made in enumerate(objects, 1):
        at += 10
        if len(made.at) == 1:
            primitives.append(_vector(NODE, at, made.at))
            pointers = _spatial(NODE, at, 255, 255)
        else:
            ends = [made.at[0], made.at[0] if made.area else made.at[-1]]
            primitives += [_vector(CONNECTED, at + i, [end]) for i, end in enumerate(ends)]
            inner = made.at[1:] if made.area else made.at[1:-1]
            primitives.append(_vector(EDGE, at + 2, inner, ends=(at, at + 1)))
            pointers = _spatial(EDGE, at + 2, 1, 1 if made.area else 255)
        features.append(_feature(number + 1000 * update, made, pointers))
    content = _description() + b"".join(
        _record(f) for f in [*records, *sorted(primitives, key=lambda r: r[1][1][0]), *features]
    )
    path.write_bytes(content)
    return path


def lying(path: Path, what: str) -> Path:
    """A cell that is none: its head promises what does not follow."""
    good = chart(path, [Object("BERTHS", [(16.6, 31.2)])]).read_bytes()
    length = int(good[:5])
    path.write_bytes(
        {
            "cut": good[: length + 40],
            "noise": good[:length] + bytes(range(256)) * 40,
            "long": b"99999" + good[5:],
            "no_base": good[:12] + b"00000" + good[17:],
            "no_cell": good[:length],
        }[what]
    )
    return path


def _number(value: int) -> bytes:
    return struct.pack("<H", value)


def _dataset(name: str, update: int, edition: int) -> list[tuple[str, bytes]]:
    texts = UNIT_END.join([f"{name}.{update:03d}".encode(), str(edition).encode(), str(update).encode(), b""])
    head = struct.pack("<BIBB", 10, 1, 1 + bool(update), 5) + texts + b"2025010120250101" + b"03.1"
    tail = (
        struct.pack("<B", 1)
        + UNIT_END
        + b"2.0"
        + UNIT_END
        + struct.pack("<BH", 1 + bool(update), 550)
        + b"made"
        + UNIT_END
    )
    # Alphabets: Latin-1, and UCS-2 for the national names.
    structure = struct.pack("<BBB8I", 2, 1, 2, *([0] * 8))
    return [("0001", _number(1)), ("DSID", head + tail), ("DSSI", structure)]


def _vector(
    kind: int, number: int, at: list[tuple[float, float]], ends: tuple[int, int] | None = None
) -> list[tuple[str, bytes]]:
    made = [("0001", _number(number & 0xFFFF)), ("VRID", struct.pack("<BIHB", kind, number, 1, 1))]
    if ends:
        pointers = [
            struct.pack("<BIBBBB", CONNECTED, end, 255, 255, topi, 255) for topi, end in zip((1, 2), ends, strict=True)
        ]
        made.append(("VRPT", b"".join(pointers)))
    if at:
        made.append(("SG2D", b"".join(struct.pack("<ii", round(y * SCALE), round(x * SCALE)) for x, y in at)))
    return made


def _spatial(kind: int, number: int, orientation: int, usage: int) -> bytes:
    return struct.pack("<BIBBB", kind, number, orientation, usage, 255)


def _feature(number: int, made: Object, pointers: bytes) -> list[tuple[str, bytes]]:
    shape = AREA if made.area else POINT if len(made.at) == 1 else LINE
    record = [
        ("0001", _number(number)),
        ("FRID", struct.pack("<BIBBHHB", 100, number, shape, 2, CLASSES[made.class_], 1, 1)),
        ("FOID", struct.pack("<HIH", 550, number, 1)),
    ]
    if made.said:
        record.append(
            ("ATTF", b"".join(_number(ATTRIBUTES[k]) + v.encode("latin-1") + UNIT_END for k, v in made.said.items()))
        )
    if made.named_ar:
        # In UCS-2 the ends of unit and field are two bytes wide.
        record.append(("NATF", _number(301) + made.named_ar.encode("utf-16-le") + b"\x1f\x00\x1e\x00"[:2]))
    if made.lights:
        record.append(("FFPT", b"".join(struct.pack("<HIHB", 550, light, 1, 2) + UNIT_END for light in made.lights)))
    return [*record, ("FSPT", pointers)]


def _record(fields: list[tuple[str, bytes]], leader: str = " D     ", level: str = "   ") -> bytes:
    places, body = [], b""
    for tag, content in fields:
        ended = content + (b"\x1e\x00" if tag == "NATF" else FIELD_END)
        places.append((tag, len(ended), len(body)))
        body += ended
    directory = "".join(f"{tag}{length:05d}{at:06d}" for tag, length, at in places).encode() + FIELD_END
    base = 24 + len(directory)
    return f"{base + len(body):05d}{leader}{base:05d}{level}5604".encode() + directory + body


def _description() -> bytes:
    control = f"0000;&   \x1f{PARENTS}".encode()
    fields = [("0000", control)] + [
        (tag, UNIT_END.join([f"{head}{name}".encode(), labels.encode(), formats.encode()]))
        for tag, head, name, labels, formats in DESCRIBED
    ]
    return _record(fields, leader="3LE1 09", level=" ! ")
