# SPDX-License-Identifier: Apache-2.0
"""What of a network hangs together."""

from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from gis.models.connected import ends_apart, parts

nodes = st.integers(0, 12).map(str)


def test_a_line_that_stops_short_is_told_with_both_who_miss_each_other() -> None:
    lines = [LineString([(0, 0), (10, 0)]), LineString([(10.5, 0), (20, 0)]), LineString([(20, 0), (30, 0)])]
    assert ends_apart([("a", "b"), ("b", "c"), ("c", "d")], lines) == [(0, -1, "b", 0.5), (1, 0, "b", 0.5)]


def test_nothing_is_said_of_an_end_that_alone_names_its_node_or_names_none() -> None:
    lines = [LineString([(0, 0), (10, 0)]), LineString([(50, 0), (60, 0)])]
    assert ends_apart([("a", None), ("", "d")], lines) == []


def test_what_is_no_line_has_no_ends() -> None:
    assert ends_apart([("a", "b"), ("a", "b"), ("a", "b")], [None, Point(1, 1), LineString()]) == []


def test_a_millimetre_is_no_gap() -> None:
    lines = [LineString([(0, 0), (10, 0)]), LineString([(10.001, 0), (20, 0)])]
    assert ends_apart([("a", "b"), ("b", "c")], lines) == []


@given(st.lists(st.tuples(nodes, nodes), max_size=30))
def test_two_nodes_are_of_one_part_exactly_when_a_way_leads_between_them(pairs: list[tuple[str, str]]) -> None:
    every = {node for pair in pairs for node in pair}
    made = parts(sorted(every), pairs)
    assert sorted(node for part in made for node in part) == sorted(every)
    assert all((a in part) == (b in part) for part in made for a, b in pairs)
    # No part falls into two that no pair joins: each is reached from any of its nodes.
    for part in made:
        reached = {next(iter(part))}
        while more := {b for pair in pairs for a, b in (pair, pair[::-1]) if a in reached} - reached:
            reached |= more
        assert reached == part
