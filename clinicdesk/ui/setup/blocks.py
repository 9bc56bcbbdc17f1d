"""Set up: block time, the days of a block, and what was released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import partial
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.availability import MOST_RELEASE_DAYS, MOST_WEEKS_APART, Block, Release
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BlockId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import availability
from clinicdesk.services.availability import Overview, RemovedBlock
from clinicdesk.services.desk import Desk
from clinicdesk.ui import format as fmt
from clinicdesk.ui.kit import (
    ChoiceField,
    ClosingField,
    Column,
    ComboField,
    DateField,
    MutedLabel,
    NumberField,
    Paint,
    PushButton,
    QuietButton,
    Row,
    RowTable,
    TableColumn,
    TimeField,
)
from clinicdesk.ui.operations import Done, run_command
from clinicdesk.ui.setup.sheet import Sheet, SheetForm
from clinicdesk.ui.setup.times import (
    BesidePanel,
    TimesPage,
    beside,
    dates,
    offer_units,
    stretch,
    weekday,
    weekdays,
)
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
        self.table.set_rows(days, keep=_day_key)
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


class BlockSheet(Sheet[Block]):
    """The form of a block, and under it its next days."""

    act = Act.ARRANGE_TIME
    label_width = 120

    def build(self, form: SheetForm) -> None:
        """Whose room it is, when, how firmly, and until when it is kept."""
        self.surgeon_id = ComboField(_("Surgeon"), (), form, hint=_("Choose a surgeon"), width=320)
        self.room_id = ComboField(_("Room"), (), form, hint=_("Choose a room"), width=320)
        self.weekday = ComboField(_("Weekday"), weekdays(), form, width=168)
        self.opens = TimeField(_("From"), form)
        self.closes = ClosingField(_("to"), form)
        self.every_weeks = NumberField(_("Every"), form, lowest=1, highest=MOST_WEEKS_APART)
        self.first_on = DateField(_("First day"), form, popup=True)
        self.last_on = DateField(_("Last day"), form, popup=True, hint=_("without end"))
        firmness = [(True, _("Kept")), (False, _("Preferred"))]
        self.exclusive = ChoiceField(_("How firm"), firmness, form)
        self.release_days = NumberField(_("Released"), form, lowest=0, highest=MOST_RELEASE_DAYS)
        form.add("surgeon_id", _("Surgeon"), self.surgeon_id, required=True)
        form.add("room_id", _("Room"), self.room_id, required=True)
        form.add("weekday", _("Weekday"), self.weekday)
        form.add("opens", _("From"), self.opens, beside=beside(_("to"), self.closes, form), required=True)
        form.add(
            "every_weeks",
            _("Every"),
            self.every_weeks,
            beside=MutedLabel(_("weeks, counted from the first day"), form),
        )
        form.add("first_on", _("First day"), self.first_on, required=True)
        form.add("last_on", _("Last day"), self.last_on)
        form.add(
            "exclusive",
            _("How firm"),
            self.exclusive,
            help_text=_(
                "Kept: nobody else is booked there until it is released. Preferred: it comes first for this surgeon."
            ),
        )
        form.add(
            "release_days",
            _("Released"),
            self.release_days,
            beside=MutedLabel(_("days before, by itself. Empty: never."), form),
        )
        form.adopt("closes", self.closes)

    def lay_out(self, body: Column) -> None:
        """The form, then the days."""
        body.addWidget(self.form)
        self.days = DaysPanel(self.desk, self.may_edit, self)
        body.addWidget(self.days)
        body.addStretch(1)

    def _build_frame(self) -> None:
        super()._build_frame()
        self._overview: Overview | None = None
        self.remove_button = QuietButton(_("Remove this block"), self.foot)
        self.remove_button.clicked.connect(self.remove)
        self.steps.addWidget(self.remove_button)

    def offer(self, overview: Overview) -> None:
        """Offer these units, and show the days again."""
        self._overview = overview
        row = self.row if not self.is_dirty else None
        self._filling = True
        offer_units(self.surgeon_id, overview.units, ResourceKind.SURGEON, row.surgeon_id if row else None)
        offer_units(self.room_id, overview.units, ResourceKind.ROOM, row.room_id if row else None)
        self._filling = False
        self._show_days()

    def set_row(self, row: Block | None, *, new: bool = False) -> None:
        """Show `row` and its days."""
        super().set_row(row, new=new)
        self._show_days()

    def _show_days(self) -> None:
        row, overview = self.row, self._overview
        shown = row is not None and not self.is_new and overview is not None
        self.days.setVisible(shown)
        if shown and row is not None and overview is not None:
            self.days.show_days(next_days(row, overview))

    def fill(self, row: Block, *, new: bool) -> None:
        """Show the block."""
        if self._overview is not None:
            offer_units(self.surgeon_id, self._overview.units, ResourceKind.SURGEON, row.surgeon_id)
            offer_units(self.room_id, self._overview.units, ResourceKind.ROOM, row.room_id)
        for name in (
            "weekday",
            "opens",
            "closes",
            "every_weeks",
            "first_on",
            "last_on",
            "exclusive",
            "release_days",
        ):
            getattr(self, name).set_value(getattr(row, name))

    def read(self, row: Block) -> Block:
        """The block with what was typed. Raises `BadInput`."""
        opens, closes = self.opens.value(), self.closes.value()
        if opens is None or closes is None:
            raise BadInput(_("Type when the block begins and when it ends."), "opens")
        if closes <= opens:
            raise BadInput(_("This block ends before it starts. Put the earlier time first."), "opens")
        first = self.first_on.value()
        if first is None:
            raise BadInput(self.first_on.problem() or _("Type a day."), "first_on")
        if self.surgeon_id.value() is None and self._overview is not None:
            raise BadInput(_("Choose whose block it is."), "surgeon_id")
        if self.room_id.value() is None and self._overview is not None:
            raise BadInput(_("Choose a room."), "room_id")
        return replace(
            row,
            surgeon_id=ResourceId(self.surgeon_id.value() or row.surgeon_id),
            room_id=ResourceId(self.room_id.value() or row.room_id),
            weekday=self.weekday.value() or 0,
            opens=opens,
            closes=closes,
            every_weeks=self.every_weeks.whole() or 1,
            first_on=first,
            last_on=self.last_on.value(),
            exclusive=bool(self.exclusive.value()),
            release_days=self.release_days.whole(),
        )

    def write(self, row: Block, new: bool) -> Done[Block]:
        """Store the block."""
        return availability.add_block(self.desk, row) if new else availability.change_block(self.desk, row)

    def put_back(self, before: Block, now: Block) -> Done[Any]:
        """The block as it was."""
        return availability.change_block_back(self.desk, replace(before, version=now.version))

    def undo_of(self, before: Block, new: bool) -> Callable[[Block], Done[Any]] | None:
        """A new block is removed again."""
        return self._remove_again if new else super().undo_of(before, new)

    def _remove_again(self, now: Block) -> Done[Any]:
        return availability.remove_block(self.desk, now.id, now.version)

    def words(self, row: Block) -> str:
        """``Dr Lin, Room 1, Thursday``."""
        overview = self._overview
        names = (overview.unit(row.surgeon_id), overview.unit(row.room_id)) if overview else ()
        return ", ".join(part for part in (*names, weekday(row.weekday)) if part)

    def version(self, row: Block) -> int:
        """The version it was read at."""
        return row.version

    def heading(self, row: Block, new: bool) -> tuple[str, str]:
        """Whose it is and where; when and how long it goes on."""
        if new:
            return (_("New block"), "")
        parts = (stretch(row.opens, row.closes), rhythm(row), dates(row.first_on, row.last_on))
        return (self.words(row), ", ".join(part for part in parts if part))

    def show_steps(self) -> None:
        """Offer to remove it."""
        stands = self.row is not None and not self.is_new and not self.is_dirty
        self.remove_button.setVisible(stands and self.may_edit)

    def remove(self) -> None:
        """Remove the block; it can be taken back."""
        row = self.row
        if row is None or self.is_new:
            return
        run_command(
            self,
            partial(availability.remove_block, self.desk, row.id, row.version),
            done=self._removed,
            failed=self._refused,
            said=_("Removed: {name}.").format(name=self.words(row)),
            undo=partial(availability.put_back_block, self.desk),
        )

    def _removed(self, _removed: RemovedBlock) -> None:
        self.set_row(None)
        self.let_go.emit()


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


class BlocksPage(TimesPage[Block]):
    """All blocks, by weekday and room."""

    subjects = frozenset({Subject.BLOCK, Subject.RESOURCE, Subject.CLINIC})
    act = Act.ARRANGE_TIME

    def heading(self) -> str:
        """The section's title."""
        return _("Block time")

    def explanation(self) -> str:
        """What belongs here."""
        return _("A room that is a surgeon's own on a weekday, until it is released for everybody.")

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add block")

    def columns(self) -> Sequence[TableColumn[Block]]:
        """Room and weekday, whose, and when."""
        return (
            TableColumn(heading=_("Room"), text=self._room, width=88, struck=self._is_over),
            TableColumn(heading=_("Weekday"), text=_weekday, width=96, struck=self._is_over),
            TableColumn(heading=_("Surgeon"), text=self._surgeon, struck=self._is_over),
        )

    def make_sheet(self) -> BlockSheet:
        """The form."""
        return BlockSheet(self.desk, self)

    def _build(self) -> None:
        super()._build()
        self.released_panel = ReleasedPanel(self)
        self.add_beside(self.released_panel)

    def _buttons(self) -> QWidget:
        holder = super()._buttons()
        self.released_button = PushButton(_("Released…"), self)
        self.released_button.clicked.connect(self.show_released)
        row = holder.layout()
        assert isinstance(row, Row)
        row.insertWidget(1, self.released_button)
        holder.setVisible(True)
        self.add_button.setVisible(self.may_edit)
        return holder

    def rows_of(self, overview: Overview) -> Sequence[Block]:
        """By room in the clinic's order, weekday and hour."""
        order = {unit.id: number for number, unit in enumerate(overview.units)}
        return sorted(
            overview.availability.blocks,
            key=lambda block: (order.get(block.room_id, 0), block.weekday, block.opens, block.id),
        )

    def told(self, overview: Overview) -> None:
        """Offer the units, show the days and what was released."""
        sheet = self.sheet
        assert isinstance(sheet, BlockSheet)
        sheet.offer(overview)
        self.released_panel.show_overview(overview)

    def same(self, row: Block) -> object:
        """Blocks are told apart by their row."""
        return row.id

    def blank(self) -> Block:
        """A morning a week from today on."""
        today = fmt.today()
        return Block(
            id=BlockId(0),
            surgeon_id=ResourceId(0),
            room_id=ResourceId(0),
            weekday=today.weekday(),
            opens=time(8),
            closes=time(12),
            first_on=today,
            release_days=14,
        )

    def open_target(self, **target: Any) -> None:
        """Begin a block (``new=True``), or show what was released (``released=True``)."""
        if target.get("new") and self.may_edit:
            self.add()
        elif target.get("released"):
            self.show_released()

    def show_released(self) -> None:
        """Show what was released, unless something here is not saved."""
        self.show_beside(self.released_panel)

    def _room(self, row: Block) -> str:
        return self.unit(row.room_id)

    def _surgeon(self, row: Block) -> str:
        return self.unit(row.surgeon_id)

    def _is_over(self, row: Block) -> bool:
        return row.last_on is not None and row.last_on < fmt.today()


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
        super().__init__(name or _("The next days of this block"), columns or plain, parent)
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


def rhythm(block: Block) -> str:
    """``every week``, ``every 2 weeks``."""
    return ngettext("every week", "every {count} weeks", block.every_weeks).format(count=block.every_weeks)


def _weekday(row: Block) -> str:
    return weekday(row.weekday)


def _day_key(row: ShownDay) -> object:
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
