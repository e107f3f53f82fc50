"""What the seal of an exported workbook is worth: a reading never says other than the paper in silence."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from core.catalog import Catalog
from core.importing import own_files
from core.importing.own_files import read_own_xlsx
from core.importing.propose import propose
from core.session import Session
from core.writing.sealed_sheet import PAYLOAD_SHEET, seal
from core.writing.xlsx import workbook_bytes
from tests.core.figures import consistent_2021, figures_2018, fill, session_of

CATALOG = Catalog.standard()


def exported() -> bytes:
    session = session_of("cn-2014-beijing")
    fill(session, figures_2018())
    return workbook_bytes(session)


def resealed(change: Callable[[Workbook, list[list[str]]], None]) -> bytes:
    """The workbook after somebody who knows how it is sealed has changed it."""
    book = load_workbook(BytesIO(exported()))
    sheet = book[PAYLOAD_SHEET]
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    rows.pop(3)
    change(book, rows)
    rows.insert(3, ["sha256", seal(rows)])
    for line, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            sheet.cell(line, column).value = text
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells(rows: list[list[str]]) -> dict[str, list[str]]:
    return {row[0]: row for row in rows[5:] if row[0]}


def on_paper(book: Workbook, rows: list[list[str]], key: str, value: object) -> str:
    """Has the visible cell of *key* show *value*; its address."""
    sheet, _, address = cells(rows)[key][2].partition("!")
    book[sheet][address] = value
    return f"{sheet}!{address}"


def blanked(book: Workbook, rows: list[list[str]]) -> None:
    on_paper(book, rows, "3.1.4", 9)
    cells(rows)["3.1.4"][2] = ""


def odd(book: Workbook, rows: list[list[str]]) -> None:
    on_paper(book, rows, "3.1.4", 9)
    cells(rows)["3.1.4"][2] = "统计表!C"


def aside(book: Workbook, rows: list[list[str]]) -> None:
    on_paper(book, rows, "3.1.4", 9)
    line = cells(rows)["3.1.4"][2].partition("!C")[2]
    book["统计表"][f"ZZ{line}"] = 3
    cells(rows)["3.1.4"][2] = f"统计表!ZZ{line}"


def swapped(book: Workbook, rows: list[list[str]]) -> None:
    mine = on_paper(book, rows, "3.1.1", 3)
    other = on_paper(book, rows, "3.1.4", 0)
    cells(rows)["3.1.1"][2], cells(rows)["3.1.4"][2] = other, mine


def behind_a_hidden_row(book: Workbook, rows: list[list[str]]) -> None:
    line = int(cells(rows)["3.1.4"][2].partition("!C")[2])
    sheet = book["统计表"]
    sheet.row_dimensions[line].hidden = True
    label = sheet.cell(line, 1).value
    for at, text in ((1, label), (2, "件"), (3, 9)):
        last = sheet.max_row + (at == 1)
        sheet.cell(last, at).value = text


@pytest.mark.parametrize("change", [blanked, odd, aside, swapped])
def test_a_resealed_workbook_shows_both_figures_and_neither_is_sure(
    tmp_path: Path, change: Callable[[Workbook, list[list[str]]], None]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(resealed(change))
    proposal = propose(path, CATALOG)
    assert "3.1.4" in {cell.key for cell in proposal.changed}
    assert "3.1.4" in proposal.doubted
    (told,) = [str(remark) for remark in proposal.remarks if "信函" in str(remark)]
    assert "导出时为 3" in told and ("为 9" in told or "为 0" in told)


def test_what_is_hidden_is_not_what_the_paper_shows() -> None:
    own = read_own_xlsx(resealed(behind_a_hidden_row), "a.xlsx", CATALOG)
    assert own is not None
    assert "3.1.4" in {cell.key for cell in own.changed}


@pytest.mark.parametrize("how", ["broken", "removed", "renamed"])
def test_a_seal_that_is_broken_or_gone_is_told(tmp_path: Path, how: str) -> None:
    book = load_workbook(BytesIO(exported()))
    if how == "broken":
        book[PAYLOAD_SHEET]["B40"] = "99"
        book["统计表"]["C39"] = 99
    elif how == "removed":
        del book[PAYLOAD_SHEET]
    else:
        book[PAYLOAD_SHEET].title = "x"
    path = tmp_path / "a.xlsx"
    book.save(path)
    proposal = propose(path, CATALOG)
    assert any("导出后被改动过，无法逐格核对" in str(remark) for remark in proposal.remarks)
    assert proposal.match is not None


@pytest.mark.parametrize("form", ["cn-2014-beijing", "cn-2021"])
def test_an_honest_workbook_is_read_by_its_places_alone(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("matched like anybody's")

    monkeypatch.setattr(own_files, "_seen", never)
    session: Session = session_of(form)
    fill(
        session,
        figures_2018()
        if form == "cn-2014-beijing"
        else consistent_2021(session.form, random.Random(1)),
    )
    own = read_own_xlsx(workbook_bytes(session), "a.xlsx", CATALOG)
    assert own is not None and own.changed == ()
    assert own.report.values == session.report.values
