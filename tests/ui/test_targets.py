"""Every target reaches the place or panel that understands it, and nobody goes anywhere by a string."""

from __future__ import annotations

import ast
import sys
import types
import typing
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clinicdesk.bootstrap import places
from clinicdesk.domain.ids import BookingId, PatientId, ResourceId
from clinicdesk.ui.frame import targets
from clinicdesk.ui.frame.drafting import draft_key, panel_key
from clinicdesk.ui.frame.place import Place, SideView
from clinicdesk.ui.frame.targets import PanelTarget, PlaceTarget, PlainPlace

ROOT = Path(__file__).resolve().parents[2]
WAYS = {"go", "open", "open_side", "start", "book", "show_case", "follow"}
"""What a view calls to lead somebody somewhere."""


def kinds(base: type) -> Iterator[type]:
    """Every class of target in the module that can be made: those with a key."""
    for each in vars(targets).values():
        if isinstance(each, type) and issubclass(each, base) and hasattr(each, "to"):
            yield each


def understood(view: type) -> set[type]:
    """The targets that a place or panel takes, by the type of its `open_target`."""
    opens = vars(view).get("open_target")
    if opens is None:
        return set()
    wanted = typing.get_type_hints(opens, vars(sys.modules[view.__module__]))["target"]
    named = set(typing.get_args(wanted)) if isinstance(wanted, types.UnionType) else {wanted}
    return {kind for kind in kinds(object) for each in named if issubclass(kind, each)}


def by_key(base: type) -> dict[str, set[type]]:
    found: dict[str, set[type]] = defaultdict(set)
    for kind in kinds(base):
        if not issubclass(kind, PlainPlace):
            found[kind.to].add(kind)  # type: ignore[attr-defined] # kinds() gives those that have it
    return found


def test_each_place_understands_the_targets_of_its_key() -> None:
    views: dict[str, type[Place[typing.Any]]] = {view.key: view for view, _act in places._PLACES}
    assert {key: understood(view) for key, view in views.items()} == {
        key: by_key(PlaceTarget).get(key, set()) for key in views
    }
    assert {kind.to for kind in kinds(PlaceTarget) if issubclass(kind, PlaceTarget)} == set(views)


def test_each_panel_understands_the_targets_of_its_key() -> None:
    views = {key: view for key, view, _act in places._SIDES}
    assert all(isinstance(view, type) and issubclass(view, SideView) for view in views.values())
    assert {key: understood(typing.cast(type, view)) for key, view in views.items()} == by_key(PanelTarget)


def test_a_target_is_a_value_and_cannot_be_changed() -> None:
    for kind in kinds(object):
        assert is_dataclass(kind)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined] # of every dataclass
        assert "__slots__" in vars(kind)


def test_a_panel_is_for_somebody_else_when_any_of_it_differs() -> None:
    seven, rosa = BookingId(7), PatientId(7)
    at_ten, at_two = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (10, 14))
    room, other = ResourceId(1), ResourceId(2)
    keys = [
        targets.CaseOf(booking_id=seven).key,
        targets.LeavingOf(booking_id=seven).key,
        targets.LeavingOf(booking_id=BookingId(8)).key,
        targets.ChangeBooking(booking_id=seven).key,
        targets.NewBooking(patient_id=rosa).key,
        targets.NewBooking().key,
        targets.BraceOrderFor(patient_id=rosa).key,
        targets.BraceOrderFor(patient_id=rosa, booking_id=seven).key,
        targets.HoleLeftBy(booking_id=seven).key,
        targets.HoleAt(starts=at_ten).key,
        targets.HoleAt(starts=at_two).key,
        targets.HoleAt(starts=at_two, unit=room).key,
        targets.HoleAt(starts=at_two, unit=other).key,
        targets.SoonestHole().key,
    ]
    assert len(set(keys)) == len(keys)
    assert (
        targets.NewBooking(patient_id=rosa, day=date(2026, 11, 24)).key
        == targets.NewBooking(patient_id=rosa).key
    ), "what is filled in already does not make it somebody else's"


def test_a_hole_is_found_again_by_its_key() -> None:
    at_ten = datetime(2026, 11, 24, 10, tzinfo=UTC)
    holes = (
        targets.HoleLeftBy(booking_id=BookingId(7)),
        targets.HoleAt(starts=at_ten),
        targets.HoleAt(starts=at_ten, unit=ResourceId(2)),
        targets.SoonestHole(),
    )
    assert tuple(targets.hole_of(panel_key(draft_key(hole.key))) for hole in holes) == holes


@pytest.mark.parametrize("folder", ["clinicdesk", "tests", "scripts"])
def test_nobody_goes_anywhere_by_a_string(folder: str) -> None:
    """A call that leads somewhere names no place or panel: a wrong string would type-check, and do nothing."""
    known = {kind.to for kind in kinds(object)}  # type: ignore[attr-defined] # kinds() gives those that have it
    by_string = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in WAYS
        for first in call.args[:1]
        if isinstance(first, ast.Constant) and first.value in known
    ]
    assert by_string == []
