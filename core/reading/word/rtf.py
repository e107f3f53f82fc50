"""Rich Text Format, as Word, WPS, WordPad and LibreOffice write it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.problems import NianbaoError
from core.reading.base.encoding import codec_of, plausibility
from core.reading.base.inner import INNER_TABLE_REMARK
from core.reading.base.limits import Budget, Limits
from core.reading.base.marks import PLAIN_RUN, NamedStyles, RunStyle, bracketed, raised
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.word.flow import Flow, Merge, RowShape
from core.reading.word.rtf_tokens import CHARSET_PAGES, Kind, Token, tokens

_MAX_GROUPS = 500
"""Groups open at once; real files stay below 30."""
_TOKENS_BETWEEN_CHECKS = 4096
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHANGED = "文档含有修订删除、加删除线或隐藏的文字，没有读取，请核对导入的数字。"
_ELSEWHERE = "文档的脚注、批注或文本框里有文字，没有读取。"
_CUT_SHORT = "文件末尾不完整，可能缺少部分内容，请核对。"

# fmt: off
_SKIPPED = frozenset((
    "colortbl", "info", "pict", "header", "headerl", "headerr", "headerf",
    "footer", "footerl", "footerr", "footerf", "footnote", "annotation", "listtable",
    "listoverridetable", "revtbl", "nonesttables", "xe", "tc", "rxe", "private", "shptxt",
    "objdata", "filetbl", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "atnid", "atnauthor",
))
# fmt: on
_ELSEWHERE_WORDS = frozenset(("footnote", "annotation", "shptxt"))
_READ_THOUGH_STARRED = frozenset(("nesttableprops", "cs"))
_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": "\u3000",
    "enspace": " ",
    "qmspace": " ",
}
_SIGNS = {b"~": "\xa0", b"_": "-"}
_PAGES = {"ansi": 1252, "mac": 10000, "pc": 437, "pca": 850}


@dataclass
class _State:
    """What a group inherits and its end restores."""

    skipped: bool = False
    fonts: bool = False
    nested_row: bool = False
    font: int | None = None
    fallback: int = 1
    """``\\ucN``: how many characters stand after each ``\\u`` for readers without Unicode."""
    styles: bool = False
    """Inside the style sheet."""
    deleted: bool = False
    run: RunStyle = PLAIN_RUN
    """What the run itself says."""
    paragraph_style: int | None = None
    own_style: int | None = None
    in_table: bool = False
    depth: int = 0


@dataclass
class _RowDefinition:
    """``\\trowd`` and what follows it, up to the next ``\\trowd``."""

    left: int = 0
    edges: list[int] = field(default_factory=list[int])
    merges: list[Merge] = field(default_factory=list[Merge])
    merge: Merge = Merge.NONE

    def shape(self) -> RowShape:
        """As the table builder wants it."""
        return RowShape((self.left, *self.edges), tuple(self.merges)) if self.edges else RowShape()


def read_rtf(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables and the running text of an RTF document.

    Headers, footers, footnotes, comments and text boxes are left out; text deleted under
    revision marks and hidden text too, and both is said in the remarks.
    Raises NianbaoError with DAMAGED, TOO_LARGE or TOO_SLOW.
    """
    budget = limits.start(file)
    budget.check_file_bytes(len(data))
    budget.spend_bytes(len(data))
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        raise NianbaoError(ReadProblem.DAMAGED, file=file, reason="没有 RTF 文件头")
    return _Reader(budget).read(data.removeprefix(b"\xef\xbb\xbf"))


class _Reader:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._flow = Flow(budget)
        self._state = _State()
        self._stack: list[_State] = []
        self._page = 1252
        self._default_font: int | None = None
        self._font_pages: dict[int, int] = {}
        self._bytes = bytearray()
        self._paragraph = io.StringIO()
        self._to_skip = 0
        self._starred = False
        self._outer = _RowDefinition()
        self._nested = _RowDefinition()
        self._row_open = False
        self._styles = NamedStyles()
        self._styles_matter = False
        #: the style that the style sheet defines at present, and the one that it is based on
        self._defined: str = ""
        self._based_on: int | None = None
        self._changed = False
        self._elsewhere = False
        self._words = self._handlers()

    def read(self, data: bytes) -> RawDocument:
        for count, token in enumerate(tokens(data)):
            if count % _TOKENS_BETWEEN_CHECKS == 0:
                self._budget.check_time()
            if token.kind is Kind.BYTES:
                self._take_bytes(token.data)
            elif token.kind is Kind.WORD:
                self._take_word(token)
            elif token.kind is Kind.SIGN:
                self._take_sign(token.data)
            elif token.kind is Kind.OPEN:
                self._open_group()
            else:
                self._close_group()
        cut_short = bool(self._stack)
        self._flow.paragraph(self._taken(), self._depth())
        tables, text = self._flow.finish()
        remarks = [
            remark
            for remark, holds in (
                (_CHANGED, self._changed),
                (_ELSEWHERE, self._elsewhere),
                (_CUT_SHORT, cut_short),
                (INNER_TABLE_REMARK, self._flow.has_inner_figures),
            )
            if holds
        ]
        return RawDocument("rtf", tables, text, tuple(remarks))

    # --- groups ---------------------------------------------------------------------------------

    def _open_group(self) -> None:
        self._flush()
        self._to_skip = 0
        self._starred = False
        if len(self._stack) >= _MAX_GROUPS:
            raise self._budget.too_large(f"{_MAX_GROUPS} 层嵌套")
        self._stack.append(self._state)
        self._state = replace(self._state)

    def _close_group(self) -> None:
        self._flush()
        self._to_skip = 0
        self._starred = False
        if self._state.styles and not self._state.skipped:
            self._end_style()
        if self._stack:
            self._state = self._stack.pop()

    # --- text -----------------------------------------------------------------------------------

    def _take_bytes(self, data: bytes) -> None:
        self._starred = False
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if data and self._shown():
            self._bytes += data

    def _take_sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif sign in b"\\{}":
            self._take_bytes(sign)
        elif self._to_skip:
            self._to_skip -= 1
        elif sign in b"\r\n":
            self._end_paragraph()
        elif sign in _SIGNS:
            self._put(_SIGNS[sign])

    def _put(self, text: str) -> None:
        self._flush()
        if self._shown():
            self._paragraph.write(self._marked(text))

    def _shown(self) -> bool:
        state = self._state
        if state.skipped or state.fonts or state.styles:
            return False
        if state.run.hidden or state.deleted or state.run.struck:
            self._changed = True
            return False
        return True

    def _marked(self, text: str) -> str:
        """*text* as its run and its styles show it.

        Programs differ in whether a style counts that the run does not repeat; text that it would
        strike out, hide or raise is set apart, so that no figure comes of it.
        """
        state = self._state
        if state.run.raised:
            return raised(text)
        if not self._styles_matter:
            return text
        style = self._styles.of(("s", state.paragraph_style))
        style = self._styles.of(("cs", state.own_style)).over(style)
        return bracketed(text) if any(state.run.over(style)) else text

    def _flush(self) -> None:
        """Decode the bytes that have come in; two bytes of one character never lie further apart."""
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        font = self._state.font if self._state.font is not None else self._default_font
        page = self._font_pages.get(font, self._page) if font is not None else self._page
        text = _decoded(data, page)
        self._paragraph.write(self._marked(text))

    def _taken(self) -> str:
        """The text since the last mark, taken out."""
        self._flush()
        text = self._paragraph.getvalue()
        self._paragraph = io.StringIO()
        if _SURROGATE.search(text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    # --- control words --------------------------------------------------------------------------

    def _take_word(self, token: Token) -> None:
        starred, self._starred = self._starred, False
        name, number = token.name, token.number
        if name in _ELSEWHERE_WORDS:
            self._elsewhere = True
        if self._state.skipped:
            return
        if (starred and name not in _READ_THOUGH_STARRED) or name in _SKIPPED:
            self._flush()
            self._state.skipped = True
        elif name == "u" and number is not None:
            self._to_skip = 0
            self._put(chr(number & 0xFFFF))
            self._to_skip = self._state.fallback
        elif self._to_skip:
            # A control word counts as one character of the stand-in text.
            self._to_skip -= 1
        elif name in _CHARACTERS:
            self._put(_CHARACTERS[name])
        else:
            handle = self._words.get(name)
            if handle is not None:
                self._flush()
                handle(number)

    def _handlers(self) -> Mapping[str, Callable[[int | None], None]]:
        return {
            **{name: self._set_page_by(page) for name, page in _PAGES.items()},
            "ansicpg": self._set_page,
            "deff": self._set_default_font,
            "fonttbl": lambda _: self._set("fonts", True),
            "f": self._set_font,
            "fcharset": self._set_charset,
            "cpg": self._set_font_page,
            "uc": lambda number: self._set("fallback", min(max(number or 0, 0), 64)),
            "stylesheet": lambda _: self._set("styles", True),
            "s": lambda number: self._set_style("s", number),
            "cs": lambda number: self._set_style("cs", number),
            "sbasedon": self._set_parent,
            "deleted": lambda number: self._set("deleted", number != 0),
            "v": lambda number: self._set_run(hidden=number != 0),
            "strike": lambda number: self._set_run(struck=number != 0),
            "striked": lambda number: self._set_run(struck=number != 0),
            "super": lambda number: self._set_run(raised=number != 0),
            "sub": lambda number: self._set_run(raised=number != 0),
            "up": lambda number: self._set_run(raised=number != 0),
            "dn": lambda number: self._set_run(raised=number != 0),
            "nosupersub": lambda _: self._set_run(raised=False),
            "plain": self._plain,
            "pard": self._plain_paragraph,
            "intbl": lambda _: self._set("in_table", True),
            "itap": lambda number: self._set("depth", max(number or 0, 0)),
            "nesttableprops": lambda _: self._set("nested_row", True),
            "par": lambda _: self._end_paragraph(),
            "sect": lambda _: self._end_paragraph(),
            "page": lambda _: self._end_paragraph(),
            "cell": lambda _: self._end_cell(1),
            "nestcell": lambda _: self._end_cell(max(self._depth(), 2)),
            "row": lambda _: self._end_row(1),
            "nestrow": lambda _: self._end_row(max(self._depth(), 2)),
            "trowd": lambda _: self._begin_row(),
            "trleft": self._set_left,
            "cellx": self._add_edge,
            "clmrg": lambda _: self._merge(Merge.LEFT),
            "clvmrg": lambda _: self._merge(Merge.ABOVE),
        }

    def _set(self, name: str, value: object) -> None:
        setattr(self._state, name, value)

    def _set_run(self, **changes: bool) -> None:
        self._state.run = self._state.run._replace(**changes)

    def _set_style(self, kind: str, number: int | None) -> None:
        if self._state.styles:
            self._defined, self._based_on = f"{kind}{number or 0}", None
        else:
            self._set("paragraph_style" if kind == "s" else "own_style", number or 0)

    def _set_parent(self, number: int | None) -> None:
        self._based_on = number

    def _end_style(self) -> None:
        """A group of the style sheet ends: one style, of the kind and number that it has named."""
        if not self._defined:
            return
        kind = self._defined.rstrip("0123456789-")
        number = int(self._defined.removeprefix(kind))
        self._budget.spend_cells()
        style = self._state.run
        parent = (kind, self._based_on) if self._based_on is not None else None
        self._styles.add((kind, number), parent, style)
        self._styles_matter |= any(style)
        self._defined, self._based_on = "", None

    def _set_page_by(self, page: int) -> Callable[[int | None], None]:
        return lambda _: self._set_page(page)

    def _set_page(self, number: int | None) -> None:
        self._page = number or self._page

    def _set_default_font(self, number: int | None) -> None:
        self._default_font = number

    def _set_font(self, number: int | None) -> None:
        self._state.font = number

    def _set_charset(self, number: int | None) -> None:
        page = CHARSET_PAGES.get(number or 0)
        if self._state.fonts and self._state.font is not None and page is not None:
            self._font_pages[self._state.font] = page

    def _set_font_page(self, number: int | None) -> None:
        if self._state.fonts and self._state.font is not None and number:
            self._font_pages[self._state.font] = number

    def _plain(self, _: int | None) -> None:
        state = self._state
        state.deleted = False
        # Plain is what the style makes of it, so nothing is said of the run.
        state.run, state.own_style, state.font = PLAIN_RUN, None, None

    def _plain_paragraph(self, _: int | None) -> None:
        self._state.in_table = False
        self._state.depth = 0
        if not self._state.styles:
            self._state.paragraph_style = None

    # --- paragraphs and tables ------------------------------------------------------------------

    def _depth(self) -> int:
        """Nesting depth of the present paragraph; a row that has begun counts without ``\\intbl``."""
        if self._state.depth:
            return self._state.depth
        return 1 if self._state.in_table or self._row_open else 0

    def _end_paragraph(self) -> None:
        if not (self._state.skipped or self._state.fonts or self._state.styles):
            self._flow.paragraph(self._taken(), self._depth())

    def _end_cell(self, depth: int) -> None:
        self._flow.end_cell(self._taken(), depth)

    def _end_row(self, depth: int) -> None:
        left_over = self._taken()
        if left_over.strip():
            self._flow.end_cell(left_over, depth)
        definition = self._nested if self._state.nested_row else self._outer
        self._flow.end_row(depth, definition.shape())
        if depth == 1:
            self._row_open = False

    def _begin_row(self) -> None:
        if self._state.nested_row:
            self._nested = _RowDefinition()
        else:
            self._outer = _RowDefinition()
            self._row_open = True

    def _row(self) -> _RowDefinition:
        return self._nested if self._state.nested_row else self._outer

    def _set_left(self, number: int | None) -> None:
        self._row().left = number or 0

    def _merge(self, merge: Merge) -> None:
        self._row().merge = merge

    def _add_edge(self, number: int | None) -> None:
        row = self._row()
        self._budget.spend_cells()
        row.edges.append(number or 0)
        row.merges.append(row.merge)
        row.merge = Merge.NONE


def _decoded(data: bytes, page: int) -> str:
    """*data* by its code page, or as GB18030 where that is plainly what a Western page hides."""
    text = data.decode(codec_of(page), "replace")
    if page == 1252 and not data.isascii():
        chinese = data.decode("gb18030", "replace")
        if plausibility(chinese) > plausibility(text):
            return chinese
    return text
