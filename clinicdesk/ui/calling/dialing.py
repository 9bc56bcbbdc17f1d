"""The number to dial, in large: whose it is, who else may be rung, what was tried, and what a contact must not be told."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.calling import Phone, Ringing
from clinicdesk.ui.calling import words
from clinicdesk.ui.kit import Column, ComboField, MutedLabel, PlainLabel, Row
from clinicdesk.ui.theme import Gap, Rank, Size


class Dialing(QWidget):
    """Shows whom to ring by the rules of `Ringing`; the person may choose another of those who are offered.

    What they chose holds until the contacts' turn comes, or the number turns out to be wrong.
    """

    changed = Signal()
    """Another number stands here, by the rules or by the person."""
    picked = Signal()
    """The person chose."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ringing = Ringing()
        self._filling = False
        self._picked: Phone | None = None
        column = Column(self, gap=Gap.XS)
        self.number = PlainLabel("", self, selectable=True, rank=Rank.TITLE)
        self.whose = ComboField(name, (), self, width=Size.FIELD + Size.FIELD_SHORT)
        self.whose_one = MutedLabel("", self, elide=True)
        self.whose.changed.connect(self._chosen)
        self.tried = MutedLabel("", self, wrap=True)
        across = Row(gap=Gap.M)
        across.addWidget(self.number)
        across.addWidget(self.whose, 1)
        across.addWidget(self.whose_one, 1)
        across.addStretch(0)
        column.addLayout(across)
        self.caution = MutedLabel("", self, wrap=True)
        column.add(self.tried, self.caution)
        self.show_ringing(Ringing())

    def show_ringing(self, ringing: Ringing) -> None:
        """Show whom to ring now."""
        before, self._ringing = self._ringing, ringing
        turned = ringing.contacts_now is not before.contacts_now
        found_wrong = self._picked in before.right and self._picked not in ringing.right
        if turned or found_wrong or self._picked not in ringing.offered:
            self._picked = None
        self._show()
        self.tried.setText(words.tried(ringing))
        self.tried.setVisible(bool(self.tried.text()))

    def chosen(self) -> Phone | None:
        """Who is being rung."""
        value = self.whose.value()
        return value if isinstance(value, Phone) else None

    def pick(self) -> list[str] | None:
        """Whom the person chose, as a draft holds it; None for whom the rules name."""
        return None if self._picked is None else [self._picked.who, self._picked.number]

    def set_pick(self, pick: list[str] | None) -> None:
        """Choose as `pick` said; a number that is not offered any more is left to the rules."""
        offered = self._ringing.offered
        self._picked = next((phone for phone in offered if [phone.who, phone.number] == pick), None)
        self._show()

    def _show(self) -> None:
        offered = self._ringing.offered
        self._filling = True
        self.whose.set_options([(phone, self._words_of(phone)) for phone in offered])
        self.whose.set_value(self._picked or self._ringing.first)
        self._filling = False
        has_choice = len(offered) > 1 or (bool(offered) and self._ringing.first is None)
        self.whose.setVisible(has_choice)
        self.whose_one.setVisible(not has_choice)
        self._show_number()

    def _words_of(self, phone: Phone) -> str:
        return words.number_of(phone) if phone in self._ringing.right else words.wrong_number_of(phone)

    def _chosen(self) -> None:
        if not self._filling:
            phone = self.chosen()
            self._picked = None if phone == self._ringing.first else phone
            self._show_number()
            self.picked.emit()

    def _show_number(self) -> None:
        phone = self.chosen()
        self.number.setText(words.dialed(phone, self._ringing))
        self.caution.setText(words.caution(phone))
        self.caution.setVisible(bool(self.caution.text()))
        self.whose_one.setText("" if phone is None else phone.who)
        self.changed.emit()
