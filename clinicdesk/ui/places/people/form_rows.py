"""Fields of a patient that come in rows: phones, and who to reach beside the patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinicdesk.domain.patients import Contact, ContactKind, Phone, PhoneKind
from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, ComboField, IconButton, LineField, QuietButton, Row
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap

MOST_PHONES: Final = 4
MOST_CONTACTS: Final = 6
_NUMBER_WIDTH: Final = 176
_KIND_WIDTH: Final = 168


class PhoneRows(QWidget):
    """One number a row with where it rings. The first is the one that is called."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.rows: list[_PhoneRow] = []
        self._column = Column(self, gap=Gap.XS)
        self.add_button = QuietButton(_("Another phone"), self, icon="add")
        self.add_button.clicked.connect(self._add_empty)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_value(())

    def value(self) -> tuple[Phone, ...]:
        """The numbers that were typed."""
        return tuple(row.value() for row in self.rows if row.number.value())

    def plain(self) -> list[list[str]]:
        """The numbers as JSON holds them; `set_plain` is the way back."""
        return [[phone.kind.value, phone.number] for phone in self.value()]

    def set_plain(self, phones: Sequence[Sequence[str]]) -> None:
        """Show what `plain` gave, letter by letter."""
        self.set_value(tuple(Phone(PhoneKind(kind), number) for kind, number in phones))
        for row, (_kind, number) in zip(self.rows, phones, strict=False):
            row.number.set_value(number)

    def words_for(self, phones: Sequence[Sequence[str]]) -> str:
        """Numbers that `plain` gave, as a person reads them."""
        return ", ".join(number for _kind, number in phones)

    def set_value(self, phones: tuple[Phone, ...]) -> None:
        """Show `phones`, and one empty row where there is none."""
        while self.rows:
            self._drop(self.rows[-1])
        for phone in phones or (Phone(PhoneKind.MOBILE, ""),):
            self._add(phone)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the numbers as what the problem is about."""
        for row in self.rows:
            row.number.set_wrong(wrong)

    def _add_empty(self) -> None:
        used = {row.kind.value() for row in self.rows}
        kind = next((one for one in PhoneKind if one not in used), PhoneKind.OTHER)
        self._add(Phone(kind, "")).number.setFocus()

    def _add(self, phone: Phone) -> _PhoneRow:
        row = _PhoneRow(phone, self)
        row.changed.connect(self.changed)
        row.removed.connect(self._remove)
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        self._settle(row.number)
        return row

    def _remove(self, row: QWidget) -> None:
        if isinstance(row, _PhoneRow):
            self._drop(row)
            self.changed.emit()

    def _drop(self, row: _PhoneRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if self.rows:
            self._settle(self.rows[-1].number)

    def _settle(self, _last: QWidget) -> None:
        self.add_button.setVisible(len(self.rows) < MOST_PHONES)
        for row in self.rows:
            row.remove.setVisible(len(self.rows) > 1)
        self.setFocusProxy(self.rows[0].number)


class _PhoneRow(QWidget):
    changed = Signal()
    removed = Signal(QWidget)

    def __init__(self, phone: Phone, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = LineField(_("Phone number"), self, width=_NUMBER_WIDTH, longest=60)
        self.number.set_value(fmt.phone(phone.number) if phone.number else "")
        self.kind = ComboField(_("Where it rings"), [(one, one.label) for one in PhoneKind], self, width=112)
        self.kind.set_value(phone.kind)
        self.remove = IconButton("remove", _("Remove this phone"), self)
        self.remove.clicked.connect(self._remove)
        row = Row(self, gap=Gap.S)
        row.add(self.number, self.kind, self.remove)
        row.addStretch(1)
        self.number.changed.connect(self._tell)
        self.kind.changed.connect(self.changed)

    def value(self) -> Phone:
        return Phone(PhoneKind(self.kind.value()), self.number.value())

    def _tell(self, _text: str) -> None:
        self.changed.emit()

    def _remove(self) -> None:
        self.removed.emit(self)


class ContactRows(QWidget):
    """Who takes the patient home, and whom to call when the patient does not answer."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.rows: list[_ContactRow] = []
        self._column = Column(self, gap=Gap.S)
        self.add_button = QuietButton(_("Another contact"), self, icon="add")
        self.add_button.clicked.connect(self._add_empty)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_value(())

    def value(self) -> tuple[Contact, ...]:
        """The contacts that were typed."""
        made = (row.value() for row in self.rows)
        return tuple(one for one in made if one.name or one.phone or one.relation)

    def plain(self) -> list[list[str]]:
        """The contacts as JSON holds them; `set_plain` is the way back."""
        return [[one.kind.value, one.name, one.relation, one.phone] for one in self.value()]

    def set_plain(self, contacts: Sequence[Sequence[str]]) -> None:
        """Show what `plain` gave, letter by letter."""
        self.set_value(
            tuple(
                Contact(kind=ContactKind(kind), name=name, relation=relation, phone=phone)
                for kind, name, relation, phone in contacts
            )
        )
        for row, (*_names, phone) in zip(self.rows, contacts, strict=False):
            row.phone.set_value(phone)

    def words_for(self, contacts: Sequence[Sequence[str]]) -> str:
        """Contacts that `plain` gave, as a person reads them."""
        return "; ".join(", ".join(filter(None, words)) for _kind, *words in contacts)

    def set_value(self, contacts: tuple[Contact, ...]) -> None:
        """Show `contacts`, and an empty escort where there is none."""
        while self.rows:
            self._drop(self.rows[-1])
        for contact in contacts or (Contact(kind=ContactKind.ESCORT, name=""),):
            self._add(contact)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the names as what the problem is about."""
        for row in self.rows:
            row.name.set_wrong(wrong)

    def _add_empty(self) -> None:
        self._add(Contact(kind=ContactKind.ALTERNATE, name="")).name.setFocus()

    def _add(self, contact: Contact) -> _ContactRow:
        row = _ContactRow(contact, self)
        row.changed.connect(self.changed)
        row.removed.connect(self._remove)
        self.rows.append(row)
        self._column.insertWidget(len(self.rows) - 1, row)
        self._settle()
        return row

    def _remove(self, row: QWidget) -> None:
        if isinstance(row, _ContactRow):
            self._drop(row)
            self.changed.emit()

    def _drop(self, row: _ContactRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if self.rows:
            self._settle()

    def _settle(self) -> None:
        self.add_button.setVisible(len(self.rows) < MOST_CONTACTS)
        for row in self.rows:
            row.remove.setVisible(len(self.rows) > 1)
        self.setFocusProxy(self.rows[0].kind)


class _ContactRow(QWidget):
    changed = Signal()
    removed = Signal(QWidget)

    def __init__(self, contact: Contact, parent: QWidget) -> None:
        super().__init__(parent)
        kinds = [(one, one.label) for one in ContactKind]
        self.kind = ComboField(_("What for"), kinds, self, width=_KIND_WIDTH)
        self.kind.set_value(contact.kind)
        self.remove = IconButton("remove", _("Remove this contact"), self)
        self.remove.clicked.connect(self._remove)
        self.name = LineField(_("Name of the contact"), self, hint=_("Name"), width=160)
        self.relation = LineField(_("Relation"), self, hint=_("son, friend"), width=112)
        self.phone = LineField(_("Phone of the contact"), self, hint=_("Phone"), width=136, longest=60)
        self.name.set_value(contact.name)
        self.relation.set_value(contact.relation)
        self.phone.set_value(fmt.phone(contact.phone) if contact.phone else "")
        column = Column(self, gap=Gap.XS)
        head, fields = Row(gap=Gap.S), Row(gap=Gap.S)
        head.add(self.kind, self.remove)
        head.addStretch(1)
        fields.add(self.name, self.relation, self.phone)
        fields.addStretch(1)
        column.add(head, fields)
        for line in (self.name, self.relation, self.phone):
            line.changed.connect(self._tell)
        self.kind.changed.connect(self.changed)

    def value(self) -> Contact:
        return Contact(
            kind=ContactKind(self.kind.value()),
            name=self.name.value(),
            relation=self.relation.value(),
            phone=self.phone.value(),
        )

    def _tell(self, _text: str) -> None:
        self.changed.emit()

    def _remove(self) -> None:
        self.removed.emit(self)
