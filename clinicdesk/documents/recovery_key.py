"""The recovery key on paper: what opens the clinic's file when every password is lost."""

from __future__ import annotations

import math

from clinicdesk.documents.boxes import Frame, Framed
from clinicdesk.documents.escape import one_line
from clinicdesk.documents.fonts import measure
from clinicdesk.documents.handouts import Item, Para, Run
from clinicdesk.documents.layout import NORMAL_PRINT, Sheet, build, flow, styles
from clinicdesk.documents.text import BLACK, Text, TextStyle
from clinicdesk.documents.words import calendar
from clinicdesk.domain.papers import Letterhead, RecoveryKeySheet

_KEY_SIZE = 20.0


def render(sheet: RecoveryKeySheet, letterhead: Letterhead) -> bytes:
    """The key in large groups, and what to do with it. Never kept: it would open the file that keeps it."""
    look = styles(NORMAL_PRINT)
    pages = Sheet(letterhead=letterhead, title="Recovery key", size=NORMAL_PRINT)
    made = calendar(letterhead).appointment(sheet.made_at)
    by = f" by {one_line(sheet.made_by)}" if sheet.made_by.strip() else ""
    key = Text(
        (Run(_in_lines(sheet.key, pages), bold=True),), TextStyle(size=_KEY_SIZE, leading=1.6 * _KEY_SIZE)
    )
    about = (
        Para(
            (
                Run(
                    "This key opens the clinic's file when every password is lost. Whoever holds it can read every chart."
                ),
            )
        ),
        Item((Run("Keep this paper in a safe or with your lawyer, away from the computer."),)),
        Item((Run("Do not scan it, take a picture of it or send it."),)),
        Item((Run("To use it: choose “Forgotten? Use the recovery key” where you sign in."),)),
        Item((Run("If the paper is lost, make a new key under Set up. The old one then stops working."),)),
        Para((Run(f"Made on {made}{by}."),)),
    )
    return build(
        pages,
        [
            Text((Run("Recovery key"),), look.title, role="H1"),
            Framed(
                [key], Frame(line=2, color=BLACK, pad=NORMAL_PRINT, before=6, after=NORMAL_PRINT), pages.room
            ),
            *flow(about, look, pages.room),
        ],
    )


def _in_lines(key: str, pages: Sheet) -> str:
    """Whole groups a line, on as few lines as hold them, about the same number on each."""
    groups = one_line(key).replace("-", " ").split() or [""]
    room = pages.paper[0] - 2 * pages.side - 2 * NORMAL_PRINT
    for count in range(1, len(groups) + 1):
        lines = _lines(groups, math.ceil(len(groups) / count))
        if max(map(_wide, lines)) <= room:
            break
    return "\n".join(lines)


def _lines(groups: list[str], per_line: int) -> list[str]:
    return ["-".join(groups[start : start + per_line]) for start in range(0, len(groups), per_line)]


def _wide(line: str) -> float:
    return measure(line, _KEY_SIZE, bold=True)
