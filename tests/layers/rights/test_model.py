# SPDX-License-Identifier: Apache-2.0
"""Whatever steps people take in whatever order, the register and the table of steps agree.

`MARSA_TEST_RIGHTS_EXAMPLES` makes the walk long.
"""

import json
import os
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from layers.rights.machine import STEPS, step
from layers.rights.model import Model
from tests.conftest import Connection, Register
from tests.layers.rights.filing import Office, an_office, decided, paid, paper, settled
from tests.layers.rights.filing import step as write

SHORT = 4
"""Walks in the suite: always the same ones. More than these are other ones each time."""
EXAMPLES = int(os.environ.get("MARSA_TEST_RIGHTS_EXAMPLES", str(SHORT)))
EVENTS = sorted({s.event for s in STEPS if s.machine == "application" and s.before} - {"sign", "hand_over"})
PLOTS = 2
WITH: dict[str, dict[str, object]] = {
    "return": {"return_reasons": ["paper_missing"]},
    "resubmit": {"answered": ["paper_missing"]},
    "reject": {"reason": "Too small"},
    "cancel": {"reason": "Asked by the ministry"},
    "lapse": {"notice_no": "NTC-1"},
}


def prepare(connection: Connection, file: UUID, event: str, state: str) -> None:
    """Everything that the step needs but the plot and the state."""
    match event:
        case "report":
            paper(connection, file, "report")
        case "offer" | "reject" if state == "COM":
            decided(connection, file, event, reason="As the minutes say")
        case "accept":
            if state == "OFR":
                paid(connection, file)
        case "approve":
            settled(connection, file)
        case "cancel":
            paper(connection, file, "opinion")
        case "appeal":
            paper(connection, file, "opinion")
            paper(connection, file, "appeal")
        case "lapse" if state in ("RIN", "RTN", "OFR", "ACC", "APR"):
            connection.execute(
                "update register.application set due_by = now() - interval '1 day', reason = 'x' where id = %s", [file]
            )


def machine_over(office: Office) -> type[RuleBasedStateMachine]:
    class Walk(RuleBasedStateMachine):
        """Files on two plots; each step is one transaction of another person."""

        def __init__(self) -> None:
            super().__init__()
            self.model = Model()
            self.plots = [office.plot() for _ in range(PLOTS)]
            self.files: list[UUID] = []

        @rule(plot=st.integers(0, PLOTS - 1))
        def begin(self, plot: int) -> None:
            file = office.file(self.plots[plot])
            self.files.append(file)
            self.model.begin(str(file), str(self.plots[plot]))

        @rule(which=st.integers(0, 9), event=st.sampled_from(EVENTS), lawful=st.booleans(), pick=st.integers(0, 9))
        def take(self, which: int, event: str, lawful: bool, pick: int) -> None:
            if not self.files:
                return
            file = self.files[which % len(self.files)]
            state = self.model.state[str(file)]
            ahead = [s.event for s in STEPS if s.machine == "application" and state in s.before and s.event in EVENTS]
            if lawful and ahead:  # most random words lead nowhere
                event = ahead[pick % len(ahead)]
            after = step("application", event).after
            if after == state:
                return
            expected = self.model.take(str(file), event)
            found = None
            try:
                with office.writing(f"who does {event}") as connection:
                    prepare(connection, file, event, state)
                    write(connection, file, after, **WITH.get(event, {}))
            except psycopg.Error as error:
                assert error.sqlstate == "MG021", error
                found = json.loads(error.diag.message_detail or "{}")["block"]
            # A wrong event may lead where a right one does from this state; then the database judges that one.
            if expected == "step_unknown" and any(s.after == after and state in s.before for s in STEPS):
                self.model.state[str(file)] = office.state(file)
                return
            assert found == expected, (state, event)

        @invariant()
        def the_register_agrees(self) -> None:
            for file in self.files:
                right = self.model.right(str(file))
                assert office.state(file) == self.model.state[str(file)]
                assert office.slots(file) == ([right] if right else [])

    return Walk


def test_every_walk_of_files_agrees_with_the_table_of_steps(register: Register) -> None:
    office = an_office(register)
    run_state_machine_as_test(
        machine_over(office),
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=20, deadline=None, derandomize=EXAMPLES <= SHORT, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
