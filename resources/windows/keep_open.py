"""Runs first in the frozen program: opens its archive of modules once instead of for each module.

PyInstaller's reader opens the .exe anew for every module, about 150 times at a start, and each time
a virus scanner may look at it. build.spec names this script as a runtime hook.
"""


def _keep_open() -> None:
    import _thread

    import pyimod01_archive

    class Kept:
        """The archive's file: ``with`` takes it for one reading and leaves it open."""

        def __init__(self, name: str) -> None:
            self._file = open(name, "rb")  # noqa: PTH123, SIM115 pathlib is not loaded yet
            self._lock = _thread.allocate_lock()

        def take(self) -> bool:
            """Whether it is free; then it is the caller's until the end of its ``with``."""
            return self._lock.acquire(False)

        def __enter__(self):  # noqa: ANN204 typing is not loaded yet
            return self._file

        def __exit__(self, *error: object) -> None:
            self._lock.release()

    kept: dict[str, Kept] = {}

    def opened(name: str, mode: str):  # noqa: ANN202
        if name not in kept:
            kept[name] = Kept(name)
        if kept[name].take():
            return kept[name]
        # Another thread is reading, or this one was interrupted in it: as PyInstaller does.
        return open(name, mode)  # noqa: PTH123

    pyimod01_archive.open = opened


_keep_open()
del _keep_open
