"""What has to be ready: what is missing before the cases of the next days, and who has to be called to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import attrgetter
from typing import ClassVar, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.domain.confirming import ConfirmLine
from clinicdesk.domain.ids import BookingId
from clinicdesk.domain.levels import with_levels
from clinicdesk.i18n import _
from clinicdesk.services import confirming, preparation
from clinicdesk.services.desk import Desk
from clinicdesk.services.preparation import Checklist
from clinicdesk.ui.calling import words as call_words
from clinicdesk.ui.case.preparation import words
from clinicdesk.ui.case.preparation.looks import DayCell, MissingCell
from clinicdesk.ui.frame.listing import ListView
from clinicdesk.ui.frame.place import Command, Place, PlaceCount, Shell
from clinicdesk.ui.frame.targets import (
    ChecklistOf,
    ConfirmCallOf,
    PlainPlace,
    Prepare,
    PrepareMissing,
    PrepareTarget,
    PrepareToConfirm,
)
from clinicdesk.ui.kit import EmptyState, Paint, SegmentedRow, Stack, TableColumn
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.theme import Size, theme

MISSING, CONFIRM = "missing", "confirm"
_DAY, _WHAT = 0, 4
_SHOWN: Final = frozenset(
    {
        Subject.PREPARATION,
        Subject.BOOKING,
        Subject.PATIENT,
        Subject.CATALOGUE,
        Subject.CLINIC,
        Subject.CLOSURE,
        Subject.BRACE,
    }
)


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A case of which something is missing, as it stands today."""

    case: Checklist
    day: date

    @property
    def booking_id(self) -> BookingId:
        """The booking of the row."""
        return self.case.booking_id

    @property
    def alarming(self) -> bool:
        """Whether something should have been done by now."""
        return any(point.state.is_alarming for point in self.case.missing)


@dataclass(frozen=True, slots=True)
class ConfirmRow:
    """A case to confirm."""

    line: ConfirmLine
    day: date
    today: date

    @property
    def booking_id(self) -> BookingId:
        """The booking of the row."""
        return self.line.booking_id

    @property
    def alarming(self) -> bool:
        """A call is never late by itself."""
        return False


class PreparePlace(Place[PrepareTarget]):
    """The two lists.

    Enter opens the chosen row at the right; Escape closes it.
    """

    home: ClassVar[PlainPlace] = Prepare()
    icon_name: ClassVar[str] = "prepare"
    counts: ClassVar[frozenset[Subject]] = _SHOWN

    def __init__(self, desk: Desk, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(desk, shell, parent)
        self.tabs = SegmentedRow(_("Which list"), [(MISSING, ""), (CONFIRM, "")], self)
        self.tabs.set_value(MISSING)
        self.tabs.changed.connect(self._show_tab)
        self.missing = self._make_missing()
        self.confirm = self._make_confirm()
        self._stack = Stack(self)
        for each in (self.missing, self.confirm):
            each.shown.connect(self._show_counts)
            each.unread.connect(self.show_problem)
            self._stack.addWidget(each)
        self.page.addWidget(self.tabs)
        self.page.addWidget(self._stack, 1)
        hub().minute.connect(self._ticked)
        self._show_counts()

    def _make_missing(self) -> ListView[MissingRow, MissingRow]:
        made: ListView[MissingRow, MissingRow] = ListView(
            self,
            name=_("What is missing"),
            columns=_missing_columns(),
            key=attrgetter("booking_id"),
            read=self._read_missing,
            rows=tuple,
            empty=EmptyState("prepare", _("Nothing is missing for the next days.")),
        )
        self._missing_looks = (DayCell(made.table), MissingCell(made.table))
        made.table.setItemDelegateForColumn(_DAY, self._missing_looks[0])
        made.table.setItemDelegateForColumn(_WHAT, self._missing_looks[1])
        made.opened.connect(self._open_checklist)
        return made

    def _make_confirm(self) -> ListView[ConfirmLine, ConfirmRow]:
        made: ListView[ConfirmLine, ConfirmRow] = ListView(
            self,
            name=_("To confirm"),
            columns=_confirm_columns(),
            key=attrgetter("booking_id"),
            read=partial(confirming.to_confirm, self.desk),
            rows=self._to_confirm,
            empty=EmptyState("calls", _("Everybody of the next days has confirmed.")),
        )
        self._confirm_look = DayCell(made.table)
        made.table.setItemDelegateForColumn(_DAY, self._confirm_look)
        made.opened.connect(self._open_call)
        return made

    @classmethod
    def title(cls) -> str:
        return _("Prepare")

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        return PlaceCount(preparation.count_missing(desk))

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return (
            Command(title=_("What is missing for the next days"), run=_go_missing, icon="prepare"),
            Command(title=_("Confirm cases by phone"), run=_go_confirm, icon="calls"),
        )

    def take_focus(self) -> None:
        shown = self.confirm if self.tabs.value() == CONFIRM else self.missing
        shown.table.setFocus()

    def refresh(self, changes: Changes | None) -> None:
        if changes is None or touches(changes, _SHOWN):
            self.missing.load()
            self.confirm.load()

    def open_target(self, target: PrepareTarget) -> None:
        self.tabs.set_value(CONFIRM if isinstance(target, PrepareToConfirm) else MISSING)

    # ------------------------------------------------------------------ the lists

    def _read_missing(self) -> Sequence[MissingRow]:
        days = preparation.missing(self.desk)
        return [MissingRow(case, day.day) for day in days for case in day.cases]

    def _to_confirm(self, lines: Sequence[ConfirmLine]) -> Sequence[ConfirmRow]:
        """Nobody is called for a case whose time has come."""
        today, now = fmt.today(), self.desk.clock.now()
        return [
            ConfirmRow(line, fmt.local(line.starts).date(), today) for line in lines if line.starts >= now
        ]

    def _ticked(self) -> None:
        """A minute has gone."""
        now = self.desk.clock.now()
        if any(row.line.starts < now for row in self.confirm.rows()):
            self.confirm.show_again()

    def _show_counts(self) -> None:
        chosen = self.tabs.value() or MISSING
        missing, calls = len(self.missing.rows()), len(self.confirm.rows())
        self.tabs.blockSignals(True)
        self.tabs.set_options(
            [
                (MISSING, _("Missing  {count}").format(count=fmt.number(missing))),
                (CONFIRM, _("Confirm by phone  {count}").format(count=fmt.number(calls))),
            ]
        )
        self.tabs.set_value(chosen)
        self.tabs.blockSignals(False)

    # ------------------------------------------------------------------ opening

    def _show_tab(self) -> None:
        self._stack.setCurrentIndex(1 if self.tabs.value() == CONFIRM else 0)

    def _open_checklist(self, row: MissingRow) -> None:
        self.shell.open(ChecklistOf(booking_id=row.booking_id))

    def _open_call(self, row: ConfirmRow) -> None:
        ids = [each.booking_id for each in self.confirm.rows()]
        after = tuple(ids[ids.index(row.booking_id) + 1 :])
        self.shell.open(ConfirmCallOf(booking_id=row.booking_id, following=after))

    def minimumSizeHint(self) -> QSize:
        """Small enough for any window: the panel at the right says what the list has no room for."""
        return QSize(theme().px(Size.SIDE_PANEL), super().minimumSizeHint().height())


def _go_missing(shell: Shell) -> None:
    shell.go(PrepareMissing())


def _go_confirm(shell: Shell) -> None:
    shell.go(PrepareToConfirm())


# ---------------------------------------------------------------------- columns


def _missing_columns() -> tuple[TableColumn[MissingRow], ...]:
    return (
        TableColumn(heading=_("Day"), text=_day, width=104),
        TableColumn(heading=_("Time"), text=_missing_time, width=80, paint=Paint.FIGURES, drop=1),
        TableColumn(heading=_("Patient"), text=_missing_patient, paint=Paint.STRONG, width=192),
        TableColumn(heading=_("Procedure"), text=_missing_what, width=208, drop=2),
        TableColumn(heading=_("Missing"), text=_missing_words, least=280),
    )


def _confirm_columns() -> tuple[TableColumn[ConfirmRow], ...]:
    return (
        TableColumn(heading=_("Day"), text=_day, width=104),
        TableColumn(heading=_("Time"), text=_confirm_time, width=80, paint=Paint.FIGURES),
        TableColumn(heading=_("Patient"), text=_confirm_patient, paint=Paint.STRONG, least=168),
        TableColumn(heading=_("Procedure"), text=_confirm_what, least=144, drop=5),
        TableColumn(heading=_("Phone"), text=_phone, width=120, paint=Paint.FIGURES, drop=1),
        TableColumn(heading=_("Call twice"), text=_which_call, least=184, drop=2),
        TableColumn(heading=_("Language, best time"), text=_reach, width=168, paint=Paint.MUTED, drop=4),
        TableColumn(heading=_("Tried"), text=_tried, width=232, paint=Paint.MUTED, drop=3),
    )


def _day(row: MissingRow | ConfirmRow) -> str:
    return fmt.near_day(row.day, fmt.today())


def _missing_time(row: MissingRow) -> str:
    return fmt.clock(row.case.starts) if row.case.starts is not None else ""


def _missing_patient(row: MissingRow) -> str:
    case = row.case
    return _("{patient}, {age}").format(patient=case.patient, age=fmt.age(case.birth_date, case.today))


def _missing_what(row: MissingRow) -> str:
    return with_levels(row.case.procedure, row.case.levels)


def _missing_words(row: MissingRow) -> str:
    return words.listed(row.case.missing, row.case.today)


def _confirm_time(row: ConfirmRow) -> str:
    return fmt.clock(row.line.starts)


def _confirm_patient(row: ConfirmRow) -> str:
    line = row.line
    return _("{patient}, {age}").format(patient=line.patient, age=fmt.age(line.birth_date, row.today))


def _confirm_what(row: ConfirmRow) -> str:
    return with_levels(row.line.procedure, row.line.levels)


def _phone(row: ConfirmRow) -> str:
    return fmt.phone(row.line.phone) if row.line.phone else _("no number")


def _which_call(row: ConfirmRow) -> str:
    return words.which_call(row.line)


def _reach(row: ConfirmRow) -> str:
    return call_words.reach(row.line)


def _tried(row: ConfirmRow) -> str:
    return words.tried(row.line)
