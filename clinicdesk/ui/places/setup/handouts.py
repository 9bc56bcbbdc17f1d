"""Set up: handout texts, with the paper they make beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.entries import LONGEST_HANDOUT, OwnHandout
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import handouts
from clinicdesk.services.desk import Desk
from clinicdesk.services.handouts import HandoutText
from clinicdesk.ui.kit import (
    CheckField,
    Column,
    MutedLabel,
    NoteField,
    Paint,
    QuietButton,
    Row,
    TableColumn,
)
from clinicdesk.ui.operations import Done
from clinicdesk.ui.papers.pages import PageFacts, PaperPages, read_pages
from clinicdesk.ui.places.setup.listing import ListPage
from clinicdesk.ui.places.setup.sheet import Sheet, SheetForm, Shown
from clinicdesk.ui.theme import Gap, theme

DRAW_AFTER = 400
"""Milliseconds without a key before the paper is drawn again."""


class HandoutEditor(NoteField):
    """The text, in letters of one width; takes all the height there is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent, lines=10, longest=LONGEST_HANDOUT)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    def _resize(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(theme().font().pointSizeF())
        self.setFont(font)
        self.setMinimumHeight(theme().px(280))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)


class HandoutSheet(Sheet[HandoutText]):
    """The editor, what is wrong with the text, and the paper."""

    label_width = 0

    def build(self, form: SheetForm) -> None:
        """The editor at the left, the paper at the right."""
        self._timer = self.pause(DRAW_AFTER, self._draw)
        self.own = HandoutEditor(_("Text"), form)
        self.told = MutedLabel("", form, wrap=True)
        self.large = CheckField(_("Preview"), _("Large print"), form)
        self.large.changed.connect(self._draw)
        self.paper = PaperPages(form)
        holder = QWidget(form)
        across = Row(holder, gap=Gap.L)
        left, right = Column(gap=Gap.S), Column(gap=Gap.S)
        left.addWidget(self.own, 1)
        left.addWidget(self.told)
        self.stale = MutedLabel(_("The paper is of the last text that could be printed."), form, wrap=True)
        self.stale.hide()
        right.addWidget(self.large)
        right.addWidget(self.stale)
        right.addWidget(self.paper, 1)
        across.addLayout(left, 1)
        across.addLayout(right, 1)
        form.adopt("own", self.own)
        self._holder = holder

    def lay_out(self, body: Column) -> None:
        """The editor and the paper take all the room."""
        body.addWidget(self._holder, 1)

    def _build_frame(self) -> None:
        super()._build_frame()
        self.reset_button = QuietButton(_("Reset to the shipped text"), self.foot)
        self.reset_button.clicked.connect(self._reset)
        self.steps.addWidget(self.reset_button)

    def fill(self, row: HandoutText, *, new: bool) -> None:
        """Show the text."""
        self.own.set_value(row.text)

    def row_shown(self) -> None:
        """Draw the paper of what stands there."""
        self._draw()

    def taken(self, row: HandoutText) -> HandoutText:
        """The text with the wording typed; the shipped one where it says the same."""
        typed = self.own.value()
        if typed == row.text.strip():
            return row
        return replace(row, own=None if typed == row.shipped.strip() else typed)

    def write(self, row: HandoutText, new: bool) -> Done[HandoutText]:
        """Store the wording."""
        return handouts.write(self.desk, row, row.text)

    def put_back(self, before: HandoutText, now: HandoutText) -> Done[Any]:
        """The wording as it was."""
        return handouts.write(self.desk, now, before.text)

    def words(self, row: HandoutText) -> str:
        """The paper's title."""
        return row.title

    def version(self, row: HandoutText) -> int:
        """The version of the clinic's own wording; 0 for the shipped one."""
        return row.version or 0

    def version_of(self, view: Shown[HandoutText]) -> int:
        """The shipped text, which has none, may come after the clinic's own."""
        del view
        return 0

    def heading(self, row: HandoutText, new: bool) -> tuple[str, str]:
        """The title, and whose wording it is."""
        whose = _("As shipped.") if row.own is None else _("The clinic's own wording.")
        part = " " + _("A part: the papers that include it change with it.") if row.is_part else ""
        return (row.title, whose + part)

    def on_change(self) -> None:
        """Draw again once the keys rest."""
        self._timer.start()

    def show_steps(self) -> None:
        """Offer the way back."""
        row = self.row
        self.reset_button.setVisible(row is not None and row.own is not None and self.may_edit)

    def _draft(self) -> OwnHandout | None:
        row = self.row
        text = self.own.value()
        if row is None or not text or len(text) > LONGEST_HANDOUT:
            return None
        return OwnHandout(key=row.key, language=row.language, text=text + "\n")

    def _draw(self) -> None:
        draft = self._draft()
        if draft is None:
            return
        self._timer.stop()
        self.ask(partial(handouts.check, self.desk, draft), self._tell_problems, line="check")
        self.ask(
            partial(_paper, self.desk, draft, self.large.value()),
            self._show_paper,
            line="paper",
            failed=self._not_drawn,
        )

    def _tell_problems(self, problems: Sequence[Any]) -> None:
        lines = [
            _("Line {line}: {sentence}").format(line=problem.line, sentence=problem.sentence)
            if problem.line
            else problem.sentence
            for problem in problems[:4]
        ]
        self.told.setText("\n".join(lines))
        self.told.set_tone("problem" if lines else "muted")
        self.told.setVisible(bool(lines))

    def _show_paper(self, paper: tuple[bytes, tuple[PageFacts, ...]]) -> None:
        self.stale.hide()
        self.paper.show_paper(*paper)

    def _not_drawn(self, _error: ClinicDeskError) -> None:
        """What is wrong stands under the text; the last paper that could be drawn stays."""
        self.stale.show()

    def _reset(self) -> None:
        row = self.row
        if row is not None:
            if self.is_dirty:
                self.throw_away()
            self.run_step(
                partial(handouts.reset, self.desk, row),
                _("Shipped text again: {name}.").format(name=self.words(row)),
                partial(self.put_back, row),
            )


class HandoutsPage(ListPage[HandoutText]):
    """The handout texts."""

    subjects = frozenset({Subject.CATALOGUE, Subject.CLINIC})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.language = "en"
        super().__init__(desk, parent)

    def heading(self) -> str:
        """The section's title."""
        return _("Handout texts")

    def explanation(self) -> str:
        """What belongs here."""
        return _(
            "What patients take home. Change the words as you like; the facts in braces fill themselves."
        )

    def columns(self) -> Sequence[TableColumn[HandoutText]]:
        """Title, whose wording."""
        return (
            TableColumn(heading=_("Text"), text=_title),
            TableColumn(heading="", text=_whose, width=76, paint=Paint.MUTED),
        )

    def make_sheet(self) -> HandoutSheet:
        """The editor."""
        return HandoutSheet(self.desk, self)

    def fetch(self) -> Sequence[HandoutText]:
        """The texts."""
        return handouts.texts(self.desk, self.language)

    def same(self, row: HandoutText) -> object:
        """Texts are told apart by key and language."""
        return (row.key, row.language)


def _paper(desk: Desk, draft: OwnHandout, large: bool) -> tuple[bytes, tuple[PageFacts, ...]]:
    content = handouts.preview(desk, draft, large_print=large)
    return content, read_pages(content)


def _title(row: HandoutText) -> str:
    return _("Part: {title}").format(title=row.title) if row.is_part else row.title


def _whose(row: HandoutText) -> str:
    return "" if row.own is None else _("our own")
