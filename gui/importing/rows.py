"""What the import preview lists: file and form side by side, and how surely they belong together."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from enum import Enum

from core.importing.proposal import BaselineRemark, Proposal
from core.matching.model import SURE, MatchNote, Position, RowMatch
from core.problems import Remark
from core.values import format_value

#: Remarks that only repeat what the preview's lines, filters and questions say.
_SAID_ELSEWHERE = frozenset(
    {
        BaselineRemark.UNSURE,
        BaselineRemark.UNMATCHED,
        BaselineRemark.BLANKS,
        BaselineRemark.MARKS,
        BaselineRemark.CHOICE,
        BaselineRemark.CHANGED,
    }
)


class Standing(Enum):
    """How a line of the preview stands; the value is what it is called."""

    SURE = "已对上"
    UNSURE = "需核对"
    BLANK = "文件中为空"
    MISSING = "文件中没有"
    UNMATCHED = "本表中没有"

    @property
    def sign(self) -> str:
        """The mark before the words; colour alone would not be seen by everyone."""
        return {"SURE": "✓", "UNSURE": "▲"}.get(self.name, "○")


class Show(Enum):
    """Which lines are listed; the value is the filter's name."""

    ALL = "全部"
    DOUBTED = "需核对"
    UNMATCHED = "未匹配"

    def holds(self, standing: Standing) -> bool:
        """Whether a line that stands so is listed."""
        match self:
            case Show.ALL:
                return True
            case Show.DOUBTED:
                return standing is Standing.UNSURE
            case Show.UNMATCHED:
                return standing in (Standing.MISSING, Standing.UNMATCHED)


@dataclass(frozen=True)
class PreviewRow:
    """One line: what the file says, the form's indicator, and what would be taken over.

    ``key`` is the form's cell (``None``: the file's figure fits none), ``position`` the place in the
    file (``None``: the file has none, or is this program's own and needs no matching).
    """

    standing: Standing
    name: str
    unit: str
    label: str
    figure: str
    taken: str
    remark: str
    key: str | None = None
    position: Position | None = None
    certainty: float = 1.0
    by_hand: bool = False

    @property
    def verdict(self) -> str:
        """Sign and words for how surely the two sides belong together."""
        if self.by_hand:
            return "✎ 不导入" if self.key is None else "✎ 手工指定"
        words = f"{self.standing.sign} {self.standing.value}"
        doubted = self.standing is Standing.UNSURE and self.certainty < SURE
        return f"{words} {round(self.certainty * 100)}%" if doubted else words


def preview_rows(proposal: Proposal) -> list[PreviewRow]:
    """Every cell of the form in its order; the file's figures that fit none stand between them.

    A figure without a cell follows the one before it in the file, so that the rows around it tell
    what it may be.
    """
    doubts = _doubts(proposal)
    rows = [_of_cell(proposal, key, doubts.get(key, "")) for key in proposal.form.cells]
    places = sorted((row.position, at) for at, row in enumerate(rows) if row.position is not None)
    order = [place for place, _ in places]
    after: dict[int, list[PreviewRow]] = {}
    for place in sorted(proposal.unmatched, key=lambda found: found.position):
        number = bisect_left(order, place.position) - 1
        after.setdefault(places[number][1] if number >= 0 else -1, []).append(_unmatched(place))
    listed = list(after.get(-1, []))
    for at, row in enumerate(rows):
        listed += [row, *after.get(at, [])]
    return listed


def notes_of(proposal: Proposal) -> list[Remark]:
    """The proposal's remarks that nothing else in the preview says."""
    return [remark for remark in proposal.remarks if remark.problem not in _SAID_ELSEWHERE]


def _of_cell(proposal: Proposal, key: str, doubt: str) -> PreviewRow:
    form, found = proposal.form, proposal.match
    taken = format_value(proposal.values.get(key))
    place = found.by_key.get(key) if found is not None else None
    row = PreviewRow(
        standing=Standing.SURE,
        name=form.cell_name(key),
        unit=form.cells[key].unit.name,
        label="",
        figure="",
        taken=taken,
        remark=doubt,
        key=key,
    )
    if found is None:
        # This program's own file: the same cells, nothing to match.
        row = replace(row, label=row.name, figure=_own_figure(proposal, key) or "（空白）")
        if not taken:
            return replace(row, standing=Standing.BLANK, remark="文件中这一格是空白，留空")
        return replace(row, standing=Standing.UNSURE if doubt else Standing.SURE)
    if place is None:
        if taken:
            return replace(row, standing=Standing.UNSURE if doubt else Standing.SURE)
        return replace(row, standing=Standing.MISSING, remark="文件中没有这一项，留空")
    said = " ".join(part for part in (_own_remark(place), doubt) if part)
    row = replace(
        row,
        label=_label(place),
        figure=place.figure.strip() or "（空白）",
        remark=said,
        position=place.position,
        certainty=place.certainty,
        by_hand=place.by_hand,
    )
    if not taken:
        return replace(row, standing=Standing.BLANK, remark=said or "文件中这一格是空白，留空")
    if place.value is None:
        # The clerk said so.
        return replace(row, standing=Standing.SURE, certainty=SURE, remark=doubt or "按 0 计")
    unsure = place.certainty < SURE or bool(doubt)
    return replace(row, standing=Standing.UNSURE if unsure else Standing.SURE)


def _own_remark(place: RowMatch) -> str:
    """What is said of this place alone: which column is meant is asked once, above the lines."""
    asked = (MatchNote.COLUMN, MatchNote.TABLE)
    return "".join(str(remark) for remark in place.remarks if remark.problem not in asked)


def _own_figure(proposal: Proposal, key: str) -> str:
    """What an own file shows in a cell: of a workbook that was changed, what stands there now."""
    for changed in proposal.changed:
        if changed.key == key:
            return changed.shown.strip()
    return format_value(proposal.values.get(key))


def _unmatched(place: RowMatch) -> PreviewRow:
    return PreviewRow(
        standing=Standing.UNMATCHED,
        name="—",
        unit="",
        label=_label(place) or "（无名称）",
        figure=place.figure.strip(),
        taken="",
        remark=place.remark or "表样中没有对应的格，不导入",
        position=place.position,
        certainty=0.0,
        by_hand=place.by_hand,
    )


def _label(place: RowMatch) -> str:
    return " ".join(place.label.split())


def _doubts(proposal: Proposal) -> dict[str, str]:
    """What speaks against a figure that was read: the text of the file, and its own sums."""
    said: dict[str, list[str]] = {}
    for figure in proposal.contradicted:
        said.setdefault(figure.cells[0], []).append(f"{figure.message}以表中的数为准。")
    for changed in proposal.changed:
        before = format_value(changed.exported) or "空白"
        said.setdefault(changed.key, []).append(f"导出以后被改动过，导出时为 {before}。")
    for finding in proposal.findings:
        said.setdefault(finding.at[0], []).append(f"文件自身的数字不平：{finding.message}")
    return {key: " ".join(sentences) for key, sentences in said.items()}
