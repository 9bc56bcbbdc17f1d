"""Making a clinic where there is none: all of it, or nothing."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from clinicdesk.clock import Clock, SystemClock
from clinicdesk.config import Config
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.users import Actor, Role, User, check_password, normal_login
from clinicdesk.domain.words import check_name
from clinicdesk.errors import BadInput, StorageProblem
from clinicdesk.i18n import _
from clinicdesk.services.catalogue import load_shipped
from clinicdesk.services.desk import Desk
from clinicdesk.services.passwords import FilePasswords, Passwords, Sealed, ServerPasswords
from clinicdesk.services.work import Work
from clinicdesk.storage import clinic, drafts, keys, recovery_key, resources, users
from clinicdesk.storage.database import Database, Session, open_file, open_server
from clinicdesk.storage.files import meaning
from clinicdesk.storage.migrate import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdministrator:
    """Who sets the clinic up."""

    login: str
    full_name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unit:
    """A room, a C-arm, a surgeon ... that the clinic starts with."""

    kind: ResourceKind
    name: str


@dataclass(frozen=True, slots=True)
class Founded:
    """The new clinic with its administrator signed in, and the recovery key to print: it is shown this once."""

    desk: Desk
    recovery_key: str = field(repr=False)


class ClinicStands(StorageProblem):
    """There is a clinic here already; it was left as it is."""


def new_recovery_key() -> str:
    """A recovery key to show and print before the clinic is made with it."""
    return recovery_key.new()


def found(
    config: Config,
    facts: ClinicFacts,
    administrator: FirstAdministrator,
    units: Sequence[Unit] = (),
    *,
    printed_recovery_key: str | None = None,
    clock: Clock | None = None,
) -> Founded:
    """Make the clinic: key, encrypted file (or the server's tables), facts, units, catalogue, first administrator.

    Raises `BadInput` for a password or name that cannot be, `ClinicStands` where there is a clinic, `FolderNotWritable`,
    `DiskFull`, `ServerUnreachable`. Whatever is raised, nothing half-made stays.
    """
    clock = clock or SystemClock()
    administrator = _checked(administrator)
    _check_units(units)
    printed = printed_recovery_key or recovery_key.new()
    plan = _Plan(facts, administrator, tuple(units), printed, clock.now())
    desk = _found_on_server(config, plan) if config.server_url else _found_in_folder(config, plan)
    return Founded(replace(desk, clock=clock), printed)


@dataclass(frozen=True, slots=True)
class _Plan:
    facts: ClinicFacts
    administrator: FirstAdministrator
    units: tuple[Unit, ...]
    printed: str
    now: datetime


def _checked(administrator: FirstAdministrator) -> FirstAdministrator:
    login = normal_login(administrator.login)
    check_free_login(login)
    check_name(administrator.full_name, "full_name")
    check_password(keys.normal_password(administrator.password), login)
    return replace(administrator, login=login, full_name=administrator.full_name.strip())


def check_free_login(login: str) -> None:
    """Raise `BadInput` for the user name that the program itself has."""
    if login == users.SYSTEM_LOGIN:
        raise BadInput(_("The user name “system” is the program's own. Choose another."), "login")


def _check_units(units: Sequence[Unit]) -> None:
    seen = set()
    for unit in units:
        check_name(unit.name, unit.kind.value)
        spelled = (unit.kind, unit.name.strip().casefold())
        if spelled in seen:
            raise BadInput(
                _("There are two of the name “{name}”. Give each its own.").format(name=unit.name.strip()),
                unit.kind.value,
            )
        seen.add(spelled)


def _found_in_folder(config: Config, plan: _Plan) -> Desk:
    """Build under another name in the same folder, then rename: the key file last, because with it the clinic stands."""
    with _building_site(config) as site:
        file_key = keys.create(
            site / config.keys.name, plan.administrator.login, plan.administrator.password, plan.printed
        )
        database = open_file(site / config.file.name, file_key.key, create=True)
        try:
            migrate(database)
            with database.writing() as session:
                actor = _fill(session, plan, None)
        finally:
            database.close()
        _move_in(site, config)
    opened = keys.unwrap(config.keys, plan.administrator.login, plan.administrator.password)
    desk = Desk(open_file(config.file, file_key.key), actor, passwords=FilePasswords(config, file_key))
    return _with_own_drafts(desk, opened.wrapping)


def _found_on_server(config: Config, plan: _Plan) -> Desk:
    assert config.server_url is not None
    database = open_server(config.server_url)
    try:
        migrate(database)
        _refuse_second(database)
        passwords = ServerPasswords(config)
        sealed = passwords.seal(plan.administrator.login, plan.administrator.password)
        with database.writing() as session:
            if clinic.exists(session):  # another desk was quicker
                raise _stands()
            actor = _fill(session, plan, sealed)
            passwords.replace_recovery_key(session, plan.printed)
    except BaseException:  # whatever is raised, no connection stays open
        database.close()
        raise
    return _with_own_drafts(Desk(database, actor, passwords=passwords), sealed.wrapping)


def _with_own_drafts(desk: Desk, wrapping: bytes) -> Desk:
    """``desk`` with a key for the administrator's drafts, as signing in gives it."""
    try:
        with desk.database.writing() as session:
            secret = drafts.own_key(session, desk.actor.user_id, wrapping)
    except BaseException:  # whatever is raised, no connection stays open
        desk.database.close()
        raise
    return replace(desk, draft_secret=secret)


def _fill(session: Session, plan: _Plan, sealed: Sealed | None) -> Actor:
    """The rows of a new clinic; ``sealed`` is the administrator's password where the database keeps it."""
    clinic.create(session, plan.facts)
    users.add(session, login=users.SYSTEM_LOGIN, full_name="ClinicDesk", role=Role.SYSTEM)
    who = plan.administrator
    user_id = users.add(session, login=who.login, full_name=who.full_name, role=Role.ADMINISTRATOR)
    user = User(id=user_id, login=who.login, full_name=who.full_name, role=Role.ADMINISTRATOR)
    if sealed is not None:
        sealed.store(session, user)
    work = Work(session, user.actor, plan.now)
    work.record(AuditAction.CREATED, Subject.CLINIC, 1, demo=plan.facts.demo)
    work.record(AuditAction.CREATED, Subject.USER, user_id, role=Role.ADMINISTRATOR)
    for position, unit in enumerate(plan.units):
        new = resources.add(session, unit.kind, unit.name.strip(), position=position)
        work.record(AuditAction.CREATED, Subject.RESOURCE, new, kind=unit.kind)
    load_shipped(work)
    work.close()
    return user.actor


def _refuse_second(database: Database) -> None:
    with database.reading() as session:
        if clinic.exists(session):
            raise _stands()


def _stands() -> ClinicStands:
    return ClinicStands(_("There is a clinic here already. It was left as it is: sign in to it instead."))


@contextmanager
def _building_site(config: Config) -> Iterator[Path]:
    """A folder inside the data folder that goes away again, and the data folder with it where that was new and failed."""
    folder = config.folder
    made = _make_folder(folder)
    if config.keys.exists() or config.file.exists():
        raise _stands()
    site = folder / f".founding-{secrets.token_hex(4)}"
    try:
        site.mkdir(mode=0o700)
        yield site
    except OSError as error:
        raise meaning(error, folder) from error
    finally:
        shutil.rmtree(site, ignore_errors=True)
        if made and not config.keys.exists():
            with suppress(OSError):
                folder.rmdir()


def _make_folder(folder: Path) -> bool:
    """Make the data folder, for its owner alone; whether it was new."""
    if folder.is_dir():
        return False
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise meaning(error, folder) from error
    return True


def _move_in(site: Path, config: Config) -> None:
    (site / config.file.name).rename(config.file)
    try:
        (site / config.keys.name).rename(config.keys)
    except OSError:
        config.file.unlink()
        raise


__all__ = [
    "ClinicStands",
    "FirstAdministrator",
    "Founded",
    "Passwords",
    "Unit",
    "check_free_login",
    "found",
    "new_recovery_key",
]
