# SPDX-License-Identifier: Apache-2.0
"""What lies under the plan: land, sea, coast, places, airports, main roads."""

import sqlalchemy as sa
from alembic import op

import layers.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "airport",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("icao", sa.Text(), nullable=True),
        sa.Column("iata", sa.Text(), nullable=True),
        sa.Column("elevation_m", sa.Double(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="POINT"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="POINT", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="POINT"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_airport_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_airport")),
        sa.UniqueConstraint("iata", name=op.f("uq_airport_iata")),
        sa.UniqueConstraint("icao", name=op.f("uq_airport_icao")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_airport_tile_id")),
        schema="register",
    )
    op.create_index("ix_airport_geom", "airport", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_airport_geom_3857", "airport", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_airport_geom_4326", "airport", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_airport_source_id"), "airport", ["source_id"], unique=False, schema="register")
    op.create_table(
        "coast",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
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
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_coast_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coast")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_coast_tile_id")),
        schema="register",
    )
    op.create_index("ix_coast_geom", "coast", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_coast_geom_3857", "coast", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_coast_geom_4326", "coast", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_coast_source_id"), "coast", ["source_id"], unique=False, schema="register")
    op.create_table(
        "land",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
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
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_land_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_land")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_land_tile_id")),
        schema="register",
    )
    op.create_index("ix_land_geom", "land", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_land_geom_3857", "land", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_land_geom_4326", "land", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_land_source_id"), "land", ["source_id"], unique=False, schema="register")
    op.create_table(
        "main_road",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("road_class", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("drawn_length_m", sa.Double(), sa.Computed("st_length(geom)", persisted=True), nullable=False),
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
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_main_road_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_main_road")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_main_road_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_main_road_geom", "main_road", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_main_road_geom_3857", "main_road", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_main_road_geom_4326", "main_road", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_main_road_source_id"), "main_road", ["source_id"], unique=False, schema="register")
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="other", nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="POINT"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="POINT", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="POINT"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("population >= 0", name=op.f("ck_place_population")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_place_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_place_tile_id")),
        schema="register",
    )
    op.create_index("ix_place_geom", "place", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_place_geom_3857", "place", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_place_geom_4326", "place", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_place_source_id"), "place", ["source_id"], unique=False, schema="register")
    op.create_table(
        "sea",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
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
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_sea_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sea")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_sea_tile_id")),
        schema="register",
    )
    op.create_index("ix_sea_geom", "sea", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index("ix_sea_geom_3857", "sea", ["geom_3857"], unique=False, schema="register", postgresql_using="gist")
    op.create_index("ix_sea_geom_4326", "sea", ["geom_4326"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(op.f("ix_sea_source_id"), "sea", ["source_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_index(op.f("ix_sea_source_id"), table_name="sea", schema="register")
    op.drop_index("ix_sea_geom_4326", table_name="sea", schema="register", postgresql_using="gist")
    op.drop_index("ix_sea_geom_3857", table_name="sea", schema="register", postgresql_using="gist")
    op.drop_index("ix_sea_geom", table_name="sea", schema="register", postgresql_using="gist")
    op.drop_table("sea", schema="register")
    op.drop_index(op.f("ix_place_source_id"), table_name="place", schema="register")
    op.drop_index("ix_place_geom_4326", table_name="place", schema="register", postgresql_using="gist")
    op.drop_index("ix_place_geom_3857", table_name="place", schema="register", postgresql_using="gist")
    op.drop_index("ix_place_geom", table_name="place", schema="register", postgresql_using="gist")
    op.drop_table("place", schema="register")
    op.drop_index(op.f("ix_main_road_source_id"), table_name="main_road", schema="register")
    op.drop_index("ix_main_road_geom_4326", table_name="main_road", schema="register", postgresql_using="gist")
    op.drop_index("ix_main_road_geom_3857", table_name="main_road", schema="register", postgresql_using="gist")
    op.drop_index("ix_main_road_geom", table_name="main_road", schema="register", postgresql_using="gist")
    op.drop_table("main_road", schema="register")
    op.drop_index(op.f("ix_land_source_id"), table_name="land", schema="register")
    op.drop_index("ix_land_geom_4326", table_name="land", schema="register", postgresql_using="gist")
    op.drop_index("ix_land_geom_3857", table_name="land", schema="register", postgresql_using="gist")
    op.drop_index("ix_land_geom", table_name="land", schema="register", postgresql_using="gist")
    op.drop_table("land", schema="register")
    op.drop_index(op.f("ix_coast_source_id"), table_name="coast", schema="register")
    op.drop_index("ix_coast_geom_4326", table_name="coast", schema="register", postgresql_using="gist")
    op.drop_index("ix_coast_geom_3857", table_name="coast", schema="register", postgresql_using="gist")
    op.drop_index("ix_coast_geom", table_name="coast", schema="register", postgresql_using="gist")
    op.drop_table("coast", schema="register")
    op.drop_index(op.f("ix_airport_source_id"), table_name="airport", schema="register")
    op.drop_index("ix_airport_geom_4326", table_name="airport", schema="register", postgresql_using="gist")
    op.drop_index("ix_airport_geom_3857", table_name="airport", schema="register", postgresql_using="gist")
    op.drop_index("ix_airport_geom", table_name="airport", schema="register", postgresql_using="gist")
    op.drop_table("airport", schema="register")
