"""Whether a window can be shown at all; Qt ends the process where it cannot, without a sentence."""

from __future__ import annotations

import os
import re
import sys

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
    """Whether an X server on this machine is there; one on another is left to Qt."""
    local = _LOCAL_DISPLAY.fullmatch(display)
    if local is None:
        return True
    path = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - where X servers listen
    import socket  # deferred: the first window need not wait for it elsewhere

    for address in (f"\0{path}", path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(2)
            try:
                asked.connect(address)
            except OSError:
                continue
            return True
    return False
