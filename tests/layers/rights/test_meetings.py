# SPDX-License-Identifier: Apache-2.0
"""The committee: an agenda of files before it, a quorum after recusals, minutes that close a meeting for good."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from layers.embedded import Cluster
from tests.conftest import a_register
from tests.layers.refusing import refused
from tests.layers.rights.filing import Office, an_office, decided, one, step


@pytest.fixture(scope="module")
def office(cluster: Cluster, template: str) -> Iterator[Office]:
    with a_register(cluster, template) as register:
        yield an_office(register)


def closed(office: Office) -> tuple[UUID, UUID]:
    file = office.at("COM")
    with office.writing("committee") as connection:
        return file, decided(connection, file)


@pytest.mark.parametrize(
    "statement",
    [
        "update register.meeting_item set decision = 'reject', reason = 'x' where meeting_id = %s",
        "delete from register.meeting_item where meeting_id = %s",
        "update register.meeting_member set present = false where meeting_id = %s",
        "insert into register.meeting_member (meeting_id, name) values (%s, 'Late')",
        "update register.meeting set held_on = held_on - 1 where id = %s",
        "insert into register.recusal (item_id, member_id, reason) select i.id, m.id, 'x' from register.meeting_item i "
        "join register.meeting_member m using (meeting_id) where meeting_id = %s limit 1",
    ],
)
def test_a_closed_meeting_stays_as_its_minutes_say(office: Office, statement: str) -> None:
    _, meeting = closed(office)
    with refused(office.register, "MG021") as attempt:
        attempt.connection.execute(statement, [meeting])
    assert attempt.facts["block"] == "meeting_closed"


def test_a_meeting_is_not_closed_without_minutes(office: Office) -> None:
    with refused(office.register, "MG021") as attempt:
        meeting = one(
            attempt.connection,
            "insert into register.meeting (zone_id, held_on) values (%s, current_date) returning id",
            office.zone,
        )
        attempt.connection.execute("update register.meeting set state = 'closed' where id = %s", [meeting])
    assert attempt.facts["block"] == "minutes_missing"


def test_the_agenda_holds_files_that_are_before_the_committee(office: Office) -> None:
    file = office.at("TEC")
    with refused(office.register, "MG021") as attempt:
        decided(attempt.connection, file)
    assert attempt.facts["block"] == "not_before_committee"


def test_one_act_serves_many_files(office: Office) -> None:
    files = [office.at("COM") for _ in range(3)]
    with office.writing("committee") as connection:
        for file in files:
            decided(connection, file)
            step(connection, file, "OFR")
    assert [office.state(file) for file in files] == ["OFR"] * 3


def test_two_meetings_have_numbers_that_follow(office: Office) -> None:
    with office.writing() as connection:
        numbers = [
            str(
                one(
                    connection,
                    "insert into register.meeting (zone_id, held_on, number) values (%s, current_date, 'X') returning number",
                    office.zone,
                )
            )
            for _ in range(2)
        ]
    first, second = (int(number.rsplit("-", 1)[-1]) for number in numbers)
    assert second == first + 1
