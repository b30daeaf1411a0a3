# SPDX-License-Identifier: Apache-2.0
"""Data folders. Making a cluster takes seconds, so most tests copy one that was made once."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operating.marsa import up
from tests.places import folder


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder; tests make their data folders in it."""
    with folder() as made:
        yield made


@pytest.fixture(scope="session")
def at_rest() -> Iterator[Path]:
    """A data folder with a migrated, empty register, cleanly stopped."""
    with folder() as made:
        data = made / "data"
        with up(data) as running:
            assert running.stop() == 0
        yield data


@pytest.fixture
def data(place: Path, at_rest: Path) -> Path:
    """A copy of it: an installation that was moved to another folder works too."""
    target = place / "data"
    subprocess.run(["cp", "-a", "--reflink=auto", str(at_rest), str(target)], check=True)
    shutil.rmtree(target / "run")
    return target
