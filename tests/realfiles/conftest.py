# SPDX-License-Identifier: Apache-2.0
"""A clone has no ../shared: the run then says how many files it did not look at."""

import pytest

UNCHECKED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """A place to note what is not there."""
    config.stash[UNCHECKED] = []


@pytest.fixture
def unchecked(request: pytest.FixtureRequest) -> list[str]:
    """Paths of files that are not on this machine."""
    return request.config.stash.setdefault(UNCHECKED, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says it at the end of the run."""
    missing = config.stash.get(UNCHECKED, [])
    if missing:
        terminalreporter.write_line(
            f"{len(missing)} real files were not checked: ../shared/data is not beside this clone."
        )
