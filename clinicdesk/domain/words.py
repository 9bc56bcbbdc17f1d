"""The rules every catalogue entry's key and name keep."""

from __future__ import annotations

import re

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

LONGEST_NAME = 120
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def check_key(key: str) -> None:
    """Raise `BadInput` unless ``key`` is small letters, digits and underscores, a letter first."""
    if not _KEY.fullmatch(key):
        raise BadInput(_("A key is 1 to 40 small letters, digits and underscores, a letter first."), "key")


def check_name(name: str, field: str = "name") -> None:
    """Raise `BadInput` for a name that is empty or too long."""
    if not name.strip():
        raise BadInput(_("A name is needed."), field)
    if len(name) > LONGEST_NAME:
        raise BadInput(_("A name has {count} characters at most.").format(count=LONGEST_NAME), field)
