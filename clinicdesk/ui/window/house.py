"""What the windows ask of bootstrap, which knows the services."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.ui.window.signin import DemoUser


class Opened(Protocol):
    """An open clinic with somebody signed in."""

    @property
    def facts(self) -> ClinicFacts:
        """The clinic's facts."""
        ...

    @property
    def login(self) -> str:
        """Who is signed in."""
        ...


class Main(Protocol):
    """What is needed of the main window."""

    lock_asked: Any
    sign_out_asked: Any
    restart_asked: Any

    def ask_restart(self) -> None:
        """The program was updated under the window: say so, and offer to restart."""

    def start(self) -> None:
        """Show it."""


class House(Protocol):
    """What bootstrap knows and windows do not. Methods marked so are called off the GUI thread."""

    @property
    def settings(self) -> Path:
        """This machine's settings."""
        ...

    @property
    def where(self) -> str:
        """Where the clinic is kept, in words."""
        ...

    @property
    def demo_users(self) -> tuple[DemoUser, ...]:
        """The made-up people of a demo clinic."""
        ...

    def has_clinic(self) -> bool | None:
        """Whether there is a clinic; None where only asking the server can tell."""
        ...

    def ask_for_clinic(self) -> bool:
        """Whether the server has a clinic. Off the GUI thread."""
        ...

    def load(self) -> None:
        """The first window stands: import the rest."""

    def makers(self) -> Any:
        """What the wizard may have made (`ui.window.wizard.Makers`)."""
        ...

    def use_demo(self) -> None:
        """Look at the demo clinic from now on."""

    def sign_in(self, login: str, password: str) -> Opened:
        """Open the clinic. Off the GUI thread."""
        ...

    def recover(self, login: str, recovery_key: str, new_password: str) -> Opened:
        """Open the clinic with the recovery key. Off the GUI thread."""
        ...

    def unlock(self, opened: Any, password: str) -> Opened:
        """Come back to a locked desk. Off the GUI thread."""
        ...

    def main_window(self, opened: Any) -> Main:
        """The window of who signed in."""
        ...

    def begin(self, opened: Any, swept: Callable[[object], None], heard: Callable[[object], None]) -> None:
        """Start the reminders and the news; called from any thread with what a sweep found, and what others wrote."""

    def leave(self, opened: Any) -> None:
        """Stop the news and the reminders, close the clinic and drop its key."""
