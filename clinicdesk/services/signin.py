"""Opening the clinic for someone who knows a password of it, or holds the printed recovery key."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from clinicdesk.clock import Clock, SystemClock
from clinicdesk.config import Config
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.users import Role, User, check_password, normal_login
from clinicdesk.errors import BadInput, NotFound, SignInRefused, not_allowed
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.services.passwords import FilePasswords, Sealed, ServerPasswords, system_user
from clinicdesk.services.work import Work, command
from clinicdesk.storage import attempts, clinic, drafts, keys, recovery_key, users, verifiers
from clinicdesk.storage.database import Database, open_file, open_server
from clinicdesk.storage.migrate import migrate

T = TypeVar("T")

_RECOVERY = "\0recovery key"
"""Under what name tries of the recovery key are counted; no login can be spelled so."""


def sign_in(config: Config, login: str, password: str, *, clock: Clock | None = None) -> Desk:
    """Open the clinic as ``login``.

    Raises `SignInRefused` (the same for an unknown user, a wrong password and a user who left), `TooManyAttempts` during a
    pause, `NotAClinicFile`, `DamagedFile`, `NewerFile`, `FolderNotWritable`, `ServerUnreachable`. A file that is refused is
    left untouched. The caller closes ``desk.database``.
    """
    clock = clock or SystemClock()
    spelled = _spelled(login)
    if config.server_url:
        return _server_sign_in(config, spelled, password, clock)
    opened = _tried(config, spelled, clock, lambda: keys.unwrap(config.keys, spelled, password))
    desk = _desk(config, spelled, opened.file_key, clock)
    return _arrived(config, desk, spelled, how="password", wrapping=opened.wrapping)


def sign_in_with_recovery_key(
    config: Config, login: str, typed: str, new_password: str, *, clock: Clock | None = None
) -> Desk:
    """Open the clinic with the printed recovery key and give ``login``, an active administrator, a new password.

    Raises what `sign_in` raises, and `BadInput` for a key or a password that cannot be.
    """
    clock = clock or SystemClock()
    spelled = _spelled(login)
    check_password(keys.normal_password(new_password), spelled)
    recovery_key.normal(typed)
    if config.server_url:
        desk = _server_recovery(config, spelled, typed, clock)
    else:
        file_key = _tried(config, _RECOVERY, clock, lambda: keys.open_with_recovery(config.keys, typed))
        desk = _desk(config, spelled, file_key, clock)
    try:
        if desk.actor.role is not Role.ADMINISTRATOR:
            raise SignInRefused(
                _("The recovery key is for administrators: name one of them, then set others' passwords.")
            )
        assert desk.passwords is not None
        sealed = desk.passwords.seal(spelled, new_password)
        _set_password(desk, sealed)
    except BaseException:  # whatever is raised, no connection stays open
        desk.database.close()
        raise
    return _arrived(config, desk, _RECOVERY, spelled, how="recovery key", wrapping=sealed.wrapping)


def unlock(desk: Desk, password: str) -> Desk:
    """Come back to a locked window: the same password again, and the role as it is by now.

    Raises `SignInRefused` or `TooManyAttempts`; the clinic stays open behind the lock for the reminders.
    """
    login = desk.actor.login
    wrapping = _proved(desk, password)
    with desk.database.reading() as session:
        user = users.by_login(session, login)
    if user is None or not user.active:
        raise keys.refused()
    back = replace(desk, actor=user.actor)
    secret = _note(back, (), "unlocked", wrapping).value
    return replace(back, draft_secret=secret)


def check_own_password(desk: Desk, password: str) -> None:
    """Raise `SignInRefused` or `TooManyAttempts` unless ``password`` is that of the person at ``desk``."""
    _proved(desk, password)


def _proved(desk: Desk, password: str) -> bytes:
    """`check_own_password`; returns what the password seals the key of the user's drafts with."""
    if desk.passwords is None:
        raise not_allowed()
    config, login = desk.passwords.config, desk.actor.login
    try:
        if config.server_url:
            return _server_check(config, desk.database, login, password, desk.clock)[1]
        opened = _tried(config, login, desk.clock, lambda: keys.unwrap(config.keys, login, password))
        attempts.succeeded(_attempts(config), login)
        return opened.wrapping
    except SignInRefused as refused:
        if type(refused) is SignInRefused:
            raise SignInRefused(_("This is not your password. Try again.")) from None
        raise


def clinic_stands(config: Config) -> bool:
    """Whether there is a clinic to sign in to; asks the server where there is one. Raises `ServerUnreachable`."""
    if not config.server_url:
        return config.has_clinic
    database = open_server(config.server_url)
    try:
        migrate(database)
        with database.reading() as session:
            return clinic.exists(session)
    finally:
        database.close()


def _attempts(config: Config) -> Path:
    return config.folder / attempts.FILE_NAME


def _spelled(login: str) -> str:
    """A login as it is stored; what cannot be one is looked up all the same, so that it takes as long to be refused."""
    try:
        return normal_login(login)
    except BadInput:
        return login.strip().casefold()


def _tried(config: Config, who: str, clock: Clock, work: Callable[[], T]) -> T:
    """``work`` as one counted try of ``who``; only a refusal stays counted."""
    file = _attempts(config)
    if not config.has_clinic:
        raise NotFound(
            _(
                "There is no clinic in {folder} yet. Start ClinicDesk to make one, or name its folder with --data."
            ).format(folder=config.folder)
        )
    attempts.begin(file, who, clock.now())
    try:
        return work()
    except SignInRefused:
        raise
    except BaseException:  # a disk, a damaged file: not a wrong password
        with suppress(OSError):
            attempts.withdraw(file, who)
        raise


def _desk(config: Config, login: str, file_key: keys.FileKey, clock: Clock) -> Desk:
    database = open_file(config.file, file_key.key)
    try:
        migrate(database)
        user = _active_user(database, login)
    except BaseException:  # whatever is raised, no connection stays open
        database.close()
        raise
    return Desk(database, user.actor, clock, FilePasswords(config, file_key))


def _active_user(database: Database, login: str) -> User:
    with database.reading() as session:
        user = users.by_login(session, login)
    if user is None or not user.active or user.role is Role.SYSTEM:
        raise keys.refused()
    return user


def _server_sign_in(config: Config, login: str, password: str, clock: Clock) -> Desk:
    database = _server(config)
    try:
        user, wrapping = _server_check(config, database, login, password, clock)
    except BaseException:  # whatever is raised, no connection stays open
        database.close()
        raise
    desk = Desk(database, user.actor, clock, ServerPasswords(config))
    return _arrived(config, desk, how="password", wrapping=wrapping)


def _server_recovery(config: Config, login: str, typed: str, clock: Clock) -> Desk:
    database = _server(config)
    try:
        with database.reading() as session:
            system = system_user(session)
        secret = recovery_key.normal(typed)
        with database.writing() as session:
            encoded = verifiers.begin(session, system.id, clock.now())
        if not verifiers.fits(encoded, secret):
            raise SignInRefused(
                _("This recovery key does not belong to this clinic. Look for the newest sheet.")
            )
        with database.writing() as session:
            verifiers.succeeded(session, system.id)
        user = _active_user(database, login)
    except BaseException:  # whatever is raised, no connection stays open
        database.close()
        raise
    return Desk(database, user.actor, clock, ServerPasswords(config))


def _server(config: Config) -> Database:
    assert config.server_url is not None
    database = open_server(config.server_url)
    try:
        migrate(database)
        with database.reading() as session:
            if not clinic.exists(session):
                raise NotFound(_("There is no clinic on this server yet. Start ClinicDesk to make one."))
    except BaseException:  # whatever is raised, no connection stays open
        database.close()
        raise
    return database


def _server_check(
    config: Config, database: Database, login: str, password: str, clock: Clock
) -> tuple[User, bytes]:
    """The active user whose password this is, and what it seals the key of the user's drafts with.

    A known user's tries are counted on the server, others' on this machine.
    """
    with database.reading() as session:
        user = users.by_login(session, login)
    known = user is not None and user.active and user.role is not Role.SYSTEM
    encoded = None
    if user is not None and known:
        with database.writing() as session:
            encoded = verifiers.begin(session, user.id, clock.now())
    if encoded is None:
        config.folder.mkdir(parents=True, exist_ok=True)
        attempts.begin(_attempts(config), login, clock.now())
    wrapping = verifiers.prove(encoded, keys.normal_password(password))
    if user is None or wrapping is None:
        if user is not None and known:
            _note_failure(database, user, clock)
        raise keys.refused()
    with database.writing() as session:
        verifiers.succeeded(session, user.id)
    return user, wrapping


def _note_failure(database: Database, user: User, clock: Clock) -> None:
    with database.reading() as session:
        system = system_user(session)
    _note_failed(Desk(database, system.actor, clock), user.id)


@command(Act.SEE_CLINIC)
def _note_failed(work: Work, user_id: int) -> None:
    work.audit(AuditAction.SIGN_IN_FAILED, Subject.USER, user_id, count=1)


def _arrived(config: Config, desk: Desk, *counted: str, how: str, wrapping: bytes) -> Desk:
    """End the pauses of who got in; audit it and, since a closed file takes no audit event, what failed before.

    The desk comes back with the key of the user's drafts.
    """
    file = _attempts(config)
    try:
        for who in counted if not config.server_url else ():
            attempts.succeeded(file, who)
        failed = attempts.untold(file)
        secret = _note(desk, tuple(failed.items()), how, wrapping).value
        if failed:
            attempts.told(file, failed)
    except BaseException:  # whatever is raised, no connection stays open
        desk.database.close()
        raise
    return replace(desk, draft_secret=secret)


@command(Act.SEE_CLINIC)
def _note(work: Work, failed: tuple[tuple[str, attempts.Failures], ...], how: str, wrapping: bytes) -> bytes:
    by_digest = {attempts.digest(user.login): user.id for user in users.everyone(work.session)}
    for who, failures in failed:
        work.audit(
            AuditAction.SIGN_IN_FAILED,
            Subject.USER,
            by_digest.get(who, 0),
            count=failures.untold,
            last=failures.last_at.isoformat(),
            recovery_key=who == attempts.digest(_RECOVERY),
        )
    work.audit(AuditAction.SIGNED_IN, Subject.USER, work.actor.user_id, how=how)
    return drafts.own_key(work.session, work.actor.user_id, wrapping)


@command(Act.MANAGE_USERS)
def _set_password(work: Work, sealed: Sealed) -> None:
    user = users.read(work.session, work.actor.user_id)
    work.audit(AuditAction.CHANGED, Subject.USER, user.id, what="password", how="recovery key")
    sealed.store(work.session, user)
