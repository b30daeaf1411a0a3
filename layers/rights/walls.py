# SPDX-License-Identifier: Apache-2.0
"""The table of steps as the database reads it: views made from `layers.rights.machine` with everything else."""

from collections.abc import Iterator

from psycopg import sql

from layers.rights.machine import PAIRS, PLOT_ACTS, STEPS

Statement = sql.Composed | sql.SQL


def machine_views() -> Iterator[Statement]:
    """register.rights_step, rights_ask, rights_pair."""
    yield _view(
        "rights_step",
        ("machine", "event", "before", "after", "legal"),
        [(s.machine, s.event, before, s.after, s.legal) for s in STEPS for before in s.before or (None,)],
    )
    yield _view(
        "rights_ask",
        ("machine", "event", "place", "block"),
        [(s.machine, s.event, place, block) for s in STEPS for place, block in enumerate(s.asks)]
        + [("plot", act, place, block) for act, asks in PLOT_ACTS.items() for place, block in enumerate(asks)],
    )
    yield _view("rights_pair", ("one", "other"), list(PAIRS))


def _view(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> Statement:
    return sql.SQL("create or replace view register.{name} ({columns}) as values {rows}").format(
        name=sql.Identifier(name),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        rows=sql.SQL(", ").join(
            sql.SQL("({})").format(sql.SQL(", ").join(_literal(value) for value in row)) for row in rows
        ),
    )


def _literal(value: object) -> sql.Composable:
    # A literal without its type would be "unknown" to whoever compares it.
    return (
        sql.SQL("{}::text").format(sql.Literal(value))
        if value is None or isinstance(value, str)
        else sql.Literal(value)
    )
