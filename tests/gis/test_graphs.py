# SPDX-License-Identifier: Apache-2.0
"""What a source reaches, and the tree that drains to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gis.graphs import reached, shortest_tree

links = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.floats(0.1, 100)), max_size=40)


def test_a_node_without_links_reaches_only_itself() -> None:
    assert reached("pump", []) == {"pump"}


@given(links=links)
def test_the_tree_reaches_what_the_graph_reaches_with_one_link_for_each_node(
    links: list[tuple[int, int, float]],
) -> None:
    tree = shortest_tree(0, links)
    there = reached(0, links)
    assert reached(0, [links[number] for number in tree]) == there
    assert len(tree) == len(there) - 1


@given(links=links)
def test_reaching_goes_both_ways(links: list[tuple[int, int, float]]) -> None:
    there = reached(0, links)
    assert reached(0, [(end, start, length) for start, end, length in links]) == there
    assert all((start in there) == (end in there) for start, end, _ in links)


def test_of_two_parallel_links_the_tree_takes_the_shorter() -> None:
    assert shortest_tree("a", [("a", "b", 9.0), ("a", "b", 2.0)]) == {1}
