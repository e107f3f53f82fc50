"""What comes of reading one file of known figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """What came of one file: ``silent`` figures are wrong and nothing warns of them."""

    right: int
    warned: int
    silent: int
    refusal: str = ""
    cells: int = 0

    def __str__(self) -> str:
        """As the table shows it."""
        if self.refusal:
            return "refused"
        warned = f" ({self.warned} doubted)" if self.warned else ""
        return f"{self.right}{warned}" if not self.silent else f"**{self.right} −{self.silent}**"
