"""The small changes that a rule's tests must notice: comparison, boundary, boolean, return and dropped statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType

_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_SWAPPED_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SENTENCES = frozenset({"_", "N_", "ngettext"})
_LOGGERS = frozenset({"log", "_log", "logger"})
_SAYS_NOTHING = frozenset({"strict"})
"""Keywords that only guard against a programmer's slip."""

_Place = tuple[ast.AST, str, int | None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. ``where`` names the outermost function it stands in, or the class or the name that is given a value."""

    line: int
    where: str
    in_function: bool
    change: str
    place: _Place = field(repr=False, compare=False)
    new: ast.AST = field(repr=False, compare=False)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The tree holds the change inside, and is as it was afterwards."""
        old = _get(self.place)
        _put(self.place, self.new)
        try:
            yield
        finally:
            _put(self.place, old)

    def compiled(self, tree: ast.Module, path: str) -> CodeType:
        """The changed module's code. ``tree`` is the one that the mutant came from."""
        with self.applied():
            return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Every change of ``tree``, in the order of its lines. The tree is left as it is."""
    yield from _Walk().visit(tree)


@dataclass(slots=True)
class _Walk:
    scope: list[str] = field(default_factory=list)
    in_function: bool = False

    def visit(self, node: ast.AST) -> Iterator[Mutant]:
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_comment"}:
                continue
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for index, child in children:
                if isinstance(child, ast.AST):
                    yield from self._child((node, name, index), child)

    def _child(self, place: _Place, child: ast.AST) -> Iterator[Mutant]:
        if _is_left_alone(child):
            return
        name = "" if self.in_function else _name_of(child)
        self.scope += [name] * bool(name)
        for new in _changes(child):
            line = getattr(child, "lineno", getattr(place[0], "lineno", 0))
            change = f"{_text(child)} -> {_text(new)}"
            yield Mutant(line, ".".join(self.scope), self.in_function, change, place, new)
        if isinstance(child, ast.FunctionDef) and not self.in_function:
            yield from self._function(child)
        else:
            yield from self.visit(child)
        if name:
            self.scope.pop()

    def _function(self, node: ast.FunctionDef) -> Iterator[Mutant]:
        yield from self.visit(node.args)  # defaults are worked out where the function is defined
        self.in_function = True
        for index, statement in enumerate(node.body):
            yield from self._child((node, "body", index), statement)
        self.in_function = False


def _name_of(node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _is_left_alone(node: ast.AST) -> bool:
    """Sentences, log calls, asserts, and imports for the type checker: nothing that a rule says."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _is_logging(node.value)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _SENTENCES
    if isinstance(node, ast.keyword):
        return node.arg in _SAYS_NOTHING
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, (ast.Assert, ast.JoinedStr))


def _is_logging(node: ast.expr) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in _LOGGERS


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _booleans(node)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.If() | ast.While() | ast.IfExp() if not _speaks_for_itself(node.test):
            yield _with(node, test=_negated(node.test))
        case ast.comprehension(ifs=[_, *_]):
            for place, test in enumerate(node.ifs):
                if not _speaks_for_itself(test):
                    ifs = [_negated(each) if n == place else each for n, each in enumerate(node.ifs)]
                    yield _with(node, ifs=ifs)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield _with(node, op=ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED_CALLS:
            yield _with(node, func=ast.Name(_SWAPPED_CALLS[name], ast.Load()))
        case ast.Constant():
            yield from _constants(node)
        case ast.Return(value=ast.expr() as value):
            yield from _returns(value)
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Pass()


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        for table in (_NEGATED, _BOUNDARY):
            if type(op) in table:
                ops = [table[type(op)]() if n == place else each for n, each in enumerate(node.ops)]
                yield _with(node, ops=ops)


def _booleans(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    for place in range(len(node.values)):
        left = [each for n, each in enumerate(node.values) if n != place]
        yield left[0] if len(left) == 1 else _with(node, values=left)


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def _returns(value: ast.expr) -> Iterator[ast.AST]:
    """None in place of what was worked out; the opposite of yes or no. A comparison is changed on its own."""
    if isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, bool)):
        return
    if isinstance(value, ast.BoolOp):
        yield ast.Return(_negated(value))
    elif not _speaks_for_itself(value):
        yield ast.Return(ast.Constant(None))


def _speaks_for_itself(test: ast.expr) -> bool:
    """Whether another change turns this test round already."""
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    return negated or (isinstance(test, ast.Compare) and len(test.ops) == 1)


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)


def _with(node: ast.AST, **values: object) -> ast.AST:
    fields = dict(ast.iter_fields(node)) | values
    return ast.copy_location(type(node)(**fields), node)


def _text(node: ast.AST) -> str:
    """What changes, in one line; of a branch only its head."""
    if isinstance(node, ast.If | ast.While):
        return f"if {ast.unparse(node.test)}"
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."


def _get(place: _Place) -> ast.AST:
    parent, name, index = place
    value = getattr(parent, name)
    node: ast.AST = value if index is None else value[index]
    return node


def _put(place: _Place, node: ast.AST) -> None:
    parent, name, index = place
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node
