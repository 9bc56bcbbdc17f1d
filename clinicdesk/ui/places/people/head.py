"""Who it is: the head of a patient's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from clinicdesk.domain.patients import Contact, ContactKind, Patient, Phone
from clinicdesk.i18n import _
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    Grid,
    MutedLabel,
    PlainLabel,
    Row,
    StrongLabel,
    TitleLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap, Size, Token, theme
from clinicdesk.ui.theme.icons import paint_icon

_ROMAN: Final = ("", "I", "II", "III", "IV", "V", "VI")
_LONGEST_NOTE: Final = 400
_MOST_PHONES: Final = 3


class PatientHead(QWidget):
    """Name, age, phones large enough to be dialled from; what care needs to know; whom to reach instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = TitleLabel("", self, wrap=True, selectable=True)
        self.facts = PlainLabel("", self, wrap=True, selectable=True)
        self.deceased = Banner(BannerKind.WARNING, "", self)
        self._phones = QWidget(self)
        self._phone_row = Row(self._phones, gap=Gap.XL)
        self._pairs = QWidget(self)
        self._grid = Grid(self._pairs, gap=Gap.M, down=Gap.XS)
        self.notes = PlainLabel("", self, wrap=True, selectable=True)
        column = Column(self, gap=Gap.S)
        column.add(self.name, self.facts, self.deceased, self._phones, self._pairs, self.notes)

    def show_patient(self, patient: Patient) -> None:
        """Show who it is."""
        self.name.setText(patient.name)
        self.facts.setText(" · ".join(_facts(patient)))
        died = patient.draft.deceased_on
        self.deceased.setVisible(died is not None)
        if died is not None:
            self.deceased.set_text(
                _("Died {day}. No further bookings can be made.").format(day=fmt.plain_date(died))
            )
        self._show_phones(patient.draft.phones)
        self._show_pairs(patient)
        self.notes.setText(_short(patient.draft.notes))
        self.notes.setVisible(bool(patient.draft.notes))

    def _show_phones(self, phones: tuple[Phone, ...]) -> None:
        _clear(self._phone_row)
        for phone in phones[:_MOST_PHONES]:
            cell = QWidget(self._phones)
            down = Column(cell, gap=Gap.NONE)
            words = fmt.phone(phone.number)
            plain = not any(c.isalpha() for c in words)
            kind = TitleLabel if plain else StrongLabel
            number = kind(words, cell, selectable=True, wrap=not plain)
            down.add(MutedLabel(phone.kind.label, cell), number)
            down.addStretch(1)
            self._phone_row.addWidget(cell)
        self._phone_row.addStretch(1)
        self._phones.setVisible(bool(phones))

    def _show_pairs(self, patient: Patient) -> None:
        _clear(self._grid)
        for side, pairs in enumerate((list(_care(patient)), list(_reach(patient)))):
            for row, (name, value, warn) in enumerate(pairs):
                self._add_pair(row, side * 3, name, value, warn)
        for column, stretch in ((1, 2), (2, 0), (4, 3)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setColumnMinimumWidth(2, theme().px(Gap.L))

    def _add_pair(self, row: int, column: int, name: str, value: str, warn: bool) -> None:
        label = PlainLabel(name, self._pairs)
        label.set_tone("muted")
        self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        if not warn:
            words = PlainLabel(value, self._pairs, wrap=True, selectable=True)
            self._grid.addWidget(words, row, column + 1, Qt.AlignmentFlag.AlignTop)
            return
        cell = QWidget(self._pairs)
        across = Row(cell, gap=Gap.XS)
        across.addWidget(_WarningIcon(cell), 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(StrongLabel(value, cell, wrap=True, selectable=True), 1)
        self._grid.addWidget(cell, row, column + 1, Qt.AlignmentFlag.AlignTop)


class _WarningIcon(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = theme().px(Size.ICON)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), QRectF(self.rect()), "warning", theme().colour(Token.WARNING_MARK))


def language_name(tag: str) -> str:
    """Spanish, for es."""
    language = QLocale(tag.replace("-", "_")).language()
    known = language not in (QLocale.Language.C, QLocale.Language.AnyLanguage)
    return QLocale.languageToString(language) if known else tag


def _facts(patient: Patient) -> Iterator[str]:
    draft = patient.draft
    if draft.deceased_on is None:
        yield _("{age} years").format(age=fmt.age(draft.birth_date, fmt.today()))
    else:
        yield _("died at {age}").format(age=fmt.age(draft.birth_date, draft.deceased_on))
    yield draft.sex.label
    yield _("born {day}").format(day=fmt.plain_date(draft.birth_date))
    yield _("MRN {mrn}").format(mrn=patient.mrn)
    if draft.contact_hours:
        yield _("call {hours}").format(hours=draft.contact_hours)


def _care(patient: Patient) -> Iterator[tuple[str, str, bool]]:
    """Name, words, and whether they warn."""
    draft = patient.draft
    if draft.allergies:
        yield _("Allergies"), draft.allergies, True
    else:
        none = _("none known") if draft.no_known_allergies else _("not asked")
        yield _("Allergies"), none, False
    yield _("Blood thinner"), draft.blood_thinner or _("none noted"), bool(draft.blood_thinner)
    asa = "" if draft.asa_class is None else _ROMAN[draft.asa_class]
    yield _("ASA class"), asa or _("not assessed"), False
    language = [language_name(draft.language)]
    if draft.interpreter:
        language.append(_("interpreter needed"))
    if draft.large_print:
        language.append(_("large print"))
    yield _("Language"), ", ".join(language), False


def _reach(patient: Patient) -> Iterator[tuple[str, str, bool]]:
    draft = patient.draft
    for contact in draft.contacts:
        yield contact.kind.label, _contact(contact), False
    if not any(one.kind is ContactKind.ESCORT for one in draft.contacts):
        yield ContactKind.ESCORT.label, _("nobody named"), False
    place = " ".join(part for part in (draft.postal_code, draft.city, draft.region) if part)
    address = ", ".join(part for part in (*draft.address.splitlines(), place) if part)
    for name, value in (
        (_("Address"), address),
        (_("Email"), draft.email),
        (_("Insurance"), " ".join(p for p in (draft.insurance, draft.insurance_number) if p)),
        (_("Referred by"), draft.referrer),
    ):
        if value:
            yield name, value, False


def _contact(contact: Contact) -> str:
    who = _("{name} ({relation})").format(name=contact.name, relation=contact.relation)
    parts = (who if contact.relation else contact.name, fmt.phone(contact.phone) if contact.phone else "")
    return ", ".join(part for part in parts if part)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NOTE else f"{line[:_LONGEST_NOTE].rstrip()}…"


def _clear(layout: Row | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
