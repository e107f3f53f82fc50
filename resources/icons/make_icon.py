"""Draws the program's icon and the installer's side picture; run by hand after a change.

    python3 resources/icons/make_icon.py

An .ico holds one picture a size. Up to 128 pixels they are plain bitmaps, because some shell
dialogs do not read PNG at small sizes; 256 pixels is PNG, as Windows expects.
The side picture of the installer's first and last page is a bitmap, which NSIS asks for.
"""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QLinearGradient, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).parent
SIZES = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256)
LARGEST_SMALL = 24


def draw(size: int) -> QImage:
    """The mark, *size* pixels square, in the drawing meant for that size."""
    source = HERE / ("app-small.svg" if size <= LARGEST_SMALL else "app.svg")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(source)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def png(image: QImage) -> bytes:
    """*image* as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def bitmap(image: QImage) -> bytes:
    """*image* as an icon's bitmap: header, BGRA rows from the bottom up, an empty mask."""
    size = image.width()
    header = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    stride = image.bytesPerLine()
    pixels = bytes(image.constBits())
    rows = [pixels[y * stride : y * stride + size * 4] for y in reversed(range(size))]
    mask = bytes((size + 31) // 32 * 4 * size)
    return header + b"".join(rows) + mask


def side_picture() -> QImage:
    """The picture beside the installer's text, in the size that NSIS gives it."""
    image = QImage(164, 314, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shade = QLinearGradient(0, 0, 0, image.height())
    shade.setColorAt(0, QColor("#1D4ED8"))
    shade.setColorAt(1, QColor("#16389C"))
    painter.fillRect(image.rect(), shade)
    QSvgRenderer(str(HERE / "app.svg")).render(painter, QRectF(34, 44, 96, 96))
    painter.end()
    return image.convertToFormat(QImage.Format.Format_RGB888)


def main() -> None:
    """Write app.ico, app.png (256 pixels) and the installer's picture."""
    application = QGuiApplication(["make_icon", "-platform", "offscreen"])
    pictures = [(size, draw(size)) for size in SIZES]
    blobs = [png(image) if size == 256 else bitmap(image) for size, image in pictures]
    offset = 6 + 16 * len(blobs)
    directory = struct.pack("<HHH", 0, 1, len(blobs))
    for (size, _), blob in zip(pictures, blobs, strict=True):
        edge = size % 256
        directory += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(blob), offset)
        offset += len(blob)
    (HERE / "app.ico").write_bytes(directory + b"".join(blobs))
    (HERE / "app.png").write_bytes(png(pictures[-1][1]))
    side_picture().save(str(HERE.parent / "windows" / "side.bmp"), "BMP")
    application.quit()


if __name__ == "__main__":
    main()
