"""Made-up sheets: to check and preview a handout with, and to measure how easily it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.booking import Side
from clinicdesk.domain.catalogue import Sedation, WoundClosure
from clinicdesk.domain.instructions import after_care
from clinicdesk.domain.papers import CheckInLine, DischargeSheet, FollowUp, Letterhead

_ENDED = datetime(2026, 11, 23, 15, 40, tzinfo=UTC)


def sample_letterhead() -> Letterhead:
    """A made-up clinic."""
    return Letterhead(
        clinic="Sample Spine Clinic",
        address="1 Main Street, Springfield",
        phone="(202) 555-0142",
        phone_after_hours="(202) 555-0199",
        zone=ClinicZone("America/New_York"),
        demo=True,
    )


def full_sheet(*, large_print: bool = False) -> DischargeSheet:
    """A sheet on which every fact is there."""
    return DischargeSheet(
        patient_name="Rosa Sample",
        born=date(1948, 2, 3),
        mrn="10233",
        procedure="Kyphoplasty",
        levels=("T12", "L1"),
        side=Side.MIDLINE,
        surgeon="Dr. Lin",
        sedation=Sedation.MODERATE,
        care=after_care(_ENDED, sedation=Sedation.MODERATE, cement=True, opioids=True),
        epidural=True,
        closure=WoundClosure.SKIN_TAPES,
        brace="Clamshell brace",
        brace_rule="Wear it when you sit or stand, for 12 weeks.",
        brace_delivered=False,
        medicines=("Pain pill: 1 every 6 hours if you need it", "Your own pills as before"),
        blood_thinner="Start it again on Wednesday morning.",
        lifting="Lift no more than 10 pounds until we see you.",
        note="Bring your x-rays to the visit.",
        follow_up=FollowUp(datetime(2026, 12, 7, 15, 0, tzinfo=UTC), "Dr. Lin", "Room 3"),
        follow_up_words="Come ten minutes early.",
        check_ins=(
            CheckInLine("Day 1", date(2026, 11, 24), "We call you"),
            CheckInLine("2 weeks", date(2026, 12, 7), "Visit"),
            CheckInLine("12 months", date(2027, 11, 23), "We call you"),
        ),
        escort="Ana Sample",
        teach_back=("When to call 911", "When you may drive"),
        large_print=large_print,
    )


def bare_sheet() -> DischargeSheet:
    """A sheet with nothing but what every patient has: local anesthetic, no medicine, no brace, no visit."""
    return DischargeSheet(
        patient_name="Sam Sample",
        born=date(1960, 2, 29),
        mrn="10234",
        procedure="Injection",
        surgeon="Dr. Lin",
        sedation=Sedation.LOCAL,
        care=after_care(_ENDED, sedation=Sedation.LOCAL, cement=False, opioids=False),
    )
