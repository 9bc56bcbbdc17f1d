"""Pictures of the whole kit and of the window: ``python -m tests.ui.gallery DIR``.

Light and dark, 100 % and 150 %. Look at them after every change of the theme or the kit.
"""

from __future__ import annotations

import sys
from datetime import date, time
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.clock import ClinicZone
from clinicdesk.domain.ids import BookingId
from clinicdesk.ui import operations
from clinicdesk.ui.frame.targets import CaseOf
from clinicdesk.ui.kit import (
    Banner,
    BannerKind,
    ChoiceField,
    Column,
    ComboField,
    DateField,
    FormGrid,
    IconButton,
    LineField,
    MarkIcon,
    MenuButton,
    MutedLabel,
    NoteField,
    NumberField,
    Panel,
    PlainLabel,
    PrimaryButton,
    ProgressPanel,
    PushButton,
    QuietButton,
    Row,
    ScoreRow,
    SecretField,
    Section,
    StatePill,
    StrongLabel,
    TimeField,
    TitleLabel,
    TriState,
)
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.kit.dialogs import Dialog
from clinicdesk.ui.operations import messages
from clinicdesk.ui.theme import Gap, SchemeChoice, theme
from clinicdesk.ui.window.main_window import MainWindow
from tests.helpers.places import BookView, CaseView, EmptyPlace, all_places, find_people, front_desk

STATES = (
    "requested",
    "waitlist",
    "booked",
    "confirmed",
    "arrived",
    "in_room",
    "recovery",
    "overnight",
    "discharged",
    "cancelled",
    "no_show",
    "emergency",
    "same_day",
    "next_working_day",
)


def kit_page() -> QWidget:
    """Every widget of the kit on one page."""
    page = Panel()
    both = Row(page, gap=Gap.XL, margin=Gap.XL)
    both.addLayout(_left(page), 1)
    both.addLayout(_right(page), 1)
    return page


def _left(page: QWidget) -> Column:
    column = Column(gap=Gap.M)
    column.add(TitleLabel("Rosa Ortiz", page), MutedLabel("78 F   MRN 10233   (703) 555-0142", page))
    form = FormGrid(page)
    form.add("name", "Name", LineField("Name", hint="As on the identity card"), required=True)
    born = DateField("Born", past=True)
    born.set_value(date(1948, 2, 3))
    form.add("born", "Born", born)
    day = DateField("Day", popup=True)
    day.set_value(date(2026, 11, 26))
    start = TimeField("Start")
    start.set_value(time(9, 20))
    form.add("day", "When", day, beside=start)
    form.add("phone", "Phone", LineField("Phone", width=168))
    form.set_problem("phone", "This number is one digit short. Look at it again.")
    form.add("weight", "Weight", NumberField("Weight", unit="kg"), beside=PlainLabel("kg"))
    secret = SecretField("Password")
    secret.setText("correct horse battery")
    form.add(
        "secret", "Password", secret, help_text="15 characters or more. A sentence is easiest to remember."
    )
    sedation = ChoiceField("Sedation", [(w, w) for w in ("local", "minimal", "moderate", "deep", "general")])
    sedation.set_value("moderate")
    form.add("sedation", "Sedation", sedation)
    procedure = ComboField(
        "Procedure", [(1, "Kyphoplasty"), (2, "Vertebroplasty")], hint="Choose a procedure"
    )
    form.add("procedure", "Procedure", procedure)
    pain = ScoreRow("Pain now")
    pain.set_value(3)
    form.add("pain", "Pain now", pain, beside=MutedLabel("was 8 > 5"))
    yes, no, unasked = TriState("Weakness?"), TriState("Fever?"), TriState("Breathless?")
    yes.set_value(True)
    no.set_value(False)
    form.add("q1", "New weakness?", yes)
    form.add("q2", "Fever?", no)
    form.add("q3", "Breathless?", unasked)
    note = NoteField("Notes", lines=3)
    note.setPlainText("Spanish, best after 4 pm.")
    form.add("notes", "Notes", note)
    column.addWidget(form)
    column.addStretch(1)
    return column


def _right(page: QWidget) -> Column:
    column = Column(gap=Gap.M)
    column.addWidget(
        Banner(
            BannerKind.EMERGENCY,
            "EMERGENCY: say “Call 911 now, do not drive.” Stay on the line. Tell Dr Lin.",
            page,
            actions=[PushButton("Told Dr Lin", page)],
        )
    )
    column.addWidget(
        Banner(BannerKind.WARNING, "Room 2 is held by Rosa Ortiz, 10:00 to 11:20 AM.", page, closable=True)
    )
    column.addWidget(Banner(BannerKind.INFO, "The brace order was sent on Mon 23 Nov 2026.", page))
    buttons = Row(gap=Gap.S)
    off = PrimaryButton("Book 9:20 AM", page)
    off.setEnabled(False)
    buttons.add(PrimaryButton("Book 9:20 AM", page), off, PushButton("Move", page, icon="move"))
    buttons.add(
        QuietButton("Print", page, icon="print"),
        IconButton("edit", "Edit", page),
        MenuButton("More", (), page),
    )
    buttons.addStretch(1)
    column.addLayout(buttons)
    states = Section("States", page)
    for start in range(0, len(STATES), 3):
        row = Row(gap=Gap.S)
        for state in STATES[start : start + 3]:
            row.add(MarkIcon(state, page), StatePill(state, page))
        row.addStretch(1)
        states.body.addLayout(row)
    column.addWidget(states)
    disabled = Section("Disabled", page)
    row = Row(gap=Gap.S)
    line = LineField("Name", page, width=120)
    line.setText("Rosa Ortiz")
    choice = ChoiceField("Stay", [(1, "home"), (2, "overnight")], page)
    choice.set_value(1)
    combo = ComboField("Room", [(1, "Room 1")], page, width=120)
    for widget in (line, choice, combo):
        widget.setEnabled(False)
        row.addWidget(widget)
    row.addStretch(1)
    disabled.body.addLayout(row)
    column.addWidget(disabled)
    progress = ProgressPanel("Importing patients", page)
    progress.report(412, 1171)
    column.addWidget(progress)
    column.add(StrongLabel("Strong", page), PlainLabel("<img src='x'> stays as typed", page))
    column.addStretch(1)
    return column


def window() -> MainWindow:
    """The window with made-up places."""
    made = MainWindow(
        front_desk(),
        all_places(),
        sides={"case": CaseView, "book": BookView},
        finders=[find_people],
        clinic_name="Hillside Spine Clinic",
        demo=True,
    )
    made.set_status("backup 2 h ago")
    return made


def save(widget: QWidget, path: Path) -> None:
    """Let it be painted, then keep the picture."""
    settle()
    widget.grab().save(str(path))


def settle() -> None:
    """Until no work is under way and nothing waits to be painted."""
    while operations.busy():
        QApplication.processEvents()
    for _round in range(5):
        QApplication.processEvents()


def main(folder: Path) -> None:
    """Save all pictures into ``folder``."""
    app = QApplication.instance() or QApplication([])
    theme().start()
    fmt.configure(ClinicZone("America/New_York"), country="US")
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        for scale in (100, 150):
            theme().set_choice(scheme)
            theme().set_scale(scale)
            _save_all(folder, f"{scheme.value}-{scale}", scale)
    operations.shutdown()
    del app


def _save_all(folder: Path, name: str, scale: int) -> None:
    page = kit_page()
    page.resize(QSize(1180, 760) * (scale / 100))
    page.show()
    save(page, folder / f"kit-{name}.png")
    page.close()
    shell = window()
    shell.resize(QSize(1280, 720) if scale == 100 else QSize(1600, 960))
    shell.start()
    settle()
    messages.done("Saved: Rosa Ortiz moved to 9:20 AM.", undo=_nothing)
    shell.open(CaseOf(booking_id=BookingId(1)))
    save(shell, folder / f"window-{name}.png")
    shell.close_side()
    shell.go(EmptyPlace.home)
    shell.current_place.show_problem("The file has no column that looks like a name. Nothing was imported.")  # type: ignore[union-attr] # just shown
    save(shell, folder / f"empty-{name}.png")
    shell.open_find("ja")
    save(shell, folder / f"find-{name}.png")
    shell.find_panel.hide()
    dialog = Dialog("Cancel this booking?", shell)
    text = "Rosa Ortiz, Thu 26 Nov 2026, 9:20 AM. The room and the C-arm become free."
    dialog.body.addWidget(PlainLabel(text, dialog, wrap=True))
    dialog.add_buttons("Cancel booking", "Keep it")
    dialog.show()
    save(dialog, folder / f"dialog-{name}.png")
    dialog.close()
    shell.show_shortcuts()
    keys = next(child for child in shell.findChildren(Dialog) if child.isVisible())
    save(keys, folder / f"keys-{name}.png")
    keys.close()
    shell.close()
    shell.deleteLater()


def _nothing() -> None:
    """Undo of a picture."""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
