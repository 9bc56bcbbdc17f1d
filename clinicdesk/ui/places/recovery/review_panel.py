"""One check-in for the surgeon: how it went, what was said, what was not asked, and the sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import CheckInId
from clinicdesk.domain.patients import Sex
from clinicdesk.domain.permissions import Act, may
from clinicdesk.domain.recovery import Closing, ReviewGroup, ReviewLine
from clinicdesk.domain.redflags import Tier
from clinicdesk.i18n import _, ngettext
from clinicdesk.services import recovery
from clinicdesk.services.desk import Desk
from clinicdesk.services.recovery import ReviewView, SignedOff
from clinicdesk.services.work import Done
from clinicdesk.ui.calling import words
from clinicdesk.ui.case.person_head import PersonHead
from clinicdesk.ui.frame.keyed import Keyed
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.kit import (
    Column,
    Grid,
    MarkIcon,
    MutedLabel,
    NoteField,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProblemPanel,
    PushButton,
    Row,
    Rule,
    Scroll,
    Section,
    StrongLabel,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.places.recovery.pain_chart import PainChart, PainPoint
from clinicdesk.ui.places.recovery.tier_ground import TierGround
from clinicdesk.ui.theme import Gap, Size, theme


class ReviewPanel(Keyed[ReviewView], Panel):
    """One check-in and its sign-off. The note is kept while others are read, until it is signed or thrown away."""

    own_subjects = frozenset({Subject.CHECK_IN})
    other_subjects = frozenset({Subject.BRACE})

    signed = Signal(object)
    """Carries the `CheckInId` of what is reviewed now."""
    brace_asked = Signal()
    call_made = Signal(object)
    """The patient stands on the calls; carries the `CheckInId` of that call."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.begin_life()
        self.setAccessibleName(_("Check-in"))
        self._build()
        self.typed.add("note", _("Note of the review"), self.note)

    def _build(self) -> None:
        outer = Column(self, gap=Gap.NONE)
        outer.addWidget(self._built_head())
        inner = Panel(self)
        self.scroller = Scroll(inner, self)
        body = Column(inner, gap=Gap.M, margin=(Gap.L, Gap.S, Gap.L, Gap.M))
        self.facts = PlainLabel("", inner, wrap=True)
        self.tier = TierStrip(inner)
        self.told = PlainLabel("", inner, wrap=True)
        self.pain_title = StrongLabel("", inner)
        self.chart = PainChart(inner)
        self.brace = PlainLabel("", inner, wrap=True)
        self.said_note = PlainLabel("", inner, wrap=True, selectable=True)
        self.answers = _Answers(inner)
        self.answer_section = Section(_("Answers"), inner)
        self.answer_section.add(self.answers)
        self.attempts = MutedLabel("", inner, wrap=True)
        self.attempt_section = Section(_("Attempts"), inner)
        self.attempt_section.add(self.attempts)
        body.add(self.facts, self.tier, self.told, self.pain_title, self.chart)
        body.add(self.brace, self.said_note, self.answer_section, self.attempt_section)
        body.addStretch(1)
        outer.addWidget(self.scroller, 1)
        outer.addWidget(Rule(self))
        outer.addWidget(self._built_foot())

    def _built_head(self) -> QWidget:
        holder = QWidget(self)
        down = Column(holder, gap=Gap.S, margin=(Gap.L, Gap.M, Gap.L, Gap.S))
        across = Row(gap=Gap.S)
        self.head = PersonHead(holder)
        across.addWidget(self.head, 1)
        across.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        self.problem_panel = ProblemPanel(holder)
        down.addLayout(across)
        down.add(self.problem_panel, self.kept_strip, self.differences)
        return holder

    def _built_foot(self) -> QWidget:
        self._foot = foot = QWidget(self)
        down = Column(foot, gap=Gap.S, margin=(Gap.L, Gap.S, Gap.L, Gap.S))
        self.may_sign = may(self.desk.actor.role, Act.REVIEW)
        self.reason = MutedLabel(
            _("Only a surgeon signs off check-ins. You can read them and call back."), foot, wrap=True
        )
        self.reason.setVisible(not self.may_sign)
        self.note = NoteField(_("Note of the review"), foot, hint=_("Note, if there is one to make"), lines=2)
        self.note.setVisible(self.may_sign)
        across = Row(gap=Gap.S)
        self.call_button = PushButton(_("Call back"), foot, icon="calls")
        self.call_button.set_tip(_("Put this patient on the calls, and open the call"), "C")
        self.call_button.clicked.connect(self.call_back)
        self.brace_button = PushButton(_("Brace"), foot, icon="braces")
        self.brace_button.set_tip(_("The brace of this procedure, or a new order"), "B")
        self.brace_button.clicked.connect(self.brace_asked)
        self.sign_button = PrimaryButton(_("Reviewed"), foot, icon="check")
        self.sign_button.set_tip(_("Sign off, and go to the next"), "R")
        self.sign_button.clicked.connect(self.sign_off)
        self.sign_button.setEnabled(self.may_sign)
        across.addStretch(1)
        across.add(self.call_button, self.brace_button, self.sign_button)
        down.add(self.reason, self.note)
        down.addLayout(across)
        return foot

    # ------------------------------------------------------------------ its life

    @property
    def patient_id(self) -> int | None:
        """Whose check-in it is."""
        return None if self.view is None else int(self.view.line.patient_id)

    def read(self, key: PanelKey) -> ReviewView:
        return recovery.open_review(self.desk, CheckInId(key.id))

    def read_again(self, key: PanelKey) -> ReviewView:
        return recovery.open_review.again(self.desk, CheckInId(key.id))

    def version_of(self, view: ReviewView) -> int:
        return view.line.version

    def name_of(self, view: ReviewView) -> str:
        return view.line.patient

    def concerns(self, view: ReviewView) -> frozenset[tuple[Subject, int]]:
        return frozenset({(Subject.PATIENT, int(view.line.patient_id))})

    def show_nothing(self) -> None:
        """Nobody's check-in."""
        self.head.clear()
        self.note.set_value("")
        self.scroller.hide()
        self._foot.hide()

    def show_view(self, view: ReviewView, *, fresh: bool) -> None:
        line = view.line
        self.head.show_person(line.patient, line.birth_date, view.mrn, sex=Sex(view.sex).letter)
        self.facts.setText(_facts(line))
        self.tier.show_line(line, len(view.unanswered))
        self._show_told(line)
        points = points_of(view)
        rose = _(" (worse)") if line.worse else ""
        self.pain_title.setText(_("Pain {scores}").format(scores=words.pains(line)) + rose)
        self.chart.set_points(points)
        self.brace.setText("\n".join(words.brace(order) for order in view.braces))
        self.brace.setVisible(bool(view.braces))
        self.said_note.setText(_("“{note}”").format(note=line.note))
        self.said_note.setVisible(bool(line.note))
        self.answers.show_view(view)
        self.answer_section.setVisible(line.closing is Closing.ANSWERED)
        self.attempts.setText("\n".join(words.attempt(one, line.patient) for one in view.attempts))
        self.attempt_section.setVisible(bool(view.attempts))
        self.note.set_value("")
        self.scroller.show()
        self._foot.show()
        if fresh:
            self.scroller.verticalScrollBar().setValue(0)

    # ------------------------------------------------------------------ what the surgeon does

    def sign_off(self) -> None:
        """Sign off the check-in that is shown: nobody signs what they do not see."""
        view = self.view
        if view is None:
            return
        if not self.may_sign:
            self.show_problem(_("Only a surgeon signs off check-ins. Nothing was changed."))
            return
        if (too_long := self.note.problem()) is not None:
            self.show_problem(too_long)
            return
        line = view.line
        self.send(
            partial(recovery.mark_reviewed, self.desk, line.check_in_id, line.version, self.note.value()),
            then=self._signed,
            said=_("Reviewed: {patient}, {label}.").format(patient=line.patient, label=line.label),
            undo=partial(_take_back, self.desk),
        )

    def _signed(self, signed: SignedOff) -> None:
        self.finish()
        self.signed.emit(signed.check_in_id)

    def call_back(self) -> None:
        """Put the patient on the calls, and open the call."""
        if self.view is not None:
            line = self.view.line
            self.do(
                partial(recovery.call_back, self.desk, line.booking_id),
                then=self.call_made.emit,
                said=_("On the calls of today: {patient}.").format(patient=line.patient),
            )

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, under the head."""
        self.problem_panel.show_problem(sentence)

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()

    def _show_told(self, line: ReviewLine) -> None:
        urgent = line.tier in (Tier.EMERGENCY, Tier.SAME_DAY)
        self.told.setVisible(urgent or line.told_surgeon_at is not None)
        if line.told_surgeon_at is None:
            self.told.setText(_("Nobody noted that the surgeon was told."))
            return
        self.told.setText(
            _("{who} told the surgeon {time}.").format(
                who=line.told_surgeon_by or line.closed_by, time=fmt.short_moment(line.told_surgeon_at)
            )
        )


def _take_back(desk: Desk, signed: SignedOff) -> Done[SignedOff]:
    return recovery.take_back_review(desk, signed.check_in_id, signed.version)


def _facts(line: ReviewLine) -> str:
    what = words.day_of(line.day, line.procedure, line.levels)
    parts = [
        what[:1].upper() + what[1:],
        line.label,
        line.surgeon,
        _("{closing} {time} by {who}").format(
            closing=line.closing.label, time=fmt.short_moment(line.closed_at), who=line.closed_by
        ),
    ]
    return " · ".join(part for part in parts if part)


def points_of(view: ReviewView) -> tuple[PainPoint, ...]:
    """The scores up to this check-in, the one before the procedure first."""
    line = view.line
    points = [] if view.pain_before is None else [PainPoint(None, view.pain_before)]
    points += [
        PainPoint(one.day, one.pain)
        for one in view.earlier
        if one.pain is not None and one.at <= line.closed_at
    ]
    if line.pain is not None:
        points.append(PainPoint(line.day, line.pain, current=True))
    return tuple(points)


class TierStrip(TierGround):
    """The tier with its findings on its tint; what is not complete on the neutral ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = Column(self, gap=Gap.XS, margin=self.MARGIN)
        self.headline = StrongLabel("", self, wrap=True)
        self.findings = PlainLabel("", self, wrap=True)
        column.add(self.headline, self.findings)

    def labels(self) -> tuple[QLabel, ...]:
        """The headline and the findings."""
        return (self.headline, self.findings)

    def show_line(self, line: ReviewLine, gaps: int) -> None:
        """Say why it is here."""
        self._tier = line.tier or Tier.NONE
        self.headline.setText(_headline(line, gaps))
        self.findings.setText("\n".join(line.findings))
        self.findings.setVisible(bool(line.findings))
        self._restyle()


def _headline(line: ReviewLine, gaps: int) -> str:
    if line.closing is not Closing.ANSWERED:
        return line.closing.label
    parts = []
    if line.tier is not None and line.tier is not Tier.NONE:
        parts.append(line.tier.label)
    elif line.group is ReviewGroup.WORSE:
        parts.append(_("No flag, but pain is worse"))
    elif line.tier is Tier.NONE:
        parts.append(Tier.NONE.label)
    if gaps:
        parts.append(
            ngettext("{count} question not answered", "{count} questions not answered", gaps).format(
                count=gaps
            )
        )
    elif line.pain is None:
        parts.append(_("pain was not asked"))
    return "; ".join(parts) or _("Not complete")


class _Answers(QWidget):
    """Question, mark and answer, the worst first; what was not asked stands last and is said to be so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = Column(self, gap=Gap.NONE)
        self._held: QWidget | None = None

    def show_view(self, view: ReviewView) -> None:
        """Show the answers of a check-in."""
        if self._held is not None:
            self._column.removeWidget(self._held)
            self._held.hide()
            self._held.deleteLater()
        held = QWidget(self)
        grid = Grid(held, gap=Gap.S, down=Gap.XS)
        rows: Sequence[tuple[str, str, Tier]] = (
            *view.answers,
            *((label, _("not asked"), Tier.NONE) for label in view.unanswered),
        )
        for number, (label, answer, tier) in enumerate(rows):
            positive = tier is not Tier.NONE
            if positive:
                grid.addWidget(MarkIcon(tier.value, held), number, 0, Qt.AlignmentFlag.AlignVCenter)
            question = (StrongLabel if positive else PlainLabel)(label, held, wrap=True)
            reply = (StrongLabel if positive else PlainLabel)(answer, held)
            reply.set_tone("" if positive else "muted")
            grid.addWidget(question, number, 1)
            grid.addWidget(reply, number, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnMinimumWidth(0, theme().px(Size.ICON))
        grid.setColumnStretch(1, 1)
        self._held = held
        self._column.addWidget(held)
        held.show()
