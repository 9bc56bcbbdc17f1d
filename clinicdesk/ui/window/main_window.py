"""The window: places at the left, the work in the middle, the case in hand at the right, a quiet bar at the foot.

It knows no feature. Places, side panels and finders are handed in by bootstrap; they talk back through
`ui.frame.place.Shell`. The title names the clinic and never a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from clinicdesk.domain.changes import Changes, touches
from clinicdesk.errors import ClinicDeskError
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.place import (
    Command,
    Finder,
    FindResult,
    Place,
    PlaceCount,
    PlaceFactory,
    Shell,
    SideFactory,
    SideView,
    follow,
)
from clinicdesk.ui.frame.targets import NewBooking, PanelTarget, PlaceTarget, PlainPlace, Target
from clinicdesk.ui.kit.buttons import PushButton
from clinicdesk.ui.kit.dialogs import Dialog
from clinicdesk.ui.kit.labels import PlainLabel
from clinicdesk.ui.kit.layout import Column, Panel, Row, Rule
from clinicdesk.ui.kit.tabbing import Tabbing
from clinicdesk.ui.operations import crash, run_query
from clinicdesk.ui.operations.hub import hub
from clinicdesk.ui.theme import Gap, Size, theme
from clinicdesk.ui.window.freshness import Freshness
from clinicdesk.ui.window.palette_find import FindPanel
from clinicdesk.ui.window.places_bar import PlacesBar
from clinicdesk.ui.window.unsaved_list import Left, UnsavedList
from clinicdesk.ui.window.window_bars import FootBar, TopBar
from clinicdesk.ui.window.window_keys import ShortcutList, install_keys


def _nothing_left(_desk: Desk) -> Sequence[Left]:
    return ()


class MainWindow(Tabbing, QMainWindow):
    """The one window of a signed-in person. Implements `ui.frame.place.Shell`."""

    lock_asked = Signal()
    restart_asked = Signal()
    sign_out_asked = Signal()

    def __init__(
        self,
        desk: Desk,
        places: Sequence[PlaceFactory],
        *,
        sides: Mapping[str, SideFactory] | None = None,
        finders: Sequence[Finder] = (),
        unsaved: Callable[[Desk], Sequence[Left]] = _nothing_left,
        clinic_name: str = "",
        demo: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Build the frame; the first place is built when the window is shown."""
        super().__init__(parent)
        self._desk = desk
        self._factories = {place.key: place for place in places}
        self._side_factories = dict(sides or {})
        self._places: dict[str, Place[Any]] = {}
        self._missed: dict[str, set[Any]] = {}
        self._sides: dict[str, SideView[Any]] = {}
        self._side_key: str | None = None
        self._current: str | None = None
        self._before: list[PlaceTarget] = []
        self._after: list[PlaceTarget] = []
        self._here: PlaceTarget | None = None
        self.setWindowTitle(
            _("{clinic} - ClinicDesk").format(clinic=clinic_name) if clinic_name else "ClinicDesk"
        )
        self.setAccessibleName("ClinicDesk")
        self._build(places, demo)
        self._find = FindPanel(finders, self._commands(places), self)
        self._find.opened.connect(self._open_found)
        self.shortcuts = install_keys(
            self, self, [place.home for place in places], can_book=NewBooking.to in self._side_factories
        )
        self.freshness = Freshness(desk, self.foot_bar, self)
        self.unsaved_list = UnsavedList(
            partial(unsaved, desk), partial(follow, self), self._leads, self.foot_bar
        )
        self.foot_bar.add_button(self.unsaved_list)
        self.restart_button = PushButton(_("Restart ClinicDesk"), self.foot_bar)
        self.restart_button.clicked.connect(self.restart_asked)
        self.restart_button.hide()
        self.foot_bar.add_button(self.restart_button)
        hub().changed.connect(self._changed)
        hub().line.connect(self._line_changed)
        crash.bridge().happened.connect(self._show_fault)
        self._recall_geometry()

    # ------------------------------------------------------------------ frame

    def _build(self, places: Sequence[PlaceFactory], demo: bool) -> None:
        ground = Panel(self, ground="window")
        self.setCentralWidget(ground)
        whole = Column(ground, gap=Gap.NONE)
        middle = Row(gap=Gap.NONE)
        self.places_bar = PlacesBar(places, ground)
        self.places_bar.asked.connect(self._go_home)
        self.top_bar = TopBar(ground, can_book=NewBooking.to in self._side_factories, demo=demo)
        self.top_bar.find_asked.connect(self.open_find)
        self.top_bar.book_asked.connect(self._book)
        self._stack = QStackedWidget(ground)
        self._side = QStackedWidget(ground)
        self._side_rule = Rule(ground, upright=True)
        work = Row(gap=Gap.NONE)
        work.add(self._stack, stretch=1)
        work.add(self._side_rule, self._side)
        right = Column(gap=Gap.NONE)
        right.add(self.top_bar, Rule(ground))
        right.addLayout(work, 1)
        middle.addWidget(self.places_bar)
        middle.addWidget(Rule(ground, upright=True))
        middle.addLayout(right, 1)
        self.foot_bar = FootBar(self._desk.actor.full_name, ground)
        self.foot_bar.lock_asked.connect(self.ask_lock)
        self.foot_bar.sign_out_asked.connect(self.sign_out_asked)
        self.foot_bar.shortcuts_asked.connect(self.show_shortcuts)
        whole.addLayout(middle, 1)
        whole.addWidget(Rule(ground))
        whole.addWidget(self.foot_bar)
        theme().changed.connect(self._refit)
        self._show_side(None)

    def start(self, first: PlaceTarget | None = None) -> None:
        """Show the window at a place (the first one unless given) and begin to count."""
        self.show()
        for factory in self._factories.values():
            self.go(first or factory.home)
            break
        self.ask_counts()
        self.unsaved_list.look()
        self.freshness.start()

    @property
    def desk(self) -> Desk:
        """Who sits at which open database."""
        return self._desk

    def set_status(self, text: str) -> None:
        """Say something lasting at the foot: "backup 2 h ago"."""
        self.foot_bar.set_status(text)

    # ------------------------------------------------------------------ places

    def go(self, target: PlaceTarget) -> None:
        """Show a place: `go(ChartOf(patient_id=rosa))`. A place that this person does not have stays away."""
        if target.to not in self._factories:
            return
        if self._here is not None:
            self._before.append(self._here)
            self._after.clear()
        self._visit(target)

    def _leads(self, target: Target) -> bool:
        return target.to in (self._side_factories if isinstance(target, PanelTarget) else self._factories)

    def _go_home(self, key: str) -> None:
        self.go(self._factories[key].home)

    def back(self) -> None:
        """Return to where the person was before."""
        self._step(self._before, self._after)

    def forward(self) -> None:
        """Undo `back`."""
        self._step(self._after, self._before)

    def _close_somebody_elses(self, target: PlaceTarget) -> None:
        """A chart stands beside no other patient's panel: a step taken there would go to the wrong person."""
        side, patient_id = self.side, target.whose
        if side is not None and patient_id is not None and side.patient_id not in (None, patient_id):
            self.close_side()

    def _step(self, take: list[PlaceTarget], give: list[PlaceTarget]) -> None:
        if take and self._here is not None:
            give.append(self._here)
            self._visit(take.pop())

    def _visit(self, target: PlaceTarget) -> None:
        self._close_somebody_elses(target)
        place = self._place(target.to)
        self._here, self._current = target, target.to
        self._stack.setCurrentWidget(place)
        self.places_bar.show_current(target.to)
        self.top_bar.show_place(self._factories[target.to].title(), target.to)
        missed = self._missed.pop(target.to, None)
        if missed:
            place.refresh(frozenset(missed))
        place.on_shown()
        place.take_focus()
        if not isinstance(target, PlainPlace):
            # The key has found the place; that it understands every target of its key is held by tests/ui/test_targets.py.
            place.open_target(target)

    def place(self, key: str) -> Place[Any] | None:
        """The place, if it has been built."""
        return self._places.get(key)

    @property
    def current_place(self) -> Place[Any] | None:
        """The place on screen."""
        return None if self._current is None else self._places.get(self._current)

    def _place(self, key: str) -> Place[Any]:
        place = self._places.get(key)
        if place is None:
            place = self._factories[key].build(self._desk, self)
            self._places[key] = place
            self._stack.addWidget(place)
            self.top_bar.add_tools(key, place.tools())
            place.refresh(None)
        return place

    def _line_changed(self, lost: str) -> None:
        """What could not be read while the clinic was not there is read now; what was said of it holds no longer."""
        if not lost:
            for place in self._places.values():
                place.clear_problem()

    def changeEvent(self, event: QEvent) -> None:
        """Who comes back to the window next morning sees that morning."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.freshness.minute.look()

    def _changed(self, changes: Changes) -> None:
        for key, place in self._places.items():
            if key == self._current:
                place.refresh(changes)
            else:
                self._missed.setdefault(key, set()).update(changes)
        side = self.side
        if side is not None:
            side.refresh(changes)
        for factory in self._factories.values():
            if touches(changes, factory.counts):
                self._ask_count(factory)

    def ask_counts(self) -> None:
        """Ask every place what waits there."""
        for factory in self._factories.values():
            self._ask_count(factory)

    def _ask_count(self, factory: PlaceFactory) -> None:
        if factory.count is not None:
            run_query(
                self,
                partial(factory.count, self._desk),
                done=partial(self._counted, factory.key),
                failed=partial(self._not_counted, factory.key),
                latest=f"count {factory.key}",
            )

    def _counted(self, key: str, count: PlaceCount | None) -> None:
        self.places_bar.set_count(key, count)

    def _not_counted(self, key: str, _fault: ClinicDeskError) -> None:
        """Someone who may not see a list sees no count of it either; nothing to tell."""
        self.places_bar.set_count(key, None)

    # ------------------------------------------------------------------ the right side

    @property
    def side(self) -> SideView[Any] | None:
        """The panel open at the right."""
        return None if self._side_key is None else self._sides[self._side_key]

    def open(self, target: PanelTarget) -> None:
        """Show a panel at the right: `open(CaseOf(booking_id=made))`. One that this person does not have stays away."""
        key = target.to
        if key not in self._side_factories:
            return
        if self._side_key not in (None, key) and not self.close_side():
            return
        panel = self._sides.get(key)
        if panel is None:
            panel = self._side_factories[key](self._desk, self)
            panel.closed.connect(self._close_asked)
            self._sides[key] = panel
            self._side.addWidget(panel)
        self._show_side(key)
        panel.open_target(target)

    def _book(self) -> None:
        self.open(NewBooking())

    def close_side(self) -> bool:
        """Close the panel at the right; False if it asked to stay."""
        side = self.side
        if side is None:
            return True
        if not side.may_close():
            return False
        self._show_side(None)
        place = self.current_place
        if place is not None:
            place.take_focus()
        return True

    def _close_asked(self) -> None:
        self.close_side()

    def _show_side(self, key: str | None) -> None:
        self._side_key = key
        if key is not None:
            panel = self._sides[key]
            self._side.setCurrentWidget(panel)
            self._fit_side()
        self._side.setVisible(key is not None)
        self._side_rule.setVisible(key is not None)
        self._fit_places()

    def _fit_places(self) -> None:
        """Where a panel leaves little room, the bar at the left gives its words to the place."""
        side = self.side
        taken = side.minimumWidth() if side is not None else 0
        self.places_bar.set_narrow(self.width() - taken < theme().px(Size.PLACE))

    def _refit(self) -> None:
        self._fit_side()
        self._fit_places()

    def _fit_side(self) -> None:
        side = self.side
        if side is not None:
            self._side.setFixedWidth(side.minimumWidth())

    # ------------------------------------------------------------------ find, keys, messages

    def open_find(self, text: str = "") -> None:
        """Open Find with `text` in it."""
        self._find.open(text)

    @property
    def find_panel(self) -> FindPanel:
        """The panel behind Ctrl+K."""
        return self._find

    def _open_found(self, found: FindResult | Command) -> None:
        if isinstance(found, Command):
            found.run(self)
        else:
            follow(self, found.target)

    def _commands(self, places: Sequence[PlaceFactory]) -> list[Command]:
        commands: list[Command] = []
        if NewBooking.to in self._side_factories:
            commands.append(Command(title=_("Book"), run=_book, keys=_("Ctrl+B"), icon="book"))
        for number, place in enumerate(places, start=1):
            keys = f"Ctrl+{number}" if number < 10 else ""
            title = _("Go to {place}").format(place=place.title())
            commands.append(
                Command(title=title, run=partial(_go, place.home), keys=keys, icon=place.icon_name)
            )
            commands.extend(place.commands())
        commands.append(Command(title=_("Show shortcuts"), run=_show_shortcuts, keys="F1", icon="keyboard"))
        return commands

    def show_shortcuts(self) -> None:
        """List the keys."""
        ShortcutList(self.shortcuts, self).open()

    def ask_lock(self) -> None:
        """Ask bootstrap to lock the window."""
        self.lock_asked.emit()

    def ask_restart(self) -> None:
        """The program was updated under this window: say so, and offer to restart."""
        self.freshness.say_updated()
        self.restart_button.show()

    def undo(self) -> None:
        """Take back what the quiet bar says was done, if that is possible."""
        self.foot_bar.quiet_bar.undo()

    def _show_fault(self, kind: str) -> None:
        dialog = Dialog(_("Something went wrong in the program"), self)
        text = _(
            "This is a fault of ClinicDesk, not of anything you did. What was saved before is safe; the last step "
            "may not have been. Look whether it is there, then do it again. The log file names the fault "
            "({kind}) and holds nothing about patients."
        ).format(kind=kind)
        dialog.body.addWidget(PlainLabel(text, dialog, wrap=True))
        dialog.add_one_button(_("Go on"))
        dialog.exec()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.side is not None:
            self.close_side()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ geometry, closing

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_places()
        self._find.hide()

    def _recall_geometry(self) -> None:
        settings = theme().settings
        kept = settings.value("window/geometry") if settings is not None else None
        if kept is None or not self.restoreGeometry(kept):
            room = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(1360, room.width()), min(860, room.height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        side = self.side
        stays = side is not None and not side.may_close()
        if stays or not all(place.may_close() for place in self._places.values()):
            event.ignore()
            return
        self.freshness.stop()
        settings = theme().settings
        if settings is not None:
            settings.setValue("window/geometry", self.saveGeometry())
        super().closeEvent(event)


def _go(target: PlaceTarget, shell: Shell) -> None:
    shell.go(target)


def _book(shell: Shell) -> None:
    shell.open(NewBooking())


def _show_shortcuts(shell: Any) -> None:
    shell.show_shortcuts()
