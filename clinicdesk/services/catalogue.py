"""The catalogue: loaded from what is shipped at first start, edited by an administrator afterwards."""

from __future__ import annotations

from dataclasses import replace

from clinicdesk.config import resources_dir
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.entries import (
    Catalogue,
    CatalogueValue,
    Entry,
    EntryKind,
    OwnHandout,
    entry_key,
)
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.redflags import RedFlagQuestion
from clinicdesk.errors import BadInput
from clinicdesk.exchange.catalogue import SHIPPED_FILES, read_files
from clinicdesk.i18n import _
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import catalogue

_FIXED = frozenset({EntryKind.SEDATION, EntryKind.RED_FLAG, EntryKind.BLEEDING_LIMITS})
"""Kinds whose rows are edited but neither added nor taken away: the rules know each of them."""


def load_shipped(work: Work) -> int:
    """Put the shipped catalogue into a new clinic, inside the operation that makes it; how many entries there are.

    Raises `clinicdesk.domain.entry_tables.EntryProblem` where a shipped file is damaged.
    """
    folder = resources_dir() / "catalogue"
    shipped = read_files({name: (folder / name).read_bytes() for name in SHIPPED_FILES})
    count = 0
    for kind, values in shipped.items():
        for position, value in enumerate(values):
            catalogue.add(work.session, kind, value, position=position, shipped=True)
            count += 1
    work.changed(Subject.CATALOGUE, 0)
    work.audit(AuditAction.IMPORTED, Subject.CATALOGUE, 0, entries=count)
    return count


@query(Act.SEE_CLINIC)
def whole(work: Work) -> Catalogue:
    """The whole catalogue, what is no longer offered included."""
    return catalogue.whole(work.session)


@query(Act.SEE_CLINIC)
def entries(work: Work, kind: EntryKind) -> tuple[Entry[CatalogueValue], ...]:
    """The entries of a kind in the clinic's order, what is no longer offered included."""
    return catalogue.entries(work.session, kind)


@query(Act.SEE_CLINIC)
def red_flags(work: Work) -> tuple[RedFlagQuestion, ...]:
    """The red-flag questions in the order asked."""
    return catalogue.red_flags(work.session)


@query(Act.SEE_CLINIC)
def to_confirm(work: Work) -> int:
    """How many shipped defaults that are offered wait for the clinic to confirm them."""
    return catalogue.to_confirm(work.session)


@command(Act.EDIT_CLINIC)
def add(work: Work, kind: EntryKind, value: CatalogueValue) -> Entry[CatalogueValue]:
    """Add an entry of the clinic's own. Raises `BadInput` where its key is taken."""
    if kind in _FIXED:
        raise BadInput(_("These rows are fixed. Change one of them instead."))
    if catalogue.has(work.session, kind, entry_key(value)):
        raise BadInput(
            _("There is a {kind} “{key}” already.").format(kind=kind.label, key=entry_key(value)),
            "hcpcs" if kind is EntryKind.BRACE else "key",
        )
    _check(work, value)
    position = len(catalogue.entries(work.session, kind))
    entry_id = catalogue.add(work.session, kind, value, position=position, shipped=False)
    work.record(AuditAction.CREATED, Subject.CATALOGUE, entry_id, kind=kind.value)
    return catalogue.read(work.session, entry_id)


@command(Act.EDIT_CLINIC)
def change(work: Work, entry: Entry[CatalogueValue]) -> Entry[CatalogueValue]:
    """Store what the clinic made of an entry, which confirms it. Raises `Stale` where someone was quicker."""
    before = catalogue.read(work.session, entry.id)
    if entry_key(entry.value) != entry_key(before.value):
        raise BadInput(_("The key of an entry stays: bookings and papers refer to it."), "key")
    _check(work, entry.value)
    if isinstance(entry.value, RedFlagQuestion):
        _check_tier(work, entry.id, entry.value)
    _write(work, replace(entry, confirmed=True))
    return catalogue.read(work.session, entry.id)


@command(Act.EDIT_CLINIC)
def confirm(work: Work, entry_id: int, version: int) -> Entry[CatalogueValue]:
    """Confirm a shipped default as it stands. Raises `Stale`."""
    _write(work, replace(catalogue.read(work.session, entry_id), version=version, confirmed=True))
    return catalogue.read(work.session, entry_id)


@command(Act.EDIT_CLINIC)
def set_active(work: Work, entry_id: int, version: int, active: bool) -> Entry[CatalogueValue]:
    """Offer an entry again, or no longer; what refers to it keeps it. Raises `Stale`."""
    entry = catalogue.read(work.session, entry_id)
    if not active:
        _check_not_needed(work, entry)
    _write(work, replace(entry, version=version, active=active))
    return catalogue.read(work.session, entry_id)


@command(Act.EDIT_CLINIC)
def reset(work: Work, entry_id: int, version: int) -> Entry[CatalogueValue]:
    """Put back what was shipped; the clinic's own changes to the entry are gone. Raises `Stale`."""
    entry = catalogue.read(work.session, entry_id)
    shipped = catalogue.shipped_value(work.session, entry_id)
    if shipped is None:
        raise BadInput(_("This entry is the clinic's own: nothing was shipped to go back to."))
    _write(work, replace(entry, value=shipped, version=version))
    return catalogue.read(work.session, entry_id)


@command(Act.EDIT_CLINIC)
def move(work: Work, entry_id: int, version: int, *, up: bool) -> tuple[Entry[CatalogueValue], ...]:
    """Move an entry one place up or down in its list; the whole list in its new order."""
    moved = catalogue.read(work.session, entry_id)
    order = list(catalogue.entries(work.session, moved.kind))
    at = next(index for index, entry in enumerate(order) if entry.id == entry_id)
    to = max(0, min(len(order) - 1, at + (-1 if up else 1)))
    order.insert(to, order.pop(at))
    for position, entry in enumerate(order):
        if entry.position != position or entry.id == entry_id:
            own = version if entry.id == entry_id else entry.version
            _write(work, replace(entry, position=position, version=own))
    return catalogue.entries(work.session, moved.kind)


@query(Act.SEE_CLINIC)
def own_handouts(work: Work, language: str) -> dict[str, str]:
    """The clinic's own handout texts of a language, by key; the shipped ones stand behind them."""
    return catalogue.own_handouts(work.session, language)


@command(Act.EDIT_CLINIC)
def write_handout(work: Work, handout: OwnHandout, version: int | None = None) -> Entry[CatalogueValue]:
    """Store the clinic's own wording; ``version`` of the wording it replaces, None where none was in use.

    Raises `Stale`. `set_active` takes the clinic's wording out of use: the shipped one stands again.
    """
    if not catalogue.has(work.session, EntryKind.HANDOUT, entry_key(handout)):
        entry_id = catalogue.add(work.session, EntryKind.HANDOUT, handout, position=0, shipped=False)
        work.record(AuditAction.CREATED, Subject.CATALOGUE, entry_id, kind=EntryKind.HANDOUT.value)
        return catalogue.read(work.session, entry_id)
    entry = catalogue.read(work.session, catalogue.id_of(work.session, EntryKind.HANDOUT, entry_key(handout)))
    read_version = version if version is not None else (0 if entry.active else entry.version)
    _write(work, replace(entry, value=handout, active=True, version=read_version))
    return catalogue.read(work.session, entry.id)


def _write(work: Work, entry: Entry[CatalogueValue]) -> None:
    catalogue.change(
        work.session,
        entry.id,
        entry.version,
        entry.value,
        active=entry.active,
        confirmed=entry.confirmed,
        position=entry.position,
    )
    work.record(AuditAction.CHANGED, Subject.CATALOGUE, entry.id, kind=entry.kind.value, active=entry.active)


def _check(work: Work, value: CatalogueValue) -> None:
    """Raise `BadInput` for a reference to what does not exist."""
    if isinstance(value, Procedure) and value.pathway_key is not None:
        known = {entry_key(entry.value) for entry in catalogue.entries(work.session, EntryKind.PATHWAY)}
        if value.pathway_key not in known:
            raise BadInput(_("Choose one of the clinic's pathways."), "pathway_key")


def _check_tier(work: Work, entry_id: int, question: RedFlagQuestion) -> None:
    """A clinic may make a flag more urgent, never less: lowering one would hide an emergency."""
    shipped = catalogue.shipped_value(work.session, entry_id)
    if isinstance(shipped, RedFlagQuestion) and question.tier < shipped.tier:
        raise BadInput(
            _("This answer is “{tier}” at least. It can be made more urgent, not less.").format(
                tier=shipped.tier.label
            ),
            "tier",
        )


def _check_not_needed(work: Work, entry: Entry[CatalogueValue]) -> None:
    if entry.kind in _FIXED:
        raise BadInput(_("These rows are fixed. Change one of them instead."))
    if isinstance(entry.value, Pathway):
        users = [
            other.value.name
            for other in catalogue.entries(work.session, EntryKind.PROCEDURE)
            if other.active
            and isinstance(other.value, Procedure)
            and other.value.pathway_key == entry.value.key
        ]
        if users:
            raise BadInput(
                _("{procedures} follow this pathway. Give them another one first.").format(
                    procedures=", ".join(users)
                )
            )
