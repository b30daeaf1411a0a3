# SPDX-License-Identifier: Apache-2.0
"""The table of steps: nothing in it that code, docs or people cannot follow."""

import pytest

from layers.codelists_rights import RIGHTS
from layers.rights.blocks import BLOCKS, DUTIES, said
from layers.rights.machine import HOLDS, PAIRS, STEPS, Machine, step, steps_of
from layers.rights.rendering import DOC, rendered

MACHINES: tuple[Machine, ...] = ("application", "lease")
ENDS = {"application": {"HND", "WDN", "LPS"}, "lease": {"RCV"}}


def states(machine: Machine) -> set[str]:
    return {code for code, *_ in RIGHTS[f"{machine}_state"]}


def test_the_docs_say_what_the_code_does() -> None:
    assert DOC.read_text(encoding="utf-8") == rendered(), "run python -m layers.rights.rendering"


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_is_reached_and_all_but_the_ends_are_left(machine: Machine) -> None:
    reached: set[str] = {each.after for each in steps_of(machine, None)}
    while True:
        more = {each.after for state in reached for each in steps_of(machine, state)} - reached
        if not more:
            break
        reached |= more
    assert reached == states(machine)
    assert {state for state in states(machine) if not steps_of(machine, state)} == ENDS[machine]


@pytest.mark.parametrize("machine", MACHINES)
def test_two_states_are_joined_by_one_event_at_most(machine: Machine) -> None:
    """The database tells a step by where it comes from and where it goes."""
    joined = [(state, each.after) for state in states(machine) for each in steps_of(machine, state)]
    assert len(joined) == len(set(joined))


def test_every_step_names_known_duties_and_blocks() -> None:
    for each in STEPS:
        assert set(each.who) <= set(DUTIES), each.event
        assert set(each.asks) <= set(BLOCKS), each.event
        assert each.who, each.event
    assert {block.whose for block in BLOCKS.values()} <= set(DUTIES)


def test_pairs_of_four_eyes_are_steps_that_follow_each_other() -> None:
    for one, other in PAIRS:
        assert step("application", one).after in step("application", other).before or one == "offer"
        assert "four_eyes" in step("application", other).asks
    assert set(HOLDS) <= states("application")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("code", BLOCKS)
def test_every_block_is_one_sentence_in_both_languages(code: str, language: str) -> None:
    sentence = said(code, {"since": "2026-01-02T00:00:00+00:00"}, language)  # type: ignore[arg-type]
    assert sentence.count(".") == 1
    assert sentence.endswith(".")
    assert "2026-01-02" in sentence
    assert any("\u0600" <= letter <= "\u06ff" for letter in sentence) == (language == "ar")
