"""The Set up place: its sections at the left, the chosen one beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from clinicdesk.domain.changes import Changes, Subject
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.permissions import Act, may
from clinicdesk.i18n import N_, _
from clinicdesk.services import catalogue
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import Command, Place, PlaceCount, Shell
from clinicdesk.ui.frame.targets import ChangeBooking, NewClosure, SetUp, SetUpAt, SetUpSection
from clinicdesk.ui.kit import Banner, BannerKind, Column, ComboField, Row, Rule, Stack
from clinicdesk.ui.places.setup.audit import AuditPage
from clinicdesk.ui.places.setup.blocks import BlocksPage
from clinicdesk.ui.places.setup.bloodthinners import BloodThinnersPage, LimitsPage
from clinicdesk.ui.places.setup.braces import BracesPage
from clinicdesk.ui.places.setup.clinic import ClinicPage, HoursPage
from clinicdesk.ui.places.setup.closures import ClosuresPage
from clinicdesk.ui.places.setup.handouts import HandoutsPage
from clinicdesk.ui.places.setup.listing import SetUpPage
from clinicdesk.ui.places.setup.password import PasswordPage
from clinicdesk.ui.places.setup.pathways import PathwaysPage
from clinicdesk.ui.places.setup.procedures import ProceduresPage
from clinicdesk.ui.places.setup.redflags import RedFlagsPage
from clinicdesk.ui.places.setup.resources import EquipmentPage, StaffPage
from clinicdesk.ui.places.setup.sedation import SedationPage
from clinicdesk.ui.places.setup.unit_hours import UnitHoursPage
from clinicdesk.ui.places.setup.users import UsersPage
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

SECTIONS_WIDTH = 168
_NARROW = 1080
"""Unscaled; below it the list of sections becomes a menu above the section."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section: what `SetUpAt` opens, its words, and what builds it."""

    key: SetUpSection
    words: str
    """In the source language; translated where it is shown."""
    build: Callable[[Desk], QWidget]
    act: Act = Act.SEE_CLINIC
    """Who may not do this does not see the section."""
    edit: Act = Act.EDIT_CLINIC
    """Who may not do this only looks."""


def sections() -> tuple[Section, ...]:
    """The sections in the order of the list."""
    return (
        Section(SetUpSection.CLINIC, N_("Clinic"), ClinicPage),
        Section(SetUpSection.HOURS, N_("Opening hours"), HoursPage),
        Section(SetUpSection.EQUIPMENT, N_("Rooms, equipment"), EquipmentPage),
        Section(SetUpSection.STAFF, N_("People in the diary"), StaffPage),
        Section(SetUpSection.UNIT_HOURS, N_("Working hours"), UnitHoursPage),
        Section(SetUpSection.CLOSURES, N_("Closures"), ClosuresPage, edit=Act.ARRANGE_TIME),
        Section(SetUpSection.BLOCKS, N_("Block time"), BlocksPage, edit=Act.ARRANGE_TIME),
        Section(SetUpSection.PROCEDURES, N_("Procedures, visits"), ProceduresPage),
        Section(SetUpSection.SEDATION, N_("Sedation levels"), SedationPage),
        Section(SetUpSection.BRACES, N_("Braces"), BracesPage),
        Section(SetUpSection.PATHWAYS, N_("Recovery pathways"), PathwaysPage),
        Section(SetUpSection.RED_FLAGS, N_("Red flags"), RedFlagsPage),
        Section(SetUpSection.BLOOD_THINNERS, N_("Blood thinners"), BloodThinnersPage),
        Section(SetUpSection.LIMITS, N_("Laboratory limits"), LimitsPage),
        Section(SetUpSection.HANDOUTS, N_("Handout texts"), HandoutsPage),
        Section(SetUpSection.USERS, N_("Users"), UsersPage),
        Section(SetUpSection.PASSWORD, N_("My password"), PasswordPage),
        Section(SetUpSection.AUDIT, N_("Who did what"), AuditPage, Act.SEE_AUDIT),
    )


class SetUpPlace(Place[SetUpAt]):
    """What an administrator sets up; everyone else may look."""

    home = SetUp()
    icon_name = "set_up"
    counts = frozenset({Subject.CATALOGUE})

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent, margin=Gap.NONE)
        shown = (section for section in sections() if may(desk.actor.role, section.act))
        self._sections: dict[str, Section] = {section.key: section for section in shown}
        self._pages: dict[str, QWidget] = {}
        self.list = _SectionList(tuple(self._sections.values()), self)
        self.list.currentItemChanged.connect(self._asked)
        self.stack = Stack(self)
        across = Row(gap=Gap.NONE)
        across.add(self.list, Rule(self, upright=True))
        right = Column(gap=Gap.NONE)
        words = _("Only an administrator changes what is set up here. You can look at all of it.")
        self.looking = Banner(BannerKind.INFO, words, self)
        right.addWidget(self.looking)
        right.addWidget(self.stack, 1)
        across.addLayout(right, 1)
        self.menu = _SectionMenu(tuple(self._sections.values()), self)
        self.menu.asked.connect(self.show_section)
        right.insertWidget(0, self.menu)
        self.page.addLayout(across, 1)
        self.show_section(SetUpSection.CLINIC)

    @classmethod
    def title(cls) -> str:
        """The word in the places bar."""
        return _("Set up")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        """How many shipped defaults wait to be confirmed; only those who can are told."""
        if not may(desk.actor.role, Act.EDIT_CLINIC):
            return None
        return PlaceCount(catalogue.to_confirm(desk))

    @classmethod
    def commands(cls) -> Sequence[Command]:
        """Each section by name, and what the front desk does here in a hurry."""
        closing = Command(title=_("Close a room, a unit or the clinic"), run=_close, icon="set_up")
        return (
            closing,
            *(
                Command(
                    title=_("Set up: {section}").format(section=_(section.words)),
                    run=partial(_open, section.key),
                    icon="set_up",
                )
                for section in sections()
            ),
        )

    def refresh(self, changes: Changes | None) -> None:
        """Load again what `changes` touch in the sections that were opened."""
        for page in self._pages.values():
            if isinstance(page, SetUpPage):
                page.refresh(changes)

    def open_target(self, target: SetUpAt) -> None:
        """Open a section, and in it what the target names."""
        if target.section not in self._sections:
            return
        self.show_section(target.section)
        page = self.stack.currentWidget()
        if self.current == target.section and isinstance(page, SetUpPage):
            page.open_target(target)

    def show_section(self, key: str) -> None:
        """Show a section."""
        self.list.choose(key)

    def section(self, key: str) -> QWidget:
        """The page of a section, built when first asked for."""
        page = self._pages.get(key)
        if page is None:
            page = self._sections[key].build(self.desk)
            if isinstance(page, SetUpPage):
                page.section = key
            self._pages[key] = page
            self.stack.addWidget(page)
            if isinstance(page, SetUpPage):
                page.move_asked.connect(self._move_booking)
                page.section_asked.connect(self.open_target)
                page.load()
        return page

    @property
    def current(self) -> str:
        """The section on screen."""
        return next((key for key, page in self._pages.items() if page is self.stack.currentWidget()), "")

    def _asked(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is None:
            return
        wanted = str(item.data(Qt.ItemDataRole.UserRole))
        shown = self.stack.currentWidget()
        if wanted == self.current:
            return
        if isinstance(shown, SetUpPage):
            shown.leave()
        self.stack.show_only(self.section(wanted))
        self.looking.setVisible(not may(self.desk.actor.role, self._sections[wanted].edit))
        self.menu.show_section(wanted)

    def _move_booking(self, booking_id: int) -> None:
        self.shell.open(ChangeBooking(booking_id=BookingId(booking_id)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme().px(_NARROW)
        self.list.setVisible(not narrow)
        self.menu.setVisible(narrow)


class _SectionMenu(QWidget):
    """The sections as a menu, where there is no room for a list."""

    asked = Signal(str)

    def __init__(self, sections: Sequence[Section], parent: QWidget) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.NONE)
        row = Row(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.field = ComboField(_("Section"), [(section.key, _(section.words)) for section in sections], self)
        self.field.changed.connect(self._ask)
        row.addWidget(self.field)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(Rule(self))
        self.hide()

    def _ask(self) -> None:
        self.asked.emit(self.field.value())

    def show_section(self, key: str) -> None:
        """Show which section is on screen, without asking for it."""
        self.field.blockSignals(True)
        self.field.set_value(key)
        self.field.blockSignals(False)


class _SectionDelegate(QStyledItemDelegate):
    """Draws a section like a place: its word on the ground of what is chosen."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Any) -> None:
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour(Token.SELECTED))
            painter.drawRoundedRect(rect, theme().px(Size.RADIUS), theme().px(Size.RADIUS))
        pad = theme().px(Gap.M)
        room = rect.adjusted(pad, 0, -theme().px(Gap.XS), 0)
        painter.setFont(theme().font(Rank.STRONG if chosen else Rank.BODY))
        painter.setPen(theme().colour(Token.TEXT))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)


class _SectionList(QListWidget):
    """The sections as a list; Up and Down move."""

    def __init__(self, sections: Sequence[Section], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Sections"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for section in sections:
            item = QListWidgetItem(_(section.words), self)
            item.setData(Qt.ItemDataRole.UserRole, section.key)
        self.setItemDelegate(_SectionDelegate(self))
        theme().changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        self.setFixedWidth(theme().px(SECTIONS_WIDTH))
        self.setViewportMargins(*(theme().px(side) for side in (Gap.XS, Gap.S, Gap.XS, Gap.NONE)))
        self.setSpacing(0)
        for row in range(self.count()):
            self.item(row).setSizeHint(QSize(0, theme().px(Size.ROW)))

    def choose(self, key: str) -> None:
        """Choose a section."""
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == key:
                self.setCurrentRow(row)


def _open(section: SetUpSection, shell: Shell) -> None:
    shell.go(SetUpAt(section=section))


def _close(shell: Shell) -> None:
    shell.go(NewClosure())
