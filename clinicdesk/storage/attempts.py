"""How often signing in failed, across restarts: after five failures the next try has to wait, twice as long each time.

Counted before the password is looked at and cleared once it fits, so that neither several windows at once nor ending the
process buys a free guess. Only a digest of what was typed as user name is kept: people type passwords there. Whoever can
delete this file can also copy the key file and guess elsewhere; against that stands Argon2id alone.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clinicdesk.errors import TooManyAttempts
from clinicdesk.i18n import _, ngettext
from clinicdesk.storage.files import locked, replace_file

FILE_NAME = "clinic.attempts"
FREE = 5
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Failures:
    """How often someone failed since they last got in, when last, and how many of those no audit event tells of yet."""

    count: int = 0
    last: int = 0
    untold: int = 0

    @property
    def last_at(self) -> datetime:
        """The instant of the last failure."""
        return datetime.fromtimestamp(self.last, UTC)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures: nothing up to four, then 5 s, 10 s, 20 s ... at most 5 min."""
    if failures < FREE:
        return timedelta(0)
    doublings: int = 2 ** min(failures - FREE, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doublings)


def check_pause(failures: int, last: datetime, now: datetime) -> None:
    """Raise `TooManyAttempts` while the pause lasts. A clock that was set back prolongs no pause."""
    pause = pause_after(failures)
    left = min(pause, last + pause - now)
    if left > timedelta(0):
        seconds = math.ceil(left.total_seconds())
        raise TooManyAttempts(
            _("Too many wrong passwords. Wait {time}, then try again.").format(time=spoken(seconds)), seconds
        )


def spoken(seconds: int) -> str:
    """``40 seconds``, ``3 minutes``: how long a pause still lasts, rounded up."""
    if seconds <= 90:
        return ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)
    minutes = math.ceil(seconds / 60)
    return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)


def digest(login: str) -> str:
    """What stands in the file for a user name."""
    return hashlib.sha256(b"clinicdesk sign-in\0" + login.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def begin(path: Path, login: str, now: datetime) -> None:
    """Count a try by ``login`` as failed until `succeeded` says otherwise; during a pause, raise `TooManyAttempts`."""
    who = digest(login)
    with locked(path):
        all_failures = _read(path)
        before = all_failures.get(who, Failures())
        check_pause(before.count, before.last_at, now)
        after = Failures(before.count + 1, int(now.timestamp()), before.untold + 1)
        _write(path, {**_recent(all_failures, now), who: after})


def withdraw(path: Path, login: str) -> None:
    """Take back a try that failed for a reason other than the password: a disk, a damaged file."""
    _change(path, digest(login), -1)


def succeeded(path: Path, login: str) -> None:
    """The password fitted: the try was none, and what failed before waits only to be told."""
    who = digest(login)
    with locked(path):
        all_failures = _read(path)
        before = all_failures.get(who, Failures())
        _write(path, {**all_failures, who: replace(before, count=0, untold=max(0, before.untold - 1))})


def untold(path: Path) -> Mapping[str, Failures]:
    """By digest, the failures of which no audit event tells yet."""
    return {who: failures for who, failures in _read(path).items() if failures.untold}


def told(path: Path, failures: Mapping[str, Failures]) -> None:
    """These stand in the audit trail now; what came meanwhile stays untold."""
    with locked(path):
        now = _read(path)
        for who, seen in failures.items():
            if who in now:
                now[who] = replace(now[who], untold=max(0, now[who].untold - seen.untold))
        _write(path, {who: kept for who, kept in now.items() if kept.count or kept.untold})


def _change(path: Path, who: str, by: int) -> None:
    with locked(path):
        all_failures = _read(path)
        before = all_failures.get(who, Failures())
        after = replace(before, count=max(0, before.count + by), untold=max(0, before.untold + by))
        _write(path, {**all_failures, who: after})


def _recent(all_failures: Mapping[str, Failures], now: datetime) -> dict[str, Failures]:
    """Without what is long past, and never more than a bounded number."""
    oldest = int((now - KEPT_FOR).timestamp())
    kept = [(who, failures) for who, failures in all_failures.items() if failures.last >= oldest]
    kept.sort(key=lambda item: item[1].last)
    return dict(kept[-_MOST_KEPT:])


def _read(path: Path) -> dict[str, Failures]:
    """A garbled file counts as empty: it must not lock the clinic out."""
    try:
        document = json.loads(path.read_bytes())
        return {
            str(who): Failures(int(entry["count"]), int(entry["last"]), int(entry["untold"]))
            for who, entry in document.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write(path: Path, all_failures: Mapping[str, Failures]) -> None:
    replace_file(path, json.dumps({who: asdict(f) for who, f in all_failures.items()}).encode())
