"""Handouts: Markdown that a clinic may edit, filled with one patient's facts.

The dialect is small on purpose: headings, paragraphs, lists, tables, ``**bold**``, and boxes::

    ::: emergency
    Call {{ emergency_number }} now if you have:

    - chest pain
    :::

No HTML, links, images or italics. Facts come in as ``{{ name }}``, with ``{% if %}``, ``{% for %}`` and ``{% include %}``
of other texts of the same language, in a sandbox without functions. A blank line ends every block.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import jinja2
import jinja2.exceptions
import jinja2.meta
import jinja2.nodes
import jinja2.runtime
import jinja2.sandbox
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from clinicdesk.config import resources_dir
from clinicdesk.documents.escape import PERSONAL, markdown
from clinicdesk.errors import BadInput, ClinicDeskError
from clinicdesk.i18n import _


@dataclass(frozen=True, slots=True)
class Handout:
    """One text and the texts it may include, by name, in one language."""

    key: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()
    language: str = "en"


class HandoutProblem(ClinicDeskError):
    """A handout cannot be filled; the sentence names what is wrong and where."""


class MissingFact(HandoutProblem):
    """The handout prints a fact that this paper does not have."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight. ``text`` is literal; ``\\n`` breaks the line."""

    text: str
    bold: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 is the paper's title, 2 a section, 3 a line that stands out."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list; ``number`` where the list counts, ``ticked`` where it has a box (``[ ]`` or ``[x]``)."""

    runs: Runs
    number: int | None = None
    ticked: bool | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``header`` may be empty."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


class BoxKind(StrEnum):
    """The boxes a handout may hold."""

    EMERGENCY = "emergency"
    CALL = "call"
    KEEP = "keep"
    """No frame: only kept on one page where it fits."""


@dataclass(frozen=True, slots=True)
class Box:
    """A framed part. The first line is its title."""

    kind: BoxKind
    title: Runs
    blocks: tuple[Block, ...]


Block = Heading | Para | Item | Grid | Box


# --- shipped texts --------------------------------------------------------------------------------------------------


@functools.cache
def shipped_texts(language: str) -> Mapping[str, str]:
    """Every text shipped in ``language`` by key; keys that start with ``_`` are parts that others include."""
    folder = resources_dir() / "handouts" / language
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


def shipped_languages() -> tuple[str, ...]:
    """The languages that texts are shipped in."""
    return tuple(sorted(path.name for path in (resources_dir() / "handouts").iterdir() if _has_texts(path)))


def _has_texts(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.md"))


def handout(key: str, language: str = "en", own: Mapping[str, str] | None = None) -> Handout:
    """The handout ``key``: the clinic's ``own`` texts come before the shipped ones; English where the language lacks it.

    Raises `BadInput` where no such text exists.
    """
    texts = {**shipped_texts(language), **(own or {})}
    if key not in texts:
        if language != "en":
            return handout(key, "en", own)
        raise BadInput(
            _("There is no handout “{key}”. Choose another in the catalogue.").format(key=key), "handout"
        )
    return Handout(key, texts[key], tuple(sorted(texts.items())), language)


# --- filling --------------------------------------------------------------------------------------------------------


class _Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Values, conditions and loops over what is given; no functions, no arithmetic that could fill the memory."""

    intercepted_binops = frozenset({"*", "**", "%", "//", "/", "+", "-"})

    def call_binop(
        self, context: jinja2.runtime.Context, operator: str, left: object, right: object
    ) -> object:
        """Refuse arithmetic: a handout prints facts, it does not compute them."""
        raise jinja2.exceptions.SecurityError("arithmetic")


class _Absent(jinja2.Undefined):
    """A fact that exists but is empty on this paper: it may be asked about, never printed."""

    __slots__ = ()


def _escaped(value: object) -> Markup:
    """What an expression of a handout becomes: a person's literal text."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, _Absent):
        raise _AbsentPrinted(value._undefined_name or "")
    return markdown(str(value))


class _AbsentPrinted(Exception):
    """An absent fact was printed: carries its name to `_filled`, never further."""


_FILTERS = frozenset({"length", "first", "last", "join", "lower", "upper", "capitalize"})


def _environment(parts: tuple[tuple[str, str], ...]) -> _Sandbox:
    sandbox = _Sandbox(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_escaped,
        loader=jinja2.DictLoader({name: _quiet_tags(part) for name, part in parts}),
        auto_reload=False,
    )
    sandbox.globals.clear()
    for name in set(sandbox.filters) - _FILTERS:
        del sandbox.filters[name]
    return sandbox


@functools.lru_cache(maxsize=64)
def _compiled(text: Handout) -> jinja2.Template:
    return _environment(text.parts).from_string(_quiet_tags(text.text))


_TAGS_ONLY = re.compile(r"[ \t]*(?:\{%(?:(?!%\}).)*%\}[ \t]*)+")


def _quiet_tags(source: str) -> str:
    """``source`` with the line end moved inside the tag on lines that hold only tags.

    So such a line leaves nothing behind, a tag inside a line leaves its line end alone, and lines keep their numbers.
    """
    lines = source.splitlines()
    return "".join(
        line.rstrip()[:-2] + "\n%}"
        if _TAGS_ONLY.fullmatch(line) and "{% include" not in line
        else line + "\n"
        for line in lines
    )


def syntax(source: str) -> jinja2.nodes.Template:
    """The tree of a handout's source, its lines numbered as written. Raises `jinja2.TemplateSyntaxError`."""
    return _environment(()).parse(_quiet_tags(source))


def fill(text: Handout, facts: Mapping[str, object]) -> tuple[Block, ...]:
    """``text`` with ``facts``, as blocks to lay out.

    Raises `MissingFact` naming a fact that is printed but absent, `HandoutProblem` for a text that cannot be read.
    """
    return tuple(_blocks(_filled(text, facts)))


def _filled(text: Handout, facts: Mapping[str, object]) -> str:
    given = {name: _Absent(name=name) if value is None else value for name, value in facts.items()}
    try:
        return _compiled(text).render(given)
    except _AbsentPrinted as error:
        raise MissingFact(
            _(
                "The handout “{key}” prints {fact}, which this paper does not have. "
                "Put {{% if {fact} %}} before it."
            ).format(key=text.key, fact=error.args[0])
        ) from error
    except jinja2.UndefinedError as error:
        raise MissingFact(
            _("The handout “{key}” asks for something that does not exist: {what}.").format(
                key=text.key, what=_undefined_name(error)
            )
        ) from error
    except (jinja2.TemplateError, RecursionError, TypeError) as error:
        raise HandoutProblem(
            _("The handout “{key}” cannot be read: {what}.").format(key=text.key, what=_reason(error))
        ) from error


def _undefined_name(error: jinja2.UndefinedError) -> str:
    quoted = re.search(r"'([^']{1,60})' is undefined|attribute '([^']{1,60})'", error.message or "")
    return next((name for name in quoted.groups() if name), "") if quoted else "?"


def _reason(error: BaseException) -> str:
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _("line {line}, {message}").format(
            line=error.lineno, message=(error.message or "").rstrip(".")
        )
    if isinstance(error, jinja2.TemplateNotFound):
        return _("it includes “{name}”, which does not exist").format(name=error.name)
    if isinstance(error, RecursionError):
        return _("it includes itself")
    return _("it uses something that handouts do not know")


# --- reading Markdown -----------------------------------------------------------------------------------------------

_FENCE = re.compile(r"^:::\s*(\S*)\s*$")


def _blocks(source: str) -> Iterator[Block]:
    """The blocks of a filled text: boxes first, then what lies between blank lines."""
    chunk: list[str] = []
    box: BoxKind | None = None
    inside: list[Block] = []
    for line in [*source.splitlines(), ""]:
        fence = _FENCE.match(line)
        if line.strip() and not fence:
            chunk.append(line)
            continue
        if chunk:
            read = _read("\n".join(chunk))
            chunk = []
            if box is None:
                yield from read
            else:
                inside.extend(read)
        if fence and fence[1]:
            if box is not None:
                yield _box(box, inside)
            box, inside = _box_kind(fence[1]), []
        elif fence and box is not None:
            yield _box(box, inside)
            box, inside = None, []
    if box is not None:
        yield _box(box, inside)


def _box_kind(name: str) -> BoxKind:
    try:
        return BoxKind(name)
    except ValueError as error:
        raise HandoutProblem(
            _("There is no box “{name}”. The boxes are: {known}.").format(name=name, known=", ".join(BoxKind))
        ) from error


def _box(kind: BoxKind, blocks: list[Block]) -> Box:
    if kind is not BoxKind.KEEP and blocks and isinstance(blocks[0], Para):
        return Box(kind, blocks[0].runs, tuple(blocks[1:]))
    return Box(kind, (), tuple(blocks))


def _read(chunk: str) -> tuple[Block, ...]:
    """The blocks of one stretch without blank lines; what holds a person's words is never cached."""
    if PERSONAL in chunk:
        return tuple(_parse(chunk.replace(PERSONAL, "")))
    return _read_static(chunk)


@functools.lru_cache(maxsize=512)
def _read_static(chunk: str) -> tuple[Block, ...]:
    return tuple(_parse(chunk))


@functools.cache
def _reader() -> MarkdownIt:
    return MarkdownIt("zero").enable(["heading", "list", "table", "emphasis", "entity", "escape", "newline"])


def _parse(chunk: str) -> Iterator[Block]:
    tokens = iter(_reader().parse(chunk))
    numbers: list[int | None] = []
    for token in tokens:
        match token.type:
            case "heading_open":
                yield Heading(int(token.tag[1]), _runs(next(tokens)))
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_close" | "bullet_list_close":
                numbers.pop()
            case "inline" if numbers:
                yield _item(token, numbers[-1])
                if (counted := numbers[-1]) is not None:
                    numbers[-1] = counted + 1
            case "inline":
                yield Para(_runs(token))
            case "table_open":
                yield _grid(tokens)
            case _:
                pass  # openings and closings that carry no text


_TICK = re.compile(r"\[([ xX])\] ")


def _item(inline: Token, number: int | None) -> Item:
    """One entry. The box to tick is looked for in the source, where a person's brackets are character references."""
    runs = _runs(inline)
    tick = _TICK.match(inline.content)
    if tick is None or not runs:
        return Item(runs, number)
    first = Run(runs[0].text[len(tick[0]) :], runs[0].bold)
    return Item((first, *runs[1:]), number, ticked=tick[1] != " ")


def _grid(tokens: Iterator[Token]) -> Grid:
    rows: list[tuple[Runs, ...]] = []
    row: list[Runs] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(_runs(token))
        elif token.type == "tr_close":
            rows.append(tuple(row))
    header = rows[0] if any(run.text.strip() for cell in rows[0] for run in cell) else ()
    return Grid(header, tuple(rows[1:]))


def _runs(inline: Token) -> Runs:
    runs: list[Run] = []
    bold = 0
    for token in inline.children or ():
        bold += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        text = "\n" if token.type == "hardbreak" else " " if token.type == "softbreak" else token.content
        if text and runs and runs[-1].bold is bool(bold):
            runs[-1] = Run(runs[-1].text + text, bool(bold))
        elif text:
            runs.append(Run(text, bool(bold)))
    return tuple(runs)


def words_of(blocks: tuple[Block, ...]) -> str:
    """The plain text of ``blocks``, a line each: for measuring how easily it reads, and for reading it aloud."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Box(title=title, blocks=inner):
                lines += [_text(title), words_of(inner)]
            case Grid(rows=rows):
                lines += [" ".join(_text(cell) for cell in row) for row in rows]
            case Heading(runs=runs) | Para(runs=runs) | Item(runs=runs):
                lines.append(_text(runs))
    return "\n".join(line for line in lines if line)


def _text(runs: Runs) -> str:
    return "".join(run.text for run in runs)
