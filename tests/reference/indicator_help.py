"""Writes the manual's annex of what each indicator counts, out of the built-in forms.

    python -m tests.reference.indicator_help

``tests/core/form/test_help.py`` holds the file against the forms.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.catalog import Catalog
from core.form.form import Form, Row

ANNEX: Final = Path(__file__).resolve().parents[2] / "docs" / "指标说明.md"
_HEAD: Final = """# 指标说明

自带四份表样的每个指标：计什么、不计什么、常见错误，和这样说的依据。填报时按 Ctrl+F1 在窗口里看同样的内容，
查找指标时也能按说明里的字词找到。

依据里写“表样文字”“经验”的部分没有查到官方解释，以当地主管部门的要求为准。
"""


def annex() -> str:
    """The whole file; a form whose rows say the same as another's is told so once."""
    catalog = Catalog.standard()
    ids = ("cn-2021", "cn-2019", "cn-2014", "cn-2014-beijing")
    parts = [_HEAD]
    told: dict[tuple[str, str], str] = {}
    for form in map(catalog.form, ids):
        parts.append(_of_form(form, told))
    return "\n".join(parts)


def _of_form(form: Form, told: dict[tuple[str, str], str]) -> str:
    lines = [f"## {form.name}", ""]
    same: dict[str, int] = {}
    for table in form.tables:
        rows = [row for row in table.rows if row.columns]
        fresh = [row for row in rows if (row.help, row.label) not in told]
        for row in rows:
            before = told.get((row.help, row.label))
            if before is not None:
                same[before] = same.get(before, 0) + 1
        if table.title and fresh:
            lines += [f"### {table.title}", ""]
        for row in fresh:
            lines += [
                f"**{_name(form, row)}**（{row.unit_text}）：{row.help}依据：{row.help_source}。",
                "",
            ]
    for row in form.rows.values():
        if row.columns:
            told.setdefault((row.help, row.label), form.name)
    lines += [f"其余 {count} 个指标与“{name}”相同。\n" for name, count in same.items()]
    return "\n".join(lines)


def _name(form: Form, row: Row) -> str:
    return f"{row.code} {form.row_name(row)}"


if __name__ == "__main__":
    ANNEX.write_text(annex(), encoding="utf-8", newline="\n")
    print(ANNEX)
