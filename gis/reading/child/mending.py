# SPDX-License-Identifier: Apache-2.0
"""A DXF text put in order where whole entities would be lost otherwise."""

import re
from pathlib import Path

HEADER = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n"


def mended(path: Path) -> Path:
    """A copy with a header, without empty sections, with an end, and with one handle per entity."""
    text = path.read_bytes().decode("latin-1").replace("\r\n", "\n")
    text = re.sub(r"(?m)^ *0\n *SECTION\n(?= *0\n)", "", text)
    text = re.sub(r"\s*\n *0\n *EOF\s*$", "", text).rstrip()
    head = "" if re.search(r"(?m)^HEADER$", text) else HEADER
    copy = path.with_name("mended.dxf")
    copy.write_bytes(f"{head}{_own_handles(text)}\n0\nEOF\n".encode("latin-1"))
    return copy


def _own_handles(text: str) -> str:
    """The second entity of one handle gets a new one; references to it stay with the first."""
    lines = text.split("\n")
    handles = {line.strip().upper() for code, line in zip(lines[::2], lines[1::2], strict=False) if code.strip() == "5"}
    numbers = [int(handle, 16) for handle in handles if re.fullmatch(r"[0-9A-F]{1,12}", handle)]
    following, seen = max(numbers, default=0) + 0x1000, set[str]()
    for at in range(0, len(lines) - 1, 2):
        if lines[at].strip() != "5":
            continue
        handle = lines[at + 1].strip().upper()
        if handle in seen:
            following += 1
            lines[at + 1] = f"{following:X}"
        seen.add(handle)
    return "\n".join(lines)
