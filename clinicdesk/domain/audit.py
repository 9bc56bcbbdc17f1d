"""The audit trail's words: what was done to what. Tamper-evident, never tamper-proof."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.i18n import _

GENESIS = b"\0" * 32
"""What the first event of a clinic chains to."""


class AuditAction(StrEnum):
    """What was done."""

    CREATED = "created"
    CHANGED = "changed"
    READ = "read"
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    MOVED = "moved"
    STATE = "state"
    SIGNED = "signed"
    OVERRODE = "overrode"
    PRINTED = "printed"
    SAVED = "saved"
    IMPORTED = "imported"
    REVIEWED = "reviewed"
    CALLED = "called"
    REMOVED = "removed"
    CHECKED = "checked"
    RELEASED = "released"

    @property
    def label(self) -> str:
        """What was done, in the person's language."""
        return {
            AuditAction.CREATED: _("Added"),
            AuditAction.CHANGED: _("Changed"),
            AuditAction.READ: _("Opened"),
            AuditAction.SIGNED_IN: _("Signed in"),
            AuditAction.SIGN_IN_FAILED: _("Failed to sign in"),
            AuditAction.MOVED: _("Moved"),
            AuditAction.STATE: _("Changed the state"),
            AuditAction.SIGNED: _("Signed"),
            AuditAction.OVERRODE: _("Went ahead against an advice"),
            AuditAction.PRINTED: _("Printed"),
            AuditAction.SAVED: _("Saved to a file"),
            AuditAction.IMPORTED: _("Imported"),
            AuditAction.REVIEWED: _("Reviewed"),
            AuditAction.CALLED: _("Called"),
            AuditAction.REMOVED: _("Removed"),
            AuditAction.CHECKED: _("Checked"),
            AuditAction.RELEASED: _("Released"),
        }[self]


def subject_label(subject: Subject) -> str:
    """The kind of thing an event is about, in the person's language."""
    return {
        Subject.CLINIC: _("Clinic"),
        Subject.USER: _("User"),
        Subject.RESOURCE: _("Room, person or equipment"),
        Subject.CATALOGUE: _("Catalogue"),
        Subject.PATIENT: _("Patient"),
        Subject.BOOKING: _("Booking"),
        Subject.DISCHARGE: _("Discharge"),
        Subject.BRACE: _("Brace order"),
        Subject.CHECK_IN: _("Check-in"),
        Subject.PAPER: _("Paper"),
        Subject.CLOSURE: _("Closure"),
        Subject.BLOCK: _("Block time"),
        Subject.PREPARATION: _("Preparation"),
        Subject.AUDIT: _("Audit trail"),
    }[subject]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One appended row. ``details`` holds codes, ids and times, never a name or an answer in words."""

    number: int
    at: datetime
    user_id: int
    action: AuditAction
    subject: Subject
    subject_id: int
    details: Mapping[str, str | int | bool | None]
    mac: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailQuestion:
    """Which part of the trail is asked for: everything, or one person's doings, one kind of thing, one thing, one patient.

    ``patient_id`` means whatever concerns that patient: bookings, braces, check-ins and papers too.
    """

    user_id: int | None = None
    subject: Subject | None = None
    subject_id: int | None = None
    patient_id: PatientId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """An event as an administrator reads it. The names are of today; the event itself holds only ids.

    ``about`` is the name of the patient, user, unit or entry; ``patient_id`` whose patient it concerns, if anyone's.
    """

    event: AuditEvent
    who: str
    about: str = ""
    patient_id: PatientId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailCheck:
    """What a check of the chain found after ``checked`` events; without ``complete`` it was stopped before the end.

    ``broken_at`` is the number of the first event whose seal does not fit; ``mac`` the seal of the last that was looked at.
    """

    checked: int
    broken_at: int | None = None
    complete: bool = True
    mac: bytes = GENESIS

    @property
    def holds(self) -> bool:
        """Whether every seal fits, to the end."""
        return self.complete and self.broken_at is None


SEAL_SHOWN = 16
"""Hexadecimal digits of a seal that people compare by eye, as a printed day list carries them."""


def seal_text(mac: bytes) -> str:
    """The beginning of a seal as it stands on paper and on the screen."""
    return mac.hex()[:SEAL_SHOWN]


def details_text(details: Mapping[str, str | int | bool | None]) -> str:
    """The one spelling of ``details`` that is stored and sealed."""
    return json.dumps(details, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def seal(
    key: bytes,
    previous: bytes,
    *,
    number: int,
    at: datetime,
    user_id: int,
    action: str,
    subject: str,
    subject_id: int,
    details: str,
) -> bytes:
    """HMAC-SHA-256 over a row and its predecessor's seal."""
    stamp = int(at.timestamp())
    row = _row_text([number, stamp, user_id, action, subject, subject_id, details])
    return hmac.digest(key, previous + row.encode(), "sha256")


_row_text = json.JSONEncoder(separators=(",", ":")).encode
"""Made once: a million seals are checked with it."""
