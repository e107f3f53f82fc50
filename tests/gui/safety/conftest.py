"""The window of the window's tests, and a stand-in for each dialog of gui.safety."""

from __future__ import annotations

from tests.gui.window.conftest import (  # noqa: F401 - fixtures
    catalog,
    dialogs,
    figures_2018,
    saved_report,
    settings,
    window,
)
