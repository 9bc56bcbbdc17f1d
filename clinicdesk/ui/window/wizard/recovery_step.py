"""The recovery key, shown this once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import PushButton
from clinicdesk.ui.kit.fields import LineField
from clinicdesk.ui.kit.labels import PlainLabel, TitleLabel
from clinicdesk.ui.kit.layout import Column, Grid, Panel, Row
from clinicdesk.ui.kit.panels import ProblemPanel
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Size
from clinicdesk.ui.window.wizard.step import Step

Sheet = Callable[[], Callable[[], bytes]]
"""Reads the answers and gives what makes the sheet of them, as a PDF, off the GUI thread."""

Printer = Callable[[QWidget, bytes], bool]
"""Prints a PDF, asking which printer; whether it was sent."""


_FORGIVEN = str.maketrans("OIL", "011")
"""Letters that the key never has, for the digits they are taken for."""


class RecoveryStep(Step):
    """Eight groups to print or write down; the last one is typed back, so that a sheet is really there."""

    def __init__(self, recovery_key: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _(
                "If every administrator forgets the password, this key opens the clinic. There is no other way in, for "
                "anyone. Print it or write it down, and keep it locked away from this computer."
            ),
            parent,
        )
        self.recovery_key = recovery_key
        self._sheet: Sheet | None = None
        self._printer: Printer = _print_pdf
        self.problem_panel = ProblemPanel(self)
        self.body.addWidget(self.problem_panel)
        self.body.addWidget(_Groups(recovery_key.split("-"), self))
        self.print_button = PushButton(_("Print…"), self, icon="print")
        self.save_button = PushButton(_("Save as PDF…"), self, icon="save")
        self.said = PlainLabel("", self)
        self.said.set_tone("muted")
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._save)
        row = Row(gap=Gap.S)
        row.add(self.print_button, self.save_button, self.said)
        row.addStretch(1)
        self.body.addLayout(row)
        self.last_group = LineField(_("Last group"), self, longest=12, width=Size.FIELD_SHORT + 24)
        self.form.add(
            "last_group",
            _("Last group"),
            self.last_group,
            required=True,
            help_text=_("Type the last five characters from your sheet, to show that it is readable."),
        )
        self.body.addWidget(self.form)
        self.offer(None)

    def offer(self, sheet: Sheet | None, printer: Printer | None = None) -> None:
        """Offer to print and to save the sheet; without one the key is written down by hand."""
        self._sheet, self._printer = sheet, printer or _print_pdf
        self.save_button.setVisible(sheet is not None)
        self.print_button.setVisible(sheet is not None)

    @classmethod
    def title(cls) -> str:
        """The step's name."""
        return _("Recovery key")

    def first(self) -> QWidget:
        """The way onto paper, else the field."""
        return self.print_button if self.print_button.isVisibleTo(self) else self.last_group

    def check(self) -> bool:
        """The last group was typed back."""
        typed = self.last_group.value().upper().replace(" ", "").translate(_FORGIVEN)
        if typed.removeprefix("-") != self.recovery_key.rpartition("-")[2]:
            return self.missing(
                "last_group",
                _("This is not the last group. Compare it with the sheet; capitals do not matter."),
            )
        self.form.set_problem("last_group", None)
        return True

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    def _print(self) -> None:
        if self._sheet is not None:
            run_query(self, self._sheet(), done=self._print_sheet)

    def _print_sheet(self, content: bytes) -> None:
        if self._printer(self, content):
            self.said.setText(_("Sent to the printer."))

    def _save(self) -> None:
        if self._sheet is not None:
            run_query(self, self._sheet(), done=self._save_sheet)

    def _save_sheet(self, content: bytes) -> None:
        chosen, _filter = QFileDialog.getSaveFileName(
            self, _("Save the recovery key"), "clinicdesk-recovery-key.pdf", "PDF (*.pdf)"
        )
        if chosen:
            self.save_to(Path(chosen), content)

    def save_to(self, path: Path, content: bytes) -> None:
        """Write the sheet to ``path``."""
        run_query(self, partial(_write, path, content), done=self._saved)

    def _saved(self, path: Path) -> None:
        self.said.setText(_("Saved as {name}. Move it off this computer.").format(name=path.name))


def _print_pdf(parent: QWidget, content: bytes) -> bool:
    # Deferred: it brings the services with it, which are there by then.
    from clinicdesk.ui.papers.window import print_pdf

    return print_pdf(parent, content)


def _write(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ClinicDeskError(
            _("{name} could not be written there. Choose another folder.").format(name=path.name)
        ) from error
    return path


class _Groups(Panel):
    """The groups, large, in two lines of four."""

    def __init__(self, groups: list[str], parent: QWidget) -> None:
        super().__init__(parent, ground="sunken")
        column = Column(self, gap=Gap.NONE, margin=Gap.L)
        grid = Grid(gap=Gap.XL, down=Gap.S)
        for place, group in enumerate(groups):
            words = TitleLabel(group, self, selectable=True)
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            words.setAccessibleName(
                _("Group {number}: {letters}").format(number=place + 1, letters=" ".join(group))
            )
            grid.addWidget(words, place // 4, place % 4)
        column.addLayout(grid)
