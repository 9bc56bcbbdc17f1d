"""The sheet a patient takes home (42 CFR 416.52(c)): this patient's own facts in the clinic's plain words."""

from __future__ import annotations

from datetime import datetime

from reportlab.platypus.flowables import Flowable

from clinicdesk.documents.escape import one_line
from clinicdesk.documents.handouts import Block, Box, BoxKind, Handout, Heading, Run, Runs, fill, handout
from clinicdesk.documents.layout import LARGE_PRINT, NORMAL_PRINT, Sheet, Styles, build, flow, styles
from clinicdesk.documents.text import UNBROKEN, Text
from clinicdesk.documents.words import CLOSURE, SEDATION, SIDE, calendar, fever
from clinicdesk.domain.catalogue import Sedation
from clinicdesk.domain.papers import DischargeSheet, Letterhead

_USUAL_NAME = 30


def render(sheet: DischargeSheet, letterhead: Letterhead, text: Handout) -> bytes:
    """The sheet as PDF; the same values give the same bytes.

    Raises `clinicdesk.documents.handouts.HandoutProblem` where the text cannot be filled with these facts.
    """
    size = LARGE_PRINT if sheet.large_print else NORMAL_PRINT
    look = styles(size)
    blocks = _with_emergency_box(fill(text, facts(sheet, letterhead)), letterhead)
    title = next((b for b in blocks if isinstance(b, Heading) and b.level == 1), None)
    pages = Sheet(
        letterhead=letterhead,
        title=_plain(title.runs) if title else "Going home",
        running=one_line(sheet.patient_name),
        record=one_line(sheet.mrn),
        foot=f"In an emergency call {one_line(letterhead.emergency_number)}",
        language=f"{sheet.language}-{letterhead.country}" if "-" not in sheet.language else sheet.language,
        size=size,
    )
    story: list[Flowable] = []
    for block in flow(blocks, look, pages.room):
        story.append(block)
        if isinstance(block, Text) and block.role == "H1":
            story += _who(sheet, letterhead, look)
    return build(pages, story)


def facts(sheet: DischargeSheet, letterhead: Letterhead) -> dict[str, object]:
    """Every name a discharge handout may print; ``None`` or an empty text where the patient has no such fact."""
    dates = calendar(letterhead)
    care = sheet.care

    def moment(instant: datetime | None) -> str | None:
        return None if instant is None else dates.moment(instant)

    visit = sheet.follow_up
    return {
        "patient_name": one_line(sheet.patient_name),
        "born": dates.day(sheet.born, weekday=False),
        "mrn": sheet.mrn,
        "procedure": sheet.procedure,
        "where": _where(sheet),
        "surgeon": sheet.surgeon,
        "done_on": dates.day(letterhead.zone.day_of(care.ended_at)),
        "sedation": SEDATION[sheet.sedation],
        "local_only": sheet.sedation is Sedation.LOCAL,
        "epidural": sheet.epidural,
        "escort": sheet.escort,
        "drive_from": moment(care.drive_from),
        "takes_opioids": care.opioids,
        "rest_until": moment(care.rest_until),
        "dressing_from": moment(care.dressing_from),
        "dressing_until": moment(care.dressing_until),
        "shower_from": moment(care.shower_from),
        "head_raised_until": moment(care.head_raised_until),
        "closure": sheet.closure.value if sheet.closure else "",
        "closure_words": CLOSURE[sheet.closure] if sheet.closure else "",
        "brace": sheet.brace,
        "brace_rule": sheet.brace_rule,
        "brace_delivered": sheet.brace_delivered,
        "medicines": [line for line in sheet.medicines if line.strip()],
        "blood_thinner": sheet.blood_thinner.strip(),
        "lifting": sheet.lifting.strip(),
        "note": sheet.note.strip(),
        "follow_up_day": dates.day(letterhead.zone.day_of(visit.at)) if visit else None,
        "follow_up_time": dates.clock(letterhead.zone.local(visit.at).time()) if visit else None,
        "follow_up_who": visit.who if visit else "",
        "follow_up_where": visit.where if visit else "",
        "follow_up_words": sheet.follow_up_words.strip(),
        "check_ins": [
            {"label": line.label, "day": dates.day(line.day), "how": line.how} for line in sheet.check_ins
        ],
        "teach_back": [line for line in sheet.teach_back if line.strip()],
        "taught": sheet.taught,
        "clinic": letterhead.clinic,
        "phone": letterhead.phone,
        "phone_after_hours": letterhead.phone_after_hours,
        "emergency_number": letterhead.emergency_number,
        "fever": fever(letterhead),
    }


def _where(sheet: DischargeSheet) -> str:
    side = SIDE[sheet.side] if sheet.side else ""
    return ", ".join(part for part in (", ".join(sheet.levels), side) if part)


def _who(sheet: DischargeSheet, letterhead: Letterhead, look: Styles) -> list[Flowable]:
    """Whose sheet it is, what was done, and who takes the patient home."""
    dates = calendar(letterhead)
    where = _where(sheet)
    done_on = dates.day(letterhead.zone.day_of(sheet.care.ended_at))
    lines: list[Runs] = [
        (
            Run(one_line(sheet.patient_name), bold=True),
            Run(f", born {dates.day(sheet.born, weekday=False)}, record {one_line(sheet.mrn)}"),
        ),
        (
            Run(one_line(sheet.procedure), bold=True),
            Run(f"{f' at {where}' if where else ''} on {done_on}{_by(sheet.surgeon)}"),
        ),
    ]
    escort = one_line(sheet.escort)
    home = f" Going home with {escort}." if escort else ""
    lines.append((Run(f"{SEDATION[sheet.sedation]}.{home}"),))
    last = len(lines) - 1
    return [Text(line, look.body if n == last else look.cell) for n, line in enumerate(lines)]


def _by(surgeon: str) -> str:
    """By whom; a name of usual length is not parted at the end of a line."""
    name = one_line(surgeon)
    if not name:
        return ""
    return f", by {name.replace(' ', UNBROKEN) if len(name) <= _USUAL_NAME else name}"


def _with_emergency_box(blocks: tuple[Block, ...], letterhead: Letterhead) -> tuple[Block, ...]:
    """``blocks``, with the shipped emergency box after the title where a clinic's own text lost it."""
    if any(isinstance(block, Box) and block.kind is BoxKind.EMERGENCY for block in blocks):
        return blocks
    box = fill(handout("_call-911"), {"emergency_number": letterhead.emergency_number})
    first = 1 if blocks and isinstance(blocks[0], Heading) else 0
    return (*blocks[:first], *box, *blocks[first:])


def _plain(runs: Runs) -> str:
    return "".join(run.text for run in runs)
