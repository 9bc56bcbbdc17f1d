"""The window that is on screen first: who is at the desk?

It reaches no service, so that it stands before anything heavy is imported. Bootstrap hands in the doors; what they give
(the open desk) goes back through `SignInWindow.signed_in`. The same window guards a locked desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from clinicdesk.errors import ClinicDeskError, TooManyAttempts
from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PrimaryButton, PushButton, QuietButton
from clinicdesk.ui.kit.fields import Field, LineField, SecretField
from clinicdesk.ui.kit.labels import MutedLabel, PlainLabel, TitleLabel
from clinicdesk.ui.kit.layout import Column, Grid, Panel, Row, Stack
from clinicdesk.ui.kit.tabbing import Tabbing
from clinicdesk.ui.theme import Gap, Size, theme
from clinicdesk.ui.window.signin_fields import COLUMN, clock_words, labelled

if TYPE_CHECKING:
    from clinicdesk.ui.kit.panels import ProblemPanel
    from clinicdesk.ui.window.signin_recovery import RecoveryPage

WINDOW = (800, 600)
"""The window's first size in unscaled pixels."""


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Someone made up, whose password may be shown."""

    login: str
    password: str
    role: str
    full_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What the window says before anyone has signed in; none of it is secret."""

    clinic_name: str = ""
    demo: bool = False
    login: str = ""
    demo_users: tuple[DemoUser, ...] = ()
    locked: bool = False
    """The desk is open behind the lock, and only ``login`` may come back to it."""


SignIn = Callable[[str, str], object]
"""Takes user name and password; gives what `SignInWindow.signed_in` carries, or raises. Called off the GUI thread."""

Recover = Callable[[str, str, str], object]
"""Takes user name, recovery key and new password."""


class SignInWindow(Tabbing, QWidget):
    """User name and password, the recovery key behind a link, and what is wrong said in place.

    ``sign_in`` and ``recover`` are the doors it may try; without the second no recovery key is offered.
    """

    signed_in = Signal(object)
    leave_asked = Signal()
    """From a locked desk: sign out for good, so that someone else can sign in."""
    painted = Signal()
    """Once, when the window stands on the screen: now heavy things may be loaded."""

    def __init__(
        self,
        sign_in: SignIn,
        face: Face | None = None,
        parent: QWidget | None = None,
        *,
        recover: Recover | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign_in, self._recover = sign_in, recover
        self._face = face or Face()
        self._was_painted = False
        self._problem_panel: ProblemPanel | None = None
        self._busy = False
        self._seconds = 0
        self._countdown = QTimer(self)
        self._countdown.setInterval(1000)
        self._countdown.timeout.connect(self._tick)
        self.setWindowTitle("ClinicDesk")
        self.setAccessibleName(_("Sign in to ClinicDesk"))
        self._build()
        theme().changed.connect(self._resize)
        self._resize()
        self.resize(*(theme().px(side) for side in WINDOW))

    def _build(self) -> None:
        ground = Panel(self, ground="surface")
        Column(self, gap=Gap.NONE).addWidget(ground)
        around = Row(ground, gap=Gap.NONE, margin=Gap.XL)
        self._middle = QWidget(ground)
        around.addStretch(1)
        around.addWidget(self._middle)
        around.addStretch(1)
        column = Column(self._middle, gap=Gap.L)
        column.addStretch(2)
        self._add_heading(column)
        self._problem_room = Column(gap=Gap.NONE)
        column.addLayout(self._problem_room)
        self._stack = Stack(self._middle)
        self._password_page = _PasswordPage(self._face, self._stack)
        self._password_page.asked.connect(self.try_password)
        self._password_page.recovery_asked.connect(self.show_recovery)
        self._password_page.leave_asked.connect(self.leave_asked)
        self._password_page.can_recover(self._recover is not None)
        self._stack.addWidget(self._password_page)
        self._recovery_page: RecoveryPage | None = None
        column.addWidget(self._stack)
        self.bar = _busy_bar(self._middle)
        column.addWidget(self.bar)
        if self._face.demo_users:
            column.addWidget(self._demo_users())
        column.addStretch(3)

    def _add_heading(self, column: Column) -> None:
        above = Row(gap=Gap.S)
        name = MutedLabel("ClinicDesk", self._middle)
        above.addWidget(name)
        if self._face.demo:
            from clinicdesk.ui.kit.marks import DemoBadge  # deferred: brings the states of a booking with it

            above.addWidget(DemoBadge(self._middle))
        above.addStretch(1)
        heading = Column(gap=Gap.XS)
        heading.addLayout(above)
        self.heading = TitleLabel(self._face.clinic_name or _("Sign in"), self._middle, wrap=True)
        heading.addWidget(self.heading)
        if self._face.locked:
            heading.addWidget(PlainLabel(_("Locked. Reminders go on behind it."), self._middle, wrap=True))
        column.addLayout(heading)

    def _demo_users(self) -> QWidget:
        box = QWidget(self._middle)
        column = Column(box, gap=Gap.S)
        column.addWidget(MutedLabel(_("Nobody in this clinic is real. Sign in as:"), box))
        grid = Grid(gap=Gap.S, down=Gap.S)
        for place, user in enumerate(self._face.demo_users):
            button = PushButton(_("{login}, {role}").format(login=user.login, role=user.role), box)
            button.clicked.connect(partial(self.fill, user.login, user.password))
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)
        return box

    # ------------------------------------------------------------------ what the person does

    @property
    def problem_panel(self) -> ProblemPanel:
        """Says what is wrong. Imported and made at the first need: its icons would keep the window waiting."""
        if self._problem_panel is None:
            from clinicdesk.ui.kit.panels import ProblemPanel

            self._problem_panel = ProblemPanel(self._middle)
            self._problem_room.addWidget(self._problem_panel)
        return self._problem_panel

    @property
    def user_field(self) -> LineField:
        """The user name."""
        return self._password_page.user

    @property
    def password_field(self) -> SecretField:
        """The password."""
        return self._password_page.password

    @property
    def sign_in_button(self) -> PrimaryButton:
        """The one next step."""
        return self._password_page.button

    @property
    def recovery_link(self) -> QuietButton:
        """Leads to the recovery key."""
        return self._password_page.recovery_link

    @property
    def recovery_page(self) -> RecoveryPage | None:
        """The page for the recovery key, once it was asked for."""
        return self._recovery_page

    @property
    def busy(self) -> bool:
        """Whether a door is being tried."""
        return self._busy

    @property
    def waiting_seconds(self) -> int:
        """How long the next try has to wait."""
        return self._seconds

    def fill(self, login: str, password: str) -> None:
        """Sign in as someone of the demo."""
        self.show_password()
        self.user_field.set_value(login)
        self.password_field.set_value(password)
        self.try_password()

    def try_password(self) -> None:
        """Try what was typed."""
        login, password = self.user_field.value(), self.password_field.value()
        if not login or not password:
            missing: Field = self.password_field if login else self.user_field
            missing.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._try(partial(self._sign_in, login, password))

    def try_recovery(self) -> None:
        """Try the recovery key that was typed."""
        page = self._recovery_page
        if page is not None and self._recover is not None:
            self._try(partial(self._recover, page.user.value(), page.key.value(), page.password.value()))

    def show_recovery(self) -> None:
        """Show the page for the recovery key."""
        if self._recovery_page is None:
            from clinicdesk.ui.window.signin_recovery import RecoveryPage

            self._recovery_page = RecoveryPage(self._stack)
            self._recovery_page.asked.connect(self.try_recovery)
            self._recovery_page.back_asked.connect(self.show_password)
        self._clear_problem()
        self._recovery_page.user.set_value(self.user_field.value())
        self._stack.show_only(self._recovery_page)
        self._resize()
        self._recovery_page.start()

    def show_password(self) -> None:
        """Show the usual page again."""
        self._clear_problem()
        self._stack.show_only(self._password_page)
        self._resize()
        self._password_page.start()

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    def _clear_problem(self) -> None:
        if self._problem_panel is not None:
            self._problem_panel.clear()

    # ------------------------------------------------------------------ trying a door

    def _try(self, door: Callable[[], object]) -> None:
        if self._busy or self._seconds:
            return
        from clinicdesk.ui.operations import run_query  # deferred: the window stands without it

        self._clear_problem()
        self._set_busy(True)
        run_query(self, partial(_answer, door), done=self._answered)

    def _answered(self, answer: object) -> None:
        self._set_busy(False)
        if not isinstance(answer, Exception):
            self._password_page.password.clear()
            self.signed_in.emit(answer)
            return
        error = answer
        if not isinstance(error, ClinicDeskError):
            from clinicdesk import logs

            logs.fault(logs.get(__name__), error)
            self.show_problem(
                _(
                    "Something went wrong in the program. Nothing was changed. The log file names the fault ({kind})."
                ).format(kind=type(error).__name__)
            )
        elif isinstance(error, TooManyAttempts):
            self._wait(error)
        else:
            self.show_problem(error.sentence)
        self._page().after_problem(error)

    def _wait(self, error: TooManyAttempts) -> None:
        self.show_problem(error.sentence)
        self._seconds = max(1, round(error.wait_seconds))
        self._show_countdown()
        self._countdown.start()

    def _tick(self) -> None:
        self._seconds -= 1
        if self._seconds <= 0:
            self._seconds = 0
            self._countdown.stop()
            self._clear_problem()
        self._show_countdown()

    def _show_countdown(self) -> None:
        for page in self._pages():
            page.count_down(self._seconds)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.bar.setRange(0, 0 if busy else 1)
        self.bar.setVisible(busy)
        for page in self._pages():
            page.setEnabled(not busy)

    def _pages(self) -> tuple[_PasswordPage | RecoveryPage, ...]:
        return (
            (self._password_page,)
            if self._recovery_page is None
            else (self._password_page, self._recovery_page)
        )

    def _page(self) -> _PasswordPage | RecoveryPage:
        return next(page for page in self._pages() if page is self._stack.currentWidget())

    # ------------------------------------------------------------------ the window

    def start(self) -> None:
        """Show the window with the keyboard in the first empty field."""
        self.show()
        self._password_page.start()

    def _resize(self) -> None:
        wide = self._recovery_page is not None and self._stack.currentWidget() is self._recovery_page
        self._middle.setFixedWidth(theme().px(Size.READING if wide else COLUMN))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._stack.currentWidget() is self._recovery_page:
            self.show_password()
        else:
            super().keyPressEvent(event)


class _PasswordPage(QWidget):
    """User name and password."""

    asked = Signal()
    recovery_asked = Signal()
    leave_asked = Signal()

    def __init__(self, face: Face, parent: QWidget) -> None:
        super().__init__(parent)
        self._locked = face.locked
        column = Column(self, gap=Gap.M)
        self.user = LineField(_("User name"), self, longest=64, width=COLUMN)
        self.user.set_value(face.login)
        self.user.setReadOnly(face.locked)
        self.user.returnPressed.connect(self.asked)
        self.password = SecretField(_("Password"), self, width=COLUMN)
        self.password.returnPressed.connect(self.asked)
        self.button = PrimaryButton(self._words, self)
        self.button.clicked.connect(self._ask)
        column.addLayout(labelled(_("User name"), self.user, self))
        column.addLayout(labelled(_("Password"), self.password, self, shown_by=True))
        column.addWidget(self.button)
        foot = Row(gap=Gap.S)
        self.recovery_link = QuietButton(_("Forgotten? Use the recovery key"), self)
        self.recovery_link.clicked.connect(self._ask_recovery)
        foot.addStretch(1)
        foot.add(self.recovery_link)
        if face.locked:
            words = _("Sign out, so that someone else can sign in")
            self.leave_button = QuietButton(words, self, icon="sign_out")
            self.leave_button.clicked.connect(self._ask_leave)
            foot.add(self.leave_button)
        foot.addStretch(1)
        column.addLayout(foot)

    @property
    def _words(self) -> str:
        return _("Unlock") if self._locked else _("Sign in")

    def can_recover(self, can: bool) -> None:
        """Offer the recovery key or not."""
        self.recovery_link.setVisible(can)

    def start(self) -> None:
        """Put the keyboard into the first empty field."""
        first: Field = self.password if self.user.value() else self.user
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def after_problem(self, error: Exception) -> None:
        """Let the password be typed anew over what was typed."""
        del error
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.selectAll()

    def count_down(self, seconds: int) -> None:
        """Show how long the next try has to wait; nothing at 0."""
        self.button.setEnabled(not seconds)
        self.button.set_words(clock_words(seconds) if seconds else self._words)

    def _ask(self) -> None:
        self.asked.emit()

    def _ask_recovery(self) -> None:
        self.recovery_asked.emit()

    def _ask_leave(self) -> None:
        self.leave_asked.emit()


def _busy_bar(parent: QWidget) -> QProgressBar:
    """A thin bar that keeps its room while nothing goes on."""
    bar = QProgressBar(parent)
    bar.setRange(0, 1)
    bar.setTextVisible(False)
    bar.setAccessibleName(_("Opening the clinic"))
    policy = bar.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    bar.setSizePolicy(policy)
    bar.hide()
    return bar


def _answer(door: Callable[[], object]) -> object:
    try:
        return door()
    except Exception as error:  # noqa: BLE001 - whatever it is, the window must not stay busy; a fault is logged as one
        return error
