"""The unit of work that every service runs in: permission, transaction, audit, changes."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, Generic, ParamSpec, TypeVar

from clinicdesk import logs
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Change, Changes, Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.users import Actor, Role
from clinicdesk.errors import Busy, not_allowed
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.storage import audit, clinic, users
from clinicdesk.storage.database import Database, Session
from clinicdesk.storage.faults import TryAgain

_log = logs.get(__name__)

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 6
_FIRST_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a command returns: its value, and what kinds of things it changed."""

    value: T
    changes: Changes


@dataclass(slots=True)
class Work:
    """One operation under way: its session, its instant, its person, and what it leaves behind.

    The one mutable value of the services; it lives as long as its transaction.
    """

    session: Session
    actor: Actor
    now: datetime
    _changes: set[Change] = field(default_factory=set)
    _entries: list[audit.Entry] = field(default_factory=list)
    _clinic: ClinicFacts | None = None
    seals: tuple[bytes, ...] = ()
    """Those of its audit events, once it is closed."""

    @property
    def clinic(self) -> ClinicFacts:
        """The clinic's facts, read once."""
        if self._clinic is None:
            self._clinic = clinic.read(self.session)
        return self._clinic

    def may(self, act: Act) -> bool:
        """Whether the person may also do ``act``."""
        return may(self.actor.role, act)

    def need(self, act: Act) -> None:
        """Raise `NotAllowed` unless the person may also do ``act``."""
        if not self.may(act):
            raise not_allowed()

    def changed(self, subject: Subject, subject_id: int) -> None:
        """Tell every view that this changed."""
        self._changes.add(Change(subject, subject_id))

    def audit(
        self, action: AuditAction, subject: Subject, subject_id: int, /, **details: str | int | bool | None
    ) -> None:
        """Append an audit event when the operation commits; ``details`` are codes, ids and times, never names."""
        self._entries.append(audit.Entry(action, subject, subject_id, details))

    def record(
        self, action: AuditAction, subject: Subject, subject_id: int, /, **details: str | int | bool | None
    ) -> None:
        """`changed` and `audit` in one."""
        self.changed(subject, subject_id)
        self.audit(action, subject, subject_id, **details)

    def close(self) -> Changes:
        """Append the audit events, as the last thing of the transaction."""
        self.seals = audit.append(self.session, self._entries, at=self.now, user_id=self.actor.user_id)
        return frozenset(self._changes)


def command(
    act: Act,
) -> Callable[[Callable[Concatenate[Work, P], T]], Callable[Concatenate[Desk, P], Done[T]]]:
    """Make a service that writes: permission, one write transaction, audit, changes; run again where it lost a race."""

    def decorate(work_on: Callable[Concatenate[Work, P], T]) -> Callable[Concatenate[Desk, P], Done[T]]:
        @functools.wraps(work_on)
        def run(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> Done[T]:
            _ask(desk, act)
            return _write(desk, lambda work: work_on(work, *args, **kwargs))

        return run

    return decorate


def query(act: Act) -> Callable[[Callable[Concatenate[Work, P], T]], Callable[Concatenate[Desk, P], T]]:
    """Make a service that only reads."""

    def decorate(work_on: Callable[Concatenate[Work, P], T]) -> Callable[Concatenate[Desk, P], T]:
        @functools.wraps(work_on)
        def run(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
            _ask(desk, act)
            return _read(desk, lambda work: work_on(work, *args, **kwargs))

        return run

    return decorate


@dataclass(frozen=True)
class Reading(Generic[P, T]):
    """A service that opens a patient's chart.

    Called, it is a person opening the chart: it reads, and the reading itself is an audit event. `again` is a screen that
    shows what is open already: the same reading, but no event and no lock, so that an event always means a person.
    """

    act: Act
    work_on: Callable[Concatenate[Work, P], T]

    def __post_init__(self) -> None:
        """Take the name and the docstring of the function."""
        names: dict[str, object] = {
            name: getattr(self.work_on, name) for name in functools.WRAPPER_ASSIGNMENTS
        }
        vars(self).update(names, __wrapped__=self.work_on)  # past the freezing, before anybody else has it

    def __call__(self, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Open: read, and append the reading to the audit trail."""
        _ask(desk, self.act)
        return _write(desk, lambda work: self.work_on(work, *args, **kwargs)).value

    def again(self, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Refresh: the same value as it is by now, as a plain query. What the reading would have audited is dropped."""
        _ask(desk, self.act)
        return _read(desk, lambda work: self.work_on(work, *args, **kwargs))


def chart(act: Act) -> Callable[[Callable[Concatenate[Work, P], T]], Reading[P, T]]:
    """Make a service that opens a patient's chart and may write nothing: see `Reading`."""

    def decorate(work_on: Callable[Concatenate[Work, P], T]) -> Reading[P, T]:
        return Reading(act, work_on)

    return decorate


def quiet(work_on: Callable[Concatenate[Work, P], T]) -> Callable[Concatenate[Desk, P], T]:
    """Make a service that writes what concerns only the person who acts: no audit event, no changes, no permission.

    For unsaved work, which is kept each second while somebody types: an event would drown the trail, and a change would
    have every window load anew. Any active person may; the program itself may not.
    """

    @functools.wraps(work_on)
    def run(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> T:
        done = _write(desk, lambda work: work_on(_of_active_person(work), *args, **kwargs))
        assert not done.changes, "what is told to others is a command"
        return done.value

    return run


def _of_active_person(work: Work) -> Work:
    if work.actor.role is Role.SYSTEM or not users.is_active(work.session, work.actor.user_id):
        raise not_allowed()
    return work


def _ask(desk: Desk, act: Act) -> None:
    if not may(desk.actor.role, act):
        raise not_allowed()


def _read(desk: Desk, work_on: Callable[[Work], T]) -> T:
    with desk.database.reading() as session:
        return work_on(Work(session, desk.actor, desk.clock.now()))


def _write(desk: Desk, work_on: Callable[[Work], T]) -> Done[T]:
    for attempt in range(ATTEMPTS):
        try:
            return _once(desk.database, desk.actor, desk.clock.now(), work_on)
        except TryAgain:
            _log.info("lost a race, attempt %d", attempt + 1)
            time.sleep(_FIRST_PAUSE * 2**attempt * random.random())  # noqa: S311 - spreads writers, hides nothing
    raise Busy(_("Others were writing at the same time, again and again. Nothing was saved. Try once more."))


def _once(database: Database, actor: Actor, now: datetime, work_on: Callable[[Work], T]) -> Done[T]:
    with database.writing() as session:
        work = Work(session, actor, now)
        value = work_on(work)
        done = Done(value, work.close())
        database.written.note(work.seals)
        return done
