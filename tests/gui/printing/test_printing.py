"""Paper and PDF: what LibreOffice prints of the exported workbook, in a form that can be searched."""

from __future__ import annotations

import random
import shutil
import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo, QPrintPreviewWidget
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog
from pytestqt.qtbot import QtBot

from core.checks.checks import CheckSet
from core.form.form import Form
from core.form.read_toml import read_form
from core.period import Period
from core.reading.dispatch import read_document
from core.report import Report
from core.session import Edit, Session
from core.values import NOT_APPLICABLE
from core.writing.layout import printed_form
from core.writing.xlsx import export_report
from gui.printing.fonts import PrintFont, PrintFonts
from gui.printing.layout import Align, Box, PrintSheet, Strip, content_of, paginated
from gui.printing.pdf import pdf_bytes, standard_layout
from gui.printing.preview import PrintPreview
from gui.printing.printing import (
    layout_from,
    layout_text,
    preview_dialog,
    print_on,
    remember_printer,
    remembered_printer,
)
from gui.system.settings import Settings
from tests.core.figures import baseline_2018, consistent_2021, figures_2018, fill, session_of
from tests.core.own_forms import OWN_FORMS

SOFFICE = shutil.which("soffice")
HEADER = {
    "unit_name": "通州区政务服务管理办公室",
    "leader": "张三",
    "reviewer": "李四",
    "preparer": "王五",
    "phone": "010-12345678",
    "date": "2020年1月15日",
}


def report_2014() -> Session:
    session = session_of("cn-2014-beijing")
    fill(session, {**figures_2018(), "8.4": Decimal("0.123456")})
    session.apply(Edit("", header=HEADER, baselines=(baseline_2018(),)))
    session.apply(session.explain(session.open_findings[0], "同一条信息在多个渠道公开。"))
    return session


def report_2021() -> Session:
    session = session_of("cn-2021", 2023)
    fill(session, consistent_2021(session.form, random.Random(5)))
    session.apply(Edit("", cells={"2-1.1:made": NOT_APPLICABLE}, header={"unit_name": "某区某局"}))
    return session


def own_forms() -> dict[str, Form]:
    forms = {form_id: read_form(text.encode()).form for form_id, text in OWN_FORMS.items()}
    return {form_id: form for form_id, form in forms.items() if form is not None}


REPORTS = {"2014": report_2014, "2021": report_2021}


def cells_of(path: Path, heads: set[str]) -> list[list[str]]:
    """Every ruled line of a PDF, without white space; headings that a new page repeats left out."""
    seen: set[str] = set()
    lines: list[list[str]] = []
    for table in read_document(path).tables:
        for row in table.rows:
            cells = ["".join(cell.split()) for cell in row]
            line = "|".join(cells)
            if line in heads and line in seen:
                continue
            seen.add(line)
            lines.append(cells)
    return lines


def page_texts(pdf: bytes) -> list[str]:
    """Each page's text without white space."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def printed_by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with 2014.pdf and 2021.pdf, printed from the exported workbooks."""
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    folder = tmp_path_factory.mktemp("printed")
    files: list[str] = []
    for name, made in REPORTS.items():
        export_report(made(), folder / f"{name}.xlsx")
        files.append(str(folder / f"{name}.xlsx"))
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            *files,
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder


@pytest.mark.parametrize("name", REPORTS)
def test_the_pdf_holds_what_libreoffice_prints(
    qapp: QApplication, printed_by_libreoffice: Path, tmp_path: Path, name: str
) -> None:
    ours = tmp_path / "ours.pdf"
    ours.write_bytes(pdf_bytes(REPORTS[name]()))
    heads = {"统计指标|单位|统计数"}
    theirs = printed_by_libreoffice / f"{name}.pdf"
    assert cells_of(ours, heads) == cells_of(theirs, heads)
    outside = [page_texts(path.read_bytes()) for path in (ours, theirs)]
    for text in ("填报单位（盖章）：", "单位负责人：", "填报日期：", "政府信息公开"):
        assert all(text in "".join(pages) for pages in outside)


@pytest.mark.parametrize("name", REPORTS)
def test_the_text_can_be_searched(qapp: QApplication, name: str) -> None:
    session = REPORTS[name]()
    text = "".join(page_texts(pdf_bytes(session)))
    for row in session.form.rows.values():
        if session.form.tables[0].layout.value == "list":
            assert "".join(row.label.split()) in text
    # One glyph stands for 一 and for the radical ⼀; no radical and no tab may be in the text.
    assert not {c for c in text if "\u2e80" <= c <= "\u2fdf"}
    pdftotext = shutil.which("pdftotext")
    if pdftotext is not None:
        found = subprocess.run(
            [pdftotext, "-layout", "-", "-"],
            input=pdf_bytes(session),
            capture_output=True,
            check=True,
        ).stdout.decode()
        assert session.form.title in found
        assert not {c for c in found if "\u2e80" <= c <= "\u2fdf" or c == "\t"}


def test_every_page_has_headings_and_its_number(qapp: QApplication) -> None:
    pages = page_texts(pdf_bytes(report_2014(), with_explanations=False))
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert "统计指标" in text
        assert f"第{number}页，共{len(pages)}页" in text
    assert "政府信息公开情况统计表" in pages[0]
    assert "单位负责人：张三" in pages[-1]
    assert "".join(pages).count("审核说明") == 0


def test_fonts_are_embedded(qapp: QApplication) -> None:
    for page in PdfReader(BytesIO(pdf_bytes(report_2021()))).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"]


def test_names_of_rare_characters_and_great_length_stay_whole(qapp: QApplication) -> None:
    session = report_2014()
    name = "𠮷㐂" * 3 + "某" * 80
    session.apply(Edit("", header={"unit_name": name, "leader": "长" * 60}))
    sheet = content_of(session, printed_form(session.report), PrintFonts())[0]
    assert f"填报单位（盖章）：{name}" in "".join(sheet.texts())
    text = "".join(page_texts(pdf_bytes(session)))
    # Qt names no characters beyond U+FFFF in a PDF: they are seen there, but not found.
    assert "㐂" in text
    assert "某" * 80 in text
    assert "长" * 60 in text


def test_a_long_explanation_goes_on_over_the_page(qapp: QApplication) -> None:
    session = report_2014()
    words = "".join(f"（{number}）原因如下" for number in range(700))
    session.apply(session.explain(session.findings[0], words))
    sheet = content_of(session, printed_form(session.report), PrintFonts())[-1]
    shown = "".join(
        "".join(box.lines) for line in range(1, len(sheet.heights)) for box in sheet.rows[line][2:]
    )
    assert shown == words
    assert max(sheet.heights) <= standard_layout().paintRectPoints().height() * 20


strips = st.lists(st.floats(100, 900), max_size=4)


@settings(deadline=None, max_examples=200)
@given(
    heights=st.lists(st.floats(200, 2500), min_size=1, max_size=60),
    above=strips,
    below=strips,
    height=st.floats(8000, 15000),
    width=st.floats(2000, 12000),
)
def test_every_line_is_on_one_page_and_every_page_is_big_enough(
    qapp: QApplication,
    heights: list[float],
    above: list[float],
    below: list[float],
    height: float,
    width: float,
) -> None:
    font = PrintFont(10.5, 14.5)
    sheet = PrintSheet(9600.0, heights=[400.0, *heights], head=1)
    sheet.above = [Strip(h, font, ()) for h in above]
    sheet.below = [Strip(h, font, ()) for h in below]
    pages = paginated(sheet, width, height)
    lines = [line for page in pages for line in range(page.first, page.end)]
    assert lines == list(range(1, len(sheet.heights)))
    for number, page in enumerate(pages):
        assert page.end > page.first
        assert page.with_above == (number == 0)
        assert page.with_below == (number == len(pages) - 1)
        used = 400.0 + sum(sheet.heights[page.first : page.end])
        used += sum(above) * page.with_above + sum(below) * page.with_below
        assert used * page.scale <= height + 1 or page.end == page.first + 1
        assert page.scale * sheet.width <= width + 1


def test_text_is_never_wider_than_its_box(qapp: QApplication) -> None:
    for made in REPORTS.values():
        session = made()
        for sheet in content_of(session, printed_form(session.report), PrintFonts()):
            for box in sheet.boxes(0, len(sheet.heights)):
                room = box.width - (box.indent if box.align is Align.LEFT else 0)
                assert all(box.font.width(line) <= room for line in box.lines)
                height = sum(sheet.heights[box.line : box.line + box.height])
                assert box.text_height <= height + 1


def test_a_word_wider_than_its_box_is_broken(qapp: QApplication) -> None:
    font = PrintFont(10.5, 14.5)
    lines = font.lines("x" * 200 + "\n第二行", 1000)
    assert "".join(lines) == "x" * 200 + "第二行"
    assert lines[-1] == "第二行"
    assert all(font.width(line) <= 1000 for line in lines)


@given(
    paper=st.sampled_from([QPageSize.PageSizeId.A4, QPageSize.PageSizeId.A3]),
    landscape=st.booleans(),
    margin=st.integers(10, 40),
)
def test_paper_is_remembered(paper: QPageSize.PageSizeId, landscape: bool, margin: int) -> None:
    layout = standard_layout()
    layout.setPageSize(QPageSize(paper))
    layout.setMargins(QMarginsF(margin, margin, margin, margin))
    if landscape:
        layout.setOrientation(QPageLayout.Orientation.Landscape)
    again = layout_from(layout_text(layout))
    assert again.isEquivalentTo(layout)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"paper": "A4"}', '{"paper": 3}'])
def test_a_damaged_memory_is_upright_a4(text: str) -> None:
    assert layout_from(text).isEquivalentTo(standard_layout())


def test_pages_asked_for_are_printed_to_a_file(qapp: QApplication, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPageLayout(standard_layout())
    printer.setFromTo(2, 2)
    print_on(printer, report_2014())
    (page,) = page_texts((tmp_path / "printed.pdf").read_bytes())
    assert "第2⻚" in page or "第2页" in page


def test_preview_shows_the_pages_and_remembers(qtbot: QtBot, tmp_path: Path) -> None:
    kept = Settings(tmp_path)
    printer = remembered_printer(kept)
    dialog = preview_dialog(report_2014(), printer, None, kept)
    qtbot.addWidget(dialog)
    dialog.show()
    preview = dialog.findChild(QPrintPreviewWidget)
    assert isinstance(preview, QPrintPreviewWidget)
    qtbot.waitUntil(lambda: preview.pageCount() > 1)
    with_explanations = preview.pageCount()
    box = dialog.findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    box.setChecked(False)
    assert preview.pageCount() == with_explanations - 1
    assert not kept.flag("print_explanations", True)
    layout = printer.pageLayout()
    layout.setOrientation(QPageLayout.Orientation.Landscape)
    printer.setPageLayout(layout)
    remember_printer(printer, kept)
    again = remembered_printer(kept).pageLayout()
    assert again.orientation() is QPageLayout.Orientation.Landscape


@pytest.fixture
def preview(qtbot: QtBot, tmp_path: Path) -> PrintPreview:
    kept = Settings(tmp_path)
    dialog = preview_dialog(report_2014(), remembered_printer(kept), None, kept)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.pages.pageCount() > 1)
    return dialog


def test_preview_turns_pages_and_zooms(qtbot: QtBot, preview: PrintPreview) -> None:
    left = Qt.MouseButton.LeftButton
    count = preview.pages.pageCount()
    qtbot.waitUntil(lambda: preview.place.text() == f"1 / {count}")
    assert not preview.back_button.isEnabled()
    qtbot.mouseClick(preview.next_button, left)
    qtbot.waitUntil(lambda: preview.place.text() == f"2 / {count}")
    assert preview.back_button.isEnabled()
    qtbot.mouseClick(preview.landscape_button, left)
    assert preview.pages.orientation() is QPageLayout.Orientation.Landscape
    qtbot.mouseClick(preview.width_button, left)
    before = preview.pages.zoomFactor()
    preview._zoom(2)
    assert preview.pages.zoomFactor() == pytest.approx(2 * before)
    assert not preview.width_button.isChecked()


def test_without_a_printer_the_pdf_is_named(
    qtbot: QtBot, preview: PrintPreview, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: [])
    monkeypatch.setattr(
        "gui.widgets.dialogs.Dialogs.inform", lambda _, what, why: said.append(what + why)
    )
    qtbot.mouseClick(preview.print_button, Qt.MouseButton.LeftButton)
    assert "没有安装打印机" in said[0] and "保存为 PDF" in said[0]
    assert preview.isVisible()


def test_the_preview_prints_what_it_shows(
    qtbot: QtBot, preview: PrintPreview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "printed.pdf"

    def accept(dialog: QPrintDialog) -> int:
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(target))
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["一楼"])
    monkeypatch.setattr(QPrintDialog, "exec", accept)
    preview.explanations.setChecked(False)
    pages = preview.pages.pageCount()
    qtbot.keyClick(preview, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert not preview.isVisible()
    texts = page_texts(target.read_bytes())
    assert len(texts) == pages
    assert "政府信息公开情况统计表" in texts[0]


def test_a_merged_box_that_a_page_cuts_keeps_its_text() -> None:
    from gui.printing.pages import _belongs_here

    font = PrintFont(10.5, 14.5)
    box = Box(2, 6, 0.0, 500.0, ("一", "二", "三"), font, Align.LEFT)
    assert _belongs_here(box, 2, 5, 1500.0)
    assert not _belongs_here(box, 2, 3, 300.0)
    assert _belongs_here(box, 3, 8, 1500.0)


def test_a_long_figure_is_made_smaller_and_never_broken(qtbot: QtBot) -> None:
    """Six digits in the columns of the 2021 matrix, which must stay on one page."""
    session = session_of("cn-2021", 2023)
    figures = consistent_2021(session.form, random.Random(5))
    large = {
        key: int(str(value)) * 1000 if key[0] == "3" else value for key, value in figures.items()
    }
    fill(session, large)
    session.apply(Edit("", cells={"3-1:other": 1234567890123}))
    pages = page_texts(pdf_bytes(session, with_explanations=False))
    assert len(pages) == 3
    assert "1234567890123" in pages[1]
    total = session.value("3-3.7:total")
    assert f"{total}" in pages[1] and len(str(total)) == 6


def test_wide_tables_and_notes_are_printed_as_in_the_workbook(qtbot: QtBot) -> None:
    checks = {name: CheckSet(form) for name, form in own_forms().items()}
    wide = Session(Report(checks["year-months"].form, Period(2024)), checks["year-months"])
    (page,) = PdfReader(BytesIO(pdf_bytes(wide, with_explanations=False))).pages
    assert page.mediabox.width > page.mediabox.height
    quarter = checks["jd-quarter"]
    upright = Session(Report(quarter.form, Period.parse("2024-Q1")), quarter)
    (text,) = page_texts(pdf_bytes(upright, with_explanations=False))
    assert "注：1.本表于季后5日内报送。" in text
    assert text.index("注：") < text.index("单位负责人")


def test_the_paper_of_wide_tables_is_remembered_by_itself(tmp_path: Path) -> None:
    kept = Settings(tmp_path / "settings.ini")
    side, upright = QPageLayout.Orientation.Landscape, QPageLayout.Orientation.Portrait
    printer = remembered_printer(kept, wide=True)
    assert printer.pageLayout().orientation() is side
    printer.setPageOrientation(upright)
    remember_printer(printer, kept, wide=True)
    assert remembered_printer(kept, wide=True).pageLayout().orientation() is upright
    assert remembered_printer(kept).pageLayout().orientation() is upright
    assert kept.text("print_layout") == ""
