"""The diary's reads, shaped for the screen: one statement for the cases of some days, with every name on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from clinicdesk.domain.blood_thinners import BloodThinner, medicine_named
from clinicdesk.domain.booking import BookingState, DiaryEntry, Setting, Side
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.diary import HERE, TO_COME, DayFacts
from clinicdesk.domain.discharge import DischargeRecord
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.entry_tables import from_text
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.domain.preparation import PreparationFacts
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.storage import discharge, preparation
from clinicdesk.storage.base import Instant, codes
from clinicdesk.storage.tables import (
    BookingRow,
    BookingUnit,
    BraceOrderRow,
    CatalogueEntry,
    Claim,
    PatientContact,
    PatientRow,
    ResourceRow,
)

_LONGEST_CASE = timedelta(hours=12)
"""No case is planned longer, so none that touches a day starts earlier than this before it."""

_WITHDRAWN = codes(BookingState.CANCELLED, BookingState.NO_SHOW)
_BEFORE_DELIVERY = codes(*(status for status in BraceStatus if status.is_waiting))
_IN_THE_BUILDING = codes(*sorted(HERE))
_WITH_RECORD = (BookingState.RECOVERY, BookingState.OVERNIGHT)

# Looked up for every case of a list: a table is four times as fast as asking the enum.
_STATES = {state.value: state for state in BookingState}
_SETTINGS = {setting.value: setting for setting in Setting}
_SIDES = {side.value: side for side in Side}

_SETTLED = ("settled", "authorized_to", "held_for")

_near = aliased(BookingRow)
_surgeon_unit, _room_unit, _c_arm_unit = aliased(BookingUnit), aliased(BookingUnit), aliased(BookingUnit)
_surgeon, _room, _c_arm = aliased(ResourceRow), aliased(ResourceRow), aliased(ResourceRow)

_CASES = (
    select(
        BookingRow.id,
        BookingRow.patient_id,
        BookingRow.procedure_id,
        BookingRow.state,
        BookingRow.levels,
        BookingRow.side,
        BookingRow.sedation,
        BookingRow.setting,
        BookingRow.starts_at,
        BookingRow.ends_at,
        BookingRow.ended_at,
        BookingRow.setup_minutes,
        BookingRow.turnover_minutes,
        BookingRow.version,
        PatientRow.given,
        PatientRow.family,
        PatientRow.birth_date,
        PatientRow.mrn,
        PatientRow.blood_thinner,
        or_(PatientRow.no_known_allergies, PatientRow.allergies != "").label("allergies_known"),
        _surgeon.id.label("surgeon_id"),
        _surgeon.name.label("surgeon"),
        _room.id.label("room_id"),
        _room.name.label("room"),
        _c_arm.id.label("c_arm_id"),
        _c_arm.name.label("c_arm"),
        Claim.starts_at.label("room_from"),
        Claim.ends_at.label("room_to"),
        exists()
        .where(
            PatientContact.patient_id == BookingRow.patient_id,
            PatientContact.kind == "escort",
            PatientContact.name != "",
        )
        .label("escort_named"),
        exists()
        .where(BraceOrderRow.booking_id == BookingRow.id, BraceOrderRow.status.in_(_BEFORE_DELIVERY))
        .label("brace_waits"),
        *(column.label(name) for name, column in zip(_SETTLED, preparation.SETTLED, strict=True)),
    )
    .join(PatientRow, PatientRow.id == BookingRow.patient_id)
    .outerjoin(
        _surgeon_unit,
        and_(_surgeon_unit.booking_id == BookingRow.id, _surgeon_unit.kind == ResourceKind.SURGEON),
    )
    .outerjoin(_surgeon, _surgeon.id == _surgeon_unit.resource_id)
    .outerjoin(_room_unit, and_(_room_unit.booking_id == BookingRow.id, _room_unit.kind == ResourceKind.ROOM))
    .outerjoin(_room, _room.id == _room_unit.resource_id)
    .outerjoin(
        _c_arm_unit, and_(_c_arm_unit.booking_id == BookingRow.id, _c_arm_unit.kind == ResourceKind.C_ARM)
    )
    .outerjoin(_c_arm, _c_arm.id == _c_arm_unit.resource_id)
    .outerjoin(
        Claim,
        # "+ 0" keeps SQLite from going through everything the room ever held instead of the booking's few claims.
        and_(Claim.booking_id == BookingRow.id, Claim.resource_id + 0 == _room_unit.resource_id),
    )
    .order_by(BookingRow.starts_at, BookingRow.id)
)


def cases(
    session: Session, first: datetime, after: datetime, *, withdrawn: bool = True, still_here: bool = False
) -> tuple[DayFacts, ...]:
    """The cases that have something between two instants, half-open, by start.

    ``withdrawn`` includes what was cancelled or missed. ``still_here`` includes patients of earlier days who have not
    left the building.
    """
    query = _cases(withdrawn=withdrawn, still_here=still_here)
    days = {"earliest": first - _LONGEST_CASE, "first": first, "after": after}
    rows = session.connection().execute(query, days)  # rows for the screen need nothing of the ORM
    return _facts(session, [_Case._make(row) for row in rows.all()])


@cache
def _cases(*, withdrawn: bool, still_here: bool) -> Select[*tuple[Any, ...]]:
    """The statement, built once: to build it anew would take as long as to run it."""
    earliest, first, after = (bindparam(name, type_=Instant()) for name in ("earliest", "first", "after"))
    wanted: ColumnElement[bool] = and_(
        BookingRow.starts_at >= earliest, BookingRow.starts_at < after, BookingRow.ends_at > first
    )
    if still_here:
        # Two walks through an index each: with OR, SQLite would go through every booking there ever was.
        wanted = BookingRow.id.in_(
            union_all(
                select(_near.id).where(
                    _near.starts_at >= earliest, _near.starts_at < after, _near.ends_at > first
                ),
                select(_near.id).where(_near.state.in_(_IN_THE_BUILDING), _near.starts_at < first),
            )
        )
    if not withdrawn:
        wanted = and_(wanted, BookingRow.state.not_in(_WITHDRAWN))
    return _CASES.where(wanted)


class _Case(NamedTuple):
    """A row of `_CASES`, column for column: read by name four times as fast as the row itself."""

    id: BookingId
    patient_id: PatientId
    procedure_id: int
    state: str
    levels: str
    side: str | None
    sedation: str
    setting: str
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    setup_minutes: int
    turnover_minutes: int
    version: int
    given: str
    family: str
    birth_date: date
    mrn: str
    blood_thinner: str
    allergies_known: bool
    surgeon_id: ResourceId | None
    surgeon: str | None
    room_id: ResourceId | None
    room: str | None
    c_arm_id: ResourceId | None
    c_arm: str | None
    room_from: datetime | None
    room_to: datetime | None
    escort_named: bool
    brace_waits: bool
    settled: str | None
    authorized_to: date | None
    held_for: date | None


assert _Case._fields == tuple(_CASES.selected_columns.keys())


def _facts(session: Session, rows: Sequence[_Case]) -> tuple[DayFacts, ...]:
    if not rows:
        return ()
    known = _catalogue(session)
    records = _records(session, [row.id for row in rows if row.state in _WITH_RECORD])
    return tuple(_judgeable(row, known, records.get(row.id)) for row in rows)


def _judgeable(row: _Case, known: _Catalogue, record: DischargeRecord | None) -> DayFacts:
    procedure = known.procedures[row.procedure_id]
    escort_required = known.sedations.get(row.sedation, False)
    is_prepared = row.state in TO_COME and bool(procedure.preparation)
    return DayFacts(
        entry=_entry(row, procedure),
        escort_required=escort_required,
        escort_named=row.escort_named,
        side_needed=procedure.has_side,
        brace_waits=row.brace_waits,
        record=record,
        rules=procedure.preparation,
        settled=preparation.settled(row.settled, row.authorized_to, row.held_for),
        chart=_chart(row, procedure, known, escort_required) if is_prepared else None,
    )


def _chart(row: _Case, procedure: Procedure, known: _Catalogue, escort_required: bool) -> PreparationFacts:
    return PreparationFacts(
        allergies_known=bool(row.allergies_known),
        blood_thinner=medicine_named(row.blood_thinner),
        thinners=known.thinners,
        bleeding_risk=procedure.bleeding_risk,
        escort_required=escort_required,
        escort_named=row.escort_named,
    )


def _entry(row: _Case, procedure: Procedure) -> DiaryEntry:
    ends = row.ended_at if row.ended_at is not None and row.ended_at > row.starts_at else row.ends_at
    room_from = row.room_from or row.starts_at - timedelta(minutes=row.setup_minutes)
    room_to = row.room_to or ends + timedelta(minutes=row.turnover_minutes)
    return DiaryEntry(
        booking_id=row.id,
        patient_id=row.patient_id,
        patient=f"{row.given} {row.family}".strip(),
        family=row.family,
        birth_date=row.birth_date,
        mrn=row.mrn,
        procedure_key=procedure.key,
        procedure=procedure.name,
        levels=tuple(row.levels.split(",")) if row.levels else (),
        side=None if row.side is None else _SIDES[row.side],
        state=_STATES[row.state],
        setting=_SETTINGS[row.setting],
        sedation=row.sedation,
        starts=row.starts_at,
        ends=ends,
        room_from=min(room_from, row.starts_at),
        room_to=max(room_to, ends),
        surgeon_id=row.surgeon_id,
        surgeon=row.surgeon or "",
        room_id=row.room_id,
        room=row.room or "",
        c_arm_id=row.c_arm_id,
        c_arm=row.c_arm or "",
        is_visit=procedure.is_visit,
        version=row.version,
    )


def _records(session: Session, bookings: list[BookingId]) -> dict[BookingId, DischargeRecord]:
    """What was written about leaving; only the few who are on their way out are asked about."""
    return discharge.read_many(session, bookings) if bookings else {}


_READ_FROM_CATALOGUE = select(CatalogueEntry.id, CatalogueEntry.kind, CatalogueEntry.body).where(
    or_(
        CatalogueEntry.kind == EntryKind.PROCEDURE,
        CatalogueEntry.kind == EntryKind.SEDATION,
        and_(CatalogueEntry.kind == EntryKind.BLOOD_THINNER, CatalogueEntry.active),
    )
)


class _Catalogue(NamedTuple):
    """The procedures by id, for each depth of sedation whether it asks for an escort, and the blood thinners."""

    procedures: dict[int, Procedure]
    sedations: dict[str, bool]
    thinners: tuple[BloodThinner, ...]


def _catalogue(session: Session) -> _Catalogue:
    procedures: dict[int, Procedure] = {}
    sedations: dict[str, bool] = {}
    thinners = []
    for number, kind, body in session.connection().execute(_READ_FROM_CATALOGUE).all():
        if kind == EntryKind.SEDATION:
            level = _sedation(body)
            sedations[level.key.value] = level.escort_required
        elif kind == EntryKind.PROCEDURE:
            procedures[number] = _procedure(body)
        else:
            thinners.append(_thinner(body))
    return _Catalogue(procedures, sedations, tuple(thinners))


@lru_cache(maxsize=256)
def _procedure(body: str) -> Procedure:
    """The procedure a stored text says: the same text is the same value, so it is read once."""
    value = from_text(EntryKind.PROCEDURE, body)
    assert isinstance(value, Procedure)
    return value


@lru_cache(maxsize=64)
def _thinner(body: str) -> BloodThinner:
    value = from_text(EntryKind.BLOOD_THINNER, body)
    assert isinstance(value, BloodThinner)
    return value


@lru_cache(maxsize=32)
def _sedation(body: str) -> SedationLevel:
    value = from_text(EntryKind.SEDATION, body)
    assert isinstance(value, SedationLevel)
    return value
