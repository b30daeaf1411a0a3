# SPDX-License-Identifier: Apache-2.0
"""Which PostgreSQL programs are installed, and the surroundings that they run in."""

from dataclasses import dataclass
from pathlib import Path

from layers.errors import NoPostGIS

DEBIAN_CLUSTERS = Path("/usr/lib/postgresql")
DEBIAN_EXTENSIONS = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Binaries:
    """Where one major version of PostgreSQL with PostGIS is installed."""

    folder: Path
    major: int

    def __truediv__(self, program: str) -> str:
        return str(self.folder / program)


def installed_binaries() -> list[Binaries]:
    """All installed PostgreSQL versions that have PostGIS, newest first."""
    found = []
    for folder in DEBIAN_CLUSTERS.glob("*/bin"):
        major = folder.parent.name
        extension = DEBIAN_EXTENSIONS / major / "extension" / "postgis.control"
        if major.isdigit() and extension.exists() and (folder / "initdb").exists():
            found.append(Binaries(folder, int(major)))
    return sorted(found, key=lambda binaries: -binaries.major)


def newest_binaries() -> Binaries:
    """The newest installed PostgreSQL with PostGIS. Raises NoPostGIS when there is none."""
    found = installed_binaries()
    if not found:
        raise NoPostGIS()
    return found[0]


def clean_environment() -> dict[str, str]:
    """PG… variables of the caller must not reach the server or its tools."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
