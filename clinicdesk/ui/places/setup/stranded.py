"""The booked cases that have to move: shown before a closure, hours or a block are saved, and for as long as they stand.

`StrandedPanel` is the list with what can be done about it; `StrandingSheet` is a form whose saving may strand someone.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.stranded import Change, Stranded
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import stranded
from clinicdesk.services.booking.moving_many import undo_many
from clinicdesk.services.desk import Desk
from clinicdesk.services.stranded import DAYS_LOOKED_AT, MovedAll
from clinicdesk.ui.kit import Banner, BannerKind, Column, Paint, PushButton, RowTable, TableColumn
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.operations import Done, run_command
from clinicdesk.ui.places.setup.sheet import Sheet
from clinicdesk.ui.places.setup.times import BesidePanel
from clinicdesk.ui.theme import Gap, Size, theme

R = TypeVar("R")

ROWS_SHOWN = 8
_ASK_AFTER = 200
"""Milliseconds of rest before it is asked whom a change strands."""


class MoveAll(Enum):
    """Whether all can be moved at one press."""

    NOT_HERE = "not here"
    NOW = "now"
    AFTER_SAVING = "after saving"


class StrandedPanel(QWidget):
    """The list; hidden while nobody has to move. Enter, or a double click, opens the booking form for a case.

    ``others``: one thing strands them all, and what matters is whose cases they are rather than why.
    """

    move_asked = Signal(int)
    save_asked = Signal()
    """What strands them is to be saved, and then all are to move."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, others: bool = False) -> None:
        super().__init__(parent)
        self.desk = desk
        self.cases: tuple[Stranded, ...] = ()
        self.change: Change | None = None
        """What strands them, where that cannot be told from what is saved."""
        may_book = may(desk.actor.role, Act.BOOK)
        column = Column(self, gap=Gap.S)
        self.banner = Banner(BannerKind.WARNING, "", self)
        column.addWidget(self.banner)
        self.table = _CaseTable(self, _others_columns() if others else _columns())
        column.addWidget(self.table)
        holder = QWidget(self)
        foot = Flow(holder)
        self.move_button = PushButton(_("Move this case…"), self)
        self.move_button.clicked.connect(self._move_chosen)
        self.all_button = PushButton(_move_words(0), self)
        self.all_button.clicked.connect(self._all_asked)
        self._moves = MoveAll.NOT_HERE
        foot.add(self.move_button, self.all_button)
        column.addWidget(holder)
        if may_book:
            self.table.activated_row.connect(self._move)
        self.move_button.setVisible(may_book)
        self._may_book = may_book
        self.hide()

    def show_cases(self, cases: Sequence[Stranded], words: str, moves: MoveAll) -> None:
        """Show who has to move under the sentence ``words``; ``moves`` says whether to offer to move all at once."""
        self._moves = moves
        self.cases = tuple(cases)
        self.setVisible(bool(cases))
        self.banner.set_text(words)
        self.table.set_rows(self.cases)
        if cases and self.table.row() is None:
            self.table.choose_number(0)
        self.table.updateGeometry()
        self.all_button.setVisible(moves is not MoveAll.NOT_HERE and self._may_book)
        words_of = _move_words if moves is MoveAll.NOW else _save_and_move_words
        self.all_button.set_words(words_of(len(cases)))

    def _all_asked(self) -> None:
        if self._moves is MoveAll.NOW:
            self.move_all()
        else:
            self.save_asked.emit()

    def move_all(self) -> None:
        """Move each to the next time with the same surgeon, as one step that can be taken back."""
        wanted = [(each.case.booking_id, each.case.version) for each in self.cases]
        self.all_button.setEnabled(False)
        run_command(
            self,
            partial(stranded.move_all, self.desk, wanted, self.change),
            done=self._moved,
            failed=self._not_moved,
            said=_said,
            undo=partial(_put_back, self.desk),
        )

    def _moved(self, done: MovedAll) -> None:
        self.all_button.setEnabled(True)
        if done.left:
            self._show_nearest(_left(done.left))

    def _not_moved(self, error: ClinicDeskError) -> None:
        self.all_button.setEnabled(True)
        self._show_nearest(error.sentence)

    def _show_nearest(self, sentence: str) -> None:
        """Say it at the top of the sheet or page this stands in."""
        above: Any = self.parentWidget()
        while above is not None and not hasattr(above, "show_problem"):
            above = above.parentWidget()
        if above is not None:
            above.show_problem(sentence)

    def _move_chosen(self) -> None:
        row = self.table.row()
        if row is not None:
            self._move(row)

    def _move(self, row: Stranded) -> None:
        self.move_asked.emit(row.case.booking_id)


class WaitingPanel(BesidePanel):
    """Everyone who stands in closed time, outside hours or in another's room at this moment, whatever was saved when."""

    move_asked = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Cases that have to move"),
            _(
                "Booked cases that stand in a closure, outside the hours of something they need, or in a room that is kept"
                " for another surgeon."
            ),
            parent,
        )
        self.stranded = StrandedPanel(desk, self)
        self.stranded.move_asked.connect(self.move_asked)
        self.body.addWidget(self.stranded)
        self.body.addStretch(1)

    def show_cases(self, cases: Sequence[Stranded]) -> None:
        """Show them; with none left there is nothing to show here."""
        self.stranded.show_cases(cases, to_move(len(cases)), MoveAll.NOW)
        if not cases and self.isVisible():
            self.left.emit()


class StrandingSheet(Sheet[R]):
    """A form whose saving may strand booked cases: it shows them as they are typed, and saves over those that were seen."""

    move_asked = Signal(int)
    others = False
    """Whether it strands cases of others only, for one reason."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.seen: frozenset[BookingId] = frozenset()
        self._moves_after_saving = False
        super().__init__(desk, parent)

    @abstractmethod
    def change_of(self, row: R) -> Change:
        """What saving ``row`` changes."""

    def lay_out(self, body: Column) -> None:
        """The form, and under it whom it strands."""
        self.lay_out_fields(body)
        self.stranded = StrandedPanel(self.desk, self, others=self.others)
        self.stranded.move_asked.connect(self.move_asked)
        self.stranded.save_asked.connect(self._save_and_move)
        body.addWidget(self.stranded)
        body.addStretch(1)
        self._soon = self.pause(_ASK_AFTER, self.ask_stranded)

    def lay_out_fields(self, body: Column) -> None:
        """Put the form into the sheet's body."""
        body.addWidget(self.form)

    def show_nothing(self) -> None:
        """No row, and nobody whom it strands."""
        super().show_nothing()
        self._moves_after_saving = False
        self._see_nobody()

    def row_shown(self) -> None:
        """Show whom it strands."""
        self._see_nobody()
        self.ask_stranded()

    def _see_nobody(self) -> None:
        self.seen = frozenset()
        self.stranded.show_cases((), "", MoveAll.NOT_HERE)

    def on_change(self) -> None:
        """Ask again once the typing rests."""
        self._soon.start()

    def ask_stranded(self) -> None:
        """Ask whom what is typed would strand."""
        row = self._read_quietly()
        if row is not None:
            change = self.change_of(row)
            self.ask(
                partial(stranded.stranded, self.desk, change), partial(self._answered, row), line="stranded"
            )

    def _read_quietly(self) -> R | None:
        """What the fields say, if that can be read yet."""
        if self.row is None:
            return None
        try:
            return self.taken(self.row)
        except BadInput:
            return None

    def _answered(self, row: R, found: tuple[Stranded, ...]) -> None:
        if row != self._read_quietly():
            return
        self.seen = frozenset(each.case.booking_id for each in found)
        saved = not self.is_dirty and not self.is_new
        if saved:
            self.stranded.show_cases(found, to_move(len(found)), MoveAll.NOW)
        else:
            moves = MoveAll.AFTER_SAVING if self.may_edit else MoveAll.NOT_HERE
            self.stranded.show_cases(found, self.words_before(len(found)), moves)
        self.show_steps()
        if saved and self._moves_after_saving:
            self._moves_after_saving = False
            if found:
                self.stranded.move_all()

    def show_steps(self) -> None:
        """Let the button say what saving does to those who were shown."""
        waiting = len(self.seen) if self.is_dirty or self.is_new else 0
        self.save_button.set_words(self.save_words(waiting) if waiting else _("Save"))

    def words_before(self, count: int) -> str:
        """The sentence over ``count`` booked cases that saving would strand."""
        return ngettext(
            "{count} booked case would have to move.", "{count} booked cases would have to move.", count
        ).format(count=count)

    def save_words(self, count: int) -> str:
        """The words on the button that saves over ``count`` booked cases."""
        return _("Save all the same ({count} to move)").format(count=count)

    def _save_and_move(self) -> None:
        self.save_then(self._stored_to_move)

    def _stored_to_move(self, row: R) -> None:
        self._stored(row)
        self._moves_after_saving = True

    def show_refusal(self, error: ClinicDeskError) -> None:
        super().show_refusal(error)
        if isinstance(error, BadInput) and error.field == "stranded":
            self.ask_stranded()


class _CaseTable(RowTable[Stranded]):
    """As high as its rows, up to a few."""

    def __init__(self, parent: QWidget, columns: Sequence[TableColumn[Stranded]]) -> None:
        super().__init__(_("Cases that have to move"), columns, parent, key=_number)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        lines = 1 + min(ROWS_SHOWN, max(1, len(self.rows())))
        return QSize(theme().px(Size.FIELD), theme().px(Size.ROW) * lines + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _columns() -> tuple[TableColumn[Stranded], ...]:
    return (
        *_who(),
        TableColumn(heading=_("Case"), text=_case, drop=1),
        TableColumn(heading=_("Why"), text=_why, least=160),
    )


def _others_columns() -> tuple[TableColumn[Stranded], ...]:
    return (
        *_who(),
        TableColumn(heading=_("Surgeon"), text=_surgeon, least=150),
        TableColumn(heading=_("Procedure"), text=_procedure, drop=1),
    )


def _who() -> tuple[TableColumn[Stranded], ...]:
    return (
        TableColumn(heading=_("When"), text=_when, width=160, paint=Paint.FIGURES),
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, least=150),
    )


def _number(row: Stranded) -> BookingId:
    return row.case.booking_id


def _when(row: Stranded) -> str:
    return fmt.short_moment(row.case.span.starts)


def _patient(row: Stranded) -> str:
    return row.case.patient


def _case(row: Stranded) -> str:
    parts = (row.case.procedure, row.case.surgeon)
    return ", ".join(part for part in parts if part)


def _procedure(row: Stranded) -> str:
    return row.case.procedure


def _surgeon(row: Stranded) -> str:
    return row.case.surgeon or _("none")


def _why(row: Stranded) -> str:
    return "; ".join(row.causes)


def anyone(desk: Desk, change: Change) -> frozenset[BookingId]:
    """Everyone whom ``change`` strands: for putting back what stood before, whoever that is."""
    return frozenset(each.case.booking_id for each in stranded.stranded(desk, change))


def to_move(count: int) -> str:
    """``3 booked cases have to move.``"""
    return ngettext("{count} booked case has to move.", "{count} booked cases have to move.", count).format(
        count=count
    )


def _move_words(count: int) -> str:
    return ngettext(
        "Move it to its next free time", "Move all {count} to their next free times", count
    ).format(count=count)


def _save_and_move_words(count: int) -> str:
    return ngettext(
        "Save, and move it to its next free time",
        "Save, and move all {count} to their next free times",
        count,
    ).format(count=count)


def _said(done: MovedAll) -> str:
    count = len(done.moved.after)
    if not count:
        return _("No case could be moved.")
    return ngettext("Moved: {count} case.", "Moved: {count} cases.", count).format(count=count)


def _left(cases: Sequence[Stranded]) -> str:
    return ngettext(
        "For {names} no time was found in {days} days with the same surgeon. It stands as it was: move it by hand.",
        "For {names} no time was found in {days} days with the same surgeon. They stand as they were: move them by hand.",
        len(cases),
    ).format(names=", ".join(each.case.patient for each in cases), days=DAYS_LOOKED_AT)


def _put_back(desk: Desk, done: MovedAll) -> Done[Any]:
    return undo_many(desk, done.moved)
