"""Cases put straight into a small clinic, in any state and without the rules that book them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import insert

from clinicdesk.domain.booking import BookingDraft, BookingState, Setting, Side
from clinicdesk.domain.entries import EntryKind
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId, UserId
from clinicdesk.domain.preparation import PreparationKey, PreparationStatus
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.users import Role
from clinicdesk.storage import catalogue
from clinicdesk.storage.booking import writing
from clinicdesk.storage.tables import PatientContact, PatientRow, PreparationItem
from tests.helpers.clinics import MONDAY_EIGHT, SmallClinic

_KINDS = {
    "Room": ResourceKind.ROOM,
    "Dr": ResourceKind.SURGEON,
    "C-arm": ResourceKind.C_ARM,
    "Bed": ResourceKind.BED,
}


def add_patient(
    clinic: SmallClinic, name: str = "Rosa Ortiz", born: date = date(1948, 2, 3), *, escort: str = ""
) -> PatientId:
    """Register somebody by name; the record number is made up."""
    given, _space, family = name.rpartition(" ")
    with clinic.database.writing() as session:
        count = session.query(PatientRow).count()
        new = session.execute(
            insert(PatientRow)
            .values(
                mrn=str(10_000 + count),
                given=given,
                family=family,
                given_key=given.casefold(),
                family_key=family.casefold(),
                birth_date=born,
                sex="female",
                created_at=MONDAY_EIGHT,
                **_EMPTY,
            )
            .returning(PatientRow.id)
        ).scalar_one()
        if escort:
            session.execute(
                insert(PatientContact).values(
                    patient_id=new, kind="escort", name=escort, relation="", phone="", position=0
                )
            )
    return PatientId(new)


def add_case(
    clinic: SmallClinic,
    patient: PatientId,
    starts: datetime | None,
    *units: str,
    procedure: str = "kyphoplasty",
    levels: tuple[str, ...] = ("L1",),
    minutes: int = 60,
    setup: int = 15,
    turnover: int = 20,
    sedation: str = "moderate",
    side: Side | None = None,
    setting: Setting = Setting.HOME,
    state: BookingState = BookingState.BOOKED,
    actual: Mapping[str, datetime] | None = None,
    prepared: bool = True,
) -> BookingId:
    """Store a case with the named units; it claims its room where its state holds claims.

    Its checklist is settled, unless it is not ``prepared``: what a test looks at is then not lost among open points.
    """
    by = clinic.people[Role.SCHEDULER].user_id
    draft = BookingDraft(
        patient_id=patient,
        procedure_key=procedure,
        levels=levels,
        side=side,
        sedation=sedation,
        setting=setting,
        starts=starts,
        minutes=minutes,
        setup_minutes=setup,
        turnover_minutes=turnover,
        units=tuple((_kind(name), clinic.units[name]) for name in units),
    )
    with clinic.database.writing() as session:
        procedure_id = catalogue.id_of(session, EntryKind.PROCEDURE, procedure)
        made = writing.add(session, draft, state, procedure_id, at=MONDAY_EIGHT, by=by)
        step = writing.Step(MONDAY_EIGHT, by, None, state, None, starts)
        writing.add_step(session, made.id, step)
        room = draft.unit(ResourceKind.ROOM)
        if starts is not None and room is not None and state.holds_claims:
            writing.claim(session, made.id, [_claim(room, draft, starts)])
        if prepared:
            session.execute(insert(PreparationItem), [_settled(made.id, key, by) for key in PreparationKey])
    return made.id


def _settled(booking_id: BookingId, key: PreparationKey, by: UserId) -> dict[str, object]:
    return {
        "booking_id": booking_id,
        "key": key,
        "status": PreparationStatus.NOT_NEEDED,
        "note": "",
        "number": "",
        "at": MONDAY_EIGHT,
        "user_id": by,
    }


def _claim(room: ResourceId, draft: BookingDraft, starts: datetime) -> Claimed:
    ends = starts + timedelta(minutes=draft.minutes + draft.turnover_minutes)
    return Claimed(room, Span(starts - timedelta(minutes=draft.setup_minutes), ends))


def _kind(name: str) -> ResourceKind:
    return next(kind for start, kind in _KINDS.items() if name.startswith(start))


_EMPTY = {
    column.name: column.default.arg
    for column in PatientRow.__table__.columns
    if column.default is not None and column.default.is_scalar
}
"""What a patient has where nothing was typed."""
