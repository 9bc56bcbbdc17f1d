"""Who can sign in to a demo clinic: kept in the open beside it, because nobody in it is real."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clinicdesk.ui.window.signin import DemoUser

FILE_NAME = "demo-users.json"


def save(folder: Path, users: Sequence[DemoUser]) -> None:
    """Keep them beside the clinic."""
    import json

    rows = [[user.login, user.password, user.role, user.full_name] for user in users]
    (folder / FILE_NAME).write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")


def read(folder: Path) -> tuple[DemoUser, ...]:
    """Those of this folder; nobody where it holds no demo clinic."""
    if not (folder / FILE_NAME).exists():
        return ()
    import json  # deferred: only a demo clinic's first window needs it

    try:
        kept = json.loads((folder / FILE_NAME).read_text("utf-8"))
        return tuple(DemoUser(*map(str, row)) for row in kept)
    except (OSError, ValueError, TypeError):
        return ()


def one_of_each_role(users: Sequence[DemoUser]) -> tuple[DemoUser, ...]:
    """The first of every role: enough to look at the program from each side."""
    return tuple(
        {user.role: user for user in reversed(users)}[role] for role in dict.fromkeys(u.role for u in users)
    )
