# SPDX-License-Identifier: Apache-2.0
"""EPANET and SWMM input files: every line kept as it is, nodes and links shown."""

from pathlib import Path

from gis.encodings import guess_encoding
from gis.models import epanet, inp, swmm
from gis.reading.child import networks
from gis.reading.child.sender import Sender
from gis.reading.found import ReadOptions
from gis.reading.limits import Limits
from gis.reading.refusals import FileRefused

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def prepare() -> list[str]:
    """Nothing is needed beyond the standard library."""
    return []


def read(path: Path, sender: Sender, options: ReadOptions, limits: Limits) -> None:
    """A model. Which program's it is, its sections say: PIPES are EPANET's, CONDUITS are SWMM's."""
    raw = path.read_bytes()
    encoding, how, samples = _encoding(raw, options)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused("text_not_in_encoding", encoding=encoding, byte=error.start) from error
    if "\x00" in text:
        raise FileRefused("content_not_as_named", suffix=".inp")
    if how == "assumed" and samples:
        sender.issue("encoding_assumed", "doubt", encoding=encoding, samples=samples)
    made = inp.sections(text)
    if sum(len(section.lines) for section in made) > limits.features:
        raise FileRefused("too_many_features", most=limits.features)
    names = {section.name.upper() for section in made}
    begins = {name[:4] for name in names}
    if names & swmm.OWN:
        program, model, columns = "swmm", swmm.network(made), swmm.COLUMNS
    elif begins & {name[:4] for name in epanet.OWN} or "JUNC" in begins:
        program, model, columns = "epanet", epanet.network(made), epanet.COLUMNS
    else:
        raise FileRefused("model_unknown", sections=sorted(name[:40] for name in names)[:8])
    sender.kind(program)
    if program == "swmm":
        sender.issue("model_is_swmm", "note")
    if raw != text.encode(encoding):
        # Bytes that mean the same text may differ; then the file itself is the only exact copy.
        sender.issue("encoding_not_exact", "note", encoding=encoding)
    for section in made:
        head = {"header": section.header, "encoding": encoding}
        lines = section.lines
        refs = [line.values[0][:200] if line.values else None for line in lines]
        heads = columns.get(section.name[:4].upper(), ())
        sender.table(section.name, head, heads, refs, [line.values for line in lines], [line.text for line in lines])
    networks.send(model, sender, limits, encoding=(encoding, how, samples))


def _encoding(raw: bytes, options: ReadOptions) -> tuple[str, str, list[str]]:
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return encoding, "declared", []
    if options.encoding:
        return options.encoding, "asked", []
    if raw.isascii():
        return "ascii", "standard", []
    encoding, samples = guess_encoding(raw.splitlines()[:20_000])
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        # Whatever the bytes mean, each has a letter there and comes back as it was.
        return "latin-1", "assumed", samples
    return encoding, "assumed", samples
