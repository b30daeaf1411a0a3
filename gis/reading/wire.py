# SPDX-License-Identifier: Apache-2.0
"""The pipe between the child that reads a file and the parent that believes nothing.

A frame is: header length (u32), body length (u64), both big-endian, a JSON header, a body. The header's "frame" says
what it is:
`hello` (what holds the child), `layer`, `rows` (a batch of a layer; the body holds the geometries as WKB), `issue`,
`refused`, `end`.
"""

import json
import struct
from typing import Any, BinaryIO

HEAD = struct.Struct(">IQ")
LENGTHS = "<u4"
"""A body of geometries: as many u32 lengths as rows (0 for none), then the WKB records end to end."""


def write_frame(pipe: BinaryIO, header: dict[str, Any], body: bytes = b"") -> None:
    """Sends one frame. Raises ValueError when the header holds a number that JSON does not know."""
    text = json.dumps(header, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    pipe.write(HEAD.pack(len(text), len(body)))
    pipe.write(text)
    pipe.write(body)
    pipe.flush()
