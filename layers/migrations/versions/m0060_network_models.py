# SPDX-License-Identifier: Apache-2.0
"""Models of networks kept whole, and files kept with their sources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0040"
branch_labels = None
depends_on = None


def _row(*columns: "sa.Column[object]") -> "list[sa.Column[object]]":
    """What every row of the register has, around its own columns."""
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        *columns,
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "source_file",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_source_file_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_file")),
        schema="register",
    )
    op.create_table(
        "network_model",
        *_row(
            sa.Column("code", sa.Text(), nullable=False),
            sa.Column("format", sa.Text(), nullable=False),
            sa.Column("utility", sa.Text(), nullable=False),
            sa.Column("crs", sa.Text(), nullable=True),
            sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_network_model_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_model")),
        sa.UniqueConstraint("code", name=op.f("uq_network_model_code")),
        schema="register",
    )
    op.create_table(
        "model_table",
        *_row(
            sa.Column("model_id", sa.Uuid(), nullable=False),
            sa.Column("ord", sa.Integer(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("head", sa.Text(), nullable=False),
            sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["register.network_model.id"], name=op.f("fk_model_table_model_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_model_table_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_table")),
        schema="register",
    )
    op.create_table(
        "model_row",
        *_row(
            sa.Column("table_id", sa.Uuid(), nullable=False),
            sa.Column("ord", sa.Integer(), nullable=False),
            sa.Column("ref", sa.Text(), nullable=True),
            sa.Column("stated", sa.Text(), nullable=False),
            sa.Column("line", sa.Text(), nullable=True),
        ),
        sa.ForeignKeyConstraint(["table_id"], ["register.model_table.id"], name=op.f("fk_model_row_table_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_model_row_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_row")),
        schema="register",
    )
    op.create_index(op.f("ix_model_table_model_id"), "model_table", ["model_id"], unique=False, schema="register")
    for table in ("network_model", "model_table", "model_row"):
        op.create_index(op.f(f"ix_{table}_source_id"), table, ["source_id"], unique=False, schema="register")
    op.create_index("uq_model_row_table_ord", "model_row", ["table_id", "ord"], unique=True, schema="register")


def downgrade() -> None:
    for table in ("model_row", "model_table", "network_model", "source_file"):
        op.drop_table(table, schema="register")
