"""Under the minutes of the booking form: what the surgeon's own cases say, beside the catalogue, and a key between the two.

A new booking starts from what was learned as soon as the surgeon is known, and this line says so. A length that somebody
typed is never overwritten, nor that of a booking which stands. Of a surgeon who would merely be taken it is only offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.durations import Learned
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services import durations
from clinicdesk.services.booking import Taken
from clinicdesk.services.desk import Desk
from clinicdesk.services.durations import Suggestion
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.kit import MutedLabel, QuietButton, Row
from clinicdesk.ui.panels.booking.fields import BookingFields
from clinicdesk.ui.theme import Gap

SWITCH_KEYS: Final = "Alt+L"

_Key = tuple[str, int, ResourceId]


class LengthLine(QWidget):
    """Follows procedure, levels and surgeon of the form, named or the one that would be taken; hidden while one is open."""

    def __init__(self, desk: Desk, life: Life[Any], fields: BookingFields) -> None:
        super().__init__(fields)
        self._desk, self._life = desk, life
        self._fields = fields
        self._chosen: _Key | None = None
        """What somebody chose, the surgeon among it."""
        self._key: _Key | None = None
        """What was looked up: the same, or with the surgeon who would be taken."""
        self._taken: ResourceId | None = None
        """The surgeon whom the booking would take where none was named."""
        self._found: Suggestion | None = None
        self._starts_from_it = True
        self._stands = self._keeps_catalogue = self._keeping = False
        row = Row(self, gap=Gap.S)
        self.words = MutedLabel("", self, wrap=True)
        self.switch = QuietButton(_("Use the other length"), self)
        row.addWidget(self.words, 1)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        self.switch.clicked.connect(self._switch)
        fields.put_beneath_minutes(self)
        self.hide()

    def add_key(self, form: QWidget) -> None:
        """The key that goes from one length to the other, from anywhere in ``form``."""
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(SWITCH_KEYS), form, context=inside).activated.connect(self._switch)

    def begin(self, *, new: bool) -> None:
        """Another record is shown: a new booking starts from what was learned, one that stands keeps its length."""
        self._chosen = self._key = self._found = self._taken = None
        self._starts_from_it, self._stands, self._keeps_catalogue = new, not new, False
        self.hide()

    def keeping(self, work: Callable[[], None]) -> None:
        """Do ``work``, which may name a surgeon, without another length: a time was found with this one."""
        self._keeping = True
        work()
        self._keeping = False

    def show_taken(self, taken: Iterable[Taken]) -> None:
        """Follow the surgeon whom the booking would take, too."""
        self._taken = next((each.unit.id for each in taken if each.kind is ResourceKind.SURGEON), None)
        self.follow()

    @property
    def is_surgeons_own(self) -> bool:
        """Whether each surgeon may be given their own length: nobody typed one, or asked for the catalogue's."""
        return self._starts_from_it and not self._keeps_catalogue and not self._fields.length_typed

    # Following the form.

    def follow(self) -> None:
        """The form says something else now."""
        chosen = self._asked(self._named)
        if chosen != self._chosen:
            self._starts_from_it = self._starts_from_it or (self._chosen is not None and not self._keeping)
            self._chosen = chosen
        key = chosen or self._asked(self._taken)
        if key != self._key:
            self._key, self._found = key, None
            if key is not None:
                self._life.ask(
                    partial(durations.learned, self._desk, *key),
                    partial(self._answered, key),
                    line="length",
                    failed=self._failed,
                )
        self._settle()

    def _asked(self, surgeon: ResourceId | None) -> _Key | None:
        """What can be learned about: procedure, number of levels, ``surgeon``."""
        procedure = self._fields.chosen_procedure()
        count = len(self._fields.levels.levels()) if self._fields.has_levels else 1
        if procedure is None or surgeon is None or not count:
            return None
        return procedure.key, count, surgeon

    @property
    def _named(self) -> ResourceId | None:
        return self._fields.units[ResourceKind.SURGEON].unit()

    def _answered(self, key: _Key, found: Suggestion) -> None:
        if key != self._key:
            return
        self._found = found
        if self._named is not None:
            if self._stands and self._minutes == found.minutes:
                self._fields.forget_typed_length()  # it came from here when the booking was made
            self._stands = False
        self._settle()

    def _failed(self, _fault: ClinicDeskError) -> None:
        """The catalogue's length stands; that it could not be compared is no problem of this booking."""
        self._found = None
        self.hide()

    def _settle(self) -> None:
        """Bring the length to what it starts from, unless somebody typed one, and say where it comes from."""
        found = self._found
        if self._named is None:
            if self._starts_from_it:
                self._fields.set_usual_length()
        elif found is not None and self._starts_from_it and not self._fields.length_typed:
            wanted = found.catalogue if self._keeps_catalogue else found.minutes
            if self._minutes != wanted:
                self._fields.set_length(wanted)  # comes back here by way of `changed`
                return
        self._tell()

    @property
    def _minutes(self) -> int:
        return self._fields.minutes.value("minutes")

    def _tell(self) -> None:
        found = self._found
        self.setVisible(found is not None and (found.learned is not None or found.cases > 0))
        if found is None:
            return
        self.words.setText(_sentence(found))
        other = self._other(found)
        self.switch.setVisible(other is not None)
        if other is not None:
            self.switch.set_words(_("Use {minutes}").format(minutes=other))
            tip = _("The catalogue's length") if other == found.catalogue else _("What these cases took")
            self.switch.set_tip(tip, SWITCH_KEYS)

    def _other(self, found: Suggestion) -> int | None:
        """The length that the key leads to: the learned one, or from there the catalogue's."""
        if found.learned is None:
            return None
        if self._minutes != found.learned.planned:
            return found.learned.planned
        return found.catalogue if found.catalogue != found.learned.planned else None

    def _switch(self) -> None:
        found = self._found
        other = None if found is None else self._other(found)
        if found is None or other is None:
            return
        self._keeps_catalogue = other == found.catalogue
        if self._named is None:  # one surgeon's length is no length for whoever is free
            self._fields.units[ResourceKind.SURGEON].set_unit(found.surgeon_id)
        self._fields.choose_length(other)


def _sentence(found: Suggestion) -> str:
    """What the cases say, what is planned from it on the diary's grid, and what the catalogue says."""
    learned = found.learned
    if learned is None:
        return _(
            "Catalogue: {length} min. {surgeon} has {cases} of the {least} cases that teach a length."
        ).format(
            length=found.catalogue,
            surgeon=found.surgeon,
            cases=found.cases,
            least=found.least_cases,
        )
    return _(
        "{surgeon}'s last {cases}: {share} up to {exact} min (likely {low} to {high}), half up to {median}. "
        "Planned {length}, catalogue {catalogue}."
    ).format(
        surgeon=found.surgeon,
        cases=learned.cases,
        length=learned.planned,
        share=_share(learned),
        exact=round(learned.exact),
        low=round(learned.low),
        high=round(learned.high),
        median=round(learned.median),
        catalogue=found.catalogue,
    )


def _share(learned: Learned) -> str:
    tens, rest = divmod(learned.percentile, 10)
    if rest:
        return _("{share} of 100").format(share=learned.percentile)
    return _("{share} of 10").format(share=tens)
