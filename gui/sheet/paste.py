"""Where the cells of a pasted block go, and what of it does not fit. No Qt.

Rows go to the rows below the current one as Excel does, except that headings have no cells: a block
that has blank rows just where the sheet has headings was copied with them and keeps them, any other
skips them. A block that brings labels goes where its labels say. Either all of it fits or nothing
is pasted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from core.matching.figures import looks_like_figure
from core.matching.match import match
from core.problems import NianbaoError, Problem
from core.session import Session
from core.values import CellValue
from gui.sheet.clipboard import Block, as_document
from gui.sheet.moves import Moves, Place
from gui.sheet.nodes import Node, Tree

#: A longer list helps nobody.
_LISTED = 20


class PasteProblem(Problem):
    """Why a block does not fit."""

    EMPTY = "剪贴板上没有可以粘贴的内容，请先在 Excel、WPS 或本表中复制。"
    TOO_MANY_ROWS = "剪贴板有 {rows} 行，从“{name}”往下只有 {room} 行可填，请从更靠上的行开始粘贴。"
    TOO_MANY_COLUMNS = "剪贴板有 {columns} 列，从“{name}”往右只有 {room} 列可填，请只复制需要的列。"
    NO_CELL = "“{row}”没有“{column}”这一栏，剪贴板中对应的是“{text}”。"
    ON_HEADING = "“{row}”是标题，不填数字，剪贴板中对应的是“{text}”。"
    UNMATCHED = "“{label}”的“{figure}”在表中找不到对应的格。"
    UNSURE = "“{label}”：{remark}"
    SEVERAL = "剪贴板中有几列数字，不能确定用哪一列，请只复制名称和需要的一列。"
    MORE = "另有 {count} 处同样放不下。"


@dataclass
class Plan:
    """What a paste would write, by key, and the sentences that stand in its way."""

    cells: dict[str, CellValue] = field(default_factory=dict[str, CellValue])
    refusals: list[str] = field(default_factory=list[str])

    @property
    def listed(self) -> list[str]:
        """The refusals, cut to what a person reads."""
        if len(self.refusals) <= _LISTED:
            return self.refusals
        more = PasteProblem.MORE.sentence(count=len(self.refusals) - _LISTED)
        return [*self.refusals[:_LISTED], more]


def plan_paste(
    block: Block, session: Session, moves: Moves, tree: Tree, selected: list[Place]
) -> Plan:
    """What pasting *block* onto the selected cells (at least one, row by row) would do."""
    if not block or not block[0]:
        return Plan(refusals=[PasteProblem.EMPTY.sentence()])
    if len(block) == 1 and len(block[0]) == 1:
        plan = Plan()
        for place in selected:
            _put(plan, session, moves.key_at(place), block[0][0])
        return plan
    if _has_labels(block):
        return _by_labels(block, session)
    first = min(place.row for place in selected)
    column = min(place.column for place in selected)
    return _by_place(block, session, moves, tree, Place(first, column))


def _put(plan: Plan, session: Session, key: str | None, text: str) -> None:
    if key is None:
        return
    try:
        plan.cells[key] = session.typed(key, text)
    except NianbaoError as error:
        plan.refusals.append(str(error))


# -- by place ---------------------------------------------------------------------------------


def _by_place(block: Block, session: Session, moves: Moves, tree: Tree, start: Place) -> Plan:
    plan = Plan()
    shown = [tree.order[start.row], *islice(moves.rows(start.row, 1), _reach(block))]
    targets = _targets(block, shown)
    name = tree.order[start.row].row.label
    rows = _filled_height(block)
    if rows > len(targets):
        plan.refusals.append(
            PasteProblem.TOO_MANY_ROWS.sentence(rows=rows, name=name, room=len(targets))
        )
    room = len(tree.table.columns) - start.column
    columns = max((_filled_width(row) for row in block), default=0)
    if columns > room:
        heading = tree.table.columns[start.column].label
        plan.refusals.append(
            PasteProblem.TOO_MANY_COLUMNS.sentence(columns=columns, name=heading, room=room)
        )
    for node, texts in zip(targets, block, strict=False):
        for offset, text in enumerate(texts[:room]):
            column = start.column + offset
            key = node.keys[column]
            if key is not None:
                _put(plan, session, key, text)
            elif text.strip():
                plan.refusals.append(_misfit(tree, node, column, text))
    return plan


def _misfit(tree: Tree, node: Node, column: int, text: str) -> str:
    shown = " ".join(text.split())[:20]
    if node.is_heading:
        return PasteProblem.ON_HEADING.sentence(row=node.row.label, text=shown)
    return PasteProblem.NO_CELL.sentence(
        row=node.row.label, column=tree.table.columns[column].label, text=shown
    )


def _reach(block: Block) -> int:
    """Enough rows below for every row of the block, headings between them included."""
    return len(block) * 8 + 64


def _targets(block: Block, shown: list[Node]) -> list[Node]:
    """The row of the sheet for each row of the block, as far as there are rows."""
    as_it_stands = shown[: len(block)]
    headings = [row for node, row in zip(as_it_stands, block, strict=False) if node.is_heading]
    if headings and not any(text.strip() for row in headings for text in row):
        return as_it_stands
    return [node for node in shown if not node.is_heading][: len(block)]


def _filled_height(block: Block) -> int:
    """The rows of the block up to the last that holds anything."""
    held = [number for number, row in enumerate(block, start=1) if _filled_width(row)]
    return max(held, default=0)


def _filled_width(row: Iterable[str]) -> int:
    return max((number for number, text in enumerate(row, start=1) if text.strip()), default=0)


# -- by labels --------------------------------------------------------------------------------


def _has_labels(block: Block) -> bool:
    """Whether most rows begin with words instead of a figure."""
    firsts = [next((text for text in row if text.strip()), "") for row in block]
    held = [text for text in firsts if text]
    words = [text for text in held if not looks_like_figure(text) and _has_word(text)]
    return len(block[0]) > 1 and len(held) > 1 and len(words) * 2 > len(held)


def _has_word(text: str) -> bool:
    return sum(sign.isalpha() for sign in text) > 1


def _by_labels(block: Block, session: Session) -> Plan:
    plan = Plan()
    found = match(as_document(block), session.form, before=session.report.period.year)
    if found.needs_choice:
        plan.refusals.append(PasteProblem.SEVERAL.sentence())
    for row in found.unmatched:
        if row.figure.strip():
            plan.refusals.append(
                PasteProblem.UNMATCHED.sentence(label=row.label, figure=row.figure)
            )
    for row in found.unsure:
        plan.refusals.append(PasteProblem.UNSURE.sentence(label=row.label, remark=row.remark))
    for key, row in found.by_key.items():
        if row.figure.strip():
            _put(plan, session, key, row.figure)
    if not plan.cells and not plan.refusals:
        plan.refusals.append(PasteProblem.EMPTY.sentence())
    return plan
