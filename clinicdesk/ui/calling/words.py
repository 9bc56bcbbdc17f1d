"""How check-ins, attempts and answers are put into words; shared by the calls and the review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from PySide6.QtCore import QLocale

from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.calling import PATIENT_ATTEMPTS, CallAttempt, Phone, Ringing
from clinicdesk.domain.confirming import ConfirmLine
from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.pathways import Channel
from clinicdesk.domain.recovery import CallGroup, ReviewLine, WorkLine
from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.kit import format as fmt


def named(patient: str, born: date, today: date) -> str:
    """Rosa Ortiz, 78."""
    return _("{patient}, {age}").format(patient=patient, age=fmt.age(born, today))


def day_of(day: int, procedure: str, levels: Sequence[str]) -> str:
    """Day 7 of Kyphoplasty L1."""
    return _("day {day} of {procedure}").format(day=day, procedure=with_levels(procedure, levels))


def asked_for(line: WorkLine) -> str:
    """What kind of check-in it is: "1 week", or "2 weeks (visit)"."""
    if line.channel is Channel.PHONE:
        return line.label
    return _("{label} ({channel})").format(label=line.label, channel=line.channel.label.lower())


def due(line: WorkLine, now: datetime, today: date) -> str:
    """When it is to be called: 3 days overdue, due today, from 2:30 PM, in 2 days."""
    group = line.group(now, today)
    if group is CallGroup.LATER and line.not_before is not None:
        return _("from {time}").format(time=fmt.near(line.not_before, today))
    if group is CallGroup.UPCOMING:
        days = (line.due_on - today).days
        return ngettext("in {days} day", "in {days} days", days).format(days=days)
    if line.not_before is not None:
        return _("promised for {time}").format(time=fmt.near(line.not_before, today))
    if group is CallGroup.OVERDUE:
        return ngettext("{days} day overdue", "{days} days overdue", line.overdue).format(days=line.overdue)
    if line.due_on == today:
        return _("due today")
    return _("due since {day}").format(day=fmt.short_day(line.due_on))


def attempts(line: WorkLine, today: date) -> str:
    """2 of 4 (no answer Tue 10:05 AM); with the date once it is a week ago."""
    if line.last_attempt is None or line.last_outcome is None:
        return _("not tried yet")
    return _("{count} of {most} ({outcome} {time})").format(
        count=line.attempts,
        most=max(PATIENT_ATTEMPTS, line.attempts),
        outcome=line.last_outcome.label.lower(),
        time=_lately(line.last_attempt, today),
    )


def _lately(moment: datetime, today: date) -> str:
    day = fmt.local(moment).date()
    if day == today:
        return fmt.clock(moment)
    if (today - day).days < 7:
        return _("{weekday} {time}").format(weekday=fmt.weekday(day)[:3], time=fmt.clock(moment))
    return fmt.short_day(day)


def number(phone: Phone | None) -> str:
    """(703) 555-0142, or that there is none."""
    return fmt.phone(phone.number) if phone is not None else _("No phone number")


def number_of(phone: Phone) -> str:
    """Ana Ortiz (daughter): (703) 555-0177."""
    return _("{who}: {number}").format(who=phone.who, number=number(phone))


def wrong_number_of(phone: Phone) -> str:
    """Rosa Ortiz: (703) 555-0142 (wrong number)."""
    return _("{number} (wrong number)").format(number=number_of(phone))


def dialed(phone: Phone | None, ringing: Ringing) -> str:
    """(703) 555-0142, or that there is none, or none that is not wrong."""
    if phone is None and ringing.offered:
        return _("No working number")
    return number(phone)


def caution(phone: Phone | None) -> str:
    """What must not be told to whoever is rung; empty for the patient."""
    if phone is None or phone.is_patient:
        return ""
    return _("Ask {contact} to have the patient call back. Do not say what the call is about.").format(
        contact=phone.who
    )


def pick(chosen: Sequence[str] | None) -> str:
    """Ana Ortiz (daughter): (703) 555-0177, of a name and a number as a draft holds them; empty for nobody."""
    if not chosen:
        return ""
    who, number = chosen
    return number_of(Phone(who, number, is_patient=False))


def tried(ringing: Ringing) -> str:
    """Tried 2 of 4 (last: no answer, Tue 10:05 AM). Call the contacts now. Empty before the first attempt."""
    parts = []
    if ringing.attempts:
        last = ringing.attempts[-1]
        parts.append(
            _("Tried {tries} of {most} (last: {outcome}, {time}).").format(
                tries=ringing.tries,
                most=max(PATIENT_ATTEMPTS, ringing.tries),
                outcome=last.outcome.label.lower(),
                time=fmt.short_moment(last.at),
            )
        )
    if ringing.contacts_now:
        parts.append(_("Call the contacts now.") if ringing.has_contact else _("No contact is known."))
    return " ".join(parts)


def outcome_button(outcome: StrEnum) -> str:
    """What stands on the button for an outcome, in every view that rings patients."""
    return {
        "no_answer": _("No answer"),
        "message_left": _("Message left"),
        "wrong_number": _("Wrong number"),
        "contact_reached": _("Contact only"),
        "reached": _("Reached"),
        "declined": _("Declined"),
    }[outcome]


def attempt(one: CallAttempt, patient: str = "") -> str:
    """Tue 24 Nov 10:05 AM: no answer, Ana Ortiz (703) 555-0177, by Kim Park; the ``patient`` is not named."""
    called = "" if one.called == patient else one.called
    whom = " ".join(part for part in (called, fmt.phone(one.number) if one.number else "") if part)
    words = _("{time}: {outcome}").format(time=fmt.short_moment(one.at), outcome=one.outcome.label.lower())
    if whom:
        words = _("{words}, {whom}").format(words=words, whom=whom)
    words = _("{words}, by {who}").format(words=words, who=one.by)
    return f"{words}. {one.note}" if one.note else words


def language(tag: str) -> str:
    """Spanish."""
    return QLocale.languageToString(QLocale(tag.replace("-", "_")).language())


def reach(line: WorkLine | ConfirmLine) -> str:
    """Spanish with interpreter · best after 4 pm; empty for who speaks the clinic's language and is always there."""
    parts = []
    if line.language.split("-")[0] != fmt.habits().language.split("-")[0]:
        spoken = language(line.language)
        parts.append(_("{language}, interpreter").format(language=spoken) if line.interpreter else spoken)
    elif line.interpreter:
        parts.append(_("interpreter"))
    if line.best_time:
        parts.append(_("best {time}").format(time=line.best_time))
    return " · ".join(parts)


def pains(line: ReviewLine) -> str:
    """8, 5, 3: the scores in order, a dash where it was not asked."""
    return ", ".join("–" if pain is None else str(pain) for pain in line.pains)  # noqa: RUF001 - a dash for "not asked"


def last_pains(line: ReviewLine) -> str:
    """6, 6, 3: the last three scores, for where there is no room for all."""
    kept = line.pains[-3:]
    return ", ".join("–" if pain is None else str(pain) for pain in kept)  # noqa: RUF001 - the same


def brace(order: BraceOrderRecord) -> str:
    """TLSO, four shells: delivered Thu 26 Nov, until 18 Feb 2027."""
    words = _("{brace}: {status}").format(brace=order.brace, status=order.status.label.lower())
    if order.delivered_on is None or order.worn_until is None or order.status.is_over:
        return words
    return _("{words}; delivered {day}, worn until {until}").format(
        words=words, day=fmt.short_day(order.delivered_on), until=fmt.plain_date(order.worn_until)
    )
