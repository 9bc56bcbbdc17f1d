"""Every table, one mapped class each.

The queries stand in the file named after the feature; the tables stand together because they refer to one another and
because a migration is read against all of them at once. Those of the waiting list are in `tables_waiting` for room alone,
and known wherever this is imported. Names follow the clinic's words; a ``version`` column refuses a lost update.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id, Key
from clinicdesk.storage.tables_waiting import BookingCall as BookingCall
from clinicdesk.storage.tables_waiting import BookingWish as BookingWish


class Clinic(Base):
    """The one row of the clinic's facts."""

    __tablename__ = "clinic"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    phone_after_hours: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(Code)
    emergency_number: Mapped[str]
    time_zone: Mapped[str]
    language: Mapped[str] = mapped_column(Code)
    aftercare_hours: Mapped[int]
    aftercare_hours_general: Mapped[int]
    leaving_time: Mapped[time]
    late_finish: Mapped[time]
    duration_percentile: Mapped[int] = mapped_column(default=80)
    duration_cases: Mapped[int] = mapped_column(default=10)
    demo: Mapped[bool]
    audit_key: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)


class OpeningHoursRow(Base):
    """One stretch of a weekday."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("closes > opens", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class UserRow(Base):
    """Someone who may sign in. No password stands here: the file's keys or `Verifier` hold what proves it."""

    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    role: Mapped[str] = mapped_column(Code)
    npi: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class Verifier(Base):
    """PostgreSQL only: what a password is checked against, and how often it failed."""

    __tablename__ = "verifier"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    encoded: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    last_failure: Mapped[datetime | None] = mapped_column(default=None)


class CatalogueEntry(Base):
    """A procedure, sedation level, brace, pathway, question or handout, as the clinic edited it."""

    __tablename__ = "catalogue_entry"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    key: Mapped[str]
    name: Mapped[str]
    body: Mapped[str]
    shipped: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    confirmed: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class ResourceRow(Base):
    """Anything that can be busy, patients included (their rows appear with their first booking)."""

    __tablename__ = "resource"
    __table_args__ = (Index("ix_resource_kind_position", "kind", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), unique=True, default=None)
    serves: Mapped[str] = mapped_column(Code, default="all")
    version: Mapped[int] = mapped_column(default=1)


class ResourceHoursRow(Base):
    """One stretch of a weekday in which a unit works, between two dates where they are given.

    A unit without any follows the clinic's opening hours.
    """

    __tablename__ = "resource_hours"
    __table_args__ = (CheckConstraint("closes > opens", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    first_on: Mapped[date | None] = mapped_column(default=None)
    last_on: Mapped[date | None] = mapped_column(default=None)


class ClosureRow(Base):
    """A stretch in which a unit, or (without one) the whole clinic, is closed."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_closure_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True, default=None)
    kind: Mapped[str] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)


class BlockRow(Base):
    """Block time: a room that is a surgeon's own on a weekday, every so many weeks from ``first_on`` on."""

    __tablename__ = "block"
    __table_args__ = (
        CheckConstraint("closes > opens", name="ends_after_start"),
        CheckConstraint("every_weeks > 0", name="some_weeks"),
        Index("ix_block_room_id", "room_id", "weekday"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    surgeon_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    every_weeks: Mapped[int] = mapped_column(default=1)
    first_on: Mapped[date]
    last_on: Mapped[date | None] = mapped_column(default=None)
    exclusive: Mapped[bool] = mapped_column(default=True)
    release_days: Mapped[int | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)


class BlockReleaseRow(Base):
    """One day of a block that was given to everybody: by a person, or by the sweep once its time had come."""

    __tablename__ = "block_release"

    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    released_at: Mapped[datetime]
    released_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class PatientRow(Base):
    """A patient. The ``*_key`` columns are folded for searching: case, accents and punctuation gone."""

    __tablename__ = "patient"
    __table_args__ = (Index("ix_patient_birth_date", "birth_date", "family_key", "given_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mrn: Mapped[str] = mapped_column(Key, unique=True)
    given: Mapped[str]
    family: Mapped[str]
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(Code)
    deceased_on: Mapped[date | None] = mapped_column(default=None)
    given_key: Mapped[str] = mapped_column(Key)
    family_key: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(Code, default="en")
    large_print: Mapped[bool] = mapped_column(default=False)
    interpreter: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(Code, default="")
    insurance: Mapped[str] = mapped_column(default="")
    insurance_number: Mapped[str] = mapped_column(default="", index=True)
    referrer: Mapped[str] = mapped_column(default="")
    asa_class: Mapped[int | None] = mapped_column(default=None)
    blood_thinner: Mapped[str] = mapped_column(default="")
    allergies: Mapped[str] = mapped_column(default="")
    no_known_allergies: Mapped[bool] = mapped_column(default=False)
    contact_hours: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    source_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class PatientPhone(Base):
    """A patient's phone as typed, and its digits for searching."""

    __tablename__ = "patient_phone"
    __table_args__ = (
        Index("ix_patient_phone_digits", "digits", "patient_id"),
        Index("ix_patient_phone_reversed", "reversed_digits", "patient_id"),
        Index("ix_patient_phone_patient_id", "patient_id", "position", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(Code)
    number: Mapped[str]
    digits: Mapped[str] = mapped_column(Key)
    reversed_digits: Mapped[str] = mapped_column(Key)
    position: Mapped[int] = mapped_column(default=0)


class PatientContact(Base):
    """Someone to reach instead of, or beside, the patient: the escort, an alternate contact."""

    __tablename__ = "patient_contact"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    relation: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class NameKeyRow(Base):
    """One way into a patient's name: by ``word``, with ``mate`` beside it (`clinicdesk.domain.names.NameKey`).

    One b-tree answers every search by name, and holds what the list shows: neighbours in the list are neighbours on a page,
    where each would cost a page of its own in ``patient``. ``rank`` is 0 for a living patient's family name, 1 for a given
    name, 2 and 3 for the same of the deceased; ``born`` is the birth date as a number (19480203).
    """

    __tablename__ = "name_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(Key, primary_key=True)
    mate: Mapped[str] = mapped_column(Key, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    born: Mapped[int]
    lead: Mapped[bool]
    mrn: Mapped[str]
    name: Mapped[str]
    sex: Mapped[str] = mapped_column(Code)
    phone: Mapped[str]


class NameVariant(Base):
    """A beginning of a name (``target``) under each form with one letter left out: how a mistyped name is found."""

    __tablename__ = "name_variant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    variant: Mapped[str] = mapped_column(Key, primary_key=True)
    target: Mapped[str] = mapped_column(Key, primary_key=True)


class BookingRow(Base):
    """A booking. Planned and actual times both stay."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_booking_starts_at", "starts_at"),
        Index("ix_booking_patient_id", "patient_id", "starts_at"),
        Index("ix_booking_state", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    procedure_id: Mapped[int] = mapped_column(ForeignKey("catalogue_entry.id"))
    state: Mapped[str] = mapped_column(Code)
    levels: Mapped[str] = mapped_column(default="")
    side: Mapped[str | None] = mapped_column(Code, default=None)
    diagnosis: Mapped[str] = mapped_column(default="")
    sedation: Mapped[str] = mapped_column(Code)
    mac: Mapped[bool] = mapped_column(default=False)
    setting: Mapped[str] = mapped_column(Code)
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    setup_minutes: Mapped[int]
    turnover_minutes: Mapped[int]
    recovery_minutes: Mapped[int]
    minutes: Mapped[int]
    pain_before: Mapped[int | None] = mapped_column(default=None)
    arrived_at: Mapped[datetime | None] = mapped_column(default=None)
    in_room_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    recovery_at: Mapped[datetime | None] = mapped_column(default=None)
    discharged_at: Mapped[datetime | None] = mapped_column(default=None)
    notes: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    cancel_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)


class BookingUnit(Base):
    """The unit of each kind that a booking uses, kept also while it holds no claims."""

    __tablename__ = "booking_unit"
    __table_args__ = (Index("ix_booking_unit_resource_id", "resource_id", "booking_id"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))


class BookingEventRow(Base):
    """One step in the life of a booking."""

    __tablename__ = "booking_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    from_state: Mapped[str | None] = mapped_column(Code, default=None)
    to_state: Mapped[str] = mapped_column(Code)
    from_starts: Mapped[datetime | None] = mapped_column(default=None)
    to_starts: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


class Claim(Base):
    """Who is busy when: the one truth that every screen, the clash check and the database's own guard share."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_claim_resource_starts", "resource_id", "starts_at", "ends_at", "booking_id"),
        Index("ix_claim_booking_id", "booking_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class PreparationItem(Base):
    """What was found of one point of a case's checklist. A point without a row is open."""

    __tablename__ = "preparation_item"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Code, primary_key=True)
    status: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)


class DischargeRow(Base):
    """What was checked and written before a patient left. Scores are stored as the chosen categories."""

    __tablename__ = "discharge"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    aldrete: Mapped[str] = mapped_column(default="")
    aldrete_at: Mapped[datetime | None] = mapped_column(default=None)
    aldrete_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    padss: Mapped[str] = mapped_column(default="")
    padss_at: Mapped[datetime | None] = mapped_column(default=None)
    padss_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    escort_name: Mapped[str] = mapped_column(default="")
    escort_phone: Mapped[str] = mapped_column(default="")
    escort_exempt_reason: Mapped[str] = mapped_column(default="")
    escort_exempt_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    escort_exempt_at: Mapped[datetime | None] = mapped_column(default=None)
    order_signed_at: Mapped[datetime | None] = mapped_column(default=None)
    order_signed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    teach_back_at: Mapped[datetime | None] = mapped_column(default=None)
    teach_back_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    wound_closure: Mapped[str] = mapped_column(default="")
    lifting_limit: Mapped[str] = mapped_column(default="")
    medicines: Mapped[str] = mapped_column(default="")
    opioids: Mapped[bool] = mapped_column(default=False)
    blood_thinner_restart: Mapped[str] = mapped_column(default="")
    instructions: Mapped[str] = mapped_column(default="")
    follow_up: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(Code, default="")
    override_reason: Mapped[str] = mapped_column(default="")
    override_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    override_missing: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class Paper(Base):
    """A paper that was made, byte for byte. ``day`` is the clinic's day that it is about."""

    __tablename__ = "paper"
    __table_args__ = (
        Index("ix_paper_patient_id", "patient_id", "created_at"),
        Index("ix_paper_booking_id", "booking_id"),
        Index("ix_paper_day", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), default=None)
    brace_order_id: Mapped[int | None] = mapped_column(ForeignKey("brace_order.id"), default=None)
    kind: Mapped[str] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    large_print: Mapped[bool] = mapped_column(default=False)
    day: Mapped[date | None] = mapped_column(default=None)
    sha256: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class PaperUse(Base):
    """Each time a paper left: printed or saved, by whom."""

    __tablename__ = "paper_use"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    how: Mapped[str] = mapped_column(Code)


class BraceOrderRow(Base):
    """A brace order and where it stands."""

    __tablename__ = "brace_order"
    __table_args__ = (
        Index("ix_brace_order_patient_id", "patient_id"),
        Index("ix_brace_order_booking_id", "booking_id"),
        Index("ix_brace_order_status", "status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), default=None)
    hcpcs: Mapped[str] = mapped_column(Code)
    quantity: Mapped[int] = mapped_column(default=1)
    weeks: Mapped[int]
    wear_rule: Mapped[str]
    diagnosis: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(Code)
    ordered_on: Mapped[date]
    ordered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_on: Mapped[date | None] = mapped_column(default=None)
    notes: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class BraceEventRow(Base):
    """One step in the life of a brace order."""

    __tablename__ = "brace_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    brace_order_id: Mapped[int] = mapped_column(ForeignKey("brace_order.id"), index=True)
    status: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    note: Mapped[str] = mapped_column(default="")


class CheckInRow(Base):
    """One check-in of a recovery pathway. ``closed_at`` is set once it was done, given up or became needless."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index(
            "ix_check_in_open",
            "due_on",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_check_in_review",
            "tier",
            "id",
            sqlite_where=text("closed_at IS NOT NULL AND reviewed_at IS NULL"),
            postgresql_where=text("closed_at IS NOT NULL AND reviewed_at IS NULL"),
        ),
        Index("ix_check_in_patient_id", "patient_id", "due_on"),
        Index("ix_check_in_booking_id", "booking_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    step_key: Mapped[str]
    label: Mapped[str]
    channel: Mapped[str] = mapped_column(Code)
    due_on: Mapped[date]
    window_days: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    outcome: Mapped[str] = mapped_column(Code, default="")
    pain: Mapped[int | None] = mapped_column(default=None)
    tier: Mapped[str | None] = mapped_column(Code, default=None)
    complete: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    told_surgeon_at: Mapped[datetime | None] = mapped_column(default=None)
    told_surgeon_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    review_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class CallAttemptRow(Base):
    """One attempt to reach a patient or a contact: when, who, which number, what came of it."""

    __tablename__ = "call_attempt"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    number: Mapped[str]
    called: Mapped[str]
    outcome: Mapped[str] = mapped_column(Code)
    note: Mapped[str] = mapped_column(default="")


class CheckInAnswer(Base):
    """One answer; a question without a row was not asked, which is not "no"."""

    __tablename__ = "check_in_answer"

    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"), primary_key=True)
    question: Mapped[str] = mapped_column(Code, primary_key=True)
    answer: Mapped[str]


class AuditEventRow(Base):
    """One appended audit event; triggers refuse update, delete and gaps."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    action: Mapped[str] = mapped_column(Code)
    subject: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[int]
    details: Mapped[str]
    mac: Mapped[bytes]
