"""Fields in which a person types: one line, a note, a number, a secret."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.theme import Size, theme


class Field(QLineEdit):
    """What one-line fields have in common: the height of a control and a mark when something is wrong."""

    wanted_width: int = Size.FIELD

    def __init__(
        self, name: str, parent: QWidget | None = None, *, hint: str = "", width: int | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._wanted = width or self.wanted_width
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        self.setFixedHeight(theme().px(Size.CONTROL))
        self.setMinimumWidth(theme().px(min(self._wanted, Size.FIELD_SHORT)))
        self.setMaximumWidth(theme().px(self._wanted))

    def sizeHint(self) -> QSize:
        return QSize(theme().px(self._wanted), theme().px(Size.CONTROL))

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one the problem is about."""
        self.setProperty("wrong", "true" if wrong else "false")
        self.style().unpolish(self)
        self.style().polish(self)


class LineField(Field):
    """One line of text. `value()` is what was typed, without space around it."""

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        hint: str = "",
        width: int | None = None,
        longest: int = 200,
    ) -> None:
        super().__init__(name, parent, hint=hint, width=width)
        self.setMaxLength(longest)
        self.textChanged.connect(self._tell)

    def _tell(self, _text: str) -> None:
        self.changed.emit(self.value())

    def value(self) -> str:
        """What was typed, trimmed."""
        return self.text().strip()

    def set_value(self, value: str | None) -> None:
        """Show `value`."""
        self.setText(value or "")
        self.setCursorPosition(0)


class SecretField(LineField):
    """A password: shown as dots, never in undo history or in a suggestion."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, hint: str = "", width: int | None = None
    ) -> None:
        super().__init__(name, parent, hint=hint, width=width, longest=1024)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def value(self) -> str:
        """What was typed, untouched: a space may belong to a password."""
        return self.text()

    def set_shown(self, shown: bool) -> None:
        """Show the letters or dots."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class NumberField(Field):
    """A number within bounds, typed; `value()` is None while empty or not a number in them.

    Up and Down step it. Nothing is corrected behind the person's back: `problem()` says what is wrong.
    """

    changed = Signal()
    wanted_width = Size.FIELD_SHORT

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        lowest: float = 0,
        highest: float = 999,
        step: float = 1,
        decimals: int = 0,
        unit: str = "",
        hint: str = "",
        width: int | None = None,
    ) -> None:
        super().__init__(name, parent, hint=hint or unit, width=width)
        self.lowest, self.highest, self.step, self.decimals = lowest, highest, step, decimals
        self.setAccessibleDescription(unit)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textChanged.connect(self._tell)

    def _tell(self, _text: str) -> None:
        self.changed.emit()

    def _read(self) -> float | None:
        text = self.text().strip().replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            return None
        if number != number or abs(number) == float("inf"):
            return None
        return number

    def value(self) -> float | None:
        """The number, or None when there is none or it is out of bounds."""
        number = self._read()
        if number is None or not self.lowest <= number <= self.highest:
            return None
        return number if self.decimals else (number if number == int(number) else None)

    def whole(self) -> int | None:
        """The number as a whole number."""
        number = self.value()
        return None if number is None else int(number)

    def set_value(self, value: float | None) -> None:
        """Show `value`."""
        self.setText("" if value is None else f"{value:.{self.decimals}f}")

    def problem(self) -> str | None:
        """What is wrong with what was typed, or None; an empty field is not wrong by itself."""
        if not self.text().strip() or self.value() is not None:
            return None
        return _("Type a number from {lowest} to {highest}.").format(
            lowest=f"{self.lowest:.{self.decimals}f}", highest=f"{self.highest:.{self.decimals}f}"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        number = self._read()
        start = self.lowest - self.step if number is None else number
        self.set_value(max(self.lowest, min(self.highest, start + by * self.step)))
        self.selectAll()


class NoteField(QPlainTextEdit):
    """Several lines of plain text; Tab goes on to the next field. `value()` is trimmed."""

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        hint: str = "",
        lines: int = 3,
        longest: int = 10_000,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines = lines
        self.longest = longest
        theme().changed.connect(self._resize)
        self._resize()
        self.textChanged.connect(self._tell)

    def _resize(self) -> None:
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + theme().px(Size.CONTROL) // 2)
        self.setMaximumWidth(theme().px(Size.READING))

    def _tell(self) -> None:
        self.changed.emit(self.value())

    def value(self) -> str:
        """What was typed, trimmed."""
        return self.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        """Show `value`."""
        self.setPlainText(value or "")

    def problem(self) -> str | None:
        """What is wrong with what was typed, or None."""
        over = len(self.value()) - self.longest
        if over <= 0:
            return None
        return _("The note is {over} letters too long; {longest} fit.").format(
            over=over, longest=self.longest
        )

    def set_wrong(self, wrong: bool) -> None:
        """Mark the field as the one the problem is about."""
        self.setProperty("wrong", "true" if wrong else "false")
        self.style().unpolish(self)
        self.style().polish(self)
