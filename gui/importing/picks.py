"""Choosing by hand what belongs together: a cell for a figure of the file, or a figure for a cell."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from core.importing.proposal import Proposal
from core.matching.model import Position
from core.search import SearchIndex
from gui.importing.rows import PreviewRow
from gui.widgets.pick_dialog import Entry, PickDialog


@dataclass(frozen=True)
class PickedCell:
    """The cell chosen for a figure; ``None``: it is not imported."""

    key: str | None


def pick_cell(proposal: Proposal, row: PreviewRow, parent: QWidget) -> PickedCell | None:
    """The cell that the figure of *row* belongs to, or ``None`` where nothing was chosen."""
    form, found = proposal.form, proposal.match
    assert found is not None
    keys: list[str | None] = [None, *form.cells]
    entries = [Entry("不导入", "这个数在本表中没有对应的指标")]
    for key, cell in form.cells.items():
        place = found.by_key.get(key)
        taken = f"，现对应文件中的 {place.figure.strip() or '空白'}" if place is not None else ""
        entries.append(Entry(form.cell_name(key), f"{cell.row.code}　{cell.unit.name}{taken}"))
    number_of = {key: number for number, key in enumerate(keys)}
    index = SearchIndex(form)

    def find(text: str) -> list[int]:
        hits = [number_of[key] for hit in index.find(text) for key in form.row_cells(hit)]
        return [0, *hits] if text.strip() in "不导入" else hits

    picked = PickDialog.ask(
        "改对应",
        f"文件中的“{row.label}”（{row.figure}）对应本表的哪个指标？",
        entries,
        number_of[row.key],
        find,
        parent,
    )
    return PickedCell(keys[picked]) if picked is not None else None


def pick_place(proposal: Proposal, row: PreviewRow, parent: QWidget) -> Position | None:
    """The file's figure that fills the cell of *row*; those that fit no cell come first."""
    form, found = proposal.form, proposal.match
    assert found is not None
    places = [place for place in found.rows if place.figure.strip()]
    places.sort(key=lambda place: (place.key is not None, place.position))
    if not places:
        return None
    entries = [
        Entry(
            f"{' '.join(place.label.split()) or '（无名称）'}　{place.figure.strip()}",
            f"现对应“{form.cell_name(place.key)}”" if place.key is not None else "尚未对应",
        )
        for place in places
    ]
    picked = PickDialog.ask(
        "改对应", f"本表的“{row.name}”对应文件中的哪个数？", entries, 0, None, parent
    )
    return places[picked].position if picked is not None else None
