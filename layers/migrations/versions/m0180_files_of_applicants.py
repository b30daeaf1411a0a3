# SPDX-License-Identifier: Apache-2.0
"""Files of applicants, the committee that decides on them, tariffs; what they add to parties, papers and slots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0180"
down_revision = "0160"
branch_labels = None
depends_on = None

TABLES = (
    "register_number",
    "tariff",
    "meeting",
    "rights_rule",
    "tariff_line",
    "meeting_member",
    "application",
    "application_paper",
    "application_step",
    "meeting_item",
    "recusal",
)


def upgrade() -> None:
    op.create_table(
        "register_number",
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("register", "year", name=op.f("pk_register_number")),
        schema="register",
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "valid", postgresql.TSTZRANGE(), server_default=sa.text("tstzrange(now(), null, '[)')"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("not isempty(valid)", name=op.f("ck_tariff_valid_not_empty")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_tariff_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_tariff_code_edition")),
        schema="register",
    )
    op.create_index(op.f("ix_tariff_source_id"), "tariff", ["source_id"], unique=False, schema="register")
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), server_default="called", nullable=False),
        sa.Column("minutes_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('called', 'closed')", name=op.f("ck_meeting_state")),
        sa.ForeignKeyConstraint(["minutes_id"], ["register.source.id"], name=op.f("fk_meeting_minutes_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_meeting_source_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["register.zone.id"], name=op.f("fk_meeting_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("number", name=op.f("uq_meeting_number")),
        schema="register",
    )
    op.create_index(op.f("ix_meeting_minutes_id"), "meeting", ["minutes_id"], unique=False, schema="register")
    op.create_index(op.f("ix_meeting_source_id"), "meeting", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_meeting_zone_id"), "meeting", ["zone_id"], unique=False, schema="register")
    op.create_table(
        "rights_rule",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("complete_days", sa.Integer(), nullable=True),
        sa.Column("accept_days", sa.Integer(), nullable=True),
        sa.Column("decide_days", sa.Integer(), nullable=True),
        sa.Column("sign_days", sa.Integer(), nullable=True),
        sa.Column("cure_days", sa.Integer(), nullable=True),
        sa.Column("appeal_days", sa.Integer(), nullable=True),
        sa.Column("renewal_window_days", sa.Integer(), nullable=True),
        sa.Column("rent_late_days", sa.Integer(), nullable=True),
        sa.Column("guarantee_alarm_days", sa.Integer(), nullable=True),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("term_min_years", sa.Integer(), nullable=True),
        sa.Column("term_max_years", sa.Integer(), nullable=True),
        sa.Column("lapse_automatic", sa.Boolean(), nullable=True),
        sa.Column("papers", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("legal_basis_ar", sa.Text(), nullable=True),
        sa.Column("legal_basis_en", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "least(complete_days, accept_days, decide_days, sign_days, cure_days, appeal_days, renewal_window_days) > 0 and rent_late_days >= 0 and guarantee_alarm_days >= 0",
            name=op.f("ck_rights_rule_days_positive"),
        ),
        sa.CheckConstraint("quorum > 0", name=op.f("ck_rights_rule_quorum_positive")),
        sa.CheckConstraint(
            "term_min_years > 0 and term_max_years >= term_min_years", name=op.f("ck_rights_rule_terms")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_rights_rule_source_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["register.zone.id"], name=op.f("fk_rights_rule_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_rule")),
        sa.UniqueConstraint("zone_id", name=op.f("uq_rights_rule_zone_id")),
        schema="register",
    )
    op.create_index(op.f("ix_rights_rule_source_id"), "rights_rule", ["source_id"], unique=False, schema="register")
    op.create_table(
        "tariff_line",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("tiers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("tier_kind", sa.Text(), server_default="whole", nullable=False),
        sa.Column("lower_limit", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("upper_limit", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(rate is null) <> (tiers is null)", name=op.f("ck_tariff_line_rate_or_tiers")),
        sa.CheckConstraint("least(rate, lower_limit, upper_limit) >= 0", name=op.f("ck_tariff_line_not_negative")),
        sa.CheckConstraint("tiers is null or jsonb_array_length(tiers) > 0", name=op.f("ck_tariff_line_has_tiers")),
        sa.CheckConstraint("upper_limit >= lower_limit", name=op.f("ck_tariff_line_limits")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_tariff_line_source_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["register.tariff.id"], name=op.f("fk_tariff_line_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_line")),
        sa.UniqueConstraint("tariff_id", "kind", "category", name=op.f("uq_tariff_line_tariff_id_kind_category")),
        schema="register",
    )
    op.create_index(op.f("ix_tariff_line_source_id"), "tariff_line", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_tariff_line_tariff_id"), "tariff_line", ["tariff_id"], unique=False, schema="register")
    op.create_table(
        "meeting_member",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("present", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("chair", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["register.meeting.id"], name=op.f("fk_meeting_member_meeting_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_meeting_member_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_member")),
        sa.UniqueConstraint("meeting_id", "name", name=op.f("uq_meeting_member_meeting_id_name")),
        schema="register",
    )
    op.create_index(
        op.f("ix_meeting_member_meeting_id"), "meeting_member", ["meeting_id"], unique=False, schema="register"
    )
    op.create_index(
        op.f("ix_meeting_member_source_id"), "meeting_member", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("reg_no", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="DRF", nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("plot_id", sa.Uuid(), nullable=True),
        sa.Column("reserve_plots", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("land_use", sa.Text(), nullable=True),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("area_wanted_m2", sa.Double(), nullable=True),
        sa.Column("capital", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("power_kw", sa.Double(), nullable=True),
        sa.Column("water_m3_day", sa.Double(), nullable=True),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_left_s", sa.Double(), nullable=True),
        sa.Column("return_reasons", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("answered", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("score", sa.Numeric(precision=8, scale=3), nullable=True),
        sa.Column("deposit_due", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("boundary_accepted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("notice_no", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("from_paper", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'DRF') = (reg_no is null) or state in ('WDN', 'CNL')",
            name=op.f("ck_application_numbered_once_received"),
        ),
        sa.CheckConstraint(
            "(capital is null and deposit_due is null) or currency is not null",
            name=op.f("ck_application_money_has_a_currency"),
        ),
        sa.CheckConstraint(
            "least(area_wanted_m2, capital, power_kw, water_m3_day, deposit_due) >= 0 and jobs >= 0",
            name=op.f("ck_application_not_negative"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["register.party.id"], name=op.f("fk_application_party_id")),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_application_plot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_application_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("reg_no", name=op.f("uq_application_reg_no")),
        schema="register",
    )
    op.create_index("ix_application_due_by", "application", ["due_by"], unique=False, schema="register")
    op.create_index(op.f("ix_application_party_id"), "application", ["party_id"], unique=False, schema="register")
    op.create_index(op.f("ix_application_plot_id"), "application", ["plot_id"], unique=False, schema="register")
    op.create_index(op.f("ix_application_source_id"), "application", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_application_state"), "application", ["state"], unique=False, schema="register")
    op.create_table(
        "application_paper",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["register.application.id"], name=op.f("fk_application_paper_application_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["register.source.id"], name=op.f("fk_application_paper_document_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_application_paper_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_paper")),
        schema="register",
    )
    op.create_index(
        op.f("ix_application_paper_application_id"),
        "application_paper",
        ["application_id"],
        unique=False,
        schema="register",
    )
    op.create_index(
        op.f("ix_application_paper_document_id"), "application_paper", ["document_id"], unique=False, schema="register"
    )
    op.create_index(
        op.f("ix_application_paper_source_id"), "application_paper", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "application_step",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["register.application.id"], name=op.f("fk_application_step_application_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_application_step_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_step")),
        schema="register",
    )
    op.create_index(
        op.f("ix_application_step_application_id"),
        "application_step",
        ["application_id"],
        unique=False,
        schema="register",
    )
    op.create_index(
        op.f("ix_application_step_source_id"), "application_step", ["source_id"], unique=False, schema="register"
    )
    op.create_table(
        "meeting_item",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "decision <> 'reject' or reason is not null", name=op.f("ck_meeting_item_rejection_has_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["register.application.id"], name=op.f("fk_meeting_item_application_id")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["register.meeting.id"], name=op.f("fk_meeting_item_meeting_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_meeting_item_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_item")),
        sa.UniqueConstraint("meeting_id", "application_id", name=op.f("uq_meeting_item_meeting_id_application_id")),
        sa.UniqueConstraint("meeting_id", "position", name=op.f("uq_meeting_item_meeting_id_position")),
        schema="register",
    )
    op.create_index(
        op.f("ix_meeting_item_application_id"), "meeting_item", ["application_id"], unique=False, schema="register"
    )
    op.create_index(op.f("ix_meeting_item_meeting_id"), "meeting_item", ["meeting_id"], unique=False, schema="register")
    op.create_index(op.f("ix_meeting_item_source_id"), "meeting_item", ["source_id"], unique=False, schema="register")
    op.create_table(
        "recusal",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["register.meeting_item.id"], name=op.f("fk_recusal_item_id")),
        sa.ForeignKeyConstraint(["member_id"], ["register.meeting_member.id"], name=op.f("fk_recusal_member_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_recusal_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
        sa.UniqueConstraint("item_id", "member_id", name=op.f("uq_recusal_item_id_member_id")),
        schema="register",
    )
    op.create_index(op.f("ix_recusal_item_id"), "recusal", ["item_id"], unique=False, schema="register")
    op.create_index(op.f("ix_recusal_member_id"), "recusal", ["member_id"], unique=False, schema="register")
    op.create_index(op.f("ix_recusal_source_id"), "recusal", ["source_id"], unique=False, schema="register")
    op.add_column(
        "party", sa.Column("kyc_state", sa.Text(), server_default="unchecked", nullable=False), schema="register"
    )
    op.add_column(
        "source", sa.Column("visibility", sa.Text(), server_default="public", nullable=False), schema="register"
    )
    op.add_column("source", sa.Column("registered_as", sa.Text(), nullable=True), schema="register")
    op.add_column("source", sa.Column("direction", sa.Text(), nullable=True), schema="register")
    op.add_column("source", sa.Column("made_of", sa.Text(), nullable=True), schema="register")
    op.create_unique_constraint(op.f("uq_source_registered_as"), "source", ["registered_as"], schema="register")
    op.add_column("tenure_slot", sa.Column("application_id", sa.Uuid(), nullable=True), schema="register")
    op.create_index(
        op.f("ix_tenure_slot_application_id"), "tenure_slot", ["application_id"], unique=False, schema="register"
    )
    op.create_foreign_key(
        op.f("fk_tenure_slot_application_id"),
        "tenure_slot",
        "application",
        ["application_id"],
        ["id"],
        source_schema="register",
        referent_schema="register",
    )


def downgrade() -> None:
    op.drop_column("tenure_slot", "application_id", schema="register")
    op.drop_column("source", "made_of", schema="register")
    op.drop_column("source", "direction", schema="register")
    op.drop_column("source", "registered_as", schema="register")
    op.drop_column("source", "visibility", schema="register")
    op.drop_column("party", "kyc_state", schema="register")
    for table in reversed(TABLES):
        op.drop_table(table, schema="register")
