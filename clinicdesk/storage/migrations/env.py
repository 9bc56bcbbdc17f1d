"""Run migrations on the connection that `clinicdesk.storage.migrate` hands over."""

from __future__ import annotations

from alembic import context

from clinicdesk.storage import tables  # noqa: F401 - registers the tables
from clinicdesk.storage.base import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True
)
context.run_migrations()
