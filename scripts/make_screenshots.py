"""Pictures of every place of the program, from the real window on a demo clinic: ``make screenshots``.

    make_screenshots.py                     into docs/pictures: every place, light and dark, and at 150 %
    make_screenshots.py --to DIR --user lin another folder, another person of the demo
    make_screenshots.py --data DIR          on a demo clinic that stands already

The seed and the size of the window are fixed; what is shown lies around today, so pictures of two days differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.bootstrap import demo, demo_users, places
from clinicdesk.bootstrap.window import House
from clinicdesk.clock import SetClock, SystemClock
from clinicdesk.config import Config
from clinicdesk.services.demo.build import FACTS
from clinicdesk.ui import operations
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.signin import Face, SignInWindow
from clinicdesk.ui.theme import SchemeChoice, theme

ROOT = Path(__file__).resolve().parent.parent
WINDOW = QSize(1440, 900)
LOOKS = ((SchemeChoice.LIGHT, 100), (SchemeChoice.DARK, 100), (SchemeChoice.LIGHT, 150))
PATIENCE = 20.0
"""Seconds that one screen may take to be filled."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Pictures of every place of the program.")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--data", type=Path, help="a demo clinic that stands already")
    parser.add_argument("--user", default="lin", help="who is signed in (a user of the demo)")
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    with _demo_clinic(asked.data) as folder:
        house = House(Config(folder))
        theme().start()
        _sign_in_pictures(house, asked.to)
        house.load()
        _place_pictures(house, folder, asked.user, asked.to)
    return 0


@contextmanager
def _demo_clinic(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="clinicdesk-pictures-") as made:
        demo.make(Config(Path(made)), clock=SetClock(_moment()))
        yield Path(made)


def _moment() -> datetime:
    """Twenty to eleven in the demo clinic on the next working day: the middle of a morning."""
    day = FACTS.zone.day_of(SystemClock().now())
    while not FACTS.open_on(day):
        day += timedelta(days=1)
    return FACTS.zone.at(day, time_of_day(10, 40))


def _sign_in_pictures(house: House, to: Path) -> None:
    for look in _looks():
        face = Face(demo=True, demo_users=house.demo_users)
        window = SignInWindow(house.sign_in, face, recover=house.recover)
        window.start()
        _save(window, to / f"sign-in-{look}.png")
        _away(window)


def _place_pictures(house: House, folder: Path, user: str, to: Path) -> None:
    password = next(each.password for each in demo_users.read(folder) if each.login == user)
    opened = house.sign_in(user, password)
    opened = replace(opened, desk=replace(opened.desk, clock=SetClock(_moment())))
    try:
        for look in _looks():
            window = house.main_window(opened)
            window.resize(WINDOW)
            window.start()
            window.resize(WINDOW)
            for name, show in _screens(window):
                show()
                _save(window, to / f"{name}-{look}.png")
            window.close()
            _away(window)
    finally:
        operations.shutdown()
        house.leave(opened)


def _looks() -> Iterator[str]:
    for scheme, scale in LOOKS:
        theme().set_choice(scheme)
        theme().set_scale(scale)
        yield f"{scheme.value}-{scale}"


def _screens(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    for factory in places.places():
        yield factory.key, partial(window.go, factory.key)
    if "book" in places.sides():
        yield "booking", window.book
    yield "find", partial(window.open_find, "or")


def _save(window: QWidget, path: Path) -> None:
    """Save the window once nothing is being loaded any more."""
    until = time.monotonic() + PATIENCE
    still = 0
    while still < 10 and time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.02)
        still = 0 if operations.busy() else still + 1
    window.grab().save(str(path))
    print(path)


def _away(window: QWidget) -> None:
    window.hide()
    window.deleteLater()
    QApplication.processEvents()


if __name__ == "__main__":
    sys.exit(main())
