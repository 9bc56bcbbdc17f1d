"""Check-ins after a procedure: what was asked, answered and tried."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class CheckInRow(Base):
    """One check-in of a recovery pathway. ``closed_at`` is set once it was done, given up or became needless."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index(
            "ix_check_in_open",
            "due_on",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_check_in_review",
            "tier",
            "id",
            sqlite_where=text("closed_at IS NOT NULL AND reviewed_at IS NULL"),
            postgresql_where=text("closed_at IS NOT NULL AND reviewed_at IS NULL"),
        ),
        Index("ix_check_in_patient_id", "patient_id", "due_on"),
        Index("ix_check_in_booking_id", "booking_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    step_key: Mapped[str]
    label: Mapped[str]
    channel: Mapped[str] = mapped_column(Code)
    due_on: Mapped[date]
    window_days: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    outcome: Mapped[str] = mapped_column(Code, default="")
    pain: Mapped[int | None] = mapped_column(default=None)
    tier: Mapped[str | None] = mapped_column(Code, default=None)
    complete: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    told_surgeon_at: Mapped[datetime | None] = mapped_column(default=None)
    told_surgeon_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    review_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class CallAttemptRow(Base):
    """One attempt to reach a patient or a contact: when, who, which number, what came of it."""

    __tablename__ = "call_attempt"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    number: Mapped[str]
    called: Mapped[str]
    outcome: Mapped[str] = mapped_column(Code)
    note: Mapped[str] = mapped_column(default="")


class CheckInAnswer(Base):
    """One answer; a question without a row was not asked, which is not "no"."""

    __tablename__ = "check_in_answer"

    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"), primary_key=True)
    question: Mapped[str] = mapped_column(Code, primary_key=True)
    answer: Mapped[str]
