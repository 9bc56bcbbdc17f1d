"""One thing in a form: filled, changed, checked, saved, and told when somebody else was quicker.

A sheet holds the row it was filled from. Leaving it with changes asks first, in place; a lost update tells who
changed what, and lets the person take theirs or keep one's own.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from clinicdesk.domain.permissions import Act, may
from clinicdesk.errors import BadInput, ClinicDeskError, Stale
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    FormGrid,
    MutedLabel,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    PushButton,
    QuietButton,
    Row,
    Rule,
    Scroll,
    SectionLabel,
)
from clinicdesk.ui.operations import Done, run_command
from clinicdesk.ui.theme import Gap, Size, theme

R = TypeVar("R")


class SheetForm(FormGrid):
    """A form that knows the names of its fields."""

    def __init__(self, parent: QWidget | None = None, *, label_width: int = 0) -> None:
        super().__init__(parent, label_width=label_width)
        self.names: list[str] = []
        self._adopted: dict[str, QWidget] = {}

    def add(self, key: str, label: str, field: QWidget, **more: Any) -> QWidget:
        self.names.append(key)
        return super().add(key, label, field, **more)

    def adopt(self, key: str, field: QWidget) -> None:
        """Know a field that is laid out elsewhere."""
        self.names.append(key)
        self._adopted[key] = field

    def field(self, key: str) -> QWidget:
        return self._adopted.get(key) or super().field(key)

    def fields(self) -> list[QWidget]:
        """The fields from the top."""
        return [self.field(name) for name in self.names]


class Sheet(Panel, Generic[R]):
    """The form of one row. Subclasses build the fields and turn them into a row and back.

    Field keys are the names of the row's attributes, so that a refusal and a difference find their field.
    """

    saved = Signal(object)
    """Carries the row as it is stored now."""
    let_go = Signal()
    """The person saved or gave up the changes that held them here."""
    theirs_asked = Signal()
    """The row is to be read again: someone else changed it."""

    label_width = 176
    act = Act.EDIT_CLINIC
    """Who may not do this only looks."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.may_edit = may(desk.actor.role, self.act)
        self._row: R | None = None
        self._new = False
        self._filling = False
        self._touched = False
        self._busy = False
        self._conflict: str | None = None
        self._theirs: R | None = None
        self._build_frame()
        self.form = SheetForm(self, label_width=self.label_width)
        self.build(self.form)
        self.lay_out(self._body)
        self._watch()
        self.set_row(None)

    # ------------------------------------------------------------------ what a subclass says

    @abstractmethod
    def build(self, form: SheetForm) -> None:
        """Add the fields, in the order of importance, under the names of the row's attributes."""

    def lay_out(self, body: Column) -> None:
        """Put the form into the sheet's body."""
        body.addWidget(self.form)
        body.addStretch(1)

    @abstractmethod
    def fill(self, row: R, *, new: bool) -> None:
        """Show `row` in the fields."""

    @abstractmethod
    def read(self, row: R) -> R:
        """`row` with what the fields say. Raises `BadInput` naming a field."""

    @abstractmethod
    def write(self, row: R, new: bool) -> Done[R]:
        """Store `row`; called off the GUI thread."""

    @abstractmethod
    def put_back(self, before: R, now: R) -> Done[Any]:
        """Store `before` again over `now`: the undo of a change; called off the GUI thread."""

    def undo_of(self, before: R, new: bool) -> Callable[[R], Done[Any]] | None:
        """What takes a save back: given the row as stored now, called off the GUI thread. None for a new row."""
        return None if new else partial(self.put_back, before)

    @abstractmethod
    def words(self, row: R) -> str:
        """What `row` is called."""

    @abstractmethod
    def version(self, row: R) -> int:
        """The version `row` was read at."""

    def parts(self, row: R) -> object:
        """The dataclass whose attributes the fields are named after."""
        return row

    def with_parts(self, row: R, parts: Any) -> R:
        """`row` with other `parts`."""
        del row
        merged: R = parts
        return merged

    def heading(self, row: R, new: bool) -> tuple[str, str]:
        """The title above the form and the muted line under it."""
        return (self.words(row), "")

    # ------------------------------------------------------------------ what others ask

    @property
    def row(self) -> R | None:
        """The row shown, as it was read."""
        return self._row

    @property
    def is_new(self) -> bool:
        """Whether the row is not stored yet."""
        return self._new

    @property
    def is_dirty(self) -> bool:
        """Whether something would be lost by leaving."""
        if self._row is None or not self._touched:
            return False
        try:
            return self.read(self._row) != self._row
        except BadInput:
            return True

    def set_row(self, row: R | None, *, new: bool = False) -> None:
        """Show `row`, and forget what was typed before."""
        if row is None or self._row is None or self._new or new or self.words(row) != self.words(self._row):
            self._scroll.verticalScrollBar().setValue(0)
        self._row, self._new, self._touched = row, new, False
        self._conflict = self._theirs = None
        self.form.setVisible(row is not None)
        self.foot.setVisible(row is not None and self.may_edit)
        self._rule.setVisible(row is not None and self.may_edit)
        for banner in (self.problem_panel, self.unsaved, self.conflict):
            banner.hide()
        self.form.clear_problems()
        if row is None:
            self.title.setText("")
            self.under_title.setText("")
        else:
            self._filling = True
            self.fill(row, new=new)
            self._filling = False
            title, under = self.heading(row, new)
            self.title.setText(title)
            self.under_title.setText(under)
        self.under_title.setVisible(bool(self.under_title.text()))
        self._show_state()

    def offer_fresh(self, row: R) -> None:
        """The row was read again: show it, or tell of the conflict where something was typed meanwhile."""
        if self._row is None or self._new or self._busy:
            return
        if self.version(row) == self.version(self._row) and self._conflict is None:
            return
        if not self.is_dirty:
            self.set_row(row)
            return
        self._theirs = row
        sentence = self._conflict or _("Someone changed this while you had it open.")
        changed = self._difference(self._row, row)
        if changed:
            sentence += "\n" + _("Now different: {fields}.").format(fields=changed)
        self.conflict.set_text(sentence)
        self.conflict.show()

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        self.form.fields()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def hold_back(self) -> None:
        """Say that there are changes which leaving would lose."""
        self.unsaved.show()

    def save(self) -> None:
        """Check and store what the fields say."""
        if self._row is None or self._busy or not self.may_edit:
            return
        self.form.clear_problems()
        self.problem_panel.clear()
        if not self.form.check():
            self._show_first_problem()
            return
        try:
            after = self.read(self._row)
        except BadInput as error:
            self._tell(error)
            return
        self._busy = True
        self._show_state()
        run_command(
            self,
            partial(self.write, after, self._new),
            done=self._stored,
            failed=self._refused,
            said=self._said,
            undo=self.undo_of(self._row, self._new),
        )

    def run_step(
        self, work: Callable[[], Done[R]], said: str, undo: Callable[[R], Done[Any]] | None = None
    ) -> None:
        """Do something to the stored row beside saving it: offer it, confirm it, reset it."""
        self._busy = True
        self._show_state()
        run_command(self, work, done=self._stored, failed=self._refused, said=said, undo=undo)

    def discard(self) -> None:
        """Give up what was typed."""
        self.set_row(None if self._new else self._row)
        self.let_go.emit()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, above the form."""
        self.problem_panel.show_problem(sentence)

    # ------------------------------------------------------------------ frame

    def _build_frame(self) -> None:
        column = Column(self, gap=Gap.NONE)
        head = Column(gap=Gap.S, margin=(Gap.XL, Gap.L, Gap.XL, Gap.S))
        self.title = SectionLabel("", self, wrap=True)
        self.under_title = MutedLabel("", self, wrap=True)
        self.problem_panel = ProblemPanel(self)
        self.unsaved = self._unsaved_banner()
        self.conflict = self._conflict_banner()
        self.notes = Column(gap=Gap.S)
        head.add(self.title, self.under_title, self.problem_panel, self.unsaved, self.conflict, self.notes)
        column.addLayout(head)
        inner = Panel(self)
        self._body = Column(inner, gap=Gap.M, margin=(Gap.XL, Gap.S, Gap.XL, Gap.L))
        self._scroll = Scroll(inner, self)
        column.addWidget(self._scroll, 1)
        self._rule = Rule(self)
        column.addWidget(self._rule)
        self.foot = QWidget(self)
        foot = Row(self.foot, gap=Gap.S, margin=(Gap.XL, Gap.S, Gap.XL, Gap.S))
        self.steps = Row(gap=Gap.S)
        foot.addLayout(self.steps)
        foot.addStretch(1)
        self.discard_button = QuietButton(_("Discard changes"), self.foot)
        self.discard_button.clicked.connect(self.discard)
        self.save_button = PrimaryButton(_("Save"), self.foot, shortcut="Ctrl+S")
        self.save_button.clicked.connect(self.save)
        foot.add(self.discard_button, self.save_button)
        column.addWidget(self.foot)

    def _unsaved_banner(self) -> Banner:
        save, leave = PushButton(_("Save"), self), PushButton(_("Discard"), self)
        save.clicked.connect(self.save)
        leave.clicked.connect(self.discard)
        banner = Banner(BannerKind.WARNING, "", self, actions=(save, leave), closable=True)
        banner.set_text(_("Your changes here are not saved yet."))
        banner.hide()
        return banner

    def _conflict_banner(self) -> Banner:
        theirs, mine = PushButton(_("Show theirs"), self), PushButton(_("Keep my changes"), self)
        theirs.clicked.connect(self._take_theirs)
        mine.clicked.connect(self._keep_mine)
        banner = Banner(BannerKind.WARNING, "", self, actions=(theirs, mine))
        banner.hide()
        return banner

    def add_heading(self, form: SheetForm, words: str) -> None:
        """A heading between two groups of fields."""
        holder = QWidget(form)
        column = Column(holder, gap=Gap.NONE, margin=(Gap.NONE, Gap.M, Gap.NONE, Gap.NONE))
        label = PlainLabel(words, holder)
        label.set_tone("muted")
        column.addWidget(label)
        column.addWidget(Rule(holder))
        form.add_wide(holder)

    # ------------------------------------------------------------------ state

    def _watch(self) -> None:
        for field in self.form.fields():
            signal = getattr(field, "changed", None)
            if signal is not None:
                signal.connect(self._field_changed)
            if self.may_edit:
                continue
            if isinstance(field, QLineEdit | QPlainTextEdit):
                field.setReadOnly(True)  # stays readable, and can be copied
            else:
                field.setEnabled(False)

    def _field_changed(self, *_value: object) -> None:
        if self._filling:
            return
        self._touched = True
        self.on_change()
        self._show_state()

    def on_change(self) -> None:
        """A field was changed by the person: show or hide what depends on it."""

    def _show_state(self) -> None:
        dirty = self.is_dirty
        self.save_button.setEnabled((dirty or self._new) and not self._busy)
        self.discard_button.setVisible(dirty or self._new)
        if not dirty:
            self.unsaved.hide()
        self.show_steps()

    def show_steps(self) -> None:
        """Show which further steps the row allows."""

    def _said(self, row: R) -> str:
        return _("Saved: {name}.").format(name=self.words(row))

    def _stored(self, row: R) -> None:
        self._busy = False
        held = self.unsaved.isVisible()
        self.set_row(row)
        self.saved.emit(row)
        if held:
            self.let_go.emit()

    def _refused(self, error: ClinicDeskError) -> None:
        self._busy = False
        self._show_state()
        if isinstance(error, Stale):
            self._conflict = error.sentence
            self._touched = True
            self.theirs_asked.emit()
        else:
            self._tell(error)

    def _tell(self, error: ClinicDeskError) -> None:
        if not self.form.show_error(error):
            self.show_problem(error.sentence)
        self._show_first_problem()

    def _show_first_problem(self) -> None:
        """Scroll to the first field that something is wrong with, once the sentence under it has its place."""
        wrong = self.form.problems()
        first = next((name for name in self.form.names if name in wrong), None)
        if first is not None:
            self._body.activate()
            self._scroll.ensureWidgetVisible(self.form.field(first), 0, theme().px(Size.ROW * 2))

    def _take_theirs(self) -> None:
        if self._theirs is not None:
            self.set_row(self._theirs)
            self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_mine(self) -> None:
        """Go on from their version, with what was changed here laid over it: saving then keeps both."""
        theirs, base = self._theirs, self._row
        if theirs is None or base is None:
            return
        merged = self._merged(base, theirs)
        self._row, self._theirs, self._conflict = theirs, None, None
        self.conflict.hide()
        if merged is not None:
            self._filling = True
            self.fill(merged, new=False)
            self._filling = False
        self._show_state()

    def _merged(self, base: R, theirs: R) -> R | None:
        """`theirs` with the attributes that were changed here; None where what was typed cannot be read yet."""
        try:
            before, mine, now = self.parts(base), self.parts(self.read(base)), self.parts(theirs)
            if not dataclasses.is_dataclass(now) or isinstance(now, type):
                return None
            names = [field.name for field in dataclasses.fields(now) if field.init]
            changed = {n: getattr(mine, n) for n in names if getattr(mine, n) != getattr(before, n)}
            return self.with_parts(theirs, dataclasses.replace(now, **changed))
        except BadInput:
            return None

    def _difference(self, before: R, now: R) -> str:
        """The labels of the fields in which `now` differs from `before`."""
        one, other = self.parts(before), self.parts(now)
        if not dataclasses.is_dataclass(one) or type(one) is not type(other):
            return ""
        names = [f.name for f in dataclasses.fields(one) if getattr(one, f.name) != getattr(other, f.name)]
        labels = [self.form.field(name).accessibleName() for name in names if name in self.form.names]
        return ", ".join(labels)
