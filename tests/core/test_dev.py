"""The developer's tool says what it does and what it cannot do."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev


def answer(present: bool) -> dev.Need:
    return dev.Need("some-package", "a reason", lambda: present)


def test_nothing_is_installed_where_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "install_with_apt", pytest.fail)
    dev.provide([answer(True)])
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(sys.platform != "linux", reason="system packages are a matter of Linux")
def test_without_root_and_sudo_the_command_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = {"apt-get": "/usr/bin/apt-get"}
    monkeypatch.setattr("shutil.which", lambda name, path=None: programs.get(name))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(
        dev.DevError, match=r"as root:\n +apt-get update && apt-get install .*some-package"
    ):
        dev.provide([answer(False)])
    assert "some-package           a reason" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="system packages are a matter of Linux")
def test_what_only_some_tests_need_is_done_without(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "install_with_apt", lambda packages: "no luck")
    dev.provide([dev.Need("some-package", "a reason", lambda: False, required=False)])
    assert "no luck" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_run_without_a_screen_says_so_and_names_the_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(dev, "make_environment", lambda: None)
    monkeypatch.setattr(dev, "provide", lambda needs: None)
    monkeypatch.setattr(dev, "run", pytest.fail)
    assert dev.main(["run"]) == 2
    told = capsys.readouterr().err
    assert "no screen" in told
    assert "python3 dev.py run --virtual" in told
    assert "-m core" in told


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_a_virtual_screen_is_installed_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    needed: list[str] = []
    commands: list[list[str]] = []
    monkeypatch.setattr(dev, "make_environment", lambda: None)
    monkeypatch.setattr(dev, "provide", lambda needs: needed.extend(n.package for n in needs))
    monkeypatch.setattr(dev, "run", lambda command: commands.append([str(w) for w in command]) or 0)
    assert dev.main(["run", "--virtual"]) == 0
    assert {"xvfb", "xauth"} <= set(needed)
    assert commands[0][:2] == ["xvfb-run", "-a"] and commands[0][-2:] == ["-m", "gui"]


def test_the_file_is_found_from_the_folder_of_the_caller(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr(dev, "make_environment", lambda: None)
    monkeypatch.setattr(dev, "provide", lambda needs: None)
    monkeypatch.setattr(dev, "run", lambda command: commands.append([str(w) for w in command]) or 0)
    assert dev.main(["run", "a.nianbao"]) == 0
    assert commands[0][1:] == ["-m", "gui", str(tmp_path / "a.nianbao")]


def test_packages_are_installed_again_only_when_the_project_file_has_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[str] = []

    def pretend(command: list[object], purpose: str) -> None:
        commands.append(purpose)
        (tmp_path / ".venv").mkdir(exist_ok=True)
        (tmp_path / ".venv" / "python").touch()

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "VENV_PYTHON", tmp_path / ".venv" / "python")
    monkeypatch.setattr(dev, "provide", lambda needs: None)
    monkeypatch.setattr(dev, "must", pretend)
    project = tmp_path / "pyproject.toml"
    project.write_text("a", encoding="utf-8")
    dev.make_environment()
    dev.make_environment()
    assert commands == ["making .venv", "installing Python packages"]
    project.write_text("b", encoding="utf-8")
    dev.make_environment()
    assert commands == ["making .venv", "installing Python packages", "installing Python packages"]


def test_help_names_every_command() -> None:
    result = subprocess.run(
        [sys.executable, dev.__file__, "--help"], capture_output=True, text=True, check=True
    )
    assert all(f"dev.py {name}" in result.stdout for name in dev.COMMANDS)


def test_installing_does_not_wander_through_every_folder() -> None:
    # As namespace packages any folder counts: the Wine prefix in build/windows leads to "/".
    with (dev.ROOT / "pyproject.toml").open("rb") as file:
        find = tomllib.load(file)["tool"]["setuptools"]["packages"]["find"]
    assert find["namespaces"] is False
    for package in ("core", "gui"):
        folders = {path.parent for path in (dev.ROOT / package).rglob("*.py")}
        assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
