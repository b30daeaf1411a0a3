# SPDX-License-Identifier: Apache-2.0
"""The port: one list of facilities that rights stand on, and a table for each kind."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import layers.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        schema="register",
    )
    op.create_table(
        "basin",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("turning_circle_m", sa.Double(), nullable=True),
        sa.Column("bottom", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("area_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
        sa.Column("depth_m", sa.Double(), nullable=True),
        sa.Column("depth_quality", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("depth_source_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
            "(depth_m is null) = (depth_quality = 'unknown') and coalesce(depth_m, 1) > 0",
            name=op.f("ck_basin_depth_known_how"),
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_basin_valid_not_empty")),
        sa.CheckConstraint("turning_circle_m > 0", name=op.f("ck_basin_turning_circle_positive")),
        sa.ForeignKeyConstraint(["depth_source_id"], ["register.source.id"], name=op.f("fk_basin_depth_source_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_basin_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_basin_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basin")),
        sa.UniqueConstraint("code", name=op.f("uq_basin_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_basin_tile_id")),
        schema="register",
    )
    op.create_index(op.f("ix_basin_depth_source_id"), "basin", ["depth_source_id"], unique=False, schema="register")
    op.create_index("ix_basin_geom", "basin", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_basin_geom_3857", "basin", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_basin_geom_4326", "basin", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_basin_operator_id"), "basin", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_basin_source_id"), "basin", ["source_id"], unique=False, schema="register")
    op.create_table(
        "breakwater",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("crest_level_m", sa.Double(), nullable=True),
        sa.Column("crest_width_m", sa.Double(), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("length_quality", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint(
            "(length_m is null) = (length_quality = 'unknown') and coalesce(length_m, 1) > 0",
            name=op.f("ck_breakwater_length_known_how"),
        ),
        sa.CheckConstraint("crest_width_m > 0", name=op.f("ck_breakwater_width_positive")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_breakwater_valid_not_empty")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_breakwater_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_breakwater_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakwater")),
        sa.UniqueConstraint("code", name=op.f("uq_breakwater_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_breakwater_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_breakwater_geom", "breakwater", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_breakwater_geom_3857", "breakwater", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_breakwater_geom_4326", "breakwater", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_breakwater_operator_id"), "breakwater", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_breakwater_source_id"), "breakwater", ["source_id"], unique=False, schema="register")
    op.create_table(
        "gate",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("traffic", sa.Text(), server_default="vehicles", nullable=False),
        sa.Column("lanes_in", sa.Integer(), nullable=True),
        sa.Column("lanes_out", sa.Integer(), nullable=True),
        sa.Column("open_all_hours", sa.Boolean(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint("lanes_in >= 0 and lanes_out >= 0", name=op.f("ck_gate_lanes")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_gate_valid_not_empty")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_gate_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_gate_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("code", name=op.f("uq_gate_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_gate_tile_id")),
        schema="register",
    )
    op.create_index("ix_gate_geom", "gate", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_gate_geom_3857", "gate", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_gate_geom_4326", "gate", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_gate_operator_id"), "gate", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_gate_source_id"), "gate", ["source_id"], unique=False, schema="register")
    op.create_table(
        "navigation_aid",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("light_colour", sa.Text(), nullable=True),
        sa.Column("light_character", sa.Text(), nullable=True),
        sa.Column("range_nm", sa.Double(), nullable=True),
        sa.Column("height_m", sa.Double(), nullable=True),
        sa.Column("sector_from_deg", sa.Double(), nullable=True),
        sa.Column("sector_to_deg", sa.Double(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint(
            "(sector_from_deg is null) = (sector_to_deg is null)", name=op.f("ck_navigation_aid_sector_has_two_limits")
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_navigation_aid_valid_not_empty")),
        sa.CheckConstraint("range_nm > 0", name=op.f("ck_navigation_aid_range_positive")),
        sa.CheckConstraint(
            "sector_from_deg >= 0 and sector_from_deg < 360 and sector_to_deg >= 0 and sector_to_deg < 360",
            name=op.f("ck_navigation_aid_sector_degrees"),
        ),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_navigation_aid_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_navigation_aid_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_navigation_aid")),
        sa.UniqueConstraint("code", name=op.f("uq_navigation_aid_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_navigation_aid_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_navigation_aid_geom", "navigation_aid", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_navigation_aid_geom_3857",
        "navigation_aid",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_navigation_aid_geom_4326",
        "navigation_aid",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_navigation_aid_operator_id"), "navigation_aid", ["operator_id"], unique=False, schema="register"
    )
    op.create_index(
        op.f("ix_navigation_aid_source_id"), "navigation_aid", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "quay",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("built_year", sa.Integer(), nullable=True),
        sa.Column("width_m", sa.Double(), nullable=True),
        sa.Column("cope_level_m", sa.Double(), nullable=True),
        sa.Column("deck_load_t_m2", sa.Double(), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("length_quality", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("depth_m", sa.Double(), nullable=True),
        sa.Column("depth_quality", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("depth_source_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint(
            "(depth_m is null) = (depth_quality = 'unknown') and coalesce(depth_m, 1) > 0",
            name=op.f("ck_quay_depth_known_how"),
        ),
        sa.CheckConstraint(
            "(length_m is null) = (length_quality = 'unknown') and coalesce(length_m, 1) > 0",
            name=op.f("ck_quay_length_known_how"),
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_quay_valid_not_empty")),
        sa.CheckConstraint("width_m > 0 and deck_load_t_m2 > 0", name=op.f("ck_quay_sizes_positive")),
        sa.ForeignKeyConstraint(["depth_source_id"], ["register.source.id"], name=op.f("fk_quay_depth_source_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_quay_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_quay_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quay")),
        sa.UniqueConstraint("code", name=op.f("uq_quay_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_quay_tile_id")),
        schema="register",
    )
    op.create_index(op.f("ix_quay_depth_source_id"), "quay", ["depth_source_id"], unique=False, schema="register")
    op.create_index("ix_quay_geom", "quay", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_quay_geom_3857", "quay", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_quay_geom_4326", "quay", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_quay_operator_id"), "quay", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_quay_source_id"), "quay", ["source_id"], unique=False, schema="register")
    op.create_table(
        "silo",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("commodity", sa.Text(), nullable=True),
        sa.Column("capacity_t", sa.Double(), nullable=True),
        sa.Column("cells", sa.Integer(), nullable=True),
        sa.Column("intake_t_h", sa.Double(), nullable=True),
        sa.Column("delivery_t_h", sa.Double(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
            "least(capacity_t, cells, intake_t_h, delivery_t_h) > 0", name=op.f("ck_silo_sizes_positive")
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_silo_valid_not_empty")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_silo_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_silo_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silo")),
        sa.UniqueConstraint("code", name=op.f("uq_silo_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_silo_tile_id")),
        schema="register",
    )
    op.create_index("ix_silo_geom", "silo", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_silo_geom_3857", "silo", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_silo_geom_4326", "silo", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_silo_operator_id"), "silo", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_silo_source_id"), "silo", ["source_id"], unique=False, schema="register")
    op.create_table(
        "warehouse",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("floor_area_m2", sa.Double(), nullable=True),
        sa.Column("clear_height_m", sa.Double(), nullable=True),
        sa.Column("floor_load_t_m2", sa.Double(), nullable=True),
        sa.Column("footprint_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
            "least(floor_area_m2, clear_height_m, floor_load_t_m2) > 0", name=op.f("ck_warehouse_sizes_positive")
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_warehouse_valid_not_empty")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_warehouse_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_warehouse_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouse")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouse_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_warehouse_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_warehouse_geom", "warehouse", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_warehouse_geom_3857", "warehouse", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_warehouse_geom_4326", "warehouse", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_warehouse_operator_id"), "warehouse", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_warehouse_source_id"), "warehouse", ["source_id"], unique=False, schema="register")
    op.create_table(
        "yard",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("load_t_m2", sa.Double(), nullable=True),
        sa.Column("ground_slots_teu", sa.Integer(), nullable=True),
        sa.Column("reefer_plugs", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint("ground_slots_teu >= 0 and reefer_plugs >= 0", name=op.f("ck_yard_not_negative")),
        sa.CheckConstraint("load_t_m2 > 0", name=op.f("ck_yard_load_positive")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_yard_valid_not_empty")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_yard_operator_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_yard_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yard")),
        sa.UniqueConstraint("code", name=op.f("uq_yard_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_yard_tile_id")),
        schema="register",
    )
    op.create_index("ix_yard_geom", "yard", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_yard_geom_3857", "yard", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_yard_geom_4326", "yard", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_yard_operator_id"), "yard", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_yard_source_id"), "yard", ["source_id"], unique=False, schema="register")
    op.create_table(
        "berth",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("quay_id", sa.Uuid(), nullable=True),
        sa.Column("location", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("metre_mark_from_m", sa.Double(), nullable=True),
        sa.Column("metre_mark_to_m", sa.Double(), nullable=True),
        sa.Column("bollards", sa.Text(), nullable=True),
        sa.Column("bollard_swl_t", sa.Double(), nullable=True),
        sa.Column("fender_energy_knm", sa.Double(), nullable=True),
        sa.Column("surveyed_on", sa.Date(), nullable=True),
        sa.Column("sounding_accuracy_m", sa.Double(), nullable=True),
        sa.Column("siltation_m", sa.Double(), nullable=True),
        sa.Column("pocket_length_m", sa.Double(), nullable=True),
        sa.Column("pocket_width_m", sa.Double(), nullable=True),
        sa.Column("bottom", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("water_density_t_m3", sa.Double(), nullable=True),
        sa.Column("max_loa_m", sa.Double(), nullable=True),
        sa.Column("max_beam_m", sa.Double(), nullable=True),
        sa.Column("max_draught_m", sa.Double(), nullable=True),
        sa.Column("max_air_draught_m", sa.Double(), nullable=True),
        sa.Column("max_dwt_t", sa.Double(), nullable=True),
        sa.Column("max_displacement_t", sa.Double(), nullable=True),
        sa.Column("min_parallel_body_m", sa.Double(), nullable=True),
        sa.Column("cope_level_m", sa.Double(), nullable=True),
        sa.Column("deck_load_t_m2", sa.Double(), nullable=True),
        sa.Column("cargo", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("shore_power_kw", sa.Double(), nullable=True),
        sa.Column("shore_power_v", sa.Integer(), nullable=True),
        sa.Column("shore_power_hz", sa.Integer(), nullable=True),
        sa.Column("un_location_code", sa.Text(), nullable=True),
        sa.Column("terminal_identifier", sa.Text(), nullable=True),
        sa.Column("port_facility_number", sa.Text(), nullable=True),
        sa.Column("gln_extension", sa.Text(), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("length_quality", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("depth_m", sa.Double(), nullable=True),
        sa.Column("depth_quality", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("depth_source_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint(
            "(depth_m is null) = (depth_quality = 'unknown') and coalesce(depth_m, 1) > 0",
            name=op.f("ck_berth_depth_known_how"),
        ),
        sa.CheckConstraint(
            "(length_m is null) = (length_quality = 'unknown') and coalesce(length_m, 1) > 0",
            name=op.f("ck_berth_length_known_how"),
        ),
        sa.CheckConstraint(
            "depth_quality <> 'surveyed' or surveyed_on is not null", name=op.f("ck_berth_survey_has_a_day")
        ),
        sa.CheckConstraint(
            "least(max_loa_m, max_beam_m, max_draught_m, max_air_draught_m, max_dwt_t, max_displacement_t, min_parallel_body_m, bollard_swl_t, fender_energy_knm, deck_load_t_m2, pocket_length_m, pocket_width_m, sounding_accuracy_m) > 0",
            name=op.f("ck_berth_limits_positive"),
        ),
        sa.CheckConstraint("metre_mark_to_m > metre_mark_from_m", name=op.f("ck_berth_metre_marks")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_berth_valid_not_empty")),
        sa.CheckConstraint("shore_power_hz in (50, 60)", name=op.f("ck_berth_shore_power_hz")),
        sa.CheckConstraint("siltation_m >= 0 and shore_power_kw >= 0", name=op.f("ck_berth_not_negative")),
        sa.ForeignKeyConstraint(["depth_source_id"], ["register.source.id"], name=op.f("fk_berth_depth_source_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_berth_operator_id")),
        sa.ForeignKeyConstraint(["quay_id"], ["register.quay.id"], name=op.f("fk_berth_quay_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_berth_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_berth")),
        sa.UniqueConstraint("code", name=op.f("uq_berth_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_berth_tile_id")),
        schema="register",
    )
    op.create_index(op.f("ix_berth_depth_source_id"), "berth", ["depth_source_id"], unique=False, schema="register")
    op.create_index("ix_berth_geom", "berth", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_berth_geom_3857", "berth", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_berth_geom_4326", "berth", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_berth_operator_id"), "berth", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_berth_quay_id"), "berth", ["quay_id"], unique=False, schema="register")
    op.create_index(op.f("ix_berth_source_id"), "berth", ["source_id"], unique=False, schema="register")
    op.create_table(
        "crane",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("quay_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("swl_t", sa.Double(), nullable=True),
        sa.Column("outreach_m", sa.Double(), nullable=True),
        sa.Column("air_height_m", sa.Double(), nullable=True),
        sa.Column("rail_gauge_m", sa.Double(), nullable=True),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.CheckConstraint(
            "least(swl_t, outreach_m, air_height_m, rail_gauge_m) > 0", name=op.f("ck_crane_sizes_positive")
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_crane_valid_not_empty")),
        sa.ForeignKeyConstraint(["operator_id"], ["register.party.id"], name=op.f("fk_crane_operator_id")),
        sa.ForeignKeyConstraint(["quay_id"], ["register.quay.id"], name=op.f("fk_crane_quay_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_crane_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crane")),
        sa.UniqueConstraint("code", name=op.f("uq_crane_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_crane_tile_id")),
        schema="register",
    )
    op.create_index("ix_crane_geom", "crane", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_crane_geom_3857", "crane", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_crane_geom_4326", "crane", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_crane_operator_id"), "crane", ["operator_id"], unique=False, schema="register")
    op.create_index(op.f("ix_crane_quay_id"), "crane", ["quay_id"], unique=False, schema="register")
    op.create_index(op.f("ix_crane_source_id"), "crane", ["source_id"], unique=False, schema="register")
    op.create_foreign_key(
        op.f("fk_tenure_slot_facility_id"),
        "tenure_slot",
        "facility",
        ["facility_id"],
        ["id"],
        source_schema="register",
        referent_schema="register",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_tenure_slot_facility_id"), "tenure_slot", schema="register", type_="foreignkey")
    op.drop_index(op.f("ix_crane_source_id"), table_name="crane", schema="register")
    op.drop_index(op.f("ix_crane_quay_id"), table_name="crane", schema="register")
    op.drop_index(op.f("ix_crane_operator_id"), table_name="crane", schema="register")
    op.drop_index("ix_crane_geom_4326", table_name="crane", schema="register", postgresql_using="gist")
    op.drop_index("ix_crane_geom_3857", table_name="crane", schema="register", postgresql_using="gist")
    op.drop_index("ix_crane_geom", table_name="crane", schema="register", postgresql_using="gist")
    op.drop_table("crane", schema="register")
    op.drop_index(op.f("ix_berth_source_id"), table_name="berth", schema="register")
    op.drop_index(op.f("ix_berth_quay_id"), table_name="berth", schema="register")
    op.drop_index(op.f("ix_berth_operator_id"), table_name="berth", schema="register")
    op.drop_index("ix_berth_geom_4326", table_name="berth", schema="register", postgresql_using="gist")
    op.drop_index("ix_berth_geom_3857", table_name="berth", schema="register", postgresql_using="gist")
    op.drop_index("ix_berth_geom", table_name="berth", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_berth_depth_source_id"), table_name="berth", schema="register")
    op.drop_table("berth", schema="register")
    op.drop_index(op.f("ix_yard_source_id"), table_name="yard", schema="register")
    op.drop_index(op.f("ix_yard_operator_id"), table_name="yard", schema="register")
    op.drop_index("ix_yard_geom_4326", table_name="yard", schema="register", postgresql_using="gist")
    op.drop_index("ix_yard_geom_3857", table_name="yard", schema="register", postgresql_using="gist")
    op.drop_index("ix_yard_geom", table_name="yard", schema="register", postgresql_using="gist")
    op.drop_table("yard", schema="register")
    op.drop_index(op.f("ix_warehouse_source_id"), table_name="warehouse", schema="register")
    op.drop_index(op.f("ix_warehouse_operator_id"), table_name="warehouse", schema="register")
    op.drop_index("ix_warehouse_geom_4326", table_name="warehouse", schema="register", postgresql_using="gist")
    op.drop_index("ix_warehouse_geom_3857", table_name="warehouse", schema="register", postgresql_using="gist")
    op.drop_index("ix_warehouse_geom", table_name="warehouse", schema="register", postgresql_using="gist")
    op.drop_table("warehouse", schema="register")
    op.drop_index(op.f("ix_silo_source_id"), table_name="silo", schema="register")
    op.drop_index(op.f("ix_silo_operator_id"), table_name="silo", schema="register")
    op.drop_index("ix_silo_geom_4326", table_name="silo", schema="register", postgresql_using="gist")
    op.drop_index("ix_silo_geom_3857", table_name="silo", schema="register", postgresql_using="gist")
    op.drop_index("ix_silo_geom", table_name="silo", schema="register", postgresql_using="gist")
    op.drop_table("silo", schema="register")
    op.drop_index(op.f("ix_quay_source_id"), table_name="quay", schema="register")
    op.drop_index(op.f("ix_quay_operator_id"), table_name="quay", schema="register")
    op.drop_index("ix_quay_geom_4326", table_name="quay", schema="register", postgresql_using="gist")
    op.drop_index("ix_quay_geom_3857", table_name="quay", schema="register", postgresql_using="gist")
    op.drop_index("ix_quay_geom", table_name="quay", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_quay_depth_source_id"), table_name="quay", schema="register")
    op.drop_table("quay", schema="register")
    op.drop_index(op.f("ix_navigation_aid_source_id"), table_name="navigation_aid", schema="register")
    op.drop_index(op.f("ix_navigation_aid_operator_id"), table_name="navigation_aid", schema="register")
    op.drop_index(
        "ix_navigation_aid_geom_4326", table_name="navigation_aid", schema="register", postgresql_using="gist"
    )
    op.drop_index(
        "ix_navigation_aid_geom_3857", table_name="navigation_aid", schema="register", postgresql_using="gist"
    )
    op.drop_index("ix_navigation_aid_geom", table_name="navigation_aid", schema="register", postgresql_using="gist")
    op.drop_table("navigation_aid", schema="register")
    op.drop_index(op.f("ix_gate_source_id"), table_name="gate", schema="register")
    op.drop_index(op.f("ix_gate_operator_id"), table_name="gate", schema="register")
    op.drop_index("ix_gate_geom_4326", table_name="gate", schema="register", postgresql_using="gist")
    op.drop_index("ix_gate_geom_3857", table_name="gate", schema="register", postgresql_using="gist")
    op.drop_index("ix_gate_geom", table_name="gate", schema="register", postgresql_using="gist")
    op.drop_table("gate", schema="register")
    op.drop_index(op.f("ix_breakwater_source_id"), table_name="breakwater", schema="register")
    op.drop_index(op.f("ix_breakwater_operator_id"), table_name="breakwater", schema="register")
    op.drop_index("ix_breakwater_geom_4326", table_name="breakwater", schema="register", postgresql_using="gist")
    op.drop_index("ix_breakwater_geom_3857", table_name="breakwater", schema="register", postgresql_using="gist")
    op.drop_index("ix_breakwater_geom", table_name="breakwater", schema="register", postgresql_using="gist")
    op.drop_table("breakwater", schema="register")
    op.drop_index(op.f("ix_basin_source_id"), table_name="basin", schema="register")
    op.drop_index(op.f("ix_basin_operator_id"), table_name="basin", schema="register")
    op.drop_index("ix_basin_geom_4326", table_name="basin", schema="register", postgresql_using="gist")
    op.drop_index("ix_basin_geom_3857", table_name="basin", schema="register", postgresql_using="gist")
    op.drop_index("ix_basin_geom", table_name="basin", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_basin_depth_source_id"), table_name="basin", schema="register")
    op.drop_table("basin", schema="register")
    op.drop_table("facility", schema="register")
