"""Unsaved work of a person, sealed with a key of that person's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class DraftKeyRow(Base):
    """The random key that seals a user's drafts, itself sealed with what the user's password makes."""

    __tablename__ = "draft_key"

    user_id: Mapped[int] = mapped_column(Id, ForeignKey("app_user.id"), primary_key=True)
    sealed: Mapped[bytes]


class DraftRow(Base):
    """What a user typed into a panel and has neither saved nor thrown away; the newest for each panel and thing."""

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_kept_at", "kept_at"),)

    user_id: Mapped[int] = mapped_column(Id, ForeignKey("app_user.id"), primary_key=True)
    panel: Mapped[str] = mapped_column(Code, primary_key=True)
    subject: Mapped[str] = mapped_column(Code, primary_key=True)
    subject_id: Mapped[int] = mapped_column(Id, primary_key=True)
    sealed: Mapped[bytes]
    """What was typed, and the exact time."""
    kept_at: Mapped[datetime]
    """To the second, for the sweep."""
