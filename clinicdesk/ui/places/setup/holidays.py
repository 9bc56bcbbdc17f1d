"""The public holidays to come, to be ticked: the clinic closes for some of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.availability import Closure
from clinicdesk.domain.holidays import Holiday, OfferedHoliday
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.stranded import Stranded
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import holidays
from clinicdesk.services.desk import Desk
from clinicdesk.services.holidays import HolidayOffer
from clinicdesk.ui.kit import CheckField, ComboField, FormGrid, Grid, MutedLabel, PlainLabel, PrimaryButton
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.places.setup.stranded import MoveAll, StrandedPanel
from clinicdesk.ui.places.setup.times import BesidePanel
from clinicdesk.ui.theme import Gap


class HolidaysPanel(BesidePanel):
    """Ticks beside the holidays; those the clinic is closed for already stand ticked and stay."""

    move_asked = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Public holidays"),
            _(
                "The calendar of the clinic's country, this year and the next. Tick the days the whole clinic closes for."
            ),
            parent,
        )
        self.desk = desk
        self.may_edit = may(desk.actor.role, Act.ARRANGE_TIME)
        self._seen: frozenset[BookingId] = frozenset()
        self._boxes: list[tuple[OfferedHoliday, CheckField]] = []
        form = FormGrid(self)
        self.region = ComboField(_("Region"), [("", _("The whole country"))], form, width=320)
        self.region.changed.connect(self.load)
        form.add("region", _("Region"), self.region)
        self.body.addWidget(form)
        self.nothing = MutedLabel(
            _("The calendar has no holidays of this country. Add closures by hand."), self, wrap=True
        )
        self.nothing.hide()
        self.body.addWidget(self.nothing)
        self.days = Grid(gap=Gap.S, down=Gap.NONE)
        self.days.setColumnStretch(1, 1)
        self.body.addLayout(self.days)
        self.stranded = StrandedPanel(desk, self)
        self.stranded.move_asked.connect(self.move_asked)
        self.body.addWidget(self.stranded)
        self.body.addStretch(1)
        self.close_button = PrimaryButton("", self)
        self.close_button.clicked.connect(self.close_for_ticked)
        self.close_button.setVisible(self.may_edit)
        self.foot.addWidget(self.close_button)
        self._show_words()

    def take_focus(self) -> None:
        """The region first."""
        self.region.setFocus(Qt.FocusReason.OtherFocusReason)

    def load(self) -> None:
        """Read what the calendar offers for the region."""
        region = self.region.value() or ""
        run_query(self, partial(holidays.offer, self.desk, region), done=self._loaded, latest="offer")

    def ticked(self) -> tuple[Holiday, ...]:
        """The days ticked anew."""
        return tuple(each.holiday for each, box in self._boxes if box.value() and not each.closed)

    def close_for_ticked(self) -> None:
        """Close the clinic on the days ticked."""
        days = self.ticked()
        if not days:
            return
        self.close_button.setEnabled(False)
        run_command(
            self,
            partial(holidays.close_for, self.desk, days, self._seen),
            done=self._closed,
            failed=self._refused,
            said=_said,
            undo=partial(holidays.open_again, self.desk),
        )

    def _loaded(self, offer: HolidayOffer) -> None:
        self.region.changed.disconnect(self.load)  # to offer the regions is not to choose one
        self.region.set_options(
            [("", _("The whole country")), *((region.code, region.name) for region in offer.regions)]
        )
        self.region.changed.connect(self.load)
        self.nothing.setVisible(not offer.known)
        self._show_days(offer.days)

    def _show_days(self, days: Sequence[OfferedHoliday]) -> None:
        ticked = set(self.ticked())
        while (item := self.days.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._boxes = [(each, self._box(row, each, each.holiday in ticked)) for row, each in enumerate(days)]
        self._ticked()

    def _box(self, row: int, each: OfferedHoliday, ticked: bool) -> CheckField:
        name = _("{name} (closed)").format(name=each.holiday.name) if each.closed else each.holiday.name
        day = fmt.day(each.holiday.day)
        box = CheckField(_("{day}, {name}").format(day=day, name=name), day, self)
        box.set_value(each.closed or ticked)
        box.setEnabled(self.may_edit and not each.closed)
        box.changed.connect(self._ticked)
        label = PlainLabel(name, self)
        if each.closed:
            label.set_tone("muted")
        self.days.addWidget(box, row, 0)
        self.days.addWidget(label, row, 1)
        return box

    def _ticked(self) -> None:
        self._show_words()
        run_query(
            self,
            partial(holidays.stranded_by, self.desk, self.ticked()),
            done=self._show_stranded,
            latest="stranded",
        )

    def _show_stranded(self, found: tuple[Stranded, ...]) -> None:
        self._seen = frozenset(each.case.booking_id for each in found)
        words = ngettext(
            "{count} booked case would have to move.", "{count} booked cases would have to move.", len(found)
        ).format(count=len(found))
        self.stranded.show_cases(found, words, MoveAll.NOT_HERE)
        self._show_words()

    def _show_words(self) -> None:
        days, waiting = len(self.ticked()), len(self._seen)
        self.close_button.setEnabled(bool(days))
        if days and waiting:
            words = _("Close all the same ({count} to move)").format(count=waiting)
        elif not days:
            words = _("Close for the days ticked")
        else:
            words = ngettext("Close for {count} day", "Close for {count} days", days).format(count=days)
        self.close_button.set_words(words)

    def _closed(self, _closures: tuple[Closure, ...]) -> None:
        self.problem_panel.clear()
        self.load()

    def _refused(self, error: ClinicDeskError) -> None:
        self.show_problem(error.sentence)
        if isinstance(error, BadInput) and error.field == "stranded":
            self._ticked()
        self._show_words()


def _said(closures: tuple[Closure, ...]) -> str:
    count = len(closures)
    return ngettext(
        "The clinic closes for {count} day.", "The clinic closes for {count} days.", count
    ).format(count=count)
