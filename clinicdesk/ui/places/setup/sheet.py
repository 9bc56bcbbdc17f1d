"""One thing in a form: filled, changed, checked, saved, and told when somebody else was quicker.

A sheet is open for the row it was filled from. What is typed stays with that row: another can be chosen at any time, and
what was typed stands there again afterwards.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from clinicdesk.domain.permissions import Act, may
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.kit import (
    Column,
    FormGrid,
    MutedLabel,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    Row,
    Rule,
    Scroll,
    SecretField,
    SectionLabel,
)
from clinicdesk.ui.operations import Done
from clinicdesk.ui.places.setup.fields import InRows
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

    def label_of(self, key: str) -> str:
        return self._adopted[key].accessibleName() if key in self._adopted else super().label_of(key)

    def fields(self) -> list[QWidget]:
        """The fields from the top."""
        return [self.field(name) for name in self.names]


@dataclass(frozen=True, slots=True)
class Shown(Generic[R]):
    """The row that a sheet shows, and whether it is still to be stored for the first time."""

    row: R
    new: bool


class Sheet(Keyed[Shown[R]], Panel, Generic[R]):
    """The form of one row. Subclasses build the fields and turn them into a row and back.

    Field keys are the names of the row's attributes, so that a refusal finds its field.
    """

    emptied = Signal()
    """There is no row any more: it was removed, or a new one was given up."""

    label_width = 176
    edit_act = Act.EDIT_CLINIC
    """Who may not do this only looks."""

    key_of: Callable[[R, bool], PanelKey]
    """The key of a row; the page gives it."""
    row_of: Callable[[PanelKey], Shown[R]]
    """Reads the row of a key again, off the window's thread; the page gives it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.begin_life()
        self.may_edit = may(desk.actor.role, self.edit_act)
        self._showing = False
        self._build_frame()
        self.form = SheetForm(self, label_width=self.label_width)
        self.build(self.form)
        self.lay_out(self._body)
        self._name_fields()
        self._watch()
        self.show_nothing()

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
    def taken(self, row: R) -> R:
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

    def heading(self, row: R, new: bool) -> tuple[str, str]:
        """The title above the form and the muted line under it."""
        return (self.words(row), "")

    def row_shown(self) -> None:
        """Called when a row, and what was typed on it, stands in the fields: what is shown beside them."""

    def on_change(self) -> None:
        """A field changed: show or hide what depends on it."""

    def show_steps(self) -> None:
        """Show which further steps the row allows."""

    # ------------------------------------------------------------------ what others ask

    @property
    def row(self) -> R | None:
        """The row shown, as it was read."""
        return None if self.view is None else self.view.row

    @property
    def is_new(self) -> bool:
        """Whether the row is not stored yet."""
        return self.view is not None and self.view.new

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that is not saved."""
        return self.key is not None and bool(self.typed.unsaved())

    def set_row(self, row: R | None, *, new: bool = False) -> None:
        """Show `row`, with what was typed for it and is not saved."""
        if row is None:
            self.part()
        else:
            self.open_with(self.key_of(row, new), Shown(row, new))

    def show_again(self) -> None:
        """Something else is offered to choose from."""
        if self.view is not None:
            self.set_row(self.view.row, new=self.view.new)

    def offer_fresh(self, row: R) -> None:
        """The row was read again."""
        if self.row is not None and not self.is_new and row != self.row:
            self.set_row(row)

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        self.form.fields()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Check and store what the fields say."""
        self.save_then(self._stored)

    def save_then(self, then: Callable[[R], None]) -> None:
        """Check and store what the fields say; ``then`` is given the row as stored."""
        view = self.view
        if view is None or self.is_busy or not self.may_edit:
            return
        self.form.clear_problems()
        self.clear_problem()
        if not self.form.check():
            self._show_first_problem()
            return
        try:
            after = self.taken(view.row)
        except BadInput as error:
            self._tell(error)
            return
        self.send(
            partial(self.write, after, view.new),
            then=then,
            said=self._said,
            undo=self.undo_of(view.row, view.new),
        )

    def run_step(
        self, work: Callable[[], Done[R]], said: str, undo: Callable[[R], Done[Any]] | None = None
    ) -> None:
        """Do something to the stored row beside saving it: offer it, confirm it, reset it."""
        self.do(work, then=self._stored, said=said, undo=undo)

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, above the form."""
        self.problem_panel.show_problem(sentence)

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()

    # ------------------------------------------------------------------ the row

    def read(self, key: PanelKey) -> Shown[R]:
        return self.row_of(key)

    def read_again(self, key: PanelKey) -> Shown[R]:
        return self.row_of(key)

    def version_of(self, view: Shown[R]) -> int:
        return 0 if view.new else self.version(view.row)

    def name_of(self, view: Shown[R]) -> str:
        return "" if view.new else self.words(view.row)

    def takes_typed(self, view: Shown[R]) -> bool:
        del view
        return self.may_edit

    def show_nothing(self) -> None:
        """No row."""
        for part in (self.form, self.foot, self._rule):
            part.setVisible(False)
        self.title.setText("")
        self.under_title.setText("")
        self.under_title.hide()
        self.clear_problem()
        self.form.clear_problems()

    def show_view(self, view: Shown[R], *, fresh: bool) -> None:
        if fresh:
            self._to_top()
        self.form.setVisible(True)
        for part in (self.foot, self._rule):
            part.setVisible(self.may_edit)
        self._showing = True
        self.fill(view.row, new=view.new)
        self._showing = False
        title, under = self.heading(view.row, view.new)
        self.title.setText(title)
        self.under_title.setText(under)
        self.under_title.setVisible(bool(under))

    def shown(self, view: Shown[R], *, fresh: bool) -> None:
        self.row_shown()
        self._show_state()

    def thrown_away(self) -> None:
        """What was typed is gone; a new row with it."""
        self.form.clear_problems()
        if self.is_new:
            self.part()
            self.emptied.emit()
        else:
            self.row_shown()
            self._show_state()

    def show_refusal(self, error: ClinicDeskError) -> None:
        self._show_state()
        self._tell(error)

    # ------------------------------------------------------------------ frame

    def _build_frame(self) -> None:
        column = Column(self, gap=Gap.NONE)
        head = Column(gap=Gap.S, margin=(Gap.XL, Gap.L, Gap.XL, Gap.S))
        top = Row(gap=Gap.S)
        self.title = SectionLabel("", self, wrap=True)
        top.addWidget(self.title, 1)
        top.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.under_title = MutedLabel("", self, wrap=True)
        self.problem_panel = ProblemPanel(self)
        self.notes = Column(gap=Gap.S)
        head.add(top, self.under_title, self.problem_panel, self.notes)
        column.addLayout(head)
        inner = Panel(self)
        down = Column(inner, gap=Gap.M, margin=(Gap.XL, Gap.S, Gap.XL, Gap.L))
        down.add(self.kept_strip, self.differences)
        self.differences.asked.connect(self._to_top)
        self._body = Column(gap=Gap.M)
        down.addLayout(self._body, 1)
        self._scroll = Scroll(inner, self)
        column.addWidget(self._scroll, 1)
        self._rule = Rule(self)
        column.addWidget(self._rule)
        self.foot = QWidget(self)
        foot = Row(self.foot, gap=Gap.S, margin=(Gap.XL, Gap.S, Gap.XL, Gap.S))
        self.steps = Row(gap=Gap.S)
        foot.addLayout(self.steps)
        foot.addStretch(1)
        self.save_button = PrimaryButton(_("Save"), self.foot, shortcut="Ctrl+S")
        self.save_button.clicked.connect(self.save)
        foot.add(self.mark.throw_button, self.save_button)
        column.addWidget(self.foot)

    def add_heading(self, form: SheetForm, words: str) -> None:
        """A heading between two groups of fields."""
        holder = QWidget(form)
        column = Column(holder, gap=Gap.NONE, margin=(Gap.NONE, Gap.M, Gap.NONE, Gap.NONE))
        label = PlainLabel(words, holder)
        label.set_tone("muted")
        column.addWidget(label)
        column.addWidget(Rule(holder))
        form.add_wide(holder)

    def _to_top(self) -> None:
        self._scroll.verticalScrollBar().setValue(0)

    # ------------------------------------------------------------------ state

    def _name_fields(self) -> None:
        for name in self.form.names:
            field: Any = self.form.field(name)
            label = self.form.label_of(name)
            if isinstance(field, InRows):
                self.typed.add_made(
                    name, label, field.plain, field.set_plain, field.changed, words=field.plain_words
                )
            elif not isinstance(field, SecretField):  # a password is never kept
                self.typed.add(name, label, field)
        self.typed.touched.connect(self._show_state)

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
        if not self._showing and self.view is not None:
            self.on_change()

    def _show_state(self, _key: str = "") -> None:
        self.save_button.setEnabled((self.is_dirty or self.is_new) and not self.is_busy)
        self.show_steps()

    def _said(self, row: R) -> str:
        return _("Saved: {name}.").format(name=self.words(row))

    def _stored(self, row: R) -> None:
        self.set_row(row)

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
