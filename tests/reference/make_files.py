"""Makes last year's report in every format that LibreOffice writes, as offices write it.

    python -m tests.reference.make_files [FOLDER]

The 2018 figures are written as a text document and as a workbook once for each quirk (how offices
differ in spaces, digits, brackets, numbering, notes, columns …), and LibreOffice saves each in all
its formats. Without FOLDER the small selection that the tests use is renewed beside this file.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tests.reference.ofd_files import Manner, report

HERE = Path(__file__).resolve().parent
FORM = HERE / "form_2014_beijing.csv"
FILES = HERE / "files"

#: extension → LibreOffice's filter; the part before ":" is the extension it gives to the file.
TEXT_FORMATS = {
    "odt": "odt:writer8",
    "fodt": "fodt:OpenDocument Text Flat XML",
    "docx": "docx:MS Word 2007 XML",
    "doc": "doc:MS Word 97",
    "rtf": "rtf:Rich Text Format",
    "html": "html:HTML (StarWriter):UTF8",
    "txt": "txt:Text (encoded):UTF8",
    "word.xml": "xml:MS Word 2003 XML",
    "pdf": "pdf:writer_pdf_Export",
}
SHEET_FORMATS = {
    "ods": "ods:calc8",
    "fods": "fods:OpenDocument Spreadsheet Flat XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "csv": "csv:Text - txt - csv (StarCalc):44,34,76,1",
    "sheet.html": "html:HTML (StarCalc):UTF8",
    "excel.xml": "xml:MS Excel 2003 XML",
    "sheet.pdf": "pdf:calc_pdf_Export",
}

FULL_WIDTH = str.maketrans("0123456789(),.:", "０１２３４５６７８９（），．：")
HALF_WIDTH = str.maketrans("（），：、．", "(),:,.")
TITLE = ("政府信息公开情况统计表", "（2018年度）", "填报单位（盖章）：某区政务服务管理办公室")
FOOT = (
    "单位负责人：张三　审核人：李四　填报人：王五　联系电话：010-12345678　填报日期：2019年1月8日"
)


@dataclass(frozen=True)
class Line:
    """One row of the form with its 2018 figure ("" for headings)."""

    code: str
    depth: int
    of_which: bool
    label: str
    note: str
    unit: str
    figure: str


@dataclass(frozen=True)
class Quirk:
    """One way of writing the same table.

    ``label`` and ``figure`` turn a line into the text of its cells; ``columns`` lays a row out from
    its number, code, label, unit and figure; ``head`` are the headings of those columns;
    ``repeat_after`` repeats them after so many rows, as tables split by hand do.
    """

    name: str
    label: Callable[[Line], str]
    figure: Callable[[Line], str] = lambda line: line.figure
    columns: Callable[[int, Line, str, str], list[str]] = lambda _n, line, label, figure: [
        label, line.unit, figure
    ]  # fmt: skip
    head: tuple[str, ...] = ("统计指标", "单位", "统计数")
    repeat_after: int = 0
    merged_headings: bool = False

    def rows(self) -> list[list[str]]:
        """The whole table, headings included, as its cells read."""
        rows = [list(self.head)]
        for number, line in enumerate(lines(), start=1):
            if self.repeat_after and number % self.repeat_after == 0:
                rows.append(list(self.head))
            rows.append(self.columns(number, line, self.label(line), self.figure(line)))
        return rows


def lines() -> list[Line]:
    """The rows of the form in order."""
    with FORM.open(encoding="utf-8", newline="") as stream:
        return [
            Line(
                row["code"], int(row["depth"]), row["kind"] == "of_which", row["label"],
                row["note"], row["unit"], row["value_2018"],
            )
            for row in csv.DictReader(stream)
        ]  # fmt: skip


def first_of_which(line: Line) -> bool:
    """Whether it is the first 其中 row under its parent, the one that is printed with the word."""
    return line.of_which and line.code.endswith(".1")


def official(line: Line) -> str:
    """As printed on the official form: 其中 on the first of its rows, notes on a second line."""
    prefix = "其中：" if first_of_which(line) else ""
    note = f"\n（{line.note}）" if line.note else ""
    return f"{prefix}{line.label}{note}"


def one_line(line: Line) -> str:
    return official(line).replace("\n", "")


def spaced(line: Line) -> str:
    """Indents and gaps of both kinds of space."""
    label = line.label.replace("政府信息", "政府 信息").replace("情况", "　情况")
    return "　" * line.depth + ("其中: " if first_of_which(line) else "") + label + " "


def broken(line: Line) -> str:
    """A line break in the middle of longer labels."""
    label = one_line(line)
    return label if len(label) < 16 else f"{label[:12]}\n{label[12:]}"


def renumbered(line: Line) -> str:
    """Other punctuation after the same numbers."""
    label = line.label
    if label[:1] == "（":
        label = label.replace("）", ") ", 1).replace("（", "(", 1)
    elif label[1:2] in ".、":
        label = f"{label[0]}{'．' if label[1] == '.' else '.'}{label[2:]}"
    return label


def thousands(line: Line) -> str:
    """Figures with their unit; the figures themselves stay those of the report."""
    return f"{line.figure}{line.unit}" if line.figure else ""


def dashes(line: Line) -> str:
    """Zeros as offices avoid them, in turn."""
    if line.figure != "0":
        return line.figure
    return ("—", "无", "0", "0.0", "零")[sum(map(int, line.code.split("."))) % 5]


QUIRKS = (
    Quirk("plain", one_line),
    Quirk("official", official, merged_headings=True),
    Quirk("spaces", spaced),
    Quirk(
        "fullwidth",
        lambda line: one_line(line).translate(FULL_WIDTH),
        lambda line: line.figure.translate(FULL_WIDTH),
    ),
    Quirk("halfwidth", lambda line: one_line(line).translate(HALF_WIDTH)),
    Quirk("numbering", renumbered),
    Quirk("no_of_which", lambda line: line.label),
    Quirk("all_of_which", lambda line: ("其中：" if line.of_which else "") + line.label),
    Quirk("breaks", broken),
    Quirk("units", one_line, thousands),
    Quirk("dashes", one_line, dashes),
    Quirk(
        "columns",
        one_line,
        columns=lambda number, line, label, figure: [
            str(number), line.code, label, line.unit, figure, "" if number % 9 else "见说明",
        ],
        head=("序号", "代码", "指标名称", "计量单位", "本年数", "备注"),
    ),
    Quirk("repeated", one_line, repeat_after=30),
)  # fmt: skip

#: What the tests keep: every format once, every quirk in formats of different readers.
SELECTION = {
    "plain": ("odt", "docx", "txt", "ods", "xlsx", "xls", "csv"),
    "official": ("fodt", "docx", "odt", "fods", "xlsx", "xls", "pdf", "ofd", "html", "doc", "rtf",
                 "word.xml", "excel.xml", "sheet.html"),
    "spaces": ("docx", "xls", "html"),
    "fullwidth": ("odt", "xlsx"),
    "halfwidth": ("doc", "xlsx"),
    "numbering": ("docx", "xls"),
    "no_of_which": ("docx", "xlsx"),
    "all_of_which": ("docx", "xls"),
    "breaks": ("docx", "xlsx", "sheet.html"),
    "units": ("xlsx", "docx"),
    "dashes": ("xls", "docx"),
    "columns": ("xlsx", "docx", "pdf", "ofd", "csv"),
    "repeated": ("docx", "xls", "txt"),
}  # fmt: skip


def _flat(body: str, kind: str, styles: str) -> str:
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for prefix, space in (
            ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
            ("fo", "xsl-fo-compatible"),
        )
    )  # fmt: skip
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {names} office:version="1.3"'
        f' office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>\n"
    )


def _paragraphs(text: str) -> str:
    return "".join(
        f"<text:p>{escape(line).replace('  ', ' <text:s/>')}</text:p>" for line in text.split("\n")
    )


def _cell(text: str, span: int = 1, *, number: bool = False) -> str:
    """A cell and the covered ones to its right."""
    spans = f' table:number-columns-spanned="{span}"' if span > 1 else ""
    value = f' office:value-type="float" office:value="{text}"' if number else ""
    if not number and text:
        value = ' office:value-type="string"'
    return (
        f'<table:table-cell table:style-name="b"{spans}{value}>{_paragraphs(text)}'
        f"</table:table-cell>{'<table:covered-table-cell/>' * (span - 1)}"
    )


def _table_rows(quirk: Quirk, *, sheet: bool) -> Iterable[str]:
    for row in quirk.rows():
        if quirk.merged_headings and len(row) == 3 and not row[1]:
            yield f"<table:table-row>{_cell(row[0], 3)}</table:table-row>"
            continue
        cells = (_cell(text, number=sheet and _is_number(text)) for text in row)
        yield f"<table:table-row>{''.join(cells)}</table:table-row>"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


_BORDER = (
    '<style:style style:name="b" style:family="table-cell"><style:table-cell-properties'
    ' fo:border="0.5pt solid #000000" fo:wrap-option="wrap"/></style:style>'
)


def _column_styles(widths: Sequence[int]) -> str:
    return _BORDER + "".join(
        f'<style:style style:name="c{index}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
        for index, width in enumerate(widths)
    )


def _columns(quirk: Quirk) -> str:
    return "".join(
        f'<table:table-column table:style-name="c{index}"/>' for index in range(len(quirk.head))
    )


def _widths(quirk: Quirk) -> tuple[int, ...]:
    return (12, 2, 3) if len(quirk.head) == 3 else (1, 2, 8, 2, 2, 2)


def text_document(quirk: Quirk) -> str:
    """The report as a flat OpenDocument text."""
    body = "".join(_paragraphs(line) for line in TITLE)
    rows = "".join(_table_rows(quirk, sheet=False))
    body += f'<table:table table:name="t">{_columns(quirk)}{rows}</table:table>'
    return _flat(body + _paragraphs(FOOT), "text", _column_styles(_widths(quirk)))


def workbook(quirk: Quirk) -> str:
    """The report as a flat OpenDocument workbook, title and foot in merged cells."""
    width = len(quirk.head)
    top = "".join(f"<table:table-row>{_cell(line, width)}</table:table-row>" for line in TITLE)
    foot = f"<table:table-row>{_cell(FOOT, width)}</table:table-row>"
    rows = "".join(_table_rows(quirk, sheet=True))
    table = f'<table:table table:name="2018年">{_columns(quirk)}{top}{rows}{foot}</table:table>'
    return _flat(table, "spreadsheet", _column_styles(_widths(quirk)))


def convert(sources: Sequence[Path], target: str, folder: Path, profile: Path) -> None:
    """Have LibreOffice save *sources* with the filter *target* into *folder*."""
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to",
         target, "--outdir", str(folder), *map(str, sources)],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip


def make(folder: Path, selection: dict[str, tuple[str, ...]] | None) -> list[Path]:
    """Write the files into *folder* as ``QUIRK.EXTENSION``; all of them without a *selection*."""
    made: list[Path] = []
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for formats, writer, suffix in (
            (TEXT_FORMATS, text_document, "fodt"),
            (SHEET_FORMATS, workbook, "fods"),
        ):
            sources = {quirk.name: work / f"{quirk.name}.{suffix}" for quirk in QUIRKS}
            for quirk in QUIRKS:
                sources[quirk.name].write_text(writer(quirk), encoding="utf-8")
            for extension, target in formats.items():
                wanted = [
                    quirk.name
                    for quirk in QUIRKS
                    if selection is None or extension in selection.get(quirk.name, ())
                ]
                out = work / extension
                if not wanted:
                    continue
                convert([sources[quirk] for quirk in wanted], target, out, work / "profile")
                for quirk in wanted:
                    written = out / f"{quirk}.{target.partition(':')[0]}"
                    made.append(written.replace(folder / f"{quirk}.{extension}"))
    return made + _written_ofd(folder, selection)


def _written_ofd(folder: Path, selection: dict[str, tuple[str, ...]] | None) -> list[Path]:
    """OFD is written directly, as LibreOffice has no filter for it, in each producer's manner in turn."""
    made: list[Path] = []
    for number, quirk in enumerate(QUIRKS):
        if selection is not None and "ofd" not in selection.get(quirk.name, ()):
            continue
        manner = tuple(Manner)[number % len(Manner)]
        widths = [width * 10.0 for width in _widths(quirk)]
        path = folder / f"{quirk.name}.ofd"
        data = report(TITLE, quirk.rows(), widths, FOOT, manner, merged=quirk.merged_headings)
        path.write_bytes(data)
        made.append(path)
    return made


if __name__ == "__main__":
    everything = len(sys.argv) > 1
    files = make(Path(sys.argv[1]), None) if everything else make(FILES, SELECTION)
    print(f"{len(files)} files, {sum(file.stat().st_size for file in files) // 1024} KiB")
