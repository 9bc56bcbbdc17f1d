"""What is said of a case in hand: its time on the ghost, and beside it whether that fits or who stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.scheduling.clashes import Obstacle, sentences, summary
from clinicdesk.domain.scheduling.moving import Judged
from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.case.verdict import say
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.blocks import DiaryMode
from clinicdesk.ui.places.diary.in_hand import InHand
from clinicdesk.ui.theme import Mark

_MOST_LINES = 4
"""Holders named before the rest is counted: enough to see whom to ask."""


@dataclass(frozen=True, slots=True)
class GhostWords:
    """``time`` and ``patient`` stand on the ghost, ``mark``, ``heading`` and ``lines`` beside it.

    ``start`` stands there where the whole time has no room.
    """

    time: str
    start: str
    patient: str
    heading: str
    lines: tuple[str, ...]
    mark: Mark

    @property
    def sentence(self) -> str:
        """All of it, as a screen reader says it."""
        return " ".join((f"{self.patient}, {self.heading}.", *self.lines))


def words_of(hand: InHand, mode: DiaryMode) -> GhostWords:
    """What to say of a case where it is now."""
    spot, judged = hand.spot, hand.judged
    time = fmt.clock_range(spot.starts, spot.ends)
    heading = [time]
    if mode is DiaryMode.WEEK or spot.column.day != hand.home.column.day:
        heading.insert(0, fmt.short_day(spot.column.day))
    if mode is DiaryMode.DAY:
        heading.append(spot.column.title)
    if spot.minutes != hand.home.minutes:
        heading.append(fmt.duration(spot.minutes))
    lines = tuple(_lines(hand, judged)) if judged is not None and hand.moved else ()
    if hand.by_keys and not hand.moved:
        lines = (_("Arrows move it, + and - change its length. Enter puts it down, Esc puts it back."),)
    return GhostWords(
        time, fmt.clock(spot.starts), hand.block.title, ", ".join(heading), lines, _mark(hand, judged)
    )


def why_asked(judged: Judged) -> str:
    """What stands against a drop, and who may go ahead all the same."""
    told = " ".join(advice.sentence for advice in judged.asks)
    if judged.may_answer:
        return _("{advices} Give the reason to move it there.").format(advices=told)
    return _("{advices} A surgeon, an anesthesia provider or an administrator may move it there.").format(
        advices=told
    )


def _mark(hand: InHand, judged: Judged | None) -> Mark:
    if judged is None or not hand.moved or not judged.known:
        return Mark.NONE
    return Mark.WARNING if judged.refused or judged.asks or judged.obstacles else Mark.CHECK


def _lines(hand: InHand, judged: Judged) -> Iterator[str]:
    if not judged.known:
        yield _("Whether all is free here is checked once it is put down.")
        return
    yield from (problem.sentence for problem in judged.problems)
    yield from _obstacles(judged)
    yield from (advice.sentence for advice in judged.asks)
    if judged.asks and not judged.may_answer:
        yield _("This takes a surgeon, an anesthesia provider or an administrator.")
    elif judged.asks and not judged.refused:
        yield _("You will be asked for the reason.")
    if not judged.refused:
        yield from _coming(hand, judged)


def _obstacles(judged: Judged) -> Iterator[str]:
    lines = [line for obstacle in judged.obstacles for line in _named(obstacle)]
    yield from lines[:_MOST_LINES]
    rest = len(lines) - _MOST_LINES
    if rest > 0:
        yield ngettext("and {n} more", "and {n} more", rest).format(n=rest)


def _named(obstacle: Obstacle) -> list[str]:
    lines = list(sentences(obstacle, say)) if obstacle.chosen else [summary(obstacle, say)]
    return [line if line.endswith(".") else f"{line}." for line in lines]


def _coming(hand: InHand, judged: Judged) -> Iterator[str]:
    """What a move that goes through would bring with it."""
    if not judged.binding:
        yield _("A request holds nothing: it may stand anywhere.")
    elif not judged.asks:
        yield _("Everything it needs is free.")
    for new, had in judged.instead:
        if had:
            yield _("{unit} instead of {before}.").format(unit=new, before=had)
    if hand.block.state is BookingState.CONFIRMED and hand.spot.starts != hand.home.starts:
        yield _("Confirmed for the old time: to be confirmed again.")
    if hand.block.state is BookingState.ARRIVED and hand.spot.column.day != hand.home.column.day:
        yield _("Arrived for the old day: no longer marked as arrived.")
