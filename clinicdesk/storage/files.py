"""Small files beside the clinic's own, written so that nobody ever sees half of one."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinicdesk.errors import DiskFull, FolderNotWritable, StorageProblem
from clinicdesk.i18n import _

OWNER_ONLY = 0o600
_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` in place of ``path`` at once and for good: readable by its owner only, on the disk before it counts.

    Raises `FolderNotWritable` or `DiskFull`; what stood there before still stands then.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        _write_through(part, content)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise meaning(error, path.parent) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other process from changing ``path`` in between; readers need no lock."""
    guard = path.with_name(f"{path.name}.lock")
    try:
        file = os.open(guard, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    except OSError as error:
        raise meaning(error, path.parent) from error
    try:
        _lock(file)
        try:
            yield
        finally:
            _unlock(file)
    finally:
        os.close(file)


def meaning(error: OSError, folder: Path) -> StorageProblem:
    """The sentence for a folder that took nothing."""
    if error.errno in _FULL:
        return DiskFull(
            _("The disk is full. This was not saved; everything before stands. Make room, then try again.")
        )
    return FolderNotWritable(
        _(
            "The folder {folder} cannot be written to. Nothing was changed. Choose another folder with --data."
        ).format(folder=folder)
    )


def _write_through(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too; systems that cannot open a folder keep their own promise."""
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
