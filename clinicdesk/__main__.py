"""``clinicdesk`` and ``python -m clinicdesk``."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ClinicDesk with these arguments (the process's own by default); gives the exit code."""
    from clinicdesk.bootstrap.command_line import run  # deferred: importing this module starts nothing

    return run(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
