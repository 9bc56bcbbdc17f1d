"""The demo clinic: the same seed makes the same people, nobody is in two places, and one can go on working in it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from clinicdesk.clock import SetClock
from clinicdesk.config import Config
from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.numbers import Measure
from clinicdesk.domain.papers import PaperKind
from clinicdesk.domain.recovery import Closing
from clinicdesk.domain.redflags import Tier
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput
from clinicdesk.services import booking, catalogue, demo, durations, numbers, papers, patients, recovery
from clinicdesk.services.demo.people import people
from clinicdesk.services.founding import ClinicStands
from clinicdesk.services.signin import sign_in
from tests.helpers.bookings import overlapping_claims

MORNING = datetime(2026, 11, 23, 15, 40, tzinfo=UTC)
"""Monday, twenty to eleven in the clinic."""

_TOLD = (
    "SELECT mrn, given, family, birth_date FROM patient ORDER BY id",
    "SELECT patient_id, procedure_id, state, levels, starts_at, ended_at FROM booking ORDER BY id",
    "SELECT resource_id, booking_id, starts_at, ends_at FROM claim ORDER BY id",
    "SELECT booking_id, due_on, tier, pain, note FROM check_in ORDER BY id",
    "SELECT check_in_id, question, answer FROM check_in_answer ORDER BY check_in_id, question",
    "SELECT patient_id, hcpcs, status FROM brace_order ORDER BY id",
)


@dataclass(frozen=True)
class Made:
    """A demo clinic on disk; every test opens it for itself."""

    config: Config
    clinic: demo.DemoClinic


def make(folder: Path) -> Made:
    config = Config(folder)
    clinic = demo.build(config, patients=60, seed=7, clock=SetClock(MORNING))
    clinic.desk.database.close()
    return Made(config, clinic)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("demo"))


def told(made: Made) -> list[list[tuple[object, ...]]]:
    desk = sign_in(made.config, "admin", "clinicdesk demo admin")
    with closing(desk.database), desk.database.reading() as session:
        return [[tuple(row) for row in session.execute(text(query))] for query in _TOLD]


def test_the_seed_decides_everything(made: Made, tmp_path: Path) -> None:
    assert told(made) == told(make(tmp_path))
    today = MORNING.date()
    assert list(people(9, today, Random(7))) != list(people(9, today, Random(8)))


def test_a_day_of_every_state_with_an_emergency_to_review(made: Made) -> None:
    desk = sign_in(made.config, "lin", "clinicdesk demo lin")
    with closing(desk.database):
        assert overlapping_claims(desk.database) == 0
        with desk.database.reading() as session:
            states = {row[0] for row in session.execute(text("SELECT DISTINCT state FROM booking"))}
        lines = recovery.reviews(desk)
    assert states >= {state.value for state in BookingState} - {"overnight"}
    assert lines[0].tier is Tier.EMERGENCY
    assert {line.closing for line in lines} == {Closing.ANSWERED}


def test_one_case_was_moved_after_its_day_list_had_been_printed(made: Made) -> None:
    desk = sign_in(made.config, "kim", "clinicdesk demo kim")
    with closing(desk.database):
        with desk.database.reading() as session:
            moved = "SELECT booking_id FROM booking_event WHERE from_starts <> to_starts"
            (booking_id,) = session.execute(text(moved)).scalars()
        (outdated,) = papers.outdated(replace(desk, clock=SetClock(MORNING)), booking_id)
    assert outdated.kind is PaperKind.DAY_LIST


def test_everyone_it_prints_can_sign_in(made: Made) -> None:
    assert {user.role for user in made.clinic.users} == set(Role) - {Role.SYSTEM}
    one_of_each = {user.role: user for user in made.clinic.users}.values()
    for user in one_of_each:
        desk = sign_in(made.config, user.login, user.password)
        desk.database.close()
        assert desk.actor.role is user.role


def test_it_stands_on_a_server_too_and_work_goes_on(postgres_url: str, tmp_path: Path) -> None:
    config = Config(tmp_path, server_url=postgres_url)
    clinic = demo.build(config, patients=40, seed=7, clock=SetClock(MORNING))
    with closing(clinic.desk.database):
        desk = clinic.desk
        assert overlapping_claims(desk.database) == 0
        someone = patients.find(desk, "a", 20)[0]
        procedure = next(iter(catalogue.whole(desk).procedures)).value
        draft = booking.filled_draft(procedure, someone.id, ("L1",))
        wish = booking.request(desk, draft).value
        assert wish.id > clinic.bookings
        with pytest.raises(ClinicStands):
            demo.build(config, patients=5, clock=SetClock(MORNING))


@pytest.mark.parametrize(("patients_", "years"), [(0, 1), (10, 0), (10, 11), (2_000_000, 1)])
def test_numbers_out_of_range_make_nothing(tmp_path: Path, patients_: int, years: int) -> None:
    with pytest.raises(BadInput):
        demo.build(Config(tmp_path / "new"), patients=patients_, years=years)
    assert not (tmp_path / "new").exists()


def test_its_past_gives_figures_and_lengths_to_learn_from(made: Made) -> None:
    desk = sign_in(made.config, "lin", "clinicdesk demo lin")
    with closing(desk.database):
        page = numbers.page(desk, 12)
        learned = {
            row.surgeon: row for row in durations.of_procedure(desk, "kyphoplasty") if row.level_count == 1
        }
    whole = page.numbers.whole
    assert all(whole.of(measure) is not None for measure in Measure)
    missed = [seen.missed / seen.cases for seen in page.risks]
    assert missed[0] < min(missed[1:])
    assert all(row.learned is not None for row in learned.values())
    assert len({row.minutes for row in learned.values()}) > 1
