"""How long until the sign-in window is on screen, beside an empty PySide6 window, process by process in turn.

Each process is started from nothing. The clock starts before the process does and stops when the window's first painting has
come to an end, so that the interpreter's own start counts for both. The second figure is how long the window stood still at
worst while the services were being imported behind it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
AIM = 1.5

_EMPTY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, done)

def done():
    import json, time
    print(json.dumps({"painted": time.time()}), flush=True)
    app.exit()

app = QApplication(sys.argv)
window = Window()
window.resize(800, 600)
window.show()
app.exec()
"""

_OURS = """
import sys
from clinicdesk.bootstrap import command_line

def watch():
    from clinicdesk.ui.program import Program
    stands = Program._stands
    def stands_and_is_noted(program):
        done(program._house)
        stands(program)
    Program._stands = stands_and_is_noted

def done(house):
    import json, time
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    figures = {"painted": time.time(), "stalled": 0.0}
    house.beat = beat = QTimer()
    last = [time.perf_counter()]
    def tick():
        now = time.perf_counter()
        figures["stalled"] = max(figures["stalled"], now - last[0])
        last[0] = now
        if house.is_loaded:
            figures["loaded"] = time.time()
            print(json.dumps(figures), flush=True)
            beat.stop()
            QApplication.exit()
    beat.timeout.connect(tick)
    beat.start(5)

window = command_line._window
def watched(config):
    import gc
    gc.disable()
    watch()
    return window(config)
command_line._window = watched
sys.exit(command_line.run(["--data", sys.argv[1]]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clinic.keys").write_text("{}")  # it is not read before somebody signs in
        _run(_EMPTY, folder)
        _run(_OURS, folder)
        empty, ours = [], []
        for _round in range(ROUNDS):
            empty.append(_run(_EMPTY, folder))
            ours.append(_run(_OURS, folder))
    floor = statistics.median(each["shown"] for each in empty)
    shown = statistics.median(each["shown"] for each in ours)
    loaded = statistics.median(each["loaded"] for each in ours)
    stalled = [each["stalled"] * 1000 for each in ours]
    print(f"  empty PySide6 window      {floor * 1000:6.0f} ms")
    print(f"  sign-in window            {shown * 1000:6.0f} ms   {shown / floor:.2f} x   (aim {AIM} x)")
    print(f"  everything else imported  {loaded * 1000:6.0f} ms")
    print(
        f"  longest standstill meanwhile, median {statistics.median(stalled):.0f} ms, worst {max(stalled):.0f} ms"
    )


def _run(program: str, folder: Path) -> dict[str, float]:
    environment = os.environ | {
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "PYTHONPYCACHEPREFIX": str(
            folder / "bytecode"
        ),  # compiled once, as it is where the program is installed
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    figures["shown"] = figures["painted"] - started
    if "loaded" in figures:
        figures["loaded"] -= started
    return figures


if __name__ == "__main__":
    main()
