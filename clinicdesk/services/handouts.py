"""Handout texts: what is shipped, the clinic's own wording of it, and how it looks on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clinicdesk.documents import discharge
from clinicdesk.documents.check import Problem, check_handout
from clinicdesk.documents.handouts import handout, shipped_languages, shipped_texts
from clinicdesk.documents.samples import full_sheet
from clinicdesk.domain.booking import Side
from clinicdesk.domain.catalogue import Family, Sedation
from clinicdesk.domain.changes import Changes
from clinicdesk.domain.entries import CatalogueValue, Entry, EntryKind, OwnHandout
from clinicdesk.domain.levels import LevelKind
from clinicdesk.domain.papers import DischargeSheet, letterhead
from clinicdesk.domain.permissions import Act
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import catalogue as entries
from clinicdesk.services.desk import Desk
from clinicdesk.services.work import Done, Work, query
from clinicdesk.storage import catalogue

_SHOWN_IN = ("discharge-kyphoplasty", "discharge-injection", "brace-care")
"""The whole papers that a part is previewed in, the first that includes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoutText:
    """One text in one language: as shipped, and the clinic's own wording where there is one in use."""

    key: str
    language: str
    title: str
    shipped: str
    own: str | None = None
    entry_id: int | None = None
    version: int | None = None

    @property
    def text(self) -> str:
        """What is printed."""
        return self.shipped if self.own is None else self.own

    @property
    def is_part(self) -> bool:
        """Whether it is no paper by itself but a part that papers include."""
        return self.key.startswith("_")


def languages() -> tuple[str, ...]:
    """The languages that texts are shipped in."""
    return shipped_languages()


@query(Act.SEE_CLINIC)
def texts(work: Work, language: str = "en") -> tuple[HandoutText, ...]:
    """Every text of a language: whole papers first, then the parts they include."""
    own = {
        entry.value.key: entry
        for entry in catalogue.entries(work.session, EntryKind.HANDOUT)
        if entry.active and isinstance(entry.value, OwnHandout) and entry.value.language == language
    }
    found = (_text(key, language, shipped, own.get(key)) for key, shipped in shipped_texts(language).items())
    return tuple(sorted(found, key=lambda text: (text.is_part, text.title)))


def write(desk: Desk, text: HandoutText, wording: str) -> Done[HandoutText]:
    """Print the clinic's own ``wording`` from now on; the shipped one again where it says the same.

    Raises `BadInput` for a text that cannot be printed, `Stale`.
    """
    plain = wording.replace("\r\n", "\n").strip() + "\n"
    if plain.strip() == text.shipped.strip():
        return reset(desk, text)
    own = OwnHandout(key=text.key, language=text.language, text=plain)
    found = check(desk, own)
    if found:
        raise BadInput(_told(found[0]), "own")
    done = entries.write_handout(desk, own, text.version)
    return Done(replace(text, own=plain, entry_id=done.value.id, version=done.value.version), done.changes)


def reset(desk: Desk, text: HandoutText) -> Done[HandoutText]:
    """Print the shipped wording again. Raises `Stale`."""
    shipped = replace(text, own=None, entry_id=None, version=None)
    if text.entry_id is None or text.version is None:
        return Done(shipped, _NO_CHANGES)
    return Done(shipped, entries.set_active(desk, text.entry_id, text.version, False).changes)


@query(Act.SEE_CLINIC)
def check(work: Work, draft: OwnHandout) -> tuple[Problem, ...]:
    """What is wrong with ``draft``, by line; empty where it can be printed. Parts are checked inside a paper."""
    if not draft.key.startswith("_"):
        return check_handout(draft.text, key=draft.key, language=draft.language)
    return check_handout(draft.text, key="part", language=draft.language)


@query(Act.SEE_CLINIC)
def preview(work: Work, draft: OwnHandout, *, large_print: bool = False) -> bytes:
    """The paper that ``draft`` would make for a made-up patient, as PDF. A part is shown in a paper that includes it.

    Raises `clinicdesk.documents.handouts.HandoutProblem`.
    """
    own = {**catalogue.own_handouts(work.session, draft.language), draft.key: draft.text}
    key = _paper_with(draft.key, draft.language) if draft.key.startswith("_") else draft.key
    sheet = replace(_sample(work, key), language=draft.language, large_print=large_print)
    return discharge.render(sheet, letterhead(work.clinic), handout(key, draft.language, own))


@query(Act.SEE_CLINIC)
def discharge_papers(work: Work) -> tuple[tuple[str, str], ...]:
    """Key and title of the papers a procedure can send home."""
    own = catalogue.own_handouts(work.session, "en")
    keys = [key for key in shipped_texts("en") if key.startswith("discharge")]
    return tuple((key, _title(key, own.get(key) or shipped_texts("en")[key])) for key in keys)


_NO_CHANGES: Changes = frozenset()


def _text(key: str, language: str, shipped: str, entry: Entry[CatalogueValue] | None) -> HandoutText:
    own = entry.value.text if entry is not None and isinstance(entry.value, OwnHandout) else None
    return HandoutText(
        key=key,
        language=language,
        title=_title(key, own or shipped),
        shipped=shipped,
        own=own,
        entry_id=None if entry is None else entry.id,
        version=None if entry is None else entry.version,
    )


def _title(key: str, text: str) -> str:
    """The heading of a paper; a part is called after its key."""
    first = next((line for line in text.splitlines() if line.startswith("# ")), "")
    return first.removeprefix("# ").strip() or key.strip("_").replace("-", " ").capitalize()


def _sample(work: Work, key: str) -> DischargeSheet:
    """A made-up patient after a procedure that sends this paper home."""
    sheet = full_sheet()
    procedure = next((p for p in catalogue.procedures(work.session) if p.handout_key == key), None)
    if procedure is None:
        return sheet
    levels = (
        procedure.offered_levels[-2:]
        if procedure.level_kind is LevelKind.VERTEBRAE
        else procedure.offered_levels[-1:]
    )
    return replace(
        sheet,
        procedure=procedure.name,
        levels=tuple(str(level) for level in levels),
        side=Side.LEFT if procedure.has_side else None,
        sedation=procedure.default_sedation or Sedation.LOCAL,
        closure=next(iter(procedure.wound_closures), None),
        epidural=procedure.family is Family.EPIDURAL,
    )


def _paper_with(part: str, language: str) -> str:
    texts = shipped_texts(language)
    return next((key for key in _SHOWN_IN if _includes(texts, key, part)), _SHOWN_IN[0])


def _includes(texts: object, key: str, part: str) -> bool:
    assert isinstance(texts, dict)
    body = texts.get(key, "")
    inside = [name for name in texts if name.startswith("_") and f'"{name}"' in body]
    return part in inside or any(_includes(texts, name, part) for name in inside if name != key)


def _told(problem: Problem) -> str:
    if not problem.line:
        return problem.sentence
    return _("Line {line}: {sentence}").format(line=problem.line, sentence=problem.sentence)
