"""What the program says of a call: the scores before it, and what was stored of it."""

from __future__ import annotations

from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.redflags import Tier, Triage
from clinicdesk.i18n import _
from clinicdesk.services.recovery import CallView
from clinicdesk.ui.kit import format as fmt


def pain_before(view: CallView) -> str:
    """Was 8 > 5: the scores before this call, the one before the procedure first."""
    scores = [view.sheet.pain_before, *(before.pain for before in view.sheet.earlier)]
    known = [str(score) for score in scores if score is not None]
    return _("was {scores}").format(scores=" > ".join(known)) if known else ""


def saved_sentence(patient: str, has_pain: bool, triage: Triage) -> str:
    """What the quiet bar says once answers are stored; what is not complete is called so."""
    if triage.tier is Tier.EMERGENCY:
        return _("Saved: {patient}, emergency. It stands first in the review.").format(patient=patient)
    if triage.is_complete and has_pain:
        return _("Saved: {patient}, {tier}.").format(
            patient=patient, tier=triage.tier.label.lower() if triage.tier else ""
        )
    if triage.is_complete:
        return _("Saved without a pain score: {patient}. The review shows it as not complete.").format(
            patient=patient
        )
    return _("Saved, not complete: {patient}, {headline}. The review shows it.").format(
        patient=patient, headline=triage.headline[:1].lower() + triage.headline[1:]
    )


def logged_sentence(outcome: CallOutcome, view: CallView) -> str:
    """What the quiet bar says once an attempt is stored."""
    line = view.sheet.line
    if outcome is CallOutcome.CALL_BACK and line.not_before is not None:
        return _("{patient}: call again {time}.").format(
            patient=line.patient, time=fmt.short_moment(line.not_before)
        )
    return _("{patient}: {outcome}.").format(patient=line.patient, outcome=outcome.label.lower())
