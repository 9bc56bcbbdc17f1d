"""What the clinic offers: shipped entries, as the clinic edited them."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from clinicdesk.domain.blood_thinners import BleedingLimits, BloodThinner
from clinicdesk.domain.brace_types import BraceType
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.entries import (
    Catalogue,
    CatalogueValue,
    Entry,
    EntryKind,
    OwnHandout,
    asks_to_confirm,
    entry_key,
    entry_name,
)
from clinicdesk.domain.entry_tables import from_text, to_text
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.redflags import RedFlagQuestion
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import CatalogueEntry
from clinicdesk.storage.versions import update_versioned

V = TypeVar("V", bound=CatalogueValue)

_COLUMNS = (
    CatalogueEntry.id,
    CatalogueEntry.kind,
    CatalogueEntry.body,
    CatalogueEntry.shipped,
    CatalogueEntry.active,
    CatalogueEntry.confirmed,
    CatalogueEntry.position,
    CatalogueEntry.version,
)


def add(session: Session, kind: EntryKind, value: CatalogueValue, *, position: int, shipped: bool) -> int:
    """Add an entry. A shipped one waits to be confirmed where it asks for that; the clinic's own is confirmed."""
    body = to_text(value)
    return session.execute(
        insert(CatalogueEntry)
        .values(
            kind=kind,
            key=entry_key(value),
            name=entry_name(value),
            body=body,
            shipped=body if shipped else "",
            active=True,
            confirmed=not (shipped and asks_to_confirm(value)),
            position=position,
            version=1,
        )
        .returning(CatalogueEntry.id)
    ).scalar_one()


def change(
    session: Session,
    entry_id: int,
    version: int,
    value: CatalogueValue,
    *,
    active: bool,
    confirmed: bool,
    position: int,
) -> None:
    """Replace what an entry says; its key stays. Raises `Stale` or `NotFound`."""
    update_versioned(
        session,
        CatalogueEntry,
        Subject.CATALOGUE,
        entry_id,
        version,
        name=entry_name(value),
        body=to_text(value),
        active=active,
        confirmed=confirmed,
        position=position,
    )


def read(session: Session, entry_id: int) -> Entry[CatalogueValue]:
    """One entry. Raises `NotFound`."""
    row = session.execute(select(*_COLUMNS).where(CatalogueEntry.id == entry_id)).first()
    if row is None:
        raise NotFound(_("This does not exist in the catalogue (any more)."))
    return _entry(row)


def shipped_value(session: Session, entry_id: int) -> CatalogueValue | None:
    """What was shipped under an entry's key, or None where it is the clinic's own."""
    row = session.execute(
        select(CatalogueEntry.kind, CatalogueEntry.shipped).where(CatalogueEntry.id == entry_id)
    ).one()
    return from_text(EntryKind(row.kind), row.shipped) if row.shipped else None


def entries(session: Session, kind: EntryKind) -> tuple[Entry[CatalogueValue], ...]:
    """All entries of a kind, in the clinic's order, those no longer offered too."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(CatalogueEntry.kind == kind)
        .order_by(CatalogueEntry.position, CatalogueEntry.name, CatalogueEntry.id)
    )
    return tuple(_entry(row) for row in rows)


def whole(session: Session) -> Catalogue:
    """The whole catalogue."""
    rows = session.execute(
        select(*_COLUMNS).order_by(CatalogueEntry.position, CatalogueEntry.name, CatalogueEntry.id)
    )
    every = [_entry(row) for row in rows]
    return Catalogue(
        procedures=_of(every, Procedure),
        sedation_levels=_of(every, SedationLevel),
        braces=_of(every, BraceType),
        pathways=_of(every, Pathway),
        red_flags=_of(every, RedFlagQuestion),
        blood_thinners=_of(every, BloodThinner),
        bleeding_limits=_of(every, BleedingLimits),
        handouts=_of(every, OwnHandout),
    )


def to_confirm(session: Session) -> int:
    """How many entries on offer wait to be confirmed."""
    query = select(func.count()).where(CatalogueEntry.active, CatalogueEntry.confirmed.is_(False))
    return session.execute(query).scalar_one()


def id_of(session: Session, kind: EntryKind, key: str) -> int:
    """The row of an entry. Raises `NotFound`."""
    found = session.execute(
        select(CatalogueEntry.id).where(CatalogueEntry.kind == kind, CatalogueEntry.key == key)
    ).scalar()
    if found is None:
        raise _missing(key)
    return found


def has(session: Session, kind: EntryKind, key: str) -> bool:
    """Whether an entry of that key exists."""
    query = select(CatalogueEntry.id).where(CatalogueEntry.kind == kind, CatalogueEntry.key == key)
    return session.execute(query).first() is not None


def procedure(session: Session, key: str) -> Procedure:
    """The procedure or visit of that key, offered or not. Raises `NotFound`."""
    return _value(session, EntryKind.PROCEDURE, key, Procedure)


def procedure_by_id(session: Session, entry_id: int) -> Procedure:
    """The procedure or visit that a booking refers to. Raises `NotFound`."""
    value = read(session, entry_id).value
    if not isinstance(value, Procedure):
        raise _missing(str(entry_id))
    return value


def procedures(session: Session) -> tuple[Procedure, ...]:
    """What can be booked, in the clinic's order."""
    return _offered(session, EntryKind.PROCEDURE, Procedure)


def sedation_level(session: Session, key: str) -> SedationLevel:
    """The sedation level of that key. Raises `NotFound`."""
    return _value(session, EntryKind.SEDATION, key, SedationLevel)


def sedation_levels(session: Session) -> tuple[SedationLevel, ...]:
    """The sedation levels in use, lightest first."""
    return _offered(session, EntryKind.SEDATION, SedationLevel)


def brace_type(session: Session, hcpcs: str) -> BraceType:
    """The brace of that code, offered or not. Raises `NotFound`."""
    return _value(session, EntryKind.BRACE, hcpcs, BraceType)


def brace_types(session: Session) -> tuple[BraceType, ...]:
    """What can be ordered, in the clinic's order."""
    return _offered(session, EntryKind.BRACE, BraceType)


def pathway(session: Session, key: str) -> Pathway:
    """The pathway of that key. Raises `NotFound`."""
    return _value(session, EntryKind.PATHWAY, key, Pathway)


def red_flags(session: Session) -> tuple[RedFlagQuestion, ...]:
    """The red-flag questions in the order asked."""
    return _offered(session, EntryKind.RED_FLAG, RedFlagQuestion)


def blood_thinners(session: Session) -> tuple[BloodThinner, ...]:
    """The clinic's reminders about blood thinners."""
    return _offered(session, EntryKind.BLOOD_THINNER, BloodThinner)


def own_handouts(session: Session, language: str) -> dict[str, str]:
    """The clinic's own handout texts of a language, by key."""
    texts = _offered(session, EntryKind.HANDOUT, OwnHandout)
    return {own.key: own.text for own in texts if own.language == language}


def _value(session: Session, kind: EntryKind, key: str, wanted: type[V]) -> V:
    body = session.execute(
        select(CatalogueEntry.body).where(CatalogueEntry.kind == kind, CatalogueEntry.key == key)
    ).scalar()
    value = None if body is None else from_text(kind, body)
    if not isinstance(value, wanted):
        raise _missing(key)
    return value


def _offered(session: Session, kind: EntryKind, wanted: type[V]) -> tuple[V, ...]:
    bodies = session.execute(
        select(CatalogueEntry.body)
        .where(CatalogueEntry.kind == kind, CatalogueEntry.active)
        .order_by(CatalogueEntry.position, CatalogueEntry.name, CatalogueEntry.id)
    ).scalars()
    values = (from_text(kind, body) for body in bodies)
    return tuple(value for value in values if isinstance(value, wanted))


def _of(every: list[Entry[CatalogueValue]], wanted: type[V]) -> tuple[Entry[V], ...]:
    return tuple(
        Entry(
            id=entry.id,
            kind=entry.kind,
            value=entry.value,
            active=entry.active,
            confirmed=entry.confirmed,
            edited=entry.edited,
            has_shipped=entry.has_shipped,
            position=entry.position,
            version=entry.version,
        )
        for entry in every
        if isinstance(entry.value, wanted)
    )


def _entry(row: AnyRow) -> Entry[CatalogueValue]:
    kind = EntryKind(row.kind)
    return Entry(
        id=row.id,
        kind=kind,
        value=from_text(kind, row.body),
        active=row.active,
        confirmed=row.confirmed,
        edited=row.body != row.shipped,
        has_shipped=bool(row.shipped),
        position=row.position,
        version=row.version,
    )


def _missing(key: str) -> NotFound:
    return NotFound(_("There is no “{key}” in the catalogue.").format(key=key))
