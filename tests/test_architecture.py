"""What the import contracts cannot say: rules of the house that a program can read in the source."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "clinicdesk"
SKIPPED_FOLDERS = {".git", ".venv", "build", "dist", "node_modules", "__pycache__", "demo-clinic"}


def _python(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def _where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def _calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the dotted name that is called."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def _texts(path: Path) -> Iterator[tuple[ast.Constant, str]]:
    """Every piece of text that is no docstring."""
    tree = _tree(path)
    documentation = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node, node.value


def test_only_the_theme_names_a_colour() -> None:
    wrong = []
    for path in _python("clinicdesk/ui"):
        if path.parent.name == "theme":
            continue
        wrong += [
            f"{_where(path, node)} {text}"
            for node, text in _texts(path)
            if re.search(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}|[0-9A-Fa-f]{3})\b|\brgba?\(", text)
        ]
        wrong += [
            f"{_where(path, call)} {ast.unparse(call)}"
            for call, name in _calls(path)
            if name.endswith("QColor")
            and call.args
            and all(isinstance(arg, ast.Constant) for arg in call.args)
        ]
        wrong += [
            f"{_where(path, node)} {ast.unparse(node)}"
            for node in ast.walk(_tree(path))
            if isinstance(node, ast.Attribute)
            and ast.unparse(node.value) == "Qt.GlobalColor"
            and node.attr != "transparent"
        ]
    assert wrong == []


_RICH = {"QLabel", "QMessageBox", "QTextBrowser", "QErrorMessage", "setHtml", "insertHtml", "appendHtml"}


def test_every_label_is_plain_text() -> None:
    """Qt guesses whether a text is HTML: a patient named ``<img src=...>`` would be a picture of a local file."""
    wrong = [
        f"{_where(path, call)} {name}"
        for path in _python("clinicdesk/ui")
        for call, name in _calls(path)
        if name.rpartition(".")[2] in _RICH
    ]
    assert wrong == []


def test_texts_are_translated_when_used_not_when_imported() -> None:
    """A text translated while a module is imported stays in the language of the start."""
    wrong = []
    for path in _python("clinicdesk"):
        wrong += [
            _where(path, call)
            for call in _evaluated_at_import(_tree(path))
            if ast.unparse(call.func) in {"_", "ngettext"}
        ]
    assert wrong == []


def _evaluated_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Calls outside the bodies of functions; default arguments and decorators are outside."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                if part is not None:
                    yield from _evaluated_at_import(ast.Expr(part))
        elif not isinstance(child, ast.Lambda):
            yield from _evaluated_at_import(child)


def test_every_translated_text_is_a_literal() -> None:
    """The extractor sees literals only. A table marks its texts with N_() and translates them by name."""
    wrong = []
    for path in _python("clinicdesk"):
        marks = any(name == "N_" for _call, name in _calls(path))
        for call, name in _calls(path):
            for text in call.args[: {"_": 1, "N_": 1, "ngettext": 2}.get(name, 0)]:
                literal = isinstance(text, ast.Constant) and isinstance(text.value, str)
                marked = marks and name == "_" and isinstance(text, ast.Name | ast.Attribute | ast.Subscript)
                if not (literal or marked):
                    wrong.append(f"{_where(path, call)} {ast.unparse(call)}")
    assert wrong == []


def test_only_storage_speaks_sql() -> None:
    statement = re.compile(
        r"\s*(SELECT\s+\S.*\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|(CREATE|DROP|ALTER)\s+TABLE\s"
        r"|PRAGMA\s+\w)",
        re.DOTALL,
    )
    wrong = [
        f"{_where(path, node)} {text[:40]}"
        for path in _python("clinicdesk")
        if "storage" not in path.relative_to(PACKAGE).parts
        for node, text in _texts(path)
        if statement.match(text)
    ]
    assert wrong == []


def test_only_the_writer_writes_what_a_booking_consists_of() -> None:
    """The import contract keeps others from the functions; this keeps them from statements of their own."""
    by_statement, in_bulk = set(), set()
    for path in _python("clinicdesk/services", "clinicdesk/storage"):
        if re.search(r"\b(BookingRow|BookingUnit|BookingEventRow|Claim|TABLE)\b", path.read_text("utf-8")):
            names = _tables_of_a_booking(path)
            if any(
                name.rpartition(".")[2] in {"insert", "update", "delete", "update_versioned"}
                and any(ast.unparse(argument) in names for argument in call.args)
                for call, name in _calls(path)
            ):
                by_statement.add(path.relative_to(PACKAGE).as_posix())
            if any(
                isinstance(node, ast.Subscript) and ast.unparse(node.slice) in names
                for node in ast.walk(_tree(path))
            ):
                in_bulk.add(path.relative_to(PACKAGE).as_posix())
    assert by_statement == {"storage/booking/writing.py"}
    assert in_bulk == {
        "services/demo/rows.py"
    }  # fills an empty clinic; the database refuses an overlap there, too


def _tables_of_a_booking(path: Path) -> set[str]:
    """The names under which a file knows such a table."""
    own = {"BookingRow", "BookingUnit", "BookingEventRow", "Claim", "TABLE"}
    return own | {
        ast.unparse(target)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Assign)
        and any(f"{name}.__table__" in ast.unparse(node.value) for name in own)
        for target in node.targets
    }


_NOW = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time"
    r"|QDate\.currentDate|QDateTime\.currentDateTime(Utc)?|QTime\.currentTime)$"
)


def test_only_the_clock_tells_the_time() -> None:
    """Everything else is given an instant, so that a test can choose it and the clinic's zone is the only one."""
    wrong = [
        f"{_where(path, call)} {name}"
        for path in _python("clinicdesk")
        if path != PACKAGE / "clock.py"
        for call, name in _calls(path)
        if _NOW.search(name)
    ]
    assert wrong == []


def _imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_where(path, node)} imports relatively"
            yield node, node.module or ""


_OUTSIDE = {
    "io",
    "os",
    "pathlib",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "urllib",
}


def test_the_domain_is_rules_and_values() -> None:
    """Standard library only, and of that nothing which touches the outside."""
    base = {"clinicdesk.errors", "clinicdesk.clock", "clinicdesk.i18n"}
    wrong = []
    for path in _python("clinicdesk/domain"):
        for node, name in _imported(path):
            top = name.split(".")[0]
            if top == "clinicdesk":
                allowed = name in base or name.startswith("clinicdesk.domain") or name == "clinicdesk"
            else:
                allowed = top in sys.stdlib_module_names and top not in _OUTSIDE
            if not allowed:
                wrong.append(f"{_where(path, node)} {name}")
        wrong += [f"{_where(path, call)} open()" for call, name in _calls(path) if name == "open"]
    assert wrong == []


@pytest.mark.parametrize("module", ["clinicdesk.ui.window.signin"])
def test_the_first_window_needs_no_heavy_library(module: str) -> None:
    """The window is on screen before what takes long to import; a thread brings the rest while the person types."""
    heavy = (
        "sqlalchemy",
        "alembic",
        "reportlab",
        "apscheduler",
        "numpy",
        "ortools",
        "phonenumbers",
        "clinicdesk.services",
    )
    asked = f"import sys, {module}; print(sorted(m for m in {heavy!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_every_exception_to_a_rule_has_its_reason_beside_it() -> None:
    marks = re.compile(r"#\s*(noqa|type: ignore)\b(?P<code>(: [A-Z0-9, ]+|\[[a-z-, ]+\])?)(?P<reason>.*)")
    wrong = []
    for path in _python("clinicdesk", "tests", "scripts"):
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found = marks.search(line)
            if found and not (found["code"] and re.search(r"[a-z]{3}", found["reason"])):
                wrong.append(f"{path.relative_to(ROOT)}:{number} {line.strip()}")
    assert wrong == []


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _python("clinicdesk", "tests", "scripts", "installer")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if words.search(line)
    ]
    assert wrong == []


def test_no_file_is_two_rooms() -> None:
    sizes = {
        path: len(path.read_text("utf-8").splitlines()) for path in _python("clinicdesk", "tests", "scripts")
    }
    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > 600} == {}


def test_no_file_names_a_machine() -> None:
    """A path or a registry of the machine it was written on helps nobody else."""
    named = re.compile(r"(?<![\w./-])/(root|work|opt|home/[a-z]\w*)/[\w.]|pypi|/shared/", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}"
        for path in _text_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert wrong == []


def _text_files() -> Iterator[Path]:
    """What is in the tree for people to read: no data from elsewhere, nothing that was made here."""
    kinds = {".py", ".toml", ".lock", ".md", ".sh", ".txt", ".ini", ".json", ".yml", ".spec", ""}
    for path in sorted(ROOT.rglob("*")):
        top = path.relative_to(ROOT).parts
        hidden = top[0].startswith(".") and top[0] not in {".ci", ".editorconfig", ".gitignore"}
        made = hidden or not SKIPPED_FOLDERS.isdisjoint(top) or top[:2] == ("tests", "data")
        if not made and path != Path(__file__) and path.suffix in kinds and path.is_file():
            yield path


_LIVES = {"Life", "Keyed", "SideView"}
_BESIDE_THE_LIFE = {"run_command", "run_query", "QTimer", "QTimer.singleShot"}
_NOT_PORTED = {
    "places/recovery/call_panel.py",  # a picture comes into sight once the layout has run: it is nobody's in particular
}


def test_whatever_a_panel_asks_or_times_belongs_to_its_key() -> None:
    """A panel is reused for the next patient: only its life knows for whom a timer or an answer was meant."""
    ui = PACKAGE / "ui"
    offending = {
        str(path.relative_to(ui))
        for path in _python("clinicdesk/ui")
        if path.parent.name != "frame" and (ui / "panels" in path.parents or _derives(path, _LIVES))
        if any(name in _BESIDE_THE_LIFE for _call, name in _calls(path))
    }
    assert offending == _NOT_PORTED


def _derives(path: Path, bases: set[str]) -> bool:
    """Whether a class in the module is derived from one of these, be it ``Keyed`` or ``Keyed[View]``."""
    return any(
        ast.unparse(base).partition("[")[0].rpartition(".")[2] in bases
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    )
