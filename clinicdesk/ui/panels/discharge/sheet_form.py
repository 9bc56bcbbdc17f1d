"""What the clinic types for the discharge sheet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.discharge import LONGEST_LINE, LONGEST_TEXT, DischargeDetails
from clinicdesk.domain.instructions import opioids_named
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.ui.kit import CheckField, ChoiceField, FormGrid, LineField, NoteField, QuietButton
from clinicdesk.ui.theme import Size


class SheetForm(FormGrid):
    """Escort, wound closure, lifting limit, medicines and the rest."""

    TYPED = (
        "escort_name",
        "escort_phone",
        "closure",
        "lifting_limit",
        "medicines",
        "opioids",
        "blood_thinner_restart",
        "follow_up",
        "instructions",
    )
    """The fields a person types into, from the top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, label_width=Size.LABEL_COLUMN + 40)
        self.escort_name = LineField(_("Goes home with"), self, width=Size.FIELD, longest=LONGEST_LINE)
        self.escort_here = QuietButton("", self)
        self.escort_here.clicked.connect(self._escort_is_here)
        self._named = ("", "")
        self.escort_phone = LineField(_("Their phone"), self, width=Size.FIELD, longest=LONGEST_LINE)
        self.closure = ChoiceField(_("Wound closure"), (), self)
        self.lifting = LineField(
            _("Lifting limit"),
            self,
            hint=_("the surgeon's, in words"),
            width=Size.FIELD,
            longest=LONGEST_LINE,
        )
        self.medicines = NoteField(
            _("Medicines"),
            self,
            hint=_("One a line: name, dose, how often, until when"),
            lines=4,
            longest=LONGEST_TEXT,
        )
        self.opioids = CheckField(
            _("Opioid"), _("One of these is an opioid: no driving while it is taken"), self
        )
        self.thinner = LineField(_("Blood thinner again"), self, width=Size.FIELD, longest=LONGEST_TEXT)
        self.follow_up = LineField(_("Next visit"), self, width=Size.FIELD, longest=LONGEST_TEXT)
        self.note = NoteField(_("Further instructions"), self, lines=2, longest=LONGEST_TEXT)
        self.add("escort_name", _("Goes home with"), self.escort_name)
        self.add("escort_here", "", self.escort_here)
        self.add("escort_phone", _("Their phone"), self.escort_phone)
        self.add("closure", _("Wound closure"), self.closure)
        self.add("lifting_limit", _("Lifting limit"), self.lifting)
        self.add("medicines", _("Medicines"), self.medicines)
        self.add("opioids", "", self.opioids)
        self.add("blood_thinner_restart", _("Blood thinner again"), self.thinner)
        self.add("follow_up", _("Next visit"), self.follow_up)
        self.add("instructions", _("Further instructions"), self.note)
        self.medicines.changed.connect(self._prompt_opioids)

    def offer(self, procedure: Procedure, blood_thinner: str, escort: tuple[str, str]) -> None:
        """Offer the procedure's ways of closing the wound, and the ``escort`` who was named before, with their phone.

        The blood thinner is asked for only of who takes one.
        """
        self._named = escort
        self.escort_here.set_words(_("{name} is here").format(name=escort[0]))
        self.closure.set_options([(closure, closure.label) for closure in procedure.wound_closures])
        self.set_shown("closure", bool(procedure.wound_closures))
        self.set_shown("blood_thinner_restart", bool(blood_thinner))
        self.thinner.setPlaceholderText(_("when to restart {medicine}").format(medicine=blood_thinner))

    def show_details(self, details: DischargeDetails) -> None:
        """Show what is stored."""
        self.escort_name.set_value(details.escort_name)
        self.escort_phone.set_value(details.escort_phone)
        self.closure.set_value(details.wound_closure)
        self.lifting.set_value(details.lifting_limit)
        self.medicines.set_value(details.medicines)
        self.opioids.setChecked(details.opioids)
        self.thinner.set_value(details.blood_thinner_restart)
        self.follow_up.set_value(details.follow_up)
        self.note.set_value(details.instructions)
        self.clear_problems()
        self.set_shown("escort_here", bool(self._named[0]) and not details.escort_name)

    def details(self) -> DischargeDetails:
        """What was typed. Raises `BadInput`, and says it at its field."""
        try:
            return self._read()
        except BadInput as error:
            self.show_error(error)
            raise

    def _read(self) -> DischargeDetails:
        return DischargeDetails(
            escort_name=self.escort_name.value(),
            escort_phone=self.escort_phone.value(),
            wound_closure=self.closure.value(),
            lifting_limit=self.lifting.value(),
            medicines=self.medicines.value(),
            opioids=self.opioids.isChecked(),
            blood_thinner_restart=self.thinner.value(),
            follow_up=self.follow_up.value(),
            instructions=self.note.value(),
        )

    def _escort_is_here(self) -> None:
        name, phone = self._named
        self.escort_name.set_value(name)
        self.escort_phone.set_value(phone)
        self.set_shown("escort_here", False)

    def _prompt_opioids(self, text: str) -> None:
        """A name we know is pointed out; whether it counts is the clinic's to tick."""
        named = opioids_named(text.splitlines())
        wanted = bool(named) and not self.opioids.isChecked()
        self.set_problem(
            "opioids", _("{name} is an opioid: tick this.").format(name=named[0]) if wanted else None
        )
