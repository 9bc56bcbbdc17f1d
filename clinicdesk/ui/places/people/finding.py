"""The list of people: as one types it narrows, and while nothing is typed it shows who was dealt with last."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.patients import PatientLine
from clinicdesk.domain.permissions import Act, may
from clinicdesk.i18n import _
from clinicdesk.services import patients
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import Finder, FindResult
from clinicdesk.ui.frame.targets import ChartOf
from clinicdesk.ui.kit import (
    Column,
    EmptyState,
    LineField,
    LoadingFrame,
    MutedLabel,
    Paint,
    PrimaryButton,
    QuietButton,
    Row,
    RowTable,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Size

SHOWN: Final = 30
"""Lines of a search; whoever is not among them is found by one more letter."""

_IN_FIND: Final = 8


class FindPage(QWidget):
    """The search and its lines. Down goes into the list, Enter opens; letters typed there go back to the search."""

    opened = Signal(int)
    """Carries the id of the patient who was chosen."""
    register_asked = Signal(str)
    """Carries what was typed."""
    import_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._open_when_there = False
        self._answered = False
        self.field = LineField(_("Find a patient"), self, width=Size.FIND_WIDTH)
        self.field.setPlaceholderText(_("Name, birth date, MRN or phone"))
        self.field.changed.connect(self._ask)
        self.field.installEventFilter(self)
        self.register = PrimaryButton(_("Register"), self, icon="add", shortcut="Ctrl+N")
        self.register.clicked.connect(self._register)
        self.register.setVisible(may(desk.actor.role, Act.EDIT_PATIENT))
        self.import_list = QuietButton(_("Import a list…"), self, icon="import")
        self.import_list.clicked.connect(self.import_asked)
        self.import_list.setVisible(may(desk.actor.role, Act.IMPORT_PATIENTS))
        self.told = MutedLabel("", self)
        self.table: RowTable[PatientLine] = RowTable(_("Patients"), _columns(), self, key=attrgetter("id"))
        self.table.activated_row.connect(self._open)
        self.empty = EmptyState("people", "", parent=self)
        self.frame = LoadingFrame(self.table, self, empty=self.empty)
        self._lay_out()

    def _lay_out(self) -> None:
        column = Column(self, gap=Gap.S)
        head = Row(gap=Gap.S)
        head.addWidget(self.field, 1)
        head.addStretch(1)
        head.add(self.import_list, self.register)
        column.addLayout(head)
        column.addWidget(self.told)
        column.addWidget(self.frame, 1)

    def reload(self) -> None:
        """Ask again what is shown."""
        self._ask(self.field.value())

    def take_focus(self) -> None:
        """The keyboard to the search, with what was typed ready to be typed over."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def _ask(self, _text: str) -> None:
        text = self.field.value()
        self._answered = False
        self._open_when_there = False
        self.frame.start()
        if text:
            found = partial(patients.find, self._desk, text, SHOWN)
            run_query(self, found, done=partial(self._show, text), latest="people")
        else:
            run_query(self, partial(_seen_last, self._desk), done=self._show_seen, latest="people")

    def _show_seen(self, found: tuple[Sequence[PatientLine], bool]) -> None:
        lines, anybody = found
        self._show("", lines)
        if not anybody:
            self.empty.set_sentence(
                _("Nobody is registered yet. Register the first patient, or import a list.")
            )

    def _show(self, text: str, lines: Sequence[PatientLine]) -> None:
        self._answered = True
        self.table.set_rows(lines)
        self.empty.set_sentence(_nobody(text))
        self.frame.show_rows(bool(lines))
        self.told.setText(_told(text, len(lines)))
        self.told.setVisible(bool(self.told.text()))
        if self._open_when_there:
            self._open_first()

    def _open(self, line: PatientLine) -> None:
        self.opened.emit(line.id)

    def _open_first(self) -> None:
        """Enter in the search: the chosen line or the first, as soon as the answer is there."""
        if not self._answered:
            self._open_when_there = True
            return
        self._open_when_there = False
        rows = self.table.rows()
        if rows and self.field.value():
            self._open(self.table.row() or rows[0])

    def _register(self) -> None:
        self.register_asked.emit(self.field.value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open_first()
                return True
            if key is Qt.Key.Key_Down and self.table.rows():
                self.table.setFocus()
                self.table.choose_number(0)
                return True
            if key is Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text().isprintable():
            self.field.setFocus()
            self.field.insert(event.text())
        else:
            super().keyPressEvent(event)


def patient_finder(desk: Desk) -> Finder:
    """What Ctrl+K finds among patients."""

    def find(text: str) -> Sequence[FindResult]:
        return [_found(line) for line in patients.find(desk, text, _IN_FIND)]

    return find


def line_facts(line: PatientLine) -> str:
    """What tells people of one name apart: birth date, MRN, whether they have died."""
    facts = [fmt.plain_date(line.birth_date), _("MRN {mrn}").format(mrn=line.mrn)]
    if line.phone:
        facts.append(fmt.phone(line.phone))
    if line.deceased:
        facts.append(_("deceased"))
    return ", ".join(facts)


def _found(line: PatientLine) -> FindResult:
    return FindResult(
        kind=_("Patient"),
        title=line.name,
        detail=line_facts(line),
        target=ChartOf(patient_id=line.id),
    )


def _seen_last(desk: Desk) -> tuple[Sequence[PatientLine], bool]:
    lines = patients.recent(desk)
    return lines, bool(lines) or patients.count(desk) > 0


def _told(text: str, found: int) -> str:
    if not text:
        return _("Seen last") if found else ""
    return _("The first {count}. Type more to narrow it down.").format(count=found) if found >= SHOWN else ""


def _nobody(text: str) -> str:
    if text:
        return _("Nobody fits “{text}”. Try fewer letters, the birth date or the phone number.").format(
            text=text
        )
    return _("Type a name, a birth date, an MRN or a phone number. Whom you open will stand here next time.")


def _columns() -> list[TableColumn[PatientLine]]:
    return [
        TableColumn(heading=_("Name"), text=attrgetter("name"), paint=Paint.STRONG, least=180),
        TableColumn(heading=_("Born"), text=_born, width=112, paint=Paint.FIGURES),
        TableColumn(heading=_("Age"), text=_age, width=56, paint=Paint.FIGURES, right=True),
        TableColumn(heading=_("Sex"), text=_sex, width=80, paint=Paint.MUTED, drop=3),
        TableColumn(heading=_("MRN"), text=attrgetter("mrn"), width=104, paint=Paint.FIGURES, drop=1),
        TableColumn(heading=_("Phone"), text=_phone, width=152, paint=Paint.FIGURES, drop=2),
        TableColumn(heading="", text=_deceased, width=96, paint=Paint.MUTED),
    ]


def _born(line: PatientLine) -> str:
    return fmt.plain_date(line.birth_date)


def _age(line: PatientLine) -> str:
    return "" if line.deceased else fmt.age(line.birth_date, fmt.today())


def _sex(line: PatientLine) -> str:
    return line.sex.label


def _phone(line: PatientLine) -> str:
    return fmt.phone(line.phone) if line.phone else ""


def _deceased(line: PatientLine) -> str:
    return _("deceased") if line.deceased else ""
