"""When units work, what is closed, and whose time it is."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class ResourceHoursRow(Base):
    """One stretch of a weekday in which a unit works, between two dates where they are given.

    A unit without any follows the clinic's opening hours.
    """

    __tablename__ = "resource_hours"
    __table_args__ = (CheckConstraint("closes > opens", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    first_on: Mapped[date | None] = mapped_column(default=None)
    last_on: Mapped[date | None] = mapped_column(default=None)


class ClosureRow(Base):
    """A stretch in which a unit, or (without one) the whole clinic, is closed."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_closure_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True, default=None)
    kind: Mapped[str] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)


class BlockRow(Base):
    """Block time: a room that is a surgeon's own on a weekday, every so many weeks from ``first_on`` on."""

    __tablename__ = "block"
    __table_args__ = (
        CheckConstraint("closes > opens", name="ends_after_start"),
        CheckConstraint("every_weeks > 0", name="some_weeks"),
        Index("ix_block_room_id", "room_id", "weekday"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    surgeon_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    every_weeks: Mapped[int] = mapped_column(default=1)
    first_on: Mapped[date]
    last_on: Mapped[date | None] = mapped_column(default=None)
    exclusive: Mapped[bool] = mapped_column(default=True)
    release_days: Mapped[int | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)


class BlockReleaseRow(Base):
    """One day of a block that was given to everybody: by a person, or by the sweep once its time had come."""

    __tablename__ = "block_release"

    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    released_at: Mapped[datetime]
    released_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
