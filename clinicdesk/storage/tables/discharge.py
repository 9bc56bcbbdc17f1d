"""What is checked before a patient leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code


class DischargeRow(Base):
    """What was checked and written before a patient left. Scores are stored as the chosen categories."""

    __tablename__ = "discharge"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    aldrete: Mapped[str] = mapped_column(default="")
    aldrete_at: Mapped[datetime | None] = mapped_column(default=None)
    aldrete_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    padss: Mapped[str] = mapped_column(default="")
    padss_at: Mapped[datetime | None] = mapped_column(default=None)
    padss_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    escort_name: Mapped[str] = mapped_column(default="")
    escort_phone: Mapped[str] = mapped_column(default="")
    escort_exempt_reason: Mapped[str] = mapped_column(default="")
    escort_exempt_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    escort_exempt_at: Mapped[datetime | None] = mapped_column(default=None)
    order_signed_at: Mapped[datetime | None] = mapped_column(default=None)
    order_signed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    teach_back_at: Mapped[datetime | None] = mapped_column(default=None)
    teach_back_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    wound_closure: Mapped[str] = mapped_column(default="")
    lifting_limit: Mapped[str] = mapped_column(default="")
    medicines: Mapped[str] = mapped_column(default="")
    opioids: Mapped[bool] = mapped_column(default=False)
    blood_thinner_restart: Mapped[str] = mapped_column(default="")
    instructions: Mapped[str] = mapped_column(default="")
    follow_up: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(Code, default="")
    override_reason: Mapped[str] = mapped_column(default="")
    override_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    override_missing: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
