# SPDX-License-Identifier: Apache-2.0
"""docs/api.md is true: every example runs, and answers what stands below it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.embedded import Cluster
from layers.sirte.load import load
from tests.conftest import a_register
from tests.serving import serving

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
DEFAULT = "http://127.0.0.1:8000"
EXAMPLES = re.findall(r"```sh\n(.+?)```\s+```text\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def address(cluster: Cluster, template: str) -> Iterator[str]:
    with a_register(cluster, template) as register:
        engine = register.engine()
        load(engine)
        engine.dispose()
        with serving(register) as served:
            yield served


def test_every_command_of_the_page_is_an_example() -> None:
    assert len(EXAMPLES) == PAGE.read_text(encoding="utf-8").count("```sh\n") > 10


@pytest.mark.parametrize(("command", "lines"), EXAMPLES)
def test_an_example_answers_what_the_page_says(address: str, command: str, lines: str) -> None:
    assert DEFAULT in command
    ran = subprocess.run(
        ["bash", "-euc", command.replace(DEFAULT, address)], capture_output=True, timeout=60, check=True
    )
    answer = ran.stdout.decode()
    for line in lines.splitlines():
        assert line in answer, answer[:2000]
