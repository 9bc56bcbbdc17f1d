"""The list of unsaved work at the foot: what this person typed and neither saved nor threw away, wherever it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.drafts import Draft
from clinicdesk.domain.ids import BookingId, BraceOrderId, CheckInId, PatientId
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import drafts
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame import targets
from clinicdesk.ui.frame.drafting import Unfinished, panel_key, unfinished_in
from clinicdesk.ui.frame.targets import Target
from clinicdesk.ui.kit import MenuButton
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.operations.hub import hub


@dataclass(frozen=True, slots=True)
class Left:
    """One piece of unsaved work: whom it is about, what it is, since when (UTC), and where it is taken up again."""

    name: str
    what: str
    since: datetime
    target: Target


class UnsavedList(MenuButton):
    """ "2 not saved": a menu that leads to each of them. Hidden while there is nothing."""

    def __init__(
        self,
        read: Callable[[], Sequence[Left]],
        follow: Callable[[Target], None],
        leads: Callable[[Target], bool],
        parent: QWidget | None = None,
    ) -> None:
        """``leads`` says whether this person has the place or panel of a target; `left_work` is what is read."""
        super().__init__("", (), parent, icon="edit")
        self._read, self._follow, self._leads = read, follow, leads
        self.left: tuple[Left, ...] = ()
        self.hide()
        hub().unsaved.connect(self.look)

    def look(self) -> None:
        """Read anew what is left."""
        run_query(self, self._read, done=self._show, failed=self._not_read, latest="unsaved")

    def _not_read(self, _error: ClinicDeskError) -> None:
        """It is a help to find the work again; the work itself is where it was typed."""

    def _show(self, found: Sequence[Left]) -> None:
        left = self.left = tuple(each for each in found if self._leads(each.target))
        number = len(left)
        self.set_words(ngettext("{number} not saved", "{number} not saved", number).format(number=number))
        self.set_tip(_("Work you typed and have not saved"))
        actions = []
        for each in left:
            action = QAction(_line(each), self)
            action.triggered.connect(partial(self._take_up, each.target))
            actions.append(action)
        self.set_actions(actions)
        self.setVisible(number > 0)

    def _take_up(self, target: Target, _checked: bool = False) -> None:
        self._follow(target)


_Leads = Callable[[Draft, Unfinished], Target | None]


def _for_booking(target: type[targets.BookingPanelTarget]) -> _Leads:
    return lambda draft, _unfinished: target(booking_id=BookingId(draft.key.id))


def _booking_form(draft: Draft, _unfinished: Unfinished) -> Target:
    if draft.key.subject is Subject.BOOKING:
        return targets.ChangeBooking(booking_id=BookingId(draft.key.id))
    return targets.NewBooking(patient_id=_patient(draft))


def _waiting_form(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.AddToWaitingList(patient_id=_patient(draft))


def _brace_form(draft: Draft, unfinished: Unfinished) -> Target | None:
    if unfinished.patient_id is None:
        return None
    booking = BookingId(draft.key.id) if draft.key.subject is Subject.BOOKING else None
    return targets.BraceOrderFor(patient_id=PatientId(unfinished.patient_id), booking_id=booking)


def _brace_step(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.BraceOrderOf(order_id=BraceOrderId(draft.key.id))


def _call(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.CallOf(check_in_id=CheckInId(draft.key.id))


def _review(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.ReviewOf(check_in_id=CheckInId(draft.key.id))


def _hole(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.hole_of(panel_key(draft.key))


def _new_patient(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.RegisterPatient(form=draft.key.id)


def _record(draft: Draft, _unfinished: Unfinished) -> Target:
    return targets.EditPatient(patient_id=PatientId(draft.key.id))


def _set_up(draft: Draft, _unfinished: Unfinished) -> Target | None:
    section = draft.key.panel.removeprefix(targets.SET_UP)
    if section not in set(targets.SetUpSection):
        return None
    return targets.SetUpRow(section=targets.SetUpSection(section), row=draft.key.id)


def _patient(draft: Draft) -> PatientId | None:
    return PatientId(draft.key.id) if draft.key.id else None


_PLACES: dict[str, tuple[Callable[[], str], _Leads]] = {
    targets.NewBooking.to: (lambda: _("Booking"), _booking_form),
    targets.AddToWaitingList.to: (lambda: _("Waiting list"), _waiting_form),
    targets.WaitingEntryOf.to: (lambda: _("Waiting list"), _for_booking(targets.WaitingEntryOf)),
    targets.SoonestHole.to: (lambda: _("Free time"), _hole),
    targets.CaseOf.to: (lambda: _("Case"), _for_booking(targets.CaseOf)),
    targets.LeavingOf.to: (lambda: _("Leaving"), _for_booking(targets.LeavingOf)),
    targets.ChecklistOf.to: (lambda: _("Checklist"), _for_booking(targets.ChecklistOf)),
    targets.ConfirmCallOf.to: (lambda: _("Confirmation call"), _for_booking(targets.ConfirmCallOf)),
    targets.BraceOrderFor.to: (lambda: _("Brace order"), _brace_form),
    "brace_step": (lambda: _("Brace"), _brace_step),
    targets.RegisterPatient.form_key: (lambda: _("New patient"), _new_patient),
    targets.EditPatient.form_key: (lambda: _("Patient record"), _record),
    targets.SET_UP: (lambda: _("Set up"), _set_up),
    "call": (lambda: _("Recovery call"), _call),
    "review": (lambda: _("Review"), _review),
}
"""By panel: what the work is called, and where it is taken up again."""


def left_work(desk: Desk) -> tuple[Left, ...]:
    """What the person at the desk has not finished, the newest first."""
    return tuple(left for draft in drafts.mine(desk) if (left := left_by(draft)) is not None)


def left_by(draft: Draft) -> Left | None:
    """What a draft was typed for; None for what no panel of this program takes up again."""
    key = draft.key.panel.partition("@")[0]
    panel = targets.SET_UP if key.startswith(targets.SET_UP) else key
    if panel not in _PLACES:
        return None
    what, target_of = _PLACES[panel]
    unfinished = unfinished_in(draft)
    target = target_of(draft, unfinished)
    return None if target is None else Left(unfinished.name, what(), draft.kept_at, target)


def _line(left: Left) -> str:
    since = fmt.near(left.since, fmt.today())
    if left.name:
        return _("{name}: {what}, {time}").format(name=left.name, what=left.what, time=since)
    return _("{what}, {time}").format(what=left.what, time=since)
