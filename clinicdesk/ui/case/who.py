"""Who is to be booked: a field that finds patients as one types, and the line that says who it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import PatientLine
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services.booking import BookedPatient
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import Column, LineField, MutedLabel, QuietButton, Row, StrongLabel
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import run_query
from clinicdesk.ui.theme import Gap, Rank, Size, Token, theme

FindPatients = Callable[[Desk, str], Sequence[PatientLine]]

_ROWS = 8


class PatientField(QWidget):
    """Type a name, a birth date, an MRN or a phone number; Down and Enter choose. Then it says who was chosen."""

    chosen = Signal(int)
    """Carries the patient's id."""
    cleared = Signal()

    def __init__(self, desk: Desk, find: FindPatients, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._find = desk, find
        self._lines: tuple[PatientLine, ...] = ()
        self.patient_id: PatientId | None = None
        column = Column(self, gap=Gap.NONE)
        self.line = LineField(
            _("Patient"), self, hint=_("Name, birth date, MRN or phone"), width=Size.READING, longest=100
        )
        self.line.textEdited.connect(self._typed)
        self.line.installEventFilter(self)
        self.card = QWidget(self)
        row = Row(self.card, gap=Gap.S)
        words = Column(gap=Gap.NONE)
        self.name = StrongLabel("", self.card, elide=True)
        self.facts = MutedLabel("", self.card, elide=True)
        words.add(self.name, self.facts)
        row.addLayout(words, 1)
        self.again = QuietButton(_("Someone else"), self.card)
        self.again.clicked.connect(self.clear)
        row.addWidget(self.again)
        column.add(self.line, self.card)
        self.card.hide()
        self._sheet = _Sheet(self)
        self.list = self._sheet.list
        self.list.itemClicked.connect(self._clicked)
        self.setFocusProxy(self.line)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field."""
        self.line.set_wrong(wrong)

    def show_patient(self, found: BookedPatient) -> None:
        """Say who was chosen."""
        patient = found.patient
        self.patient_id = patient.id
        today = fmt.today()
        facts = [
            _("{age} {sex}").format(age=fmt.age(patient.birth_date, today), sex=patient.sex.letter).strip(),
            fmt.plain_date(patient.birth_date),
            _("MRN {mrn}").format(mrn=patient.mrn),
        ]
        if found.last is not None:
            seen = fmt.plain_date(fmt.local(found.last.starts).date())
            facts.append(_("last: {procedure}, {day}").format(procedure=found.last.procedure, day=seen))
        self.name.setText(patient.name)
        self.facts.setText(" · ".join(facts))
        self._close_list()
        self.line.hide()
        self.card.show()

    def clear(self) -> None:
        """Nobody is chosen; type again."""
        self.patient_id = None
        self.card.hide()
        self.line.clear()
        self.line.show()
        self.line.setFocus()
        self.cleared.emit()

    def set_fixed(self, fixed: bool) -> None:
        """Whether the patient stays: a booking stays with its patient."""
        self.again.setVisible(not fixed)

    # Finding.

    def _typed(self, text: str) -> None:
        if not text.strip():
            self._close_list()
            return
        run_query(
            self,
            partial(self._find, self._desk, text),
            done=self._found,
            failed=self._not_found,
            latest="find",
        )

    def _found(self, lines: Sequence[PatientLine]) -> None:
        if self.patient_id is not None or not self.line.text().strip():
            return
        self._lines = tuple(lines)
        self.list.clear()
        for line in self._lines:
            item = QListWidgetItem(_one_line(line))
            item.setData(Qt.ItemDataRole.UserRole, (line.name, _details(line)))
            if line.deceased:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        if not self._lines:
            sentence = _("Nobody found. Try the birth date or the phone number.")
            nobody = QListWidgetItem(sentence)
            nobody.setData(Qt.ItemDataRole.UserRole, ("", sentence))
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nobody)
        self._open_list()
        self._mark(next((i for i, line in enumerate(self._lines) if not line.deceased), -1))

    def _not_found(self, _fault: ClinicDeskError) -> None:
        self._close_list()

    def _open_list(self) -> None:
        """Over the form, right under the field."""
        window = self.window()
        if self._sheet.parent() is not window:
            self._sheet.setParent(window)
        corner = self.line.mapTo(window, QPoint(0, self.line.height()))
        tall = min(self.list.count(), _ROWS) * theme().px(Size.ROW) + 2 * Size.FOCUS
        self._sheet.setGeometry(corner.x(), corner.y(), self.line.width(), tall)
        self._sheet.show()
        self._sheet.raise_()

    def _close_list(self) -> None:
        self._sheet.hide()

    def _mark(self, index: int) -> None:
        self.list.setCurrentRow(index)
        if 0 <= index < len(self._lines):
            self.line.setAccessibleDescription(_one_line(self._lines[index]))

    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(self.list.row(item))

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._lines) and not self._lines[index].deceased:
            self._close_list()
            self.chosen.emit(self._lines[index].id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() is QEvent.Type.FocusOut:
            self._close_list()
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        if self._sheet.isHidden():
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self._mark(max(0, min(len(self._lines) - 1, self.list.currentRow() + steps[key])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentRow())
        elif key == Qt.Key.Key_Escape:
            self._close_list()
        else:
            return False
        return True


class _Sheet(QWidget):
    """The list of those found, over the form, with an edge."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.NONE, margin=Size.FOCUS)
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Patients found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.list)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(theme().colour(Token.BORDER), Size.HAIRLINE))
        painter.setBrush(theme().colour(Token.SURFACE))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class _Lines(QStyledItemDelegate):
    """The name with weight, what tells people of one name apart beside it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(theme().px(Size.FIELD), theme().px(Size.ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect, gap = QRect(option.rect), theme().px(Gap.S)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme().colour(Token.SELECTED))
        dead = not index.flags() & Qt.ItemFlag.ItemIsEnabled
        name, details = index.data(Qt.ItemDataRole.UserRole)
        room = rect.adjusted(gap, 0, -gap, 0)
        for text, rank, token in ((name, Rank.STRONG, Token.TEXT), (details, Rank.FIGURES, Token.TEXT_MUTED)):
            painter.setFont(theme().font(rank))
            painter.setPen(theme().colour(Token.TEXT_MUTED if dead else token))
            metrics = painter.fontMetrics()
            widest = room.width() if rank is Rank.FIGURES else max(room.width() // 2, gap)
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, widest)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, short)
            if text:
                room.setLeft(room.left() + metrics.horizontalAdvance(short) + 2 * gap)


def _one_line(line: PatientLine) -> str:
    return f"{line.name}   {_details(line)}"


def _details(line: PatientLine) -> str:
    words = [fmt.plain_date(line.birth_date), _("MRN {mrn}").format(mrn=line.mrn)]
    if line.phone:
        words.append(fmt.phone(line.phone))
    if line.deceased:
        words.append(_("deceased"))
    return "   ".join(words)
