"""What the import preview lists: each figure with where it comes from and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.baseline import Proposal
from core.matching.model import SURE
from core.values import format_value


class Standing(Enum):
    """How a line of the preview stands; the value is what its filter is called."""

    SURE = "已对上"
    UNSURE = "要核对"
    MISSING = "文件中没有"
    UNMATCHED = "文件中多出"


@dataclass(frozen=True)
class PreviewRow:
    """One line: the form's indicator, what the file says there, and what would be taken over."""

    standing: Standing
    name: str
    unit: str
    label: str
    figure: str
    taken: str
    remark: str


def preview_rows(proposal: Proposal) -> list[PreviewRow]:
    """Every cell of the form in its order, then the file's figures that fit none."""
    form, found = proposal.form, proposal.match
    rows: list[PreviewRow] = []
    for key, cell in form.cells.items():
        name, unit = form.cell_name(key), cell.unit.name
        taken = format_value(proposal.values.get(key))
        place = found.by_key.get(key) if found is not None else None
        if place is None:
            standing = Standing.SURE if taken else Standing.MISSING
            remark = "" if taken else "文件中没有这一项，留空"
            rows.append(PreviewRow(standing, name, unit, "", "", taken, remark))
            continue
        label, figure = " ".join(place.label.split()), place.figure.strip()
        if taken and not figure:
            figure = "（空白）"
        remark = place.remark
        if not taken:
            remark = remark or "文件中这一格是空白"
            rows.append(PreviewRow(Standing.MISSING, name, unit, label, figure, "", remark))
            continue
        standing = Standing.SURE if place.certainty >= SURE else Standing.UNSURE
        rows.append(PreviewRow(standing, name, unit, label, figure, taken, remark))
    for place in proposal.unmatched:
        label = " ".join(place.label.split()) or "（无名称）"
        figure = place.figure.strip()
        remark = place.remark or "表样中没有对应的格，不导入"
        rows.append(PreviewRow(Standing.UNMATCHED, "—", "", label, figure, "", remark))
    return rows
