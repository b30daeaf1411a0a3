# SPDX-License-Identifier: Apache-2.0
"""What holds for every layer of the catalogue, and what each part of the plan and the port refuses."""

import re
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from layers.catalogue import LAYERS, Layer
from layers.codelists import CODELISTS
from tests.conftest import Connection, Register
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone, square
from tests.layers.test_publishing import version_of

ARABIC = re.compile("[\u0621-\u064a]")


def line(x: float, y: float, length: float = 100.0) -> str:
    return f"SRID=3201;LINESTRING({EAST + x} {NORTH + y},{EAST + x + length} {NORTH + y})"


def point(x: float, y: float) -> str:
    return f"SRID=3201;POINT({EAST + x} {NORTH + y})"


def one(connection: Connection, statement: str, values: list[object]) -> UUID:
    row = connection.execute(statement + " returning id", values).fetchone()
    assert row is not None
    return row[0]  # type: ignore[return-value]


def a_party(connection: Connection, name: str = "Sirte Port Operator") -> UUID:
    return one(connection, "insert into register.party (type, name_ar, name_en) values ('OPR', 'مشغّل', %s)", [name])


def a_quay(connection: Connection, code: str = "Q1") -> UUID:
    return one(
        connection,
        "insert into register.quay (code, name_ar, name_en, geom) values (%s, 'رصيف', 'Quay', %s)",
        [code, line(0, 0)],
    )


def a_node(connection: Connection, utility: str, code: str, x: float) -> UUID:
    return one(
        connection,
        "insert into register.network_node (utility, code, kind, geom) values (%s, %s, 'junction', %s)",
        [utility, code, point(x, 0)],
    )


def a_link(connection: Connection, utility: str, code: str, start: UUID, end: UUID) -> UUID:
    return one(
        connection,
        "insert into register.network_link (utility, code, kind, start_node_id, end_node_id, geom) "
        "values (%s, %s, 'main', %s, %s, %s)",
        [utility, code, start, end, line(0, 0)],
    )


def a_right(connection: Connection, party: UUID, valid: str, **target: UUID) -> None:
    ((column, object_id),) = target.items()
    connection.execute(
        f"insert into register.tenure_slot ({column}, kind, party_id, valid) values (%s, 'lease', %s, %s)",
        [object_id, party, valid],
    )


@pytest.mark.parametrize("layer", list(LAYERS), ids=lambda layer: layer.id)
def test_a_layer_speaks_arabic_and_english(layer: Layer) -> None:
    for text in (layer.title, *(field.title for field in layer.fields)):
        assert ARABIC.search(text.ar), text
        assert text.en and not ARABIC.search(text.en), text


@pytest.mark.parametrize("layer", list(LAYERS), ids=lambda layer: layer.id)
def test_what_the_map_colours_and_labels_by_is_in_the_tiles(layer: Layer) -> None:
    in_tiles = {field.name for field in layer.tile_fields}
    if layer.colour_by:
        assert layer.colour_by in in_tiles
        assert layer.by_name[layer.colour_by].codelist in CODELISTS


@pytest.mark.parametrize("layer", list(LAYERS), ids=lambda layer: layer.id)
def test_a_text_that_people_read_is_there_in_both_languages(layer: Layer) -> None:
    names = {field.name for field in layer.fields}
    for name in names:
        if name.endswith("_ar"):
            assert name.removesuffix("_ar") + "_en" in names
        if name.endswith("_en"):
            assert name.removesuffix("_en") + "_ar" in names


@pytest.mark.parametrize("layer", list(LAYERS), ids=lambda layer: layer.id)
def test_a_number_in_metres_says_so(layer: Layer) -> None:
    unit_of_ending = {"_m": "m", "_m2": "m²", "_t": "t", "_mm": "mm", "_kv": "kV", "_pct": "%"}
    for field in layer.fields:
        for ending, unit in unit_of_ending.items():
            if field.name.endswith(ending) and not field.name.endswith(("_t_m2", "_t_m3")):
                assert field.unit == unit, field.name


def test_every_layer_is_published_to_strangers_and_starts_empty(register: Register) -> None:
    with register.connect("marsa_public") as stranger:
        for layer in LAYERS.public:
            columns = [column.name for column in layer.published.columns]
            rows = stranger.execute(
                sql.SQL("select {} from {}").format(
                    sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier("published", layer.published.name)
                )
            )
            assert rows.fetchall() == [], layer.id


def test_every_code_has_both_languages_and_is_named_once() -> None:
    for name, codes in CODELISTS.items():
        assert len({code for code, *_ in codes}) == len(codes), name
        for code, ar, en, _ in codes:
            assert ARABIC.search(ar) and en and not ARABIC.search(en), (name, code)


def test_every_list_that_a_column_takes_its_values_from_exists(register: Register) -> None:
    with register.connect() as connection:
        written = {row[0] for row in connection.execute("select distinct list from register.code")}
    assert written == set(CODELISTS)
    assert {field.codelist for layer in LAYERS for field in layer.fields if field.codelist} <= written


def test_a_depth_without_a_word_on_how_it_is_known_is_refused(register: Register) -> None:
    with register.connect() as connection:
        quay = a_quay(connection)
        with pytest.raises(psycopg.errors.CheckViolation, match="depth_known_how"):
            connection.execute("update register.quay set depth_m = 11 where id = %s", [quay])


def test_a_surveyed_depth_has_a_day(register: Register) -> None:
    with register.connect() as connection, pytest.raises(psycopg.errors.CheckViolation, match="survey_has_a_day"):
        connection.execute(
            "insert into register.berth (code, name_ar, name_en, depth_m, depth_quality, geom) "
            "values ('B1', 'مربط', 'Berth', 9, 'surveyed', %s)",
            [line(0, 0)],
        )


def test_a_height_without_its_datum_is_refused(register: Register) -> None:
    with register.connect() as connection, pytest.raises(psycopg.errors.CheckViolation, match="height_has_a_datum"):
        connection.execute(
            "insert into register.control_point (code, height_m, geom) values ('SFZ-1', 4.2, %s)", [point(0, 0)]
        )


def test_released_ground_shows_its_certificate(register: Register) -> None:
    with register.connect() as connection, pytest.raises(psycopg.errors.CheckViolation, match="certificate"):
        connection.execute(
            "insert into register.constraint_area (code, name_ar, name_en, kind, clearance, geom) "
            "values ('C1', 'ألغام', 'Mines', 'clearance', 'REL', %s)",
            [square(0, 0)],
        )


def test_one_wrong_code_among_several_is_refused(register: Register) -> None:
    with register.connect() as connection:
        zone = a_zone(connection)
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(
                "insert into register.plan_unit (zone_id, code, name_ar, name_en, land_use, uses, geom) "
                "values (%s, 'P1', 'وحدة', 'Unit', 'LOG', '{LOG,XYZ}', %s)",
                [zone, square(0, 0)],
            )
    assert refused.value.sqlstate == "MG005"


def test_two_rights_never_hold_one_berth_at_one_time(register: Register) -> None:
    with register.connect() as connection:
        party = a_party(connection)
        berth = one(
            connection,
            "insert into register.berth (code, name_ar, name_en, geom) values ('B1', 'مربط', 'Berth', %s)",
            [line(0, 0)],
        )
        a_right(connection, party, "[2026-01-01,2027-01-01)", facility_id=berth)
        a_right(connection, party, "[2027-01-01,2028-01-01)", facility_id=berth)
        with pytest.raises(psycopg.errors.ExclusionViolation):
            a_right(connection, party, "[2026-06-01,2026-07-01)", facility_id=berth)


def test_a_right_stands_on_something_of_the_port(register: Register) -> None:
    with register.connect() as connection:
        party = a_party(connection)
        plot = a_plot(connection, a_block(connection, a_zone(connection)))
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            a_right(connection, party, "[2026-01-01,2027-01-01)", facility_id=plot)


def test_what_a_right_stands_on_cannot_be_deleted(register: Register) -> None:
    with register.connect() as connection:
        quay = a_quay(connection)
        a_right(connection, a_party(connection), "[2026-01-01,2027-01-01)", facility_id=quay)
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("delete from register.quay where id = %s", [quay])


def test_a_change_to_a_water_pipe_is_none_of_the_power_network(register: Register) -> None:
    with register.connect() as connection:
        a, b = a_node(connection, "water", "J1", 0), a_node(connection, "water", "J2", 100)
        pipe = a_link(connection, "water", "P1", a, b)
        connection.commit()
        before = {layer: version_of(connection, layer) for layer in ("water", "water_nodes", "power", "power_nodes")}
        connection.execute("update register.network_link set diameter_mm = 200 where id = %s", [pipe])
        connection.commit()
        after = {layer: version_of(connection, layer) for layer in before}
    assert after == before | {"water": before["water"] + 1}  # type: ignore[operator]


def test_a_link_of_the_wrong_utility_moves_both_when_it_is_put_right(register: Register) -> None:
    with register.connect() as connection:
        a, b = a_node(connection, "water", "J1", 0), a_node(connection, "water", "J2", 100)
        pipe = a_link(connection, "water", "P1", a, b)
        connection.commit()
        before = {layer: version_of(connection, layer) for layer in ("water", "fire", "gas")}
        connection.execute("update register.network_link set utility = 'fire' where id = %s", [pipe])
        connection.commit()
        assert version_of(connection, "water") == before["water"] + 1  # type: ignore[operator]
        assert version_of(connection, "fire") == before["fire"] + 1  # type: ignore[operator]
        assert version_of(connection, "gas") == before["gas"]
        strangers_see = connection.execute(
            "select (select count(*) from published.water), (select count(*) from published.fire)"
        )
        assert strangers_see.fetchone() == (0, 1)


def test_emptying_a_shared_table_is_told_to_each_of_its_layers(register: Register) -> None:
    with register.connect() as connection:
        before = {layer: version_of(connection, layer) for layer in ("water", "rail", "quays")}
        connection.execute("truncate register.network_link")
        connection.commit()
        after = {layer: version_of(connection, layer) for layer in before}
    assert after == {"water": before["water"] + 1, "rail": before["rail"] + 1, "quays": before["quays"]}  # type: ignore[operator]


def test_a_new_name_of_an_operator_reaches_the_berths_that_show_it(register: Register) -> None:
    with register.connect() as connection:
        party = a_party(connection, "Old name")
        quay = a_quay(connection)
        connection.execute("update register.quay set operator_id = %s where id = %s", [party, quay])
        connection.commit()
        before = version_of(connection, "quays")
        connection.execute("update register.party set name_en = 'New name' where id = %s", [party])
        connection.commit()
        assert version_of(connection, "quays") == before + 1  # type: ignore[operator]
    with register.connect("marsa_public") as stranger:
        assert stranger.execute("select operator_en from published.quays").fetchall() == [("New name",)]


def test_a_pipe_has_no_voltage(register: Register) -> None:
    with register.connect() as connection:
        a, b = a_node(connection, "water", "J1", 0), a_node(connection, "water", "J2", 100)
        pipe = a_link(connection, "water", "P1", a, b)
        with pytest.raises(psycopg.errors.CheckViolation, match="power_has_voltage"):
            connection.execute("update register.network_link set voltage_kv = 11 where id = %s", [pipe])


@pytest.mark.parametrize("shares", [[(1, 3), (1, 3)], [(1, 2), (2, 3)]])
def test_shares_that_are_not_the_whole_are_refused_at_commit(register: Register, shares: list[tuple[int, int]]) -> None:
    with register.connect() as connection:
        members(connection, shares)
        with pytest.raises(psycopg.Error) as refused:
            connection.commit()
    assert refused.value.sqlstate == "MG007"


def test_three_thirds_are_one(register: Register) -> None:
    with register.connect() as connection:
        members(connection, [(1, 3), (1, 3), (1, 3)])
        connection.commit()


def members(connection: Connection, shares: list[tuple[int, int]]) -> None:
    group = a_party(connection, "Joint venture")
    for number, (part, whole) in enumerate(shares):
        connection.execute(
            "insert into register.party_member (group_id, member_id, share_part, share_whole) values (%s, %s, %s, %s)",
            [group, a_party(connection, f"Member {number}"), part, whole],
        )


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (point(0, 0), "Point"),
        (line(0, 0), "LineString"),
        (square(0, 0), "Polygon"),
    ],
)
def test_a_project_is_a_point_a_line_or_an_area(register: Register, shape: str, kind: str) -> None:
    with register.connect() as connection:
        connection.execute(
            "insert into register.project (code, title_ar, title_en, sectors, type, status, location_exactness, "
            "starts_on, geom) values ('PR-1', 'مشروع', 'Project', '{ENE,WAT}', 'construction', 'implementation', "
            "'approximate', '2026-03-01', %s)",
            [shape],
        )
        connection.commit()
    with register.connect("marsa_public") as stranger:
        rows = stranger.execute(
            "select main_sector, start_year, end_year, GeometryType(geom) from published.projects"
        ).fetchall()
    assert rows == [("ENE", 2026, None, kind.upper())]


@pytest.mark.parametrize("layer_id", ["plan_units", "road_reserves", "customs_fence"])
def test_staff_of_one_zone_do_not_touch_the_plan_of_another(register: Register, layer_id: str) -> None:
    table = LAYERS[layer_id].table.__tablename__
    values = {
        "plan_units": ("land_use, uses, geom", "'LOG', '{LOG}', %s", square(0, 0)),
        "road_reserves": ("geom", "%s", square(0, 0)),
        "customs_fence": ("geom", "%s", line(0, 0)),
    }
    columns, marks, shape = values[layer_id]
    with register.connect() as connection:
        for code in ("ONE", "TWO"):
            zone = a_zone(connection, code)
            connection.execute(
                f"insert into register.{table} (zone_id, code, name_ar, name_en, {columns}) "
                f"values (%s, %s, 'اسم', 'Name', {marks})",
                [zone, f"{code}-1", shape],
            )
    with register.connect("marsa_staff") as planner:
        planner.execute(
            "select set_config('marsa.actor', 'planner', true), set_config('marsa.zones', 'ONE', true), "
            "set_config('marsa.roles', 'planner', true)"
        )
        changed = planner.execute(f"update register.{table} set name_en = 'Other' returning code").fetchall()
    assert changed == [("ONE-1",)]
