"""A made-up form of any size: what a form of 10,000 rows and 20,000 checks costs.

Groups of ten rows: a total with nine parts. Two checks a row on average: each total is the sum of
its parts, each part is no more than its total, and every figure is steady against last year.
"""

from __future__ import annotations

import sys
from pathlib import Path


def big_form(rows: int) -> str:
    """The TOML of a form with *rows* rows (a multiple of ten) and two checks a row."""
    groups = rows // 10
    lines = [
        'id = "big"',
        f'name = "{rows} 行的表样"',
        "[[tables]]",
        'columns = [{ code = "n", label = "数" }]',
        "rows = [",
    ]
    for group in range(1, groups + 1):
        lines.append(f'    {{ code = "{group}", label = "第{group}组合计数", unit = "件" }},')
        lines += [
            f'    {{ code = "{group}.{part}", level = 1, label = "{part}.第{group}组第{part}项数", '
            'unit = "件" },'
            for part in range(1, 10)
        ]
    lines.append("]")
    lines += ["[[checks]]", 'id = "合计"', "computes = true", "rules = ["]
    lines += [f'    "[{group}] = sum([{group}.*])",' for group in range(1, groups + 1)]
    lines += ["]", "[[checks]]", 'id = "其中"', "rules = ["]
    lines += [f'    "[{group}.*] <= [{group}]",' for group in range(1, groups + 1)]
    lines += [
        "]",
        "[[checks]]",
        'id = "变动"',
        'rule = "steady([**], 50%, 10)"',
        'level = "warning"',
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(big_form(int(sys.argv[1])), encoding="utf-8")
