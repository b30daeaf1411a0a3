# SPDX-License-Identifier: Apache-2.0
"""Keys under which commands happen once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0182"
down_revision = "0170"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "command_key",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name=op.f("pk_command_key")),
        schema="register",
    )
    op.create_index(op.f("ix_command_key_at"), "command_key", ["at"], schema="register")


def downgrade() -> None:
    op.drop_table("command_key", schema="register")
