"""Catalogue entries as tables and as stored text.

A table is what TOML and JSON have in common: text, whole numbers, truth, dates as ISO text, lists and tables. Reading is
strict: an unknown setting, a missing one and one of the wrong kind are refused, and the error names the place.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from clinicdesk.domain.catalogue import (
    Anchor,
    BleedingLimits,
    BleedingRisk,
    BloodThinner,
    BraceGroup,
    BraceRule,
    BraceRuleKind,
    BraceType,
    Channel,
    Family,
    Need,
    NeedWhen,
    OffsetUnit,
    Pathway,
    PathwayStep,
    Position,
    PreparationKey,
    PreparationRule,
    PreparationWhen,
    Procedure,
    ProcedureKind,
    Sedation,
    SedationLevel,
    SedationProvider,
    Setting,
    WoundClosure,
)
from clinicdesk.domain.entries import CatalogueValue, EntryKind, OwnHandout
from clinicdesk.domain.levels import LevelKind, LevelRange, parse_range
from clinicdesk.domain.preparation_rules import usual_rules
from clinicdesk.domain.redflags import QuestionKind, RedFlagQuestion, Tier
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class EntryProblem(BadInput):
    """A shipped or stored entry cannot be read; the sentence names the file, the row and the setting."""


class _Row:
    """One table being read: every setting is asked for once, what is left over at the end is unknown."""

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, dict):
            raise EntryProblem(_("{where}: a table is expected here.").format(where=where))
        self._table: dict[str, object] = dict(table)
        self.where = where

    def text(self, name: str, default: str | None = None) -> str:
        value = self._take(name, default)
        if isinstance(value, str):
            return value
        raise self._wrong(name, _("text"))

    def maybe_text(self, name: str) -> str | None:
        return self.text(name) if self._has(name) else None

    def whole(self, name: str, default: int | None = None) -> int:
        value = self._take(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self._wrong(name, _("a whole number"))

    def maybe_whole(self, name: str) -> int | None:
        return self.whole(name) if self._has(name) else None

    def flag(self, name: str, default: bool | None = None) -> bool:
        value = self._take(name, default)
        if isinstance(value, bool):
            return value
        raise self._wrong(name, _("true or false"))

    def day(self, name: str) -> date:
        value = self._take(name, None)
        if type(value) is date:
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as error:
                raise self._wrong(name, _("a date")) from error
        raise self._wrong(name, _("a date"))

    def maybe_day(self, name: str) -> date | None:
        return self.day(name) if self._has(name) else None

    def choice(self, name: str, choices: type[E], default: E | None = None) -> E:
        return self._one(name, self.text(name, None if default is None else default.value), choices)

    def maybe_choice(self, name: str, choices: type[E]) -> E | None:
        word = self.maybe_text(name)
        return None if word is None else self._one(name, word, choices)

    def choices(self, name: str, choices: type[E]) -> tuple[E, ...]:
        return tuple(self._one(name, word, choices) for word in self.texts(name))

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, [])
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        raise self._wrong(name, _("a list of texts"))

    def tables(self, name: str, read: Callable[[_Row], T]) -> tuple[T, ...]:
        value = self._take(name, [])
        if not isinstance(value, list):
            raise self._wrong(name, _("a list of tables"))
        return tuple(
            _built(_Row(table, f"{self.where}, {name} {number}"), read)
            for number, table in enumerate(value, 1)
        )

    def maybe_tables(self, name: str, read: Callable[[_Row], T]) -> tuple[T, ...] | None:
        return self.tables(name, read) if self._has(name) else None

    def maybe_range(self, name: str) -> LevelRange | None:
        word = self.maybe_text(name)
        return None if word is None else parse_range(word)

    def finish(self) -> None:
        if self._table:
            raise EntryProblem(
                _("{where}: there is no setting “{name}”. Check its spelling.").format(
                    where=self.where, name=min(self._table)
                )
            )

    def _take(self, name: str, default: object) -> object:
        value = self._table.pop(name, default)
        if value is None:
            raise EntryProblem(_("{where}: “{name}” is missing.").format(where=self.where, name=name), name)
        return value

    def _has(self, name: str) -> bool:
        if self._table.get(name) is None:
            self._table.pop(name, None)
            return False
        return True

    def _one(self, name: str, word: str, choices: type[E]) -> E:
        try:
            return choices(word)
        except ValueError as error:
            raise self._wrong(name, _("one of: {choices}").format(choices=", ".join(choices))) from error

    def _wrong(self, name: str, wanted: str) -> EntryProblem:
        return EntryProblem(
            _("{where}: “{name}” must be {wanted}.").format(where=self.where, name=name, wanted=wanted), name
        )


def read_table(kind: EntryKind, table: object, where: str) -> CatalogueValue:
    """The entry that ``table`` describes; ``where`` names it in an error. Raises `EntryProblem`."""
    return _built(_Row(table, where), _READERS[kind])


@functools.lru_cache(maxsize=2048)
def from_text(kind: EntryKind, body: str) -> CatalogueValue:
    """The entry stored as ``body``. Raises `EntryProblem`."""
    try:
        table = json.loads(body)
    except ValueError as error:
        raise EntryProblem(_("A stored {kind} cannot be read.").format(kind=kind.label)) from error
    return read_table(kind, table, kind.label)


def to_text(value: CatalogueValue) -> str:
    """The one spelling of ``value`` that is stored; `from_text` reads it back."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _built(row: _Row, read: Callable[[_Row], T]) -> T:
    """The value of a row; whatever the value itself refuses is told with the row's place."""
    try:
        value = read(row)
    except EntryProblem:
        raise
    except BadInput as error:
        raise EntryProblem(
            _("{where}, {field}: {sentence}").format(
                where=row.where, field=error.field or "?", sentence=error.sentence
            ),
            error.field,
        ) from error
    row.finish()
    return value


def _need(row: _Row) -> Need:
    return Need(
        kinds=row.choices("kinds", ResourceKind),
        starts=row.choice("from", Anchor),
        ends=row.choice("until", Anchor),
        when=row.choice("when", NeedWhen, NeedWhen.ALWAYS),
    )


def _preparation_rule(row: _Row) -> PreparationRule:
    return PreparationRule(
        key=row.choice("key", PreparationKey),
        days_before=row.whole("days_before"),
        when=row.choice("when", PreparationWhen, PreparationWhen.ALWAYS),
    )


def _preparation(row: _Row, kind: ProcedureKind, family: Family) -> tuple[PreparationRule, ...]:
    """The checklist; what was stored before there were any gets the usual one."""
    written = row.maybe_tables("preparation", _preparation_rule)
    if written is not None:
        return written
    return usual_rules(
        is_visit=kind is ProcedureKind.VISIT,
        cement=family is Family.CEMENT,
        surgery=family is Family.DISC,
    )


def _procedure(row: _Row) -> Procedure:
    kind = row.choice("kind", ProcedureKind)
    family = row.choice("family", Family, Family.OTHER)
    return Procedure(
        key=row.text("key"),
        name=row.text("name"),
        kind=kind,
        family=family,
        first_minutes=row.whole("first_minutes"),
        extra_level_minutes=row.whole("extra_level_minutes", 0),
        setup_minutes=row.whole("setup_minutes", 0),
        turnover_minutes=row.whole("turnover_minutes", 0),
        handover_minutes=row.whole("handover_minutes", 0),
        recovery_minutes=row.whole("recovery_minutes", 0),
        level_kind=row.choice("level_kind", LevelKind, LevelKind.NONE),
        allowed=row.maybe_range("allowed"),
        max_levels=row.maybe_whole("max_levels"),
        has_side=row.flag("has_side", False),
        default_sedation=row.maybe_choice("default_sedation", Sedation),
        allowed_sedations=row.choices("allowed_sedations", Sedation),
        default_setting=row.choice("default_setting", Setting, Setting.HOME),
        needs=row.tables("needs", _need),
        position=row.maybe_choice("position", Position),
        bleeding_risk=row.choice("bleeding_risk", BleedingRisk, BleedingRisk.NONE),
        pathway_key=row.maybe_text("pathway_key"),
        handout_key=row.maybe_text("handout_key"),
        wound_closures=row.choices("wound_closures", WoundClosure),
        preparation=_preparation(row, kind, family),
        source=row.text("source", ""),
        confirm=row.flag("confirm", False),
    )


def _sedation(row: _Row) -> SedationLevel:
    return SedationLevel(
        key=row.choice("key", Sedation),
        name=row.text("name"),
        response=row.text("response"),
        airway=row.text("airway"),
        provider=row.choice("provider", SedationProvider),
        escort_required=row.flag("escort_required"),
        fasting=row.flag("fasting"),
        aftercare_hours=row.whole("aftercare_hours"),
        source=row.text("source", ""),
        confirm=row.flag("confirm", False),
    )


def _brace_rule(row: _Row) -> BraceRule:
    return BraceRule(
        kind=row.choice("kind", BraceRuleKind),
        starts=row.day("starts"),
        ends=row.maybe_day("ends"),
        source=row.text("source", ""),
        confirm=row.flag("confirm", False),
    )


def _brace(row: _Row) -> BraceType:
    return BraceType(
        hcpcs=row.text("hcpcs"),
        name=row.text("name"),
        group=row.choice("group", BraceGroup),
        default_weeks=row.maybe_whole("default_weeks"),
        wear_rule=row.text("wear_rule", ""),
        rules=row.tables("rules", _brace_rule),
        source=row.text("source", ""),
        confirm=row.flag("confirm", False),
    )


def _step(row: _Row) -> PathwayStep:
    return PathwayStep(
        key=row.text("key"),
        label=row.text("label"),
        amount=row.whole("amount"),
        unit=row.choice("unit", OffsetUnit),
        channel=row.choice("channel", Channel),
        window_days=row.whole("window_days", 0),
    )


def _pathway(row: _Row) -> Pathway:
    return Pathway(
        key=row.text("key"),
        name=row.text("name"),
        steps=row.tables("steps", _step),
        source=row.text("source", ""),
        confirm=row.flag("confirm", False),
    )


def _question(row: _Row) -> RedFlagQuestion:
    return RedFlagQuestion(
        key=row.text("key"),
        label=row.text("label"),
        text=row.text("text"),
        tier=row.choice("tier", Tier),
        say=row.text("say"),
        kind=row.choice("kind", QuestionKind, QuestionKind.YES_NO),
        families=row.choices("families", Family),
        from_day=row.whole("from_day", 0),
        with_brace=row.flag("with_brace", False),
        source=row.text("source", ""),
        confirm=row.flag("confirm", False),
    )


def _medicine(row: _Row) -> BloodThinner:
    return BloodThinner(
        key=row.text("key"),
        name=row.text("name"),
        also=row.texts("also"),
        high_risk=row.text("high_risk", ""),
        low_risk=row.text("low_risk", ""),
        usual_hold=row.text("usual_hold", ""),
        hold_days=row.maybe_whole("hold_days"),
        source=row.text("source", ""),
        confirm=row.flag("confirm", True),
    )


def _limits(row: _Row) -> BleedingLimits:
    return BleedingLimits(
        risk=row.choice("risk", BleedingRisk),
        inr_at_most=row.text("inr_at_most"),
        platelets_at_least=row.whole("platelets_at_least"),
        source=row.text("source", ""),
    )


def _handout(row: _Row) -> OwnHandout:
    return OwnHandout(key=row.text("key"), language=row.text("language"), text=row.text("text"))


_READERS: Mapping[EntryKind, Callable[[_Row], CatalogueValue]] = {
    EntryKind.PROCEDURE: _procedure,
    EntryKind.SEDATION: _sedation,
    EntryKind.BRACE: _brace,
    EntryKind.PATHWAY: _pathway,
    EntryKind.RED_FLAG: _question,
    EntryKind.BLOOD_THINNER: _medicine,
    EntryKind.BLEEDING_LIMITS: _limits,
    EntryKind.HANDOUT: _handout,
}

_NEED_NAMES = {"starts": "from", "ends": "until"}


def _plain(value: object) -> object:
    """``value`` as a table; absent settings are left out."""
    if isinstance(value, LevelRange):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        names = _NEED_NAMES if isinstance(value, Need) else {}
        return {names.get(name, name): _plain(v) for name, v in fields if v is not None}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
