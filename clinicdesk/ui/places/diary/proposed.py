"""A plan for a day drawn into the diary before it happens: what would move is marked, and stands where it would go too.

A case that only takes another bay or nurse stays where it is in the diary. Where a sheet has no column for a new place
(another day, or only one room is shown), nothing is drawn of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.arranging.proposal import Change, Proposal
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiaryColumn, DiaryMode, DiarySheet, ProposedCase
from clinicdesk.ui.places.diary.sheets import kept_around, unit_name, unit_of


def with_proposed(sheet: DiarySheet, proposal: Proposal | None) -> DiarySheet:
    """The sheet with what ``proposal`` would change on it."""
    if proposal is None or all(column.day != proposal.day.day for column in sheet.columns):
        return sheet
    changes = {change.booking_id: change for change in proposal.changes}
    columns = {booking: _column(sheet, proposal, change) for booking, change in changes.items()}
    drawn = (_case(sheet, change, columns[booking]) for booking, change in changes.items())
    blocks = tuple(
        _told(sheet, block, changes[block.booking_id], columns[block.booking_id])
        if block.booking_id in changes
        else block
        for block in sheet.blocks
    )
    proposed = tuple(case for case in drawn if case is not None)
    return replace(sheet, blocks=blocks, plan=True, proposed=proposed)


def _column(sheet: DiarySheet, proposal: Proposal, change: Change) -> DiaryColumn | None:
    """Return the column a case would stand in. The days of a week are for all units, unless it is one unit's week."""
    unit = dict(change.units).get(sheet.kind)
    for column in sheet.columns:
        of_all = sheet.mode is DiaryMode.WEEK and column.resource_id is None
        if column.day == proposal.day.day and (of_all or column.resource_id == unit):
            return column
    return None


def _case(sheet: DiarySheet, change: Change, column: DiaryColumn | None) -> ProposedCase | None:
    entry, kind = change.entry, sheet.kind
    if column is None or not _is_elsewhere(sheet, change, column):
        return None
    setup, turnover = kept_around(entry, kind, entry.ends)
    ends = change.starts + (entry.ends - entry.starts)
    before, after = unit_name(entry, kind), column.title if sheet.mode is DiaryMode.DAY else ""
    return ProposedCase(
        booking_id=change.booking_id,
        column=column.key,
        starts=change.starts,
        ends=ends,
        setup_minutes=setup,
        turnover_minutes=turnover,
        title=entry.patient,
        short_title=entry.family or entry.patient,
        time=fmt.clock_range(change.starts, ends),
        start=fmt.clock(change.starts),
        was=_("was {when}").format(when=_when(entry.starts, before if after and before != after else "")),
        tip=(
            entry.patient,
            _("proposed: {when}").format(when=_when(change.starts, after)),
            _("now: {when}").format(when=_when(entry.starts, before if after else "")),
        ),
    )


def _is_elsewhere(sheet: DiarySheet, change: Change, column: DiaryColumn) -> bool:
    """Whether it can be seen on this sheet that a case has moved."""
    of_one = column.resource_id is not None or sheet.mode is DiaryMode.DAY
    return change.moves or (of_one and unit_of(change.entry, sheet.kind) != column.resource_id)


def _told(sheet: DiarySheet, block: CaseBlock, change: Change, column: DiaryColumn | None) -> CaseBlock:
    """Return a block that says where its case would go."""
    if column is not None and not _is_elsewhere(sheet, change, column):
        return block
    exchanged = "" if column is None or column.key == block.column else column.title
    words = _("would move to {when}").format(when=_when(change.starts, exchanged))
    return replace(block, leaves=True, tip=(*block.tip, words), sentence=f"{block.sentence}, {words}")


def _when(starts: datetime, unit: str) -> str:
    """11:20 AM; or: 11:20 AM, Room 2."""
    return ", ".join(filter(None, (fmt.clock(starts), unit)))
