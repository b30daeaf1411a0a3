# SPDX-License-Identifier: Apache-2.0
"""Rows of a layer: every rule of the register holds for a file too, and each refusal is told per feature."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from shapely import LineString, MultiPolygon, Polygon, box

from layers.errors import NoSuchLayer
from layers.importing import acting
from layers.importing.acting import undo
from layers.importing.report import Report
from layers.importing.wishes import ImportBuiltUpon, NoSuchTarget, Wishes, target_layer
from tests.conftest import Register
from tests.files import good
from tests.layers.importing.conftest import Importer
from tests.layers.land import EAST, NORTH, a_block, a_plot, a_zone

PLOTS = Wishes(target="layer:plots", zone="SFZ")


def at(x: float, y: float, width: float = 50.0, height: float = 50.0) -> Polygon:
    """A rectangle east and north of the test corner, in the legal CRS."""
    return box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def plan(path: Path, shapes: list[Any], **columns: list[Any]) -> Path:
    columns = {"رقم القطعة": [f"N-{i}" for i in range(len(shapes))], "الاستعمال": ["LOG"] * len(shapes), **columns}
    features = [
        good.feature(shape, **{name: values[i] for name, values in columns.items()}) for i, shape in enumerate(shapes)
    ]
    return good.geojson(path, features, crs={"type": "name", "properties": {"name": "EPSG:3201"}})


@pytest.fixture(autouse=True)
def a_zone_with_a_block(register: Register) -> None:
    with register.connect() as db:
        a_plot(db, a_block(db, a_zone(db)), "A01-001")


def told(report: Report) -> set[tuple[str, str | None]]:
    return {(finding.issue.code, finding.issue.ref) for finding in report.findings if finding.issue.level == "fault"}


def numbers(register: Register) -> list[Any]:
    with register.connect() as db:
        return [row[0] for row in db.execute("select plot_number from register.plot order by 1")]


def test_plots_enter_the_block_that_they_lie_in(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(plan(tmp_path / "plan.geojson", [at(100, 0), at(150, 0)]), PLOTS)
    assert report.import_id is not None
    assert report.written == {"plot": 2}
    assert {use.file_field: use.column for use in report.layers[0].fields} == {
        "رقم القطعة": "plot_number",
        "الاستعمال": "land_use",
    }
    assert numbers(register) == ["A01-001", "N-0", "N-1"]
    with register.connect("marsa_public") as stranger:
        published = stranger.execute(
            "select plot_number, block_code, area_m2 from published.plots order by 1"
        ).fetchall()
    assert published[1:] == [("N-0", "A01", 2500.0), ("N-1", "A01", 2500.0)]


def test_every_refusal_is_told_at_once_and_nothing_enters(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    shapes = [
        at(100, 0),  # good
        at(25, 0),  # over the register's own plot
        at(200, 0),
        at(249.999, 0),  # a millimetre over its neighbour of the file
        at(960, 500),  # leaves the block
        at(1500, 1500),  # in no block
        Polygon([(EAST + 300, NORTH), (EAST + 350, NORTH + 50), (EAST + 350, NORTH), (EAST + 300, NORTH + 50)]),
        MultiPolygon([at(400, 0), at(500, 0)]),
        LineString([(EAST + 600, NORTH), (EAST + 650, NORTH)]),
    ]
    report = imported(plan(tmp_path / "plan.geojson", shapes), PLOTS)
    assert report.import_id is None
    assert told(report) == {
        ("overlaps_plot", "2"),
        ("overlaps_in_file", "3"),
        ("overlaps_in_file", "4"),
        ("leaves_block", "5"),
        ("no_block", "6"),
        ("geometry_invalid", "7"),
        ("several_parts", "8"),
        ("other_shape", "9"),
    }
    assert all(f.lonlat is not None for f in report.findings if f.issue.level == "fault")
    assert numbers(register) == ["A01-001"]


def test_faultless_features_can_be_taken_alone(register: Register, imported: Importer, tmp_path: Path) -> None:
    shapes = [at(100, 0), at(25, 0), at(1500, 1500)]
    wishes = Wishes(target="layer:plots", zone="SFZ", leave_out_faulty=True)
    report = imported(plan(tmp_path / "plan.geojson", shapes), wishes)
    assert (report.taken, report.written) == (1, {"plot": 1})
    assert numbers(register) == ["A01-001", "N-0"]


def test_numbers_that_are_taken_repeated_or_missing_are_told(imported: Importer, tmp_path: Path) -> None:
    shapes = [at(100 + 60 * i, 0) for i in range(5)]
    given = ["A01-001", "twice", "twice", None, "new"]
    report = imported(plan(tmp_path / "plan.geojson", shapes, **{"رقم القطعة": given}), PLOTS)
    assert told(report) == {
        ("value_taken", "1"),
        ("value_repeated", "2"),
        ("value_repeated", "3"),
        ("value_missing", "4"),
    }


def test_codes_are_known_by_code_and_by_both_labels(register: Register, imported: Importer, tmp_path: Path) -> None:
    with register.connect() as db:
        row = db.execute("select ar, en from register.code where list = 'land_use' and code = 'LOG'").fetchone()
    assert row is not None
    uses = ["LOG", row[0], str(row[1]).upper(), "عربة فضاء"]
    shapes = [at(100 + 60 * i, 0) for i in range(4)]
    report = imported(plan(tmp_path / "plan.geojson", shapes, الاستعمال=uses), PLOTS)
    assert told(report) == {("code_unknown", "4")}


def test_a_field_that_must_be_filled_is_asked_for_and_can_be_given(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    features = [good.feature(at(100, 0), code="X-1")]
    path = good.geojson(tmp_path / "plan.geojson", features, crs={"type": "name", "properties": {"name": "EPSG:3201"}})
    asked = imported(path, Wishes(target="layer:plots", zone="SFZ", leave_out_faulty=True))
    missing = {f.issue.facts["field"] for f in asked.findings if f.issue.code == "field_missing"}
    assert (asked.import_id, missing) == (None, {"plot_number", "land_use"})
    given = Wishes(target="layer:plots", zone="SFZ", columns={"code": "plot_number"}, values={"land_use": "LOG"})
    assert imported(path, given).written == {"plot": 1}
    assert numbers(register) == ["A01-001", "X-1"]


def test_a_stated_area_is_compared_and_never_taken_for_the_legal_one(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    report = imported(plan(tmp_path / "plan.geojson", [at(100, 0), at(160, 0)], المساحة=[2500, 3000]), PLOTS)
    differing = [f.issue.ref for f in report.findings if f.issue.code == "area_differs"]
    assert differing == ["2"]
    with register.connect() as db:
        assert db.execute("select count(*) from register.plot where legal_area_m2 is not null").fetchone() == (0,)


def test_derived_fields_are_never_read(imported: Importer, tmp_path: Path) -> None:
    report = imported(
        plan(tmp_path / "plan.geojson", [at(100, 0)], public_status=["available"], holder_ar=["شركة"]), PLOTS
    )
    uses = {use.file_field: use.column for use in report.layers[0].fields}
    assert uses["public_status"] is None
    assert uses["holder_ar"] is None


def test_an_import_into_the_register_is_a_legal_event_and_can_be_undone(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    report = imported(plan(tmp_path / "plan.geojson", [at(100, 0), at(150, 0)]), PLOTS)
    assert report.import_id
    with register.connect() as db:
        undo(db, report.import_id, actor="test")
    assert numbers(register) == ["A01-001"]
    with register.connect() as db:
        events = db.execute(
            "select action, legal, hash is not null from register.event where actor = 'test' order by seq"
        ).fetchall()
    assert events == [("import", True, True), ("import_undone", True, True)]


def test_a_plot_with_a_right_on_it_is_not_undone(register: Register, imported: Importer, tmp_path: Path) -> None:
    report = imported(plan(tmp_path / "plan.geojson", [at(100, 0)]), PLOTS)
    assert report.import_id
    with register.connect() as db:
        db.execute(
            "insert into register.restriction (plot_id, kind, valid) select id, (select min(code) from register.code where "
            "list = 'restriction_kind'), tstzrange(now(), null) from register.plot where plot_number = 'N-0'"
        )
    with register.connect() as db, pytest.raises(ImportBuiltUpon):
        undo(db, report.import_id, actor="test")
    assert numbers(register) == ["A01-001", "N-0"]


def test_a_rule_that_only_the_register_knows_is_told_per_feature(imported: Importer, tmp_path: Path) -> None:
    """A legal area more than a hundredth off the shape breaks a constraint of the table."""
    wishes = Wishes(target="layer:plots", zone="SFZ", columns={"deed": "legal_area_m2"})
    shapes = [at(100 + 60 * i, 0) for i in range(3)]
    report = imported(plan(tmp_path / "plan.geojson", shapes, deed=[2500, 2800, 2501]), wishes)
    assert told(report) == {("refused_by_register", "2")}
    (refused,) = [f.issue for f in report.findings if f.issue.code == "refused_by_register"]
    assert "legal_area" in refused.facts["rule"]


def test_what_was_not_tried_is_not_left_out_as_if_it_were_faulty(
    register: Register, imported: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With faulty features left out, a good plot after very many bad ones would be lost in silence: nothing goes in instead."""
    monkeypatch.setattr(acting, "REFUSALS_TOLD", 2)
    wishes = Wishes(target="layer:plots", zone="SFZ", columns={"deed": "legal_area_m2"}, leave_out_faulty=True)
    shapes = [at(100 + 60 * i, 0) for i in range(6)]
    path = plan(tmp_path / "plan.geojson", shapes, deed=[2800, 2800, 2501, 2801, 2500, 2801])
    report = imported(path, wishes)
    codes = {f.issue.code for f in report.findings if f.issue.level == "fault"}
    assert codes == {"refused_by_register", "not_tried"}
    assert report.import_id is None and numbers(register) == ["A01-001"]
    monkeypatch.setattr(acting, "REFUSALS_TOLD", 200)
    assert imported(path, wishes).written == {"plot": 2}


def test_a_new_zone_is_made_of_one_outline_and_takes_its_blocks(
    register: Register, imported: Importer, tmp_path: Path
) -> None:
    named = {"crs": {"type": "name", "properties": {"name": "EPSG:3201"}}}
    outline = good.geojson(tmp_path / "zone.geojson", [good.feature(at(5000, 0, 400, 400))], **named)
    values = {"code": "NEW", "name_ar": "المنطقة الثانية", "name_en": "Second zone"}
    assert imported(outline, Wishes(target="new-zone", values=values)).written == {"zone": 1}
    blocks = [good.feature(at(5000 + 200 * i, 0, 200, 400), code=f"B{i}", land_use="LOG") for i in range(2)]
    path = good.geojson(tmp_path / "blocks.geojson", blocks, **named)
    assert imported(path, Wishes(target="layer:blocks", zone="NEW")).written == {"block": 2}
    assert imported(outline, Wishes(target="new-zone", values=values)).import_id is None
    with register.connect() as db:
        kept = db.execute(
            "select b.code, z.code from register.block b join register.zone z on z.id = zone_id order by 1"
        )
        assert kept.fetchall() == [("A01", "SFZ"), ("B0", "NEW"), ("B1", "NEW")]


def test_plots_of_another_country_have_no_way_in(imported: Importer, tmp_path: Path) -> None:
    """Longitude and latitude swapped: what may lie anywhere as a drawing may not become land."""
    swapped = good.geojson(tmp_path / "swapped.geojson", [good.feature(box(31.21, 16.63, 31.211, 16.631))])
    report = imported(swapped, PLOTS)
    assert report.import_id is None
    assert ("fault", "no_transformation") in report.counts()


def test_a_zone_is_not_made_of_several_outlines(imported: Importer, tmp_path: Path) -> None:
    values = {"code": "NEW", "name_ar": "منطقة", "name_en": "Zone"}
    report = imported(
        plan(tmp_path / "plan.geojson", [at(5000, 0), at(6000, 0)]), Wishes(target="new-zone", values=values)
    )
    assert report.import_id is None
    assert "outline_not_one" in {finding.issue.code for finding in report.findings}


@pytest.mark.parametrize("target", ["plots", "nowhere", ""])
def test_an_unknown_target_is_refused(target: str) -> None:
    with pytest.raises(NoSuchTarget):
        target_layer(target)


@pytest.mark.parametrize("target", ["layer:unknown", "layer:reference_areas", "layer:"])
def test_an_unknown_layer_is_refused(target: str) -> None:
    with pytest.raises(NoSuchLayer):
        target_layer(target)


def test_counts_of_the_report_agree_with_its_findings(imported: Importer, tmp_path: Path) -> None:
    report = imported(plan(tmp_path / "plan.geojson", [at(25, 0), at(1500, 1500)]), PLOTS)
    assert report.counts() == Counter({("fault", "overlaps_plot"): 1, ("fault", "no_block"): 1})
    assert report.as_json()["counts"] == {"fault:no_block": 1, "fault:overlaps_plot": 1}
