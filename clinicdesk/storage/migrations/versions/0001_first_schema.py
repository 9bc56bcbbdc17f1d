"""The first schema: every table, and what the database itself refuses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clinicdesk.storage import guards
from clinicdesk.storage.base import Id, Instant, Key
from clinicdesk.storage.database import APPLICATION_ID

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        statements = guards.POSTGRESQL
    else:
        statements = (*guards.SQLITE, f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in statements:
        op.execute(statement)


def _create_tables() -> None:

    op.create_table(
        "app_user",
        sa.Column("id", Id, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("npi", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("login", name=op.f("uq_app_user_login")),
    )
    op.create_table(
        "catalogue_entry",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entry")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_catalogue_entry_kind_key")),
    )
    op.create_table(
        "clinic",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone_after_hours", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=40), nullable=False),
        sa.Column("emergency_number", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("aftercare_hours", sa.Integer(), nullable=False),
        sa.Column("aftercare_hours_general", sa.Integer(), nullable=False),
        sa.Column("leaving_time", sa.Time(), nullable=False),
        sa.Column("late_finish", sa.Time(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("audit_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clinic_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
    )
    op.create_table(
        "name_variant",
        sa.Column("variant", Key, nullable=False),
        sa.Column("target", Key, nullable=False),
        sa.PrimaryKeyConstraint("variant", "target", name=op.f("pk_name_variant")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opening_hours",
        sa.Column("id", Id, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_opening_hours_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_table(
        "patient",
        sa.Column("id", Id, nullable=False),
        sa.Column("mrn", Key, nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.Column("given_key", Key, nullable=False),
        sa.Column("family_key", Key, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("large_print", sa.Boolean(), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=40), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("insurance_number", sa.Text(), nullable=False),
        sa.Column("referrer", sa.Text(), nullable=False),
        sa.Column("asa_class", sa.Integer(), nullable=True),
        sa.Column("blood_thinner", sa.Text(), nullable=False),
        sa.Column("allergies", sa.Text(), nullable=False),
        sa.Column("no_known_allergies", sa.Boolean(), nullable=False),
        sa.Column("contact_hours", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("mrn", name=op.f("uq_patient_mrn")),
        sa.UniqueConstraint("source_key", name=op.f("uq_patient_source_key")),
    )
    op.create_index(
        "ix_patient_birth_date", "patient", ["birth_date", "family_key", "given_key"], unique=False
    )
    op.create_index(op.f("ix_patient_insurance_number"), "patient", ["insurance_number"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_audit_event_user_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject", "subject_id"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("procedure_id", Id, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("levels", sa.Text(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=True),
        sa.Column("diagnosis", sa.Text(), nullable=False),
        sa.Column("sedation", sa.String(length=40), nullable=False),
        sa.Column("mac", sa.Boolean(), nullable=False),
        sa.Column("setting", sa.String(length=40), nullable=False),
        sa.Column("starts_at", Instant(), nullable=True),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("setup_minutes", sa.Integer(), nullable=False),
        sa.Column("turnover_minutes", sa.Integer(), nullable=False),
        sa.Column("recovery_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("pain_before", sa.Integer(), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("in_room_at", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("recovery_at", Instant(), nullable=True),
        sa.Column("discharged_at", Instant(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_ends_after_start")),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_booking_created_by")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_booking_patient_id")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["catalogue_entry.id"], name=op.f("fk_booking_procedure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    op.create_index("ix_booking_patient_id", "booking", ["patient_id", "starts_at"], unique=False)
    op.create_index("ix_booking_starts_at", "booking", ["starts_at"], unique=False)
    op.create_index("ix_booking_state", "booking", ["state", "starts_at"], unique=False)
    op.create_table(
        "name_key",
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", Key, nullable=False),
        sa.Column("mate", Key, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("born", sa.Integer(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("mrn", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_name_key_patient_id")),
        sa.PrimaryKeyConstraint("rank", "word", "mate", "patient_id", name=op.f("pk_name_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "patient_contact",
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_contact_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_contact")),
    )
    op.create_index(op.f("ix_patient_contact_patient_id"), "patient_contact", ["patient_id"], unique=False)
    op.create_table(
        "patient_phone",
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("digits", Key, nullable=False),
        sa.Column("reversed_digits", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_patient_phone_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_phone")),
    )
    op.create_index("ix_patient_phone_digits", "patient_phone", ["digits", "patient_id"], unique=False)
    op.create_index(
        "ix_patient_phone_patient_id", "patient_phone", ["patient_id", "position", "number"], unique=False
    )
    op.create_index(
        "ix_patient_phone_reversed", "patient_phone", ["reversed_digits", "patient_id"], unique=False
    )
    op.create_table(
        "resource",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("patient_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_resource_patient_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_resource_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_resource_patient_id")),
    )
    op.create_index("ix_resource_kind_position", "resource", ["kind", "position"], unique=False)
    op.create_table(
        "verifier",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("encoded", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failure", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_verifier_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_verifier")),
    )
    op.create_table(
        "booking_event",
        sa.Column("id", Id, nullable=False),
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("from_starts", Instant(), nullable=True),
        sa.Column("to_starts", Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_event_booking_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_booking_event_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
    )
    op.create_index(op.f("ix_booking_event_booking_id"), "booking_event", ["booking_id"], unique=False)
    op.create_table(
        "booking_unit",
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("resource_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_unit_booking_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_booking_unit_resource_id")),
        sa.PrimaryKeyConstraint("booking_id", "kind", name=op.f("pk_booking_unit")),
    )
    op.create_index(
        "ix_booking_unit_resource_id", "booking_unit", ["resource_id", "booking_id"], unique=False
    )
    op.create_table(
        "brace_order",
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("booking_id", Id, nullable=True),
        sa.Column("hcpcs", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("wear_rule", sa.Text(), nullable=False),
        sa.Column("diagnosis", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ordered_by", Id, nullable=False),
        sa.Column("signed_at", Instant(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_brace_order_booking_id")),
        sa.ForeignKeyConstraint(["ordered_by"], ["app_user.id"], name=op.f("fk_brace_order_ordered_by")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_brace_order_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brace_order")),
    )
    op.create_index("ix_brace_order_booking_id", "brace_order", ["booking_id"], unique=False)
    op.create_index("ix_brace_order_patient_id", "brace_order", ["patient_id"], unique=False)
    op.create_index("ix_brace_order_status", "brace_order", ["status"], unique=False)
    op.create_table(
        "check_in",
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=False),
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("step_key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("not_before", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", Id, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("pain", sa.Integer(), nullable=True),
        sa.Column("tier", sa.String(length=40), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("told_surgeon_at", Instant(), nullable=True),
        sa.Column("told_surgeon_by", Id, nullable=True),
        sa.Column("reviewed_at", Instant(), nullable=True),
        sa.Column("reviewed_by", Id, nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_check_in_booking_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["app_user.id"], name=op.f("fk_check_in_closed_by")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_check_in_patient_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["app_user.id"], name=op.f("fk_check_in_reviewed_by")),
        sa.ForeignKeyConstraint(
            ["told_surgeon_by"], ["app_user.id"], name=op.f("fk_check_in_told_surgeon_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index("ix_check_in_booking_id", "check_in", ["booking_id", "due_on"], unique=False)
    op.create_index(
        "ix_check_in_open",
        "check_in",
        ["due_on", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_check_in_patient_id", "check_in", ["patient_id", "due_on"], unique=False)
    op.create_index(
        "ix_check_in_review",
        "check_in",
        ["tier", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL AND reviewed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL AND reviewed_at IS NULL"),
    )
    op.create_table(
        "claim",
        sa.Column("id", Id, nullable=False),
        sa.Column("resource_id", Id, nullable=False),
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_claim_ends_after_start")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_claim_booking_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_claim_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_booking_id", "claim", ["booking_id"], unique=False)
    op.create_index(
        "ix_claim_resource_starts",
        "claim",
        ["resource_id", "starts_at", "ends_at", "booking_id"],
        unique=False,
    )
    op.create_table(
        "discharge",
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("aldrete", sa.Text(), nullable=False),
        sa.Column("aldrete_at", Instant(), nullable=True),
        sa.Column("aldrete_by", Id, nullable=True),
        sa.Column("padss", sa.Text(), nullable=False),
        sa.Column("padss_at", Instant(), nullable=True),
        sa.Column("padss_by", Id, nullable=True),
        sa.Column("escort_name", sa.Text(), nullable=False),
        sa.Column("escort_phone", sa.Text(), nullable=False),
        sa.Column("escort_exempt_reason", sa.Text(), nullable=False),
        sa.Column("escort_exempt_by", Id, nullable=True),
        sa.Column("escort_exempt_at", Instant(), nullable=True),
        sa.Column("order_signed_at", Instant(), nullable=True),
        sa.Column("order_signed_by", Id, nullable=True),
        sa.Column("teach_back_at", Instant(), nullable=True),
        sa.Column("teach_back_by", Id, nullable=True),
        sa.Column("wound_closure", sa.Text(), nullable=False),
        sa.Column("lifting_limit", sa.Text(), nullable=False),
        sa.Column("medicines", sa.Text(), nullable=False),
        sa.Column("opioids", sa.Boolean(), nullable=False),
        sa.Column("blood_thinner_restart", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("override_by", Id, nullable=True),
        sa.Column("override_missing", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["aldrete_by"], ["app_user.id"], name=op.f("fk_discharge_aldrete_by")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_discharge_booking_id")),
        sa.ForeignKeyConstraint(
            ["escort_exempt_by"], ["app_user.id"], name=op.f("fk_discharge_escort_exempt_by")
        ),
        sa.ForeignKeyConstraint(
            ["order_signed_by"], ["app_user.id"], name=op.f("fk_discharge_order_signed_by")
        ),
        sa.ForeignKeyConstraint(["override_by"], ["app_user.id"], name=op.f("fk_discharge_override_by")),
        sa.ForeignKeyConstraint(["padss_by"], ["app_user.id"], name=op.f("fk_discharge_padss_by")),
        sa.ForeignKeyConstraint(["teach_back_by"], ["app_user.id"], name=op.f("fk_discharge_teach_back_by")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_discharge")),
    )
    op.create_table(
        "brace_event",
        sa.Column("id", Id, nullable=False),
        sa.Column("brace_order_id", Id, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brace_order_id"], ["brace_order.id"], name=op.f("fk_brace_event_brace_order_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_brace_event_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brace_event")),
    )
    op.create_index(op.f("ix_brace_event_brace_order_id"), "brace_event", ["brace_order_id"], unique=False)
    op.create_table(
        "call_attempt",
        sa.Column("id", Id, nullable=False),
        sa.Column("check_in_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_in.id"], name=op.f("fk_call_attempt_check_in_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_call_attempt_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempt")),
    )
    op.create_index(op.f("ix_call_attempt_check_in_id"), "call_attempt", ["check_in_id"], unique=False)
    op.create_table(
        "check_in_answer",
        sa.Column("check_in_id", Id, nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_check_in_answer_check_in_id")
        ),
        sa.PrimaryKeyConstraint("check_in_id", "question", name=op.f("pk_check_in_answer")),
    )
    op.create_table(
        "paper",
        sa.Column("id", Id, nullable=False),
        sa.Column("patient_id", Id, nullable=True),
        sa.Column("booking_id", Id, nullable=True),
        sa.Column("brace_order_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("large_print", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_paper_booking_id")),
        sa.ForeignKeyConstraint(["brace_order_id"], ["brace_order.id"], name=op.f("fk_paper_brace_order_id")),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_paper_created_by")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_paper_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
    )
    op.create_index("ix_paper_booking_id", "paper", ["booking_id"], unique=False)
    op.create_index("ix_paper_patient_id", "paper", ["patient_id", "created_at"], unique=False)
    op.create_table(
        "paper_use",
        sa.Column("id", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_use_paper_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_paper_use_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_use")),
    )
    op.create_index(op.f("ix_paper_use_paper_id"), "paper_use", ["paper_id"], unique=False)
