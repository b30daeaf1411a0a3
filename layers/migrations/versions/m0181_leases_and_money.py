# SPDX-License-Identifier: Apache-2.0
"""Leases and what follows from them; invoices and payments; claims; photos of a site."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0181"
down_revision = "0180"
branch_labels = None
depends_on = None

TABLES = (
    "claim",
    "site_photo",
    "lease",
    "addendum",
    "guarantee",
    "invoice",
    "lease_step",
    "notice",
    "obligation",
    "payment",
)


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("plot_id", sa.Uuid(), nullable=False),
        sa.Column("claimant", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("restriction_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_on is null)", name=op.f("ck_claim_ended_has_a_day")),
        sa.ForeignKeyConstraint(["plot_id"], ["register.plot.id"], name=op.f("fk_claim_plot_id")),
        sa.ForeignKeyConstraint(["restriction_id"], ["register.restriction.id"], name=op.f("fk_claim_restriction_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_claim_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_number")),
        schema="register",
    )
    op.create_index(op.f("ix_claim_plot_id"), "claim", ["plot_id"], unique=False, schema="register")
    op.create_index(op.f("ix_claim_restriction_id"), "claim", ["restriction_id"], unique=False, schema="register")
    op.create_index(op.f("ix_claim_source_id"), "claim", ["source_id"], unique=False, schema="register")
    op.create_table(
        "site_photo",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("direction_deg", sa.Double(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("direction_deg >= 0 and direction_deg < 360", name=op.f("ck_site_photo_direction")),
        sa.ForeignKeyConstraint(["document_id"], ["register.source.id"], name=op.f("fk_site_photo_document_id")),
        sa.ForeignKeyConstraint(["record_id"], ["register.site_record.id"], name=op.f("fk_site_photo_record_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_site_photo_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_photo")),
        sa.UniqueConstraint("record_id", "document_id", name=op.f("uq_site_photo_record_id_document_id")),
        schema="register",
    )
    op.create_index(op.f("ix_site_photo_document_id"), "site_photo", ["document_id"], unique=False, schema="register")
    op.create_index(op.f("ix_site_photo_record_id"), "site_photo", ["record_id"], unique=False, schema="register")
    op.create_index(op.f("ix_site_photo_source_id"), "site_photo", ["source_id"], unique=False, schema="register")
    op.create_table(
        "lease",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="ACT", nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("right_type", sa.Text(), server_default="usufruct", nullable=False),
        sa.Column("tariff_id", sa.Uuid(), nullable=True),
        sa.Column("charge_category", sa.Text(), nullable=True),
        sa.Column("area_m2", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("annual_charge", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), server_default="LYD", nullable=False),
        sa.Column("cure_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("recovery_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("from_paper", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("area_m2 > 0 and annual_charge >= 0", name=op.f("ck_lease_not_negative")),
        sa.CheckConstraint("previous_id <> id", name=op.f("ck_lease_not_after_itself")),
        sa.ForeignKeyConstraint(["application_id"], ["register.application.id"], name=op.f("fk_lease_application_id")),
        sa.ForeignKeyConstraint(["document_id"], ["register.source.id"], name=op.f("fk_lease_document_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["register.restriction.id"], name=op.f("fk_lease_hold_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["register.lease.id"], name=op.f("fk_lease_previous_id")),
        sa.ForeignKeyConstraint(["recovery_id"], ["register.restriction.id"], name=op.f("fk_lease_recovery_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["register.tenure_slot.id"], name=op.f("fk_lease_slot_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_lease_source_id")),
        sa.ForeignKeyConstraint(["tariff_id"], ["register.tariff.id"], name=op.f("fk_lease_tariff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("number", name=op.f("uq_lease_number")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_lease_previous_id")),
        sa.UniqueConstraint("slot_id", name=op.f("uq_lease_slot_id")),
        schema="register",
    )
    op.create_index(op.f("ix_lease_application_id"), "lease", ["application_id"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_document_id"), "lease", ["document_id"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_hold_id"), "lease", ["hold_id"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_recovery_id"), "lease", ["recovery_id"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_source_id"), "lease", ["source_id"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_state"), "lease", ["state"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_tariff_id"), "lease", ["tariff_id"], unique=False, schema="register")
    op.create_table(
        "addendum",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("area_m2", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("annual_charge", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("says", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_addendum_area_positive")),
        sa.ForeignKeyConstraint(["document_id"], ["register.source.id"], name=op.f("fk_addendum_document_id")),
        sa.ForeignKeyConstraint(["lease_id"], ["register.lease.id"], name=op.f("fk_addendum_lease_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_addendum_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint("number", name=op.f("uq_addendum_number")),
        schema="register",
    )
    op.create_index(op.f("ix_addendum_document_id"), "addendum", ["document_id"], unique=False, schema="register")
    op.create_index(op.f("ix_addendum_lease_id"), "addendum", ["lease_id"], unique=False, schema="register")
    op.create_index(op.f("ix_addendum_source_id"), "addendum", ["source_id"], unique=False, schema="register")
    op.create_table(
        "guarantee",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("lease_id", sa.Uuid(), nullable=True),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("bank_number", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_guarantee_amount_positive")),
        sa.CheckConstraint("num_nonnulls(application_id, lease_id) = 1", name=op.f("ck_guarantee_one_object")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["register.application.id"], name=op.f("fk_guarantee_application_id")
        ),
        sa.ForeignKeyConstraint(["lease_id"], ["register.lease.id"], name=op.f("fk_guarantee_lease_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_guarantee_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee")),
        schema="register",
    )
    op.create_index(
        op.f("ix_guarantee_application_id"), "guarantee", ["application_id"], unique=False, schema="register"
    )
    op.create_index(op.f("ix_guarantee_lease_id"), "guarantee", ["lease_id"], unique=False, schema="register")
    op.create_index(op.f("ix_guarantee_source_id"), "guarantee", ["source_id"], unique=False, schema="register")
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("lease_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", postgresql.DATERANGE(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), server_default=sa.text("current_date"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoice_amount_positive")),
        sa.CheckConstraint("num_nonnulls(application_id, lease_id) = 1", name=op.f("ck_invoice_one_object")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["register.application.id"], name=op.f("fk_invoice_application_id")
        ),
        sa.ForeignKeyConstraint(["lease_id"], ["register.lease.id"], name=op.f("fk_invoice_lease_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_invoice_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        schema="register",
    )
    op.create_index(op.f("ix_invoice_application_id"), "invoice", ["application_id"], unique=False, schema="register")
    op.create_index(op.f("ix_invoice_lease_id"), "invoice", ["lease_id"], unique=False, schema="register")
    op.create_index(op.f("ix_invoice_source_id"), "invoice", ["source_id"], unique=False, schema="register")
    op.create_table(
        "lease_step",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(["lease_id"], ["register.lease.id"], name=op.f("fk_lease_step_lease_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_lease_step_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease_step")),
        schema="register",
    )
    op.create_index(op.f("ix_lease_step_lease_id"), "lease_step", ["lease_id"], unique=False, schema="register")
    op.create_index(op.f("ix_lease_step_source_id"), "lease_step", ["source_id"], unique=False, schema="register")
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["lease_id"], ["register.lease.id"], name=op.f("fk_notice_lease_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_notice_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_notice_number")),
        schema="register",
    )
    op.create_index(op.f("ix_notice_lease_id"), "notice", ["lease_id"], unique=False, schema="register")
    op.create_index(op.f("ix_notice_source_id"), "notice", ["source_id"], unique=False, schema="register")
    op.create_table(
        "obligation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("lease_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["evidence_id"], ["register.source.id"], name=op.f("fk_obligation_evidence_id")),
        sa.ForeignKeyConstraint(["lease_id"], ["register.lease.id"], name=op.f("fk_obligation_lease_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_obligation_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
        schema="register",
    )
    op.create_index(op.f("ix_obligation_evidence_id"), "obligation", ["evidence_id"], unique=False, schema="register")
    op.create_index(op.f("ix_obligation_lease_id"), "obligation", ["lease_id"], unique=False, schema="register")
    op.create_index(op.f("ix_obligation_source_id"), "obligation", ["source_id"], unique=False, schema="register")
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("receipt_no", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "recorded_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("illustrative", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["invoice_id"], ["register.invoice.id"], name=op.f("fk_payment_invoice_id")),
        sa.ForeignKeyConstraint(["source_id"], ["register.source.id"], name=op.f("fk_payment_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_payment_receipt_no")),
        schema="register",
    )
    op.create_index(op.f("ix_payment_invoice_id"), "payment", ["invoice_id"], unique=False, schema="register")
    op.create_index(op.f("ix_payment_source_id"), "payment", ["source_id"], unique=False, schema="register")


def downgrade() -> None:

    for table in reversed(TABLES):
        op.drop_table(table, schema="register")
