# SPDX-License-Identifier: Apache-2.0
"""One-time links of the admin, and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None


def _moment(name: str, default: str | None, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text(default) if default else None, nullable=nullable
    )


def upgrade() -> None:
    op.create_table(
        "admin_link",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        _moment("made_at", "clock_timestamp()"),
        _moment("expires", "clock_timestamp() + interval '24 hours'"),
        _moment("used_at", None, nullable=True),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name=op.f("ck_admin_link_is_digest")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_admin_link")),
        schema="register",
    )
    op.create_table(
        "session",
        sa.Column("id_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        _moment("made_at", "clock_timestamp()"),
        _moment("seen", "clock_timestamp()"),
        _moment("expires", "clock_timestamp() + interval '12 hours'"),
        sa.CheckConstraint("octet_length(id_sha256) = 32", name=op.f("ck_session_is_digest")),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_session")),
        schema="register",
    )


def downgrade() -> None:
    op.drop_table("session", schema="register")
    op.drop_table("admin_link", schema="register")
