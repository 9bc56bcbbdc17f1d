"""The demo clinic's diary: days filled case by case, by the same rules that guard a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from clinicdesk.domain.booking import ActualTimes, BookingDraft, BookingState, Setting, Side
from clinicdesk.domain.catalogue import Procedure, planned_minutes
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.scheduling.assign import Assignment, Pools, assign
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.occupancy import CasePlan, occupancy
from clinicdesk.domain.sedation_levels import SedationLevel
from clinicdesk.errors import Holder
from clinicdesk.services.demo.numbers import actual_minutes, chance_to_miss

_STEP = timedelta(minutes=5)
_HOLE = timedelta(minutes=80)
_LAST_START = time(15, 10)
_OPERATED = (
    ("kyphoplasty", 36), ("vertebroplasty", 10), ("epidural_injection", 22), ("facet_injection", 10),
    ("medial_branch_block", 8), ("radiofrequency_ablation", 8), ("discectomy", 6),
)  # fmt: skip
_SEEN = (("new_consultation", 5), ("follow_up_visit", 8), ("brace_fitting", 2))
_CANCELLED = (
    "patient is ill",
    "patient asked for a later date",
    "INR too high",
    "insurance not approved yet",
)
_NOTES = (
    "",
    "",
    "",
    "",
    "hard of hearing",
    "needs a lift",
    "bring the MRI on disc",
    "daughter calls for her",
)


_TODAY = timedelta(hours=12)
"""Whoever was expected today has come: a day with someone in every state shows more than an empty room."""

_STILL_HERE = timedelta(hours=2)
"""Nobody who was operated on since has gone home yet: somebody is to be seen in recovery, whatever the seed."""


@dataclass(frozen=True, slots=True)
class House:
    """What the cases are planned with."""

    clinic: ClinicFacts
    procedures: Mapping[str, Procedure]
    sedations: Mapping[str, SedationLevel]
    pools: Pools


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCase:
    """One booking as it will be stored. ``steps`` are the states it went through, each with its instant."""

    patient_id: PatientId
    draft: BookingDraft
    procedure: Procedure
    state: BookingState
    claims: tuple[Claimed, ...]
    actual: ActualTimes = field(default_factory=ActualTimes)
    cancel_reason: str = ""
    created: datetime
    steps: tuple[tuple[datetime, BookingState], ...]


class Diary:
    """Fills days in order; remembers who is busy so that no day runs into the one before."""

    def __init__(
        self, house: House, random: Random, now: datetime, patient: Callable[[], tuple[PatientId, ResourceId]]
    ) -> None:
        self._house = house
        self._random = random
        self._now = now
        self._patient = patient
        self._held: list[Holder] = []

    def fill(self, day: date) -> Iterator[DemoCase]:
        """The cases of one day; none at the weekend."""
        if not self._house.clinic.open_on(day):
            return
        zone = self._house.clinic.zone
        self._held = [holder for holder in self._held if holder.ends > zone.start_of(day)]
        surgeons = self._house.pools[ResourceKind.SURGEON]
        *operating, consulting = self._house.pools[ResourceKind.ROOM]
        sees = day.weekday() % len(surgeons)  # by weekday: the rooms are their block time
        yield from self._fill_column(day, surgeons[sees], consulting, _SEEN)
        others = [surgeon for place, surgeon in enumerate(surgeons) if place != sees]
        for surgeon, room in zip(others, operating, strict=False):
            yield from self._fill_column(day, surgeon, room, _OPERATED)

    def waiting(self, count: int) -> Iterator[DemoCase]:
        """Requests and waiting-list entries, without a time."""
        for number in range(count):
            patient_id, _unit = self._patient()
            state = BookingState.WAITLIST if number % 2 else BookingState.REQUESTED
            asked = self._now - timedelta(days=self._random.randrange(1, 20))
            created = office_hour(self._house.clinic, asked, self._random)
            draft, procedure = self._draft(patient_id, _OPERATED)
            yield DemoCase(
                patient_id=patient_id,
                draft=draft,
                procedure=procedure,
                state=state,
                claims=(),
                created=created,
                steps=((created, state),),
            )

    def _fill_column(
        self, day: date, surgeon: Resource, room: Resource, mix: tuple[tuple[str, int], ...]
    ) -> Iterator[DemoCase]:
        zone = self._house.clinic.zone
        at, last = zone.at(day, time(8)), zone.at(day, _LAST_START)
        while at < last:
            still_open = self._still_open(day)
            if still_open and self._random.random() < still_open:
                at += _HOLE
                continue
            case = self._place(at, last, surgeon, room, mix)
            if case is None:
                return
            yield case
            assert case.draft.starts is not None
            at = case.draft.starts + timedelta(minutes=case.draft.minutes + case.draft.turnover_minutes)
            at += _STEP * self._random.choice((0, 0, 0, 1, 2, 3, 6))

    def _still_open(self, day: date) -> float:
        """How much of a day nobody has asked for yet: none of this week, most of the next quarter."""
        ahead = (day - self._house.clinic.zone.day_of(self._now)).days
        return min(0.8, max(0, ahead - 3) / 60)

    def _place(
        self,
        at: datetime,
        last: datetime,
        surgeon: Resource,
        room: Resource,
        mix: tuple[tuple[str, int], ...],
    ) -> DemoCase | None:
        """The first time from ``at`` on at which everything the case needs is free."""
        patient_id, patient_unit = self._patient()
        draft, procedure = self._draft(patient_id, mix)
        chosen = {
            ResourceKind.SURGEON: surgeon.id,
            ResourceKind.ROOM: room.id,
            ResourceKind.PATIENT: patient_unit,
        }
        starts = at + timedelta(minutes=draft.setup_minutes)
        while starts <= last:
            found = assign(
                occupancy(self._plan(draft, procedure, starts)), self._house.pools, chosen, self._held
            )
            if not found.obstacles:
                return self._settle(replace(draft, starts=starts), procedure, found)
            starts += _STEP
        return None

    def _plan(self, draft: BookingDraft, procedure: Procedure, starts: datetime) -> CasePlan:
        return CasePlan(
            procedure=procedure,
            starts=starts,
            minutes=draft.minutes,
            setup_minutes=draft.setup_minutes,
            turnover_minutes=draft.turnover_minutes,
            recovery_minutes=draft.recovery_minutes,
            sedation=self._house.sedations.get(draft.sedation),
            mac=draft.mac,
            setting=draft.setting,
            zone=self._house.clinic.zone,
            leaving_time=self._house.clinic.leaving_time,
        )

    def _draft(
        self, patient_id: PatientId, mix: tuple[tuple[str, int], ...]
    ) -> tuple[BookingDraft, Procedure]:
        random = self._random
        key = random.choices([key for key, _weight in mix], [weight for _key, weight in mix])[0]
        procedure = self._house.procedures[key]
        levels = self._levels(procedure)
        sedation = procedure.default_sedation or "local"
        if procedure.is_cement and random.random() < 0.12:
            sedation = "general"
        stays = procedure.may_stay and random.random() < (0.12 if procedure.is_cement else 0.02)
        draft = BookingDraft(
            patient_id=patient_id,
            procedure_key=key,
            levels=levels,
            side=random.choice((Side.LEFT, Side.RIGHT, Side.BOTH)) if procedure.has_side else None,
            diagnosis="M80.08XA" if procedure.is_cement else "",
            sedation=str(sedation),
            setting=Setting.OVERNIGHT if stays else Setting.HOME,
            minutes=planned_minutes(procedure, len(levels)),
            setup_minutes=procedure.setup_minutes,
            turnover_minutes=procedure.turnover_minutes,
            recovery_minutes=procedure.recovery_minutes,
            pain_before=None if procedure.is_visit else min(10, max(2, round(random.gauss(7.2, 1.4)))),
            notes=random.choice(_NOTES),
        )
        return draft, procedure

    def _levels(self, procedure: Procedure) -> tuple[str, ...]:
        """Neighbouring levels, most often round the thoracolumbar junction as fractures are."""
        offered = [str(level) for level in procedure.offered_levels]
        if not offered:
            return ()
        count = self._random.choices((1, 2, 3), (70, 23, 7))[0] if procedure.is_cement else 1
        middle = offered.index("T12") if "T12" in offered else len(offered) * 3 // 4
        first = min(max(0, round(self._random.gauss(middle, 2.2))), len(offered) - count)
        return tuple(offered[first : first + count])

    def _settle(self, draft: BookingDraft, procedure: Procedure, found: Assignment) -> DemoCase:
        units = tuple((kind, unit) for kind, unit in found.units if kind is not ResourceKind.PATIENT)
        draft = replace(draft, units=units)
        self._held += [Holder(c.resource_id, "", None, "", c.span.starts, c.span.ends) for c in found.claims]
        assert draft.starts is not None
        lead = timedelta(days=self._random.randrange(2, 40))
        created = office_hour(self._house.clinic, min(draft.starts, self._now) - lead, self._random)
        case = DemoCase(
            patient_id=draft.patient_id,
            draft=draft,
            procedure=procedure,
            state=BookingState.BOOKED,
            claims=found.claims,
            created=created,
            steps=((created, BookingState.BOOKED),),
        )
        return Life(case, self._house.clinic, self._random, self._now).lived()


class Life:
    """What becomes of a booked case up to now."""

    def __init__(self, case: DemoCase, clinic: ClinicFacts, random: Random, now: datetime) -> None:
        self._case = case
        self._clinic = clinic
        self._random = random
        self._now = now

    def lived(self) -> DemoCase:
        """The case as it stands now."""
        case = self._case
        starts = case.draft.starts
        assert starts is not None
        fate = self._random.random()
        if fate < 0.05 and starts < self._now + timedelta(days=20):
            return self._cancelled(starts)
        misses = chance_to_miss(case.draft, starts - case.created)
        if fate < 0.05 + misses and starts < self._now - _TODAY:
            return self._step(case, starts + timedelta(minutes=30), BookingState.NO_SHOW, claims=())
        if starts < self._now + timedelta(days=3) and fate < 0.85:
            case = self._step(case, self._before(starts), BookingState.CONFIRMED)
        return self._run(case, starts)

    def _cancelled(self, starts: datetime) -> DemoCase:
        case = self._step(self._case, self._before(starts), BookingState.CANCELLED, claims=())
        return replace(case, cancel_reason=self._random.choice(_CANCELLED))

    def _before(self, starts: datetime) -> datetime:
        """Some time of the last working day before the case, or before now."""
        return office_hour(self._clinic, min(starts, self._now) - timedelta(days=1), self._random)

    def _run(self, case: DemoCase, starts: datetime) -> DemoCase:
        """Let the day pass: arrival, room, recovery, home, as far as the clock has come."""
        random, now = self._random, self._now
        began = starts + timedelta(minutes=max(-5, round(random.gauss(3, 6))))
        ended = began + timedelta(minutes=actual_minutes(case.draft, random))
        arrived = starts - timedelta(minutes=random.randrange(35, 75))
        in_room = began - timedelta(minutes=5 if case.procedure.is_visit else 14)
        left = self._left(case, ended)
        if case.procedure.is_visit:
            plan = (
                (arrived, BookingState.ARRIVED),
                (in_room, BookingState.IN_ROOM),
                (ended, BookingState.DISCHARGED),
            )
        else:
            night = ((ended + timedelta(hours=2), BookingState.OVERNIGHT),) if self._stays(case) else ()
            plan = (
                (arrived, BookingState.ARRIVED),
                (in_room, BookingState.IN_ROOM),
                (ended + timedelta(minutes=4), BookingState.RECOVERY),
                *night,
                (left, BookingState.DISCHARGED),
            )
        for at, state in plan:
            if at <= now:
                case = self._step(case, at, state)
        gone = {state: at for at, state in case.steps}
        return replace(
            case,
            actual=ActualTimes(
                arrived=gone.get(BookingState.ARRIVED),
                in_room=gone.get(BookingState.IN_ROOM),
                started=began if began <= now and BookingState.IN_ROOM in gone else None,
                ended=ended if ended <= now and BookingState.IN_ROOM in gone else None,
                recovery=gone.get(BookingState.RECOVERY),
                discharged=gone.get(BookingState.DISCHARGED),
            ),
        )

    def _left(self, case: DemoCase, ended: datetime) -> datetime:
        if self._stays(case):
            return max(claim.span.ends for claim in case.claims) - timedelta(
                minutes=self._random.randrange(5, 70)
            )
        left = ended + timedelta(minutes=max(15, case.draft.recovery_minutes - self._random.randrange(0, 25)))
        if self._now - _STILL_HERE <= ended <= self._now:
            return max(left, self._now + timedelta(minutes=10))
        return left

    @staticmethod
    def _stays(case: DemoCase) -> bool:
        return case.draft.setting is Setting.OVERNIGHT

    @staticmethod
    def _step(
        case: DemoCase, at: datetime, state: BookingState, *, claims: tuple[Claimed, ...] | None = None
    ) -> DemoCase:
        at = max(at, case.steps[-1][0])
        return replace(
            case,
            state=state,
            steps=(*case.steps, (at, state)),
            claims=case.claims if claims is None else claims,
        )


def office_hour(clinic: ClinicFacts, instant: datetime, random: Random) -> datetime:
    """Some time between nine and four of the day of ``instant``, or of the last day before on which the clinic was open."""
    day = clinic.zone.day_of(instant)
    while not clinic.open_on(day):
        day -= timedelta(days=1)
    return clinic.zone.at(day, time(9)) + timedelta(minutes=random.randrange(0, 420))
