"""Who is likely not to come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.no_shows import USUAL_CHANCE, no_show_risk, usual_chance, with_odds

WEEKS = timedelta(weeks=1)


def odds_of(chance: float) -> float:
    return chance / (1 - chance)


@given(st.floats(0.001, 0.6))
def test_the_two_factors_multiply_the_odds(usual: float) -> None:
    base = odds_of(usual)
    for earlier, wait, odds in ((0, 4, 1), (2, 4, 4.4), (0, 5, 5.5), (1, 5, 24.2)):
        risk = no_show_risk(earlier, wait * WEEKS, usual)
        assert risk.odds == pytest.approx(odds)
        assert odds_of(risk.chance) == pytest.approx(base * odds)


def test_one_factor_is_enough_for_a_second_call_and_four_weeks_are_no_long_wait() -> None:
    assert not no_show_risk(0, 4 * WEEKS).call_twice
    assert no_show_risk(0, 4 * WEEKS + timedelta(seconds=1)).call_twice
    assert no_show_risk(1, WEEKS).call_twice


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=60))
def test_the_usual_chance_explains_as_many_no_shows_as_there_were(
    seen: list[tuple[bool, bool, bool]],
) -> None:
    missed = sum(now for _before, _long, now in seen)
    usual = usual_chance(seen)
    if 0 < missed < len(seen):
        factors = ((4.4 if before else 1) * (5.5 if long else 1) for before, long, _now in seen)
        assert sum(with_odds(usual, odds) for odds in factors) == pytest.approx(missed, abs=1e-6)
    else:
        assert usual == USUAL_CHANCE
