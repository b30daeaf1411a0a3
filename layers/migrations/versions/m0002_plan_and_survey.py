# SPDX-License-Identifier: Apache-2.0
"""Plan units, road reserves, constraint areas, customs fence; control and boundary points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import layers.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boundary_point",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("point_number", sa.Text(), nullable=False),
        sa.Column("monument", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("method", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("surveyed_on", sa.Date(), nullable=True),
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
        sa.CheckConstraint("accuracy_m > 0", name=op.f("ck_boundary_point_accuracy_positive")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_boundary_point_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_point")),
        sa.UniqueConstraint("point_number", name=op.f("uq_boundary_point_point_number")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_boundary_point_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_boundary_point_geom", "boundary_point", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_boundary_point_geom_3857",
        "boundary_point",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_boundary_point_geom_4326",
        "boundary_point",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_boundary_point_source_id"), "boundary_point", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "constraint_area",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("clearance", sa.Text(), nullable=True),
        sa.Column("certificate_number", sa.Text(), nullable=True),
        sa.Column("remark_ar", sa.Text(), nullable=True),
        sa.Column("remark_en", sa.Text(), nullable=True),
        sa.Column("area_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
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
            "(kind = 'clearance') = (clearance is not null)", name=op.f("ck_constraint_area_clearance_says_its_state")
        ),
        sa.CheckConstraint(
            "clearance <> 'REL' or certificate_number is not null",
            name=op.f("ck_constraint_area_release_has_a_certificate"),
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_constraint_area_valid_not_empty")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_constraint_area_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_constraint_area")),
        sa.UniqueConstraint("code", name=op.f("uq_constraint_area_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_constraint_area_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_constraint_area_geom", "constraint_area", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_constraint_area_geom_3857",
        "constraint_area",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_constraint_area_geom_4326",
        "constraint_area",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_constraint_area_source_id"), "constraint_area", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "control_point",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("control_order", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("height_m", sa.Double(), nullable=True),
        sa.Column("vertical_datum", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("monument", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("surveyed_on", sa.Date(), nullable=True),
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
            "height_m is null or vertical_datum <> 'unknown'", name=op.f("ck_control_point_height_has_a_datum")
        ),
        sa.CheckConstraint("accuracy_m > 0", name=op.f("ck_control_point_accuracy_positive")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_control_point_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_point")),
        sa.UniqueConstraint("code", name=op.f("uq_control_point_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_control_point_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_control_point_geom", "control_point", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_control_point_geom_3857",
        "control_point",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_control_point_geom_4326",
        "control_point",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_control_point_source_id"), "control_point", ["source_id"], unique=False, schema="register")
    op.create_table(
        "customs_fence",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("height_m", sa.Double(), nullable=True),
        sa.Column("drawn_length_m", sa.Double(), sa.Computed("st_length(geom)", persisted=True), nullable=False),
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
        sa.CheckConstraint("height_m > 0", name=op.f("ck_customs_fence_height_positive")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_customs_fence_valid_not_empty")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_customs_fence_source_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["register.zone.id"], name=op.f("fk_customs_fence_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customs_fence")),
        sa.UniqueConstraint("code", name=op.f("uq_customs_fence_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_customs_fence_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_customs_fence_geom", "customs_fence", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_customs_fence_geom_3857",
        "customs_fence",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_customs_fence_geom_4326",
        "customs_fence",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_customs_fence_source_id"), "customs_fence", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_customs_fence_zone_id"), "customs_fence", ["zone_id"], unique=False, schema="register")
    op.create_table(
        "plan_unit",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=False),
        sa.Column("uses", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_area_m2", sa.Double(), nullable=True),
        sa.Column("max_area_m2", sa.Double(), nullable=True),
        sa.Column("min_frontage_m", sa.Double(), nullable=True),
        sa.Column("setback_front_m", sa.Double(), nullable=True),
        sa.Column("setback_side_m", sa.Double(), nullable=True),
        sa.Column("setback_rear_m", sa.Double(), nullable=True),
        sa.Column("coverage_max_pct", sa.Double(), nullable=True),
        sa.Column("far_max", sa.Double(), nullable=True),
        sa.Column("height_max_m", sa.Double(), nullable=True),
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
        sa.CheckConstraint("coverage_max_pct > 0 and coverage_max_pct <= 100", name=op.f("ck_plan_unit_coverage")),
        sa.CheckConstraint("far_max > 0 and height_max_m > 0", name=op.f("ck_plan_unit_bulk")),
        sa.CheckConstraint("land_use = any(uses)", name=op.f("ck_plan_unit_main_use_is_permitted")),
        sa.CheckConstraint(
            "least(setback_front_m, setback_side_m, setback_rear_m) >= 0", name=op.f("ck_plan_unit_setbacks")
        ),
        sa.CheckConstraint(
            "min_area_m2 > 0 and max_area_m2 >= coalesce(min_area_m2, 0)", name=op.f("ck_plan_unit_areas")
        ),
        sa.CheckConstraint("min_frontage_m > 0", name=op.f("ck_plan_unit_frontage_positive")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_plan_unit_valid_not_empty")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_plan_unit_source_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["register.zone.id"], name=op.f("fk_plan_unit_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_unit_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_plan_unit_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_plan_unit_geom", "plan_unit", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_plan_unit_geom_3857", "plan_unit", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_plan_unit_geom_4326", "plan_unit", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_plan_unit_source_id"), "plan_unit", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_plan_unit_zone_id"), "plan_unit", ["zone_id"], unique=False, schema="register")
    op.create_table(
        "road_reserve",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("road_class", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("width_m", sa.Double(), nullable=True),
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
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_road_reserve_valid_not_empty")),
        sa.CheckConstraint("width_m > 0", name=op.f("ck_road_reserve_width_positive")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_road_reserve_source_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["register.zone.id"], name=op.f("fk_road_reserve_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_reserve")),
        sa.UniqueConstraint("code", name=op.f("uq_road_reserve_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_road_reserve_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_road_reserve_geom", "road_reserve", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_road_reserve_geom_3857",
        "road_reserve",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_road_reserve_geom_4326",
        "road_reserve",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_road_reserve_source_id"), "road_reserve", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_road_reserve_zone_id"), "road_reserve", ["zone_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_index(op.f("ix_road_reserve_zone_id"), table_name="road_reserve", schema="register")
    op.drop_index(op.f("ix_road_reserve_source_id"), table_name="road_reserve", schema="register")
    op.drop_index("ix_road_reserve_geom_4326", table_name="road_reserve", schema="register", postgresql_using="gist")
    op.drop_index("ix_road_reserve_geom_3857", table_name="road_reserve", schema="register", postgresql_using="gist")
    op.drop_index("ix_road_reserve_geom", table_name="road_reserve", schema="register", postgresql_using="gist")
    op.drop_table("road_reserve", schema="register")
    op.drop_index(op.f("ix_plan_unit_zone_id"), table_name="plan_unit", schema="register")
    op.drop_index(op.f("ix_plan_unit_source_id"), table_name="plan_unit", schema="register")
    op.drop_index("ix_plan_unit_geom_4326", table_name="plan_unit", schema="register", postgresql_using="gist")
    op.drop_index("ix_plan_unit_geom_3857", table_name="plan_unit", schema="register", postgresql_using="gist")
    op.drop_index("ix_plan_unit_geom", table_name="plan_unit", schema="register", postgresql_using="gist")
    op.drop_table("plan_unit", schema="register")
    op.drop_index(op.f("ix_customs_fence_zone_id"), table_name="customs_fence", schema="register")
    op.drop_index(op.f("ix_customs_fence_source_id"), table_name="customs_fence", schema="register")
    op.drop_index("ix_customs_fence_geom_4326", table_name="customs_fence", schema="register", postgresql_using="gist")
    op.drop_index("ix_customs_fence_geom_3857", table_name="customs_fence", schema="register", postgresql_using="gist")
    op.drop_index("ix_customs_fence_geom", table_name="customs_fence", schema="register", postgresql_using="gist")
    op.drop_table("customs_fence", schema="register")
    op.drop_index(op.f("ix_control_point_source_id"), table_name="control_point", schema="register")
    op.drop_index("ix_control_point_geom_4326", table_name="control_point", schema="register", postgresql_using="gist")
    op.drop_index("ix_control_point_geom_3857", table_name="control_point", schema="register", postgresql_using="gist")
    op.drop_index("ix_control_point_geom", table_name="control_point", schema="register", postgresql_using="gist")
    op.drop_table("control_point", schema="register")
    op.drop_index(op.f("ix_constraint_area_source_id"), table_name="constraint_area", schema="register")
    op.drop_index(
        "ix_constraint_area_geom_4326", table_name="constraint_area", schema="register", postgresql_using="gist"
    )
    op.drop_index(
        "ix_constraint_area_geom_3857", table_name="constraint_area", schema="register", postgresql_using="gist"
    )
    op.drop_index("ix_constraint_area_geom", table_name="constraint_area", schema="register", postgresql_using="gist")
    op.drop_table("constraint_area", schema="register")
    op.drop_index(op.f("ix_boundary_point_source_id"), table_name="boundary_point", schema="register")
    op.drop_index(
        "ix_boundary_point_geom_4326", table_name="boundary_point", schema="register", postgresql_using="gist"
    )
    op.drop_index(
        "ix_boundary_point_geom_3857", table_name="boundary_point", schema="register", postgresql_using="gist"
    )
    op.drop_index("ix_boundary_point_geom", table_name="boundary_point", schema="register", postgresql_using="gist")
    op.drop_table("boundary_point", schema="register")
