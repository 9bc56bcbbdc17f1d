"""The waiting list in words."""

from __future__ import annotations

from datetime import date

from clinicdesk.domain.levels import with_levels
from clinicdesk.domain.scheduling.finder import DayPart
from clinicdesk.domain.waiting import Fit, Hole, OfferCall, WaitingEntry, Wish, reasons
from clinicdesk.i18n import _, ngettext
from clinicdesk.ui.kit import format as fmt


def weekday(number: int) -> str:
    """Tue; Monday is 0."""
    return fmt.locale().standaloneDayName(number + 1, fmt.locale().FormatType.ShortFormat)


def wish(wished: Wish) -> str:
    """Tue or Thu, mornings, from 1 Dec 2026, at short notice too; or "any time"."""
    parts = [
        _(" or ").join(weekday(day) for day in sorted(wished.weekdays)),
        _part(wished),
        _dates(wished),
        _("at short notice too") if wished.short_notice else "",
    ]
    return ", ".join(part for part in parts if part) or _("any time")


def _part(wished: Wish) -> str:
    return {DayPart.ANY: "", DayPart.AM: _("mornings"), DayPart.PM: _("afternoons")}[wished.day_part]


def _dates(wished: Wish) -> str:
    if wished.earliest and wished.latest:
        return _("{first} to {last}").format(
            first=fmt.plain_date(wished.earliest), last=fmt.plain_date(wished.latest)
        )
    if wished.earliest:
        return _("from {day}").format(day=fmt.plain_date(wished.earliest))
    return _("until {day}").format(day=fmt.plain_date(wished.latest)) if wished.latest else ""


def what(entry: WaitingEntry) -> str:
    """Kyphoplasty T12, L1."""
    return with_levels(entry.procedure, entry.levels)


def named(entry: WaitingEntry, today: date) -> str:
    """Rosa Ortiz, 78."""
    return _("{patient}, {age}").format(patient=entry.patient, age=fmt.age(entry.birth_date, today))


def ready(entry: WaitingEntry) -> str:
    """Ready; or what is missing."""
    return ", ".join(entry.missing) or _("ready")


def phone(number: str) -> str:
    """The number as it is dialled, or that there is none."""
    return fmt.phone(number) if number else _("no number")


def days(count: int) -> str:
    """23 days."""
    return ngettext("{n} day", "{n} days", count).format(n=count) if count else _("since today")


def whose(hole: Hole) -> str:
    """Thu 26 Nov, 9:30 to 11:20 AM, Room 1, Dr Lin."""
    when = _("{day}, {time}").format(
        day=fmt.short_day(fmt.local(hole.span.starts).date()),
        time=fmt.clock_range(hole.span.starts, hole.span.ends),
    )
    return ", ".join((when, *hole.names))


def free_at(hole: Hole) -> str:
    """Thu 26 Nov 10:00 AM, Room 1: the name of a hole on its button."""
    return ", ".join((fmt.short_moment(hole.wanted), *hole.names[:1]))


def fit_sentence(fit: Fit, today: date) -> str:
    """A candidate in one sentence, as a screen reader says it."""
    told = [
        named(fit.entry, today),
        what(fit.entry),
        phone(fit.entry.phone),
        _("could start at {time}").format(time=fmt.clock(fit.starts)),
        *reasons(fit),
        fit.asks,
    ]
    return ", ".join(text for text in told if text)


def call(one: OfferCall) -> str:
    """Wed 25 Nov 3:10 PM: no answer, offered Thu 26 Nov 10:00 AM (Sam Front)."""
    text = _("{time}: {outcome}").format(time=fmt.short_moment(one.at), outcome=one.outcome.label.lower())
    if one.offered is not None:
        text = _("{call}, offered {time}").format(call=text, time=fmt.short_moment(one.offered))
    if one.note:
        text = _("{call}, {note}").format(call=text, note=one.note)
    return _("{call} ({who})").format(call=text, who=one.by)


def tried(fit: Fit) -> str:
    """What came of the last call about this hole."""
    last = fit.last_call
    if last is None:
        return ""
    return _("{outcome}, {time}").format(outcome=last.outcome.label, time=fmt.clock(last.at))
