# SPDX-License-Identifier: Apache-2.0
"""XML without a document type: no entity, no file named from inside, no bomb."""

from xml.etree import ElementTree
from xml.parsers import expat

from gis.reading.refusals import FileRefused


def tree(content: bytes) -> ElementTree.Element:
    """The root. Raises FileRefused for anything that declares a document type, as every XML bomb must, or is damaged."""
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")

    def refuse(*_: object) -> None:
        raise FileRefused("xml_doctype")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: builder.start(
        _qualified(tag), {_qualified(name): value for name, value in attributes.items()}
    )
    parser.EndElementHandler = lambda tag: builder.end(_qualified(tag))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise FileRefused("file_damaged") from error
    return builder.close()


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name
