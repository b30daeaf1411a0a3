# SPDX-License-Identifier: Apache-2.0
"""Ways into the database: engines per role, migrations, the installation row."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pyproj import CRS
from pyproj.exceptions import CRSError
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from layers import queue
from layers.base import DEFAULT_SRID, Base, Row
from layers.embedded import DESKTOP
from layers.errors import MigrationWaits, NewerData, NotMetric, OtherSrid
from layers.publishing import prepare, publish

READ_ONLY = " -c default_transaction_read_only=on"
# How readers and writers stand in a migration's way.
IN_USE = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
LOCK_LIMIT = "3s"
MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True)
class Addresses:
    """Where each login role finds the database, as SQLAlchemy writes addresses."""

    admin: str
    staff: str
    public: str

    @classmethod
    def of_one(cls, url: str) -> "Addresses":
        """All roles through one login of an outside PostGIS: the connection takes the role on itself when it opens."""

        def as_role(role: str, settings: str = "") -> str:
            return (
                make_url(url)
                .update_query_dict({"options": f"-c role={role}{settings}"})
                .render_as_string(hide_password=False)
            )

        # What the login role would bring along has to be said: a role taken on later brings no settings.
        return cls(admin=url, staff=as_role("marsa_staff"), public=as_role("marsa_public", READ_ONLY))


def libpq(url: str) -> str:
    """The address as psycopg takes it. Not as a URL: libpq reads a plus sign there as a plus sign."""
    parts = make_url(url)
    words = {"host": parts.host, "port": parts.port, "user": parts.username, "password": parts.password}
    asked = {name: value for name, value in parts.query.items() if isinstance(value, str)}
    return make_conninfo("", **{"dbname": parts.database, **words, **asked})


def engine_for(url: str, *, srid: int, pool_size: int = 4) -> Engine:
    """An engine that knows the legal CRS of its installation."""
    engine = create_engine(url, pool_size=pool_size, max_overflow=2, pool_pre_ping=True)
    engine.dialect.marsa_srid = srid  # type: ignore[attr-defined]  # layers.base.GridGeometry reads it
    return engine


def require_metric(srid: int) -> None:
    """Raises NotMetric unless the number names a projected CRS in metres."""
    try:
        crs = CRS.from_epsg(srid)
    except CRSError:
        raise NotMetric(srid) from None
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise NotMetric(srid)


@dataclass(frozen=True)
class Kept:
    """What the installation row keeps."""

    id: uuid.UUID
    srid: int
    time_zone: str


def installation(url: str) -> Kept | None:
    """The installation row, or None in a database that was never migrated."""
    with psycopg.connect(libpq(url)) as connection:
        if connection.execute("select to_regclass('register.installation')").fetchone() == (None,):
            return None
        row = connection.execute("select id, srid, time_zone from register.installation").fetchone()
    return Kept(*row) if row else None


def migrate(url: str, *, srid: int | None = None, only_if_behind: bool = False) -> Kept:
    """Brings a database to this version of Marsa; on one that is there already it only renews views and triggers.

    `srid` None keeps what the installation has (3201 in a new one). Raises OtherSrid, NotMetric or NewerData; and
    MigrationWaits where somebody holds a table for longer than three seconds: readers would queue behind us.
    """
    kept = installation(url)
    if kept and srid and srid != kept.srid:
        raise OtherSrid(srid, kept.srid)
    chosen = kept.srid if kept else (srid or DEFAULT_SRID)
    require_metric(chosen)
    try:
        with psycopg.connect(libpq(url)) as connection:
            # Two migrators take turns; a killed one lets go.
            connection.execute("select pg_advisory_lock(hashtextextended('marsa migration', 0))")
            there = installation(url) if only_if_behind else None
            if there and is_current(url):  # whoever had the turn before us has done it, and may be reading by now
                return there
            connection.execute(f"set lock_timeout = '{LOCK_LIMIT}'")
            prepare(connection)
            if kept and not is_current(url):
                connection.execute(
                    "drop schema if exists past cascade"
                )  # its views hold on to columns; made anew below
            connection.commit()
            _upgrade(url, chosen)
            publish(connection)
            queue.install(connection)
            connection.execute("insert into register.installation (srid) values (%s) on conflict do nothing", [chosen])
            connection.commit()
    except IN_USE:
        raise MigrationWaits() from None
    except OperationalError as error:
        if isinstance(error.orig, IN_USE):
            raise MigrationWaits() from None
        raise
    now = installation(url)
    if now is None:
        raise RuntimeError("a migrated database has no installation row")
    return now


def up_to_date(url: str) -> Kept:
    """The installation of a register at this version. Migrates only where that is needed: others may be reading."""
    kept = installation(url)
    return kept if kept and is_current(url) else migrate(url, only_if_behind=True)


def desktop_password(url: str) -> str | None:
    """Makes the role of desktop programs, with the reading rights of staff; its password, or None where it exists."""
    with psycopg.connect(libpq(url)) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", [DESKTOP]).fetchone():
            return None
        password = secrets.token_urlsafe(18)
        connection.execute("set password_encryption = 'scram-sha-256'")
        connection.execute(
            sql.SQL("create role {} login password {} in role marsa_staff").format(
                sql.Identifier(DESKTOP), sql.Literal(password)
            )
        )
        connection.execute(
            sql.SQL("alter role {} set default_transaction_read_only = on").format(sql.Identifier(DESKTOP))
        )
    return password


def holds_nothing(url: str) -> bool:
    """Whether nobody has written a row of the register yet."""
    tables = [mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Row)]
    with psycopg.connect(libpq(url)) as connection:
        return not any(
            connection.execute(sql.SQL("select 1 from {} limit 1").format(sql.Identifier("register", table))).fetchone()
            for table in tables
        )


def is_current(url: str) -> bool:
    """Whether the database stands at this version's last migration."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table_schema": "register"})
            return context.get_current_revision() == _scripts().get_current_head()
    finally:
        engine.dispose()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _upgrade(url: str, srid: int) -> None:
    engine = engine_for(url, srid=srid, pool_size=1)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"set local lock_timeout = '{LOCK_LIMIT}'"))
            config = alembic_config()
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                if "Can't locate revision" in str(error):
                    revision = MigrationContext.configure(
                        connection, opts={"version_table_schema": "register"}
                    ).get_current_revision()
                    raise NewerData(str(revision)) from error
                raise
    finally:
        engine.dispose()


@contextmanager
def acting_as(connection: "psycopg.Connection[tuple[object, ...]]", actor: str, zones: str = "*") -> Iterator[None]:
    """A transaction of the program's own (jobs, imports, the command line): `layers.actors.as_actor` is that of a user.

    History and events name the actor, who sees these zones (codes separated by commas, `*`: all).
    """
    with connection.transaction():
        connection.execute(
            "select set_config('marsa.actor', %s, true), set_config('marsa.zones', %s, true), "
            "set_config('marsa.roles', 'system', true)",
            [actor, zones],
        )
        yield
