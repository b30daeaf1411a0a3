# SPDX-License-Identifier: Apache-2.0
"""Where a page ends, as one word in an address: signed, so that nobody's guess is taken for a place in the register."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from hashlib import sha256

from layers.errors import BadQuery

SIGNATURE_BYTES = 9
"""A multiple of three: the signature and what it signs are read apart."""
EXPECTED = "…?after=… (links: next)"


def cursor(key: bytes, order: str, values: Sequence[str | None]) -> str:
    """The place after a feature, by its keys and id. `order` names the collection and its order. No padding: `=` ends names."""
    told = json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(_signature(key, order, told) + told).rstrip(b"=").decode()


def place(key: bytes, order: str, given: str) -> list[str | None]:
    """Keys and id of the feature that a cursor stands for. Raises BadQuery for one of another order, or of nobody's making."""
    try:
        whole = urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4))
    except (NotBase64, UnicodeEncodeError):
        raise BadQuery("after", given, EXPECTED) from None
    signature, told = whole[:SIGNATURE_BYTES], whole[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(key, order, told)):
        raise BadQuery("after", given, EXPECTED)
    values: list[str | None] = json.loads(told)
    return values


def _signature(key: bytes, order: str, told: bytes) -> bytes:
    return hmac.digest(key, order.encode() + b"\0" + told, sha256)[:SIGNATURE_BYTES]
