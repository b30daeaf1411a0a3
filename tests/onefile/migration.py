# SPDX-License-Identifier: Apache-2.0
"""Solar farms."""

import sqlalchemy as sa
from alembic import op

import layers.base

revision = "solar"
down_revision = "HEAD"  # the test writes the newest revision here
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "solar_farm",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("panel", sa.Text(), nullable=False),
        sa.Column("peak_mw", sa.Double(), nullable=True),
        sa.Column("offered_lyd_kwh", sa.Numeric(precision=8, scale=4), nullable=True),
        sa.Column("area_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="POLYGON"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="POLYGON", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="POLYGON"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("peak_mw > 0", name=op.f("ck_solar_farm_peak_positive")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_solar_farm_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solar_farm")),
        sa.UniqueConstraint("code", name=op.f("uq_solar_farm_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_solar_farm_tile_id")),
        schema="register",
    )
    for column in ("geom", "geom_3857", "geom_4326"):
        op.create_index(f"ix_solar_farm_{column}", "solar_farm", [column], schema="register", postgresql_using="gist")
    op.create_index(op.f("ix_solar_farm_source_id"), "solar_farm", ["source_id"], schema="register")


def downgrade() -> None:
    op.drop_table("solar_farm", schema="register")
