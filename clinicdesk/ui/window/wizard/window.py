"""The window of the first start: the choice, the steps at the left, Back and Next at the foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit, QWidget

from clinicdesk import logs
from clinicdesk.clock import ClinicZone
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.users import normal_login
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.buttons import PrimaryButton, PushButton
from clinicdesk.ui.kit.labels import MutedLabel, TitleLabel
from clinicdesk.ui.kit.layout import Column, Panel, Row, Rule, Scroll, Stack
from clinicdesk.ui.kit.panels import ProblemPanel
from clinicdesk.ui.kit.tabbing import Tabbing
from clinicdesk.ui.operations import Progress, run_long, run_query
from clinicdesk.ui.theme import Gap, theme
from clinicdesk.ui.window.wizard.administrator_step import AdministratorStep
from clinicdesk.ui.window.wizard.answers import Answers
from clinicdesk.ui.window.wizard.clinic_step import ClinicStep
from clinicdesk.ui.window.wizard.hours_step import HoursStep
from clinicdesk.ui.window.wizard.ready_step import ReadyStep
from clinicdesk.ui.window.wizard.recovery_step import RecoveryStep
from clinicdesk.ui.window.wizard.start_page import StartPage
from clinicdesk.ui.window.wizard.step import READING, Step
from clinicdesk.ui.window.wizard.steps_bar import StepsBar
from clinicdesk.ui.window.wizard.units_step import UnitsStep

_log = logs.get(__name__)

WINDOW = (960, 720)


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """What the wizard may have made, off the GUI thread; bootstrap knows how."""

    found: Callable[[Answers], object]
    """Makes the clinic; what it gives is carried by `Wizard.founded`."""
    recovery_key: str
    recovery_sheet: Callable[[Answers], bytes] | None = None
    """The sheet with the recovery key, as a PDF."""
    demo: Callable[[Progress], Any] | None = None
    """Makes the demo clinic, or finds it made; a `Done` of whether it stands, for `Wizard.demo_ready`."""
    demo_stands: bool = False


class Wizard(Tabbing, QWidget):
    """Asks step by step; nothing is written before the last one."""

    founded = Signal(object)
    demo_ready = Signal(object)
    painted = Signal()
    """Once, when the window stands on the screen."""

    def __init__(self, makers: Makers, where: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers = makers
        self._where = where
        self._was_painted = False
        self._busy = False
        self.setWindowTitle("ClinicDesk")
        self.setAccessibleName(_("First start of ClinicDesk"))
        self._whole = Stack(self)
        Column(self, gap=Gap.NONE).addWidget(self._whole)
        self.start_page = StartPage(
            where, self._whole, can_demo=makers.demo is not None, demo_stands=makers.demo_stands
        )
        self.start_page.clinic_asked.connect(self.begin)
        self.start_page.demo_asked.connect(self._make_demo)
        ground = Panel(self._whole, ground="surface")
        Column(ground, gap=Gap.NONE).addWidget(self.start_page)
        self._whole.addWidget(ground)
        self.steps: list[Step] = []
        self.resize(*(theme().px(side) for side in WINDOW))

    # ------------------------------------------------------------------ the steps

    def begin(self) -> None:
        """Show the first step."""
        if not self.steps:
            self._build_steps()
        self._show(0)

    def _build_steps(self) -> None:
        self.clinic = ClinicStep(self)
        self.hours = HoursStep(self)
        self.units = UnitsStep(self)
        self.administrator = AdministratorStep(self)
        self.recovery = RecoveryStep(self._makers.recovery_key, self)
        sheet = self._makers.recovery_sheet
        if sheet is not None:
            self.recovery.offer(partial(self._sheet, sheet))
        self.ready = ReadyStep(self)
        self.steps = [self.clinic, self.hours, self.units, self.administrator, self.recovery, self.ready]
        page = QWidget(self._whole)
        whole = Row(page, gap=Gap.NONE)
        self.bar = StepsBar([step.title() for step in self.steps], page)
        self.bar.asked.connect(self._return_to)
        whole.addWidget(self.bar)
        whole.addWidget(Rule(page, upright=True))
        whole.addWidget(self._build_work(page), 1)
        self._whole.addWidget(page)
        self._page = page
        QShortcut(QKeySequence("Alt+Left"), self, self.back)

    def _build_work(self, page: QWidget) -> QWidget:
        ground = Panel(page, ground="surface")
        column = Column(ground, gap=Gap.NONE)
        head = Column(gap=Gap.S, margin=(Gap.XL, Gap.XL, Gap.XL, Gap.M))
        self.heading = TitleLabel("", ground)
        head.addWidget(self.heading)
        self.problem_panel = ProblemPanel(ground)
        head.addWidget(self.problem_panel)
        column.addLayout(head)
        self._stack = Stack(ground)
        for step in self.steps:
            self._stack.addWidget(_scrolled(step, self._stack))
        column.addWidget(self._stack, 1)
        column.addWidget(Rule(ground))
        foot = Row(gap=Gap.S, margin=(Gap.XL, Gap.M, Gap.XL, Gap.M))
        self.count = MutedLabel("", ground)
        self.back_button = PushButton(_("Back"), ground, tip=_("The step before"))
        self.back_button.set_tip(_("The step before"), "Alt+Left")
        self.back_button.clicked.connect(self.back)
        self.next_button = PrimaryButton(_("Next"), ground)
        self.next_button.clicked.connect(self.next)
        foot.addWidget(self.count)
        foot.addStretch(1)
        foot.add(self.back_button, self.next_button)
        column.addLayout(foot)
        return ground

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self.steps[self._at] if self.steps and self._whole.currentWidget() is self._page else None

    def next(self) -> None:
        """Go on, if the step lets; on the last one, make the clinic."""
        if self._busy:
            return
        step = self.steps[self._at]
        self.problem_panel.clear()
        if not step.check():
            return
        if step is self.ready:
            self._found()
            return
        if step is self.clinic:
            fmt.configure(ClinicZone(self.clinic.zone.value()), country=self.clinic.country.value())
        self._show(self._at + 1)

    def back(self) -> None:
        """The step before; from the first one, the choice."""
        if self._busy or not self.steps:
            return
        self.problem_panel.clear()
        if self._at == 0:
            self._whole.setCurrentIndex(0)
            self.start_page.clinic_button.setFocus()
            return
        self._show(self._at - 1)

    def _return_to(self, place: int) -> None:
        if not self._busy and place < self._at:
            self.problem_panel.clear()
            self._show(place)

    def _show(self, place: int) -> None:
        self._at = place
        step = self.steps[place]
        self._whole.show_only(self._page)
        self._stack.setCurrentIndex(place)
        self.heading.setText(step.title())
        self.bar.show_at(place)
        self.count.setText(_("Step {number} of {total}").format(number=place + 1, total=len(self.steps)))
        last = step is self.ready
        self.next_button.set_words(_("Make the clinic") if last else _("Next"))
        if last:
            self.ready.show_answers(self.answers(), self._where)
        step.begin()
        first = step.first() or self.next_button
        first.setFocus(Qt.FocusReason.TabFocusReason)

    # ------------------------------------------------------------------ making

    def answers(self) -> Answers:
        """Everything that was asked; each step has checked its part."""
        clinic = self.clinic
        return Answers(
            facts=ClinicFacts(
                name=clinic.name.value(),
                address=clinic.address.value(),
                phone=clinic.phone.value(),
                phone_after_hours=clinic.after_hours.value(),
                email=clinic.email.value(),
                country=clinic.country.value(),
                emergency_number=clinic.emergency.value(),
                time_zone=clinic.zone.value(),
                hours=self.hours.hours(),
            ),
            units=self.units.units(),
            login=normal_login(self.administrator.login.value()),
            full_name=self.administrator.full_name.value(),
            password=self.administrator.password.value(),
            recovery_key=self._makers.recovery_key,
        )

    def _sheet(self, make: Callable[[Answers], bytes]) -> Callable[[], bytes]:
        return partial(make, self.answers())

    def _found(self) -> None:
        self._set_busy(True)
        run_query(self, partial(_tried, self._makers.found, self.answers()), done=self._answered)

    def _answered(self, answer: object) -> None:
        self._set_busy(False)
        if not isinstance(answer, Exception):
            self.founded.emit(answer)
            return
        if isinstance(answer, BadInput):
            for place, step in enumerate(self.steps):
                if step.refuse(answer):
                    self._show(place)
                    step.refuse(answer)
                    return
        self.show_problem(_sentence(answer))

    def _make_demo(self) -> None:
        if self._makers.demo is None or self._busy:
            return
        self._busy = True
        self.start_page.problem_panel.clear()
        self.start_page.set_busy(True)
        work = run_long(
            self,
            self._makers.demo,
            progress=self.start_page.progress.report,
            done=self._demo_made,
            failed=self._demo_failed,
        )
        self.start_page.progress.follow(work)

    def _demo_made(self, made: object) -> None:
        self._busy = False
        self.start_page.set_busy(False)
        if made:
            self.demo_ready.emit(made)

    def _demo_failed(self, error: ClinicDeskError) -> None:
        self._busy = False
        self.start_page.set_busy(False)
        self.start_page.problem_panel.show_problem(_sentence(error))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.ready.set_busy(busy)
        self.next_button.setEnabled(not busy)
        self.back_button.setEnabled(not busy)

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    # ------------------------------------------------------------------ the window

    def start(self) -> None:
        """Show the window."""
        self.show()
        self.start_page.clinic_button.setFocus(Qt.FocusReason.TabFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from any one-line field, and does what a button under the keyboard does."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        here = self.focusWidget()
        if isinstance(here, QAbstractButton):
            here.click()
        elif self.step is not None and not isinstance(here, QPlainTextEdit):
            self.next()


def _scrolled(step: Step, parent: QWidget) -> Scroll:
    """A step that scrolls where it is higher than the window, and never grows too wide to read."""
    inner = QWidget(parent)
    column = Column(inner, gap=Gap.NONE, margin=(Gap.XL, Gap.NONE, Gap.XL, Gap.L))
    row = Row(gap=Gap.NONE)
    row.addWidget(step, 100)
    row.addStretch(0)
    step.setMaximumWidth(theme().px(READING))
    column.addLayout(row)
    column.addStretch(1)
    return Scroll(inner, parent)


def _tried(found: Callable[[Answers], object], answers: Answers) -> object:
    try:
        return found(answers)
    except Exception as error:  # noqa: BLE001 - whatever it is, the wizard must not stay busy; a fault is logged as one
        return error


def _sentence(error: Exception) -> str:
    if isinstance(error, ClinicDeskError):
        return error.sentence
    logs.fault(_log, error)
    return _(
        "Something went wrong in the program. Nothing was made. The log file names the fault ({kind})."
    ).format(kind=type(error).__name__)
