"""The widgets that every view is made of. Import from here: `from clinicdesk.ui.kit import LineField, Row`.

Free of services, so the sign-in window may use it. Each is imported when it is first asked for: that window needs five
of these modules, and is not to wait for the tables and calendars of later ones.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clinicdesk.ui.kit.buttons import IconButton, MenuButton, PrimaryButton, PushButton, QuietButton
    from clinicdesk.ui.kit.checks import CheckField
    from clinicdesk.ui.kit.choices import ChoiceField, ScoreRow, SegmentedRow, TriState
    from clinicdesk.ui.kit.combo import ComboField
    from clinicdesk.ui.kit.dialogs import Dialog, ask, confirm
    from clinicdesk.ui.kit.fields import LineField, NoteField, NumberField, SecretField
    from clinicdesk.ui.kit.form import FormGrid
    from clinicdesk.ui.kit.labels import MutedLabel, PlainLabel, SectionLabel, StrongLabel, TitleLabel
    from clinicdesk.ui.kit.layout import Column, Grid, Panel, Row, Rule, Scroll, Stack
    from clinicdesk.ui.kit.many import ManyRow
    from clinicdesk.ui.kit.marks import MarkIcon, StatePill
    from clinicdesk.ui.kit.note import Note
    from clinicdesk.ui.kit.panels import (
        Banner,
        BannerKind,
        EmptyState,
        LoadingFrame,
        ProblemPanel,
        Section,
        SidePanel,
    )
    from clinicdesk.ui.kit.progress import ProgressPanel
    from clinicdesk.ui.kit.quiet_bar import QuietBar
    from clinicdesk.ui.kit.rows import Column as TableColumn
    from clinicdesk.ui.kit.rows import Paint
    from clinicdesk.ui.kit.show_button import ShowButton
    from clinicdesk.ui.kit.steady import Steady
    from clinicdesk.ui.kit.table import RowTable
    from clinicdesk.ui.kit.when_fields import ClosingField, DateField, TimeField

__all__ = [
    "Banner",
    "BannerKind",
    "CheckField",
    "ChoiceField",
    "ClosingField",
    "Column",
    "ComboField",
    "DateField",
    "Dialog",
    "EmptyState",
    "FormGrid",
    "Grid",
    "IconButton",
    "LineField",
    "LoadingFrame",
    "ManyRow",
    "MarkIcon",
    "MenuButton",
    "MutedLabel",
    "Note",
    "NoteField",
    "NumberField",
    "Paint",
    "Panel",
    "PlainLabel",
    "PrimaryButton",
    "ProblemPanel",
    "ProgressPanel",
    "PushButton",
    "QuietBar",
    "QuietButton",
    "Row",
    "RowTable",
    "Rule",
    "ScoreRow",
    "Scroll",
    "SecretField",
    "Section",
    "SectionLabel",
    "SegmentedRow",
    "ShowButton",
    "SidePanel",
    "Stack",
    "StatePill",
    "Steady",
    "StrongLabel",
    "TableColumn",
    "TimeField",
    "TitleLabel",
    "TriState",
    "ask",
    "confirm",
]

_HOMES = {
    "Banner": "panels",
    "BannerKind": "panels",
    "CheckField": "checks",
    "ChoiceField": "choices",
    "ClosingField": "when_fields",
    "Column": "layout",
    "ComboField": "combo",
    "DateField": "when_fields",
    "Dialog": "dialogs",
    "EmptyState": "panels",
    "FormGrid": "form",
    "Grid": "layout",
    "IconButton": "buttons",
    "LineField": "fields",
    "LoadingFrame": "panels",
    "ManyRow": "many",
    "MarkIcon": "marks",
    "MenuButton": "buttons",
    "MutedLabel": "labels",
    "Note": "note",
    "NoteField": "fields",
    "NumberField": "fields",
    "Paint": "rows",
    "Panel": "layout",
    "PlainLabel": "labels",
    "PrimaryButton": "buttons",
    "ProblemPanel": "panels",
    "ProgressPanel": "progress",
    "PushButton": "buttons",
    "QuietBar": "quiet_bar",
    "QuietButton": "buttons",
    "Row": "layout",
    "RowTable": "table",
    "Rule": "layout",
    "ScoreRow": "choices",
    "Scroll": "layout",
    "SecretField": "fields",
    "Section": "panels",
    "SectionLabel": "labels",
    "SegmentedRow": "choices",
    "ShowButton": "show_button",
    "SidePanel": "panels",
    "Stack": "layout",
    "StatePill": "marks",
    "Steady": "steady",
    "StrongLabel": "labels",
    "TableColumn": "rows",
    "TimeField": "when_fields",
    "TitleLabel": "labels",
    "TriState": "choices",
    "ask": "dialogs",
    "confirm": "dialogs",
}
"""The module of each name, as imported above for the type checker."""


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(name)
    module = importlib.import_module(f"{__name__}.{home}")
    found = getattr(module, "Column" if name == "TableColumn" else name)
    globals()[name] = found
    return found
