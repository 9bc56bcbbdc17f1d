"""The windows of one run, one after the other: sign-in or wizard, the main window, the lock in front of it.

It knows no service: bootstrap hands in a `House` that opens, founds and closes clinics. What the first window does not need
is imported where it is needed: every millisecond of it would come before that window.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk import __version__
from clinicdesk.i18n import _
from clinicdesk.ui.theme import theme
from clinicdesk.ui.window.signin import Face, SignInWindow

if TYPE_CHECKING:
    from clinicdesk.services.housekeeping import Swept
    from clinicdesk.services.news import News
    from clinicdesk.ui.operations.hub import Hold, Hub
    from clinicdesk.ui.window.curtain import Curtain
    from clinicdesk.ui.window.house import House, Opened
    from clinicdesk.ui.window.own_files import OwnFiles


class Program(QObject):
    """Shows one window at a time and keeps the open clinic."""

    swept = Signal(object)
    """Carries what a sweep found; emitted on the sweep's thread."""

    heard = Signal(object)
    """Carries what others wrote, or that the clinic cannot be reached; emitted on the news' thread."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house
        self._opened: Opened | None = None
        self._found_last: object = None
        self._is_guarded = False
        self.window: QWidget | None = None
        """The main window, while somebody is signed in; hidden while locked."""
        self.door: QWidget | None = None
        """The sign-in window or the wizard, while it is on screen."""
        self._hold: Hold | None = None
        self._curtain: Curtain | None = None
        self._own_files: OwnFiles | None = None
        self.begins_again = False
        """The program is to be started anew once it has ended."""
        self._leaving: Thread | None = None
        """Finishes the work of who has signed out, and closes the clinic."""
        self.swept.connect(self._swept, Qt.ConnectionType.QueuedConnection)
        self.heard.connect(self._heard, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Show the first window."""
        theme().start(self._house.settings)
        stands = self._house.has_clinic()
        if stands is False:
            self.show_wizard()
            return
        door = self.show_sign_in()
        if stands is None:
            door.painted.connect(self._ask_for_clinic)

    def stop(self) -> None:
        """Close the clinic; nothing is shown any more."""
        self._drop_door()
        self._drop_window()
        self._leave()
        self._wait_for_leaving()

    # ------------------------------------------------------------------ sign-in, wizard

    def show_sign_in(self) -> SignInWindow:
        """Ask who is there."""
        door = SignInWindow(self._sign_in, self._face(), recover=self._recover)
        door.signed_in.connect(self._open)
        self._show_door(door)
        door.start()
        return door

    def _face(self) -> Face:
        users = self._house.demo_users
        return Face(
            clinic_name=_kept("clinic") or (_("Demo clinic") if users else ""),
            demo=bool(users) or _kept("demo") == "yes",
            login="" if users else _kept("login"),
            demo_users=users,
        )

    def show_wizard(self) -> QWidget:
        """Nothing is here yet."""
        from clinicdesk.ui.window.wizard import Wizard  # deferred: only a first start needs it

        wizard = Wizard(self._house.makers(), self._house.where)
        wizard.founded.connect(self._open)
        wizard.demo_ready.connect(self._demo_ready)
        self._show_door(wizard)
        wizard.start()
        return wizard

    def _ask_for_clinic(self) -> None:
        from clinicdesk.ui import operations

        door = self.door
        if door is not None:
            operations.run_query(door, self._house.ask_for_clinic, done=self._server_answered)

    def _server_answered(self, stands: bool) -> None:
        if not stands:
            self.show_wizard()

    def _demo_ready(self, _made: object) -> None:
        self._house.use_demo()
        theme().start(self._house.settings)
        self.show_sign_in()

    def _show_door(self, door: SignInWindow | Any) -> None:
        door.painted.connect(self._stands)
        before, self.door = self.door, door
        if before is not None:
            _drop(before)

    def _stands(self) -> None:
        """The first window is on the screen: now there is time for everything else."""
        if not self._is_guarded:
            from clinicdesk.ui.operations import crash
            from clinicdesk.ui.window.own_files import OwnFiles

            self._is_guarded = True
            crash.install()
            crash.bridge().happened.connect(self._show_fault)
            self._own_files = OwnFiles(self)
            self._own_files.changed.connect(self._updated)
        self._house.load()

    def _drop_door(self) -> None:
        door, self.door = self.door, None
        if door is not None:
            _drop(door)

    # ------------------------------------------------------------------ the main window

    def _open(self, opened: Opened) -> None:
        self._opened = opened
        _keep(opened)
        self._show_window()
        self._house.begin(opened, self.swept.emit, self.heard.emit)

    def _show_window(self) -> None:
        window = self._house.main_window(self._opened)
        window.lock_asked.connect(self.lock)
        window.sign_out_asked.connect(self.sign_out)
        window.restart_asked.connect(self.restart)
        assert isinstance(window, QWidget)
        self.window = window
        window.start()
        self._drop_door()
        if self._own_files is not None and self._own_files.have_changed:
            window.ask_restart()

    def _updated(self) -> None:
        ask = getattr(self.window, "ask_restart", None)
        if callable(ask):
            ask()

    def restart(self) -> None:
        """End, and begin again with the new files; what is typed is kept as unsaved work."""
        window = self.window
        if window is not None and window.close():
            self.begins_again = True
            QApplication.quit()

    def lock(self) -> None:
        """Hide the window; the clinic stays open for the reminders."""
        opened, window = self._opened, self.window
        if opened is None or window is None or self.door is not None:
            return
        face = Face(clinic_name=opened.facts.name, demo=opened.facts.demo, login=opened.login, locked=True)
        door = SignInWindow(partial(self._unlock, opened), face)
        door.signed_in.connect(self._unlocked)
        door.leave_asked.connect(self.sign_out)
        self._show_door(door)
        door.start()
        self._curtain = _draw_curtain(door, window)
        self._hold = _hold_news()  # what is not seen loads nothing

    def _unlock(self, opened: Opened, _login: str, password: str) -> Opened:
        return self._house.unlock(opened, password)

    def _unlocked(self, opened: Opened) -> None:
        """Back to where the person was; with another role by now, to a window of that role."""
        same = opened == self._opened
        self._opened = opened
        curtain, self._curtain = self._curtain, None
        if same and curtain is not None:
            curtain.lift()
            self._drop_door()
        else:
            self._drop_window()
            self._show_window()
        self._let_news_come()

    def _let_news_come(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.release()

    def sign_out(self) -> None:
        """Close the clinic and ask who is next. A window that holds unsaved work may refuse."""
        window = self.window
        if window is not None:
            if window.isVisible() and not window.close():
                return
            self._drop_window()
        self._leave()
        self.show_sign_in()

    def _leave(self) -> None:
        """Let what is under way finish on a thread of its own: an import or a busy database may take its time."""
        from clinicdesk.ui import operations

        self._wait_for_leaving()
        opened, self._opened = self._opened, None
        finish = operations.retire()
        if opened is not None:
            self._hold = None
            _hub().reset()
        self._leaving = Thread(target=_leave, args=(finish, self._house, opened), name="clinicdesk-leaving")
        self._leaving.start()

    def _wait_for_leaving(self) -> None:
        leaving = self._leaving
        if leaving is not None:
            leaving.join()

    def _sign_in(self, login: str, password: str) -> Opened:
        """Who comes next is let in once the clinic of who left is closed. Off the window's thread."""
        self._wait_for_leaving()
        return self._house.sign_in(login, password)

    def _recover(self, login: str, recovery_key: str, new_password: str) -> Opened:
        self._wait_for_leaving()
        return self._house.recover(login, recovery_key, new_password)

    def _drop_window(self) -> None:
        curtain, self._curtain = self._curtain, None
        if curtain is not None:
            curtain.throw_away()
        window, self.window = self.window, None
        if window is not None:
            _drop(window)

    # ------------------------------------------------------------------ what comes from outside

    def _swept(self, found: Swept) -> None:
        """What is due grows with the clock, without anyone writing: let the views of check-ins look again.

        Block time that has become everybody's is said at the foot, and the diary looks again.
        """
        from clinicdesk.domain.changes import Change, Subject

        if found.counts != self._found_last:
            self._found_last = found.counts
            _hub().tell(frozenset({Change(Subject.CHECK_IN, 0)}))
        if found.released:
            from clinicdesk.ui.operations import messages
            from clinicdesk.ui.window.released import released_words

            messages.info(released_words(found.released))
            _hub().tell(frozenset(Change(Subject.BLOCK, each.of.block_id) for each in found.released))

    def _heard(self, news: News) -> None:
        from clinicdesk.ui.window.hearing import hear

        if self._opened is not None:  # else it was told before the watch ended
            hear(news)

    def _show_fault(self, kind: str) -> None:
        """Before the main window stands, there is only the door to say it."""
        show = getattr(self.door, "show_problem", None)
        if callable(show) and (self.window is None or not self.window.isVisible()):
            show(
                _(
                    "Something went wrong in the program. Nothing was changed. The log file names the fault ({kind})."
                ).format(kind=kind)
            )


def run(house: House) -> int:
    """Show the windows until the last one is closed; gives the exit code."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ClinicDesk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("clinicdesk")
    program = Program(house)
    program.start()
    QTimer.singleShot(0, partial(_watch_signals, app))  # once the first window is on its way
    try:
        return app.exec()
    finally:
        program.stop()
        if program.begins_again:
            QProcess.startDetached(sys.orig_argv[0], sys.orig_argv[1:])


def _leave(finish: Callable[[], None], house: House, opened: Opened | None) -> None:
    finish()
    if opened is not None:
        house.leave(opened)


def _draw_curtain(lock: QWidget, window: QWidget) -> Curtain:
    from clinicdesk.ui.window.curtain import Curtain

    return Curtain(lock, window)


def _hub() -> Hub:
    from clinicdesk.ui.operations.hub import hub  # deferred: a first window needs none

    return hub()


def _hold_news() -> Hold:
    from clinicdesk.ui.operations.hub import Wait

    return _hub().hold(Wait.LOCKED)


def _watch_signals(app: QApplication) -> None:
    from clinicdesk.ui.window import signals

    signals.watch(app)


def _drop(window: QWidget) -> None:
    window.close()
    window.deleteLater()


def _kept(name: str) -> str:
    settings = theme().settings
    return str(settings.value(f"signin/{name}", "") or "") if settings is not None else ""


def _keep(opened: Opened) -> None:
    """What the next start may show before anyone has signed in."""
    settings = theme().settings
    if settings is not None:
        settings.setValue("signin/clinic", opened.facts.name)
        settings.setValue("signin/demo", "yes" if opened.facts.demo else "no")
        settings.setValue("signin/login", opened.login)
