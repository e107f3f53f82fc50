"""From the sources to what is handed out: frozen folder, installer, portable .zip, checksums."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from project import (
    CARRIED_FOLDER,
    CLI_EXE,
    DISPLAY_NAME,
    GUI_EXE,
    HERE,
    INGREDIENTS,
    NAME,
    PACKING,
    ROOT,
    BuildError,
    Clock,
    Stamp,
    Workshop,
    digest_of,
    on_windows,
    version,
    windows_version,
)
from toolchain import native_python
from wine import Wine, windows_path

_PORTABLE_NOTE = f"""{DISPLAY_NAME} {{version}} 免安装版

1. 请先把整个压缩包解压到一个文件夹（不要在压缩包里直接双击）。
2. 双击 {GUI_EXE} 即可使用，不需要管理员权限，不连接网络。
3. 不用时删除这个文件夹即可；报表保存在您自己选择的位置，不会随之删除。
4. 放在 U 盘里使用、不想在电脑上留下设置和草稿的，请先在 {GUI_EXE} 旁边新建一个名为
   “{CARRIED_FOLDER}”的文件夹。
"""
# Files in a .zip carry dates; a fixed one makes two builds of the same sources comparable.
_ZIP_DATE = (2020, 1, 1, 0, 0, 0)


def source_digest(*more: str) -> str:
    """One digest over everything that decides what the frozen program is, and the files *more*."""
    return digest_of([ROOT / name for name in (*INGREDIENTS, *more)], sys.platform)


def freeze(workshop: Workshop, wine: Wine | None, spec: Path, digest: str) -> Path:
    """Freeze *spec* with PyInstaller unless nothing has changed; return the folder it made.

    Args:
        workshop: where the result and PyInstaller's own state go.
        wine: Wine to run it under, or None on Windows.
        spec: the PyInstaller specification; its COLLECT is named as its ``.spec`` or *nianbao*.
        digest: of everything that *spec* takes in.

    Raises:
        BuildError: PyInstaller fails or leaves no folder.
    """
    name = NAME if spec.name == "build.spec" else spec.stem
    folder = workshop.frozen.parent / name
    stamp = Stamp(workshop.work / f"{name}.stamp", digest)
    if stamp.is_current() and folder.is_dir():
        return folder
    stamp.forget()
    shutil.rmtree(folder, ignore_errors=True)
    state = workshop.work / "pyinstaller"
    state.mkdir(parents=True, exist_ok=True)
    arguments = ("-m", "PyInstaller", "--noconfirm", "--log-level=WARN")
    if wine is None:
        command = [str(native_python(workshop)), *arguments, f"--distpath={folder.parent}"]
        done = subprocess.run([*command, f"--workpath={state}", str(spec)], check=False)
    else:
        done = wine.run(
            windows_path(wine.python),
            *arguments,
            f"--distpath={windows_path(folder.parent)}",
            f"--workpath={windows_path(state)}",
            windows_path(spec),
            timeout=1500,
            # The same sources give the same bytes, whenever and wherever they are frozen.
            environment={"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1577836800"},
        )
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        (workshop.work / f"{name}.pyinstaller.txt").write_text(output, "utf-8")
        if done.returncode != 0:
            raise BuildError(f"PyInstaller ended with {done.returncode}:\n{output[-3000:]}")
    if done.returncode != 0 or not any(folder.glob("*.exe")):
        raise BuildError(f"PyInstaller made no program in {folder}")
    stamp.set()
    return folder


def measure(folder: Path) -> tuple[int, int]:
    """How many bytes *folder* holds, and in how many files."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return sum(sizes), len(sizes)


def compile_installer(source: Path, target: Path, sign: str | None = None) -> None:
    """Pack the program in *source* into the installer *target*.

    Args:
        source: the frozen folder; the verification also makes a small one.
        target: the .exe to make.
        sign: a command that signs the file named after it, for uninstaller and installer.

    Raises:
        BuildError: makensis is missing or fails.
    """
    numbers = ".".join(str(part) for part in windows_version())
    size, _ = measure(source)
    definitions = {
        "VERSION": version(),
        "NUMBERS": numbers,
        "SOURCE": str(source),
        "SIZE_KB": str(size // 1024 + 1),
        "OUT": str(target),
        "PICTURE": str(HERE / "side.bmp"),
        "ICON": str(ROOT / "resources" / "icons" / "app.ico"),
    } | ({"SIGN": sign} if sign else {})
    target.unlink(missing_ok=True)
    done = subprocess.run(
        [_makensis(), "-V2", "-INPUTCHARSET", "UTF8"]
        + [f"-D{key}={value}" for key, value in definitions.items()]
        + [str(HERE / "installer.nsi")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0 or not target.is_file():
        raise BuildError(f"makensis ended with {done.returncode}:\n{output[-3000:]}")
    if "warning" in output:
        raise BuildError(f"makensis warns:\n{output[-3000:]}")


def _makensis() -> str:
    found = shutil.which("makensis")
    if found is None and on_windows():
        usual = Path(os.environ["PROGRAMFILES(X86)"]) / "NSIS" / "makensis.exe"
        found = str(usual) if usual.is_file() else None
    if found is None:
        raise BuildError("makensis is missing: please install NSIS 3")
    return found


def make_zip(workshop: Workshop) -> Path:
    """Pack the frozen folder into the portable .zip, one folder with a note on how to use it."""
    target = workshop.portable_zip()
    top = f"{NAME}-{version()}"
    note = _PORTABLE_NOTE.format(version=version()).replace("\n", "\r\n")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def add(name: str, data: bytes) -> None:
            info = zipfile.ZipInfo(f"{top}/{name}", _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)

        # With the byte order mark, also old editors show the note as Chinese.
        add("请先阅读.txt", note.encode("utf-8-sig"))
        for path in sorted(workshop.frozen.rglob("*")):
            if path.is_file():
                add(path.relative_to(workshop.frozen).as_posix(), path.read_bytes())
    return target


def write_checksums(workshop: Workshop) -> Path:
    """SHA256SUMS of what is handed out, in the format that ``sha256sum -c`` reads."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in (workshop.portable_zip(), workshop.setup_exe())
    ]
    target = workshop.dist / "SHA256SUMS"
    target.write_text("".join(lines), "utf-8", newline="\n")
    return target


def build(workshop: Workshop, wine: Wine | None, clock: Clock, sign: str | None = None) -> None:
    """Make installer, .zip and checksums of the sources as they are; unchanged ones are kept.

    With *sign*, a command that signs the file named after it, both programs, the uninstaller and
    the installer are signed.

    Raises:
        BuildError: a step fails.
    """
    clock.step("freezing the program")
    freeze(workshop, wine, ROOT / "build.spec", source_digest())
    for name in (GUI_EXE, CLI_EXE):
        if not (workshop.frozen / name).is_file():
            raise BuildError(f"the frozen program lacks {name}")
    handed_out = (workshop.setup_exe(), workshop.portable_zip(), workshop.dist / "SHA256SUMS")
    stamp = Stamp(workshop.work / "package.stamp", source_digest(*PACKING))
    if sign is None and stamp.is_current() and all(path.is_file() for path in handed_out):
        return
    stamp.forget()
    pack(workshop, clock, sign)
    stamp.set()


def pack(workshop: Workshop, clock: Clock, sign: str | None = None) -> None:
    """Make installer, .zip and checksums of the frozen folder as it is, for example just signed.

    Raises:
        BuildError: there is no frozen program, or signing or makensis fails.
    """
    if not (workshop.frozen / GUI_EXE).is_file():
        raise BuildError(f"there is no program in {workshop.frozen} to pack")
    if sign is not None:
        clock.step("signing the programs")
        for name in (GUI_EXE, CLI_EXE):
            # Through the shell, as makensis does it: the command is the user's own line.
            line = f'{sign} "{workshop.frozen / name}"'
            if subprocess.run(line, shell=True, stdin=subprocess.DEVNULL, check=False).returncode:
                raise BuildError(f"signing failed: {line}")
    clock.step("packing installer and .zip")
    workshop.dist.mkdir(parents=True, exist_ok=True)
    compile_installer(workshop.frozen, workshop.setup_exe(), sign)
    make_zip(workshop)
    write_checksums(workshop)
