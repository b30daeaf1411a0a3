# SPDX-License-Identifier: Apache-2.0
"""A file on its way in says to which answers its report belongs: to be asked each second without reading the report."""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incoming", sa.Column("reported", sa.Integer(), nullable=True), schema="register")
    op.execute(
        "update register.incoming i set reported = answered "
        "where exists (select from register.job j where j.id = i.job and j.state = 'done')"
    )


def downgrade() -> None:
    op.drop_column("incoming", "reported", schema="register")
