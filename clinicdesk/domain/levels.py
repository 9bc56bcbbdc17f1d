"""The levels of the spine: vertebrae, and the spaces between two of them.

A level has one place from the skull to the sacrum, so levels sort the way a surgeon reads them: T12,
T12-L1, L1. The sacrum is fused, so the last space is S1-S2 (a vestige in most people, and a target of
injections).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

_COUNTS = {"C": 7, "T": 12, "L": 5, "S": 5}
_NAMES = tuple(f"{letter}{number}" for letter, count in _COUNTS.items() for number in range(1, count + 1))
_PLACES = {name: place for place, name in enumerate(_NAMES)}
_LAST_SPACE = _PLACES["S1"]

_ONE = re.compile(r"([A-Z])(\d{1,3})", re.ASCII)
_SPACE = re.compile(r"([A-Z])(\d{1,3})[-/]([A-Z]?)(\d{1,3})", re.ASCII)
_DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")
_LONGEST_QUOTE = 20


class LevelKind(StrEnum):
    """What a procedure is done at."""

    NONE = "none"
    VERTEBRAE = "vertebrae"
    INTERSPACES = "interspaces"

    @property
    def label(self) -> str:
        """The kind in the person's language."""
        return {
            LevelKind.NONE: _("No levels"),
            LevelKind.VERTEBRAE: _("Vertebrae (L1)"),
            LevelKind.INTERSPACES: _("Interspaces (L4-L5)"),
        }[self]


class SpineRegion(StrEnum):
    """A part of the spine; an interspace belongs to the vertebra above it."""

    CERVICAL = "C"
    THORACIC = "T"
    LUMBAR = "L"
    SACRAL = "S"

    @property
    def label(self) -> str:
        """The region in the person's language."""
        return {
            SpineRegion.CERVICAL: _("Cervical"),
            SpineRegion.THORACIC: _("Thoracic"),
            SpineRegion.LUMBAR: _("Lumbar"),
            SpineRegion.SACRAL: _("Sacral"),
        }[self]


class UnknownLevel(BadInput):
    """What was typed names no level of the spine."""


class NotNeighbors(BadInput):
    """Two vertebrae that have no common space."""


class WrongLevelKind(BadInput):
    """A vertebra where a space is wanted, or the reverse."""


@dataclass(frozen=True, slots=True, order=True)
class Level:
    """One vertebra or one interspace.

    ``place`` counts both from the skull down: an even place is a vertebra, an odd one the space below it.
    """

    place: int

    def __post_init__(self) -> None:
        """Raise `UnknownLevel` for a place that is not on the spine."""
        if not 0 <= self.place < 2 * len(_NAMES) - 1 or (self.place % 2 and self.place // 2 > _LAST_SPACE):
            raise UnknownLevel(_("There is no such level of the spine."), "levels")

    @property
    def kind(self) -> LevelKind:
        """Vertebra or interspace."""
        return LevelKind.INTERSPACES if self.place % 2 else LevelKind.VERTEBRAE

    @property
    def region(self) -> SpineRegion:
        """The part of the spine it lies in."""
        return SpineRegion(_NAMES[self.place // 2][0])

    @property
    def vertebrae(self) -> tuple[Level, ...]:
        """The vertebra itself, or the two on either side of an interspace."""
        if self.kind is LevelKind.VERTEBRAE:
            return (self,)
        return Level(self.place - 1), Level(self.place + 1)

    def __str__(self) -> str:
        """Its name: L1, L4-L5."""
        return "-".join(_NAMES[v.place // 2] for v in self.vertebrae)


VERTEBRAE: tuple[Level, ...] = tuple(Level(2 * place) for place in range(len(_NAMES)))
"""All vertebrae, C1 to S5."""

INTERSPACES: tuple[Level, ...] = tuple(Level(2 * place + 1) for place in range(_LAST_SPACE + 1))
"""All interspaces, C1-C2 to S1-S2."""


@dataclass(frozen=True, slots=True)
class LevelRange:
    """An allowed stretch of vertebrae, both ends included, such as T5-L5 for cement."""

    first: Level
    last: Level

    def __post_init__(self) -> None:
        """Raise `BadInput` unless both ends are vertebrae, the upper one first."""
        if {self.first.kind, self.last.kind} != {LevelKind.VERTEBRAE}:
            raise WrongLevelKind(_("A range runs from one vertebra to another, such as T5-L5."), "levels")
        if self.last < self.first:
            raise BadInput(
                _("The range {first}-{last} is upside down. Put the upper vertebra first.").format(
                    first=self.first, last=self.last
                ),
                "levels",
            )

    def __contains__(self, level: Level) -> bool:
        """Whether ``level`` lies within; an interspace does when both its vertebrae do."""
        return self.first <= level.vertebrae[0] and level.vertebrae[-1] <= self.last

    def __str__(self) -> str:
        """Its name: T5-L5."""
        return f"{self.first}-{self.last}"

    def of(self, kind: LevelKind) -> tuple[Level, ...]:
        """All levels of ``kind`` within, from the skull down; what a drawing of the spine offers."""
        if kind is LevelKind.NONE:
            return ()
        every = VERTEBRAE if kind is LevelKind.VERTEBRAE else INTERSPACES
        return tuple(level for level in every if level in self)


WHOLE_SPINE = LevelRange(VERTEBRAE[0], VERTEBRAE[-1])


def parse_level(text: str) -> Level:
    """The level that ``text`` names: ``l1``, ``L4-L5``, ``L4-5`` or ``L4/5``.

    Raises `UnknownLevel` or `NotNeighbors`.
    """
    plain = "".join(text.translate(_DASHES).upper().split())
    if one := _ONE.fullmatch(plain):
        return _vertebra(one[1], one[2])
    if space := _SPACE.fullmatch(plain):
        return _interspace(_vertebra(space[1], space[2]), _vertebra(space[3] or space[1], space[4]))
    raise UnknownLevel(
        _("“{text}” is not a level. Write a vertebra such as L1, or a space such as L4-L5.").format(
            text=_quoted(text)
        ),
        "levels",
    )


def parse_levels(text: str, kind: LevelKind | None = None) -> tuple[Level, ...]:
    """The levels named in ``text``, apart by commas, semicolons, plus signs or blanks; sorted, each once.

    With ``kind`` given, levels of the other kind raise `WrongLevelKind`. Empty text gives no levels.
    """
    tidy = re.sub(r"\s*([-/])\s*", r"\1", text.translate(_DASHES))
    levels = tuple(parse_level(part) for part in re.split(r"[,;+\s]+", tidy) if part)
    if kind is not None:
        for level in levels:
            check_kind(level, kind)
    return in_order(levels)


def parse_range(text: str) -> LevelRange:
    """The range that ``text`` names, ``T5-L5``. Raises `BadInput` where it names none."""
    ends = "".join(text.translate(_DASHES).split()).split("-")
    if len(ends) != 2:
        raise BadInput(
            _("“{text}” is not a range of vertebrae. Write it as T5-L5.").format(text=_quoted(text)), "levels"
        )
    return LevelRange(parse_level(ends[0]), parse_level(ends[1]))


def check_kind(level: Level, kind: LevelKind) -> None:
    """Raise `WrongLevelKind` unless ``level`` is of ``kind``."""
    if level.kind is kind:
        return
    if kind is LevelKind.NONE:
        sentence = _("This procedure has no levels. Leave {level} out.").format(level=level)
    elif kind is LevelKind.VERTEBRAE:
        upper, lower = level.vertebrae
        sentence = _(
            "{level} is the space between two vertebrae. Name the vertebrae: {upper}, {lower}."
        ).format(level=level, upper=upper, lower=lower)
    else:
        sentence = _("{level} is one vertebra. Name the space between two, such as L4-L5.").format(
            level=level
        )
    raise WrongLevelKind(sentence, "levels")


def with_levels(procedure: str, levels: Iterable[str]) -> str:
    """A procedure with where it is done: Kyphoplasty T12, L1. Only the procedure where it has no levels."""
    return f"{procedure} {', '.join(levels)}".strip()


def in_order(levels: Iterable[Level]) -> tuple[Level, ...]:
    """``levels`` from the skull down, each once."""
    return tuple(sorted(set(levels)))


def format_levels(levels: Iterable[Level]) -> str:
    """``levels`` as people read them, from the skull down: ``T12, L1``. `parse_levels` reads it back."""
    return ", ".join(str(level) for level in in_order(levels))


def _vertebra(letter: str, digits: str) -> Level:
    name = f"{letter}{int(digits)}"
    if name in _PLACES:
        return Level(2 * _PLACES[name])
    sentences = {
        "C": _("There is no {name}. Cervical levels are C1 to C7."),
        "T": _("There is no {name}. Thoracic levels are T1 to T12."),
        "L": _("There is no {name}. Lumbar levels are L1 to L5."),
        "S": _("There is no {name}. Sacral levels are S1 to S5."),
    }
    sentence = sentences.get(letter, _("There is no {name}. Levels begin with C, T, L or S."))
    raise UnknownLevel(sentence.format(name=name), "levels")


def _interspace(upper: Level, lower: Level) -> Level:
    if lower.place - upper.place != 2:
        raise NotNeighbors(
            _("{upper} and {lower} are not one below the other, so they have no space between them.").format(
                upper=upper, lower=lower
            ),
            "levels",
        )
    if upper.place // 2 > _LAST_SPACE:
        raise UnknownLevel(
            _("There is no space between {upper} and {lower}: the sacrum is fused.").format(
                upper=upper, lower=lower
            ),
            "levels",
        )
    return Level(upper.place + 1)


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _LONGEST_QUOTE else short[:_LONGEST_QUOTE] + "…"
