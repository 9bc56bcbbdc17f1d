"""The standard written order for a brace (42 CFR 410.38(d)(1)), for the supplier and the chart."""

from __future__ import annotations

from reportlab.platypus.flowables import Flowable

from clinicdesk.documents.boxes import Frame, Framed, Rows, RuledLine
from clinicdesk.documents.escape import clean, one_line
from clinicdesk.documents.handouts import Run, Runs
from clinicdesk.documents.layout import Sheet, Styles, build, styles
from clinicdesk.documents.text import BLACK, Text
from clinicdesk.documents.words import Calendar, calendar
from clinicdesk.domain.papers import BraceOrder, Letterhead, OrderElement

_SIZE = 12.0

_ELEMENTS = {
    OrderElement.BENEFICIARY: "patient's name or Medicare number",
    OrderElement.ORDER_DATE: "date of the order",
    OrderElement.DESCRIPTION: "description of the item",
    OrderElement.QUANTITY: "quantity",
    OrderElement.PRACTITIONER: "practitioner's name or NPI",
    OrderElement.SIGNATURE: "practitioner's signature",
}


def render(order: BraceOrder, letterhead: Letterhead) -> bytes:
    """The order as PDF. What is missing stands on it by name; an unsigned order has a line to sign."""
    look = styles(_SIZE)
    dates = calendar(letterhead)
    pages = Sheet(
        letterhead=letterhead,
        title="Standard written order",
        running=one_line(order.patient_name),
        record=one_line(order.mrn),
        size=_SIZE,
    )
    story: list[Flowable] = [
        Text((Run("Order for a brace"),), look.title, role="H1"),
        Text((Run("Standard written order (42 CFR 410.38)"),), look.body),
        Rows(_rows(order, dates, look), pad=0.4 * _SIZE, gap=1.5 * _SIZE, shares=(3, 7), after=_SIZE),
        *_signature(order, letterhead, dates, look),
    ]
    missing = [element for element in order.missing() if element is not OrderElement.SIGNATURE]
    if missing:
        named = "; ".join(_ELEMENTS[element] for element in missing)
        note = Text((Run("Not complete. ", bold=True), Run(f"Missing: {named}.")), look.cell)
        story.append(Framed([note], Frame(line=1.5, color=BLACK, pad=0.6 * _SIZE, before=_SIZE), pages.room))
    return build(pages, story)


def _rows(order: BraceOrder, dates: Calendar, look: Styles) -> list[list[Text]]:
    facts: list[tuple[str, str]] = [
        ("Patient", one_line(order.patient_name)),
        ("Date of birth", dates.day(order.born, weekday=False) if order.born else ""),
        ("Medicare number", one_line(order.medicare_number)),
        ("Record number", one_line(order.mrn)),
        ("Date of order", dates.day(order.order_date, weekday=False) if order.order_date else ""),
        ("Item", clean(order.description)),
        ("HCPCS code", one_line(order.hcpcs)),
        ("Quantity", str(order.quantity) if order.quantity else ""),
        ("Diagnosis", one_line(order.diagnosis)),
        ("How long", f"{order.weeks} weeks" if order.weeks else ""),
        ("How to wear it", clean(order.wear_rule)),
        (
            "Last visit before the order",
            dates.day(order.last_visit, weekday=False) if order.last_visit else "",
        ),
        ("Treating practitioner", one_line(order.practitioner)),
        ("NPI", one_line(order.npi)),
    ]
    always = {"Patient", "Date of order", "Item", "Quantity", "Treating practitioner"}
    return [
        [
            Text(_run(label), look.cell, role="TH", tag=_row(n)),
            Text(_run(value, bold=label in always), look.cell, role="TD", tag=_row(n)),
        ]
        for n, (label, value) in enumerate(facts)
        if value or label in always
    ]


def _signature(order: BraceOrder, letterhead: Letterhead, dates: Calendar, look: Styles) -> list[Flowable]:
    if order.signed_by.strip() and order.signed_at is not None:
        signed = (
            f"Signed electronically by {one_line(order.signed_by)} on {dates.appointment(order.signed_at)}"
        )
        zone = letterhead.zone.local(order.signed_at).tzname() or ""
        return [Text((Run(f"{signed} ({zone})." if zone else f"{signed}.", bold=True),), look.body)]
    return [RuledLine("Signature of the treating practitioner", "Date", look.cell)]


def _run(text: str, bold: bool = False) -> Runs:
    return (Run(text, bold),)


def _row(number: int) -> tuple[tuple[str, int], ...]:
    return (("Table", 1), ("TR", number))
