# SPDX-License-Identifier: Apache-2.0
"""Every plot number that was ever given, answers to commands by their keys, and what acts on the fabric changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0170"
down_revision = "0140"
branch_labels = None
depends_on = None

NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.add_column("zone", sa.Column("plot_number_pattern", sa.Text()), schema="register")
    op.create_table(
        "plot_number_given",
        sa.Column("plot_number", sa.Text(), primary_key=True),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        schema="register",
    )
    op.create_index(op.f("ix_plot_number_given_plot_id"), "plot_number_given", ["plot_id"], schema="register")
    op.execute(
        "insert into register.plot_number_given (plot_number, plot_id, given_at) "
        "select plot_number, id, recorded_from from register.plot"
    )
    op.create_table(
        "command_answer",
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        schema="register",
    )
    op.create_table(
        "fabric_act",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), primary_key=True),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plot_number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="done", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("images", JSONB(), nullable=False),
        sa.CheckConstraint("state in ('done','undone','dropped')", name=op.f("ck_fabric_act_state")),
        schema="register",
    )
    op.create_index("ix_fabric_act_user", "fabric_act", ["user_id", "number"], schema="register")


def downgrade() -> None:
    for table in ("fabric_act", "command_answer", "plot_number_given"):
        op.drop_table(table, schema="register")
    op.drop_column("zone", "plot_number_pattern", schema="register")
