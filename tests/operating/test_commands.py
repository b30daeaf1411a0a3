# SPDX-License-Identifier: Apache-2.0
"""The commands say what is, in the terminal's language, and end with a number that a script can use."""

from pathlib import Path

import psycopg
import pytest

from api.command import COMMANDS, parser
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.operating.marsa import connect, end, free_port, marsa, refusal, started, up


def test_every_command_takes_a_data_folder_and_says_what_it_does_in_both_languages() -> None:
    for name, module in COMMANDS.items():
        words = {
            "backup": ["FILE"],
            "restore": ["FILE"],
            "import": ["FILE"],
            "export": ["plots"],
            "events": ["verify", "FILE"],
            "user": ["list"],
        }.get(name, [])
        assert parser().parse_args([name, "--data", "/x", *words]).data == Path("/x")
        ar, en = module.HELP
        assert ar.strip() and en.strip() and ar != en


def test_alone_it_lists_its_commands() -> None:
    done = marsa()
    assert done.returncode == 0
    assert {line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ")} >= set(COMMANDS)


def test_status_of_nothing_says_so_and_is_no_success(place: Path) -> None:
    done = marsa("status", "--data", place / "nothing")
    assert done.returncode == 3
    assert "./marsa up" in done.stdout
    assert not (place / "nothing").exists()


def test_status_tells_address_process_and_counts(data: Path) -> None:
    with up(data) as running:
        with connect(data) as connection:
            a_plot(connection, a_block(connection, a_zone(connection)), "A01-001", square(0, 0))
        told = marsa("status", "--data", data)
        assert told.returncode == 0, told
        assert running.address in told.stdout
        assert f"process {running.process.pid}," in told.stdout
        assert "      1  Plots\n" in told.stdout
        assert "قطع" in marsa("status", "--data", data, LANG="ar_LY.UTF-8").stdout
    assert marsa("status", "--data", data).returncode == 3


def test_check_wakes_the_database_finds_what_is_broken_and_lets_it_rest(data: Path) -> None:
    whole = marsa("check", "--data", data)
    assert whole.returncode == 0, whole
    assert "plots-overlap" in whole.stdout
    assert not (data / "cluster" / "postmaster.pid").exists()
    with up(data), connect(data) as connection:
        block = a_block(connection, a_zone(connection))
        a_plot(connection, block, "A01-001", square(0, 0))
        connection.execute("set session_replication_role = replica")  # round the guards, as only a superuser can
        a_plot(connection, block, "A01-002", square(0, 0))
        broken = marsa("check", "--data", data)
    assert broken.returncode == 1
    assert "A01-001" in broken.stdout


def test_desktop_programs_are_let_in_by_password_for_one_run(data: Path) -> None:
    port = free_port()
    with up(data, "--listen", str(port)) as running:
        password = running.said.split("password (shown once): ")[1].split()[0]
        inside = f"host=127.0.0.1 port={port} dbname=marsa user=marsa_desktop"
        with psycopg.connect(f"{inside} password={password}") as connection:
            assert connection.execute("select count(*) from published.plots").fetchone() == (0,)
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("delete from published.plots")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"{inside} password=wrong")
        with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg.connect(f"host=127.0.0.1 port={port} dbname=marsa user=marsa_admin")
        taken = marsa("up", "--data", data.with_name("other"), "--port", "0", "--no-demo", "--listen", str(port))
        assert f"127.0.0.1:{port}" in refusal(taken)
        assert running.stop() == 0
    with up(data, "--listen", str(port)) as running:
        assert "shown once" not in running.said
    with up(data), pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(f"{inside} password={password}", connect_timeout=5)


def test_a_begun_register_is_never_mixed_with_the_demonstration(data: Path) -> None:
    with up(data) as running:
        with connect(data) as connection:
            a_zone(connection)
        running.stop()
    running = started(data)  # without --no-demo
    try:
        running.await_ready()
        with connect(data) as connection:
            assert connection.execute("select count(*) from register.zone").fetchone() == (1,)
    finally:
        end(running)
