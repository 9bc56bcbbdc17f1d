"""The demo clinic's cases and recoveries as rows of the tables, all ids known before the first is written."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.brace_types import BraceType
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.discharge import ALDRETE, PADSS, Outcome
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.recovery import Closing
from clinicdesk.domain.redflags import RedFlagQuestion
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.services.demo.cases import DemoCase
from clinicdesk.services.demo.recovery import Course, DemoCheckIn, check_ins
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import bulk
from clinicdesk.storage.base import Base
from clinicdesk.storage.tables import (
    BookingEventRow,
    BookingRow,
    BookingUnit,
    BraceEventRow,
    BraceOrderRow,
    CallAttemptRow,
    CheckInAnswer,
    CheckInRow,
    Claim,
    DischargeRow,
)

ORDER: tuple[type[Base], ...] = (
    BookingRow,
    BookingUnit,
    BookingEventRow,
    Claim,
    DischargeRow,
    BraceOrderRow,
    BraceEventRow,
    CheckInRow,
    CallAttemptRow,
    CheckInAnswer,
)

NUMBERED: tuple[type[Base], ...] = (BookingRow, BraceOrderRow, CheckInRow)

_BRACES = ("L0464", "L0486", "L0631", "L0627")
_MEDICINES = (
    "Acetaminophen 500 mg: 2 tablets every 8 hours for 5 days",
    "Ibuprofen 400 mg: 1 tablet with food if needed, up to 3 a day",
    "Senna: 1 tablet at night while you take pain tablets",
)
_OPIOID = "Oxycodone 5 mg: 1 tablet if the pain is bad, up to 4 a day, for 3 days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who writes what: user ids of the front desk and the nurses, the surgeon's user by unit, the practitioner's name."""

    front: int
    nurses: tuple[int, ...]
    surgeons: Mapping[ResourceId, int]


@dataclass(slots=True)
class Ledger:
    """Collects rows. Mutable, and gone once they are written."""

    clinic: ClinicFacts
    staff: Staff
    pathway: Pathway
    questions: tuple[RedFlagQuestion, ...]
    braces: Mapping[str, BraceType]
    procedure_ids: Mapping[str, int]
    escorts: Mapping[int, tuple[str, str]]
    random: Random
    now: datetime
    rows: dict[type[Base], list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _booking_id: int = 0
    _brace_id: int = 0
    _check_in_id: int = 0
    _alarmed: bool = False

    def ordered(self) -> bulk.Rows:
        """The rows in an order that respects what refers to what."""
        return {table: self.rows[table] for table in ORDER}

    def add(self, case: DemoCase) -> None:
        """Write down one booking and everything that follows from it."""
        self._booking_id += 1
        booking_id = self._booking_id
        self._booking(booking_id, case)
        if case.state is not BookingState.DISCHARGED or case.procedure.is_visit:
            self._brace_of_someone_here(booking_id, case)
            return
        has_brace = self._maybe_brace(booking_id, case, chance=0.22)
        self._discharge(booking_id, case)
        self._recovery(booking_id, case, has_brace)

    def _booking(self, booking_id: int, case: DemoCase) -> None:
        draft, actual = case.draft, case.actual
        self.rows[BookingRow].append(
            {
                "id": booking_id,
                "state": case.state,
                "procedure_id": self.procedure_ids[draft.procedure_key],
                **bookings.columns_of(draft),
                **bookings.times_of(actual),
                "cancel_reason": case.cancel_reason,
                "created_at": case.created,
                "created_by": self.staff.front,
                "version": len(case.steps),
            }
        )
        self.rows[BookingUnit] += [
            {"booking_id": booking_id, "kind": kind, "resource_id": unit} for kind, unit in draft.units
        ]
        self.rows[Claim] += [
            {
                "booking_id": booking_id,
                "resource_id": claim.resource_id,
                "starts_at": claim.span.starts,
                "ends_at": claim.span.ends,
            }
            for claim in case.claims
        ]
        self._steps(booking_id, case)

    def _steps(self, booking_id: int, case: DemoCase) -> None:
        before: BookingState | None = None
        for at, state in case.steps:
            clinical = state in {
                BookingState.IN_ROOM,
                BookingState.RECOVERY,
                BookingState.OVERNIGHT,
                BookingState.DISCHARGED,
            }
            self.rows[BookingEventRow].append(
                {
                    "booking_id": booking_id,
                    "at": at,
                    "user_id": self._nurse() if clinical else self.staff.front,
                    "from_state": before,
                    "to_state": state,
                    "from_starts": None,
                    "to_starts": case.draft.starts if before is None else None,
                    "note": case.cancel_reason if state is BookingState.CANCELLED else "",
                }
            )
            before = state

    def _discharge(self, booking_id: int, case: DemoCase) -> None:
        at = case.actual.discharged
        assert at is not None
        scored = case.draft.sedation != "local"
        best = {"aldrete": {item.key: 2 for item in ALDRETE}, "padss": {item.key: 2 for item in PADSS}}
        best["aldrete"]["circulation"] = self.random.choice((1, 2, 2))
        best["padss"]["walking"] = self.random.choice((1, 2, 2))
        escort, phone = self.escorts.get(case.patient_id, ("", ""))
        opioids = case.procedure.is_cement and self.random.random() < 0.4
        closures = case.procedure.wound_closures
        nurse = self._nurse()
        self.rows[DischargeRow].append(
            {
                "booking_id": booking_id,
                "aldrete": json.dumps(best["aldrete"]) if scored else "",
                "aldrete_at": at - timedelta(minutes=50) if scored else None,
                "aldrete_by": nurse if scored else None,
                "padss": json.dumps(best["padss"]) if scored else "",
                "padss_at": at - timedelta(minutes=20) if scored else None,
                "padss_by": nurse if scored else None,
                "escort_name": escort or "a neighbor",
                "escort_phone": phone,
                "escort_exempt_reason": "",
                "order_signed_at": at - timedelta(minutes=15),
                "order_signed_by": self._surgeon(case),
                "teach_back_at": at - timedelta(minutes=12),
                "teach_back_by": nurse,
                "wound_closure": self.random.choice(closures) if closures else "",
                "lifting_limit": "5 pounds" if case.procedure.is_cement else "",
                "medicines": "\n".join(
                    (*_MEDICINES[: self.random.randrange(1, 4)], *([_OPIOID] if opioids else []))
                ),
                "opioids": opioids,
                "blood_thinner_restart": "",
                "instructions": "",
                "follow_up": "",
                "outcome": Outcome.HOME,
                "override_reason": "",
                "override_missing": "",
                "version": 4,
            }
        )

    def _brace_of_someone_here(self, booking_id: int, case: DemoCase) -> None:
        """Some who are booked or in recovery wait for a brace: what a discharge has to show."""
        starts = case.draft.starts
        if starts is None or case.procedure.is_visit or not case.state.holds_claims:
            return
        if abs((starts - self.now).days) <= 7:
            self._maybe_brace(booking_id, case, chance=0.3)

    def _maybe_brace(self, booking_id: int, case: DemoCase, *, chance: float) -> bool:
        starts = case.draft.starts
        if not case.procedure.is_cement or starts is None or self.random.random() > chance:
            return False
        self._brace_id += 1
        code = self.random.choice([code for code in _BRACES if code in self.braces])
        brace, surgeon = self.braces[code], self._surgeon(case)
        ordered = min(starts - timedelta(days=self.random.randrange(2, 9)), self.now - timedelta(hours=3))
        steps = self._brace_steps(case, ordered)
        delivered = next((at for at, status in steps if status is BraceStatus.DELIVERED), None)
        weeks = brace.default_weeks or 6
        self.rows[BraceOrderRow].append(
            {
                "id": self._brace_id,
                "patient_id": case.patient_id,
                "booking_id": booking_id,
                "hcpcs": code,
                "quantity": 1,
                "weeks": weeks,
                "wear_rule": brace.wear_rule or "On whenever you are up. Wear a thin shirt under it.",
                "diagnosis": case.draft.diagnosis,
                "status": steps[-1][1],
                "ordered_on": self._day(ordered),
                "ordered_by": surgeon,
                "signed_at": ordered,
                "delivered_on": self._day(delivered) if delivered else None,
                "notes": "",
                "version": len(steps),
            }
        )
        self.rows[BraceEventRow] += [
            {"brace_order_id": self._brace_id, "status": status, "at": at, "user_id": surgeon, "note": ""}
            for at, status in steps
        ]
        return True

    def _brace_steps(self, case: DemoCase, ordered: datetime) -> list[tuple[datetime, BraceStatus]]:
        left = case.actual.discharged
        day = timedelta(days=1)
        plan = [(ordered, BraceStatus.PRESCRIBED), (ordered + day, BraceStatus.MEASURED)]
        if left is not None:
            gone = left - timedelta(hours=1)
            plan += [
                (gone, BraceStatus.DELIVERED),
                (left + 3 * day, BraceStatus.WORN),
                (left + 42 * day, BraceStatus.WEANED),
                (left + 56 * day, BraceStatus.ENDED),
            ]
        return [(at, status) for at, status in plan if at <= self.now]

    def _recovery(self, booking_id: int, case: DemoCase, has_brace: bool) -> None:
        ended = case.actual.ended or case.draft.ends
        assert ended is not None
        course = Course(
            self.pathway,
            self.questions,
            case.procedure,
            has_brace,
            case.draft.pain_before or 7,
            self._day(ended),
            self.clinic,
            alarming=self._alarms(ended),
        )
        for found in check_ins(course, self.now, self.random):
            self._check_in(booking_id, case, found)

    def _alarms(self, ended: datetime) -> bool:
        """One patient of the last few days has an emergency: what the program exists to catch."""
        alarms = not self._alarmed and timedelta(days=3) < self.now - ended < timedelta(days=5)
        self._alarmed = self._alarmed or alarms
        return alarms

    def _check_in(self, booking_id: int, case: DemoCase, found: DemoCheckIn) -> None:
        self._check_in_id += 1
        nurse = self._nurse()
        closed = found.closed is not None
        self.rows[CheckInRow].append(
            {
                "id": self._check_in_id,
                "patient_id": case.patient_id,
                "booking_id": booking_id,
                "step_key": found.step.key,
                "label": found.step.label,
                "channel": found.step.channel,
                "due_on": found.due,
                "window_days": found.step.window_days,
                "not_before": None,
                "closed_at": found.closed,
                "closed_by": nurse if closed else None,
                "outcome": Closing.ANSWERED if closed else "",
                "pain": found.pain,
                "tier": found.tier,
                "complete": found.complete and found.pain is not None,
                "note": found.note,
                "told_surgeon_at": found.told,
                "told_surgeon_by": nurse if found.told else None,
                "reviewed_at": found.reviewed,
                "reviewed_by": self._surgeon(case) if found.reviewed else None,
                "review_note": "",
                "version": 1 + closed + (found.reviewed is not None),
            }
        )
        self.rows[CallAttemptRow] += [
            {
                "check_in_id": self._check_in_id,
                "at": at,
                "user_id": nurse,
                "number": "",
                "called": "",
                "outcome": outcome,
                "note": "",
            }
            for at, outcome in found.attempts
            if outcome is not CallOutcome.REACHED or closed
        ]
        self.rows[CheckInAnswer] += [
            {"check_in_id": self._check_in_id, "question": key, "answer": text} for key, text in found.answers
        ]

    def _nurse(self) -> int:
        return self.random.choice(self.staff.nurses)

    def _surgeon(self, case: DemoCase) -> int:
        unit = case.draft.unit(ResourceKind.SURGEON)
        return self.staff.surgeons[unit] if unit is not None else next(iter(self.staff.surgeons.values()))

    def _day(self, instant: datetime) -> date:
        return self.clinic.zone.day_of(instant)
