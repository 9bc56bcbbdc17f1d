"""Everything that can be busy."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class ResourceRow(Base):
    """Anything that can be busy, patients included (their rows appear with their first booking)."""

    __tablename__ = "resource"
    __table_args__ = (Index("ix_resource_kind_position", "kind", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), default=None)
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), unique=True, default=None)
    serves: Mapped[str] = mapped_column(Code, default="all")
    version: Mapped[int] = mapped_column(default=1)
