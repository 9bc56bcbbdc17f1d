"""Unsaved work in a sealed file of this machine, for as long as the database takes nothing.

One file a clinic and user, in the clinic's folder if that can be written to, otherwise in the user's own data folder. It
is sealed with the same key as the rows, replaced as a whole, and removed once the rows hold what it held.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from clinicdesk.config import Config, platform_folder
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.drafts import DraftKey
from clinicdesk.errors import StorageProblem
from clinicdesk.storage import sealing
from clinicdesk.storage.database import server_part
from clinicdesk.storage.drafts import Kept, newest
from clinicdesk.storage.files import locked, meaning, replace_file

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LocalDrafts:
    """The sealed files of one user of one clinic."""

    config: Config
    user_id: int
    login: str
    secret: bytes = field(repr=False)

    def read(self) -> tuple[Kept, ...]:
        """What the files hold; a file that is missing, damaged or sealed with another key holds nothing."""
        found = [self._read(path) for path in self._paths() if path.exists()]
        return tuple(newest(*found).values()) if found else ()

    def put(self, kept: Kept) -> None:
        """Add ``kept`` to the file. Raises `StorageProblem` where no folder can be written to."""
        problem: StorageProblem | None = None
        for path in self._paths():
            try:
                self._put(path, kept)
            except StorageProblem as error:
                problem = problem or error
            else:
                return
        assert problem is not None
        raise problem

    def remove(self, moved: Iterable[Kept]) -> None:
        """Take away what the rows hold by now: ``moved`` as `read` gave it; what was added meanwhile stays."""
        gone = set(moved)
        for path in self._paths():
            with suppress(OSError, StorageProblem):  # older than the rows from now on, and never offered
                if path.exists():
                    self._remove(path, gone)

    def _put(self, path: Path, kept: Kept) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise meaning(error, path.parent) from error
        with locked(path):
            self._write(path, newest(self._read(path), [kept]).values())

    def _remove(self, path: Path, gone: set[Kept]) -> None:
        with locked(path):
            left = [kept for kept in self._read(path) if kept not in gone]
            if left:
                self._write(path, left)
            else:
                path.unlink(missing_ok=True)

    def _paths(self) -> tuple[Path, ...]:
        # A file of a clinic is known by where it stands; a server by its address, without who connects.
        clinic = (
            server_part(self.config.server_url)
            if self.config.server_url
            else str(self.config.file.absolute())
        )
        whose = hashlib.sha256("\0".join((clinic, self.login)).encode()).hexdigest()[:24]
        folders = dict.fromkeys((self.config.folder, platform_folder()))
        return tuple(folder / f"unsaved-{whose}.sealed" for folder in folders)

    def _read(self, path: Path) -> tuple[Kept, ...]:
        try:
            sealed = path.read_bytes() if path.stat().st_size <= _LARGEST else b""
        except OSError:
            return ()
        content = sealing.opened(self.secret, sealed, "draft file", self.user_id)
        return (
            ()
            if content is None
            else tuple(_kept(entry) for entry in json.loads(content) if entry[1] in _KNOWN)
        )

    def _write(self, path: Path, everything: Iterable[Kept]) -> None:
        entries = [
            [kept.key.panel, str(kept.key.subject), kept.key.id, kept.at.isoformat(), kept.text]
            for kept in everything
        ]
        content = json.dumps(entries).encode()
        replace_file(path, sealing.seal(self.secret, content, "draft file", self.user_id))


_KNOWN = frozenset(Subject)


def _kept(entry: tuple[str, str, int, str, str | None]) -> Kept:
    panel, subject, number, at, text = entry
    return Kept(DraftKey(panel, Subject(subject), number), text, datetime.fromisoformat(at))
