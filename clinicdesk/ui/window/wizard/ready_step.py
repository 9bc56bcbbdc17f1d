"""What will be made, and making it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QProgressBar, QWidget

from clinicdesk.domain.countries import country
from clinicdesk.i18n import _
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Grid
from clinicdesk.ui.theme import Gap
from clinicdesk.ui.window.wizard.answers import Answers
from clinicdesk.ui.window.wizard.step import Step


class ReadyStep(Step):
    """The answers once more; the file is written when the person says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Nothing has been written yet. This is what will be made:"), parent)
        self._grid = Grid(gap=Gap.L, down=Gap.S)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Making the clinic"))
        self.bar.setRange(0, 1)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.bar.hide()
        self.body.addWidget(self.bar)

    @classmethod
    def title(cls) -> str:
        """The step's name."""
        return _("Ready")

    def show_answers(self, answers: Answers, where: str) -> None:
        """Say what will be made, and where."""
        while (item := self._grid.takeAt(0)) is not None:
            label = item.widget()
            if label is not None:
                label.deleteLater()
        for row, (name, value) in enumerate(_lines(answers, where)):
            muted = PlainLabel(name, self)
            muted.set_tone("muted")
            self._grid.addWidget(muted, row, 0)
            self._grid.addWidget(PlainLabel(value, self, wrap=True), row, 1)

    def set_busy(self, busy: bool) -> None:
        """Show that the clinic is being made."""
        self.bar.setRange(0, 0 if busy else 1)
        self.bar.setVisible(busy)


def _lines(answers: Answers, where: str) -> list[tuple[str, str]]:
    facts = answers.facts
    home = country(facts.country)
    place = _("{country}, {zone}").format(
        country=home.label if home else facts.country, zone=facts.time_zone.replace("_", " ")
    )
    counts = Counter(kind for kind, _name in answers.units)
    units = [_("{kind}: {count}").format(kind=kind.label, count=count) for kind, count in counts.items()]
    who = _("{name}, signs in as {login}").format(name=answers.full_name, login=answers.login)
    return [
        (_("Clinic"), facts.name),
        (_("Country and zone"), place),
        (_("Emergency number"), facts.emergency_number),
        (_("Rooms and people"), ", ".join(units) or _("none yet")),
        (_("Administrator"), who),
        (_("Kept in"), where),
    ]
