# SPDX-License-Identifier: Apache-2.0
"""Opening files that other people made.

`read` starts a new process for each file: no network, bounded memory and time, one driver. What it sends back is
checked again
here. Only modules under `gis.reading.child` import the heavy readers (pyogrio, ezdxf); an import contract holds that.
"""

from gis.reading.found import FileCrs, FileField, FileLayer, Reading, ReadOptions, TextEncoding
from gis.reading.limits import Limits, Walls
from gis.reading.parent import read
from gis.reading.refusals import FileRefused, Issue

__all__ = [
    "FileCrs",
    "FileField",
    "FileLayer",
    "FileRefused",
    "Issue",
    "Limits",
    "ReadOptions",
    "Reading",
    "TextEncoding",
    "Walls",
    "read",
]
