# SPDX-License-Identifier: Apache-2.0
"""Network models are read whole, in a child that makes nothing of what they name."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.models import inp, powerjson
from gis.reading import FileRefused, Limits, Reading, read
from tests.files import models
from tests.gis.reading.conftest import Trap


def found(reading: Reading, code: str) -> list[tuple[str | None, str | None]]:
    return [(issue.layer, issue.ref) for issue in reading.issues if issue.code == code]


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as error:
        read(path)
    return error.value.code


def again(reading: Reading) -> str:
    """The file as its kept tables write it."""
    made = []
    for table in reading.tables:
        lines = [inp.Line(row.text or "", tuple(json.loads(row.values))) for row in table.rows]
        made.append(inp.Section(table.name, json.loads(table.head)["header"], lines))
    return inp.written(made)


# --- refusals first


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("abaqus.inp", b"*HEADING\nbeam\n", "content_not_as_named"),
        ("binary.inp", b"[TITLE]\n" + b" " * 5000 + b"\x00\n[PIPES]\n", "content_not_as_named"),
        ("other.inp", b"[GENERAL]\nx = 1\n", "model_unknown"),
        ("empty.inp", b"", "file_empty"),
        (
            "frame.json",
            json.dumps(models.net(bus={"_class": "DataFrame", "orient": "records"})).encode(),
            "power_structure",
        ),
        ("broken.json", json.dumps(models.net(bus=models.frame(["a"], [[1, 2]]))).encode(), "power_structure"),
        ("text.json", b'{"_class": "pandapowerNet", "_object": 5}', "power_structure"),
        ("twice.json", b'{"_class": "pandapowerNet", "_class": "x", "_object": {}}', "json_twice"),
        ("nan.json", b'{"_class": "pandapowerNet", "_object": {"f_hz": NaN}}', "json_number"),
        ("huge.json", b'{"_class": "pandapowerNet", "_object": {"f_hz": 1' + b"0" * 5000 + b"}}", "json_number"),
        (
            "deep.json",
            b'{"_class": "pandapowerNet", "_object": ' + b'{"a":' * 100_000 + b"}" * 100_001,
            "nested_too_deep",
        ),
    ],
)
def test_what_is_no_model_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == code


def test_json_inside_the_json_is_held_to_the_same_rules(tmp_path: Path) -> None:
    table = models.frame(["geo"], [[None]])
    for inside, code in (
        ('{"columns":["a"],"index":[0],"data":[[NaN]]}', "json_number"),
        ('{"columns":["a"],"columns":["b"],"index":[],"data":[]}', "json_twice"),
        ("[" * 100_000 + "]" * 100_000, "nested_too_deep"),
        ("{", "json_broken"),
    ):
        net = models.net(bus={**table, "_object": inside})
        assert refused(models.pandapower(tmp_path / "net.json", net)) == code


def test_classes_that_a_net_names_are_text_and_are_never_made(tmp_path: Path, canary: Path, trap: Trap) -> None:
    """pandapower imports what `_module` names and calls it: the known way to run a program by a network file."""
    harm: dict[str, Any] = {
        "controller": models.frame(
            ["object"], [[{"_module": "subprocess", "_class": "Popen", "_object": f"touch {canary}.run"}]]
        ),
        "pickled": {"_module": "pickle", "_class": "loads", "_object": "gASVJAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOU"},
        "far": {"_module": "pandas", "_class": "read_pickle", "_object": f"http://127.0.0.1:{trap.port}/x"},
    }
    reading = read(models.pandapower(tmp_path / "net.json", models.net(**harm)))
    assert reading.kind == "pandapower"
    assert trap.hits == 0
    assert not canary.with_name(canary.name + ".run").exists()
    tables = {table.name: table for table in reading.tables}
    assert "Popen" in tables["controller"].rows[0].values
    assert "read_pickle" in "".join(row.values for row in tables[powerjson.REST].rows)


def test_numbers_that_are_none_are_told_of_their_element(tmp_path: Path) -> None:
    text = models.SOUND.format(units="LPS").replace(" J1\t10", " J1\tnan").replace("0.1\t150", "inf\t1_0")
    text = text.replace("655600\t3454150", "1e999\t3454150")
    reading = read(models.epanet(tmp_path / "net.inp", text))
    assert found(reading, "model_number") == [("nodes", "J1"), ("nodes", "J2"), ("links", "P2"), ("links", "P2")]
    assert again(reading) == text


def test_every_break_of_the_network_is_told_of_its_element_with_its_place(tmp_path: Path) -> None:
    text = (
        models.SOUND.format(units="LPS")
        .replace(
            "[OPTIONS]",
            " P3\tJ1\tNOWHERE\t5\t100\t130\n P4\tJ1\tJ1\t5\t100\t130\n P2\tJ2\tR1\t5\t100\t130\n P9\n"
            "[JUNCTIONS]\n LONE\t1\n J1\t3\n A\t1\n B\t1\n[PIPES]\n PAB\tA\tB\t1\t100\t130\n[OPTIONS]",
        )
        .replace(
            "[VERTICES]",
            " GHOST\t655000\t3454000\n LONE\t655700\t3454000\n A\t655800\t3454000\n B\t655810\t3454000\n[VERTICES]",
        )
    )
    reading = read(models.epanet(tmp_path / "net.inp", text))
    assert found(reading, "node_unknown") == [("links", "P3")]
    assert found(reading, "link_to_itself") == [("links", "P4")]
    assert found(reading, "id_repeated") == [("nodes", "J1"), ("links", "P2")]
    assert found(reading, "row_short") == [("links", "P9")]
    assert found(reading, "element_unknown") == [("nodes", "GHOST")]
    assert found(reading, "node_orphan") == [("nodes", "LONE")]
    assert found(reading, "part_without_source") == [("nodes", "A")]
    places = {issue.code: issue.place for issue in reading.issues}
    assert places["node_unknown"] == (655500.0, 3454100.0)
    assert places["node_orphan"] == (655700.0, 3454000.0)
    assert places["part_without_source"] == (655800.0, 3454000.0)
    assert again(reading) == text


# --- what a model holds


@pytest.mark.parametrize(("units", "metres", "millimetres"), [("LPS", 0.1, 150.0), ("GPM", 0.03048, 3810.0)])
def test_us_units_become_metres_and_millimetres_exactly(
    tmp_path: Path, units: str, metres: float, millimetres: float
) -> None:
    nodes, links = read(models.epanet(tmp_path / "net.inp", units=units)).layers
    assert links.columns["length_m"][1] == metres
    assert links.columns["diameter_mm"][1] == millimetres
    assert nodes.columns["elevation_m"][1] == (12.5 if units == "LPS" else 3.81)
    assert nodes.columns["kind"] == ["junction", "junction", "source"]


def test_a_pipe_runs_from_its_first_node_by_its_vertices_to_its_last(tmp_path: Path) -> None:
    links = read(models.epanet(tmp_path / "net.inp")).layer("links")
    assert shapely.get_coordinates(links.geometries[1]).tolist() == [
        [655500.0, 3454100.0],
        [655550.0, 3454100.0],
        [655600.0, 3454150.0],
    ]
    assert links.crs.definition is None


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1256", "windows-1256")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_byte_of_a_model_comes_back(tmp_path: Path, encoding: str, named: str, end: str) -> None:
    path = models.epanet(tmp_path / "net.inp", encoding=encoding, end=end)
    reading = read(path)
    kept = json.loads(reading.tables[0].head)["encoding"]
    assert kept.replace("cp1256", "windows-1256") == named
    assert again(reading).encode(kept) == path.read_bytes() == reading.original
    assert "قرب الميناء" in again(reading)


def test_mixed_line_ends_and_sections_that_come_twice_come_back(tmp_path: Path) -> None:
    text = "\n;made by hand\r\n[junc]\n J1 1\r\n[RESERVOIRS] ;the lake\n R1 5\n[PIPES]\nP1 R1 J1 10 100 130 ;\x0c odd\r[JUNCTIONS]\n\tJ2 2"
    reading = read(models.epanet(tmp_path / "net.inp", text))
    assert again(reading) == text
    assert [table.name for table in reading.tables] == ["", "junc", "RESERVOIRS", "PIPES", "JUNCTIONS"]
    assert reading.layer("nodes").refs == ("J1", "J2", "R1")


def test_a_changed_value_alone_changes_its_line() -> None:
    made = inp.sections(models.SOUND.format(units="LPS"))
    pipes = next(section for section in made if section.name == "PIPES")
    pipes.lines[1] = pipes.lines[1]._replace(values=("P2", "J1", "J2", "77", "150", "130"))
    changed = set(inp.written(made).splitlines()) ^ set(models.SOUND.format(units="LPS").splitlines())
    assert changed == {" P2\tJ1\tJ2\t0.1\t150\t130", " P2\tJ1\tJ2\t77\t150\t130"}


def test_a_million_lines_are_read_in_the_time_a_file_has(tmp_path: Path) -> None:
    text = models.SOUND.format(units="LPS") + "[PATTERNS]\n" + " 1 1.0 .5\n" * 1_000_000
    reading = read(models.epanet(tmp_path / "net.inp", text))
    assert reading.tables[-1].said == 1_000_000


def test_a_model_of_nothing_but_faults_is_no_model(tmp_path: Path) -> None:
    lone = "".join(f" J{i} 1\n" for i in range(200))
    path = models.epanet(tmp_path / "net.inp", f"[JUNCTIONS]\n{lone}")
    with pytest.raises(FileRefused) as error:
        read(path, limits=Limits(issues=100))
    assert error.value.code == "too_many_faults"


def test_lengths_in_units_that_nobody_knows_are_not_guessed(tmp_path: Path) -> None:
    reading = read(models.epanet(tmp_path / "net.inp", units="FURLONGS"))
    assert found(reading, "flow_units_unknown") == [("OPTIONS", None)]
    assert set(reading.layer("links").columns["length_m"]) == {None}


def test_a_net_comes_back_with_equal_tables(tmp_path: Path) -> None:
    reading = read(models.pandapower(tmp_path / "net.json"))
    made = []
    for table in reading.tables:
        pairs = [json.loads(row.values) for row in table.rows]
        head = json.loads(table.head)
        made.append(
            powerjson.PowerTable(table.name, head, list(table.columns), [p[0] for p in pairs], [p[1] for p in pairs])
        )
    assert plain(powerjson.document(made)) == plain(models.net())


def plain(value: Any) -> Any:
    """With the JSON inside the JSON opened."""
    if isinstance(value, dict):
        return {
            name: json.loads(inner) if name == "_object" and isinstance(inner, str) else plain(inner)
            for name, inner in value.items()
        }
    return value


def test_lines_of_a_net_are_links_and_a_transformer_in_its_station_is_not_drawn(tmp_path: Path) -> None:
    reading = read(models.pandapower(tmp_path / "net.json"))
    nodes, links = reading.layers
    assert nodes.columns["name"] == ["محطة", "B", "C"]
    assert nodes.columns["kind"] == ["source", "junction", "junction"]
    assert links.columns["code"] == ["line 0", "trafo 7"]
    assert links.columns["length_m"] == [100.0, None]
    assert links.columns["section_mm2"] == [240.0, None]
    assert links.columns["voltage_kv"] == [11.0, 66.0]
    assert links.geometries[1] is None
    assert found(reading, "links_at_one_place") == [("links", None)]


def test_elements_at_buses_that_are_not_there_are_told(tmp_path: Path) -> None:
    net = models.net(
        load=models.frame(["bus"], [[2], [99]]), switch=models.frame(["bus", "element", "et"], [[55, 0, "l"]])
    )
    assert found(read(models.pandapower(tmp_path / "net.json", net)), "node_unknown") == [
        ("switch", "0"),
        ("load", "1"),
    ]


def test_a_geojson_that_happens_to_speak_of_classes_stays_geojson(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"type": "Point", "coordinates": [1, 2], "_class": "x"}')
    assert read(path).kind == "geojson"


@pytest.mark.parametrize(("start", "end", "said"), [(16.632, 16.64, 1), (16.64, 16.63, 0)])
def test_a_line_drawn_short_of_its_bus_or_backwards_runs_from_bus_to_bus(
    tmp_path: Path, start: float, end: float, said: int
) -> None:
    geo = json.dumps({"type": "LineString", "coordinates": [[start, 31.21], [16.635, 31.22], [end, 31.21]]})
    columns = ["name", "from_bus", "to_bus", "length_km", "geo"]
    net = models.net(line=models.frame(columns, [["L", 1, 2, 0.1, geo]]))
    reading = read(models.pandapower(tmp_path / "net.json", net))
    path = shapely.get_coordinates(reading.layer("links").geometries[0]).tolist()
    assert (path[0], path[-1]) == ([16.63, 31.21], [16.64, 31.21])
    assert len(found(reading, "link_led_to_node")) == said
