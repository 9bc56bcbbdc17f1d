"""When late cases of the diary are expected to start, in their tips and in what a screen reader says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from clinicdesk.domain.ids import BookingId
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.diary.blocks import CaseBlock, DiarySheet

Expected = Mapping[BookingId, datetime]


def with_expected(sheet: DiarySheet, expected: Expected) -> DiarySheet:
    """The sheet with "expected 11:25" on each block that will be late."""
    if not any(block.booking_id in expected for block in sheet.blocks):
        return sheet
    return replace(
        sheet, blocks=tuple(_told(block, expected.get(block.booking_id)) for block in sheet.blocks)
    )


def _told(block: CaseBlock, at: datetime | None) -> CaseBlock:
    if at is None:
        return block
    words = _("expected {time}").format(time=fmt.clock(at))
    return replace(block, tip=(*block.tip, words), sentence=f"{block.sentence}, {words}")
