"""The first person who may sign in."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.users import SHORTEST_PASSWORD, check_password, normal_login
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.kit.buttons import PushButton
from clinicdesk.ui.kit.fields import LineField, SecretField
from clinicdesk.ui.theme import Size
from clinicdesk.ui.window.wizard.step import Step

_WIDE = 360


class AdministratorStep(Step):
    """Name, user name and a password, typed once where it can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _(
                "An administrator sets the clinic up and adds the others: schedulers, nurses, surgeons. The password "
                "opens the encrypted file; it is stored nowhere, so nobody can look it up."
            ),
            parent,
        )
        self.full_name = LineField(_("Full name"), self, longest=120, width=_WIDE)
        self.login = LineField(_("User name"), self, longest=64, width=Size.FIELD)
        self.password = SecretField(_("Password"), self, width=_WIDE)
        self.show_button = PushButton(_("Show"), self)
        self.show_button.setCheckable(True)
        self.show_button.setAccessibleName(_("Show the password"))
        self.show_button.toggled.connect(self._show)
        self.again = SecretField(_("Password again"), self, width=_WIDE)
        self._guessed = ""
        self.full_name.changed.connect(self._guess)
        self.password.changed.connect(self._count)
        self.form.add("full_name", _("Full name"), self.full_name, required=True)
        self.form.add(
            "login", _("User name"), self.login, required=True, help_text=_("Short, without spaces.")
        )
        self.form.add(
            "password",
            _("Password"),
            self.password,
            required=True,
            beside=self.show_button,
            help_text=_(
                "{count} characters or more. A sentence you can remember is best; no digits or signs are asked for."
            ).format(count=SHORTEST_PASSWORD),
        )
        self.form.add("again", _("Password again"), self.again, required=True)
        self.body.addWidget(self.form)

    @classmethod
    def title(cls) -> str:
        """The step's name."""
        return _("Administrator")

    def first(self) -> QWidget:
        """The name."""
        return self.full_name

    def check(self) -> bool:
        """The same rules that the founding holds to, said here already."""
        if not super().check():
            return False
        if not self.full_name.value():
            return self.missing("full_name", _("A name is needed."))
        try:
            login = normal_login(self.login.value())
            check_password(self.password.value(), login)
        except BadInput as error:
            self.form.show_error(error)
            return False
        if login == "system":
            return self.missing("login", _("The user name “system” is the program's own. Choose another."))
        if self.again.isEnabled() and self.again.value() != self.password.value():
            return self.missing("again", _("The two do not match. Type the same password twice, or show it."))
        return True

    def _show(self, shown: bool) -> None:
        """Who can see the password need not type it twice."""
        self.password.set_shown(shown)
        self.show_button.setText(_("Hide") if shown else _("Show"))
        self.again.setEnabled(not shown)
        self.again.clear()
        self.form.set_problem("again", None)

    def _guess(self, full_name: str) -> None:
        """Fill the user name from the last word of the name, until the person types one."""
        words = full_name.casefold().split()
        guess = "".join(letter for letter in words[-1] if letter.isalnum()) if words else ""
        if self.login.value() == self._guessed:
            self.login.set_value(guess)
            self._guessed = guess

    def _count(self, password: str) -> None:
        short = SHORTEST_PASSWORD - len(password)
        if password and short > 0:
            words = ngettext("{count} character more.", "{count} characters more.", short).format(count=short)
            self.password.setToolTip(words)
        else:
            self.password.setToolTip("")
