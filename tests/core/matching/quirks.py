"""Ways in which offices print the same table differently, to be applied at random."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.form.form import Form, Row, RowKind
from core.reading.base.raw import RawDocument, RawTable

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_HAN = "一二三四五六七八九十"


@dataclass
class Line:
    """One printed row: the code and the true figure behind it, and what is printed."""

    code: str
    true: int | None
    label: str
    unit: str
    figure: str


def lines(form: Form, figures: dict[str, int]) -> list[Line]:
    found: list[Line] = []
    for row in next(iter(form.tables)).rows:
        true = figures.get(row.code) if row.columns else None
        unit = row.unit.name if row.unit else ""
        found.append(
            Line(row.code, true, printed(form, row), unit, "" if true is None else str(true))
        )
    return found


def printed(form: Form, row: Row) -> str:
    text = "  " * row.level + row.label + (f"\n（{row.note}）" if row.note else "")
    siblings = form.table_of(row).children[row.parent]
    if row.kind is RowKind.OF_WHICH and siblings[0] is row:
        return text.replace(row.label, f"其中：{row.label}", 1)
    return text


def _spaced(text: str, dice: random.Random) -> str:
    gap = dice.choice((" ", "\u3000", "\n", "\xa0", "  "))
    at = dice.randrange(len(text) + 1)
    return text[:at] + gap + text[at:]


def _wide(text: str, dice: random.Random) -> str:
    return text.translate(_WIDE)


def _narrow(text: str, dice: random.Random) -> str:
    for wide, narrow in ("（(", "）)", "，,", "：:", "．."):
        text = text.replace(wide, narrow)
    return text


def _brackets(text: str, dice: random.Random) -> str:
    one, two = dice.choice(("()", "［］", "〔〕", "【】"))
    return text.replace("（", one).replace("）", two)


def _numbering(text: str, dice: random.Random) -> str:
    body = text.lstrip()
    indent = text[: len(text) - len(body)]
    found = re.match(r"(\d)\.(.*)", body, re.DOTALL)
    if found:
        number, rest = int(found[1]), found[2]
        mark = dice.choice((f"{number}、", f"（{number}）", f"{number}．", f"{number})", "①②③④⑤⑥⑦⑧⑨"[number - 1],
                            "⑴⑵⑶⑷⑸⑹⑺⑻⑼"[number - 1], f"{number} ", ""))  # fmt: skip
        return indent + mark + rest
    found = re.match(r"（([一二三四五六七八九])）(.*)", body, re.DOTALL)
    if found:
        number = _HAN.index(found[1])
        mark = dice.choice(
            (
                f"({found[1]})",
                f"{found[1]}、",
                "㈠㈡㈢㈣㈤㈥㈦㈧㈨"[number],
                f"（{found[1]}）、",
                "",
            )
        )
        return indent + mark + found[2]
    return re.sub(r"^([一二三四五六七八九])、", lambda m: m[1] + dice.choice("、．.,"), body)


def _without_of_which(text: str, dice: random.Random) -> str:
    return text.replace("其中：", dice.choice(("", "其中:", "其中", "其 中：", "其中、", "#")))


def _without_note(text: str, dice: random.Random) -> str:
    return re.sub(r"\n?（不[^）]*）\Z", "", text)


LABEL_QUIRKS: tuple[Callable[[str, random.Random], str], ...] = (
    _spaced, _wide, _narrow, _brackets, _numbering, _without_of_which, _without_note,
)  # fmt: skip


def quirky_label(text: str, dice: random.Random) -> str:
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        text = dice.choice(LABEL_QUIRKS)(text, dice)
    return text


def quirky_figure(line: Line, dice: random.Random) -> str:
    """The figure printed in another way; ``—``, 无 and blanks stand where there is none to tell."""
    if line.true is None:
        return dice.choice(("", "", "\u3000"))
    text = line.figure
    kind = dice.randrange(9)
    if kind == 0:
        return f"{line.true:,}"
    if kind == 1:
        return text.translate(_WIDE)
    if kind == 2:
        return f" {text}\u3000"
    if kind == 3:
        return text + dice.choice(("", " ")) + line.unit
    if kind == 4 and dice.random() < 0.2:
        return dice.choice(("—", "无", "", "-", "/", "——", "－", "#REF!", "约" + text, text + "①"))
    if kind == 5:
        return f"{text}.0"
    return text


def document(rows: Sequence[Line], dice: random.Random) -> RawDocument:
    """The rows as one or several raw tables, with columns that are none of the form's about them."""
    extra_left = dice.random() < 0.3
    extra_right = dice.random() < 0.3
    last_year = dice.random() < 0.2
    head = ["统计指标", "单位", "统计数"]
    if last_year:
        head.append("上年")
    if extra_left:
        head.insert(0, "序号")
    if extra_right:
        head.append("备注")
    body: list[tuple[str, ...]] = []
    for at, line in enumerate(rows, 1):
        cells = [line.label, line.unit, line.figure]
        if last_year:
            cells.append(str(dice.randrange(100)) if line.true is not None else "")
        if extra_left:
            cells.insert(0, str(at))
        if extra_right:
            cells.append(dice.choice(("", "", "含下属单位")))
        body.append(tuple(cells))
    title = [("政府信息公开情况统计表",), ("（ 2018 年度）",), ("填报单位（盖章）：", "某区某局")]
    cut = dice.randrange(5, len(body) - 5) if dice.random() < 0.3 else len(body)
    first = [*title, tuple(head), *body[:cut]]
    tables = [RawTable(tuple(first))]
    if cut < len(body):
        repeated = [tuple(head)] if dice.random() < 0.5 else []
        tables.append(RawTable((*repeated, *body[cut:])))
    return RawDocument("xlsx", tuple(tables))
