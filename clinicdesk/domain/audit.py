"""The audit trail's words: what was done to what. Tamper-evident, never tamper-proof."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinicdesk.domain.changes import Subject

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
    row = json.dumps([number, stamp, user_id, action, subject, subject_id, details], separators=(",", ":"))
    return hmac.new(key, previous + row.encode(), hashlib.sha256).digest()
