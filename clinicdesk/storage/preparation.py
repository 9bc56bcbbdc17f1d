"""What was found of the points of a case's checklist. A point without a row was never touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Date,
    ScalarSelect,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from clinicdesk.domain.blood_thinners import BloodThinner, medicine_named
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.diary import TO_COME
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.entry_tables import from_text
from clinicdesk.domain.ids import BookingId, PatientId, UserId
from clinicdesk.domain.patients import ContactKind, full_name
from clinicdesk.domain.preparation import (
    NO_DAY,
    PreparationFacts,
    PreparationItem,
    PreparationKey,
    PreparationStatus,
    PreparedCase,
)
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import catalogue
from clinicdesk.storage.base import AnyRow, codes
from clinicdesk.storage.tables import BookingRow, CatalogueEntry, PatientContact, PatientRow, UserRow
from clinicdesk.storage.tables import PreparationItem as ItemRow
from clinicdesk.storage.versions import stale

Items = Mapping[PreparationKey, PreparationItem]

_ITEMS = (
    select(
        ItemRow.booking_id,
        ItemRow.key,
        ItemRow.status,
        ItemRow.number,
        ItemRow.expires_on,
        ItemRow.note,
        ItemRow.at,
        ItemRow.version,
        UserRow.full_name,
    )
    .join(UserRow, UserRow.id == ItemRow.user_id)
    .where(ItemRow.booking_id.in_(bindparam("bookings", expanding=True)))
)


def _of_case(
    what: ColumnElement[Any] | InstrumentedAttribute[Any], *wanted: ColumnElement[bool]
) -> ScalarSelect[Any]:
    """``what`` of the points of the case that a statement is at, where it is to come; NULL of any other."""
    to_come = BookingRow.state.in_(codes(*sorted(TO_COME)))
    return (
        select(what)
        .where(ItemRow.booking_id == BookingRow.id, to_come, *wanted)
        .correlate(BookingRow)
        .scalar_subquery()
    )


def _day_of(key: PreparationKey, day: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    return _of_case(day, ItemRow.key == key, ItemRow.status == PreparationStatus.DONE)


SETTLED = (
    _of_case(func.aggregate_strings(ItemRow.key, ","), ItemRow.status != PreparationStatus.OPEN),
    _day_of(PreparationKey.AUTHORIZATION, ItemRow.expires_on),
    _day_of(PreparationKey.BLOOD_THINNER, func.coalesce(ItemRow.expires_on, literal(NO_DAY, Date()))),
)
"""Columns for a statement of many cases, in the order of `settled`: the settled points of each that is to come, in one text,
and the days that two of them are bound to. A statement of their own would take longer than these do."""


def read(session: Session, booking_id: BookingId) -> Items:
    """What was found of a case, by point."""
    return read_many(session, [booking_id]).get(booking_id, {})


def read_many(session: Session, bookings: Sequence[BookingId]) -> dict[BookingId, Items]:
    """What was found of several cases; one of which nothing was found is left out."""
    found: dict[BookingId, dict[PreparationKey, PreparationItem]] = {}
    if bookings:
        for row in session.connection().execute(_ITEMS, {"bookings": bookings}):
            item = _item(row)
            found.setdefault(BookingId(row.booking_id), {})[item.key] = item
    return dict(found)


def settled(keys: str | None, authorized_to: date | None, held_for: date | None) -> Mapping[str, date | None]:
    """What `SETTLED` says: each point that is settled, with the day that what was found is bound to, if it has one."""
    points: dict[str, date | None] = dict.fromkeys(keys.split(",")) if keys else {}
    if authorized_to is not None:
        points[PreparationKey.AUTHORIZATION] = authorized_to
    if held_for is not None:
        points[PreparationKey.BLOOD_THINNER] = held_for
    return points


def write(session: Session, booking_id: BookingId, item: PreparationItem, *, at: datetime, by: UserId) -> int:
    """Store what was found; ``item.version`` is the one that was read, 0 for a point nobody had touched.

    Returns its version since. Raises `Stale`.
    """
    values = {
        "status": item.status,
        "number": item.number,
        "expires_on": item.expires_on,
        "note": item.note,
        "at": at,
        "user_id": by,
        "version": item.version + 1,
    }
    here = (ItemRow.booking_id == booking_id, ItemRow.key == item.key)
    if item.version:
        result = session.execute(update(ItemRow).where(*here, ItemRow.version == item.version).values(values))
        assert isinstance(result, CursorResult)
        if not result.rowcount:
            raise stale(session, Subject.PREPARATION, booking_id)
    elif not _inserted(session, {"booking_id": booking_id, "key": item.key, **values}):
        raise stale(session, Subject.PREPARATION, booking_id)
    return item.version + 1


def _inserted(session: Session, values: Mapping[str, object]) -> bool:
    """Store a point that nobody had touched; False where somebody did so meanwhile, be it in this very moment."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = session.execute(
        dialect.insert(ItemRow)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["booking_id", "key"])
        .returning(ItemRow.version)
    )
    return row.first() is not None


_CASES = (
    select(
        BookingRow.id,
        BookingRow.patient_id,
        BookingRow.state,
        BookingRow.levels,
        BookingRow.sedation,
        BookingRow.starts_at,
        BookingRow.setup_minutes,
        BookingRow.version,
        PatientRow.given,
        PatientRow.family,
        PatientRow.birth_date,
        PatientRow.mrn,
        PatientRow.blood_thinner,
        or_(PatientRow.no_known_allergies, PatientRow.allergies != "").label("allergies_known"),
        CatalogueEntry.body,
        exists()
        .where(
            PatientContact.patient_id == BookingRow.patient_id,
            PatientContact.kind == ContactKind.ESCORT,
            PatientContact.name != "",
        )
        .label("escort_named"),
    )
    .join(PatientRow, PatientRow.id == BookingRow.patient_id)
    .join(CatalogueEntry, CatalogueEntry.id == BookingRow.procedure_id)
    .order_by(BookingRow.starts_at, BookingRow.id)
)


def case_of(session: Session, booking_id: BookingId) -> PreparedCase:
    """One case with its checklist. Raises `NotFound`."""
    found = _cases(session, BookingRow.id == booking_id)
    if not found:
        raise NotFound(_("This booking does not exist."))
    return found[0]


def cases_of(session: Session, bookings: Sequence[BookingId]) -> tuple[PreparedCase, ...]:
    """Several cases with their checklists, by start."""
    return _cases(session, BookingRow.id.in_(bookings)) if bookings else ()


def cases_between(
    session: Session, first: datetime, after: datetime, states: Sequence[BookingState]
) -> tuple[PreparedCase, ...]:
    """The cases in these states that start between two instants, half-open, with their checklists, by start.

    Nobody prepares a case of who died.
    """
    return _cases(
        session,
        BookingRow.starts_at >= first,
        BookingRow.starts_at < after,
        BookingRow.state.in_(states),
        PatientRow.deceased_on.is_(None),
    )


def _cases(session: Session, *wanted: ColumnElement[bool]) -> tuple[PreparedCase, ...]:
    rows = session.connection().execute(_CASES.where(*wanted)).all()
    if not rows:
        return ()
    levels = {str(level.key): level for level in catalogue.sedation_levels(session)}
    thinners = catalogue.blood_thinners(session)
    items = read_many(session, [BookingId(row.id) for row in rows])
    return tuple(_case(row, levels, thinners, items.get(row.id, {})) for row in rows)


def _case(
    row: AnyRow, levels: Mapping[str, SedationLevel], thinners: tuple[BloodThinner, ...], items: Items
) -> PreparedCase:
    procedure = from_text(EntryKind.PROCEDURE, row.body)
    assert isinstance(procedure, Procedure)
    sedation = levels[row.sedation]
    return PreparedCase(
        booking_id=BookingId(row.id),
        patient_id=PatientId(row.patient_id),
        patient=full_name(row.given, row.family),
        birth_date=row.birth_date,
        mrn=row.mrn,
        procedure=procedure,
        levels=tuple(row.levels.split(",")) if row.levels else (),
        sedation=sedation,
        state=BookingState(row.state),
        starts=row.starts_at,
        setup_minutes=row.setup_minutes,
        facts=PreparationFacts(
            allergies_known=bool(row.allergies_known),
            blood_thinner=medicine_named(row.blood_thinner),
            thinners=thinners,
            bleeding_risk=procedure.bleeding_risk,
            escort_required=sedation.escort_required,
            escort_named=bool(row.escort_named),
        ),
        items=items,
        version=row.version,
    )


def _item(row: AnyRow) -> PreparationItem:
    return PreparationItem(
        key=PreparationKey(row.key),
        status=PreparationStatus(row.status),
        number=row.number,
        expires_on=row.expires_on,
        note=row.note,
        at=row.at,
        by=row.full_name,
        version=row.version,
    )
