"""What who waits would like, and the calls about a booking."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class BookingWish(Base):
    """What somebody who waits for a time would like: how soon, on which days, at what time of the day."""

    __tablename__ = "booking_wish"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    priority: Mapped[str] = mapped_column(Code)
    earliest_on: Mapped[date | None] = mapped_column(default=None)
    latest_on: Mapped[date | None] = mapped_column(default=None)
    weekdays: Mapped[str] = mapped_column(default="")
    day_part: Mapped[str] = mapped_column(Code, default="any")
    short_notice: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


class BookingCall(Base):
    """One call about a booking: to confirm it, or to offer somebody who waits a time that came free."""

    __tablename__ = "booking_call"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    purpose: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    number: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(Code)
    note: Mapped[str] = mapped_column(default="")
    offered_at: Mapped[datetime | None] = mapped_column(default=None)
    """The start that was offered; None where the call was about another thing."""
