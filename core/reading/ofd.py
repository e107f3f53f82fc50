"""OFD files (GB/T 33190-2016), the fixed-layout format in which offices exchange stamped documents.

A zip of XML parts: OFD.xml names the documents, each document its pages and page templates. A page
draws characters, paths and pictures at their places, in millimetres from the upper left corner. The
tables are found as in a PDF: by the ruled lines that enclose their cells. Seals, signatures,
annotations and attachments are parts of their own and are passed over.

Elements are known by their local names, as producers differ in namespaces and prefixes. Sections
named here are those of the standard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.base.xmlsafe import Element, attribute, child, children, local_name, parse_xml
from core.reading.base.zipsafe import SafeZip, normalise, resolve
from core.reading.pdf.drawing import (
    IDENTITY,
    TURNS,
    UNKNOWN,
    Drawing,
    Glyph,
    Matrix,
    Point,
    multiply,
    transform,
)
from core.reading.pdf.pages import document_of_pages

_MAX_PAGES: Final = 500
_MAX_DOCUMENTS: Final = 50
#: Blocks and composite objects inside one another.
_MAX_DEPTH: Final = 12
#: Points of a page's paths; a map has more, a table some thousand.
_MAX_POINTS: Final = 500_000
#: No place on paper is further away, in whatever unit.
_FAR: Final = 1e7
#: Millimetres to points, in which lines and characters are compared.
_POINTS: Final = 72 / 25.4

_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_DELTA: Final = re.compile(rf"g|{_NUMBER.pattern}", re.ASCII)
_PATH: Final = re.compile(rf"[A-Za-z]|{_NUMBER.pattern}", re.ASCII)
#: Operator of a path (9.1) → its operands; the last two are where it leads.
_OPERANDS: Final = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

_SEVERAL_REMARK: Final = "文件里有 {count} 份文档，按先后顺序读取。"
_MISSING_REMARK: Final = "文件缺少第 {pages} 页的内容，没有读取。"


def read_ofd(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The ruled tables of *data*, joined over pages, and the lines of text outside them.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`; ``SCANNED`` and its like where there
    is no text.
    """
    budget = limits.start(file)
    package = _Package(SafeZip(data, budget), budget)
    drawings: list[Drawing] = []
    remarks: list[str] = []
    roots = package.documents()
    if len(roots) > 1:
        remarks.append(_SEVERAL_REMARK.format(count=len(roots)))
    missing: list[int] = []
    for root in roots:
        for page in _Document(package, root).pages():
            if page is None:
                missing.append(len(drawings) + 1)
            drawings.append(page or Drawing())
            if len(drawings) > _MAX_PAGES:
                raise budget.too_large(f"{_MAX_PAGES} 页")
    if missing:
        remarks.append(_MISSING_REMARK.format(pages="、".join(map(str, missing[:10]))))
    return document_of_pages("ofd", drawings, budget, remarks)


class _Package:
    """The parts of the file, each parsed once."""

    def __init__(self, package: SafeZip, budget: Budget) -> None:
        self.budget = budget
        self._zip = package
        self._parsed: dict[str, Element] = {}

    def documents(self) -> list[str]:
        """The parts that are the documents' roots, in order (7.4)."""
        found: list[str] = []
        root = self.part("ofd.xml")
        if root is None:
            raise self.damaged("缺少 OFD.xml")
        for body in root:
            place = _text(child(body, "DocRoot")) if local_name(body) == "DocBody" else ""
            if place:
                found.append(self.name("ofd.xml", place))
        if not found:
            raise self.damaged("没有文档")
        if len(found) > _MAX_DOCUMENTS:
            raise self.budget.too_large(f"{_MAX_DOCUMENTS} 份文档")
        return found

    def name(self, base: str, place: str) -> str:
        """The part that *place*, written in the part *base*, means: from there, or from the top."""
        near, top = resolve(base, place), normalise(place)
        return near if near in self._zip or top not in self._zip else top

    def part(self, name: str) -> Element | None:
        """The root of a part; ``None`` where there is none of that name."""
        name = normalise(name)
        if name not in self._parsed:
            data = self._zip.read_optional(name)
            if data is None:
                return None
            # Producers' own encryption leaves the names of the parts as they are.
            if "encryptions.xml" in self._zip and not data.lstrip(b"\xef\xbb\xbf \r\n").startswith(
                b"<"
            ):
                raise NianbaoError(ReadProblem.ENCRYPTED, file=self.budget.file)
            self._parsed[name] = parse_xml(data, self.budget)
        return self._parsed[name]

    def forget(self, name: str) -> None:
        """Lets go of a part that is not needed again."""
        self._parsed.pop(normalise(name), None)

    def damaged(self, reason: str) -> NianbaoError:
        return NianbaoError(ReadProblem.DAMAGED, file=self.budget.file, reason=reason)


class _Document:
    """One document of the file: its pages, templates and composite drawings (7.5)."""

    def __init__(self, package: _Package, root: str) -> None:
        self._package = package
        self._root = root
        document = package.part(root)
        if document is None:
            raise package.damaged("缺少文档内容")
        self._document = document
        self._common = child(document, "CommonData")
        self._area = _area(child(self._common, "PageArea"))
        self._templates = {
            identity: package.name(root, place)
            for element in _inside(self._common)
            if local_name(element) == "TemplatePage"
            if (identity := attribute(element, "ID")) and (place := attribute(element, "BaseLoc"))
        }
        self._units: dict[str, Element] | None = None

    def pages(self) -> Iterator[Drawing | None]:
        """What each page draws, in order; ``None`` for one whose part is missing."""
        for number, entry in enumerate(children(self._document, "Pages")):
            place = attribute(entry, "BaseLoc")
            if local_name(entry) != "Page" or not place:
                continue
            if number > _MAX_PAGES:
                raise self._package.budget.too_large(f"{_MAX_PAGES} 页")
            name = self._package.name(self._root, place)
            page = self._package.part(name)
            yield None if page is None else self._drawn(page)
            self._package.forget(name)

    def _drawn(self, page: Element) -> Drawing:
        """The page with the templates that it names, before or behind it (7.7)."""
        area = _area(child(page, "Area")) or self._area
        top = (area[1] + area[3]) if area else 0.0
        # Points, counted upwards as a PDF's are.
        base: Matrix = (_POINTS, 0.0, 0.0, -_POINTS, 0.0, top * _POINTS)
        drawing = self._run(page, base)
        upright = sum(bool(glyph.text.strip()) for glyph in drawing.glyphs)
        # A wide table may be laid sideways on an upright page.
        if max(drawing.upwards, drawing.downwards) > upright:
            turns = 1 if drawing.upwards > drawing.downwards else 3
            drawing = self._run(page, multiply(base, TURNS[turns]))
        return drawing

    def _run(self, page: Element, base: Matrix) -> Drawing:
        drawer = _Drawer(self, base, self._package.budget)
        for element in page:
            if local_name(element) != "Template":
                continue
            name = self._templates.get(attribute(element, "TemplateID") or "")
            template = self._package.part(name) if name else None
            if template is not None:
                drawer.draw(child(template, "Content"))
        drawer.draw(child(page, "Content"))
        return drawer.drawing

    def unit(self, identity: str) -> Element | None:
        """The composite drawing of that ID, out of the document's resources (13)."""
        if self._units is None:
            self._units = {}
            for element in _inside(self._common):
                if local_name(element) not in ("PublicRes", "DocumentRes"):
                    continue
                resources = self._package.part(self._package.name(self._root, _text(element)))
                for unit in children(resources, "CompositeGraphicUnits"):
                    self._units[attribute(unit, "ID") or ""] = unit
        return self._units.get(identity)


class _Drawer:
    """Collects what the objects of a page draw."""

    def __init__(self, document: _Document, base: Matrix, budget: Budget) -> None:
        self.drawing = Drawing()
        self._document = document
        self._base = base
        self._budget = budget
        self._points = 0

    def draw(self, content: Element | None) -> None:
        """Draws a page's or template's content: its layers and the objects in them."""
        if content is not None:
            self._draw(content, self._base, 0)

    def _draw(self, block: Element, matrix: Matrix, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise self._budget.too_large(f"{_MAX_DEPTH} 层嵌套")
        for element in block:
            if attribute(element, "Visible") in ("false", "0"):
                continue
            self._budget.spend_cells(0)
            match local_name(element):
                case "TextObject":
                    self._text(element, _placed(element, matrix))
                case "PathObject":
                    self._path(element, _placed(element, matrix))
                case "ImageObject":
                    self.drawing.pictures += 1
                case "CompositeObject":
                    unit = self._document.unit(attribute(element, "ResourceID") or "")
                    inner = child(unit, "Content")
                    if inner is not None:
                        self._draw(inner, _placed(element, matrix), depth + 1)
                case "Layer" | "PageBlock":
                    self._draw(element, matrix, depth + 1)
                case _:
                    pass

    # -- characters (11) -------------------------------------------------------------------------

    def _text(self, element: Element, matrix: Matrix) -> None:
        size = _number(attribute(element, "Size"), 0.0)
        stretch = _number(attribute(element, "HScale"), 1.0)
        invisible = _number(attribute(element, "Alpha"), 255.0) == 0 or (
            attribute(element, "Fill") == "false" and attribute(element, "Stroke") != "true"
        )
        x = y = 0.0
        for code in element:
            if local_name(code) != "TextCode" or not code.text:
                continue
            # Left out, they are what they were before.
            x, y = _number(attribute(code, "X"), x), _number(attribute(code, "Y"), y)
            # A line broken inside the XML is no character.
            text = code.text.replace("\r", "").replace("\n", "")
            across = _deltas(attribute(code, "DeltaX"), len(text) - 1)
            down = _deltas(attribute(code, "DeltaY"), len(text) - 1)
            if invisible and text.strip():
                self.drawing.has_invisible_text = True
            place = (x, y)
            for at, sign in enumerate(text):
                wide = unicodedata.east_asian_width(sign) in "WFA"
                extent = size * stretch * (1.0 if wide else 0.5)
                step = across[at] if at < len(across) else None
                self._sign(sign, place, min(extent, step) if step and step > 0 else extent, size,
                           matrix)  # fmt: skip
                if step is None and at >= len(down):
                    step = extent
                place = (
                    place[0] + (step or 0.0),
                    place[1] + (down[at] if at < len(down) else 0.0),
                )

    def _sign(self, sign: str, place: Point, extent: float, size: float, matrix: Matrix) -> None:
        # Text that runs up or down the page is no part of a table, unless all of the page does.
        if abs(matrix[1]) > abs(matrix[0]):
            if sign.strip() and matrix[1] > 0:
                self.drawing.upwards += 1
            elif sign.strip():
                self.drawing.downwards += 1
            return
        left, base = transform(matrix, place)
        right, _ = transform(matrix, (place[0] + extent, place[1]))
        _, top = transform(matrix, (place[0], place[1] - size))
        shown = UNKNOWN if unicodedata.category(sign) == "Co" else sign
        # A glyph takes the memory of four cells.
        self._budget.spend_cells(4)
        self.drawing.glyphs.append(
            Glyph(shown, min(left, right), max(left, right), base, abs(top - base))
        )

    # -- paths (9) -------------------------------------------------------------------------------

    def _path(self, element: Element, matrix: Matrix) -> None:
        stroked = attribute(element, "Stroke") not in ("false", "0")
        filled = attribute(element, "Fill") in ("true", "1")
        for line in self._lines(_text(child(element, "AbbreviatedData")), matrix):
            if stroked:
                for first, second in pairwise(line):
                    self.drawing.add_line(first, second)
            elif filled:
                self.drawing.add_filled(line)

    def _lines(self, data: str, matrix: Matrix) -> Iterator[list[Point]]:
        """The corners of each part of a path; curves count for where they lead."""
        line: list[Point] = []
        for operator, numbers in _operations(data):
            self._points += 1
            if self._points > _MAX_POINTS:
                raise self._budget.too_large(f"{_MAX_POINTS} 个点")
            self._budget.spend_cells(0)
            if operator == "C":
                if line:
                    line.append(line[0])
                continue
            to = transform(matrix, (numbers[-2], numbers[-1]))
            if operator in "SM":
                if line:
                    yield line
                line = [to]
            elif operator == "L":
                line.append(to)
            else:
                if line:
                    yield line
                line = [to]
        if line:
            yield line


def _operations(data: str) -> Iterator[tuple[str, list[float]]]:
    """The operators of a path with their operands; one repeated may leave its letter out."""
    operator, numbers = "", list[float]()
    for found in _PATH.finditer(data):
        token = found[0]
        if token.isalpha():
            operator, numbers = token.upper(), []
            if operator == "C":
                yield operator, []
            continue
        wanted = _OPERANDS.get(operator, 0)
        if not wanted:
            continue
        numbers.append(_float(token))
        if len(numbers) == wanted:
            yield operator, numbers
            numbers = []
            operator = "L" if operator in "SM" else operator


def _deltas(text: str | None, count: int) -> list[float]:
    """The distances between *count* + 1 characters; ``g n d`` is n times d (11.3)."""
    found: list[float] = []
    tokens = (match[0] for match in _DELTA.finditer(text or ""))
    for token in tokens:
        if len(found) >= count:
            break
        if token != "g":
            found.append(_float(token))
            continue
        times, distance = next(tokens, "0"), next(tokens, "0")
        if "g" in (times, distance):
            break
        found += [_float(distance)] * int(min(max(_float(times), 0), count - len(found)))
    return found


def _placed(element: Element, outer: Matrix) -> Matrix:
    """From the object's own places to the page's: its CTM, then its boundary's corner (8.5)."""
    own: Matrix = IDENTITY
    numbers = _numbers(attribute(element, "CTM"))
    if len(numbers) == 6:
        own = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    boundary = _numbers(attribute(element, "Boundary"))
    if len(boundary) >= 2:
        own = multiply(own, (1.0, 0.0, 0.0, 1.0, boundary[0], boundary[1]))
    return multiply(own, outer)


def _area(element: Element | None) -> tuple[float, float, float, float] | None:
    """Corner, width and height of the paper."""
    numbers = _numbers(_text(child(element, "PhysicalBox")))
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) >= 4 else None


def _inside(element: Element | None) -> Iterator[Element]:
    return iter(()) if element is None else iter(element)


def _text(element: Element | None) -> str:
    return "".join(element.itertext()).strip() if element is not None else ""


def _numbers(text: str | None) -> list[float]:
    return [_float(found[0]) for found in islice(_NUMBER.finditer(text or ""), 16)]


def _float(digits: str) -> float:
    """A number as a place on paper: what is out of all bounds is at them."""
    return max(-_FAR, min(_FAR, float(digits)))


def _number(text: str | None, otherwise: float) -> float:
    numbers = _numbers(text)
    return numbers[0] if numbers else otherwise
