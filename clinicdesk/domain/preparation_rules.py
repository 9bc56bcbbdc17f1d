"""The checklist of a procedure: which points have to be ready before a case, how long before it, and of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.errors import BadInput
from clinicdesk.i18n import N_, _

MOST_DAYS_BEFORE = 90


class PreparationKey(StrEnum):
    """The points of a checklist, in the order in which they are worked."""

    CONSENT = "consent"
    AUTHORIZATION = "authorization"
    LABS = "labs"
    BLOOD_THINNER = "blood_thinner"
    IMAGING = "imaging"
    ALLERGIES = "allergies"
    ESCORT = "escort"
    KIT = "kit"

    @property
    def label(self) -> str:
        """The point in the person's language."""
        return _(_LABELS[self])


_LABELS = {
    PreparationKey.CONSENT: N_("Consent"),
    PreparationKey.AUTHORIZATION: N_("Authorization"),
    PreparationKey.LABS: N_("Labs"),
    PreparationKey.BLOOD_THINNER: N_("Blood thinner"),
    PreparationKey.IMAGING: N_("Imaging"),
    PreparationKey.ALLERGIES: N_("Allergies"),
    PreparationKey.ESCORT: N_("Escort"),
    PreparationKey.KIT: N_("Implant or kit"),
}


class PreparationWhen(StrEnum):
    """On what a point depends."""

    ALWAYS = "always"
    BLOOD_THINNER = "blood_thinner"
    """The chart names a blood thinner, and the procedure may bleed."""
    ESCORT = "escort"
    """The depth of sedation asks for somebody who takes the patient home."""

    @property
    def label(self) -> str:
        """The condition in the person's language."""
        return {
            PreparationWhen.ALWAYS: _("always"),
            PreparationWhen.BLOOD_THINNER: _("with a blood thinner"),
            PreparationWhen.ESCORT: _("when the sedation asks for an escort"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationRule:
    """One point of a procedure's checklist, due ``days_before`` the case (0: on its day)."""

    key: PreparationKey
    days_before: int
    when: PreparationWhen = PreparationWhen.ALWAYS

    def __post_init__(self) -> None:
        """Raise `BadInput` for days that make no sense."""
        if not 0 <= self.days_before <= MOST_DAYS_BEFORE:
            raise BadInput(
                _("A point is due 0 to {most} days before the case.").format(most=MOST_DAYS_BEFORE),
                "preparation",
            )


def usual_rules(*, is_visit: bool, cement: bool, surgery: bool) -> tuple[PreparationRule, ...]:
    """The checklist a procedure starts with where nobody has written one. A plain visit has none.

    Cement needs its kit on hand. Before cement and surgery everybody has blood tests, before an injection only those who
    take a blood thinner.
    """
    if is_visit:
        return ()
    labs = PreparationWhen.ALWAYS if cement or surgery else PreparationWhen.BLOOD_THINNER
    rules = [
        PreparationRule(key=PreparationKey.CONSENT, days_before=1),
        PreparationRule(key=PreparationKey.AUTHORIZATION, days_before=3),
        PreparationRule(key=PreparationKey.LABS, days_before=3, when=labs),
        PreparationRule(key=PreparationKey.BLOOD_THINNER, days_before=7, when=PreparationWhen.BLOOD_THINNER),
        PreparationRule(key=PreparationKey.IMAGING, days_before=2),
        PreparationRule(key=PreparationKey.ALLERGIES, days_before=1),
        PreparationRule(key=PreparationKey.ESCORT, days_before=1, when=PreparationWhen.ESCORT),
    ]
    if cement:
        rules.append(PreparationRule(key=PreparationKey.KIT, days_before=2))
    return tuple(rules)


def check_rules(rules: Sequence[PreparationRule]) -> None:
    """Raise `BadInput` where a checklist names a point twice."""
    keys = [rule.key for rule in rules]
    if len(set(keys)) != len(keys):
        raise BadInput(_("A checklist names each point once."), "preparation")
