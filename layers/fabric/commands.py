# SPDX-License-Identifier: Apache-2.0
"""The commands. Each runs in an open transaction of an actor's, holds its land first, and ends in an outcome; commit has the last word.

`version`: the one of the plot that the command was made for; a mismatch is PlotChanged. `dry_run` writes, judges, tells and takes back
(by raising `outcomes.Rehearsed`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from gis.fabric import on_grid
from gis.parcels.joining import merge as merged
from gis.parcels.joining import move_border, move_corner
from gis.parcels.noding import fitted
from gis.parcels.subdividing import LotRule, Subdivided, Way, subdivide
from layers.fabric.acts import Act, Paper, numbers_for
from layers.fabric.ground import Db, Plot, around, block_around, block_of, hold, placed, plots_held, streets_near
from layers.fabric.outcomes import Outcome, finished
from layers.fabric.refusals import BlockIsComplete, CommandUnreadable, NotClerical, NotInOneBlock

SNAP_M = 0.03
"""A corner drawn this near to a neighbour's corner or side was meant to be there."""
CLERICAL = frozenset({"land_use", "legal_area_m2", "area_type", "rent_lyd_m2_year"})
"""What a clerical correction may change: words and figures that were copied wrong."""
Cut = Callable[[Polygon, BaseGeometry], Sequence[Polygon] | Subdivided]
"""A plot and the streets beside it → its parts."""


def draw(
    db: Db,
    shape: Polygon,
    land_use: str,
    *,
    reason: str,
    plot_number: str | None = None,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """A new plot in the block where it lies, fitted to its neighbours."""
    hold(db, [shape])
    act = Act(db, "create", reason, paper)
    block = block_around(db, shape)
    beside = {number: plot.shape for number, plot in around(db, [shape.buffer(SNAP_M)]).items()}
    with placed(db):
        drawn = fitted(shape, beside, snap_m=SNAP_M, inside=block.shape).changed[0]
    number = numbers_for(db, block, 1, [plot_number] if plot_number else ())[0]
    made = act.draw(block, number, drawn, land_use=land_use)
    act.node([drawn], [made])
    act.lineage([], [made])
    act.tell(made, {}, {"made": [number], "block": block.code, "area_m2": round(drawn.area, 3)})
    return finished(act, dry_run=dry_run)


def subdivide_block(
    db: Db,
    block_code: str,
    rule: LotRule,
    way: Way,
    land_use: str | None,
    *,
    reason: str,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """The open ground of a block becomes plots; strips and street corners stay without one."""
    row = db.execute(
        "select id, land_use from register.block where code = %s and valid @> now()", [block_code]
    ).fetchone()
    if row is None:
        raise NotInOneBlock()
    block = block_of(db, row[0])
    hold(db, [block.shape])
    act = Act(db, "create", reason, paper)
    taken = [plot for plot in around(db, [block.shape]).values() if plot.block_id == block.id]
    ground = block.shape.difference(shapely.union_all([plot.shape for plot in taken])) if taken else block.shape
    open_ground = [part for part in shapely.get_parts(ground).tolist() if part.area > 1]
    if len(open_ground) != 1:
        raise NotInOneBlock()
    made = subdivide(on_grid(open_ground[0]), streets_near(db, block.shape), rule, way)
    _require_filled(block.complete, block.code, made)
    numbers = numbers_for(db, block, len(made.lots))
    plots = [
        act.draw(block, number, lot, land_use=land_use or row[1])
        for number, lot in zip(numbers, made.lots, strict=True)
    ]
    act.node(made.lots, plots)
    act.lineage([], plots)
    act.tell(plots[0], {}, {"made": numbers, "block": block.code, "way": way})
    return finished(act, dry_run=dry_run, left_over=_left_over(made))


def split(
    db: Db,
    plot: str,
    version: int | None,
    cut: Cut,
    *,
    reason: str,
    rights: Mapping[UUID, int] | None = None,
    numbers: Sequence[str] = (),
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """A plot into several. `rights`: each right on it → which child takes it (0 is the first)."""
    (parent,) = plots_held(db, {plot: version})
    block = block_of(db, parent.block_id)
    made = cut(parent.shape, streets_near(db, parent.shape))
    left_over = _left_over(made) if isinstance(made, Subdivided) else []
    parts = list(made.lots if isinstance(made, Subdivided) else made)
    if left_over:
        # A split keeps all its land: what a road takes of a plot is a plot of the road.
        parts += [shape for _, shape in left_over]
    named = numbers_for(db, block, len(parts), numbers)
    if len(named) != len(parts):
        raise CommandUnreadable("/numbers", f"{len(parts)}")
    act = Act(db, "split", reason, paper)
    act.end(parent)
    uses = ["UTL" if kind == "easement" else "ROD" for kind, _ in left_over]
    uses = [parent.land_use] * (len(parts) - len(uses)) + uses
    children = [
        act.draw(block, number, part, like=parent, land_use=use)
        for number, part, use in zip(named, parts, uses, strict=True)
    ]
    act.node(parts, [parent.id, *children])
    act.lineage([parent.id], children)
    act.hand_on([parent], _children_of(rights or {}, children))
    for child in children:
        act.carry(parent.id, child)
    act.tell(parent.id, {"plots": [parent.plot_number]}, {"made": named, "areas_m2": [round(p.area, 3) for p in parts]})
    return finished(act, dry_run=dry_run)


def merge(
    db: Db,
    plots: Mapping[str, int | None],
    *,
    reason: str,
    rights: Sequence[UUID] = (),
    plot_number: str | None = None,
    land_use: str | None = None,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Several plots, the first of which lends its use, into one. `rights`: those that go on, on the whole."""
    parents = plots_held(db, plots)
    if len(parents) < 2 or len({parent.id for parent in parents}) != len(parents):
        raise CommandUnreadable("/plots", "two or more different plots")
    if len({parent.block_id for parent in parents}) > 1:
        raise NotInOneBlock()
    block = block_of(db, parents[0].block_id)
    beside = around(db, [parent.shape for parent in parents], [parent.id for parent in parents])
    shape = merged([parent.shape for parent in parents], [plot.shape for plot in beside.values()])
    number = numbers_for(db, block, 1, [plot_number] if plot_number else ())[0]
    act = Act(db, "merge", reason, paper)
    for parent in parents:
        act.end(parent)
    child = act.draw(block, number, shape, like=parents[0], land_use=land_use or parents[0].land_use)
    act.node([shape], [child, *(parent.id for parent in parents)])
    act.lineage([parent.id for parent in parents], [child])
    act.hand_on(parents, dict.fromkeys(rights, child))
    for parent in parents:
        act.carry(parent.id, child, services=False)
    act.tell(
        child,
        {"plots": [parent.plot_number for parent in parents]},
        {"made": [number], "area_m2": round(shape.area, 3)},
    )
    return finished(act, dry_run=dry_run)


def adjust_border(
    db: Db,
    plots: Mapping[str, int | None],
    border: LineString,
    *,
    reason: str,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """The border of two plots moves to a line; their neighbours follow."""
    one, other = _two(plots_held(db, plots))
    beside = around(db, [one.shape, other.shape], [one.id, other.id])
    shapes = move_border(one.shape, other.shape, border, [plot.shape for plot in beside.values()])
    return _adjusted(db, {one: shapes[0], other: shapes[1]}, reason, paper, dry_run=dry_run)


def adjust_corner(
    db: Db,
    plot: str,
    version: int | None,
    corner: tuple[float, float],
    to: tuple[float, float],
    *,
    reason: str,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """A corner moves for all plots that share it."""
    (held,) = plots_held(db, {plot: version})
    beside = around(db, [held.shape], [held.id])
    every = {held.plot_number: held, **beside}
    place = round(corner[0], 3), round(corner[1], 3)
    shapes = move_corner({number: each.shape for number, each in every.items()}, place, to)
    return _adjusted(db, {every[number]: shape for number, shape in shapes.items()}, reason, paper, dry_run=dry_run)


def resurvey(
    db: Db,
    plot: str,
    version: int | None,
    shape: Polygon,
    paper: Paper,
    *,
    reason: str,
    legal_area_m2: float | None = None,
    dry_run: bool = False,
) -> Outcome:
    """The measured shape takes the place of the drawn one. Under a right: within tolerance by a survey, beyond by an addendum."""
    (held,) = plots_held(db, {plot: version})
    hold(db, [held.shape, shape])
    beside = around(db, [held.shape, shape.buffer(SNAP_M)], [held.id])
    block = block_of(db, held.block_id)
    with placed(db):
        measured = fitted(shape, {n: p.shape for n, p in beside.items()}, snap_m=SNAP_M, inside=block.shape).changed[0]
    act = Act(db, "resurvey", reason, paper)
    words: dict[str, Any] = {"boundary_state": "SRV", "area_type": "surveyed"}
    if legal_area_m2 is not None:
        words["legal_area_m2"] = legal_area_m2
    act.update(held, shape=measured, **words)
    act.node([measured], [held.id])
    act.lineage([held.id], [held.id])
    act.tell(held.id, {"area_m2": round(held.shape.area, 3)}, {"area_m2": round(measured.area, 3), "paper": paper.kind})
    return finished(act, dry_run=dry_run)


def renumber(
    db: Db,
    plot: str,
    version: int | None,
    plot_number: str | None,
    *,
    reason: str,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Another number, wished or by the zone's pattern; the old one still leads to the plot and is nobody else's."""
    (held,) = plots_held(db, {plot: version})
    wished = [plot_number] if plot_number else ()
    number = numbers_for(db, block_of(db, held.block_id), 1, wished, own=held.id)[0]
    act = Act(db, "renumber", reason, paper)
    act.update(held, plot_number=number)
    act.lineage([held.id], [held.id])
    act.tell(held.id, {"plot_number": held.plot_number}, {"plot_number": number})
    return finished(act, dry_run=dry_run)


def retire(
    db: Db, plot: str, version: int | None, *, reason: str, paper: Paper | None = None, dry_run: bool = False
) -> Outcome:
    """The plot ends and nothing takes its place. Refused while a right is on it."""
    (held,) = plots_held(db, {plot: version})
    act = Act(db, "retire", reason, paper)
    act.end(held)
    act.lineage([held.id], [])
    act.hand_on([held], {})
    act.tell(held.id, {"plots": [held.plot_number]}, {"made": []})
    return finished(act, dry_run=dry_run)


def correct(
    db: Db,
    plot: str,
    version: int | None,
    fields: Mapping[str, Any],
    *,
    reason: str,
    paper: Paper | None = None,
    dry_run: bool = False,
) -> Outcome:
    """A clerical correction: no legal act, and its event says so."""
    for name in fields:
        if name not in CLERICAL:
            raise NotClerical(name)
    (held,) = plots_held(db, {plot: version})
    act = Act(db, "correct", reason, paper)
    before = act.image("plot", held.id)
    act.update(held, **fields)
    act.tell(held.id, {name: before.get(name) for name in fields}, dict(fields), legal=False)
    return finished(act, dry_run=dry_run)


def _adjusted(db: Db, shapes: Mapping[Plot, Polygon], reason: str, paper: Paper | None, *, dry_run: bool) -> Outcome:
    hold(db, [*shapes.values(), *(plot.shape for plot in shapes)])
    act = Act(db, "adjust", reason, paper)
    for plot, shape in shapes.items():
        act.update(plot, shape=shape)
    ids = [plot.id for plot in shapes]
    act.node(list(shapes.values()), ids)
    act.lineage(ids, ids)
    act.tell(
        ids[0],
        {"areas_m2": {plot.plot_number: round(plot.shape.area, 3) for plot in shapes}},
        {"areas_m2": {plot.plot_number: round(shape.area, 3) for plot, shape in shapes.items()}},
    )
    return finished(act, dry_run=dry_run)


def _two(plots: Sequence[Plot]) -> tuple[Plot, Plot]:
    if len(plots) != 2 or plots[0].id == plots[1].id:
        raise CommandUnreadable("/with", "one other plot")
    return plots[0], plots[1]


def _children_of(rights: Mapping[UUID, int], children: Sequence[UUID]) -> dict[UUID, UUID]:
    for right, place in rights.items():
        if not 0 <= place < len(children):
            raise CommandUnreadable(f"/rights/{right}", f"0 … {len(children) - 1}")
    return {right: children[place] for right, place in rights.items()}


def _left_over(made: Subdivided) -> list[tuple[str, Polygon]]:
    return [*(("easement", strip) for strip in made.strips), *(("corner", corner) for corner in made.corners)]


def _require_filled(complete: bool, code: str, made: Subdivided) -> None:  # noqa: FBT001
    left = sum(shape.area for _, shape in _left_over(made))
    if complete and left > 0:
        raise BlockIsComplete(code, round(left, 2))
