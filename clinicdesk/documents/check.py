"""What is wrong with a handout a clinic has written, before a patient gets it.

How easily a text reads is measured by the tests of the shipped texts, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import jinja2
import jinja2.exceptions
import jinja2.meta
import jinja2.nodes

from clinicdesk.documents.discharge import facts
from clinicdesk.documents.handouts import Box, BoxKind, Handout, HandoutProblem, fill, handout, syntax
from clinicdesk.documents.samples import bare_sheet, full_sheet, sample_letterhead
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; ``line`` counts from 1, 0 means the text as a whole."""

    line: int
    sentence: str


_HTML = re.compile(r"</?[a-zA-Z][^>]*>|<!--")
_LINK = re.compile(r"!?\[[^\]]+\]\([^)]*\)|https?://")
_ITALIC = re.compile(r"(?<![*\w])\*(?![*\s])[^*\n]+\*(?!\*)|(?<![_\w{%])_(?![_\s])[^_\n%}]+_(?![_\w])")


def known_facts() -> tuple[str, ...]:
    """Every name a discharge handout may print."""
    return tuple(sorted(facts(full_sheet(), sample_letterhead())))


def check_handout(markdown: str, *, key: str = "discharge", language: str = "en") -> tuple[Problem, ...]:
    """What is wrong with ``markdown``, the worst first: syntax, unknown facts, facts printed without asking whether they are
    there, HTML, links, italics, and a discharge sheet without its emergency box. Empty where nothing is."""
    try:
        tree = syntax(markdown)
    except jinja2.TemplateSyntaxError as error:
        return (
            Problem(
                error.lineno, _("Cannot be read: {what}.").format(what=(error.message or "").rstrip("."))
            ),
        )
    problems = [*_unknown(tree), *_marks(markdown)]
    if not problems:
        problems += _filled(markdown, key, language)
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _unknown(tree: jinja2.nodes.Template) -> Iterator[Problem]:
    unknown = jinja2.meta.find_undeclared_variables(tree) - set(known_facts())
    for name in tree.find_all(jinja2.nodes.Name):
        if name.name in unknown:
            unknown.discard(name.name)
            yield Problem(name.lineno, _("There is no fact “{name}”.").format(name=name.name))


def _marks(markdown: str) -> Iterator[Problem]:
    for number, line in enumerate(markdown.splitlines(), start=1):
        if _HTML.search(line):
            yield Problem(number, _("HTML would print as it stands. Use **bold**, headings and lists."))
        if _LINK.search(line):
            yield Problem(number, _("Links and pictures do not work on paper. Write the words themselves."))
        if _ITALIC.search(line):
            yield Problem(number, _("Italics are hard to read. Use **bold**, or plain words."))


def _filled(markdown: str, key: str, language: str) -> Iterator[Problem]:
    try:
        parts = handout("_call-911", language).parts
    except BadInput:
        parts = ()
    text = Handout(key, markdown, parts, language)
    for sheet in (full_sheet(), bare_sheet()):
        try:
            blocks = fill(text, facts(sheet, sample_letterhead()))
        except HandoutProblem as problem:
            yield Problem(0, problem.sentence)
            return
    has_box = any(isinstance(block, Box) and block.kind is BoxKind.EMERGENCY for block in blocks)
    if key.startswith("discharge") and not has_box:
        yield Problem(
            0, _('The emergency box is missing. Put {{% include "_call-911" %}} under the title.').format()
        )
