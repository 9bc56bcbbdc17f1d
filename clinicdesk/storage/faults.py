"""Driver errors turned into the program's own, without the values that drivers put into their messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from clinicdesk.errors import (
    Busy,
    Clash,
    DamagedFile,
    DiskFull,
    FolderNotWritable,
    NotAClinicFile,
    ServerUnreachable,
    StorageProblem,
)
from clinicdesk.i18n import _
from clinicdesk.storage import guards

RETRIED_STATES = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock: the unit of work is run again."""


_NOT_PERMITTED = frozenset({"42501", "3F000", "0A000", "58P01", "25006"})
"""A user without the right, a schema it may not see, an extension that is not installed (two states, by the server's
version), a standby server."""


_TOO_LONG = frozenset({"57014", "55P03"})
"""A statement beyond its time, a lock that was not given."""


class TryAgain(Exception):
    """The transaction lost against another and may be run again from its start."""


class ClashStored(Clash):
    """The database refused a claim; the service turns it into a `Clash` that names the holder."""

    def __init__(self) -> None:
        super().__init__(_("That time was taken a moment ago. Nothing was saved. Choose another time."))


@contextmanager
def translated() -> Iterator[None]:
    """Raise the program's own error for what the driver raises inside."""
    try:
        yield
    except exc.TimeoutError:
        raise Busy(_("Too much is asked at the same time. Nothing was saved. Try again.")) from None
    except exc.DBAPIError as error:
        raise _meaning(error) from None  # the cause would carry the values into tracebacks


def _meaning(error: exc.DBAPIError) -> Exception:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None or type(error.orig).__module__.startswith("psycopg"):
        return _postgresql_meaning(error, state)
    return _sqlite_meaning(error)


def _postgresql_meaning(error: exc.DBAPIError, state: str | None) -> Exception:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if state in RETRIED_STATES:
        return TryAgain()
    if state == "23P01" and constraint == guards.CLASH:
        return ClashStored()
    if state is None or state.startswith(("08", "57P", "28", "3D")):
        return ServerUnreachable(
            _("The clinic's server does not answer. Nothing was saved. Check the network, then try again.")
        )
    if state in _TOO_LONG:
        return Busy(_("The clinic's server took too long. Nothing was saved. Try again."))
    if state in _NOT_PERMITTED:
        return StorageProblem(
            _(
                "The server does not let ClinicDesk do this. Nothing was saved. Ask whoever keeps the server: "
                "ClinicDesk's user must own its database, with the extension btree_gist in it."
            )
        )
    if state in {"53100", "53200"}:
        return DiskFull(_("The server has no room left. Nothing was saved. Ask whoever keeps the server."))
    return FaultyStatement(state, constraint)


def _sqlite_meaning(error: exc.DBAPIError) -> Exception:
    text = str(error.orig)
    if guards.CLASH in text:
        return ClashStored()
    # The driver gives no codes, so its own sentences are matched, as far as no column's name can be one of them.
    if "is locked" in text:
        return Busy(_("Another window kept the clinic's file for too long. Nothing was saved. Try again."))
    if "disk is full" in text:
        return DiskFull(
            _("The disk is full. This was not saved; everything before stands. Make room, then try again.")
        )
    if "readonly database" in text or "unable to open database" in text:
        return FolderNotWritable(
            _("The clinic's folder cannot be written to. Nothing was saved. Check its permissions.")
        )
    if "not a database" in text:
        return NotAClinicFile(
            _(
                "The clinic's file is no ClinicDesk file, or its key does not belong to it. It was left untouched."
            )
        )
    if "image is malformed" in text or "malformed database" in text or "disk I/O error" in text:
        return DamagedFile(
            _(
                "The clinic's file is damaged. Nothing was changed. Close ClinicDesk and restore the last backup."
            )
        )
    return FaultyStatement(type(error.orig).__name__, _constraint(text))


def _constraint(text: str) -> str | None:
    """The constraint or columns SQLite names ("UNIQUE constraint failed: patient.mrn"): schema words, no values."""
    head, found, tail = text.partition("constraint failed: ")
    return f"{head}{found}{tail}" if found else None


class FaultyStatement(Exception):
    """The database refused a statement for a reason the program did not foresee: state and constraint only."""

    def __init__(self, state: str | None, constraint: str | None) -> None:
        super().__init__(f"state {state}, constraint {constraint}")
        self.state = state
        self.constraint = constraint
