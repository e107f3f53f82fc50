"""How a finding stands with the clerk: to be mended, to be explained, or explained."""

from __future__ import annotations

from enum import IntEnum


class Standing(IntEnum):
    """The worst first, so that standings sort. Sign and words go together wherever one is shown."""

    MUST = 0
    EXPLAIN = 1
    #: To be explained, since a figure differs much from last year's.
    JUMP = 2
    EXPLAINED = 3

    @property
    def sign(self) -> str:
        """The mark before the words; colour alone would not be seen by everyone."""
        return "●▲▲✓"[self]

    @property
    def words(self) -> str:
        """必须改正, 需要说明 or 已说明."""
        return ("必须改正", "需要说明", "需要说明", "已说明")[self]

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self is not Standing.EXPLAINED

    def __str__(self) -> str:
        return f"{self.sign} {self.words}"
