# SPDX-License-Identifier: Apache-2.0
"""Text that a spreadsheet would run as a formula, made harmless in CSV and read back as it was.

An apostrophe before such a text makes it text again. It is written before every text that already begins with apostrophes
and then would run, too: so taking one off gives back exactly what was there.
"""

import re

STARTS = "=+\\-@＝＋－＠﹢﹣﹦﹫−\t\r\n"
"""Also as full-width and small letters, which some spreadsheets fold first; minus sign, tabulator and line ends."""
SKIPPED = "' \u00a0\u3000\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069"
"""What a spreadsheet may pass over before it looks."""
PATTERN = f"^[{SKIPPED}]*[{STARTS}]"
"""As Python and PostgreSQL both read it."""
_LIKE = re.compile(PATTERN)


def neutralised(text: str) -> str:
    """The text as CSV holds it.

    >>> neutralised("=1+1"), neutralised("A01-001"), neutralised("'=1+1")
    ("'=1+1", 'A01-001', "''=1+1")
    """
    return f"'{text}" if _LIKE.match(text) else text


def as_meant(cell: str) -> str:
    """What a cell of CSV says, without the apostrophe that keeps it from being run.

    >>> as_meant("'=1+1"), as_meant("'quoted'"), as_meant("''=1+1")
    ('=1+1', "'quoted'", "'=1+1")
    """
    return cell[1:] if cell.startswith("'") and _LIKE.match(cell) else cell
