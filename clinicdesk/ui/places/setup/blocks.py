"""Set up: block time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.availability import MOST_RELEASE_DAYS, MOST_WEEKS_APART, Block
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BlockId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.stranded import Change
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import availability
from clinicdesk.services.availability import Overview, RemovedBlock
from clinicdesk.ui.kit import (
    ChoiceField,
    ClosingField,
    Column,
    ComboField,
    DateField,
    MutedLabel,
    NumberField,
    PushButton,
    QuietButton,
    Row,
    TableColumn,
    TimeField,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done
from clinicdesk.ui.places.setup.block_days import DaysPanel, ReleasedPanel, next_days
from clinicdesk.ui.places.setup.sheet import SheetForm
from clinicdesk.ui.places.setup.stranded import StrandingSheet
from clinicdesk.ui.places.setup.times import (
    TimesPage,
    beside,
    dates,
    offer_units,
    stretch,
    weekday,
    weekdays,
)


class BlockSheet(StrandingSheet[Block]):
    """The form of a block, under it the cases of others that stand in it, then its next days."""

    edit_act = Act.ARRANGE_TIME
    label_width = 120
    others = True

    def build(self, form: SheetForm) -> None:
        """Whose room it is, when, how firmly, and until when it is kept."""
        self.surgeon_id = ComboField(_("Surgeon"), (), form, hint=_("Choose a surgeon"), width=440)
        self.room_id = ComboField(_("Room"), (), form, hint=_("Choose a room"), width=440)
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
            beside=MutedLabel(_("weeks"), form),
            required=True,
            help_text=_("Counted from the first day."),
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
            beside=MutedLabel(_("days before"), form),
            help_text=_("By itself. Empty: never."),
        )
        form.adopt("closes", self.closes)

    def lay_out(self, body: Column) -> None:
        """The form, whom it strands, then the days."""
        super().lay_out(body)
        self.days = DaysPanel(self.desk, self.may_edit, self)
        body.insertWidget(body.count() - 1, self.days)

    def _build_frame(self) -> None:
        super()._build_frame()
        self._overview: Overview | None = None
        self.remove_button = QuietButton(_("Remove this block"), self.foot)
        self.remove_button.clicked.connect(self.remove)
        self.steps.addWidget(self.remove_button)

    def offer(self, overview: Overview) -> None:
        """Offer these units, and show the days again."""
        self._overview = overview
        with self.typed.filling():
            offer_units(self.surgeon_id, overview.units, ResourceKind.SURGEON)
            offer_units(self.room_id, overview.units, ResourceKind.ROOM)
        self._show_days()

    def row_shown(self) -> None:
        """Show whom it strands, and its days."""
        super().row_shown()
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

    def taken(self, row: Block) -> Block:
        """The block with what was typed. Raises `BadInput`."""
        for key, field in (
            ("every_weeks", self.every_weeks),
            ("first_on", self.first_on),
            ("last_on", self.last_on),
            ("release_days", self.release_days),
        ):
            problem = field.problem()
            if problem:
                raise BadInput(problem, key)
        opens, closes = self.opens.value(), self.closes.value()
        if opens is None or closes is None:
            raise BadInput(_("Type when the block begins and when it ends."), "opens")
        if closes <= opens:
            raise BadInput(_("This block ends before it starts. Put the earlier time first."), "opens")
        first = self.first_on.value()
        if first is None:
            raise BadInput(_("Type a day."), "first_on")
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
            every_weeks=self.every_weeks.whole() or 0,
            first_on=first,
            last_on=self.last_on.value(),
            exclusive=bool(self.exclusive.value()),
            release_days=self.release_days.whole(),
        )

    def change_of(self, row: Block) -> Change:
        """The block itself."""
        return row

    def write(self, row: Block, new: bool) -> Done[Block]:
        """Store the block over those who were seen."""
        store = availability.add_block if new else availability.change_block
        return store(self.desk, row, self.seen)

    def words_before(self, count: int) -> str:
        """Who is in the way of this block while it is not saved."""
        return ngettext(
            "{count} case of others stands in this block and would have to move, unless its day is released.",
            "{count} cases of others stand in this block and would have to move, unless their days are released.",
            count,
        ).format(count=count)

    def put_back(self, before: Block, now: Block) -> Done[Any]:
        """The block as it was, whoever it strands."""
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
        super().show_steps()
        stands = self.row is not None and not self.is_new and not self.is_dirty
        self.remove_button.setVisible(stands and self.may_edit)

    def remove(self) -> None:
        """Remove the block; it can be taken back."""
        row = self.row
        if row is None or self.is_new:
            return
        self.do(
            partial(availability.remove_block, self.desk, row.id, row.version),
            then=self._removed,
            said=_("Removed: {name}.").format(name=self.words(row)),
            undo=partial(availability.put_back_block, self.desk),
        )

    def _removed(self, _removed: RemovedBlock) -> None:
        self.finish()
        self.emptied.emit()


class BlocksPage(TimesPage[Block]):
    """All blocks, by weekday and room."""

    subjects = frozenset({Subject.BLOCK, Subject.RESOURCE, Subject.BOOKING, Subject.CLINIC})
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
        sheet = BlockSheet(self.desk, self)
        sheet.move_asked.connect(self.move_asked)
        return sheet

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
        """Offer the units, show the days and what was released, and ask again whom the block strands."""
        sheet = self.sheet
        assert isinstance(sheet, BlockSheet)
        sheet.offer(overview)
        sheet.ask_stranded()
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

    def show_released(self) -> None:
        """Show what was released."""
        self.show_beside(self.released_panel)

    def _room(self, row: Block) -> str:
        return self.unit(row.room_id)

    def _surgeon(self, row: Block) -> str:
        return self.unit(row.surgeon_id)

    def _is_over(self, row: Block) -> bool:
        return row.last_on is not None and row.last_on < fmt.today()


def rhythm(block: Block) -> str:
    """``every week``, ``every 2 weeks``."""
    return ngettext("every week", "every {count} weeks", block.every_weeks).format(count=block.every_weeks)


def _weekday(row: Block) -> str:
    return weekday(row.weekday)
