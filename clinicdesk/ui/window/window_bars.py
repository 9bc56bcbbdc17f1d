"""The bar over the work and the bar at the foot of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QWidget

from clinicdesk.i18n import _
from clinicdesk.ui.kit.buttons import IconButton, PrimaryButton, PushButton, QuietButton
from clinicdesk.ui.kit.labels import MutedLabel, SectionLabel
from clinicdesk.ui.kit.layout import Panel, Row
from clinicdesk.ui.kit.marks import DemoBadge
from clinicdesk.ui.kit.quiet_bar import QuietBar
from clinicdesk.ui.theme import SCALES, Gap, SchemeChoice, Size, theme
from clinicdesk.ui.theme.icons import dress


class TopBar(Panel):
    """The place's title and tools, Find, and Book as the one primary button."""

    find_asked = Signal()
    book_asked = Signal()

    def __init__(self, parent: QWidget, *, can_book: bool, demo: bool) -> None:
        super().__init__(parent, ground="surface")
        self.setAccessibleName(_("Tools"))
        row = Row(self, gap=Gap.M, margin=(Gap.L, Gap.NONE, Gap.L, Gap.NONE))
        self.title = SectionLabel("", self)
        row.addWidget(self.title)
        if demo:
            row.addWidget(DemoBadge(self))
        self._tools = QStackedWidget(self)
        self._nothing = QWidget(self)
        self._tools.addWidget(self._nothing)
        self._by_place: dict[str, QWidget] = {}
        row.addWidget(self._tools, 1)
        self.find_button = PushButton(_("Find  {keys}").format(keys=_("Ctrl+K")), self, icon="find")
        self.find_button.setAccessibleName(_("Find"))
        self.find_button.set_tip(_("Find a patient, a booking or a command"), "Ctrl+K")
        self.find_button.clicked.connect(self._find)
        row.addWidget(self.find_button)
        self.book_button = PrimaryButton(_("Book"), self, icon="book")
        self.book_button.set_tip(_("Book"), "Ctrl+B")
        self.book_button.clicked.connect(self._book)
        self.book_button.setVisible(can_book)
        row.addWidget(self.book_button)
        theme().changed.connect(self._resize)
        self._resize()

    def add_tools(self, key: str, tools: QWidget | None) -> None:
        """Keep the tools of a place."""
        if tools is not None:
            self._tools.addWidget(tools)
            self._by_place[key] = tools

    def show_place(self, title: str, key: str) -> None:
        """Show a place's title and tools."""
        self.title.setText(title)
        self._tools.setCurrentWidget(self._by_place.get(key, self._nothing))

    def _find(self) -> None:
        self.find_asked.emit()

    def _book(self) -> None:
        self.book_asked.emit()

    def _resize(self) -> None:
        self.setFixedHeight(theme().px(Size.TOP_BAR))


class FootBar(Panel):
    """What was done with Undo, what lasts (the backup), how it looks, and who sits here."""

    lock_asked = Signal()
    sign_out_asked = Signal()
    shortcuts_asked = Signal()

    def __init__(self, user_name: str, parent: QWidget) -> None:
        super().__init__(parent, ground="sunken")
        self.setAccessibleName(_("Messages and user"))
        row = Row(self, gap=Gap.S, margin=(Gap.L, Gap.NONE, Gap.S, Gap.NONE))
        self.quiet_bar = QuietBar(self)
        row.addWidget(self.quiet_bar, 1)
        self.line = MutedLabel("", self, elide=True)
        self.line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self.line)
        self.status = MutedLabel("", self)
        row.addWidget(self.status)
        self.look_button = IconButton("look", _("Light or dark, larger or smaller"), self)
        self.look_button.setMenu(_look_menu(self.look_button))
        row.addWidget(self.look_button)
        self.user_button = QuietButton(user_name, self, icon="user")
        self.user_button.setMenu(self._user_menu(user_name))
        row.addWidget(self.user_button)
        theme().changed.connect(self._resize)
        self._resize()

    def set_line(self, text: str, *, wrong: bool) -> None:
        """Show why what is on the screen may be old; with ``wrong`` it is something to be mended."""
        self.line.setText(text)
        self.line.setAccessibleName(text or _("Everything is up to date"))
        self.line.set_tone("problem" if wrong else "muted")
        self.line.setVisible(bool(text))

    def add_button(self, button: QWidget) -> None:
        """Put a button before the one that changes the look."""
        row = self.layout()
        assert isinstance(row, Row)
        row.insertWidget(row.indexOf(self.look_button), button)

    def set_status(self, text: str) -> None:
        """Show what lasts."""
        self.status.setText(text)

    def _user_menu(self, user_name: str) -> QMenu:
        menu = QMenu(self.user_button)
        menu.setAccessibleName(user_name)
        lock = menu.addAction(_("Lock"))
        _show_keys(lock, "Ctrl+L")
        lock.triggered.connect(self._lock)
        dress(lock, "lock")
        leave = menu.addAction(_("Sign out"))
        leave.triggered.connect(self._sign_out)
        dress(leave, "sign_out")
        menu.addSeparator()
        keys = menu.addAction(_("Shortcuts"))
        _show_keys(keys, "F1")
        keys.triggered.connect(self._shortcuts)
        dress(keys, "keyboard")
        return menu

    def _lock(self) -> None:
        self.lock_asked.emit()

    def _sign_out(self) -> None:
        self.sign_out_asked.emit()

    def _shortcuts(self) -> None:
        self.shortcuts_asked.emit()

    def _resize(self) -> None:
        self.setFixedHeight(theme().px(Size.FOOT_BAR))


def _show_keys(action: QAction, keys: str) -> None:
    """Show in the menu which keys do the same; the window itself listens for them."""
    action.setShortcut(QKeySequence(keys))
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)


def _look_menu(button: QWidget) -> QMenu:
    """Scheme and scale, with what holds now checked."""
    menu = QMenu(button)
    menu.setAccessibleName(_("Light or dark, larger or smaller"))
    schemes = (
        (SchemeChoice.SYSTEM, _("As the system")),
        (SchemeChoice.LIGHT, _("Light")),
        (SchemeChoice.DARK, _("Dark")),
    )
    _LookActions(menu, schemes)
    return menu


class _LookActions(QActionGroup):
    """Keeps the check marks of the menu right, whoever changed the look."""

    def __init__(self, menu: QMenu, schemes: tuple[tuple[SchemeChoice, str], ...]) -> None:
        super().__init__(menu)
        self._scales = QActionGroup(menu)
        for choice, words in schemes:
            self._add(menu, self, words, choice)
        menu.addSeparator()
        for scale in SCALES:
            self._add(menu, self._scales, _("{scale} %").format(scale=scale), scale)
        self.triggered.connect(self._scheme_chosen)
        self._scales.triggered.connect(self._scale_chosen)
        theme().changed.connect(self._check)
        self._check()

    @staticmethod
    def _add(menu: QMenu, group: QActionGroup, words: str, value: object) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setData(value)
        group.addAction(action)

    def _scheme_chosen(self, action: QAction) -> None:
        theme().set_choice(SchemeChoice(action.data()))

    def _scale_chosen(self, action: QAction) -> None:
        theme().set_scale(int(action.data()))

    def _check(self) -> None:
        for action in self.actions():
            action.setChecked(SchemeChoice(action.data()) is theme().choice)
        for action in self._scales.actions():
            action.setChecked(int(action.data()) == theme().scale)
