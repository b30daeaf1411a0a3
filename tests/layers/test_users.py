# SPDX-License-Identifier: Apache-2.0
"""Users: nobody writes them but through the register's own functions, and no act of two is done by one, whoever writes."""

import json
from uuid import UUID, uuid4

import psycopg
import pytest

from layers.actors import Actor, as_actor, did
from layers.matrix import BY_DUTY, DELEGABLE, DUTIES, INCOMPATIBLE, MATRIX, ON_DUTY, ROLES, Scope, known
from layers.refusals import FourEyes, NeedsTwoAdmins, NotThatUser, NotYours
from tests.conftest import Connection, Register
from tests.signing_in import a_user, actor


def set_role(connection: Connection, user: UUID, role: str) -> None:
    connection.execute("select register.set_role(%s, %s)", [user, role])


# -- the matrix --------------------------------------------------------------------------------------------------------

GUIDE = """
published/read            all   all all all all all all all all
plans/read                -     -   all all area all funded all -
plans/write               -     -   all -   -   -   -   -   -
plans/submit              -     -   all -   -   -   -   -   -
plans/approve             -     -   -   all -   -   -   -   -
terms/read                published own all all - all funded all -
terms/write               -     -   all -   -   -   -   -   -
terms/approve             -     -   -   all -   -   -   -   -
applications/read         -     own all all -   all funded all -
applications/write        -     own -   -   -   -   -   -   -
applications/submit       -     own -   -   -   -   -   -   -
applications/approve      -     -   -   all -   step step -   -
allocations/read          published own all all area all funded all -
allocations/submit        -     -   all -   -   -   -   -   -
allocations/approve       -     -   -   all -   -   -   -   -
names/read                published published all all area all funded all -
documents/read            published own all all tagged all funded all -
sensitive/read            -     own all all own all -   all -
sensitive/write           -     -   -   -   own -   -   -   -
files/read                published own all all own all funded all -
files/bring               -     -   all -   -   -   -   -   -
events/read               -     own own all own all funded all security
events/verify             -     -   -   -   -   -   -   all -
users/read                -     own -   -   own own own all all
users/write               -     -   -   -   -   -   -   -   all
users/approve             -     -   -   -   -   -   -   -   all
installation/read         -     -   -   -   -   -   -   all all
installation/tend         -     -   -   -   -   -   -   -   all
"""


def test_the_matrix_is_the_guides() -> None:
    """Written out a second time, as the table that people agreed on: a slip in one of the two is seen."""
    read: dict[str, list[str]] = {}
    for line in GUIDE.split("\n"):
        if line:
            name, *cells = line.split()
            read[name] = cells
    held = {
        f"{resource}/{action}": [str(reach.get(role, "-")) for role in ROLES]
        for resource, actions in MATRIX.items()
        for action, reach in actions.items()
        if resource not in ("pages", "health", "session", "account") and action != "export"
    }
    assert held == read


def test_nobody_but_the_signed_in_has_an_account_and_duties_are_for_those_who_may_have_them() -> None:
    assert set(MATRIX["account"]["read"]) == set(ROLES) - {"public"}
    assert set(BY_DUTY) == set(DUTIES) and set(ROLES) > ON_DUTY and set(DELEGABLE) - set(DUTIES) == {"approver"}
    assert known("allocations", "sign") and not known("allocations", "fly") and not known("moon", "read")


def test_a_duty_reaches_what_the_role_does_not() -> None:
    planner = Actor(uuid4(), "planner", frozenset({"planner"}))
    registrar = Actor(uuid4(), "planner", frozenset({"planner"}), frozenset({"registrar"}))
    assert not planner.may("applications", "write") and registrar.scope("applications", "write") is Scope.ALL
    with pytest.raises(NotYours):
        planner.require("allocations", "sign")
    registrar.require("allocations", "sign")


# -- roles -------------------------------------------------------------------------------------------------------------


def test_an_approver_is_made_by_two_admins(register: Register) -> None:
    one, other = (actor(register, a_user(register, "admin")) for _ in range(2))
    amina = a_user(register, "planner")
    with register.connect("marsa_staff") as connection:
        with as_actor(connection, one):
            set_role(connection, amina, "approver")
        assert actor(register, amina).role == "planner"
        with pytest.raises(NeedsTwoAdmins), as_actor(connection, one):
            connection.execute("select register.confirm_approver(%s)", [amina])
        link = Actor(uuid4(), "admin", frozenset({"admin"}))
        with pytest.raises(NeedsTwoAdmins), as_actor(connection, link):
            connection.execute("select register.confirm_approver(%s)", [amina])
        with as_actor(connection, other):
            connection.execute("select register.confirm_approver(%s)", [amina])
    assert actor(register, amina).role == "approver"


def test_nobody_makes_an_approver_by_going_round(register: Register) -> None:
    amina = a_user(register, "planner")
    with register.connect() as connection, pytest.raises(psycopg.Error) as error:
        connection.execute("update register.user_account set role = 'approver' where id = %s", [amina])
    assert error.value.sqlstate == "MG062"
    with register.connect() as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "insert into register.approver_asked (user_id, asked_by, confirmed_by, confirmed_at) "
            "values (%s, 'admin:1', 'admin:1', now())",
            [amina],
        )


def test_only_an_admin_keeps_users(register: Register) -> None:
    amina = a_user(register, "planner")
    for role in ("planner", "approver", "auditor", "nda"):
        who = actor(register, a_user(register, role))
        with register.connect("marsa_staff") as connection, pytest.raises(NotYours), as_actor(connection, who):
            set_role(connection, amina, "admin")
    with register.connect("marsa_staff") as connection:
        for statement in (
            "update register.user_account set role = 'admin'",
            "insert into register.user_duty (user_id, duty, valid, given_by) values (gen_random_uuid(), 'legal', 'empty', '')",
            "select * from register.user_password",
            "select * from register.session",
            "delete from register.act",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


# -- duties and delegation ---------------------------------------------------------------------------------------------


def test_a_duty_is_delegated_for_its_days_and_no_longer_than_its_holder_has_it(register: Register) -> None:
    amina, basim = a_user(register, "planner", ["finance"]), a_user(register, "planner")
    with register.connect("marsa_staff") as connection, as_actor(connection, actor(register, amina)):
        connection.execute(
            "select register.delegate(%s, %s, 'finance', now(), now() + interval '1 week', 'leave')", [amina, basim]
        )
    assert actor(register, basim).standing_in("finance").act_as == amina
    assert f"for {amina}" in actor(register, basim).standing_in("finance").event_name
    with register.connect() as connection:
        connection.execute("update register.user_duty set valid = tstzrange(now() - interval '2 s', now())")
    assert actor(register, basim).duties == frozenset()
    with pytest.raises(NotYours):
        actor(register, basim).standing_in("finance")


def test_what_cannot_be_delegated(register: Register) -> None:
    amina = a_user(register, "planner", ["finance"])
    who, basim, auditor = actor(register, amina), a_user(register), a_user(register, "auditor")
    for duty, begins, ends, to in (
        ("legal", "now()", "now() + interval '1 day'", basim),  # not hers to give
        ("finance", "now()", "now()", basim),
        ("finance", "now()", "now() + interval '2 years'", basim),
        ("finance", "now() - interval '2 days'", "now() - interval '1 day'", basim),
        ("finance", "now()", "now() + interval '1 day'", auditor),
        ("finance", "now()", "now() + interval '1 day'", amina),
    ):
        with register.connect("marsa_staff") as connection, pytest.raises(NotThatUser), as_actor(connection, who):
            connection.execute(f"select register.delegate(%s, %s, %s, {begins}, {ends}, 'leave')", [amina, to, duty])


def test_an_admin_does_not_hand_over_approval_for_its_holder(register: Register) -> None:
    amina, basim = a_user(register, "approver"), a_user(register, "planner")
    delegate = "select register.delegate(%s, %s, 'approver', now(), now() + interval '1 day', 'leave')"
    with (
        register.connect("marsa_staff") as connection,
        pytest.raises(NeedsTwoAdmins),
        as_actor(connection, actor(register, a_user(register, "admin"))),
    ):
        connection.execute(delegate, [amina, basim])
    with register.connect("marsa_staff") as connection, as_actor(connection, actor(register, amina)):
        connection.execute(delegate, [amina, basim])
    assert actor(register, basim).may("plans", "approve")


# -- four eyes ---------------------------------------------------------------------------------------------------------


def test_one_person_does_not_do_both_acts_of_a_pair(register: Register) -> None:
    amina, basim = (actor(register, a_user(register)) for _ in range(2))
    for first, second in (*INCOMPATIBLE, *((other, one) for one, other in INCOMPATIBLE)):
        row = uuid4()
        with register.connect("marsa_staff") as connection:
            with as_actor(connection, amina):
                did(connection, first, row)
                did(connection, first, row)
            with pytest.raises(FourEyes), as_actor(connection, amina):
                did(connection, second, row)
            with as_actor(connection, amina):
                did(connection, second, uuid4())
            with as_actor(connection, basim):
                did(connection, second, row)


def test_who_stands_in_for_somebody_counts_as_both(register: Register) -> None:
    amina, basim = a_user(register, "planner", ["registrar"]), a_user(register)
    with register.connect("marsa_staff") as connection:
        with as_actor(connection, actor(register, amina)):
            did(connection, "report", row := uuid4())
            connection.execute(
                "select register.delegate(%s, %s, 'registrar', now(), now() + interval '1 day', 'ill')", [amina, basim]
            )
        with pytest.raises(FourEyes), as_actor(connection, actor(register, basim).standing_in("registrar")):
            did(connection, "decide", row)


def test_four_eyes_hold_in_psql_too(register: Register) -> None:
    """Round the service: as whoever owns everything, straight into the table."""
    person, row = uuid4(), uuid4()
    insert = "insert into register.act (object_id, act, person) values (%s, %s, %s)"
    with register.connect() as connection:
        connection.execute(insert, [row, "decide", person])
    with register.connect() as connection, pytest.raises(psycopg.Error) as error:
        connection.execute(insert, [row, "approve", person])
    assert error.value.sqlstate == "MG060"
    assert json.loads(error.value.diag.message_detail or "{}") == {"act": "approve", "other": "decide"}
    for statement in ("update register.act set person = gen_random_uuid()", "delete from register.act"):
        with register.connect() as connection, pytest.raises(psycopg.Error) as error:
            connection.execute(statement)
        assert error.value.sqlstate == "MG006"
    with register.connect("marsa_staff") as connection, pytest.raises(psycopg.Error) as error:
        connection.execute("select register.did('report', %s)", [row])
    assert error.value.sqlstate == "MG061"


# -- the transaction ---------------------------------------------------------------------------------------------------


def test_events_name_the_actor_and_nothing_of_it_stays_on_the_connection(register: Register) -> None:
    amina = actor(register, a_user(register))
    with register.connect("marsa_staff", autocommit=True) as connection:
        with as_actor(connection, amina):
            connection.execute("select register.record_event('seen', 'zone', null)")
        left = connection.execute(
            "select string_agg(coalesce(current_setting('marsa.' || name, true), ''), '') "
            "from unnest(array['actor','user','act_as','roles','duties','party','zones']) name"
        ).fetchone()
        assert left == ("",)
    with register.connect() as reader:  # the floor shows nobody's events to whoever does not say who they are
        named = reader.execute("select actor from register.event where action = 'seen'").fetchone()
    assert named == (f"planner:{amina.id}",)
