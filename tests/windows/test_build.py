"""What the Windows build decides without Wine: versions, what is locked, what is built again."""

from __future__ import annotations

import re
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import package
import project
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from project import Stamp, Workshop, digest_of

from core.system.folders import CARRIED_FOLDER
from gui.system.desktop import APP_ID

ROOT = Path(__file__).parents[2]
WINDOWS = ROOT / "resources" / "windows"


def locked(name: str) -> dict[str, str]:
    text = (WINDOWS / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}$", text, re.M))


def dependencies() -> list[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return [Requirement(text) for text in tomllib.load(file)["project"]["dependencies"]]


def needed_on_windows(name: str) -> list[Requirement]:
    """What *name*, as it is installed here, asks for on the PCs that the installer is for."""
    target = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"}
    target |= {"python_version": "3.12", "python_full_version": "3.12.9", "extra": ""}
    try:
        found = [Requirement(text) for text in requires(name) or ()]
    except PackageNotFoundError:
        return []
    return [need for need in found if need.marker is None or need.marker.evaluate(target)]


def test_lock_holds_every_dependency_in_a_version_that_the_project_takes() -> None:
    lock = locked("requirements.lock")
    for need in dependencies():
        assert need.specifier.contains(lock[canonicalize_name(need.name)]), need
    assert lock["pyside6-essentials"].startswith("6.8.")
    assert lock["shiboken6"] == lock["pyside6-essentials"]
    assert {"pyinstaller", "pefile", "pywin32-ctypes"} <= set(locked("tools.lock"))


def test_lock_holds_what_the_dependencies_need_and_nothing_else() -> None:
    wanted: set[str] = set()
    open_ends = [canonicalize_name(need.name) for need in dependencies()]
    while open_ends:
        name = open_ends.pop()
        if name not in wanted:
            wanted.add(name)
            open_ends += [canonicalize_name(need.name) for need in needed_on_windows(name)]
    assert set(locked("requirements.lock")) == wanted


@pytest.mark.parametrize("name", ["requirements.lock", "tools.lock", "python.lock"])
def test_every_line_of_a_lock_is_a_package_with_one_hash(name: str) -> None:
    text = (WINDOWS / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines and len(lines) == 2 * len(locked(name))


def test_installer_has_a_code_for_every_refusal_that_the_office_reads_about() -> None:
    script = (WINDOWS / "installer.nsi").read_text("utf-8")
    codes = set(re.findall(r"^!define ERROR_\w+ (\d+)$", script, re.M))
    manual = (ROOT / "docs" / "部署与签名.md").read_text("utf-8")
    assert codes and codes <= set(re.findall(r"^\| (\d+) \|", manual, re.M))


def test_build_and_program_call_the_same_things_by_the_same_names() -> None:
    script = (WINDOWS / "installer.nsi").read_text("utf-8")
    assert f'!define APP_ID "{APP_ID}"' in script
    assert project.CARRIED_FOLDER == CARRIED_FOLDER


def test_every_ingredient_is_there_and_every_resource_is_one() -> None:
    listed = [ROOT / name for name in (*project.INGREDIENTS, *project.PACKING)]
    assert [path for path in listed if not path.exists()] == []
    folders = {path for path in (ROOT / "resources").iterdir() if path.is_dir()}
    assert folders - {WINDOWS} <= set(listed)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1.0.0", (1, 0, 0, 0)), ("2.1", (2, 1, 0, 0)), ("1.2.3rc1", (1, 2, 3, 0))],
)
def test_windows_version_has_four_numbers(
    text: str, numbers: tuple[int, int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "version", lambda: text)
    assert project.windows_version() == numbers


def test_digest_sees_every_change_but_caches(tmp_path: Path) -> None:
    folder = tmp_path / "core"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "a.py").write_text("1", "utf-8")
    first = digest_of([folder])
    (folder / "__pycache__" / "a.pyc").write_text("x", "utf-8")
    assert digest_of([folder]) == first
    (folder / "a.py").write_text("2", "utf-8")
    second = digest_of([folder])
    (folder / "a.py").rename(folder / "b.py")
    assert len({first, second, digest_of([folder]), digest_of([folder], "more")}) == 4


def test_step_cut_short_is_done_again(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamp", "abc")
    assert not stamp.is_current()
    stamp.set()
    assert stamp.is_current()
    assert not Stamp(tmp_path / "stamp", "other").is_current()
    stamp.forget()
    assert not stamp.is_current()


def test_portable_zip_and_checksums(tmp_path: Path) -> None:
    workshop = Workshop(tmp_path / "work", tmp_path / "dist")
    (workshop.frozen / "_internal").mkdir(parents=True)
    (workshop.frozen / "nianbao.exe").write_bytes(b"MZ")
    (workshop.frozen / "_internal" / "表样.toml").write_bytes(b"x")
    workshop.dist.mkdir()
    first = package.make_zip(workshop).read_bytes()
    assert package.make_zip(workshop).read_bytes() == first
    top = f"nianbao-{project.version()}"
    with zipfile.ZipFile(workshop.portable_zip()) as archive:
        assert set(archive.namelist()) == {
            f"{top}/请先阅读.txt",
            f"{top}/nianbao.exe",
            f"{top}/_internal/表样.toml",
        }
        assert archive.read(f"{top}/请先阅读.txt").decode("utf-8-sig").count("\r\n") >= 4
    workshop.setup_exe().write_bytes(b"setup")
    sums = package.write_checksums(workshop).read_text("utf-8").splitlines()
    assert [line.split("  ")[1] for line in sums] == [
        workshop.portable_zip().name,
        workshop.setup_exe().name,
    ]
