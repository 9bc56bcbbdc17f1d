"""The program's log: what happened to the program, never who it happened to.

No patient's name, number or answer is ever logged. Errors are logged by type, and database errors by their state and the
name of the constraint, because drivers put values into their messages.
"""

from __future__ import annotations

import logging
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def get(name: str) -> logging.Logger:
    """The logger of a module."""
    return logging.getLogger(f"clinicdesk.{name.removeprefix('clinicdesk.')}")


def start(folder: Path, *, verbose: bool = False) -> None:
    """Write the log to ``folder``/clinicdesk.log: five files of 1 MB, the oldest dropped."""
    from logging.handlers import RotatingFileHandler  # deferred: it brings sockets and pickles with it

    root = logging.getLogger("clinicdesk")
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    handler = RotatingFileHandler(
        folder / "clinicdesk.log", maxBytes=1_000_000, backupCount=4, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.raiseExceptions = (
        False  # a log that a full disk refuses must not print tracebacks over the sentence
    )
    root.addHandler(handler)
    root.propagate = False


def fault(logger: logging.Logger, error: BaseException) -> None:
    """Log an unforeseen error: its type and where it was raised, without its text."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    logger.error("fault %s at %s", type(error).__name__, " > ".join(frames[-12:]))
