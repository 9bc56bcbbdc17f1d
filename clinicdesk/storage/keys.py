"""``clinic.keys``: the key of the encrypted file, wrapped once for every user and once for the printed recovery key.

The file key is 32 random bytes and is nowhere in the clear. A slot holds it sealed with AES-256-GCM under what Argon2id
makes of a password (RFC 9106; 64 MiB, 3 passes, 4 lanes); format version, file and login are authenticated with it, so that
no slot can be passed off as another's. The file is replaced as a whole, never edited, and belongs into every backup.

Whoever kept a copy of an older key file and knows a password of that time can open copies of the clinic's file of any time:
taking a slot away bars the door, it does not change the lock.
"""

from __future__ import annotations

import binascii
import json
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from clinicdesk.errors import DamagedFile, FolderNotWritable, NewerFile, NotAClinicFile, SignInRefused
from clinicdesk.i18n import _
from clinicdesk.storage import derived, recovery_key
from clinicdesk.storage.files import locked, replace_file

FORMAT = "clinicdesk-keys"
VERSION = 1
KEY_BYTES = 32

_SALT_BYTES = 16
_NONCE_BYTES = 12
_SEALED_BYTES = KEY_BYTES + 16
_LARGEST_FILE = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What Argon2id is asked to spend; stored with each slot so that it can grow over the years."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        """Raise ``ValueError`` outside bounds: a garbled file must not take the machine's memory or an hour."""
        if not (
            8 * 1024 <= self.memory_kib <= 1024 * 1024 and 1 <= self.passes <= 16 and 1 <= self.lanes <= 16
        ):
            raise ValueError("costs out of bounds")


@dataclass(frozen=True, slots=True)
class FileKey:
    """The opened key of a clinic's file. It stays in memory, and out of every representation."""

    file_id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a user's password opens: the file's key, and what seals the key of the user's drafts."""

    file_key: FileKey
    wrapping: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The file key sealed for one holder."""

    costs: Costs
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slots:
    file_id: str
    users: Mapping[str, Slot]
    recovery: Slot | None


def create(path: Path, login: str, password: str, printed_recovery_key: str) -> FileKey:
    """Make the key file of a new clinic with its first user. Refuses to replace one that exists."""
    if path.exists():
        raise FolderNotWritable(
            _("There is a clinic in the folder {folder} already. Nothing was changed.").format(
                folder=path.parent
            )
        )
    file_key = FileKey(secrets.token_hex(16), secrets.token_bytes(KEY_BYTES))
    slots = _Slots(
        file_id=file_key.file_id,
        users={login: seal_for_user(file_key, login, password)},
        recovery=_seal(file_key, "recovery", "", recovery_key.normal(printed_recovery_key))[0],
    )
    _write(path, slots)
    return file_key


def open_with_password(path: Path, login: str, password: str) -> FileKey:
    """The file key, for a user's password. Raises what `unwrap` raises."""
    return unwrap(path, login, password).file_key


def unwrap(path: Path, login: str, password: str) -> Opened:
    """Everything that a user's password opens.

    Raises `SignInRefused`, after the same time and in the same words for a wrong password and for an unknown user;
    `NotAClinicFile`, `DamagedFile`, `NewerFile` for the key file itself.
    """
    slots = _read(path)
    slot = slots.users.get(login)
    opened = _open(slots.file_id, slot or _NOBODY, "user", login, normal_password(password))
    if slot is None or opened is None:
        raise refused()
    return opened


def open_with_recovery(path: Path, typed: str) -> FileKey:
    """The file key, for the recovery key as typed. Raises `BadInput` for one that cannot be, `SignInRefused` for another."""
    slots = _read(path)
    opened = _open(slots.file_id, slots.recovery or _NOBODY, "recovery", "", recovery_key.normal(typed))
    if slots.recovery is None or opened is None:
        raise SignInRefused(_("This recovery key does not belong to this clinic. Look for the newest sheet."))
    return opened.file_key


def seal_for_user(file_key: FileKey, login: str, password: str) -> Slot:
    """A slot for ``login``, not yet stored: the slow part, done before anything is locked."""
    return seal_with_wrapping(file_key, login, password)[0]


def seal_with_wrapping(file_key: FileKey, login: str, password: str) -> tuple[Slot, bytes]:
    """`seal_for_user`, and what this password will seal the key of the user's drafts with."""
    return _seal(file_key, "user", login, normal_password(password))


def set_user(path: Path, file_key: FileKey, login: str, slot: Slot) -> None:
    """Store a user's slot in place of the one before."""
    with locked(path):
        slots = _read_own(path, file_key)
        _write(path, replace(slots, users={**slots.users, login: slot}))


def remove_user(path: Path, file_key: FileKey, login: str) -> None:
    """Take a user's slot away; nothing happens where there is none."""
    with locked(path):
        slots = _read_own(path, file_key)
        if login in slots.users:
            _write(path, replace(slots, users={k: v for k, v in slots.users.items() if k != login}))


def set_recovery(path: Path, file_key: FileKey, printed_recovery_key: str) -> None:
    """Put another recovery key in place of the one before, whose sheet opens nothing from then on."""
    slot, _wrapping = _seal(file_key, "recovery", "", recovery_key.normal(printed_recovery_key))
    with locked(path):
        _write(path, replace(_read_own(path, file_key), recovery=slot))


def logins(path: Path) -> tuple[str, ...]:
    """Whose password opens the file."""
    return tuple(sorted(_read(path).users))


def file_id(path: Path) -> str:
    """The number that key file and backups of one clinic share."""
    return _read(path).file_id


def normal_password(password: str) -> str:
    """One spelling for the same typed characters, whichever keyboard composed them (Unicode NFKC, NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def refused() -> SignInRefused:
    """The one sentence for an unknown user and for a wrong password."""
    return SignInRefused(_("User name and password do not belong together. Check both, then try again."))


def _seal(file_key: FileKey, kind: str, login: str, secret: str) -> tuple[Slot, bytes]:
    costs, salt, nonce = Costs(), secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    made = derive(secret, salt, costs)
    sealed = AESGCM(made).encrypt(nonce, file_key.key, _bound_to(file_key.file_id, kind, login))
    return Slot(costs=costs, salt=salt, nonce=nonce, sealed=sealed), derived.wrapping(made)


def _open(file_id: str, slot: Slot, kind: str, login: str, secret: str) -> Opened | None:
    made = derive(secret, slot.salt, slot.costs)
    try:
        key = AESGCM(made).decrypt(slot.nonce, slot.sealed, _bound_to(file_id, kind, login))
    except InvalidTag:
        return None
    return Opened(FileKey(file_id, key), derived.wrapping(made))


def derive(secret: str, salt: bytes, costs: Costs) -> bytes:
    """What Argon2id makes of ``secret``: 32 bytes, slowly."""
    argon = Argon2id(
        salt=salt, length=32, iterations=costs.passes, lanes=costs.lanes, memory_cost=costs.memory_kib
    )
    return argon.derive(secret.encode("utf-8", "surrogatepass"))


def _bound_to(file_id: str, kind: str, login: str) -> bytes:
    return json.dumps([FORMAT, VERSION, file_id, kind, login]).encode()


_NOBODY = Slot(costs=Costs(), salt=bytes(_SALT_BYTES), nonce=bytes(_NONCE_BYTES), sealed=bytes(_SEALED_BYTES))
"""Opened in place of a slot that does not exist, so that an unknown user takes as long as a known one."""


def _read(path: Path) -> _Slots:
    try:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_FILE else b""
    except FileNotFoundError:
        raise NotAClinicFile(
            _(
                "The key file {file} is missing. Without it nobody can open the clinic: restore it from a backup."
            ).format(file=path.name)
        ) from None
    except OSError as error:
        raise NotAClinicFile(
            _("The key file {file} cannot be read. Check its permissions.").format(file=path.name)
        ) from error
    try:
        return _parse(json.loads(content), path)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise DamagedFile(
            _("The key file {file} is damaged. It was left untouched. Restore it from a backup.").format(
                file=path.name
            )
        ) from error


def _parse(document: Any, path: Path) -> _Slots:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NotAClinicFile(
            _("{file} is not a ClinicDesk key file. It was left untouched.").format(file=path.name)
        )
    if document["version"] != VERSION:
        raise NewerFile(
            _(
                "This clinic was last used with a newer ClinicDesk. It was left untouched. Install the newer version."
            )
        )
    return _Slots(
        file_id=str(document["file_id"]),
        users={str(login): _parse_slot(slot) for login, slot in document["users"].items()},
        recovery=_parse_slot(document["recovery"]) if document["recovery"] is not None else None,
    )


def _parse_slot(slot: Any) -> Slot:
    if slot["kdf"] != "argon2id":
        raise ValueError("unknown derivation")
    parsed = Slot(
        costs=Costs(memory_kib=int(slot["memory_kib"]), passes=int(slot["passes"]), lanes=int(slot["lanes"])),
        salt=_bytes(slot["salt"]),
        nonce=_bytes(slot["nonce"]),
        sealed=_bytes(slot["sealed"]),
    )
    if (len(parsed.salt), len(parsed.nonce), len(parsed.sealed)) != (
        _SALT_BYTES,
        _NONCE_BYTES,
        _SEALED_BYTES,
    ):
        raise ValueError("lengths do not fit")
    return parsed


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base 64") from error


def _read_own(path: Path, file_key: FileKey) -> _Slots:
    """The slots as they stand, if they are still those of the clinic that is open."""
    slots = _read(path)
    if slots.file_id != file_key.file_id:
        raise NotAClinicFile(
            _("The key file {file} was exchanged for another clinic's. Nothing was changed.").format(
                file=path.name
            )
        )
    return slots


def _write(path: Path, slots: _Slots) -> None:
    document = {
        "format": FORMAT,
        "version": VERSION,
        "file_id": slots.file_id,
        "users": {login: _document(slot) for login, slot in sorted(slots.users.items())},
        "recovery": None if slots.recovery is None else _document(slots.recovery),
    }
    replace_file(path, json.dumps(document, indent=1).encode())


def _document(slot: Slot) -> dict[str, str | int]:
    return {
        "kdf": "argon2id",
        "memory_kib": slot.costs.memory_kib,
        "passes": slot.costs.passes,
        "lanes": slot.costs.lanes,
        "salt": b64encode(slot.salt).decode(),
        "nonce": b64encode(slot.nonce).decode(),
        "sealed": b64encode(slot.sealed).decode(),
    }
