"""The papers that left, byte for byte, and each time they did."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from clinicdesk.domain.ids import BookingId, BraceOrderId, PaperId, PatientId, UserId
from clinicdesk.domain.papers import KeptPaper, PaperCopy, PaperKind, PaperUse
from clinicdesk.domain.patients import full_name
from clinicdesk.errors import DamagedFile, NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import tables
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import Paper, PatientRow, UserRow


def add(session: Session, paper: PaperCopy, *, at: datetime, by: UserId) -> PaperId:
    """Keep the exact bytes of ``paper``; the same bytes of the same patient are kept once."""
    digest = paper.sha256
    same = select(Paper.id).where(
        Paper.sha256 == digest,
        Paper.kind == paper.kind,
        Paper.patient_id.is_not_distinct_from(paper.patient_id),
        Paper.booking_id.is_not_distinct_from(paper.booking_id),
    )
    known = session.execute(same).scalar()
    if known is not None:
        return PaperId(known)
    new = session.execute(
        insert(Paper)
        .values(
            patient_id=paper.patient_id,
            booking_id=paper.booking_id,
            brace_order_id=paper.brace_order_id,
            kind=paper.kind,
            language=paper.language,
            large_print=paper.large_print,
            day=paper.day,
            sha256=digest,
            content=paper.content,
            created_at=at,
            created_by=by,
        )
        .returning(Paper.id)
    ).scalar_one()
    return PaperId(new)


def add_use(session: Session, paper_id: PaperId, use: PaperUse, *, at: datetime, by: UserId) -> None:
    """Note that the paper was printed or saved."""
    session.execute(insert(tables.PaperUse).values(paper_id=paper_id, at=at, user_id=by, how=use))


def of_patient(session: Session, patient_id: PatientId) -> tuple[KeptPaper, ...]:
    """A patient's papers, the newest first, without their bytes."""
    return _kept(session, _lines().where(Paper.patient_id == patient_id))


def of_booking(session: Session, booking_id: BookingId) -> tuple[KeptPaper, ...]:
    """A booking's papers, the newest first, without their bytes."""
    return _kept(session, _lines().where(Paper.booking_id == booking_id))


def of_days(session: Session, kind: PaperKind, days: Collection[date]) -> tuple[KeptPaper, ...]:
    """The papers of one kind about any of ``days``, the newest first, without their bytes."""
    return _kept(session, _lines().where(Paper.kind == kind, Paper.day.in_(days)))


def read(session: Session, paper_id: PaperId) -> KeptPaper:
    """One paper as lists show it. Raises `NotFound`."""
    found = _kept(session, _lines().where(Paper.id == paper_id))
    if not found:
        raise NotFound(_("This paper does not exist."))
    return found[0]


def open_copy(session: Session, paper_id: PaperId, *, day_of: Callable[[datetime], date]) -> PaperCopy:
    """A kept paper with its bytes; ``day_of`` tells the clinic's day on which one was made that has no day of its own.

    Raises `NotFound`; `DamagedFile` where the bytes are not the ones that were kept.
    """
    query = (
        select(
            Paper.id,
            Paper.kind,
            Paper.content,
            Paper.sha256,
            Paper.language,
            Paper.large_print,
            Paper.patient_id,
            Paper.booking_id,
            Paper.brace_order_id,
            Paper.created_at,
            Paper.day,
            PatientRow.given,
            PatientRow.family,
        )
        .outerjoin(PatientRow, PatientRow.id == Paper.patient_id)
        .where(Paper.id == paper_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound(_("This paper does not exist."))
    copy = PaperCopy(
        id=PaperId(row.id),
        kind=PaperKind(row.kind),
        content=row.content,
        day=row.day or day_of(row.created_at),
        language=row.language,
        large_print=row.large_print,
        patient_id=row.patient_id,
        patient_name=full_name(row.given or "", row.family or ""),
        booking_id=row.booking_id,
        brace_order_id=row.brace_order_id,
    )
    if copy.sha256 != row.sha256:
        raise DamagedFile(
            _(
                "This paper is not as it was kept: its bytes have changed. Do not hand it out; restore a backup to look."
            )
        )
    return copy


def _lines() -> Select[*tuple[Any, ...]]:
    uses = (
        select(
            tables.PaperUse.paper_id,
            func.count().label("times"),
            func.max(tables.PaperUse.at).label("last_at"),
        )
        .group_by(tables.PaperUse.paper_id)
        .subquery()
    )
    return (
        select(
            Paper.id,
            Paper.kind,
            Paper.created_at,
            UserRow.full_name,
            Paper.language,
            Paper.large_print,
            Paper.patient_id,
            Paper.booking_id,
            Paper.brace_order_id,
            Paper.day,
            uses.c.times,
            uses.c.last_at,
        )
        .join(UserRow, UserRow.id == Paper.created_by)
        .outerjoin(uses, uses.c.paper_id == Paper.id)
    )


def _kept(session: Session, query: Select[*tuple[Any, ...]]) -> tuple[KeptPaper, ...]:
    rows = session.execute(query.order_by(Paper.created_at.desc(), Paper.id.desc()))
    return tuple(_line(row) for row in rows)


def _line(row: AnyRow) -> KeptPaper:
    return KeptPaper(
        id=PaperId(row.id),
        kind=PaperKind(row.kind),
        made_at=row.created_at,
        made_by=row.full_name,
        language=row.language,
        large_print=row.large_print,
        patient_id=None if row.patient_id is None else PatientId(row.patient_id),
        booking_id=None if row.booking_id is None else BookingId(row.booking_id),
        brace_order_id=None if row.brace_order_id is None else BraceOrderId(row.brace_order_id),
        day=row.day,
        times=row.times or 0,
        last_at=row.last_at,
    )
