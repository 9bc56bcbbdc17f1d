"""What gives the demo clinic's figures something to tell: surgeons differ in pace, some patients miss more than others."""

from __future__ import annotations

from datetime import timedelta
from math import log
from random import Random

from clinicdesk.domain.booking import BookingDraft
from clinicdesk.domain.no_shows import LONG_WAIT, LONG_WAIT_ODDS, MISSED_BEFORE_ODDS, with_odds
from clinicdesk.domain.resources import ResourceKind

_PACES = ((0.92, 0.18), (1.0, 0.2), (0.8, 0.16))
"""For each surgeon in turn: the median of the actual over the planned length, and how widely it scatters (log-normal)."""

_MISSES = 0.02
_FORGETFUL = 10
"""One in so many patients misses as those do who missed before."""


def actual_minutes(draft: BookingDraft, random: Random) -> int:
    """How long a case really takes."""
    median, sigma = _PACES[(draft.unit(ResourceKind.SURGEON) or 0) % len(_PACES)]
    return max(8, round(draft.minutes * random.lognormvariate(log(median), sigma)))


def chance_to_miss(draft: BookingDraft, wait: timedelta) -> float:
    """How likely the patient does not come, ``wait`` after the booking was made."""
    odds = LONG_WAIT_ODDS if wait > LONG_WAIT else 1.0
    if draft.patient_id % _FORGETFUL == 0:
        odds *= MISSED_BEFORE_ODDS
    return with_odds(_MISSES, odds)
