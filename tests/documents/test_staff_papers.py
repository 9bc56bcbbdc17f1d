"""Brace order, recovery key and day list, read back out of the PDF."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest

from clinicdesk.clock import ClinicZone
from clinicdesk.documents import brace, daylist, recovery_key
from clinicdesk.domain.papers import (
    BraceOrder,
    DayLine,
    DayList,
    DayListBy,
    DayPart,
    Letterhead,
    OrderElement,
    PaperKind,
    RecoveryKeySheet,
    file_name,
)

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
CLINIC = Letterhead(
    clinic="Blue Ridge Spine Institute", phone="(703) 555-0142", zone=ClinicZone("America/New_York")
)
ORDER = BraceOrder(
    patient_name="Rosa Ortiz",
    description="Two-piece clamshell brace",
    practitioner="Dr. Mei Lin",
    order_date=date(2026, 11, 23),
    hcpcs="L0486",
    npi="1234567893",
    weeks=12,
    wear_rule="Whenever upright",
    signed_by="Dr. Mei Lin",
    signed_at=NOON,
)


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    pages = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return [" ".join(page.replace("\u00a0", " ").split()) for page in pages]


def test_a_brace_order_has_the_six_elements() -> None:
    assert ORDER.missing() == ()
    text = text_of(brace.render(ORDER, CLINIC))
    for element in [
        "Rosa Ortiz",
        "November 23, 2026",
        "Two-piece clamshell brace",
        "Quantity 1",
        "1234567893",
    ]:
        assert element in text
    assert "Signed electronically by Dr. Mei Lin on Monday, November 23, 2026 at 12 noon (EST)." in text
    assert "Not complete" not in text


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"patient_name": " "}, OrderElement.BENEFICIARY),
        ({"order_date": None}, OrderElement.ORDER_DATE),
        ({"description": "", "hcpcs": ""}, OrderElement.DESCRIPTION),
        ({"quantity": None}, OrderElement.QUANTITY),
        ({"practitioner": "", "npi": ""}, OrderElement.PRACTITIONER),
        ({"signed_by": ""}, OrderElement.SIGNATURE),
        ({"signed_at": None}, OrderElement.SIGNATURE),
    ],
)
def test_what_an_order_lacks_is_named(changes: dict[str, object], missing: OrderElement) -> None:
    order = replace(ORDER, **changes)  # type: ignore[arg-type]  # a table of single changes
    assert order.missing() == (missing,)
    text = text_of(brace.render(order, CLINIC))
    assert ("Signature of the treating practitioner" in text) is (missing is OrderElement.SIGNATURE)
    assert ("Not complete." in text) is (missing is not OrderElement.SIGNATURE)


def test_a_medicare_number_stands_for_the_name_and_an_npi_for_the_practitioner() -> None:
    assert replace(ORDER, patient_name="", medicare_number="1EG4-TE5-MK73").missing() == ()
    assert replace(ORDER, practitioner="").missing() == ()


def test_a_recovery_key_prints_whole() -> None:
    key = "-".join(["ABCDE"] * 11)
    text = text_of(recovery_key.render(RecoveryKeySheet(key=key, made_at=NOON, made_by="Ada"), CLINIC))
    assert text.count("ABCDE") == 11
    assert "Made on Monday, November 23, 2026 at 12 noon by Ada." in text
    assert not PaperKind.RECOVERY_KEY.is_kept


def test_a_day_list_holds_every_case_over_pages_and_anchors_the_audit_trail() -> None:
    lines = tuple(
        DayLine(
            starts=NOON + timedelta(minutes=10 * n),
            ends=NOON + timedelta(minutes=10 * n + 10),
            patient_name=f"Patient {n} <b>",
            born=date(1948, 2, 3),
            mrn=str(10_000 + n),
            procedure="Kyphoplasty L1",
            remarks=("No escort named",),
        )
        for n in range(80)
    )
    day = DayList(
        day=date(2026, 11, 23),
        lines=lines,
        printed_at=NOON,
        printed_by="Desk",
        audit_number=42,
        audit_seal="9f3c",
    )
    text = text_of(daylist.render(day, CLINIC))
    assert all(f"Patient {n} <b>" in text for n in range(80))
    assert "80 cases." in text
    assert "Audit trail at event 42, seal 9f3c." in text
    assert "No cases." in text_of(daylist.render(replace(day, lines=()), CLINIC))


def test_each_room_has_pages_with_its_name_on_every_one_and_the_anchor_on_each_list() -> None:
    def line(n: int) -> DayLine:
        return DayLine(
            starts=NOON + timedelta(minutes=10 * n),
            ends=NOON + timedelta(minutes=10 * n + 10),
            arrive=NOON + timedelta(minutes=10 * n - 60),
            patient_name=f"Patient {n}",
            born=date(1948, 2, 3),
            mrn=str(10_000 + n),
            procedure="Kyphoplasty T12, L1",
            surgeon="Dr Lin",
            room="Room 1",
            units=("C-arm 1", "Nurse Kim"),
        )

    day = DayList(
        day=date(2026, 11, 23),
        lines=(),
        printed_at=NOON,
        printed_by="Desk",
        by=DayListBy.ROOM,
        parts=(
            DayPart(name="Room 1 <b>", lines=tuple(line(n) for n in range(20))),
            DayPart(name="Room 2", lines=()),
        ),
        audit_number=42,
        audit_seal="9f3c",
    )
    pages = pages_of(daylist.render(day, CLINIC))
    first = [page for page in pages if "Room 1 <b>" in page]
    assert len(first) > 1
    assert first == pages[:-1]
    assert "Room 2" in pages[-1]
    assert "No cases." in pages[-1]
    whole = " ".join(pages)
    assert all(f"Patient {n} February" in whole for n in range(20))
    assert whole.count("seal 9f3c.") == 2
    assert "Time Arrive Patient Procedure Surgeon Sedation With Remarks" in whole
    assert "12 noon to 12:10 pm 11:00 am Patient 0 February 3, 1948 10000 Kyphoplasty T12, L1 Dr Lin" in whole


@pytest.mark.parametrize("long_names", range(5))
def test_no_case_is_cut_in_two_by_the_foot_of_a_page(long_names: int) -> None:
    """Every few lines a taller case, so that what is left at the foot differs from run to run."""
    lines = tuple(
        DayLine(
            starts=NOON,
            ends=NOON,
            patient_name=f"Patient {n}" + " Featherstonehaugh" * (n % 5 == long_names) * 2,
            born=date(1948, 2, 3),
            mrn=str(10_000 + n),
            phone=f"phone {n}",
            procedure="Follow-up visit",
            surgeon="Dr Lin",
        )
        for n in range(30)
    )
    day = DayList(day=date(2026, 11, 23), lines=lines, printed_at=NOON, printed_by="Desk")
    pages = pages_of(daylist.render(day, CLINIC))
    assert len(pages) > 2
    for page in pages:
        assert page.count("Patient ") - page.count("Patient Procedure") == page.count("phone ")
        assert page.count("Time Arrive") == 1


def test_a_saved_file_names_nobody_unless_asked_to() -> None:
    assert file_name(PaperKind.DISCHARGE_SHEET, date(2026, 11, 23)) == "discharge-sheet-2026-11-23.pdf"
    asked = file_name(PaperKind.BRACE_ORDER, date(2026, 11, 23), "../Ortiz, Rosa: <x>")
    assert asked == "brace-order-Ortiz-Rosa-x-2026-11-23.pdf"
