"""A scroll area's viewport made by the program itself, which the start is faster with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def own_viewport(
    area: QAbstractScrollArea,
    ground: QPalette.ColorRole = QPalette.ColorRole.Base,
    *,
    tracks_mouse: bool = False,
) -> None:
    """Gives *area* a viewport like the one that Qt made for it.

    The first time that Python is handed a widget which Qt made, PySide loads all kinds of widget
    there are to find out which it is: 60 classes, 10 ms and 2 MB of a start. The window asks its item
    views for their viewports; of one made here PySide knows what it is.
    ``ground``, ``tracks_mouse``: as Qt sets them for this kind of area.
    """
    viewport = QWidget()
    # The style looks for this name.
    viewport.setObjectName("qt_scrollarea_viewport")
    viewport.setBackgroundRole(ground)
    viewport.setAutoFillBackground(True)
    viewport.setMouseTracking(tracks_mouse)
    viewport.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
    area.setViewport(viewport)
