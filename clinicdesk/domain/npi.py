"""The National Provider Identifier of a practitioner (45 CFR 162.406): ten digits, the last a check digit."""

from __future__ import annotations

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

_PREFIX_SUM = 24
"""What the prefix 80840 adds to the Luhn sum, as the standard says (CMS, "NPI check digit")."""


def check_npi(npi: str) -> None:
    """Raise `BadInput` unless ``npi`` is empty or an identifier with a fitting check digit."""
    if npi and not (len(npi) == 10 and npi.isascii() and npi.isdigit() and _luhn(npi) % 10 == 0):
        raise BadInput(_("This is no NPI: an NPI has ten digits and the last one checks the others."), "npi")


def _luhn(npi: str) -> int:
    total = _PREFIX_SUM
    for place, digit in enumerate(reversed(npi)):
        value = int(digit) * (1 + place % 2)
        total += value // 10 + value % 10
    return total
