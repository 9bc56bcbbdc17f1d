"""Reads the public test-scheduling instances (MiniZinc data files) as days: machines are rooms, resources are C-arms.

CSPLib 073: each test has a duration, the machines that may run it (none named: any), and resources it has to itself while
it runs. The last test is to end as early as possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from clinicdesk.domain.arranging.day import FINISH_ONLY, Case, DayProblem, Need, Stretch


class NotAnInstance(Exception):
    """The text is no such data file; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Machines and resources are numbered from 0; an empty set of machines stands for all of them."""

    machines: int
    capacity: tuple[int, ...]
    durations: tuple[int, ...]
    possible: tuple[frozenset[int], ...]
    used: tuple[frozenset[int], ...]


def read(text: str) -> Instance:
    """The instance in ``text``. Raises `NotAnInstance`."""
    given = _assignments(text)
    machines = _names(given, "Machines")
    resources = _names(given, "Resources")
    durations = tuple(int(number) for number in re.findall(r"\d+", _array(given, "duration")))
    possible = _sets(given, "possibleMachines", machines)
    used = _sets(given, "usedResources", resources)
    capacity = (
        tuple(int(n) for n in re.findall(r"\d+", _array(given, "capacity"))) if "capacity" in given else ()
    )
    if not len(durations) == len(possible) == len(used):
        raise NotAnInstance("duration, possibleMachines and usedResources differ in length")
    if capacity and len(capacity) != len(resources):
        raise NotAnInstance("there is not one capacity for each resource")
    return Instance(len(machines), capacity or (1,) * len(resources), durations, possible, used)


def day(instance: Instance) -> DayProblem:
    """The instance as a day: one case a test, one unit a machine and a unit of a resource, and only the end counts."""
    rooms = range(instance.machines)
    resources: list[tuple[int, ...]] = []
    for capacity in instance.capacity:
        first = instance.machines + sum(len(units) for units in resources)
        resources.append(tuple(range(first, first + capacity)))
    latest = sum(instance.durations)
    cases = tuple(
        Case(
            key=key,
            needs=(
                Need(tuple(sorted(possible)) or tuple(rooms), (Stretch(0, duration),)),
                *(Need(resources[number], (Stretch(0, duration),)) for number in sorted(used)),
            ),
            earliest=0,
            latest=latest,
        )
        for key, (duration, possible, used) in enumerate(
            zip(instance.durations, instance.possible, instance.used, strict=True)
        )
    )
    return DayProblem(cases=cases, rooms=frozenset(rooms), closes=latest, step=1, weights=FINISH_ONLY)


def _assignments(text: str) -> dict[str, str]:
    text = re.sub(r"%[^\n]*", "", text)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    parts = (part.partition("=") for part in text.split(";"))
    return {
        name.split(":")[-1].split()[-1]: value.strip()
        for name, equals, value in parts
        if equals and name.strip()
    }


def _value(given: dict[str, str], name: str) -> str:
    if name not in given:
        raise NotAnInstance(f"there is no {name}")
    return given[name]


def _names(given: dict[str, str], name: str) -> dict[str, int]:
    """The members of a set or an enumeration, numbered in their order."""
    value = _value(given, name)
    anonymous = re.fullmatch(r"\w*\(\s*(?:1\s*\.\.\s*)?(\d+)\s*\)", value)
    if anonymous:
        return {str(number): number - 1 for number in range(1, int(anonymous[1]) + 1)}
    return {member: number for number, member in enumerate(_members(value))}


def _array(given: dict[str, str], name: str) -> str:
    """What stands between the brackets of an array, however it is written (``array1d(1..3, [4, 5, 6])``)."""
    found = re.search(r"\[(.*)\]", _value(given, name), re.DOTALL)
    if found is None:
        raise NotAnInstance(f"{name} is no array")
    return found[1]


def _sets(given: dict[str, str], name: str, members: dict[str, int]) -> tuple[frozenset[int], ...]:
    sets = re.findall(r"\{[^}]*\}|\w+\s*\.\.\s*\w+|\w+", _array(given, name))
    return tuple(frozenset(_numbers(each, members, name)) for each in sets)


def _numbers(text: str, members: dict[str, int], name: str) -> Iterator[int]:
    if text in _ALL:
        return
    for member in _members(text):
        if member not in members:
            raise NotAnInstance(f"{name} names {member}, which there is not")
        yield members[member]


_ALL = ("Machines", "Resources")
"""A set given by its name: all of it, which is what naming none says of machines."""


def _members(text: str) -> list[str]:
    """``{m1, m2}``, ``1..10`` and ``{1..3, 7}`` member by member."""
    found: list[str] = []
    for first, last in re.findall(r"(\w+)(?:\s*\.\.\s*(\w+))?", text):
        found += [str(n) for n in range(int(first), int(last) + 1)] if last else [first]
    return found
