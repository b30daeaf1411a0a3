# SPDX-License-Identifier: Apache-2.0
"""What an installation can be told: typed, frozen, read once at start and passed in."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.proxies import Network, networks
from layers.backup import FILES
from layers.database import Addresses
from layers.embedded import Cluster


class Settings(BaseSettings):
    """Read from the environment, each name with the prefix MARSA_."""

    model_config = SettingsConfigDict(env_prefix="MARSA_", frozen=True, use_attribute_docstrings=True)

    data: Path = Path()
    """The folder that holds the embedded database, files and logs. `./marsa` chooses it."""
    database_url: str | None = None
    """An existing PostGIS, as SQLAlchemy writes it. None: the embedded cluster."""
    workers: int = Field(2, ge=1, le=64)
    """Processes that answer requests."""
    jobs: bool = True
    """Whether `up` also runs the process that keeps the clock and does long work. False: `./marsa work` runs elsewhere."""
    pool_size: int = Field(4, ge=1, le=64)
    """Connections of one worker for anonymous reading."""
    query_limit_s: float = Field(5.0, gt=0)
    """Seconds before a database query is given up."""
    tile_cache_mb: int = Field(64, ge=0)
    """Memory of one worker for finished tiles. 0: every tile is made anew."""
    raster_children: int = Field(1, ge=1, le=16)
    """Processes of one worker that draw terrain and imagery. Begun when asked, ended when idle."""
    page_limit: int = Field(1000, ge=1, le=10000)
    """The most features that one page of a collection holds."""
    imagery_url: str | None = None
    """An XYZ address of background images, as Leaflet writes it ({z}/{x}/{y}). None: none is offered."""
    imagery_attribution: str = ""
    """Whom to name when the background images are shown."""
    public_url: str | None = None
    """The address that people use, where a proxy stands in front. None: as the request says."""

    hosts: str = ""
    """Names, between commas, that requests may be sent to, beside loopback, the address that listens and that of public_url."""

    trusted_proxies: str = ""
    """Addresses and networks, between commas, whose X-Forwarded-For is believed when attempts to sign in are counted."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: str) -> str:
        networks(given)
        return given

    @property
    def proxies(self) -> tuple[Network, ...]:
        """`trusted_proxies`, one by one."""
        return networks(self.trusted_proxies)

    @property
    def host_names(self) -> tuple[str, ...]:
        """`hosts`, one by one."""
        return tuple(name.strip() for name in self.hosts.split(",") if name.strip())

    @property
    def files(self) -> Path:
        """Where documents and uploads are kept; a backup holds all of it."""
        return self.data / FILES

    def cluster(self, user: str | None = None) -> Cluster:
        """The embedded cluster in the data folder, run by the system user named."""
        return Cluster(self.data, user)

    def addresses(self) -> Addresses:
        """Where each role finds the database."""
        if self.database_url:
            return Addresses.of_one(self.database_url)
        cluster = self.cluster()
        return Addresses(cluster.url("marsa_admin"), cluster.url("marsa_staff"), cluster.url("marsa_public"))
