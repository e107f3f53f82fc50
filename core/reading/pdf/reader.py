"""PDF files with a text layer: ruled tables by their lines, other text by its places.

A scan has no text; it is refused in words, since recognising figures in pictures is guessing.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, LimitReachedError

from core.problems import NianbaoError
from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.pdf.content import Interpreter, content_data
from core.reading.pdf.drawing import TURNS, Drawing
from core.reading.pdf.objects import (
    MAX_STREAM_BYTES,
    PdfDict,
    bounded,
    check_text_filters,
    number,
    resolve,
)
from core.reading.pdf.pages import document_of_pages

#: pypdf tells of damage in English, on the screen where nothing takes it; ours is told in Chinese.
_SILENT: Final = logging.NullHandler()
_MAX_PAGES: Final = 500
_MAX_TREE_DEPTH: Final = 40


def read_pdf(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The ruled tables of *data*, joined over pages, and the lines of text outside them.

    Raises :class:`NianbaoError` with a :class:`ReadProblem`; ``SCANNED`` and its like where there
    is no text.
    """
    budget = limits.start(file)
    try:
        check_text_filters(data, budget)
        with bounded():
            drawings = [_draw(page, inherited, budget) for page, inherited in _pages(data, budget)]
    except NianbaoError:
        raise
    except (MemoryError, RecursionError) as error:
        raise budget.too_large("可用的内存") from error
    except LimitReachedError as error:
        raise budget.too_large(f"{2 * MAX_STREAM_BYTES // 1024**2} MB 的一页") from error
    # pypdf raises whatever damaged objects lead it into, from KeyError to AssertionError.
    except Exception as error:
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="PDF 结构有误") from error
    return document_of_pages("pdf", drawings, budget)


def _pages(data: bytes, budget: Budget) -> Iterator[tuple[PdfDict, dict[str, object]]]:
    """Each page with what it inherits from the page tree."""
    logging.getLogger("pypdf").addHandler(_SILENT)
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not _opens_without_password(reader):
        raise NianbaoError(ReadProblem.ENCRYPTED, file=budget.file)
    trailer = resolve(reader.trailer)
    catalogue = trailer.dict("/Root") if isinstance(trailer, PdfDict) else None
    tree = catalogue.dict("/Pages") if catalogue is not None else None
    if tree is None:
        raise NianbaoError(ReadProblem.DAMAGED, file=budget.file, reason="缺少页面")
    stack: list[tuple[PdfDict, dict[str, object], int]] = [(tree, {}, 0)]
    seen: set[int] = set()
    pages = 0
    while stack:
        node, inherited, depth = stack.pop()
        if node.identity in seen or depth > _MAX_TREE_DEPTH:
            continue
        seen.add(node.identity)
        budget.check_time()
        own = {key: node.get(key) for key in ("/Resources", "/MediaBox", "/Rotate")}
        inherited = inherited | {key: value for key, value in own.items() if value is not None}
        kids = [kid for kid in node.array("/Kids") if isinstance(kid, PdfDict)]
        if kids:
            stack += [(kid, inherited, depth + 1) for kid in reversed(kids)]
            continue
        pages += 1
        if pages > _MAX_PAGES:
            raise budget.too_large(f"{_MAX_PAGES} 页")
        yield node, inherited


def _opens_without_password(reader: PdfReader) -> bool:
    """Whether the file is only protected against printing or changes, in a cipher known here."""
    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):
        return False


def _draw(page: PdfDict, inherited: dict[str, object], budget: Budget) -> Drawing:
    turns = int(number(inherited.get("/Rotate"), 0.0)) // 90
    drawing = _run(page, inherited, turns, budget)
    upright = sum(bool(glyph.text.strip()) for glyph in drawing.glyphs)
    # A wide table may be printed sideways on a page that says nothing of it.
    if max(drawing.upwards, drawing.downwards) > upright:
        turns += 1 if drawing.upwards > drawing.downwards else 3
        drawing = _run(page, inherited, turns, budget)
    return drawing


def _run(page: PdfDict, inherited: dict[str, object], turns: int, budget: Budget) -> Drawing:
    resources = inherited.get("/Resources")
    interpreter = Interpreter(budget, TURNS[turns % 4])
    interpreter.run(
        content_data(page, budget), resources if isinstance(resources, PdfDict) else None
    )
    return interpreter.drawing
