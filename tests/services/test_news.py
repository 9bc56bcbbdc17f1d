"""What another desk writes is heard, once, and after a break everything is loaded anew; on both databases."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from clinicdesk.clock import SetClock
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.changes import EVERYTHING, Change, Changes, Subject
from clinicdesk.services import booking, brace, news, patients, recovery
from clinicdesk.services.booking import steps
from clinicdesk.services.news import Found, Lost, News, Watch, Written
from clinicdesk.storage import news as stored
from clinicdesk.storage.database import Database, open_server
from clinicdesk.storage.written import Written as Own
from tests.helpers import postgres
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.clinics import MONDAY_EIGHT, SmallClinic, small_clinic
from tests.helpers.recoveries import brace_draft, discharged, line_of
from tests.helpers.second import second

PATIENCE = 20.0


class Ear:
    """Hears what a watch tells."""

    def __init__(self, clinic: SmallClinic, **more: object) -> None:
        self.told: queue.Queue[News] = queue.Queue()
        desk = clinic.front
        self.watch = Watch(desk, news.last_number(desk), self.told.put, **more)  # type: ignore[arg-type] # a clock

    def next(self) -> News:
        return self.told.get(timeout=PATIENCE)

    def until(self, wanted: Change) -> Changes:
        """Everything that was told until ``wanted`` was among it."""
        heard: Changes = frozenset()
        while wanted not in heard:
            one = self.next()
            assert isinstance(one, Written)
            heard |= one.changes
        return heard


@contextmanager
def listening(clinic: SmallClinic, **more: object) -> Iterator[Ear]:
    ear = Ear(clinic, **more)
    ear.watch.start()
    try:
        yield ear
    finally:
        ear.watch.stop()


def add(clinic: SmallClinic, name: str) -> Change:
    """Somebody books; the change that tells of it."""
    made = booking.book(clinic.surgeon, kypho(clinic, add_patient(clinic, name), at(10))).value
    return Change(Subject.BOOKING, made.id)


def test_what_another_desk_writes_is_told_and_own_writing_and_readings_are_not(
    any_clinic: SmallClinic,
) -> None:
    with second(any_clinic) as other, listening(any_clinic) as ear:
        mine = booking.book(any_clinic.surgeon, kypho(any_clinic, add_patient(any_clinic), at(8))).value
        patients.open_chart(other.front, mine.draft.patient_id)
        theirs = add(other, "Ada Berg")
        heard = ear.until(theirs)
    assert Change(Subject.BOOKING, mine.id) not in heard
    assert Change(Subject.PATIENT, mine.draft.patient_id) not in heard


def test_what_happened_between_loading_and_listening_is_told(any_clinic: SmallClinic) -> None:
    with second(any_clinic) as other:
        ear = Ear(any_clinic)
        theirs = add(other, "Ada Berg")
        ear.watch.start()
        ear.until(theirs)
        ear.watch.stop()


def test_others_are_told_whatever_the_initiator_is(any_clinic: SmallClinic) -> None:
    """What changes along with a thing has no event of its own, and must be told all the same."""
    case = discharged(any_clinic)
    line = line_of(any_clinic, case)
    front = any_clinic.front

    def told_and_heard(act: object) -> tuple[Changes, Changes]:
        with any_clinic.database.reading() as session:
            before = stored.head(session)
        done = act()  # type: ignore[operator] # one of the commands below
        with any_clinic.database.reading() as session:
            return done.changes, stored.since(session, before, Own()).changes

    order = brace.prescribe(any_clinic.surgeon, brace_draft(line.patient_id, case)).value
    later = booking.book(any_clinic.surgeon, kypho(any_clinic, line.patient_id, at(13))).value
    for act in (
        lambda: brace.advance(any_clinic.nurse, order.id, order.version, BraceStatus.MEASURED),
        lambda: steps.advance(any_clinic.nurse, later.id, BookingState.CONFIRMED, later.version),
        lambda: recovery.patient_called(front, case),
    ):
        told, heard = told_and_heard(act)
        assert told
        assert told <= heard


def test_a_trail_that_became_shorter_or_much_longer_means_everything(
    any_clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(any_clinic, "Ada Berg")
    monkeypatch.setattr(stored, "MOST", 0)
    with any_clinic.database.reading() as session:
        last = stored.head(session)
        assert stored.since(session, last + 5, Own()) == stored.Heard(last, EVERYTHING)
        assert stored.since(session, last - 1, Own()).changes == EVERYTHING
        assert stored.since(session, last, Own()) == stored.Heard(last, frozenset())


def test_after_a_sleep_everything_is_loaded_again(
    any_clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "LISTEN_FOR", 0.1)
    wall = SetClock(MONDAY_EIGHT)
    with second(any_clinic) as other, listening(any_clinic, wall=lambda: wall.at.timestamp()) as ear:
        ear.until(add(other, "Ada Berg"))
        wall.at = at(15)
        assert ear.next() == Written(EVERYTHING)
        ear.until(add(other, "Bob Chang"))


def test_a_line_that_the_server_closes_is_opened_again_without_a_word(postgres_clinic: SmallClinic) -> None:
    with second(postgres_clinic) as other, listening(postgres_clinic) as ear:
        ear.until(add(other, "Ada Berg"))
        kill_lines(other.database)
        assert ear.next() == Written(EVERYTHING)
        ear.until(add(other, "Bob Chang"))


def kill_lines(database: Database) -> None:
    """End every connection but the one that does it."""
    with database.writing() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_server_that_is_gone_is_said_once_and_so_is_its_return(postgres_server: postgres.Server) -> None:
    """A server of its own: nobody else's may stop."""
    del postgres_server  # skips where none can be started
    with postgres.running() as server, closing(open_server(server.url(server.create()))) as database:
        clinic = small_clinic(database)
        with listening(clinic) as ear:
            server.stop(keep=True)
            lost = ear.next()
            assert lost == Lost(clinic.clock.at)
            server.start()
            assert ear.next() == Found()
            with second(clinic) as other:
                ear.until(add(other, "Ada Berg"))


def test_a_watch_ends_at_once_whatever_it_waits_for(any_clinic: SmallClinic) -> None:
    with listening(any_clinic) as ear:
        thread = ear.watch._thread
        with second(any_clinic) as other:
            ear.until(add(other, "Ada Berg"))
    assert not thread.is_alive()
