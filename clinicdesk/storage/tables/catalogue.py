"""What the clinic edits: procedures, sedation levels, braces, pathways, questions, handouts."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id


class CatalogueEntry(Base):
    """A procedure, sedation level, brace, pathway, question or handout, as the clinic edited it."""

    __tablename__ = "catalogue_entry"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    key: Mapped[str]
    name: Mapped[str]
    body: Mapped[str]
    shipped: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    confirmed: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
