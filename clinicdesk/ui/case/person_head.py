"""Whose panel it is: name, age, birth date, record number. It stands above what scrolls, and stays in sight."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit import Column, MutedLabel, TitleLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.theme import Gap


class PersonHead(QWidget):
    """The head of every panel about a patient. Two people of one name are told apart by what stands here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = TitleLabel("", self, wrap=True)
        self.facts = MutedLabel("", self, wrap=True)
        Column(self, gap=Gap.XS).add(self.name, self.facts)

    def show_person(self, name: str, born: date, mrn: str, *more: str, sex: str = "") -> None:
        """Show who it is; ``sex`` is its letter, ``more`` are further facts, empty ones left out."""
        self.name.setText(name)
        age = _("{age} {sex}").format(age=fmt.age(born, fmt.today()), sex=sex).strip()
        facts = (age, fmt.plain_date(born), _("MRN {mrn}").format(mrn=mrn), *more)
        self.facts.setText(" · ".join(fact for fact in facts if fact))

    def clear(self) -> None:
        """Nobody."""
        self.name.setText("")
        self.facts.setText("")
