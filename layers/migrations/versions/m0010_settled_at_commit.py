# SPDX-License-Identifier: Apache-2.0
"""What a transaction touches is settled at commit: notes of it, lineage of plots, drafts of legal events, the clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import layers.base

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock",
        sa.Column("only_row", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("ran_until", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("only_row", name=op.f("ck_clock_only_row")),
        sa.PrimaryKeyConstraint("only_row", name=op.f("pk_clock")),
        schema="register",
    )
    op.create_table(
        "event_draft",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "transaction_no",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_table", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_draft")),
        schema="register",
    )
    op.create_index(
        op.f("ix_event_draft_transaction_no"), "event_draft", ["transaction_no"], unique=False, schema="register"
    )
    op.create_table(
        "moved_plot",
        sa.Column("transaction_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="POLYGON"), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("transaction_no", "plot_id", name=op.f("pk_moved_plot")),
        schema="register",
    )
    op.create_table(
        "touched",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "transaction_no",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        sa.Column("plots", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("fabric", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("rights", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("blocks", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("lineages", postgresql.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("cells", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched")),
        schema="register",
    )
    op.create_index(op.f("ix_touched_transaction_no"), "touched", ["transaction_no"], unique=False, schema="register")
    op.create_table(
        "plot_change",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_plot_change_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_change")),
        schema="register",
    )
    op.create_index(op.f("ix_plot_change_source_id"), "plot_change", ["source_id"], unique=False, schema="register")
    op.create_table(
        "plot_change_part",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("role in ('parent', 'child')", name=op.f("ck_plot_change_part_role")),
        sa.ForeignKeyConstraint(["change_id"], ["register.plot_change.id"], name=op.f("fk_plot_change_part_change_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_plot_change_part_plot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_plot_change_part_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_change_part")),
        sa.UniqueConstraint("change_id", "plot_id", "role", name=op.f("uq_plot_change_part_change_id_plot_id_role")),
        schema="register",
    )
    op.create_index(
        op.f("ix_plot_change_part_plot_id"), "plot_change_part", ["plot_id"], unique=False, schema="register"
    )
    op.create_index(
        op.f("ix_plot_change_part_source_id"), "plot_change_part", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "plot_change_right",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["register.plot_change.id"], name=op.f("fk_plot_change_right_change_id")
        ),
        sa.ForeignKeyConstraint(["from_id"], ["register.tenure_slot.id"], name=op.f("fk_plot_change_right_from_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_plot_change_right_source_id")),
        sa.ForeignKeyConstraint(["to_id"], ["register.tenure_slot.id"], name=op.f("fk_plot_change_right_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_change_right")),
        sa.UniqueConstraint("from_id", name=op.f("uq_plot_change_right_from_id")),
        schema="register",
    )
    op.create_index(
        op.f("ix_plot_change_right_change_id"), "plot_change_right", ["change_id"], unique=False, schema="register"
    )
    op.create_index(
        op.f("ix_plot_change_right_source_id"), "plot_change_right", ["source_id"], unique=False, schema="register"
    )
    op.create_index(op.f("ix_plot_change_right_to_id"), "plot_change_right", ["to_id"], unique=False, schema="register")
    op.add_column(
        "change",
        sa.Column(
            "transaction_no",
            sa.BigInteger(),
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            nullable=False,
        ),
        schema="register",
    )
    op.create_index(op.f("ix_change_transaction_no"), "change", ["transaction_no"], unique=False, schema="register")
    op.drop_constraint(op.f("fk_change_layer_id"), "change", schema="register", type_="foreignkey")


def downgrade() -> None:
    op.create_foreign_key(
        op.f("fk_change_layer_id"),
        "change",
        "layer_version",
        ["layer_id"],
        ["layer_id"],
        source_schema="register",
        referent_schema="register",
    )
    op.drop_index(op.f("ix_change_transaction_no"), table_name="change", schema="register")
    op.drop_column("change", "transaction_no", schema="register")
    op.drop_index(op.f("ix_plot_change_right_to_id"), table_name="plot_change_right", schema="register")
    op.drop_index(op.f("ix_plot_change_right_source_id"), table_name="plot_change_right", schema="register")
    op.drop_index(op.f("ix_plot_change_right_change_id"), table_name="plot_change_right", schema="register")
    op.drop_table("plot_change_right", schema="register")
    op.drop_index(op.f("ix_plot_change_part_source_id"), table_name="plot_change_part", schema="register")
    op.drop_index(op.f("ix_plot_change_part_plot_id"), table_name="plot_change_part", schema="register")
    op.drop_table("plot_change_part", schema="register")
    op.drop_index(op.f("ix_plot_change_source_id"), table_name="plot_change", schema="register")
    op.drop_table("plot_change", schema="register")
    op.drop_index(op.f("ix_touched_transaction_no"), table_name="touched", schema="register")
    op.drop_table("touched", schema="register")
    op.drop_table("moved_plot", schema="register")
    op.drop_index(op.f("ix_event_draft_transaction_no"), table_name="event_draft", schema="register")
    op.drop_table("event_draft", schema="register")
    op.drop_table("clock", schema="register")
