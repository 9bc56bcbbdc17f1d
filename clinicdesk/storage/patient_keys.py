"""The keys that patients are found by: written with every patient, read by `clinicdesk.storage.patient_search`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.names import TYPO_REACH, name_keys, name_words, typo_rows
from clinicdesk.domain.patient_search import day_number
from clinicdesk.domain.patients import PatientDraft
from clinicdesk.storage.base import Base
from clinicdesk.storage.tables import NameKeyRow, NameVariant

T = TypeVar("T")

LIVING_FAMILY, LIVING_GIVEN, DECEASED_FAMILY, DECEASED_GIVEN = range(4)
"""The ranks of a name key: in this order a list shows what was found."""

_CHUNK = 500
"""Values in one IN: well under what either database takes."""

_KEYS = Base.metadata.tables[NameKeyRow.__tablename__]
_VARIANTS = Base.metadata.tables[NameVariant.__tablename__]
_DELETE_KEY = delete(_KEYS).where(
    _KEYS.c.rank == bindparam("old_rank"),
    _KEYS.c.word == bindparam("old_word"),
    _KEYS.c.mate == bindparam("old_mate"),
    _KEYS.c.patient_id == bindparam("old_patient"),
)


def add(session: Session, patients: Sequence[tuple[PatientId, PatientDraft]]) -> None:
    """Write the keys of new patients and learn their names for typos."""
    rows = [row for patient_id, draft in patients for row in key_rows(patient_id, draft)]
    if rows:
        # In the order of the tree: a batch of thousands then touches each page once.
        rows.sort(key=lambda row: (row["rank"], row["word"], row["mate"]))
        session.execute(insert(_KEYS), rows)
    learn(session, (word for _id, d in patients for word, _part in name_words(d.given, d.family)))


def replace(session: Session, patient_id: PatientId, before: PatientDraft, after: PatientDraft) -> None:
    """Write a patient's keys anew, where anything that stands in them changed."""
    old, new = list(key_rows(patient_id, before)), list(key_rows(patient_id, after))
    if old == new:
        return
    session.execute(
        _DELETE_KEY,
        [
            {"old_rank": r["rank"], "old_word": r["word"], "old_mate": r["mate"], "old_patient": patient_id}
            for r in old
        ],
    )
    add(session, [(patient_id, after)])


def key_rows(patient_id: PatientId, draft: PatientDraft) -> Iterator[dict[str, Any]]:
    """The keys of one patient, as rows."""
    born = day_number(draft.birth_date)
    phone = draft.phones[0].number if draft.phones else ""
    for key in name_keys(draft.given, draft.family):
        rank = LIVING_FAMILY if key.of_family else LIVING_GIVEN
        if draft.deceased_on is not None:
            rank += DECEASED_FAMILY
        yield {
            "rank": rank,
            "word": key.word,
            "mate": key.mate,
            "patient_id": patient_id,
            "born": born,
            "lead": key.lead,
            "mrn": draft.mrn,
            "name": draft.name,
            "sex": draft.sex,
            "phone": phone,
        }


def learn(session: Session, words: Iterable[str]) -> None:
    """Remember names so that they are found with one letter wrong; those known already cost one look."""
    distinct = sorted({word for word in words if len(word) > 1})
    for some in chunks(distinct, _CHUNK):
        starts = {word[:TYPO_REACH] for word in some}
        known = set(
            session.execute(select(_VARIANTS.c.target).where(_VARIANTS.c.variant.in_(starts))).scalars()
        )
        rows = sorted(typo_rows(word for word in some if word not in known))
        if rows:
            _insert_missing(session, [{"variant": variant, "target": target} for variant, target in rows])


def _insert_missing(session: Session, rows: list[dict[str, str]]) -> None:
    """Insert what is not there yet. In one order, so that two writers never wait for one another in a ring."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(insert_postgresql(_VARIANTS).on_conflict_do_nothing(), rows)
    else:
        session.execute(insert_sqlite(_VARIANTS).on_conflict_do_nothing(), rows)


def chunks(values: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """``values`` in pieces."""
    return (values[start : start + size] for start in range(0, len(values), size))
