"""Charts as they are drawn, taken along and kept up to date."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.charts import Bar, Chart
from core.period import Period
from core.report import Baseline
from core.session import Edit
from core.values import Number
from gui.charts.drawing import (
    WIDTH,
    Box,
    Drawing,
    Words,
    image_of,
    lay_out,
    nice_ticks,
    png_of,
    summary,
    svg_of,
)
from gui.charts.page import ChartPage
from gui.document import Document
from gui.look.tokens import DARK, FONT_FAMILIES, LIGHT, Tokens
from tests.core.figures import baseline_2018, figures_2018, fill, session_of

SVG = "{http://www.w3.org/2000/svg}"


def chart_of(*bars: tuple[str, Number | None, Number | None], years: bool = False) -> Chart:
    series = ("2019年度",) if years else ("2019年度", "2018年度（上年）")
    made = tuple(Bar(label, figures[: len(series)]) for label, *figures in bars)
    return Chart("c", "（一）收到申请数：构成", "三", "件", series, made, years)


CHANNELS = chart_of(
    ("1.当面申请数", 12, 0), ("2.传真申请数", None, 1234), ("3.网络申请数", 7, None)
)


def texts(drawing: Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if isinstance(mark, Words)]


def bars(drawing: Drawing) -> list[Box]:
    """The bars, without the boxes of the legend."""
    return [mark for mark in drawing.marks if isinstance(mark, Box) and mark.bar and mark.y > 60]


def test_a_chart_has_its_labels_and_numbers(qapp: QApplication) -> None:
    shown = texts(lay_out(CHANNELS, LIGHT))
    for text in (
        "1.当面申请数",
        "12",
        "0",
        "1,234",
        "7",
        "2019年度",
        "2018年度（上年）",
        "单位：件",
    ):
        assert text in shown
    assert shown.count("—") == 2
    assert CHANNELS.title in shown


def test_years_stand_upright(qapp: QApplication) -> None:
    chart = chart_of(
        ("2017年度", 3, None), ("2018年度", 5, None), ("2019年度", 8, None), years=True
    )
    drawing = lay_out(chart, LIGHT)
    shown = texts(drawing)
    assert shown.index("2017年度") < shown.index("2018年度") < shown.index("2019年度")
    assert {"3", "5", "8"} <= set(shown)
    heights = [bar.height for bar in bars(drawing)]
    assert [round(8 * height / max(heights)) for height in heights] == [3, 5, 8]


def test_years_lie_where_their_texts_have_no_room_side_by_side(qapp: QApplication) -> None:
    quarters = [(f"{year}年第{n}季度", 10 * n, None) for year in range(2015, 2020) for n in (1, 2)]
    drawing = lay_out(chart_of(*quarters, years=True), LIGHT)
    assert [text for text in texts(drawing) if "季度" in text] == [q[0] for q in quarters]
    assert len({bar.x for bar in bars(drawing)}) == 1


def areas(drawing: Drawing) -> list[tuple[Words, QRectF]]:
    """Where the texts are, without the blank above and below their type."""
    found = []
    for mark in drawing.marks:
        if isinstance(mark, Words):
            font = QFont(list(FONT_FAMILIES))
            font.setPixelSize(mark.pixels)
            width = QFontMetricsF(font).horizontalAdvance(mark.text)
            left, top = mark.x - mark.anchor * width, mark.y - 0.8 * mark.pixels
            found.append((mark, QRectF(left, top, width, 0.9 * mark.pixels)))
    return found


LONG = "主动公开农用地转为建设用地批准、征收集体土地批准、征地公告、征地补偿安置公示等信息数"
FIGURES = (
    st.none() | st.integers(-(10**15) + 1, 10**15 - 1) | st.decimals(-(10**9), 10**9, places=6)
)


@given(
    st.lists(
        st.tuples(st.sampled_from(("短", "1.当面申请数", LONG)), FIGURES, FIGURES), min_size=1
    ),
    st.booleans(),
)
def test_no_text_leaves_the_picture_or_covers_another_or_a_bar(
    rows: list[tuple[str, Number | None, Number | None]], years: bool
) -> None:
    drawing = lay_out(chart_of(*rows, years=years), LIGHT)
    whole = QRectF(0, 0, drawing.width, drawing.height)
    placed = areas(drawing)
    for number, (mark, area) in enumerate(placed):
        assert whole.contains(area), mark
        assert not any(area.intersects(other) for _, other in placed[:number]), mark
        for bar in bars(drawing):
            assert not area.intersects(QRectF(bar.x, bar.y, bar.width, bar.height)), (mark, bar)
    assert all(whole.contains(QRectF(bar.x, bar.y, bar.width, bar.height)) for bar in bars(drawing))


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_file_stands_on_its_own(qapp: QApplication, tokens: Tokens) -> None:
    hostile = chart_of(("<b>&amp;\"']]>", 5, 3), ("𠮷野家", 2, None))
    root = etree.fromstring(svg_of(lay_out(hostile, tokens)))
    tags = {node.tag.removeprefix(SVG) for node in root.iter() if isinstance(node.tag, str)}
    assert tags <= {"svg", "g", "rect", "path", "text", "title", "desc", "defs", "polyline"}
    assert root.findtext(f"{SVG}title") == hostile.title
    shown = [node.text for node in root.iter(f"{SVG}text")]
    assert {"<b>&amp;\"']]>", "𠮷野家"} <= set(shown)
    assert not any("href" in name for node in root.iter() for name in node.attrib)
    assert (root.get("width"), root.get("viewBox")) == ("227.542mm", f"0 0 {WIDTH} 224")


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
@pytest.mark.parametrize("years", [False, True])
def test_the_file_shows_what_the_screen_shows(
    qapp: QApplication, tokens: Tokens, years: bool
) -> None:
    drawing = lay_out(chart_of(("甲", 5, 3), ("乙", -2, None), ("丙", 8, 0), years=years), tokens)
    pixels = image_of(drawing)
    again = QImage(pixels.size(), pixels.format())
    again.fill(Qt.GlobalColor.black)
    # QtSvg takes a list of families for the name of one.
    families = ", ".join((*FONT_FAMILIES, "sans-serif")).encode()
    known = next(name for name in (*FONT_FAMILIES, "Sans Serif") if QFontDatabase.hasFamily(name))
    renderer = QSvgRenderer(QByteArray(svg_of(drawing).replace(families, known.encode())))
    painter = QPainter(again)
    renderer.render(painter)
    painter.end()
    near = [
        QImage.scaled(image, 43, 24, mode=Qt.TransformationMode.SmoothTransformation)
        for image in (pixels, again)
    ]
    for x in range(43):
        for y in range(24):
            one, other = (image.pixelColor(x, y).getRgb() for image in near)
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40, (x, y)


def test_series_differ_without_colour(qapp: QApplication) -> None:
    drawn = bars(lay_out(CHANNELS, LIGHT))
    filled = [bar for bar in drawn if bar.fill == LIGHT.accent and not bar.outline]
    hollow = [bar for bar in drawn if bar.fill == LIGHT.paper and bar.outline]
    assert (len(filled), len(hollow)) == (2, 1)


def test_each_unit_has_its_own_scale_and_zeros_a_line(qapp: QApplication) -> None:
    made = (
        Bar("（一）主动公开政府信息数", (1000, 500), "条"),
        Bar("七、收取的费用", (4, 2), "万元"),
        Bar("四、行政复议数量", (0, 0), "件"),
        Bar("五、行政诉讼数量", (0, 0), "件"),
    )
    series = ("2019年度", "2018年度（上年）")
    chart = Chart("o", "各部分主要指标", "", "", series, made, both_periods="两年")
    drawing = lay_out(chart, LIGHT)
    shown = texts(drawing)
    assert [text for text in shown if text.startswith("单位")] == ["单位：条", "单位：万元"]
    assert "其余 2 项两年均为 0：四、行政复议数量、五、行政诉讼数量" in shown
    widths = [bar.width for bar in bars(drawing)]
    # 1000 条 and 4 万元 both fill their own scale; so nobody compares them.
    assert len(widths) == 4
    assert abs(max(widths[:2]) - max(widths[2:])) < 1
    image = QImage.fromData(png_of(drawing))
    assert (image.width(), image.height()) == (2 * drawing.width, 2 * drawing.height)


def test_longer_bars_stand_for_larger_figures(qapp: QApplication) -> None:
    drawn = bars(lay_out(chart_of(("a", 10, 20), ("b", 30, 40)), LIGHT))
    widths = sorted(bar.width for bar in drawn)
    assert [round(width / widths[0]) for width in widths] == [1, 2, 3, 4]


def test_bars_below_zero_go_the_other_way(qapp: QApplication) -> None:
    drawn = bars(lay_out(chart_of(("增加", 12, None), ("减少", -6, None)), LIGHT))
    zero = drawn[0].x
    assert drawn[1].x + drawn[1].width == pytest.approx(zero)
    assert drawn[0].width == pytest.approx(2 * drawn[1].width)


NUMBERS = st.integers(-(10**15), 10**15) | st.decimals(-(10**9), 10**9, places=6)


@given(NUMBERS, NUMBERS, st.integers(1, 5))
def test_ticks_are_round_and_reach_over_the_figures(a: Number, b: Number, count: int) -> None:
    least, most = min(a, b), max(a, b)
    ticks = nice_ticks(least, most, count)
    assert 0 in ticks
    assert ticks[0] <= least and ticks[-1] >= most
    assert 2 <= len(ticks) <= count + 3
    steps = {Decimal(b) - Decimal(a) for a, b in pairwise(ticks)}
    assert len(steps) == 1
    if isinstance(least, int) and isinstance(most, int):
        assert all(isinstance(tick, int) for tick in ticks)


def test_the_summary_is_a_table() -> None:
    lines = summary(CHANNELS).split("\n")
    assert lines[0] == "（一）收到申请数：构成（件）\t2019年度\t2018年度（上年）"
    assert lines[2] == "2.传真申请数\t—\t1,234"


@pytest.fixture
def document() -> Document:
    session = session_of("cn-2014-beijing")
    fill(session, figures_2018())
    older = Baseline(Period(2017), "x", session.form.id, {"3.1": 12})
    session.apply(Edit("", header={"unit_name": "某区某局"}, baselines=(older, baseline_2018())))
    return Document(session)


@pytest.fixture
def page(qtbot: QtBot, document: Document, tmp_path: Path) -> ChartPage:
    made = ChartPage(document, LIGHT, None, str(tmp_path))
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def test_the_page_shows_the_overview_first_and_follows_the_report(
    qtbot: QtBot, page: ChartPage, document: Document
) -> None:
    assert page.chart is not None
    assert page.chart.id == "overview"
    assert page.choose("parts 3.1")
    assert not page.choose("no such chart")
    document.submit(Edit("填写", cells={"3.1.1": 77}))
    qtbot.waitUntil(lambda: "77" in page.view.accessibleDescription())
    assert page.chart.id == "parts 3.1"
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: "77" not in page.view.accessibleDescription())


def test_the_page_follows_the_current_cell_over_the_years(qtbot: QtBot, page: ChartPage) -> None:
    page.show_cell("3.1.4")
    qtbot.waitUntil(lambda: page.choose("current"))
    assert page.view.accessibleName().startswith("4.信函申请数：历年")
    page.show_cell("3.1")
    qtbot.waitUntil(lambda: page.view.accessibleName().startswith("（一）收到申请数：历年"))
    assert page.chart is not None
    assert page.chart.id == "current"


def test_the_page_takes_the_colours(page: ChartPage) -> None:
    page.choose("parts 3.1")
    page.set_tokens(DARK)
    image = page.view.grab().toImage()
    assert image.pixelColor(3, 3) == QColor(DARK.paper)


def test_the_picture_goes_to_the_clipboard(page: ChartPage, qapp: QApplication) -> None:
    page.choose("parts 3.1")
    page.set_tokens(DARK)
    page.copy_picture()
    data = qapp.clipboard().mimeData()
    assert data.hasImage()
    assert qapp.clipboard().image().pixelColor(3, 3) == QColor(LIGHT.paper)
    assert b"<svg" in data.data("image/svg+xml").data()
    page.copy_figures()
    assert qapp.clipboard().text().splitlines()[-1] == "4.信函申请数\t3\t3"


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_picture_is_saved(
    page: ChartPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    proposed: list[Path] = []
    wanted = tmp_path / f"图{suffix}"

    def save_path(dialogs: object, title: str, name: Path, kind: str) -> Path:
        proposed.append(name)
        return wanted

    monkeypatch.setattr("gui.widgets.dialogs.Dialogs.save_path", save_path)
    page.choose("parts 3.1")
    assert page.save_picture(suffix) == wanted
    assert proposed[0].name == f"某区某局 2019年度 （一）收到申请数：构成{suffix}"
    if suffix == ".png":
        assert not QImage(str(wanted)).isNull()
        return
    # Another computer has another of these, or at least some font.
    for text in etree.fromstring(wanted.read_bytes()).iter(f"{SVG}text"):
        family = str(text.get("font-family"))
        assert {"Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"} <= set(family.split(", "))


def test_a_folder_that_is_gone_is_said(
    page: ChartPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    gone = tmp_path / "gone" / "a.png"
    monkeypatch.setattr("gui.widgets.dialogs.Dialogs.save_path", lambda *_: gone)
    monkeypatch.setattr("gui.widgets.dialogs.Dialogs.error", lambda _, what, why: said.append(why))
    page.choose("parts 3.1")
    assert page.save_picture(".png") is None
    assert said
