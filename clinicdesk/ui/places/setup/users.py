"""Set up: who may sign in, and what each does at the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import UserId
from clinicdesk.domain.users import SHORTEST_PASSWORD, Role, User
from clinicdesk.i18n import _
from clinicdesk.services import users
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    ComboField,
    Dialog,
    LineField,
    Paint,
    PlainLabel,
    QuietButton,
    SecretField,
    ShowButton,
    TableColumn,
    confirm,
)
from clinicdesk.ui.operations import Done
from clinicdesk.ui.places.setup.listing import ListPage
from clinicdesk.ui.places.setup.sheet import Sheet, SheetForm

ROLES = (Role.SCHEDULER, Role.NURSE, Role.SURGEON, Role.ANESTHESIA, Role.ADMINISTRATOR)
_WIDE = 320


class UserSheet(Sheet[User]):
    """The form of a user. A password is typed for a new one; later it is given anew, never shown."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self._password = ""
        super().__init__(desk, parent)

    def build(self, form: SheetForm) -> None:
        """Name, user name, role, NPI, and the first password."""
        self.full_name = LineField(_("Full name"), form, longest=120, width=_WIDE)
        self.login = LineField(_("User name"), form, longest=64)
        self.role = ComboField(_("Role"), [(role, role.label) for role in ROLES], form)
        self.npi = LineField(_("NPI"), form, longest=10)
        self.password = SecretField(_("First password"), form, width=_WIDE)
        form.add("full_name", _("Full name"), self.full_name, required=True)
        form.add("login", _("User name"), self.login, required=True, help_text=_("Short, without spaces."))
        form.add("role", _("Role"), self.role, help_text=_("What this person may do follows from it."))
        form.add(
            "npi",
            _("NPI"),
            self.npi,
            help_text=_("Of a practitioner: it stands on brace orders."),
        )
        form.add(
            "password",
            _("First password"),
            self.password,
            required=True,
            beside=ShowButton(self.password, form),
            help_text=_("{count} characters or more; the person changes it under “My password”.").format(
                count=SHORTEST_PASSWORD
            ),
        )

    def _build_frame(self) -> None:
        super()._build_frame()
        self.password_button = QuietButton(_("New password…"), self.foot)
        self.password_button.clicked.connect(self.give_password)
        self.active_button = QuietButton("", self.foot)
        self.active_button.clicked.connect(self._set_active)
        self.steps.addWidget(self.password_button)
        self.steps.addWidget(self.active_button)

    def fill(self, row: User, *, new: bool) -> None:
        """Show the user."""
        self.full_name.set_value(row.full_name)
        self.login.set_value(row.login)
        self.login.setReadOnly(not new)
        self.role.set_value(row.role)
        self.npi.set_value(row.npi)
        self.password.clear()
        self.form.set_shown("password", new)

    def taken(self, row: User) -> User:
        """The user with what was typed."""
        self._password = self.password.value()
        return replace(
            row,
            full_name=self.full_name.value(),
            login=self.login.value() if self.is_new else row.login,
            role=self.role.value(),
            npi=self.npi.value(),
        )

    def write(self, row: User, new: bool) -> Done[User]:
        """Store the user."""
        if new:
            return users.add(
                self.desk,
                login=row.login,
                full_name=row.full_name,
                role=row.role,
                npi=row.npi,
                password=self._password,
            )
        return users.change(self.desk, row)

    def put_back(self, before: User, now: User) -> Done[Any]:
        """The user as before."""
        return users.change(self.desk, replace(before, version=now.version))

    def words(self, row: User) -> str:
        """The person's name."""
        return row.full_name

    def version(self, row: User) -> int:
        """The version it was read at."""
        return row.version

    def heading(self, row: User, new: bool) -> tuple[str, str]:
        """The name, and whether the person may sign in."""
        if new:
            return (_("New user"), "")
        return (row.full_name, "" if row.active else _("May not sign in."))

    def show_steps(self) -> None:
        """Offer a new password, and to let the person in or out."""
        row = self.row
        stored = row is not None and not self.is_new and self.may_edit
        self.password_button.setVisible(stored and row is not None and row.active)
        self.active_button.setVisible(stored)
        if row is not None:
            self.active_button.set_words(_("Let sign in no more…") if row.active else _("Let sign in again…"))

    def give_password(self) -> None:
        """Ask for a new password and store it."""
        row = self.row
        if row is None:
            return
        password = ask_password(self, row)
        if password is not None:
            self.do(
                partial(users.reset_password, self.desk, row, password),
                said=_("{name} has a new password.").format(name=row.full_name),
            )

    def _set_active(self) -> None:
        row = self.row
        if row is None:
            return
        if not row.active:
            said = _("{name} may sign in again, with the new password.").format(name=row.full_name)
            password = ask_password(self, row)
            if password is not None:
                self.run_step(partial(users.let_in_again, self.desk, row, password), said)
            return
        consequence = _(
            "Their password opens the clinic no more. What they did stays in the records. Who kept an older copy of the key "
            "file and of the clinic's file could still open those copies."
        )
        if confirm(
            self,
            _("Let {name} sign in no more?").format(name=row.full_name),
            consequence,
            do=_("Let sign in no more"),
        ):
            said = _("{name} may not sign in any more.").format(name=row.full_name)
            self.run_step(partial(users.change, self.desk, replace(row, active=False)), said)


def ask_password(parent: QWidget, user: User) -> str | None:
    """Ask for ``user``'s new password; None when the person goes back."""
    dialog = PasswordDialog(_("New password for {name}").format(name=user.full_name), parent)
    return dialog.answer if dialog.exec() == QDialog.DialogCode.Accepted else None


class PasswordDialog(Dialog):
    """Asks for a password to hand over; it can be shown while it is typed."""

    def __init__(self, heading: str, parent: QWidget) -> None:
        super().__init__(heading, parent)
        self.answer = ""
        text = _("Hand it over in person. {count} characters or more; a sentence is best.").format(
            count=SHORTEST_PASSWORD
        )
        self.body.addWidget(PlainLabel(text, self, wrap=True))
        form = SheetForm(self)
        self.password = SecretField(_("New password"), form, width=_WIDE)
        form.add("password", _("New password"), self.password, beside=ShowButton(self.password, form))
        self.body.addWidget(form)
        self.add_buttons(_("Set the password"), _("Go back"))
        self.password.setFocus()

    def accept(self) -> None:
        """Only a password that is long enough is taken."""
        if len(self.password.value()) < SHORTEST_PASSWORD:
            self.show_problem(
                _("A password has at least {count} characters. A sentence you can remember is good.").format(
                    count=SHORTEST_PASSWORD
                )
            )
            self.password.setFocus()
            return
        self.answer = self.password.value()  # the fields are gone once the dialog is closed
        super().accept()


class UsersPage(ListPage[User]):
    """Everyone who may sign in, and who once could."""

    subjects = frozenset({Subject.USER})

    def heading(self) -> str:
        """The section's title."""
        return _("Users")

    def explanation(self) -> str:
        """What belongs here."""
        return _(
            "Who may sign in. Each opens the clinic with a password of their own; a shared one hides who did what."
        )

    def columns(self) -> Sequence[TableColumn[User]]:
        """Name and role."""
        return (
            TableColumn(heading=_("Name"), text=_name, struck=_has_left),
            TableColumn(heading=_("Role"), text=_role, width=132, paint=Paint.MUTED),
        )

    def make_sheet(self) -> UserSheet:
        """The form."""
        return UserSheet(self.desk, self)

    def fetch(self) -> Sequence[User]:
        """Those who may sign in first."""
        return sorted(
            users.everyone(self.desk), key=lambda user: (not user.active, user.full_name.casefold())
        )

    def same(self, row: User) -> object:
        """Users are told apart by their row."""
        return row.id

    def blank(self) -> User:
        """A new user."""
        return User(id=UserId(0), login="", full_name="", role=Role.SCHEDULER)

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add user")


def _name(user: User) -> str:
    return user.full_name


def _role(user: User) -> str:
    return user.role.label


def _has_left(user: User) -> bool:
    return not user.active
