"""Places and panels that stand in for features when the window itself is looked at or tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Never, cast

from PySide6.QtWidgets import QWidget

from clinicdesk.clock import SetClock
from clinicdesk.domain.changes import Changes, Subject
from clinicdesk.domain.ids import BookingId, PatientId, UserId
from clinicdesk.domain.users import Actor, Role
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import (
    Command,
    FindResult,
    Place,
    PlaceCount,
    PlaceFactory,
    Shell,
    SideView,
)
from clinicdesk.ui.frame.targets import CaseOf, ChartOf, PanelTarget, PlaceTarget, PlainPlace, Today
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    EmptyState,
    IconButton,
    LoadingFrame,
    MutedLabel,
    Paint,
    PlainLabel,
    PrimaryButton,
    PushButton,
    QuietButton,
    Row,
    RowTable,
    Section,
    SegmentedRow,
    StatePill,
    TableColumn,
    TitleLabel,
)
from clinicdesk.ui.theme import Gap
from tests.helpers.clinics import MONDAY_EIGHT


def front_desk(name: str = "Dr Mei Lin") -> Desk:
    """A desk with nobody's database: the window never looks into it."""
    return Desk(cast(Any, None), Actor(UserId(1), "lin", name, Role.SURGEON), SetClock(MONDAY_EIGHT))


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the made-up day."""

    id: int
    time: str
    patient: str
    procedure: str
    surgeon: str
    room: str
    state: str
    flag: str = ""


_LONG = "Maximiliana Featherstonehaugh-Wolfeschlegelsteinhausen"

CASES: tuple[Case, ...] = (
    Case(1, "8:00 AM", "Rosa Ortiz", "Kyphoplasty L1", "Dr Lin", "Room 1", "discharged"),
    Case(
        2, "8:00 AM", "Jane <b>Doe</b>", "Medial branch block L4-L5, right", "Dr Shah", "Room 2", "recovery"
    ),
    Case(
        3,
        "9:20 AM",
        _LONG,
        "Vertebroplasty T12, L1, L2",
        "Dr Lin",
        "Room 1",
        "in_room",
    ),
    Case(4, "10:00 AM", "Nguyễn Thị Ánh", "Epidural injection L5-S1", "Dr Shah", "Room 2", "arrived"),
    Case(5, "10:40 AM", "Łukasz Żółć", "Kyphoplasty T11", "Dr Lin", "Room 1", "confirmed"),
    Case(
        6,
        "11:30 AM",
        "Ana Sofia Prieto",
        "Radiofrequency ablation",
        "Dr Shah",
        "Room 2",
        "booked",
        "next_working_day",
    ),
    Case(7, "1:00 PM", "Bob Stone", "Discography", "Dr Lin", "Room 1", "overnight", "same_day"),
    Case(8, "2:00 PM", "Ida May", "Brace fitting", "Dr Lin", "Room 2", "requested", "emergency"),
    Case(9, "2:30 PM", "Tom Field", "Follow-up visit", "Dr Lin", "Room 2", "waitlist"),
    Case(10, "3:00 PM", "Al Green", "Kyphoplasty L3", "Dr Lin", "Room 1", "cancelled"),
    Case(11, "3:40 PM", "Jo Park", "Consultation", "Dr Shah", "Room 2", "no_show"),
)


def _time(case: Case) -> str:
    return case.time


def _flag(case: Case) -> str:
    return case.flag


def _patient(case: Case) -> str:
    return case.patient


def _procedure(case: Case) -> str:
    return case.procedure


def _surgeon(case: Case) -> str:
    return case.surgeon


def _room(case: Case) -> str:
    return case.room


def _state(case: Case) -> str:
    return case.state


def _is_off(case: Case) -> bool:
    return case.state in ("cancelled", "no_show")


COLUMNS = (
    TableColumn(heading="Time", text=_time, width=80, paint=Paint.FIGURES, right=True, key="time"),
    TableColumn(heading="", text=_flag, width=32, paint=Paint.MARK),
    TableColumn(heading="Patient", text=_patient, paint=Paint.STRONG, key="patient", struck=_is_off),
    TableColumn(heading="Procedure", text=_procedure),
    TableColumn(heading="Surgeon", text=_surgeon, width=96, paint=Paint.MUTED, drop=2),
    TableColumn(heading="Room", text=_room, width=80, paint=Paint.MUTED, drop=1),
    TableColumn(heading="State", text=_state, width=136, paint=Paint.STATE),
)


def plain(key: str) -> PlainPlace:
    """The target of a made-up place."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Made(PlainPlace):
        to = key

    return Made()


class DayPlace(Place[PlaceTarget]):
    """A place with a table, tools and a count; it notes what it is told."""

    home: ClassVar[PlainPlace] = Today()
    icon_name = "today"
    counts = frozenset({Subject.BOOKING})
    waiting: PlaceCount | None = PlaceCount(11)

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        self.told: list[Changes | None] = []
        self.targets: list[PlaceTarget] = []
        self.shown = 0
        self.table: RowTable[Case] = RowTable("Today", COLUMNS, self)
        self.table.set_rows(CASES)
        self.frame = LoadingFrame(self.table, self)
        self.page.addWidget(self.frame, 1)
        self.table.activated_row.connect(self._open)

    @classmethod
    def title(cls) -> str:
        return "Today"

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        del desk
        return cls.waiting

    @classmethod
    def commands(cls) -> Sequence[Command]:
        return (Command(title="Print the day list", run=_print, icon="print"),)

    def tools(self) -> QWidget:
        tools = QWidget()
        row = Row(tools, gap=Gap.S)
        row.add(IconButton("back", "Day before", tools), PushButton("Mon 23 Nov 2026", tools))
        row.addWidget(IconButton("forward", "Day after", tools))
        span = SegmentedRow("Span", [("day", "Day"), ("week", "Week")], tools)
        span.set_value("day")
        row.addWidget(span)
        row.addStretch(1)
        return tools

    def refresh(self, changes: Changes | None) -> None:
        self.told.append(changes)

    def on_shown(self) -> None:
        self.shown += 1

    def open_target(self, target: PlaceTarget) -> None:
        self.targets.append(target)

    def _open(self, case: Case) -> None:
        self.shell.open(CaseOf(booking_id=BookingId(case.id)))


printed: list[Shell] = []
"""The shells in which "Print the day list" was run."""


def _print(shell: Shell) -> None:
    printed.append(shell)


class EmptyPlace(Place[Never]):
    """A place with nothing in it yet."""

    home: ClassVar[PlainPlace] = plain("empty")
    icon_name = "people"

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell)
        first = ("Import patients", self._first)
        sentence = "No patients yet. Import a file, or register the first one."
        self.page.addWidget(EmptyState("people", sentence, first, self), 1)

    @classmethod
    def title(cls) -> str:
        return "People"

    def _first(self) -> None:
        self.show_problem(
            "The file has no column that looks like a name. Nothing was imported; choose another file."
        )


class CaseView(SideView[PanelTarget]):
    """A made-up case in hand."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, "Case")
        self.may = True
        self.opened: list[PanelTarget] = []
        head = QWidget(self)
        row = Row(head, gap=Gap.S)
        row.addWidget(StatePill("confirmed", head))
        row.addStretch(1)
        self.add(TitleLabel("Rosa Ortiz", self), MutedLabel("78 F   MRN 10233", self), head)
        self.add(
            PlainLabel(
                "Kyphoplasty L1, moderate sedation\nThu 26 Nov 2026, 9:20 to 10:20 AM", self, wrap=True
            )
        )
        self.add(Banner(BannerKind.WARNING, "Warfarin: confirm the hold with the prescriber.", self))
        papers = Section("Papers", self)
        papers.add_action(QuietButton("Print all", self, icon="print"))
        papers.add(PlainLabel("Discharge sheet", self), PlainLabel("Brace order", self))
        self.add(papers)
        self.body.addStretch(1)
        self.add_foot(PushButton("Move", self), PrimaryButton("Arrived", self))

    def open_target(self, target: PanelTarget) -> None:
        self.opened.append(target)

    def may_close(self) -> bool:
        return self.may


class BookView(SideView[PanelTarget]):
    """A made-up booking form."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, "Book", wide=True)
        self.opened: list[PanelTarget] = []

    def open_target(self, target: PanelTarget) -> None:
        self.opened.append(target)


def _place(place_key: str, words: str, waiting: PlaceCount | None) -> PlaceFactory:
    class One(DayPlace):
        home: ClassVar[PlainPlace] = plain(place_key)
        icon_name = place_key

        @classmethod
        def title(cls) -> str:
            return words

        @classmethod
        def commands(cls) -> Sequence[Command]:
            return ()

    One.waiting = waiting
    return One.factory()


def all_places() -> list[PlaceFactory]:
    """The bar of the whole program, with made-up counts."""
    return [
        DayPlace.factory(),
        _place("diary", "Diary", None),
        _place("calls", "Calls", PlaceCount(7)),
        _place("review", "Review", PlaceCount(14, emergency=2)),
        _place("braces", "Braces", PlaceCount(3)),
        EmptyPlace.factory(),
        _place("enquiries", "Enquiries", PlaceCount(1203)),
        _place("numbers", "Numbers", None),
        _place("set_up", "Set up", None),
    ]


def find_people(text: str) -> Sequence[FindResult]:
    """Finds people of the made-up day by the start of a name."""
    return [
        FindResult("Patient", case.patient, "3 Feb 1948   MRN 10233", ChartOf(patient_id=PatientId(case.id)))
        for case in CASES
        if any(part.lower().startswith(text.lower()) for part in case.patient.split())
    ]
