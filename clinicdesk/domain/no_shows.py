"""Who is likely not to come: two things dominate, an earlier no-show (odds 4.4) and a wait of over four weeks (odds 5.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

MISSED_BEFORE_ODDS = 4.4
LONG_WAIT_ODDS = 5.5
LONG_WAIT = timedelta(weeks=4)

USUAL_CHANCE = 0.03
"""The chance of a patient with neither factor, where the clinic's own cases do not say."""

CALL_TWICE_FROM = 0.10
"""From this chance on a patient is called a second time."""


@dataclass(frozen=True, slots=True)
class NoShowRisk:
    """How likely a patient is not to come. ``odds`` multiply those of a patient with neither factor."""

    missed_before: bool
    long_wait: bool
    odds: float
    chance: float

    @property
    def call_twice(self) -> bool:
        """Whether one call is not enough."""
        return self.chance >= CALL_TWICE_FROM


def no_show_risk(earlier_no_shows: int, wait: timedelta, usual: float = USUAL_CHANCE) -> NoShowRisk:
    """The risk of one booking: how often the patient missed before, how long from booking to the case.

    ``usual`` is the chance (0 to 1) of a patient with neither factor.
    """
    missed, long = earlier_no_shows > 0, wait > LONG_WAIT
    odds = (MISSED_BEFORE_ODDS if missed else 1.0) * (LONG_WAIT_ODDS if long else 1.0)
    return NoShowRisk(missed, long, odds, with_odds(usual, odds))


def with_odds(chance: float, odds: float) -> float:
    """``chance`` (0 to 1) with its odds multiplied."""
    return chance * odds / (1 - chance + chance * odds)


def usual_chance(seen: Iterable[tuple[bool, bool, bool]]) -> float:
    """The chance of a patient with neither factor that makes the odds fit what was seen.

    Each of ``seen`` is one past booking: missed before, long wait, missed this time. It is the chance under which as many
    no-shows are expected as there were; `USUAL_CHANCE` where there were none, or nothing but.
    """
    groups: dict[float, int] = {}
    missed = 0
    for before, long, now in seen:
        odds = (MISSED_BEFORE_ODDS if before else 1.0) * (LONG_WAIT_ODDS if long else 1.0)
        groups[odds] = groups.get(odds, 0) + 1
        missed += now
    if not 0 < missed < sum(groups.values()):
        return USUAL_CHANCE
    low, high = 0.0, 1.0
    for _step in range(60):
        chance = (low + high) / 2
        expected = sum(count * with_odds(chance, odds) for odds, count in groups.items())
        low, high = (chance, high) if expected < missed else (low, chance)
    return (low + high) / 2
