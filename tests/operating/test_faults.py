# SPDX-License-Identifier: Apache-2.0
"""Whatever is killed, the next `up` recovers; whatever must not be started is refused in one sentence, undamaged."""

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest
from alembic import command as alembic_command

from layers import database
from layers.embedded import Cluster
from tests.layers.land import a_zone
from tests.operating.marsa import (
    LIMIT_S,
    children,
    cluster_in,
    command,
    connect,
    end,
    environment,
    free_port,
    marsa,
    refusal,
    started,
    up,
)
from tests.places import await_gone


def starting(data: Path, *words: str, wrapper: tuple[str, ...] = (), **more: str) -> str:
    """What a refused `up` says."""
    return refusal(marsa("up", "--no-demo", "--data", data, "--port", "0", *words, wrapper=wrapper, **more))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_killed_supervisor_takes_its_workers_along_and_the_database_is_adopted(data: Path) -> None:
    with up(data) as running:
        postmaster = cluster_in(data).postmaster_pid()
        running.process.send_signal(signal.SIGKILL)
        running.process.wait(20)
        again = started(data, "--no-demo")
        try:
            again.await_ready()
            await_gone(*[pid for pid in running.workers if pid != postmaster])
            assert cluster_in(data).postmaster_pid() == postmaster
            assert again.stop() == 0
        finally:
            end(again)


def test_a_killed_worker_and_a_killed_postmaster_are_started_again(data: Path) -> None:
    with up(data) as running:
        cluster = cluster_in(data)
        postmaster = cluster.postmaster_pid()
        assert postmaster is not None
        workers = [pid for pid in running.workers if pid != postmaster]
        os.kill(workers[0], signal.SIGKILL)
        os.kill(postmaster, signal.SIGKILL)
        deadline = time.monotonic() + LIMIT_S
        while cluster.postmaster_pid() in (None, postmaster) or _answer(running.address) != 200:
            assert time.monotonic() < deadline, running.said
            time.sleep(0.1)
        assert workers[0] not in children(running.process.pid)


def _answer(address: str) -> int:
    import httpx

    try:
        return httpx.get(f"{address}health/ready", timeout=5).status_code
    except httpx.HTTPError:
        return 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_everything_cleanly(data: Path, signum: signal.Signals) -> None:
    with up(data) as running:
        postmaster = cluster_in(data).postmaster_pid()
        assert running.stop(signum) == 0
        await_gone(*running.workers, postmaster or 0)
        assert not (data / "cluster" / "postmaster.pid").exists()


def test_no_acknowledged_write_is_lost_when_the_database_is_killed(data: Path) -> None:
    """A writer notes each acknowledged row; after three kills at odd moments every one of them is there."""
    cluster = cluster_in(data)
    cluster.start()
    with connect(data) as connection:
        connection.execute("create table ledger (number bigint primary key)")
    acknowledged: list[int] = []
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            try:
                with connect(data) as connection:
                    while not over.is_set():
                        number += 1
                        connection.execute("insert into ledger values (%s)", [number])
                        acknowledged.append(number)
            except psycopg.Error:
                time.sleep(0.05)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        for wait_s in (0.7, 0.4, 1.1):
            time.sleep(wait_s)
            pid = cluster.postmaster_pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            cluster.start()
    finally:
        over.set()
        writer.join(30)
    with connect(data) as connection:
        there = {row[0] for row in connection.execute("select number from ledger")}
    cluster.stop()
    assert len(acknowledged) > 100
    assert set(acknowledged) <= there


def test_a_kill_in_mid_initdb_leaves_nothing_behind(place: Path) -> None:
    data = place / "data"
    running = started(data, "--no-demo")
    try:
        deadline = time.monotonic() + LIMIT_S
        while not (data / "cluster.new" / "PG_VERSION").exists():
            assert time.monotonic() < deadline and running.process.poll() is None, running.said
            time.sleep(0.005)
        running.process.kill()
        running.process.wait(20)
        assert not (data / "cluster").exists()
    finally:
        end(running)
    with up(data):
        assert not (data / "cluster.new").exists()


def test_migrations_that_are_killed_or_meet_each_other_are_made_once(place: Path) -> None:
    cluster = cluster_in(place / "data")
    (place / "data").mkdir()
    if cluster.user:
        shutil.chown(place / "data", cluster.user, cluster.user)
    cluster.start()
    check = command("check", "--data", place / "data")
    for wait_s in (1.5, 2.5, 3.5):
        running = subprocess.Popen(
            ["timeout", "-s", "KILL", str(wait_s), *check],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip
        running.wait(60)
    two = [subprocess.Popen(check, stdout=subprocess.DEVNULL, env=environment()) for _ in range(2)]
    assert [process.wait(120) for process in two] == [0, 0]
    with connect(place / "data") as connection:
        assert connection.execute("select count(*) from register.installation").fetchone() == (1,)
    cluster.stop()


# Views hold on to the tables that an earlier version does not have. Only forwards are they made anew by themselves.
VIEWS_AWAY = """
    do $$
    declare v text;
    begin
      drop schema past cascade;
      for v in select oid::regclass from pg_class where relnamespace = 'published'::regnamespace and relkind = 'v' loop
        execute 'drop view ' || v || ' cascade';
      end loop;
    end $$
"""


def test_a_migration_that_would_wait_gives_up_and_changes_nothing(data: Path) -> None:
    cluster = cluster_in(data)
    cluster.start()
    with connect(data) as holding:
        engine = database.engine_for(cluster.url(), srid=3201)
        with engine.begin() as behind:
            config = database.alembic_config()
            config.attributes["connection"] = behind
            behind.exec_driver_sql(VIEWS_AWAY)
            alembic_command.downgrade(config, "-1")
        engine.dispose()
        with holding.transaction():
            holding.execute("lock table register.plot in access exclusive mode")
            assert "in use" in refusal(marsa("check", "--data", data))
    assert marsa("check", "--data", data).returncode == 0
    cluster.stop()


def test_a_taken_port_is_told(data: Path) -> None:
    import socket

    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        told = refusal(marsa("up", "--no-demo", "--data", data, "--port", str(port)))
    assert str(port) in told
    assert cluster_in(data).postmaster_pid() is None


def test_a_second_up_names_the_first(data: Path) -> None:
    with up(data) as running:
        assert f"process {running.process.pid}" in starting(data)


def test_data_of_another_postgresql_is_not_touched(data: Path) -> None:
    (data / "cluster" / "PG_VERSION").write_text("12\n")
    before = contents(data / "cluster")
    assert "12" in starting(data)
    assert "الإصدار 12" in starting(data, LANG="ar_LY.UTF-8")
    assert contents(data / "cluster") == before


def test_a_cluster_that_is_not_ours_is_not_touched(data: Path) -> None:
    (data / "cluster.json").unlink()
    before = contents(data / "cluster")
    assert "did not make" in starting(data)
    (data / "cluster.json").write_text('{"system_identifier": "1", "port": 5432}\n')
    assert "did not make" in starting(data)  # somebody else's answers on our socket
    (data / "cluster.json").unlink()
    cluster_in(data).stop()
    # PostgreSQL drops and makes these caches as it likes.
    kept = {path for path in before if not path.endswith("pg_internal.init")}
    assert kept <= set(contents(data / "cluster"))


def test_a_folder_with_other_things_in_it_is_not_touched(place: Path, data: Path) -> None:
    assert "nothing in it was touched" in starting(data / "cluster")
    mine = place / "mine"
    mine.mkdir()
    shutil.chown(mine, (data / "cluster").owner())
    (mine / "letter.txt").write_text("dear")
    assert str(mine) in starting(mine)
    assert contents(mine) == {"letter.txt": b"dear"}


def test_a_path_too_long_for_a_socket_is_told(place: Path) -> None:
    assert "bytes" in starting(place / ("x" * 100))


def test_a_folder_of_somebody_else_or_read_only_is_told(place: Path) -> None:
    theirs = place / "theirs"
    theirs.mkdir()
    if os.geteuid() == 0:
        os.chown(theirs, 65534, 65534)
        assert "nobody" in starting(theirs)
    else:  # everybody but root meets the permissions themselves
        theirs.chmod(0o500)
        assert str(theirs) in starting(theirs)


def test_a_number_that_another_program_has_now_is_no_postmaster(data: Path) -> None:
    """After a crash and a reboot the number in the lock file may be anybody's."""
    cluster = cluster_in(data)
    cluster.start()
    pid = cluster.postmaster_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await_gone(pid)
    lock = data / "cluster" / "postmaster.pid"
    lines = lock.read_text().splitlines()
    owner = cluster.user or "root"
    sleeper = subprocess.Popen(["sleep", "300"], **({"user": owner} if cluster.user else {}))  # type: ignore[call-overload]
    try:
        lock.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
        assert cluster.postmaster_pid() is None
        with up(data):
            assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait(10)


def test_without_postgis_the_alembic_commandto_type_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        script = f'mount --bind {place} /usr/lib/postgresql && exec "$@"'
        told = starting(place / "data", wrapper=("unshare", "--mount", "sh", "-c", script, "sh"))
    else:  # without rights over mounts: the same question, asked of an empty folder
        monkeypatch.setattr("layers.postgres.DEBIAN_CLUSTERS", place)
        from layers.errors import NoPostGIS

        with pytest.raises(NoPostGIS):
            Cluster(place / "data").start()
        return
    assert "apt-get install" in told


def test_a_full_disk_is_told_and_nothing_saved_is_lost(data: Path, place: Path) -> None:
    if os.geteuid() != 0:
        # Without rights over mounts: what a full disk raises is told as such.
        from api.command import refusal_of
        from layers.errors import DiskFull

        assert isinstance(refusal_of(OSError(28, "No space left on device")), DiskFull)
        assert isinstance(refusal_of(psycopg.errors.DiskFull()), DiskFull)
        return
    with up(data), connect(data) as connection:
        a_zone(connection, "OTHER")
    # The same folder on a small disk that is full: refused; after some space was made, everything is there.
    small = place / "small"
    small.mkdir()
    script = (
        f"mount -t tmpfs -o size=400m,mode=755 tmpfs {small} && cp -a {data} {small}/data && rm -rf {small}/data/run && "
        f"(dd if=/dev/zero of={small}/filler bs=64k 2>/dev/null; true) && "
        f'cd {small} && ("$@" up --no-demo --data {small}/data --port 0; echo "exit $?") 2>&1; '
        f'rm {small}/filler; "$@" status --data {small}/data >/dev/null; "$@" check --data {small}/data >/dev/null; '
        'echo "after $?"'
    )
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", *command()],
        capture_output=True, text=True, check=False, timeout=180, env=environment(),
    )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    assert lines[-2:] == ["exit 1", "after 0"], done
    assert any("disk is full" in line for line in lines), done
    assert "Traceback" not in done.stdout + done.stderr
