"""Patients: registering, reading, changing. How they are searched stands in `clinicdesk.storage.patient_search`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, select, text
from sqlalchemy.orm import Session

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.names import fold, name_words, similar
from clinicdesk.domain.patient_search import day_number
from clinicdesk.domain.patients import (
    Contact,
    ContactKind,
    Patient,
    PatientDraft,
    PatientForBooking,
    PatientLine,
    Phone,
    PhoneKind,
    Sex,
    full_name,
)
from clinicdesk.errors import BadInput, NotFound
from clinicdesk.i18n import _
from clinicdesk.storage import patient_keys
from clinicdesk.storage.base import AnyRow, Base
from clinicdesk.storage.calling import first_phone
from clinicdesk.storage.phones import understand
from clinicdesk.storage.tables import NameKeyRow, PatientContact, PatientPhone, PatientRow
from clinicdesk.storage.versions import update_versioned

FIRST_MRN = 10_000
"""The program's own record numbers start after this one."""

SEXES = {sex.value: sex for sex in Sex}
_NOT_COLUMNS = frozenset({"phones", "contacts", "mrn"})
_TYPED = tuple(field.name for field in fields(PatientDraft) if field.name not in _NOT_COLUMNS)
_PATIENT = Base.metadata.tables[PatientRow.__tablename__]
_PHONE = Base.metadata.tables[PatientPhone.__tablename__]
_CONTACT = Base.metadata.tables[PatientContact.__tablename__]
_KEY = Base.metadata.tables[NameKeyRow.__tablename__]

LINE = (
    _PATIENT.c.id,
    _PATIENT.c.mrn,
    _PATIENT.c.given,
    _PATIENT.c.family,
    _PATIENT.c.birth_date,
    _PATIENT.c.sex,
    _PATIENT.c.deceased_on,
    first_phone().label("phone"),
)
"""The columns of a line of a list."""


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A patient to be registered, and where the data came from; ``source_key`` keeps a second import from adding it."""

    draft: PatientDraft
    source: str = ""
    source_key: str | None = None


def add(session: Session, draft: PatientDraft, *, country: str, now: datetime) -> PatientId:
    """Register one patient. Raises `BadInput` where the typed record number belongs to someone else."""
    return add_many(session, [NewPatient(draft)], country=country, now=now)[0]


def add_many(
    session: Session, patients: Sequence[NewPatient], *, country: str, now: datetime
) -> tuple[PatientId, ...]:
    """Register many at once, tidied and checked before; ``country`` is where their phone numbers are dialled.

    Raises `BadInput` where a record number is taken.
    """
    if not patients:
        return ()
    patients = [replace(new, draft=_understood(new.draft, country)) for new in patients]
    ids = _reserve_ids(session, len(patients))
    mrns = _mrns(session, ids, patients)
    rows, phones, contacts = [], [], []
    for patient_id, mrn, new in zip(ids, mrns, patients, strict=True):
        rows.append(
            {
                "id": patient_id,
                "mrn": mrn,
                "source": new.source,
                "source_key": new.source_key,
                "created_at": now,
                "version": 1,
                **_columns(new.draft),
            }
        )
        phones += _phone_rows(patient_id, new.draft, country)
        contacts += _contact_rows(patient_id, new.draft)
    session.execute(insert(_PATIENT), rows)
    if phones:
        session.execute(insert(_PHONE), phones)
    if contacts:
        session.execute(insert(_CONTACT), contacts)
    numbered = zip(ids, mrns, patients, strict=True)
    patient_keys.add(session, [(one, replace(new.draft, mrn=mrn)) for one, mrn, new in numbered])
    return ids


def read(session: Session, patient_id: PatientId) -> Patient:
    """One patient with everything. Raises `NotFound`."""
    row = session.execute(select(_PATIENT).where(_PATIENT.c.id == patient_id)).first()
    if row is None:
        raise NotFound(_("This patient does not exist."))
    typed: dict[str, Any] = {name: row._mapping[name] for name in _TYPED}
    typed["sex"] = Sex(row.sex)
    draft = PatientDraft(
        mrn=row.mrn,
        phones=_phones(session, patient_id),
        contacts=_contacts(session, patient_id),
        **typed,
    )
    return Patient(
        id=PatientId(row.id),
        draft=draft,
        mrn=row.mrn,
        created_at=row.created_at,
        source=row.source,
        version=row.version,
    )


def change(
    session: Session, patient_id: PatientId, draft: PatientDraft, version: int, *, country: str
) -> frozenset[str]:
    """Replace what was typed about a patient; an empty ``mrn`` keeps the one there is. Returns the fields that changed.

    Raises `Stale`, `NotFound`, or `BadInput` where the record number belongs to someone else.
    """
    before = read(session, patient_id)
    draft = _understood(draft, country)
    mrn = draft.mrn.upper() or before.mrn
    if mrn != before.mrn:
        _refusetaken_mrns(session, [mrn])
    update_versioned(session, PatientRow, Subject.PATIENT, patient_id, version, mrn=mrn, **_columns(draft))
    after = replace(draft, mrn=mrn)
    if after.phones != before.draft.phones:
        session.execute(delete(_PHONE).where(_PHONE.c.patient_id == patient_id))
        if rows := _phone_rows(patient_id, after, country):
            session.execute(insert(_PHONE), rows)
    if after.contacts != before.draft.contacts:
        session.execute(delete(_CONTACT).where(_CONTACT.c.patient_id == patient_id))
        if rows := _contact_rows(patient_id, after):
            session.execute(insert(_CONTACT), rows)
    patient_keys.replace(session, patient_id, before.draft, after)
    return frozenset(
        field.name
        for field in fields(draft)
        if getattr(after, field.name) != getattr(before.draft, field.name)
    )


def set_deceased(session: Session, patient_id: PatientId, day: date | None) -> None:
    """Note the day of death, or take a wrong one back. Raises `NotFound`."""
    before = read(session, patient_id)
    update_versioned(session, PatientRow, Subject.PATIENT, patient_id, before.version, deceased_on=day)
    patient_keys.replace(session, patient_id, before.draft, replace(before.draft, deceased_on=day))


def read_for_booking(session: Session, patient_id: PatientId) -> PatientForBooking:
    """What a booking must know of its patient. Raises `NotFound`."""
    escort = exists().where(
        _CONTACT.c.patient_id == _PATIENT.c.id, _CONTACT.c.kind == ContactKind.ESCORT, _CONTACT.c.name != ""
    )
    row = session.execute(
        select(
            *LINE,
            _PATIENT.c.asa_class,
            _PATIENT.c.blood_thinner,
            _PATIENT.c.allergies,
            _PATIENT.c.language,
            _PATIENT.c.interpreter,
            _PATIENT.c.version,
            escort.label("has_escort"),
        ).where(_PATIENT.c.id == patient_id)
    ).first()
    if row is None:
        raise NotFound(_("This patient does not exist."))
    return PatientForBooking(
        id=PatientId(row.id),
        name=full_name(row.given, row.family),
        mrn=row.mrn,
        birth_date=row.birth_date,
        sex=Sex(row.sex),
        deceased_on=row.deceased_on,
        asa_class=row.asa_class,
        blood_thinner=row.blood_thinner,
        allergies=row.allergies,
        has_escort=bool(row.has_escort),
        language=row.language,
        interpreter=row.interpreter,
        phone=row.phone or "",
        version=row.version,
    )


def line(row: AnyRow) -> PatientLine:
    """A row of `LINE` as a value."""
    number, mrn, given, family, born, sex, deceased_on, phone = row[:8]
    return PatientLine(
        id=number,
        mrn=mrn,
        name=full_name(given, family),
        birth_date=born,
        sex=SEXES[sex],
        phone=phone or "",
        deceased=deceased_on is not None,
    )


def lines(session: Session, patient_ids: Sequence[int]) -> tuple[PatientLine, ...]:
    """Lines of a list for some patients, in the order given; those that do not exist are left out."""
    rows = session.execute(select(*LINE).where(_PATIENT.c.id.in_(patient_ids)))
    found = {row.id: line(row) for row in rows}
    return tuple(found[one] for one in patient_ids if one in found)


def one_line(session: Session, patient_id: PatientId) -> PatientLine:
    """One patient as a line of a list. Raises `NotFound`."""
    found = lines(session, [patient_id])
    if not found:
        raise NotFound(_("This patient does not exist."))
    return found[0]


def look_alikes(
    session: Session, draft: PatientDraft, *, country: str, but: PatientId | None = None, limit: int = 5
) -> tuple[PatientLine, ...]:
    """Patients that ``draft`` may be: name and birth date alike, the same phone, the same insurance number.

    Alike is one slip a word, and one digit, or day and month swapped, in the birth date.
    """
    found: dict[int, None] = {}
    for query in _suspects(draft, country):
        for row in session.execute(query):
            if row.id != but and _is_suspect(draft, row):
                found.setdefault(row.id)
    return lines(session, list(found)[:limit])


def known_sources(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Those of ``keys`` under which somebody was imported already."""
    known: set[str] = set()
    for some in patient_keys.chunks(list(keys)):
        query = select(_PATIENT.c.source_key).where(_PATIENT.c.source_key.in_(some))
        known.update(key for key in session.execute(query).scalars() if key is not None)
    return frozenset(known)


def taken_mrns(session: Session, mrns: Sequence[str]) -> set[str]:
    """Those of ``mrns`` that somebody has."""
    taken: set[str] = set()
    for some in patient_keys.chunks(mrns):
        taken.update(session.execute(select(_PATIENT.c.mrn).where(_PATIENT.c.mrn.in_(some))).scalars())
    return taken


def named_and_born(session: Session, days: Iterable[date]) -> dict[tuple[str, str, date], str]:
    """The record number of everyone born on one of ``days``, by folded first and family name and birth date."""
    found = {}
    for some in patient_keys.chunks(sorted(days)):
        query = select(
            _PATIENT.c.given_key, _PATIENT.c.family_key, _PATIENT.c.birth_date, _PATIENT.c.mrn
        ).where(_PATIENT.c.birth_date.in_(some))
        found.update({(r.given_key, r.family_key, r.birth_date): r.mrn for r in session.execute(query)})
    return found


def count(session: Session) -> int:
    """How many patients there are."""
    return session.execute(select(func.count()).select_from(_PATIENT)).scalar_one()


def _suspects(draft: PatientDraft, country: str) -> list[Select[Any]]:
    """Queries whose rows are looked at one by one: by birth date, by name, by phone, by insurance number."""
    columns = (
        _PATIENT.c.id,
        _PATIENT.c.given,
        _PATIENT.c.family,
        _PATIENT.c.birth_date,
        _PATIENT.c.insurance_number,
    )
    queries: list[Select[Any]] = [select(*columns).where(_PATIENT.c.birth_date == draft.birth_date)]
    words = name_words(draft.given, draft.family)
    family = [word for word, of_family in words if of_family]
    given = [word for word, of_family in words if not of_family]
    named = select(_KEY.c.patient_id).where(
        _KEY.c.rank.in_((patient_keys.LIVING_FAMILY, patient_keys.DECEASED_FAMILY)),
        _KEY.c.word == (family[0] if family else ""),
        _KEY.c.mate == (given[0] if given else ""),
        _KEY.c.born.in_(_born_alike(draft.birth_date)),
    )
    queries.append(select(*columns).where(_PATIENT.c.id.in_(named)))
    digits = [d for phone in draft.phones if len(d := understand(phone.number, country).digits) >= 7]
    if digits:
        ringing = select(_PHONE.c.patient_id).where(_PHONE.c.digits.in_(digits))
        queries.append(select(*columns).where(_PATIENT.c.id.in_(ringing)))
    if draft.insurance_number:
        queries.append(select(*columns).where(_PATIENT.c.insurance_number == draft.insurance_number))
    return [query.limit(200) for query in queries]


def _is_suspect(draft: PatientDraft, row: AnyRow) -> bool:
    if draft.insurance_number and row.insurance_number == draft.insurance_number:
        return True
    # Alike by name; and by birth date, or (that query found them) by phone.
    return similar(draft.given, draft.family, row.given, row.family)


def _born_alike(born: date) -> list[int]:
    """The birth dates one slip away, as numbers."""
    number = f"{day_number(born):08}"
    texts = {number, number[:4] + number[6:] + number[4:6]}
    for i in range(8):
        texts.update(f"{number[:i]}{digit}{number[i + 1 :]}" for digit in "0123456789")
        texts.add(number[:i] + number[i : i + 2][::-1] + number[i + 2 :])
    return sorted(int(one) for one in texts)


def _reserve_ids(session: Session, how_many: int) -> tuple[PatientId, ...]:
    """Numbers for new patients. The record number is made of them, so they are needed before the rows are there."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(4802)")
        )  # one registers at a time: no races for numbers
        drawn = session.execute(
            text("SELECT nextval('patient_id_seq') FROM generate_series(1, :n)"), {"n": how_many}
        ).scalars()
        return tuple(PatientId(one) for one in drawn)
    last = session.execute(select(func.max(_PATIENT.c.id))).scalar() or 0
    return tuple(PatientId(last + n) for n in range(1, how_many + 1))


def _mrns(session: Session, ids: Sequence[PatientId], patients: Sequence[NewPatient]) -> list[str]:
    """The record number of each: the one typed, or the program's next that nobody has."""
    typed = [new.draft.mrn.upper() for new in patients]
    wanted = [mrn for mrn in typed if mrn]
    _refusetaken_mrns(session, wanted)
    numbers = [mrn or str(FIRST_MRN + one) for mrn, one in zip(typed, ids, strict=True)]
    taken = taken_mrns(session, [n for n, mrn in zip(numbers, typed, strict=True) if not mrn]) | set(wanted)
    return [
        mrn if typed_one or mrn not in taken else f"{mrn}-{one}"
        for mrn, typed_one, one in zip(numbers, typed, ids, strict=True)
    ]


def _refusetaken_mrns(session: Session, mrns: Sequence[str]) -> None:
    if len(set(mrns)) != len(mrns) or taken_mrns(session, mrns):
        raise BadInput(
            _("Another patient has this record number already. Leave it empty for the next free one."), "mrn"
        )


def _columns(draft: PatientDraft) -> dict[str, Any]:
    return {
        "given_key": fold(draft.given),
        "family_key": fold(draft.family),
        **{name: getattr(draft, name) for name in _TYPED},
    }


def _understood(draft: PatientDraft, country: str) -> PatientDraft:
    """The same with its phone numbers as they are stored: the same number typed in two ways is no change."""
    return replace(
        draft,
        phones=tuple(Phone(one.kind, understand(one.number, country).number) for one in draft.phones),
        contacts=tuple(
            replace(one, phone=understand(one.phone, country).number) if one.phone else one
            for one in draft.contacts
        ),
    )


def _phone_rows(patient_id: PatientId, draft: PatientDraft, country: str) -> list[dict[str, Any]]:
    rows = []
    for position, phone in enumerate(draft.phones):
        digits = understand(phone.number, country).digits
        rows.append(
            {
                "patient_id": patient_id,
                "kind": phone.kind,
                "number": phone.number,
                "digits": digits,
                "reversed_digits": digits[::-1],
                "position": position,
            }
        )
    return rows


def _contact_rows(patient_id: PatientId, draft: PatientDraft) -> list[dict[str, Any]]:
    return [
        {
            "patient_id": patient_id,
            "kind": contact.kind,
            "name": contact.name,
            "relation": contact.relation,
            "phone": contact.phone,
            "position": position,
        }
        for position, contact in enumerate(draft.contacts)
    ]


def _phones(session: Session, patient_id: PatientId) -> tuple[Phone, ...]:
    rows = session.execute(
        select(_PHONE.c.kind, _PHONE.c.number)
        .where(_PHONE.c.patient_id == patient_id)
        .order_by(_PHONE.c.position)
    )
    return tuple(Phone(PhoneKind(row.kind), row.number) for row in rows)


def _contacts(session: Session, patient_id: PatientId) -> tuple[Contact, ...]:
    rows = session.execute(
        select(_CONTACT.c.kind, _CONTACT.c.name, _CONTACT.c.relation, _CONTACT.c.phone)
        .where(_CONTACT.c.patient_id == patient_id)
        .order_by(_CONTACT.c.position)
    )
    return tuple(
        Contact(kind=ContactKind(row.kind), name=row.name, relation=row.relation, phone=row.phone)
        for row in rows
    )


__all__ = [
    "LINE",
    "SEXES",
    "NewPatient",
    "add",
    "add_many",
    "change",
    "count",
    "known_sources",
    "line",
    "lines",
    "look_alikes",
    "named_and_born",
    "one_line",
    "read",
    "read_for_booking",
    "set_deceased",
    "taken_mrns",
]
