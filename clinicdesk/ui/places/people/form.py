"""Registering a patient, and changing one: everything in one form, the keyboard first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.patients import LikelyDuplicates, Patient, PatientDraft, PatientLine
from clinicdesk.errors import BadInput, ClinicDeskError, Stale
from clinicdesk.i18n import _
from clinicdesk.services import patients
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    PrimaryButton,
    ProblemPanel,
    PushButton,
    Row,
    Rule,
    Scroll,
    TitleLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_command, run_query
from clinicdesk.ui.places.people.alike import AlikePanel
from clinicdesk.ui.places.people.form_fields import EMPTY, PatientFields
from clinicdesk.ui.theme import Gap, theme

LOOK_AFTER: Final = 400
"""Milliseconds after the last letter before it is asked who is alike."""

_TELLING: Final = frozenset({"family", "given", "birth_date", "insurance_number", "phones"})


class PatientForm(QWidget):
    """The form. Ctrl+S saves, Escape leaves; nothing typed is lost without being asked."""

    saved = Signal(object)
    """Carries the `Patient` as stored."""
    left = Signal()
    """The person gave up."""
    recognised = Signal(int)
    """The person turned out to be registered already; carries the id."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._patient: Patient | None = None
        self._filled: dict[str, Any] = {}
        self._busy = False
        self._filling = False
        self.title = TitleLabel("", self, wrap=True)
        self.problem_panel = ProblemPanel(self)
        self.alike = AlikePanel(self)
        self.alike.opened.connect(self.recognised)
        self.alike.despite_asked.connect(self._save_despite)
        self.unsaved = _Unsaved(self)
        self.unsaved.discard.clicked.connect(self.discard)
        self.fields = PatientFields(self)
        self.fields.changed.connect(self._touched)
        self.save = PrimaryButton(_("Save"), self, icon="save")
        self.save.clicked.connect(self._save)
        self.leave = PushButton(_("Cancel"), self)
        self.leave.clicked.connect(self.ask_to_leave)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_AFTER)
        self._look.timeout.connect(self._look_for_alike)
        self._lay_out()
        theme().changed.connect(self._arrange)

    def _lay_out(self) -> None:
        column = Column(self, gap=Gap.S)
        column.add(self.title, self.problem_panel, self.unsaved, self.alike)
        self._scroll = Scroll(self.fields, self)
        column.addWidget(self._scroll, 1)
        foot = Row(gap=Gap.S)
        foot.addStretch(1)
        foot.add(self.leave, self.save)
        column.add(Rule(self), foot)

    # ------------------------------------------------------------------ showing

    def begin(self, typed: str = "") -> None:
        """An empty form; what was typed into the search is taken for the name."""
        given, family = named(typed)
        self._open(None, replace(EMPTY, given=given, family=family, language=fmt.habits().language))
        self._filled = self.fields.typed() | {"given": "", "family": ""}
        self.title.setText(_("Register a patient"))
        self._name_save(_("Register"))
        self.take_focus()

    def edit(self, patient: Patient) -> None:
        """The form of a registered patient."""
        self._open(patient, patient.draft)
        self._filled = self.fields.typed()
        self.title.setText(patient.name)
        self._name_save(_("Save"))
        self.take_focus()

    def is_dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._busy or self.fields.typed() != self._filled

    @property
    def is_change(self) -> bool:
        """Whether a registered patient is being changed, rather than a new one registered."""
        return self._patient is not None

    def forget(self) -> None:
        """Take what was typed for dealt with."""
        self._filled = self.fields.typed()
        self._look.stop()

    def ask_to_leave(self) -> None:
        """Leave; where something is typed, ask in place first."""
        if self.is_dirty():
            self.unsaved.show()
            self.unsaved.discard.setFocus()
        else:
            self._look.stop()
            self.left.emit()

    def discard(self) -> None:
        """Leave and forget what was typed."""
        self.forget()
        self.ask_to_leave()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, above the form."""
        self.problem_panel.show_problem(sentence)

    def take_focus(self) -> None:
        """The keyboard to the first field that is still empty of those everybody needs."""
        for key in ("given", "family", "birth_date"):
            if self._patient is None and not self.fields.field(key).text():
                self.fields.field(key).setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.fields.field("given").setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, patient: Patient | None, draft: PatientDraft) -> None:
        self._patient, self._busy = patient, False
        self._filling = True
        self.problem_panel.clear()
        self.unsaved.hide()
        self.alike.clear()
        self._look.stop()
        self.fields.fill(draft, new=patient is None)
        self._filling = False
        self._scroll.verticalScrollBar().setValue(0)

    def _name_save(self, words: str) -> None:
        self.save.set_words(words)
        self.save.setShortcut("Ctrl+S")  # Qt forgets it with the words
        self.save.set_tip(words, "Ctrl+S")

    # ------------------------------------------------------------------ saving

    def _save(self) -> None:
        self._store(despite=False)

    def _save_despite(self) -> None:
        self._store(despite=True)

    def _store(self, *, despite: bool) -> None:
        if self._busy:
            return
        self.problem_panel.clear()
        draft = self.fields.draft()
        if draft is None:
            self._show_first_problem()
            return
        self._set_busy(True)
        self._look.stop()
        if self._patient is None:
            run_command(
                self,
                partial(patients.register, self._desk, draft, despite_duplicates=despite),
                done=self._stored,
                failed=self._refused,
                said=_registered,
            )
        else:
            run_command(
                self,
                partial(patients.change, self._desk, self._patient.id, draft, self._patient.version),
                done=self._stored,
                failed=self._refused,
                said=_("Saved: {name}.").format(name=draft.name),
                undo=partial(_put_back, self._desk, self._patient),
            )

    def _stored(self, patient: Patient) -> None:
        self._set_busy(False)
        self._filled = self.fields.typed()
        self.saved.emit(patient)

    def _refused(self, error: ClinicDeskError) -> None:
        self._set_busy(False)
        if isinstance(error, LikelyDuplicates):
            self.alike.show_lines(error.lines, refused=True)
            self.alike.despite.setFocus()
        elif isinstance(error, BadInput) and self.fields.tell(error):
            self._show_first_problem()
        else:
            kept = _(
                "What you typed still stands here: note what you need, cancel, and open the patient again."
            )
            self.show_problem(f"{error.sentence} {kept}" if isinstance(error, Stale) else error.sentence)

    def _show_first_problem(self) -> None:
        field = self.fields.first_problem()
        if field is not None:
            self._scroll.ensureWidgetVisible(field, 0, theme().px(Gap.XL) * 2)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.save.setEnabled(not busy)

    # ------------------------------------------------------------------ who is alike

    def _touched(self, key: str) -> None:
        if self._filling:
            return
        self.unsaved.hide()
        if self._patient is None and key in _TELLING:
            self._look.start()

    def _look_for_alike(self) -> None:
        draft = self.fields.looked_for()
        if draft is None:
            self.alike.clear()
            return
        work = partial(patients.look_alikes, self._desk, draft)
        run_query(self, work, done=self._show_alike, failed=_say_nothing, latest="alike")

    def _show_alike(self, lines: Sequence[PatientLine]) -> None:
        if self._patient is None and not self._busy:
            refused = self.alike.despite.isVisibleTo(self.alike) and bool(lines)
            self.alike.show_lines(lines, refused=refused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.fields.arrange(self.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.ask_to_leave()
        else:
            super().keyPressEvent(event)


class _Unsaved(Banner):
    """Asks in place before what was typed is dropped."""

    def __init__(self, parent: QWidget) -> None:
        self.discard = PushButton(_("Discard"))
        super().__init__(
            BannerKind.WARNING,
            _("Nothing of this is saved yet. Save it, or discard it and leave."),
            parent,
            actions=[self.discard],
            closable=True,
        )
        self.hide()


def named(typed: str) -> tuple[str, str]:
    """First and family name out of what was typed into the search; nothing where it was no name."""
    if not typed or any(c.isdigit() for c in typed):
        return "", ""
    family, comma, given = (part.strip() for part in typed.partition(","))
    if not comma:
        given, _space, family = (part.strip() for part in typed.strip().rpartition(" "))
    return _capital(given), _capital(family)


def _capital(name: str) -> str:
    return name.title() if name.islower() else name


def _registered(patient: Patient) -> str:
    return _("Registered: {name}, MRN {mrn}.").format(name=patient.name, mrn=patient.mrn)


def _put_back(desk: Desk, before: Patient, now: Patient) -> Any:
    return patients.change(desk, before.id, before.draft, now.version)


def _say_nothing(_error: ClinicDeskError) -> None:
    """Who may not look for others alike is told when saving."""
