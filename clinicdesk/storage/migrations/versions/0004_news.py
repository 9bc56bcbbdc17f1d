"""The trail tells every desk that somebody wrote."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Notify on PostgreSQL, with no word of what was written; one notice a transaction. Readings are no news."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION audit_tell() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_notify('clinicdesk_news', ''); RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_tells AFTER INSERT ON audit_event FOR EACH ROW WHEN (NEW.action <> 'read')"
        " EXECUTE FUNCTION audit_tell()"
    )
