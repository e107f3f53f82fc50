"""Where a command puts a new file: looked at before the work begins, and again when it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.problems import NianbaoError, Problem
from core.storage.change import Writer
from core.storage.durable import write_durably
from core.storage.files import read_file
from core.storage.filesystem import StorageProblem, same_file, storage_error


class TargetProblem(Problem):
    """Why nothing is written there."""

    SUFFIX = "“{file}”的扩展名不对，应为 {wanted}，没有写入。"
    SOURCE = "“{file}”就是要读取的文件，没有写入；请换一个文件名。"
    EXISTS = (
        "文件“{file}”已经存在，没有覆盖；请换一个文件名或先移走原文件，"
        "或加 --overwrite 覆盖它（原文件留一份历史版本）。"
    )


@dataclass(frozen=True)
class Target:
    """A file to be written that may be there already; :meth:`checked` makes one.

    ``overwrite``: a file that is there is replaced, and kept as a version.
    """

    path: Path
    overwrite: bool
    writer: Writer

    @classmethod
    def checked(
        cls,
        path: Path,
        suffixes: Iterable[str],
        sources: Iterable[Path],
        writer: Writer,
        *,
        overwrite: bool = False,
    ) -> Target:
        """*path* as a place for a file of one of these kinds (``.xlsx``) made out of *sources*.

        Raises :class:`NianbaoError`: :class:`TargetProblem`, or :class:`StorageProblem` where a
        folder, a pipe or a device has that name.
        """
        wanted = tuple(suffixes)
        if path.suffix.lower() not in wanted:
            raise NianbaoError(TargetProblem.SUFFIX, file=path.name, wanted="、".join(wanted))
        if any(same_file(path, source) for source in sources):
            raise NianbaoError(TargetProblem.SOURCE, file=path.name)
        try:
            is_there = writer.fs.mode(writer.fs.resolved(path)) is not None
        except OSError as error:
            raise storage_error(error, path) from error
        if is_there and not overwrite:
            raise NianbaoError(TargetProblem.EXISTS, file=path.name)
        return cls(path, overwrite, writer)

    def write(self, data: bytes) -> tuple[str, ...]:
        """Writes *data*, all of it or (raising) nothing; what there is to say, in Chinese sentences.

        Raises :class:`NianbaoError`.
        """
        # Only a report can be open in a window.
        lock, said = (None, ())
        if self.path.suffix.lower() == ".nianbao":
            lock, said = self.writer.hold(self.path)
        try:
            return (*said, *self._write(data))
        finally:
            if lock is not None:
                lock.release()

    def _write(self, data: bytes) -> tuple[str, ...]:
        said: tuple[str, ...] = ()
        fs = self.writer.fs
        if self.overwrite:
            said = self._kept()
        try:
            write_durably(self.path, data, fs, new=not self.overwrite)
        except NianbaoError as error:
            if error.problem is StorageProblem.EXISTS:
                raise NianbaoError(TargetProblem.EXISTS, file=self.path.name) from error
            raise
        return said

    def _kept(self) -> tuple[str, ...]:
        """Keeps what is there as a version; where. Raises where that is not possible."""
        try:
            data = read_file(self.path, self.writer.fs)
        except NianbaoError as error:
            if error.problem is StorageProblem.MISSING:
                return ()
            raise
        if not data:
            return ()
        return (f"“{self.path.name}”原来的内容留在 {self.writer.backups.keep(self.path, data)}",)
