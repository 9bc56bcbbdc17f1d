"""Every field of the booking form beneath the patient: reads them into a draft, and fills them from one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import Booking, BookingDraft, Setting, Side
from clinicdesk.domain.catalogue import NeedWhen, Procedure, Sedation, SedationLevel, needs_anesthesia
from clinicdesk.domain.ids import PatientId, ResourceId
from clinicdesk.domain.levels import LevelKind, parse_levels
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext
from clinicdesk.services.booking import Offer, Taken, filled_draft
from clinicdesk.services.slots import FoundSlot
from clinicdesk.ui.case.boxes import Box, FreeTimes, LevelsField, MinutesField, UnitField
from clinicdesk.ui.case.spine import SpinePicker
from clinicdesk.ui.kit import (
    CheckField,
    Column,
    ComboField,
    DateField,
    LineField,
    MutedLabel,
    NoteField,
    NumberField,
    QuietButton,
    Row,
    SegmentedRow,
    TimeField,
)
from clinicdesk.ui.theme import Gap, Size

_FIRST_UNITS = (ResourceKind.SURGEON, ResourceKind.ROOM)
_MORE_UNITS = (
    ResourceKind.C_ARM,
    ResourceKind.ANESTHESIA,
    ResourceKind.NURSE,
    ResourceKind.BAY,
    ResourceKind.BED,
)


class BookingFields(QWidget):
    """What is to be done, how, when and with whom. `changed` after each edit; `draft` reads it all."""

    changed = Signal()
    when_changed = Signal()
    """The day, the procedure or a unit was edited: other free times may be proposed."""
    length_followed = Signal()
    """A length that stood as somebody's own turned out to follow from the choices."""
    entered = Signal()
    """Enter was pressed in a field of one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer = Offer(procedures=(), sedations=(), units=())
        self._boxes: dict[str, Box] = {}
        self._minutes_touched = self._length_chosen = False
        self._filling = False
        self._more_shown = False
        self._needed: frozenset[ResourceKind] = frozenset()
        self._listed: dict[ResourceKind, ResourceId] = {}
        self._make()
        self._lay()
        self._connect()
        self._show_parts()

    # Building.

    def _make(self) -> None:
        self.procedure = ComboField(
            _("Procedure or visit"), (), self, hint=_("Choose, or type its first letters"), width=Size.READING
        )
        self.spine = SpinePicker(self)
        self.levels = LevelsField(self.spine, self)
        self.side = ComboField(
            _("Side"),
            [(side, side.label) for side in Side],
            self,
            hint=_("Choose"),
            width=Size.FIELD_SHORT * 2,
        )
        self.minutes = MinutesField(self)
        self.sedation = SegmentedRow(_("Sedation"), _sedations(Sedation), self)
        self.mac = CheckField(_("Monitored anesthesia care"), _("MAC"), self)
        self.setting = SegmentedRow(
            _("Stay"), [(Setting.HOME, _("Home")), (Setting.OVERNIGHT, _("Overnight"))], self
        )
        self.day = DateField(_("Day"), self, popup=True, width=Size.FIELD_SHORT * 2)
        self.time = TimeField(_("Start"), self)
        self.units = {kind: UnitField(kind, self) for kind in (*_FIRST_UNITS, *_MORE_UNITS)}
        self.takes = MutedLabel("", self, wrap=True)
        self.more = QuietButton(_("Choose units"), self)
        self.diagnosis = LineField(
            _("Diagnosis"), self, hint=_("M80.08XA"), width=Size.FIELD_SHORT * 2, longest=12
        )
        self.pain = NumberField(_("Pain now, 0 to 10"), self, highest=10, hint=_("0 to 10"))
        self.notes = NoteField(_("Notes"), self, lines=2, longest=4000)

    def _lay(self) -> None:
        column = Column(self, gap=Gap.S)
        column.addWidget(self._box("procedure", _("Procedure or visit"), self.procedure))
        across = Row(gap=Gap.L)
        self._right = QWidget(self)
        right = Column(self._right, gap=Gap.S)
        right.addLayout(
            self._pair(self._box("levels", _("Levels"), self.levels), self._box("side", _("Side"), self.side))
        )
        right.addWidget(self._box("sedation", _("Sedation"), self.sedation))
        right.addLayout(self._stay_row())
        right.addLayout(
            self._pair(self._box("starts", _("Day"), self.day), self._box("time", _("Start"), self.time))
        )
        self.free = FreeTimes(self)
        right.addWidget(self.free)
        right.addWidget(self.minutes)
        self._beneath_minutes = Column(gap=Gap.NONE)
        right.addLayout(self._beneath_minutes)
        right.addLayout(self._pair(*(self._unit_box(kind) for kind in _FIRST_UNITS)))
        right.addLayout(self._takes_row())
        right.addLayout(self._pair(*(self._unit_box(kind) for kind in _MORE_UNITS[:2])))
        right.addLayout(self._pair(*(self._unit_box(kind) for kind in _MORE_UNITS[2:4])))
        right.addLayout(self._pair(self._unit_box(_MORE_UNITS[4])))
        right.addLayout(
            self._pair(
                self._box("diagnosis", _("Diagnosis"), self.diagnosis),
                self._box("pain_before", _("Pain now"), self.pain),
            )
        )
        right.addWidget(self._box("notes", _("Notes"), self.notes))
        right.addStretch(1)
        across.addWidget(self.spine, 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(self._right, 1)
        column.addLayout(across)
        for name, box in self.minutes.boxes.items():
            self._boxes[name] = box

    def _box(self, key: str, label: str, field: QWidget) -> Box:
        box = Box(label, field, self)
        self._boxes[key] = box
        return box

    def _unit_box(self, kind: ResourceKind) -> Box:
        return self._box(kind.value, kind.label, self.units[kind])

    def _pair(self, *boxes: Box) -> Row:
        row = Row(gap=Gap.S)
        for box in boxes:
            row.addWidget(box, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        return row

    def _stay_row(self) -> Row:
        row = Row(gap=Gap.L)
        row.addWidget(self._box("setting", _("Stay"), self.setting), 0, Qt.AlignmentFlag.AlignTop)
        self._mac_box = self._box("mac", _("Anesthesia service"), self.mac)
        row.addWidget(self._mac_box, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        return row

    def _takes_row(self) -> Row:
        row = Row(gap=Gap.S)
        row.addWidget(self.takes, 1)
        row.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _connect(self) -> None:
        self.procedure.changed.connect(self._procedure_chosen)
        self.levels.changed.connect(self._levels_chosen)
        self.sedation.changed.connect(self._sedation_chosen)
        self.setting.changed.connect(self._sedation_chosen)
        self.mac.toggled.connect(self._sedation_chosen)
        self.minutes.changed.connect(self._minutes_edited)
        self.day.changed.connect(self._when_edited)
        self.time.changed.connect(self._edited)
        for unit in self.units.values():
            unit.changed.connect(self._when_edited)
        for field in (self.side, self.diagnosis, self.pain, self.notes):
            field.changed.connect(self._edited)
        self.more.clicked.connect(self._toggle_more)
        self.free.chosen.connect(self._take_time)
        for line in self.findChildren(QLineEdit):
            line.returnPressed.connect(self.entered)
        self.spine.entered.connect(self.entered)

    def label_of(self, key: str) -> str:
        """The words over a field."""
        return self._boxes[key].label.text()

    def own_length(self) -> str | None:
        """The length as somebody typed or chose it; None while it follows from the other choices."""
        own = self._minutes_touched or self._length_chosen
        return self.minutes.number("minutes").text() if own else None

    def take_length(self, typed: str | None) -> None:
        """Put back what `own_length` gave."""
        self._minutes_touched = typed is not None
        self._length_chosen = False
        if typed is None:
            self.set_usual_length()
        else:
            with QSignalBlocker(self.minutes):
                self.minutes.number("minutes").setText(typed)

    # What it offers and holds.

    def offer(self, offer: Offer) -> None:
        """Offer procedures, depths of sedation and units."""
        self._filling = True
        self._offer = offer
        self.procedure.set_options([(each.key, each.name) for each in offer.procedures])
        self.sedation.set_options(_sedations(level.key for level in offer.sedations))
        for kind, field in self.units.items():
            field.offer(offer.of_kind(kind))
        self._filling = False

    def chosen_procedure(self) -> Procedure | None:
        """The procedure or visit chosen."""
        key = self.procedure.value()
        return next((each for each in self._offer.procedures if each.key == key), None)

    def draft(self, patient_id: PatientId, zone: ClinicZone) -> tuple[BookingDraft | None, dict[str, str]]:
        """What is typed, and what of it cannot be read, by field; no draft while there is no procedure."""
        procedure = self.chosen_procedure()
        if procedure is None:
            return None, {}
        problems = self._unreadable()
        starts: datetime | None = None
        try:
            starts = self.starts(zone)
        except BadInput as wrong:
            problems["starts"] = wrong.sentence
        draft = BookingDraft(
            patient_id=patient_id,
            procedure_key=procedure.key,
            levels=tuple(str(level) for level in self.levels.levels()),
            side=self.side.value() if procedure.has_side else None,
            diagnosis=self.diagnosis.value(),
            sedation=self.sedation.value() or Sedation.LOCAL.value,
            mac=self.mac.isChecked() and not self._mac_box.isHidden(),
            setting=self.setting.value() or Setting.HOME,
            starts=starts,
            minutes=self.minutes.value("minutes"),
            setup_minutes=self.minutes.value("setup_minutes"),
            turnover_minutes=self.minutes.value("turnover_minutes"),
            recovery_minutes=self.minutes.value("recovery_minutes"),
            units=tuple(
                (kind, unit)
                for kind, field in self.units.items()
                if kind in self._needed and (unit := field.unit()) is not None
            ),
            pain_before=self.pain.whole(),
            notes=self.notes.value(),
        )
        return draft, problems

    def starts(self, zone: ClinicZone) -> datetime | None:
        """The start, if day and time are there. Raises `BadInput` for a time that the change of clocks skips."""
        day, at = self.day.value(), self.time.value()
        return None if day is None or at is None else zone.at(day, at)

    def _unreadable(self) -> dict[str, str]:
        found = {
            "levels": self.levels.problem() if self.has_levels else "",
            "starts": self.day.problem() or "",
            "time": self.time.problem() or "",
            "pain_before": self.pain.problem() or "",
            "notes": self.notes.problem() or "",
        }
        return {key: sentence for key, sentence in found.items() if sentence}

    @property
    def has_levels(self) -> bool:
        """Whether the procedure is done at levels."""
        procedure = self.chosen_procedure()
        return procedure is not None and procedure.level_kind is not LevelKind.NONE

    def fill(self, draft: BookingDraft, zone: ClinicZone, units: Sequence[ResourceKind]) -> None:
        """Show a draft; of its units only those of the kinds ``units`` are asked for, the others stay "any"."""
        self._filling = True
        self.procedure.set_value(draft.procedure_key)
        procedure = self.chosen_procedure()
        if procedure is not None:
            self.levels.offer(procedure)
            usual = filled_draft(procedure, draft.patient_id, draft.levels).minutes
            self._minutes_touched = draft.minutes != usual
        self._length_chosen = False
        self.levels.set_levels(parse_levels(",".join(draft.levels)))
        self.side.set_value(draft.side)
        self.sedation.set_value(draft.sedation)
        self.mac.setChecked(draft.mac)
        self.setting.set_value(draft.setting)
        for name in MinutesField.names:
            self.minutes.set_value(name, getattr(draft, name))
        self.day.set_value(None)
        self.time.set_value(None)
        if draft.starts is not None:
            self.set_start(draft.starts, zone)
        for kind, field in self.units.items():
            field.set_unit(draft.unit(kind) if kind in units else None)
        self.diagnosis.set_value(draft.diagnosis)
        self.pain.set_value(draft.pain_before)
        self.notes.set_value(draft.notes)
        self._filling = False
        self._show_parts()
        self._edited()

    def clear(self) -> None:
        """Empty every field."""
        self._filling = True
        self._minutes_touched = self._length_chosen = False
        self.procedure.set_value(None)
        self.spine.offer(LevelKind.VERTEBRAE, ())
        self.levels.set_levels(())
        for choice in (self.side, self.sedation, self.setting):
            choice.set_value(None)
        self.mac.setChecked(False)
        self.day.set_value(None)
        self.time.set_value(None)
        self._listed = {}
        for unit in self.units.values():
            unit.set_unit(None)
        for line in (self.diagnosis, self.pain, self.notes):
            line.set_value(None)
        for name in MinutesField.names:
            self.minutes.number(name).set_value(None)
        self._filling = False
        self.show_problems({})
        self.show_taken(())
        self.free.show_times(())
        self._show_parts()

    def set_start(self, starts: datetime, zone: ClinicZone) -> None:
        """Show a day and a time."""
        wall = zone.local(starts)
        self.day.set_value(wall.date())
        self.time.set_value(wall.time().replace(second=0, microsecond=0))

    def take(self, slot: FoundSlot, zone: ClinicZone) -> None:
        """Show the start of a time that was found, and the surgeon, the room and the length it was found with.

        The other units stay as they are: where they were left open any free one will do.
        """
        self._filling = True
        self.set_start(slot.starts, zone)
        if slot.minutes != self.minutes.value("minutes"):
            self._set_minutes(slot.minutes)
        for kind in _FIRST_UNITS:
            unit = slot.unit(kind)
            if unit is not None:
                if self.units[kind].unit() in (None, self._listed.get(kind)):
                    self._listed[kind] = unit.id
                self.units[kind].set_unit(unit.id)
        self._filling = False
        self._when_edited()

    def without_listed(self, draft: BookingDraft, before: Booking | None) -> BookingDraft:
        """``draft`` without the units that only the list of times filled in, and without the room it would leave.

        They were no wish: another time may be had in another room, or with another surgeon.
        """
        left = self._listed.items() | (
            {(kind, unit) for kind, unit in before.draft.units if kind is ResourceKind.ROOM}
            if before
            else set()
        )
        return replace(draft, units=tuple(unit for unit in draft.units if unit not in left))

    def put_beneath_minutes(self, line: QWidget) -> None:
        """Give a line about the lengths its place."""
        self._beneath_minutes.addWidget(line)

    @property
    def length_typed(self) -> bool:
        """Whether somebody typed the procedure's minutes: then nothing else changes them."""
        return self._minutes_touched

    def forget_typed_length(self) -> None:
        """The minutes are no longer somebody's own: what follows from a choice may change them again."""
        self._minutes_touched = False
        self.length_followed.emit()

    def choose_length(self, minutes: int) -> None:
        """Plan so many minutes, because somebody chose them: they are kept as theirs."""
        self._length_chosen = True
        self.set_length(minutes)

    def set_length(self, minutes: int) -> None:
        """Plan so many minutes, which nobody typed."""
        self._minutes_touched = False
        self._set_minutes(minutes)
        self._when_edited()

    def set_usual_length(self) -> None:
        """Plan what the catalogue says, unless somebody typed a length."""
        usual = self.usual_length()
        if usual is None or self._minutes_touched or self._filling:
            return
        if usual != self.minutes.value("minutes"):
            self.set_length(usual)

    def usual_length(self) -> int | None:
        """The minutes that the catalogue says; None without a procedure."""
        procedure = self.chosen_procedure()
        if procedure is None:
            return None
        return filled_draft(procedure, PatientId(0), tuple(map(str, self.levels.levels()))).minutes

    def set_day(self, day: date) -> None:
        """Show a day."""
        self.day.set_value(day)

    def show_problems(self, problems: dict[str, str]) -> None:
        """Put each sentence under its field, and take the others back."""
        for key, box in self._boxes.items():
            box.set_problem(problems.get(key, ""))
        self.spine.set_wrong("levels" in problems)

    def knows(self, field: str | None) -> bool:
        """Whether a problem of that field has a place here."""
        return field in self._boxes and not self._boxes[field].isHidden()

    def focus_on(self, field: str) -> None:
        """Give the keyboard to a field."""
        self._boxes[field].field.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_taken(self, taken: Iterable[Taken]) -> None:
        """Say which units the booking would take."""
        names = {each.kind: each.unit.name for each in taken if not each.chosen}
        for kind, field in self.units.items():
            field.show_taken(names.get(kind, ""))
        others = [names[kind] for kind in _MORE_UNITS if kind in names]
        chosen = [
            self.units[kind].currentText() for kind in _MORE_UNITS if self.units[kind].unit() is not None
        ]
        listed = [*chosen, *others]
        self.takes.setText(_("Takes {units}").format(units=", ".join(listed)) if listed else "")

    # What follows from a choice.

    def _procedure_chosen(self) -> None:
        procedure = self.chosen_procedure()
        if procedure is None or self._filling:
            return
        self._filling = True
        self._minutes_touched = self._length_chosen = False
        self.levels.offer(procedure)
        defaults = filled_draft(procedure, PatientId(0), tuple(map(str, self.levels.levels())))
        self.sedation.set_value(defaults.sedation)
        self.setting.set_value(defaults.setting)
        self.mac.setChecked(False)
        for name in MinutesField.names:
            self.minutes.set_value(name, getattr(defaults, name))
        self._filling = False
        self._show_parts()
        self._when_edited()

    def _levels_chosen(self) -> None:
        usual = self.usual_length()
        if self._filling or usual is None:
            return
        if not self._minutes_touched:
            self._set_minutes(usual)
        self._when_edited()

    def _set_minutes(self, minutes: int) -> None:
        with QSignalBlocker(self.minutes):
            self.minutes.set_value("minutes", minutes)

    def _sedation_chosen(self, _checked: bool = False) -> None:
        if not self._filling:
            self._show_parts()
            self._when_edited()

    def _minutes_edited(self, name: str) -> None:
        if not self._filling:
            self._minutes_touched |= name == "minutes"
            self._when_edited()

    def _when_edited(self) -> None:
        if not self._filling:
            self.when_changed.emit()
            self._edited()

    def _edited(self, *_args: object) -> None:
        if not self._filling:
            self._tell_sum()
            self.changed.emit()

    def _tell_sum(self) -> None:
        count = len(self.levels.levels())
        words = "" if not count or not self.has_levels else _levels_words(count)
        self.minutes.sum.setText(words)

    def _take_time(self, at: time) -> None:
        self.time.set_value(at)

    def _toggle_more(self) -> None:
        self._more_shown = not self._more_shown
        self._show_parts()

    def _show_parts(self) -> None:
        """Show what this procedure needs, and nothing else."""
        procedure = self.chosen_procedure()
        self._right.setVisible(procedure is not None)
        self.spine.setVisible(self.has_levels)
        if procedure is None:
            return
        visit = procedure.is_visit
        self._boxes["levels"].setVisible(self.has_levels)
        self._boxes["side"].setVisible(procedure.has_side)
        self._boxes["sedation"].setVisible(not visit)
        self._boxes["setting"].setVisible(procedure.may_stay)
        self._mac_box.setVisible(not visit)
        self._boxes["diagnosis"].setVisible(not visit)
        self._boxes["pain_before"].setVisible(not visit)
        self._needed = self._kinds(procedure)
        for kind in _FIRST_UNITS:
            self._boxes[kind.value].setVisible(kind in self._needed)
        others = [kind for kind in _MORE_UNITS if kind in self._needed]
        for kind in _MORE_UNITS:
            self._boxes[kind.value].setVisible(kind in others and self._more_shown)
        self.more.setVisible(bool(others))
        self.takes.setVisible(bool(others))
        self.more.set_words(_("Fewer") if self._more_shown else _("Choose units"))
        self._tell_sum()

    def _kinds(self, procedure: Procedure) -> frozenset[ResourceKind]:
        """The kinds this case needs with the sedation and stay that are chosen."""
        level = self._level()
        anesthesia = needs_anesthesia(level, self.mac.isChecked())
        applies = {
            NeedWhen.ALWAYS: True,
            NeedWhen.ANESTHESIA: anesthesia,
            NeedWhen.SEDATION_NURSE: not anesthesia and level is not None and level.provider.value == "nurse",
            NeedWhen.OVERNIGHT: self.setting.value() is Setting.OVERNIGHT,
        }
        return frozenset(kind for need in procedure.needs if applies[need.when] for kind in need.kinds)

    def _level(self) -> SedationLevel | None:
        key = self.sedation.value()
        return next((level for level in self._offer.sedations if level.key == key), None)


def _sedations(keys: Iterable[Sedation]) -> list[tuple[str, str]]:
    words = {
        Sedation.LOCAL: _("Local"),
        Sedation.MINIMAL: _("Minimal"),
        Sedation.MODERATE: _("Moderate"),
        Sedation.DEEP: _("Deep"),
        Sedation.GENERAL: _("General"),
    }
    return [(key.value, words[key]) for key in keys]


def _levels_words(count: int) -> str:
    return ngettext("{count} level", "{count} levels", count).format(count=count)
