"""A virtual screen: seeing windows, typing into them, and telling Chinese glyphs from boxes."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from project import BuildError
from wine import wait_until

# Beside a shape this large is a picture or a frame of the window, and below it a speck.
_GLYPH_PIXELS = range(3, 29)
# Thin strokes are smoothed: half grey is ink too, tints and hairlines are not.
_INK = bytes(1 if luminance < 192 else 0 for luminance in range(256))

# Seconds for what takes one on an idle machine.
_PATIENCE = 60

# How much of a crossed box may differ from its mirror image.
_SMOOTHED = 0.15


class Screen:
    """An X server without a monitor; a context manager that ends it."""

    def __init__(self, width: int = 1366, height: int = 768) -> None:
        self.width = width
        self.height = height
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24"),
                *("-nolisten", "tcp", "-dpi", "96"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writer],
        )
        os.close(writer)
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise BuildError("Xvfb did not start")
        self.display = f":{number}"

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.terminate()
        self._server.wait(timeout=20)

    def _output(self, *command: str) -> bytes:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"DISPLAY": self.display},
            timeout=60,
            check=False,
        ).stdout

    def windows(self, title: str) -> list[str]:
        """The visible windows whose title contains *title*, as X window numbers."""
        pattern = re.escape(title)
        found = self._output("xdotool", "search", "--onlyvisible", "--name", pattern)
        return found.decode("ascii", "replace").split()

    def titles(self) -> list[str]:
        """The titles of all visible windows that have one."""
        names: list[str] = []
        for window in self.windows(""):
            name = self._output("xdotool", "getwindowname", window).decode("utf-8", "replace")
            if name.strip():
                names.append(name.strip())
        return names

    def wait_for(self, title: str, seconds: float = 60) -> str:
        """Wait for a visible window whose title contains *title*; return its number."""
        try:
            wait_until(lambda: bool(self.windows(title)), f"a window “{title}”", seconds, 0.02)
        except BuildError as error:
            raise BuildError(f"{error}; there are: {self.titles()}") from error
        return self.windows(title)[0]

    def wait_gone(self, title: str, seconds: float = _PATIENCE) -> None:
        """Wait until no visible window has *title* in its title."""
        wait_until(lambda: not self.windows(title), f"the end of “{title}”", seconds)

    def focus(self, window: str) -> None:
        """Give *window* the keyboard, as a click on its title would."""
        self._output("xdotool", "windowraise", window, "windowfocus", "--sync", window)
        time.sleep(0.5)

    def press(self, *keys: str) -> None:
        """Press *keys* one after the other as a keyboard does (XTEST), to the focused window."""
        self._output("xdotool", "key", "--clearmodifiers", "--delay", "60", *keys)

    def close(self, title: str, *keys: str) -> None:
        """Press *keys* in the window titled *title* until it is gone, by default Alt+F4.

        A busy machine may show a window before it takes keys: then they are pressed once more.

        Raises:
            BuildError: it stays.
        """
        while windows := self.windows(title):
            self.answer(windows[0], *(keys or ("alt+F4",)))

    def answer(self, window: str, *keys: str) -> None:
        """Press *keys* in *window* until it is gone.

        Raises:
            BuildError: it stays.
        """
        end = time.monotonic() + _PATIENCE
        while window in self.windows(""):
            if time.monotonic() > end:
                raise BuildError(f"window {window} does not close; there are: {self.titles()}")
            self.focus(window)
            self.press(*keys)
            with contextlib.suppress(BuildError):
                wait_until(lambda: window not in self.windows(""), "its end", 10)

    def shoot_until(self, path: Path, enough: Callable[[Shot], bool]) -> Shot:
        """Take pictures until one shows *enough*, or patience is at an end; return the last."""
        end = time.monotonic() + _PATIENCE
        while not enough(shot := self.shoot(path)) and time.monotonic() < end:
            time.sleep(0.5)
        return shot

    def shoot(self, path: Path) -> Shot:
        """Keep what is on the screen as a PNG at *path*, and return it for examination."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._output("import", "-window", "root", str(path))
        if not path.is_file():
            raise BuildError(f"no screenshot {path}")
        gray = self._output("convert", str(path), "-colorspace", "Gray", "-depth", "8", "gray:-")
        colours = self._output("identify", "-format", "%k", str(path))
        return Shot(path, self.width, self.height, gray, int(colours))


@dataclass(frozen=True)
class Glyphs:
    """What a picture's text is made of: connected dark shapes of the size of strokes and signs."""

    shapes: int
    distinct: int
    boxes: int


@dataclass(frozen=True)
class Shot:
    """A screenshot: where it is kept, and its pixels as luminance, row by row."""

    path: Path
    width: int
    height: int
    gray: bytes
    colours: int

    def glyphs(self) -> Glyphs:
        """Count the text's shapes, how many differ, and how many are boxes for missing glyphs.

        A missing glyph is drawn as an upright hollow rectangle, the same for every character;
        Chinese text is made of many different shapes.
        """
        everything = Counter(self._shapes())
        boxes = sum(shape.boxes() * count for shape, count in everything.items())
        counted = Counter({key: n for key, n in everything.items() if key.is_of_text_size()})
        return Glyphs(counted.total(), len(counted), boxes)

    def _shapes(self) -> list[Shape]:
        """All connected dark shapes (8 neighbours), from runs of dark pixels row by row."""
        parent: list[int] = []

        def root(item: int) -> int:
            while parent[item] != item:
                parent[item] = parent[parent[item]]
                item = parent[item]
            return item

        runs: list[tuple[int, int, int]] = []
        above: list[int] = []
        for y in range(self.height):
            row = self.gray[y * self.width : (y + 1) * self.width].translate(_INK)
            here: list[int] = []
            first = 0
            for match in re.finditer(b"\x01+", row):
                begin, end = match.span()
                number = len(runs)
                runs.append((y, begin, end))
                parent.append(number)
                here.append(number)
                while first < len(above) and runs[above[first]][2] < begin:
                    first += 1
                for other in above[first:]:
                    if runs[other][1] > end:
                        break
                    parent[root(other)] = root(number)
            above = here
        grouped: dict[int, list[tuple[int, int, int]]] = {}
        for number, run in enumerate(runs):
            grouped.setdefault(root(number), []).append(run)
        return [Shape.of(group) for group in grouped.values()]


@dataclass(frozen=True)
class Shape:
    """A connected dark shape, its runs relative to its upper left corner."""

    width: int
    height: int
    runs: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, runs: list[tuple[int, int, int]]) -> Shape:
        """The shape made of *runs* (row, first column, column after the last)."""
        top = min(row for row, _, _ in runs)
        left = min(begin for _, begin, _ in runs)
        right = max(end for _, _, end in runs)
        bottom = max(row for row, _, _ in runs)
        moved = tuple((row - top, begin - left, end - left) for row, begin, end in sorted(runs))
        return cls(right - left, bottom - top + 1, moved)

    def is_of_text_size(self) -> bool:
        """Whether it can be a sign or a part of one."""
        return self.width in _GLYPH_PIXELS and self.height in _GLYPH_PIXELS

    def boxes(self) -> int:
        """How many boxes for missing glyphs it consists of: hollow ones side by side, or a crossed one.

        Neighbouring hollow boxes may touch: then the shape is one frame divided by upright bars.
        A crossed box stands alone, and looks the same in both mirrors but for a few smoothed pixels.
        A few Chinese signs (口 日 田) count as one too.
        """
        if not 7 <= self.height <= 28:
            return 0
        rows = [bytearray(self.width) for _ in range(self.height)]
        for row, begin, end in self.runs:
            rows[row][begin:end] = b"\x01" * (end - begin)
        if 0 in rows[0] or 0 in rows[-1] or any(not (row[0] and row[-1]) for row in rows):
            return 0
        inner = [row for row in rows if 0 in row]
        if inner and all(row == inner[0] for row in inner):
            gaps = re.findall(b"\x00+", bytes(inner[0]))
            return sum(1 for gap in gaps if 2 <= len(gap) <= self.height)
        hollow = sum(row.count(0) for row in rows) > self.width * self.height / 3
        return 1 if hollow and self.width <= self.height and self._is_mirrored(rows) else 0

    def _is_mirrored(self, rows: list[bytearray]) -> bool:
        size = self.width * self.height
        beside = sum(row[i] != row[-1 - i] for row in rows for i in range(self.width))
        below = sum(
            a != b
            for row, other in zip(rows, rows[::-1], strict=True)
            for a, b in zip(row, other, strict=True)
        )
        return max(beside, below) <= _SMOOTHED * size
