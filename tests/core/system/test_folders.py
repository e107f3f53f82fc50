"""Where the program keeps its own things: the user's profile, or a folder carried along with it."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

from core.system.folders import (
    APP_NAME,
    CARRIED_FOLDER,
    HOME_VARIABLE,
    data_folder,
    own_forms_folder,
)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installed or unzipped program that is running."""
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nianbao.exe"))
    return tmp_path


def in_profile() -> Path:
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def test_data_is_in_the_users_profile(program: Path) -> None:
    assert data_folder() == in_profile()
    assert own_forms_folder() == in_profile() / "forms"


def test_a_folder_carried_along_takes_the_data(program: Path) -> None:
    (program / CARRIED_FOLDER).mkdir()
    assert data_folder() == program / CARRIED_FOLDER
    assert own_forms_folder() == program / CARRIED_FOLDER / "forms"


def test_a_file_of_that_name_takes_nothing(program: Path) -> None:
    (program / CARRIED_FOLDER).write_text("", "utf-8")
    assert data_folder() == in_profile()


def test_run_from_the_sources_nothing_is_carried_along(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program / CARRIED_FOLDER).mkdir()
    monkeypatch.delattr(sys, "frozen")
    assert data_folder() == in_profile()


def test_a_folder_that_was_named_comes_first(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program / CARRIED_FOLDER).mkdir()
    monkeypatch.setenv(HOME_VARIABLE, str(program / "x"))
    assert data_folder() == program / "x"
