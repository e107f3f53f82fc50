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

        def __enter__(self):  # noqa: ANN204 nor is typing
            # Another thread may import too, and both move in the same file.
            self._lock.acquire()
            return self._file

        def __exit__(self, *error: object) -> None:
            self._lock.release()

    kept: dict[str, Kept] = {}

    def opened(name: str, mode: str) -> Kept:
        if name not in kept:
            kept[name] = Kept(name)
        return kept[name]

    pyimod01_archive.open = opened


_keep_open()
del _keep_open
