# SPDX-License-Identifier: Apache-2.0
"""A backup comes back equal, to the last bit, or not at all."""

import hashlib
import io
import json
import random
import shutil
import tarfile
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from layers.backup import TRAILER, backup, verified
from layers.digests import digests
from layers.errors import BackupDamaged, BackupTaken, MarsaError, NotABackup
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.operating.marsa import cluster_in, connect, marsa, refusal, up

DEFINED = """
select 'trigger', c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid)
from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal
union all select 'grants', c.oid::regclass::text,
  (select string_agg(a::text, ' ' order by a::text) from unnest(c.relacl) a where a::text not like 'marsa_admin=%')
from pg_class c where c.relnamespace::regnamespace::text in ('register', 'published')
union all select 'owner', p.oid::regprocedure::text, p.proowner::regrole::text
from pg_proc p where p.pronamespace::regnamespace::text in ('register', 'published')
union all select 'view', v.schemaname || '.' || v.viewname, v.viewowner || v.definition
from pg_views v where v.schemaname in ('register', 'published')
union all select 'policy', p.polrelid::regclass::text || p.polname, pg_get_expr(p.polqual, p.polrelid) from pg_policy p
union all select 'security', c.oid::regclass::text, c.relrowsecurity::text || c.relforcerowsecurity::text
from pg_class c where c.relnamespace::regnamespace::text in ('register', 'published') and c.relkind = 'r'
order by 1, 2, 3
"""


def a_little_town(connection: Connection) -> None:
    """Two plots, one moved twice and one taken away: rows, history, versions."""
    block = a_block(connection, a_zone(connection))
    a_plot(connection, block, "A01-001", square(0, 0))
    a_plot(connection, block, "A01-002", square(100.001, 0))
    connection.execute("update register.plot set geom = %s where plot_number = 'A01-002'", [square(200.123, 0)])
    connection.execute("update register.plot set geom = %s where plot_number = 'A01-002'", [square(300, 0.007)])
    connection.execute("delete from register.plot where plot_number = 'A01-001'")


def defined(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute(DEFINED).fetchall()


def test_everything_comes_back_equal_and_the_register_goes_on(data: Path, place: Path) -> None:
    saved, back = place / "saved.marsa", place / "back"
    with up(data), connect(data) as connection:
        a_little_town(connection)
        (data / "files" / "deep").mkdir(parents=True)
        (data / "files" / "deep" / "رسالة.pdf").write_bytes(random.randbytes(100_000))
        assert marsa("backup", "--data", data, saved).returncode == 0  # while it serves
        with connection.transaction():
            now = digests(connection)
        before = verified(saved).tables
        # Only the heartbeat of the clock may differ between the backup's instant and now.
        assert {name for name in now if now[name] != before[name]} <= {"jobs.procrastinate_workers"}
        rules = defined(connection)
    assert before["register.history"].rows == 3
    assert saved.stat().st_mode & 0o077 == 0

    done = marsa("restore", saved, "--data", back)
    assert done.returncode == 0, done
    assert not (back / "cluster" / "postmaster.pid").exists()
    cluster = cluster_in(back)
    cluster.start()  # the database alone: the service would begin to write
    with connect(back) as connection, connection.transaction():
        assert digests(connection) == before
    cluster.stop()
    with up(back), connect(back) as connection:
        assert defined(connection) == rules
        # Numbers go on after the last one given out, and the guards are awake.
        last = connection.execute("select max(tile_id) from register.plot").fetchone()
        new = a_plot(connection, _block(connection), "A01-003", square(600, 600))
        assert connection.execute("select tile_id from register.plot where id = %s", [new]).fetchone() > last  # type: ignore[operator]
        with pytest.raises(psycopg.Error):
            connection.execute("update register.history set actor = 'nobody'")
    original = data / "files" / "deep" / "رسالة.pdf"
    returned = back / "files" / "deep" / "رسالة.pdf"
    assert returned.read_bytes() == original.read_bytes()
    assert returned.owner() == (back / "cluster").owner()


def _block(connection: Connection) -> UUID:
    row = connection.execute("select id from register.block").fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


@pytest.fixture
def saved(register: Register, tmp_path: Path) -> Path:
    with register.connect(autocommit=True) as connection:
        a_little_town(connection)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "plan.pdf").write_bytes(b"%PDF" * 500)
    backup(register.url(), tmp_path / "files", tmp_path / "saved.marsa")
    return tmp_path / "saved.marsa"


def test_one_flipped_bit_anywhere_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    verified(saved)
    places = random.Random(7).sample(range(len(whole)), 60)
    for place in (
        *places,
        0,
        len(whole) - 1,
        whole.index(TRAILER),
        whole.index(b"manifest.json"),
        whole.index(b"%PDF"),
    ):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << random.randrange(8)
        saved.write_bytes(spoilt)
        with pytest.raises((BackupDamaged, NotABackup)):
            verified(saved)


@pytest.mark.parametrize("kept", [0, 10, 600, -1, -100])
def test_a_file_cut_short_is_refused(saved: Path, kept: int) -> None:
    saved.write_bytes(saved.read_bytes()[:kept])
    with pytest.raises((BackupDamaged, NotABackup)):
        verified(saved)


def test_a_damaged_backup_makes_nothing(saved: Path, place: Path) -> None:
    whole = bytearray(saved.read_bytes())
    whole[len(whole) // 2] ^= 4
    damaged = place / "damaged.marsa"
    damaged.write_bytes(whole)
    assert str(damaged) in refusal(marsa("restore", damaged, "--data", place / "new"))
    assert "تالفة" in refusal(marsa("restore", damaged, "--data", place / "new", LANG="ar_LY.UTF-8"))
    assert not (place / "new").exists()


def test_a_forged_archive_cannot_write_outside_its_folder(saved: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.marsa"
    for name in ("files/../../escaped", "/tmp/escaped", "elsewhere/file"):
        stream = io.BytesIO()
        with tarfile.open(saved) as old, tarfile.open(fileobj=stream, mode="w") as new:
            dump, manifest = old.extractfile("register.dump"), old.extractfile("manifest.json")
            assert dump and manifest
            told = json.load(manifest)
            told["parts"] = [{"name": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}]
            for member, content in ((name, b"x"), ("manifest.json", json.dumps(told).encode())):
                info = tarfile.TarInfo(member)
                info.size = len(content)
                new.addfile(info, io.BytesIO(content))
        content = stream.getvalue()
        forged.write_bytes(content + TRAILER + hashlib.sha256(content).hexdigest().encode() + b"\n")
        with pytest.raises(NotABackup):
            verified(forged)


def test_a_backup_overwrites_nothing_and_leaves_nothing_half_made(register: Register, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(BackupTaken):
        backup(register.url(), tmp_path / "files", tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "mine"
    with register.connect(autocommit=True) as connection:
        connection.execute("drop table register.alembic_version")
    with pytest.raises((MarsaError, psycopg.Error)):
        backup(register.url(), tmp_path / "files", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_folder_that_holds_something_is_not_restored_into(saved: Path, place: Path) -> None:
    (place / "mine").mkdir()
    (place / "mine" / "letter.txt").write_text("dear")
    shutil.copy(saved, place / "saved.marsa")
    assert str(place / "mine") in refusal(marsa("restore", place / "saved.marsa", "--data", place / "mine"))
    assert [path.name for path in (place / "mine").iterdir()] == ["letter.txt"]


def test_a_restore_that_was_broken_off_is_not_taken_for_an_installation(data: Path) -> None:
    (data / "restoring").touch()
    assert "did not finish" in refusal(marsa("up", "--data", data, "--port", "0"))
    assert cluster_in(data).postmaster_pid() is None
