"""Unsaved work of the person at the desk: kept while it is typed, offered again, gone when it is saved or thrown away.

It stands in the clinic's database, sealed with a key that only this person's password opens. While the database takes
nothing, it stands in a sealed file of this machine instead, and moves into the database with the next write that
succeeds. Keeping is no event of the audit trail and tells no other window.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from clinicdesk.domain.drafts import KEPT_FOR, Draft, DraftKey, Fields, as_text
from clinicdesk.domain.permissions import Act
from clinicdesk.errors import StorageProblem, not_allowed
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Work, query, quiet
from clinicdesk.storage import drafts, users
from clinicdesk.storage.draft_files import LocalDrafts
from clinicdesk.storage.drafts import Kept

_TICK = timedelta(microseconds=1)


def keep(desk: Desk, key: DraftKey, fields: Fields) -> None:
    """Keep ``fields`` as what was typed for ``key``, in place of what was kept before.

    Writes nothing where they are the same. A caller keeps one key from one thread at a time. Raises `BadInput` for too
    much, `NotAllowed` for who may not sign in any more, `StorageProblem` where neither database nor file can be written.
    """
    _put(desk, key, as_text(fields))


def throw_away(desk: Desk, key: DraftKey) -> None:
    """Forget what was kept for ``key``: it was saved, or is not wanted. Raises as `keep` does."""
    _put(desk, key, None)


def of(desk: Desk, key: DraftKey) -> Draft | None:
    """What was kept for ``key`` last."""
    return next((draft for draft in mine(desk) if draft.key == key), None)


def mine(desk: Desk) -> tuple[Draft, ...]:
    """All that the person at the desk has not finished, the newest first; what the file held is moved in."""
    waiting = _waiting(desk)
    try:
        if waiting:
            _move_in(desk, waiting)
        rows = _everything(desk, desk.draft_secret)
    except StorageProblem:
        if _local(desk) is None:
            raise
        rows = ()
    oldest = desk.clock.now() - KEPT_FOR
    found = [kept.draft for kept in drafts.newest(rows, waiting).values() if kept.at >= oldest]
    return tuple(sorted(filter(None, found), key=lambda draft: draft.kept_at, reverse=True))


def _move_in(desk: Desk, waiting: tuple[Kept, ...]) -> None:
    """Put what stands in this machine's file into the database, if that takes anything by now."""
    try:
        _store(desk, waiting, desk.draft_secret, None)
    except StorageProblem:
        return
    _remove(desk, waiting)


def _put(desk: Desk, key: DraftKey, text: str | None) -> None:
    local, waiting = _local(desk), _waiting(desk)
    here = next((kept for kept in waiting if kept.key == key), None)
    is_here = here is not None and here.text == text
    new = Kept(key, text, _after(desk.clock.now(), here))
    if local is not None and waiting and not is_here:
        # The database failed a moment ago and may take its time to fail again: the file first.
        with suppress(StorageProblem):
            local.put(new)
            waiting, is_here = (*waiting, new), True
    try:
        _store(desk, waiting, desk.draft_secret, new)
    except StorageProblem:
        if local is None:
            raise
        if not is_here:
            local.put(replace(new, at=_after(new.at, _if_readable(desk, key))))
    else:
        _remove(desk, waiting)


def _if_readable(desk: Desk, key: DraftKey) -> Kept | None:
    """What stands in a database that takes nothing but may still be read."""
    try:
        return _stored(desk, key, desk.draft_secret)
    except StorageProblem:
        return None


def _after(now: datetime, before: Kept | None) -> datetime:
    """Now, or just after ``before`` where a clock was set back: what comes last is the newest."""
    return now if before is None else max(now, before.at + _TICK)


def _local(desk: Desk) -> LocalDrafts | None:
    """The file of this person on this machine; a desk that did not come by signing in has none."""
    if desk.passwords is None:
        return None
    return LocalDrafts(desk.passwords.config, desk.actor.user_id, desk.actor.login, desk.draft_secret)


def _waiting(desk: Desk) -> tuple[Kept, ...]:
    local = _local(desk)
    return () if local is None else local.read()


def _remove(desk: Desk, moved: tuple[Kept, ...]) -> None:
    local = _local(desk)
    if local is not None and moved:
        local.remove(moved)


@query(Act.SEE_CLINIC)
def _stored(work: Work, key: DraftKey, secret: bytes) -> Kept | None:
    return drafts.read(work.session, _person(work), secret, key)


@query(Act.SEE_CLINIC)
def _everything(work: Work, secret: bytes) -> tuple[Kept, ...]:
    return drafts.everything(work.session, _person(work), secret)


@quiet
def _store(work: Work, waiting: tuple[Kept, ...], secret: bytes, new: Kept | None) -> None:
    """Store what waited, unless another desk wrote something later meanwhile; and ``new``, if it is any different."""
    for kept in drafts.newest(waiting).values():
        before = drafts.read(work.session, work.actor.user_id, secret, kept.key)
        if before is None or kept.at >= before.at:
            drafts.put(work.session, work.actor.user_id, secret, kept)
    if new is None:
        return
    before = drafts.read(work.session, work.actor.user_id, secret, new.key)
    if new.text != (None if before is None else before.text):
        drafts.put(work.session, work.actor.user_id, secret, replace(new, at=_after(new.at, before)))


def _person(work: Work) -> int:
    if not users.is_active(work.session, work.actor.user_id):
        raise not_allowed()
    return work.actor.user_id
