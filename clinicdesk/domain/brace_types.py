"""The braces a clinic orders, and what payers ask for from which day on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinicdesk.domain.words import check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

_HCPCS = re.compile(r"[A-Z]\d{4}", re.ASCII)


class BraceGroup(StrEnum):
    """What part a brace holds."""

    TLSO = "tlso"
    LSO = "lso"
    CORSET = "corset"
    COLLAR = "collar"

    @property
    def label(self) -> str:
        """The group in the person's language."""
        return {
            BraceGroup.TLSO: _("TLSO (chest to hips)"),
            BraceGroup.LSO: _("LSO (lower back)"),
            BraceGroup.CORSET: _("Corset"),
            BraceGroup.COLLAR: _("Collar"),
        }[self]


class BraceRuleKind(StrEnum):
    """What a payer's dated rule asks for (CMS lists; a row with a start date, since they change)."""

    VISIT_AND_ORDER_FIRST = "visit_and_order_first"
    """A visit within 6 months before the order, and the written order before delivery."""
    PRIOR_AUTHORIZATION = "prior_authorization"

    @property
    def label(self) -> str:
        """The rule in the person's language."""
        return {
            BraceRuleKind.VISIT_AND_ORDER_FIRST: _("Visit within 6 months and written order before delivery"),
            BraceRuleKind.PRIOR_AUTHORIZATION: _("Prior authorization"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceRule:
    """One dated rule; in force from ``starts`` up to and including ``ends`` (None: until further notice)."""

    kind: BraceRuleKind
    starts: date
    ends: date | None = None
    source: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` for a rule that ends before it starts."""
        if self.ends is not None and self.ends < self.starts:
            raise BadInput(_("The rule ends before it starts."), "ends")

    def in_force(self, day: date) -> bool:
        """Whether it holds on ``day``."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class BraceType:
    """A brace by its HCPCS code, described in the clinic's own words.

    ``default_weeks`` is None where there is no usual length: the surgeon sets it.
    """

    hcpcs: str
    name: str
    group: BraceGroup
    default_weeks: int | None = None
    wear_rule: str = ""
    rules: tuple[BraceRule, ...] = ()
    source: str = ""
    confirm: bool = False

    def __post_init__(self) -> None:
        """Raise `BadInput` where a value cannot be."""
        if not _HCPCS.fullmatch(self.hcpcs):
            raise BadInput(_("A HCPCS code is a letter and four digits, such as L0486."), "hcpcs")
        check_name(self.name)
        if self.default_weeks is not None and not 1 <= self.default_weeks <= 104:
            raise BadInput(_("A brace is worn for 1 to 104 weeks."), "default_weeks")

    def rules_on(self, day: date) -> frozenset[BraceRuleKind]:
        """What is asked of an order of this brace on ``day``."""
        return frozenset(rule.kind for rule in self.rules if rule.in_force(day))
