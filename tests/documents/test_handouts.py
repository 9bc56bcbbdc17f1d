"""The handouts: their dialect, what a clinic may write, and how easily the shipped ones read."""

from __future__ import annotations

import re

import pytest
import textstat

from clinicdesk.documents import handouts
from clinicdesk.documents.check import check_handout, known_facts
from clinicdesk.documents.discharge import facts
from clinicdesk.documents.escape import PERSONAL, clean, markdown, one_line
from clinicdesk.documents.fonts import undrawable
from clinicdesk.documents.handouts import (
    Box,
    BoxKind,
    Grid,
    Handout,
    HandoutProblem,
    Heading,
    Item,
    MissingFact,
    Para,
    Run,
    fill,
    handout,
    shipped_languages,
    shipped_texts,
    words_of,
)
from clinicdesk.documents.samples import bare_sheet, full_sheet, sample_letterhead
from clinicdesk.errors import BadInput

HANDOUTS = sorted(key for key in shipped_texts("en") if not key.startswith("_"))


def blocks(text: str, **given: object) -> tuple[handouts.Block, ...]:
    return fill(Handout("own", text), given)


def test_the_dialect() -> None:
    assert blocks("# Title\n\nOne **bold** word.\n\n1. a\n2. b\n\n- c\n- [ ] d\n- [x] e") == (
        Heading(1, (Run("Title"),)),
        Para((Run("One "), Run("bold", True), Run(" word."))),
        Item((Run("a"),), 1),
        Item((Run("b"),), 2),
        Item((Run("c"),)),
        Item((Run("d"),), ticked=False),
        Item((Run("e"),), ticked=True),
    )
    assert blocks("| A | B |\n| --- | --- |\n| 1 | **2** |") == (
        Grid(((Run("A"),), (Run("B"),)), (((Run("1"),), (Run("2", True),)),)),
    )
    assert blocks("::: emergency\nCall now if:\n\n- x\n:::") == (
        Box(BoxKind.EMERGENCY, (Run("Call now if:"),), (Item((Run("x"),)),)),
    )


def test_a_line_of_tags_leaves_nothing_and_a_tag_in_a_line_keeps_its_line_end() -> None:
    text = "- a{% if x %} and x{% endif %}\n{% for y in ys %}\n- {{ y }}\n{% endfor %}\n- z"
    assert blocks(text, x=True, ys=["1", "2"]) == tuple(Item((Run(t),)) for t in ("a and x", "1", "2", "z"))


@pytest.mark.parametrize(
    "typed",
    [
        "<b>x</b>", "**x**", "# x", "- x", "1. x", "| x |", "::: emergency", "[ ] x", "[x](y)", "&lt;", "{{ x }}", "a\\*b",
        "`x`", "    x", "===", "---", "> x", PERSONAL + "x",
    ],
)  # fmt: skip
def test_typed_text_is_only_ever_text(typed: str) -> None:
    expected = clean(typed)
    assert blocks("{{ t }}", t=typed) == (Para((Run(expected),)),)
    assert blocks("- {{ t }}", t=typed) == (Item((Run(expected),)),)
    assert blocks("| a |\n| - |\n| {{ t }} |", t=typed) == (Grid(((Run("a"),),), (((Run(expected),),),)),)


def test_typed_line_ends_stay_and_bind_nothing() -> None:
    assert blocks("- {{ t }}\n- b", t="one\n\n:::\r\ntwo") == (
        Item((Run("one\n\n:::\ntwo"),)),
        Item((Run("b"),)),
    )


def test_no_cache_keeps_a_persons_words() -> None:
    handouts._read_static.cache_clear()
    fill(handout("discharge-kyphoplasty"), facts(full_sheet(), sample_letterhead()))
    kept = handouts._read_static.cache_info().currsize
    renamed = {
        **facts(full_sheet(), sample_letterhead()),
        "lifting": "Sentinel",
        "medicines": ["Sentinel"],
        "note": "Sentinel",
    }
    fill(handout("discharge-kyphoplasty"), renamed)
    assert handouts._read_static.cache_info().currsize == kept


def test_cleaning() -> None:
    assert clean(" a\tb \r\n\x00c\u202e ") == "a b\nc"
    assert one_line("a\n\n b") == "a b"
    assert clean("e\u0301") == "é"
    assert str(markdown("a|b")) == PERSONAL + "a&#124;b"
    assert undrawable(["Łódź Nguyễn", "王 x"]) == {"王"}


def test_a_missing_fact_is_named() -> None:
    with pytest.raises(MissingFact) as unknown:
        blocks("{{ brase }}", brace="x")
    assert "brase" in unknown.value.sentence
    with pytest.raises(MissingFact) as absent:
        blocks("{{ drive_from }}", drive_from=None)
    assert "drive_from" in absent.value.sentence
    assert blocks("{% if drive_from %}{{ drive_from }}{% else %}none{% endif %}", drive_from=None) == (
        Para((Run("none"),)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ [].__class__.__base__.__subclasses__() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 2 ** 99999999 }}",
        "{{ lipsum() }}",
        "{{ x.__init__.__globals__ }}",
        "{% include 'own' %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ x | attr('__class__') }}",
        "{{ x | format }}",
        "{% if",
        "::: what\n\nx\n:::",
    ],
)
def test_a_handout_can_do_nothing_but_print(text: str) -> None:
    with pytest.raises(HandoutProblem):
        fill(Handout("own", text, (("own", text),)), {"x": "y"})


def test_a_text_that_includes_itself_is_refused() -> None:
    loop = "{% include 'own' %}"
    with pytest.raises(HandoutProblem, match=r".*") as refused:
        fill(Handout("own", loop, (("own", loop),)), {})
    assert "itself" in refused.value.sentence


def test_what_a_clinic_is_told_about_its_own_text() -> None:
    problems = check_handout("# Home\n\n{{ patient_nam }}\n<b>x</b>\n[a](http://b)\nso *soft*")
    assert [problem.line for problem in problems] == [3, 4, 5, 6]
    assert "patient_nam" in problems[0].sentence
    assert check_handout("# x\n\n{% if x")[0].line == 3
    assert "drive_from" in check_handout("{{ drive_from }}")[0].sentence
    assert "emergency box" in check_handout("# Home\n\nBe well.")[0].sentence
    assert check_handout("# Care\n\nBe well.", key="brace-care") == ()
    assert "patient_name" in known_facts()


@pytest.mark.parametrize("key", HANDOUTS)
def test_the_shipped_texts_have_nothing_to_mend(key: str) -> None:
    assert check_handout(shipped_texts("en")[key], key=key) == ()


def test_the_clinics_own_text_comes_first_and_english_stands_in() -> None:
    assert handout("brace-care", own={"brace-care": "# Ours"}).text == "# Ours"
    assert handout("brace-care", "vi").language == "en"
    assert "en" in shipped_languages()
    with pytest.raises(BadInput):
        handout("no-such-text")


def reading_text(key: str, full: bool) -> str:
    """The words of a handout; what stands on a line of its own counts as a sentence, as a reader takes it."""
    sheet = full_sheet() if full else bare_sheet()
    lines = words_of(fill(handout(key), facts(sheet, sample_letterhead()))).splitlines()
    return "\n".join(line if line.endswith((".", "!", "?")) else line.rstrip(":,") + "." for line in lines)


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("key", HANDOUTS)
def test_a_tired_reader_can_read_it(key: str, full: bool) -> None:
    text = reading_text(key, full)
    assert textstat.flesch_kincaid_grade(text) <= 6
    assert textstat.gunning_fog(text) <= 8
    assert textstat.smog_index(text) <= 8
    sentences = re.split(r"(?<=[.!?])\s+", text)
    assert max(len(sentence.split()) for sentence in sentences) <= 22
    prose = [sentence for sentence in sentences if len(sentence.split()) >= 6]
    assert textstat.flesch_kincaid_grade(" ".join(prose)) <= 6


@pytest.mark.parametrize("key", HANDOUTS)
def test_it_speaks_to_you_without_shouting(key: str) -> None:
    source = shipped_texts("en")[key]
    assert not re.search(r"\b[A-Z]{5,}\b", source)
    assert " you" in source or "Your" in source
