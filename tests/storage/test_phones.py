"""Phone numbers as people type them."""

from __future__ import annotations

import pytest

from clinicdesk.storage.phones import beginnings, understand, written


@pytest.mark.parametrize(
    ("typed", "country", "stored", "digits"),
    [
        ("(703) 555-0142", "US", "+17035550142", "7035550142"),
        ("1-703-555-0142", "US", "+17035550142", "7035550142"),
        ("+44 20 7946 0958", "US", "+442079460958", "2079460958"),
        ("020 7946 0958", "GB", "+442079460958", "2079460958"),
        ("703 555 0142 ask for Ann", "US", "703 555 0142 ask for Ann", "7035550142"),
        ("703-555-0142 x12", "US", "703-555-0142 x12", "7035550142"),
        ("0142", "US", "0142", "0142"),
        ("none", "US", "none", ""),
    ],
)
def test_what_is_stored_and_what_is_searched(typed: str, country: str, stored: str, digits: str) -> None:
    assert understand(typed, country) == (stored, digits)


def test_a_number_is_found_with_and_without_what_is_dialled_before_it() -> None:
    assert beginnings("17035550", "US") == ("17035550", "7035550")
    assert beginnings("02079460", "GB") == ("02079460", "2079460")
    assert beginnings("123", "US") == ()


@pytest.mark.parametrize(
    ("number", "country", "paper"),
    [
        ("+17035550142", "US", "(703) 555-0142"),
        ("+442071838750", "US", "+44 20 7183 8750"),
        ("555 0142 ask for Ann", "US", "555 0142 ask for Ann"),
        ("", "US", ""),
    ],
)
def test_a_number_is_written_as_its_country_does(number: str, country: str, paper: str) -> None:
    assert written(number, country) == paper
