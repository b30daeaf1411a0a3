# SPDX-License-Identifier: Apache-2.0
"""Rasters, and what terrain says of plots."""

import sqlalchemy as sa
from alembic import op

import layers.base

revision = "0080"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "raster",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("resolution_m", sa.Double(), nullable=False),
        sa.Column("vertical_datum", sa.Text(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("lowest_m", sa.Double(), nullable=True),
        sa.Column("highest_m", sa.Double(), nullable=True),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
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
        sa.CheckConstraint(
            "(kind = 'terrain') = (vertical_datum is not null) and vertical_datum is distinct from 'unknown'",
            name=op.f("ck_raster_vertical_datum"),
        ),
        sa.CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_raster_digest")),
        sa.CheckConstraint("accuracy_m > 0", name=op.f("ck_raster_accuracy")),
        sa.CheckConstraint("resolution_m > 0 and width > 0 and height > 0", name=op.f("ck_raster_sizes")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_raster_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raster")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_raster_tile_id")),
        schema="register",
    )
    op.create_index("ix_raster_geom", "raster", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_raster_geom_3857", "raster", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_raster_geom_4326", "raster", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_raster_source_id"), "raster", ["source_id"], unique=False, schema="register")
    op.create_table(
        "plot_terrain",
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("plot_version", sa.BigInteger(), nullable=False),
        sa.Column("terrain_version", sa.BigInteger(), nullable=False),
        sa.Column("raster_id", sa.Uuid(), nullable=True),
        sa.Column("covered", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("mean_m", sa.Double(), nullable=True),
        sa.Column("lowest_m", sa.Double(), nullable=True),
        sa.Column("highest_m", sa.Double(), nullable=True),
        sa.Column("slope_percent", sa.Double(), nullable=True),
        sa.Column("steepest_percent", sa.Double(), nullable=True),
        sa.Column(
            "measured_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["plot_id"], ["register.plot.id"], name=op.f("fk_plot_terrain_plot_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["raster_id"], ["register.raster.id"], name=op.f("fk_plot_terrain_raster_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plot_id", name=op.f("pk_plot_terrain")),
        schema="register",
    )
    op.create_index(op.f("ix_plot_terrain_raster_id"), "plot_terrain", ["raster_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_index(op.f("ix_plot_terrain_raster_id"), table_name="plot_terrain", schema="register")
    op.drop_table("plot_terrain", schema="register")
    op.drop_index(op.f("ix_raster_source_id"), table_name="raster", schema="register")
    op.drop_index("ix_raster_geom_4326", table_name="raster", schema="register", postgresql_using="gist")
    op.drop_index("ix_raster_geom_3857", table_name="raster", schema="register", postgresql_using="gist")
    op.drop_index("ix_raster_geom", table_name="raster", schema="register", postgresql_using="gist")
    op.drop_table("raster", schema="register")
