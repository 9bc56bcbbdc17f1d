"""Whether a window can be shown at all; Qt ends the process where it cannot, without a sentence."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _

_LOCAL_DISPLAY = re.compile(r"(?:unix)?:(\d+)(?:\.\d+)?", re.ASCII)


class NoDisplay(ClinicDeskError):
    """There is no screen to show a window on."""


def check() -> None:
    """Raise `NoDisplay` where Qt would not find a screen. Only X11 and Wayland can be missing."""
    if sys.platform in ("win32", "darwin"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform not in ("", "xcb", "wayland"):
        return
    if os.environ.get("WAYLAND_DISPLAY") and platform != "xcb":
        return
    display = os.environ.get("DISPLAY", "")
    if not display or not _answers(display):
        raise NoDisplay(
            _(
                "ClinicDesk has no display to open a window on. At a desk, start it in a terminal of the desktop; over the "
                "network, connect with ssh -X; without any, run it under xvfb-run and look with a VNC viewer."
            )
        )


def _answers(display: str) -> bool:
    """Whether an X server on this machine is there; one on another is left to Qt.

    It is not asked by connecting: a server that loses its only client starts anew, and refuses the next one meanwhile.
    """
    local = _LOCAL_DISPLAY.fullmatch(display)
    if local is None:
        return True
    if not Path(f"/tmp/.X11-unix/X{local[1]}").exists():  # noqa: S108 - where X servers listen
        return False
    try:
        server = int(Path(f"/tmp/.X{local[1]}-lock").read_text("ascii"))  # noqa: S108 - and say who they are
        os.kill(server, 0)  # signal 0: only asks
    except ProcessLookupError:
        return False  # it died and left its socket behind
    except (OSError, ValueError):
        return True  # someone else's server, or one outside of this container
    return True
