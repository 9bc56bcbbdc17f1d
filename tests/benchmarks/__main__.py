"""Every speed that is promised, beside its floor from the same run: ``make bench``, or some of them by name.

    python -m tests.benchmarks                       all
    python -m tests.benchmarks diary                 bench_diary.py alone
    python -m tests.benchmarks --data DIR search     on a demo clinic of your own

Each ``bench_*.py`` runs in a process of its own and finds the folder, if one was given, in CLINICDESK_BENCH_DATA. These
are figures to read, never tests that fail: a busy machine proves nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure what is promised."
    )
    parser.add_argument("names", nargs="*", help="such as diary, for bench_diary.py; all where none is named")
    parser.add_argument(
        "--data", type=Path, help="the folder of a demo clinic, made with: clinicdesk demo --data DIR"
    )
    asked = parser.parse_args()
    there = {path.stem.removeprefix("bench_"): path.stem for path in sorted(HERE.glob("bench_*.py"))}
    unknown = [name for name in asked.names if name not in there]
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(there)}")
    environment = os.environ | ({"CLINICDESK_BENCH_DATA": str(asked.data.resolve())} if asked.data else {})
    failed = []
    for name in asked.names or there:
        print(f"\n{name}", flush=True)
        command = [sys.executable, "-m", f"tests.benchmarks.{there[name]}"]
        if subprocess.run(command, env=environment, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\ndid not come to an end: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
