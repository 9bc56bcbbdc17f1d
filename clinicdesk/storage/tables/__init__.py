"""Every table, one mapped class each, in a file named after its feature; the queries stand in the file of that name outside.

Import them from here: a table refers to others by name, so whoever knows one has to know all. Names follow the clinic's
words; a ``version`` column refuses a lost update.
"""

from __future__ import annotations

from clinicdesk.storage.tables.audit import AuditEventRow
from clinicdesk.storage.tables.availability import BlockReleaseRow, BlockRow, ClosureRow, ResourceHoursRow
from clinicdesk.storage.tables.booking import BookingEventRow, BookingRow, BookingUnit, Claim
from clinicdesk.storage.tables.brace import BraceEventRow, BraceOrderRow
from clinicdesk.storage.tables.catalogue import CatalogueEntry
from clinicdesk.storage.tables.clinic import Clinic, OpeningHoursRow
from clinicdesk.storage.tables.discharge import DischargeRow
from clinicdesk.storage.tables.drafts import DraftKeyRow, DraftRow
from clinicdesk.storage.tables.papers import Paper, PaperUse
from clinicdesk.storage.tables.patients import (
    NameKeyRow,
    NameVariant,
    PatientContact,
    PatientPhone,
    PatientRow,
)
from clinicdesk.storage.tables.preparation import PreparationItem
from clinicdesk.storage.tables.recovery import CallAttemptRow, CheckInAnswer, CheckInRow
from clinicdesk.storage.tables.resources import ResourceRow
from clinicdesk.storage.tables.users import UserRow, Verifier
from clinicdesk.storage.tables.waiting import BookingCall, BookingWish

__all__ = [
    "AuditEventRow",
    "BlockReleaseRow",
    "BlockRow",
    "BookingCall",
    "BookingEventRow",
    "BookingRow",
    "BookingUnit",
    "BookingWish",
    "BraceEventRow",
    "BraceOrderRow",
    "CallAttemptRow",
    "CatalogueEntry",
    "CheckInAnswer",
    "CheckInRow",
    "Claim",
    "Clinic",
    "ClosureRow",
    "DischargeRow",
    "DraftKeyRow",
    "DraftRow",
    "NameKeyRow",
    "NameVariant",
    "OpeningHoursRow",
    "Paper",
    "PaperUse",
    "PatientContact",
    "PatientPhone",
    "PatientRow",
    "PreparationItem",
    "ResourceHoursRow",
    "ResourceRow",
    "UserRow",
    "Verifier",
]
