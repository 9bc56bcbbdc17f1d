"""PostgreSQL only: what a password is checked against, and how often it failed.

The server's own account opens the database there, so a password proves only who sits at the desk. The row of the user
``system``, as whom nobody signs in, holds the verifier of the printed recovery key.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from clinicdesk.storage.attempts import check_pause
from clinicdesk.storage.keys import Costs
from clinicdesk.storage.tables import Verifier

_COSTS = re.compile(r"\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$", re.ASCII)


def encode(secret: str) -> str:
    """Argon2id of ``secret`` with a fresh salt, as a PHC string: the slow part, done outside a transaction."""
    costs = Costs()
    argon = Argon2id(
        salt=secrets.token_bytes(16),
        length=32,
        iterations=costs.passes,
        lanes=costs.lanes,
        memory_cost=costs.memory_kib,
    )
    return argon.derive_phc_encoded(secret.encode("utf-8", "surrogatepass"))


def fits(encoded: str | None, secret: str) -> bool:
    """Whether ``secret`` is the one that was encoded; None takes as long and never fits."""
    if encoded is None:
        encode(secret)
        return False
    written = _COSTS.match(encoded)
    if written is None:
        return False
    try:
        Costs(memory_kib=int(written[1]), passes=int(written[2]), lanes=int(written[3]))
        Argon2id.verify_phc_encoded(secret.encode("utf-8", "surrogatepass"), encoded)
    except (ValueError, InvalidKey):
        return False
    return True


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
