"""Making a demo clinic, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from clinicdesk.bootstrap import demo_users
from clinicdesk.clock import Clock
from clinicdesk.config import Config
from clinicdesk.errors import StorageProblem
from clinicdesk.i18n import _
from clinicdesk.services import demo
from clinicdesk.services.founding import ClinicStands
from clinicdesk.storage.files import meaning
from clinicdesk.ui.window.signin import DemoUser

PATIENTS, YEARS, SEED = 1_200, 1, 1

_SITE = ".making-demo"


def make(
    config: Config,
    *,
    patients: int = PATIENTS,
    years: int = YEARS,
    seed: int = SEED,
    clock: Clock | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[DemoUser, ...]:
    """Fill a demo clinic into the data folder; gives who may sign in to it.

    ``clock`` says what is past and what is to come; the machine's own where none is given.
    In a folder it is built under another name and moved in when it is whole, so that one that was stopped leaves nothing.
    Raises `ClinicStands` where there is a clinic, demo or not, and whatever `services.demo.build` raises.
    """
    if config.server_url:
        return _build(config, patients, years, seed, clock, progress)
    if config.has_clinic:
        raise ClinicStands(
            _(
                "There is a clinic in {folder} already. It was left as it is. Name another folder with --data."
            ).format(folder=config.folder)
        )
    site = Config(config.folder / _SITE)
    _clear(site)
    new_folder = not config.folder.exists()
    try:
        users = _build(site, patients, years, seed, clock, progress)
        demo_users.save(site.folder, users)
        for name in (
            demo_users.FILE_NAME,
            site.file.name,
            site.keys.name,
        ):  # the keys last: with them it stands
            (site.folder / name).rename(config.folder / name)
    except OSError as error:
        raise meaning(error, config.folder) from error
    finally:
        _clear(site)
        if new_folder and not config.has_clinic:
            shutil.rmtree(config.folder, ignore_errors=True)
    return users


def _build(
    config: Config,
    patients: int,
    years: int,
    seed: int,
    clock: Clock | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[DemoUser, ...]:
    made = demo.build(config, patients=patients, years=years, seed=seed, clock=clock, progress=progress)
    made.desk.database.close()
    return tuple(DemoUser(user.login, user.password, user.role.label, user.full_name) for user in made.users)


def _clear(site: Config) -> None:
    shutil.rmtree(site.folder, ignore_errors=True)
    if site.folder.exists():
        raise StorageProblem(
            _("The folder {folder} is in the way and cannot be removed.").format(folder=site.folder)
        )
