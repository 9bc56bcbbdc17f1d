"""The review: what no surgeon has signed off, flags first, one patient after the other from the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import CheckInId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.recovery import Closing, ReviewGroup, ReviewLine
from clinicdesk.domain.redflags import Tier
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.ui.calling import words
from clinicdesk.ui.frame.beside import DetailPlace
from clinicdesk.ui.frame.listing import Groups, ListView
from clinicdesk.ui.frame.place import PlaceCount, Shell
from clinicdesk.ui.frame.targets import BraceOrderFor, BraceOrderOf, CallOf, PlainPlace, Review, ReviewOf
from clinicdesk.ui.kit import EmptyState, Paint, TableColumn
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.recovery.review_panel import ReviewPanel
from clinicdesk.ui.theme import Gap, Size


class ReviewPlace(DetailPlace[ReviewOf, ReviewLine, ReviewLine]):
    """The surgeon's list with the check-in in hand beside it.

    J and K go on and back, R signs off, B opens the brace, C calls back.
    """

    home: ClassVar[PlainPlace] = Review()
    icon_name: ClassVar[str] = "review"
    counts: ClassVar[frozenset[Subject]] = frozenset({Subject.CHECK_IN})
    watched: ClassVar[frozenset[Subject]] = frozenset({Subject.CHECK_IN, Subject.PATIENT, Subject.BRACE})
    shares: ClassVar[tuple[int, int]] = (4, 5)
    least_detail: ClassVar[int] = Size.SIDE_PANEL

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(
            desk, shell, parent, nothing=EmptyState("review", _("Choose a check-in at the left."))
        )
        self.list.chosen.connect(self._row_chosen)
        self.list.opened.connect(self._row_chosen)

    def make_list(self) -> ListView[ReviewLine, ReviewLine]:
        return ListView(
            self,
            name=_("Check-ins to review"),
            columns=_columns(),
            key=attrgetter("check_in_id"),
            read=partial(recovery.reviews, self.desk),
            rows=tuple,
            groups=Groups(_("Which check-ins"), tuple(ReviewGroup), attrgetter("group"), _group_words),
            empty=EmptyState("review", ""),
            empty_words=_nothing_to_review,
            opens_chosen=True,
            margin=Gap.L,
        )

    def make_detail(self) -> ReviewPanel:
        self.panel = ReviewPanel(self.desk, self)
        self.panel.signed.connect(self._signed)
        self.panel.brace_asked.connect(self.open_brace)
        self.panel.call_made.connect(self._go_to_call)
        return self.panel

    @classmethod
    def title(cls) -> str:
        return _("Review")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        counted = recovery.counts(desk)
        return PlaceCount(counted.unreviewed, emergency=counted.emergencies)

    def open_target(self, target: ReviewOf) -> None:
        """It stands beside the list also where somebody has signed it off meanwhile, and in no list."""
        self.list.show_every_group()
        self._open(target.check_in_id)
        self.list.choose_key(target.check_in_id)
        self.list.load()

    def _row_chosen(self, line: ReviewLine | None) -> None:
        if line is not None:
            self._open(line.check_in_id)
        else:
            self.close_detail()

    def _open(self, check_in_id: CheckInId) -> None:
        key = ReviewOf(check_in_id=check_in_id).key
        is_open = self.panel.key == key and self.is_open
        self.open_detail()
        if not is_open:
            self.panel.open_for(key)

    # ------------------------------------------------------------------ what the surgeon does

    def _signed(self, check_in_id: CheckInId) -> None:
        """Go to the next."""
        self.list.leave_out(partial(_is_line, check_in_id))

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_J: partial(self.list.step, 1),
            Qt.Key.Key_K: partial(self.list.step, -1),
            Qt.Key.Key_R: self.panel.sign_off,
            Qt.Key.Key_B: self.open_brace,
            Qt.Key.Key_C: self.panel.call_back,
        }
        act = acts.get(Qt.Key(event.key()))
        if act is not None and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            act()
        else:
            super().keyPressEvent(event)


def _nothing_to_review(group: ReviewGroup | None) -> str:
    return _("Every check-in has been signed off.") if group is None else _("Nothing of this kind is open.")


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
