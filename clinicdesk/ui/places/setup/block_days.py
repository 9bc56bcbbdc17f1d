"""Set up: the days of a block, each kept or everybody's, and all block time that was released."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.availability import Block, Release
from clinicdesk.i18n import _
from clinicdesk.services import availability
from clinicdesk.services.availability import Overview
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import Column, MutedLabel, Paint, PushButton, Row, RowTable, TableColumn
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done, run_command
from clinicdesk.ui.places.setup.times import BesidePanel, stretch
from clinicdesk.ui.theme import Gap, Size, theme

DAYS_SHOWN = 8
"""How many of the days to come of a block are listed."""


@dataclass(frozen=True, slots=True)
class ShownDay:
    """One day to come of a block: whether it is everybody's, and by whom that was written down, if it was."""

    block: Block
    day: date
    released: bool
    release: Release | None
    due: bool = False
    """Whether it is released by its date alone, whoever wrote it down."""

    @property
    def can_be_kept(self) -> bool:
        """Whether the release can be taken back."""
        return self.released and not self.due


class DaysPanel(QWidget):
    """The next days of a block, each to be released or taken back."""

    def __init__(self, desk: Desk, may_edit: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        column = Column(self, gap=Gap.S, margin=(Gap.NONE, Gap.M, Gap.NONE, Gap.NONE))
        column.addWidget(MutedLabel(_("Its next days"), self))
        self.table = _DayTable(self)
        self.table.chosen.connect(self._show_buttons)
        column.addWidget(self.table)
        foot = Row(gap=Gap.S)
        self.release_button = PushButton(_("Release this day now"), self)
        self.release_button.clicked.connect(self.release)
        self.keep_button = PushButton(_("Take back"), self)
        self.keep_button.clicked.connect(self.take_back)
        foot.add(self.release_button, self.keep_button)
        foot.addStretch(1)
        column.addLayout(foot)
        self._may_edit = may_edit
        self._show_buttons(None)

    def show_days(self, days: Sequence[ShownDay]) -> None:
        """Show these."""
        self.table.set_rows(days)
        if days and self.table.row() is None:
            self.table.choose_number(0)
        self.table.updateGeometry()
        self._show_buttons(self.table.row())

    def release(self) -> None:
        """Give the chosen day to everybody."""
        row = self.table.row()
        if row is not None:
            run_command(
                self,
                partial(availability.release_block_day, self.desk, row.block.id, row.day),
                said=_("Released: {day}.").format(day=fmt.day(row.day)),
                undo=partial(_keep, self.desk, row),
            )

    def take_back(self) -> None:
        """Keep the chosen day for its surgeon after all."""
        row = self.table.row()
        if row is not None:
            run_command(
                self,
                partial(availability.take_back_release, self.desk, row.block.id, row.day),
                said=_("Kept for its surgeon: {day}.").format(day=fmt.day(row.day)),
                undo=partial(_release, self.desk, row),
            )

    def _show_buttons(self, row: ShownDay | None) -> None:
        self.release_button.setVisible(self._may_edit and row is not None and not row.released)
        self.keep_button.setVisible(self._may_edit and row is not None and row.can_be_kept)


class ReleasedPanel(BesidePanel):
    """Every day of block time that is written down as everybody's, what comes next first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Released block time"),
            _(
                "Days of blocks that are everybody's: released by somebody, or by themselves because their time had come."
            ),
            parent,
        )
        columns: tuple[TableColumn[ShownDay], ...] = (
            TableColumn(heading=_("Day"), text=_day, width=132, paint=Paint.FIGURES),
            TableColumn(heading=_("Time"), text=_hours, width=148, drop=2),
            TableColumn(heading=_("Room"), text=self._room, width=80),
            TableColumn(heading=_("Surgeon"), text=self._surgeon, least=96),
            TableColumn(heading=_("Released by"), text=_by, paint=Paint.MUTED, least=180),
        )
        self._overview: Overview | None = None
        self.table = _DayTable(self, columns, _("Released block time"))
        self.nothing = MutedLabel(_("No block time was released."), self)
        self.body.addWidget(self.nothing)
        self.body.addWidget(self.table)
        self.body.addStretch(1)

    def show_overview(self, overview: Overview) -> None:
        """Show what the overview knows of."""
        self._overview = overview
        rows = released_days(overview)
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.table.updateGeometry()

    def _room(self, row: ShownDay) -> str:
        return self._overview.unit(row.block.room_id) if self._overview else ""

    def _surgeon(self, row: ShownDay) -> str:
        return self._overview.unit(row.block.surgeon_id) if self._overview else ""


class _DayTable(RowTable[ShownDay]):
    """As high as its rows, up to a few."""

    def __init__(
        self,
        parent: QWidget,
        columns: Sequence[TableColumn[ShownDay]] | None = None,
        name: str | None = None,
    ) -> None:
        plain: tuple[TableColumn[ShownDay], ...] = (
            TableColumn(heading=_("Day"), text=_day, width=164, paint=Paint.FIGURES),
            TableColumn(heading=_("Whose"), text=_how),
        )
        super().__init__(name or _("The next days of this block"), columns or plain, parent, key=_day_key)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        lines = 1 + min(3 * DAYS_SHOWN, max(1, len(self.rows())))
        return QSize(theme().px(Size.FIELD), theme().px(Size.ROW) * lines + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def next_days(block: Block, overview: Overview) -> tuple[ShownDay, ...]:
    """The next days of a block from today on."""
    written = {each.of.day: each for each in overview.releases if each.of.block_id == block.id}
    known = overview.availability
    last = date.max if block.last_on is None else block.last_on
    found = []
    for day in block.days(overview.today, last):
        due = block.released_from(day)
        released = known.is_released(block, day, overview.today)
        is_due = due is not None and due <= overview.today
        found.append(ShownDay(block, day, released, written.get(day), is_due))
        if len(found) == DAYS_SHOWN:
            break
    return tuple(found)


def released_days(overview: Overview) -> tuple[ShownDay, ...]:
    """What is written down as released: what is to come first, then what is over, the latest first."""
    blocks = {block.id: block for block in overview.availability.blocks}
    rows = [
        ShownDay(blocks[each.of.block_id], each.of.day, True, each)
        for each in overview.releases
        if each.of.block_id in blocks
    ]
    to_come = [row for row in rows if row.day >= overview.today]
    return (*to_come, *reversed([row for row in rows if row.day < overview.today]))


def _day_key(row: ShownDay) -> Hashable:
    return row.block.id, row.day


def _day(row: ShownDay) -> str:
    return fmt.day(row.day)


def _hours(row: ShownDay) -> str:
    return stretch(row.block.opens, row.block.closes)


def _how(row: ShownDay) -> str:
    if not row.released:
        due = row.block.released_from(row.day)
        if due is None:
            return _("the surgeon's")
        return _("the surgeon's until {day}").format(day=fmt.short_day(due))
    if row.release is None or row.release.by is None:
        return _("released: its time has come")
    moment = fmt.short_day(fmt.local(row.release.at).date())
    return _("released by {name}, {day}").format(name=row.release.by, day=moment)


def _by(row: ShownDay) -> str:
    if row.release is None or row.release.by is None:
        return _("itself: its time has come")
    day = fmt.short_day(fmt.local(row.release.at).date())
    return _("{name}, {day}").format(name=row.release.by, day=day)


def _keep(desk: Desk, row: ShownDay, _of: object) -> Done[Any]:
    return availability.take_back_release(desk, row.block.id, row.day)


def _release(desk: Desk, row: ShownDay, _of: object) -> Done[Any]:
    return availability.release_block_day(desk, row.block.id, row.day)
