"""Random third and fourth tables of the 2021 form, their headings damaged, in every shape of text.

The figures are planted, so that what was read can be held against them: :func:`silent_mistakes`.
A second referee reads the text without any headings: :func:`counted` only counts figures between
labels, in order.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.form.form import Table
from core.matching.match import match
from core.matching.model import Match
from core.problems import NianbaoError
from core.reading.dispatch import read_bytes
from core.values import CellValue
from tests.core.matching.published_2021 import table_3, table_4
from tests.core.matching.reports_2021 import FORM
from tests.core.matching.shapes import (
    TITLE,
    Rows,
    apart,
    blank_in_row,
    filled_up,
    joined,
    left_blank,
    left_out,
    markdown,
    one_a_line,
    repeated,
    split_cells,
    split_heads,
)

#: What is left of merged cells.
MERGES: Final[Mapping[str, Callable[..., Rows]]] = {
    "left out": left_out,
    "left blank": left_blank,
    "blank in row": blank_in_row,
    "filled up": filled_up,
    "repeated": repeated,
}
#: How the rows are written.
WRITINGS: Final[Mapping[str, Callable[[Rows], str]]] = {
    "tabs": lambda rows: joined(rows, "\t"),
    "commas": lambda rows: joined(rows, ","),
    "full-width commas": lambda rows: joined(rows, "，"),
    "pipes": lambda rows: joined(rows, " | "),
    "pipes behind": lambda rows: joined(rows, " | ", after=" |"),
    "pipes around": lambda rows: joined(rows, " | ", before="| ", after=" |"),
    "markdown": markdown,
    "pipe after each cell": lambda rows: one_a_line(rows, " |"),
    "pipe on its own line": lambda rows: one_a_line(rows, "\n|"),
    "two spaces": lambda rows: joined([[t for t in row if t] for row in rows], "  "),
    "one space": lambda rows: joined([[t for t in row if t] for row in rows], " "),
    "a cell a line": one_a_line,
    "a cell a line, blank lines": lambda rows: one_a_line(rows, "\n"),
    "apart": apart,
}
_PARTS: Final = ("natural", "company", "research", "charity", "legal", "other")
_ENDS: Final = ("upheld", "corrected", "other", "pending")


def planted(dice: random.Random) -> dict[str, CellValue]:
    """Figures that keep all rules of the form; many noughts, as in most reports."""
    share = dice.choice((0.0, 0.05, 0.2, 0.6, 1.0))
    most = dice.choice((2, 9, 300))

    def figure() -> int:
        return dice.randrange(1, most + 1) if dice.random() < share else 0

    values: dict[str, int] = {}
    rows = [row.code for row in FORM.table("3").rows if row.columns]
    results = [code for code in rows if code.startswith("3-3.") and code != "3-3.7"]
    for part in _PARTS:
        for code in results:
            values[f"{code}:{part}"] = figure()
        values[f"3-3.7:{part}"] = sum(values[f"{code}:{part}"] for code in results)
        left = figure()
        before = min(figure(), values[f"3-3.7:{part}"] + left)
        values[f"3-4:{part}"], values[f"3-2:{part}"] = left, before
        values[f"3-1:{part}"] = values[f"3-3.7:{part}"] + left - before
    for code in rows:
        values[f"{code}:total"] = sum(values[f"{code}:{part}"] for part in _PARTS)
    for code in ("4-1", "4-2.1", "4-2.2"):
        for end in _ENDS:
            values[f"{code}:{end}"] = figure()
        values[f"{code}:total"] = sum(values[f"{code}:{end}"] for end in _ENDS)
    return dict(values)


@dataclass
class Damage:
    """Damages the rows of a table, above all its headings."""

    rows: Rows
    dice: random.Random
    done: list[str] = field(default_factory=list[str])

    def apply(self, count: int, *, to_figures: bool) -> None:
        heads: tuple[Callable[[], None], ...] = (
            self._drop_line, self._drop_head, self._double, self._split, self._shift, self._shift_back,
            self._halve, self._repeat_heads, self._blank_head,
        )  # fmt: skip
        figures = (self._drop_figure, self._blank_figure, self._add_figure, self._drop_row,
                   self._page_number, self._drop_label)  # fmt: skip
        for _ in range(count):
            way = self.dice.choice(figures if to_figures and self.dice.random() < 0.4 else heads)
            way()
            self.done.append(way.__name__)

    def _heads(self) -> list[int]:
        body = next((n for n, row in enumerate(self.rows) if any(map(_is_figure, row))), 0)
        return [n for n in range(body) if any(self.rows[n])]

    def _bodies(self) -> list[int]:
        return [n for n, row in enumerate(self.rows) if any(map(_is_figure, row))]

    def _pick(self, rows: Sequence[int], test: Callable[[str], bool] = bool) -> tuple[int, int]:
        places = [(n, c) for n in rows for c, text in enumerate(self.rows[n]) if test(text)]
        return self.dice.choice(places) if places else (0, 0)

    def _drop_line(self) -> None:
        heads = self._heads()
        if heads:
            del self.rows[self.dice.choice(heads)]

    def _drop_head(self) -> None:
        n, c = self._pick(self._heads())
        if self._heads():
            del self.rows[n][c]

    def _blank_head(self) -> None:
        n, c = self._pick(self._heads())
        if self._heads():
            self.rows[n][c] = ""

    def _double(self) -> None:
        n, c = self._pick(self._heads())
        if self._heads():
            self.rows[n].insert(c, self.rows[n][c])

    def _split(self) -> None:
        n, c = self._pick(self._heads())
        text = self.rows[n][c] if self._heads() else ""
        if len(text) > 2:
            cut = self.dice.randrange(1, len(text))
            self.rows[n][c : c + 1] = [text[:cut], text[cut:]]

    def _shift(self) -> None:
        heads = self._heads()
        if heads:
            row = self.rows[self.dice.choice(heads)]
            row.insert(self.dice.randrange(len(row)), "")

    def _shift_back(self) -> None:
        heads = self._heads()
        if heads:
            row = self.rows[self.dice.choice(heads)]
            if "" in row:
                row.remove("")

    def _halve(self) -> None:
        self.rows = self.dice.choice((split_heads, split_cells))(self.rows)

    def _repeat_heads(self) -> None:
        """The next page begins with the headings once more."""
        bodies = self._bodies()
        heads = [list(self.rows[n]) for n in self._heads()]
        if bodies:
            at = self.dice.choice(bodies)
            self.rows[at:at] = heads

    def _drop_figure(self) -> None:
        n, c = self._pick(self._bodies(), _is_figure)
        if self._bodies():
            del self.rows[n][c]

    def _blank_figure(self) -> None:
        n, c = self._pick(self._bodies(), _is_figure)
        if self._bodies():
            self.rows[n][c] = ""

    def _add_figure(self) -> None:
        n, c = self._pick(self._bodies(), _is_figure)
        if self._bodies():
            self.rows[n].insert(c, str(self.dice.choice((0, 1, 7, 2024))))

    def _drop_row(self) -> None:
        bodies = self._bodies()
        if len(bodies) > 6:
            del self.rows[self.dice.choice(bodies)]

    def _page_number(self) -> None:
        bodies = self._bodies()
        if bodies:
            self.rows.insert(self.dice.choice(bodies), [str(self.dice.randrange(1, 9))])

    def _drop_label(self) -> None:
        bodies = [n for n in self._bodies() if self.rows[n] and not _is_figure(self.rows[n][0])]
        if bodies:
            self.rows[self.dice.choice(bodies)][0] = ""


def _is_figure(text: str) -> bool:
    return text.isdigit()


@dataclass(frozen=True)
class Case:
    """A text made of planted figures, and how it was made."""

    text: str
    truth: dict[str, CellValue]
    how: str

    def read(self) -> Match | None:
        """What is read of it; ``None`` where the file is refused."""
        try:
            return match(read_bytes(self.text.encode(), "表.txt"), FORM)
        except NianbaoError:
            return None


def case(seed: int, *, to_figures: bool = False) -> Case:
    """A random table in a random shape."""
    dice = random.Random(seed)
    truth = planted(dice)
    code = dice.choice("3334")
    merge, writing = dice.choice(list(MERGES)), dice.choice(list(WRITINGS))
    table = (table_3 if code == "3" else table_4)(FORM, truth)
    damage = Damage(MERGES[merge](table), dice)
    damage.apply(dice.randrange(4), to_figures=to_figures)
    rows = [row for row in damage.rows if row] or [[""]]
    of: Table = FORM.table(code)
    text = f"{TITLE}\n{of.title}\n{WRITINGS[writing](rows)}\n五、其他情况\n"
    return Case(text, truth, f"{code} {merge} {writing} {' '.join(damage.done)}")


def silent_mistakes(case: Case) -> list[str]:
    """Figures that were taken for certain and are not the planted ones."""
    found = case.read()
    if found is None:
        return []
    return [
        f"{key}: {row.value} for {case.truth[key]}"
        for key, row in found.by_key.items()
        if row.value is not None and row.certainty == 1 and row.value != case.truth[key]
    ]


def counted(text: str) -> dict[str, CellValue] | None:
    """The third table as a parser reads it that only counts: seven figures behind each label."""
    table = FORM.table("3")
    flat = re.sub(r"[\s|,，]+", " ", text)
    start = 0
    values: dict[str, CellValue] = {}
    for row in table.rows:
        name = re.split("[（“]", row.label.lstrip("（一二三四五六七）、.123456789"))[0]
        at = flat.find(name, start)
        if at < 0:
            return None
        start = at + len(name)
        if row.columns:
            rest = re.match(r"[^0-9]*((?:\d+ ){7})(?!\d+ )", flat[start:] + " ")
            if rest is None:
                return None
            start += rest.end() - 1
            figures = map(int, rest[1].split())
            values |= {table.key(row, c): v for c, v in zip(row.columns, figures, strict=True)}
    return values
