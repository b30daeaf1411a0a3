# SPDX-License-Identifier: Apache-2.0
"""Moments at which something begins or ends by time alone; long jobs and how far they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Filled with what is to come when views and triggers are put in place, right after this.
    op.create_table(
        "moment",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("at", "table_name", "row_id", name=op.f("pk_moment")),
        schema="register",
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("share", sa.Double(), server_default="0", nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("stop_asked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting','running','done','refused','failed','stopped')", name=op.f("ck_job_state")
        ),
        sa.CheckConstraint("share between 0 and 1", name=op.f("ck_job_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        schema="register",
    )
    op.create_index("ix_job_asked_at", "job", ["asked_at"], schema="register")


def downgrade() -> None:
    op.drop_table("job", schema="register")
    op.drop_table("moment", schema="register")
