# SPDX-License-Identifier: Apache-2.0
"""A TIFF's own directory, read before any library opens the file: how large it claims to be, and whether it holds that.

Four kB can declare forty gigapixels; here they are refused from the header (TIFF 6.0, BigTIFF).
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from gis.reading.kinds import TIFF_HEADS
from gis.reading.limits import GB, MB
from gis.reading.refusals import FileRefused

SIDE_MOST = 40_000
BANDS_MOST = 4
DECODED_MOST = 2 * GB
DIRECTORIES_MOST = 64
PARTS_MOST = 1_000_000
"""Strips or tiles of one page."""
BOMB_FROM = 256 * MB
BOMB_RATIO = 1500
"""Decoded to stored: deflate ends near 1,030."""
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
WHOLE = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8"}
COMPRESSIONS = frozenset({1, 5, 7, 8, 32773, 32946, 34887, 34925, 50000, 50001})
"""None, LZW, JPEG, deflate, PackBits, LERC, LZMA, ZSTD, WebP. Others are of other trades, or of old scanners."""
REDUCED, MASK = 1, 4


@dataclass(frozen=True)
class Header:
    """What the first page declares. `pages`: full pages in the file, of which the first is read."""

    width: int
    height: int
    bands: int
    bits: int
    compression: int
    pages: int

    @property
    def decoded_bytes(self) -> int:
        return self.width * self.height * self.bands * self.bits // 8


def is_tiff(head: bytes) -> bool:
    """Whether these first bytes are a TIFF's, classic or big."""
    return head[:4] in TIFF_HEADS


def checked_header(path: Path) -> Header:
    """The first page's sizes, once every page's directory has been looked through.

    Raises FileRefused: no TIFF, damaged, too large, more declared than stored.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        return _Walk(file, size).header()


class _Walk:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size
        head = file.read(16)
        if not is_tiff(head):
            raise FileRefused("raster_not_tiff")
        self._order = "<" if head[:2] == b"II" else ">"
        self._big = head[2:4] in {b"+\x00", b"\x00+"}
        try:
            self._first = self._number("Q" if self._big else "I", head[8:16] if self._big else head[4:8])
        except struct.error:
            raise FileRefused("raster_damaged", what="header") from None

    def header(self) -> Header:
        seen: set[int] = set()
        at, first, pages = self._first, None, 0
        while at:
            if at in seen or len(seen) >= DIRECTORIES_MOST:
                raise FileRefused("raster_damaged", what="directories")
            seen.add(at)
            tags, at = self._directory(at)
            kind = self._one(tags, 254, 0)
            page = self._page(tags)
            if first is None:
                first = page
            if not kind & (REDUCED | MASK):
                pages += 1
        if first is None:
            raise FileRefused("raster_damaged", what="directories")
        return Header(**{**vars(first), "pages": pages})

    def _directory(self, at: int) -> tuple[dict[int, tuple[int, int, bytes]], int]:
        """tag → (type, count, the value or where it stands), and where the next directory is."""
        counted, entry, word = ("Q", 20, 8) if self._big else ("H", 12, 4)
        count = self._number(counted, self._bytes(at, struct.calcsize(self._order + counted)))
        if count == 0 or count > 4096:
            raise FileRefused("raster_damaged", what="directory")
        start = at + struct.calcsize(self._order + counted)
        body = self._bytes(start, count * entry + word)
        tags = {}
        for i in range(count):
            tag, type_, values = struct.unpack(
                self._order + ("HHQ" if self._big else "HHI"), body[i * entry : (i + 1) * entry - word]
            )
            tags[tag] = (type_, values, body[(i + 1) * entry - word : (i + 1) * entry])
        return tags, self._number("Q" if self._big else "I", body[-word:])

    def _page(self, tags: dict[int, tuple[int, int, bytes]]) -> Header:
        width, height = self._one(tags, 256, 0), self._one(tags, 257, 0)
        bands = self._one(tags, 277, 1)
        depths = self._all(tags, 258) if 258 in tags else np.array([1])
        if not width or not height or not bands:
            raise FileRefused("raster_damaged", what="size")
        if width > SIDE_MOST or height > SIDE_MOST or bands > BANDS_MOST:
            raise FileRefused("raster_too_large", width=width, height=height, bands=bands, most=SIDE_MOST)
        bits = int(depths.max()) if len(depths) else 1
        if not 1 <= bits <= 64 or len(depths) not in {1, bands} or (depths != bits).any():
            raise FileRefused("raster_damaged", what="bits")
        page = Header(width, height, bands, bits, self._one(tags, 259, 1), 0)
        if page.decoded_bytes > DECODED_MOST:
            raise FileRefused("raster_too_large", width=width, height=height, bands=bands, most=SIDE_MOST)
        if page.compression not in COMPRESSIONS:
            raise FileRefused("raster_compression", number=page.compression)
        self._parts(tags, page)
        return page

    def _parts(self, tags: dict[int, tuple[int, int, bytes]], page: Header) -> None:
        """Strips or tiles: as many as the size asks for, each inside the file, in all not far below what they declare."""
        planes = page.bands if self._one(tags, 284, 1) == 2 else 1
        if 322 in tags:
            across, down = self._one(tags, 322, 0), self._one(tags, 323, 0)
            # The standard wants multiples of 16; a tile larger than the page by much is memory for nothing.
            if across % 16 or down % 16 or not 16 <= across <= 8192 or not 16 <= down <= 8192:
                raise FileRefused("raster_damaged", what="tiles")
            wanted = -(-page.width // across) * -(-page.height // down) * planes
            offsets, counts = self._all(tags, 324), self._all(tags, 325)
        else:
            rows = min(self._one(tags, 278, page.height) or page.height, page.height)
            wanted = -(-page.height // rows) * planes
            offsets, counts = self._all(tags, 273), self._all(tags, 279)
        if len(offsets) != wanted or len(counts) != wanted:
            raise FileRefused("raster_damaged", what="parts")
        if ((counts > self._size) | (offsets > self._size)).any() or (offsets + counts > self._size).any():
            raise FileRefused("raster_truncated")
        # Parts may share their bytes: then what the file holds is all that there is.
        stored = min(int(counts.sum()), self._size)
        if page.decoded_bytes > BOMB_FROM and page.decoded_bytes > BOMB_RATIO * max(stored, 1):
            raise FileRefused("raster_bomb", declared_bytes=page.decoded_bytes, stored_bytes=stored)

    def _all(self, tags: dict[int, tuple[int, int, bytes]], tag: int) -> "NDArray[np.uint64]":
        type_, count, value = tags.get(tag, (0, 0, b""))
        if type_ not in WHOLE or count > PARTS_MOST:
            raise FileRefused("raster_damaged", what=f"tag {tag}")
        length = SIZES[type_] * count
        raw = (
            value[:length]
            if length <= len(value)
            else self._bytes(self._number("Q" if self._big else "I", value), length)
        )
        return np.frombuffer(raw, dtype=self._order + WHOLE[type_]).astype(np.uint64)

    def _one(self, tags: dict[int, tuple[int, int, bytes]], tag: int, without: int) -> int:
        if tag not in tags:
            return without
        found = self._all(tags, tag)
        if not len(found):
            raise FileRefused("raster_damaged", what=f"tag {tag}")
        return int(found[0])

    def _bytes(self, at: int, length: int) -> bytes:
        if at + length > self._size:
            raise FileRefused("raster_truncated")
        self._file.seek(at)
        return self._file.read(length)

    def _number(self, form: str, raw: bytes) -> int:
        return int(struct.unpack(self._order + form, raw)[0])
