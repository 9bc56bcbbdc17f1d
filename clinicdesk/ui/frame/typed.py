"""What a person types in a panel: read as plain values, compared with what is stored, put back, and told in words.

A panel names its fields once. From then on the same few functions answer what is not saved yet, keep it as a draft, and
bring it together with what a colleague stored meanwhile, so that no panel has a rule of its own for any of these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.frame.keyboard import keyboard_kept
from clinicdesk.ui.kit import CheckField, ManyRow, SecretField
from clinicdesk.ui.kit.form import FormGrid

Plain = Any
"""A value that JSON can hold: text, number, truth, nothing, and lists and mappings of these."""

Values = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field: how it is read, written and said. ``read`` gives a plain value, which ``write`` takes back."""

    key: str
    label: str
    read: Callable[[], Plain]
    write: Callable[[Plain], None]
    words: Callable[[Plain], str]
    widget: QWidget | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the person and a colleague disagree: what each wants, as plain values and in words."""

    key: str
    label: str
    mine: Plain
    theirs: Plain
    mine_words: str
    theirs_words: str


class Typed(QObject):
    """The fields of one panel, in the order in which they are filled: a field that fills others comes before them."""

    touched = Signal(str)
    """The person changed the field of this key."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = parent
        self._fields: dict[str, TypedField] = {}
        self._settled: dict[str, Plain] = {}
        self._filling = 0

    # ------------------------------------------------------------------ which fields

    def add(self, key: str, label: str, widget: Any) -> None:
        """Name a field of the kit. A field for a secret is refused: a password is never kept."""
        if isinstance(widget, SecretField):
            raise TypeError("a secret is never kept as a draft")
        read, write = ways_of(widget)
        self._put_in(TypedField(key, label, read, write, words_for(widget), widget))
        _signal_of(widget).connect(lambda *_value, key=key, told=self._told: told(key))

    def add_form(self, form: FormGrid, *keys: str, prefix: str = "") -> None:
        """Name these fields of a form by their own keys and labels; without ``keys`` all of them."""
        for key in keys or form.keys():
            self.add(f"{prefix}{key}", form.label_of(key), form.field(key))

    def add_made(
        self,
        key: str,
        label: str,
        read: Callable[[], Plain],
        write: Callable[[Plain], None],
        changed: Any,
        *,
        words: Callable[[Plain], str] = str,
        widget: QWidget | None = None,
    ) -> None:
        """Name something that is no field of the kit. ``changed`` is its signal."""
        self._put_in(TypedField(key, label, read, write, words, widget))
        changed.connect(lambda *_value, key=key, told=self._told: told(key))

    def drop(self, prefix: str) -> None:
        """Forget the fields whose keys begin with ``prefix``: their widgets go and others come."""
        for key in [key for key in self._fields if key.startswith(prefix)]:
            del self._fields[key]
            self._settled.pop(key, None)

    def _put_in(self, field: TypedField) -> None:
        self._fields[field.key] = field
        self._settled[field.key] = field.read()

    @property
    def fields(self) -> tuple[TypedField, ...]:
        """Every field, in order."""
        return tuple(self._fields.values())

    # ------------------------------------------------------------------ what they hold

    def snapshot(self, keys: Collection[str] | None = None) -> dict[str, Plain]:
        """What stands in the fields now, or in these of them."""
        return {key: field.read() for key, field in self._fields.items() if keys is None or key in keys}

    @property
    def settled(self) -> Values:
        """What stood in the fields when they were last filled from the record, or saved."""
        return self._settled

    def unsaved(self) -> dict[str, Plain]:
        """What stands in the fields and is not in the record."""
        return {key: value for key, value in self.snapshot().items() if value != self._settled.get(key)}

    def settle(self, values: Values | None = None) -> None:
        """These values are in the record now; without ``values`` all that stands in the fields."""
        self._settled |= self.snapshot() if values is None else values

    def put(self, values: Values) -> None:
        """Write these values into their fields; a field that holds its value already is left alone, with its cursor."""
        with self.filling():
            for key, field in tuple(self._fields.items()):
                if key in values and field.read() != values[key]:
                    _write(field, values[key])

    def back(self) -> None:
        """Write what is in the record over what was typed."""
        self.put(dict(self._settled))

    def fill(self, show: Callable[[], None], *, but: frozenset[str] = frozenset()) -> tuple[Difference, ...]:
        """Let ``show`` fill the fields from the record, and put what was typed on top of it, ``but`` these fields.

        Gives the fields in which a colleague stored something else since: what was typed stands in them. What ``show``
        leaves alone is stored as it was. The keyboard stays in its field, at its letter.
        """
        mine = {key: value for key, value in self.unsaved().items() if key not in but}
        before = dict(self._settled)
        with keyboard_kept(self._panel), self.filling():
            self.put(before)
            show()
            self._settled = self.snapshot()
            return self.lay(mine, before)

    def lay(self, mine: Values, before: Values) -> tuple[Difference, ...]:
        """Put ``mine``, typed when the record held ``before``, on top of what the record holds now."""
        theirs = dict(self._settled)
        # Also what followed from one of them and was not typed: a procedure sets the lengths.
        self.put(theirs | self.unsaved() | dict(mine))
        return tuple(
            self._difference(key, value, theirs[key])
            for key, value in mine.items()
            if key in theirs and theirs[key] != before.get(key, theirs[key]) and theirs[key] != value
        )

    def words(self, values: Values) -> str:
        """These values as a person reads them: "Lifting limit: 5 pounds; Next visit: Friday"."""
        return "; ".join(
            _("{field}: {words}").format(field=field.label, words=_said(field, values[key]))
            for key, field in self._fields.items()
            if key in values
        )

    def _difference(self, key: str, mine: Plain, theirs: Plain) -> Difference:
        field = self._fields[key]
        return Difference(key, field.label, mine, theirs, _said(field, mine), _said(field, theirs))

    # ------------------------------------------------------------------ who changed them

    @property
    def is_filling(self) -> bool:
        """Whether the program changes the fields at the moment, and what follows from them is to be seen to afterwards."""
        return self._filling > 0

    @contextmanager
    def filling(self) -> Iterator[None]:
        """What changes in here is the program's doing, not the person's."""
        self._filling += 1
        try:
            yield
        finally:
            self._filling -= 1

    def _told(self, key: str) -> None:
        if not self._filling and key in self._fields:
            self.touched.emit(key)


def _write(field: TypedField, value: Plain) -> None:
    """A draft of an older program may hold what the field takes no longer; the field stays as it is then."""
    with suppress(TypeError, ValueError, KeyError):
        field.write(value)


def _said(field: TypedField, value: Plain) -> str:
    return field.words(value) or _("(empty)")


# ---------------------------------------------------------------------- the kit's fields


def ways_of(widget: Any) -> tuple[Callable[[], Plain], Callable[[Plain], None]]:
    """How a field is read and written. Of one that is typed, the letters: half a date is kept too."""
    if isinstance(widget, QLineEdit):
        return widget.text, widget.setText
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText, widget.setPlainText
    if isinstance(widget, ManyRow):
        return (lambda: _plain(widget.values())), (lambda value: widget.set_values(frozenset(value)))
    return (lambda: _plain(widget.value())), (lambda value: widget.set_value(_real(value)))


def _signal_of(widget: Any) -> Any:
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return widget.textChanged
    return widget.toggled if isinstance(widget, QAbstractButton) else widget.changed


def words_for(widget: Any) -> Callable[[Plain], str]:
    """How a plain value of this field of the kit reads."""
    if isinstance(widget, CheckField):
        return lambda value: _("yes") if value else _("no")
    words = getattr(widget, "words_for", None)
    if callable(words):
        return lambda value: str(words(_real(value)))
    return lambda value: "" if value is None else str(value)


def _plain(value: object) -> Plain:
    """A value of Python's as JSON holds it; `_real` is the way back."""
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    if isinstance(value, frozenset | set):
        return sorted((_plain(one) for one in value), key=str)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return str(value)
    return value


def _real(value: Plain) -> object:
    if isinstance(value, dict) and len(value) == 1:
        (kind, text), *_rest = value.items()
        made: dict[str, Callable[[str], object]] = {
            "instant": datetime.fromisoformat,
            "date": date.fromisoformat,
            "time": time.fromisoformat,
        }
        return made[kind](text) if kind in made else value
    return tuple(_real(one) for one in value) if isinstance(value, list) else value


__all__ = ["Difference", "Plain", "Typed", "TypedField", "Values", "ways_of", "words_for"]
