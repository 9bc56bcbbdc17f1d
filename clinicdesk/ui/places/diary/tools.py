"""What stands in the top bar over the diary: the day, day or week, by what, and what is seldom needed in a menu."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from clinicdesk.domain.diary import COLUMN_KINDS, DiaryPage
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import ComboField, IconButton, Row, SegmentedRow
from clinicdesk.ui.kit.day_bar import DayBar
from clinicdesk.ui.papers.daylist import DayListActions
from clinicdesk.ui.places.diary.blocks import DiaryMode
from clinicdesk.ui.places.diary.sheets import DiaryChoice
from clinicdesk.ui.theme import Gap, Size

WEEK_DAYS: Final = 7


class ArrangeButton(IconButton):
    """Opens the arranging of the day that is shown."""

    neared = Signal()
    """The mouse has come near: a click may follow, and what takes its time to start may start now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("arrange", _("Arrange this day"), parent)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.neared.emit()


class DiaryTools(QWidget):
    """The tools of the diary. Which units are shown can be chosen in the bar, and in the menu where the bar is short."""

    unit_chosen = Signal(object)
    """Carries the `ResourceId` of the only unit to show, or None for all."""

    def __init__(self, desk: Desk, choice: DiaryChoice, *, withdrawn: bool) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.days = DayBar(desk.clock, self)
        self.days.stride = 1 if choice.mode is DiaryMode.DAY else WEEK_DAYS
        self.mode = SegmentedRow(_("Day or week"), [(mode, mode.label) for mode in DiaryMode], self)
        self.mode.set_value(choice.mode)
        self.by = ComboField(
            _("Columns"), [(kind, by_words(kind)) for kind in COLUMN_KINDS], self, width=Size.LABEL_COLUMN
        )
        self.by.set_value(choice.kind)
        self.unit = ComboField(_("Shown"), [(_ALL, _all_words(choice.kind))], self, width=Size.LABEL_COLUMN)
        self.unit.changed.connect(self._unit_picked)
        self.arrange = ArrangeButton(self)
        self._may_arrange = may(desk.actor.role, Act.BOOK)
        self.more = IconButton("more", _("What is shown"), self)
        self._fill_menu(withdrawn=withdrawn)
        row = Row(self, gap=Gap.M)
        row.add(self.days, self.mode, self.by, self.unit, self.arrange, self.more)
        row.addStretch(1)
        self._row = row
        self.offer_arranging(choice.mode)

    def _fill_menu(self, *, withdrawn: bool) -> None:
        menu = QMenu(self.more)
        menu.setAccessibleName(_("What is shown"))
        self.only = menu.addMenu(_("Show only"))
        self.only.setAccessibleName(_("Show only"))
        self._units = QActionGroup(self.only)
        self._units.triggered.connect(self._unit_triggered)
        self.withdrawn = menu.addAction(_("Show cancelled and missed cases"))
        self.withdrawn.setCheckable(True)
        self.withdrawn.setChecked(withdrawn)
        self.printing = DayListActions(self)
        printing = menu.addMenu(_("Print the day"))
        printing.setAccessibleName(_("Print the day"))
        printing.addActions(self.printing.actions)
        self.arranging = menu.addAction(_("Arrange this day"))
        self.arranging.triggered.connect(self.arrange.click)
        menu.addAction(_("Go to today") + "\tT").triggered.connect(self.days.go_today)
        menu.addSeparator()
        # The keys are the view's own; here they are only told.
        self.larger = menu.addAction(_("Taller hours") + "\t+")
        self.smaller = menu.addAction(_("Shorter hours") + "\t-")
        self.more.setMenu(menu)

    def offer_arranging(self, mode: DiaryMode) -> None:
        """A day is arranged, not a week; and only by who may book."""
        self.arranging.setVisible(self._may_arrange and mode is DiaryMode.DAY)
        self._fit()

    def offer_units(self, page: DiaryPage, choice: DiaryChoice) -> None:
        """Offer the units of the chosen kind, with the chosen one marked."""
        named = [(unit.id, unit.name) for unit in page.units_of(choice.kind)]
        options: list[tuple[object, str]] = [(_ALL, _all_words(choice.kind)), *named]
        chosen = _ALL if choice.unit is None else choice.unit
        self.unit.blockSignals(True)
        self.unit.set_options(options)
        self.unit.set_value(chosen)
        self.unit.blockSignals(False)
        self.only.clear()
        for action in self._units.actions():
            self._units.removeAction(action)
            action.deleteLater()
        for value, words in options:
            action = QAction(words.replace("&", "&&"), self._units)
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.setData(value)
            self.only.addAction(action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show what there is room for; the menu has all of it."""
        always = (self.mode, self.by, self.more)
        room = self.width() - sum(self._width_of(tool) for tool in always) - self.days.width_without_today()
        offered = (
            (self.arrange, self.arranging.isVisible()),
            (self.days.today_button, True),
            (self.unit, True),
        )
        for tool, wanted in offered:
            fits = wanted and room >= self._width_of(tool)
            tool.setVisible(fits)
            room -= self._width_of(tool) if fits else 0

    def _width_of(self, tool: QWidget) -> int:
        return tool.sizeHint().width() + self._row.spacing()

    def _unit_picked(self) -> None:
        self._tell(self.unit.value())

    def _unit_triggered(self, action: QAction) -> None:
        self._tell(action.data())

    def _tell(self, value: object) -> None:
        self.unit_chosen.emit(ResourceId(value) if isinstance(value, int) else None)


_ALL: Final = "all"


def by_words(kind: ResourceKind) -> str:
    """By room, by surgeon, by C-arm."""
    return {
        ResourceKind.ROOM: _("by room"),
        ResourceKind.SURGEON: _("by surgeon"),
        ResourceKind.C_ARM: _("by C-arm"),
    }[kind]


def _all_words(kind: ResourceKind) -> str:
    return {
        ResourceKind.ROOM: _("All rooms"),
        ResourceKind.SURGEON: _("All surgeons"),
        ResourceKind.C_ARM: _("All C-arms"),
    }[kind]
