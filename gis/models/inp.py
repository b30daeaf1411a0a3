# SPDX-License-Identifier: Apache-2.0
"""EPANET and SWMM input files as sections of lines. Nothing is lost: each line keeps its text with its own line end."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
"""Not str.splitlines, which also parts at a form feed and at signs of Unicode."""
HEADER = re.compile(r"\s*\[\s*([^\]\r\n]*?)\s*\]?\s*(?:;.*)?$", re.DOTALL)
WORDS = re.compile(r'"[^"]*"?|\S+')


class Line(NamedTuple):
    """One line: its text as written, and its words up to the comment."""

    text: str
    values: tuple[str, ...]


class Section(NamedTuple):
    """A section, from its header line to the next. `name` stands between the brackets; "" before the first header."""

    name: str
    header: str
    lines: list[Line]

    @property
    def rows(self) -> list[Line]:
        """Lines that say something."""
        return [line for line in self.lines if line.values]


def sections(text: str) -> list[Section]:
    """The file in its own order; a section that occurs twice stands there twice.

    >>> [(s.name, len(s.rows)) for s in sections("[TITLE]\\nNet\\n\\n[PIPES]\\n P1 a b 30 ;old\\n")]
    [('TITLE', 1), ('PIPES', 1)]
    """
    made = [Section("", "", [])]
    titled = False
    for line in LINES.findall(text):
        if line.lstrip()[:1] == "[":
            named = HEADER.match(line)
            name = named[1] if named else line.strip()
            made.append(Section(name, line, []))
            titled = name[:4].upper() == "TITL"
        else:
            made[-1].lines.append(Line(line, _title(line) if titled else values_of(line)))
    return made if made[0].lines else made[1:]


def values_of(line: str) -> tuple[str, ...]:
    """The words of a line, up to the comment. What stands in quotes is one word."""
    said = line.partition(";")[0]
    if '"' not in said:
        return tuple(said.split())
    return tuple(word.strip('"') for word in WORDS.findall(said))


def _title(line: str) -> tuple[str, ...]:
    text = line.strip()
    return () if not text or text.startswith(";") else (text,)


def written(made: Iterable[Section]) -> str:
    """The file again. A line whose text still says its values is written as it stood; a changed one anew."""
    return "".join(_pieces(made))


def _pieces(made: Iterable[Section]) -> Iterator[str]:
    for section in made:
        yield section.header
        titled = section.name[:4].upper() == "TITL"
        for line in section.lines:
            said = _title(line.text) if titled else values_of(line.text)
            yield line.text if said == tuple(line.values) else _anew(line)


def _anew(line: Line) -> str:
    """A line with other values: the comment and the line end of the old one stay."""
    end = line.text[len(line.text.rstrip("\r\n")) :] or "\n"
    comment = line.text.rstrip("\r\n").partition(";")
    words = (f'"{value}"' if re.search(r"[\s;]", value) or not value else value for value in line.values)
    return " " + "\t".join(words) + (f"\t;{comment[2]}" if comment[1] else "") + end


def rows(made: Iterable[Section], *names: str) -> list[Line]:
    """The rows of all sections of these names, as programs find them: by the first four letters, in any case."""
    wanted = {name[:4].upper() for name in names}
    return [line for section in made if section.name[:4].upper() in wanted for line in section.lines if line.values]
