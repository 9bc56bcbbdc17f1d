"""Leaving: the scores that say when, what must be there first, and how a stay can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clinicdesk.domain.catalogue import Sedation, WoundClosure
from clinicdesk.domain.ids import BookingId, UserId
from clinicdesk.errors import BadInput
from clinicdesk.i18n import N_, _

READY_AT = 9
"""Both scores: 9 of 10 or more is ready (modified Aldrete; modified PADSS)."""


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One line of a score; ``categories`` are worth 2, 1 and 0 points, in this order."""

    key: str
    name: str
    categories: tuple[str, str, str]

    @property
    def label(self) -> str:
        """The item in the person's language."""
        return _(self.name)

    @property
    def options(self) -> tuple[tuple[int, str], ...]:
        """Points and category in the person's language, best first."""
        return tuple((2 - place, _(category)) for place, category in enumerate(self.categories))


ALDRETE: tuple[ScoreItem, ...] = (
    ScoreItem("activity", N_("Activity"), (N_("Moves all 4 limbs"), N_("Moves 2 limbs"), N_("Moves none"))),
    ScoreItem(
        "breathing",
        N_("Breathing"),
        (N_("Breathes deeply, coughs"), N_("Shallow or short of breath"), N_("Does not breathe")),
    ),
    ScoreItem(
        "circulation",
        N_("Blood pressure against baseline"),
        (N_("Within 20 %"), N_("20 to 50 %"), N_("Over 50 %")),
    ),
    ScoreItem("consciousness", N_("Consciousness"), (N_("Awake"), N_("Rouses to call"), N_("No response"))),
    ScoreItem(
        "oxygen",
        N_("Oxygen saturation"),
        (N_("Over 92 % on room air"), N_("Needs oxygen for over 90 %"), N_("Under 90 % on oxygen")),
    ),
)
"""Modified Aldrete: 9 or more leaves the first recovery phase."""

PADSS: tuple[ScoreItem, ...] = (
    ScoreItem(
        "vital_signs",
        N_("Vital signs against baseline"),
        (N_("Within 20 %"), N_("20 to 40 %"), N_("Over 40 %")),
    ),
    ScoreItem("walking", N_("Walking"), (N_("Steady"), N_("With help"), N_("Unable or dizzy"))),
    ScoreItem("nausea", N_("Nausea"), (N_("Minimal"), N_("Moderate"), N_("Severe"))),
    ScoreItem("pain", N_("Pain"), (N_("Minimal"), N_("Moderate"), N_("Severe"))),
    ScoreItem("bleeding", N_("Bleeding"), (N_("Minimal"), N_("Moderate"), N_("Severe"))),
)
"""Modified PADSS: 9 or more, with a responsible adult, goes home."""


@dataclass(frozen=True, slots=True)
class Score:
    """The categories somebody chose, as points by item; an item without a choice is not there."""

    items: tuple[ScoreItem, ...]
    chosen: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise `BadInput` for an item or a category that this score does not have."""
        known = {item.key for item in self.items}
        if not set(self.chosen) <= known or not all(points in (0, 1, 2) for points in self.chosen.values()):
            raise BadInput(_("This score has no such line. Choose one category in each line."), "score")

    @property
    def is_complete(self) -> bool:
        """Whether every line has a choice."""
        return len(self.chosen) == len(self.items)

    @property
    def total(self) -> int | None:
        """0 to 10, or None while a line is left out: a gap is not a zero."""
        return sum(self.chosen.values()) if self.is_complete else None

    @property
    def is_ready(self) -> bool:
        """Whether it is complete and high enough."""
        return self.total is not None and self.total >= READY_AT


def aldrete(chosen: Mapping[str, int] | None = None) -> Score:
    """A modified Aldrete score. Raises `BadInput`."""
    return Score(ALDRETE, dict(chosen or {}))


def padss(chosen: Mapping[str, int] | None = None) -> Score:
    """A modified PADSS score. Raises `BadInput`."""
    return Score(PADSS, dict(chosen or {}))


class Outcome(StrEnum):
    """How a stay ends."""

    HOME = "home"
    TRANSFERRED = "transferred"
    AGAINST_ADVICE = "against_advice"
    ABANDONED = "abandoned"
    DIED = "died"

    @property
    def label(self) -> str:
        """The outcome in the person's language."""
        return {
            Outcome.HOME: _("Home"),
            Outcome.TRANSFERRED: _("Transferred to a hospital"),
            Outcome.AGAINST_ADVICE: _("Left against advice"),
            Outcome.ABANDONED: _("Procedure abandoned, home"),
            Outcome.DIED: _("Died"),
        }[self]

    @property
    def is_checked(self) -> bool:
        """Whether the patient walks out by our leave, so that everything must be ready."""
        return self in {Outcome.HOME, Outcome.ABANDONED}

    @property
    def is_followed_up(self) -> bool:
        """Whether recovery check-ins follow: not where nothing was done, nor after a death."""
        return self in {Outcome.HOME, Outcome.TRANSFERRED, Outcome.AGAINST_ADVICE}


class Missing(StrEnum):
    """What can stand between a patient and the door, in the order in which it is usually done."""

    ALDRETE = "aldrete"
    PADSS = "padss"
    BRACE = "brace"
    TEACH_BACK = "teach_back"
    ESCORT = "escort"
    ORDER = "order"

    @property
    def can_be_overridden(self) -> bool:
        """Whether a reason from a role that may override lifts it.

        Never the operating physician's signed order (42 CFR 416.52(c)); the escort only by the attending's own exemption.
        """
        return self not in {Missing.ORDER, Missing.ESCORT}

    @property
    def sentence(self) -> str:
        """What is missing and how it is put right."""
        return {
            Missing.ALDRETE: _("Aldrete score of 9 or more: choose a category in each line."),
            Missing.PADSS: _("PADSS score of 9 or more: choose a category in each line."),
            Missing.BRACE: _("A brace was ordered and is not delivered."),
            Missing.TEACH_BACK: _("Instructions not yet explained and said back by the patient."),
            Missing.ESCORT: _("No responsible adult named; only the surgeon can exempt from one."),
            Missing.ORDER: _("The operating surgeon has not signed the discharge order."),
        }[self]

    @property
    def label(self) -> str:
        """A few words for a short list."""
        return _(_FEW_WORDS[self])


_FEW_WORDS = {
    Missing.ALDRETE: N_("Aldrete score"),
    Missing.PADSS: N_("PADSS score"),
    Missing.BRACE: N_("brace not delivered"),
    Missing.TEACH_BACK: N_("teach-back"),
    Missing.ESCORT: N_("escort"),
    Missing.ORDER: N_("discharge order"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who put their name to something, and when (UTC)."""

    by: UserId
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeDetails:
    """What the clinic types for the sheet.

    ``lifting_limit`` is the surgeon's to set, in words ("5 pounds"); empty prints "ask before you lift". ``medicines`` are
    one a line. ``opioids`` means one of them is an opioid: no driving while it is taken.
    """

    escort_name: str = ""
    escort_phone: str = ""
    wound_closure: WoundClosure | None = None
    lifting_limit: str = ""
    medicines: str = ""
    opioids: bool = False
    blood_thinner_restart: str = ""
    instructions: str = ""
    follow_up: str = ""

    def __post_init__(self) -> None:
        """Raise `BadInput` for a text no sheet could hold."""
        for name in ("medicines", "instructions", "blood_thinner_restart", "follow_up"):
            if len(getattr(self, name)) > LONGEST_TEXT:
                raise BadInput(
                    _("This text is too long for the sheet: {most} characters at most. Shorten it.").format(
                        most=f"{LONGEST_TEXT:,}"
                    ),
                    name,
                )
        for name in ("escort_name", "escort_phone", "lifting_limit"):
            if len(getattr(self, name)) > LONGEST_LINE:
                raise BadInput(_("This is too long: 200 characters at most."), name)


LONGEST_TEXT = 10_000
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeRecord:
    """Everything known about the leaving of one booking. ``version`` 0: nothing was written yet."""

    booking_id: BookingId
    aldrete: Score = field(default_factory=aldrete)
    padss: Score = field(default_factory=padss)
    aldrete_signed: Signature | None = None
    padss_signed: Signature | None = None
    details: DischargeDetails = field(default_factory=DischargeDetails)
    exemption_reason: str = ""
    exempted: Signature | None = None
    order: Signature | None = None
    taught: Signature | None = None
    outcome: Outcome | None = None
    override_reason: str = ""
    override_by: str = ""
    version: int = 0


def missing(
    record: DischargeRecord,
    *,
    sedation: Sedation,
    escort_required: bool,
    brace_waits: bool,
) -> tuple[Missing, ...]:
    """What still stands between this patient and the door.

    Local anesthetic alone needs neither score. ``escort_required`` is the sedation level's rule; 42 CFR 416.52(c) asks for a
    responsible adult unless the attending physician exempts the patient. ``brace_waits``: an ordered brace is not delivered.
    """
    scored = sedation is not Sedation.LOCAL
    accompanied = bool(record.details.escort_name.strip()) or record.exempted is not None
    lacking = {
        Missing.ALDRETE: scored and not record.aldrete.is_ready,
        Missing.PADSS: scored and not record.padss.is_ready,
        Missing.BRACE: brace_waits,
        Missing.TEACH_BACK: record.taught is None,
        Missing.ESCORT: escort_required and not accompanied,
        Missing.ORDER: record.order is None,
    }
    return tuple(thing for thing in Missing if lacking[thing])
