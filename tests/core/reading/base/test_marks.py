"""Footnote marks and struck out digits do not join the figure beside them, in any kind of document.

The files are LibreOffice's, all of one table: 3 with a raised 1 behind it, and a struck out 2 before 5.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.matching.figures import read_figure
from core.reading.dispatch import read_document
from core.values import UNITS

FILES = Path(__file__).resolve().parents[3] / "reference" / "files"


@pytest.mark.parametrize("kind", ["doc", "docx", "html", "odt", "rtf"])
def test_marks_do_not_join_figures(kind: str) -> None:
    document = read_document(FILES / f"marks.{kind}")
    figures = [row[-1] for row in document.tables[0].rows[1:]]
    marked, struck, plain = (read_figure(text, UNITS["件"]) for text in figures)
    assert marked.value == 3
    assert struck.value == 5
    assert plain.value == 7
    assert any("删除" in remark for remark in document.remarks)
