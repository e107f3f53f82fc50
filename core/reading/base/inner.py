"""Tables inside the cells of a table."""

from __future__ import annotations

from typing import Final

from core.reading.base.raw import RawTable

INNER_TABLE_REMARK: Final = (
    "表格的单元格里还有小表格，其中的数字没有当作该单元格的内容读取，请核对这些单元格。"
)
#: A larger one is a table of its own, for which the cell is a frame on the page.
_MAX_PLACES: Final = 12


def with_inner_tables(
    text: str, tables: list[RawTable], first: int, *, told: bool
) -> tuple[str, bool]:
    """The text of a cell that holds the *tables* from *first* on, and whether the clerk must be told.

    A table of one text is the cell's own text in a frame, and taken out of *tables*. Of another
    small one nobody can say which figure is the cell's.
    """
    for at in range(first, len(tables)):
        rows = [row for row in tables[at].rows if any(row)]
        texts = {cell for row in rows for cell in row if cell.strip()}
        if len(texts) == 1:
            text = "\n".join(part for part in (text, *texts) if part.strip())
            tables[at] = RawTable(())
        elif sum(map(len, rows)) <= _MAX_PLACES:
            told |= any(cell.strip().isdecimal() for cell in texts)
    return text, told
