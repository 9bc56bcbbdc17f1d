"""Tagged PDF: what each drawn piece is, so that a screen reader reads a paper in its order.

ReportLab tags nothing. Every piece is drawn between marked-content operators, and when the file is saved those marks become
its structure tree (ISO 32000-1, 14.7): document, headings, paragraphs, lists, tables. Rules, boxes, running heads and the
watermark are artifacts, which a screen reader skips.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference
from reportlab.pdfgen.canvas import Canvas

TagPath = tuple[tuple[str, int], ...]
"""The elements around a piece, outermost first: a role and a number that tells one list from the next."""


@dataclass(slots=True)
class _Element:
    """One element of the structure tree; a child is an element or (page number, mark on that page)."""

    role: str
    key: int | None = None
    children: list[_Element | tuple[int, int]] = field(default_factory=list)


class TaggedCanvas(Canvas):
    """A canvas that notes what it draws and saves the structure tree with the file."""

    _code: list[str]
    _doc: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._tree = _Element("Document")
        self._page_marks: dict[int, list[_Element]] = {}
        self._inside = 0
        super().__init__(*arguments, **options)

    def open_mark(self, path: TagPath, role: str) -> None:
        """Begin a piece that is read aloud."""
        leaf = _Element(role)
        self._parent(path).children.append(leaf)
        page = self.getPageNumber()
        marks = self._page_marks.setdefault(page, [])
        leaf.children.append((page, len(marks)))
        self._operator(f"/{role} <</MCID {len(marks)}>> BDC")
        marks.append(leaf)

    def open_artifact(self) -> None:
        """Begin a piece that is only looked at."""
        self._operator("/Artifact BMC")

    def close_mark(self) -> None:
        """End the piece."""
        self._operator("EMC")

    def _operator(self, code: str) -> None:
        self._code.append(code)

    def _parent(self, path: TagPath) -> _Element:
        """The element for ``path``: the one drawn last where it is still the same, otherwise a new one."""
        here = self._tree
        for role, key in path:
            last = here.children[-1] if here.children else None
            if not (isinstance(last, _Element) and last.role == role and last.key == key):
                last = _Element(role, key)
                here.children.append(last)
            here = last
        return here

    def _setAnnotations(self, page: Any) -> None:  # noqa: N802 - ReportLab's hook for each page it writes
        super()._setAnnotations(page)  # type: ignore[misc]  # the stubs leave the hook out
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = self.getPageNumber() - 1
        page.Tabs = PDFName("S")

    def write_structure(self) -> None:
        """Put the tree into the document; once, after the last page."""
        document = self._doc
        catalog = document.Catalog
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        reference = document.Reference(root)
        made: dict[int, object] = {}
        root["K"] = self._written(self._tree, reference, made)
        numbers: list[object] = []
        for page, marks in sorted(self._page_marks.items()):
            numbers += [page - 1, PDFArray([made[id(leaf)] for leaf in marks])]
        root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        root["ParentTreeNextKey"] = max(self._page_marks, default=0)
        catalog.StructTreeRoot = root
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})

    def _written(self, element: _Element, parent: object, made: dict[int, object]) -> object:
        document = self._doc
        written = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.role), "P": parent})
        reference = document.Reference(written)
        made[id(element)] = reference
        children: list[object] = []
        for child in element.children:
            if isinstance(child, _Element):
                children.append(self._written(child, reference, made))
            else:
                page, mark = child
                written["Pg"] = PDFObjectReference(f"Page{page}")
                children.append(mark)
        written["K"] = PDFArray(children)
        if element.role == "TH":
            written["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Column")})
        return reference


@contextlib.contextmanager
def tagged(canvas: Canvas, path: TagPath, role: str) -> Iterator[None]:
    """What is drawn meanwhile is a ``role`` inside ``path``."""
    if not isinstance(canvas, TaggedCanvas):
        yield
        return
    canvas.open_mark(path, role)
    yield
    canvas.close_mark()


@contextlib.contextmanager
def untagged(canvas: Canvas) -> Iterator[None]:
    """What is drawn meanwhile is decoration."""
    if not isinstance(canvas, TaggedCanvas):
        yield
        return
    canvas.open_artifact()
    yield
    canvas.close_mark()
