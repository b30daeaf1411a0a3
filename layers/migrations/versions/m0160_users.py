# SPDX-License-Identifier: Apache-2.0
"""Users, their duties, delegations and sessions; counts of failed attempts; who did which act."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, ExcludeConstraint

revision = "0160"
down_revision = "0116"
branch_labels = None
depends_on = None

ROLES = "'investor','planner','approver','port_operator','nda','reconstruction_fund','auditor','admin'"
DUTIES = "'registrar','surveyor','legal','finance'"
NOW = sa.text("clock_timestamp()")
RANDOM = sa.text("gen_random_uuid()")


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable, server_default=default)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=None if nullable else NOW)


def _uuid(name: str, to: str | None = None, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Uuid(), *([sa.ForeignKey(f"register.{to}.id")] if to else []), nullable=nullable)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), server_default=RANDOM, primary_key=True),
        _text("login"),
        _text("name_ar"),
        _text("name_en"),
        _text("language", default="ar"),
        _text("role"),
        _uuid("party_id", "party", nullable=True),
        sa.Column("zones", ARRAY(sa.Text()), server_default=sa.text("array['*']"), nullable=False),
        _moment("made_at"),
        _moment("disabled_at", nullable=True),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
        _check("user_account", "login_plain", "login ~ '^[a-z0-9][a-z0-9._@+-]{2,99}$'"),
        _check("user_account", "named", "name_ar ~ '\\S' and name_en ~ '\\S' and greatest(length(name_ar), length(name_en)) <= 200"),
        _check("user_account", "language", "language in ('ar','en')"),
        _check("user_account", "role", f"role in ({ROLES})"),
        _check(
            "user_account", "belongs_to_a_party",
            "party_id is not null or role not in ('investor','port_operator','nda','reconstruction_fund')",
        ),
        _check("user_account", "zones", "cardinality(zones) > 0 and array_position(zones, null) is null"),
        schema="register",
    )  # fmt: skip
    op.create_index(op.f("ix_user_account_party_id"), "user_account", ["party_id"], schema="register")
    op.create_table(
        "user_password",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("register.user_account.id"), primary_key=True),
        _text("hash"),
        _moment("set_at"),
        schema="register",
    )
    op.create_table(
        "user_duty",
        sa.Column("id", sa.Uuid(), server_default=RANDOM, primary_key=True),
        _uuid("user_id", "user_account"),
        _text("duty"),
        sa.Column("valid", TSTZRANGE(), nullable=False),
        _text("given_by"),
        _moment("given_at"),
        _check("user_duty", "duty", f"duty in ({DUTIES})"),
        _check("user_duty", "valid_not_empty", "not isempty(valid)"),
        ExcludeConstraint(
            ("user_id", "="), ("duty", "="), ("valid", "&&"), using="gist", name="duty_given_once_at_a_time"
        ),
        schema="register",
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), server_default=RANDOM, primary_key=True),
        _uuid("from_id", "user_account"),
        _uuid("to_id", "user_account"),
        _text("duty"),
        sa.Column("valid", TSTZRANGE(), nullable=False),
        _text("reason"),
        _text("given_by"),
        _moment("given_at"),
        _check("delegation", "duty", f"duty in ({DUTIES},'approver')"),
        _check("delegation", "to_another", "from_id <> to_id"),
        _check("delegation", "reason", "reason ~ '\\S' and length(reason) <= 500"),
        _check(
            "delegation", "valid_bounded",
            "isempty(valid) is false and lower(valid) is not null and upper(valid) <= lower(valid) + interval '1 year'",
        ),
        schema="register",
    )  # fmt: skip
    op.create_index("ix_delegation_to_id", "delegation", ["to_id"], schema="register")
    op.create_index("ix_delegation_from_id", "delegation", ["from_id"], schema="register")
    op.create_table(
        "approver_asked",
        sa.Column("id", sa.Uuid(), server_default=RANDOM, primary_key=True),
        _uuid("user_id", "user_account"),
        _text("asked_by"),
        _moment("asked_at"),
        _text("confirmed_by", nullable=True),
        _moment("confirmed_at", nullable=True),
        _moment("withdrawn_at", nullable=True),
        sa.Column("opens", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _check("approver_asked", "two_admins", "confirmed_by <> asked_by"),
        _check("approver_asked", "confirmed", "num_nonnulls(confirmed_by, confirmed_at) in (0, 2)"),
        schema="register",
    )
    op.create_index(
        "uq_approver_asked_open", "approver_asked", ["user_id"], unique=True,
        postgresql_where=sa.text("confirmed_at is null and withdrawn_at is null"), schema="register",
    )  # fmt: skip
    op.create_table(
        "attempt",
        sa.Column("key_sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        _moment("expires"),
        schema="register",
    )
    op.create_index("ix_attempt_expires", "attempt", ["expires"], schema="register")
    op.create_table(
        "act",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        _uuid("object_id"),
        _text("act"),
        _uuid("person"),
        _uuid("on_behalf", nullable=True),
        _moment("at"),
        schema="register",
    )
    op.create_index("ix_act_object_id", "act", ["object_id"], schema="register")
    op.add_column("admin_link", _uuid("user_id", "user_account", nullable=True), schema="register")
    op.add_column("session", _uuid("user_id", "user_account", nullable=True), schema="register")
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], schema="register")


def downgrade() -> None:
    op.drop_column("session", "user_id", schema="register")
    op.drop_column("admin_link", "user_id", schema="register")
    for name in (
        "act",
        "attempt",
        "approver_asked",
        "delegation",
        "user_duty",
        "user_password",
        "user_account",
    ):
        op.drop_table(name, schema="register")
