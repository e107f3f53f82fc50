"""What a sheet shows of a report, kept ready for drawing: last year's figures and the row's findings.

Drawing asks for these of every cell; the session works them out each time anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.checks.checks import Finding
from core.checks.standing import Standing
from core.session import Session
from core.values import CellValue
from gui.sheet.nodes import Node

Found = tuple[str, Finding, Standing]


class Figures:
    """A session as one sheet sees it. ``forget`` must be told of what has changed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._last = session.report.last_values
        self._found: dict[str, tuple[Found, ...]] = {}
        self._in_columns: dict[tuple[str, str], list[Standing]] | None = None

    def value(self, key: str) -> CellValue:
        """This year's figure."""
        return self.session.report.values.get(key)

    def last(self, key: str) -> CellValue:
        """Last year's figure."""
        return self._last.get(key)

    def found(self, node: Node) -> tuple[Found, ...]:
        """The row's findings: cell, finding and how it stands; the worst first."""
        code = node.row.code
        found = self._found.get(code)
        if found is None:
            session = self.session
            all_found = [
                (key, finding, session.standing(finding))
                for key in node.keys
                if key is not None
                for finding in session.findings_at(key)
            ]
            found = tuple(sorted(all_found, key=lambda entry: entry[2]))
            self._found[code] = found
        return found

    def worst(self, node: Node, key: str) -> Standing | None:
        """How the worst finding at the cell stands; ``None`` where there is none."""
        return next((stands for at, _, stands in self.found(node) if at == key), None)

    def in_column(self, table: str, column: str) -> list[Standing]:
        """How the findings at the cells of a table's column stand, the worst first."""
        if self._in_columns is None:
            self._in_columns = {}
            for finding in self.session.findings:
                stands = self.session.standing(finding)
                cells = [self.session.form.cells[key] for key in finding.at]
                for place in {(cell.row.table, cell.column.code) for cell in cells}:
                    self._in_columns.setdefault(place, []).append(stands)
        return sorted(self._in_columns.get((table, column), ()))

    def forget(self, nodes: Iterable[Node]) -> None:
        """The findings of these rows may be others now."""
        self._in_columns = None
        for node in nodes:
            self._found.pop(node.row.code, None)

    def forget_all(self) -> None:
        """Everything may be another now, last year's figures too."""
        self._last = self.session.report.last_values
        self._found.clear()
        self._in_columns = None
