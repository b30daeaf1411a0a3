# SPDX-License-Identifier: Apache-2.0
"""Files on their way in, and what was answered about the files of each sender."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0110"
down_revision = "0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="sending", nullable=False),
        sa.Column("answers", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("job", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint("state in ('sending','here','committed','undone')", name=op.f("ck_incoming_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        schema="register",
    )
    op.create_index("ix_incoming_made_at", "incoming", ["made_at"], schema="register")
    op.create_index("ix_incoming_import_id", "incoming", ["import_id"], schema="register")
    op.create_table(
        "import_memory",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("headings", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("sender", "headings", name=op.f("pk_import_memory")),
        schema="register",
    )


def downgrade() -> None:
    op.drop_table("import_memory", schema="register")
    op.drop_table("incoming", schema="register")
