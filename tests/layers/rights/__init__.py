# SPDX-License-Identifier: Apache-2.0
"""Makers of parties, rights, restrictions and papers for tests."""

from uuid import UUID

from tests.conftest import Connection

FROM_NOW_ON = "tstzrange(now(), null)"


def _id(connection: Connection, statement: str, values: list[object]) -> UUID:
    row = connection.execute(statement, values).fetchone()
    assert row is not None
    assert isinstance(row[0], UUID)
    return row[0]


def a_party(connection: Connection, name: str = "Trial company 1") -> UUID:
    return _id(
        connection,
        "insert into register.party (type, name_ar, name_en) values ('LCO', 'شركة تجريبية', %s) returning id",
        [name],
    )


def a_right(
    connection: Connection,
    plot: UUID,
    party: UUID,
    kind: str = "lease",
    valid: str = FROM_NOW_ON,
    *,
    published: bool = False,
) -> UUID:
    """`valid` is SQL for a tstzrange."""
    return _id(
        connection,
        f"insert into register.tenure_slot (plot_id, party_id, kind, published, valid) values (%s, %s, %s, %s, {valid}) returning id",
        [plot, party, kind, published],
    )


def a_restriction(
    connection: Connection, plot: UUID, kind: str = "hold", valid: str = FROM_NOW_ON, *, blocks: bool = True
) -> UUID:
    return _id(
        connection,
        f"insert into register.restriction (plot_id, kind, blocks_allocation, valid) values (%s, %s, %s, {valid}) returning id",
        [plot, kind, blocks],
    )


def a_source(connection: Connection, kind: str = "survey") -> UUID:
    return _id(
        connection,
        "insert into register.source (kind, title_ar, title_en) values (%s, 'مستند', 'Paper') returning id",
        [kind],
    )
