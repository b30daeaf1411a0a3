# SPDX-License-Identifier: Apache-2.0
"""An installation of its own, filled with synthetic plots past the guards, which would take hours for a million.

    python -m tests.benchmarks.fill --data /tmp/marsa-100k --plots 100000 [--srid 32633]

What is published is derived by the register's own functions, and compared with what the register says on a sample.
The cluster is left at rest. As root, the folder belongs to the system user marsa.
"""

import argparse
import random
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from api.installation import become_server_user, make_data_folder, say
from api.settings import Settings
from layers import database
from layers.embedded import Cluster
from tests.benchmarks.synthetic import Block, Ring, blocks, zone_box

Connection = psycopg.Connection[tuple[object, ...]]
LAND_USES = ("INH", "INL", "LOG", "LOG", "YRD", "COM", "TEC")
FATES = ("available", "available", "planned", "reserved", "allocated", "building", "operating", "operating", "withheld")
"""What becomes of plots, in equal shares."""
HOLDERS = 100
LARGE_TABLES = ["register.plot", "published.plots"]
PLOTS_A_RENEWAL = 20_000

LAND = """
    create temporary table land (id uuid default gen_random_uuid(), plot_number text, block text, land_use text,
      frontage_m float8, rent numeric, fate text, holder integer, geom geometry) on commit drop;
    create temporary table block_land (block text, zone text, complete boolean, geom geometry) on commit drop;
"""
REGISTER = """
    insert into register.party (type, name_ar, name_en)
    select 'LCO', 'شركة ' || n, 'Company ' || n from generate_series(0, 99) n;
    insert into register.block (code, zone_id, land_use, complete, geom)
    select block, zone.id, 'LOG', b.complete, b.geom from block_land b join register.zone on zone.code = b.zone;
    insert into register.plot (id, plot_number, block_id, land_use, frontage_m, rent_lyd_m2_year, progress, geom)
    select land.id, plot_number, block.id, land.land_use, frontage_m, rent,
      case fate when 'building' then 'works' when 'operating' then 'operating' else 'none' end, land.geom
    from land join register.block on block.code = land.block;
    insert into register.plot_service (plot_id, utility, state)
    select id, utility, 'now' from land, unnest(array['water', 'power']) utility where fate = 'available';
    insert into register.restriction (plot_id, kind, valid)
    select id, 'hold', tstzrange('2020-01-01', null) from land where fate = 'withheld';
    insert into register.tenure_slot (plot_id, kind, party_id, valid, published)
    select land.id, case fate when 'reserved' then 'reservation' when 'allocated' then 'allocation' else 'lease' end,
      party.id, tstzrange('2021-01-01', '2051-01-01'), true
    from land join register.party on party.name_en = 'Company ' || holder
    where fate in ('reserved', 'allocated', 'building', 'operating');
"""


def fill(cluster: Cluster, plots: int, srid: int) -> None:
    """Makes the register in a running cluster and puts the plots in it. Raises ValueError when it is not consistent."""
    database.migrate(cluster.url(), srid=srid)
    with psycopg.connect(cluster.conninfo()) as connection:
        connection.execute("set session_replication_role = replica")  # triggers and foreign keys rest
        connection.execute("set maintenance_work_mem = '512MB'")
        with _without_indexes(connection):
            _load(connection, plots, srid)
        connection.execute("analyze register.plot, register.block, register.tenure_slot, register.plot_service")
        _publish(connection)
        connection.execute("select register.sum_plots()")
        connection.execute("insert into register.moment select * from register.coming_moments()")
        connection.execute("update register.layer_version set version = version + 1")
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        require_consistent(connection)


def require_consistent(connection: Connection, sample: int = 2000) -> None:
    """Raises ValueError when what is published is not what the register says."""
    wrong = connection.execute(
        "select k.plot_number, k.public_status, register.public_status(k.id, now())"
        " from (select * from published.plots order by id limit %s) k"
        " where k.public_status is distinct from register.public_status(k.id, now())",
        [sample],
    ).fetchall()
    counts = connection.execute(
        "select (select count(*) from register.plot), (select count(*) from published.plots),"
        " (select sum(plots) from published.blocks)"
    ).fetchone()
    if wrong or counts is None or len(set(counts)) != 1:
        raise ValueError(f"published and register differ: {wrong[:3]} {counts}")


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Indexes on which no constraint stands are built once the rows are there."""
    found = connection.execute(
        "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid ="
        " any(%s::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)",
        [LARGE_TABLES],
    ).fetchall()
    for name, _ in found:
        connection.execute(f"drop index {name}".encode())
    yield
    for _, definition in found:
        connection.execute(str(definition).encode())


def _load(connection: Connection, plots: int, srid: int) -> None:
    chance = random.Random(11)
    connection.execute(LAND)
    zones: dict[tuple[int, int], str] = {}
    block_rows: list[tuple[str, str, bool, str]] = []
    plot_columns = "plot_number, block, land_use, frontage_m, rent, fate, holder, geom"
    with connection.cursor() as cursor:
        with cursor.copy(f"copy land ({plot_columns}) from stdin".encode()) as copy:
            for block in blocks(plots):
                zone = zones.setdefault(block.zone, f"Z{len(zones) + 1:03d}")
                block_rows.append((_code(block), zone, block.complete, _ewkb(block.ring, srid)))
                for number, ring in enumerate(block.plots, 1):
                    copy.write_row((
                        f"{_code(block)}-{number:03d}", _code(block), chance.choice(LAND_USES),
                        round(chance.uniform(26, 210), 1), round(chance.uniform(4, 60), 2), chance.choice(FATES),
                        chance.randrange(HOLDERS), _ewkb(ring, srid),
                    ))  # fmt: skip
        with cursor.copy("copy block_land from stdin") as copy:
            for row in block_rows:
                copy.write_row(row)
        cursor.executemany(
            "insert into register.zone (code, name_ar, name_en, geom) values (%s, %s, %s,"
            " ST_Multi(ST_MakeEnvelope(%s, %s, %s, %s, %s)))",
            [(code, f"منطقة {code}", f"Zone {code}", *zone_box(zone), srid) for zone, code in zones.items()],
        )
    connection.execute(REGISTER)


def _code(block: Block) -> str:
    return f"B{block.number:06d}"


def _ewkb(ring: Ring, srid: int) -> str:
    head = struct.pack("<BIIII", 1, 0x20000003, srid, 1, len(ring))
    return (head + b"".join(struct.pack("<dd", *point) for point in ring)).hex()


def _publish(connection: Connection) -> None:
    """By the register's own functions, some blocks with their plots at a time."""
    last = connection.execute("select max(tile_id) from register.plot").fetchone()
    assert last is not None
    for first in range(0, int(str(last[0])) + 1, PLOTS_A_RENEWAL):
        connection.execute(
            "select register.renew_plots(array(select id from register.plot where tile_id between %s and %s))",
            [first, first + PLOTS_A_RENEWAL - 1],
        )
    connection.execute("select register.renew_blocks(array(select id from register.block))")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--plots", type=int, default=100_000)
    parser.add_argument("--srid", type=int, default=32633)
    options = parser.parse_args()
    settings = Settings().model_copy(update={"data": options.data.absolute()})
    make_data_folder(settings)
    become_server_user()
    cluster = settings.cluster()
    cluster.start()
    began = time.monotonic()
    try:
        fill(cluster, options.plots, options.srid)
    finally:
        cluster.stop()
    seconds = time.monotonic() - began
    say(f"{options.plots} قطعة في {seconds:.0f} ث", f"{options.plots} plots in {seconds:.0f} s")


if __name__ == "__main__":
    main()
