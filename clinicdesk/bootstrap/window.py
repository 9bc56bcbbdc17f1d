"""Wiring the windows to the services. What is heavy is imported by `Loader` and used only once that is through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clinicdesk.bootstrap import demo_users
from clinicdesk.bootstrap.loading import Loader
from clinicdesk.config import Config
from clinicdesk.ui.window.program import run

if TYPE_CHECKING:
    from clinicdesk.domain.clinic import ClinicFacts
    from clinicdesk.reminders.runner import Runner
    from clinicdesk.services.desk import Desk
    from clinicdesk.services.news import Watch
    from clinicdesk.ui.operations import Progress
    from clinicdesk.ui.window.main_window import MainWindow
    from clinicdesk.ui.window.signin import DemoUser
    from clinicdesk.ui.window.wizard import Answers, Makers

DEMO_FOLDER = "demo"
"""Below the data folder: the demo clinic that is tried before one's own is made."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open clinic with somebody signed in."""

    desk: Desk
    facts: ClinicFacts
    number: int = 0
    """Of the newest event of the trail before anything was shown: what came after it is news."""

    @property
    def login(self) -> str:
        """Who is signed in."""
        return self.desk.actor.login


def open_window(config: Config) -> int:
    """Show the windows until the last one is closed; gives the exit code."""
    return run(House(config))


class House:
    """Opens, founds and closes clinics for the windows (`ui.window.house.House`)."""

    def __init__(self, config: Config, *, demo_patients: int = 1_200) -> None:
        self._config = config
        self._demo_patients = demo_patients
        self._loader = Loader()
        self._runner: Runner | None = None
        self._watch: Watch | None = None
        self._is_logging = False

    # ------------------------------------------------------------------ what stands

    @property
    def settings(self) -> Path:
        """This machine's settings."""
        return self._config.settings

    @property
    def where(self) -> str:
        """Where the clinic is kept, in words."""
        if self._config.server_url:
            from clinicdesk.storage.database import server_part  # deferred: loads the database's library

            return server_part(self._config.server_url)
        return str(self._config.folder)

    @property
    def demo_users(self) -> tuple[DemoUser, ...]:
        """The made-up people of a demo clinic."""
        return demo_users.one_of_each_role(demo_users.read(self._config.folder))

    def has_clinic(self) -> bool | None:
        """Whether there is a clinic; None where only asking the server can tell."""
        return None if self._config.server_url else self._config.has_clinic

    def ask_for_clinic(self) -> bool:
        """Whether the server has a clinic."""
        self._loader.wait_for_services()
        from clinicdesk.services import signin

        return signin.clinic_stands(self._config)

    def load(self) -> None:
        """The first window stands: open the log, import what is heavy in a thread."""
        if self._config.folder.is_dir():
            self._start_log()
        self._loader.start()

    def _start_log(self) -> None:
        from clinicdesk import logs

        if not self._is_logging:
            self._is_logging = True
            logs.start(self._config.folder)

    @property
    def is_loaded(self) -> bool:
        """Whether everything has been imported."""
        return self._loader.is_done

    # ------------------------------------------------------------------ getting in

    def sign_in(self, login: str, password: str) -> Opened:
        """Open the clinic."""
        self._loader.wait_for_services()
        from clinicdesk.services import signin

        return self._opened(signin.sign_in(self._config, login, password))

    def recover(self, login: str, recovery_key: str, new_password: str) -> Opened:
        """Open the clinic with the recovery key."""
        self._loader.wait_for_services()
        from clinicdesk.services import signin

        return self._opened(signin.sign_in_with_recovery_key(self._config, login, recovery_key, new_password))

    def unlock(self, opened: Opened, password: str) -> Opened:
        """Come back to a locked desk."""
        from clinicdesk.services import signin

        return replace(opened, desk=signin.unlock(opened.desk, password))

    def _opened(self, desk: Desk) -> Opened:
        from clinicdesk.services import clinic, news

        try:
            number = news.last_number(desk)
            facts = clinic.facts(desk)
            self._loader.wait_for_all()
        except BaseException:  # whatever is raised, the file must not stay open
            desk.database.close()
            raise
        return Opened(desk, facts, number)

    # ------------------------------------------------------------------ the first start

    def makers(self) -> Makers:
        """What the wizard may have made."""
        from clinicdesk.storage import recovery_key
        from clinicdesk.ui.window.wizard import Makers

        demo = self._demo_config
        return Makers(
            found=self._found,
            recovery_key=recovery_key.new(),
            recovery_sheet=self._recovery_sheet,
            demo=None if self._config.server_url else self._make_demo,
            demo_stands=demo.has_clinic,
        )

    def use_demo(self) -> None:
        """Look at the demo clinic from now on."""
        self._config = self._demo_config

    @property
    def _demo_config(self) -> Config:
        return Config(self._config.folder / DEMO_FOLDER)

    def _found(self, answers: Answers) -> Opened:
        self._loader.wait_for_services()
        from clinicdesk.services import founding

        administrator = founding.FirstAdministrator(
            login=answers.login, full_name=answers.full_name, password=answers.password
        )
        units = [founding.Unit(kind, name) for kind, name in answers.units]
        founded = founding.found(
            self._config, answers.facts, administrator, units, printed_recovery_key=answers.recovery_key
        )
        self._start_log()
        return self._opened(founded.desk)

    def _recovery_sheet(self, answers: Answers) -> bytes:
        self._loader.wait_for_services()
        from clinicdesk.clock import SystemClock
        from clinicdesk.services import recovery_sheet

        return recovery_sheet.first(
            answers.facts, answers.recovery_key, made_by=answers.full_name, now=SystemClock().now()
        )

    def _make_demo(self, progress: Progress) -> object:
        """The demo clinic, unless it stands already; a `Done` that says whether it does, as long work gives it."""
        self._loader.wait_for_services()
        from clinicdesk.bootstrap import demo
        from clinicdesk.domain.changes import NOTHING
        from clinicdesk.services.work import Done

        config = self._demo_config
        try:
            if not config.has_clinic:
                demo.make(config, patients=self._demo_patients, progress=_Reported(progress))
        except _Stopped:
            return Done(False, NOTHING)
        return Done(True, NOTHING)

    # ------------------------------------------------------------------ the main window

    def main_window(self, opened: Opened) -> MainWindow:
        """The window of who signed in."""
        from clinicdesk import i18n
        from clinicdesk.bootstrap import places
        from clinicdesk.config import resources_dir
        from clinicdesk.ui.kit import format as fmt
        from clinicdesk.ui.window.main_window import MainWindow
        from clinicdesk.ui.window.unsaved_list import left_work

        facts = opened.facts
        i18n.set_language(facts.language, resources_dir() / "translations")
        fmt.configure(facts.zone, country=facts.country, language=facts.language, clock=opened.desk.clock)
        return MainWindow(
            opened.desk,
            places.places(opened.desk),
            sides=places.sides(opened.desk),
            finders=places.finders(opened.desk),
            unsaved=left_work,
            clinic_name=facts.name,
            demo=facts.demo,
        )

    def begin(self, opened: Opened, swept: Callable[[object], None], heard: Callable[[object], None]) -> None:
        """Start the reminders and the news."""
        from clinicdesk.reminders.runner import Runner
        from clinicdesk.services.news import Watch

        self._runner = Runner(opened.desk, swept)
        self._runner.start()
        self._watch = Watch(opened.desk, opened.number, heard)
        self._watch.start()

    def leave(self, opened: Opened) -> None:
        """Stop the news and the reminders, close the clinic and drop its key."""
        from clinicdesk.services import arranging

        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()
        arranging.rest()
        opened.desk.database.close()


class _Stopped(Exception):
    """The person asked for the demo clinic not to be finished."""


class _Reported:
    """Tells how far the demo clinic is, and stops the making where the person asked for it."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` are through."""
        if self._progress.cancelled:
            raise _Stopped
        self._progress.report(done, total)
