"""Set up: one's own password, and the clinic's recovery key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.users import SHORTEST_PASSWORD
from clinicdesk.errors import BadInput, ClinicDeskError, SignInRefused
from clinicdesk.i18n import _
from clinicdesk.services import recovery_sheet, users
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    Column,
    FormGrid,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    PushButton,
    Row,
    Scroll,
    SecretField,
    Section,
    ShowButton,
    confirm,
)
from clinicdesk.ui.operations import messages, run_command
from clinicdesk.ui.papers.window import choose_file, print_pdf
from clinicdesk.ui.places.setup.listing import SetUpPage
from clinicdesk.ui.theme import Gap, Size, theme

_WIDE = 320
_Then = Callable[[str, bytes], None]


class PasswordPage(SetUpPage):
    """The person's own password; for an administrator the recovery key too."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        inner = Panel(self)
        around = Row(inner, gap=Gap.NONE, margin=Gap.XL)
        narrow = QWidget(inner)
        narrow.setMaximumWidth(theme().px(Size.READING + Size.LABEL_COLUMN))
        around.addWidget(narrow, 100)
        around.addStretch(0)
        column = Column(narrow, gap=Gap.XL)
        self.problem_panel = ProblemPanel(narrow)
        column.addWidget(self.problem_panel)
        column.addWidget(self._own(narrow))
        if may(desk.actor.role, Act.MANAGE_USERS):
            column.addWidget(self._recovery(narrow))
        column.addStretch(1)
        Column(self, gap=Gap.NONE).addWidget(Scroll(inner, self))

    def load(self) -> None:
        """Nothing of this is read: a password is never shown."""

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    # ------------------------------------------------------------------ one's own password

    def _own(self, parent: QWidget) -> QWidget:
        section = Section(_("My password"), parent)
        self.form = FormGrid(section)
        self.current = SecretField(_("Current password"), self.form, width=_WIDE)
        self.new = SecretField(_("New password"), self.form, width=_WIDE)
        self.form.add("current", _("Current password"), self.current)
        self.form.add(
            "password",
            _("New password"),
            self.new,
            beside=ShowButton(self.new, self.form),
            help_text=_("{count} characters or more. A sentence you can remember is best.").format(
                count=SHORTEST_PASSWORD
            ),
        )
        self.change_button = PrimaryButton(_("Change my password"), section)
        self.change_button.clicked.connect(self.change)
        self.new.returnPressed.connect(self.change)
        row = Row(gap=Gap.S)
        row.addWidget(self.change_button)
        row.addStretch(1)
        section.add(self.form)
        section.body.addLayout(row)
        return section

    def change(self) -> None:
        """Store the new password, if the current one is right."""
        self.form.clear_problems()
        self.problem_panel.clear()
        self.change_button.setEnabled(False)
        run_command(
            self,
            partial(users.set_own_password, self.desk, self.current.value(), self.new.value()),
            done=self._changed,
            failed=self._refused,
            said=_("Your password was changed."),
        )

    def _changed(self, _nothing: None) -> None:
        self.change_button.setEnabled(True)
        self.current.clear()
        self.new.clear()

    def _refused(self, error: ClinicDeskError) -> None:
        self.change_button.setEnabled(True)
        if isinstance(error, SignInRefused):
            self.form.set_problem("current", error.sentence)
            self.current.setFocus(Qt.FocusReason.OtherFocusReason)
            self.current.selectAll()
        elif isinstance(error, BadInput) and self.form.show_error(error):
            return
        else:
            self.show_problem(error.sentence)

    # ------------------------------------------------------------------ the recovery key

    def _recovery(self, parent: QWidget) -> QWidget:
        section = Section(_("Recovery key"), parent)
        text = _(
            "The printed key opens the clinic when every administrator has forgotten the password. Make a new one where the "
            "sheet is lost, or where somebody may have read it: the old sheet then opens nothing."
        )
        section.add(PlainLabel(text, section, wrap=True))
        self.print_button = PushButton(_("Print a new recovery key…"), section, icon="print")
        self.save_button = PushButton(_("Save a new one as PDF…"), section, icon="save")
        self.print_button.clicked.connect(self._print)
        self.save_button.clicked.connect(self._save)
        row = Row(gap=Gap.S)
        row.add(self.print_button, self.save_button)
        row.addStretch(1)
        section.body.addLayout(row)
        return section

    def _print(self) -> None:
        self._make(self._print_sheet)

    def _save(self) -> None:
        self._make(self._save_sheet)

    def _make(self, then: _Then) -> None:
        """Make a key and its sheet; the key counts only once the sheet is in somebody's hands."""
        printed = users.new_recovery_key()
        run_command(self, partial(recovery_sheet.again, self.desk, printed), done=partial(then, printed))

    def _print_sheet(self, printed: str, content: bytes) -> None:
        if print_pdf(self, content):
            self._count_from_now(printed, _("Is the sheet printed and readable?"))

    def _save_sheet(self, printed: str, content: bytes) -> None:
        path = choose_file(self, "clinicdesk-recovery-key.pdf")
        if path is not None and self._written(path, content):
            self._count_from_now(printed, _("Is the file where nobody else finds it?"))

    def _written(self, path: Path, content: bytes) -> bool:
        try:
            path.write_bytes(content)
        except OSError:
            self.show_problem(
                _(
                    "{name} could not be written there. The old key still counts. Choose another folder."
                ).format(name=path.name)
            )
            return False
        return True

    def _count_from_now(self, printed: str, heading: str) -> None:
        consequence = _("From then on the old sheet opens nothing. If you go back, the old key still counts.")
        if confirm(self, heading, consequence, do=_("Use the new key")):
            run_command(
                self,
                partial(users.replace_recovery_key, self.desk, printed),
                said=_("The new recovery key counts; the old sheet opens nothing."),
            )
        else:
            messages.info(_("The old recovery key still counts. Destroy the new sheet."))
