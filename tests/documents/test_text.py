"""Lines are broken so that nothing is lost and nothing sticks out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.documents.boxes import Rows
from clinicdesk.documents.fonts import measure, shortened
from clinicdesk.documents.handouts import Run
from clinicdesk.documents.text import Line, Text, TextStyle, break_lines

WORDS = st.text(alphabet="abcdefg XYZ.,-\u00a0Żệ", max_size=60)
RUNS = st.lists(st.builds(Run, WORDS, st.booleans()), max_size=6)
STYLE = TextStyle(size=14, leading=18)


def text_of(line: Line) -> str:
    return "".join(words for words, _bold in line)


def width_of(line: Line) -> float:
    if not line:
        return 0.0
    *before, (last, bold) = line
    return sum(measure(words, 14, heavy) for words, heavy in before) + measure(last.rstrip(" "), 14, bold)


@given(RUNS, st.floats(20, 400))
def test_no_word_is_lost_and_no_line_sticks_out(runs: list[Run], room: float) -> None:
    lines = break_lines(runs, 14, room)
    assert all(width_of(line) <= room + 0.01 or len(text_of(line).strip(" ")) == 1 for line in lines)
    assert "".join(map(text_of, lines)).split(" ") == [
        word for word in "".join(run.text for run in runs).split(" ") if word
    ] or not any(run.text.strip(" ") for run in runs)


def test_weights_stay_with_their_words() -> None:
    lines = break_lines([Run("Do "), Run("not", True), Run(" drive"), Run("!", True)], 14, 1000)
    assert lines == [(("Do ", False), ("not ", True), ("drive", False), ("!", True))]


def test_a_hard_break_and_an_unbroken_space() -> None:
    assert [text_of(line) for line in break_lines([Run("a\n\nb")], 14, 100)] == ["a", "", "b"]
    narrow = measure("on November 25", 14) - 1
    assert [text_of(line) for line in break_lines([Run("on November\u00a025")], 14, narrow)] == [
        "on ",
        "November\u00a025",
    ]


@given(st.integers(2, 40), st.integers(0, 800))
def test_no_single_line_is_left_on_a_page(lines: int, room: int) -> None:
    text = Text((Run("\n".join("x" * 3 for _ in range(lines))),), STYLE)
    parts = text.split(400, room)
    if len(parts) == 2:
        heights = [part.wrap(400, 1e9)[1] / 18 for part in parts]
        assert min(heights) >= 2
        assert sum(heights) == lines
        assert heights[0] * 18 <= room + 0.01
    elif parts:
        assert text.height <= room + 0.01


def test_a_table_cut_in_two_keeps_its_columns() -> None:
    rows = [
        [Text((Run(a),), STYLE), Text((Run("b" * 5),), STYLE)] for a in ("short", "a much longer label", "c")
    ]
    table = Rows(rows)
    table.wrap(300, 1e9)
    upper, lower = table.split(300, 60)
    assert isinstance(upper, Rows)
    assert isinstance(lower, Rows)
    assert upper._columns(300) == lower._columns(300) == table._columns(300)


def test_what_is_too_wide_is_shortened() -> None:
    assert shortened("Rosa", 12, 100) == "Rosa"
    cut = shortened("Maximiliana Guadalupe", 12, 60)
    assert cut.endswith("…")
    assert measure(cut, 12) <= 60
