"""The words of a timeline: what each entry says, and where it leads."""

from __future__ import annotations

from collections.abc import Hashable

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.brace import BraceStatus
from clinicdesk.domain.calling import CallOutcome
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import BookingId, BraceOrderId, CheckInId
from clinicdesk.domain.papers import PaperUse
from clinicdesk.domain.recovery import Closing
from clinicdesk.domain.timeline import EntryKind, TimelineEntry
from clinicdesk.i18n import _
from clinicdesk.ui.frame.targets import BraceOrderOf, CallOf, CaseOf, ReviewOf, Target
from clinicdesk.ui.kit import Paint, TableColumn
from clinicdesk.ui.kit import format as fmt


def columns() -> list[TableColumn[TimelineEntry]]:
    """The columns of the timeline."""
    return [
        TableColumn(heading=_("Day"), text=day, width=132, paint=Paint.FIGURES),
        TableColumn(heading=_("Time"), text=time, width=80, paint=Paint.FIGURES, right=True),
        TableColumn(heading="", text=pill, width=152, paint=Paint.STATE),
        TableColumn(heading=_("What"), text=what, least=220),
        TableColumn(heading=_("By"), text=who, width=144, paint=Paint.MUTED, drop=1),
    ]


def key_of(entry: TimelineEntry) -> Hashable:
    """What stays of an entry whose state or note changes: what it is, about what, and when."""
    return entry.kind, entry.at, entry.day, entry.subject, entry.subject_id, entry.state


def day(entry: TimelineEntry) -> str:
    """Thu 26 Nov 2026."""
    return fmt.day(entry.day)


def time(entry: TimelineEntry) -> str:
    """9:20 AM; nothing where only the day is known."""
    return "" if entry.at is None else fmt.clock(entry.at)


def who(entry: TimelineEntry) -> str:
    """Who did it."""
    return entry.by


def pill(entry: TimelineEntry) -> str:
    """The state of a booking, or the tier of answers, drawn as a pill."""
    return entry.state if entry.kind in (EntryKind.CASE, EntryKind.ANSWERS) else ""


def what(entry: TimelineEntry) -> str:
    """What happened, in one line."""
    sentence = _sentence(entry)
    note = " ".join(entry.note.split())
    return _("{sentence} - {note}").format(sentence=sentence, note=note) if note else sentence


def _sentence(entry: TimelineEntry) -> str:
    if entry.kind is EntryKind.STEP:
        return _step(entry)
    if entry.kind is EntryKind.CHECK_IN_DUE:
        return _("Check-in due: {about}").format(about=entry.about)
    if entry.kind is EntryKind.REGISTERED:
        return _("Imported from a list") if entry.state else _("Registered")
    result = _result(entry)
    return _("{about}: {result}").format(about=entry.about, result=result) if result else entry.about


def _result(entry: TimelineEntry) -> str:
    if entry.kind is EntryKind.BRACE:
        return BraceStatus(entry.state).label.lower()
    if entry.kind is EntryKind.PAPER:
        return PaperUse(entry.state).label.lower() if entry.state else ""
    if entry.kind is EntryKind.ATTEMPT:
        return CallOutcome(entry.state).label.lower()
    if entry.kind is EntryKind.TOLD:
        return _("the surgeon was told")
    if entry.kind is EntryKind.REVIEWED:
        return _("reviewed")
    if entry.kind is EntryKind.ANSWERS:
        return _answers(entry)
    return ""


def _answers(entry: TimelineEntry) -> str:
    closing = Closing(entry.before) if entry.before else Closing.ANSWERED
    if closing is not Closing.ANSWERED:
        return closing.label.lower()
    if entry.pain is None:
        return _("reached, pain not asked")
    return _("reached, pain {score}").format(score=entry.pain)


def _step(entry: TimelineEntry) -> str:
    if entry.before == entry.state and entry.moved_from and entry.moved_to:
        return _("Moved: {about}, from {before} to {after}").format(
            about=entry.about,
            before=fmt.short_moment(entry.moved_from),
            after=fmt.short_moment(entry.moved_to),
        )
    state = BookingState(entry.state).label
    if entry.moved_to is not None:
        return _("{state}: {about}, for {when}").format(
            state=state, about=entry.about, when=fmt.short_moment(entry.moved_to)
        )
    if entry.before == entry.state:
        return _("Changed: {about}").format(about=entry.about)
    return _("{state}: {about}").format(state=state, about=entry.about)


def leads_to(entry: TimelineEntry, *, reviews: bool) -> Target | None:
    """Where choosing an entry leads; None for a paper (a window of its own) and for what has no page.

    ``reviews`` tells whether this person reviews check-ins.
    """
    if entry.subject is Subject.BOOKING:
        return CaseOf(booking_id=BookingId(entry.subject_id))
    if entry.subject is Subject.BRACE:
        return BraceOrderOf(order_id=BraceOrderId(entry.subject_id))
    if entry.subject is Subject.CHECK_IN:
        if entry.kind is EntryKind.CHECK_IN_DUE:
            return CallOf(check_in_id=CheckInId(entry.subject_id))
        if reviews:
            return ReviewOf(check_in_id=CheckInId(entry.subject_id))
        return None if entry.booking_id is None else CaseOf(booking_id=BookingId(entry.booking_id))
    return None
