"""Importing what is heavy in a thread, once the first window stands."""

from __future__ import annotations

import gc
import importlib
import sys
import threading

SERVICES = (
    "clinicdesk.services.signin",
    "clinicdesk.services.founding",
    "clinicdesk.services.clinic",
    "clinicdesk.services.users",
    "clinicdesk.services.recovery_sheet",
    "clinicdesk.services.news",
    "clinicdesk.reminders.runner",
)
"""What signing in needs."""

WINDOWS = ("clinicdesk.bootstrap.places", "clinicdesk.ui.window.main_window")
"""What the main window needs; loaded too while the person types, and only then."""

_SWITCH_SECONDS = 0.001
"""How long the importing thread keeps the interpreter while the window wants it; five times as long is usual."""


class Loader:
    """Imports `SERVICES`, then `WINDOWS`, in a thread of its own."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._started = False
        self._services = threading.Event()
        self._all = threading.Event()
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._load, name="clinicdesk-loading")

    def start(self) -> None:
        """Begin, once; called when the first window has been painted."""
        with self._starting:
            if not self._started:
                self._started = True
                self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether everything has been imported."""
        return self._all.is_set()

    def wait_for_services(self) -> None:
        """Come back when signing in can be tried; called off the GUI thread."""
        self.start()
        self._services.wait()
        self._raise()

    def wait_for_all(self) -> None:
        """Come back when the main window can be built; called off the GUI thread."""
        self.start()
        self._all.wait()
        self._raise()

    def _load(self) -> None:
        before = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            for name in SERVICES:
                importlib.import_module(name)
            self._services.set()
            for name in WINDOWS:
                importlib.import_module(name)
        except BaseException as fault:  # noqa: BLE001 - raised again where the modules are waited for
            self._fault = fault
            from clinicdesk import logs

            logs.fault(logs.get(__name__), fault)
        finally:
            sys.setswitchinterval(before)
            gc.freeze()  # the modules stay for good: no collection looks at them again and holds a window up
            gc.enable()
            self._services.set()
            self._all.set()

    def _raise(self) -> None:
        if self._fault is not None:
            raise self._fault
