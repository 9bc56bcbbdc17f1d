"""Who is sitting at which open clinic."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from clinicdesk.clock import Clock, SystemClock
from clinicdesk.domain.users import Actor
from clinicdesk.services.passwords import Passwords
from clinicdesk.storage.database import Database

_PROCESS_SECRET = secrets.token_bytes(32)
"""Seals the drafts of whoever did not sign in, for as long as this process lives."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An open clinic and the person acting on it; what every service takes first."""

    database: Database
    actor: Actor
    clock: Clock = field(default_factory=SystemClock)
    passwords: Passwords | None = field(default=None, repr=False, compare=False)
    """Where the clinic keeps its passwords; a desk that did not come by signing in has none."""
    draft_secret: bytes = field(default=_PROCESS_SECRET, repr=False, compare=False)
    """What seals the drafts of the person acting: the user's own key, opened by signing in."""

    def acting(self, actor: Actor) -> Desk:
        """The same clinic with someone else acting."""
        return replace(self, actor=actor, draft_secret=_PROCESS_SECRET)
