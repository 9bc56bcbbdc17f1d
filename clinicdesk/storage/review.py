"""The surgeon's review: closed check-ins that nobody has signed off, read in a handful of statements however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.ids import BookingId, CheckInId, PatientId
from clinicdesk.domain.recovery import Closing, ReviewLine
from clinicdesk.domain.redflags import Tier
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.recovery import DayOf, levels, lines
from clinicdesk.storage.tables import (
    BookingUnit,
    BraceOrderRow,
    CheckInAnswer,
    CheckInRow,
    ResourceRow,
    UserRow,
)

URGENCY = case({tier.value: tier.rank for tier in Tier}, value=CheckInRow.tier, else_=0)

_Scores = Mapping[int, Sequence[tuple[datetime, int, int | None]]]
"""The pain scores of a booking in order: when, of which check-in, how much."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the check-ins of some bookings, read for all of them at once."""

    surgeons: Mapping[int, str] = field(default_factory=dict)
    braces: Mapping[int, str] = field(default_factory=dict)
    scores: _Scores = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


def unreviewed(session: Session, *, day_of: DayOf, limit: int = 500) -> tuple[ReviewLine, ...]:
    """Closed check-ins that no surgeon has signed off: the most urgent first, gaps before "no flag", then the oldest."""
    query = (
        lines()
        .add_columns(CheckInRow.closed_by, CheckInRow.told_surgeon_by)
        .where(CheckInRow.closed_at.is_not(None), CheckInRow.reviewed_at.is_(None))
        .order_by(URGENCY.desc(), CheckInRow.complete, CheckInRow.closed_at, CheckInRow.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    beside = _read_beside(session, rows)
    return tuple(_review_line(row, beside, day_of) for row in rows)


def read_review(session: Session, check_in_id: CheckInId, *, day_of: DayOf) -> ReviewLine:
    """One closed check-in. Raises `NotFound`."""
    query = lines().add_columns(CheckInRow.closed_by, CheckInRow.told_surgeon_by)
    row = session.execute(
        query.where(CheckInRow.id == check_in_id, CheckInRow.closed_at.is_not(None))
    ).first()
    if row is None:
        raise NotFound(_("This check-in does not exist any more, or is open again."))
    return _review_line(row, _read_beside(session, [row]), day_of)


def answers_of(session: Session, check_ins: Sequence[CheckInId]) -> dict[CheckInId, dict[str, str]]:
    """The answers of several check-ins by question."""
    query = select(CheckInAnswer.check_in_id, CheckInAnswer.question, CheckInAnswer.answer).where(
        CheckInAnswer.check_in_id.in_(check_ins)
    )
    found: dict[CheckInId, dict[str, str]] = {check_in: {} for check_in in check_ins}
    for row in session.execute(query):
        found[CheckInId(row.check_in_id)][row.question] = row.answer
    return found


def _read_beside(session: Session, rows: Sequence[AnyRow]) -> _Beside:
    bookings = sorted({row.booking_id for row in rows})
    if not bookings:
        return _Beside()
    surgeons = session.execute(
        select(BookingUnit.booking_id, ResourceRow.name)
        .join(ResourceRow, ResourceRow.id == BookingUnit.resource_id)
        .where(BookingUnit.booking_id.in_(bookings), BookingUnit.kind == ResourceKind.SURGEON)
    )
    braces = session.execute(
        select(BraceOrderRow.booking_id, BraceOrderRow.status)
        .where(BraceOrderRow.booking_id.in_(bookings), BraceOrderRow.status != BraceStatus.CANCELLED)
        .order_by(BraceOrderRow.id)
    )
    answered = session.execute(
        select(CheckInRow.booking_id, CheckInRow.closed_at, CheckInRow.id, CheckInRow.pain)
        .where(CheckInRow.booking_id.in_(bookings), CheckInRow.outcome == Closing.ANSWERED)
        .order_by(CheckInRow.closed_at, CheckInRow.id)
    )
    scores: defaultdict[int, list[tuple[datetime, int, int | None]]] = defaultdict(list)
    for row in answered:
        if row.closed_at is not None:
            scores[row.booking_id].append((row.closed_at, row.id, row.pain))
    people = {row.closed_by for row in rows} | {row.told_surgeon_by for row in rows}
    names = session.execute(select(UserRow.id, UserRow.full_name).where(UserRow.id.in_(people - {None})))
    return _Beside(
        surgeons={row.booking_id: row.name for row in surgeons},
        braces={row.booking_id: row.status for row in braces if row.booking_id is not None},
        scores=scores,
        people={row.id: row.full_name for row in names},
    )


def _review_line(row: AnyRow, beside: _Beside, day_of: DayOf) -> ReviewLine:
    return ReviewLine(
        check_in_id=CheckInId(row.id),
        patient_id=PatientId(row.patient_id),
        booking_id=BookingId(row.booking_id),
        patient=f"{row.given} {row.family}",
        birth_date=row.birth_date,
        procedure=row.procedure,
        levels=levels(row.levels),
        surgeon=beside.surgeons.get(row.booking_id, ""),
        label=row.label,
        day=(day_of(row.closed_at) - day_of(row.ended)).days,
        closed_at=row.closed_at,
        closed_by=beside.people.get(row.closed_by, ""),
        closing=Closing(row.outcome),
        tier=Tier(row.tier) if row.tier else None,
        complete=row.complete,
        pains=(row.pain_before, *_scores_until(row, beside.scores)),
        note=row.note,
        told_surgeon_at=row.told_surgeon_at,
        told_surgeon_by=beside.people.get(row.told_surgeon_by, ""),
        version=row.version,
        brace=beside.braces.get(row.booking_id, ""),
    )


def _scores_until(row: AnyRow, scores: _Scores) -> tuple[int | None, ...]:
    """The scores up to and including this check-in, in order."""
    until = (row.closed_at, row.id)
    return tuple(
        pain
        for closed_at, check_in_id, pain in scores.get(row.booking_id, ())
        if (closed_at, check_in_id) <= until
    )
