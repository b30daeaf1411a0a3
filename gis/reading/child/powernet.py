# SPDX-License-Identifier: Apache-2.0
"""pandapower networks: all tables kept as they are, buses and lines shown. Nothing that the file names is instantiated."""

import json
from typing import Any

from gis.models import power, powerjson
from gis.reading.child import networks
from gis.reading.child.sender import Sender
from gis.reading.child.strict import loads
from gis.reading.limits import Limits


def send(document: dict[str, Any], sender: Sender, limits: Limits) -> None:
    """The net of a parsed document."""
    made = powerjson.tables(document, loads)
    sender.kind("pandapower")
    for table in made:
        refs = [index[:200] if isinstance(index, str) else json.dumps(index)[:200] for index in table.refs]
        rows = [[index, row] for index, row in zip(table.refs, table.rows, strict=True)]
        sender.table(table.name, table.head, table.columns, refs, rows)
    networks.send(power.network(made), sender, limits)
