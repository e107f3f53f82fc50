"""Reading many files with several processes of this program, over pipes.

The parent deals out one file at a time as a JSON line and gets the file's readings as one back; in
between a worker says ``.`` after each report, so that a large archive is not taken for a standstill.
A worker that dies or stands still costs its file one sentence and is replaced. Not
``multiprocessing``: that needs sockets, which the program does without.

    parent → worker   {"path": "D:\\\\…\\\\a.xlsx", "source": "a.xlsx", "size": 1, "modified": 2, "form": ""}
    worker → parent   .
                      {"path": "a.xlsx", "size": 1, "modified": 2, "readings": [{…}]}
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from core.catalog import Catalog
from core.rollup.files import Task, failure, read_file
from core.rollup.kept import KeptFile, file_in, file_out
from core.rollup.reading import ItemReader
from core.rollup.sources.items import SourceProblem

#: The hidden command that a worker runs.
COMMAND: Final = "rollup-worker"
#: Below so many files the start of a worker (a third of a second) is not earned.
LEAST_FILES: Final = 200
MOST_WORKERS: Final = 8
#: No single report takes longer: readers stop themselves after ten seconds.
STANDSTILL_SECONDS: Final = 60.0
_NO_WINDOW: Final = 0x08000000  # CREATE_NO_WINDOW
_READY: Final = b"ready\n"
_ALIVE: Final = b".\n"


def worker_command() -> list[str]:
    """What starts a worker: the installed command line, else this Python."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        return [str(program.with_name(f"nianbao-cli{program.suffix}")), COMMAND]
    return [sys.executable, "-m", "core", COMMAND]


def workers_for(files: int, cores: int) -> int:
    """How many workers so many files are worth; 0: the parent reads them itself."""
    return 0 if files < LEAST_FILES else max(1, min(cores, MOST_WORKERS))


def serve(catalog: Catalog, lines: IO[bytes], out: IO[bytes]) -> None:
    """A worker's life: a line, a file, a line; until there are no more."""
    reader = ItemReader(catalog)
    out.write(_READY)
    out.flush()

    def alive() -> None:
        out.write(_ALIVE)
        out.flush()

    for line in lines:
        asked = json.loads(line)
        task = Task(asked["path"], asked["source"], asked["size"], asked["modified"], asked["form"])
        kept = read_file(task, reader, note=alive)
        out.write(json.dumps(file_out(kept)).encode("ascii") + b"\n")
        out.flush()


class _Worker:
    """One process and the thread that talks to it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        #: When it last showed that it works on something; ``None`` while it has nothing to do.
        self.since: float | None = None
        self.was_stopped = False

    def start(self) -> bool:
        """Starts the process if there is none; whether there is one that answers."""
        if self._process is not None:
            return True
        folder = None if getattr(sys, "frozen", False) else Path(__file__).parents[2]
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
            )
        except OSError:
            return False
        assert self._process.stdout is not None
        self.since = time.monotonic()
        if self._process.stdout.readline() != _READY:
            self.end()
            return False
        return True

    def read(self, task: Task) -> KeptFile | None:
        """The file's readings; ``None`` where the process died over it or was stopped."""
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        self.since = time.monotonic()
        try:
            process.stdin.write(json.dumps(task._asdict()).encode("ascii") + b"\n")
            process.stdin.flush()
            while (line := process.stdout.readline()) == _ALIVE:
                self.since = time.monotonic()
            return file_in(json.loads(line)) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        finally:
            self.since = None

    def stop(self) -> None:
        """Ends a process that stands still; whoever waits for it gets nothing."""
        self.was_stopped = True
        if self._process is not None:
            self._process.kill()

    def end(self) -> None:
        """Ends the process and lets go of its pipes."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


class Pool:
    """Reads tasks with *count* workers. Use as a context manager: leaving it ends them all."""

    def __init__(
        self, count: int, command: Sequence[str] | None = None, seconds: float = STANDSTILL_SECONDS
    ) -> None:
        self._workers = [_Worker(command or worker_command()) for _ in range(count)]
        self._seconds = seconds
        self._waiting: deque[Task] = deque()
        self._lock = threading.Lock()
        self._done: queue.SimpleQueue[KeptFile | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._closing = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all workers at once, whatever they are reading."""
        self._closing = True
        with self._lock:
            self._waiting.clear()
        for worker in self._workers:
            worker.stop()
        for thread in self._threads:
            thread.join()
        for worker in self._workers:
            worker.end()

    def read(self, tasks: Iterable[Task], stop: Callable[[], bool]) -> Iterator[KeptFile]:
        """The files in the order in which they are done; ends early when *stop* says so.

        Tasks for which no worker could be started are left in :attr:`left`.
        """
        self._waiting.extend(tasks)
        for worker in self._workers:
            thread = threading.Thread(target=self._work, args=(worker,), daemon=True)
            self._threads.append(thread)
            thread.start()
        running = len(self._threads)
        while running:
            try:
                kept = self._done.get(timeout=0.1)
            except queue.Empty:
                self._stop_standstills()
                if stop():
                    return
                continue
            if kept is None:
                running -= 1
                continue
            yield kept
            if stop():
                return

    @property
    def left(self) -> list[Task]:
        """What nobody has read: no worker could be started."""
        with self._lock:
            return list(self._waiting)

    def _work(self, worker: _Worker) -> None:
        try:
            while not self._closing and worker.start():
                with self._lock:
                    if not self._waiting:
                        return
                    task = self._waiting.popleft()
                worker.was_stopped = False
                kept = worker.read(task)
                if kept is None and not self._closing:
                    overrun = worker.was_stopped
                    problem = SourceProblem.OVERRUN if overrun else SourceProblem.WORKER
                    kept = failure(task, problem)
                    worker.end()
                if kept is not None:
                    self._done.put(kept)
        finally:
            self._done.put(None)

    def _stop_standstills(self) -> None:
        now = time.monotonic()
        for worker in self._workers:
            since = worker.since
            if since is not None and now - since > self._seconds:
                worker.stop()
