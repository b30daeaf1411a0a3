# SPDX-License-Identifier: Apache-2.0
"""Documents of projects as they came."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0100"
down_revision = "0091"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project_record",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("version_after", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["register.project.id"], name=op.f("fk_project_record_project_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_project_record_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_record")),
        sa.UniqueConstraint("number", name=op.f("uq_project_record_number")),
        schema="register",
    )
    for column in ("project_id", "source_id"):
        op.create_index(
            op.f(f"ix_project_record_{column}"), "project_record", [column], unique=False, schema="register"
        )
    op.create_index("ix_project_record_external_id", "project_record", ["external_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_table("project_record", schema="register")
