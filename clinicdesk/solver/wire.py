"""What goes between the two processes: one line of JSON a message, and nothing in it but numbers and our own words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from clinicdesk.domain.arranging.day import (
    Case,
    DayPlan,
    DayProblem,
    Minutes,
    Need,
    Place,
    Shut,
    Stretch,
    Weights,
)

READY, MISSING, FOUND, DONE, FAILED = "ready", "missing", "found", "done", "failed"
"""What the solver says: it can work, it has no OR-Tools, how far it is, that it is through, that it broke."""

SOLVE, STOP = "solve", "stop"
"""What it is told."""


@dataclass(frozen=True, slots=True)
class Found:
    """How far a search is: the best plan, its points, below which none can come, and the seconds it took so far."""

    plan: DayPlan
    points: int
    bound: int
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether there is no better plan."""
        return self.points <= self.bound


def line(kind: str, number: int = 0, **content: Any) -> str:
    """A message about search ``number``."""
    return json.dumps({"kind": kind, "number": number, **content}, separators=(",", ":")) + "\n"


def read(text: str) -> dict[str, Any]:
    """A message back from its line; anything else reads as nothing."""
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def of_problem(problem: DayProblem) -> dict[str, Any]:
    """A problem as plain lists and numbers."""
    return {
        "cases": [asdict(case) for case in problem.cases],
        "busy": [[unit, [list(span) for span in spans]] for unit, spans in problem.busy.items()],
        "rooms": sorted(problem.rooms),
        "surgeons": sorted(problem.surgeons),
        "opens": problem.opens,
        "closes": problem.closes,
        "step": problem.step,
        "weights": asdict(problem.weights),
    }


def problem(content: dict[str, Any]) -> DayProblem:
    """The problem that `of_problem` wrote."""
    return DayProblem(
        cases=tuple(_case(each) for each in content["cases"]),
        busy={unit: tuple(_minutes(span) for span in spans) for unit, spans in content["busy"]},
        rooms=frozenset(content["rooms"]),
        surgeons=frozenset(content["surgeons"]),
        opens=content["opens"],
        closes=content["closes"],
        step=content["step"],
        weights=Weights(**content["weights"]),
    )


def of_found(found: Found) -> dict[str, Any]:
    """A result as plain lists and numbers."""
    return {
        "places": [[place.start, *place.units] for place in found.plan.places],
        "points": found.points,
        "bound": found.bound,
        "seconds": found.seconds,
    }


def found(content: dict[str, Any]) -> Found:
    """The result that `of_found` wrote."""
    places = tuple(Place(start, tuple(units)) for start, *units in content["places"])
    return Found(DayPlan(places), content["points"], content["bound"], content["seconds"])


def _case(content: dict[str, Any]) -> Case:
    present = content["present"]
    return Case(
        **{
            **content,
            "needs": tuple(
                Need(tuple(need["units"]), tuple(Stretch(**stretch) for stretch in need["stretches"]))
                for need in content["needs"]
            ),
            "present": None if present is None else Place(present["start"], tuple(present["units"])),
            "shut": tuple(Shut(_minutes(s["span"]), s["unit"], s["whole"]) for s in content["shut"]),
        }
    )


def _minutes(pair: list[int]) -> Minutes:
    first, last = pair
    return first, last
