"""The recovery key as it stands on paper: eight groups of five letters and digits, the last of them a check.

Crockford's base 32 leaves out the letters that are taken for digits, so what is typed back is read forgivingly. Thirty-nine
random characters are 195 bits; the fortieth is a Luhn check (modulo 32), which notices any one wrong character and nearly
every exchange of two neighbours.
"""

from __future__ import annotations

import secrets

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 8
GROUP = 5
LENGTH = GROUPS * GROUP

_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SPACERS = str.maketrans(dict.fromkeys(" \t\r\n-‐‑–—._·"))  # noqa: RUF001 - the hyphens and dashes that word processors put in


def new() -> str:
    """A fresh recovery key in its printed form, ``7K3QD-...``."""
    random = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH - 1))
    return printed(random + _check_character(random))


def printed(key: str) -> str:
    """``key`` in groups of five."""
    return "-".join(key[start : start + GROUP] for start in range(0, len(key), GROUP))


def normal(typed: str) -> str:
    """The forty characters of what was typed, whatever its case, spaces and hyphens. Raises `BadInput`."""
    key = typed.translate(_SPACERS).upper().translate(_FORGIVEN)
    strange = sorted({c for c in key if c not in ALPHABET})
    if strange:
        raise BadInput(
            _("A recovery key has no “{character}”. Look at the sheet again.").format(character=strange[0]),
            "recovery_key",
        )
    if len(key) != LENGTH:
        raise BadInput(
            _("A recovery key has {length} letters and digits; these are {count}.").format(
                length=LENGTH, count=len(key)
            ),
            "recovery_key",
        )
    if _check_character(key[:-1]) != key[-1]:
        raise BadInput(
            _("There is a slip of the pen in this recovery key: compare it with the sheet, group by group."),
            "recovery_key",
        )
    return key


def _check_character(key: str) -> str:
    """Luhn modulo 32: every second character counts double, from the right."""
    total = 0
    for place, character in enumerate(reversed(key)):
        value = ALPHABET.index(character) * (2 - place % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
