"""What the answers so far mean: who must act and how soon, what to say to the patient, and whether the surgeon knows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from clinicdesk.domain.redflags import Tier, Triage
from clinicdesk.i18n import _, ngettext
from clinicdesk.services.recovery import CallView
from clinicdesk.ui.kit import Column, PlainLabel, PushButton, Row
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.recovery.tier_ground import TierGround
from clinicdesk.ui.theme import Gap, Rank, theme


class OutcomeBanner(TierGround):
    """On the tint of the tier, which for an emergency is red: the tier, the findings, what to say, whom to tell."""

    told = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        across = Row(self, gap=Gap.M, margin=self.MARGIN)
        words = Column(gap=Gap.XS)
        self.headline = PlainLabel("", self, wrap=True, rank=Rank.STRONG)
        self.saying = PlainLabel("", self, wrap=True, selectable=True)
        self.stay = PlainLabel("", self, wrap=True)
        words.add(self.headline, self.saying, self.stay)
        across.addLayout(words, 1)
        self.told_button = PushButton("", self)
        self.told_button.clicked.connect(self.told)
        across.addWidget(self.told_button)

    def labels(self) -> tuple[QLabel, ...]:
        """The headline, what to say, and what comes next."""
        return (self.headline, self.saying, self.stay)

    def show_triage(self, view: CallView, triage: Triage) -> None:
        """Show what the answers so far mean."""
        self._tier = triage.tier or Tier.NONE
        self.headline.setText(_headline(triage))
        says = list(
            dict.fromkeys(view.say(reason.say) for reason in triage.reasons if reason.tier is self._tier)
        )
        self.saying.setText(_("Say: “{words}”").format(words=" ".join(says)) if says else "")
        self.saying.setVisible(bool(says))
        surgeon = view.sheet.surgeon or _("the surgeon")
        self.stay.setText(_next_thing(self._tier, surgeon))
        self.stay.setVisible(bool(self.stay.text()))
        self._show_told(view, surgeon)
        self.setAccessibleName(" ".join(part for part in (self.headline.text(), self.saying.text()) if part))
        self._restyle()

    def _show_told(self, view: CallView, surgeon: str) -> None:
        at = view.sheet.told_surgeon_at
        self.told_button.setVisible(self._tier in (Tier.EMERGENCY, Tier.SAME_DAY))
        self.told_button.setEnabled(at is None)
        if at is None:
            self.told_button.set_words(_("Told {surgeon}").format(surgeon=surgeon))
        else:
            self.told_button.set_words(_("Told {surgeon} {time}").format(surgeon=surgeon, time=fmt.clock(at)))

    def _restyle(self) -> None:
        super()._restyle()
        large = self._tier is Tier.EMERGENCY
        self.saying.setFont(theme().font(Rank.SECTION if large else Rank.BODY))
        self.stay.setFont(theme().font(Rank.STRONG))
        self.updateGeometry()


def _headline(triage: Triage) -> str:
    found = [reason.label for reason in triage.reasons]
    if not found:
        return triage.headline
    tier = triage.tier.label if triage.tier is not None else ""
    words = _("{tier}: {findings}").format(tier=tier, findings="; ".join(found))
    if triage.is_complete:
        return words
    count = len(triage.unanswered)
    gaps = ngettext("{count} question not answered", "{count} questions not answered", count)
    return _("{words}. {gaps}").format(words=words, gaps=gaps.format(count=count))


def _next_thing(tier: Tier, surgeon: str) -> str:
    if tier is Tier.EMERGENCY:
        return _("Stay on the line. Tell {surgeon} now.").format(surgeon=surgeon)
    if tier is Tier.SAME_DAY:
        return _("Tell {surgeon} today, after the call.").format(surgeon=surgeon)
    if tier is Tier.NEXT_WORKING_DAY:
        return _("It goes to the review of {surgeon}.").format(surgeon=surgeon)
    return ""
