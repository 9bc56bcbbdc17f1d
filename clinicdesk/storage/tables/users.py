"""Who may sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class UserRow(Base):
    """Someone who may sign in. No password stands here: the file's keys or `Verifier` hold what proves it."""

    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    role: Mapped[str] = mapped_column(Code)
    npi: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class Verifier(Base):
    """PostgreSQL only: what a password is checked against, and how often it failed."""

    __tablename__ = "verifier"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    encoded: Mapped[str]
    failures: Mapped[int] = mapped_column(default=0)
    last_failure: Mapped[datetime | None] = mapped_column(default=None)
