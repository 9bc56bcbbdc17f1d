"""The widgets that every view is made of. Import from here: `from clinicdesk.ui.kit import LineField, Row`.

Free of services, so the sign-in window may use it.
"""

from __future__ import annotations

from clinicdesk.ui.kit.buttons import IconButton, MenuButton, PrimaryButton, PushButton, QuietButton
from clinicdesk.ui.kit.choices import ChoiceField, ComboField, ScoreRow, SegmentedRow, TriState
from clinicdesk.ui.kit.dialogs import Dialog, ask, confirm
from clinicdesk.ui.kit.fields import LineField, NoteField, NumberField, SecretField
from clinicdesk.ui.kit.form import FormGrid
from clinicdesk.ui.kit.labels import MutedLabel, PlainLabel, SectionLabel, StrongLabel, TitleLabel
from clinicdesk.ui.kit.layout import Column, Grid, Panel, Row, Rule, Scroll, Stack
from clinicdesk.ui.kit.marks import MarkIcon, StatePill
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
from clinicdesk.ui.kit.table import Column as TableColumn
from clinicdesk.ui.kit.table import Paint, RowTable
from clinicdesk.ui.kit.when_fields import DateField, TimeField

__all__ = [
    "Banner",
    "BannerKind",
    "ChoiceField",
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
    "MarkIcon",
    "MenuButton",
    "MutedLabel",
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
    "SidePanel",
    "Stack",
    "StatePill",
    "StrongLabel",
    "TableColumn",
    "TimeField",
    "TitleLabel",
    "TriState",
    "ask",
    "confirm",
]
