"""Translation of every text a person sees.

One mechanism for all layers: the standard library's gettext over catalogues in ``resources/translations``. The source
language is English, so a missing catalogue is never an error. Strings are translated where they are used, never while a
module is imported, so that a change of language needs no restart of the process.
"""

from __future__ import annotations

import gettext
from pathlib import Path

_DOMAIN = "clinicdesk"
_current: gettext.NullTranslations = gettext.NullTranslations()


def set_language(tag: str, catalogues: Path | None = None) -> None:
    """Speak the language ``tag`` (a BCP 47 tag such as ``es``) from now on; English where no catalogue is found."""
    use(gettext.translation(_DOMAIN, catalogues, languages=[tag.replace("-", "_")], fallback=True))


def use(translations: gettext.NullTranslations) -> None:
    """Speak through ``translations`` from now on."""
    global _current
    _current = translations


def _(text: str) -> str:
    """``text`` in the current language."""
    return _current.gettext(text)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of ``singular``/``plural`` that fits ``n``, in the current language."""
    return _current.ngettext(singular, plural, n)


def N_(text: str) -> str:  # noqa: N802 - the conventional gettext marker for text translated later
    """Mark ``text`` for translation where it cannot be translated yet (a table built at import)."""
    return text
