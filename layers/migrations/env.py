# SPDX-License-Identifier: Apache-2.0
"""Alembic's entrance. `layers.database.migrate` hands the connection over; there is no alembic.ini."""

from alembic import context

import layers.access
import layers.catalogue
import layers.codelists
import layers.fabric.tables
import layers.idempotency
import layers.incoming
import layers.jobs
import layers.lineage
import layers.models
import layers.parties
import layers.record
import layers.rights.files
import layers.rights.leases
import layers.rights.money
import layers.sources
import layers.users  # noqa: F401
from layers.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table_schema="register",
    include_schemas=True,
    include_name=lambda name, type_, _: type_ != "schema" or name in ("register", "published"),
    compare_server_default=False,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
