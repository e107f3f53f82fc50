"""How a sheet shares its width: an office screen shows all of the 2021 matrix at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from core.catalog import Catalog
from core.form.read_toml import read_form
from gui.look.tokens import LIGHT
from gui.sheet.columns import ColumnKind, columns_for
from gui.sheet.widths import share

from .conftest import MakeDesk

#: What is left for the sheet on a screen 1366 wide, by what is open beside it.
BOTH_PANES, ONE_PANE = 876, 1140
MONTHS = "\n".join(
    ['format = 1\nid = "monthly"\nname = "月度统计表"\n[[tables]]\ncolumns = [']
    + [f'  {{ code = "m{month}", label = "{month}月" }},' for month in range(1, 13)]
    + [']\nrows = [{ code = "1", label = "一、主动公开政府信息数", unit = "条" }]\n']
)


def test_the_matrix_fits_beside_both_panes_and_labels_get_the_room(catalog: Catalog) -> None:
    form = catalog.form("cn-2021")
    columns = columns_for(form, form.table("3"))
    widths = share(columns, BOTH_PANES, zoom=1.0, label=560, needed={})
    assert sum(widths.columns) == BOTH_PANES
    assert not widths.has_review
    assert widths.columns[0] >= 400
    assert all(width >= 66 for width in widths.columns[1:-1])


def test_sentences_have_a_column_where_there_is_room_for_them(catalog: Catalog) -> None:
    form = catalog.form("cn-2021")
    columns = columns_for(form, form.table("3"))
    widths = share(columns, ONE_PANE, zoom=1.0, label=560, needed={})
    assert widths.has_review and widths.columns[-1] >= 200
    assert sum(widths.columns) == ONE_PANE
    short = share(columns_for(form, form.table("4")), BOTH_PANES, zoom=1.0, label=170, needed={})
    assert short.columns[0] == 180  # labels take no more than they need
    assert sum(short.columns) == BOTH_PANES


def test_twelve_months_scroll_and_never_get_too_narrow() -> None:
    form = read_form(MONTHS.encode()).form
    assert form is not None
    columns = columns_for(form, form.tables[0])
    widths = share(columns, BOTH_PANES, zoom=1.0, label=260, needed={3: 120})
    assert widths.columns[0] == 250
    assert widths.columns[1:-1] == (66, 66, 120, *[66] * 9)
    assert sum(widths.columns) > BOTH_PANES
    twice = share(columns, BOTH_PANES, zoom=2.0, label=520, needed={})
    assert twice.columns[:2] == (500, 132)


@pytest.mark.parametrize(
    ("table", "kinds", "aside"),
    [
        ("2", [ColumnKind.LABEL, ColumnKind.UNIT], ""),
        ("3", [ColumnKind.LABEL], "单位：件"),
        ("4", [ColumnKind.LABEL], "单位：件"),
    ],
)
def test_a_unit_that_all_rows_share_is_said_once(
    catalog: Catalog, table: str, kinds: list[ColumnKind], aside: str
) -> None:
    form = catalog.form("cn-2021")
    columns = columns_for(form, form.table(table))
    assert [
        column.kind for column in columns if column.kind in (ColumnKind.LABEL, ColumnKind.UNIT)
    ] == kinds
    assert columns[0].aside == aside


def test_a_row_with_a_finding_is_marked_at_its_label_where_sentences_have_no_room(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk("cn-2021", "3", values={"3-1:natural": 3, "3-1:total": 5})
    desk.sheet.resize(BOTH_PANES, 640)
    desk.sheet.go_to("3-3.1:natural")
    QApplication.processEvents()
    sheet, model = desk.sheet, desk.sheet.sheet_model
    assert sheet.horizontalScrollBar().maximum() == 0
    assert sheet.isColumnHidden(len(model.columns) - 1)
    for column in ("company", "research", "charity", "legal", "other"):
        desk.sheet.go_to(f"3-1:{column}")
        desk.press("0")
    desk.sheet.go_to("3-3.1:natural")
    QApplication.processEvents()
    marked, clean = (model.index_of(model.tree.of_row[code]) for code in ("3-1", "3-2"))
    image = sheet.viewport().grab().toImage()

    def has_sign(index: object) -> bool:
        rect = sheet.visualRect(index)  # type: ignore[arg-type]
        right = range(rect.right() - 40, rect.right())
        return any(image.pixelColor(x, rect.center().y()) == QColor(LIGHT.error) for x in right)

    assert has_sign(marked) and not has_sign(clean)
    assert "其各栏之和为 3，相差 2" in marked.data(Qt.ItemDataRole.ToolTipRole)
    assert "相差 2" in marked.data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_column_widens_for_a_long_figure(make_desk: MakeDesk) -> None:
    desk = make_desk("cn-2021", "3", values={"3-1:natural": 1})
    desk.sheet.resize(BOTH_PANES, 640)
    QApplication.processEvents()
    header = desk.sheet.headings
    before = header.sectionSize(1)
    desk.sheet.go_to("3-1:natural")
    desk.press(*"123456789012", Qt.Key.Key_Return)
    QApplication.processEvents()
    QApplication.processEvents()
    assert desk.values["3-1:natural"] == 123456789012
    room = desk.sheet.colours.figure_width("123456789012")
    assert before < room <= header.sectionSize(1)
    assert header.sectionSize(2) < room


def test_labels_come_before_remarks(catalog: Catalog) -> None:
    form = catalog.form("cn-2014-beijing")
    columns = columns_for(form, form.tables[0])
    scarce = share(columns, BOTH_PANES, zoom=1.0, label=720, needed={})
    assert scarce.columns[-1] == columns[-1].least
    assert scarce.columns[0] == BOTH_PANES - sum(scarce.columns[1:])
    # On a wide screen the longest label is whole, and remarks have all that is left.
    roomy = share(columns, 1430, zoom=1.0, label=720, needed={})
    assert roomy.columns[0] == 720
    assert roomy.columns[-1] > 300


def test_bars_beside_rates_share_one_scale_and_say_the_direction(make_desk: MakeDesk) -> None:
    last = {"1.3.1": 100, "1.3.2": 100, "1.3.3": 100, "1.3.4": 100, "1.3.5": 0}
    now = {"1.3.1": 150, "1.3.2": 50, "1.3.3": 400, "1.3.4": 100, "1.3.5": 9}
    desk = make_desk("cn-2014-beijing", values=now, last=last)
    sheet, model = desk.sheet, desk.sheet.sheet_model
    sheet.resize(1300, 900)
    sheet.go_to("1.3.1")
    QApplication.processEvents()
    image = sheet.viewport().grab().toImage()
    column = next(at for at, one in enumerate(model.columns) if one.kind is ColumnKind.RATE)
    paper = QColor(LIGHT.paper)

    def inked(key: str) -> tuple[int, int]:
        """Pixels that are no paper, left and right of the line at 0."""
        rect = sheet.visualRect(model.index_of(model.tree.of_key[key], column))
        y = rect.center().y()
        middle = rect.left() + 28

        def count(pixels: range) -> int:
            return sum(image.pixelColor(x, y) != paper for x in pixels)

        return count(range(middle - 26, middle)), count(range(middle + 1, middle + 28))

    assert inked("1.3.1") == (0, 9)  # half as much again: half of the scale
    assert inked("1.3.2") == (9, 0)
    assert inked("1.3.3")[1] > 18  # four times as much: full, with a point
    assert inked("1.3.4") == (0, 0)
    assert inked("1.3.5") == (0, 0)  # from 0 there is no rate
    tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "满格为 100%" in str(tip)


def test_last_years_column_widens_as_well(make_desk: MakeDesk) -> None:
    """An amount to a cent of a yuan, which would run into this year's figure."""
    amount = Decimal("12345678.123456")
    desk = make_desk(values={"7": Decimal(1)}, last={"7": amount})
    desk.sheet.go_to("7")
    for _ in range(3):
        QApplication.processEvents()
    kinds = [column.kind for column in desk.sheet.sheet_model.columns]
    header, colours = desk.sheet.headings, desk.sheet.colours
    assert header.sectionSize(kinds.index(ColumnKind.LAST)) >= colours.aside_width(
        "12345678.123456"
    )
    difference = header.sectionSize(kinds.index(ColumnKind.DIFFERENCE))
    assert difference >= colours.aside_width("−12345677.123456")
