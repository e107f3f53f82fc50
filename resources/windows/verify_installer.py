"""Installing, updating, refusing and removing: what a clerk and an IT office do with the installer."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from package import measure
from project import CLI_EXE, GUI_EXE, NAME, BuildError, check, version
from scene import WINE_SWITCH, Program, Scene
from verify_window import TITLE, close, verify_glyphs
from wine import wait_until, windows_path

RUNNING, NEWER, UNWRITABLE, NO_SPACE, IN_USE, FOREIGN = 3, 4, 5, 6, 7, 9
_UNINSTALL_KEY = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{NAME}"
# What the installer calls its windows.
_PAGES = f"{TITLE} 安装"
# Not the installer's: temporary files, and what Wine itself writes while programs run.
_PASSING = (
    "/Temp/",
    "/windows/",
    "/ProgramData/Microsoft/",
    "/AppData/Roaming/Microsoft/Windows/Recent",
)


def setup_line(scene: Scene, folder: Path | str | None = None) -> str:
    """The raw command line of a silent installation, into *folder* if one is given."""
    target = scene.wine.path_of(folder) if isinstance(folder, Path) else folder
    line = f'"{windows_path(scene.workshop.setup_exe())}" /S'
    return line if target is None else f"{line} /D={target}"


def files_of(scene: Scene) -> set[str]:
    """All files and folders on drive C: but those that come and go by themselves."""
    drive = scene.wine.prefix / "drive_c"
    names = ("/" + path.relative_to(drive).as_posix() for path in drive.rglob("*"))
    return {name for name in names if not any(part in f"{name}/" for part in _PASSING)}


def registry(scene: Scene) -> dict[str, str]:
    """What the installer wrote into the user's registry; empty when there is nothing of it."""
    code = r"""
import sys, winreg
for path, name in (line.split("|") for line in sys.argv[1:]):
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            print(path + "|" + name + "|" + str(winreg.QueryValueEx(key, name)[0]))
    except OSError:
        pass
"""
    wanted = (
        f"{_UNINSTALL_KEY}|DisplayName",
        f"{_UNINSTALL_KEY}|DisplayVersion",
        f"{_UNINSTALL_KEY}|InstallLocation",
        f"{_UNINSTALL_KEY}|QuietUninstallString",
        rf"Software\{NAME}|InstallDir",
        r"Software\Classes\.nianbao|",
        r"Software\Classes\Nianbao.Report\shell\open\command|",
    )
    lines = scene.wine.run_python(code, *wanted).splitlines()
    found = (line.split("|", 2) for line in lines if "|" in line)
    return {name or path.rsplit("\\", 1)[-1]: value for path, name, value in found}


def shortcuts(scene: Scene) -> list[Path]:
    """The entries in the Start menu and on the desktop."""
    return list(scene.wine.user_folder.rglob(f"{TITLE}.lnk"))


def verify_wizard(scene: Scene) -> Program:
    """Double-click the installer and go through its pages with Return, into the default folder.

    Raises:
        BuildError: a page shows no Chinese, or the program is not there or does not open.
    """
    process = scene.wine.start(windows_path(scene.workshop.setup_exe()), environment=WINE_SWITCH)
    window = scene.screen.wait_for(_PAGES)
    verify_glyphs(scene, "installer.png", "the installer's first page")
    scene.screen.focus(window)
    scene.screen.press("Return")
    time.sleep(1)
    verify_glyphs(scene, "installer-folder.png", "the installer's second page")
    scene.screen.press("Return")
    folder = scene.wine.user_folder / "AppData" / "Local" / "Programs" / NAME
    program = Program(scene.wine, folder)
    wait_until(lambda: (folder / "uninstall.exe").is_file(), "the files to be installed", 300)
    wait_until(lambda: len(shortcuts(scene)) == 2, "the shortcuts", 60)
    time.sleep(2)
    scene.screen.shoot(scene.workshop.evidence / "installer-done.png")
    # The last page's button opens the program.
    scene.screen.close(_PAGES, "Return")
    check(program.is_there(), f"the pages install into {scene.wine.path_of(folder)}")
    scene.screen.wait_for(TITLE)
    scene.screen.close(TITLE)
    process.wait(timeout=60)
    check(True, "the last page opens the program, which closes again")
    return program


_CLOSE_WINDOW = """
import ctypes, sys
user = ctypes.WinDLL("user32")
user.FindWindowW.restype = ctypes.c_void_p
user.PostMessageW.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p]
user.PostMessageW(user.FindWindowW(None, sys.argv[1]), 0x10, None, None)
"""


def _turn_pages(scene: Scene, window: str, what: str) -> None:
    """Press Return on the installer's pages in *window* until a message comes up over them."""
    end = time.monotonic() + 120
    while len(scene.screen.windows(_PAGES)) < 2:
        if time.monotonic() > end:
            raise BuildError(f"the installer's pages do not lead to {what}")
        scene.screen.focus(window)
        scene.screen.press("Return")
        time.sleep(2)


def verify_wizard_over_running(scene: Scene, program: Program, report: Path) -> None:
    """Install by the pages while *report* is open: it is asked to be closed, then it goes on.

    Raises:
        BuildError: nothing is asked, something was changed before, or it does not go on.
    """
    before = _contents(program)
    running = program.window(scene.wine.path_of(report))
    scene.screen.wait_for(report.stem)
    process = scene.wine.start(windows_path(scene.workshop.setup_exe()), environment=WINE_SWITCH)
    window = scene.screen.wait_for(_PAGES)
    _turn_pages(scene, window, "the question to close it")
    verify_glyphs(scene, "installer-running.png", "the question to close the running copy")
    question = next(other for other in scene.screen.windows(_PAGES) if other != window)
    check(
        _contents(program) == before, "an open report stops the installer before it changes a file"
    )
    # By the button in its title: without a window manager, keys stay with the program in front.
    scene.wine.run_python(_CLOSE_WINDOW, f"{report.stem} — {TITLE}")
    scene.screen.wait_gone(report.stem)
    running.wait(timeout=60)
    scene.screen.answer(question, "Return")
    wait_until(
        lambda: _contents(program).keys() == before.keys() and _contents(program) != before,
        "the files to be replaced",
        300,
    )
    time.sleep(2)
    scene.screen.close(_PAGES, "Return")
    scene.screen.wait_for(TITLE)
    scene.screen.close(TITLE)
    process.wait(timeout=60)
    check(program.is_there(), "once it is closed, 重试 installs")


def verify_folder_page(scene: Scene) -> None:
    """A folder that cannot take the program is said on its page, where another can be chosen.

    Raises:
        BuildError: nothing is said, or the installer goes on or ends.
    """
    code = "import subprocess, sys; subprocess.run(sys.argv[1])"
    foreign = _foreign_folder(scene)
    line = setup_line(scene, foreign).replace(" /S", "")
    process = scene.wine.start(windows_path(scene.wine.python), "-c", code, line)
    window = scene.screen.wait_for(_PAGES)
    _turn_pages(scene, window, "the refusal")
    verify_glyphs(scene, "installer-refusal.png", "the refusal of a folder")
    refusal = next(other for other in scene.screen.windows(_PAGES) if other != window)
    scene.screen.answer(refusal, "Return")
    check(scene.screen.windows(_PAGES) == [window], "after a refusal another folder can be chosen")
    process.kill()
    process.wait(timeout=30)
    scene.wine.run("taskkill", "/f", "/im", scene.workshop.setup_exe().name)
    scene.screen.wait_gone(_PAGES)
    shutil.rmtree(foreign)


def verify_silent(scene: Scene, former: Program) -> Program:
    """Install silently into a folder with a space and Chinese characters; *former* moves there.

    Raises:
        BuildError: something is missing, or the former copy is still there.
    """
    folder = scene.wine.prefix / "drive_c" / "办公 程序" / TITLE
    program = Program(scene.wine, folder)
    process = former.window()
    scene.screen.wait_for(TITLE)
    code = scene.wine.run_raw(setup_line(scene, folder))
    check(
        code == RUNNING and former.is_there() and not folder.exists(),
        f"a running copy is not moved to another folder ({code})",
    )
    close(scene, process, TITLE)
    code = scene.wine.run_raw(setup_line(scene, folder))
    check(
        code == 0 and program.is_there(), f"silent installation into {scene.wine.path_of(folder)}"
    )
    check(not former.folder.exists(), "the copy in the former folder is gone")
    check(not any(folder.glob(".*")), "nothing half installed beside it")
    entries = registry(scene)
    target = scene.wine.path_of(folder)
    check(entries["QuietUninstallString"] == f'"{target}\\uninstall.exe" /S', "it can be removed")
    check(
        entries["DisplayName"] == TITLE and entries["DisplayVersion"] == version(),
        f"Windows lists it as {TITLE} {version()}",
    )
    check(entries["command"] == f'"{target}\\{GUI_EXE}" "%1"', ".nianbao opens with it")
    links = shortcuts(scene)
    places = {path.parent.name for path in links}
    check(places == {"Desktop", "Programs"}, "a Start-menu and a desktop entry")
    wide = f"{TITLE}\\{GUI_EXE}".encode("utf-16-le")
    check(all(wide in path.read_bytes() for path in links), "both lead to it")
    check(
        not any(_is_network(path) for path in folder.rglob("*")), "no network library is installed"
    )
    check(
        (folder / "_internal" / "第三方许可.txt").is_file(),
        "the libraries' licences are there",
    )
    _verify_executables(scene, program)
    return program


def _is_network(path: Path) -> bool:
    name = path.name.lower()
    return any(
        part in name for part in ("network", "_socket", "_ssl", "libssl", "libcrypto", "qt6qml")
    )


def _verify_executables(scene: Scene, program: Program) -> None:
    """See in the .exe files that the window has no console, knows long paths, and bears its name."""
    code = """
import pefile, sys
for path in sys.argv[1:]:
    file = pefile.PE(path)
    texts = [value.decode() for info in file.FileInfo[0] for table in getattr(info, "StringTable", [])
             for value in table.entries.values()]
    print(file.OPTIONAL_HEADER.Subsystem, b"longPathAware" in file.__data__[:], "|".join(texts))
"""
    names = (GUI_EXE, CLI_EXE)
    paths = [scene.wine.path_of(program.folder / name) for name in names]
    lines = scene.wine.run_python(code, *paths).splitlines()
    for name, line, subsystem in zip(names, lines, ("2", "3"), strict=True):
        check(
            line.startswith(f"{subsystem} True") and TITLE in line and version() in line,
            f"{name}: subsystem {subsystem}, long paths, version resource {TITLE} {version()}",
        )


def verify_bad_targets(scene: Scene) -> None:
    """Refuse folders that cannot take the program, and leave nothing in them.

    Raises:
        BuildError: a refusal has another code, or something is left behind.
    """
    code = scene.wine.run_raw(setup_line(scene, "Z:\\proc\\年报"))
    check(code == UNWRITABLE, f"a folder that cannot be written is refused ({code})")
    foreign = _foreign_folder(scene)
    code = scene.wine.run_raw(setup_line(scene, foreign))
    left = sorted(path.name for path in foreign.rglob("*"))
    check(
        code == FOREIGN and left == ["_internal", "other.dll"],
        f"another program's folder is refused ({code}) and left as it is",
    )
    shutil.rmtree(foreign)
    for what, options, expected in (
        ("too small", "size=20m", {NO_SPACE}),
        # Room for the bytes, not for the files: unpacking itself fails half way.
        ("filling up meanwhile", "size=400m,nr_inodes=24", {1, 2}),
    ):
        with _small_disk(scene, options) as disk:
            code = scene.wine.run_raw(setup_line(scene, disk / "年报"))
            left = [path.name for path in disk.rglob("*")]
            check(
                code in expected and not left,
                f"a disk {what} is refused ({code}), nothing left on it {left}",
            )
    with _small_disk(scene, "size=20m") as disk:
        former = _cut_short(disk / "年报")
        code = scene.wine.run_raw(setup_line(scene, disk / "年报"))
        found = {path.name: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
        check(
            code == NO_SPACE and found == former,
            f"what a run that was cut short had moved is put back first ({code})",
        )
    check(not registry(scene) and not shortcuts(scene), "refusals leave no entries")


def _foreign_folder(scene: Scene) -> Path:
    """A folder in which another program made with PyInstaller lives."""
    folder = scene.wine.prefix / "drive_c" / "别的程序"
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "other.dll").write_bytes(b"other")
    return folder


def _cut_short(folder: Path) -> dict[str, bytes]:
    """Leave in *folder* what a power cut in the middle of an update leaves; the former files."""
    (folder / ".old" / "_internal").mkdir(parents=True)
    former = {GUI_EXE: b"gui", CLI_EXE: b"cli", "former.dll": b"dll"}
    (folder / ".old" / GUI_EXE).write_bytes(former[GUI_EXE])
    (folder / CLI_EXE).write_bytes(former[CLI_EXE])
    (folder / ".old" / "_internal" / "former.dll").write_bytes(former["former.dll"])
    (folder / "_internal").mkdir()
    (folder / "_internal" / "new.dll").write_bytes(b"new")
    (folder / ".new").mkdir()
    (folder / ".new" / GUI_EXE).write_bytes(b"new")
    return former


@contextlib.contextmanager
def _small_disk(scene: Scene, options: str) -> Iterator[Path]:
    """A small file system of its own, mounted in the workshop; takes root."""
    disk = scene.workshop.work / "verify" / "disk"
    disk.mkdir(parents=True, exist_ok=True)
    become_root = [] if os.geteuid() == 0 else ["sudo"]
    mount = [*become_root, "mount", "-t", "tmpfs", "-o", f"{options},mode=777", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    try:
        yield disk
    finally:
        subprocess.run([*become_root, "umount", "--lazy", str(disk)], check=True)


def verify_refusals(scene: Scene, program: Program) -> None:
    """Neither update nor remove what is running or in use, nor go back to an older version.

    Raises:
        BuildError: something was changed, or a refusal has another code.
    """
    before = _contents(program)
    uninstall = f'"{scene.wine.path_of(program.folder)}\\uninstall.exe" /S'
    process = program.window()
    scene.screen.wait_for(TITLE)
    code = scene.wine.run_raw(setup_line(scene))
    check(code == RUNNING, f"no update over a running copy ({code})")
    scene.wine.run_raw(f"{uninstall} _?={scene.wine.path_of(program.folder)}")
    check(_contents(program) == before, "nor is it removed; not a file has changed")
    close(scene, process, TITLE)
    with _held_open(scene, program.folder / "_internal"):
        code = scene.wine.run_raw(setup_line(scene))
        check(code == IN_USE, f"no update while a program folder is in use ({code})")
        check(_contents(program) == before, "the old version is as it was")
    _pretend_version(scene, "99.0.0")
    code = scene.wine.run_raw(setup_line(scene))
    check(code == NEWER, f"no older version over a newer one ({code})")
    check(_contents(program) == before, "the newer version is as it was")
    _pretend_version(scene, version())


def verify_update(scene: Scene, program: Program) -> None:
    """Install over an older version: its files go, the user's files stay.

    Raises:
        BuildError: a file of the old version is left, or a file of the user is not.
    """
    stale = program.folder / "_internal" / "of-an-older-version.dll"
    stale.write_bytes(b"old")
    kept = program.folder / "我的报表.nianbao"
    kept.write_bytes(b"{}")
    _pretend_version(scene, "0.0.9")
    code = scene.wine.run_raw(setup_line(scene))
    check(code == 0 and program.is_there(), "an update finds the folder by itself")
    check(not stale.exists() and not any(program.folder.glob(".*")), "old program files are gone")
    check(kept.is_file(), "a report kept in the program's folder stays")
    check(registry(scene)["DisplayVersion"] == version(), "Windows lists the new version")
    kept.unlink()


def _contents(program: Program) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(program.folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in program.folder.rglob("*")
        if path.is_file()
    }


def _pretend_version(scene: Scene, text: str) -> None:
    code = (
        "import sys, winreg\n"
        "with winreg.OpenKey(winreg.HKEY_CURRENT_USER, sys.argv[1], 0, winreg.KEY_SET_VALUE) as key:\n"
        "    winreg.SetValueEx(key, 'DisplayVersion', 0, winreg.REG_SZ, sys.argv[2])\n"
    )
    scene.wine.run_python(code, _UNINSTALL_KEY, text)


@contextlib.contextmanager
def _held_open(scene: Scene, path: Path) -> Iterator[None]:
    """Hold *path* open as a virus scanner or an Explorer window does, without sharing its removal."""
    code = (
        "import ctypes, sys, time\n"
        "create = ctypes.WinDLL('kernel32').CreateFileW\n"
        "create.restype = ctypes.c_void_p\n"
        "handle = create(ctypes.c_wchar_p(sys.argv[1]), 0x80000000, 3, None, 3, 0x02000000, None)\n"
        "print('held' if handle not in (None, 2**64 - 1) else 'not held', flush=True)\n"
        "time.sleep(120)\n"
    )
    python = windows_path(scene.wine.python)
    process = scene.wine.start(python, "-c", code, scene.wine.path_of(path))
    try:
        assert process.stdout is not None
        check(process.stdout.readline().strip() == b"held", f"{path.name} is held open")
        yield
    finally:
        process.kill()
        process.wait(timeout=30)


def verify_removal(scene: Scene, program: Program, before: set[str]) -> None:
    """Uninstall silently: all that differs from before the installation is the user's own data.

    Raises:
        BuildError: something is left, or something of the user's is gone.
    """
    reports = {path for path in files_of(scene) if path.endswith((".nianbao", ".xlsx"))}
    scene.wine.run_raw(f'"{scene.wine.path_of(program.folder)}\\uninstall.exe" /S')
    wait_until(lambda: not program.folder.exists(), "the program to be removed", 60)
    wait_until(lambda: not registry(scene), "the registry entries to go", 30, 1)
    after = files_of(scene)
    data = f"/users/{scene.wine.user_folder.name}/AppData/Local/{TITLE}"
    # Folders above the program's were made for it, and may hold other programs by now.
    made = (f"/users/{scene.wine.user_folder.name}/AppData/Local/Programs", "/办公 程序")
    documents = f"/users/{scene.wine.user_folder.name}/Documents/"
    left = sorted(
        name
        for name in after - before
        if not name.startswith((data, documents)) and name not in made
    )
    check(not left, f"removal leaves nothing of the program: {left}")
    check(reports <= after and bool(reports), f"the user's {len(reports)} reports are still there")
    check(not before - after, "nothing else went with it")


def sizes(scene: Scene, program: Program) -> tuple[float, float, int]:
    """Installer MB, installed MB, files."""
    size, files = measure(program.folder)
    return scene.workshop.setup_exe().stat().st_size / 1e6, size / 1e6, files
