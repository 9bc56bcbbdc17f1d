"""How long a discharge sheet takes once the program is warm: read from the clinic, laid out, as PDF bytes.

Run as ``python -m tests.benchmarks.bench_discharge``. The floor is an empty page of ReportLab.
"""

from __future__ import annotations

import io
from functools import partial

from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput
from clinicdesk.services import papers
from clinicdesk.services.desk import Desk
from clinicdesk.storage.tables import BookingRow
from tests.benchmarks.measuring import bench_clinic, heading, report, timed

AIM = 20.0
ROUNDS = 100


def main() -> None:
    """Print each figure beside its floor."""
    with bench_clinic() as clinic:
        desk = clinic.of(Role.NURSE)
        booking = leaving(desk)
        heading()
        report("floor: an empty page of ReportLab", timed(empty_page, ROUNDS))
        for large in (False, True):
            paper = papers.discharge_sheet(desk, booking, large_print=large)
            words = "18 pt" if large else "14 pt"
            report(
                f"discharge sheet, {words}, {len(paper.content) // 1024} KB",
                timed(partial(papers.discharge_sheet, desk, booking, large_print=large), ROUNDS),
                AIM,
            )


def leaving(desk: Desk) -> BookingId:
    """A case of the demo that has ended and has a sheet."""
    ended = (
        select(BookingRow.id)
        .where(BookingRow.state == BookingState.DISCHARGED, BookingRow.ended_at.is_not(None))
        .order_by(BookingRow.starts_at.desc())
    )
    with desk.database.reading() as session:
        found = session.execute(ended.limit(200)).scalars().all()
    for number in found:
        try:
            papers.discharge_sheet(desk, BookingId(number))
        except BadInput:  # a visit has no sheet
            continue
        return BookingId(number)
    raise SystemExit("nobody of this clinic has gone home yet")


def empty_page() -> bytes:
    """What ReportLab takes for a page with nothing on it."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


if __name__ == "__main__":
    main()
