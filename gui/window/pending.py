"""What the clerk has typed but not confirmed: in an open cell, a header field, an explanation."""

from __future__ import annotations

from gui.findings.panel import FindingsPanel
from gui.window.header_form import HeaderForm
from gui.window.sheets import Sheets


class Pending:
    """Takes over what is being typed wherever that is, before something is done with the report."""

    def __init__(self, sheets: Sheets, header: HeaderForm, findings: FindingsPanel) -> None:
        self._sheets = sheets
        self._header = header
        self._findings = findings

    def take_over(self) -> str:
        """Takes everything over. What could not be: why, as a sentence; it stays where it is typed."""
        self._findings.commit()
        in_header = self._header.commit()
        if not self._sheets.commit():
            return self._sheets.refusal
        return in_header
