# SPDX-License-Identifier: Apache-2.0
"""The point at which a kept shape is labelled is stored with it."""

import sqlalchemy as sa
from alembic import op

from layers.base import ViewGeometry

revision = "0090"
down_revision = "0080"
branch_labels = None
depends_on = None

KEPT = ("plots", "blocks")


def upgrade() -> None:
    for table in KEPT:
        op.add_column(
            table,
            sa.Column(
                "label_3857",
                ViewGeometry("POINT", 3857),
                sa.Computed("st_pointonsurface(geom_3857)", persisted=True),
                nullable=False,
            ),
            schema="published",
        )


def downgrade() -> None:
    for table in KEPT:
        op.drop_column(table, "label_3857", schema="published")
