"""Importing patients from a file: a look before, batches that stay in, and a word about every row that did not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import NOTHING, Change, Subject
from clinicdesk.domain.names import fold
from clinicdesk.domain.patient_import import BadRow, GoodRow, ImportPreview, ImportResult, Mapping
from clinicdesk.domain.permissions import Act
from clinicdesk.errors import BadInput
from clinicdesk.exchange import patients_csv
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, command, query
from clinicdesk.storage import patients

BATCH = 200
"""Rows of one transaction: what is in stays in when the rest is cancelled, fails or the power goes."""

SHOWN = 20
"""Rows of the preview."""

LOOKED_AT = 5_000
"""Rows that are tried for the preview; a longer file is told apart by ``looked_at``."""

SAMPLES = 4


class Progress(Protocol):
    """How long work tells how far it is, and hears that it should stop."""

    def report(self, done: int, total: int) -> None:
        """``done`` of ``total`` rows are through."""

    @property
    def cancelled(self) -> bool:
        """Whether the person asked to stop."""
        ...


@query(Act.IMPORT_PATIENTS)
def preview(work: Work, data: bytes, mapping: Mapping | None = None) -> ImportPreview:
    """What importing ``data`` would do; without a ``mapping`` one is guessed from the names of the columns.

    Raises `BadInput` for a file that is no list of patients. Columns that make no patients are told in the preview.
    """
    table = patients_csv.read_table(data)
    country = work.clinic.country
    guessed, orders = patients_csv.guess(table, country)
    if mapping is None:
        mapping = guessed
    else:
        orders = patients_csv.date_orders(table, mapping.columns)
    rows, problem = _tried(table, mapping, country, _today(work))
    return ImportPreview(
        header=table.header,
        samples=tuple(_samples(table, number) for number in range(len(table.header))),
        mapping=mapping,
        orders=orders.possible,
        total=len(table.rows),
        rows=tuple(rows[:SHOWN]),
        bad=sum(isinstance(row, BadRow) for row in rows),
        looked_at=len(rows),
        problem=problem,
    )


def run(
    desk: Desk, data: bytes, mapping: Mapping | None = None, progress: Progress | None = None
) -> Done[ImportResult]:
    """Import ``data``, a batch a transaction. A bad row is reported and the rest goes in; who is here already stays as is.

    Raises `BadInput` before the first row where the file or the mapping makes no patients.
    """
    table, mapping, country, today = _opened(desk, data, mapping)
    total = len(table.rows)
    added = already = deceased = done = 0
    bad: list[BadRow] = []
    cancelled = False
    for batch in _batches(patients_csv.patients(table, mapping, country=country, today=today)):
        if progress is not None and progress.cancelled:
            cancelled = True
            break
        bad += [row for row in batch if isinstance(row, BadRow)]
        good = [row for row in batch if isinstance(row, GoodRow)]
        new, held, refused = _add(desk, good).value if good else ((), 0, ())
        added, already, bad = added + len(new), already + held, bad + list(refused)
        deceased += sum(row.draft.deceased_on is not None for row in new)
        done += len(batch)
        if progress is not None:
            progress.report(done, total)
    result = ImportResult(
        total=total,
        added=added,
        already=already,
        deceased=deceased,
        bad=tuple(sorted(bad, key=lambda row: row.line)),
        cancelled=cancelled,
    )
    _note(desk, result)
    return Done(result, frozenset({Change(Subject.PATIENT, 0)}) if added else NOTHING)


@query(Act.IMPORT_PATIENTS)
def bad_rows_file(work: Work, data: bytes, result: ImportResult) -> bytes:
    """The rows that could not be taken over as a file of the same shape, with line and reason in front."""
    del work
    return patients_csv.bad_rows(patients_csv.read_table(data), result.bad)


@query(Act.IMPORT_PATIENTS)
def _opened(
    work: Work, data: bytes, mapping: Mapping | None
) -> tuple[patients_csv.Table, Mapping, str, date]:
    table = patients_csv.read_table(data)
    country = work.clinic.country
    mapping = mapping or patients_csv.guess(table, country)[0]
    mapping.check()
    return table, mapping, country, _today(work)


@command(Act.IMPORT_PATIENTS)
def _add(work: Work, rows: Sequence[GoodRow]) -> tuple[tuple[GoodRow, ...], int, tuple[BadRow, ...]]:
    """One batch: who is new, how many were here already, and who looks like somebody registered by hand."""
    new, already = _unknown(work, rows)
    new, refused = _unlike(work, new)
    ids = patients.add_many(
        work.session,
        [patients.NewPatient(row.draft, "file", row.key) for row in new],
        country=work.clinic.country,
        now=work.now,
    )
    if ids:
        work.audit(AuditAction.IMPORTED, Subject.PATIENT, ids[0], count=len(ids), last=ids[-1])
    return tuple(new), already, tuple(refused)


def _unknown(work: Work, rows: Sequence[GoodRow]) -> tuple[list[GoodRow], int]:
    """The rows that no import brought before; the same row twice in one file counts once."""
    known = set(patients.known_sources(work.session, [row.key for row in rows]))
    new = []
    for row in rows:
        if row.key not in known:
            known.add(row.key)
            new.append(row)
    return new, len(rows) - len(new)


def _unlike(work: Work, rows: Sequence[GoodRow]) -> tuple[list[GoodRow], list[BadRow]]:
    """The rows without those whose name and birth date, or whose record number, somebody has already."""
    here = patients.named_and_born(work.session, {row.draft.birth_date for row in rows})
    taken = patients.taken_mrns(work.session, [row.draft.mrn.upper() for row in rows if row.draft.mrn])
    new: list[GoodRow] = []
    refused: list[BadRow] = []
    for row in rows:
        who = (fold(row.draft.given), fold(row.draft.family), row.draft.birth_date)
        mrn = row.draft.mrn.upper()
        if who in here:
            refused.append(
                BadRow(
                    row.line,
                    _("Someone of the same name and birth date is registered: MRN {mrn}.").format(
                        mrn=here[who]
                    ),
                )
            )
        elif mrn and mrn in taken:
            refused.append(
                BadRow(row.line, _("Another patient has the record number {mrn}.").format(mrn=mrn))
            )
        else:
            here[who] = mrn or _("of this file")
            taken.add(mrn)
            new.append(row)
    return new, refused


@command(Act.IMPORT_PATIENTS)
def _note(work: Work, result: ImportResult) -> None:
    work.audit(
        AuditAction.IMPORTED,
        Subject.CLINIC,
        1,
        rows=result.total,
        added=result.added,
        already=result.already,
        bad=len(result.bad),
        cancelled=result.cancelled,
    )


def _tried(
    table: patients_csv.Table, mapping: Mapping, country: str, today: date
) -> tuple[list[GoodRow | BadRow], str]:
    rows: list[GoodRow | BadRow] = []
    try:
        for row in patients_csv.patients(table, mapping, country=country, today=today):
            rows.append(row)
            if len(rows) >= LOOKED_AT:
                break
    except BadInput as problem:
        return [], problem.sentence
    return rows, ""


def _samples(table: patients_csv.Table, number: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in table.column(number):
        if value:
            found.setdefault(value)
        if len(found) == SAMPLES:
            break
    return tuple(found)


def _batches(rows: Iterator[GoodRow | BadRow]) -> Iterator[list[GoodRow | BadRow]]:
    batch: list[GoodRow | BadRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _today(work: Work) -> date:
    return work.clinic.zone.day_of(work.now)
