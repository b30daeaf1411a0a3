# SPDX-License-Identifier: Apache-2.0
"""Arcs of borders keep the radius and length that the plan gives them, beside the short lines that are drawn for them."""

import sqlalchemy as sa
from alembic import op

import layers.base

revision = "0140"
down_revision = "0181"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boundary_arc",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=False),
        sa.Column("length_m", sa.Double(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="LINESTRING"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="LINESTRING", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="LINESTRING"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("radius_m > 0 and length_m > 0", name=op.f("ck_boundary_arc_measures_positive")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_boundary_arc_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_arc")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_boundary_arc_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_boundary_arc_geom", "boundary_arc", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_boundary_arc_geom_3857",
        "boundary_arc",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_boundary_arc_geom_4326",
        "boundary_arc",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_boundary_arc_source_id"), "boundary_arc", ["source_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_table("boundary_arc", schema="register")
