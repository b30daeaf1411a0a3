# SPDX-License-Identifier: Apache-2.0
"""Features of kept tables, written out as readers get them. `publish` fills the tables."""

import sqlalchemy as sa
from alembic import op

revision = "0115"
down_revision = "0110"
branch_labels = None
depends_on = None

TABLES = ("plots_written", "blocks_written")


def upgrade() -> None:
    for name in TABLES:
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("feature", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            schema="published",
        )


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name, schema="published")
