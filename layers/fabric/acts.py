# SPDX-License-Identifier: Apache-2.0
"""What commands write: plots, corners of neighbours, lineage, rights on their way to children, one event, and how it was before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from shapely import Polygon

from gis.parcels.noding import followed
from gis.parcels.numbering import PATTERN, next_numbers
from layers.errors import Busy
from layers.fabric.ground import Block, Db, Plot, around, ewkb, frontage, placed
from layers.fabric.refusals import NoSuchPlot, NumberGiven, ReasonMissing
from layers.refusals import RightLeftBehind

RIGHTS = "select id, kind, lower(valid) >= now() from register.tenure_slot where plot_id = %s and register.binds(valid, now()) order by id"
RESTRICTIONS = (
    "insert into register.restriction (plot_id, kind, valid, blocks_allocation, remark_ar, remark_en, illustrative, source_id) "
    "select %s, kind, tstzrange(greatest(lower(valid), now()), upper(valid)), blocks_allocation, remark_ar, remark_en, "
    "illustrative, source_id from register.restriction where plot_id = %s and register.binds(valid, now()) returning id"
)


@dataclass(frozen=True)
class Paper:
    """The document behind an act: one that the register has (`id`), or a new one."""

    id: UUID | None = None
    kind: str = "survey"
    title_ar: str = ""
    title_en: str = ""
    reference_number: str | None = None
    dated: str | None = None


@dataclass
class Act:
    """One act while it is being done. `images`: its rows before and after, in the order in which they were written."""

    db: Db
    kind: str
    reason: str
    paper: Paper | None = None
    images: list[dict[str, Any]] = field(default_factory=list)
    change_id: UUID | None = None
    event: int | None = None
    made: list[UUID] = field(default_factory=list)
    kept: list[UUID] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    noded: list[UUID] = field(default_factory=list)
    _source: UUID | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ReasonMissing()
        if self.paper is not None:
            self._source = self.paper.id or self._new_paper(self.paper)

    @property
    def source_id(self) -> UUID | None:
        return self._source

    def draw(self, block: Block, number: str, shape: Polygon, *, like: Plot | None = None, **words: Any) -> UUID:
        """A new plot; what is not said is as with the plot that it is `like`."""
        columns = {
            "plot_number": number,
            "block_id": block.id,
            "land_use": like.land_use if like else None,
            "illustrative": like.illustrative if like else False,
            "frontage_m": frontage(self.db, shape),
            "source_id": self.source_id,
            "geom": ewkb(self.db, shape),
            "valid": None,
            **words,
        }
        row = self.db.execute(
            "insert into register.plot (plot_number, block_id, land_use, illustrative, frontage_m, source_id, geom, valid) "
            "values (%(plot_number)s, %(block_id)s, %(land_use)s, %(illustrative)s, %(frontage_m)s, %(source_id)s, %(geom)s, "
            "tstzrange(now(), null)) returning id",
            columns,
        ).fetchone()
        plot_id = UUID(str(row[0])) if row else None
        if plot_id is None:
            raise RuntimeError("an insert returns a row")
        self._after("plot", plot_id, None)
        self.made.append(plot_id)
        return plot_id

    def update(self, plot: Plot, **columns: Any) -> None:
        """Some columns of a plot. `shape` is its geometry, with which its frontage is measured again."""
        before = self.image("plot", plot.id)
        shape = columns.pop("shape", None)
        if shape is not None:
            columns["geom"] = ewkb(self.db, shape)
            columns["frontage_m"] = frontage(self.db, shape)
        if self.source_id is not None:
            columns["source_id"] = self.source_id
        self._set("plot", plot.id, columns, version=plot.version)
        self._after("plot", plot.id, before)
        self.kept.append(plot.id)

    def end(self, plot: Plot) -> None:
        """The plot is no more, from this moment on."""
        before = self.image("plot", plot.id)
        row = self.db.execute(
            "update register.plot set valid = tstzrange(lower(valid), now()) where id = %s and version = %s returning id",
            [plot.id, plot.version],
        ).fetchone()
        if row is None:
            raise Busy()
        self._after("plot", plot.id, before)
        self.ended.append(plot.id)

    def node(self, shapes: Sequence[Polygon], but: Sequence[UUID]) -> None:
        """Neighbours get the corners of these shapes. Raises CornersOverlap."""
        beside = around(self.db, shapes, but)
        with placed(self.db):
            after = followed(list(shapes), {number: plot.shape for number, plot in beside.items()})
        for number, shape in after.neighbours.items():
            plot = beside[number]
            before = self.image("plot", plot.id)
            self._set("plot", plot.id, {"geom": ewkb(self.db, shape)}, version=plot.version)
            self._after("plot", plot.id, before)
            self.noded.append(plot.id)

    def lineage(self, parents: Sequence[UUID], children: Sequence[UUID]) -> UUID:
        """The change and its parts; its source is the paper."""
        row = self.db.execute(
            "insert into register.plot_change (kind, source_id) values (%s, %s) returning id",
            [self.kind, self.source_id],
        ).fetchone()
        if row is None:
            raise RuntimeError("an insert returns a row")
        self.change_id = UUID(str(row[0]))
        self._after("plot_change", self.change_id, None)
        for role, plots in (("parent", parents), ("child", children)):
            for plot in plots:
                self._insert("plot_change_part", {"change_id": self.change_id, "plot_id": plot, "role": role})
        return self.change_id

    def hand_on(self, parents: Sequence[Plot], to: Mapping[UUID, UUID]) -> None:
        """Rights in force or to come on the parents go to children; `to`: right → child. Raises RightLeftBehind for one not named."""
        for parent in parents:
            rows = self.db.execute(RIGHTS, [parent.id]).fetchall()
            for right, kind, to_come in rows:
                if right not in to:
                    raise RightLeftBehind(parent.plot_number, str(kind))
                if to_come:
                    before = self.image("tenure_slot", right)
                    self._set("tenure_slot", right, {"plot_id": to[right]})
                    self._after("tenure_slot", right, before)
                else:
                    self._hand_on(right, to[right])

    def carry(self, parent: UUID, child: UUID, *, services: bool = True) -> None:
        """What lies on the land goes with it: restrictions in force, the last site record, and what utilities' letters say."""
        rows = self.db.execute(RESTRICTIONS, [child, parent]).fetchall()
        self._new("restriction", rows)
        rows = self.db.execute(
            "insert into register.site_record (plot_id, seen_on, progress, remark_ar, remark_en, illustrative, source_id) "
            "select %s, seen_on, progress, remark_ar, remark_en, illustrative, source_id from register.site_record "
            "where plot_id = %s order by seen_on desc, recorded_from desc limit 1 returning id",
            [child, parent],
        ).fetchall()
        self._new("site_record", rows)
        if services:
            rows = self.db.execute(
                "insert into register.plot_service (plot_id, utility, state, available_on, illustrative, source_id) "
                "select %s, utility, state, available_on, illustrative, source_id from register.plot_service where plot_id = %s "
                "returning id",
                [child, parent],
            ).fetchall()
            self._new("plot_service", rows)
        self._refresh("plot", child)

    def tell(self, plot: UUID, before: Mapping[str, Any], after: Mapping[str, Any], *, legal: bool = True) -> None:
        """The event. A clerical correction is not a legal one."""
        on_change = self.change_id is not None
        row = self.db.execute(
            "select register.record_event(%s, %s, %s, %s, %s, %s, %s)",
            [
                self.kind, "plot_change" if on_change else "plot", self.change_id if on_change else plot,
                Jsonb(dict(before)), Jsonb(dict(after)), self.reason.strip(), legal,
            ],
        ).fetchone()  # fmt: skip
        self.event = int(row[0]) if row else None

    def image(self, table: str, row_id: UUID) -> dict[str, Any]:
        row = self.db.execute("select register.image_of(%s, %s)", [table, row_id]).fetchone()
        if row is None or row[0] is None:
            raise NoSuchPlot(str(row_id))
        found: dict[str, Any] = row[0]
        return found

    def _hand_on(self, right: UUID, child: UUID) -> None:
        before = self.image("tenure_slot", right)
        self.db.execute("update register.tenure_slot set valid = tstzrange(lower(valid), now()) where id = %s", [right])
        self._after("tenure_slot", right, before)
        row = self.db.execute(
            "insert into register.tenure_slot (plot_id, kind, party_id, valid, decision_number, published, due_by, application_id, "
            "illustrative, source_id) select %s, kind, party_id, tstzrange(now(), upper((%s::jsonb ->> 'valid')::tstzrange)), "
            "decision_number, published, due_by, application_id, illustrative, source_id from register.tenure_slot where id = %s "
            "returning id",
            [child, Jsonb(before), right],
        ).fetchone()
        if row is None:
            raise RuntimeError("an insert returns a row")
        self._after("tenure_slot", row[0], None)
        self._insert("plot_change_right", {"change_id": self.change_id, "from_id": right, "to_id": row[0]})

    def _new(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            self._after(table, row[0], None)

    def _insert(self, table: str, columns: Mapping[str, Any]) -> UUID:
        names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
        row = self.db.execute(
            f"insert into register.{table} ({names}) values ({marks}) returning id",  # noqa: S608 our own words
            list(columns.values()),
        ).fetchone()
        if row is None:
            raise RuntimeError("an insert returns a row")
        self._after(table, row[0], None)
        return UUID(str(row[0]))

    def _set(self, table: str, row_id: UUID, columns: Mapping[str, Any], version: int | None = None) -> None:
        names = ", ".join(f"{name} = %s" for name in columns)
        row = self.db.execute(
            f"update register.{table} set {names} where id = %s and version = coalesce(%s, version) returning id",  # noqa: S608
            [*columns.values(), row_id, version],
        ).fetchone()
        if row is None:
            raise Busy()  # somebody who holds no land changed it under our hands

    def _after(self, table: str, row_id: UUID, before: dict[str, Any] | None) -> None:
        after = self.image(table, row_id)
        self.images.append({"table": table, "id": str(row_id), "before": before, "after": after})

    def _refresh(self, table: str, row_id: UUID) -> None:
        """A trigger may have changed a row once more."""
        for image in self.images:
            if image["table"] == table and image["id"] == str(row_id):
                image["after"] = self.image(table, row_id)

    def _new_paper(self, paper: Paper) -> UUID:
        # No image of it: a document that came stays when the act is taken back.
        row = self.db.execute(
            "insert into register.source (kind, title_ar, title_en, reference_number, dated) values (%s, %s, %s, %s, %s) "
            "returning id",
            [
                paper.kind, paper.title_ar or paper.title_en, paper.title_en or paper.title_ar, paper.reference_number,
                paper.dated,
            ],
        ).fetchone()  # fmt: skip
        if row is None:
            raise RuntimeError("an insert returns a row")
        return UUID(str(row[0]))


def numbers_for(db: Db, block: Block, count: int, wished: Sequence[str] = (), *, own: UUID | None = None) -> list[str]:
    """Numbers for new plots of a block: those wished, else by its zone's pattern after all that were ever given there.

    Raises NumberGiven for a wish that is or was another plot's than `own`.
    """
    given = [row[0] for row in db.execute("select register.numbers_of_block(%s)", [block.id]).fetchall()]
    if not wished:
        return next_numbers(block.pattern or PATTERN, given, count, block=block.code, zone=block.zone_code)
    for number in wished:
        row = db.execute("select plot_id from register.plot_number_given where plot_number = %s", [number]).fetchone()
        if row is not None and row[0] != own:
            raise NumberGiven(number)
    return list(wished)
