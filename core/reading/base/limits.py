"""How much a reader may take: the bounds that keep hostile or broken files harmless.

A report of one office is a few hundred cells and a few hundred kilobytes. The bounds lie far
above that and yet keep a reader within about 256 MB of memory and ten seconds, whatever the file
claims about itself. Every reader starts one :class:`Budget` for a file and spends from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.problems import NianbaoError
from core.reading.base.raw import ReadProblem

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one file.

    ``max_file_bytes``: size on disk; reports full of photographs reach some 50 MiB.
    ``max_expanded_bytes``: all that is unpacked or decoded from it (zip parts, streams, text).
    ``max_cells``: over all tables; a cell costs about 100 bytes, so a million is 100 MB.
    ``max_rows``: of one table. ``max_depth``: nesting of tables, groups, elements.
    ``max_cell_chars``: length of one cell's text; a longer one is no label and no figure.
    ``seconds``: wall-clock time for the whole file.
    """

    max_file_bytes: int = 64 * MEBIBYTE
    max_expanded_bytes: int = 128 * MEBIBYTE
    max_cells: int = 1_000_000
    max_rows: int = 100_000
    max_depth: int = 64
    max_cell_chars: int = 32_767
    seconds: float = 10.0

    def start(self, file: str) -> Budget:
        """A fresh budget for the file shown as *file*; its clock starts now."""
        return Budget(self, file)


class Budget:
    """What is left of the :class:`Limits` while one file is being read.

    Raises :class:`NianbaoError` with ``ReadProblem.TOO_LARGE`` or ``TOO_SLOW`` when a bound is
    passed. *clock* returns seconds and only ever moves forward.
    """

    CHECK_EVERY = 2048
    """Cells between two looks at the clock in :meth:`spend_cells`."""

    def __init__(
        self, limits: Limits, file: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limits = limits
        self.file = file
        self._clock = clock
        self._deadline = clock() + limits.seconds
        self._cells = 0
        self._bytes = 0
        self._until_check = self.CHECK_EVERY

    def spend_cells(self, count: int = 1) -> None:
        """Account for *count* more cells of a table; looks at the clock now and then.

        A count of 0 only takes part in looking at the clock (for loops over lines).
        """
        self._cells += count
        if self._cells > self.limits.max_cells:
            raise self.too_large(f"{self.limits.max_cells} 个单元格")
        self._until_check -= max(count, 1)
        if self._until_check <= 0:
            self._until_check = self.CHECK_EVERY
            self.check_time()

    def spend_bytes(self, count: int) -> None:
        """Account for *count* more bytes unpacked or decoded. Call it before allocating them."""
        self._bytes += count
        if self._bytes > self.limits.max_expanded_bytes:
            raise self.too_large(f"{self.limits.max_expanded_bytes // MEBIBYTE} MB")
        self.check_time()

    def check_file_bytes(self, count: int) -> None:
        """Refuse a file of *count* bytes that is over the limit."""
        if count > self.limits.max_file_bytes:
            raise self.too_large(f"{self.limits.max_file_bytes // MEBIBYTE} MB")

    def check_rows(self, count: int) -> None:
        """Refuse a table of *count* rows that is over the limit."""
        if count > self.limits.max_rows:
            raise self.too_large(f"{self.limits.max_rows} 行")

    def check_depth(self, depth: int) -> None:
        """Refuse nesting of *depth* levels that is over the limit."""
        if depth > self.limits.max_depth:
            raise self.too_large(f"{self.limits.max_depth} 层嵌套")

    def check_time(self) -> None:
        """Refuse to go on after the deadline."""
        if self._clock() > self._deadline:
            raise NianbaoError(ReadProblem.TOO_SLOW, file=self.file)

    def too_large(self, limit: str) -> NianbaoError:
        """The error for *limit* (such as ``"100000 行"``) being passed, for the caller to raise."""
        return NianbaoError(ReadProblem.TOO_LARGE, file=self.file, limit=limit)
