"""Makes the Windows installer, on Debian and Ubuntu (under Wine) or on Windows itself.

    python3 resources/windows/build.py            installer, portable .zip, SHA256SUMS in dist/
    python3 resources/windows/build.py --verify   also installs, runs, updates and removes it
    python3 resources/windows/build.py pack       packs what was frozen, for example once signed
    python3 resources/windows/build.py lock       resolves the locked packages anew

`python3 dev.py installer` calls this. Only the standard library is used.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import package
import toolchain
from project import ROOT, BuildError, Clock, Workshop, on_windows
from wine import Wine


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="dev.py installer", description="Make the Windows installer."
    )
    parser.add_argument("command", nargs="?", choices=["make", "pack", "lock"], default="make")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="install it under Wine, run it, update it and remove it",
    )
    parser.add_argument(
        "--sign",
        metavar="COMMAND",
        help="sign programs, uninstaller and installer: COMMAND is run with each file's name",
    )
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "windows")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist")
    return parser.parse_args(arguments)


def make(workshop: Workshop, verified: bool, sign: str | None) -> None:
    """Build, sign with the command *sign* if there is one, and verify where that is asked for.

    Raises:
        BuildError: a step fails, or something is not as it must be.
    """
    clock = Clock()
    if on_windows():
        if verified:
            raise BuildError("--verify works under Wine; on Windows, try the installer by hand")
        package.build(workshop, None, clock, sign)
    else:
        clock.step("tools")
        toolchain.install_system_packages()
        toolchain.prepare_python(workshop, toolchain.Pip(workshop.work))
        wine = toolchain.prepare_prefix(workshop)
        try:
            wine.use_display(None)
            if verified:
                _build_and_verify(workshop, wine, clock, sign)
            else:
                package.build(workshop, wine, clock, sign)
        finally:
            wine.stop_server()
    clock.step("done")
    for path in (workshop.setup_exe(), workshop.portable_zip(), workshop.dist / "SHA256SUMS"):
        print(f"    {path.stat().st_size / 1e6:7.1f} MB  {path}")


def _build_and_verify(workshop: Workshop, wine: Wine, clock: Clock, sign: str | None) -> None:
    """Build, freeze what the program is compared with meanwhile, and verify."""
    # Imported here: building on Windows needs nothing of it.
    from verify import verify
    from verify_window import freeze_bare_window

    with ThreadPoolExecutor(max_workers=1) as beside:
        bare = beside.submit(freeze_bare_window, workshop, wine)
        package.build(workshop, wine, clock, sign)
        bare.result()
    verify(workshop, wine, clock)


def main(arguments: list[str]) -> int:
    """Run the command; 1 with one sentence where it cannot be done."""
    options = parse(arguments)
    workshop = Workshop(options.work.absolute(), options.dist.absolute())
    workshop.work.mkdir(parents=True, exist_ok=True)
    try:
        if options.command == "lock":
            with (ROOT / "pyproject.toml").open("rb") as file:
                dependencies = tomllib.load(file)["project"]["dependencies"]
            toolchain.rewrite_locks(toolchain.Pip(workshop.work), dependencies)
        elif options.command == "pack":
            package.pack(workshop, Clock(), options.sign)
        else:
            make(workshop, options.verify, options.sign)
    except BuildError as error:
        print(f"installer: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
