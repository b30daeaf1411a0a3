# SPDX-License-Identifier: Apache-2.0
"""Who may do what: the matrix of roles, resources and actions, as data. Routes, commands, pages and tests read it here.

A role is what somebody is; a duty is what somebody is charged with from one day to another. What a role may do to some of
a resource's objects only is said by its scope: which ones these are is asked of the database, under its floor.
"""

from collections.abc import Mapping
from enum import StrEnum


class Scope(StrEnum):
    """To which of a resource's objects a permission reaches."""

    ALL = "all"
    PUBLISHED = "published"
    OWN = "own"
    """Of the user's own party; of events: what the user did."""
    AREA = "area"
    """On land that the user's party runs or occupies."""
    FUNDED = "funded"
    """On land of projects that the user's party has a part in."""
    TAGGED = "tagged"
    """Marked as meant for the user's party."""
    STEP = "step"
    """Where the law gives the user's body a step of its own."""
    SECURITY = "security"
    """Events about users, sessions and settings."""


ROLES = (
    "public",
    "investor",
    "planner",
    "approver",
    "port_operator",
    "nda",
    "reconstruction_fund",
    "auditor",
    "admin",
)
DUTIES = ("registrar", "surveyor", "legal", "finance")
OF_A_PARTY = frozenset({"investor", "port_operator", "nda", "reconstruction_fund"})
"""Roles that somebody has for a party; the account names it."""
ON_DUTY = frozenset({"planner", "approver", "nda", "reconstruction_fund"})
"""Roles whose holders can be charged with a duty. Who keeps the users or looks over shoulders has none."""
DELEGABLE = (*DUTIES, "approver")

Reach = Mapping[str, Scope]
Actions = Mapping[str, Reach]

ALL, PUBLISHED, OWN, AREA, FUNDED, TAGGED, STEP, SECURITY = Scope
EVERYBODY: Reach = dict.fromkeys(ROLES, ALL)
SIGNED_IN: Reach = dict.fromkeys(ROLES[1:], ALL)


def _to(*roles: str, **scoped: Scope) -> Reach:
    return {**dict.fromkeys(roles, ALL), **scoped}


_LAND_READERS = _to("planner", "approver", "nda", "auditor", reconstruction_fund=FUNDED)

MATRIX: Mapping[str, Actions] = {
    # What is published, and the doors to it.
    "pages": {"read": EVERYBODY},
    "published": {"read": EVERYBODY, "export": EVERYBODY},
    "health": {"read": EVERYBODY},
    "session": {"open": EVERYBODY, "end": EVERYBODY},
    "account": {"read": SIGNED_IN, "write": SIGNED_IN},
    # The register.
    "plans": {  # draft plots, layouts, plan units
        "read": {**_LAND_READERS, "port_operator": AREA},
        "write": _to("planner"),
        "submit": _to("planner"),
        "approve": _to("approver"),
    },
    "terms": {  # tariffs and prices
        "read": {**_LAND_READERS, "public": PUBLISHED, "investor": OWN},
        "write": _to("planner"),
        "approve": _to("approver"),
    },
    "applications": {  # and reservations
        "read": {**_LAND_READERS, "investor": OWN},
        "write": _to(investor=OWN),
        "submit": _to(investor=OWN),
        "approve": _to("approver", nda=STEP, reconstruction_fund=STEP),
    },
    "allocations": {  # and contracts, restrictions, claims
        "read": {**_LAND_READERS, "public": PUBLISHED, "investor": OWN, "port_operator": AREA},
        "submit": _to("planner"),
        "approve": _to("approver"),
    },
    "names": {  # of investors: who applied, who holds
        "read": {**_LAND_READERS, "public": PUBLISHED, "investor": PUBLISHED, "port_operator": AREA},
    },
    "documents": {
        "read": {**_LAND_READERS, "public": PUBLISHED, "investor": OWN, "port_operator": TAGGED},
    },
    "sensitive": {  # layers of security and utilities
        "read": _to("planner", "approver", "nda", "auditor", investor=OWN, port_operator=OWN),
        "write": _to(port_operator=OWN),
    },
    "files": {  # import and export in bulk
        "read": {
            **_to("planner", "approver", "nda", "auditor", reconstruction_fund=FUNDED),
            "public": PUBLISHED,
            "investor": OWN,
            "port_operator": OWN,
        },
        "bring": _to("planner"),
    },
    "events": {
        "read": _to(
            "nda",
            "auditor",
            investor=OWN,
            planner=OWN,
            approver=ALL,
            port_operator=OWN,
            reconstruction_fund=FUNDED,
            admin=SECURITY,
        ),
        "verify": _to("auditor"),
    },
    # The installation.
    "users": {
        "read": _to("auditor", "admin", investor=OWN, port_operator=OWN, nda=OWN, reconstruction_fund=OWN),
        "write": _to("admin"),
        "approve": _to("admin"),  # the role of approver: a second admin
    },
    "installation": {"read": _to("auditor", "admin"), "tend": _to("admin")},
}
"""resource → action → role → scope. Being on the machine itself gives nothing."""

BY_DUTY: Mapping[str, Mapping[str, frozenset[str]]] = {
    "registrar": {
        "applications": frozenset({"read", "write", "submit"}),
        "allocations": frozenset({"read", "submit", "sign", "write"}),
        "documents": frozenset({"read", "write"}),
        "names": frozenset({"read", "write"}),
    },
    "surveyor": {
        "plans": frozenset({"read", "survey"}),
        "allocations": frozenset({"read", "hand_over"}),
        "documents": frozenset({"read", "write"}),
    },
    "legal": {
        "applications": frozenset({"read", "review"}),
        "allocations": frozenset({"read", "restrict"}),
        "documents": frozenset({"read", "write"}),
        "names": frozenset({"read"}),
    },
    "finance": {
        "terms": frozenset({"read", "write"}),
        "applications": frozenset({"read", "review"}),
        "allocations": frozenset({"read", "collect"}),
        "documents": frozenset({"read", "write"}),
        "names": frozenset({"read"}),
    },
}
"""duty → resource → actions, beside what the role may. `sign`, `survey`, `hand_over`, `restrict`, `collect`, `review` are of duties alone."""

INCOMPATIBLE = (
    ("draft_layout", "approve_layout"),
    ("report", "decide"),
    ("decide", "approve"),
    ("approve", "sign"),
)
"""Four eyes: acts on one object that no one person does both of, for themselves or for whom they stand in."""


def scope_of(role: str, resource: str, action: str) -> Scope | None:
    """How far a role may do this; None: not at all. Raises KeyError for a resource that there is not."""
    return MATRIX[resource].get(action, {}).get(role)


def known(resource: str, action: str) -> bool:
    """Whether a role or a duty can ever do this."""
    return action in MATRIX.get(resource, {}) or any(action in duty.get(resource, ()) for duty in BY_DUTY.values())
