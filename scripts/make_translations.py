"""Collect the texts that a person sees into ``resources/translations/clinicdesk.pot``, and bring each language up to date.

    make_translations.py             collect; update every language's .po; compile every .mo
    make_translations.py --new es    the same, and start Spanish

The template is made anew by every build and is not kept in the tree: it follows from the sources. It carries no date, no
line numbers and no order of its own, so that two templates differ only where a text does.
"""

from __future__ import annotations

import argparse
import io
from datetime import UTC, datetime
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
TEMPLATE = FOLDER / "clinicdesk.pot"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
# A translator's hint stands in the source above the text, after this word.
HINT = "Translators:"
HEADER = """\
# Texts of ClinicDesk.
#
msgid ""
msgstr ""
"Project-Id-Version: clinicdesk\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def collect() -> Catalog:
    """Every text of the program, with the files it stands in."""
    # Babel wants dates; the files are written without them.
    catalog = Catalog(project="clinicdesk", charset="utf-8", creation_date=datetime(2026, 1, 1, tzinfo=UTC))
    for path in sorted((ROOT / "clinicdesk").rglob("*.py")):
        found = extract_from_file(
            "python", path, keywords=KEYWORDS, comment_tags=[HINT], strip_comment_tags=True
        )
        for _line, message, comments, context in found:
            place = (path.relative_to(ROOT).as_posix(), 1)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def as_text(catalog: Catalog) -> str:
    """The template as translators get it."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + buffer.getvalue().decode("utf-8").lstrip("\n")


def bring_up_to_date(path: Path, template: Catalog, language: str) -> None:
    """Add new texts to one language, drop those that are gone, keep what was translated."""
    if path.exists():
        with path.open("rb") as file:
            translated = read_po(file, locale=language)
    else:
        translated = Catalog(locale=language, project="clinicdesk", fuzzy=False)
    # A guessed translation is worse than an English sentence on a form about somebody's health.
    translated.update(template, no_fuzzy_matching=True, update_creation_date=False)
    translated.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, translated, width=110, sort_output=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, translated)


def main() -> None:
    parser = argparse.ArgumentParser(description="Collect the texts that a person sees.")
    parser.add_argument("--new", metavar="LANGUAGE", help="start a language, such as es or pt_BR")
    wanted = parser.parse_args().new
    template = collect()
    FOLDER.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(as_text(template), "utf-8")
    languages = {path.parent.parent.name: path for path in FOLDER.glob("*/LC_MESSAGES/clinicdesk.po")}
    if wanted:
        language = str(Locale.parse(wanted))
        languages.setdefault(language, FOLDER / language / "LC_MESSAGES" / "clinicdesk.po")
    for language, path in sorted(languages.items()):
        bring_up_to_date(path, template, language)
    print(f"{len(template)} texts, languages: {', '.join(sorted(languages)) or 'English alone'}")


if __name__ == "__main__":
    main()
