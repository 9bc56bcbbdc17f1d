"""One command after the other, as one for the window: each finds the record in the version the one before left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from clinicdesk.domain.changes import Changes
from clinicdesk.ui.frame.turn import Turn
from clinicdesk.ui.operations import Done

V = TypeVar("V")

Step = Callable[[int], Done[V]]
"""A command that is given the version the record has when it starts."""


def run_steps(turn: Turn, steps: Sequence[Step[V]], version_of: Callable[[V], int]) -> Done[V]:
    """Run ``steps``, on the worker. Commands run one at a time, so nothing of this window comes between them."""
    first, *others = steps
    done = first(turn.version)
    changes = done.changes
    turn.version = version_of(done.value)
    for step in others:
        done = step(turn.version)
        turn.version = version_of(done.value)
        changes |= done.changes
    return _Together(done.value, changes)


@dataclass(frozen=True, slots=True)
class _Together(Generic[V]):
    """What several commands did, as one `Done`."""

    value: V
    changes: Changes


__all__ = ["Step", "run_steps"]
