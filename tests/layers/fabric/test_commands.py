# SPDX-License-Identifier: Apache-2.0
"""Commands on plots: what they refuse and why, then what they leave behind."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import shapely
from shapely import Polygon

from gis.errors import MarsaError
from gis.parcels import splitting
from gis.parcels.numbering import is_right
from gis.parcels.refusals import CornersOverlap, LineMissesPlot, NotOnePiece
from gis.parcels.subdividing import LotRule, subdivide
from layers.checks import run
from layers.fabric import commands
from layers.fabric.acts import Paper
from layers.fabric.outcomes import Rehearsed
from layers.fabric.refusals import (
    BlockIsComplete,
    NoSuchPlot,
    NotClerical,
    NotInOneBlock,
    NumberGiven,
    PlotChanged,
    PlotRetired,
    ReasonMissing,
)
from layers.invariants import INVARIANTS
from layers.refusals import BelowPlanRules, KeepsExtent, OutsideBlock, RightLeftBehind
from tests.conftest import Register
from tests.layers.fabric.town import Town, a_town, ground, line
from tests.layers.land import EAST, NORTH, square
from tests.layers.rights import a_party, a_restriction, a_right


@pytest.fixture
def town(register: Register) -> Town:
    return a_town(register)


def faults(town: Town) -> dict[str, int]:
    with town.register.connect() as connection:
        return {result.check.name: result.count for result in run(connection, INVARIANTS) if result.count}


def halved(shape: Polygon, streets: object) -> list[Polygon]:
    return splitting.split_equally(shape, 2, 0)


WHY: dict[str, Any] = {"reason": "طلب المستثمر / the investor asked"}


def test_what_a_split_refuses(town: Town) -> None:
    def split(plot: str = "A01-001", version: int = 1, cut: Any = halved, **more: Any) -> Any:
        return lambda db: commands.split(db, plot, version, cut, **{**WHY, **more})

    cases: list[tuple[Any, type[MarsaError]]] = [
        (split(plot="X99"), NoSuchPlot),
        (split(plot=str(uuid4())), NoSuchPlot),
        (split(version=7), PlotChanged),
        (split(reason="  "), ReasonMissing),
        (split(cut=lambda shape, _: splitting.split_by_line(shape, line((900, 0), (900, 50)))), LineMissesPlot),
        (split(numbers=["A01-002", "A01-900"]), NumberGiven),
    ]
    for command, refusal in cases:
        with pytest.raises(refusal):
            town.do(command)
    assert town.one("select count(*) from register.plot") == 4
    assert town.one("select count(*) from register.event where action = 'split'") == 0


def test_a_split_ends_the_parent_and_makes_numbered_children_that_neighbours_are_noded_with(town: Town) -> None:
    made = town.do(
        lambda db: commands.split(db, "A01-002", 1, lambda s, _: splitting.split_by_area(s, 1000, 90), **WHY)
    )
    children = [plot for plot in made.plots if plot["state"] == "made"]
    assert [plot["area_m2"] for plot in children] == [1000, 1500]
    assert all(is_right(plot["plot_number"]) for plot in children)
    assert [plot["plot_number"][:7] for plot in children] == ["A01-005", "A01-006"]
    assert sorted(plot["plot_number"] for plot in made.plots if plot["state"] == "noded") == ["A01-001", "A01-003"]
    assert sorted(plot["frontage_m"] for plot in children) == [0, 50]
    assert town.one("select count(*) from published.plots") == 5
    assert town.one("select count(*) from register.event where action = 'split' and legal and reason like 'طلب%%'") == 1
    assert faults(town) == {}
    parents = "select array_agg(y.plot_id) from register.plot_change_part x join register.plot_change_part y on y.change_id = x.change_id and y.role = %s where x.plot_id = %s and x.role = %s"
    assert town.one(parents, "parent", children[0]["id"], "child") == [town.plots[1]]
    assert len(town.one(parents, "child", town.plots[1], "parent")) == 2
    with pytest.raises(PlotRetired) as refusal:
        town.do(lambda db: commands.split(db, "A01-002", 1, halved, **WHY))
    assert refusal.value.into == [plot["plot_number"] for plot in children]
    assert refusal.value.by == town.planner.event_name


def test_a_dry_run_tells_what_would_be_and_leaves_nothing(town: Town) -> None:
    town.run(
        "insert into register.plan_unit (zone_id, code, name_ar, name_en, land_use, uses, min_area_m2, setback_front_m, setback_side_m, "
        "coverage_max_pct, far_max, geom) values (%s, 'U1', 'و', 'U', 'LOG', '{LOG}', 900, 5, 3, 50, 1.2, %s)",
        town.zone,
        square(0, 0, 900),
    )
    before = town.one("select max(version) from register.layer_version")
    with pytest.raises(Rehearsed) as told:
        town.do(
            lambda db: commands.split(
                db, "A01-001", 1, lambda s, _: splitting.split_equally(s, 3, 0), reason="?", dry_run=True
            )
        )
    outcome = told.value.outcome
    assert [type(finding) for finding in outcome.findings] == [BelowPlanRules] * 3
    children = [plot for plot in outcome.plots if plot["state"] == "made"]
    assert sum(plot["area_m2"] for plot in children) == pytest.approx(2500, abs=0.01)
    assert children[0]["envelope"]["limited_by"] in ("coverage", "setbacks")
    assert children[0]["envelope"]["geometry"]["type"] == "MultiPolygon"
    assert children[0]["geometry"]["coordinates"][0][0][0] == pytest.approx(16.6, abs=0.2)
    assert town.one("select count(*) from register.plot") == 4
    assert town.one("select count(*) from register.plot_number_given") == 4
    assert town.one("select max(version) from register.layer_version") == before
    with pytest.raises(BelowPlanRules):
        town.do(lambda db: commands.split(db, "A01-001", 1, lambda s, _: splitting.split_equally(s, 3, 0), **WHY))


def test_a_right_goes_to_the_child_that_is_named_or_nothing_is_split(town: Town) -> None:
    with town.register.connect() as connection:
        party = a_party(connection)
        lease = a_right(
            connection, town.plots[0], party, valid="tstzrange(now() - interval '1 year', now() + interval '9 years')"
        )
        later = a_right(connection, town.plots[0], party, valid="tstzrange(now() + interval '9 years', null)")
        a_restriction(connection, town.plots[0], "servitude", blocks=False)
    chosen: list[dict[UUID, int]] = [{}, {lease: 1}]
    for rights in chosen:
        with pytest.raises(RightLeftBehind):
            town.do(partial(commands.split, plot="A01-001", version=1, cut=halved, rights=rights, **WHY))
    made = town.do(lambda db: commands.split(db, "A01-001", 1, halved, rights={lease: 1, later: 1}, **WHY))
    children = [plot["id"] for plot in made.plots if plot["state"] == "made"]
    held = "select count(*) from register.tenure_slot where plot_id = %s and register.binds(valid, now())"
    assert [town.one(held, child) for child in children] == [0, 2]
    assert town.one(
        "select to_id = (select id from register.tenure_slot where plot_id = %s and valid @> now()) from register.plot_change_right where from_id = %s",
        children[1],
        lease,
    )
    assert (
        town.one(
            "select count(distinct plot_id) from register.restriction where valid @> now() and plot_id <> %s",
            town.plots[0],
        )
        == 2
    )
    assert faults(town) == {}


def test_merging_keeps_the_land_and_needs_plots_side_by_side(town: Town) -> None:
    with pytest.raises(NotOnePiece):
        town.do(lambda db: commands.merge(db, {"A01-001": 1, "A01-003": 1}, **WHY))
    with pytest.raises(PlotChanged):
        town.do(lambda db: commands.merge(db, {"A01-001": 1, "A01-002": 2}, **WHY))
    made = town.do(lambda db: commands.merge(db, {"A01-001": 1, "A01-002": 1}, **WHY))
    whole = made.plots[0]
    assert (whole["state"], whole["area_m2"], whole["frontage_m"]) == ("made", 5000, 100)
    assert [plot["state"] for plot in made.plots[1:]] == ["ended", "ended"]
    assert faults(town) == {}


def test_a_border_moves_between_two_and_a_corner_for_all_that_share_it(town: Town) -> None:
    town.do(lambda db: commands.adjust_border(db, {"A01-001": 1, "A01-002": 1}, line((40, -5), (45, 60)), **WHY))
    areas = "select array_agg(round(computed_area_m2::numeric, 1) order by plot_number) from register.plot"
    assert sum(town.one(areas)) == pytest.approx(10_000)
    assert town.one(areas)[0] < 2200
    town.do(
        lambda db: commands.adjust_corner(db, "A01-003", 1, (EAST + 150, NORTH + 50), (EAST + 152, NORTH + 51), **WHY)
    )
    assert town.one("select version from register.plot where plot_number = 'A01-004'") == 2
    assert faults(town) == {}


def test_land_under_a_right_moves_by_a_survey_within_tolerance_and_by_an_addendum_beyond(town: Town) -> None:
    with town.register.connect() as connection:
        a_right(connection, town.plots[3], a_party(connection))
    with pytest.raises(KeepsExtent):
        town.do(lambda db: commands.adjust_border(db, {"A01-004": 1, "A01-003": 1}, line((155, 0), (155, 50)), **WHY))
    near, far = ground(150, 0, 200.2, 50), ground(150, 0, 204, 50)
    survey, addendum = Paper(kind="survey", title_ar="محضر رفع"), Paper(kind="addendum", title_en="Addendum 1")
    with pytest.raises(KeepsExtent) as refusal:
        town.do(lambda db: commands.resurvey(db, "A01-004", 1, far, survey, **WHY))
    assert refusal.value.needs == "addendum"
    made = town.do(lambda db: commands.resurvey(db, "A01-004", 1, near, survey, **WHY))
    assert (made.plots[0]["boundary_state"], made.plots[0]["area_m2"]) == ("SRV", 2510)
    town.do(lambda db: commands.resurvey(db, "A01-004", 2, far, addendum, **WHY))
    assert faults(town) == {}


def test_a_plot_is_drawn_to_its_neighbours_and_refused_over_them_or_outside(town: Town) -> None:
    with pytest.raises(CornersOverlap) as refusal:
        town.do(lambda db: commands.draw(db, ground(190, 0, 260, 50), "LOG", **WHY))
    assert refusal.value.neighbour == "A01-004"
    with pytest.raises(OutsideBlock):
        town.do(lambda db: commands.draw(db, ground(900, 900, 1010, 990), "LOG", **WHY))
    with pytest.raises(NotInOneBlock):
        town.do(lambda db: commands.draw(db, ground(1900, 0, 1950, 50), "LOG", **WHY))
    rough = shapely.Polygon(
        [(EAST + x, NORTH + y) for x, y in [(200.011, -0.012), (260, 0.009), (260, 50), (199.99, 50.01)]]
    )
    made = town.do(lambda db: commands.draw(db, rough, "LOG", **WHY))
    assert made.plots[0]["area_m2"] == pytest.approx(3000, abs=0.6)
    assert [plot["plot_number"] for plot in made.plots] == [made.plots[0]["plot_number"]]
    assert faults(town) == {}


def test_numbers_are_never_given_twice_whoever_writes(town: Town) -> None:
    town.do(lambda db: commands.renumber(db, "A01-001", 1, "A01-777", **WHY))
    assert (
        town.one(
            "select plot_id from register.plot_number_given where plot_number = 'A01-001' and ended_at is not null"
        )
        == town.plots[0]
    )
    with pytest.raises(NumberGiven):
        town.do(lambda db: commands.renumber(db, "A01-002", 1, "A01-001", **WHY))
    with town.register.connect() as connection, pytest.raises(Exception, match="given to another plot") as refused:
        connection.execute("update register.plot set plot_number = 'A01-001' where plot_number = 'A01-002'")
    assert getattr(refused.value, "sqlstate", "") == "MG070"
    # The old number still leads to the plot.
    town.do(lambda db: commands.correct(db, "A01-001", 2, {"land_use": "INL"}, **WHY))
    town.do(lambda db: commands.retire(db, "A01-777", 3, **WHY))
    with pytest.raises(NumberGiven):
        town.do(lambda db: commands.draw(db, ground(300, 0, 350, 50), "LOG", plot_number="A01-777", **WHY))
    assert town.one("select plot_number_pattern is null from register.zone")
    town.run("update register.zone set plot_number_pattern = '{zone}/{block}/{serial:04}'")
    made = town.do(lambda db: commands.draw(db, ground(300, 0, 350, 50), "LOG", **WHY))
    assert made.plots[0]["plot_number"] == "SFZ/A01/0001"


def test_a_correction_is_no_legal_act_and_no_way_round_one(town: Town) -> None:
    for field in ("geom", "valid", "plot_number", "block_id"):
        with pytest.raises(NotClerical):
            town.do(partial(commands.correct, plot="A01-001", version=1, fields={field: "x"}, **WHY))
    town.do(lambda db: commands.correct(db, "A01-001", 1, {"land_use": "INL"}, **WHY))
    assert town.one("select legal from register.event where action = 'correct'") is False
    assert town.one("select before ->> 'land_use' from register.event where action = 'correct'") == "LOG"


def test_a_block_is_divided_at_once_under_its_rule(town: Town) -> None:
    with town.register.connect() as connection:
        connection.execute(
            "insert into register.block (code, zone_id, land_use, geom) values ('B02', %s, 'INL', %s)",
            [town.zone, square(1100, 0, 240, 90)],
        )
        connection.execute(
            "insert into register.road_reserve (zone_id, code, geom) select %s, 'R2', ST_Difference(ST_Buffer(geom, 20, 'join=mitre'), geom) "
            "from register.block where code = 'B02'",
            [town.zone],
        )
    rule = LotRule(800, 2_000, 20, 1_200, chamfer_m=6, easement_m=3)
    made = town.do(lambda db: commands.subdivide_block(db, "B02", rule, "rows", None, **WHY))
    assert len(made.plots) == 18
    assert {left["kind"] for left in made.left_over} == {"easement", "corner"}
    assert all(plot["frontage_m"] >= 20 and plot["land_use"] == "INL" for plot in made.plots)
    assert faults(town) == {}
    lot = made.plots[0]["plot_number"]
    again = town.do(
        lambda db: commands.split(
            db, lot, 1, lambda s, streets: subdivide(s, streets, LotRule(300, 700, 9), "halving"), **WHY
        )
    )
    assert [plot["state"] for plot in again.plots].count("made") == 2
    town.run("update register.block set complete = false")
    with pytest.raises(NotInOneBlock):
        town.do(lambda db: commands.subdivide_block(db, "Z", rule, "rows", None, **WHY))


def test_strips_without_a_plot_are_refused_in_a_block_that_must_be_filled(town: Town) -> None:
    with town.register.connect() as connection:
        connection.execute(
            "insert into register.block (code, zone_id, land_use, complete, geom) values ('B03', %s, 'INL', true, %s)",
            [town.zone, square(1100, 300, 240, 90)],
        )
        connection.execute(
            "insert into register.road_reserve (zone_id, code, geom) values (%s, 'R3', %s)",
            [town.zone, square(1080, 280, 300, 20)],
        )
        connection.execute(
            "insert into register.road_reserve (zone_id, code, geom) values (%s, 'R4', %s)",
            [town.zone, square(1080, 390, 300, 20)],
        )
    with pytest.raises(BlockIsComplete):
        town.do(
            lambda db: commands.subdivide_block(
                db, "B03", LotRule(800, 2_000, 20, 1_200, easement_m=3), "rows", None, **WHY
            )
        )
    town.do(lambda db: commands.subdivide_block(db, "B03", LotRule(800, 2_000, 20, 1_200), "rows", None, **WHY))
    assert faults(town) == {}
