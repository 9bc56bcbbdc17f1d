"""Half-open stretches of time: back-to-back never overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``starts`` up to, but not including, ``ends``; aware UTC instants in whole seconds."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        """Turn both ends to UTC. Raises `BadInput` unless the end comes after the start."""
        for name in ("starts", "ends"):
            instant: datetime = getattr(self, name)
            if instant.tzinfo is None:
                raise ValueError("a span needs aware instants")
            object.__setattr__(self, name, instant.astimezone(UTC).replace(microsecond=0))
        if self.ends <= self.starts:
            raise BadInput(_("The end must come after the start."), "ends")

    @property
    def length(self) -> timedelta:
        """How long it lasts, in elapsed time: a change of clocks within adds or takes nothing."""
        return self.ends - self.starts

    def overlaps(self, other: Span) -> bool:
        """Whether the two share an instant."""
        return self.starts < other.ends and other.starts < self.ends

    def within(self, other: Span) -> Span | None:
        """The part of this that lies in ``other``, if any."""
        starts, ends = max(self.starts, other.starts), min(self.ends, other.ends)
        return Span(starts, ends) if starts < ends else None


def maybe(starts: datetime, ends: datetime) -> Span | None:
    """The span between two instants, or None where nothing lies between them."""
    return Span(starts, ends) if starts < ends else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """``spans`` in order, those that overlap or touch made one."""
    done: list[Span] = []
    for span in sorted(spans):
        if done and span.starts <= done[-1].ends:
            done[-1] = Span(done[-1].starts, max(done[-1].ends, span.ends))
        else:
            done.append(span)
    return tuple(done)


def fitted(wanted: Span, kept: Span | None, others: Sequence[Span]) -> Span | None:
    """As much of ``wanted`` as ``others`` leave free, in one piece, round what was ``kept`` so far.

    ``kept`` overlaps none of ``others``. Where it has no part in ``wanted``, the piece that begins with ``wanted``; None
    where nothing is left.
    """
    core = kept.within(wanted) if kept is not None else None
    if core is None:
        if any(other.starts <= wanted.starts < other.ends for other in others):
            return None
        core = Span(wanted.starts, wanted.starts + timedelta(seconds=1))
    starts = max((o.ends for o in others if o.ends <= core.starts), default=wanted.starts)
    ends = min((o.starts for o in others if o.starts >= core.ends), default=wanted.ends)
    return Span(max(starts, wanted.starts), min(ends, wanted.ends))


def without(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of ``spans`` where ``holes`` are cut out of them, in order."""
    cuts = merged(holes)
    left: list[Span] = []
    for span in merged(spans):
        starts = span.starts
        for cut in cuts:
            if cut.ends <= starts or cut.starts >= span.ends:
                continue
            if cut.starts > starts:
                left.append(Span(starts, cut.starts))
            starts = cut.ends
        if starts < span.ends:
            left.append(Span(starts, span.ends))
    return tuple(left)
