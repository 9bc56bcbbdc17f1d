"""The people who may sign in."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import UserId
from clinicdesk.domain.users import Role, User
from clinicdesk.errors import NotFound
from clinicdesk.i18n import _
from clinicdesk.storage.base import AnyRow
from clinicdesk.storage.tables import UserRow
from clinicdesk.storage.versions import update_versioned

_COLUMNS = (
    UserRow.id,
    UserRow.login,
    UserRow.full_name,
    UserRow.role,
    UserRow.npi,
    UserRow.active,
    UserRow.version,
)

SYSTEM_LOGIN = "system"


def add(session: Session, *, login: str, full_name: str, role: Role, npi: str = "") -> UserId:
    """Add a user; ``login`` is already in its normal form (`clinicdesk.domain.users.normal_login`)."""
    new = session.execute(
        insert(UserRow)
        .values(login=login, full_name=full_name, role=role, npi=npi, active=True, version=1)
        .returning(UserRow.id)
    ).scalar_one()
    return UserId(new)


def by_login(session: Session, login: str) -> User | None:
    """The user of a normal login."""
    row = session.execute(select(*_COLUMNS).where(UserRow.login == login)).first()
    return None if row is None else _user(row)


def read(session: Session, user_id: int) -> User:
    """One user. Raises `NotFound`."""
    row = session.execute(select(*_COLUMNS).where(UserRow.id == user_id)).first()
    if row is None:
        raise NotFound(_("This user does not exist."))
    return _user(row)


def is_active(session: Session, user_id: int) -> bool:
    """Whether this is somebody who may sign in."""
    return bool(session.scalar(select(UserRow.active).where(UserRow.id == user_id)))


def everyone(session: Session) -> tuple[User, ...]:
    """All users but the program itself, by name."""
    rows = session.execute(select(*_COLUMNS).where(UserRow.role != Role.SYSTEM).order_by(UserRow.full_name))
    return tuple(_user(row) for row in rows)


def change(session: Session, user: User) -> None:
    """Replace a user's name, role, NPI and activity. Raises `Stale`."""
    update_versioned(
        session,
        UserRow,
        Subject.USER,
        user.id,
        user.version,
        full_name=user.full_name,
        role=user.role,
        npi=user.npi,
        active=user.active,
    )


def _user(row: AnyRow) -> User:
    return User(
        id=UserId(row.id),
        login=row.login,
        full_name=row.full_name,
        role=Role(row.role),
        npi=row.npi,
        active=row.active,
        version=row.version,
    )
