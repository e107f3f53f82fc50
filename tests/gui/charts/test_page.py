"""Charts as they are drawn, taken along and kept up to date."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.charts import Bar, Chart
from core.period import Period
from core.report import Baseline
from core.session import Edit
from core.values import Number
from gui.charts.page import ChartPage, png_bytes
from gui.charts.svg import Picture, draw, nice_ticks, summary
from gui.document import Document
from gui.look.tokens import DARK, LIGHT, Tokens
from tests.core.figures import baseline_2018, figures_2018, fill, session_of

SVG = "{http://www.w3.org/2000/svg}"


def chart_of(*bars: tuple[str, Number | None, Number | None], years: bool = False) -> Chart:
    series = ("2019年度",) if years else ("2019年度", "2018年度（上年）")
    made = tuple(Bar(label, figures[: len(series)]) for label, *figures in bars)
    return Chart("c", "（一）收到申请数：构成", "三", "件", series, made, years)


CHANNELS = chart_of(
    ("1.当面申请数", 12, 0), ("2.传真申请数", None, 1234), ("3.网络申请数", 7, None)
)


def texts(picture: Picture) -> list[str]:
    return [node.text or "" for node in etree.fromstring(picture.svg).iter(f"{SVG}text")]


def test_a_chart_has_its_labels_and_numbers(qapp: QApplication) -> None:
    shown = texts(draw(CHANNELS, LIGHT))
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
    shown = texts(draw(chart, LIGHT))
    assert shown.index("2017年度") < shown.index("2018年度") < shown.index("2019年度")
    assert {"3", "5", "8"} <= set(shown)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_picture_stands_on_its_own(qapp: QApplication, tokens: Tokens) -> None:
    picture = draw(CHANNELS, tokens)
    root = etree.fromstring(picture.svg)
    tags = {node.tag.removeprefix(SVG) for node in root.iter() if isinstance(node.tag, str)}
    assert tags <= {"svg", "g", "rect", "path", "text", "title"}
    assert not any(node.get("class") or node.get("style") for node in root.iter())
    assert b"http" not in picture.svg.replace(b"http://www.w3.org/", b"")
    assert QSvgRenderer(QByteArray(picture.svg)).isValid()


def test_series_differ_without_colour(qapp: QApplication) -> None:
    root = etree.fromstring(draw(CHANNELS, LIGHT).svg)
    bars = [node for node in root.iter(f"{SVG}rect") if node.get("rx") == "2"]
    filled = [bar for bar in bars if bar.get("fill") == LIGHT.accent]
    hollow = [bar for bar in bars if bar.get("fill") == LIGHT.paper and bar.get("stroke")]
    assert (len(filled), len(hollow)) == (2, 1)


def test_each_unit_has_its_own_scale_and_zeros_a_line(qapp: QApplication) -> None:
    bars = (
        Bar("（一）主动公开政府信息数", (1000, 500), "条"),
        Bar("七、收取的费用", (4, 2), "万元"),
        Bar("四、行政复议数量", (0, 0), "件"),
        Bar("五、行政诉讼数量", (0, 0), "件"),
    )
    series = ("2019年度", "2018年度（上年）")
    chart = Chart("o", "各部分主要指标", "", "", series, bars, both_periods="两年")
    picture = draw(chart, LIGHT)
    shown = texts(picture)
    assert [text for text in shown if text.startswith("单位")] == ["单位：条", "单位：万元"]
    assert "其余 2 项两年均为 0：四、行政复议数量、五、行政诉讼数量" in shown
    root = etree.fromstring(picture.svg)
    widths = [float(node.get("width")) for node in root.iter(f"{SVG}rect") if node.get("rx") == "2"]
    # 1000 条 and 4 万元 both fill their own scale; so nobody compares them.
    assert len(widths) == 4
    assert abs(max(widths[:2]) - max(widths[2:])) < 1
    image = QImage.fromData(png_bytes(picture))
    assert image.height() == 2 * picture.height


def test_longer_bars_stand_for_larger_figures(qapp: QApplication) -> None:
    root = etree.fromstring(draw(chart_of(("a", 10, 20), ("b", 30, 40)), LIGHT).svg)
    widths = sorted(
        float(node.get("width")) for node in root.iter(f"{SVG}rect") if node.get("rx") == "2"
    )
    assert [round(width / widths[0]) for width in widths] == [1, 2, 3, 4]


def test_text_stays_inside_the_picture(qapp: QApplication) -> None:
    long = "主动公开农用地转为建设用地批准、征收集体土地批准、征地公告、征地补偿安置公示等信息数"
    picture = draw(chart_of((long, 999_999_999_999_999, 1), ("短", 5, 5)), LIGHT)
    image = QImage.fromData(png_bytes(picture))
    assert (image.width(), image.height()) == (2 * picture.width, 2 * picture.height)
    paper = QColor(LIGHT.paper).rgb()
    for x in (0, 1, image.width() - 2, image.width() - 1):
        assert all(image.pixel(x, y) == paper for y in range(image.height()))


@given(st.integers(0, 10**15) | st.decimals(0, 10**9, places=6))
def test_ticks_are_round_and_reach_over_the_figures(most: Number) -> None:
    ticks = nice_ticks(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 8
    steps = {Decimal(b) - Decimal(a) for a, b in pairwise(ticks)}
    assert len(steps) == 1
    if isinstance(most, int):
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
    qtbot.waitUntil(lambda: made.chart is not None)
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
    family = str(etree.fromstring(wanted.read_bytes()).get("font-family"))
    # Another computer has another of these, or at least some font.
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
