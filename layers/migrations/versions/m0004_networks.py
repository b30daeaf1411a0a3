# SPDX-License-Identifier: Apache-2.0
"""Networks: links and nodes of every utility."""

import sqlalchemy as sa
from alembic import op

import layers.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "network_node",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("elevation_m", sa.Double(), nullable=True),
        sa.Column("capacity", sa.Double(), nullable=True),
        sa.Column("capacity_unit", sa.Text(), nullable=True),
        sa.Column("voltage_kv", sa.Double(), nullable=True),
        sa.Column("ord", sa.Integer(), nullable=True),
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
            "(capacity is null) = (capacity_unit is null)", name=op.f("ck_network_node_capacity_has_a_unit")
        ),
        sa.CheckConstraint("capacity >= 0 and voltage_kv > 0", name=op.f("ck_network_node_sizes")),
        sa.ForeignKeyConstraint(["owner_id"], ["register.party.id"], name=op.f("fk_network_node_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_network_node_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_node")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_network_node_tile_id")),
        schema="register",
    )
    op.create_index(
        "ix_network_node_geom", "network_node", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_network_node_geom_3857",
        "network_node",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_network_node_geom_4326",
        "network_node",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_network_node_owner_id"), "network_node", ["owner_id"], unique=False, schema="register")
    op.create_index(op.f("ix_network_node_source_id"), "network_node", ["source_id"], unique=False, schema="register")
    op.create_index("uq_network_node_utility_code", "network_node", ["utility", "code"], unique=True, schema="register")
    op.create_table(
        "network_link",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("start_node_id", sa.Uuid(), nullable=False),
        sa.Column("end_node_id", sa.Uuid(), nullable=False),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("drawn_length_m", sa.Double(), sa.Computed("st_length(geom)", persisted=True), nullable=False),
        sa.Column("material", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("laid_year", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Double(), nullable=True),
        sa.Column("capacity_unit", sa.Text(), nullable=True),
        sa.Column("diameter_mm", sa.Double(), nullable=True),
        sa.Column("depth_m", sa.Double(), nullable=True),
        sa.Column("slope_pct", sa.Double(), nullable=True),
        sa.Column("roughness", sa.Double(), nullable=True),
        sa.Column("pressure_bar", sa.Double(), nullable=True),
        sa.Column("voltage_kv", sa.Double(), nullable=True),
        sa.Column("circuits", sa.Integer(), nullable=True),
        sa.Column("section_mm2", sa.Double(), nullable=True),
        sa.Column("fibres", sa.Integer(), nullable=True),
        sa.Column("ducts", sa.Integer(), nullable=True),
        sa.Column("road_class", sa.Text(), nullable=True),
        sa.Column("lanes", sa.Integer(), nullable=True),
        sa.Column("width_m", sa.Double(), nullable=True),
        sa.Column("gauge_mm", sa.Integer(), nullable=True),
        sa.Column("ord", sa.Integer(), nullable=True),
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
            "utility = 'power' or num_nonnulls(voltage_kv, section_mm2) = 0",
            name=op.f("ck_network_link_power_has_voltage"),
        ),
        sa.CheckConstraint(
            "utility in ('road','rail') or num_nonnulls(road_class, lanes, gauge_mm) = 0",
            name=op.f("ck_network_link_ways_have_lanes"),
        ),
        sa.CheckConstraint(
            "utility in ('water','sewer','storm','gas','fire') or num_nonnulls(diameter_mm, roughness, pressure_bar) = 0",
            name=op.f("ck_network_link_pipes_have_diameters"),
        ),
        sa.CheckConstraint(
            "(capacity is null) = (capacity_unit is null)", name=op.f("ck_network_link_capacity_has_a_unit")
        ),
        sa.CheckConstraint(
            "least(length_m, diameter_mm, roughness, pressure_bar, voltage_kv, circuits, section_mm2, fibres, ducts, lanes, width_m, gauge_mm) > 0 and least(capacity, depth_m) >= 0",
            name=op.f("ck_network_link_sizes"),
        ),
        sa.CheckConstraint("start_node_id <> end_node_id", name=op.f("ck_network_link_two_ends")),
        sa.ForeignKeyConstraint(
            ["end_node_id"], ["register.network_node.id"], name=op.f("fk_network_link_end_node_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["register.party.id"], name=op.f("fk_network_link_owner_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_network_link_source_id")),
        sa.ForeignKeyConstraint(
            ["start_node_id"], ["register.network_node.id"], name=op.f("fk_network_link_start_node_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_link")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_network_link_tile_id")),
        schema="register",
    )
    op.create_index(
        op.f("ix_network_link_end_node_id"), "network_link", ["end_node_id"], unique=False, schema="register"
    )
    op.create_index(
        "ix_network_link_geom", "network_link", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_network_link_geom_3857",
        "network_link",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_network_link_geom_4326",
        "network_link",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_network_link_owner_id"), "network_link", ["owner_id"], unique=False, schema="register")
    op.create_index(op.f("ix_network_link_source_id"), "network_link", ["source_id"], unique=False, schema="register")
    op.create_index(
        op.f("ix_network_link_start_node_id"), "network_link", ["start_node_id"], unique=False, schema="register"
    )
    op.create_index("uq_network_link_utility_code", "network_link", ["utility", "code"], unique=True, schema="register")


def downgrade() -> None:
    op.drop_index("uq_network_link_utility_code", table_name="network_link", schema="register")
    op.drop_index(op.f("ix_network_link_start_node_id"), table_name="network_link", schema="register")
    op.drop_index(op.f("ix_network_link_source_id"), table_name="network_link", schema="register")
    op.drop_index(op.f("ix_network_link_owner_id"), table_name="network_link", schema="register")
    op.drop_index("ix_network_link_geom_4326", table_name="network_link", schema="register", postgresql_using="gist")
    op.drop_index("ix_network_link_geom_3857", table_name="network_link", schema="register", postgresql_using="gist")
    op.drop_index("ix_network_link_geom", table_name="network_link", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_network_link_end_node_id"), table_name="network_link", schema="register")
    op.drop_table("network_link", schema="register")
    op.drop_index("uq_network_node_utility_code", table_name="network_node", schema="register")
    op.drop_index(op.f("ix_network_node_source_id"), table_name="network_node", schema="register")
    op.drop_index(op.f("ix_network_node_owner_id"), table_name="network_node", schema="register")
    op.drop_index("ix_network_node_geom_4326", table_name="network_node", schema="register", postgresql_using="gist")
    op.drop_index("ix_network_node_geom_3857", table_name="network_node", schema="register", postgresql_using="gist")
    op.drop_index("ix_network_node_geom", table_name="network_node", schema="register", postgresql_using="gist")
    op.drop_table("network_node", schema="register")
