"""The people who may sign in: adding, changing, and their passwords."""

from __future__ import annotations

from dataclasses import replace

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import UserId
from clinicdesk.domain.npi import check_npi
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.users import Role, User, check_password, normal_login
from clinicdesk.domain.words import check_name
from clinicdesk.errors import BadInput, NotAllowed, not_allowed
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.services.founding import check_free_login, new_recovery_key
from clinicdesk.services.passwords import Passwords, Sealed
from clinicdesk.services.signin import check_own_password
from clinicdesk.services.work import Done, Work, command, query
from clinicdesk.storage import drafts, keys, recovery_key, users

__all__ = [
    "add",
    "change",
    "everyone",
    "let_in_again",
    "new_recovery_key",
    "replace_recovery_key",
    "reset_password",
    "set_own_password",
]


@query(Act.SEE_CLINIC)
def everyone(work: Work) -> tuple[User, ...]:
    """All users, those who left too, by name."""
    return users.everyone(work.session)


def add(desk: Desk, *, login: str, full_name: str, role: Role, password: str, npi: str = "") -> Done[User]:
    """Add a user with a first password. Raises `BadInput` naming the field."""
    spelled = normal_login(login)
    check_free_login(spelled)
    check_password(keys.normal_password(password), spelled)
    draft = _checked(User(id=_NEW, login=spelled, full_name=full_name.strip(), role=role, npi=npi.strip()))
    return _add(desk, draft, _seal(desk, spelled, password))


def change(desk: Desk, user: User) -> Done[User]:
    """Replace name, role, NPI and whether the user may still sign in; ``user.version`` is the one that was read.

    Who may not sign in any more loses the slot in the key file; who may again needs a new password (`reset_password`).
    Raises `BadInput`, `Stale`, `NotAllowed` for the last active administrator.
    """
    return _change(desk, user, _passwords(desk))


def set_own_password(desk: Desk, current: str, new: str) -> Done[None]:
    """Change one's own password. Raises `SignInRefused` where ``current`` is not it, `BadInput` for a new one too short."""
    check_password(keys.normal_password(new), desk.actor.login)
    check_own_password(desk, current)
    return _store_own(desk, _seal(desk, desk.actor.login, new), desk.draft_secret)


def reset_password(desk: Desk, user: User, new: str) -> Done[None]:
    """As an administrator, give an active user a new password to be handed over.

    Only the old password opened the key of that user's drafts: they are dropped.
    """
    check_password(keys.normal_password(new), user.login)
    return _store(desk, user.id, _seal(desk, user.login, new))


def let_in_again(desk: Desk, user: User, new: str) -> Done[User]:
    """Let a user who left sign in again, with a new password. Raises as `change` and `reset_password` do."""
    check_password(keys.normal_password(new), user.login)
    return _let_in_again(desk, user, _seal(desk, user.login, new))


def replace_recovery_key(desk: Desk, printed: str) -> Done[None]:
    """As an administrator, let the recovery key ``printed`` count from now on instead of the one before."""
    recovery_key.normal(printed)
    return _replace_recovery_key(desk, _passwords(desk), printed)


_NEW = UserId(0)


def _passwords(desk: Desk) -> Passwords:
    if desk.passwords is None:
        raise not_allowed()
    return desk.passwords


def _seal(desk: Desk, login: str, password: str) -> Sealed:
    return _passwords(desk).seal(login, password)


@command(Act.MANAGE_USERS)
def _add(work: Work, draft: User, sealed: Sealed) -> User:
    if users.by_login(work.session, draft.login) is not None:
        raise BadInput(_("There is a user of that name already. Choose another."), "login")
    new = users.add(
        work.session, login=draft.login, full_name=draft.full_name, role=draft.role, npi=draft.npi
    )
    work.record(AuditAction.CREATED, Subject.USER, new, role=draft.role)
    user = replace(draft, id=new)
    sealed.store(work.session, user)
    return user


@command(Act.MANAGE_USERS)
def _change(work: Work, user: User, passwords: Passwords) -> User:
    before = _person(work, user.id)
    after = _checked(
        replace(user, login=before.login, full_name=user.full_name.strip(), npi=user.npi.strip())
    )
    _keep_an_administrator(work, before, after)
    users.change(work.session, after)
    work.record(AuditAction.CHANGED, Subject.USER, user.id, role=after.role, active=after.active)
    if not after.active:
        passwords.remove(work.session, before)
    return replace(after, version=after.version + 1)


@command(Act.MANAGE_USERS)
def _let_in_again(work: Work, user: User, sealed: Sealed) -> User:
    before = _person(work, user.id)
    after = replace(before, active=True, version=user.version)
    users.change(work.session, after)
    work.record(AuditAction.CHANGED, Subject.USER, user.id, role=after.role, active=True)
    drafts.forget(work.session, user.id)
    sealed.store(work.session, after)
    return replace(after, version=after.version + 1)


@command(Act.MANAGE_USERS)
def _store(work: Work, user_id: UserId, sealed: Sealed) -> None:
    user = _person(work, user_id)
    if not user.active:
        raise BadInput(_("{name} may not sign in. Allow that first.").format(name=user.full_name), "password")
    work.record(AuditAction.CHANGED, Subject.USER, user.id, what="password")
    drafts.forget(work.session, user.id)
    sealed.store(work.session, user)


@command(Act.SEE_CLINIC)
def _store_own(work: Work, sealed: Sealed, draft_secret: bytes) -> None:
    user = _person(work, work.actor.user_id)
    if not user.active:
        raise not_allowed()
    work.record(AuditAction.CHANGED, Subject.USER, user.id, what="own password")
    drafts.set_key(work.session, user.id, sealed.wrapping, draft_secret)
    sealed.store(work.session, user)


@command(Act.MANAGE_USERS)
def _replace_recovery_key(work: Work, passwords: Passwords, printed: str) -> None:
    work.record(AuditAction.CHANGED, Subject.CLINIC, 1, what="recovery key")
    passwords.replace_recovery_key(work.session, printed)


def _person(work: Work, user_id: UserId) -> User:
    """A user who is a person; the program itself is not to be changed."""
    user = users.read(work.session, user_id)
    if user.role is Role.SYSTEM:
        raise not_allowed()
    return user


def _checked(user: User) -> User:
    check_name(user.full_name, "full_name")
    check_npi(user.npi)
    if user.role is Role.SYSTEM:
        raise BadInput(_("Choose what this person does at the clinic."), "role")
    return user


def _keep_an_administrator(work: Work, before: User, after: User) -> None:
    """Somebody must be left who can set the clinic up."""
    if not _administers(before) or _administers(after):
        return
    if not any(_administers(other) for other in users.everyone(work.session) if other.id != after.id):
        raise NotAllowed(
            _(
                "{name} is the only administrator who can sign in. Nothing was changed. Make someone else one first."
            ).format(name=before.full_name)
        )


def _administers(user: User) -> bool:
    return user.active and user.role is Role.ADMINISTRATOR
