"""Installs the program under Wine, uses it as a clerk would, updates it, removes it, and measures.

Wine is not Windows: what is seen here is that the installer, the frozen program and its window work
against a Windows API on Windows file names. What it cannot show is listed in docs/部署与签名.md.
"""

from __future__ import annotations

import shutil

import verify_cli
import verify_installer
import verify_window
from package import compile_installer
from project import CARRIED_FOLDER, CLI_EXE, GUI_EXE, Clock, Workshop, check
from scene import Program, Scene, unzip
from screen import Screen
from wine import Wine

_MOST_INSTALLER_MB = 25
_MOST_INSTALLED_MB = 80
_START_BUDGET = 1.5


def verify(workshop: Workshop, built_in: Wine, clock: Clock) -> None:
    """Try everything in a fresh copy of the prefix *built_in*, and print what was measured.

    Raises:
        BuildError: something is not as it must be; the text says what.
    """
    clock.step("a fresh Windows to install into")
    shutil.rmtree(workshop.evidence, ignore_errors=True)
    folder = workshop.work / "verify"
    shutil.rmtree(folder, ignore_errors=True)
    wine = Wine(folder / "prefix", workshop.home, workshop.python)
    wine.copy_of(built_in)
    with Screen() as screen:
        try:
            wine.use_display(screen.display)
            _verify(Scene(workshop, wine, screen, clock))
        except BaseException:
            screen.shoot(workshop.evidence / "failure.png")
            raise
        finally:
            wine.stop_server()


def _verify(scene: Scene) -> None:
    before = verify_installer.files_of(scene)
    scene.clock.step("signing")
    _verify_signing(scene)
    scene.clock.step("targets that cannot take the program")
    verify_installer.verify_bad_targets(scene)
    verify_installer.verify_folder_page(scene)
    scene.clock.step("installing by double click")
    former = verify_installer.verify_wizard(scene)
    scene.clock.step("installing silently into another folder")
    program = verify_installer.verify_silent(scene, former)
    scene.clock.step("the command line, beside the one on Linux")
    verify_cli.verify_command_line(scene, program)
    scene.clock.step("the window")
    verify_window.verify_window(scene, program)
    verify_window.verify_double_click(scene, program)
    scene.clock.step("updates")
    verify_installer.verify_refusals(scene, program)
    verify_installer.verify_update(scene, program)
    report = next(scene.documents().glob("二〇一九*/某区某局*.nianbao"))
    verify_installer.verify_wizard_over_running(scene, program, report)
    scene.clock.step("start, beside a bare window")
    ours, bare = verify_window.verify_detector_and_start(scene, program)
    installer_mb, installed_mb, files = verify_installer.sizes(scene, program)
    scene.clock.step("removal")
    verify_installer.verify_removal(scene, program, before)
    scene.clock.step("the portable .zip")
    _verify_portable(scene)
    print(
        "\n| what | measured | budget |\n| --- | ---: | ---: |\n"
        f"| installer | {installer_mb:.1f} MB | {_MOST_INSTALLER_MB} MB |\n"
        f"| installed | {installed_mb:.1f} MB | {_MOST_INSTALLED_MB} MB |\n"
        f"| files | {files} | |\n"
        f"| start to window in Wine, least | {ours.seconds:.2f} s | |\n"
        f"| a bare window frozen the same way | {bare.seconds:.2f} s | |\n"
        f"| ratio | {ours.seconds / bare.seconds:.2f} | {_START_BUDGET:.2f} |\n"
        f"| processor time of the start, least | {ours.processor:.2f} s | |\n"
        f"| a bare window's | {bare.processor:.2f} s | |\n"
        f"| ratio | {ours.processor / bare.processor:.2f} | |\n",
        flush=True,
    )
    check(installer_mb <= _MOST_INSTALLER_MB, "the installer is within its budget")
    check(installed_mb <= _MOST_INSTALLED_MB, "the installed program is within its budget")


def _verify_signing(scene: Scene) -> None:
    """A command for signing is given the uninstaller and the installer, once each."""
    folder = scene.workshop.work / "verify" / "signing"
    small = folder / "small"
    small.mkdir(parents=True)
    for name in (GUI_EXE, CLI_EXE):
        (small / name).write_bytes(b"MZ")
    log = folder / "signed.txt"
    target = folder / scene.workshop.setup_exe().name
    compile_installer(small, target, f"echo >>{log}")
    signed = log.read_text("utf-8").split()
    check(
        len(signed) == 2 and signed[1] == str(target),
        f"uninstaller and installer are signed when they are made ({len(signed)} files)",
    )


def _verify_portable(scene: Scene) -> None:
    """The unpacked .zip runs where it lies, without a trace of an installation."""
    folder = scene.documents() / "免安装 版"
    unzip(scene.workshop.portable_zip(), folder)
    program = Program(scene.wine, next(path for path in folder.iterdir() if path.is_dir()))
    check(program.is_there(), "the .zip holds the whole program")
    forms = program.cli_json("forms", folder=folder)
    check(
        isinstance(forms, list) and len(forms) >= 2,
        "the command line in the unpacked .zip knows the forms",
    )
    process = program.window()
    scene.screen.wait_for(verify_window.TITLE)
    verify_window.close(scene, process, verify_window.TITLE)
    check(not verify_installer.registry(scene), "the portable program registers nothing")
    _verify_carried_data(scene, program)


def _verify_carried_data(scene: Scene, program: Program) -> None:
    """With the folder for it beside the program, all its data is there and none on the PC."""
    carried = program.folder / CARRIED_FOLDER
    carried.mkdir()
    before = verify_installer.files_of(scene)
    process = program.window()
    scene.screen.wait_for(verify_window.TITLE)
    verify_window.close(scene, process, verify_window.TITLE)
    inside = "/" + carried.relative_to(scene.wine.prefix / "drive_c").as_posix()
    new = verify_installer.files_of(scene) - before
    check(
        any(name.endswith("settings.ini") for name in new)
        and all(name.startswith(f"{inside}/") for name in new),
        f"its data goes into {CARRIED_FOLDER} beside it, and nowhere else ({len(new)} files)",
    )
