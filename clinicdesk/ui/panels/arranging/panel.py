"""The panel “Arrange this day”: how the search goes, what it brings, what would move; nothing happens before the click."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from clinicdesk.domain.arranging.clinic_day import Arrangeable
from clinicdesk.domain.arranging.proposal import Proposal
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId
from clinicdesk.errors import ClinicDeskError, NeedsReason
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import arranging
from clinicdesk.services.booking import moving_many
from clinicdesk.services.booking.moving_many import MovedMany
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.frame.place import Shell, SideView
from clinicdesk.ui.frame.targets import ArrangingOf, PanelKey, PlanStage
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    Column,
    MutedLabel,
    PlainLabel,
    PrimaryButton,
    PushButton,
    Row,
    Section,
    ask,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.panels.arranging.changes import ChangeList
from clinicdesk.ui.panels.arranging.figures import FiguresTable
from clinicdesk.ui.panels.arranging.searching import TENTHS, DaySearch
from clinicdesk.ui.papers import window as papers
from clinicdesk.ui.theme import Gap, theme


class ArrangingPanel(Life[Arrangeable], SideView[ArrangingOf]):
    """What it finds is shown on the stage while it is open. Nothing is typed: which cases stay is part of the search."""

    other_subjects = frozenset(
        {
            Subject.BOOKING,
            Subject.RESOURCE,
            Subject.CLOSURE,
            Subject.BLOCK,
            Subject.CLINIC,
            Subject.CATALOGUE,
        }
    )

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(desk, shell, _("Arrange this day"), wide=True)
        self.begin_life()
        self.proposal: Proposal | None = None
        self._stage: PlanStage | None = None
        self.search = DaySearch(self)
        self._build()
        self.search.found.connect(self._found)
        self.search.ran.connect(self.bar.setValue)
        self.search.ended.connect(self._ended)
        self.changes.kept_changed.connect(self._look_again)
        self.changes.pointed.connect(self._point)
        self.changes.chosen.connect(self._choose)

    def _build(self) -> None:
        self.solver_note = Banner(BannerKind.INFO, "", self)
        self.solver_note.hide()
        self.status = PlainLabel("", self, wrap=True)
        self.gap = MutedLabel("", self, wrap=True)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, TENTHS)
        self.bar.setAccessibleName(_("How long the search has run"))
        self.stop = PushButton(_("Stop here"), self, tip=_("Look no further; the best order so far stands"))
        self.stop.clicked.connect(self.search.stop)
        head = QWidget(self)
        words, across = Column(gap=Gap.NONE), Row(gap=Gap.M)
        words.add(self.status, self.gap)
        across.addLayout(words, 1)
        across.addWidget(self.stop)
        Column(head, gap=Gap.S).add(across, self.bar)
        self.figures = FiguresTable(self)
        self.gain = Section(_("What it brings"), self)
        self.gain.add(self.figures)
        self.changes = ChangeList(self)
        self.moving = Section(_("What would move"), self)
        self.moving.add(self.changes)
        self.staying_words = MutedLabel("", self, wrap=True)
        self.staying = Section(_("What stays"), self)
        self.staying.add(self.staying_words)
        self.body.setSpacing(theme().px(Gap.XL))
        self.add(self.solver_note, head, self.gain, self.moving, self.staying)
        self.body.addStretch(1)
        self.leave = PushButton(_("Cancel"), self)
        self.leave.clicked.connect(self.closed)
        self.apply = PrimaryButton(_("Apply"), self)
        self.apply.clicked.connect(self._apply)
        self.add_foot(self.leave, self.apply)

    def open_target(self, target: ArrangingOf) -> None:
        """Arrange the day, and show it on the stage."""
        self._stand_on(target.stage)
        self._begin_anew(_("Reading the day…"))
        self.set_title(_("Arrange {day}").format(day=fmt.day(target.day)))
        self.open_for(target.key)
        self.ask(arranging.warm_up, self._is_warm, line="solver")

    def may_close(self) -> bool:
        """Whatever was found is dropped: nothing has happened yet."""
        self.search.give_up()
        return super().may_close()

    def showEvent(self, event: QShowEvent) -> None:
        """What is found is on the stage while the panel is to be seen, whatever opens or closes it."""
        super().showEvent(event)
        if self.proposal is not None and self._stage is not None and not event.spontaneous():
            self._stage.show(self.proposal)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is proposed any more."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._unstage()

    def _stand_on(self, stage: PlanStage) -> None:
        if stage is not self._stage:
            self._stage = stage
            stage.pointed.connect(self.changes.point_at)
            stage.chosen.connect(self._reveal)

    def _point(self, booking: BookingId | None) -> None:
        if self._stage is not None:
            self._stage.point(booking)

    def _choose(self, booking: BookingId) -> None:
        if self._stage is not None:
            self._stage.choose(booking)

    def _reveal(self, booking: BookingId) -> None:
        """Scroll to the line of a case."""
        line = self.changes.line_of(booking)
        if line is not None:
            self.scroller.ensureWidgetVisible(line)

    def _is_warm(self, _nothing: None) -> None:
        """The solver's process is on its way; whether it works is told by the search."""

    # The day.

    def read(self, key: PanelKey) -> Arrangeable:
        return self.read_again(key)

    def read_again(self, key: PanelKey) -> Arrangeable:
        assert key.at is not None
        return arranging.day(self.desk, key.at)

    def version_of(self, view: Arrangeable) -> int:
        del view
        return 0

    def name_of(self, view: Arrangeable) -> str:
        return fmt.short_day(view.day)

    def show_nothing(self) -> None:
        """No day: nothing is looked for."""
        self._begin_anew("")
        self.changes.clear()
        for section in (self.gain, self.moving, self.staying):
            section.hide()

    def not_read(self, error: ClinicDeskError) -> None:
        self._begin_anew("")
        super().not_read(error)

    def _begin_anew(self, words: str) -> None:
        self.search.give_up()
        self._unstage()
        self._forget(words)

    def _unstage(self) -> None:
        if self._stage is not None:
            self._stage.clear()

    def _forget(self, words: str) -> None:
        self.proposal = None
        self.status.setText(words)
        self.gap.setText("")
        self.bar.setValue(0)
        self._enable()

    def show_view(self, view: Arrangeable, *, fresh: bool) -> None:
        del fresh
        self._begin_anew("")
        self.changes.show_day(view)
        stays = [
            f"{entry.patient}: {why}" for entry, why in zip(view.entries, view.stays, strict=True) if why
        ]
        self.staying_words.setText("\n".join(stays))
        self.staying.setVisible(bool(stays))
        self.gain.setVisible(bool(view.may_move))
        self.moving.hide()
        if view.may_move:
            self._look(view)
        else:
            self._forget(
                _("Nothing on this day can be moved.")
                if view.entries
                else _("Nothing is booked on this day.")
            )

    # The search.

    def _look_again(self) -> None:
        if self.view is not None:
            self._look(self.view)

    def _look(self, day: Arrangeable) -> None:
        self.solver_note.hide()
        self._forget(_("Looking for a better order…"))
        self.search.begin(day, self.changes.kept)
        self._enable()

    def _found(self, proposal: Proposal) -> None:
        self.proposal = proposal
        if self._stage is not None and self.isVisible():
            self._stage.show(proposal)
        self.figures.show_proposal(proposal)
        self.changes.show_proposal(proposal)
        self.moving.setVisible(bool(proposal.changes or self.changes.kept))
        self.status.setText(_summary(proposal))
        self.gap.setText(proposal.gap_words)
        self._enable()

    def _ended(self, problem: str) -> None:
        if problem:
            self.solver_note.set_text(problem)
            self.solver_note.show()
            self.gap.setText("")
        if self.proposal is None:
            self._unstage()
        self.bar.setValue(TENTHS)
        self._enable()

    def _enable(self) -> None:
        running = self.search.is_running
        self.stop.setVisible(running)
        self.bar.setVisible(running)
        count = len(self.proposal.changes) if self.proposal is not None else 0
        self.apply.setEnabled(count > 0 and not self.is_busy)
        words = ngettext("Apply {count} change", "Apply {count} changes", count)
        self.apply.set_words(words.format(count=fmt.number(count)) if count else _("Apply"))

    # Applying.

    def _apply(self) -> None:
        """Apply what is shown: the search may have more to say, but nobody has seen that."""
        if self.proposal is not None:
            self.search.give_up()
            self._enable()
            self._carry_out(self.proposal, "")

    def _carry_out(self, proposal: Proposal, reason: str) -> None:
        self.do(
            partial(arranging.apply, self.desk, proposal, reason=reason),
            then=self._carried_out,
            said=partial(_said, proposal),
            undo=partial(moving_many.undo_many, self.desk),
        )
        self._enable()

    def _carried_out(self, _moved: MovedMany) -> None:
        if self._stage is not None:
            self._stage.carried_out()
        self.finish()
        self.shell.close_side()

    def show_refusal(self, error: ClinicDeskError) -> None:
        self._enable()
        proposal = self.proposal
        if not isinstance(error, NeedsReason) or not error.answerable or proposal is None:
            super().show_refusal(error)
            return
        reason = ask(
            self,
            _("These moves need a reason"),
            error.sentence,
            label=_("Reason, kept with the cases"),
            do=_("Apply"),
        )
        if reason and self.proposal is proposal:  # while it was asked the day may have become another one
            self._carry_out(proposal, reason)


def _summary(proposal: Proposal) -> str:
    """How many cases would move, and how many have to be told."""
    changes = proposal.changes
    if not changes:
        return _("The day stands well as it is.")
    moved, swapped = sum(change.moves for change in changes), sum(not change.moves for change in changes)
    parts = []
    if moved:
        parts.append(
            ngettext(
                "{count} case moves to another time", "{count} cases move to another time", moved
            ).format(count=fmt.number(moved))
        )
    told = proposal.then.told
    if told:
        parts.append(
            ngettext("{count} of them has confirmed", "{count} of them have confirmed", told).format(
                count=fmt.number(told)
            )
        )
    if swapped:
        parts.append(
            ngettext(
                "{count} keeps its time and takes other units",
                "{count} keep their time and take other units",
                swapped,
            ).format(count=fmt.number(swapped))
        )
    return _("{parts}.").format(parts=", ".join(parts))


def _said(proposal: Proposal, moved: MovedMany) -> str:
    count = len(proposal.changes)
    said = ngettext(
        "{day} is arranged: {count} case was moved.", "{day} is arranged: {count} cases were moved.", count
    ).format(day=fmt.short_day(proposal.day.day), count=fmt.number(count))
    return " ".join((said, papers.out_of_date(moved.outdated))) if moved.outdated else said
