"""What the database itself refuses, whoever writes: overlapping claims, and any change of the audit trail.

On SQLite triggers guard the claims. Stored claims of one resource never overlap, so among those that start before the new
one ends the last has the latest end: looking at that one alone is enough, and costs one step in the index however full the
diary is. On PostgreSQL an exclusion constraint over half-open ranges does it.
"""

from __future__ import annotations

CLASH = "claim_clash"
AUDIT_CLOSED = "audit_closed"
AUDIT_GAP = "audit_gap"

_SQLITE_CLASH = f"""
CREATE TRIGGER claim_{{event}}_clash BEFORE {{event_of}} ON claim
WHEN (
    SELECT held.ends_at FROM claim AS held
    WHERE held.resource_id = NEW.resource_id AND held.starts_at < NEW.ends_at{{but}}
    ORDER BY held.starts_at DESC LIMIT 1
) > NEW.starts_at
BEGIN SELECT RAISE(ABORT, '{CLASH}'); END
"""

SQLITE: tuple[str, ...] = (
    _SQLITE_CLASH.format(event="insert", event_of="INSERT", but=""),
    _SQLITE_CLASH.format(
        event="update", event_of="UPDATE OF resource_id, starts_at, ends_at", but=" AND held.id <> NEW.id"
    ),
    f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_event BEGIN SELECT RAISE(ABORT, '{AUDIT_CLOSED}'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, '{AUDIT_CLOSED}'); END",
    "CREATE TRIGGER audit_no_gap BEFORE INSERT ON audit_event"
    " WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit_event)"
    f" BEGIN SELECT RAISE(ABORT, '{AUDIT_GAP}'); END",
)

POSTGRESQL: tuple[str, ...] = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"ALTER TABLE claim ADD CONSTRAINT {CLASH} EXCLUDE USING gist"
    " (resource_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&)",
    "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{AUDIT_CLOSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_event"
    " FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_event"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE FUNCTION audit_contiguous() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit_event) THEN"
    f" RAISE EXCEPTION '{AUDIT_GAP}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER audit_no_gap BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_contiguous()",
)
