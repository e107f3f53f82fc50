"""What one key makes a sheet of 10,000 rows draw: counted, not timed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.session import Session
from gui.document import Document
from gui.look.tokens import LIGHT
from gui.sheet.view import SheetView
from tests.bench.checking import full_report
from tests.bench.forms import catalog


class CountingSheet(SheetView):
    """Counts how often all rows are laid out."""

    layouts = 0

    def doItemsLayout(self) -> None:
        """Counts, then lays out."""
        self.layouts += 1
        super().doItemsLayout()


@pytest.mark.parametrize("rows", [100, 10_000])
def test_one_key_changes_as_many_cells_whatever_the_size(
    qtbot: QtBot, tmp_path: Path, rows: int
) -> None:
    checks = catalog(tmp_path, rows).checks("big")
    document = Document(Session(full_report(checks), checks))
    sheet = CountingSheet(document, checks.form.tables[0], LIGHT)
    qtbot.addWidget(sheet)
    sheet.resize(1200, 700)
    sheet.show()
    qtbot.waitExposed(sheet)
    sheet.go_to("5.3")
    changed: list[tuple[str, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        assert first.row() == last.row()
        node = sheet.sheet_model.node(first)
        changed.append((node.row.code, last.column() - first.column() + 1))

    sheet.sheet_model.dataChanged.connect(note)
    sheet.layouts = 0
    value = document.session.value("5.3")
    digit = "1" if value != 1 else "2"
    QTest.keyClick(sheet, digit)  # pyright: ignore
    QTest.keyClick(sheet.focusWidget() or sheet, Qt.Key.Key_Return)
    assert document.session.value("5.3") == int(digit)
    # The row itself, and at most its total and the other parts that are judged against it.
    assert {code for code, _ in changed} <= {"5", *(f"5.{part}" for part in range(1, 10))}
    assert "5.3" in {code for code, _ in changed}
    assert len(changed) <= 10
    assert all(columns <= 7 for _, columns in changed)
    assert sheet.layouts == 0
