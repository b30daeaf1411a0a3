# SPDX-License-Identifier: Apache-2.0
"""A layer as a file to take away: what is published of it, read once, in one snapshot, batch by batch.

GeoJSON is in degrees with nine decimals (RFC 7946), so no millimetre is lost; tables write shapes as text on the legal grid,
under headings that people read, with units; GeoPackage, FlatGeobuf and GeoParquet hold the same doubles as the register.
"""

from layers.exporting.formats import FORMATS, Format, NoSuchFormat, format_named
from layers.exporting.making import Exported, Progress, export, streamed
from layers.exporting.wanted import Wanted

__all__ = ["FORMATS", "Exported", "Format", "NoSuchFormat", "Progress", "Wanted", "export", "format_named", "streamed"]
