"""The public holidays of a country, from the library that keeps them; nothing is asked of the network."""

from __future__ import annotations

from collections.abc import Iterable

import holidays as library

from clinicdesk.domain.holidays import Holiday, Region

_LANGUAGES = {"en": "en_US"}
"""The library's names for languages, where it knows them by another than ours."""


def knows(country: str) -> bool:
    """Whether the holidays of a country (ISO 3166-1 alpha-2) are known."""
    return country.upper() in library.list_supported_countries()


def regions(country: str) -> tuple[Region, ...]:
    """The parts of a country that keep holidays of their own, by name; none where the country is not known."""
    if not knows(country):
        return ()
    calendar = library.country_holidays(country.upper())
    names = {code: name for name, code in calendar.subdivisions_aliases.items() if not name.isupper()}
    found = (Region(code, names.get(code, code)) for code in calendar.subdivisions)
    return tuple(sorted(found, key=lambda region: region.name.casefold()))


def of_country(country: str, region: str, years: Iterable[int], language: str) -> tuple[Holiday, ...]:
    """The public holidays of a country, and of one of its regions where ``region`` is one, by date.

    Named in ``language`` where the library has that, else as the country itself does. None where the country is not known.
    """
    if not knows(country):
        return ()
    wanted = _LANGUAGES.get(language, language)
    plain = library.country_holidays(country.upper())
    calendar = library.country_holidays(
        country.upper(),
        subdiv=region if region in plain.subdivisions else None,
        years=list(years),
        language=wanted if wanted in plain.supported_languages else None,
    )
    return tuple(sorted(Holiday(day, name) for day, name in calendar.items()))
