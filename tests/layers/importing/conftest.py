# SPDX-License-Identifier: Apache-2.0
"""A hand that imports files into a register of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gis.coordinate_systems import named
from gis.reading import ReadOptions, read
from layers.importing.acting import act, codes_of
from layers.importing.report import Report
from layers.importing.staging import stage
from layers.importing.wishes import Wishes, target_layer
from tests.conftest import Register

Importer = Callable[..., Report]


@pytest.fixture
def imported(register: Register) -> Importer:
    """Imports a file into the test's register, in one transaction, as the command does."""

    def importing(path: Path, wishes: Wishes | None = None, *, commit: bool = True, layer: str | None = None) -> Report:
        asked = wishes or Wishes()
        reading = read(path, ReadOptions(layer=layer))
        with register.connect() as db:
            legal = named(str(register.srid))
            staged = stage(reading, path.name, asked, target_layer(asked.target), legal, codes_of(db))
            return act(db, staged, register.srid, commit=commit, actor="test")

    return importing
