"""Catalogue entries as rows of a list: the shape that procedures, braces, pathways and the like share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, TypeVar

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.entries import CatalogueValue, Entry, EntryKind, entry_key, entry_name
from clinicdesk.i18n import _
from clinicdesk.services import catalogue
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import Banner, BannerKind, Paint, PushButton, QuietButton, TableColumn
from clinicdesk.ui.operations import Done
from clinicdesk.ui.places.setup.listing import ListPage
from clinicdesk.ui.places.setup.sheet import Sheet

AnyEntry = Entry[CatalogueValue]
V = TypeVar("V", bound=CatalogueValue)


class EntrySheet(Sheet[AnyEntry]):
    """The form of an entry. Subclasses fill and read the entry's value."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._parent = parent
        super().__init__(desk, parent)

    # ------------------------------------------------------------------ what a subclass says

    @abstractmethod
    def fill_value(self, value: Any, *, new: bool) -> None:
        """Show the entry's value."""

    @abstractmethod
    def read_value(self, value: Any) -> CatalogueValue:
        """The value with what the fields say. Raises `BadInput`."""

    # ------------------------------------------------------------------ Sheet

    def _build_frame(self) -> None:
        super()._build_frame()
        confirm = PushButton(_("Confirm as it is"), self)
        confirm.clicked.connect(self._confirm)
        self.confirm_banner = Banner(BannerKind.INFO, "", self, actions=(confirm,))
        self.notes.addWidget(self.confirm_banner)
        self.active_button = QuietButton("", self.foot)
        self.active_button.clicked.connect(self._set_active)
        self.reset_button = QuietButton(_("Reset to what was shipped"), self.foot)
        self.reset_button.clicked.connect(self._reset)
        self.steps.add(self.active_button, self.reset_button)

    def fill(self, row: AnyEntry, *, new: bool) -> None:
        """Show the entry in the fields."""
        self.fill_value(row.value, new=new)
        self.on_change()

    def taken(self, row: AnyEntry) -> AnyEntry:
        """The entry with what the fields say."""
        return replace(row, value=self.read_value(row.value))

    def write(self, row: AnyEntry, new: bool) -> Done[AnyEntry]:
        """Store the entry."""
        return catalogue.add(self.desk, row.kind, row.value) if new else catalogue.change(self.desk, row)

    def put_back(self, before: AnyEntry, now: AnyEntry) -> Done[Any]:
        """Store what the entry said before."""
        return catalogue.change(self.desk, replace(now, value=before.value))

    def words(self, row: AnyEntry) -> str:
        """The entry's name."""
        return entry_name(row.value)

    def version(self, row: AnyEntry) -> int:
        """The version it was read at."""
        return row.version

    def heading(self, row: AnyEntry, new: bool) -> tuple[str, str]:
        """The entry's name, and where it comes from."""
        if new:
            return (_("New"), "")
        source = getattr(row.value, "source", "")
        under = [] if not source else [_("Source: {source}").format(source=source)]
        if not row.active:
            under.insert(0, _("No longer offered; what refers to it keeps it."))
        return (self.words(row), "\n".join(under))

    def show_steps(self) -> None:
        """Offer to confirm, to take out of use, to reset, where that makes sense."""
        row = self.row
        stored = row is not None and not self.is_new and self.may_edit
        asks = row is not None and not row.confirmed and not self.is_new and not self.is_dirty
        self.confirm_banner.setVisible(asks and self.may_edit)
        if asks:
            self.confirm_banner.set_text(_("A shipped default. Look at it, then confirm or change it."))
        self.active_button.setVisible(stored and row is not None and row.kind not in _FIXED)
        if row is not None:
            self.active_button.set_words(_("No longer offer it") if row.active else _("Offer it again"))
        self.reset_button.setVisible(stored and row is not None and row.has_shipped and row.edited)

    # ------------------------------------------------------------------ steps

    def _confirm(self) -> None:
        row = self.row
        if row is not None:
            self.run_step(
                partial(catalogue.confirm, self.desk, row.id, row.version),
                _("Confirmed: {name}.").format(name=self.words(row)),
            )

    def _set_active(self) -> None:
        row = self.row
        if row is None:
            return
        said = _("No longer offered: {name}.") if row.active else _("Offered again: {name}.")
        self.run_step(
            partial(catalogue.set_active, self.desk, row.id, row.version, not row.active),
            said.format(name=self.words(row)),
            partial(self._offer_back, row.active),
        )

    def _offer_back(self, active: bool, now: AnyEntry) -> Done[Any]:
        return catalogue.set_active(self.desk, now.id, now.version, active)

    def _reset(self) -> None:
        row = self.row
        if row is not None:
            if self.is_dirty:
                self.throw_away()
            self.run_step(
                partial(catalogue.reset, self.desk, row.id, row.version),
                _("As shipped again: {name}.").format(name=self.words(row)),
                partial(self.put_back, row),
            )


_FIXED = frozenset({EntryKind.SEDATION, EntryKind.RED_FLAG, EntryKind.BLEEDING_LIMITS})


class EntryPage(ListPage[AnyEntry]):
    """The entries of one kind."""

    subjects = frozenset({Subject.CATALOGUE})
    kind: ClassVar[EntryKind]
    can_move = True

    def columns(self) -> Sequence[TableColumn[AnyEntry]]:
        """Name, and what stands out about it."""
        return (
            TableColumn(heading=_("Name"), text=_name, struck=_is_off, least=140),
            TableColumn(heading="", text=entry_state, width=84, paint=Paint.MUTED),
        )

    def fetch(self) -> Sequence[AnyEntry]:
        """All entries of the kind."""
        return catalogue.entries(self.desk, self.kind)

    def same(self, row: AnyEntry) -> object:
        """Entries are told apart by their row."""
        return row.id

    def new_value(self) -> CatalogueValue | None:
        """The value of a new entry, or None where none can be added."""
        return None

    def blank(self) -> AnyEntry | None:
        """A new entry to fill in."""
        value = self.new_value()
        return None if value is None else Entry(id=0, kind=self.kind, value=value, has_shipped=False)

    def step_row(self, row: AnyEntry, up: bool) -> Done[Any]:
        """Move the entry in its list."""
        return catalogue.move(self.desk, row.id, row.version, up=up)


def _name(row: AnyEntry) -> str:
    return entry_name(row.value)


def _is_off(row: AnyEntry) -> bool:
    return not row.active


def entry_state(row: AnyEntry) -> str:
    """What stands out about an entry, in a word or two."""
    if not row.active:
        return _("not offered")
    return "" if row.confirmed else _("to confirm")


def own_key(name: str, taken: Sequence[str] = ()) -> str:
    """A key made from a name: small letters, digits and underscores, a letter first, not taken yet."""
    letters = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.casefold())
    key = "_".join(part for part in letters.split("_") if part)[:34]
    if not key or not key[0].isalpha():
        key = f"own_{key}".rstrip("_")
    number, free = 2, key
    while free in taken:
        free, number = f"{key}_{number}", number + 1
    return free


def keys_of(rows: Sequence[AnyEntry]) -> tuple[str, ...]:
    """The keys that are taken."""
    return tuple(entry_key(row.value) for row in rows)
