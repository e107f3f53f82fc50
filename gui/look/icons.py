"""The program's icons: one set, drawn as lines on a 16 × 16 grid in the colour of the text.

Drawn in code because the installed program ships no SVG plugin, and so that they follow the
colours, light or dark, at every screen scaling.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

_GRID: Final = 16
_PEN_WIDTH: Final = 1.3


def _lines(*points: tuple[float, float], closed: bool = False) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    if closed:
        path.closeSubpath()
    return path


def _joined(*paths: QPainterPath) -> QPainterPath:
    whole = QPainterPath()
    for path in paths:
        whole.addPath(path)
    return whole


def _page() -> QPainterPath:
    """A sheet of paper with a folded corner."""
    return _joined(
        _lines((9.5, 1.5), (3.5, 1.5), (3.5, 14.5), (12.5, 14.5), (12.5, 4.5), (9.5, 1.5)),
        _lines((9.5, 1.5), (9.5, 4.5), (12.5, 4.5)),
    )


def _new() -> QPainterPath:
    return _joined(_page(), _lines((8, 7), (8, 12)), _lines((5.5, 9.5), (10.5, 9.5)))


def _open() -> QPainterPath:
    front = _lines((1.5, 13.5), (4, 7.5), (15, 7.5), (12.5, 13.5), closed=True)
    back = _lines((1.5, 13.5), (1.5, 2.5), (6, 2.5), (7.5, 4.5), (12.5, 4.5), (12.5, 7.5))
    return _joined(back, front)


def _save() -> QPainterPath:
    return _joined(
        _lines((2, 2), (11.5, 2), (14, 4.5), (14, 14), (2, 14), closed=True),
        _lines((5, 2), (5, 5.5), (10.5, 5.5), (10.5, 2)),
        _lines((4.5, 14), (4.5, 9), (11.5, 9), (11.5, 14)),
    )


def _import() -> QPainterPath:
    return _joined(
        _lines((8, 1.5), (8, 9.5)),
        _lines((4.5, 6.2), (8, 9.7), (11.5, 6.2)),
        _lines((2, 10), (2, 14), (14, 14), (14, 10)),
    )


def _export() -> QPainterPath:
    return _joined(
        _lines((8, 10), (8, 2)),
        _lines((4.5, 5.3), (8, 1.8), (11.5, 5.3)),
        _lines((2, 10), (2, 14), (14, 14), (14, 10)),
    )


def _compute() -> QPainterPath:
    return _lines((12.5, 4), (12.5, 2), (3.5, 2), (8.5, 8), (3.5, 14), (12.5, 14), (12.5, 12))


def _review() -> QPainterPath:
    return _joined(
        _lines((12.5, 6.5), (12.5, 1.5), (2.5, 1.5), (2.5, 14.5), (7, 14.5)),
        _lines((5, 5), (10, 5)),
        _lines((5, 8), (8, 8)),
        _lines((8.5, 11.5), (10.8, 13.8), (15, 9)),
    )


def _print() -> QPainterPath:
    return _joined(
        _lines((4.5, 6), (4.5, 1.5), (11.5, 1.5), (11.5, 6)),
        _lines((4.5, 11.5), (1.5, 11.5), (1.5, 6), (14.5, 6), (14.5, 11.5), (11.5, 11.5)),
        _lines((4.5, 9.5), (11.5, 9.5), (11.5, 14.5), (4.5, 14.5), closed=True),
    )


def _mail() -> QPainterPath:
    return _joined(
        _lines((1.5, 3), (14.5, 3), (14.5, 13), (1.5, 13), closed=True),
        _lines((1.5, 4), (8, 9), (14.5, 4)),
    )


def _chart() -> QPainterPath:
    return _joined(
        _lines((2, 1.5), (2, 14), (14.5, 14)),
        _lines((5.5, 11), (5.5, 7)),
        _lines((9, 11), (9, 3.5)),
        _lines((12.5, 11), (12.5, 5.5)),
    )


def _undo() -> QPainterPath:
    path = _lines((5.5, 2.5), (2, 6), (5.5, 9.5))
    path.moveTo(2, 6)
    path.lineTo(10, 6)
    path.arcTo(QRectF(6.5, 6, 7, 7), 90, -180)
    path.lineTo(6, 13)
    return path


def _redo() -> QPainterPath:
    path = _lines((10.5, 2.5), (14, 6), (10.5, 9.5))
    path.moveTo(14, 6)
    path.lineTo(6, 6)
    path.arcTo(QRectF(2.5, 6, 7, 7), 90, 180)
    path.lineTo(10, 13)
    return path


def _search() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(2, 2, 8.5, 8.5))
    path.addPath(_lines((9.3, 9.3), (14, 14)))
    return path


def _help() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(1.5, 1.5, 13, 13))
    path.moveTo(5.8, 6.2)
    path.arcTo(QRectF(5.8, 3.9, 4.4, 4.4), 180, -230)
    path.lineTo(8, 9.6)
    path.addEllipse(QRectF(7.7, 11.4, 0.6, 0.6))
    return path


def _left_pane() -> QPainterPath:
    return _joined(
        _lines((1.5, 2.5), (14.5, 2.5), (14.5, 13.5), (1.5, 13.5), closed=True),
        _lines((6, 2.5), (6, 13.5)),
    )


def _right_pane() -> QPainterPath:
    return _joined(
        _lines((1.5, 2.5), (14.5, 2.5), (14.5, 13.5), (1.5, 13.5), closed=True),
        _lines((10, 2.5), (10, 13.5)),
    )


_DRAWINGS: Final[dict[str, Callable[[], QPainterPath]]] = {
    "new": _new,
    "open": _open,
    "save": _save,
    "import": _import,
    "export": _export,
    "compute": _compute,
    "review": _review,
    "print": _print,
    "mail": _mail,
    "chart": _chart,
    "undo": _undo,
    "redo": _redo,
    "search": _search,
    "help": _help,
    "left_pane": _left_pane,
    "right_pane": _right_pane,
}


def icon(name: str, colour: str, disabled: str, ratio: float) -> QIcon:
    """The icon *name* in *colour*, and in *disabled* where its action cannot be used now.

    Drawn for a screen of *ratio* device pixels a pixel only: all sizes would delay the start.
    """
    made = QIcon()
    path = _DRAWINGS[name]()
    pixels = math.ceil(_GRID * ratio)
    for mode, paint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        made.addPixmap(_drawn(path, pixels, paint), mode)
    return made


def _drawn(path: QPainterPath, pixels: int, colour: str) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(pixels / _GRID, pixels / _GRID)
    pen = QPen(QColor(colour), _PEN_WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(path)
    painter.end()
    return pixmap
