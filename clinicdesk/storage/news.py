"""Hearing that somebody wrote, and reading from the audit trail what it was.

On PostgreSQL a trigger of the trail notifies `CHANNEL`, without a word of what happened. On the file ``PRAGMA
data_version`` of a connection that itself writes nothing changes with every commit of another one; it costs microseconds.
"""

from __future__ import annotations

import select as waiting
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import EVERYTHING, Change, Changes, Subject
from clinicdesk.errors import ServerUnreachable
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.database import Database
from clinicdesk.storage.faults import translated
from clinicdesk.storage.tables import AuditEventRow, BookingRow, BraceOrderRow, CheckInRow
from clinicdesk.storage.written import Written

CHANNEL: Final = "clinicdesk_news"
"""What the trigger of the trail notifies (migration 0004)."""

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at the file."""
LISTEN_FOR: Final = 5.0
"""Seconds after which the trail of a server is looked at although nothing was heard: a dead connection may stay silent."""
MOST: Final = 2_000
"""Events that are told one by one; after more than these everything is loaded again."""

_UNSEEN: Final = frozenset({AuditAction.READ, AuditAction.SIGNED_IN, AuditAction.SIGN_IN_FAILED})
"""What changes nothing that a view shows."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What others wrote up to the event ``number``."""

    number: int
    changes: Changes


class Line(Protocol):
    """A connection that only listens."""

    def wait(self) -> bool:
        """Come back when somebody may have written, or after a while; False where certainly nobody has.

        Raises `StorageProblem` where the connection is lost.
        """
        ...

    def interrupt(self) -> None:
        """Let `wait` come back at once, for good; called on any thread."""

    def close(self) -> None:
        """Give the connection back."""


def open_line(database: Database) -> Line:
    """A line of its own to ``database``; what is committed from now on is heard. Raises `StorageProblem`."""
    return _ServerLine(database) if database.is_server else _FileLine(database)


def head(session: Session) -> int:
    """The number of the newest event; 0 in a trail without any."""
    return session.execute(_HEAD).scalar() or 0


def since(session: Session, number: int, own: Written) -> Heard:
    """What others wrote after the event ``number``: readings and ``own`` events left out, related things added.

    A trail that is shorter than it was belongs to a restored backup: everything has to be loaded again.
    """
    last = head(session)
    if last < number or last - number > MOST:
        return Heard(last, EVERYTHING)
    if last == number:
        return Heard(last, frozenset())
    found = session.execute(_SINCE, {"number": number, "last": last})
    rows = [row for row in found if not own.has(row.mac)]
    changes = frozenset(_known(rows))
    return Heard(last, changes | frozenset(_related(session, rows)))


_HEAD = select(AuditEventRow.number).order_by(AuditEventRow.number.desc()).limit(1)
_SINCE = select(
    AuditEventRow.action, AuditEventRow.subject, AuditEventRow.subject_id, AuditEventRow.mac
).where(
    AuditEventRow.number > bindparam("number"),
    AuditEventRow.number <= bindparam("last"),
    AuditEventRow.action.not_in([action.value for action in _UNSEEN]),
)


def _known(rows: Iterable[AnyRow]) -> Iterator[Change]:
    for row in rows:
        if row.subject in _SUBJECTS:  # a newer program on the same server may know more kinds
            yield Change(Subject(row.subject), row.subject_id)


_SUBJECTS: Final = frozenset(Subject)


def _related(session: Session, rows: Iterable[AnyRow]) -> Iterator[Change]:
    """What changes along with the things of the trail and has no event of its own."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.subject, set()).add(row.subject_id)
        if (
            row.subject == Subject.BOOKING and row.action == AuditAction.STATE
        ):  # one who leaves has a discharge
            ids.setdefault(Subject.DISCHARGE, set()).add(row.subject_id)
            yield Change(Subject.DISCHARGE, row.subject_id)
    yield from _of_discharges(session, ids.get(Subject.DISCHARGE, set()))
    yield from _of_check_ins(session, ids.get(Subject.CHECK_IN, set()))
    yield from _of_braces(session, ids.get(Subject.BRACE, set()))


def _of_discharges(session: Session, ids: set[int]) -> Iterator[Change]:
    if not ids:
        return
    for booking, patient in session.execute(
        select(BookingRow.id, BookingRow.patient_id).where(BookingRow.id.in_(sorted(ids)))
    ):
        yield Change(Subject.BOOKING, booking)
        yield Change(Subject.PATIENT, patient)


def _of_check_ins(session: Session, ids: set[int]) -> Iterator[Change]:
    if not ids:
        return
    for patient in session.scalars(select(CheckInRow.patient_id).where(CheckInRow.id.in_(sorted(ids)))):
        yield Change(Subject.PATIENT, patient)


def _of_braces(session: Session, ids: set[int]) -> Iterator[Change]:
    if not ids:
        return
    for patient, booking in session.execute(
        select(BraceOrderRow.patient_id, BraceOrderRow.booking_id).where(BraceOrderRow.id.in_(sorted(ids)))
    ):
        yield Change(Subject.PATIENT, patient)
        if booking is not None:
            yield Change(Subject.DISCHARGE, booking)


class _FileLine:
    """Looks at the file again and again."""

    def __init__(self, database: Database) -> None:
        self._stop = threading.Event()
        self._error = _driver_error(database)
        self._driver = _own_connection(database)
        self._version = self._look()

    def wait(self) -> bool:
        if self._stop.wait(LOOK_EVERY):
            return False
        before, self._version = self._version, self._look()
        return before != self._version

    def _look(self) -> int:
        try:
            return int(self._driver.execute("PRAGMA data_version").fetchone()[0])
        except self._error as error:
            raise _lost() from error

    def interrupt(self) -> None:
        self._stop.set()

    def close(self) -> None:
        self._driver.close()


class _ServerLine:
    """Listens on a connection of its own, beside a socket that wakes it up."""

    def __init__(self, database: Database) -> None:
        self._error = _driver_error(database)
        self._driver = _own_connection(database)
        try:
            self._driver.autocommit = True
            self._driver.execute(f"LISTEN {CHANNEL}")
        except self._error as error:
            self._driver.close()
            raise _lost() from error
        self._woken, self._waker = socket.socketpair()

    def wait(self) -> bool:
        try:
            ready, _writable, _failed = waiting.select([self._driver, self._woken], [], [], LISTEN_FOR)
            if self._woken in ready:
                return False
            for _notice in self._driver.notifies(timeout=0):
                pass  # it says nothing but that somebody wrote
        except (self._error, OSError, ValueError) as error:
            raise _lost() from error
        return True

    def interrupt(self) -> None:
        self._waker.send(b".")

    def close(self) -> None:
        self._driver.close()
        self._woken.close()
        self._waker.close()


def _driver_error(database: Database) -> type[Exception]:
    """What the driver in use raises; the other one is not loaded for it."""
    error: type[Exception] = database.engine.dialect.loaded_dbapi.Error
    return error


def _own_connection(database: Database) -> Any:
    """A driver's connection that the pool gives away for good."""
    try:
        with translated():
            pooled = database.engine.raw_connection()
    except _driver_error(database) as error:
        raise _lost() from error
    driver = pooled.driver_connection
    pooled.detach()
    return driver


def _lost() -> ServerUnreachable:
    return ServerUnreachable(
        _("The clinic's data cannot be reached. Nothing was saved. Check the network, then try again.")
    )
