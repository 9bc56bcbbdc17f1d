"""The sheet that goes home, read back out of the PDF."""

from __future__ import annotations

import io
import random
import re
import string
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest

from clinicdesk.clock import ClinicZone
from clinicdesk.documents import discharge
from clinicdesk.documents.handouts import Handout, handout
from clinicdesk.documents.samples import bare_sheet, full_sheet, sample_letterhead
from clinicdesk.domain.booking import Side
from clinicdesk.domain.catalogue import Sedation, WoundClosure
from clinicdesk.domain.instructions import after_care
from clinicdesk.domain.papers import CheckInLine, DischargeSheet, FollowUp, Letterhead

ENDED = datetime(2026, 11, 23, 15, 40, tzinfo=UTC)
CLINIC = Letterhead(
    clinic="Blue Ridge Spine Institute",
    address="1831 Wiehle Avenue, Reston, VA 20190",
    phone="(703) 555-0142",
    phone_after_hours="(703) 555-0199",
    zone=ClinicZone("America/New_York"),
)
ROSA = DischargeSheet(
    patient_name="Rosa Ortiz",
    born=date(1948, 2, 3),
    mrn="10233",
    procedure="Kyphoplasty",
    levels=("L1",),
    surgeon="Dr. Mei Lin",
    sedation=Sedation.MODERATE,
    care=after_care(ENDED, sedation=Sedation.MODERATE, cement=True, opioids=True),
    closure=WoundClosure.SKIN_TAPES,
    medicines=("Acetaminophen 500 mg: 2 tablets every 8 hours", "Oxycodone 5 mg: 1 tablet if you need it"),
    lifting="Lift no more than 10 pounds until your 2-week visit.",
    follow_up=FollowUp(datetime(2026, 12, 7, 15, 0, tzinfo=UTC), "Dr. Mei Lin", "Room 3"),
    check_ins=tuple(
        CheckInLine(label, day, "We call you")
        for label, day in [
            ("Day 1", date(2026, 11, 24)),
            ("Day 3", date(2026, 11, 26)),
            ("1 week", date(2026, 11, 30)),
            ("2 weeks", date(2026, 12, 7)),
            ("6 weeks", date(2027, 1, 4)),
            ("3 months", date(2027, 2, 23)),
            ("6 months", date(2027, 5, 24)),
            ("12 months", date(2027, 11, 23)),
        ]
    ),
    escort="Ana Ortiz (daughter)",
)


def render(sheet: DischargeSheet, clinic: Letterhead = CLINIC, key: str = "discharge-kyphoplasty") -> bytes:
    return discharge.render(sheet, clinic, handout(key))


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All words, with the line ends of the layout taken out."""
    pages = " ".join(page.extract_text() for page in reader(pdf).pages)
    return " ".join(pages.replace("\u00a0", " ").split())


def test_this_patients_own_facts_are_on_the_sheet() -> None:
    text = text_of(render(ROSA))
    for fact in [
        "Rosa Ortiz, born February 3, 1948, record 10233",
        "Kyphoplasty at L1 on Monday, November 23, 2026, by Dr. Mei Lin",
        "twilight sleep",
        "Going home with Ana Ortiz (daughter)",
        "until 10:40 am on Wednesday, November 25, and never while you take opioid pain pills",
        "Keep an adult with you until 10:40 am on Tuesday, November 24",
        "after 10:40 am on Tuesday, November 24, but before 10:40 am on Wednesday, November 25",
        "No shower, no bath until 10:40 am on Wednesday, November 25",
        "closed with skin tapes",
        "20 minutes, then take it off for 20 minutes",
        "Lift no more than 10 pounds",
        "Oxycodone 5 mg: 1 tablet if you need it",
        "Next visit Monday, December 7, 2026 10:00 am, Dr. Mei Lin, Room 3",
        "12 months Tuesday, November 23, 2027",
        "Nights and weekends call (703) 555-0199",
    ]:
        assert fact in text, fact


def test_every_red_flag_stands_with_its_number() -> None:
    text = text_of(render(ROSA))
    emergency = text[text.index("Call 911 now if:") : text.index("Your times")]
    for flag in [
        "chest pain",
        "short of breath",
        "weak or numb, and this is new or worse",
        "skin between your legs is numb",
        "control of your bladder or bowels, or cannot pass urine",
        "one leg is swollen and you are short of breath",
        "collapse",
    ]:
        assert flag in emergency
    same_day = text[text.index("Call us the same day, (703) 555-0142, if:") :]
    for flag in [
        "100.4 °F (38.0 °C) or higher",
        "red, open or draining",
        "pain is not under control",
        "new, sudden back pain",
        "one calf is swollen",
    ]:
        assert flag in same_day
    assert "headache" not in text
    assert "you have a headache" in text_of(render(replace(ROSA, epidural=True), key="discharge-injection"))


def test_every_page_says_whom_to_call_in_an_emergency_and_which_page_it_is() -> None:
    for large in (False, True):
        pages = reader(render(replace(ROSA, large_print=large))).pages
        for number, page in enumerate(pages, start=1):
            text = page.extract_text()
            assert "In an emergency call 911" in text
            assert f"Page {number} of {len(pages)}" in text
            assert "Blue Ridge Spine Institute" in text


def test_the_usual_sheet_is_one_leaf_of_paper() -> None:
    assert len(reader(render(ROSA)).pages) == 2
    assert len(reader(render(ROSA, replace(CLINIC, country="GB"))).pages) == 2
    assert len(reader(render(replace(ROSA, large_print=True))).pages) <= 4


def test_absent_facts_are_never_filled_in_silently() -> None:
    text = text_of(render(replace(bare_sheet(), patient_name="Sam Lee"), key="discharge-injection"))
    assert "Lifting: Ask your surgeon before you lift." in text
    assert "If you take one, ask us when to start it again." in text
    assert "You need no brace unless we tell you so." in text
    assert "None" not in text
    assert "pounds" not in text
    assert "Do not drive until" not in text


def test_a_brace_that_is_not_there_yet_is_named() -> None:
    text = text_of(
        render(
            replace(
                ROSA,
                brace="Clamshell brace",
                brace_rule="Wear it when you sit or stand.",
                brace_delivered=False,
            )
        )
    )
    assert "Clamshell brace: Wear it when you sit or stand." in text
    assert "You do not have your brace yet." in text
    assert "more than 30 minutes" in text


@pytest.mark.parametrize(
    "key",
    [
        "discharge-kyphoplasty",
        "discharge-vertebroplasty",
        "discharge-injection",
        "discharge-ablation",
        "discharge-discectomy",
    ],
)
def test_every_handout_prints_with_everything_and_with_next_to_nothing(key: str) -> None:
    for sheet in (full_sheet(), full_sheet(large_print=True), bare_sheet(), ROSA):
        text = text_of(render(sheet, sample_letterhead(), key))
        assert "Call 911 now" in text
        assert "{" not in text


def test_country_decides_paper_dates_clock_and_degrees() -> None:
    british = replace(CLINIC, country="GB", emergency_number="999", zone=ClinicZone("Europe/London"))
    pdf = render(replace(ROSA, large_print=False), british)
    text = text_of(pdf)
    assert reader(pdf).pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)
    assert "until 15:40 on Wednesday 25 November" in text
    assert "38.0 °C (100.4 °F)" in text
    assert "Call 999 now" in text
    assert reader(render(ROSA)).pages[0].mediabox.width == 612


def test_side_and_levels() -> None:
    text = text_of(render(replace(ROSA, levels=("T12", "L1", "L2"), side=Side.LEFT)))
    assert "Kyphoplasty at T12, L1, L2, left side on Monday" in text


@pytest.mark.parametrize(
    "name",
    [
        '<img src="/etc/passwd"/>',
        "Jane <b>Doe",
        "{{ 7 * 7 }} {% if %}",
        "**Bold** _it_ `x` [a](b)",
        "# 1. - | pipe &amp; \\n",
    ],
)
def test_a_persons_words_print_as_they_were_typed(name: str) -> None:
    sheet = replace(
        ROSA, patient_name=name, escort=name, medicines=(name,), note=name, lifting=name, surgeon=name
    )
    sheet = replace(
        sheet, brace=name, brace_rule=name, check_ins=(CheckInLine(name, date(2026, 11, 24), name),)
    )
    assert text_of(render(sheet)).count(" ".join(name.split())) >= 8


def test_control_and_direction_characters_are_dropped() -> None:
    text = text_of(render(replace(ROSA, patient_name="Ro\u202esa\u0000 Or\u200btiz\x1b[31m")))
    assert "Rosa Ortiz[31m" in text


@pytest.mark.parametrize(
    "name",
    [
        "Zdzisław Żółć-Łukasiewicz",
        "Nguyễn Thị Ngọc Ánh",
        "Jürgen Ångström",
        "Ελένη Πάπας",
        "Ольга Ж.",
        "S\u0323o\u0302n",
    ],
)
def test_names_of_the_world_come_back_out(name: str) -> None:
    assert unicodedata.normalize("NFC", name) in text_of(render(replace(ROSA, patient_name=name)))


def test_every_font_is_embedded() -> None:
    for page in reader(render(ROSA)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]  # pypdf types its trees loosely
            descriptor = font.get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor
            assert "NotoSans" in descriptor["/FontName"]


def test_the_same_facts_give_the_same_bytes() -> None:
    first = render(ROSA)
    render(replace(ROSA, patient_name="Somebody Else"))
    assert render(ROSA) == first


def test_the_file_names_nobody_in_its_properties_and_knows_its_language() -> None:
    file = reader(render(ROSA))
    assert file.metadata is not None
    assert file.metadata.title == "Going home after your kyphoplasty"
    assert not any("Ortiz" in str(value) for value in file.metadata.values())
    root = file.trailer["/Root"]
    assert root["/Lang"] == "en-US"  # type: ignore[index]  # pypdf types its trees loosely
    assert root["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]  # pypdf types its trees loosely


def sizes_of(pdf: bytes) -> set[float]:
    sizes: set[float] = set()

    def visit(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        if text.strip():
            sizes.add(round(size, 1))

    for page in reader(pdf).pages:
        page.extract_text(visitor_text=visit)
    return sizes


def test_type_is_14_points_and_18_in_large_print() -> None:
    normal, large = sizes_of(render(ROSA)), sizes_of(render(replace(ROSA, large_print=True)))
    assert {14.0} <= normal
    assert min(normal) >= 12
    assert {18.0} <= large
    assert 14.0 not in large
    assert min(large) >= 14


def test_no_line_is_longer_than_the_eye_likes() -> None:
    lines = [line for page in reader(render(ROSA)).pages for line in page.extract_text().splitlines()]
    assert max(len(line) for line in lines) <= 78


def test_a_note_of_ten_thousand_letters_flows_over_pages() -> None:
    words = " ".join("wordly" for _ in range(1_400))
    for note in (words, "x" * 10_000, "\n".join(["a line"] * 500)):
        for large in (False, True):
            sheet = replace(ROSA, note=note, lifting=note[:3_000], large_print=large)
            text = text_of(render(sheet))
            assert len(re.sub(r"\s", "", text)) > len(re.sub(r"\s", "", note))


def test_long_texts_in_every_place_never_stop_the_printing() -> None:
    chance = random.Random(7)
    for _ in range(12):

        def some(most: int) -> str:
            return "".join(
                chance.choice(string.ascii_letters + "    \n|*-<&") for _ in range(chance.randrange(most))
            )

        sheet = replace(
            ROSA,
            patient_name=some(400) or "A",
            surgeon=some(300),
            escort=some(300),
            brace=some(500),
            brace_rule=some(3_000),
            medicines=tuple(some(2_000) for _ in range(4)),
            follow_up=FollowUp(ENDED, some(2_500), some(2_500)),
            check_ins=tuple(CheckInLine(some(1_500), date(2026, 11, 24), some(3_000)) for _ in range(3)),
            teach_back=(some(4_000),),
            large_print=chance.random() < 0.5,
        )
        assert render(sheet).startswith(b"%PDF")


def test_a_sheet_never_leaves_without_the_emergency_box() -> None:
    own = Handout("discharge-own", "# Going home\n\nBe well, {{ patient_name }}.")
    text = text_of(discharge.render(ROSA, CLINIC, own))
    assert text.index("Call 911 now if:") < text.index("Be well, Rosa Ortiz.")


def test_demo_papers_say_so_on_every_page() -> None:
    for page in reader(render(ROSA, replace(CLINIC, demo=True))).pages:
        text = page.extract_text()
        assert "DEMO" in text
        assert "made up" in text
    assert "DEMO" not in text_of(render(ROSA))


def test_tags_hold_the_whole_text_in_reading_order() -> None:
    file = reader(render(replace(ROSA, brace="Brace", teach_back=("One", "Two"))))
    tree = file.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]  # pypdf types its trees loosely
    roles: list[str] = []
    marks: dict[int, int] = {}

    def walk(element: pypdf.generic.DictionaryObject) -> None:
        roles.append(str(element["/S"]))
        for child in element["/K"]:  # type: ignore[attr-defined]  # pypdf types its trees loosely
            if isinstance(child, int):
                page = file.get_page_number(element["/Pg"].get_object())  # type: ignore[arg-type]  # pypdf types its trees loosely
                assert page is not None
                assert child == marks.get(page, 0), "marks follow the order of the page"
                marks[page] = child + 1
            else:
                walk(child.get_object())

    walk(tree["/K"].get_object())
    assert {"/Document", "/H1", "/H2", "/P", "/L", "/LI", "/LBody", "/Table", "/TR", "/TD"} <= set(roles)
    for number, page in enumerate(file.pages):
        content = page.get_contents()
        assert content is not None
        data = content.get_data()
        assert len(re.findall(rb"/MCID \d+>> BDC", data)) == marks[number]
        assert data.count(b"BDC") + data.count(b"BMC") == data.count(b"EMC")
        assert int(str(page["/StructParents"])) == number
    numbers = tree["/ParentTree"]["/Nums"]
    assert [len(numbers[place]) for place in range(1, len(numbers), 2)] == [
        marks[n] for n in range(len(file.pages))
    ]
