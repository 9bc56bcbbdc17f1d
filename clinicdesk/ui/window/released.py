"""What the quiet bar says of block time that has become everybody's."""

from __future__ import annotations

from collections.abc import Sequence

from clinicdesk.i18n import _, ngettext
from clinicdesk.services.housekeeping import ReleasedTime
from clinicdesk.ui.kit import format as fmt


def released_words(released: Sequence[ReleasedTime]) -> str:
    """``Released for everybody: Room 1, Thu 26 Nov (Dr Lin).``; of several the first, and how many more."""
    first, more = released[0], len(released) - 1
    day = fmt.short_day(first.of.day)
    if not more:
        return _("Released for everybody: {room}, {day} ({surgeon}).").format(
            room=first.room, day=day, surgeon=first.surgeon
        )
    return ngettext(
        "Released for everybody: {room}, {day} ({surgeon}), and {more} more day.",
        "Released for everybody: {room}, {day} ({surgeon}), and {more} more days.",
        more,
    ).format(room=first.room, day=day, surgeon=first.surgeon, more=more)
