# SPDX-License-Identifier: Apache-2.0
"""The embedded cluster: a private PostgreSQL with PostGIS that an installation keeps for itself.

It listens on a unix socket in its own folder, knows its clients by their system user (peer), keeps checksums, and
survives its keeper: a postmaster that outlived a killed supervisor is adopted, not fought. Desktop programs may be let
in over TCP for one run, by password.
"""

import contextlib
import fcntl
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
    PortTaken,
    SocketPathTooLong,
)
from layers.postgres import Binaries, clean_environment, installed_binaries, newest_binaries

SOCKET_PATH_LIMIT = 107  # bytes, sun_path without its closing zero
PORT = 5432  # names the socket file; nothing listens on TCP unless asked for
DATABASE = "marsa"
ADMIN = "marsa_admin"
DESKTOP = "marsa_desktop"
LOGIN_ROLES = (ADMIN, "marsa_staff", "marsa_public")
START_LIMIT_S = 60
STOP_LIMIT_S = 30
ROOM_TO_START = 20_000_000  # bytes; a log on a full disk cannot say that it is full
NO_SUCH_PROCESS = 2**31 - 1
# Postmasters that this process started: a parent must reap them, or they stay as zombies.
_started: "dict[int, subprocess.Popen[bytes]]" = {}

SETTINGS = {
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
class TcpAddress:
    """Where desktop programs may connect, if anywhere."""

    host: str
    port: int


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

    @property
    def port(self) -> int:
        """PostgreSQL knows one port for both its doors, so opening one to TCP renames the socket."""
        try:
            return int(json.loads(self.identity_file.read_text()).get("port", PORT))
        except (FileNotFoundError, ValueError):
            return PORT

    def conninfo(self, role: str = ADMIN, database: str = DATABASE) -> str:
        return f"host={self.run} port={self.port} dbname={database} user={role}"

    def url(self, role: str = ADMIN) -> str:
        """The address as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{role}@/{DATABASE}?host={self.run}&port={self.port}"

    def start(self, tcp: TcpAddress | None = None, *, sole_user: bool = False) -> bool:
        """Makes the cluster where there is none, starts it where it rests, adopts it where it runs.

        `tcp` opens it to desktop programs until it stops. `sole_user`: nobody else uses it now, so one that runs with
        other settings is stopped and started again.
        Returns whether it was new. Raises a subclass of ClusterError when it must not or cannot be started.
        """
        self._require_short_path()
        self._make_folders()
        with self._only_one() as lock:
            new = self._ensure_initialised(lock)
            binaries = self._binaries_of(self.pgdata)
            if sole_user and self.postmaster_pid() is not None and not self._is_configured(tcp):
                self.stop()
            # One that runs may be about to end: then it is started like one that rests.
            if self.postmaster_pid() is None or not self._becomes_ready():
                self._configure(tcp)
                self._launch(binaries, tcp)
                if not self._becomes_ready():
                    raise self._failure(self._said(0), tcp)
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
                raise ClusterWontStart(self._said(0), stopping=True)
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
    def _only_one(self) -> Iterator[int]:
        """Two starters of one folder take turns; the kernel lets go of the lock of a killed one. Gives the lock."""
        with (self.run / "start.lock").open("a") as lock:
            if self.user:  # root may come first, and the server's user must get through afterwards
                shutil.chown(lock.name, self.user, self.user)
            deadline = time.monotonic() + START_LIMIT_S
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ClusterLocked(str(self.data)) from None
                    time.sleep(0.1)
            yield lock.fileno()

    def _ensure_initialised(self, lock: int) -> bool:
        if (self.pgdata / "PG_VERSION").exists() and self._noted_identifier():
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
            # An initdb that outlives a killed starter keeps the lock until it ends: nobody clears its folder meanwhile.
            pass_fds=(lock,),
        )  # fmt: skip
        if made.returncode != 0:
            raise self._failure(made.stderr, None)
        self._note(self._system_identifier(binaries, unfinished), PORT)
        unfinished.rename(self.pgdata)
        return True

    def _noted_identifier(self) -> str | None:
        """The system identifier of the cluster that we made here, if we did."""
        try:
            return str(json.loads(self.identity_file.read_text())["system_identifier"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _note(self, identifier: str, port: int) -> None:
        self._write(self.identity_file, json.dumps({"system_identifier": identifier, "port": port}) + "\n")

    def _configuration(self, tcp: TcpAddress | None) -> dict[str, str]:
        """File name → text. Written anew at every start: a folder that was moved has another socket."""
        owner = self.user or pwd.getpwuid(os.geteuid()).pw_name
        users = dict.fromkeys((owner, "root"))  # root may enter anyway, and runs the command line
        ident = [f"marsa {user} {role}" for user in users for role in LOGIN_ROLES]
        rules = ["local all all peer map=marsa"]
        rules += [f"host {DATABASE} {DESKTOP} all scram-sha-256"] if tcp else []
        settings = {
            **SETTINGS,
            "listen_addresses": tcp.host if tcp else "",
            "port": str(tcp.port if tcp else PORT),
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
        }
        quoted = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
        return {
            "pg_ident.conf": "\n".join(ident) + "\n",
            "pg_hba.conf": "\n".join(rules) + "\n",
            "postgresql.auto.conf": "\n".join(quoted) + "\n",
        }

    def _is_configured(self, tcp: TcpAddress | None) -> bool:
        return all((self.pgdata / name).read_text() == text for name, text in self._configuration(tcp).items())

    def _configure(self, tcp: TcpAddress | None) -> None:
        for name, text in self._configuration(tcp).items():
            self._write(self.pgdata / name, text)
        self._note(self._noted_identifier() or "", tcp.port if tcp else PORT)

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
        try:
            major = int((pgdata / "PG_VERSION").read_text())
        except ValueError:
            raise ClusterForeign(str(self.data)) from None
        for binaries in installed_binaries():
            if binaries.major == major:
                return binaries
        raise ClusterVersion(major, [binaries.major for binaries in installed_binaries()])

    def _launch(self, binaries: Binaries, tcp: TcpAddress | None) -> None:
        """Starts the postmaster, again while processes of a killed one still end (up to two seconds were seen)."""
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            self._disown_reused_numbers()
            said = self._launch_once(binaries)
            if said is None:
                return
            if "is still in use" not in said or time.monotonic() > deadline:
                raise self._failure(said, tcp)
            time.sleep(0.2)

    def _launch_once(self, binaries: Binaries) -> str | None:
        """None when it runs, else what it said before it ended."""
        with self.log.open("ab") as log:
            if self.user:
                shutil.chown(self.log, self.user, self.user)
            said_before = log.tell()
            process = subprocess.Popen(
                [binaries / "postgres", "-D", str(self.pgdata)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=clean_environment(),
                start_new_session=True,  # a Ctrl-C for the supervisor is not one for the database
                **self._as_user(),
            )
        _started[process.pid] = process
        deadline = time.monotonic() + START_LIMIT_S
        while not self._holds_its_socket(process.pid):
            if process.poll() is not None:
                del _started[process.pid]
                return self._said(said_before)
            if time.monotonic() > deadline:
                raise ClusterWontStart(self._said(said_before))
            time.sleep(0.01)
        return None

    def _holds_its_socket(self, pid: int) -> bool:
        return self.postmaster_pid() == pid and (self.run / f".s.PGSQL.{self.port}").exists()

    def _disown_reused_numbers(self) -> None:
        """After a crash the number in a lock file may be another program's by now, and PostgreSQL would not start.

        The file itself must stay: its other lines lead PostgreSQL to what processes of the killed one still hold.
        Called under the start lock, when no postmaster serves this folder.
        """
        for path in (self.pgdata / "postmaster.pid", self.run / f".s.PGSQL.{self.port}.lock"):
            with contextlib.suppress(FileNotFoundError):
                first, _, rest = path.read_text().partition("\n")
                if first.strip().isdigit() and Path(f"/proc/{first.strip()}").exists():
                    self._write(path, f"{NO_SUCH_PROCESS}\n{rest}")

    def _becomes_ready(self) -> bool:
        """Waits until the postmaster takes us in and is our own; False when it ends meanwhile."""
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                with psycopg.connect(
                    self.conninfo(database="postgres"), connect_timeout=5, autocommit=True
                ) as connection:
                    self._require_own(connection)
                    known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone()
                    if known is None:
                        connection.execute(f"create database {DATABASE}")
                    return True
            except psycopg.errors.DiskFull:
                raise DiskFull() from None
            except psycopg.OperationalError as error:
                if self.postmaster_pid() is None:
                    return False
                if time.monotonic() > deadline:
                    raise ClusterWontStart(str(error).strip()) from error
                time.sleep(0.02)

    def _require_own(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        """A socket can lead to somebody else's postmaster; the system identifier cannot be mistaken."""
        row = connection.execute("select system_identifier::text from pg_control_system()").fetchone()
        if row is None or row[0] != self._noted_identifier():
            raise ClusterForeign(str(self.data))

    # -- small things ----------------------------------------------------------------------------------------------

    def _as_user(self) -> dict[str, Any]:
        return {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}

    def _run(self, *command: str, pass_fds: tuple[int, ...] = ()) -> "subprocess.CompletedProcess[str]":
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", env=clean_environment(), pass_fds=pass_fds,
            **self._as_user(),
        )  # fmt: skip
        return done

    def _said(self, offset: int, most: int = 2000) -> str:
        """The log from a byte on, its last part."""
        try:
            with self.log.open("rb") as log:
                log.seek(offset)
                return log.read().decode(errors="replace")[-most:]
        except FileNotFoundError:
            return ""

    def _failure(self, said: str, tcp: TcpAddress | None) -> Exception:
        """Why PostgreSQL ended, in its words, or in ours where they are plainer."""
        full = shutil.disk_usage(self.data).free < ROOM_TO_START
        if full or "No space left on device" in said or "Disk quota exceeded" in said:
            return DiskFull()
        if tcp and "could not create any TCP/IP sockets" in said:
            return PortTaken(tcp.host, tcp.port)
        fatal = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "ERROR" in line]
        return ClusterWontStart(_without_stamp((fatal or said.strip().splitlines() or ["?"])[-1]))


def _without_stamp(line: str) -> str:
    """A line of the log without its time and process number."""
    return line.split("] ", 1)[-1].strip()
