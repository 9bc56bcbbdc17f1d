"""Where things are: the data folder, the shipped resources, the database the clinic uses."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

DATABASE_VARIABLE = "CLINICDESK_DATABASE"
USER_VARIABLE = "CLINICDESK_USER"
PASSWORD_VARIABLE = "CLINICDESK_PASSWORD"  # noqa: S105 - the variable's name, not a password

FILE_NAME = "clinic.db"
KEYS_NAME = "clinic.keys"


@dataclass(frozen=True, slots=True)
class Config:
    """What one start of the program was told."""

    folder: Path
    server_url: str | None = None

    @property
    def file(self) -> Path:
        """The encrypted file."""
        return self.folder / FILE_NAME

    @property
    def keys(self) -> Path:
        """The file beside it that holds the wrapped key, one slot a user."""
        return self.folder / KEYS_NAME

    @property
    def settings(self) -> Path:
        """This machine's own settings: window geometry, light or dark, scale."""
        return self.folder / "settings.ini"

    @property
    def has_clinic(self) -> bool:
        """Whether a clinic stands here already. Raises `FolderNotWritable` for a folder that may not be looked into."""
        return self.server_url is not None or _stands(self.keys) or _stands(self.file)


def _stands(path: Path) -> bool:
    """Whether there is such a file; one that nobody may see is not one that is missing: a clinic could be made over it."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        from clinicdesk.errors import FolderNotWritable  # deferred: the first window hardly ever needs them
        from clinicdesk.i18n import _

        raise FolderNotWritable(
            _(
                "The folder {folder} cannot be opened. Nothing was changed. Check its permissions, or choose another "
                "folder with --data."
            ).format(folder=path.parent)
        ) from error
    return True


def from_environment(folder: Path | None) -> Config:
    """``--data`` if given, otherwise the platform's data folder; PostgreSQL if the environment names a server."""
    return Config(
        folder=folder or platform_folder(),
        server_url=os.environ.get(DATABASE_VARIABLE) or None,
    )


def platform_folder() -> Path:
    """Where this system keeps the data of a person's programs."""
    import platformdirs  # deferred: the first window does not wait for it where --data is given

    return Path(platformdirs.user_data_dir("ClinicDesk", appauthor=False))


def resources_dir() -> Path:
    """The shipped resources: inside the package once installed, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
