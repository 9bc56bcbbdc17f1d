"""An unexpected warning or error in the log fails the test, and the loggers are as they were afterwards.

A test whose subject is a warning says so: ``@pytest.mark.logs_allowed("clinicdesk.storage")``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


class _Recorder(logging.Handler):
    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(logging.WARNING)
        self.unexpected: list[logging.LogRecord] = []
        self._allowed = allowed

    def emit(self, record: logging.LogRecord) -> None:
        allowed = any(record.name == name or record.name.startswith(f"{name}.") for name in self._allowed)
        if not allowed and record not in self.unexpected:
            self.unexpected.append(record)

    @property
    def lines(self) -> str:
        return "\n".join(f"{r.levelname} {r.name}: {r.getMessage()}" for r in self.unexpected)


@pytest.fixture(autouse=True)
def _quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    allowed = tuple(str(name) for mark in request.node.iter_markers("logs_allowed") for name in mark.args)
    # The program's own logger stops propagating once its file is opened: it is watched by itself as well.
    watched = [logging.getLogger(), logging.getLogger("clinicdesk")]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate) for logger in watched]
    recorder = _Recorder(allowed)
    for logger in watched:
        logger.addHandler(recorder)
    yield
    for logger, handlers, level, propagate in before:
        for handler in [handler for handler in logger.handlers if handler not in handlers]:
            logger.removeHandler(handler)
            if handler is not recorder and not type(handler).__module__.startswith("_pytest"):
                handler.close()
        logger.setLevel(level)
        logger.propagate = propagate
    if recorder.unexpected:
        pytest.fail(f"unexpected in the log:\n{recorder.lines}", pytrace=False)
