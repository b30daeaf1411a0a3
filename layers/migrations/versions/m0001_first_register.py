# SPDX-License-Identifier: Apache-2.0
"""The first register: zones, blocks, plots, rights, history, events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import layers.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=False),
        sa.Column("plots", sa.Integer(), nullable=False),
        sa.Column("plots_available", sa.Integer(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("available_m2", sa.Double(), nullable=False),
        sa.Column("main_status", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="POLYGON"), nullable=False),
        sa.Column("geom_3857", layers.base.ViewGeometry(geometry_type="POLYGON", view_srid=3857), nullable=False),
        sa.Column("geom_4326", layers.base.ViewGeometry(geometry_type="POLYGON"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_blocks_tile_id")),
        schema="published",
    )
    op.create_index("ix_blocks_geom", "blocks", ["geom"], unique=False, schema="published", postgresql_using="gist")
    op.create_index(
        "ix_blocks_geom_3857", "blocks", ["geom_3857"], unique=False, schema="published", postgresql_using="gist"
    )
    op.create_index(
        "ix_blocks_geom_4326", "blocks", ["geom_4326"], unique=False, schema="published", postgresql_using="gist"
    )
    op.create_table(
        "plots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tile_id", sa.Integer(), nullable=False),
        sa.Column("plot_number", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=False),
        sa.Column("block_code", sa.Text(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("public_status", sa.Text(), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=False),
        sa.Column("area_type", sa.Text(), nullable=False),
        sa.Column("boundary_state", sa.Text(), nullable=False),
        sa.Column("frontage_m", sa.Double(), nullable=True),
        sa.Column("rent", sa.Double(), nullable=True),
        sa.Column("holder_ar", sa.Text(), nullable=True),
        sa.Column("holder_en", sa.Text(), nullable=True),
        sa.Column("held_from", sa.Date(), nullable=True),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("water", sa.Text(), nullable=False),
        sa.Column("sewer", sa.Text(), nullable=False),
        sa.Column("power", sa.Text(), nullable=False),
        sa.Column("telecom", sa.Text(), nullable=False),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("geom", layers.base.GridGeometry(geometry_type="POLYGON"), nullable=False),
        sa.Column("geom_3857", layers.base.ViewGeometry(geometry_type="POLYGON", view_srid=3857), nullable=False),
        sa.Column("geom_4326", layers.base.ViewGeometry(geometry_type="POLYGON"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plots")),
        sa.UniqueConstraint("plot_number", name=op.f("uq_plots_plot_number")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_plots_tile_id")),
        schema="published",
    )
    op.create_index("ix_plots_area_m2_id", "plots", ["area_m2", "id"], unique=False, schema="published")
    op.create_index(op.f("ix_plots_block_code"), "plots", ["block_code"], unique=False, schema="published")
    op.create_index("ix_plots_geom", "plots", ["geom"], unique=False, schema="published", postgresql_using="gist")
    op.create_index(
        "ix_plots_geom_3857", "plots", ["geom_3857"], unique=False, schema="published", postgresql_using="gist"
    )
    op.create_index(
        "ix_plots_geom_4326", "plots", ["geom_4326"], unique=False, schema="published", postgresql_using="gist"
    )
    op.create_index(
        "ix_plots_public_status_area_m2_id",
        "plots",
        ["public_status", "area_m2", "id"],
        unique=False,
        schema="published",
    )
    op.create_table(
        "code",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ar", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("standard", sa.Text(), nullable=True),
        sa.Column("valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(null, null)"), nullable=False),
        sa.PrimaryKeyConstraint("list", "code", name=op.f("pk_code")),
        schema="register",
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_table", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("legal", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("chain_no", sa.BigInteger(), nullable=True),
        sa.Column("canon", sa.LargeBinary(), nullable=True),
        sa.Column("prev", sa.LargeBinary(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(hash is null) = (canon is null)", name=op.f("ck_event_hash_covers_stored_bytes")),
        sa.CheckConstraint("legal = (hash is not null)", name=op.f("ck_event_legal_events_are_chained")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("chain_no", name=op.f("uq_event_chain_no")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
        sa.UniqueConstraint("prev", name=op.f("uq_event_prev")),
        schema="register",
    )
    op.create_index("ix_event_object", "event", ["object_table", "object_id"], unique=False, schema="register")
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("recorded", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("stored", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("not isempty(recorded)", name=op.f("ck_history_recorded_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        schema="register",
    )
    op.create_index("ix_history_row", "history", ["table_name", "row_id", "recorded"], unique=False, schema="register")
    op.create_table(
        "installation",
        sa.Column("only_row", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("srid", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="Africa/Tripoli", nullable=False),
        sa.CheckConstraint("only_row", name=op.f("ck_installation_only_row")),
        sa.PrimaryKeyConstraint("only_row", name=op.f("pk_installation")),
        schema="register",
    )
    op.create_table(
        "layer_version",
        sa.Column("layer_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("layer_id", name=op.f("pk_layer_version")),
        schema="register",
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("issuer_ar", sa.Text(), nullable=True),
        sa.Column("issuer_en", sa.Text(), nullable=True),
        sa.Column("reference_number", sa.Text(), nullable=True),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("citation", sa.Text(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("attribution", sa.Text(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("crs_operation", sa.Text(), nullable=True),
        sa.Column("crs_accuracy_m", sa.Double(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_source_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        schema="register",
    )
    op.create_index(op.f("ix_source_source_id"), "source", ["source_id"], unique=False, schema="register")
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("layer_id", sa.Text(), nullable=False),
        sa.Column("extent_left", sa.Integer(), nullable=True),
        sa.Column("extent_bottom", sa.Integer(), nullable=True),
        sa.Column("extent_right", sa.Integer(), nullable=True),
        sa.Column("extent_top", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["layer_id"], ["register.layer_version.layer_id"], name=op.f("fk_change_layer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        schema="register",
    )
    op.create_table(
        "party",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_party_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        schema="register",
    )
    op.create_index(op.f("ix_party_source_id"), "party", ["source_id"], unique=False, schema="register")
    op.create_table(
        "zone",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
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
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_zone_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("code", name=op.f("uq_zone_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_zone_tile_id")),
        schema="register",
    )
    op.create_index("ix_zone_geom", "zone", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_zone_geom_3857", "zone", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_zone_geom_4326", "zone", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_zone_source_id"), "zone", ["source_id"], unique=False, schema="register")
    op.create_table(
        "block",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("phase", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), server_default=sa.text("false"), nullable=False),
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
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_block_source_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["register.zone.id"], name=op.f("fk_block_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("code", name=op.f("uq_block_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_block_tile_id")),
        schema="register",
    )
    op.create_index("ix_block_geom", "block", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_block_geom_3857", "block", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_block_geom_4326", "block", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_block_source_id"), "block", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_block_zone_id"), "block", ["zone_id"], unique=False, schema="register")
    op.create_table(
        "plot",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("plot_number", sa.Text(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=False),
        sa.Column("legal_area_m2", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("computed_area_m2", sa.Double(), sa.Computed("st_area(geom)", persisted=True), nullable=False),
        sa.Column("area_type", sa.Text(), server_default="calculated", nullable=False),
        sa.Column("boundary_state", sa.Text(), server_default="PRV", nullable=False),
        sa.Column("frontage_m", sa.Double(), nullable=True),
        sa.Column("rent_lyd_m2_year", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("progress", sa.Text(), server_default="none", nullable=False),
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
        sa.CheckConstraint("legal_area_m2 > 0", name=op.f("ck_plot_legal_area_positive")),
        sa.CheckConstraint(
            "legal_area_m2 is null or abs(legal_area_m2::float8 - st_area(geom)) <= 0.01 * legal_area_m2::float8",
            name=op.f("ck_plot_legal_area_matches_shape"),
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_plot_valid_not_empty")),
        sa.ForeignKeyConstraint(["block_id"], ["register.block.id"], name=op.f("fk_plot_block_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_plot_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot")),
        sa.UniqueConstraint("plot_number", name=op.f("uq_plot_plot_number")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_plot_tile_id")),
        schema="register",
    )
    op.create_index(op.f("ix_plot_block_id"), "plot", ["block_id"], unique=False, schema="register")
    op.create_index("ix_plot_geom", "plot", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_plot_geom_3857", "plot", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_plot_geom_4326", "plot", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_plot_source_id"), "plot", ["source_id"], unique=False, schema="register")
    op.create_table(
        "plot_service",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("utility", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'dated') = (available_on is not null)", name=op.f("ck_plot_service_dated_has_a_date")
        ),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_plot_service_plot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_plot_service_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_service")),
        schema="register",
    )
    op.create_index(op.f("ix_plot_service_source_id"), "plot_service", ["source_id"], unique=False, schema="register")
    op.create_index("uq_plot_service", "plot_service", ["plot_id", "utility"], unique=True, schema="register")
    op.create_table(
        "restriction",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("blocks_allocation", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("remark_ar", sa.Text(), nullable=True),
        sa.Column("remark_en", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_restriction_valid_not_empty")),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_restriction_plot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_restriction_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        schema="register",
    )
    op.create_index(
        "ix_restriction_plot_valid",
        "restriction",
        ["plot_id", "valid"],
        unique=False,
        schema="register",
        postgresql_using="gist",
    )
    op.create_index(op.f("ix_restriction_source_id"), "restriction", ["source_id"], unique=False, schema="register")
    op.create_table(
        "site_record",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("remark_ar", sa.Text(), nullable=True),
        sa.Column("remark_en", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_site_record_plot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_site_record_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_record")),
        schema="register",
    )
    op.create_index(op.f("ix_site_record_plot_id"), "site_record", ["plot_id"], unique=False, schema="register")
    op.create_index(op.f("ix_site_record_source_id"), "site_record", ["source_id"], unique=False, schema="register")
    op.create_table(
        "tenure_slot",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=True),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column(
            "target_id", sa.Uuid(), sa.Computed("coalesce(plot_id, facility_id)", persisted=True), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("valid", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("published", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("target_id"), "="), (sa.column("valid"), "&&"), using="gist", name="one_right_at_a_time"
        ),
        sa.CheckConstraint(
            "kind in ('reservation','allocation','lease','concession')", name=op.f("ck_tenure_slot_kind")
        ),
        sa.CheckConstraint("lower(valid) is not null", name=op.f("ck_tenure_slot_begins")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_tenure_slot_valid_not_empty")),
        sa.CheckConstraint("num_nonnulls(plot_id, facility_id) = 1", name=op.f("ck_tenure_slot_one_target")),
        sa.ForeignKeyConstraint(["party_id"], ["register.party.id"], name=op.f("fk_tenure_slot_party_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_tenure_slot_plot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_tenure_slot_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenure_slot")),
        schema="register",
    )
    op.create_index(op.f("ix_tenure_slot_facility_id"), "tenure_slot", ["facility_id"], unique=False, schema="register")
    op.create_index(op.f("ix_tenure_slot_party_id"), "tenure_slot", ["party_id"], unique=False, schema="register")
    op.create_index(op.f("ix_tenure_slot_plot_id"), "tenure_slot", ["plot_id"], unique=False, schema="register")
    op.create_index(op.f("ix_tenure_slot_source_id"), "tenure_slot", ["source_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_index(op.f("ix_tenure_slot_source_id"), table_name="tenure_slot", schema="register")
    op.drop_index(op.f("ix_tenure_slot_plot_id"), table_name="tenure_slot", schema="register")
    op.drop_index(op.f("ix_tenure_slot_party_id"), table_name="tenure_slot", schema="register")
    op.drop_index(op.f("ix_tenure_slot_facility_id"), table_name="tenure_slot", schema="register")
    op.drop_table("tenure_slot", schema="register")
    op.drop_index(op.f("ix_site_record_source_id"), table_name="site_record", schema="register")
    op.drop_index(op.f("ix_site_record_plot_id"), table_name="site_record", schema="register")
    op.drop_table("site_record", schema="register")
    op.drop_index(op.f("ix_restriction_source_id"), table_name="restriction", schema="register")
    op.drop_index("ix_restriction_plot_valid", table_name="restriction", schema="register", postgresql_using="gist")
    op.drop_table("restriction", schema="register")
    op.drop_index("uq_plot_service", table_name="plot_service", schema="register")
    op.drop_index(op.f("ix_plot_service_source_id"), table_name="plot_service", schema="register")
    op.drop_table("plot_service", schema="register")
    op.drop_index(op.f("ix_plot_source_id"), table_name="plot", schema="register")
    op.drop_index("ix_plot_geom_4326", table_name="plot", schema="register", postgresql_using="gist")
    op.drop_index("ix_plot_geom_3857", table_name="plot", schema="register", postgresql_using="gist")
    op.drop_index("ix_plot_geom", table_name="plot", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_plot_block_id"), table_name="plot", schema="register")
    op.drop_table("plot", schema="register")
    op.drop_index(op.f("ix_block_zone_id"), table_name="block", schema="register")
    op.drop_index(op.f("ix_block_source_id"), table_name="block", schema="register")
    op.drop_index("ix_block_geom_4326", table_name="block", schema="register", postgresql_using="gist")
    op.drop_index("ix_block_geom_3857", table_name="block", schema="register", postgresql_using="gist")
    op.drop_index("ix_block_geom", table_name="block", schema="register", postgresql_using="gist")
    op.drop_table("block", schema="register")
    op.drop_index(op.f("ix_zone_source_id"), table_name="zone", schema="register")
    op.drop_index("ix_zone_geom_4326", table_name="zone", schema="register", postgresql_using="gist")
    op.drop_index("ix_zone_geom_3857", table_name="zone", schema="register", postgresql_using="gist")
    op.drop_index("ix_zone_geom", table_name="zone", schema="register", postgresql_using="gist")
    op.drop_table("zone", schema="register")
    op.drop_index(op.f("ix_party_source_id"), table_name="party", schema="register")
    op.drop_table("party", schema="register")
    op.drop_table("change", schema="register")
    op.drop_index(op.f("ix_source_source_id"), table_name="source", schema="register")
    op.drop_table("source", schema="register")
    op.drop_table("layer_version", schema="register")
    op.drop_table("installation", schema="register")
    op.drop_index("ix_history_row", table_name="history", schema="register")
    op.drop_table("history", schema="register")
    op.drop_index("ix_event_object", table_name="event", schema="register")
    op.drop_table("event", schema="register")
    op.drop_table("code", schema="register")
    op.drop_index("ix_plots_public_status_area_m2_id", table_name="plots", schema="published")
    op.drop_index("ix_plots_geom_4326", table_name="plots", schema="published", postgresql_using="gist")
    op.drop_index("ix_plots_geom_3857", table_name="plots", schema="published", postgresql_using="gist")
    op.drop_index("ix_plots_geom", table_name="plots", schema="published", postgresql_using="gist")
    op.drop_index(op.f("ix_plots_block_code"), table_name="plots", schema="published")
    op.drop_index("ix_plots_area_m2_id", table_name="plots", schema="published")
    op.drop_table("plots", schema="published")
    op.drop_index("ix_blocks_geom_4326", table_name="blocks", schema="published", postgresql_using="gist")
    op.drop_index("ix_blocks_geom_3857", table_name="blocks", schema="published", postgresql_using="gist")
    op.drop_index("ix_blocks_geom", table_name="blocks", schema="published", postgresql_using="gist")
    op.drop_table("blocks", schema="published")
