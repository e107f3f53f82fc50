"""Makes last year's report with cells that show something else than they store, in every format.

    python -m tests.reference.make_shown FOLDER

For each way (struck out, raised, by a style, through a number format, hidden …) the 2014 form with the
2018 figures and the 2021 form with made-up ones are written as a text document and as a workbook, in
which some cells are so; LibreOffice saves each in all formats that can carry it.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from core.catalog import Catalog
from core.reading.base.raw import RawTable
from core.values import CellValue
from tests.core.figures import consistent_2021, figures_2018
from tests.core.matching.published_2021 import published
from tests.reference.make_files import (
    FOOT,
    QUIRKS,
    SHEET_FORMATS,
    TEXT_FORMATS,
    TITLE,
    convert,
    lines,
)

#: form → year of its figures
FORMS: Final = {"cn-2014-beijing": 2018, "cn-2021": 2021}
#: In these formats no run, cell or row has a style.
_PLAIN: Final = ("txt", "csv")


@dataclass(frozen=True)
class Way:
    """One way in which a cell shows something else than it stores.

    ``text`` and ``sheet`` give the cell's style, stored number ("" for a text) and paragraph, from
    its figure; ``None`` where such documents cannot have it. ``figure``: the figure that a reader of
    the page sees, ``None`` where there is none that is sure. ``is_styled``: carried by styles only,
    which plain formats lose. ``hides``: ``row`` or ``column``, beside the figure.
    """

    name: str
    text: Callable[[int], tuple[str, str, str]] | None
    sheet: Callable[[int], tuple[str, str, str]] | None
    figure: Callable[[int], int | None]
    is_styled: bool = True
    hides: str = ""
    #: formats in which LibreOffice does not write it
    lost_in: tuple[str, ...] = ()


def _run(style: str, before: str, after: str) -> Callable[[int], tuple[str, str, str]]:
    """A text with *before* or *after* the figure in the run style."""

    def cell(figure: int) -> tuple[str, str, str]:
        runs = [f'<text:span text:style-name="{style}">{part}</text:span>' if part else ""
                for part in (before, after)]  # fmt: skip
        return "", "", f"{runs[0]}{figure}{runs[1]}"

    return cell


def _cell(
    style: str, *, stored: Callable[[int], str] = str
) -> Callable[[int], tuple[str, str, str]]:
    return lambda figure: (style, stored(figure), stored(figure))


def _text_cell(style: str) -> Callable[[int], tuple[str, str, str]]:
    return lambda figure: (style, "", str(figure))


def _itself(figure: int) -> int | None:
    return figure


def _nothing(_: int) -> int | None:
    return None


WAYS: Final = (
    # LibreOffice gives a sheet's whole cell the style of its first run, and knows no named ones.
    Way("struck_run", _run("struck", "12", ""), _run("struck", "", "12"), _itself),
    Way("struck_run_by_style", _run("Deleted", "12", ""), None, _itself),
    Way("struck_cell", _text_cell("struck_text"), _cell("struck_cell"), _nothing),
    Way("struck_cell_by_style", _text_cell("DeletedText"), _cell("DeletedCell"), _nothing),
    Way("raised", _run("raised", "", "2"), _run("raised", "", "2"), _itself),
    Way("raised_by_style", _run("Mark", "", "2"), None, _itself),
    Way("lowered", _run("lowered", "", "2"), _run("lowered", "", "2"), _itself),
    Way("hidden_run", _run("hidden", "12", ""), None, _itself, lost_in=("word.xml",)),
    Way("framed", lambda figure: ("frame", "", str(figure)), None, _itself),
    Way("wan", None, _cell("wan"), _nothing, is_styled=False),
    Way("about", None, _cell("about"), _nothing, is_styled=False),
    Way("word", None, _cell("word"), _nothing, is_styled=False),
    Way("percent", None, _cell("percent"), _nothing, is_styled=False),
    Way("yen", None, _cell("yen"), _nothing, is_styled=False),
    Way("nothing", None, _cell("nothing"), _nothing, is_styled=False),
    Way("thousands", None, _cell("thousands", stored=lambda f: f"{f}000"), lambda f: f * 1000,
        is_styled=False),
    Way("condition", None, _cell("condition"), _itself, is_styled=False),
    Way("rounded", None, _cell("rounded", stored=lambda f: f"{f}.4"), _itself, is_styled=False),
    Way("hidden_column", None, _cell(""), _itself, hides="column"),
    Way("hidden_row", None, _cell(""), _itself, hides="row"),
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A form's tables with its figures, and the cells that are altered in them."""

    form_id: str
    tables: tuple[RawTable, ...]
    figures: Mapping[str, CellValue]
    #: (table, row, column) → cell key
    altered: Mapping[tuple[int, int, int], str]

    def expected(self, way: Way) -> dict[str, CellValue]:
        """What is right to read, by cell; ``None`` where nothing may be taken as sure."""
        right = dict(self.figures)
        for key in self.altered.values():
            figure = self.figures[key]
            right[key] = way.figure(int(figure)) if isinstance(figure, int) else None
        return right


def samples() -> list[Sample]:
    """The 2014 form with the figures of 2018, and the 2021 form with made-up ones."""
    plain = QUIRKS[0]
    old = RawTable(tuple(map(tuple, plain.rows())))
    keys = [line.code for line in lines()]
    of_2018 = figures_2018()
    altered = {
        (0, at + 1, 2): key
        for at, key in enumerate(keys)
        if key in of_2018 and int(str(of_2018[key])) > 0 and not key.startswith("7")
    }
    made = [Sample("cn-2014-beijing", (old,), of_2018, _some(altered))]
    form = Catalog.standard().form("cn-2021")
    figures = consistent_2021(form, random.Random(7))
    document = published(form, figures, year=2021)
    # Each cell's place: by what is printed where every cell has a number of its own.
    numbered = published(form, {key: 100_000 + at for at, key in enumerate(form.cells)}, year=2021)
    by_number = {str(100_000 + at): key for at, key in enumerate(form.cells)}
    places = {
        (number, row, column): by_number[text]
        for number, table in enumerate(numbered.tables)
        for row, texts in enumerate(table.rows)
        for column, text in enumerate(texts)
        # Not those that are merged from several.
        if text in by_number and not {(row, column), (row, column + 1)} & table.merged
    }
    counts = {
        place: key
        for place, key in places.items()
        if isinstance(figures[key], int) and int(str(figures[key])) > 0
        and form.cells[key].unit.name != "万元"
    }  # fmt: skip
    made.append(Sample("cn-2021", document.tables, figures, _some(counts)))
    return made


def _some(places: Mapping[tuple[int, int, int], str]) -> dict[tuple[int, int, int], str]:
    """Every fourth of them, at most eight."""
    return dict(list(places.items())[::4][:8])


_SPACES: Final = (
    ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
    ("fo", "xsl-fo-compatible"), ("number", "datastyle"),
)  # fmt: skip


def _style(name: str, family: str, properties: str, data: str = "") -> str:
    of_data = f' style:data-style-name="{data}"' if data else ""
    return f'<style:style style:name="{name}" style:family="{family}"{of_data}>{properties}</style:style>'


def _letters(entries: str) -> str:
    return f"<style:text-properties {entries}/>"


_STRUCK: Final = _letters(
    'style:text-line-through-style="solid" style:text-line-through-type="single"'
)
_DIGITS: Final = '<number:number number:decimal-places="{}" number:min-integer-digits="1"{}/>'
_NUMBERS: Final = {
    "wan": _DIGITS.format(0, "") + "<number:text>万</number:text>",
    "about": "<number:text>约</number:text>" + _DIGITS.format(0, ""),
    "word": "<number:text>无</number:text>",
    "percent": _DIGITS.format(0, "") + "<number:text>%</number:text>",
    "yen": "<number:text>¥</number:text>" + _DIGITS.format(2, ' number:grouping="true"'),
    "nothing": "<number:text></number:text>",
    "thousands": _DIGITS.format(1, ' number:display-factor="1000"') + "<number:text>千</number:text>",
    "rounded": _DIGITS.format(0, ""),
}  # fmt: skip
_CONDITION: Final = (
    '<number:number-style style:name="Ncondition0" style:volatile="true">'
    + _DIGITS.format(1, ' number:display-factor="1000"')
    + '<number:text>千</number:text></number:number-style><number:number-style style:name="Ncondition">'
    + _DIGITS.format(0, "")
    + '<style:map style:condition="value()&gt;=100000" style:apply-style-name="Ncondition0"/>'
    "</number:number-style>"
)
_BORDER: Final = (
    '<style:table-cell-properties fo:border="0.5pt solid #000000" fo:wrap-option="wrap"/>'
)


def _flat(kind: str, body: str) -> str:
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for prefix, space in _SPACES
    )
    named = (
        _style("Deleted", "text", _STRUCK) + _style("DeletedText", "paragraph", _STRUCK)
        # A text document's cells have no named styles.
        + (_style("DeletedCell", "table-cell", _BORDER + _STRUCK) if kind == "spreadsheet" else "")
        + _style("Mark", "text", _letters('style:text-position="super 58%"'))
    )  # fmt: skip
    numbers = _CONDITION + "".join(
        f'<number:number-style style:name="N{name}">{parts}</number:number-style>'
        for name, parts in _NUMBERS.items()
    )
    own = (
        _style("struck", "text", _STRUCK) + _style("struck_text", "paragraph", _STRUCK)
        + _style("raised", "text", _letters('style:text-position="super 58%"'))
        + _style("lowered", "text", _letters('style:text-position="sub 58%"'))
        + _style("hidden", "text", _letters('text:display="none"'))
        + _style("ruled", "table-cell", _BORDER) + _style("struck_cell", "table-cell", _BORDER + _STRUCK)
        + "".join(_style(name, "table-cell", _BORDER, f"N{name}") for name in (*_NUMBERS, "condition"))
        + "".join(
            _style(f"wide{width}", "table-column",
                   f'<style:table-column-properties style:column-width="{width}cm"/>')
            for width in (2, 9)
        )
    )  # fmt: skip
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {names} office:version="1.3"'
        f' office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        f"<office:styles>{named}</office:styles>"
        f"<office:automatic-styles>{numbers}{own}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>\n"
    )


def _paragraphs(text: str, style: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    return "".join(f"<text:p{named}>{escape(line)}</text:p>" for line in text.split("\n"))


def _table(sample: Sample, number: int, way: Way, *, is_sheet: bool, extra: Sequence[str]) -> str:
    table = sample.tables[number]
    width = max(map(len, table.rows))
    cell_of = way.sheet if is_sheet else way.text
    assert cell_of is not None
    hidden_at = min(
        (column for table_, _, column in sample.altered if table_ == number), default=width
    ) if way.hides == "column" else width + 1  # fmt: skip
    columns = "".join(
        '<table:table-column table:style-name="wide2" table:visibility="collapse"/>'
        * (at == hidden_at)
        + f'<table:table-column table:style-name="wide{9 if at == 0 else 2}"/>'
        for at in range(width)
    )
    rows = "".join(
        f'<table:table-row><table:table-cell table:style-name="ruled" office:value-type="string">'
        f"{_paragraphs(line)}</table:table-cell></table:table-row>"
        for line in extra
    )
    for at, texts in enumerate(table.rows):
        cells: list[str] = []
        decoy: list[str] = []
        for column in range(width):
            text = texts[column] if column < len(texts) else ""
            if column == hidden_at:
                decoy_text = str(int(text) + 7) if text.isdecimal() else text
                cells.append(_plain_cell(decoy_text, is_sheet=is_sheet))
            if (number, at, column) in sample.altered:
                cells.append(_altered(text, cell_of, is_sheet=is_sheet))
                decoy.append(_plain_cell(str(int(text) + 7), is_sheet=is_sheet))
            elif (at, column) in table.merged:
                cells.append("<table:covered-table-cell/>")
                decoy.append("<table:covered-table-cell/>")
            else:
                cells.append(_spanned(table, at, column, text, is_sheet=is_sheet))
                decoy.append(_plain_cell(text, is_sheet=is_sheet))
        is_decoyed = way.hides == "row" and any(
            place[:2] == (number, at) for place in sample.altered
        )
        if is_decoyed and not any(row == at for row, _ in table.merged):
            rows += (
                f'<table:table-row table:visibility="collapse">{"".join(decoy)}</table:table-row>'
            )
        rows += f"<table:table-row>{''.join(cells)}</table:table-row>"
    return f'<table:table table:name="表{number + 1}">{columns}{rows}</table:table>'


def _plain_cell(text: str, spans: str = "", *, is_sheet: bool) -> str:
    value = 'office:value-type="string"'
    if is_sheet and text.isdecimal():
        value = f'office:value-type="float" office:value="{text}"'
    return (
        f'<table:table-cell table:style-name="ruled"{spans} {value}>{_paragraphs(text)}'
        "</table:table-cell>"
    )


def _spanned(table: RawTable, row: int, column: int, text: str, *, is_sheet: bool) -> str:
    across = down = 1
    while (row, column + across) in table.merged and table.rows[row][column + across] == text:
        across += 1
    while (row + down, column) in table.merged and table.rows[row + down][column] == text:
        down += 1
    spans = (
        f' table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
        if across * down > 1
        else ""
    )
    return _plain_cell(text, spans, is_sheet=is_sheet)


def _altered(text: str, cell_of: Callable[[int], tuple[str, str, str]], *, is_sheet: bool) -> str:
    style, stored, paragraph = cell_of(int(text))
    if style == "frame":
        inner = f"<table:table><table:table-column/><table:table-row>{_plain_cell(text, is_sheet=False)}"
        return (
            f'<table:table-cell table:style-name="ruled">{inner}</table:table-row></table:table><text:p/>'
            "</table:table-cell>"
        )
    value = 'office:value-type="string"'
    if stored:
        value = f'office:value-type="float" office:value="{stored}"'
    of_cell, of_paragraph = (style or "ruled", "") if is_sheet else ("ruled", style)
    named = f' text:style-name="{of_paragraph}"' if of_paragraph else ""
    return (
        f'<table:table-cell table:style-name="{of_cell}" {value}><text:p{named}>{paragraph}</text:p>'
        "</table:table-cell>"
    )


def text_document(sample: Sample, way: Way) -> str:
    """The sample as a flat OpenDocument text."""
    title = "".join(map(_paragraphs, _title(sample)))
    body = "<text:p/>".join(
        _table(sample, number, way, is_sheet=False, extra=())
        for number in range(len(sample.tables))
    )
    return _flat("text", title + body + _paragraphs(FOOT))


def workbook(sample: Sample, way: Way) -> str:
    """The sample as a flat OpenDocument workbook, a sheet for each table."""
    return _flat(
        "spreadsheet",
        "".join(
            _table(sample, number, way, is_sheet=True, extra=() if number else _title(sample))
            for number in range(len(sample.tables))
        ),
    )


def _title(sample: Sample) -> tuple[str, ...]:
    return (TITLE[0], f"（{FORMS[sample.form_id]}年度）", TITLE[2])


def formats_of(way: Way) -> list[str]:
    """The formats that carry it."""
    text = TEXT_FORMATS if way.text is not None else {}
    sheet = SHEET_FORMATS if way.sheet is not None else {}
    lost = [*way.lost_in, *(_PLAIN if way.is_styled else ())]
    if way.name in ("struck_run", "raised", "lowered"):
        # Texts in cells are written without their runs there, numbers without their formats.
        lost += ["sheet.html", "excel.xml"]
    elif not way.is_styled:
        lost.append("excel.xml")
    return [name for name in (*text, *sheet) if name not in lost]


def make(folder: Path, profile: Path) -> None:
    """Write all files into *folder* as ``FORM-WAY.EXTENSION``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for formats, writer, suffix in (
            (TEXT_FORMATS, text_document, "fodt"),
            (SHEET_FORMATS, workbook, "fods"),
        ):
            ways = [way for way in WAYS if (way.text if suffix == "fodt" else way.sheet)]
            sources: dict[tuple[str, str], Path] = {}
            for sample in samples():
                for way in ways:
                    source = work / f"{sample.form_id}-{way.name}.{suffix}"
                    source.write_text(writer(sample, way), encoding="utf-8")
                    sources[sample.form_id, way.name] = source
            for extension, target in formats.items():
                out = work / extension
                wanted = [
                    sources[form_id, way.name]
                    for form_id in FORMS
                    for way in ways
                    if extension in formats_of(way)
                ]
                if not wanted:
                    continue
                convert(wanted, target, out, profile)
                for source in wanted:
                    written = out / f"{source.stem}.{target.partition(':')[0]}"
                    written.replace(folder / f"{source.stem}.{extension}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        make(Path(sys.argv[1]), Path(name))
