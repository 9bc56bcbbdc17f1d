"""Patients, how they are reached, and the ways into their names."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clinicdesk.storage.base import Base, Code, Id, Key


class PatientRow(Base):
    """A patient. The ``*_key`` columns are folded for searching: case, accents and punctuation gone."""

    __tablename__ = "patient"
    __table_args__ = (Index("ix_patient_birth_date", "birth_date", "family_key", "given_key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mrn: Mapped[str] = mapped_column(Key, unique=True)
    given: Mapped[str]
    family: Mapped[str]
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(Code)
    deceased_on: Mapped[date | None] = mapped_column(default=None)
    given_key: Mapped[str] = mapped_column(Key)
    family_key: Mapped[str] = mapped_column(Key)
    title: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(Code, default="en")
    large_print: Mapped[bool] = mapped_column(default=False)
    interpreter: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(Code, default="")
    insurance: Mapped[str] = mapped_column(default="")
    insurance_number: Mapped[str] = mapped_column(default="", index=True)
    referrer: Mapped[str] = mapped_column(default="")
    asa_class: Mapped[int | None] = mapped_column(default=None)
    blood_thinner: Mapped[str] = mapped_column(default="")
    allergies: Mapped[str] = mapped_column(default="")
    no_known_allergies: Mapped[bool] = mapped_column(default=False)
    contact_hours: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    source_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class PatientPhone(Base):
    """A patient's phone as typed, and its digits for searching."""

    __tablename__ = "patient_phone"
    __table_args__ = (
        Index("ix_patient_phone_digits", "digits", "patient_id"),
        Index("ix_patient_phone_reversed", "reversed_digits", "patient_id"),
        Index("ix_patient_phone_patient_id", "patient_id", "position", "number"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[str] = mapped_column(Code)
    number: Mapped[str]
    digits: Mapped[str] = mapped_column(Key)
    reversed_digits: Mapped[str] = mapped_column(Key)
    position: Mapped[int] = mapped_column(default=0)


class PatientContact(Base):
    """Someone to reach instead of, or beside, the patient: the escort, an alternate contact."""

    __tablename__ = "patient_contact"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[str] = mapped_column(Code)
    name: Mapped[str]
    relation: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class NameKeyRow(Base):
    """One way into a patient's name: by ``word``, with ``mate`` beside it (`clinicdesk.domain.names.NameKey`).

    One b-tree answers every search by name, and holds what the list shows: neighbours in the list are neighbours on a page,
    where each would cost a page of its own in ``patient``. ``rank`` is 0 for a living patient's family name, 1 for a given
    name, 2 and 3 for the same of the deceased; ``born`` is the birth date as a number (19480203).
    """

    __tablename__ = "name_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(Key, primary_key=True)
    mate: Mapped[str] = mapped_column(Key, primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    born: Mapped[int]
    lead: Mapped[bool]
    mrn: Mapped[str]
    name: Mapped[str]
    sex: Mapped[str] = mapped_column(Code)
    phone: Mapped[str]


class NameVariant(Base):
    """A beginning of a name (``target``) under each form with one letter left out: how a mistyped name is found."""

    __tablename__ = "name_variant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    variant: Mapped[str] = mapped_column(Key, primary_key=True)
    target: Mapped[str] = mapped_column(Key, primary_key=True)
