# SPDX-License-Identifier: Apache-2.0
"""Passwords: which ones are taken, and their argon2id hashes."""

import unicodedata

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from layers.errors import MarsaError

SHORTEST, LONGEST = 12, 256
"""Characters."""
FEWEST_DIFFERENT = 6
_HASHES = PasswordHash((Argon2Hasher(),))
# Compared with when there is no account: an unknown login takes as long as a wrong password.
_NOBODYS = _HASHES.hash("nobody has this password")


class WeakPassword(MarsaError):
    """A password is not taken. `why`: short, long, plain (too few different signs), login (it holds the login), again (written otherwise the second time)."""

    def __init__(self, why: str, shortest: int = SHORTEST, longest: int = LONGEST) -> None:
        super().__init__(why, shortest, longest)
        self.why, self.shortest, self.longest = why, shortest, longest


def hashed(password: str, *, login: str) -> str:
    """The hash to keep. Raises WeakPassword."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise WeakPassword("short")
    if len(plain) > LONGEST:
        raise WeakPassword("long")
    if len(set(plain.casefold())) < FEWEST_DIFFERENT:
        raise WeakPassword("plain")
    if login.partition("@")[0] in plain.casefold():
        raise WeakPassword("login")
    return _HASHES.hash(plain)


def is_right(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether this is the password behind the hash, and a new hash where today's way is stronger than the kept one's.

    `kept` None, for a login that nobody has, takes as long and is never right.
    """
    plain = _plain(password)
    if len(plain) > LONGEST:
        plain = ""  # nobody has it, and a hash of a megabyte is work for nothing
    try:
        right, renewed = _HASHES.verify_and_update(plain, kept or _NOBODYS)
    except UnknownHashError:
        return False, None
    return (right, renewed) if kept else (False, None)


def _plain(password: str) -> str:
    """One spelling for what two keyboards write differently."""
    return unicodedata.normalize("NFKC", password)
