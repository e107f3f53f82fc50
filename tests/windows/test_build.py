"""What the Windows build decides without Wine: versions, what is locked, what is built again."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import package
import project
import pytest
from project import Stamp, Workshop, digest_of

ROOT = Path(__file__).parents[2]
WINDOWS = ROOT / "resources" / "windows"


def locked(name: str) -> dict[str, str]:
    text = (WINDOWS / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\\n    --hash=sha256:[0-9a-f]{64}$", text, re.M))


def test_every_dependency_is_locked_with_its_hash() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    names = {re.split(r"[<>=!~\[; ]", text)[0].lower() for text in dependencies}
    lock = locked("requirements.lock")
    assert names <= set(lock)
    assert lock["pyside6-essentials"].startswith("6.8.")
    assert lock["shiboken6"] == lock["pyside6-essentials"]
    assert {"pyinstaller", "pefile", "pywin32-ctypes"} <= set(locked("tools.lock"))


def test_installer_has_a_code_for_every_refusal_that_the_office_reads_about() -> None:
    script = (WINDOWS / "installer.nsi").read_text("utf-8")
    codes = set(re.findall(r"^!define ERROR_\w+ (\d+)$", script, re.M))
    manual = (ROOT / "docs" / "部署与签名.md").read_text("utf-8")
    assert codes and codes <= set(re.findall(r"^\| (\d+) \|", manual, re.M))


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
