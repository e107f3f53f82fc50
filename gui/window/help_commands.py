"""What the menu 帮助 does. Each is loaded when it is first asked for: most days nobody does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.failures.recorder import Recorder
from gui.look.style import Theme
from gui.report.documents import Documents
from gui.system.later import later

if TYPE_CHECKING:
    from gui.help.tour import Step, Tour

#: Set to 1, the program ends once its window can be used: for benchmarks and the installer's check.
EXIT_WHEN_READY: Final = "NIANBAO_EXIT_WHEN_READY"
_TOUR_SEEN: Final = "tour_seen"
_TOUR_MILLISECONDS: Final = 300


class HelpCommands(QObject):
    """Shows manual and tour, opens the folder for forms, saves the diagnostic package.

    ``tour_steps`` makes the steps of the tour from the window's parts.
    """

    def __init__(
        self,
        documents: Documents,
        recorder: Recorder,
        theme: Theme,
        tour_steps: Callable[[], list[Step]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._documents = documents
        self._recorder = recorder
        self._theme = theme
        self._tour_steps = tour_steps
        self._window = window

    def show_manual(self) -> None:
        """Opens the manual beside the window."""
        from gui.help.manual import show_manual

        topic = "" if self._documents.document is not None else "开始"
        show_manual(self._window, self._documents.dialogs, topic)

    def show_shortcuts(self) -> None:
        """Opens the manual where it lists the keys."""
        from gui.help.manual import show_manual

        show_manual(self._window, self._documents.dialogs, "按键")

    def show_tour(self) -> Tour:
        """Points at the parts of the window; the first change of the report ends it."""
        from gui.help.tour import Tour

        tour = Tour(self._window, self._tour_steps(), self._theme.tokens)
        document = self._documents.document
        if document is not None:
            document.changed.connect(tour.close)
            document.refused.connect(tour.close)
        self._documents.document_changed.connect(tour.close)
        return tour

    def offer_tour(self) -> None:
        """Shows the first steps when the first report is open, once."""
        settings = self._documents.settings
        if settings.flag(_TOUR_SEEN, False) or os.environ.get(EXIT_WHEN_READY) == "1":
            return
        settings.set_flag(_TOUR_SEEN, True)
        later(self, self.show_tour, _TOUR_MILLISECONDS)

    def open_forms_folder(self) -> None:
        """Shows the folder for forms of one's own."""
        from gui.failures.diagnostics import open_forms_folder

        open_forms_folder(self._documents.dialogs)

    def save_diagnostics(self) -> None:
        """Writes the diagnostic package where the user wants it."""
        from gui.failures.diagnostics import save_diagnostics

        save_diagnostics(self._recorder, self._documents.dialogs)

    def show_about(self) -> None:
        """Says which version this is."""
        from gui.failures.diagnostics import show_about

        show_about(self._documents.dialogs)
