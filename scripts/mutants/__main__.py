"""Change the rules of some files a little, and list the changes that no test notices.

    python -m scripts.mutants clinicdesk/domain/advice.py [more files] [--tests tests/services/test_slots.py]

A file's tests are those of the same name in tests/domain and tests/services, and further ones that are named. Changes
that mean the same stand in ``accepted.toml`` with the reason. Exit code 1 where another one lives.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

from scripts.mutants.operators import Mutant, mutants
from scripts.mutants.running import BrokenTestsError, tried

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED = Path(__file__).with_name("accepted.toml")


def tests_of(path: Path) -> list[str]:
    """The tests that mirror a file of the program, and those that hold for every file of the domain."""
    inner = path.relative_to(ROOT / "clinicdesk")
    own = ROOT / "tests" / inner.with_name(f"test_{inner.name}")
    service = ROOT / "tests" / "services" / own.name
    found = [own, service]
    if inner.parts[0] == "domain":
        found.append(ROOT / "tests" / "domain" / "test_labels.py")
    return [str(each) for each in dict.fromkeys(found) if each.exists()]


def accepted(path: Path) -> frozenset[tuple[str, str]]:
    """Place and change of what is known to mean the same, for one file."""
    listed = tomllib.loads(ACCEPTED.read_text("utf-8"))["same"] if ACCEPTED.exists() else []
    name = path.relative_to(ROOT).as_posix()
    return frozenset((each["where"], each["change"]) for each in listed if each["file"] == name)


def living(path: Path, more: Sequence[str], workers: int) -> list[Mutant]:
    """The changes of one file that no test notices; prints how many there were."""
    tree = ast.parse(path.read_text("utf-8"))
    same = accepted(path)
    chosen = {
        number: mutant
        for number, mutant in enumerate(mutants(tree))
        if (mutant.where, mutant.change) not in same
    }
    compiled = {n: (mutant.in_function, mutant.compiled(tree, str(path))) for n, mutant in chosen.items()}
    started = time.monotonic()
    noticed = tried(path, compiled, [*tests_of(path), *more], workers)
    left = [chosen[number] for number in sorted(noticed) if not noticed[number]]
    seconds = time.monotonic() - started
    print(f"{path.relative_to(ROOT)}: {len(chosen)} changes, {len(left)} live, {seconds:.0f} s", flush=True)
    return left


def main() -> int:
    """Exit code 0 where every change is noticed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="*", default=[], help="further tests, as pytest takes them")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    more = [*given.tests, "-m", "not postgresql"]
    alive = 0
    for path in given.files:
        try:
            left = living(path.resolve(), more, given.workers)
        except BrokenTestsError as error:
            print(f"{path}: these tests fail or are none, with nothing changed: {error}", file=sys.stderr)
            return 2
        for mutant in left:
            print(f"  {path}:{mutant.line}  {mutant.where}: {mutant.change}", flush=True)
        alive += len(left)
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
