"""Plain text: the tables that Word, WPS and text extractors flattened into it, and the narrative.

Each way of flattening has a finder of its own (``tabbed``, ``ruled``, ``spaced``); they are asked
in the order of how unmistakable their signs are, and what none of them claims is running text.
"""

from __future__ import annotations

from core.problems import NianbaoError
from core.reading.base.encoding import SAMPLE_BYTES, decode
from core.reading.base.limits import Budget, Limits
from core.reading.base.raw import RawDocument, RawTable, ReadProblem
from core.reading.text.delimited_lines import find_delimited
from core.reading.text.drawn import find_under_rulers
from core.reading.text.piped import find_piped
from core.reading.text.segments import Found, cut
from core.reading.text.spaced import find_spaced
from core.reading.text.stacked import find_stacked
from core.reading.text.tabbed import find_led, find_separated

FINDERS = (
    find_piped,
    find_under_rulers,
    find_led,
    find_separated,
    find_delimited,
    find_spaced,
    find_stacked,
)
_BYTES_FOR_EACH = 8
"""Memory for each byte of a text file: its characters, lines and cells are held at once."""
_LINES_FOR_EACH_ROW = 4
_SOME_LOST = "文件中有 {count} 处文字无法识别（编码可能有误），请核对导入的内容。"
_NEWLINES = str.maketrans({"\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})


def read_text(data: bytes, file: str, limits: Limits) -> RawDocument:
    """The tables and the narrative of a plain-text file in any of the usual Chinese encodings.

    Raises NianbaoError with EMPTY, TOO_LARGE, TOO_SLOW, or UNKNOWN_KIND for a file that is no text.
    """
    budget = limits.start(file)
    text, remarks = decoded(data, budget)
    return parse_text(text, budget, remarks)


def decoded(data: bytes, budget: Budget, declared: str | None = None) -> tuple[str, list[str]]:
    """*data* as text with ``\\n`` at line ends, and remarks on what could not be decoded.

    Raises NianbaoError with EMPTY, TOO_LARGE, TOO_SLOW or UNKNOWN_KIND.
    """
    budget.check_file_bytes(len(data))
    budget.spend_bytes(_BYTES_FOR_EACH * len(data))
    result = decode(data, declared)
    text = result.text.replace("\r\n", "\n").replace("\r", "\n").translate(_NEWLINES)
    if not text.strip("\ufeff\x00\x1a \t\n"):
        raise NianbaoError(ReadProblem.EMPTY, file=budget.file)
    sample = text[:SAMPLE_BYTES]
    strange = sum(
        (char < " " and char not in "\n\t\x07\x1a") or char == "\ufffd" for char in sample
    )
    if strange > len(sample) / 20 + 2:
        raise NianbaoError(ReadProblem.UNKNOWN_KIND, file=budget.file, kind="二进制文件")
    remarks = [_SOME_LOST.format(count=result.failures)] if result.failures else []
    return text.strip("\ufeff\x1a\x00"), remarks


def parse_text(text: str, budget: Budget, remarks: list[str] | None = None) -> RawDocument:
    """Find the tables in a text whose lines end with ``\\n`` (also used for the clipboard)."""
    if text.count("\n") > _LINES_FOR_EACH_ROW * budget.limits.max_rows:
        raise budget.too_large(f"{budget.limits.max_rows} 行")
    if text.count("\t") + text.count("|") > budget.limits.max_cells:
        raise budget.too_large(f"{budget.limits.max_cells} 个单元格")
    # Word's mark for the end of a cell survives in some extracted texts.
    lines = text.replace("\x07", "\t").split("\n")
    segments = cut(lines, FINDERS, budget)
    tables: list[RawTable] = []
    narrative: list[str] = []
    said = list(remarks or [])
    for segment in segments:
        if segment.table is None:
            narrative.extend(segment.lines)
            continue
        budget.check_rows(len(segment.table.rows))
        tables.append(_as_table(segment.table))
        if segment.table.remark and segment.table.remark not in said:
            said.append(segment.table.remark)
    kept = "\n".join(line.rstrip() for line in narrative if line.strip())
    return RawDocument("text", tuple(tables), kept, tuple(said))


def _as_table(found: Found) -> RawTable:
    return RawTable(tuple(map(tuple, found.rows)), blanks_lost=True)
