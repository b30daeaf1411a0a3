# SPDX-License-Identifier: Apache-2.0
"""A PNG from an array, without a library: eight bits, no interlacing (PNG 1.2)."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLOUR_TYPES = {2: 4, 4: 6}
"""Samples of a pixel → PNG's colour type: grey with alpha, colours with alpha."""


def png(pixels: NDArray[np.uint8]) -> bytes:
    """`pixels`: rows × columns × (grey, alpha) or (red, green, blue, alpha)."""
    height, width, samples = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[samples], 0, 0, 0)
    # Each row less the one above it ("up"): shades and classes of neighbours are alike.
    above = np.vstack([np.zeros((1, width, samples), np.uint8), pixels[:-1]])
    rows: NDArray[Any] = (pixels - above).reshape(height, width * samples)
    marked = np.hstack([np.full((height, 1), 2, np.uint8), rows])
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(marked.tobytes(), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
