# SPDX-License-Identifier: Apache-2.0
"""How many plots there are of each kind is kept, not counted; charges are in order."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

KINDS = ("public_status", "land_use", "water", "sewer", "power", "telecom")


def upgrade() -> None:
    op.create_table(
        "plot_sums",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in KINDS),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("plots", sa.BigInteger(), nullable=False),
        sa.Column("area_m2", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plot_sums")),
        schema="published",
    )
    op.create_index("ix_plots_rent_plot_number", "plots", ["rent", "plot_number"], schema="published")
    kinds = ", ".join(KINDS)
    op.execute(
        f"insert into published.plot_sums ({kinds}, illustrative, plots, area_m2) "  # noqa: S608 names of ours
        f"select {kinds}, illustrative, count(*), sum(area_m2::numeric) from published.plots group by {kinds}, illustrative"
    )


def downgrade() -> None:
    op.drop_index("ix_plots_rent_plot_number", "plots", schema="published")
    op.drop_table("plot_sums", schema="published")
