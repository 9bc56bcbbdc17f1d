"""Every value that a person chooses from or reads has a word of its own."""

from __future__ import annotations

import importlib
import pkgutil
from enum import Enum

import pytest

from clinicdesk import domain
from clinicdesk.domain.discharge import ALDRETE, PADSS, ScoreItem


def _labelled() -> list[type[Enum]]:
    found: set[type[Enum]] = set()
    for module in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, Enum)
                and isinstance(vars(value).get("label"), property)
            ):
                found.add(value)
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


@pytest.mark.parametrize("values", _labelled(), ids=lambda values: values.__name__)
def test_every_value_has_a_label_of_its_own(values: type[Enum]) -> None:
    labels = [getattr(value, "label") for value in values]  # noqa: B009 - an Enum in general has none
    assert all(isinstance(label, str) and label.strip() for label in labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("item", [*ALDRETE, *PADSS], ids=lambda item: item.key)
def test_each_line_of_a_score_offers_two_one_and_no_point(item: ScoreItem) -> None:
    assert item.label == item.name
    assert item.options == tuple(zip((2, 1, 0), item.categories, strict=True))
