"""PostgreSQL only: what a password is checked against, and how often it failed.

The server's own account opens the database there, so a password proves only who sits at the desk. The row of the user
``system``, as whom nobody signs in, holds the verifier of the printed recovery key.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from clinicdesk.storage import derived
from clinicdesk.storage.attempts import check_pause
from clinicdesk.storage.keys import Costs, derive
from clinicdesk.storage.tables import Verifier

_SALT_BYTES = 16

_STORED = re.compile(
    r"\$argon2id-hkdf\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Made:
    """What a password was made into: ``encoded`` is stored, ``wrapping`` seals and is stored nowhere."""

    encoded: str
    wrapping: bytes = field(repr=False)


def make(secret: str) -> Made:
    """Argon2id of ``secret`` with a fresh salt: the slow part, done outside a transaction."""
    costs, salt = Costs(), secrets.token_bytes(_SALT_BYTES)
    made = derive(secret, salt, costs)
    head = f"$argon2id-hkdf$v=19$m={costs.memory_kib},t={costs.passes},p={costs.lanes}"
    return Made(f"{head}${_in_text(salt)}${_in_text(derived.proof(made))}", derived.wrapping(made))


def encode(secret: str) -> str:
    """What is stored for ``secret``; see `make`."""
    return make(secret).encoded


def prove(encoded: str | None, secret: str) -> bytes | None:
    """What ``secret`` seals with, if it is the one that was encoded; None for ``encoded`` takes as long and never fits."""
    if encoded is None:
        make(secret)
        return None
    written = _STORED.fullmatch(encoded)
    if written is None:
        return None
    try:
        costs = Costs(memory_kib=int(written[1]), passes=int(written[2]), lanes=int(written[3]))
        made = derive(secret, _from_text(written[4]), costs)
    except ValueError:
        return None
    if not hmac.compare_digest(_from_text(written[5]), derived.proof(made)):
        return None
    return derived.wrapping(made)


def fits(encoded: str | None, secret: str) -> bool:
    """Whether ``secret`` is the one that was encoded; None takes as long and never fits."""
    return prove(encoded, secret) is not None


def _in_text(some: bytes) -> str:
    return base64.b64encode(some).decode().rstrip("=")


def _from_text(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def begin(session: Session, user_id: int, now: datetime) -> str | None:
    """Count a try as failed until `succeeded` says otherwise; returns what the password is checked against.

    Raises `TooManyAttempts` during a pause. Tries from several desks queue for the row.
    """
    row = session.execute(
        select(Verifier.encoded, Verifier.failures, Verifier.last_failure)
        .where(Verifier.user_id == user_id)
        .with_for_update()
    ).first()
    if row is None:
        return None
    if row.last_failure is not None:
        check_pause(row.failures, row.last_failure, now)
    session.execute(
        update(Verifier)
        .where(Verifier.user_id == user_id)
        .values(failures=Verifier.failures + 1, last_failure=now)
    )
    encoded: str = row.encoded
    return encoded


def succeeded(session: Session, user_id: int) -> None:
    """The password fitted."""
    session.execute(update(Verifier).where(Verifier.user_id == user_id).values(failures=0, last_failure=None))


def set_verifier(session: Session, user_id: int, encoded: str) -> None:
    """Store what a password is checked against from now on."""
    remove(session, user_id)
    session.execute(insert(Verifier).values(user_id=user_id, encoded=encoded, failures=0))


def remove(session: Session, user_id: int) -> None:
    """Nobody signs in with this user's password any more."""
    session.execute(delete(Verifier).where(Verifier.user_id == user_id))
