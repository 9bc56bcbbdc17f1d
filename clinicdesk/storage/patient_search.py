"""Finding patients at each keystroke.

A search by name is one range of `NameKeyRow` for each rank, each cut off at the length of the list, so that its cost hangs
on what is shown and not on how many patients there are. Every statement is built once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.names import SHORTEST_PREFIX_TYPO, near, typo_probes
from clinicdesk.domain.patient_search import PARTICLES, Search, day_number
from clinicdesk.domain.patients import PatientLine
from clinicdesk.storage.base import AnyRow, Base
from clinicdesk.storage.patient_keys import DECEASED_FAMILY
from clinicdesk.storage.patients import LINE, SEXES, line, lines
from clinicdesk.storage.phones import beginnings
from clinicdesk.storage.tables import AuditEventRow, NameKeyRow, NameVariant, PatientPhone, PatientRow

_KEY_LINE = ("patient_id", "rank", "mrn", "name", "born", "sex", "phone")
"""The columns of a key that make a line of the list."""

FEW = 5
"""Hits of a single word that are few enough to look for a slip of the finger as well."""

_MOST_TARGETS = 24
_SHORT_WORD = 3
_LAST = "\U0010ffff"
"""Sorts after every letter: the end of a range of words with one beginning."""

_PATIENT = Base.metadata.tables[PatientRow.__tablename__]
_PHONE = Base.metadata.tables[PatientPhone.__tablename__]
_KEY = Base.metadata.tables[NameKeyRow.__tablename__]
_VARIANT = Base.metadata.tables[NameVariant.__tablename__]
_TARGETS = select(_VARIANT.c.target).where(_VARIANT.c.variant.in_(bindparam("probes", expanding=True)))
_FULL_NAME = (
    " "
    + _PATIENT.c.given_key
    + " "
    + _PATIENT.c.family_key
    + " "
    + func.replace(_PATIENT.c.family_key, " ", "")
)


def find(
    session: Session, readings: Iterable[Search], *, country: str, limit: int = 20
) -> tuple[PatientLine, ...]:
    """The patients that fit any of ``readings``, at most ``limit``.

    Whole words before begun ones before mistyped ones, the living before the deceased, then by name.
    """
    found: dict[int, PatientLine] = {}
    for search in readings:
        _collect(found, _fitting(session, search, country, limit))
        if len(found) >= limit or (found and search.words):
            break
    for search in readings:
        if search.words and not search.number and len(found) < _enough(search):
            _collect(found, _mistyped(session, search, limit))
    return tuple(found.values())[:limit]


def _enough(search: Search) -> int:
    """With fewer hits a slip of the finger is looked for. More than one word that fits somebody is right."""
    return FEW if len(search.words) == 1 and search.born is None else 1


def recent(session: Session, user_id: int, limit: int = 12) -> tuple[PatientLine, ...]:
    """The patients whose charts this user opened or changed last, the newest first."""
    mine = (
        select(AuditEventRow.subject_id, AuditEventRow.number)
        .where(AuditEventRow.subject == Subject.PATIENT, AuditEventRow.user_id == user_id)
        .order_by(AuditEventRow.number.desc())
        .limit(300)
        .subquery()
    )
    newest = func.max(mine.c.number)
    ids = session.execute(
        select(mine.c.subject_id).group_by(mine.c.subject_id).order_by(newest.desc()).limit(limit)
    ).scalars()
    return lines(session, list(ids))


def _collect(found: dict[int, PatientLine], more: Iterable[PatientLine]) -> None:
    for one in more:
        found.setdefault(one.id, one)


def _from_key(row: AnyRow) -> PatientLine:
    patient_id, rank, mrn, name, born, sex, phone = row[:7]
    return PatientLine(
        id=patient_id,
        mrn=mrn,
        name=name,
        birth_date=date(born // 10_000, born // 100 % 100, born % 100),
        sex=SEXES[sex],
        phone=phone,
        deceased=rank >= DECEASED_FAMILY,
    )


def _fitting(session: Session, search: Search, country: str, limit: int) -> Sequence[PatientLine]:
    if search.code:
        return _lines(session, _by_mrn(limit), {"from": search.code, "to": search.code + _LAST})
    if search.number:
        return _numbered(session, search, country, limit)
    if not search.words:
        return _born(session, search, limit)
    rows = _named(session, search, limit)
    if not rows and len(search.words) > 1:
        for joined in _joined(search):
            rows = rows or _named(session, joined, limit)
    return rows


def _lines(session: Session, query: Select[Any], parameters: dict[str, Any]) -> Sequence[PatientLine]:
    return [line(row) for row in session.connection().execute(query, parameters)]


def _from_keys(session: Session, query: Select[Any], parameters: dict[str, Any]) -> Sequence[PatientLine]:
    return [_from_key(row) for row in session.connection().execute(query, parameters)]


# ------------------------------------------------------------------ names


def _named(session: Session, search: Search, limit: int) -> Sequence[PatientLine]:
    if search.born is not None and search.born[0] == search.born[1]:
        return _born(session, search, limit)
    word, mate, others = _split(search)
    parameters = {
        "word": word,
        "word_to": word + _LAST,
        "mate": mate,
        "mate_to": mate + _LAST,
        **_born_parameters(search),
        **_other_parameters(others),
    }
    query = _by_name(bool(mate), search.born is not None, len(others), limit + 3)
    return _from_keys(session, query, parameters)


def _split(search: Search) -> tuple[str, str, tuple[str, ...]]:
    """The word to look up, the one beside it, and the rest: the longest first, they tell people apart best."""
    word = search.words[search.pivot]
    rest = _telling(w for i, w in enumerate(search.words) if i != search.pivot)
    return word, rest[0] if rest else "", tuple(rest[1:])


def _telling(words: Iterable[str]) -> list[str]:
    """The longest first, and of the words that only join names none but a single one."""
    rest = sorted(words, key=lambda word: (word not in PARTICLES, len(word)), reverse=True)
    return rest[:1] + [word for word in rest[1:] if word not in PARTICLES]


def _joined(search: Search) -> list[Search]:
    """A short word taken together with the next: "mc donald" for McDonald."""
    words = search.words
    return [
        replace(search, words=(*words[:i], words[i] + words[i + 1], *words[i + 2 :]), pivot=0)
        for i in range(len(words) - 1)
        if len(words[i]) <= _SHORT_WORD
    ]


@cache
def _by_name(with_mate: bool, with_born: bool, others: int, n: int) -> Select[Any]:
    """Up to ``n`` of each rank, in the order of the tree: the word itself comes before longer ones."""
    parts = []
    for rank in range(4):
        if with_mate:
            parts += [
                _keys(rank, [_KEY.c.word == bindparam("word"), _mate_begins()], with_born, others, n),
                _keys(
                    rank,
                    [
                        _KEY.c.word > bindparam("word"),
                        _KEY.c.word < bindparam("word_to"),
                        _mate_begins(),
                    ],
                    with_born,
                    others,
                    n,
                ),
            ]
        else:
            begins = and_(_KEY.c.word >= bindparam("word"), _KEY.c.word < bindparam("word_to"))
            parts.append(_keys(rank, [begins, _KEY.c.lead], with_born, others, n))
    hits = union_all(*(select(part) for part in parts)).subquery()
    begun: Any = case((hits.c.word == bindparam("word"), 0), else_=1)
    if with_mate:
        begun = begun + case((hits.c.mate == bindparam("mate"), 0), else_=1)
    return (
        select(*(hits.c[name] for name in _KEY_LINE))
        .order_by(begun, hits.c.rank, hits.c.word, hits.c.mate, hits.c.patient_id)
        .limit(_count(n))
    )


def _keys(rank: int, conditions: list[Any], with_born: bool, others: int, n: int) -> Any:
    query = select(*(_KEY.c[name] for name in _KEY_LINE), _KEY.c.word, _KEY.c.mate).where(
        _KEY.c.rank == literal_column(str(rank)), *conditions
    )
    if with_born:
        query = query.where(_KEY.c.born.between(bindparam("born_from"), bindparam("born_to")))
    if others:
        query = query.where(*_other_words(others, _name_of_key()))
    return query.order_by(_KEY.c.word, _KEY.c.mate, _KEY.c.patient_id).limit(_count(n)).subquery()


def _mate_begins() -> Any:
    return and_(_KEY.c.mate >= bindparam("mate"), _KEY.c.mate < bindparam("mate_to"))


def _other_words(how_many: int, name: Any = _FULL_NAME) -> list[Any]:
    """Further words, each the beginning of some word of the name. Folded words hold no sign that LIKE knows."""
    return [name.like(bindparam(f"other_{i}")) for i in range(how_many)]


def _name_of_key() -> Any:
    """The whole name behind a key: looked up for the few keys that fit so far, never the other way round."""
    return select(_FULL_NAME).where(_PATIENT.c.id == _KEY.c.patient_id).correlate(_KEY).scalar_subquery()


def _other_parameters(others: Sequence[str]) -> dict[str, str]:
    return {f"other_{i}": f"% {word}%" for i, word in enumerate(others)}


def _born_parameters(search: Search) -> dict[str, int]:
    if search.born is None:
        return {}
    return {"born_from": day_number(search.born[0]), "born_to": day_number(search.born[1])}


# ------------------------------------------------------------------ typos


def _mistyped(session: Session, search: Search, limit: int) -> Sequence[PatientLine]:
    """One word with a slip in it, the others as they are: first the words that begin nobody's name, then the longest."""
    probes = {word: typo_probes(word) for word in search.words}
    every = sorted({probe for some in probes.values() for probe in some})
    if not every:
        return ()
    candidates = set(session.execute(_TARGETS, {"probes": every}).scalars())
    known = {word for word in probes if any(one.startswith(word) for one in candidates)}
    for typed in sorted(probes, key=lambda word: (word in known, -len(word))):
        targets = _targets(typed, candidates)
        if targets:
            others = list(search.words)
            others.remove(typed)
            rows = _near(session, typed, targets, others, search, limit)
            if rows:
                return rows
    return ()


def _targets(typed: str, candidates: set[str]) -> list[str]:
    """Names, or beginnings of names, one slip away; without those that another one of them begins."""
    matching = sorted(
        (one for one in candidates if near(typed, one)),
        key=lambda one: (one[:1] != typed[:1], abs(len(one) - len(typed)), one),
    )
    if len(typed) < SHORTEST_PREFIX_TYPO:
        return matching[:_MOST_TARGETS]
    every = set(matching)
    kept = [one for one in matching if not any(one[:length] in every for length in range(1, len(one)))]
    return kept[:_MOST_TARGETS]


def _near(
    session: Session, typed: str, targets: list[str], others: list[str], search: Search, limit: int
) -> Sequence[PatientLine]:
    whole = len(typed) < SHORTEST_PREFIX_TYPO
    others = _telling(others)
    size = next(size for size in (1, 4, 12, _MOST_TARGETS) if size >= len(targets))
    parameters: dict[str, Any] = {**_born_parameters(search), **_other_parameters(others[1:])}
    for i in range(size):
        target = targets[i] if i < len(targets) else ""
        parameters[f"target_{i}"] = target
        parameters[f"target_to_{i}"] = target + ("" if whole else _LAST) if target else ""
    if others:
        parameters |= {"mate": others[0], "mate_to": others[0] + _LAST}
    born, further = search.born is not None, max(0, len(others) - 1)
    lateral = session.get_bind().dialect.name == "postgresql"
    query = _by_targets(size, whole, bool(others), born, further, limit + 3, lateral)
    return _from_keys(session, query, parameters)


@cache
def _by_targets(
    size: int, whole: bool, with_mate: bool, with_born: bool, others: int, n: int, lateral: bool
) -> Select[Any]:
    """Who stands between the bounds of each target. ``lateral`` for PostgreSQL, which else reads every name there is."""
    targets = (
        select(
            literal_column(str(i), Integer).label("place"),
            bindparam(f"target_{i}", type_=Text).label("word_from"),
            bindparam(f"target_to_{i}", type_=Text).label("word_to"),
        )
        for i in range(size)
    )
    rows = union_all(*targets).subquery("target")
    keys = _between(rows.c, whole, with_mate, with_born, others)
    if lateral:
        inner = keys.correlate(rows).limit(_count(n)).lateral("hit")
        query = select(inner, rows.c.place).select_from(rows.join(inner, true()))
    else:
        query = keys.add_columns(rows.c.place)
    hits = query.limit(_count(n)).subquery()
    return select(*(hits.c[name] for name in _KEY_LINE)).order_by(
        hits.c.place, hits.c.rank, hits.c.word, hits.c.mate, hits.c.patient_id
    )


def _between(target: Any, whole: bool, with_mate: bool, with_born: bool, others: int) -> Select[Any]:
    """The keys between a target's bounds that fit everything else."""
    ends = _KEY.c.word <= target.word_to if whole else _KEY.c.word < target.word_to
    query = select(*(_KEY.c[name] for name in _KEY_LINE), _KEY.c.word, _KEY.c.mate).where(
        _KEY.c.rank.in_([literal_column(str(rank)) for rank in range(4)]),
        _KEY.c.word >= target.word_from,
        ends,
        target.word_from != "",
        _mate_begins() if with_mate else _KEY.c.lead,
    )
    if with_born:
        query = query.where(_KEY.c.born.between(bindparam("born_from"), bindparam("born_to")))
    return query.where(*_other_words(others, _name_of_key())) if others else query


# ------------------------------------------------------------------ birth dates and numbers


def _born(session: Session, search: Search, limit: int) -> Sequence[PatientLine]:
    assert search.born is not None
    first, last = search.born
    parameters = {"first": first, "last": last, **_other_parameters(search.words)}
    return _lines(session, _by_birth(len(search.words), (last - first).days <= 31, limit), parameters)


@cache
def _by_birth(words: int, living_first: bool, n: int) -> Select[Any]:
    """In the order of the index where a whole year may fit; few enough to be sorted otherwise."""
    order: list[Any] = [_PATIENT.c.birth_date, _PATIENT.c.family_key, _PATIENT.c.given_key]
    if living_first:
        order = [_PATIENT.c.deceased_on.is_not(None), *order]
    return (
        select(*LINE)
        .where(_PATIENT.c.birth_date.between(bindparam("first"), bindparam("last")), *_other_words(words))
        .order_by(*order)
        .limit(_count(n))
    )


def _numbered(session: Session, search: Search, country: str, limit: int) -> Sequence[PatientLine]:
    """An MRN or its beginning, or the beginning or end of a phone number."""
    number = search.number
    starts = beginnings(number, country)
    parameters: dict[str, Any] = {
        "from": number,
        "to": number + _LAST,
        **_other_parameters(search.words),
    }
    for i, start in enumerate(starts):
        parameters |= {f"phone_{i}": start, f"phone_to_{i}": start + _LAST}
    if starts:
        shortest = min(starts, key=len)
        parameters |= {"end": shortest[::-1], "end_to": shortest[::-1] + _LAST}
    return _lines(session, _by_number(len(starts), len(search.words), limit), parameters)


@cache
def _by_number(starts: int, words: int, n: int) -> Select[Any]:
    mrn = select(_PATIENT.c.id, case((_PATIENT.c.mrn == bindparam("from"), 0), else_=1).label("place")).where(
        _PATIENT.c.mrn >= bindparam("from"), _PATIENT.c.mrn < bindparam("to")
    )
    parts = [mrn.order_by(_PATIENT.c.mrn)]
    if starts:
        ranges = [(_PHONE.c.digits, f"phone_{i}", f"phone_to_{i}") for i in range(starts)]
        ranges.append((_PHONE.c.reversed_digits, "end", "end_to"))
        parts += [
            select(_PHONE.c.patient_id.label("id"), literal_column("2").label("place"))
            .where(digits >= bindparam(start), digits < bindparam(stop))
            .order_by(digits)
            for digits, start, stop in ranges
        ]
    if words:
        parts[0] = parts[0].where(*_other_words(words))
        parts[1:] = [
            part.join(_PATIENT, _PATIENT.c.id == _PHONE.c.patient_id).where(*_other_words(words))
            for part in parts[1:]
        ]
    cut = (part.limit(_count(n)).subquery() for part in parts)
    hits = union_all(*(select(part) for part in cut)).subquery()
    best = select(hits.c.id, func.min(hits.c.place).label("place")).group_by(hits.c.id).subquery()
    return (
        select(*LINE)
        .select_from(best.join(_PATIENT, _PATIENT.c.id == best.c.id))
        .order_by(best.c.place, _PATIENT.c.deceased_on.is_not(None), _PATIENT.c.family_key, _PATIENT.c.id)
        .limit(_count(n))
    )


@cache
def _by_mrn(n: int) -> Select[Any]:
    return (
        select(*LINE)
        .where(_PATIENT.c.mrn >= bindparam("from"), _PATIENT.c.mrn < bindparam("to"))
        .order_by(_PATIENT.c.mrn)
        .limit(_count(n))
    )


def _count(n: int) -> Any:
    """A number that stands in the statement: with a bound one SQLite plans for reading to the end, at twice the cost."""
    return literal_column(str(int(n)), Integer)
