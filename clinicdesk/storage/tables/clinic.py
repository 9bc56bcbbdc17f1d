"""The clinic's own facts and the hours in which it opens."""

from __future__ import annotations

from datetime import time

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class Clinic(Base):
    """The one row of the clinic's facts."""

    __tablename__ = "clinic"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    phone_after_hours: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(Code)
    emergency_number: Mapped[str]
    time_zone: Mapped[str]
    language: Mapped[str] = mapped_column(Code)
    aftercare_hours: Mapped[int]
    aftercare_hours_general: Mapped[int]
    leaving_time: Mapped[time]
    late_finish: Mapped[time]
    duration_percentile: Mapped[int] = mapped_column(default=80)
    duration_cases: Mapped[int] = mapped_column(default=10)
    demo: Mapped[bool]
    audit_key: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)


class OpeningHoursRow(Base):
    """One stretch of a weekday."""

    __tablename__ = "opening_hours"
    __table_args__ = (CheckConstraint("closes > opens", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
