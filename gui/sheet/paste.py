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

from core.form.form import Form, Layout, Table
from core.matching.figures import looks_like_figure
from core.matching.labels import Labels
from core.matching.match import match
from core.matching.model import MatchNote
from core.problems import NianbaoError, Problem
from core.session import Session
from core.values import CellValue
from gui.sheet.block import Block, Copied, as_document
from gui.sheet.columns import column_name
from gui.sheet.moves import Moves, Place
from gui.sheet.nodes import Node, Tree

#: A longer list helps nobody.
_LISTED = 20


class PasteProblem(Problem):
    """Why a block does not fit."""

    EMPTY = "剪贴板上没有可以粘贴的内容，请先在 Excel、WPS 或本表中复制。"
    TOO_MANY_ROWS = "剪贴板有 {rows} 行，从“{name}”往下只有 {room} 行可填，请只复制需要的行。"
    TOO_MANY_COLUMNS = "剪贴板有 {columns} 列，从“{name}”往右只有 {room} 列可填，请只复制需要的列。"
    NO_CELL = "“{row}”没有“{column}”这一栏，剪贴板中对应的是“{text}”。"
    ON_HEADING = "“{row}”是标题，不填数字，剪贴板中对应的是“{text}”。"
    UNMATCHED = "“{label}”的“{figure}”在表中找不到对应的格。"
    UNSURE = "“{label}”：{remark}"
    SEVERAL = "剪贴板中有几列数字，不能确定用哪一列，请只复制名称和需要的一列。"
    MARKED = "“{text}”在原处显示为“{shown}”，其中有上标或下标，不能确定是哪个数，请核对后直接输入。"
    STRUCK = "“{text}”在原处有划去的部分，只留下“{shown}”，请核对后直接输入。"
    STRUCK_OUT = "“{text}”在原处已被划去，请核对后直接输入。"
    STRUCK_SOMEWHERE = "复制的内容里有划去的文字，不能确定用哪些数，请去掉删除线后再复制。"
    MORE = "另有 {count} 处同样放不下。"


@dataclass
class Plan:
    """What a paste would write, by key, and the sentences that stand in its way."""

    cells: dict[str, CellValue] = field(default_factory=dict[str, CellValue])
    refusals: list[str] = field(default_factory=list[str])
    #: Rows to fill between the others that are folded away or filtered out, and got nothing.
    passed_by: int = 0

    @property
    def listed(self) -> list[str]:
        """The refusals, cut to what a person reads."""
        if len(self.refusals) <= _LISTED:
            return self.refusals
        more = PasteProblem.MORE.sentence(count=len(self.refusals) - _LISTED)
        return [*self.refusals[:_LISTED], more]


def marked_refusals(copied: Copied) -> list[str]:
    """Why what was copied cannot be taken as its text says; nothing where it can."""
    found: list[str] = []
    for text, shown in copied.marked:
        problem = PasteProblem.STRUCK if shown else PasteProblem.STRUCK_OUT
        problem = PasteProblem.MARKED if "[" in shown else problem
        found.append(problem.sentence(text=text[:20], shown=shown[:20]))
    if copied.struck:
        found.append(PasteProblem.STRUCK_SOMEWHERE.sentence())
    return found


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
    first = min(place.row for place in selected)
    column = min(place.column for place in selected)
    if _has_labels(block):
        return _by_labels(block, session, tree.table, column)
    if tree.table.layout is Layout.ACROSS and len(block) == 1 < len(tree.table.rows):
        block = _one_under_another(block[0], moves, tree, Place(first, column))
    block = _repeated(_without_headings(block, tree), selected)
    return _by_place(block, session, moves, tree, Place(first, column))


def _repeated(block: Block, selected: list[Place]) -> Block:
    """The block as often as it goes into the selection, where it does without a rest, as in Excel.

    A single selected row (column) is as high (wide) as the block.
    """
    rows = len({place.row for place in selected})
    columns = len({place.column for place in selected})
    down, across = max(1, rows // len(block)), max(1, columns // len(block[0]))
    if rows not in (1, down * len(block)) or columns not in (1, across * len(block[0])):
        return block
    return tuple(row * across for row in block) * down


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
    plan.passed_by = _passed_by(targets[:rows], tree)
    room = len(tree.table.columns) - start.column
    columns = max((_filled_width(row) for row in block), default=0)
    if columns > room:
        heading = column_name(session.form, tree.table, start.column)
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
                plan.refusals.append(_misfit(session.form, tree, node, column, text))
    return plan


def _passed_by(targets: list[Node], tree: Tree) -> int:
    """How many rows with cells lie between those that are filled, out of sight."""
    if not targets:
        return 0
    first, last = targets[0].row.code, targets[-1].row.code
    codes = [row.code for row in tree.table.rows]
    between = tree.table.rows[codes.index(first) : codes.index(last)]
    seen = {node.row.code for node in tree.order if node.is_shown}
    return sum(row.unit is not None and row.code not in seen for row in between)


def _misfit(form: Form, tree: Tree, node: Node, column: int, text: str) -> str:
    shown = " ".join(text.split())[:20]
    if node.is_heading:
        return PasteProblem.ON_HEADING.sentence(row=node.row.label, text=shown)
    return PasteProblem.NO_CELL.sentence(
        row=node.row.label, column=column_name(form, tree.table, column), text=shown
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


def _without_headings(block: Block, tree: Tree) -> Block:
    """The block without the names of columns that were copied with the figures under them."""
    core, table = Labels().core, tree.table
    names = {core(table.columns_heading), core(table.row_heading), core(table.unit_heading), ""}
    for column in table.columns:
        names |= {core(column.label), core(column.group)}
    start = 0
    while start < len(block) and all(core(text) in names for text in block[start]):
        start += 1
    first = next((at for at, row in enumerate(block) if any(row)), 0)
    return block[start:] if first < start < len(block) else block


def _one_under_another(line: tuple[str, ...], moves: Moves, tree: Tree, start: Place) -> Block:
    """A line of figures as the official table prints it, with a row's figures in each row."""
    rows = [tree.order[start.row], *moves.rows(start.row, 1)]
    width = len(tree.table.columns)
    filled = [node for node in rows if not node.is_heading]
    if start.column or len(line) != width * len(filled):
        return (line,)
    return tuple(line[at : at + width] for at in range(0, len(line), width))


# -- by labels --------------------------------------------------------------------------------


def _has_labels(block: Block) -> bool:
    """Whether most rows begin with words instead of a figure, or with words after a number."""
    firsts = [[text for text in row if text.strip()][:2] for row in block]
    held = [texts for texts in firsts if texts]
    words = [
        texts for texts in held if any(not looks_like_figure(t) and _has_word(t) for t in texts)
    ]
    return len(block[0]) > 1 and len(held) > 1 and len(words) * 2 > len(held)


def _nameless(block: Block, table: Table) -> tuple[Block, int, int]:
    """The block without names of columns, how many labels a row has, and how many figures.

    No figures where the block does name its columns, or there is only one. Names that stand one
    under another have lost their columns and tell no more than none.
    """
    core = Labels().core
    names = {core(column.label) for column in table.columns}
    figures = [any(map(looks_like_figure, row)) for row in block]
    head = figures.index(True) if any(figures) else 0
    words = [
        at
        for row in block[head:]
        for at, text in enumerate(row)
        if text and not looks_like_figure(text)
    ]
    lead = max(words, default=-1) + 1
    named = any(core(text) in names for row in block[:head] for text in row[1:])
    if len(table.columns) == 1 or named or not lead:
        return block, lead, 0
    stacked = any(core(row[0]) in names for row in block[:head])
    return block[head:] if stacked else block, lead, len(block[0]) - lead


def _has_word(text: str) -> bool:
    return sum(sign.isalpha() for sign in text) > 1


def _by_labels(block: Block, session: Session, table: Table, start: int) -> Plan:
    plan = Plan()
    block, lead, count = _nameless(block, table)
    columns = table.columns[start:]
    if 0 < count <= len(columns):
        # The columns go as they stand, as those of any block that is pasted.
        block = (("",) * lead + tuple(column.label for column in columns[:count]), *block)
    elif start and count:
        sentence = PasteProblem.TOO_MANY_COLUMNS.sentence(
            columns=count,
            name=column_name(session.form, table, start),
            room=len(columns),
        )
        return Plan(refusals=[sentence])
    found = match(as_document(block), session.form, before=session.report.period.year)
    if found.needs_choice:
        plan.refusals.append(PasteProblem.SEVERAL.sentence())
    for row in found.unmatched:
        if row.figure.strip():
            plan.refusals.append(
                PasteProblem.UNMATCHED.sentence(label=row.label, figure=row.figure)
            )
    for row in found.unsure:
        if not start and row.remarks == (MatchNote.COLUMN_BY_PLACE.remark(),):
            continue
        plan.refusals.append(PasteProblem.UNSURE.sentence(label=row.label, remark=row.remark))
    for key, row in found.by_key.items():
        if row.figure.strip():
            _put(plan, session, key, row.figure)
    if not plan.cells and not plan.refusals:
        plan.refusals.append(PasteProblem.EMPTY.sentence())
    return plan
