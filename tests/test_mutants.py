"""The tool that asks whether a test notices: which changes it makes, and that it tells a tested rule from an untested."""

from __future__ import annotations

import ast

import pytest

from scripts.mutants.operators import mutants


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("a < b", {"a < b -> a >= b", "a < b -> a <= b"}),
        ("a is b", {"a is b -> a is not b"}),
        ("a and b", {"a and b -> a or b", "a and b -> a", "a and b -> b"}),
        ("x = not a", {"not a -> a"}),
        ("x = [n for n in a if n]", {"for n in a if n -> for n in a if not n"}),
        ("x = min(a, 2)", {"min(a, 2) -> max(a, 2)", "2 -> 3", "2 -> 1"}),
        ("x = a + b", {"a + b -> a - b"}),
        ("def f():\n    return a", {"return a -> return None"}),
        ("def f():\n    return a < b", {"a < b -> a >= b", "a < b -> a <= b"}),
        ("def f():\n    g()\n    raise h", {"g() -> pass", "raise h -> pass"}),
        ("if a:\n    b = c", {"if a -> if not a"}),
        ("x = _('{n} of 2')\n_log.info('done')\nassert a < b", set()),
        ("@cached(size=2)\ndef f(n: Annotated[int, 2]):\n    '''One.'''", set()),
    ],
)
def test_a_rule_is_changed_a_little_and_a_sentence_is_not(source: str, changes: set[str]) -> None:
    tree = ast.parse(source)
    before = ast.dump(tree)
    found = list(mutants(tree))
    assert {mutant.change.strip() for mutant in found} == changes
    for mutant in found:
        mutant.compiled(tree, "rule.py")
    assert ast.dump(tree) == before


def test_a_change_is_named_after_the_function_or_the_value_it_stands_in() -> None:
    tree = ast.parse(
        "MOST = 3\nclass A:\n    few = 1\n    def f(self, n=5):\n        def g():\n            return n < 7\n"
    )
    told = {(mutant.where, mutant.in_function) for mutant in mutants(tree)}
    assert told == {("MOST", False), ("A.few", False), ("A.f", False), ("A.f", True)}
