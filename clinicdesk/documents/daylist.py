"""The day's cases on paper, and the head of the audit trail anchored outside the file."""

from __future__ import annotations

from reportlab.platypus.flowables import Flowable

from clinicdesk.documents.boxes import Rows
from clinicdesk.documents.escape import one_line
from clinicdesk.documents.handouts import Run
from clinicdesk.documents.layout import STAFF_PRINT, Sheet, Styles, build, styles
from clinicdesk.documents.text import Text
from clinicdesk.documents.words import Calendar, calendar
from clinicdesk.domain.papers import DayLine, DayList, Letterhead

_COLUMNS = (
    ("Time", 9),
    ("Patient", 21),
    ("Procedure", 22),
    ("Surgeon", 13),
    ("Room", 9),
    ("Sedation", 10),
    ("Remarks", 20),
)


def render(day: DayList, letterhead: Letterhead) -> bytes:
    """The list as PDF, landscape, in the order given."""
    look = styles(STAFF_PRINT)
    dates = calendar(letterhead)
    pages = Sheet(
        letterhead=letterhead,
        title=f"Day list {day.day.isoformat()}",
        running=dates.day(day.day),
        size=STAFF_PRINT,
        wide=True,
    )
    count = len(day.lines)
    cases = "no cases" if not count else "1 case" if count == 1 else f"{count} cases"
    story: list[Flowable] = [
        Text((Run(dates.day(day.day)),), look.title, role="H1"),
        Text(
            (
                Run(
                    f"{cases.capitalize()}. Printed {dates.appointment(day.printed_at)} by {one_line(day.printed_by)}."
                ),
            ),
            look.body,
        ),
    ]
    if day.lines:
        story.append(_table(day, dates, look))
    if day.audit_number is not None:
        anchor = f"Audit trail at event {day.audit_number}, seal {one_line(day.audit_seal)}."
        story.append(Text((Run(anchor),), look.small))
    return build(pages, story)


def _table(day: DayList, dates: Calendar, look: Styles) -> Rows:
    header = [Text((Run(name),), look.cell_bold, role="TH", tag=_row(0)) for name, _share in _COLUMNS]
    rows = [_line(line, number, dates, look) for number, line in enumerate(day.lines, start=1)]
    return Rows(
        rows, header=header, shares=[share for _name, share in _COLUMNS], pad=3, gap=8, before=4, after=8
    )


def _line(line: DayLine, number: int, dates: Calendar, look: Styles) -> list[Text]:
    starts, ends = (dates.clock(dates.zone.local(at).time()) for at in (line.starts, line.ends))
    born = dates.day(line.born, weekday=False)
    state = one_line(line.state)
    remarks = [one_line(remark) for remark in line.remarks]
    cells = [
        (Run(starts, bold=True), Run(f"\nto {ends}")),
        (Run(one_line(line.patient_name), bold=True), Run(f"\n{born}\n{one_line(line.mrn)}")),
        (Run(one_line(line.procedure)),),
        (Run(one_line(line.surgeon)),),
        (Run(one_line(line.room)),),
        (Run(one_line(line.sedation)),),
        (Run("\n".join(filter(None, [state, *remarks]))),),
    ]
    return [Text(cell, look.cell, role="TD", tag=_row(number)) for cell in cells]


def _row(number: int) -> tuple[tuple[str, int], ...]:
    return (("Table", 1), ("TR", number))
