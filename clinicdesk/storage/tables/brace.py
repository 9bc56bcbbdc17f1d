"""Brace orders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class BraceOrderRow(Base):
    """A brace order and where it stands."""

    __tablename__ = "brace_order"
    __table_args__ = (
        Index("ix_brace_order_patient_id", "patient_id"),
        Index("ix_brace_order_booking_id", "booking_id"),
        Index("ix_brace_order_status", "status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), default=None)
    hcpcs: Mapped[str] = mapped_column(Code)
    quantity: Mapped[int] = mapped_column(default=1)
    weeks: Mapped[int]
    wear_rule: Mapped[str]
    diagnosis: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(Code)
    ordered_on: Mapped[date]
    ordered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_on: Mapped[date | None] = mapped_column(default=None)
    notes: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class BraceEventRow(Base):
    """One step in the life of a brace order."""

    __tablename__ = "brace_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    brace_order_id: Mapped[int] = mapped_column(ForeignKey("brace_order.id"), index=True)
    status: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    note: Mapped[str] = mapped_column(default="")
