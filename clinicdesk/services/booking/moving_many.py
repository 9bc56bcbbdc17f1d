"""Several cases moved as one: all of them, or none, and taken back as one.

The claims of all are given back first and then claimed anew, one case after the other by their new starts: cases may trade
places, which one move at a time would refuse. Each passes every check of a single move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from clinicdesk.domain.booking import Booking, BookingDraft
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.papers import KeptPaper
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.times import wall_clock
from clinicdesk.errors import BadInput, Clash, NeedsReason
from clinicdesk.i18n import _
from clinicdesk.services.booking.changing import changed, moved_draft, state_after
from clinicdesk.services.booking.planning import claiming, read_at
from clinicdesk.services.booking.writing import give_back
from clinicdesk.services.desk import Desk
from clinicdesk.services.papers import out_of_date
from clinicdesk.services.work import Done, Work, command
from clinicdesk.storage import booking as bookings


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where one case goes: procedure start in UTC, and the units that are not to be what they were.

    Surgeon and room stay unless ``units`` names others; other kinds stay where they are free, else the first free one
    takes their place. ``version`` is the one the person saw.
    """

    booking_id: BookingId
    version: int
    starts: datetime
    units: tuple[tuple[ResourceKind, ResourceId], ...] = ()


@dataclass(frozen=True, slots=True)
class MovedMany:
    """What became of them, in the order they were given: each as it was and as it is now.

    ``outdated`` are the papers that tell what is no longer so, each once.
    """

    before: tuple[Booking, ...]
    after: tuple[Booking, ...]
    outdated: tuple[KeptPaper, ...] = ()


def move_many(desk: Desk, moves: Sequence[Move], *, reason: str = "") -> Done[MovedMany]:
    """Move all of ``moves`` in one transaction. Needs `Act.BOOK`.

    Where one is refused nothing is moved, and the error says which (`BadInput`, `Clash` with its holders, `NeedsReason`,
    which ``reason`` answers for all). A case that has begun stays: `BadInput`. Raises `Stale` and `NotFound` too.
    """
    return claiming(lambda: _move_many(desk, tuple(moves), reason.strip()))


def undo_many(desk: Desk, moved: MovedMany) -> Done[tuple[Booking, ...]]:
    """Put all back as they were before `move_many`. What stood before is not questioned again.

    Refused as a whole where one was changed since (`Stale`), has begun (`BadInput`) or finds its time taken (`Clash`).
    """
    return claiming(lambda: _undo_many(desk, moved))


@command(Act.BOOK)
def _move_many(work: Work, moves: Sequence[Move], reason: str) -> MovedMany:
    if len({move.booking_id for move in moves}) != len(moves):
        raise ValueError("a case is moved once")
    before = [read_at(work, move.booking_id, move.version) for move in moves]
    drafts = [
        moved_draft(now, move.starts, dict(move.units), reason)
        for now, move in zip(before, moves, strict=True)
    ]
    after = _all_changed(
        work,
        before,
        drafts,
        lambda now, draft, _n: changed(work, now, draft, state_after(work, now, draft), said_now=True),
    )
    outdated = {paper.id: paper for booking in after for paper in out_of_date(work, booking)}
    return MovedMany(tuple(before), after, tuple(outdated.values()))


@command(Act.BOOK)
def _undo_many(work: Work, moved: MovedMany) -> tuple[Booking, ...]:
    now = [read_at(work, booking.id, booking.version) for booking in moved.after]
    drafts = [booking.draft for booking in moved.before]
    return _all_changed(
        work,
        now,
        drafts,
        lambda each, draft, n: changed(work, each, draft, moved.before[n].state, back=moved.before[n]),
    )


def _all_changed(
    work: Work,
    before: Sequence[Booking],
    drafts: Sequence[BookingDraft],
    change: Callable[[Booking, BookingDraft, int], Booking],
) -> tuple[Booking, ...]:
    """Give all claims back, then store each draft, the earliest first: who comes first chooses among what is free."""
    for booking in before:
        _refuse_begun(work, booking)
        give_back(work, booking)
    after: dict[int, Booking] = {}
    for number in sorted(range(len(drafts)), key=lambda n: (drafts[n].starts or _LAST, n)):
        with _naming(work, drafts[number]):
            after[number] = change(before[number], drafts[number], number)
    return tuple(after[number] for number in range(len(drafts)))


def _refuse_begun(work: Work, booking: Booking) -> None:
    if booking.state.has_begun:
        name = bookings.patient_flags(work.session, booking.draft.patient_id).name
        raise BadInput(
            _("The case of {patient} has begun: it stays. Nothing was moved.").format(patient=name)
        )


@contextmanager
def _naming(work: Work, draft: BookingDraft) -> Iterator[None]:
    """Say in a refusal which of the cases it is about."""
    try:
        yield
    except (BadInput, Clash, NeedsReason) as refused:
        name = bookings.patient_flags(work.session, draft.patient_id).name
        when = "" if draft.starts is None else wall_clock(work.clinic).clock(draft.starts)
        refused.sentence = _("{patient}, {time}: {problem}").format(
            patient=name, time=when, problem=refused.sentence
        )
        raise


_LAST = datetime.max.replace(tzinfo=UTC)
