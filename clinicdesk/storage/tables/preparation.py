"""What has to be ready before a case."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code


class PreparationItem(Base):
    """What was found of one point of a case's checklist. A point without a row is open."""

    __tablename__ = "preparation_item"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Code, primary_key=True)
    status: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)
