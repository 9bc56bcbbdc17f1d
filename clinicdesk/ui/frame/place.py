"""What a view is to the window: a place in the bar at the left, or a panel at the right.

A place is built when it is first shown, told of changes only while it is on screen (what happened meanwhile
is handed over when it comes back), and asks the window for everything outside itself through `Shell`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.targets import PanelTarget, PlaceTarget, PlainPlace, Target
from clinicdesk.ui.kit.layout import Column
from clinicdesk.ui.kit.panels import ProblemPanel, SidePanel
from clinicdesk.ui.theme import Gap

P = TypeVar("P", bound=PlaceTarget)
"""What a place can be asked to open."""
S = TypeVar("S", bound=PanelTarget)
"""What a panel can be asked to open."""


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """What waits in a place: how many, and how many of them are emergencies."""

    number: int
    emergency: int = 0


@dataclass(frozen=True, slots=True)
class FindResult:
    """One thing that was found: "Patient", "Rosa Ortiz", "3 Feb 1948, MRN 10233", and where it leads."""

    kind: str
    title: str
    detail: str
    target: Target
    icon: str = "people"


Finder = Callable[[str], Sequence[FindResult]]
"""Answers what was typed into Find; called off the GUI thread with at least one letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something Find can do by name."""

    title: str
    run: Callable[[Shell], None]
    keys: str = ""
    """The shortcut that does the same, as text ("Ctrl+B"); shown, not installed."""
    icon: str = "forward"


class Shell(Protocol):
    """What a place or panel may ask of the window around it."""

    @property
    def desk(self) -> Desk:
        """Who sits at which open database."""
        ...

    def go(self, target: PlaceTarget) -> None:
        """Show a place: `go(ChartOf(patient_id=rosa))`. A place that this person does not have stays away."""

    def open(self, target: PanelTarget) -> None:
        """Show a panel at the right: `open(CaseOf(booking_id=made))`. One that this person does not have stays away."""

    def close_side(self) -> bool:
        """Close the panel at the right; False if it asked to stay."""
        ...

    def open_find(self, text: str = "") -> None:
        """Open Find with `text` in it."""


def follow(shell: Shell, target: Target) -> None:
    """Go where something leads, a place or a panel."""
    if isinstance(target, PanelTarget):
        shell.open(target)
    else:
        shell.go(target)


class Place(QWidget, Generic[P]):
    """The base of a view, and what it can be asked to open. Put widgets into `self.page`; a problem panel stands above.

    Subclasses set `home` and `icon_name` and override `title`, `refresh` and whatever else they need. One that can
    only be shown is a `Place[Never]`.
    """

    home: ClassVar[PlainPlace]
    """The target that shows the place as it was left."""
    key: ClassVar[str]
    """The key of `home`: what the window calls the place."""
    icon_name: ClassVar[str]
    counts: ClassVar[frozenset[Subject]] = frozenset()
    """The subjects whose change makes `count` worth asking again."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "home" in vars(cls):
            cls.key = cls.home.to

    def __init__(
        self, desk: Desk, shell: Shell, parent: QWidget | None = None, *, margin: int = Gap.L
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.shell = shell
        self.setAccessibleName(self.title())
        outer = Column(self, gap=Gap.S, margin=margin)
        self.problem_panel = ProblemPanel(self)
        outer.addWidget(self.problem_panel)
        self.page = Column(gap=Gap.M)
        outer.addLayout(self.page, 1)

    @classmethod
    def title(cls) -> str:
        """The word in the places bar, in the person's language."""
        return cls.key

    @classmethod
    def count(cls, desk: Desk) -> PlaceCount | None:
        """What waits here. Called off the GUI thread, before the place is built; None shows no count."""
        del desk
        return None

    @classmethod
    def commands(cls) -> Sequence[Command]:
        """What Find can do by name in this place, besides going there."""
        return ()

    def tools(self) -> QWidget | None:
        """What stands in the top bar while this place is shown; asked once, right after it was built."""
        return None

    def refresh(self, changes: Changes | None) -> None:
        """Load again what `changes` touch; None means everything (first show, a new day)."""

    def on_shown(self) -> None:
        """The place has come on screen."""

    def take_focus(self) -> None:
        """Give the keyboard to the first control of the work (not of the bars) that wants it."""
        for widget in self.findChildren(QWidget):
            if (
                widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and widget.isVisibleTo(self)
                and widget.isEnabled()
            ):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_target(self, target: P) -> None:
        """Open what `Shell.go` was given, unless that was `home`. Called after `on_shown`."""

    def may_close(self) -> bool:
        """Whether the window may be closed now; ask the person if something would be lost."""
        return True

    def show_problem(self, sentence: str) -> None:
        """Say in place what is wrong; also used by operations that fail under this widget."""
        self.problem_panel.show_problem(sentence)

    def clear_problem(self) -> None:
        """Take it back."""
        self.problem_panel.clear()

    @classmethod
    def factory(cls) -> PlaceFactory:
        """What the window needs to know before the place is built."""
        return PlaceFactory(
            home=cls.home,
            icon_name=cls.icon_name,
            title=cls.title,
            build=cls,
            count=cls.count,
            counts=cls.counts,
            commands=cls.commands,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFactory:
    """How the window names, counts and builds a place."""

    home: PlainPlace
    icon_name: str
    title: Callable[[], str]
    build: Callable[[Desk, Shell], Place[Any]]
    count: Callable[[Desk], PlaceCount | None] | None = None
    counts: frozenset[Subject] = frozenset()
    commands: Callable[[], Sequence[Command]] = tuple

    @property
    def key(self) -> str:
        """What the window calls the place."""
        return self.home.to


class SideView(SidePanel, Generic[S]):
    """The base of a panel at the right, and what it can be asked to open. Kept and reopened, not rebuilt."""

    def __init__(self, desk: Desk, shell: Shell, title: str = "", *, wide: bool = False) -> None:
        super().__init__(title, wide=wide)
        self.desk = desk
        self.shell = shell

    @property
    def patient_id(self) -> int | None:
        """Whose panel this is; it gives way to the chart of anybody else, so that two people never stand side by side."""
        return None

    def open_target(self, target: S) -> None:
        """Show what `Shell.open` was given."""

    def refresh(self, changes: Changes) -> None:
        """Load again what `changes` touch; called only while the panel is open."""

    def may_close(self) -> bool:
        """Whether the panel may be closed or replaced now; ask the person if something would be lost."""
        return True


SideFactory = Callable[[Desk, Shell], SideView[Any]]
