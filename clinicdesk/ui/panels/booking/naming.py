"""The fields of the booking form, named as ones that a person types in a panel: a choice before what follows from it."""

from __future__ import annotations

from clinicdesk.i18n import _
from clinicdesk.ui.case.boxes import MinutesField
from clinicdesk.ui.frame.typed import Typed
from clinicdesk.ui.panels.booking.fields import BookingFields


def name_fields(typed: Typed, fields: BookingFields) -> None:
    """Name every field of the form; of the length only what is somebody's own is kept, the rest follows again."""
    typed.add("procedure", fields.label_of("procedure"), fields.procedure)
    levels = fields.levels
    typed.add_made(
        "levels",
        fields.label_of("levels"),
        levels.line.text,
        levels.set_text,
        levels.changed,
        widget=levels.line,
    )
    for key, choice in (("side", fields.side), ("sedation", fields.sedation), ("setting", fields.setting)):
        typed.add(key, fields.label_of(key), choice)
    typed.add("mac", fields.mac.text(), fields.mac)
    _name_lengths(typed, fields)
    typed.add("starts", fields.label_of("starts"), fields.day)
    typed.add("time", fields.label_of("time"), fields.time)
    for kind, unit in fields.units.items():
        typed.add_made(
            kind.value, kind.label, unit.unit, unit.set_unit, unit.changed, words=unit.words_for, widget=unit
        )
    for key, field in (
        ("diagnosis", fields.diagnosis),
        ("pain_before", fields.pain),
        ("notes", fields.notes),
    ):
        typed.add(key, fields.label_of(key), field)


def _name_lengths(typed: Typed, fields: BookingFields) -> None:
    for name in MinutesField.names:
        number = fields.minutes.number(name)
        if name != "minutes":
            typed.add(name, number.accessibleName(), number)
            continue
        typed.add_made(
            name,
            number.accessibleName(),
            fields.own_length,
            fields.take_length,
            number.changed,
            words=_length_words,
            widget=number,
        )


def _length_words(typed: str | None) -> str:
    return _("the usual length") if typed is None else typed
