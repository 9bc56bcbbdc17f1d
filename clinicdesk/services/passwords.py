"""Where the passwords of a clinic are kept: slots in the key file, or verifiers on the server.

What is slow (Argon2id) is prepared before a transaction opens; what is stored goes with the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from clinicdesk.config import Config
from clinicdesk.domain.users import User
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import keys, recovery_key, users, verifiers
from clinicdesk.storage.database import Session


class Sealed(Protocol):
    """A password made ready to be stored."""

    @property
    def wrapping(self) -> bytes:
        """What this password seals the key of the user's drafts with."""
        ...

    def store(self, session: Session, user: User) -> None:
        """Store it as ``user``'s, in place of the one before."""
        ...


class Passwords(Protocol):
    """Where an open clinic keeps its passwords."""

    @property
    def config(self) -> Config:
        """Which clinic it is, and where failures to sign in are counted."""
        ...

    def seal(self, login: str, password: str) -> Sealed:
        """Make ``password`` ready to be stored for ``login``; takes 0.1 s."""
        ...

    def remove(self, session: Session, user: User) -> None:
        """Let ``user``'s password open nothing any more."""
        ...

    def replace_recovery_key(self, session: Session, printed: str) -> None:
        """Put another recovery key in place of the one before."""
        ...


@dataclass(frozen=True, slots=True)
class FilePasswords:
    """The slots of the key file, and the opened file key that goes into each of them."""

    config: Config
    file_key: keys.FileKey

    @property
    def path(self) -> Path:
        """The key file."""
        return self.config.keys

    def seal(self, login: str, password: str) -> Sealed:
        """A slot for ``login``."""
        slot, wrapping = keys.seal_with_wrapping(self.file_key, login, password)
        return _SealedSlot(self, login, slot, wrapping)

    def remove(self, session: Session, user: User) -> None:
        """Take the user's slot away."""
        keys.remove_user(self.path, self.file_key, user.login)

    def replace_recovery_key(self, session: Session, printed: str) -> None:
        """Store the slot of another recovery key."""
        keys.set_recovery(self.path, self.file_key, printed)


@dataclass(frozen=True, slots=True)
class _SealedSlot:
    into: FilePasswords
    login: str
    slot: keys.Slot
    wrapping: bytes = field(repr=False)

    def store(self, session: Session, user: User) -> None:
        """Write the slot. The transaction may still fail: a slot without its user lets nobody in."""
        keys.set_user(self.into.path, self.into.file_key, self.login, self.slot)


@dataclass(frozen=True, slots=True)
class ServerPasswords:
    """The verifiers in a table of the server."""

    config: Config

    def seal(self, login: str, password: str) -> Sealed:
        """A verifier."""
        made = verifiers.make(keys.normal_password(password))
        return _SealedVerifier(made.encoded, made.wrapping)

    def remove(self, session: Session, user: User) -> None:
        """Take the user's verifier away."""
        verifiers.remove(session, user.id)

    def replace_recovery_key(self, session: Session, printed: str) -> None:
        """Store the verifier of another recovery key."""
        encoded = verifiers.encode(recovery_key.normal(printed))
        verifiers.set_verifier(session, system_user(session).id, encoded)


@dataclass(frozen=True, slots=True)
class _SealedVerifier:
    encoded: str
    wrapping: bytes = field(repr=False)

    def store(self, session: Session, user: User) -> None:
        """Write the verifier, with the transaction."""
        verifiers.set_verifier(session, user.id, self.encoded)


def system_user(session: Session) -> User:
    """The program itself, as which sweeps act and nobody signs in."""
    found = users.by_login(session, users.SYSTEM_LOGIN)
    if found is None:
        raise NotFound(_("This clinic has no user for the program's own work. Restore the last backup."))
    return found
