"""Takes pictures of the real window on a real X server: for the manual, and for the comparison.

    python -m tests.gui.screens                 renews docs/images
    python -m tests.gui.screens --reference     renews the accepted pictures in tests/reference
    python -m tests.gui.screens --gallery --into FOLDER [--only PART] [--scale 100 125 150 200]
                                                every window and state, to be looked at

Look at every picture before you commit it. They come out the same each time: figures, names and
times are fixed, the cursor does not blink, the pointer stays outside the window, and fonts are
drawn without the system's own preferences.

Each scaling needs a process of its own (Qt reads it once), which is this module with ``--child``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from tests.gui.stage import Stage

ROOT: Final = Path(__file__).resolve().parents[2]
IMAGES: Final = ROOT / "docs" / "images"
REFERENCE: Final = ROOT / "tests" / "reference" / "screens"

#: The window's outer size in pixels of the screen. The screen itself is larger, so that there is a
#: place for the pointer outside the window.
SIZES: Final = {"1366x768": (1366, 768), "1920x1080": (1920, 1080)}
_SCREEN: Final = "1960x1120x24"
OFFICE_SIZE: Final = "1366x768"
#: Besides the window with the 2014 form: the start page and the 2021 form's matrix.
OTHERS: Final = ("start", "matrix")
#: Percent of scaling → what Qt is told.
SCALES: Final = (100, 150)
THEMES: Final = ("light", "dark")

_FONTS: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>true</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintslight</const></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
"""


def reference_names(scale: int) -> list[str]:
    """The pictures that are compared at one scaling: ``main-1366x768-150-dark``."""
    main = [f"main-{size}-{scale}-{theme}" for size in SIZES for theme in THEMES]
    return [*main, *(f"{name}-{OFFICE_SIZE}-{scale}-light" for name in OTHERS)]


# -- without Qt: starting what shows the window ---------------------------------------------------


@contextmanager
def x_server(screen: str = _SCREEN) -> Iterator[str]:
    """An X server without a screen, as long as it is needed; its name for ``DISPLAY``."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", screen, "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(30)


def start_child(display: str, scale: int, what: str, folder: Path) -> subprocess.Popen[str]:
    """Begins to take the pictures *what* (``manual`` or ``reference``) into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / f"home-{scale}"
    (home / "run").mkdir(parents=True, mode=0o700)
    fonts = home / "fonts.conf"
    fonts.write_text(_FONTS, encoding="utf-8")
    environment = {
        **os.environ,
        "DISPLAY": display,
        "FONTCONFIG_FILE": str(fonts),
        "NIANBAO_HOME": str(home / "data"),
        "QT_FONT_DPI": "96",
        "QT_QPA_PLATFORM": "xcb",
        "QT_SCALE_FACTOR": str(scale / 100),
        "TZ": "Asia/Shanghai",
        "XDG_DOCUMENTS_DIR": str(home / "documents"),
        "XDG_RUNTIME_DIR": str(home / "run"),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.gui.screens", "--child", what, str(scale), str(folder)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finish(child: subprocess.Popen[str], seconds: float = 300) -> dict[str, list[str]]:
    """What the child tells when it is done: ``boxes``, the characters that had no glyph, and
    ``clipped``, texts with less room than they need, and ``outside``, windows that the screen cannot hold.

    Raises ``RuntimeError`` with what it printed where it failed.
    """
    out, problems = child.communicate(timeout=seconds)
    if child.returncode != 0:
        raise RuntimeError(f"taking pictures failed ({child.returncode}):\n{problems}")
    return json.loads(out.splitlines()[-1])


# -- with Qt: the pictures --------------------------------------------------------------------------


def save(image: QImage, path: Path) -> None:
    """Writes *image* with at most 256 colours: the commonest ones, each other to the nearest.

    A window has few colours, so nothing is seen of it, and the file is a third as large.
    """
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    full = image.convertToFormat(QImage.Format.Format_RGB32)
    full.setDevicePixelRatio(1.0)
    counted = Counter(memoryview(full.constBits()).cast("B").cast("I"))
    colours = [colour for colour, _ in counted.most_common(256)]
    small = full.convertToFormat(
        QImage.Format.Format_Indexed8, colours, Qt.ImageConversionFlag.AvoidDither
    )
    small.setText("Title", path.stem)
    # "Quality" 0 of a PNG is the strongest compression; nothing is lost.
    if not small.save(str(path), "PNG", 0):
        raise OSError(f"cannot write {path}")


def _child(what: str, scale: int, folder: Path) -> None:
    from tests.gui.stage import Stage

    stage = Stage(folder / f"home-{scale}", scale)
    if what.startswith("gallery"):
        from tests.gui.gallery import gallery_scenes

        scenes = gallery_scenes(what.partition(":")[2])
    else:
        scenes = _manual_scenes() if what == "manual" else _reference_scenes(scale)
    suffix = f"-{scale}" if what.startswith("gallery") else ""
    for name, scene in scenes.items():
        stage.scene = name
        image = scene(stage)
        if image is not None:
            save(image, folder / f"{name}{suffix}.png")
    told = {"boxes": stage.boxes, "clipped": stage.clipped, "outside": stage.outside}
    print(json.dumps({name: sorted(entries) for name, entries in told.items()}))
    stage.end()


def _reference_scenes(scale: int) -> dict[str, Callable[[Stage], QImage | None]]:
    scenes: dict[str, Callable[[Stage], QImage | None]] = {}
    for size, (width, height) in SIZES.items():
        for theme in THEMES:

            def scene(
                stage: Stage, theme: str = theme, width: int = width, height: int = height
            ) -> QImage:
                stage.dress(theme, width, height)
                stage.open_2019()
                return stage.picture()

            scenes[f"main-{size}-{scale}-{theme}"] = scene
    for name in OTHERS:
        scenes[f"{name}-{OFFICE_SIZE}-{scale}-light"] = _other_scene(name)
    return scenes


def _other_scene(name: str) -> Callable[[Stage], QImage | None]:
    from tests.gui import scenes

    def scene(stage: Stage) -> QImage:
        stage.dress("light", *SIZES[OFFICE_SIZE])
        return scenes.begin(stage) if name == "start" else scenes.matrix(stage)

    return scene


def _manual_scenes() -> Mapping[str, Callable[[Stage], QImage | None]]:
    from tests.gui import scenes

    return scenes.SCENES


def main() -> int:
    """Renews the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--reference", action="store_true", help="the accepted pictures instead")
    parser.add_argument("--gallery", action="store_true", help="all windows, to be looked at")
    parser.add_argument("--only", default="", help="of the gallery: names with this in them")
    parser.add_argument("--scale", type=int, nargs="*", default=[100], help="of the gallery")
    parser.add_argument("--into", type=Path, help="another folder")
    parser.add_argument("--child", nargs=3, metavar=("WHAT", "SCALE", "FOLDER"))
    options = parser.parse_args()
    if options.child:
        what, scale, folder = options.child
        _child(what, int(scale), Path(folder))
        return 0
    what = "reference" if options.reference else "manual"
    scales = SCALES if options.reference else (100,)
    if options.gallery:
        what, scales = f"gallery:{options.only}", options.scale
        if options.into is None:
            parser.error("--gallery needs --into")
    target: Path = options.into or (REFERENCE if options.reference else IMAGES)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screens-") as name, x_server() as display:
        for scale in scales:
            told = finish(start_child(display, scale, what, Path(name)), 900)
            for clipped in told["clipped"]:
                print(clipped, file=sys.stderr)
            if told["boxes"]:
                print(f"no glyphs for: {' '.join(told['boxes'])}", file=sys.stderr)
                return 1
        pictures = sorted(Path(name).glob("*.png"))
        for picture in pictures:
            (target / picture.name).write_bytes(picture.read_bytes())
    size = sum(picture.stat().st_size for picture in target.glob("*.png"))
    print(f"{len(pictures)} pictures in {target}, {size // 1024} KiB with what was there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
