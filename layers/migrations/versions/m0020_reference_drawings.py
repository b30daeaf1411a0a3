# SPDX-License-Identifier: Apache-2.0
"""Reference drawings: files that are shown beside the register, as areas, lines and points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import layers.base

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_drawing",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("file_kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_reference_drawing_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_drawing")),
        schema="register",
    )
    op.create_index(
        op.f("ix_reference_drawing_source_id"), "reference_drawing", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "reference_area",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("drawing_layer", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column(
            "properties", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("shown", sa.Text(), server_default="yes", nullable=False),
        sa.Column("drawing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="MULTIPOLYGON"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="MULTIPOLYGON", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="MULTIPOLYGON"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["drawing_id"], ["register.reference_drawing.id"], name=op.f("fk_reference_area_drawing_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_reference_area_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_area")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_reference_area_tile_id")),
        schema="register",
    )
    op.create_index(
        op.f("ix_reference_area_drawing_id"), "reference_area", ["drawing_id"], unique=False, schema="register"
    )
    op.create_index(
        "ix_reference_area_geom", "reference_area", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_reference_area_geom_3857",
        "reference_area",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_reference_area_geom_4326",
        "reference_area",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_reference_area_source_id"), "reference_area", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "reference_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("drawing_layer", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column(
            "properties", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("shown", sa.Text(), server_default="yes", nullable=False),
        sa.Column("drawing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="MULTILINESTRING"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="MULTILINESTRING", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="MULTILINESTRING"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["drawing_id"], ["register.reference_drawing.id"], name=op.f("fk_reference_line_drawing_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_reference_line_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_line")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_reference_line_tile_id")),
        schema="register",
    )
    op.create_index(
        op.f("ix_reference_line_drawing_id"), "reference_line", ["drawing_id"], unique=False, schema="register"
    )
    op.create_index(
        "ix_reference_line_geom", "reference_line", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_reference_line_geom_3857",
        "reference_line",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_reference_line_geom_4326",
        "reference_line",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_reference_line_source_id"), "reference_line", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "reference_point",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("drawing_layer", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column(
            "properties", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("shown", sa.Text(), server_default="yes", nullable=False),
        sa.Column("drawing_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="MULTIPOINT"), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(geometry_type="MULTIPOINT", view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(geometry_type="MULTIPOINT"),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["drawing_id"], ["register.reference_drawing.id"], name=op.f("fk_reference_point_drawing_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_reference_point_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_point")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_reference_point_tile_id")),
        schema="register",
    )
    op.create_index(
        op.f("ix_reference_point_drawing_id"), "reference_point", ["drawing_id"], unique=False, schema="register"
    )
    op.create_index(
        "ix_reference_point_geom", "reference_point", ["geom"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_reference_point_geom_3857",
        "reference_point",
        ["geom_3857"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_reference_point_geom_4326",
        "reference_point",
        ["geom_4326"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("ix_reference_point_source_id"), "reference_point", ["source_id"], unique=False, schema="register"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_reference_point_source_id"), table_name="reference_point", schema="register")
    op.drop_index(
        "ix_reference_point_geom_4326", table_name="reference_point", schema="register", postgresql_using="gist"
    )
    op.drop_index(
        "ix_reference_point_geom_3857", table_name="reference_point", schema="register", postgresql_using="gist"
    )
    op.drop_index("ix_reference_point_geom", table_name="reference_point", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_reference_point_drawing_id"), table_name="reference_point", schema="register")
    op.drop_table("reference_point", schema="register")
    op.drop_index(op.f("ix_reference_line_source_id"), table_name="reference_line", schema="register")
    op.drop_index(
        "ix_reference_line_geom_4326", table_name="reference_line", schema="register", postgresql_using="gist"
    )
    op.drop_index(
        "ix_reference_line_geom_3857", table_name="reference_line", schema="register", postgresql_using="gist"
    )
    op.drop_index("ix_reference_line_geom", table_name="reference_line", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_reference_line_drawing_id"), table_name="reference_line", schema="register")
    op.drop_table("reference_line", schema="register")
    op.drop_index(op.f("ix_reference_area_source_id"), table_name="reference_area", schema="register")
    op.drop_index(
        "ix_reference_area_geom_4326", table_name="reference_area", schema="register", postgresql_using="gist"
    )
    op.drop_index(
        "ix_reference_area_geom_3857", table_name="reference_area", schema="register", postgresql_using="gist"
    )
    op.drop_index("ix_reference_area_geom", table_name="reference_area", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_reference_area_drawing_id"), table_name="reference_area", schema="register")
    op.drop_table("reference_area", schema="register")
    op.drop_index(op.f("ix_reference_drawing_source_id"), table_name="reference_drawing", schema="register")
    op.drop_table("reference_drawing", schema="register")
