"""The installed window on a screen: Chinese text, real keys, a second start, opening by double click."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from package import freeze
from project import GUI_EXE, HERE, BuildError, Workshop, check, digest_of
from scene import WINE_SWITCH, Program, Scene
from screen import Shot
from toolchain import PYTHON_LOCK, REQUIREMENTS_LOCK, TOOLS_LOCK
from wine import Wine, wait_until, windows_path

TITLE = "公开年报"
_BARE_TITLE = "bare window"
_TYPED = "1207"
_ROUNDS = 10
# Private-use characters: no font has them, so they show what this system draws for a missing one,
# which differs between the first 65,536 characters and those beyond.
_WITHOUT_GLYPHS = "".join(chr(0xF2E0 + n) + chr(0xF0F00 + n) for n in range(6))

# Far below what the window shows (hundreds), far above what boxes and digits alone make (20).
_LEAST_COLOURS = 10
_LEAST_SHAPES = 45
# Of all shapes; Chinese signs that look like boxes are less, a page without glyphs is most.
_MOST_BOXES = 0.2


def verify_window(scene: Scene, program: Program) -> None:
    """Open, look at, fill in, save, hand over, close.

    Raises:
        BuildError: something is not on the screen or not in the file.
    """
    folder = scene.documents() / "二〇一九 年报（草稿）"
    folder.mkdir()
    first = _new_report(program, folder, "某区某局")
    second = _new_report(program, folder, "另一街道办事处")
    process = program.window(scene.wine.path_of(first))
    window = scene.screen.wait_for("某区某局")
    verify_glyphs(scene, "window.png", "the window")
    answer = scene.wine.run_python(_IS_DPI_AWARE, "某区某局 2019年度 — 公开年报")
    check(answer.strip() == "True", "the window is drawn sharp on each monitor (per monitor)")
    _type_and_save(scene, program, window, first)
    _hand_over(scene, program, second)
    close(scene, process, "另一街道办事处")
    left = scene.screen.titles()
    check(not any(TITLE in title for title in left), "closing leaves no window behind")


# Asks Windows how it scales a window: -3 is DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE, -4 the same in
# its second version, which Qt asks for and Wine 8 does not tell from the first.
_IS_DPI_AWARE = """
import ctypes, sys
user = ctypes.WinDLL("user32")
user.FindWindowW.restype = user.GetWindowDpiAwarenessContext.restype = ctypes.c_void_p
user.FindWindowW.argtypes = [ctypes.c_wchar_p] * 2
user.GetWindowDpiAwarenessContext.argtypes = [ctypes.c_void_p]
user.AreDpiAwarenessContextsEqual.argtypes = [ctypes.c_void_p] * 2
window = user.FindWindowW(None, sys.argv[1])
context = user.GetWindowDpiAwarenessContext(window)
alike = [user.AreDpiAwarenessContextsEqual(context, ctypes.c_void_p(kind)) for kind in (-3, -4)]
print(bool(window and any(alike)))
"""


def _new_report(program: Program, folder: Path, unit: str) -> Path:
    path = folder / f"{unit} 2019年度.nianbao"
    done = program.cli(
        *("new", "--form", "cn-2014-beijing", "--year", "2019", "--unit-name", unit),
        *("-o", path.name),
        folder=folder,
    )
    if done.returncode != 0:
        raise BuildError(f"nianbao-cli new: {done.stderr.decode('utf-8', 'replace')}")
    return path


def _shows_text(shot: Shot) -> bool:
    glyphs = shot.glyphs()
    return (
        shot.colours > _LEAST_COLOURS
        and glyphs.distinct >= _LEAST_SHAPES
        and glyphs.boxes <= _MOST_BOXES * glyphs.shapes
    )


def _shows_boxes(shot: Shot) -> bool:
    glyphs = shot.glyphs()
    return glyphs.boxes > 3 * _MOST_BOXES * glyphs.shapes and glyphs.distinct < _LEAST_SHAPES


def verify_glyphs(scene: Scene, name: str, what: str) -> None:
    """See that the screen shows Chinese text and not boxes, and keep the picture as *name*.

    Raises:
        BuildError: it does not.
    """
    shot = scene.screen.shoot_until(scene.workshop.evidence / name, _shows_text)
    glyphs = shot.glyphs()
    check(shot.colours > _LEAST_COLOURS, f"{what} has {shot.colours} colours")
    check(
        _shows_text(shot),
        f"{what} shows text: {glyphs.distinct} different shapes of {glyphs.shapes}, "
        f"{glyphs.boxes} boxes ({shot.path.name})",
    )


def _values(program: Program, path: Path) -> dict[str, object]:
    answer = program.cli_json("read", path.name, folder=path.parent)
    if not isinstance(answer, dict):
        raise BuildError(f"nianbao-cli read {path.name} printed no object")
    return dict(answer["values"])


def _type_and_save(scene: Scene, program: Program, window: str, path: Path) -> None:
    """Type a figure into the cell that is current at the start, as a clerk would, and save it."""
    before, content = _values(program, path), path.read_bytes()
    scene.screen.focus(window)
    # The first steps are shown at a first start, and keep all keys until Esc.
    scene.screen.press("Escape")
    time.sleep(0.5)
    scene.screen.press(*_TYPED, "Return")
    time.sleep(0.5)
    verify_glyphs(scene, "typed.png", "the window with the figure typed")
    scene.screen.press("ctrl+s")
    wait_until(lambda: path.read_bytes() != content, f"{path.name} to be saved")
    time.sleep(0.5)
    after = _values(program, path)
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    check(
        list(changed.values()) == [int(_TYPED)],
        f"the saved file has the typed figure and no other change: {changed}",
    )
    json.loads(path.read_text("utf-8"))
    others = [
        item.name for item in path.parent.iterdir() if item.suffix not in {".nianbao", ".xlsx"}
    ]
    check(
        not any("tmp" in name.lower() for name in others),
        f"saving leaves nothing half written: {others}",
    )


def _hand_over(scene: Scene, program: Program, path: Path) -> None:
    process = program.window(scene.wine.path_of(path))
    scene.screen.wait_for("另一街道办事处")
    code = process.wait(timeout=60)
    check(code == 0, f"a second start hands its file to the running copy and ends ({code})")


def close(scene: Scene, process: subprocess.Popen[bytes], title: str) -> None:
    """Close the window titled *title* with the keyboard, and see its process end.

    Raises:
        BuildError: it stays.
    """
    scene.screen.wait_for(title)
    scene.screen.close(title)
    try:
        code = process.wait(timeout=60)
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"“{title}” is closed but its process does not end") from error
    check(code == 0, f"closing “{title}” ends the program ({code})")


def verify_double_click(scene: Scene, program: Program) -> None:
    """Open a report by its extension.

    Wine does not merge the user's classes into what it looks extensions up in, as Windows does;
    they are copied for this one test.

    Raises:
        BuildError: the report is not opened.
    """
    path = next((scene.documents()).glob("二〇一九*/某区某局*.nianbao"))
    scene.wine.run_python(_COPY_CLASSES)
    process = scene.wine.start(
        *("start", "/wait", scene.wine.path_of(path)), environment=WINE_SWITCH
    )
    scene.screen.wait_for("某区某局")
    check(True, "opening a .nianbao file by its extension starts the program with it")
    close(scene, process, "某区某局")
    check(program.is_there(), "and the program is whole")


_COPY_CLASSES = r"""
import winreg
def copy(source, target):
    for number in range(winreg.QueryInfoKey(source)[1]):
        name, value, kind = winreg.EnumValue(source, number)
        winreg.SetValueEx(target, name, 0, kind, value)
    for number in range(winreg.QueryInfoKey(source)[0]):
        name = winreg.EnumKey(source, number)
        with winreg.OpenKey(source, name) as inner, winreg.CreateKey(target, name) as made:
            copy(inner, made)
for name in (".nianbao", "Nianbao.Report"):
    path = "Software\\Classes\\" + name
    with (
        winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as source,
        winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, path) as target,
    ):
        copy(source, target)
"""


def freeze_bare_window(workshop: Workshop, wine: Wine) -> Path:
    """Freeze what the program is held against, where that has changed; return its folder."""
    sources = [HERE / name for name in ("bare_window.py", "bare_window.spec", "trim.py")]
    digest = digest_of([*sources, REQUIREMENTS_LOCK, TOOLS_LOCK, PYTHON_LOCK])
    return freeze(workshop, wine, HERE / "bare_window.spec", digest)


@dataclass(frozen=True)
class Start:
    """From the start of a process to its window, in seconds, and how much of them it worked."""

    seconds: float
    processor: float


def verify_detector_and_start(scene: Scene, program: Program) -> tuple[Start, Start]:
    """See that boxes would be noticed, and measure the start; both against the bare window.

    Returns:
        The program's and the bare window's start.

    Raises:
        BuildError: the bare window does not start, or its boxes go unnoticed.
    """
    bare = windows_path(freeze_bare_window(scene.workshop, scene.wine) / "bare_window.exe")
    process = scene.wine.start(bare, _WITHOUT_GLYPHS, environment=WINE_SWITCH)
    scene.screen.wait_for(_BARE_TITLE)
    shot = scene.screen.shoot_until(scene.workshop.evidence / "boxes.png", _shows_boxes)
    _end(scene, process, _BARE_TITLE)
    glyphs = shot.glyphs()
    check(
        _shows_boxes(shot),
        f"missing glyphs would be noticed: {glyphs.boxes} boxes, {glyphs.distinct} shapes",
    )
    window = scene.wine.path_of(program.folder / GUI_EXE)
    starts: dict[str, list[Start]] = {TITLE: [], _BARE_TITLE: []}
    for _ in range(_ROUNDS):
        for exe, title in ((window, TITLE), (bare, _BARE_TITLE)):
            began = time.monotonic()
            process = scene.wine.start(exe, environment=WINE_SWITCH)
            scene.screen.wait_for(title)
            starts[title].append(Start(time.monotonic() - began, _processor_seconds(process)))
            _end(scene, process, title)
    return _least(starts[TITLE]), _least(starts[_BARE_TITLE])


def _least(starts: list[Start]) -> Start:
    """What other programs do meanwhile only adds: the least is what the start takes."""
    return Start(min(start.seconds for start in starts), min(start.processor for start in starts))


def _processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """What *process* has used of the processor so far, itself and in the system's calls."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end(scene: Scene, process: subprocess.Popen[bytes], title: str) -> None:
    process.kill()
    process.wait(timeout=30)
    scene.screen.wait_gone(title)
