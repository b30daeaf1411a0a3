# SPDX-License-Identifier: Apache-2.0
"""The embedded cluster: a private PostgreSQL with PostGIS that an installation keeps for itself.

It listens on a unix socket in its own folder alone, knows its clients by their system user (peer), keeps checksums,
and survives its keeper: a postmaster that outlived a killed supervisor is adopted, not fought.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from layers.errors import (
    ClusterForeign,
    ClusterLocked,
    ClusterVersion,
    ClusterWontStart,
    DiskFull,
    NoPostGIS,
    SocketPathTooLong,
)

SOCKET_PATH_LIMIT = 107  # bytes, sun_path without its closing zero
PORT = 5432  # names the socket file only; nothing listens on TCP
DATABASE = "marsa"
ADMIN = "marsa_admin"
LOGIN_ROLES = (ADMIN, "marsa_staff", "marsa_public")
START_LIMIT_S = 60
STOP_LIMIT_S = 30
# Postmasters that this process started: a parent must reap them, or they stay as zombies.
_started: "dict[int, subprocess.Popen[bytes]]" = {}
DEBIAN_CLUSTERS = Path("/usr/lib/postgresql")

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_connections": "120",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # refusals by guards are everyday; the API tells them
    "cluster_name": "marsa",
}


@dataclass(frozen=True)
class Binaries:
    """Where one major version of PostgreSQL with PostGIS is installed."""

    folder: Path
    major: int

    def __truediv__(self, program: str) -> str:
        return str(self.folder / program)


@dataclass(frozen=True)
class Cluster:
    """One private cluster in one data folder.

    `data` holds `cluster/` (PostgreSQL's own), `run/` (the socket), `log/` and `cluster.json` (which cluster is ours).
    `user` is the system user that owns and runs it; None: whoever calls.
    """

    data: Path
    user: str | None = None

    @property
    def pgdata(self) -> Path:
        return self.data / "cluster"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def log(self) -> Path:
        return self.data / "log" / "postgresql.log"

    @property
    def identity_file(self) -> Path:
        return self.data / "cluster.json"

    def conninfo(self, role: str = ADMIN, database: str = DATABASE) -> str:
        return f"host={self.run} port={PORT} dbname={database} user={role}"

    def url(self, role: str = ADMIN) -> str:
        """The address as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{role}@/{DATABASE}?host={self.run}&port={PORT}"

    def start(self) -> bool:
        """Makes the cluster where there is none, starts it where it rests, adopts it where it runs.

        Returns whether it was new. Raises a subclass of ClusterError when it must not or cannot be started.
        """
        self._require_short_path()
        self._make_folders()
        with self._only_one():
            new = self._ensure_initialised()
            binaries = self._binaries_of(self.pgdata)
            if self.postmaster_pid() is None:
                self._launch(binaries)
            self._await_ready()
            self._require_own()
        return new

    def stop(self) -> None:
        """Stops the postmaster cleanly: clients are sent away, everything is written, then it ends."""
        pid = self.postmaster_pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # "fast": do not wait for clients
        deadline = time.monotonic() + STOP_LIMIT_S
        while self.postmaster_pid() is not None:
            if time.monotonic() > deadline:
                raise ClusterWontStart(self._last_log_lines(), stopping=True)
            time.sleep(0.02)
        if pid in _started:
            _started.pop(pid).wait()

    def postmaster_pid(self) -> int | None:
        """The process that serves this folder now, or None. A stale or reused process number does not count."""
        try:
            pid = int((self.pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
            # The postmaster's working directory is its data folder: a reused number has another.
            here = Path(f"/proc/{pid}/cwd").readlink()
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError, ValueError, IndexError, PermissionError):
            return None
        return pid if here == self.pgdata.resolve() and state != "Z" else None

    # -- the steps -------------------------------------------------------------------------------------------------

    def _require_short_path(self) -> None:
        socket = self.run / f".s.PGSQL.{PORT}"
        length = len(os.fsencode(socket))
        if length > SOCKET_PATH_LIMIT:
            raise SocketPathTooLong(str(self.data), length - SOCKET_PATH_LIMIT)

    def _make_folders(self) -> None:
        for folder in (self.data, self.run, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.user:
                shutil.chown(folder, self.user, self.user)

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[None]:
        """Two starters of one folder take turns; the kernel lets go of the lock of a killed one."""
        import fcntl

        with (self.run / "start.lock").open("a") as lock:
            deadline = time.monotonic() + START_LIMIT_S
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ClusterLocked(str(self.data)) from None
                    time.sleep(0.1)
            yield

    def _ensure_initialised(self) -> bool:
        if (self.pgdata / "PG_VERSION").exists() and self.identity_file.exists():
            return False
        if self.pgdata.exists():
            # initdb is finished under another name and moved here: a cluster without our note is not our making.
            raise ClusterForeign(str(self.data))
        unfinished = self.data / "cluster.new"
        if unfinished.exists():  # a kill in mid-initdb left it; nothing was ever stored in it
            shutil.rmtree(unfinished)
        binaries = newest_binaries()
        made = self._run(
            binaries / "initdb",
            "--pgdata", str(unfinished),
            "--username", ADMIN,
            "--encoding=UTF8",
            "--locale=C.UTF-8",  # under C, trigrams are blind to Arabic
            "--data-checksums",
            "--auth-local=peer",
            "--auth-host=reject",
        )  # fmt: skip
        if made.returncode != 0:
            raise _failure(made.stderr)
        self._write_access_rules(unfinished)
        identifier = self._system_identifier(binaries, unfinished)
        self._write(self.identity_file, json.dumps({"system_identifier": identifier, "major": binaries.major}) + "\n")
        unfinished.rename(self.pgdata)
        return True

    def _write_access_rules(self, pgdata: Path) -> None:
        owner = self.user or pwd.getpwuid(os.geteuid()).pw_name
        users = dict.fromkeys((owner, "root"))  # root may enter anyway, and runs the command line
        ident = [f"marsa {user} {role}" for user in users for role in LOGIN_ROLES]
        self._write(pgdata / "pg_ident.conf", "\n".join(ident) + "\n")
        self._write(pgdata / "pg_hba.conf", "local all all peer map=marsa\n")
        settings = [f"{name} = '{value}'" for name, value in SETTINGS.items()]
        settings += [f"unix_socket_directories = '{self.run}'", "unix_socket_permissions = 0700", f"port = {PORT}"]
        self._write(pgdata / "postgresql.auto.conf", "\n".join(settings) + "\n")

    def _write(self, path: Path, text: str) -> None:
        scratch = path.with_name(path.name + ".new")
        scratch.write_text(text)
        if self.user:
            shutil.chown(scratch, self.user, self.user)
        scratch.replace(path)

    def _system_identifier(self, binaries: Binaries, pgdata: Path) -> str:
        shown = self._run(binaries / "pg_controldata", str(pgdata))
        for line in shown.stdout.splitlines():
            if line.startswith("Database system identifier:"):
                return line.split(":", 1)[1].strip()
        raise ClusterWontStart(shown.stderr or shown.stdout)

    def _binaries_of(self, pgdata: Path) -> Binaries:
        major = int((pgdata / "PG_VERSION").read_text())
        for binaries in installed_binaries():
            if binaries.major == major:
                return binaries
        raise ClusterVersion(major, [binaries.major for binaries in installed_binaries()])

    def _launch(self, binaries: Binaries) -> None:
        log = self.log.open("ab")
        if self.user:
            shutil.chown(self.log, self.user, self.user)
        with log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", str(self.pgdata)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_clean_environment(),
                start_new_session=True,  # a Ctrl-C for the supervisor is not one for the database
                **self._as_user(),
            )
        _started[process.pid] = process
        deadline = time.monotonic() + START_LIMIT_S
        while self.postmaster_pid() is None:
            if process.poll() is not None:
                raise _failure(self._last_log_lines())
            if time.monotonic() > deadline:
                raise ClusterWontStart(self._last_log_lines())
            time.sleep(0.01)

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                with psycopg.connect(
                    self.conninfo(database="postgres"), connect_timeout=5, autocommit=True
                ) as connection:
                    known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
                    if known is None:
                        connection.execute(f"create database {DATABASE}")
                    return
            except psycopg.OperationalError as error:
                if self.postmaster_pid() is None:
                    raise _failure(self._last_log_lines()) from error
                if time.monotonic() > deadline:
                    raise ClusterWontStart(self._last_log_lines()) from error
                time.sleep(0.02)

    def _require_own(self) -> None:
        """A socket can lead to somebody else's postmaster; the system identifier cannot be mistaken."""
        noted = json.loads(self.identity_file.read_text())["system_identifier"]
        with psycopg.connect(self.conninfo()) as connection:
            row = connection.execute("select system_identifier::text from pg_control_system()").fetchone()
        if row is None or row[0] != noted:
            raise ClusterForeign(str(self.data))

    # -- small things ----------------------------------------------------------------------------------------------

    def _as_user(self) -> dict[str, Any]:
        return {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}

    def _run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", env=_clean_environment(), **self._as_user()
        )
        return done

    def _last_log_lines(self, count: int = 4) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except FileNotFoundError:
            return ""


def installed_binaries() -> list[Binaries]:
    """All installed PostgreSQL versions that have PostGIS, newest first."""
    found = []
    for folder in DEBIAN_CLUSTERS.glob("*/bin"):
        major = folder.parent.name
        extension = Path(f"/usr/share/postgresql/{major}/extension/postgis.control")
        if major.isdigit() and extension.exists() and (folder / "initdb").exists():
            found.append(Binaries(folder, int(major)))
    return sorted(found, key=lambda binaries: -binaries.major)


def newest_binaries() -> Binaries:
    """The newest installed PostgreSQL with PostGIS. Raises NoPostGIS when there is none."""
    found = installed_binaries()
    if not found:
        raise NoPostGIS()
    return found[0]


def _failure(output: str) -> Exception:
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return DiskFull()
    return ClusterWontStart(output.strip())


def _clean_environment() -> dict[str, str]:
    """PG… variables of the caller must not reach the server or its tools."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
