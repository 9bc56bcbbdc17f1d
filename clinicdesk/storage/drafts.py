"""Unsaved work as rows: sealed with the user's own key, which is sealed with what the user's password makes.

Nobody who reads the database reads a draft, whoever keeps the server included. A key that cannot be opened with the
password (an administrator gave a new one) is replaced, and the drafts under it are dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, delete, false, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.drafts import Draft, DraftKey, from_text
from clinicdesk.storage import sealing
from clinicdesk.storage.base import Base
from clinicdesk.storage.tables import DraftKeyRow, DraftRow, UserRow

_DRAFT = Base.metadata.tables[DraftRow.__tablename__]
_KEY = Base.metadata.tables[DraftKeyRow.__tablename__]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, or None for what was thrown away, and when."""

    key: DraftKey
    text: str | None
    at: datetime

    @property
    def draft(self) -> Draft | None:
        """The draft, if it was not thrown away."""
        return None if self.text is None else Draft(self.key, from_text(self.text), self.at)


# --- the key --------------------------------------------------------------------------------------------------------


def own_key(session: Session, user_id: int, wrapping: bytes) -> bytes:
    """The user's key. Where there is none that ``wrapping`` opens, a new one; drafts under another are dropped."""
    found = _open_key(session, user_id, wrapping)
    if found is not None:
        return found
    forget(session, user_id)
    made = sealing.new_key()
    values = {"user_id": user_id, "sealed": _wrapped(user_id, wrapping, made)}
    insert = insert_postgresql(_KEY) if _is_server(session) else insert_sqlite(_KEY)
    session.execute(insert.on_conflict_do_nothing(index_elements=["user_id"]), values)
    return _open_key(session, user_id, wrapping) or made  # a second desk may have been quicker


def set_key(session: Session, user_id: int, wrapping: bytes, key: bytes) -> None:
    """Seal the user's ``key`` with what another password makes; the drafts stay as they are."""
    session.execute(delete(_KEY).where(_KEY.c.user_id == user_id))
    session.execute(_KEY.insert().values(user_id=user_id, sealed=_wrapped(user_id, wrapping, key)))


def forget(session: Session, user_id: int) -> None:
    """Drop the user's key, and the drafts that nobody can read without it."""
    session.execute(delete(_DRAFT).where(_DRAFT.c.user_id == user_id))
    session.execute(delete(_KEY).where(_KEY.c.user_id == user_id))


def _open_key(session: Session, user_id: int, wrapping: bytes) -> bytes | None:
    sealed = session.scalar(select(_KEY.c.sealed).where(_KEY.c.user_id == user_id))
    return None if sealed is None else sealing.opened(wrapping, sealed, "draft key", user_id)


def _wrapped(user_id: int, wrapping: bytes, key: bytes) -> bytes:
    return sealing.seal(wrapping, key, "draft key", user_id)


# --- the drafts -----------------------------------------------------------------------------------------------------


def put(session: Session, user_id: int, secret: bytes, kept: Kept) -> None:
    """Store ``kept`` in place of what stands for its key; what was thrown away leaves no row."""
    if kept.text is None:
        session.execute(delete(_DRAFT).where(_is(user_id, kept.key)))
        return
    values = {
        "user_id": user_id,
        "panel": kept.key.panel,
        "subject": kept.key.subject,
        "subject_id": kept.key.id,
        "sealed": sealing.seal(secret, _content(kept), *_place(user_id, kept.key)),
        "kept_at": kept.at,
    }
    insert = insert_postgresql(_DRAFT) if _is_server(session) else insert_sqlite(_DRAFT)
    new = insert.excluded
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "panel", "subject", "subject_id"],
            set_={"sealed": new.sealed, "kept_at": new.kept_at},
        ),
        values,
    )


def read(session: Session, user_id: int, secret: bytes, key: DraftKey) -> Kept | None:
    """What stands for ``key``; None too for what ``secret`` does not open."""
    sealed = session.scalar(select(_DRAFT.c.sealed).where(_is(user_id, key)))
    return None if sealed is None else _opened(user_id, secret, key, sealed)


def everything(session: Session, user_id: int, secret: bytes) -> tuple[Kept, ...]:
    """All that a user kept and ``secret`` opens."""
    rows = session.execute(
        select(_DRAFT.c.panel, _DRAFT.c.subject, _DRAFT.c.subject_id, _DRAFT.c.sealed).where(
            _DRAFT.c.user_id == user_id
        )
    )
    found = (
        _opened(user_id, secret, DraftKey(row.panel, Subject(row.subject), row.subject_id), row.sealed)
        for row in rows
        if row.subject in _SUBJECTS
    )
    return tuple(kept for kept in found if kept is not None)


def any_to_sweep(session: Session, before: datetime) -> bool:
    """Whether `sweep` would find something."""
    return session.scalar(select(_DRAFT.c.user_id).where(_swept(before)).limit(1)) is not None


def sweep(session: Session, before: datetime) -> None:
    """Drop what was kept ``before``, and all that belongs to those who may not sign in any more."""
    session.execute(delete(_DRAFT).where(_swept(before)))
    session.execute(delete(_KEY).where(_KEY.c.user_id.in_(_left())))


_SUBJECTS = frozenset(Subject)
"""A draft for a kind of thing that this version does not know is not offered."""


def _swept(before: datetime) -> ColumnElement[bool]:
    return or_(_DRAFT.c.kept_at < before, _DRAFT.c.user_id.in_(_left()))


def _left() -> Select[int]:
    return select(UserRow.id).where(UserRow.active == false())


def _is(user_id: int, key: DraftKey) -> ColumnElement[bool]:
    return (
        (_DRAFT.c.user_id == user_id)
        & (_DRAFT.c.panel == key.panel)
        & (_DRAFT.c.subject == key.subject)
        & (_DRAFT.c.subject_id == key.id)
    )


def _place(user_id: int, key: DraftKey) -> tuple[str | int, ...]:
    return "draft", user_id, key.panel, str(key.subject), key.id


def _content(kept: Kept) -> bytes:
    return json.dumps([kept.at.astimezone(UTC).isoformat(), kept.text]).encode()


def _opened(user_id: int, secret: bytes, key: DraftKey, sealed: bytes) -> Kept | None:
    content = sealing.opened(secret, sealed, *_place(user_id, key))
    if content is None:
        return None
    at, text = json.loads(content)
    return Kept(key, text, datetime.fromisoformat(at))


def _is_server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def newest(*sources: Iterable[Kept]) -> dict[DraftKey, Kept]:
    """By key, what was kept last; of two at the same time, that of the later source."""
    found: dict[DraftKey, Kept] = {}
    for kept in (each for source in sources for each in source):
        before = found.get(kept.key)
        if before is None or kept.at >= before.at:
            found[kept.key] = kept
    return found
