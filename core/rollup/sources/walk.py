"""The files below a folder, in a fixed order, without following links into circles."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from core.problems import NianbaoError, Problem
from core.rollup.sources.items import SourceProblem, is_passed_over
from core.storage.filesystem import FileSystem


class FolderProblem(Problem):
    """Why there is nothing to add up."""

    MISSING = "找不到文件夹“{folder}”，请确认它没有被移动、改名，U盘没有拔出。"
    NO_FOLDER = "“{folder}”不是文件夹，请选择存放各单位报表的文件夹。"
    NO_ACCESS = "文件夹“{folder}”打不开（{reason}），请确认您有权限读取它。"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below the folder: its path there with forward slashes, its size, its time in ns.

    ``path`` is what opens it; only on systems whose names are bytes may it differ from ``source``.
    """

    source: str
    size: int
    modified: int
    path: str


@dataclass
class Walked:
    """What lies below a folder; ``problems`` are (source, sentence) of what cannot be looked into."""

    files: list[FoundFile] = field(default_factory=list[FoundFile])
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    ignored: int = 0


def walk(
    folder: Path, left_out: frozenset[Path] = frozenset(), fs: FileSystem | None = None
) -> Walked:
    """The files below *folder* but *left_out* (whole paths), sorted by their sources.

    Raises :class:`NianbaoError` where the folder itself cannot be read.
    """
    fs = fs or FileSystem()
    if not folder.exists():
        raise NianbaoError(FolderProblem.MISSING, folder=folder.name or str(folder))
    if not folder.is_dir():
        raise NianbaoError(FolderProblem.NO_FOLDER, folder=folder.name)
    walked = Walked()
    waiting = [(folder, "")]
    while waiting:
        here, prefix = waiting.pop()
        try:
            with os.scandir(fs.native(here)) as entries:
                listed = list(entries)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if not prefix:
                name = folder.name or str(folder)
                raise NianbaoError(FolderProblem.NO_ACCESS, folder=name, reason=reason) from error
            name = prefix.rstrip("/").rpartition("/")[2]
            sentence = SourceProblem.FOLDER.sentence(file=name, reason=reason)
            walked.problems.append((shown_path(prefix.rstrip("/")), sentence))
            continue
        for entry in listed:
            source, path = prefix + entry.name, here / entry.name
            if path in left_out:
                continue
            if _is_folder(entry):
                waiting.append((path, f"{source}/"))
            else:
                _note(walked, entry, source)
    walked.files.sort(key=lambda found: found.source)
    walked.problems.sort()
    return walked


def shown_path(path: str) -> str:
    """*path* as text: names that are no UTF-8 (a share mounted wrongly) as GB18030."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _note(walked: Walked, entry: os.DirEntry[str], source: str) -> None:
    if is_passed_over(source):
        walked.ignored += 1
        return
    try:
        found = entry.stat()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        name = shown_path(entry.name)
        sentence = SourceProblem.FILE.sentence(file=name, reason=reason)
        walked.problems.append((shown_path(source), sentence))
        return
    if stat.S_ISREG(found.st_mode):
        walked.files.append(FoundFile(shown_path(source), found.st_size, found.st_mtime_ns, source))
        return
    problem = SourceProblem.LINK if stat.S_ISDIR(found.st_mode) else SourceProblem.DEVICE
    name = shown_path(entry.name)
    walked.problems.append((shown_path(source), problem.sentence(file=name)))
