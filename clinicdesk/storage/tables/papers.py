"""The papers that were made, and each time one left."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class Paper(Base):
    """A paper that was made, byte for byte. ``day`` is the clinic's day that it is about."""

    __tablename__ = "paper"
    __table_args__ = (
        Index("ix_paper_patient_id", "patient_id", "created_at"),
        Index("ix_paper_booking_id", "booking_id"),
        Index("ix_paper_day", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), default=None)
    brace_order_id: Mapped[int | None] = mapped_column(ForeignKey("brace_order.id"), default=None)
    kind: Mapped[str] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    large_print: Mapped[bool] = mapped_column(default=False)
    day: Mapped[date | None] = mapped_column(default=None)
    sha256: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class PaperUse(Base):
    """Each time a paper left: printed or saved, by whom."""

    __tablename__ = "paper_use"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    how: Mapped[str] = mapped_column(Code)
