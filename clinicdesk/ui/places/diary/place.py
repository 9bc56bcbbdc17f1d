"""The diary as a place: which day or week, by what, and the view that paints it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QMenu, QWidget

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.changes import Changes, touches
from clinicdesk.domain.diary import COLUMN_KINDS, DiaryPage
from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.papers import DayListBy
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import arranging, diary, overrun
from clinicdesk.services.desk import Desk
from clinicdesk.services.overrun import RunningDay
from clinicdesk.ui.case.day import SHOWN
from clinicdesk.ui.frame.place import Command, Place, Shell
from clinicdesk.ui.frame.targets import (
    ArrangingOf,
    CaseOf,
    Diary,
    DiaryAt,
    DiaryTarget,
    DiaryToArrange,
    HoleAt,
    NewBooking,
    PlainPlace,
)
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    LoadingFrame,
    PushButton,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.panels.arranging.stage import Stage
from clinicdesk.ui.papers import window as papers
from clinicdesk.ui.places.diary.blocks import DiaryColumn, DiaryMode
from clinicdesk.ui.places.diary.expected import Expected, with_expected
from clinicdesk.ui.places.diary.geometry import SlotPlace
from clinicdesk.ui.places.diary.moves import Mover
from clinicdesk.ui.places.diary.proposed import with_proposed
from clinicdesk.ui.places.diary.sheets import DiaryChoice, first_day, sheet_of
from clinicdesk.ui.places.diary.tools import WEEK_DAYS, DiaryTools, by_words
from clinicdesk.ui.places.diary.view import ZOOMS, DiaryView
from clinicdesk.ui.places.diary.walk import DiaryAsk
from clinicdesk.ui.theme import Gap, theme


class DiaryPlace(Place[DiaryTarget]):
    """Day and week."""

    home: ClassVar[PlainPlace] = Diary()
    icon_name: ClassVar[str] = "diary"

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent, margin=Gap.NONE)
        self._page: DiaryPage | None = None
        self._page_mode = DiaryMode.DAY
        self._at_morning: DiaryMode | None = None
        """The mode whose scroll bar was brought to the morning; from then on it stays where somebody left it."""
        self._running: RunningDay | None = None
        self._expected: Expected = {}
        self._wanted: BookingId | None = None
        self._take_wanted = False
        self._choice = _remembered_choice()
        self._withdrawn = _kept("withdrawn") == "true"
        self.bar = DiaryTools(desk, self._choice, withdrawn=self._withdrawn)
        self.view = DiaryView(desk.clock, fmt.habits().zone, self)
        self.view.set_zoom(_remembered_zoom())
        self.stage = Stage(self)
        self.empty = Banner(BannerKind.INFO, "", self)
        self.empty.add_action(self._book_button())
        self.empty.hide()
        self.frame = LoadingFrame(self.view, self)
        self.page.setSpacing(0)
        self.moves = Mover(self, desk, self.view, self._version_of)
        self.page.addWidget(self.moves.why)
        self.page.addWidget(self.empty)
        self.page.addWidget(self.frame, 1)
        self._connect()

    @classmethod
    def title(cls) -> str:
        return _("Diary")

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return (
            Command(title=_("Diary of today"), run=partial(_show, DiaryMode.DAY), icon="diary"),
            Command(title=_("Diary of this week"), run=partial(_show, DiaryMode.WEEK), icon="diary"),
            Command(title=_("Arrange this day"), run=_arrange, icon="arrange"),
        )

    def _book_button(self) -> PushButton:
        button = PushButton(_("Book a case"), self, icon="book")
        button.clicked.connect(self._book_first)
        return button

    def _connect(self) -> None:
        bar, view = self.bar, self.view
        bar.days.chosen.connect(self.show_day)
        bar.mode.changed.connect(self._mode_chosen)
        bar.by.changed.connect(self._kind_chosen)
        bar.unit_chosen.connect(self._unit_chosen)
        bar.withdrawn.toggled.connect(self._withdrawn_toggled)
        bar.arrange.clicked.connect(self._arrange)
        bar.printing.asked.connect(self._print_list)
        bar.arrange.neared.connect(self._warm_up)
        bar.larger.triggered.connect(self._larger)
        bar.smaller.triggered.connect(self._smaller)
        view.case_chosen.connect(self._case_chosen)
        view.slot_chosen.connect(self._slot_chosen)
        view.column_chosen.connect(self._column_chosen)
        view.menu_asked.connect(self._show_menu)
        view.asked.connect(self._asked)
        view.zoomed.connect(self._zoomed)
        view.ticked.connect(self._ticked)
        view.case_hovered.connect(self.stage.point)
        view.case_selected.connect(self.stage.point)
        view.proposed_chosen.connect(self.stage.choose)
        view.hand.left.connect(self._plan_changed)
        self.stage.pointed.connect(view.point_at)
        self.stage.chosen.connect(view.show_proposed)
        self.stage.changed.connect(self._plan_changed)

    def tools(self) -> QWidget:
        return self.bar

    def take_focus(self) -> None:
        self.view.setFocus()

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, SHOWN):
            self._load()

    def open_target(self, target: DiaryTarget) -> None:
        if isinstance(target, DiaryToArrange):
            self._arrange()
            self.bar.mode.set_value(DiaryMode.DAY)
            return
        if target.week is not None:
            self.bar.mode.set_value(DiaryMode.WEEK if target.week else DiaryMode.DAY)
        if target.booking_id is not None:
            self._wanted = target.booking_id
            self._take_wanted = target.move
        if target.day is not None:
            self.show_day(target.day)
        elif target.booking_id is not None:
            self._load()

    def show_day(self, day: date) -> None:
        """Show the day, or the week it is in."""
        self.bar.days.show_day(day)
        self._load()

    # Loading.

    def _load(self) -> None:
        choice, day = self._choice, self.bar.days.day
        days = 1 if choice.mode is DiaryMode.DAY else WEEK_DAYS
        first = first_day(choice, day)
        self.frame.start((choice.mode, first))
        run_query(
            self,
            partial(diary.page, self.desk, first, days, withdrawn=self._withdrawn),
            done=partial(self._loaded, choice),
            failed=self._not_loaded,
            latest="page",
        )
        self._look_who_is_late()

    def _look_who_is_late(self) -> None:
        run_query(
            self,
            partial(overrun.running_day, self.desk, fmt.today()),
            done=self._day_read,
            failed=self._none_found,
            latest="late",
        )

    def _day_read(self, day: RunningDay) -> None:
        self._running = day
        self._work_out_delays()

    def _work_out_delays(self) -> None:
        if self._running is None:
            return
        late = overrun.delays_at(self._running, self.desk.clock.now()).late
        expected = {case.booking_id: case.expected for case in late}
        if expected != self._expected:
            self._expected = expected
            self._draw()

    def _none_found(self, _fault: ClinicDeskError) -> None:
        """The diary stands without it; what is wrong with the database the page itself tells."""

    def _loaded(self, choice: DiaryChoice, page: DiaryPage) -> None:
        self.clear_problem()
        self._page, self._page_mode = page, choice.mode
        self.stage.read_again()
        self.bar.offer_units(page, choice)
        self._draw()
        self.frame.show_content()
        if self._at_morning is not choice.mode and self._scroll_to_morning():
            self._at_morning = choice.mode
        if self._wanted is not None:
            self.view.select(self._wanted)
            if self._take_wanted:
                self.view.setFocus()
                self.view.hand.begin_keys(self._wanted)
            self._wanted, self._take_wanted = None, False

    def _not_loaded(self, fault: ClinicDeskError) -> None:
        """Nothing is shown for a day that could not be read: an empty one would pass for a free day."""
        self.stage.read_again()
        self.frame.show_unread(self._load)
        if self.frame.is_unread:
            self.empty.hide()
        else:
            self._draw()
        self.show_problem(fault.sentence)

    def _draw(self) -> None:
        if self._page is None or self._page_mode is not self._choice.mode:
            return  # the page of the other mode is on its way
        zone = fmt.habits().zone
        may_move = may(self.desk.actor.role, Act.BOOK)
        sheet = sheet_of(self._page, self._choice, zone, self.desk.clock.now(), may_move=may_move)
        self.view.set_sheet(with_proposed(with_expected(sheet, self._expected), self.stage.proposal))
        self.view.setAccessibleName(self._name())
        self._say_empty(any_case=bool(sheet.blocks))

    def _name(self) -> str:
        day = fmt.day(self.bar.days.day)
        pattern = (
            _("Diary of {day}, {by}") if self._choice.mode is DiaryMode.DAY else _("Week of {day}, {by}")
        )
        return pattern.format(day=day, by=by_words(self._choice.kind))

    def _say_empty(self, *, any_case: bool) -> None:
        page = self._page
        self.empty.setVisible(not any_case and page is not None and not self.frame.is_unread)
        if any_case or page is None:
            return
        if self._choice.mode is DiaryMode.WEEK:
            text = _("Nothing is booked in this week. Double-click a time, or begin here.")
        elif page.days[0].open:
            text = _("Nothing is booked on {day}. Double-click a time, or begin here.")
        else:
            text = _("The clinic is closed on {day}, and nothing is booked.")
        self.empty.set_text(text.format(day=fmt.short_day(self.bar.days.day)))

    def _scroll_to_morning(self) -> bool:
        """Bring the first opening hour up, or the first case where it is earlier; False on an empty day without hours."""
        if self._page is None:
            return False
        times = [day.open[0][0] for day in self._page.days if day.open]
        axis = self.view.geometry_now.sheet.axis
        heights = [axis.position(axis.zone.day_of(t), t) for t in times if axis.zone.day_of(t) in axis.days]
        heights += [axis.position(axis.zone.day_of(e.starts), e.room_from) for e in self._entries(axis.days)]
        if heights:
            self.view.scroll_to_position(min(heights))
        return bool(heights)

    def _entries(self, days: Sequence[date]) -> list[Any]:
        zone = fmt.habits().zone
        lines = self._page.lines if self._page is not None else ()
        return [line.entry for line in lines if zone.day_of(line.entry.starts) in days]

    # What somebody chose in the bar.

    def _choose(self, choice: DiaryChoice) -> None:
        if choice == self._choice:
            return
        reload = choice.mode is not self._choice.mode
        self._choice = choice
        self.bar.offer_arranging(choice.mode)
        self.bar.days.stride = 1 if choice.mode is DiaryMode.DAY else WEEK_DAYS
        _keep(mode=choice.mode.value, by=choice.kind.value)
        if reload or self._page is None:
            self._load()
        else:
            self.bar.offer_units(self._page, choice)
            self._draw()

    def _arrange(self) -> None:
        if may(self.desk.actor.role, Act.BOOK):
            self.shell.open(ArrangingOf(day=self.bar.days.day, stage=self.stage))

    def _plan_changed(self) -> None:
        """Draw what is proposed now. With a case in hand nothing of it is shown, and the hand is not disturbed."""
        shown, wanted = self.view.geometry_now.sheet.plan, self.stage.proposal is not None
        if (shown or wanted) and not self.view.hand.held:
            self._draw()

    def _warm_up(self) -> None:
        run_query(self, arranging.warm_up, done=self._is_warm)

    def _is_warm(self, _nothing: None) -> None:
        """The solver's process is on its way."""

    def _mode_chosen(self) -> None:
        self._choose(replace(self._choice, mode=self.bar.mode.value() or DiaryMode.DAY))

    def _kind_chosen(self) -> None:
        self._choose(replace(self._choice, kind=self.bar.by.value() or ResourceKind.ROOM, unit=None))

    def _unit_chosen(self, unit: ResourceId | None) -> None:
        self._choose(replace(self._choice, unit=unit))

    def _withdrawn_toggled(self, on: bool) -> None:
        self._withdrawn = on
        _keep(withdrawn="true" if on else "false")
        self._load()

    def _print_list(self, by: DayListBy) -> None:
        papers.show_day_list(self.desk, self, self.bar.days.day, by)

    def _larger(self) -> None:
        self.view.zoom_by(1)

    def _smaller(self) -> None:
        self.view.zoom_by(-1)

    def _zoomed(self, zoom: float) -> None:
        _keep(zoom=str(zoom))
        self.bar.larger.setEnabled(zoom < ZOOMS[-1])
        self.bar.smaller.setEnabled(zoom > ZOOMS[0])

    # What somebody did in the view.

    def _asked(self, ask: DiaryAsk) -> None:
        days = self.bar.days
        if ask is DiaryAsk.EARLIER:
            days.go_back()
        elif ask is DiaryAsk.LATER:
            days.go_forward()
        elif ask is DiaryAsk.TODAY:
            days.go_today()
        else:
            self.bar.mode.set_value(DiaryMode.DAY if ask is DiaryAsk.DAY else DiaryMode.WEEK)

    def _case_chosen(self, booking: BookingId) -> None:
        self.shell.open(CaseOf(booking_id=booking))

    def _slot_chosen(self, resource: ResourceId | None, starts: datetime) -> None:
        if resource is None:
            self.shell.open(NewBooking(starts=starts))
        else:
            self.shell.open(NewBooking(starts=starts, units=((self._choice.kind, resource),)))

    def _column_chosen(self, column: DiaryColumn) -> None:
        """A day's name opens that day."""
        if self._choice.mode is DiaryMode.WEEK:
            self.bar.days.show_day(column.day)
            self.bar.mode.set_value(DiaryMode.DAY)

    def _book_first(self) -> None:
        self.shell.open(NewBooking(day=self.bar.days.day))

    def _show_menu(self, booking: BookingId | None, slot: SlotPlace | None, at: QPoint) -> None:
        menu = QMenu(self)
        if booking is not None:
            menu.addAction(_("Open the case")).triggered.connect(partial(self._open, booking))
            placed = self.view.geometry_now.find(booking)
            move = menu.addAction(_("Move…") + "\tM")
            move.setEnabled(placed is not None and not placed.block.fixed)
            move.triggered.connect(partial(self._take_in_hand, booking))
        elif slot is not None:
            words = _("Book at {time}").format(time=fmt.clock(slot.starts))
            menu.addAction(words).triggered.connect(partial(self._book_at, slot))
            waits = menu.addAction(_("Who on the waiting list fits here?"))
            waits.triggered.connect(partial(self._fill_at, slot))
        menu.aboutToHide.connect(menu.deleteLater)
        if not menu.isEmpty():
            menu.popup(at)

    def _open(self, booking: BookingId, _checked: bool = False) -> None:
        self._case_chosen(booking)

    def _take_in_hand(self, booking: BookingId, _checked: bool = False) -> None:
        self.view.setFocus()
        self.view.hand.begin_keys(booking)

    def _version_of(self, booking: BookingId) -> int | None:
        """The version of a case as it is shown."""
        lines = self._page.lines if self._page is not None else ()
        return next((li.entry.version for li in lines if li.entry.booking_id == booking), None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing stays in hand in a place that is not looked at."""
        if self.view.hand.held:
            self.moves.put_back()
        super().hideEvent(event)

    def _book_at(self, slot: SlotPlace, _checked: bool = False) -> None:
        self._slot_chosen(slot.column.resource_id, slot.starts)

    def _fill_at(self, slot: SlotPlace, _checked: bool = False) -> None:
        self.shell.open(HoleAt(starts=slot.starts, unit=slot.column.resource_id))

    def _ticked(self) -> None:
        """A minute has gone: a case that is still in the room beyond its end grows, and others become late."""
        self._work_out_delays()
        lines = self._page.lines if self._page is not None else ()
        now = self.desk.clock.now()
        if any(li.entry.state is BookingState.IN_ROOM and li.entry.ends < now for li in lines):
            self._draw()


def _show(mode: DiaryMode, shell: Shell) -> None:
    today = fmt.habits().zone.day_of(shell.desk.clock.now())
    shell.go(DiaryAt(day=today, week=mode is DiaryMode.WEEK))


def _arrange(shell: Shell) -> None:
    shell.go(DiaryToArrange())


def _kept(name: str) -> str:
    settings = theme().settings
    return "" if settings is None else str(settings.value(f"diary/{name}", ""))


def _keep(**values: str) -> None:
    settings = theme().settings
    if settings is not None:
        for name, value in values.items():
            settings.setValue(f"diary/{name}", value)


def _remembered_choice() -> DiaryChoice:
    mode, kind = _kept("mode"), _kept("by")
    return DiaryChoice(
        mode=DiaryMode(mode) if mode in list(DiaryMode) else DiaryMode.DAY,
        kind=ResourceKind(kind) if kind in COLUMN_KINDS else ResourceKind.ROOM,
    )


def _remembered_zoom() -> float:
    kept = _kept("zoom")
    return next((zoom for zoom in ZOOMS if str(zoom) == kept), 1.0)
