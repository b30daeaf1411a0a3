# SPDX-License-Identifier: Apache-2.0
"""Undo and redo across saves: by name, by whoever did it, and only while nobody has built on it."""

from typing import Any

import pytest
import shapely

from gis.parcels import splitting
from layers.checks import run
from layers.fabric import commands
from layers.fabric.acts import Paper
from layers.fabric.refusals import BuiltUpon, NothingThere, ReasonMissing
from layers.fabric.undoing import redo, turn, undo
from layers.invariants import INVARIANTS
from tests.conftest import Register
from tests.layers.fabric.town import Town, a_town, ground, line
from tests.layers.land import EAST, NORTH
from tests.layers.rights import a_party, a_right
from tests.signing_in import a_user, actor

WHY: dict[str, Any] = {"reason": "تجربة / a try"}
STATE = "select jsonb_object_agg(plot_number, jsonb_build_array(id, ST_AsText(geom), valid, land_use, boundary_state)) from register.plot"


@pytest.fixture
def town(register: Register) -> Town:
    return a_town(register)


def faults(town: Town) -> dict[str, int]:
    with town.register.connect() as connection:
        return {result.check.name: result.count for result in run(connection, INVARIANTS) if result.count}


def split(db: Any) -> Any:
    return commands.split(db, "A01-002", None, lambda s, _: splitting.split_equally(s, 3, 17), **WHY)


def test_nothing_is_undone_without_an_act_of_ones_own_and_a_reason(town: Town) -> None:
    town.do(split)
    other = actor(town.register, a_user(town.register, "planner"))
    with pytest.raises(NothingThere):
        town.do(lambda db: undo(db, **WHY), who=other)
    with pytest.raises(ReasonMissing):
        town.do(lambda db: undo(db, reason=""))
    with pytest.raises(NothingThere):
        town.do(lambda db: redo(db, **WHY))


def test_a_right_on_a_child_holds_the_split_in_place_and_the_refusal_says_so(town: Town) -> None:
    made = town.do(split)
    with town.register.connect() as connection:
        a_right(connection, made.plots[0]["id"], a_party(connection))
    with pytest.raises(BuiltUpon) as refusal:
        town.do(lambda db: undo(db, **WHY))
    assert (refusal.value.act, refusal.value.plot_number, refusal.value.what) == ("split", "A01-002", "tenure_slot")


def test_what_another_did_since_holds_it_in_place_with_who_and_when(town: Town) -> None:
    made = town.do(split)
    other = actor(town.register, a_user(town.register, "planner"))
    town.do(lambda db: commands.correct(db, made.plots[0]["id"], None, {"land_use": "INL"}, **WHY), who=other)
    with pytest.raises(BuiltUpon) as refusal:
        town.do(lambda db: undo(db, **WHY))
    assert (refusal.value.what, refusal.value.by) == ("correct", other.event_name)


def test_every_act_can_be_taken_back_and_done_again(town: Town) -> None:
    with town.register.connect() as connection:
        lease = a_right(connection, town.plots[0], a_party(connection))
    acts: list[Any] = [
        split,
        lambda db: commands.split(
            db, "A01-001", None, lambda s, _: splitting.split_equally(s, 2, 90), rights={lease: 1}, **WHY
        ),
        lambda db: commands.merge(db, {"A01-003": None, "A01-004": None}, **WHY),
        lambda db: commands.adjust_border(db, {"A01-003": None, "A01-004": None}, line((140, 0), (145, 50)), **WHY),
        lambda db: commands.adjust_corner(
            db, "A01-003", None, (EAST + 150, NORTH + 50), (EAST + 151, NORTH + 51), **WHY
        ),
        lambda db: commands.draw(db, ground(300, 0, 350, 60), "LOG", **WHY),
        lambda db: commands.renumber(db, "A01-004", None, None, **WHY),
        lambda db: commands.retire(db, "A01-004", None, **WHY),
        lambda db: commands.resurvey(db, "A01-004", None, ground(150, 0, 201, 50), Paper(title_en="Survey"), **WHY),
        lambda db: commands.correct(db, "A01-004", None, {"land_use": "INL"}, **WHY),
    ]
    for act in acts:
        before = town.one(STATE)
        made = town.do(act)
        after = town.one(STATE)
        assert after != before
        named = town.do(lambda db: turn(db, "undo"))
        assert named is not None and (named.kind, named.id) == (made.kind, made.act)
        town.do(lambda db: undo(db, **WHY))
        assert _without_corners(town.one(STATE)) == _without_corners(before)
        assert faults(town) == {}
        town.do(lambda db: redo(db, **WHY))
        assert _without_corners(town.one(STATE)) == _without_corners(after)
        assert faults(town) == {}
        town.do(lambda db: undo(db, **WHY))
    # What was taken back is in the record still: who did what, and every number that was given.
    assert town.one("select count(*) from register.event where action in ('undo', 'redo') and legal") == 30
    assert town.one("select count(*) from register.plot_number_given where ended_at is not null") > 0


def test_a_new_act_ends_what_could_be_done_again(town: Town) -> None:
    town.do(split)
    town.do(lambda db: undo(db, **WHY))
    town.do(lambda db: commands.renumber(db, "A01-004", None, None, **WHY))
    with pytest.raises(NothingThere):
        town.do(lambda db: redo(db, **WHY))


def test_a_corner_that_a_neighbour_got_since_is_no_building_on(town: Town) -> None:
    town.do(split)
    other = actor(town.register, a_user(town.register, "planner"))
    town.do(
        lambda db: commands.split(db, "A01-003", None, lambda s, _: splitting.split_equally(s, 2, 80), **WHY), who=other
    )
    town.do(lambda db: undo(db, **WHY))
    assert faults(town) == {}


def _without_corners(state: dict[str, list[Any]]) -> dict[str, Any]:
    """Neighbours keep the corners that they got: the land is what comes back."""
    return {number: [row[0], *row[2:], round(shapely.from_wkt(row[1]).area, 2)] for number, row in state.items()}
