"""How long a time takes to be found in a year's diary at 85 %, beside what asking the database per step would take.

Run as ``python -m tests.benchmarks.bench_slots``. The floor of the finder is the same question asked the plain way: for
every five minutes of every day a query per kind, until one finds no unit free (measured over some hundred steps, and told
for 90 days). The floor of the index is the raw fetch of its rows.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from clinicdesk.config import FILE_NAME
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.bits import STEP
from clinicdesk.domain.scheduling.finder import Search, SlotAsk
from clinicdesk.domain.scheduling.offers import answers
from clinicdesk.domain.scheduling.whynot import days_without
from clinicdesk.services import booking, diary_index, slots
from clinicdesk.services.desk import Desk
from clinicdesk.services.slots import SlotWish
from clinicdesk.services.work import Work
from clinicdesk.storage import occupancy
from clinicdesk.storage.database import open_file
from tests.benchmarks import year_diary
from tests.benchmarks.measuring import heading, report, timed
from tests.helpers.clinics import FACTS, TEST_KEY, SmallClinic, small_clinic_file

FIRST = date(2026, 11, 23)
DAYS = 90
PLAIN_STEPS = 400
"""Steps asked of the database one by one."""


def main() -> None:
    """Print each figure beside its floor."""
    with tempfile.TemporaryDirectory(prefix="clinicdesk-bench-") as folder:
        clinic = small_clinic_file(Path(folder))
        desk = year_diary.fill(clinic, FIRST)
        wish = SlotWish(
            draft=booking.defaults(desk, PatientId(1), "kyphoplasty", ("L1",)),
            first=FIRST,
            last=FIRST + timedelta(days=DAYS - 1),
        )
        heading()
        with clinic.database.reading() as session:
            work = Work(session, desk.actor, desk.clock.now())
            _measure(work, desk, wish)
        _measure_noticing(clinic, Path(folder), desk, wish)
        clinic.database.close()


def _measure(work: Work, desk: Desk, wish: SlotWish) -> None:
    now = diary_index.warm(work, wish.first, wish.last)
    [ask] = slots._asks(work, now, wish)
    units = [unit.id for unit in now.units]
    plain = _plain_way(work, ask)
    per_step = timed(plain, PLAIN_STEPS, warm=5)
    for_all = [each * DAYS * 24 * 60 / 5 for each in per_step]
    report("floor: 90 days asked of the database step by step", for_all)
    found = timed(lambda: answers(Search(now.index, ask)), 300)
    report("the best five times of 90 days, warm", found, 0.5)
    print(f"{'':4}{for_all[len(for_all) // 2] / found[len(found) // 2]:,.0f} times as fast as step by step")
    report(
        "the same with its check that nothing changed",
        timed(lambda: _warm_answers(work, wish, ask), 300),
        0.5,
    )
    report("the service: reads, answers, why not", timed(lambda: slots.search(desk, wish), 60))
    report("why an empty week has no time", timed(_empty_week(now, ask), 100), 5)
    rows = timed(lambda: occupancy.claims(work.session, now.index.grid, units), 40)
    report("floor: the rows of the index, fetched", rows)
    built = timed(lambda: diary_index.build(work, now.stamp, now.today, len(now.index.days)), 40)
    report("the index, built cold", built, 2 * rows[len(rows) // 2])
    print(f"{'':4}{built[len(built) // 2] / rows[len(rows) // 2]:.2f} times the fetch")


def _warm_answers(work: Work, wish: SlotWish, ask: SlotAsk) -> object:
    return answers(Search(diary_index.warm(work, wish.first, wish.last).index, ask))


def _empty_week(now: diary_index.Warm, ask: SlotAsk) -> Callable[[], object]:
    """A week in which no C-arm is free."""
    full = {unit.id: now.index.grid.whole for unit in now.units if unit.kind is ResourceKind.C_ARM}
    week = replace(ask, first=FIRST + timedelta(days=7), last=FIRST + timedelta(days=13))
    search = Search(now.with_claims(full).index, week)
    assert not search.starts
    return lambda: list(days_without(search))


def _plain_way(work: Work, ask: SlotAsk) -> Callable[[], object]:
    """One step of the plain way: for each kind in turn, ask which of its units no claim overlaps."""
    free = text(
        "SELECT r.id FROM resource AS r WHERE r.kind = :kind AND r.active AND NOT EXISTS ("
        " SELECT 1 FROM claim AS c WHERE c.resource_id = r.id AND c.starts_at < :until AND c.ends_at > :since"
        ") LIMIT 1"
    )
    at = FACTS.zone.start_of(FIRST) + timedelta(hours=8)
    steps = iter(range(10**6))

    def step() -> bool:
        starts: datetime = at + next(steps) * STEP
        for need in ask.needs:
            if need.kinds == (ResourceKind.PATIENT,) or need.until is None:
                continue
            span = {
                "kind": need.kinds[0].value,
                "since": int((starts + need.since).timestamp()),
                "until": int((starts + need.until).timestamp()),
            }
            if work.session.execute(free, span).first() is None:
                return False
        return True

    return step


def _measure_noticing(clinic: SmallClinic, folder: Path, desk: Desk, wish: SlotWish) -> None:
    """Another process writes: its change is in the next search, and this is what that search takes."""
    other = Desk(open_file(folder / FILE_NAME, TEST_KEY), desk.actor, clinic.clock)
    times = []
    for round_number in range(20):
        best = next(iter(slots.search(desk, wish).slots), None)
        if best is None:
            break  # so full has the diary become
        draft = replace(
            wish.draft,
            patient_id=PatientId(2 + round_number),
            starts=best.starts,
            units=best.chosen,
            reason="measured",
        )
        booking.book(other, draft)
        start = time.perf_counter()
        after = slots.search(desk, wish).slots
        times.append(1000 * (time.perf_counter() - start))
        assert best not in after
    other.database.close()
    report("the search after another process booked", sorted(times))


if __name__ == "__main__":
    main()
