"""The one short style sheet. What Fusion and the palette already do well is left to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Template

from PySide6.QtGui import QColor

from clinicdesk.ui.theme.colours import Token

_SHEET = Template("""
QLineEdit, QPlainTextEdit, QTextEdit {
  background: $surface; border: 1px solid $border; border-radius: ${r}px; padding: 0 ${s}px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit, QTextEdit { padding: ${xs}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent; padding: 0 ${s1}px; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border: 2px solid $warning_mark; padding: 0 ${s1}px; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $window; border-color: $line; }
QLineEdit:disabled, QPlainTextEdit:disabled { background: $window; border-color: $line; color: $disabled; }
QPushButton {
  background: $surface; border: 1px solid $border; border-radius: ${r}px; padding: 0 ${m}px;
  min-height: ${control}px; max-height: ${control}px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $sunken; }
QPushButton:checked { background: $selected; border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 0 ${m1}px; }
QPushButton:disabled { color: $disabled; border-color: $line; background: $window; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $disabled; border-color: $line; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $accent_text; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="quiet"]:disabled { color: $disabled; }
QPushButton[kind="icon"] { background: transparent; border-color: transparent; padding: 0; }
QPushButton[kind="icon"]:hover { background: $hover; }
QPushButton[kind="icon"]:focus { border: 2px solid $accent; padding: 0; }
QPushButton::menu-indicator { image: none; width: 0; }
QFrame#rule { background: $line; border: none; }
QTableView, QListView, QTreeView, QListWidget {
  background: $surface; border: none; outline: none;
  selection-background-color: $selected; selection-color: $text;
}
QHeaderView { background: $window; border: none; }
QHeaderView::section {
  background: $window; color: $text_muted; border: none; border-bottom: 1px solid $line; padding: 0 ${s}px;
}
QTableCornerButton::section { background: $window; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[ground="true"] { background: transparent; }
QToolTip { background: $tip; color: $on_tip; border: none; padding: ${xs}px ${s}px; }
QMenu { background: $surface; border: 1px solid $border; padding: ${xs}px 0; }
QMenu::item { padding: ${xs}px ${xl}px ${xs}px ${m}px; min-height: ${menu}px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: ${xs}px 0; }
QProgressBar { background: $sunken; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QMenu::icon { padding-left: ${s}px; }
QComboBox { combobox-popup: 0; }
QComboBox QAbstractItemView { border: 1px solid $border; padding: ${xs}px 0; }
QComboBox QAbstractItemView::item { min-height: ${item}px; padding: 0 ${s}px; }
QComboBox QAbstractItemView::item:selected { background: $selected; color: $text; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $surface; }
QCalendarWidget QToolButton {
  background: transparent; color: $text; border: none; border-radius: ${r}px; padding: ${xs}px; font-weight: 600;
}
QCalendarWidget QToolButton:hover { background: $hover; }
QCalendarWidget QToolButton::menu-indicator { image: none; }
QCalendarWidget QAbstractItemView { selection-background-color: $accent; selection-color: $on_accent; }
QScrollBar:vertical { background: transparent; width: ${bar}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${bar}px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: ${r}px; min-height: ${xl}px; min-width: ${xl}px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTabBar::tab { padding: ${xs}px ${m}px; border: none; border-bottom: 2px solid transparent; color: $text_muted; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QSplitter::handle { background: $line; }
*[ground="surface"] { background: $surface; }
*[ground="sunken"] { background: $sunken; }
*[ground="window"] { background: $window; }
*[tone="muted"] { color: $text_muted; }
*[tone="problem"] { color: $problem_text; }
*[tone="emergency"] { color: $emergency_text; }
""")


def style_sheet(colours: Mapping[Token, QColor], px: Callable[[float], int]) -> str:
    """The application's style sheet in these colours at this scale."""
    words: dict[str, str | int] = {token.value: colour.name() for token, colour in colours.items()}
    words |= {
        "r": px(4),
        "xs": px(4),
        "s": px(8),
        "s1": px(8) - 1,
        "m": px(12),
        "m1": px(12) - 1,
        "xl": px(24),
        "bar": px(12),
        "control": px(32) - 2,
        "menu": px(20),
        "item": px(28),
    }
    return _SHEET.substitute(words)
