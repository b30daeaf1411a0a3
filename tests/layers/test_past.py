# SPDX-License-Identifier: Apache-2.0
"""The register as it was: true on one instant, as known on another, against a plain replay of what was done."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from layers.catalogue import LAYERS
from layers.past import SET_MOMENT, Moment, in_past
from tests.conftest import Connection, Register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.rights import a_party, a_restriction, a_right
from tests.layers.test_derived import status_by_the_book

EDITS, PAIRS, PLOTS = 500, 50, 12
DAY = timedelta(days=1)


@dataclass
class Model:
    """What was done, in its order: (when it was recorded, table, row, its values or None when it was deleted)."""

    done: list[tuple[datetime, str, UUID, dict[str, Any] | None]] = field(default_factory=list)

    def known(self, at: datetime) -> dict[str, dict[UUID, dict[str, Any]]]:
        """The rows of each table after all that was recorded until then."""
        rows: dict[str, dict[UUID, dict[str, Any]]] = {"plot": {}, "tenure_slot": {}, "restriction": {}, "party": {}}
        for recorded, table, row, values in self.done:
            if recorded <= at:
                rows[table].pop(row, None)
                if values is not None:
                    rows[table][row] = values
        return rows

    def told(self, moment: Moment) -> dict[str, tuple[str, str, str | None]]:
        """plot number → status, land use, holder."""
        assert moment.known_on is not None
        rows, found = self.known(moment.known_on), {}
        for plot, values in rows["plot"].items():
            if not within(values, moment.on):
                continue
            slots = [slot for slot in rows["tenure_slot"].values() if slot["plot_id"] == plot]
            held = next((slot for slot in slots if within(slot, moment.on)), None)
            later = any(slot["lower"] > moment.on for slot in slots)
            blocked = any(
                each["blocks_allocation"]
                for each in rows["restriction"].values()
                if each["plot_id"] == plot and within(each, moment.on)
            )
            status = status_by_the_book(
                held["kind"] if held else None, later, "none", frozenset(), "blocking" if blocked else "no"
            )
            holder = rows["party"][held["party_id"]]["name_en"] if held and held["published"] else None
            found[values["plot_number"]] = (status, values["land_use"], holder)
        return found


def value(db: Connection, statement: str, *binds: Any) -> Any:
    """The one value that a question answers with."""
    row = db.execute(statement, binds).fetchone()
    assert row is not None
    return row[0]


def now_of(db: Connection) -> datetime:
    """The database's clock."""
    told: datetime = value(db, "select clock_timestamp()")
    return told


def within(values: dict[str, Any], at: datetime) -> bool:
    return bool(values["lower"] <= at and (values["upper"] is None or at < values["upper"]))


def written(model: Model, db: Connection, table: str, row: UUID) -> None:
    """Notes a row as the database holds it after an edit."""
    row_of: Any = db.execute(
        f"select recorded_from, to_jsonb(t) {'|| jsonb_build_object($$l$$, lower(valid), $$u$$, upper(valid))' if table != 'party' else ''} "
        f"from register.{table} t where id = %s",
        [row],
    ).fetchone()
    assert row_of is not None
    at, values = row_of
    told: dict[str, Any] = dict(values)
    for key in ("plot_id", "party_id"):
        if told.get(key):
            told[key] = UUID(told[key])
    if table != "party":
        told["lower"], told["upper"] = (
            None if value is None else datetime.fromisoformat(value) for value in (told["l"], told["u"])
        )
    model.done.append((at, table, row, told))


def seen(db: Connection, moment: Moment, statement: str) -> list[tuple[Any, ...]]:
    with db.transaction():
        db.execute(SET_MOMENT, moment.binds())
        return db.execute(in_past(statement)).fetchall()


STATUSES = "select plot_number, public_status, land_use, holder_en from published.plots"


def edits(model: Model, db: Connection, dice: random.Random, start: datetime) -> list[Callable[[], None]]:
    """What people do, each as one transaction."""

    def one_of(table: str) -> UUID:
        now = model.known(datetime.max.replace(tzinfo=start.tzinfo))
        return dice.choice(sorted(now[table]))

    def span() -> str:
        first = start - DAY * dice.randrange(1, 400)
        last = "null" if dice.random() < 0.3 else f"timestamptz '{first + DAY * dice.randrange(1, 200)}'"
        return f"tstzrange(timestamptz '{first}', {last})"

    def let() -> None:
        kind = dice.choice(("reservation", "allocation", "lease"))
        row = a_right(db, one_of("plot"), one_of("party"), kind, span(), published=dice.random() < 0.5)
        written(model, db, "tenure_slot", row)

    def publish() -> None:
        row = one_of("tenure_slot")
        db.execute("update register.tenure_slot set published = not published where id = %s", [row])
        written(model, db, "tenure_slot", row)

    def end() -> None:
        row = one_of("tenure_slot")
        db.execute(
            "update register.tenure_slot set valid = tstzrange(lower(valid), lower(valid) + interval '30 days') where id = %s",
            [row],
        )
        written(model, db, "tenure_slot", row)

    def take_back() -> None:
        table = dice.choice(("tenure_slot", "restriction"))
        row = one_of(table)
        db.execute(f"delete from register.{table} where id = %s", [row])
        at = value(
            db, "select max(upper(recorded)) from register.history where table_name = %s and row_id = %s", table, row
        )
        model.done.append((at, table, row, None))

    def hold() -> None:
        row = a_restriction(db, one_of("plot"), valid=span(), blocks=dice.random() < 0.7)
        written(model, db, "restriction", row)

    def use() -> None:
        row = one_of("plot")
        db.execute("update register.plot set land_use = %s where id = %s", [dice.choice(("LOG", "INL", "SIL")), row])
        written(model, db, "plot", row)

    def rename() -> None:
        row = one_of("party")
        db.execute("update register.party set name_en = %s where id = %s", [f"Trial {dice.randrange(1000)}", row])
        written(model, db, "party", row)

    return [let, let, let, let, publish, end, take_back, hold, use, rename]


def test_any_pair_of_instants_is_as_a_plain_replay_says(register: Register) -> None:
    """500 random edits, 50 pairs of instants; then the same with one table's history forgotten is not."""
    dice, model = random.Random(20261124), Model()
    with register.connect(autocommit=True) as db:
        start = now_of(db)
        block = a_block(db, a_zone(db))
        for number in range(PLOTS):
            plot = a_plot(db, block, f"P-{number:02}", square(60 * number, 0))
            db.execute("update register.plot set valid = tstzrange(%s, null) where id = %s", [start - 500 * DAY, plot])
            written(model, db, "plot", plot)
        for number in range(4):
            written(model, db, "party", a_party(db, f"Trial company {number}"))
        whats, instants = edits(model, db, dice, start), []
        refused = 0
        while len(model.done) < EDITS:
            so_far = len(model.done)
            try:
                with db.transaction():
                    dice.choice(whats)()
            except (psycopg.Error, IndexError):  # the register refuses it, or there is nothing yet to do it to
                refused += 1
                del model.done[so_far:]
            instants.append(now_of(db))
        assert refused < 3 * EDITS
        pairs = []
        for _ in range(PAIRS):
            known_on = dice.choice(instants)
            pairs.append(Moment(min(known_on, start - DAY * dice.randrange(-1, 420)), known_on))
        answers = {}
        for moment in pairs:
            answers[moment] = {name: rest for name, *rest in seen(db, moment, STATUSES)}
            assert answers[moment] == {name: list(rest) for name, rest in model.told(moment).items()}, moment
        assert len({str(answer) for answer in answers.values()}) > PAIRS / 2  # the pairs do tell different stories
        assert {rest[0] for answer in answers.values() for rest in answer.values()} >= {
            "planned", "in_process", "allocated", "not_available",
        }  # fmt: skip


def test_now_as_known_now_is_what_is_published(register: Register) -> None:
    """Every relation that the public reads has its like, with the same columns and, now, the same rows."""
    with register.connect() as db:
        block = a_block(db, a_zone(db))
        let = a_plot(db, block, "P-1")
        a_plot(db, block, "P-2", square(60, 0))
        a_right(db, let, a_party(db), published=True)
    with register.connect("marsa_public") as db:
        for layer in LAYERS.public:
            names = [field.name for field in layer.public_fields if field.name != "updated_on"]
            columns = ", ".join(
                f'"{name}"' for name in ("id", "tile_id", "illustrative", *names, "geom_3857", "geom_4326")
            )
            statement = f'select {columns} from published."{layer.published.name}" order by id'
            assert db.execute(in_past(statement)).fetchall() == db.execute(statement).fetchall(), layer.id
        for statement in (
            "select * from published.codes order by 1, 2",
            "select * from published.sources order by 1",
            "select id, feature::jsonb #- '{properties,updated_on}' from published.plots_written order by id",
            "select public_status, plots, area_m2 from published.plot_sums where plots > 0 order by 1, 2",
        ):
            assert db.execute(in_past(statement)).fetchall() == db.execute(statement).fetchall(), statement


def test_a_moved_corner_a_deleted_row_and_a_changed_name_are_seen_as_they_were(register: Register) -> None:
    with register.connect(autocommit=True) as db:
        block = a_block(db, a_zone(db))
        plot = a_plot(db, block, "P-1")
        before, shape = now_of(db), value(db, "select geom::text from register.plot")
        db.execute(
            "update register.plot set geom = %s, plot_number = 'P-9' where id = %s", [square(0, 0, 49.877), plot]
        )
        after = now_of(db)
        question = (
            "select plot_number, geom::text, st_area(geom_3857) > 0 and st_area(geom_4326) > 0 from published.plots"
        )
        then = seen(db, Moment(before, before), question)
        assert then == [("P-1", shape, True)]
        assert [row[0] for row in seen(db, Moment(after, after), question)] == ["P-9"]
        # Before it was known nothing was there, whatever was true.
        assert seen(db, Moment(before - DAY, before - DAY), question) == []


def test_the_public_reads_of_the_past_what_was_public_then_and_nothing_else(register: Register) -> None:
    with register.connect(autocommit=True) as db:
        block = a_block(db, a_zone(db))
        right = a_right(db, a_plot(db, block, "P-1"), a_party(db, "Trial company 7"))
        hidden = now_of(db)
        db.execute("update register.tenure_slot set published = true where id = %s", [right])
        told = now_of(db)
    with register.connect("marsa_public", autocommit=True) as db:
        assert seen(db, Moment(hidden, hidden), "select holder_en from published.plots") == [(None,)]
        assert seen(db, Moment(told, told), "select holder_en from published.plots") == [("Trial company 7",)]
        for relation in ("past.known_tenure_slot", "past.known_plot", "register.history"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"select * from {relation}")


def test_only_names_of_the_published_schema_are_taken_for_the_past() -> None:
    assert in_past('select published.a, "published"."b", published from register.c') == (
        'select past.a, past."b", published from register.c'
    )
