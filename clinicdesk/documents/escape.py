"""The one place where a person's words are made safe for paper.

Nothing typed by a person is ever read as markup: `markdown` turns every character that could mean something into a
character reference before it enters a handout, and the layout draws plain runs of text, never a markup language.
"""

from __future__ import annotations

import string
import unicodedata

from markupsafe import Markup

PERSONAL = "\ue000"
"""Stands before every person's string in a filled handout, so that no such text stays in a cache. A private-use character:
`clean` drops those from what people type, so nobody can forge it."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_REFERENCES = {ord(c): f"&#{ord(c)};" for c in string.punctuation + "\n"}


def clean(text: str) -> str:
    """``text`` as it can be drawn: composed letters (the fonts do not stack accents), single ``\\n`` between lines, no
    control, direction-changing or unassigned characters."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    kept = "".join(c for c in composed if c == "\n" or unicodedata.category(c) not in _DROPPED)
    return "\n".join(line.strip() for line in kept.split("\n")).strip()


def one_line(text: str) -> str:
    """``text`` cleaned, on one line: for names, table cells and headers."""
    return " ".join(clean(text).split())


def markdown(text: str) -> Markup:
    """``text`` as literal text for a Markdown source, whatever it holds; line breaks stay line breaks."""
    return Markup(PERSONAL + clean(text).translate(_REFERENCES))  # noqa: S704 - this is the escaping
