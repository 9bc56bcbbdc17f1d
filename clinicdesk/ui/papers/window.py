"""Papers: look at one inside the program, in normal or large print, print it, save it; and what has left so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.ids import BookingId, BraceOrderId, PaperId, PatientId
from clinicdesk.domain.papers import DayListBy, KeptPaper, PaperCopy, PaperUse
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import daylist, papers
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    IconButton,
    LoadingFrame,
    MenuButton,
    MutedLabel,
    Note,
    PrimaryButton,
    ProblemPanel,
    QuietButton,
    Row,
    Section,
    SectionLabel,
    SegmentedRow,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.tabbing import Tabbing
from clinicdesk.ui.operations import Done, messages, run_command, run_query
from clinicdesk.ui.papers.pages import PageFacts, PaperPages, choose_printer, print_pages, read_pages
from clinicdesk.ui.theme import Gap, Size, theme

Make = Callable[[bool | None], PaperCopy]
"""Makes the paper, in large print or not; None leaves it to the patient's wish. Called off the GUI thread."""

ChoosePrinter = Callable[[QWidget, bytes], QPrinter | None]
ChooseFile = Callable[[QWidget, str], Path | None]

_WIDTH: Final = 820
_HEIGHT: Final = 900


def show_discharge_sheet(desk: Desk, parent: QWidget, booking_id: BookingId) -> PaperWindow:
    """Open the discharge sheet of a booking."""

    def make(large: bool | None) -> PaperCopy:
        return papers.discharge_sheet(desk, booking_id, large_print=large)

    return _shown(PaperWindow(desk, make, parent, print_sizes=True))


def show_brace_order(desk: Desk, parent: QWidget, order_id: BraceOrderId) -> PaperWindow:
    """Open the written order of a brace."""

    def make(_large: bool | None) -> PaperCopy:
        return papers.brace_order(desk, order_id)

    return _shown(PaperWindow(desk, make, parent))


def show_day_list(
    desk: Desk, parent: QWidget, day: date, by: DayListBy = DayListBy.EVERYTHING
) -> PaperWindow:
    """Open the list of a day's cases, or the lists of its rooms or surgeons."""

    def make(_large: bool | None) -> PaperCopy:
        return daylist.day_list(desk, day, by)

    return _shown(PaperWindow(desk, make, parent))


def show_kept(desk: Desk, parent: QWidget, paper_id: PaperId) -> PaperWindow:
    """Open a paper that has left, exactly as it did."""

    def make(_large: bool | None) -> PaperCopy:
        return papers.open_kept(desk, paper_id)

    return _shown(PaperWindow(desk, make, parent))


def print_pdf(parent: QWidget, content: bytes) -> bool:
    """Print bytes that are never kept (the recovery key), asking which printer; whether they were sent."""
    printer = choose_printer(parent, content)
    if printer is None:
        return False
    print_pages(printer, content)
    return True


def choose_file(parent: QWidget, name: str) -> Path | None:
    """Ask where to save; None where the person changed their mind."""
    chosen, _filter = QFileDialog.getSaveFileName(parent, _("Save the paper"), name, "PDF (*.pdf)")
    return Path(chosen) if chosen else None


def _shown(window: PaperWindow) -> PaperWindow:
    window.show()
    return window


class PaperWindow(Tabbing, QDialog):
    """One paper, page by page. Not modal: the desk goes on working beside it.

    What is printed or saved is kept first, byte for byte; closing without either keeps nothing.
    """

    def __init__(
        self,
        desk: Desk,
        make: Make,
        parent: QWidget | None = None,
        *,
        print_sizes: bool = False,
        choose_printer: ChoosePrinter = choose_printer,
        choose_file: ChooseFile = choose_file,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.paper: PaperCopy | None = None
        self._make = make
        self._choose_printer = choose_printer
        self._choose_file = choose_file
        self._asked = False
        self.setWindowTitle("ClinicDesk")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(QSize(theme().px(_WIDTH), theme().px(_HEIGHT)).boundedTo(self.screen().availableSize()))
        self._build(print_sizes)

    def _build(self, print_sizes: bool) -> None:
        column = Column(self, gap=Gap.NONE)
        column.addLayout(self._build_bar(print_sizes))
        self.problem_panel = ProblemPanel(self)
        column.addWidget(self.problem_panel)
        self.boxes_banner = Banner(BannerKind.WARNING, "", self)
        self.boxes_banner.hide()
        column.addWidget(self.boxes_banner)
        self.view = PaperPages(self)
        self.view.page_changed.connect(self._page_changed)
        self.view.zoomed.connect(self._zoomed)
        self.frame = LoadingFrame(self.view, self)
        column.addWidget(self.frame, 1)
        column.addLayout(self._build_foot())
        self._offer(False)

    def _build_bar(self, print_sizes: bool) -> Row:
        row = Row(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.heading = SectionLabel("", self, elide=True)
        row.addWidget(self.heading, 1)
        self.sizes = SegmentedRow(
            _("Size of print"), [(False, _("Normal print")), (True, _("Large print"))], self
        )
        self.sizes.changed.connect(self._size_chosen)
        self.sizes.setVisible(print_sizes)
        row.addWidget(self.sizes)
        self.smaller = IconButton("minus", _("Smaller"), self)
        self.smaller.set_tip(_("Smaller"), "Ctrl+-")
        self.smaller.clicked.connect(self._zoom_out)
        self.zoom_button = QuietButton("", self, tip=_("As wide as the window"), shortcut="Ctrl+0")
        self.zoom_button.clicked.connect(self._fit_width)
        self.larger = IconButton("add", _("Larger"), self)
        self.larger.set_tip(_("Larger"), "Ctrl++")
        self.larger.clicked.connect(self._zoom_in)
        row.add(self.smaller, self.zoom_button, self.larger)
        return row

    def _build_foot(self) -> Row:
        row = Row(gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.back = IconButton("back", _("Page before"), self)
        self.back.clicked.connect(self._back)
        self.page_label = MutedLabel("", self)
        self.next = IconButton("forward", _("Next page"), self)
        self.next.clicked.connect(self._next)
        row.add(self.back, self.page_label, self.next)
        row.addStretch(1)
        plain = QAction(_("Save without the patient's name in the file name…"), self)
        plain.triggered.connect(self._save_plain)
        named = QAction(_("Save with the patient's name in the file name…"), self)
        named.triggered.connect(self._save_named)
        self.save_button = MenuButton(_("Save"), [plain, named], self, icon="save")
        self._named_save = named
        self.print_button = PrimaryButton(_("Print…"), self, icon="print", shortcut="Ctrl+P")
        self.print_button.clicked.connect(self._print)
        row.add(self.save_button, self.print_button)
        return row

    # Loading.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self._load(self.sizes.value())

    def hideEvent(self, event: QHideEvent) -> None:
        """The lock hides it: nothing of it stays, and it is made again from the record when it is shown again."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._asked, self.paper = False, None
            self._offer(False)
            self.view.show_nothing()

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    def _load(self, large: bool | None) -> None:
        self.frame.start()
        run_query(
            self, partial(_made, self._make, large), done=self._show, failed=self._refused, latest="paper"
        )

    def _show(self, made: tuple[PaperCopy, tuple[PageFacts, ...]]) -> None:
        self.paper, pages = made
        self.problem_panel.clear()
        self.heading.setText(self.paper.kind.label)
        self.setAccessibleName(self.paper.kind.label)
        self.sizes.blockSignals(True)
        self.sizes.set_value(self.paper.large_print)
        self.sizes.blockSignals(False)
        self.boxes_banner.setVisible(bool(self.paper.undrawable))
        self.boxes_banner.set_text(
            _("These letters cannot be printed yet and show as boxes: {letters}. Write them by hand.").format(
                letters=" ".join(sorted(self.paper.undrawable))
            )
        )
        self._named_save.setVisible(bool(self.paper.patient_name))
        self.view.show_paper(self.paper.content, pages)
        self.frame.show_content()
        self._offer(True)

    def _refused(self, error: ClinicDeskError) -> None:
        self.frame.show_content()
        self.show_problem(error.sentence)

    def _size_chosen(self) -> None:
        large = self.sizes.value()
        if self.paper is not None and large is not None and large != self.paper.large_print:
            self._offer(False)
            self._load(large)

    def _offer(self, on: bool) -> None:
        for button in (self.print_button, self.save_button):
            button.setEnabled(on)

    # Pages and zoom.

    def _page_changed(self, page: int, pages: int) -> None:
        self.page_label.setText(
            _("Page {page} of {pages}").format(page=page + 1, pages=pages) if pages else ""
        )
        self.back.setEnabled(page > 0)
        self.next.setEnabled(page < pages - 1)

    def _zoomed(self, zoom: int) -> None:
        self.zoom_button.set_words(_("{percent} %").format(percent=zoom))

    def _zoom_in(self) -> None:
        self.view.zoom_in()

    def _zoom_out(self) -> None:
        self.view.zoom_out()

    def _fit_width(self) -> None:
        self.view.fit_width()

    def _back(self) -> None:
        self.view.go_to(self.view.page - 1)

    def _next(self) -> None:
        self.view.go_to(self.view.page + 1)

    # Leaving.

    def _print(self) -> None:
        paper = self.paper
        if paper is None:
            return
        printer = self._choose_printer(self, paper.content)
        if printer is None:
            return
        self._offer(False)
        if not paper.kind.is_kept:
            self._send(printer, paper)
            return
        run_command(
            self,
            partial(papers.leave, self.desk, paper, PaperUse.PRINTED),
            done=partial(self._send, printer),
            failed=self._not_kept,
        )

    def _send(self, printer: QPrinter, paper: PaperCopy) -> None:
        self.paper = paper
        run_query(self, partial(print_pages, printer, paper.content), done=self._sent, failed=self._not_kept)

    def _sent(self, _nothing: None) -> None:
        self._offer(True)
        if self.paper is not None:
            messages.done(_("Sent to the printer: {paper}.").format(paper=self.paper.kind.label))

    def _not_kept(self, error: ClinicDeskError) -> None:
        self._offer(True)
        self.show_problem(error.sentence)

    def _save_plain(self) -> None:
        self._save(with_name=False)

    def _save_named(self) -> None:
        self._save(with_name=True)

    def _save(self, *, with_name: bool) -> None:
        paper = self.paper
        if paper is None:
            return
        path = self._choose_file(self, paper.file_name(with_name=with_name))
        if path is None:
            return
        self._offer(False)
        run_command(
            self,
            partial(_saved, self.desk, paper, path),
            done=self._was_saved,
            failed=self._not_kept,
            said=_("Saved: {paper}.").format(paper=paper.kind.label),
        )

    def _was_saved(self, paper: PaperCopy) -> None:
        self.paper = paper
        self._offer(True)


def _made(make: Make, large: bool | None) -> tuple[PaperCopy, tuple[PageFacts, ...]]:
    paper = make(large)
    return paper, read_pages(paper.content)


def _saved(desk: Desk, paper: PaperCopy, path: Path) -> Done[PaperCopy]:
    """Keep, then write: a file that could not be written has still been noted, one that was not noted never exists."""
    kept = papers.leave(desk, paper, PaperUse.SAVED)
    try:
        path.write_bytes(paper.content)
    except OSError as error:
        raise ClinicDeskError(
            _(
                "The file could not be written: {folder} cannot be written to or is full. "
                "The paper itself is kept with the chart. Choose another folder."
            ).format(folder=path.parent)
        ) from error
    return kept


@dataclass(frozen=True, slots=True)
class _Listed:
    kept: tuple[KeptPaper, ...]
    outdated: tuple[KeptPaper, ...] = ()


class PaperList(Section):
    """What has left for a booking or a patient, the newest first; a click opens it exactly as it left.

    Of a booking that moved it says first which papers tell the old time.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Papers"), parent, gap=Gap.XS)
        self.desk = desk
        self._ask: Callable[[], _Listed] | None = None
        self.rows: list[PaperRow] = []
        self.notes: list[Note] = []
        self.none = MutedLabel(_("Nothing printed or saved yet."), self, wrap=True)
        self.add(self.none)

    def show_nothing(self) -> None:
        """Nobody's papers; an answer that is still under way is not shown."""
        self._ask = None
        self._fill(_Listed((), ()))

    def show_booking(self, booking_id: BookingId) -> None:
        """The papers of one booking."""
        self._ask = partial(_of_booking, self.desk, booking_id)
        self._load()

    def show_patient(self, patient_id: PatientId) -> None:
        """The papers of one patient."""
        self._ask = partial(_of_patient, self.desk, patient_id)
        self._load()

    def refresh(self, changes: Changes) -> None:
        """Load again where a paper left or a booking changed."""
        if touches(changes, (Subject.PAPER, Subject.BOOKING)):
            self._load()

    def _load(self) -> None:
        if self._ask is not None:
            run_query(self, self._ask, done=partial(self._show, self._ask), latest="papers")

    def _show(self, asked: Callable[[], _Listed], listed: _Listed) -> None:
        if asked is self._ask:
            self._fill(listed)

    def _fill(self, listed: _Listed) -> None:
        for old in (*self.notes, *self.rows):
            self.body.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.notes = [Note(outdated_words(paper), self, blocks=True) for paper in listed.outdated]
        self.rows = [self._row(paper) for paper in listed.kept]
        self.add(*self.notes, *self.rows)
        self.none.setVisible(not listed.kept and not listed.outdated)

    def _row(self, paper: KeptPaper) -> PaperRow:
        row = PaperRow(paper, self)
        row.name.clicked.connect(partial(self._open, paper.id))
        return row

    def _open(self, paper_id: PaperId, _checked: bool = False) -> None:
        show_kept(self.desk, self.window(), paper_id)


def out_of_date(outdated: Sequence[KeptPaper]) -> str:
    """Which papers are out of date by a move, in one sentence; only how many where they are of many kinds."""
    kinds = list(dict.fromkeys(paper.kind.label for paper in outdated))
    if len(kinds) <= _NAMED_AT_MOST:
        return _("Out of date now: {papers}.").format(papers=", ".join(kinds))
    count = len(outdated)
    return ngettext("{n} paper is out of date.", "{n} papers are out of date.", count).format(n=count)


_NAMED_AT_MOST = 4


def outdated_words(paper: KeptPaper) -> str:
    """That a paper tells the time before a move, and what to do."""
    words = _("Printed before the move: {paper}. Print it again.")
    if paper.kind.lists_days and paper.day is not None:
        name = _("{paper} of {day}").format(paper=paper.kind.label, day=fmt.short_day(paper.day))
    else:
        made = fmt.short_day(fmt.local(paper.made_at).date())
        name = _("{paper}, made {day}").format(paper=paper.kind.label, day=made)
    return words.format(paper=name)


def _of_booking(desk: Desk, booking_id: BookingId) -> _Listed:
    return _Listed(papers.of_booking(desk, booking_id), papers.outdated(desk, booking_id))


def _of_patient(desk: Desk, patient_id: PatientId) -> _Listed:
    return _Listed(papers.of_patient(desk, patient_id))


class PaperRow(QWidget):
    """One paper that left: what it is, to be opened, and under it when, by whom and how often."""

    def __init__(self, paper: KeptPaper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.NONE)
        name = paper.kind.label
        if paper.large_print:
            name = _("{paper}, large print").format(paper=name)
        self.name = QuietButton(name, self, icon="paper")
        column.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        parts = [fmt.moment(paper.made_at), paper.made_by]
        if paper.times > 1:
            parts.append(ngettext("{n} time", "{n} times", paper.times).format(n=paper.times))
        self.detail = MutedLabel(", ".join(parts), self, wrap=True)
        self.name.setAccessibleDescription(self.detail.text())
        under = Row(margin=(Gap.M + Size.ICON + Gap.S, Gap.NONE, Gap.NONE, Gap.XS))
        under.addWidget(self.detail, 1)
        column.addLayout(under)


__all__ = [
    "PaperList",
    "PaperWindow",
    "choose_file",
    "print_pdf",
    "show_brace_order",
    "show_day_list",
    "show_discharge_sheet",
    "show_kept",
]
