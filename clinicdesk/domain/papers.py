"""What a paper says, as values: the documents take these and give bytes.

Every instant is aware UTC; a paper shows it on the clinic's wall clock (`Letterhead.zone`). Every text here was typed by
a person and is shown as it stands, never read as markup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import BookingEvent, Side
from clinicdesk.domain.catalogue import Sedation, WoundClosure
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import BookingId, BraceOrderId, PaperId, PatientId
from clinicdesk.domain.instructions import AfterCare
from clinicdesk.i18n import _

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "PR", "DO", "SV", "VE"})
"""Countries whose printers hold US Letter; all others hold A4."""


class PaperKind(StrEnum):
    """The papers the program prints."""

    DISCHARGE_SHEET = "discharge_sheet"
    BRACE_ORDER = "brace_order"
    DAY_LIST = "day_list"
    RECOVERY_KEY = "recovery_key"

    @property
    def label(self) -> str:
        """The paper's name in the language of the person at the desk."""
        return {
            PaperKind.DISCHARGE_SHEET: _("Discharge sheet"),
            PaperKind.BRACE_ORDER: _("Brace order"),
            PaperKind.DAY_LIST: _("Day list"),
            PaperKind.RECOVERY_KEY: _("Recovery key"),
        }[self]

    @property
    def tells_time(self) -> bool:
        """Whether it says when one case is, or what follows from that: a case that moves puts it out of date."""
        return self is PaperKind.DISCHARGE_SHEET

    @property
    def lists_days(self) -> bool:
        """Whether it lists the cases of a day: one that moves on, off or within that day puts it out of date."""
        return self is PaperKind.DAY_LIST

    @property
    def is_kept(self) -> bool:
        """Whether its bytes are kept. The recovery key never is: the kept copy would open the file that keeps it."""
        return self is not PaperKind.RECOVERY_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Whose paper it is: printed at the head and the foot of every page.

    ``country`` (ISO 3166-1 alpha-2) decides paper size and how dates and temperatures are written. ``demo`` marks every
    page as made up.
    """

    clinic: str
    address: str = ""
    phone: str = ""
    phone_after_hours: str = ""
    emergency_number: str = "911"
    country: str = "US"
    zone: ClinicZone = field(default_factory=lambda: ClinicZone("America/New_York"))
    demo: bool = False

    @property
    def is_letter(self) -> bool:
        """Whether the paper is US Letter rather than A4."""
        return self.country in LETTER_COUNTRIES


def letterhead(clinic: ClinicFacts) -> Letterhead:
    """The letterhead of ``clinic``."""
    return Letterhead(
        clinic=clinic.name,
        address=clinic.address,
        phone=clinic.phone,
        phone_after_hours=clinic.phone_after_hours,
        emergency_number=clinic.emergency_number,
        country=clinic.country,
        zone=clinic.zone,
        demo=clinic.demo,
    )


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """One date on which the clinic asks how the patient is: "1 week", the day, "We call you"."""

    label: str
    day: date
    how: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The next visit (42 CFR 416.52(c)): when, with whom, where."""

    at: datetime
    who: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeSheet:
    """This patient's own facts on the sheet that goes home (42 CFR 416.52(c)).

    ``procedure`` is the plain name ("Kyphoplasty"); ``levels`` are vertebrae or interspaces ("L1", "L4-L5"). ``lifting`` is
    the limit in the surgeon's own words: empty prints "ask your surgeon before you lift", never a number of ours. ``brace``
    empty means no brace. ``medicines`` (a line each), ``blood_thinner`` (when to restart), ``follow_up_words`` and ``note``
    are typed by the clinic. ``teach_back`` replaces the handout's own questions when given; ``taught`` draws their boxes
    ticked. ``epidural`` makes a headache a reason to call. ``language`` is the BCP 47
    tag the handout is written in.
    """

    patient_name: str
    born: date
    mrn: str
    procedure: str
    surgeon: str
    sedation: Sedation
    care: AfterCare
    levels: tuple[str, ...] = ()
    side: Side | None = None
    epidural: bool = False
    closure: WoundClosure | None = None
    brace: str = ""
    brace_rule: str = ""
    brace_delivered: bool = True
    medicines: tuple[str, ...] = ()
    blood_thinner: str = ""
    lifting: str = ""
    note: str = ""
    follow_up: FollowUp | None = None
    follow_up_words: str = ""
    check_ins: tuple[CheckInLine, ...] = ()
    escort: str = ""
    teach_back: tuple[str, ...] = ()
    taught: bool = False
    language: str = "en"
    large_print: bool = False


class OrderElement(StrEnum):
    """The six elements of a standard written order (42 CFR 410.38(d)(1))."""

    BENEFICIARY = "beneficiary"
    ORDER_DATE = "order_date"
    DESCRIPTION = "description"
    QUANTITY = "quantity"
    PRACTITIONER = "practitioner"
    SIGNATURE = "signature"

    @property
    def label(self) -> str:
        """The element in the language of the person at the desk."""
        return {
            OrderElement.BENEFICIARY: _("patient's name or Medicare number"),
            OrderElement.ORDER_DATE: _("date of the order"),
            OrderElement.DESCRIPTION: _("description of the brace"),
            OrderElement.QUANTITY: _("quantity"),
            OrderElement.PRACTITIONER: _("practitioner's name or NPI"),
            OrderElement.SIGNATURE: _("practitioner's signature"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceOrder:
    """A standard written order for a brace, with what a supplier also asks for.

    ``signed_by`` and ``signed_at`` are the electronic signature; without them the paper has a line to sign in ink.
    """

    patient_name: str
    description: str
    practitioner: str
    order_date: date | None
    born: date | None = None
    mrn: str = ""
    medicare_number: str = ""
    hcpcs: str = ""
    quantity: int | None = 1
    npi: str = ""
    diagnosis: str = ""
    weeks: int | None = None
    wear_rule: str = ""
    last_visit: date | None = None
    signed_by: str = ""
    signed_at: datetime | None = None

    def missing(self) -> tuple[OrderElement, ...]:
        """The elements of 42 CFR 410.38(d)(1) this order does not have yet."""
        has = {
            OrderElement.BENEFICIARY: bool(self.patient_name.strip() or self.medicare_number.strip()),
            OrderElement.ORDER_DATE: self.order_date is not None,
            OrderElement.DESCRIPTION: bool(self.description.strip() or self.hcpcs.strip()),
            OrderElement.QUANTITY: self.quantity is not None and self.quantity > 0,
            OrderElement.PRACTITIONER: bool(self.practitioner.strip() or self.npi.strip()),
            OrderElement.SIGNATURE: bool(self.signed_by.strip()) and self.signed_at is not None,
        }
        return tuple(element for element in OrderElement if not has[element])


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryKeySheet:
    """The printed key that opens the clinic's file when every password is lost. Never kept by the program."""

    key: str
    made_at: datetime
    made_by: str = ""


class DayListBy(StrEnum):
    """How a day's cases are put on paper."""

    EVERYTHING = "everything"
    ROOM = "room"
    SURGEON = "surgeon"

    @property
    def label(self) -> str:
        """The sort of list in the language of the person at the desk."""
        return {
            DayListBy.EVERYTHING: _("One list of everyone"),
            DayListBy.ROOM: _("A list a room"),
            DayListBy.SURGEON: _("A list a surgeon"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One case on a day list. ``remarks`` are short ("No escort named", "Interpreter: Spanish").

    ``arrive`` is when the patient is asked to come. ``phone`` stands only on the list that stays at the front desk.
    ``units`` are the further units it takes ("C-arm 1", "Nurse Kim").
    """

    starts: datetime
    ends: datetime
    patient_name: str
    born: date
    mrn: str
    procedure: str
    surgeon: str = ""
    room: str = ""
    sedation: str = ""
    state: str = ""
    arrive: datetime | None = None
    phone: str = ""
    units: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """The pages of one room or surgeon."""

    name: str
    lines: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayList:
    """The day's cases on paper. ``audit_number`` and ``audit_seal`` anchor the head of the audit trail outside the file.

    Without ``parts`` it is one list of ``lines``; with them each part has pages of its own, and a case may be in one part
    only. ``by`` tells what the parts are.
    """

    day: date
    lines: tuple[DayLine, ...]
    printed_at: datetime
    printed_by: str
    by: DayListBy = DayListBy.EVERYTHING
    parts: tuple[DayPart, ...] = ()
    audit_number: int | None = None
    audit_seal: str = ""


class PaperUse(StrEnum):
    """How a paper left."""

    PRINTED = "printed"
    SAVED = "saved"

    @property
    def label(self) -> str:
        """The use in the language of the person at the desk."""
        return {PaperUse.PRINTED: _("Printed"), PaperUse.SAVED: _("Saved")}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCopy:
    """A paper in hand: its exact bytes, and what it belongs to. ``id`` is set once it is kept.

    ``day`` goes into the name of a saved file. ``patient_name`` only where the person asks for it there. ``undrawable`` are
    characters the fonts lack: they print as boxes.
    """

    kind: PaperKind
    content: bytes = field(repr=False)
    day: date
    language: str = "en"
    large_print: bool = False
    patient_id: PatientId | None = None
    patient_name: str = field(default="", repr=False)
    booking_id: BookingId | None = None
    brace_order_id: BraceOrderId | None = None
    id: PaperId | None = None
    undrawable: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def sha256(self) -> str:
        """The hash of its bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    def file_name(self, *, with_name: bool = False) -> str:
        """The name offered when it is saved."""
        return file_name(self.kind, self.day, self.patient_name if with_name else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPaper:
    """A paper that left, as lists show it. ``times`` counts how often it was printed or saved."""

    id: PaperId
    kind: PaperKind
    made_at: datetime
    made_by: str
    language: str = "en"
    large_print: bool = False
    patient_id: PatientId | None = None
    booking_id: BookingId | None = None
    brace_order_id: BraceOrderId | None = None
    day: date | None = None
    """The clinic's day that it is about; None for papers kept before this was noted."""
    times: int = 0
    last_at: datetime | None = None


def outdated(
    papers: Iterable[KeptPaper],
    history: Sequence[BookingEvent],
    procedure_day: date | None,
    day_of: Callable[[datetime], date],
) -> tuple[KeptPaper, ...]:
    """Those of ``papers`` that tell another start of a booking than it has now, or another day, the newest first.

    ``history`` are the booking's steps, oldest first; ``procedure_day`` is the day on which it ended or is to end: a time
    that was put right may have shifted it past midnight, and every date on a discharge sheet with it. Only the newest of a
    kind (of a day, for lists) is looked at: an older one has been replaced. A booking that was moved and moved back puts
    nothing out of date.
    """
    newest: dict[tuple[PaperKind, date | None], KeptPaper] = {}
    for paper in sorted(papers, key=lambda each: (each.made_at, each.id)):
        newest[paper.kind, paper.day if paper.kind.lists_days else None] = paper
    steps = [event for event in history if event.from_starts != event.to_starts]
    now = steps[-1].to_starts if steps else None
    wrong = [
        paper
        for paper in newest.values()
        if _tells_wrong(paper, _start_at(steps, paper.made_at, now), now, day_of)
        or (paper.kind.tells_time and paper.day not in (None, procedure_day))
    ]
    return tuple(sorted(wrong, key=lambda each: (each.made_at, each.id), reverse=True))


def _tells_wrong(
    paper: KeptPaper, then: datetime | None, now: datetime | None, day_of: Callable[[datetime], date]
) -> bool:
    """Whether a paper made when the start was ``then`` says something else than the start it has ``now``."""
    if then is None or then == now:
        return False
    return paper.kind.tells_time or (paper.kind.lists_days and paper.day in _days(then, now, day_of))


def _start_at(steps: Iterable[BookingEvent], at: datetime, now: datetime | None) -> datetime | None:
    """The start that was planned at an instant: where the first step after it came from."""
    return next((step.from_starts for step in steps if step.at > at), now)


def _days(
    then: datetime | None, now: datetime | None, day_of: Callable[[datetime], date]
) -> tuple[date, ...]:
    return tuple(day_of(start) for start in (then, now) if start is not None)


def file_name(kind: PaperKind, day: date, patient_name: str = "") -> str:
    """The name offered when a paper is saved: no patient in it unless the person chose so by passing ``patient_name``."""
    words = "".join(c if c.isalnum() else " " for c in patient_name).split()
    return "-".join([kind.value.replace("_", "-"), *words, day.isoformat()]) + ".pdf"
