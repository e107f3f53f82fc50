"""A viewport of our own is like the one that Qt makes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QHeaderView, QTreeView
from pytestqt.qtbot import QtBot

from gui.widgets.viewport import own_viewport


def traits(area: QAbstractScrollArea) -> dict[str, object]:
    viewport = area.viewport()
    assert viewport is not None
    attributes = [a for a in Qt.WidgetAttribute if a is not Qt.WidgetAttribute.WA_AttributeCount]
    return {
        "attributes": {a.name for a in attributes if viewport.testAttribute(a)},
        "ground": viewport.backgroundRole(),
        "filled": viewport.autoFillBackground(),
        "name": viewport.objectName(),
        "focus": viewport.focusPolicy(),
        "focus goes to": viewport.focusProxy(),
    }


@pytest.mark.parametrize("kind", ["tree", "header"])
def test_a_viewport_of_our_own_is_like_qts(qtbot: QtBot, kind: str) -> None:
    area: QAbstractScrollArea
    if kind == "tree":
        area = QTreeView()
        ground, tracks = QPalette.ColorRole.Base, False
    else:
        area = QHeaderView(Qt.Orientation.Horizontal)
        ground, tracks = QPalette.ColorRole.Button, True
    qtbot.addWidget(area)
    qts = traits(area)
    own_viewport(area, ground, tracks_mouse=tracks)
    assert traits(area) == qts
