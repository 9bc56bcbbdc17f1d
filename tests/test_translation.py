"""Every text a person sees can be translated, and no translation loses a gap to fill."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from clinicdesk import i18n
from scripts import make_translations
from tests.helpers.pseudo import pseudo_language

UI = Path(__file__).parent.parent / "clinicdesk" / "ui"


def test_the_template_holds_what_is_shown_and_names_no_date_and_no_line() -> None:
    """`make translations` and the build make it; it is not kept in the tree."""
    template = make_translations.as_text(make_translations.collect())
    assert 'msgid "Book"' in template
    assert not re.search(r"\d{4}-\d\d-\d\d|(?m:^#: .*:\d)", template)


def test_every_shipped_language_is_compiled_and_fills_the_same_gaps() -> None:
    """A placeholder lost in translation would be a KeyError in front of a patient."""
    for path in make_translations.FOLDER.glob("*/LC_MESSAGES/clinicdesk.mo"):
        with path.open("rb") as file:
            translations = gettext.GNUTranslations(file)
        for message in make_translations.collect():
            for text in [message.id] if isinstance(message.id, str) else message.id:
                gaps = set(re.findall(r"\{\w+\}", text))
                assert set(re.findall(r"\{\w+\}", translations.gettext(text))) == gaps, f"{path}: {text}"


def test_a_language_is_spoken_and_the_rest_stays_english(tmp_path: Path) -> None:
    catalog = Catalog(locale="es")
    catalog.add("Book", "Reservar")
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "clinicdesk.mo").open("wb") as file:
        write_mo(file, catalog)
    i18n.set_language("es", tmp_path)
    assert (i18n._("Book"), i18n._("Move")) == ("Reservar", "Move")
    i18n.set_language("tlh", tmp_path)
    assert i18n._("Book") == "Book"


def test_the_pseudo_language_keeps_the_gaps() -> None:
    with pseudo_language():
        assert i18n._("Saved: {name} moved.").format(name="Rosa") == "⟦Sàvéd: Rosa mövéd.······⟧"
        assert i18n.ngettext("{n} call", "{n} calls", 2).format(n=2) == "⟦2 çàllš···⟧"
    assert i18n._("Book") == "Book"


# What shows its text, and which of its arguments that is.
_SHOWS = {
    "QLabel": 0,
    "QPushButton": 0,
    "QToolButton": 0,
    "QCheckBox": 0,
    "QRadioButton": 0,
    "QGroupBox": 0,
    "QAction": 0,
    "setText": 0,
    "setTitle": 0,
    "setWindowTitle": 0,
    "setToolTip": 0,
    "setStatusTip": 0,
    "setPlaceholderText": 0,
    "setAccessibleName": 0,
    "setAccessibleDescription": 0,
    "setSpecialValueText": 0,
    "setPrefix": 0,
    "setSuffix": 0,
    "setLabelText": 0,
    "addItem": 0,
    "addTab": 1,
    "addRow": 0,
    "addMenu": 0,
    "addAction": 0,
}


def test_no_text_is_shown_without_being_offered_for_translation() -> None:
    """A literal of two letters or more handed straight to a widget."""
    wrong = []
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            place = _SHOWS.get(name)
            if place is None or len(node.args) <= place:
                continue
            text = "".join(
                part.value
                for part in _outside_of_calls(node.args[place])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            if text != "ClinicDesk" and re.search(r"[A-Za-z]{2}", text):
                wrong.append(f"{path.relative_to(UI)}:{node.lineno} {name}({text!r})")
    assert wrong == []


def _outside_of_calls(node: ast.expr) -> list[ast.AST]:
    """The parts of an expression that are not inside a call, such as _("...")."""
    if isinstance(node, ast.Call):
        return []
    if isinstance(node, ast.JoinedStr):
        return list(node.values)
    if isinstance(node, ast.IfExp):
        return [*_outside_of_calls(node.body), *_outside_of_calls(node.orelse)]
    if isinstance(node, ast.BinOp):
        return [*_outside_of_calls(node.left), *_outside_of_calls(node.right)]
    return [node]
