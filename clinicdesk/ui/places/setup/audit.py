"""Set up: who did what. The audit trail to read, to check and to take out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from clinicdesk.domain.audit import TrailCheck, TrailLine, TrailQuestion, seal_text, subject_label
from clinicdesk.domain.changes import Subject
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import audit
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import HistoryOf, SetUpAt
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    ComboField,
    EmptyState,
    IconButton,
    LoadingFrame,
    MutedLabel,
    Paint,
    PlainLabel,
    ProblemPanel,
    ProgressPanel,
    PushButton,
    QuietButton,
    Row,
    RowTable,
    Rule,
    SectionLabel,
    TableColumn,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.flow import Flow
from clinicdesk.ui.operations import messages, run_long, run_query
from clinicdesk.ui.places.setup.listing import SetUpPage
from clinicdesk.ui.theme import Gap, Rank

ChooseFile = Callable[[QWidget, str], Path | None]

_NO_ID = frozenset({Subject.CLINIC, Subject.AUDIT})
"""There is one of each: its number says nothing."""


def choose_csv(parent: QWidget, name: str) -> Path | None:
    """Ask where to save; None where the person changed their mind."""
    chosen, _filter = QFileDialog.getSaveFileName(parent, _("Export the trail"), name, "CSV (*.csv)")
    return Path(chosen) if chosen else None


class AuditPage(SetUpPage):
    """The trail, the newest first: when, who, what, about whom. Reading it is an event of it."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, choose_file: ChooseFile = choose_csv
    ) -> None:
        super().__init__(desk, parent)
        self.choose_file = choose_file
        self.question = TrailQuestion()
        self._loading = False
        column = Column(self, gap=Gap.S)
        column.addLayout(self._head())
        column.addWidget(self._tools())
        column.addLayout(self._told())
        self.table: RowTable[TrailLine] = RowTable(_("Who did what"), _columns(), self, key=_number)
        self.table.on_more(self._more)
        self.table.chosen.connect(self._chosen)
        self.frame = LoadingFrame(
            self.table, self, empty=EmptyState("history", _("Nothing of this kind was done yet."), None, self)
        )
        column.addWidget(self.frame, 1)
        column.addWidget(Rule(self))
        column.addWidget(self._foot())
        self._chosen(None)

    # ------------------------------------------------------------------ frame

    def _head(self) -> Column:
        head = Column(gap=Gap.XS, margin=(Gap.L, Gap.L, Gap.L, Gap.NONE))
        words = _(
            "Every change and every opening of a chart, with who and when. Nobody can change or remove an event here. "
            "The trail is tamper-evident, not tamper-proof."
        )
        head.add(SectionLabel(_("Who did what"), self), MutedLabel(words, self, wrap=True))
        return head

    def _tools(self) -> QWidget:
        holder = QWidget(self)
        column = Column(holder, margin=(Gap.L, Gap.NONE, Gap.L, Gap.NONE))
        inner = QWidget(holder)
        row = Flow(inner)
        self.person = ComboField(_("Person"), [(None, _("Everyone"))], inner, width=200)
        kinds = [(kind, subject_label(kind)) for kind in Subject]
        self.kind = ComboField(_("Kind"), [(None, _("Everything")), *kinds], inner, width=200)
        self.again = IconButton("undo", _("Load again"), inner)
        self.check_button = PushButton(_("Check the trail"), inner, icon="check")
        self.export_button = PushButton(_("Export…"), inner, icon="export")
        self.person.changed.connect(self._asked)
        self.kind.changed.connect(self._asked)
        self.again.clicked.connect(self.load)
        self.check_button.clicked.connect(self._check)
        self.export_button.clicked.connect(self._export)
        row.add(self.person, self.kind, self.again, self.check_button, self.export_button)
        column.addWidget(inner)
        return holder

    def _told(self) -> Column:
        column = Column(gap=Gap.S, margin=(Gap.L, Gap.NONE, Gap.L, Gap.NONE))
        self.problem_panel = ProblemPanel(self)
        everyone = PushButton(_("Show everything"), self)
        everyone.clicked.connect(self._leave_patient)
        self.patient_banner = Banner(BannerKind.INFO, "", self, actions=(everyone,))
        self.good = Banner(BannerKind.INFO, "", self, closable=True)
        self.bad = Banner(BannerKind.WARNING, "", self, closable=True)
        self.progress = ProgressPanel(_("Checking the trail…"), self)
        for widget in (self.problem_panel, self.patient_banner, self.good, self.bad, self.progress):
            widget.hide()
            column.addWidget(widget)
        return column

    def _foot(self) -> QWidget:
        holder = QWidget(self)
        row = Row(holder, gap=Gap.S, margin=(Gap.L, Gap.NONE, Gap.L, Gap.S))
        self.detail = PlainLabel("", holder, selectable=True, wrap=True, rank=Rank.FIGURES)
        self.only_button = QuietButton(_("All about this patient"), holder, icon="filter")
        self.only_button.clicked.connect(self._only_patient)
        row.addWidget(self.detail, 1)
        row.addWidget(self.only_button)
        return holder

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong."""
        self.problem_panel.show_problem(sentence)

    # ------------------------------------------------------------------ rows

    def load(self) -> None:
        """Read the newest events again, and who there is to ask for."""
        self._loading = True
        self.frame.start()
        run_query(self, partial(audit.people, self.desk), done=self._offer_people, latest="people")
        run_query(
            self,
            partial(audit.events, self.desk, self.question),
            done=self._show,
            failed=self._refused,
            latest="rows",
        )

    def open_target(self, target: SetUpAt) -> None:
        """Show the history of one patient."""
        if isinstance(target, HistoryOf):
            self._ask(TrailQuestion(patient_id=target.patient_id))

    def _offer_people(self, people: Sequence[tuple[int, str]]) -> None:
        self.person.blockSignals(True)
        self.person.set_options([(None, _("Everyone")), *people])
        self.person.set_value(self.question.user_id)
        self.person.blockSignals(False)

    def _asked(self) -> None:
        self._ask(
            TrailQuestion(
                user_id=self.person.value(), subject=self.kind.value(), patient_id=self.question.patient_id
            )
        )

    def _ask(self, question: TrailQuestion) -> None:
        if question == self.question:
            return
        self.question = question
        for field, value in ((self.person, question.user_id), (self.kind, question.subject)):
            field.blockSignals(True)
            field.set_value(value)
            field.blockSignals(False)
        self.load()

    def _show(self, rows: Sequence[TrailLine]) -> None:
        self._loading = False
        self.problem_panel.clear()
        self.table.set_rows(rows, complete=len(rows) < audit.PAGE)
        self.frame.show_rows(bool(rows))
        self._chosen(self.table.row())
        self.patient_banner.setVisible(self.question.patient_id is not None)
        name = next((line.about for line in rows if line.patient_id == self.question.patient_id), "")
        self.patient_banner.set_text(
            _("Everything that was done with {name}.").format(name=name or _("this patient"))
        )

    def _refused(self, error: ClinicDeskError) -> None:
        self._loading = False
        self.frame.show_content()
        self.show_problem(error.sentence)

    def _more(self, _offset: int) -> None:
        rows = self.table.rows()
        if self._loading or not rows:
            return
        run_query(
            self,
            partial(audit.events, self.desk, self.question, before=rows[-1].event.number),
            done=self._append,
            latest="rows",
        )

    def _append(self, rows: Sequence[TrailLine]) -> None:
        self.table.append_rows(rows, complete=len(rows) < audit.PAGE)

    def _chosen(self, line: TrailLine | None) -> None:
        self.only_button.setVisible(line is not None and line.patient_id is not None)
        if line is None:
            self.detail.setText(_("Choose an event to see its number, its seal and its details."))
            return
        self.only_button.set_words(_("All about {name}").format(name=line.about))
        words = _("Event {number}, seal {seal}").format(
            number=fmt.number(line.event.number), seal=seal_text(line.event.mac)
        )
        more = _details(line)
        self.detail.setText(f"{words}\n{more}" if more else words)

    def _only_patient(self) -> None:
        line = self.table.row()
        if line is not None and line.patient_id is not None:
            self._ask(TrailQuestion(patient_id=line.patient_id))

    def _leave_patient(self) -> None:
        self._ask(TrailQuestion())

    # ------------------------------------------------------------------ check and export

    def _check(self) -> None:
        self._begin(_("Checking the trail…"))
        self.progress.follow(
            run_long(
                self,
                partial(audit.check_chain, self.desk),
                progress=self.progress.report,
                done=self._checked,
                failed=self._stopped,
            )
        )

    def _export(self) -> None:
        path = self.choose_file(self, _("audit-trail-{day}.csv").format(day=fmt.today().isoformat()))
        if path is None:
            return
        self._begin(_("Writing the trail…"))
        self.progress.follow(
            run_long(
                self,
                partial(audit.export, self.desk, path, self.question),
                progress=self.progress.report,
                done=self._exported,
                failed=self._stopped,
            )
        )

    def _begin(self, sentence: str) -> None:
        for banner in (self.good, self.bad, self.problem_panel):
            banner.hide()
        self.progress.label.setText(sentence)
        self.progress.report(0, 0)
        self._work(True)

    def _work(self, under_way: bool) -> None:
        self.progress.setVisible(under_way)
        self.check_button.setEnabled(not under_way)
        self.export_button.setEnabled(not under_way)

    def _checked(self, found: TrailCheck) -> None:
        self._work(False)
        banner = self.bad if found.broken_at is not None else self.good
        banner.set_text(_verdict(found))
        banner.show()

    def _exported(self, written: int | None) -> None:
        self._work(False)
        if written is None:
            messages.info(_("Export stopped. No file was left."))
            return
        pattern = ngettext("Exported: {count} event.", "Exported: {count} events.", written)
        messages.done(pattern.format(count=fmt.number(written)))

    def _stopped(self, error: ClinicDeskError) -> None:
        self._work(False)
        self.show_problem(error.sentence)


def _verdict(found: TrailCheck) -> str:
    """What the check proves, and what it does not."""
    count = fmt.number(found.checked)
    if found.broken_at is not None:
        return _(
            "Event {number} does not fit its seal. It, or one beside it, was changed, removed or put in by something "
            "other than ClinicDesk. The {count} events before it are whole. Leave this clinic's file and its backups "
            "as they are, and tell whoever answers for data protection."
        ).format(number=fmt.number(found.broken_at), count=count)
    if not found.complete:
        return _("Stopped after {count} events; every seal fits so far. The rest was not looked at.").format(
            count=count
        )
    proved = _(
        "All {count} seals fit: no event was changed, taken out of the middle or put in between by anyone without the "
        "trail's key."
    ).format(count=count)
    not_proved = _(
        "This does not show whether the newest events were cut off: compare the event and seal printed on a day list "
        "with the same event here (the last one is event {count}, seal {seal}). And whoever holds the key or "
        "runs the server could have written the whole trail anew."
    ).format(count=count, seal=seal_text(found.mac))
    return f"{proved}\n{not_proved}"


def _columns() -> tuple[TableColumn[TrailLine], ...]:
    return (
        TableColumn(heading=_("When"), text=_when, width=200, paint=Paint.FIGURES),
        TableColumn(heading=_("Who"), text=_who, width=152),
        TableColumn(heading=_("What"), text=_what, width=176),
        TableColumn(heading=_("About"), text=_about, least=200),
        TableColumn(heading=_("Details"), text=_details, paint=Paint.MUTED, least=200, drop=1),
    )


def _number(line: TrailLine) -> int:
    return line.event.number


def _when(line: TrailLine) -> str:
    return fmt.moment(line.event.at)


def _who(line: TrailLine) -> str:
    return line.who or _("User {number}").format(number=line.event.user_id)


def _what(line: TrailLine) -> str:
    return line.event.action.label


def _about(line: TrailLine) -> str:
    event = line.event
    kind = subject_label(event.subject)
    if event.subject in _NO_ID:
        return kind
    if not line.about:
        return _("{kind} {number}").format(kind=kind, number=event.subject_id)
    if event.subject is Subject.PATIENT or line.patient_id is None:
        return _("{kind}: {name}").format(kind=kind, name=line.about)
    return _("{kind} {number}: {name}").format(kind=kind, number=event.subject_id, name=line.about)


def _details(line: TrailLine) -> str:
    """The event's own codes, as they were sealed."""
    told = ((name.replace("_", " "), value) for name, value in line.event.details.items())
    return ", ".join(f"{name}: {_plain(value)}" for name, value in told if value not in (None, ""))


def _plain(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
