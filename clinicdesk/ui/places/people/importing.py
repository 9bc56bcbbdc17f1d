"""Importing a list of patients: which column is what, a look at the first rows, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from clinicdesk.domain.dates import DateOrder
from clinicdesk.domain.patient_import import (
    BadRow,
    GoodRow,
    ImportPreview,
    ImportResult,
    Mapping,
)
from clinicdesk.domain.patient_import import (
    Column as Meaning,
)
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import importing
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    ComboField,
    EmptyState,
    Grid,
    MutedLabel,
    Paint,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    ProgressPanel,
    PushButton,
    QuietButton,
    Row,
    RowTable,
    Scroll,
    SectionLabel,
    SegmentedRow,
    Stack,
    StrongLabel,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Progress, messages, run_long, run_query
from clinicdesk.ui.theme import Gap, theme

ChooseFile = Callable[[QWidget], Path | None]
ChooseTarget = Callable[[QWidget, str], Path | None]
ShownRow = GoodRow | BadRow

_MAPPING_WIDTH: Final = 440
_NAME_WIDTH: Final = 112


class ImportPage(QWidget):
    """Choose a file, say what its columns are, look, import. What is in stays in."""

    left = Signal()

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        *,
        choose_file: ChooseFile | None = None,
        choose_target: ChooseTarget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._choose_file = choose_file or choose_list
        self._choose_target = choose_target or choose_where
        self._data = b""
        self._name = ""
        self._mapping: Mapping | None = None
        self.preview: ImportPreview | None = None
        self.result: ImportResult | None = None
        self._progress: Progress | None = None
        self.problem_panel = ProblemPanel(self)
        self.back = QuietButton(_("All people"), self, icon="back")
        self.back.clicked.connect(self.left)
        self.stack = Stack(self)
        self._build_look()
        self.running = ProgressPanel(_("Importing…"), self, stop_words=_("Stop"))
        self._build_result()
        self.start = EmptyState(
            "import",
            _(
                "A list of patients from another system, as CSV or text. Nothing is changed before you have seen it."
            ),
            (_("Choose a file…"), self.choose),
            self,
            primary=True,
        )
        self._lay_out()

    def _lay_out(self) -> None:
        column = Column(self, gap=Gap.M)
        head = Row(gap=Gap.M)
        head.add(self.back, SectionLabel(_("Import patients"), self))
        self.file = MutedLabel("", self, elide=True)
        head.addWidget(self.file, 1)
        column.addLayout(head)
        column.addWidget(self.problem_panel)
        holder = QWidget(self)
        down = Column(holder, gap=Gap.M)
        down.addWidget(self.running)
        down.addStretch(1)
        self._running_holder = holder
        for widget in (self.start, self._look, holder, self._result):
            self.stack.addWidget(widget)
        column.addWidget(self.stack, 1)

    # ------------------------------------------------------------------ the look before

    def _build_look(self) -> None:
        self._look = QWidget(self)
        across = Row(self._look, gap=Gap.XL)
        left = QWidget(self._look)
        down = Column(left, gap=Gap.S)
        self.order = SegmentedRow(_("Order of the dates"), [], left)
        self.order.changed.connect(self._order_chosen)
        self.order_told = MutedLabel("", left, wrap=True)
        down.add(StrongLabel(_("Order of the dates"), left), self.order, self.order_told)
        down.addWidget(StrongLabel(_("What the columns are"), left))
        self._columns = QWidget(left)
        self._grid = Grid(self._columns, gap=Gap.M, down=Gap.XS)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, theme().px(_NAME_WIDTH))
        self.meanings: list[ComboField] = []
        down.addWidget(Scroll(self._columns, left), 1)
        self._left = left
        right = Column(gap=Gap.S)
        self.lacking = Banner(BannerKind.WARNING, "", self._look)
        self.lacking.hide()
        self.told = PlainLabel("", self._look, wrap=True)
        self.rows: RowTable[ShownRow] = RowTable(_("First rows of the file"), _row_columns(), self._look)
        self.mixed_rows: RowTable[ShownRow] = RowTable(
            _("First rows of the file, and what is wrong with some"), _mixed_columns(), self._look
        )
        self._tables = Stack(self._look)
        self._tables.addWidget(self.rows)
        self._tables.addWidget(self.mixed_rows)
        self.go = PrimaryButton(_("Import"), self._look, icon="import")
        self.go.clicked.connect(self.run)
        self.other = PushButton(_("Another file…"), self._look)
        self.other.clicked.connect(self.choose)
        foot = Row(gap=Gap.S)
        foot.addStretch(1)
        foot.add(self.other, self.go)
        right.add(self.lacking, self.told)
        right.addWidget(self._tables, 1)
        right.addLayout(foot)
        across.addWidget(left)
        across.addLayout(right, 1)
        theme().changed.connect(self._resize)
        self._resize()

    def begin(self) -> None:
        """Ask for a file anew, unless one is being imported."""
        if self._progress is None and self.preview is None:
            self.stack.setCurrentWidget(self.start)

    def take_focus(self) -> None:
        """The keyboard to the next step."""
        steps = (self.start.button, self.go, self.running.stop, self.done)
        wanted = next((one for one in steps if one is not None and one.isVisibleTo(self)), self.back)
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_busy(self) -> bool:
        """Whether an import is under way."""
        return self._progress is not None

    def choose(self) -> None:
        """Ask for the file, read it and look at it."""
        path = self._choose_file(self)
        if path is not None:
            self.problem_panel.clear()
            run_query(self, partial(_read, self._desk, path), done=self._opened, latest="look")

    def _opened(self, found: tuple[str, bytes, ImportPreview]) -> None:
        self._name, self._data, preview = found
        self.file.setText(self._name)
        self._mapping = preview.mapping
        self._show_columns(preview)
        self._show_preview(preview)
        self.stack.setCurrentWidget(self._look)
        self.take_focus()

    def _show_columns(self, preview: ImportPreview) -> None:
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.meanings = []
        options = [(one, one.label) for one in Meaning]
        for row, (name, samples) in enumerate(zip(preview.header, preview.samples, strict=True)):
            label = StrongLabel(name, self._columns, elide=True)
            label.setMinimumWidth(theme().px(_NAME_WIDTH))
            sample = MutedLabel(", ".join(samples), self._columns, elide=True)
            meaning = ComboField(_("What {column} is").format(column=name), options, self._columns, width=168)
            meaning.set_value(preview.mapping.columns[row])
            meaning.changed.connect(self._meaning_chosen)
            self.meanings.append(meaning)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(sample, row, 1)
            self._grid.addWidget(meaning, row, 2)
        self._grid.setRowStretch(len(preview.header), 1)

    def _show_preview(self, preview: ImportPreview) -> None:
        self.preview = preview
        self._mapping = preview.mapping
        self.order.blockSignals(True)
        self.order.set_options([(one, one.label) for one in DateOrder])
        self.order.set_value(preview.mapping.order)
        self.order.blockSignals(False)
        self.order_told.setText(_order_words(preview))
        self.lacking.set_text(preview.problem)
        self.lacking.setVisible(bool(preview.problem))
        self.told.setText("" if preview.problem else _preview_words(preview))
        table = self.mixed_rows if any(isinstance(row, BadRow) for row in preview.rows) else self.rows
        table.set_rows(preview.rows)
        self._tables.setCurrentWidget(table)
        good = preview.looked_at - preview.bad
        self.go.set_words(
            ngettext("Import {count} patient", "Import {count} patients", preview.total - preview.bad).format(
                count=fmt.number(preview.total - preview.bad)
            )
            if good
            else _("Import")
        )
        self.go.setEnabled(good > 0)

    def _meaning_chosen(self) -> None:
        self._look_again()

    def _order_chosen(self) -> None:
        self._look_again()

    def _look_again(self) -> None:
        if self._mapping is None:
            return
        columns = tuple(Meaning(one.value() or "") for one in self.meanings)
        self._mapping = Mapping(columns, DateOrder(self.order.value() or self._mapping.order))
        work = partial(importing.preview, self._desk, self._data, self._mapping)
        run_query(self, work, done=self._show_preview, latest="look")

    # ------------------------------------------------------------------ the import

    def run(self) -> None:
        """Import the file as it was looked at."""
        if self._progress is not None or self._mapping is None:
            return
        self.problem_panel.clear()
        self.running.report(0, self.preview.total if self.preview else 0)
        self.stack.setCurrentWidget(self._running_holder)
        self._progress = run_long(
            self,
            partial(importing.run, self._desk, self._data, self._mapping),
            progress=self.running.report,
            done=self._finished,
            failed=self._failed,
        )
        self.running.follow(self._progress)

    def _finished(self, result: ImportResult) -> None:
        self._progress = None
        self.result = result
        self.result_told.setText(result.sentence)
        self.bad_rows.set_rows(result.bad)
        self.bad_rows.setVisible(bool(result.bad))
        self.save_bad.setVisible(bool(result.bad))
        self.stack.setCurrentWidget(self._result)
        self.take_focus()
        self.preview = None
        messages.done(result.sentence)

    def _failed(self, error: ClinicDeskError) -> None:
        self._progress = None
        self.stack.setCurrentWidget(self._look)
        self.show_problem(_("{problem} What was imported before stays in.").format(problem=error.sentence))

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    # ------------------------------------------------------------------ what came of it

    def _build_result(self) -> None:
        self._result = QWidget(self)
        column = Column(self._result, gap=Gap.M)
        self.result_told = SectionLabel("", self._result, wrap=True)
        self.bad_rows: RowTable[BadRow] = RowTable(
            _("Rows that could not be taken over"), _bad_columns(), self._result
        )
        self.save_bad = PushButton(_("Save these rows…"), self._result, icon="save")
        self.save_bad.clicked.connect(self._save_bad)
        self.another = PushButton(_("Another file…"), self._result)
        self.another.clicked.connect(self.choose)
        self.done = PrimaryButton(_("Done"), self._result)
        self.done.clicked.connect(self.left)
        foot = Row(gap=Gap.S)
        foot.addWidget(self.save_bad)
        foot.addStretch(1)
        foot.add(self.another, self.done)
        column.addWidget(self.result_told)
        column.addWidget(self.bad_rows, 1)
        column.addStretch(0)
        column.addLayout(foot)

    def _save_bad(self) -> None:
        if self.result is None:
            return
        path = self._choose_target(self, _("not-imported.csv"))
        if path is not None:
            work = partial(_write_bad, self._desk, self._data, self.result, path)
            run_query(self, work, done=self._saved_bad)

    def _saved_bad(self, name: str) -> None:
        messages.done(_("Saved: {file}. Mend the rows there, then import that file.").format(file=name))

    def _resize(self) -> None:
        self._left.setFixedWidth(theme().px(_MAPPING_WIDTH))
        self._grid.setColumnMinimumWidth(0, theme().px(_NAME_WIDTH))


def choose_list(parent: QWidget) -> Path | None:
    """Ask for the file to import."""
    kinds = _("Lists (*.csv *.txt *.tsv);;All files (*)")
    chosen, _kind = QFileDialog.getOpenFileName(parent, _("Choose a list of patients"), "", kinds)
    return Path(chosen) if chosen else None


def choose_where(parent: QWidget, name: str) -> Path | None:
    """Ask where to save the rows that did not fit."""
    chosen, _kind = QFileDialog.getSaveFileName(parent, _("Save these rows"), name, "CSV (*.csv)")
    return Path(chosen) if chosen else None


def _read(desk: Desk, path: Path) -> tuple[str, bytes, ImportPreview]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            _("{file} cannot be read. Nothing was changed. Check that it is there and yours to read.").format(
                file=path.name
            ),
            "file",
        ) from error
    return path.name, data, importing.preview(desk, data)


def _write_bad(desk: Desk, data: bytes, result: ImportResult, path: Path) -> str:
    content = importing.bad_rows_file(desk, data, result)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            _("{file} cannot be written. Choose another folder.").format(file=path.name), "file"
        ) from error
    return path.name


def _order_words(preview: ImportPreview) -> str:
    if len(preview.orders) == 1:
        return _("The dates of the file fit this order and no other.")
    if not preview.orders:
        return _("Say first which column is the birth date.")
    return _("The dates fit more than one order. Look at the birth dates at the right before you go on.")


def _preview_words(preview: ImportPreview) -> str:
    rows = ngettext("{count} row.", "{count} rows.", preview.total).format(count=fmt.number(preview.total))
    if not preview.bad:
        return _("{rows} Each of them makes a patient.").format(rows=rows)
    told = ngettext(
        "{count} of them cannot be taken over; it will be listed.",
        "{count} of them cannot be taken over; they will be listed.",
        preview.bad,
    ).format(count=fmt.number(preview.bad))
    return f"{rows} {told}"


def _row_columns() -> list[TableColumn[ShownRow]]:
    return [
        TableColumn(heading=_("Line"), text=_line, width=56, paint=Paint.FIGURES, right=True),
        TableColumn(heading=_("Name"), text=_name, paint=Paint.STRONG, least=140),
        TableColumn(heading=_("Born"), text=_born, width=104, paint=Paint.FIGURES),
        TableColumn(heading=_("Died"), text=_died, width=104, paint=Paint.FIGURES, drop=2),
        TableColumn(heading=_("Sex"), text=_sex, width=72, drop=3),
        TableColumn(heading=_("Lives in"), text=_place, width=136, paint=Paint.MUTED, drop=1),
    ]


def _mixed_columns() -> list[TableColumn[ShownRow]]:
    return [
        TableColumn(heading=_("Line"), text=_line, width=56, paint=Paint.FIGURES, right=True),
        TableColumn(heading=_("Name"), text=_name, paint=Paint.STRONG, width=176),
        TableColumn(heading=_("Born"), text=_born, width=104, paint=Paint.FIGURES, drop=1),
        TableColumn(heading=_("Problem"), text=_problem, least=200),
    ]


def _bad_columns() -> list[TableColumn[BadRow]]:
    return [
        TableColumn(heading=_("Line"), text=_line, width=72, paint=Paint.FIGURES, right=True),
        TableColumn(heading=_("Why"), text=_reason),
    ]


def _line(row: ShownRow) -> str:
    return str(row.line)


def _reason(row: BadRow) -> str:
    return row.reason


def _name(row: ShownRow) -> str:
    return row.draft.name if isinstance(row, GoodRow) else ""


def _problem(row: ShownRow) -> str:
    return row.reason if isinstance(row, BadRow) else ""


def _born(row: ShownRow) -> str:
    return fmt.plain_date(row.draft.birth_date) if isinstance(row, GoodRow) else ""


def _died(row: ShownRow) -> str:
    died = row.draft.deceased_on if isinstance(row, GoodRow) else None
    return "" if died is None else fmt.plain_date(died)


def _sex(row: ShownRow) -> str:
    return row.draft.sex.label if isinstance(row, GoodRow) else ""


def _place(row: ShownRow) -> str:
    if not isinstance(row, GoodRow):
        return ""
    return " ".join(part for part in (row.draft.postal_code, row.draft.city) if part)
