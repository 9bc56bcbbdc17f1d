"""The kit, used as a person does: typed into, clicked, left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from functools import partial
from operator import attrgetter

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from clinicdesk.clock import ClinicZone
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.ui import kit
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    ChoiceField,
    ComboField,
    DateField,
    Dialog,
    EmptyState,
    FormGrid,
    IconButton,
    LineField,
    LoadingFrame,
    NoteField,
    NumberField,
    Paint,
    PlainLabel,
    PrimaryButton,
    ProgressPanel,
    PushButton,
    RowTable,
    ScoreRow,
    SegmentedRow,
    SidePanel,
    StatePill,
    TableColumn,
    TimeField,
    TriState,
    ask,
    confirm,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.labels import plain_tip
from clinicdesk.ui.theme import theme
from tests.helpers.accessible import assert_accessible, nameless
from tests.helpers.places import CASES, COLUMNS, Case
from tests.ui.gallery import kit_page

MARKUP = '<img src="/etc/passwd"/> Jane <b>Doe</b> & co'


def today() -> date:
    return date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _american(qapp: QApplication) -> Iterator[None]:
    before = fmt.habits()
    fmt.configure(ClinicZone("America/New_York"), country="US")
    theme().start()
    yield
    fmt.configure(before.zone, country=before.country, twelve_hour=before.twelve_hour)


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A window to put things on; it is the active one, so keys go where the focus is."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    return widget


def show(qtbot: QtBot, page: QWidget, *widgets: QWidget) -> None:
    top = 0
    for widget in widgets:
        widget.setParent(page)
        widget.move(0, top)
        top += 60
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()


def test_every_control_of_the_kit_has_a_name_and_every_label_is_plain(qtbot: QtBot) -> None:
    page = kit_page()
    qtbot.addWidget(page)
    page.show()
    assert_accessible(page)


def test_the_check_finds_what_is_nameless(qtbot: QtBot, page: QWidget) -> None:
    from PySide6.QtWidgets import QLineEdit, QToolButton

    QLineEdit(page)
    QToolButton(page)
    QLabel("<b>markup</b>", page)
    assert nameless(page) == ["QLineEdit", "QToolButton"]
    with pytest.raises(AssertionError):
        assert_accessible(page)


# ---------------------------------------------------------------- text


def test_what_a_person_typed_is_never_markup(qtbot: QtBot, page: QWidget) -> None:
    label, button = PlainLabel(MARKUP), PushButton(MARKUP)
    show(qtbot, page, label, button)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.sizeHint().width() > label.fontMetrics().horizontalAdvance("<img src=")
    assert button.text() == MARKUP.replace("&", "&&")  # no accelerator hides the ampersand
    assert "<img" not in plain_tip(MARKUP)
    assert "&lt;img" in plain_tip(MARKUP)


def test_an_elided_label_shows_the_whole_in_its_tip(qtbot: QtBot, page: QWidget) -> None:
    label = PlainLabel("Maximiliana Featherstonehaugh-Wolfeschlegelsteinhausen", elide=True)
    show(qtbot, page, label)
    label.resize(80, 24)
    assert "Wolfeschlegelsteinhausen" in label.toolTip()
    label.resize(780, 24)
    assert label.toolTip() == ""


# ---------------------------------------------------------------- fields


def test_a_line_is_trimmed(qtbot: QtBot, page: QWidget) -> None:
    field = LineField("Name")
    show(qtbot, page, field)
    QTest.keyClicks(field, "  Rosa Ortiz ")
    assert field.value() == "Rosa Ortiz"


@pytest.mark.parametrize(
    ("typed", "value"), [("60", 60), ("61.5", None), ("500", None), ("nan", None), ("", None)]
)
def test_a_number_is_within_bounds_or_none(
    qtbot: QtBot, page: QWidget, typed: str, value: float | None
) -> None:
    field = NumberField("Weight", lowest=1, highest=400)
    show(qtbot, page, field)
    QTest.keyClicks(field, typed)
    assert field.value() == value
    assert (field.problem() is None) == (value is not None or not typed)


def test_a_number_is_stepped_by_arrows(qtbot: QtBot, page: QWidget) -> None:
    field = NumberField("Hours", lowest=0, highest=3)
    show(qtbot, page, field)
    for _n in range(5):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.whole() == 3


def test_a_note_of_ten_thousand_letters_fits_and_one_more_is_named(qtbot: QtBot, page: QWidget) -> None:
    note, other = NoteField("Notes"), LineField("Next")
    show(qtbot, page, note, other)
    note.setFocus()
    note.setPlainText("x" * 10_000)
    assert note.problem() is None
    note.setPlainText("x" * 10_001)
    assert note.problem() == "The note is 1 letters too long; 10000 fit."
    QTest.keyClick(note, Qt.Key.Key_Tab)
    assert "\t" not in note.toPlainText()
    assert other.hasFocus()


def test_a_date_is_typed_freely_and_written_out_when_left(qtbot: QtBot, page: QWidget) -> None:
    born, other = DateField("Born", past=True, latest=today(), today=today), LineField("Next")
    show(qtbot, page, born, other)
    born.setFocus()
    QTest.keyClicks(born, "2/3/48")
    assert born.value() == date(1948, 2, 3)
    assert born.text() == "2/3/48"  # not while it is typed
    other.setFocus()
    qtbot.waitUntil(lambda: born.text() == "3 Feb 1948")
    assert born.value() == date(1948, 2, 3)
    assert born.accessibleDescription() == "3 Feb 1948"


def test_a_date_that_is_none_stays_as_typed_and_says_so(qtbot: QtBot, page: QWidget) -> None:
    born, other = DateField("Born", past=True, latest=today(), today=today), LineField("Next")
    show(qtbot, page, born, other)
    born.setFocus()
    QTest.keyClicks(born, "30 feb 1948")
    other.setFocus()
    assert (born.text(), born.value()) == ("30 feb 1948", None)
    assert born.problem() == "This is no date: type it like 3 Feb 1948."
    born.clear()
    QTest.keyClicks(born, "24 nov 2026")
    assert born.value() is None
    assert born.problem() == "24 Nov 2026 is too late; the last possible day is 23 Nov 2026."
    born.clear()
    assert born.problem() is None


@pytest.mark.qt_log_ignore(
    "This plugin does not support grabbing the keyboard"
)  # the offscreen platform's word for a menu
def test_a_day_moves_by_arrows_and_is_picked_from_the_calendar(qtbot: QtBot, page: QWidget) -> None:
    from PySide6.QtCore import QDate
    from PySide6.QtWidgets import QCalendarWidget

    field = DateField("Day", popup=True, today=today)
    show(qtbot, page, field)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "Mon 23 Nov 2026"
    QTest.keyClick(field, Qt.Key.Key_PageUp)
    assert field.value() == date(2026, 11, 30)
    field.open_calendar()
    calendar = field.findChild(QCalendarWidget)
    assert calendar is not None
    assert calendar.selectedDate() == QDate(2026, 11, 30)
    calendar.clicked.emit(QDate(2026, 12, 3))
    assert field.text() == "Thu 3 Dec 2026"


def test_a_time_is_typed_freely(qtbot: QtBot, page: QWidget) -> None:
    field, other = TimeField("Start"), LineField("Next")
    show(qtbot, page, field, other)
    field.setFocus()
    QTest.keyClicks(field, "920")
    other.setFocus()
    qtbot.waitUntil(lambda: field.text() == "9:20 AM")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == time(9, 15)
    field.selectAll()
    QTest.keyClicks(field, "25:00")
    assert field.value() is None
    assert field.problem() == "This is no time: type it like 9:20 AM."


# ---------------------------------------------------------------- choices


def test_a_segment_is_chosen_by_mouse_arrow_letter_and_space(qtbot: QtBot, page: QWidget) -> None:
    heard: list[object] = []
    row = SegmentedRow("Sedation", [(w, w) for w in ("local", "minimal", "moderate", "deep")])
    show(qtbot, page, row)
    row.changed.connect(lambda: heard.append(row.value()))
    assert row.value() is None
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rects()[1].center())
    assert row.value() == "minimal"
    QTest.keyClick(row, Qt.Key.Key_Right)
    assert row.value() == "moderate"
    QTest.keyClicks(row, "m")
    assert row.value() == "minimal"
    QTest.keyClicks(row, "d")
    QTest.keyClick(row, Qt.Key.Key_Space)
    assert row.value() == "deep"  # not clearable
    assert heard == ["minimal", "moderate", "minimal", "deep"]
    assert row.accessibleDescription() == "deep"


def test_words_wider_than_their_segment_do_not_occur(qtbot: QtBot, page: QWidget) -> None:
    row = SegmentedRow("Stay", [(1, "home"), (2, "overnight")])
    show(qtbot, page, row)
    for scale in (80, 100, 150, 200):
        theme().set_scale(scale)
        row.resize(row.sizeHint())
        row.set_value(2)
        needed = row.fontMetrics().horizontalAdvance("overnight")
        assert row.rects()[1].width() > needed * 1.15, scale  # the chosen one is drawn bold
    theme().set_scale(100)


def test_more_than_five_make_a_list_and_a_choice_is_kept(qtbot: QtBot, page: QWidget) -> None:
    field = ChoiceField("Room", [(n, f"Room {n}") for n in range(1, 4)])
    show(qtbot, page, field)
    assert isinstance(field.control, SegmentedRow)
    field.set_value(2)
    field.set_options([(n, f"Room {n}") for n in range(1, 9)])
    assert isinstance(field.control, ComboField)
    assert field.value() == 2
    field.set_options([(n, f"Room {n}") for n in range(5, 12)])
    assert field.value() == 5  # without a hint a list always has one
    assert_accessible(field)


def test_a_list_with_a_hint_starts_with_nothing_chosen(qtbot: QtBot, page: QWidget) -> None:
    field = ComboField("Procedure", [(1, "Kyphoplasty"), (2, "Vertebroplasty")], hint="Choose one")
    show(qtbot, page, field)
    assert field.value() is None
    field.setFocus()
    QTest.keyClicks(field, "v")
    assert field.value() == 2
    field.set_value("no such thing")
    assert field.value() is None


def test_a_score_is_typed_also_ten(qtbot: QtBot, page: QWidget) -> None:
    row = ScoreRow("Pain now")
    show(qtbot, page, row)
    assert row.score() is None
    QTest.keyClicks(row, "7")
    assert row.score() == 7
    QTest.qWait(1000)
    QTest.keyClicks(row, "10")
    assert row.score() == 10
    QTest.keyClick(row, Qt.Key.Key_Backspace)
    assert row.score() is None
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rects()[0].center())
    assert row.score() == 0  # and zero is not nothing


def test_unanswered_is_not_no(qtbot: QtBot, page: QWidget) -> None:
    question = TriState("New weakness or numbness in a leg?")
    show(qtbot, page, question)
    assert question.answer() is None
    assert question.accessibleDescription() == "not asked"
    QTest.keyClicks(question, "n")
    assert question.answer() is False
    QTest.keyClicks(question, "y")
    assert question.answer() is True
    QTest.keyClick(question, Qt.Key.Key_Backspace)
    assert question.answer() is None
    assert question.accessibleDescription() == "not asked"


# ---------------------------------------------------------------- forms and panels


def test_a_form_says_what_is_wrong_under_the_field_and_leads_there(qtbot: QtBot, page: QWidget) -> None:
    form = FormGrid()
    name, born = LineField("Name"), DateField("Born", past=True, today=today)
    form.add("name", "Name", name, required=True)
    form.add("born", "Born", born)
    show(qtbot, page, form)
    name.setFocus()
    QTest.keyClicks(born, "nonsense")
    assert form.check() is False
    assert form.problems() == {"born": "This is no date: type it like 3 Feb 1948."}
    qtbot.waitUntil(born.hasFocus)
    born.clear()
    assert form.check() is True
    assert form.problems() == {}
    assert form.show_error(BadInput("There is already someone with this name.", "name")) is True
    assert form.problems() == {"name": "There is already someone with this name."}
    assert form.show_error(ClinicDeskError("The disk is full.")) is False
    form.clear_problems()
    assert form.problems() == {}


def test_a_side_panel_asks_to_be_closed_by_escape(qtbot: QtBot, page: QWidget) -> None:
    panel = SidePanel("Case")
    panel.add(LineField("Name"))
    show(qtbot, page, panel)
    with qtbot.waitSignal(panel.closed):
        QTest.keyClick(panel, Qt.Key.Key_Escape)
    with qtbot.waitSignal(panel.closed):
        QTest.mouseClick(panel.close_button, Qt.MouseButton.LeftButton)
    assert_accessible(panel)


def test_a_banner_is_read_aloud_and_a_problem_can_be_dismissed(qtbot: QtBot, page: QWidget) -> None:
    banner = Banner(BannerKind.EMERGENCY, "Call 911 now, do not drive.")
    panel = kit.ProblemPanel()
    show(qtbot, page, banner, panel)
    assert banner.accessibleName() == "Call 911 now, do not drive."
    assert not panel.isVisible()
    panel.show_problem("The disk is full. Nothing was saved.")
    assert panel.isVisible()
    close = panel.findChild(kit.IconButton)
    assert close is not None
    close.click()
    assert not panel.isVisible()


def test_an_empty_screen_offers_the_first_step(qtbot: QtBot, page: QWidget) -> None:
    taken: list[bool] = []
    empty = EmptyState("people", "No patients yet.", ("Import patients", lambda: taken.append(True)))
    show(qtbot, page, empty)
    assert empty.button is not None
    QTest.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    assert taken == [True]


def test_loading_shows_a_bar_only_when_it_takes_long(qtbot: QtBot, page: QWidget) -> None:
    frame = LoadingFrame(QWidget(), empty=EmptyState("people", "Nobody."))
    show(qtbot, page, frame)
    frame.start()
    assert frame.is_loading
    bars = frame.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    bar = next(widget for widget in bars if widget.accessibleName() == "Loading")
    assert not bar.isVisible()
    qtbot.waitUntil(bar.isVisible, timeout=2000)
    frame.show_rows(False)
    assert (bar.isVisible(), frame.is_empty, frame.is_loading) == (False, True, False)
    frame.start()
    frame.show_rows(True)
    assert (frame.is_empty, frame.is_loading) == (False, False)


def test_progress_is_counted_and_stopped(qtbot: QtBot, page: QWidget) -> None:
    class Work:
        cancelled = False

        def cancel(self) -> None:
            self.cancelled = True

    panel, work = ProgressPanel("Importing patients"), Work()
    show(qtbot, page, panel)
    panel.follow(work)
    panel.report(412, 1171)
    assert panel.count.text() == "412 of 1,171"
    QTest.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    assert work.cancelled
    assert not panel.stop.isEnabled()


# ---------------------------------------------------------------- dialogs


def _in_dialog(steps: object) -> None:
    QTimer.singleShot(0, steps)  # type: ignore[call-overload] # a plain callable


def _dialog() -> Dialog:
    found = QApplication.activeModalWidget()
    assert isinstance(found, Dialog)
    return found


def test_enter_does_not_do_what_cannot_be_undone(qtbot: QtBot, page: QWidget) -> None:
    show(qtbot, page)
    titles: list[str] = []

    def press_enter() -> None:
        titles.append(_dialog().windowTitle())
        assert_accessible(_dialog())
        QTest.keyClick(_dialog(), Qt.Key.Key_Return)

    _in_dialog(press_enter)
    assert confirm(page, "Cancel Rosa Ortiz?", "The room becomes free.", do="Cancel booking") is False
    assert titles == ["ClinicDesk"]  # never a patient

    def press_the_verb() -> None:
        button = next(b for b in _dialog().findChildren(PushButton) if b.text() == "Cancel booking")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    _in_dialog(press_the_verb)
    assert confirm(page, "Cancel Rosa Ortiz?", "The room becomes free.", do="Cancel booking") is True


def test_a_reason_is_not_accepted_empty(qtbot: QtBot, page: QWidget) -> None:
    show(qtbot, page)

    def answer() -> None:
        dialog = _dialog()
        do = next(b for b in dialog.findChildren(PushButton) if b.text() == "Override")
        do.click()
        assert dialog.problem_panel.text() == "Type the reason first. It is kept with the record."
        [note] = dialog.findChildren(NoteField)
        QTest.keyClicks(note, "Seen by Dr Lin")
        do.click()

    _in_dialog(answer)
    assert ask(page, "Override", "No escort is named.", label="Reason", do="Override") == "Seen by Dr Lin"
    _in_dialog(lambda: QTest.keyClick(_dialog(), Qt.Key.Key_Escape))
    assert ask(page, "Override", "", label="Reason", do="Override") is None


def test_a_closed_dialog_is_gone(qtbot: QtBot, page: QWidget) -> None:
    from tests.helpers.leftovers import deliver_deletions

    show(qtbot, page)
    for _n in range(3):
        _in_dialog(lambda: _dialog().accept())
        confirm(page, "Remove", "It is gone then.", do="Remove")
    deliver_deletions()
    assert page.findChildren(Dialog) == []


# ---------------------------------------------------------------- table


@pytest.fixture
def table(qtbot: QtBot, page: QWidget) -> RowTable[Case]:
    table: RowTable[Case] = RowTable("Today", COLUMNS, key=attrgetter("id"))
    table.set_rows(CASES)
    table.resize(780, 500)
    show(qtbot, page, table)
    table.setFocus()
    return table


def test_a_table_is_walked_and_opened_with_the_keyboard(qtbot: QtBot, table: RowTable[Case]) -> None:
    opened: list[Case] = []
    table.activated_row.connect(opened.append)
    assert table.row() is None
    table.choose_number(0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert [case.id for case in opened] == [3]
    position = table.visualRect(table.model().index(4, 2)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=position)
    row = table.row()
    assert row is not None
    assert row.id == 5
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=position)
    assert [case.id for case in opened] == [3, 5]


def test_the_chosen_row_stays_chosen_when_rows_are_loaded_again(table: RowTable[Case]) -> None:
    table.choose(lambda case: case.id == 5)
    table.set_rows(CASES[3:])
    row = table.row()
    assert row is not None
    assert row.id == 5
    table.set_rows(CASES[6:])
    assert table.row() is None


def test_pages_are_fetched_once_at_the_end(qtbot: QtBot, table: RowTable[Case]) -> None:
    asked: list[int] = []
    table.on_more(asked.append)
    many = [Case(n, "8:00 AM", f"Patient {n}", "", "", "", "booked") for n in range(100)]
    table.set_rows(many, complete=False)
    table.scrollToBottom()
    qtbot.waitUntil(lambda: bool(asked))
    table.scrollToTop()
    table.scrollToBottom()
    assert asked == [100]
    table.append_rows(many, complete=True)
    assert len(table.rows()) == 200
    table.scrollToBottom()
    QApplication.processEvents()
    assert asked == [100]


def test_a_heading_asks_to_sort_and_again_the_other_way(qtbot: QtBot, table: RowTable[Case]) -> None:
    asked: list[tuple[str, bool]] = []
    table.sort_asked.connect(lambda key, down: asked.append((key, down)))
    header = table.horizontalHeader()
    for column in (2, 2, 0, 3):  # the fourth has no key
        at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == [("patient", False), ("patient", True), ("time", False)]


def test_rows_are_of_one_height_and_unused_roles_cost_nothing(table: RowTable[Case]) -> None:
    calls: list[Case] = []

    def text(case: Case) -> str:
        calls.append(case)
        return case.patient

    table = RowTable("Patients", [TableColumn(heading="Patient", text=text)], table.parentWidget())
    table.set_rows(CASES)
    index = table.rows_model.index(0, 0)
    for role in (Qt.ItemDataRole.FontRole, Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.DecorationRole):
        assert table.rows_model.data(index, role) is None
    assert calls == []
    assert table.rowHeight(0) == table.rowHeight(5) == 32
    theme().set_scale(150)
    assert table.rowHeight(0) == 48
    theme().set_scale(100)


def test_names_keep_their_room_when_the_window_is_narrow(qtbot: QtBot, table: RowTable[Case]) -> None:
    table.resize(780, 300)
    assert [table.isColumnHidden(n) for n in range(7)] == [False] * 7
    table.resize(560, 300)
    assert [n for n in range(7) if table.isColumnHidden(n)] == [4, 5]
    assert table.columnWidth(2) >= 120
    table.resize(780, 300)
    assert not any(table.isColumnHidden(n) for n in range(7))


def test_a_state_is_said_in_words(table: RowTable[Case]) -> None:
    index = table.rows_model.index(2, 6)
    assert table.rows_model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "State: In room"
    assert COLUMNS[6].paint is Paint.STATE
    assert StatePill("no_show").accessibleName() == "No-show"


def test_a_double_click_takes_one_step_and_turns_two_pages(qtbot: QtBot) -> None:
    taken: list[str] = []
    step, page = PrimaryButton("Arrived"), IconButton("forward", "Next day")
    for button in (step, page):
        qtbot.addWidget(button)
        button.show()
        button.clicked.connect(partial(taken.append, button.accessibleName()))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QTest.mouseDClick(button, Qt.MouseButton.LeftButton)  # the second press alone
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert taken == ["Arrived", "Next day", "Next day"]
