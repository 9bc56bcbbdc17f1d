"""The audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class AuditEventRow(Base):
    """One appended audit event; triggers refuse update, delete and gaps."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    action: Mapped[str] = mapped_column(Code)
    subject: Mapped[str] = mapped_column(Code)
    subject_id: Mapped[int]
    details: Mapped[str]
    mac: Mapped[bytes]
