"""What was typed in a panel and is not stored: at hand at once, and kept in the clinic beyond the end of the program."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from clinicdesk.domain.drafts import Draft, DraftKey, Fields
from clinicdesk.errors import ClinicDeskError
from clinicdesk.services import drafts
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.frame.typed import Values
from clinicdesk.ui.operations import run_beside
from clinicdesk.ui.operations.hub import hub


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What was typed for a key and is not stored, and what the record held in those fields when it was typed."""

    name: str
    """Whom it is about, for the list at the foot; empty where nobody is chosen yet."""
    patient_id: int | None
    mine: Values
    before: Values
    since: datetime | None = field(default=None, compare=False)
    """When it was typed (UTC), where it comes from the clinic's database and not from this panel."""

    def as_fields(self) -> Fields:
        """As a draft holds it."""
        return {
            "name": self.name,
            "patient": self.patient_id,
            "mine": dict(self.mine),
            "before": dict(self.before),
        }


def unfinished_in(draft: Draft) -> Unfinished:
    """What a draft holds; what is no draft of a panel holds nothing."""
    name, patient, mine, before = (draft.fields.get(part) for part in ("name", "patient", "mine", "before"))
    return Unfinished(
        name if isinstance(name, str) else "",
        patient if isinstance(patient, int) else None,
        mine if isinstance(mine, Mapping) else {},
        before if isinstance(before, Mapping) else {},
        draft.kept_at,
    )


def draft_key(key: PanelKey) -> DraftKey:
    """The key of the draft for a panel's key. A day or an instant stands in the panel's name, where two must not meet."""
    at = "" if key.at is None else f"@{key.at.isoformat()}"
    return DraftKey(f"{key.panel}{at}", key.subject, key.id)


def panel_key(key: DraftKey) -> PanelKey:
    """The key of the panel that a draft was typed in. Raises ``ValueError`` for one that no panel kept."""
    panel, _at, at = key.panel.partition("@")
    when = (datetime if "T" in at else date).fromisoformat(at) if at else None
    return PanelKey(panel, key.subject, key.id, when)


class UnsavedWork(QObject):
    """The unsaved work of one panel, by the key it was typed for."""

    not_kept = Signal(str)
    """It stands in the panel, and could be kept nowhere else: the sentence that says so."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._here: dict[PanelKey, Unfinished] = {}
        self._kept: set[PanelKey] = set()

    def hold(self, key: PanelKey, unfinished: Unfinished) -> None:
        """Put it at hand and keep it in the clinic; what is there already is not written again."""
        if self._here.get(key) == unfinished:
            return
        self._here[key] = unfinished
        self._kept.add(key)
        self._beside(partial(drafts.keep, self._desk, draft_key(key), unfinished.as_fields()))

    def drop(self, key: PanelKey, fields: Collection[str] | None = None) -> None:
        """It is stored, or is not wanted any more; with ``fields`` only what was typed in these."""
        left = None if fields is None else self._without(key, fields)
        if left is not None:
            self.hold(key, left)
            return
        self._here.pop(key, None)
        if key in self._kept:
            self._kept.discard(key)
            self._beside(partial(drafts.throw_away, self._desk, draft_key(key)))
            self.tell()

    def _without(self, key: PanelKey, fields: Collection[str]) -> Unfinished | None:
        """What was typed for ``key`` in other fields."""
        here = self._here.get(key)
        mine = (
            {} if here is None else {name: typed for name, typed in here.mine.items() if name not in fields}
        )
        return replace(here, mine=mine) if here is not None and mine else None

    def tell(self) -> None:
        """Let the list at the foot be read anew, once all that was said here is written."""
        run_beside(self, _nothing, done=_tell_all)

    def at_hand(self, key: PanelKey) -> Unfinished | None:
        """What was typed in this window for ``key``."""
        return self._here.get(key)

    def found(self, key: PanelKey, unfinished: Unfinished | None) -> Unfinished | None:
        """What stands for ``key``: of what was typed here and what the clinic kept, the former, which is newer."""
        if key in self._here or unfinished is None:
            return self._here.get(key)
        self._here[key] = unfinished
        self._kept.add(key)
        return unfinished

    def read(self, key: PanelKey) -> Unfinished | None:
        """What the clinic kept for ``key``. Off the window's thread. Without it the panel is still worth opening."""
        try:
            draft = drafts.of(self._desk, draft_key(key))
        except ClinicDeskError:
            return None
        return None if draft is None else unfinished_in(draft)

    def _beside(self, work: Any) -> None:
        run_beside(self, work, failed=self._failed)

    def _failed(self, error: ClinicDeskError) -> None:
        self.not_kept.emit(error.sentence)


def _nothing() -> None:
    """Stands in the line behind what is being written."""


def _tell_all(_written: None) -> None:
    hub().unsaved.emit()


__all__ = ["Unfinished", "UnsavedWork", "draft_key", "panel_key", "unfinished_in"]
