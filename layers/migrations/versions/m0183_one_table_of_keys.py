# SPDX-License-Identifier: Apache-2.0
"""Answers to keys are kept in one table, for all commands: that of m0182."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0183"
down_revision = "0182"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No door has used it yet, so nobody's answer is lost.
    op.execute("drop function if exists register.answer_kept(text)")
    op.execute("drop function if exists register.keep_answer(text, bytea, integer, jsonb)")
    op.drop_table("command_answer", schema="register")


def downgrade() -> None:
    op.create_table(
        "command_answer",
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        schema="register",
    )
