"""How points of a checklist, and the hours before a case, are put into words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.calling import PATIENT_ATTEMPTS
from clinicdesk.domain.confirming import CallTwice, ConfirmLine, ConfirmSheet
from clinicdesk.domain.instructions import BeforeCase
from clinicdesk.domain.preparation import CheckPoint, CheckState, PreparationKey
from clinicdesk.i18n import _
from clinicdesk.ui.kit import format as fmt


def listed(points: Sequence[CheckPoint], today: date) -> str:
    """What is missing, what presses most first: authorization ends too early · labs, imaging by Thu 26 Nov."""
    groups: dict[tuple[int, date, str], list[CheckPoint]] = {}
    for point in points:
        due = point.due_on if point.state is CheckState.OPEN else None
        alone = point.key if point.state is CheckState.WRONG else ""
        groups.setdefault((_PRESSING.index(point.state), due or date.min, alone), []).append(point)
    first = sorted(groups)
    return " · ".join(_together(groups[group], today) for group in first)


_PRESSING = (CheckState.WRONG, CheckState.OVERDUE, CheckState.DUE, CheckState.OPEN)


def _together(points: Sequence[CheckPoint], today: date) -> str:
    """Points that stand alike, with what is said of them once."""
    names, one = ", ".join(point.key.label.lower() for point in points), points[0]
    if one.state is CheckState.WRONG and one.key is PreparationKey.BLOOD_THINNER:
        return _("{points} to be confirmed again").format(points=names)
    if one.state is CheckState.WRONG:
        ended = one.item.expires_on is not None and one.item.expires_on < today
        return (_("{points} has ended") if ended else _("{points} ends too early")).format(points=names)
    if one.state is CheckState.OVERDUE:
        return _("{points} overdue").format(points=names)
    if one.state is CheckState.DUE:
        return _("{points} due today").format(points=names)
    if one.due_on is None:
        return names
    return _("{points} by {day}").format(points=names, day=fmt.short_day(one.due_on))


def state(point: CheckPoint) -> str:
    """How a point stands, at the right of its name."""
    if point.state is CheckState.DONE:
        return _("in the chart") if not point.item.is_settled else _("done")
    if point.state is CheckState.NOT_NEEDED:
        return _("not needed")
    if point.state is CheckState.WRONG:
        thinner = point.key is PreparationKey.BLOOD_THINNER
        return _("confirm again") if thinner else _("does not hold")
    if point.state is CheckState.DUE:
        return _("due today")
    if point.due_on is None:
        return _("open")
    if point.state is CheckState.OVERDUE:
        return _("was due {day}").format(day=fmt.short_day(point.due_on))
    return _("due {day}").format(day=fmt.short_day(point.due_on))


def settled_by(point: CheckPoint) -> str:
    """Sam Front, Mon 23 Nov 9:00 AM; empty where nobody settled it."""
    item = point.item
    if not item.is_settled or item.at is None:
        return ""
    return _("{who}, {time}").format(who=item.by, time=fmt.short_moment(item.at))


def icon(point: CheckPoint) -> str:
    """The mark of a point: a check, a warning, or nothing while there is time."""
    if not point.state.is_missing:
        return "check"
    return "warning" if point.state.is_alarming or point.state is CheckState.DUE else ""


def times(before: BeforeCase) -> str:
    """Arrive 9:00 AM · stop eating 4:00 AM · stop drinking 8:00 AM, with the day where it is another one."""
    return " · ".join(f"{what} {at}" for what, at in hours(before))


def hours(before: BeforeCase) -> list[tuple[str, str]]:
    """What to do at which time."""
    told = [(_("Arrive"), fmt.near(before.arrive, before.starts))]
    if before.fasting is not None:
        told.append((_("stop eating"), fmt.near(before.fasting.stop_eating, before.starts)))
        told.append((_("stop drinking"), fmt.near(before.fasting.stop_drinking, before.starts)))
    return told


def tried(line: ConfirmLine) -> str:
    """2 of 4 (no answer Tue 24 Nov 10:05 AM)."""
    if line.last_attempt is None or line.last_outcome is None:
        return _("not tried yet")
    return _("{count} of {most} ({outcome} {time})").format(
        count=line.attempts,
        most=max(PATIENT_ATTEMPTS, line.attempts),
        outcome=line.last_outcome.label.lower(),
        time=fmt.short_moment(line.last_attempt),
    )


def why_twice(twice: CallTwice) -> str:
    """Missed an earlier appointment, booked more than four weeks ahead; empty where nothing tells who."""
    parts = (
        _("missed an earlier appointment") if twice.missed_before else "",
        _("booked more than four weeks ahead") if twice.long_wait else "",
    )
    return ", ".join(part for part in parts if part)


def which_call(line: ConfirmLine) -> str:
    """2 of 2: missed before, booked long ago; empty for whom one call is enough. The call itself says it in full."""
    twice = line.twice
    if twice is None:
        return ""
    number = _("2 of 2") if line.is_second else _("1 of 2")
    parts = (
        _("missed before") if twice.missed_before else "",
        _("booked long ago") if twice.long_wait else "",
    )
    why = ", ".join(part for part in parts if part)
    return _("{number}: {why}").format(number=number, why=why) if why else number


def call_twice(line: ConfirmLine) -> str:
    """Call twice: missed an earlier appointment. This is the first call; the second is due Wed 25 Nov."""
    twice = line.twice
    if twice is None:
        return ""
    why = why_twice(twice)
    told = _("Call twice: {why}.").format(why=why) if why else _("Call twice.")
    when = _which_and_when(line, twice)
    return f"{told} {when}".strip()


def _which_and_when(line: ConfirmLine, twice: CallTwice) -> str:
    if line.is_second:
        return _("This is the second call.")
    if twice.second_on is None:
        return ""
    day = fmt.short_day(twice.second_on)
    if line.state is BookingState.CONFIRMED:
        return _("The second call is due {day}.").format(day=day)
    return _("This is the first call; the second is due {day}.").format(day=day)


def greeting(sheet: ConfirmSheet, who: str) -> str:
    """The first sentence on the phone."""
    starts = sheet.line.starts
    first = _(
        "“Good day, this is {who} from {clinic}. I am calling about your {procedure} on {weekday}, {day}, at {time}. "
        "Can you come?”"
    )
    second = _(
        "“Good day, this is {who} from {clinic}. I am calling once more about your {procedure} on {weekday}, {day}, at "
        "{time}. Will you come?”"
    )
    return (second if sheet.line.is_second else first).format(
        who=who,
        clinic=sheet.clinic_name,
        procedure=sheet.line.procedure,
        weekday=fmt.weekday(fmt.local(starts).date()),
        day=fmt.plain_date(fmt.local(starts).date()),
        time=fmt.clock(starts),
    )


def to_say(sheet: ConfirmSheet) -> list[str]:
    """What else to tell, a sentence each."""
    told = []
    if sheet.escort_required and sheet.escort:
        told.append(
            _("{escort} takes you home: is that still so? You cannot leave alone.").format(
                escort=sheet.escort
            )
        )
    elif sheet.escort_required:
        told.append(
            _(
                "Bring an adult who takes you home; you cannot leave alone. Who will it be? Write it in the chart."
            )
        )
    if sheet.blood_thinner:
        told.append(
            _("Take {medicine} only as agreed with the doctor who prescribes it.").format(
                medicine=sheet.blood_thinner
            )
        )
    if sheet.has_brace:
        told.append(_("Bring your brace."))
    told.append(_("Bring your insurance card, and a list of your medicines."))
    return told
