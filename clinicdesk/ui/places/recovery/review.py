"""The review: what no surgeon has signed off, flags first, one patient after the other from the keyboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import CheckInId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.recovery import Closing, ReviewGroup, ReviewLine
from clinicdesk.domain.redflags import Tier
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.ui.calling import words
from clinicdesk.ui.frame.place import Place, PlaceCount, Shell
from clinicdesk.ui.frame.targets import BraceOrderFor, BraceOrderOf, CallOf, PlainPlace, Review, ReviewOf
from clinicdesk.ui.kit import (
    Column,
    EmptyState,
    LoadingFrame,
    Paint,
    Row,
    RowTable,
    Rule,
    SegmentedRow,
    Stack,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.places.recovery.review_panel import ReviewPanel
from clinicdesk.ui.theme import Gap, Size, theme

_SHARES: Final = (4, 5)
_ROOM_FOR_BOTH: Final = 2 * Size.SIDE_PANEL


class ReviewPlace(Place[ReviewOf]):
    """The surgeon's list with the check-in in hand beside it.

    J and K go on and back, R signs off, B opens the brace, C calls back.
    """

    home: ClassVar[PlainPlace] = Review()
    icon_name: ClassVar[str] = "review"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.CHECK_IN})

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent, margin=Gap.NONE)
        self._lines: tuple[ReviewLine, ...] = ()
        self._wanted: CheckInId | None = None
        self._is_loaded = False
        self._list = QWidget(self)
        self._build_list()
        self.panel = ReviewPanel(desk, self)
        self.panel.signed.connect(self._signed)
        self.panel.brace_asked.connect(self.open_brace)
        self.panel.call_made.connect(self._go_to_call)
        self._beside = Stack(self)
        self._nothing = EmptyState("review", _("Choose a check-in at the left."), parent=self)
        self._beside.show_only(self._nothing)
        self._beside.addWidget(self.panel)
        across = Row(gap=Gap.NONE)
        across.addWidget(self._list, _SHARES[0])
        across.addWidget(Rule(self, upright=True))
        across.addWidget(self._beside, _SHARES[1])
        self.page.addLayout(across, 1)

    def _build_list(self) -> None:
        down = Column(self._list, gap=Gap.M, margin=Gap.L)
        self.filter = SegmentedRow(_("Which check-ins"), [(None, "")], self._list, clearable=True)
        self.filter.changed.connect(self._show_rows)
        self.table: RowTable[ReviewLine] = RowTable(_("Check-ins to review"), _columns(), self._list)
        self.table.chosen.connect(self._row_chosen)
        self.empty = EmptyState("review", "", parent=self._list)
        self.frame = LoadingFrame(self.table, self._list, empty=self.empty)
        down.addWidget(self.filter)
        down.addWidget(self.frame, 1)

    @classmethod
    def title(cls) -> str:
        return _("Review")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        counted = recovery.counts(desk)
        return PlaceCount(counted.unreviewed, emergency=counted.emergencies)

    def take_focus(self) -> None:
        self.table.setFocus()

    def refresh(self, changes: Changes | None) -> None:
        watched = {Subject.CHECK_IN, Subject.PATIENT, Subject.BRACE}
        if changes is None or touches(changes, watched):
            self._load(by_hand=changes is None or not self._is_loaded)
        if changes is not None:
            self.panel.refresh(changes)

    def open_target(self, target: ReviewOf) -> None:
        self._wanted = target.check_in_id
        self.filter.set_value(None)
        self._load()

    def may_close(self) -> bool:
        """Always: a note that was not saved is kept."""
        return self.panel.may_close()

    # ------------------------------------------------------------------ the list

    def _load(self, *, by_hand: bool = True) -> None:
        self.frame.start()
        run_query(
            self,
            partial(recovery.reviews, self.desk),
            done=partial(self._loaded, by_hand),
            failed=self._not_loaded,
            latest="reviews",
        )

    def _loaded(self, by_hand: bool, lines: tuple[ReviewLine, ...]) -> None:
        self._lines, self._is_loaded = lines, True
        self._fill(choose=by_hand)

    def _not_loaded(self, fault: ClinicDeskError) -> None:
        self.frame.show_unread(self._load)
        self.show_problem(fault.sentence)

    def _show_rows(self) -> None:
        self._fill(choose=True)

    def _fill(self, *, choose: bool) -> None:
        """Show the rows; ``choose`` the first where none is chosen, but not when others changed the list: that
        would open a chart that nobody asked for."""
        self._show_counts()
        wanted = self.filter.value()
        shown = [line for line in self._lines if wanted is None or line.group is wanted]
        before = self.table.currentIndex().row()
        self.table.set_rows(shown, keep=attrgetter("check_in_id"))
        self.empty.set_sentence(
            _("Every check-in has been signed off.") if wanted is None else _("Nothing of this kind is open.")
        )
        self.frame.show_rows(bool(shown))
        target, self._wanted = self._wanted, None
        if target is not None and self.table.choose(partial(_is_line, target)):
            return
        if choose and shown and self.table.row() is None:
            self.table.choose_number(max(0, min(before, len(shown) - 1)))
        if self.table.row() is None:
            self._beside.show_only(self._nothing)

    def _show_counts(self) -> None:
        counted = Counter(line.group for line in self._lines)
        self.filter.blockSignals(True)
        self.filter.set_options([(group, _group_words(group, counted[group])) for group in ReviewGroup])
        self.filter.blockSignals(False)

    def _row_chosen(self, line: ReviewLine | None) -> None:
        if line is None:
            return
        key = ReviewOf(check_in_id=line.check_in_id).key
        is_open = self.panel.key == key and self._beside.currentWidget() is self.panel
        self._beside.show_only(self.panel)
        self._share()
        if not is_open:
            self.panel.open_for(key)

    # ------------------------------------------------------------------ what the surgeon does

    def _signed(self, check_in_id: CheckInId) -> None:
        """Go to the next."""
        self._lines = tuple(line for line in self._lines if line.check_in_id != check_in_id)
        self._show_rows()

    def open_brace(self) -> None:
        """The brace of this procedure, or the form for a new one."""
        view = self.panel.view
        if view is None:
            return
        if not view.braces and not may(self.desk.actor.role, Act.PRESCRIBE_BRACE):
            self.panel.show_problem(_("No brace was ordered for this procedure. A surgeon orders one."))
        elif view.braces:
            self.shell.go(BraceOrderOf(order_id=view.braces[0].id))
        else:
            self.shell.open(BraceOrderFor(patient_id=view.line.patient_id, booking_id=view.line.booking_id))

    def _go_to_call(self, check_in_id: CheckInId) -> None:
        self.shell.go(CallOf(check_in_id=check_in_id))

    def _move(self, by: int) -> None:
        count = len(self.table.rows())
        if count:
            self.table.choose_number(max(0, min(count - 1, self.table.currentIndex().row() + by)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_J: partial(self._move, 1),
            Qt.Key.Key_K: partial(self._move, -1),
            Qt.Key.Key_R: self.panel.sign_off,
            Qt.Key.Key_B: self.open_brace,
            Qt.Key.Key_C: self.panel.call_back,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is not None and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            act()
        elif event.key() == Qt.Key.Key_Escape and self.panel.note.hasFocus():
            self.table.setFocus()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        """Small enough for any window: the list gives way to the check-in, and J and K still go through it."""
        return QSize(theme().px(Size.SIDE_PANEL), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        both = self.width() >= theme().px(_ROOM_FOR_BOTH)
        self._list.setVisible(both or self._beside.currentWidget() is not self.panel)


def _is_line(check_in_id: CheckInId, line: ReviewLine) -> bool:
    return line.check_in_id == check_in_id


def _group_words(group: ReviewGroup, count: int) -> str:
    words = {
        ReviewGroup.FLAG: ngettext("{count} flag", "{count} flags", count),
        ReviewGroup.WORSE: _("{count} worse"),
        ReviewGroup.INCOMPLETE: _("{count} not complete"),
        ReviewGroup.ROUTINE: _("{count} routine"),
    }[group]
    return words.format(count=fmt.number(count))


# ---------------------------------------------------------------------- columns


def _columns() -> Sequence[TableColumn[ReviewLine]]:
    return (
        TableColumn(heading="", text=_tier, width=32, paint=Paint.MARK),
        TableColumn(heading=_("Patient"), text=_patient, paint=Paint.STRONG, least=140),
        TableColumn(heading=_("Why"), text=_why, least=140, drop=1),
        TableColumn(heading=_("Pain"), text=_pains, width=88, paint=Paint.FIGURES),
        TableColumn(heading=_("After"), text=_after, least=160, paint=Paint.MUTED, drop=2),
        TableColumn(heading=_("When"), text=_when, width=144, paint=Paint.MUTED, drop=3),
    )


def _tier(line: ReviewLine) -> str:
    return line.tier.value if line.tier is not None and line.tier is not Tier.NONE else ""


def _patient(line: ReviewLine) -> str:
    return line.patient


def _why(line: ReviewLine) -> str:
    if line.findings:
        return "; ".join(line.findings)
    if line.closing is not Closing.ANSWERED:
        return line.closing.label
    if line.worse:
        return _("pain is worse")
    return _("no flag") if line.complete else _("not complete")


def _pains(line: ReviewLine) -> str:
    return words.last_pains(line)


def _after(line: ReviewLine) -> str:
    return words.day_of(line.day, line.procedure, line.levels)


def _when(line: ReviewLine) -> str:
    return fmt.short_moment(line.closed_at)
