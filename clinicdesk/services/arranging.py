"""Arranging a day: its cases put into a better order by the solver, shown before anything happens, applied as one step.

`day` reads what can be arranged; `propose` finds plans, each better than the one before, and writes nothing; `apply` moves
everything at once through the checks of a booking, or nothing at all. The solver runs in a process of its own, to which only
numbers go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

from clinicdesk import logs
from clinicdesk.domain.arranging.check import breaches
from clinicdesk.domain.arranging.clinic_day import Arrangeable, BookedCase, DayFacts, arrangeable
from clinicdesk.domain.arranging.day import DayPlan
from clinicdesk.domain.arranging.greedy import greedy
from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.domain.arranging.worth import points
from clinicdesk.domain.booking import DiaryEntry, Setting
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.scheduling.assign import Pools
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.scheduling.occupancy import LONGEST_CLAIM
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.booking import moving_many, planning
from clinicdesk.services.booking.moving_many import Move, MovedMany
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, query
from clinicdesk.solver.process import Solver
from clinicdesk.solver.wire import Found
from clinicdesk.storage import arranging as storage
from clinicdesk.storage import availability, catalogue, diary
from clinicdesk.storage import booking as bookings

_log = logs.get(__name__)

SECONDS = 15.0
"""How long the solver looks for something better at most; the person may stop it, or apply what there is, at any time."""

_AFTER = timedelta(days=2)
"""An overnight bed is held until the next day's leaving hour."""

_solver = Solver()


@query(Act.BOOK)
def day(work: Work, on: date) -> Arrangeable:
    """What can be arranged on a day of the clinic, and what stays."""
    zone = work.clinic.zone
    start, after = zone.day_bounds(on)
    facts = diary.cases(work.session, start, after, withdrawn=False)
    entries = [f.entry for f in facts if f.entry.state.holds_claims and f.entry.starts >= start]
    ids = [entry.booking_id for entry in entries]
    held = storage.held_by(work.session, ids)
    pools = planning.units_by_kind(work)
    window = Span(start - timedelta(days=1), after + _AFTER)
    return arrangeable(
        DayFacts(
            day=on,
            now=work.now,
            clinic=work.clinic,
            pools=pools,
            known=availability.read(work.session, Span(start, after + LONGEST_CLAIM)),
            cases=tuple(_booked(work, entry, held.get(entry.booking_id, [])) for entry in entries),
            others=_of_others(work, pools, held, window),
        )
    )


def propose(
    day: Arrangeable,
    told: Callable[[Proposal], None],
    *,
    kept: Collection[BookingId] = (),
    cancelled: Callable[[], bool] = lambda: False,
    seconds: float = SECONDS,
) -> Proposal:
    """Look for better orders of ``day`` with the cases ``kept`` where they are; each that is found is ``told``.

    The first is there within milliseconds and never worse than the day as it stands; the last one is returned. A search that
    was ``cancelled`` returns the best so far. Raises `SolverMissing` or `SolverStopped` after the first was told.
    """
    day = day.keeping(kept)
    first = greedy(day.problem)
    if first is None:
        raise BadInput(_("Nothing is booked on this day that could be arranged."))
    best = _proposal(day, Found(first, points(day.problem, first), 0, 0.0))
    told(best)
    last = _solver.solve(
        day.problem, lambda found: _tell(day, found, told), seconds=seconds, cancelled=cancelled
    )
    if last is None or not _is_sound(day, last.plan):
        return best
    return _proposal(day, last)


def apply(desk: Desk, proposal: Proposal, *, reason: str = "") -> Done[MovedMany]:
    """Move every case to where ``proposal`` puts it, in one step; `moving_many.undo_many` takes it back. Needs `Act.BOOK`.

    Raises what `moving_many.move_many` does: where one is refused, nothing is moved.
    """
    moves = [
        Move(
            booking_id=change.booking_id,
            version=change.entry.version,
            starts=change.starts,
            units=change.units,
        )
        for change in proposal.changes
    ]
    return moving_many.move_many(desk, moves, reason=reason)


def warm_up() -> None:
    """Start the solver's process in the background: somebody looks at a day."""
    _solver.warm_up()


def rest() -> None:
    """End the solver's process; it comes back when it is needed."""
    _solver.close()


def _tell(day: Arrangeable, found: Found, told: Callable[[Proposal], None]) -> None:
    if _is_sound(day, found.plan):
        told(_proposal(day, found))


def _is_sound(day: Arrangeable, plan: DayPlan) -> bool:
    """What comes from another process is looked at before anybody sees it."""
    sound = not breaches(day.problem, plan)
    if not sound:
        _log.error("the solver's plan breaks a rule and is not shown")
    return sound


def _proposal(day: Arrangeable, found: Found) -> Proposal:
    present = day.problem.present
    return Proposal(
        day=day,
        plan=found.plan,
        points=found.points,
        points_now=found.points if present is None else points(day.problem, present),
        bound=found.bound,
        seconds=found.seconds,
    )


def _booked(work: Work, entry: DiaryEntry, held: list[tuple[Claimed, ResourceKind]]) -> BookedCase:
    draft = bookings.read(work.session, entry.booking_id).draft
    procedure = catalogue.procedure(work.session, draft.procedure_key)
    sedation = catalogue.sedation_level(work.session, draft.sedation)
    patient: dict[ResourceKind, ResourceId] = {
        kind: claim.resource_id for claim, kind in held if kind is ResourceKind.PATIENT
    }
    return BookedCase(
        entry=entry,
        plan=planning.case_plan(draft, procedure, sedation, work.clinic),
        goes_home=draft.setting is Setting.HOME and sedation.escort_required,
        units=dict(draft.units) | patient,
        held=tuple(claim for claim, _kind in held),
    )


def _of_others(work: Work, pools: Pools, held: storage.Held, window: Span) -> tuple[Claimed, ...]:
    """What bookings of other days hold of the units that matter here."""
    units: set[ResourceId] = {unit.id for pool in pools.values() for unit in pool}
    units |= {claim.resource_id for claims in held.values() for claim, _kind in claims}
    around = storage.held_of(work.session, units, window)
    return tuple(
        claim for booking, claims in around.items() if booking not in held for claim, _kind in claims
    )
