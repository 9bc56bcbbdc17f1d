"""What a clinic offers: procedures and visits, sedation levels, braces, recovery pathways, blood thinners.

All of it is the clinic's own configuration, never an order. A row that rests on general knowledge carries
``confirm``: the clinic is asked to confirm it before relying on it, and ``source`` says where it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.domain.blood_thinners import BleedingLimits, BleedingRisk, BloodThinner
from clinicdesk.domain.booking import Setting
from clinicdesk.domain.brace_types import BraceGroup, BraceRule, BraceRuleKind, BraceType
from clinicdesk.domain.levels import WHOLE_SPINE, Level, LevelKind, LevelRange, check_kind, in_order
from clinicdesk.domain.pathways import Channel, OffsetUnit, Pathway, PathwayStep, add_months, shown_on
from clinicdesk.domain.preparation_rules import (
    PreparationKey,
    PreparationRule,
    PreparationWhen,
    check_rules,
)
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel, SedationProvider, needs_anesthesia
from clinicdesk.domain.words import check_key, check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

__all__ = [
    "GRID_MINUTES",
    "LONGEST_MINUTES",
    "Anchor",
    "BleedingLimits",
    "BleedingRisk",
    "BloodThinner",
    "BraceGroup",
    "BraceRule",
    "BraceRuleKind",
    "BraceType",
    "Channel",
    "Family",
    "LevelNotAllowed",
    "LevelsMissing",
    "Need",
    "NeedWhen",
    "NeedsPlan",
    "OffsetUnit",
    "Pathway",
    "PathwayStep",
    "PlannedNeed",
    "Position",
    "PreparationKey",
    "PreparationRule",
    "PreparationWhen",
    "Procedure",
    "ProcedureKind",
    "Sedation",
    "SedationLevel",
    "SedationProvider",
    "Setting",
    "TooManyLevels",
    "WoundClosure",
    "add_months",
    "check_levels",
    "needs_anesthesia",
    "planned_minutes",
    "planned_needs",
    "shown_on",
]

GRID_MINUTES = 5
"""The diary's step; every planned length is a multiple of it."""

LONGEST_MINUTES = 720


class ProcedureKind(StrEnum):
    """A procedure in a procedure room, or a plain visit."""

    PROCEDURE = "procedure"
    VISIT = "visit"

    @property
    def label(self) -> str:
        """The kind in the person's language."""
        return {ProcedureKind.PROCEDURE: _("Procedure"), ProcedureKind.VISIT: _("Visit")}[self]


class Family(StrEnum):
    """What sort of procedure it is, as far as rules care (cement levels, headache after an epidural)."""

    CEMENT = "cement"
    EPIDURAL = "epidural"
    FACET = "facet"
    ABLATION = "ablation"
    DISC = "disc"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The family in the person's language."""
        return {
            Family.CEMENT: _("Bone cement"),
            Family.EPIDURAL: _("Epidural"),
            Family.FACET: _("Facet or medial branch"),
            Family.ABLATION: _("Ablation"),
            Family.DISC: _("Disc surgery"),
            Family.OTHER: _("Other"),
        }[self]


class Position(StrEnum):
    """How the patient lies."""

    PRONE = "prone"
    SUPINE = "supine"
    ON_THE_SIDE = "on_the_side"
    SEATED = "seated"

    @property
    def label(self) -> str:
        """The position in the person's language."""
        return {
            Position.PRONE: _("Prone"),
            Position.SUPINE: _("Supine"),
            Position.ON_THE_SIDE: _("On the side"),
            Position.SEATED: _("Seated"),
        }[self]


class WoundClosure(StrEnum):
    """How the skin was closed."""

    STITCHES = "stitches"
    SKIN_TAPES = "skin_tapes"
    SKIN_GLUE = "skin_glue"
    PUNCTURE = "puncture"

    @property
    def label(self) -> str:
        """The closure in the person's language."""
        return {
            WoundClosure.STITCHES: _("Stitches"),
            WoundClosure.SKIN_TAPES: _("Skin tapes"),
            WoundClosure.SKIN_GLUE: _("Skin glue"),
            WoundClosure.PUNCTURE: _("Needle puncture, nothing to close"),
        }[self]


class Anchor(StrEnum):
    """The moments of a case that claims hang on. S is procedure start, E its end."""

    SETUP = "setup"
    """S minus the setup minutes."""
    START = "start"
    END = "end"
    HANDOVER = "handover"
    """E plus the minutes until the recovery nurse has taken over."""
    TURNOVER = "turnover"
    """E plus the turnover minutes."""
    RECOVERED = "recovered"
    """E plus the recovery minutes: the bay's end."""
    LEAVING = "leaving"
    """Home: the bay's end. Overnight: the next day's leaving hour."""


class NeedWhen(StrEnum):
    """On what a need depends."""

    ALWAYS = "always"
    SEDATION_NURSE = "sedation_nurse"
    ANESTHESIA = "anesthesia"
    OVERNIGHT = "overnight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One kind of resource a case occupies, and between which moments. Of several kinds any one serves."""

    kinds: tuple[ResourceKind, ...]
    starts: Anchor
    ends: Anchor
    when: NeedWhen = NeedWhen.ALWAYS

    def __post_init__(self) -> None:
        """Raise `BadInput` for a need without a kind."""
        if not self.kinds:
            raise BadInput(_("A need names at least one kind of resource."), "needs")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsPlan:
    """The usual shapes of a case's needs, as a person ticks them. Room and patient are always among them."""

    c_arm: bool = False
    bay: bool = False
    bed: bool = False
    sedation: bool = False
    surgeon: bool = True
    nurse: bool = False
    """Surgeon and nurse both ticked: either of them serves."""

    @classmethod
    def of(cls, needs: Sequence[Need]) -> NeedsPlan:
        """The plan that ``needs`` come closest to."""
        kinds = {
            kind: need for need in needs for kind in need.kinds if need.when is not NeedWhen.SEDATION_NURSE
        }
        return cls(
            c_arm=ResourceKind.C_ARM in kinds,
            bay=ResourceKind.BAY in kinds,
            bed=ResourceKind.BED in kinds,
            sedation=any(need.when in (NeedWhen.SEDATION_NURSE, NeedWhen.ANESTHESIA) for need in needs),
            surgeon=ResourceKind.SURGEON in kinds,
            nurse=ResourceKind.NURSE in kinds,
        )

    def needs(self) -> tuple[Need, ...]:
        """Who is busy when: room and C-arm with setup and turnover, the surgeon for the procedure alone."""
        both = ((ResourceKind.SURGEON, self.surgeon), (ResourceKind.NURSE, self.nurse))
        staff = tuple(kind for kind, wanted in both if wanted)
        plan = (
            (True, _need(ResourceKind.ROOM, Anchor.SETUP, Anchor.TURNOVER)),
            (self.c_arm, _need(ResourceKind.C_ARM, Anchor.SETUP, Anchor.TURNOVER)),
            (bool(staff), _need(staff[0], Anchor.START, Anchor.END, also=staff[1:]) if staff else None),
            (
                self.sedation,
                _need(ResourceKind.NURSE, Anchor.SETUP, Anchor.HANDOVER, NeedWhen.SEDATION_NURSE),
            ),
            (
                self.sedation,
                _need(ResourceKind.ANESTHESIA, Anchor.SETUP, Anchor.HANDOVER, NeedWhen.ANESTHESIA),
            ),
            (self.bay, _need(ResourceKind.BAY, Anchor.END, Anchor.RECOVERED)),
            (self.bed, _need(ResourceKind.BED, Anchor.RECOVERED, Anchor.LEAVING, NeedWhen.OVERNIGHT)),
            (True, _need(ResourceKind.PATIENT, Anchor.SETUP, Anchor.LEAVING)),
        )
        return tuple(need for wanted, need in plan if wanted and need is not None)


def _need(
    kind: ResourceKind,
    starts: Anchor,
    ends: Anchor,
    when: NeedWhen = NeedWhen.ALWAYS,
    also: tuple[ResourceKind, ...] = (),
) -> Need:
    return Need(kinds=(kind, *also), starts=starts, ends=ends, when=when)


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """A need of one planned case, half-open, in minutes from procedure start.

    ``until`` is None where the claim lasts to the leaving hour of the next day.
    """

    kinds: tuple[ResourceKind, ...]
    start: int
    until: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A procedure or visit the clinic offers, with the defaults a booking form fills in. Minutes throughout."""

    key: str
    name: str
    kind: ProcedureKind
    family: Family = Family.OTHER
    first_minutes: int
    extra_level_minutes: int = 0
    setup_minutes: int = 0
    turnover_minutes: int = 0
    handover_minutes: int = 0
    recovery_minutes: int = 0
    level_kind: LevelKind = LevelKind.NONE
    allowed: LevelRange | None = None
    max_levels: int | None = None
    has_side: bool = False
    default_sedation: Sedation | None = None
    allowed_sedations: tuple[Sedation, ...] = ()
    default_setting: Setting = Setting.HOME
    needs: tuple[Need, ...] = ()
    position: Position | None = None
    bleeding_risk: BleedingRisk = BleedingRisk.NONE
    pathway_key: str | None = None
    handout_key: str | None = None
    wound_closures: tuple[WoundClosure, ...] = ()
    preparation: tuple[PreparationRule, ...] = ()
    source: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` naming the field where a value cannot be."""
        check_key(self.key)
        check_name(self.name)
        check_rules(self.preparation)
        _check_minutes(self.first_minutes, "first_minutes", least=GRID_MINUTES)
        for field in ("extra_level_minutes", "setup_minutes", "turnover_minutes", "handover_minutes"):
            _check_minutes(getattr(self, field), field)
        _check_minutes(self.recovery_minutes, "recovery_minutes")
        if self.handover_minutes > self.recovery_minutes:
            raise BadInput(
                _("The handover is part of the recovery; it cannot last longer."), "handover_minutes"
            )
        if self.default_sedation is not None and self.default_sedation not in self.allowed_sedations:
            raise BadInput(_("The usual sedation must be one of the allowed ones."), "default_sedation")
        if self.allowed_sedations and self.default_sedation is None:
            raise BadInput(_("Choose the usual sedation."), "default_sedation")
        if self.max_levels is not None and self.max_levels < 1:
            raise BadInput(_("The most levels per session is 1 or more."), "max_levels")
        if self.default_setting is Setting.OVERNIGHT and not self.may_stay:
            raise BadInput(_("An overnight stay needs a bed among the resources."), "default_setting")

    @property
    def is_cement(self) -> bool:
        """Whether bone cement is put in: levels T5-L5, no driving for 2 days."""
        return self.family is Family.CEMENT

    @property
    def is_visit(self) -> bool:
        """Whether it is a plain visit."""
        return self.kind is ProcedureKind.VISIT

    @property
    def may_stay(self) -> bool:
        """Whether it can be booked overnight."""
        return any(need.when is NeedWhen.OVERNIGHT for need in self.needs)

    @property
    def offered_levels(self) -> tuple[Level, ...]:
        """The levels a drawing of the spine offers for it, from the skull down."""
        return (self.allowed or WHOLE_SPINE).of(self.level_kind)


class LevelsMissing(BadInput):
    """A procedure that is done at levels was given none."""


class LevelNotAllowed(BadInput):
    """A level outside the procedure's allowed range. Refused, not overridable."""


@dataclass(frozen=True, slots=True)
class TooManyLevels:
    """An advice, overridable with a reason: more levels in one session than the procedure usually has."""

    count: int
    usual_most: int

    @property
    def sentence(self) -> str:
        """The advice in the person's language."""
        return _(
            "{count} levels in one session; at most {most} are usual. Give the reason to go ahead."
        ).format(count=self.count, most=self.usual_most)


def check_levels(procedure: Procedure, levels: Sequence[Level]) -> TooManyLevels | None:
    """The advice about the number of ``levels``, if any.

    Cement: T5-L5, at most 3 a session (FREE and INVEST enrolled 1-3 fractures). Raises `LevelsMissing`,
    `WrongLevelKind` or `LevelNotAllowed`: those are refused.
    """
    distinct = in_order(levels)
    for level in distinct:
        check_kind(level, procedure.level_kind)
        if procedure.allowed is not None and level not in procedure.allowed:
            raise LevelNotAllowed(
                _(
                    "{procedure} is done from {first} to {last}; {level} is outside. Choose another level."
                ).format(
                    procedure=procedure.name,
                    first=procedure.allowed.first,
                    last=procedure.allowed.last,
                    level=level,
                ),
                "levels",
            )
    if not distinct and procedure.level_kind is not LevelKind.NONE:
        raise LevelsMissing(_("Choose at least one level."), "levels")
    if procedure.max_levels is not None and len(distinct) > procedure.max_levels:
        return TooManyLevels(len(distinct), procedure.max_levels)
    return None


def planned_minutes(procedure: Procedure, level_count: int = 1) -> int:
    """Minutes from procedure start to its end: the first level, and so much more for each further one."""
    further = 0 if procedure.level_kind is LevelKind.NONE else max(0, level_count - 1)
    return procedure.first_minutes + further * procedure.extra_level_minutes


def planned_needs(
    procedure: Procedure,
    *,
    level_count: int = 1,
    sedation: SedationLevel | None = None,
    mac: bool = False,
    setting: Setting = Setting.HOME,
    minutes: int | None = None,
) -> tuple[PlannedNeed, ...]:
    """What a case occupies, relative to its start. Empty claims are left out.

    ``minutes`` replaces the planned length.
    """
    end = planned_minutes(procedure, level_count) if minutes is None else minutes
    overnight = setting is Setting.OVERNIGHT
    offsets: dict[Anchor, int | None] = {
        Anchor.SETUP: -procedure.setup_minutes,
        Anchor.START: 0,
        Anchor.END: end,
        Anchor.HANDOVER: end + procedure.handover_minutes,
        Anchor.TURNOVER: end + procedure.turnover_minutes,
        Anchor.RECOVERED: end + procedure.recovery_minutes,
        Anchor.LEAVING: None if overnight else end + procedure.recovery_minutes,
    }
    anesthesia = needs_anesthesia(sedation, mac)
    nurse = not anesthesia and sedation is not None and sedation.provider is SedationProvider.NURSE
    applies = {
        NeedWhen.ALWAYS: True,
        NeedWhen.ANESTHESIA: anesthesia,
        NeedWhen.SEDATION_NURSE: nurse,
        NeedWhen.OVERNIGHT: overnight,
    }
    planned = []
    for need in procedure.needs:
        start, until = offsets[need.starts], offsets[need.ends]
        if applies[need.when] and start is not None and (until is None or start < until):
            planned.append(PlannedNeed(need.kinds, start, until))
    return tuple(planned)


def _check_minutes(minutes: int, field: str, least: int = 0) -> None:
    if not least <= minutes <= LONGEST_MINUTES or minutes % GRID_MINUTES:
        raise BadInput(
            _("Give {least} to {most} minutes in steps of {step}: that is the diary's grid.").format(
                least=least, most=LONGEST_MINUTES, step=GRID_MINUTES
            ),
            field,
        )
