"""Public scheduling instances through the solver that arranges a day: ``make plan-benchmark FILES="a.dzn b.dzn"``.

Prints a line for each file: its name, the value found (when the last test ends), below what no plan can come, and the
seconds it took. Value and bound alike: the value is proven to be the best. Without files the three shipped ones are run.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.benchmarks import dzn

SHIPPED = Path(__file__).parent.parent / "data" / "scheduling"
SECONDS = 60.0
"""How long to search where nothing was proven before."""

WORKERS = 2


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Public scheduling instances through the solver of “Arrange this day”."
    )
    parser.add_argument("files", nargs="*", type=Path, help="MiniZinc data files (.dzn) of test-scheduling")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the longest search for one file")
    parser.add_argument("--workers", type=int, default=WORKERS, help="how many cores to use")
    asked = parser.parse_args()
    try:
        from clinicdesk.solver.search import Search
    except ImportError:
        print("The solver is not installed: pip install 'clinicdesk[plan]'", file=sys.stderr)
        return 2
    failed = 0
    for path in asked.files or sorted(SHIPPED.glob("*.dzn")):
        try:
            problem = dzn.day(dzn.read(path.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, dzn.NotAnInstance) as reason:
            print(f"{path}: {reason}", file=sys.stderr)
            failed = 1
            continue
        started = time.perf_counter()
        found = Search(problem, _silent).run(seconds=asked.seconds, workers=asked.workers)
        seconds = time.perf_counter() - started
        value, bound = (found.points, found.bound) if found else ("-", "-")
        print(f"{path.stem} {value} {bound} {seconds:.2f}", flush=True)
    return failed


def _silent(_found: object) -> None:
    """Only the last word is printed."""


if __name__ == "__main__":
    sys.exit(main())
