"""The people who work with the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.domain.ids import UserId
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

SHORTEST_PASSWORD = 15
"""Characters a password must have; no rules of composition (NIST SP 800-63B)."""

LONGEST_PASSWORD = 1024


class Role(StrEnum):
    """What someone does at the clinic."""

    SCHEDULER = "scheduler"
    NURSE = "nurse"
    SURGEON = "surgeon"
    ANESTHESIA = "anesthesia"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    """The background sweeps; nobody can sign in as it."""

    @property
    def label(self) -> str:
        """The role in the person's language."""
        return {
            Role.SCHEDULER: _("Scheduler"),
            Role.NURSE: _("Nurse"),
            Role.SURGEON: _("Surgeon"),
            Role.ANESTHESIA: _("Anesthesia"),
            Role.ADMINISTRATOR: _("Administrator"),
            Role.SYSTEM: _("The program"),
        }[self]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: the signed-in user, or the program itself."""

    user_id: UserId
    login: str
    full_name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Someone who may sign in. ``npi`` is the ten-digit National Provider Identifier of a practitioner."""

    id: UserId
    login: str
    full_name: str
    role: Role
    npi: str = ""
    active: bool = True
    version: int = 1

    @property
    def actor(self) -> Actor:
        """This user, acting."""
        return Actor(self.id, self.login, self.full_name, self.role)


def normal_login(login: str) -> str:
    """The form of a login that is compared and stored. Raises `BadInput` where it cannot be one."""
    folded = login.strip().casefold()
    if not folded or len(folded) > 64 or any(c.isspace() or not c.isprintable() for c in folded):
        raise BadInput(_("A user name is 1 to 64 characters without spaces."), "login")
    return folded


def check_password(password: str, login: str = "") -> None:
    """Raise `BadInput` for a password that is too short, too long or the user's own name."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            _("A password has at least {count} characters. A sentence you can remember is good.").format(
                count=SHORTEST_PASSWORD
            ),
            "password",
        )
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(_("This password is too long: 1,024 characters at most."), "password")
    if login and password.casefold().strip() == login.casefold().strip():
        raise BadInput(_("The password may not be the user name."), "password")
