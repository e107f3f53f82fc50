"""The real window looks as it was accepted: two sizes, two scalings, light and dark.

Where a change is meant, look at the new pictures and renew the accepted ones:
``python -m tests.gui.screens --reference``.
"""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from tests.gui.screens import REFERENCE, SCALES, finish, reference_names, start_child, x_server

#: Pictures are compared by the mean colours of blocks of so many pixels square, half a character.
BLOCK: Final = 8
#: How far a block's mean may be off in red, green and blue (0 to 255), and how many blocks of a
#: picture may be off further. Two runs on one machine are equal to the last pixel, as hinting is set
#: by the pictures' own fontconfig. Another FreeType draws strokes lighter or heavier: with hinting
#: off instead of slight, no block was off by more than 40 (of 16,320 or 32,400), twelve by more than
#: 24. What is gained or lost differs by 40 to 200, even in a word of three characters.
TOLERANCE: Final = 40
BLOCKS_OFF: Final = 3


def block_means(image: QImage) -> QImage:
    """A pixel for each block: its mean colour."""
    return image.convertToFormat(QImage.Format.Format_RGB32).scaled(
        image.width() // BLOCK,
        image.height() // BLOCK,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def blocks_off(seen: QImage, accepted: QImage) -> list[tuple[int, int]]:
    """The places (pixels of the pictures) of the blocks that look different."""
    ours, theirs = block_means(seen), block_means(accepted)
    found: list[tuple[int, int]] = []
    for y in range(theirs.height()):
        line = bytes(ours.constScanLine(y))
        wanted = bytes(theirs.constScanLine(y))
        if line == wanted:
            continue
        for x in range(theirs.width()):
            here = slice(4 * x, 4 * x + 3)
            pairs = zip(line[here], wanted[here], strict=True)
            if max(abs(a - b) for a, b in pairs) > TOLERANCE:
                found.append((x * BLOCK, y * BLOCK))
    return found


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures as the window looks now; both scalings at once, each on a screen of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (Debian package xvfb): no X server to show a window on")
    if shutil.which("fc-list") is None:
        pytest.skip("fontconfig is not installed: the window would be drawn with other fonts")
    fonts = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False)
    if "Noto Sans CJK SC" not in fonts.stdout:
        pytest.skip("Noto Sans CJK SC (Debian package fonts-noto-cjk) is in the accepted pictures")
    folder = tmp_path_factory.mktemp("screens")
    with ExitStack() as servers:
        children = [
            start_child(servers.enter_context(x_server()), scale, "reference", folder)
            for scale in SCALES
        ]
        told = [finish(child, 120) for child in children]
    boxes = {sign for one in told for sign in one["boxes"]}
    assert not boxes, "these characters are drawn as boxes"
    return folder


@pytest.mark.parametrize("name", [name for scale in SCALES for name in reference_names(scale)])
def test_the_window_looks_as_accepted(pictures: Path, name: str) -> None:
    seen = QImage(str(pictures / f"{name}.png"))
    accepted = QImage(str(REFERENCE / f"{name}.png"))
    assert not accepted.isNull(), "there is no accepted picture"
    assert seen.size() == accepted.size()
    off = blocks_off(seen, accepted)
    if len(off) > BLOCKS_OFF:
        left, top = min(x for x, _ in off), min(y for _, y in off)
        right, bottom = max(x for x, _ in off) + BLOCK, max(y for _, y in off) + BLOCK
        pytest.fail(
            f"{len(off)} blocks differ between ({left}, {top}) and ({right}, {bottom}); compare "
            f"{pictures / name}.png with {REFERENCE / name}.png"
        )


def test_a_short_text_that_vanishes_is_noticed() -> None:
    accepted = QImage(str(REFERENCE / "main-1366x768-100-light.png"))
    without = accepted.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(without)
    # 已填 62/71 at the left of the status line.
    painter.fillRect(8, 744, 76, 20, QColor("white"))
    painter.end()
    assert len(blocks_off(without, accepted)) > BLOCKS_OFF
    assert not blocks_off(accepted, accepted)
