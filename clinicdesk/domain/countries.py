"""What a country suggests to a new clinic: its emergency number and its time zones. The clinic confirms both.

Numbers that reach an ambulance: 112 by Directive (EU) 2018/1972, art. 109, the others as their governments publish them.
Zones by their IANA names, the most populous first (IANA tz database, zone.tab).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clinicdesk.i18n import N_, _

_EU = "112"


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 alpha-2 code."""

    code: str
    english_name: str
    emergency_number: str
    zones: tuple[str, ...]

    @property
    def label(self) -> str:
        """The country in the person's language."""
        return _(self.english_name)


def _country(code: str, name: str, number: str, *zones: str) -> Country:
    return Country(code, name, number, zones)


COUNTRIES: tuple[Country, ...] = (
    _country(
        "US",
        N_("United States"),
        "911",
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
        "America/Detroit",
        "America/Indiana/Indianapolis",
        "America/Boise",
        "America/Puerto_Rico",
    ),
    _country("AR", N_("Argentina"), "107", "America/Argentina/Buenos_Aires"),
    _country(
        "AU",
        N_("Australia"),
        "000",
        "Australia/Sydney",
        "Australia/Melbourne",
        "Australia/Brisbane",
        "Australia/Perth",
        "Australia/Adelaide",
        "Australia/Darwin",
        "Australia/Hobart",
    ),
    _country("AT", N_("Austria"), _EU, "Europe/Vienna"),
    _country("BE", N_("Belgium"), _EU, "Europe/Brussels"),
    _country("BR", N_("Brazil"), "192", "America/Sao_Paulo", "America/Fortaleza", "America/Manaus"),
    _country("BG", N_("Bulgaria"), _EU, "Europe/Sofia"),
    _country(
        "CA",
        N_("Canada"),
        "911",
        "America/Toronto",
        "America/Vancouver",
        "America/Edmonton",
        "America/Winnipeg",
        "America/Regina",
        "America/Halifax",
        "America/St_Johns",
    ),
    _country("CL", N_("Chile"), "131", "America/Santiago"),
    _country("CO", N_("Colombia"), "123", "America/Bogota"),
    _country("HR", N_("Croatia"), _EU, "Europe/Zagreb"),
    _country("CY", N_("Cyprus"), _EU, "Asia/Nicosia"),
    _country("CZ", N_("Czechia"), _EU, "Europe/Prague"),
    _country("DK", N_("Denmark"), _EU, "Europe/Copenhagen"),
    _country("EG", N_("Egypt"), "123", "Africa/Cairo"),
    _country("EE", N_("Estonia"), _EU, "Europe/Tallinn"),
    _country("FI", N_("Finland"), _EU, "Europe/Helsinki"),
    _country("FR", N_("France"), _EU, "Europe/Paris"),
    _country("DE", N_("Germany"), _EU, "Europe/Berlin"),
    _country("GR", N_("Greece"), _EU, "Europe/Athens"),
    _country("HK", N_("Hong Kong"), "999", "Asia/Hong_Kong"),
    _country("HU", N_("Hungary"), _EU, "Europe/Budapest"),
    _country("IS", N_("Iceland"), _EU, "Atlantic/Reykjavik"),
    _country("IN", N_("India"), "112", "Asia/Kolkata"),
    _country("IE", N_("Ireland"), _EU, "Europe/Dublin"),
    _country("IL", N_("Israel"), "101", "Asia/Jerusalem"),
    _country("IT", N_("Italy"), _EU, "Europe/Rome"),
    _country("JP", N_("Japan"), "119", "Asia/Tokyo"),
    _country("KE", N_("Kenya"), "999", "Africa/Nairobi"),
    _country("LV", N_("Latvia"), _EU, "Europe/Riga"),
    _country("LT", N_("Lithuania"), _EU, "Europe/Vilnius"),
    _country("LU", N_("Luxembourg"), _EU, "Europe/Luxembourg"),
    _country("MY", N_("Malaysia"), "999", "Asia/Kuala_Lumpur"),
    _country("MT", N_("Malta"), _EU, "Europe/Malta"),
    _country("MX", N_("Mexico"), "911", "America/Mexico_City", "America/Monterrey", "America/Tijuana"),
    _country("NL", N_("Netherlands"), _EU, "Europe/Amsterdam"),
    _country("NZ", N_("New Zealand"), "111", "Pacific/Auckland"),
    _country("NG", N_("Nigeria"), "112", "Africa/Lagos"),
    _country("NO", N_("Norway"), "113", "Europe/Oslo"),
    _country("PE", N_("Peru"), "106", "America/Lima"),
    _country("PH", N_("Philippines"), "911", "Asia/Manila"),
    _country("PL", N_("Poland"), _EU, "Europe/Warsaw"),
    _country("PT", N_("Portugal"), _EU, "Europe/Lisbon", "Atlantic/Azores"),
    _country("RO", N_("Romania"), _EU, "Europe/Bucharest"),
    _country("SA", N_("Saudi Arabia"), "997", "Asia/Riyadh"),
    _country("SG", N_("Singapore"), "995", "Asia/Singapore"),
    _country("SK", N_("Slovakia"), _EU, "Europe/Bratislava"),
    _country("SI", N_("Slovenia"), _EU, "Europe/Ljubljana"),
    _country("ZA", N_("South Africa"), "112", "Africa/Johannesburg"),
    _country("KR", N_("South Korea"), "119", "Asia/Seoul"),
    _country("ES", N_("Spain"), _EU, "Europe/Madrid", "Atlantic/Canary"),
    _country("SE", N_("Sweden"), _EU, "Europe/Stockholm"),
    _country("CH", N_("Switzerland"), "144", "Europe/Zurich"),
    _country("TW", N_("Taiwan"), "119", "Asia/Taipei"),
    _country("TH", N_("Thailand"), "1669", "Asia/Bangkok"),
    _country("TR", N_("Türkiye"), "112", "Europe/Istanbul"),
    _country("UA", N_("Ukraine"), "112", "Europe/Kyiv"),
    _country("AE", N_("United Arab Emirates"), "998", "Asia/Dubai"),
    _country("GB", N_("United Kingdom"), "999", "Europe/London"),
    _country("VN", N_("Vietnam"), "115", "Asia/Ho_Chi_Minh"),
)

_BY_CODE = {country.code: country for country in COUNTRIES}


def country(code: str) -> Country | None:
    """The country of this code, if the table has it."""
    return _BY_CODE.get(code.upper())


def country_of_zone(zone: str) -> Country | None:
    """The country that a time zone suggests: where a machine's clock is set, there the clinic is."""
    return next((each for each in COUNTRIES if zone in each.zones), None)


def choices(order: Callable[[str], str] = str.casefold) -> list[tuple[str, str]]:
    """Code and name of every country, by name in the person's language."""
    return sorted(((each.code, each.label) for each in COUNTRIES), key=lambda choice: order(choice[1]))
