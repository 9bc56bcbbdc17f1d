"""Set up: what is closed when, and whom it strands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.availability import (
    LONGEST_REASON,
    Closure,
    ClosureKind,
    wall_instant,
)
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import ClosureId, ResourceId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.domain.stranded import Change, Stranded
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services import availability, stranded
from clinicdesk.services.availability import Overview
from clinicdesk.ui.frame.targets import NewClosure, SetUpAt
from clinicdesk.ui.kit import (
    ComboField,
    DateField,
    LineField,
    PushButton,
    QuietButton,
    Row,
    TableColumn,
    TimeField,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations import Done, run_query
from clinicdesk.ui.places.setup.holidays import HolidaysPanel
from clinicdesk.ui.places.setup.sheet import SheetForm
from clinicdesk.ui.places.setup.stranded import StrandingSheet, WaitingPanel, to_move
from clinicdesk.ui.places.setup.times import TimesPage, beside

_DAY = timedelta(days=1)
_RECKONED = timedelta(days=50 * 366)
"""No day farther off is reckoned with: the calendar itself ends with the year 9999."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureWords:
    """A closure as the form has it: days, and times where it is not whole days."""

    resource_id: ResourceId | None
    kind: ClosureKind
    reason: str
    first_on: date
    from_at: time | None
    last_on: date
    until_at: time | None


def as_typed(closure: Closure) -> ClosureWords:
    """The days and times of a closure on the clinic's wall clock."""
    zone = fmt.habits().zone
    starts, ends = zone.local(closure.span.starts), zone.local(closure.span.ends)
    whole_first = closure.span.starts == zone.start_of(starts.date())
    whole_last = closure.span.ends == zone.start_of(ends.date())
    return ClosureWords(
        resource_id=closure.resource_id,
        kind=closure.kind,
        reason=closure.reason,
        first_on=starts.date(),
        from_at=None if whole_first else starts.time(),
        last_on=ends.date() - _DAY if whole_last else ends.date(),
        until_at=None if whole_last else ends.time(),
    )


def from_typed(closure: Closure, words: ClosureWords) -> Closure:
    """``closure`` with what was typed. Raises `BadInput` naming the field."""
    _check_years(words)
    if words.last_on < words.first_on:
        raise BadInput(_("The last day comes before the first. Put the earlier date first."), "last_on")
    starts, ends = _starts(words), _ends(words)
    if ends <= starts:
        raise BadInput(_("This ends before it starts. Put the earlier time first."), "last_on")
    return replace(
        closure,
        resource_id=words.resource_id,
        kind=words.kind,
        reason=words.reason,
        span=Span(starts, ends),
    )


def _check_years(words: ClosureWords) -> None:
    """Raise `BadInput` for days so far off that there is no reckoning with them, before whom they strand is asked."""
    today = fmt.today()
    if words.first_on < today - _RECKONED:
        raise BadInput(_("This is long over. Check the year."), "first_on")
    for field, day in (("first_on", words.first_on), ("last_on", words.last_on)):
        if day > today + _RECKONED:
            raise BadInput(_("This is more than five years ahead. Check the year."), field)


def _starts(words: ClosureWords) -> datetime:
    zone = fmt.habits().zone
    if words.from_at is None:
        return zone.start_of(words.first_on)
    return wall_instant(zone, words.first_on, words.from_at)


def _ends(words: ClosureWords) -> datetime:
    zone = fmt.habits().zone
    if words.until_at is None:
        return zone.start_of(words.last_on + _DAY)
    return wall_instant(zone, words.last_on, words.until_at)


def when(closure: Closure) -> str:
    """``Thu 26 Nov``, ``26 Nov 2026 to 3 Dec 2026``, or a day with its hours."""
    words = as_typed(closure)
    if words.first_on != words.last_on:
        return _("{first} to {last}").format(
            first=fmt.short_day(words.first_on), last=fmt.near_day(words.last_on, words.first_on)
        )
    day = fmt.near_day(words.first_on, fmt.today())
    if words.from_at is None and words.until_at is None:
        return day
    hours = fmt.clock_range(closure.span.starts, closure.span.ends)
    return _("{day} {time}").format(day=day, time=hours)


def shortly(closure: Closure) -> str:
    """When it is, in few words: of a part of a day only when it begins."""
    words = as_typed(closure)
    if words.first_on != words.last_on or words.from_at is None:
        return when(closure) if words.until_at is None else fmt.near_day(words.first_on, fmt.today())
    day = fmt.near_day(words.first_on, fmt.today())
    return _("{day} {time}").format(day=day, time=fmt.clock(words.from_at))


class ClosureSheet(StrandingSheet[Closure]):
    """The form of a closure."""

    edit_act = Act.ARRANGE_TIME
    label_width = 120

    def build(self, form: SheetForm) -> None:
        """What, why, from when to when."""
        self.resource_id = ComboField(_("Closed"), [(None, _("The whole clinic"))], form, width=320)
        self.kind = ComboField(_("Why"), [(kind, kind.label) for kind in ClosureKind], form)
        self.reason = LineField(_("In words"), form, longest=LONGEST_REASON, width=320)
        self.first_on = DateField(_("First day"), form, popup=True)
        self.last_on = DateField(_("Last day"), form, popup=True)
        self.from_at = TimeField(_("from"), form, hint=_("all day"))
        self.until_at = TimeField(_("until"), form, hint=_("all day"))
        form.add("resource_id", _("Closed"), self.resource_id)
        form.add("kind", _("Why"), self.kind)
        form.add(
            "reason", _("In words"), self.reason, help_text=_("Stands in the diary. Empty: the word above.")
        )
        form.add(
            "first_on",
            _("First day"),
            self.first_on,
            beside=beside(_("from"), self.from_at, form),
            required=True,
        )
        form.add(
            "last_on",
            _("Last day"),
            self.last_on,
            beside=beside(_("until"), self.until_at, form),
            required=True,
            help_text=_("Without times whole days are closed, the last one included."),
        )
        form.adopt("from_at", self.from_at)
        form.adopt("until_at", self.until_at)

    def _build_frame(self) -> None:
        super()._build_frame()
        self._names: dict[ResourceId, str] = {}
        self.remove_button = QuietButton(_("Remove this closure"), self.foot)
        self.remove_button.clicked.connect(self.remove)
        self.steps.addWidget(self.remove_button)

    def offer(self, overview: Overview) -> None:
        """Offer these units."""
        kept = self.resource_id.value()
        self._names = {unit.id: unit.name for unit in overview.units}
        units = [(unit.id, unit.name) for unit in overview.units if unit.active or unit.id == kept]
        with self.typed.filling():
            self.resource_id.set_options([(None, _("The whole clinic")), *units])

    def fill(self, row: Closure, *, new: bool) -> None:
        """Show the closure."""
        words = as_typed(row)
        for name in ("resource_id", "kind", "reason", "first_on", "from_at", "last_on", "until_at"):
            getattr(self, name).set_value(getattr(words, name))

    def taken(self, row: Closure) -> Closure:
        """The closure with what was typed."""
        for key, field in (("first_on", self.first_on), ("last_on", self.last_on)):
            if field.value() is None:
                raise BadInput(field.problem() or _("Type a day."), key)
        for key, at in (("first_on", self.from_at), ("last_on", self.until_at)):
            problem = at.problem()
            if problem:
                raise BadInput(problem, key)
        first, last = self.first_on.value(), self.last_on.value()
        assert first is not None
        assert last is not None
        return from_typed(
            row,
            ClosureWords(
                resource_id=self.resource_id.value(),
                kind=self.kind.value() or row.kind,
                reason=self.reason.value(),
                first_on=first,
                from_at=self.from_at.value(),
                last_on=last,
                until_at=self.until_at.value(),
            ),
        )

    def change_of(self, row: Closure) -> Change:
        """The closure itself."""
        return row

    def write(self, row: Closure, new: bool) -> Done[Closure]:
        """Store the closure over those who were seen."""
        if new:
            return availability.add_closure(self.desk, row, self.seen)
        return availability.change_closure(self.desk, row, self.seen)

    def put_back(self, before: Closure, now: Closure) -> Done[Any]:
        """The closure as it was, whoever it strands."""
        return availability.change_closure_back(self.desk, replace(before, version=now.version))

    def undo_of(self, before: Closure, new: bool) -> Callable[[Closure], Done[Any]] | None:
        """A new closure is removed again."""
        return self._remove_again if new else super().undo_of(before, new)

    def _remove_again(self, now: Closure) -> Done[Any]:
        return availability.remove_closure(self.desk, now.id, now.version)

    def words(self, row: Closure) -> str:
        """What is closed, and why."""
        return self.title_of(row)

    def title_of(self, row: Closure) -> str:
        """``C-arm 1: In repair``."""
        name = "" if row.resource_id is None else self._names.get(row.resource_id, "")
        return _("{unit}: {reason}").format(unit=name or _("The clinic"), reason=row.words)

    def version(self, row: Closure) -> int:
        """The version it was read at."""
        return row.version

    def heading(self, row: Closure, new: bool) -> tuple[str, str]:
        """What is closed, and when."""
        return (_("New closure"), "") if new else (self.title_of(row), when(row))

    def save_words(self, count: int) -> str:
        """The words on the button that closes over ``count`` booked cases."""
        return _("Close all the same ({count} to move)").format(count=count)

    def show_steps(self) -> None:
        """Offer to remove it."""
        super().show_steps()
        stands = self.row is not None and not self.is_new and not self.is_dirty
        self.remove_button.setVisible(stands and self.may_edit)

    def remove(self) -> None:
        """Open again what was closed; it can be taken back."""
        row = self.row
        if row is None or self.is_new:
            return
        self.do(
            partial(availability.remove_closure, self.desk, row.id, row.version),
            then=self._removed,
            said=_("Removed: {name}.").format(name=self.title_of(row)),
            undo=partial(availability.put_back_closure, self.desk),
        )

    def _removed(self, _row: Closure) -> None:
        self.finish()
        self.emptied.emit()


class ClosuresPage(TimesPage[Closure]):
    """What is closed, what comes next first."""

    subjects = frozenset({Subject.CLOSURE, Subject.BLOCK, Subject.RESOURCE, Subject.BOOKING, Subject.CLINIC})
    act = Act.ARRANGE_TIME

    def heading(self) -> str:
        """The section's title."""
        return _("Closures")

    def explanation(self) -> str:
        """What belongs here."""
        return _("When the clinic, a room, a machine or a person is not there: holidays, leave, repairs.")

    def add_words(self) -> str:
        """The words on the button."""
        return _("Add closure")

    def columns(self) -> Sequence[TableColumn[Closure]]:
        """When, and what for which reason."""
        return (
            TableColumn(heading=_("When"), text=shortly, width=156, struck=_is_over),
            TableColumn(heading=_("Closed"), text=self._what, struck=_is_over),
        )

    def make_sheet(self) -> ClosureSheet:
        """The form."""
        sheet = ClosureSheet(self.desk, self)
        sheet.move_asked.connect(self.move_asked)
        return sheet

    def _build(self) -> None:
        super()._build()
        self.holidays = HolidaysPanel(self.desk, self)
        self.holidays.move_asked.connect(self.move_asked)
        self.add_beside(self.holidays)
        self.waiting = WaitingPanel(self.desk, self)
        self.waiting.move_asked.connect(self.move_asked)
        self.add_beside(self.waiting)
        self.waiting_button = PushButton(to_move(0), self, icon="warning")
        self.waiting_button.clicked.connect(self.show_waiting)
        self.waiting_button.hide()
        self.head.addWidget(self.waiting_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _buttons(self) -> QWidget:
        holder = super()._buttons()
        self.holidays_button = PushButton(_("Holidays…"), self)
        self.holidays_button.clicked.connect(self.show_holidays)
        row = holder.layout()
        assert isinstance(row, Row)
        row.insertWidget(1, self.holidays_button)
        return holder

    def rows_of(self, overview: Overview) -> Sequence[Closure]:
        """What is to come by its start, then what is over, the latest first."""
        closures = overview.availability.closures
        to_come = [each for each in closures if not _is_over(each)]
        return (*to_come, *reversed([each for each in closures if _is_over(each)]))

    def told(self, overview: Overview) -> None:
        """Offer the units, and ask again whom the closure strands."""
        sheet = self.sheet
        assert isinstance(sheet, ClosureSheet)
        sheet.offer(overview)
        sheet.ask_stranded()
        run_query(self, partial(stranded.stranded, self.desk), done=self._show_waiting, latest="stranded")
        if self.sheets.currentWidget() is self.holidays:
            self.holidays.load()

    def same(self, row: Closure) -> object:
        """Closures are told apart by their row."""
        return row.id

    def blank(self) -> Closure:
        """Today, the whole clinic."""
        zone, today = fmt.habits().zone, fmt.today()
        return Closure(
            id=ClosureId(0),
            resource_id=None,
            kind=ClosureKind.OTHER,
            span=Span(*zone.day_bounds(today)),
        )

    def open_target(self, target: SetUpAt) -> None:
        """Begin a closure, or open one."""
        super().open_target(target)
        if isinstance(target, NewClosure) and self.may_edit:
            self.add()

    def show_holidays(self) -> None:
        """Show the public holidays to choose from."""
        self.show_beside(self.holidays)
        self.holidays.load()
        self.holidays.take_focus()

    def show_waiting(self) -> None:
        """Show everyone who has to move."""
        self.show_beside(self.waiting)

    def _show_waiting(self, found: tuple[Stranded, ...]) -> None:
        self.waiting_button.setVisible(bool(found))
        self.waiting_button.set_words(to_move(len(found)))
        self.waiting.show_cases(found)

    def _what(self, row: Closure) -> str:
        """What for which reason; of the whole clinic the reason alone."""
        name = self.unit(row.resource_id)
        return _("{unit}: {reason}").format(unit=name, reason=row.words) if name else row.words


def _is_over(row: Closure) -> bool:
    return row.span.ends <= fmt.habits().clock.now()
