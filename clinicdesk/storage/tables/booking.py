"""Bookings, the units they use, and what these are busy with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class BookingRow(Base):
    """A booking. Planned and actual times both stay."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_booking_starts_at", "starts_at"),
        Index("ix_booking_patient_id", "patient_id", "starts_at"),
        Index("ix_booking_state", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    procedure_id: Mapped[int] = mapped_column(ForeignKey("catalogue_entry.id"))
    state: Mapped[str] = mapped_column(Code)
    levels: Mapped[str] = mapped_column(default="")
    side: Mapped[str | None] = mapped_column(Code, default=None)
    diagnosis: Mapped[str] = mapped_column(default="")
    sedation: Mapped[str] = mapped_column(Code)
    mac: Mapped[bool] = mapped_column(default=False)
    setting: Mapped[str] = mapped_column(Code)
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    setup_minutes: Mapped[int]
    turnover_minutes: Mapped[int]
    recovery_minutes: Mapped[int]
    minutes: Mapped[int]
    pain_before: Mapped[int | None] = mapped_column(default=None)
    arrived_at: Mapped[datetime | None] = mapped_column(default=None)
    in_room_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    recovery_at: Mapped[datetime | None] = mapped_column(default=None)
    discharged_at: Mapped[datetime | None] = mapped_column(default=None)
    notes: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    cancel_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    version: Mapped[int] = mapped_column(default=1)


class BookingUnit(Base):
    """The unit of each kind that a booking uses, kept also while it holds no claims."""

    __tablename__ = "booking_unit"
    __table_args__ = (Index("ix_booking_unit_resource_id", "resource_id", "booking_id"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))


class BookingEventRow(Base):
    """One step in the life of a booking."""

    __tablename__ = "booking_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    from_state: Mapped[str | None] = mapped_column(Code, default=None)
    to_state: Mapped[str] = mapped_column(Code)
    from_starts: Mapped[datetime | None] = mapped_column(default=None)
    to_starts: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


class Claim(Base):
    """Who is busy when: the one truth that every screen, the clash check and the database's own guard share."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_claim_resource_starts", "resource_id", "starts_at", "ends_at", "booking_id"),
        Index("ix_claim_booking_id", "booking_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
