# SPDX-License-Identifier: Apache-2.0
"""Development projects, programmes; members and roles of parties."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import layers.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "party_member",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("share_part", sa.Integer(), nullable=False),
        sa.Column("share_whole", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("group_id <> member_id", name=op.f("ck_party_member_not_of_itself")),
        sa.CheckConstraint("share_part > 0 and share_whole >= share_part", name=op.f("ck_party_member_share")),
        sa.ForeignKeyConstraint(["group_id"], ["register.party.id"], name=op.f("fk_party_member_group_id")),
        sa.ForeignKeyConstraint(["member_id"], ["register.party.id"], name=op.f("fk_party_member_member_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_party_member_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_member")),
        schema="register",
    )
    op.create_index(op.f("ix_party_member_member_id"), "party_member", ["member_id"], unique=False, schema="register")
    op.create_index(op.f("ix_party_member_source_id"), "party_member", ["source_id"], unique=False, schema="register")
    op.create_index("uq_party_member", "party_member", ["group_id", "member_id"], unique=True, schema="register")
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_period")),
        sa.ForeignKeyConstraint(["agency_id"], ["register.party.id"], name=op.f("fk_programme_agency_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_programme_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
        schema="register",
    )
    op.create_index(op.f("ix_programme_agency_id"), "programme", ["agency_id"], unique=False, schema="register")
    op.create_index(op.f("ix_programme_source_id"), "programme", ["source_id"], unique=False, schema="register")
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tile_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("description_ar", sa.Text(), nullable=True),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("sectors", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("main_sector", sa.Text(), sa.Computed("sectors[1]", persisted=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=True),
        sa.Column("physical_progress_pct", sa.Double(), nullable=True),
        sa.Column("financial_progress_pct", sa.Double(), nullable=True),
        sa.Column("progress_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "start_year",
            sa.Integer(),
            sa.Computed("extract(year from starts_on)::integer", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "end_year", sa.Integer(), sa.Computed("extract(year from ends_on)::integer", persisted=True), nullable=True
        ),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("budget_currency", sa.Text(), nullable=True),
        sa.Column("location_exactness", sa.Text(), nullable=False),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("geom", layers.base.GridGeometry(), nullable=False),
        sa.Column(
            "geom_3857",
            layers.base.ViewGeometry(view_srid=3857),
            sa.Computed("st_transform(geom, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "geom_4326",
            layers.base.ViewGeometry(),
            sa.Computed("st_transform(geom, 4326)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("budget_currency ~ '^[A-Z]{3}$'", name=op.f("ck_project_budget_currency")),
        sa.CheckConstraint("geometrytype(geom) <> 'GEOMETRYCOLLECTION'", name=op.f("ck_project_one_kind_of_shape")),
        sa.CheckConstraint(
            "(budget is null) = (budget_currency is null) and coalesce(budget, 0) >= 0", name=op.f("ck_project_budget")
        ),
        sa.CheckConstraint(
            "cardinality(sectors) > 0 and array_ndims(sectors) = 1", name=op.f("ck_project_has_a_sector")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_project_period")),
        sa.CheckConstraint("financial_progress_pct >= 0", name=op.f("ck_project_financial_progress")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_project_valid_not_empty")),
        sa.CheckConstraint("physical_progress_pct between 0 and 100", name=op.f("ck_project_physical_progress")),
        sa.CheckConstraint(
            "progress_on is not null or num_nonnulls(physical_progress_pct, financial_progress_pct) = 0",
            name=op.f("ck_project_progress_has_a_day"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["register.party.id"], name=op.f("fk_project_agency_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["register.programme.id"], name=op.f("fk_project_programme_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_project_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
        sa.UniqueConstraint("tile_id", name=op.f("uq_project_tile_id")),
        schema="register",
    )
    op.create_index(op.f("ix_project_agency_id"), "project", ["agency_id"], unique=False, schema="register")
    op.create_index("ix_project_geom", "project", ["geom"], unique=False, schema="register", postgresql_using="gist")
    op.create_index(
        "ix_project_geom_3857", "project", ["geom_3857"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(
        "ix_project_geom_4326", "project", ["geom_4326"], unique=False, schema="register", postgresql_using="gist"
    )
    op.create_index(op.f("ix_project_programme_id"), "project", ["programme_id"], unique=False, schema="register")
    op.create_index(op.f("ix_project_source_id"), "project", ["source_id"], unique=False, schema="register")
    op.create_table(
        "party_role",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("plot_id", sa.Uuid(), nullable=True),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_party_role_valid_not_empty")),
        sa.CheckConstraint("num_nonnulls(project_id, plot_id, facility_id) = 1", name=op.f("ck_party_role_one_object")),
        sa.ForeignKeyConstraint(["facility_id"], ["register.facility.id"], name=op.f("fk_party_role_facility_id")),
        sa.ForeignKeyConstraint(["party_id"], ["register.party.id"], name=op.f("fk_party_role_party_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_party_role_plot_id")),
        sa.ForeignKeyConstraint(["project_id"], ["register.project.id"], name=op.f("fk_party_role_project_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_party_role_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_role")),
        schema="register",
    )
    op.create_index(op.f("ix_party_role_facility_id"), "party_role", ["facility_id"], unique=False, schema="register")
    op.create_index(op.f("ix_party_role_party_id"), "party_role", ["party_id"], unique=False, schema="register")
    op.create_index(op.f("ix_party_role_plot_id"), "party_role", ["plot_id"], unique=False, schema="register")
    op.create_index(op.f("ix_party_role_project_id"), "party_role", ["project_id"], unique=False, schema="register")
    op.create_index(op.f("ix_party_role_source_id"), "party_role", ["source_id"], unique=False, schema="register")


def downgrade() -> None:
    op.drop_index(op.f("ix_party_role_source_id"), table_name="party_role", schema="register")
    op.drop_index(op.f("ix_party_role_project_id"), table_name="party_role", schema="register")
    op.drop_index(op.f("ix_party_role_plot_id"), table_name="party_role", schema="register")
    op.drop_index(op.f("ix_party_role_party_id"), table_name="party_role", schema="register")
    op.drop_index(op.f("ix_party_role_facility_id"), table_name="party_role", schema="register")
    op.drop_table("party_role", schema="register")
    op.drop_index(op.f("ix_project_source_id"), table_name="project", schema="register")
    op.drop_index(op.f("ix_project_programme_id"), table_name="project", schema="register")
    op.drop_index("ix_project_geom_4326", table_name="project", schema="register", postgresql_using="gist")
    op.drop_index("ix_project_geom_3857", table_name="project", schema="register", postgresql_using="gist")
    op.drop_index("ix_project_geom", table_name="project", schema="register", postgresql_using="gist")
    op.drop_index(op.f("ix_project_agency_id"), table_name="project", schema="register")
    op.drop_table("project", schema="register")
    op.drop_index(op.f("ix_programme_source_id"), table_name="programme", schema="register")
    op.drop_index(op.f("ix_programme_agency_id"), table_name="programme", schema="register")
    op.drop_table("programme", schema="register")
    op.drop_index("uq_party_member", table_name="party_member", schema="register")
    op.drop_index(op.f("ix_party_member_source_id"), table_name="party_member", schema="register")
    op.drop_index(op.f("ix_party_member_member_id"), table_name="party_member", schema="register")
    op.drop_table("party_member", schema="register")
