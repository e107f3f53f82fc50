"""What the figures of a line are understood by: the names last said, and what was said before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.narrative.guide import Topic


@dataclass(slots=True)
class Named:
    """Rows and columns named together: what a figure may be bound to."""

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    topic: str = ""
    is_verb: bool = False
    unsure: bool = False


@dataclass(slots=True)
class Context:
    """What was said before, as far as it holds on: within brackets, sentence, line."""

    topic: Topic | None = None
    #: A topic that no table counts was named last.
    foreign: bool = False
    blocked: str = ""
    last: bool = False
    against: bool = False
    doubtful: bool = False
    #: What the figure before was bound to.
    before: Named | None = None
    before_value: Decimal = Decimal(0)
    before_sure: bool = False
    #: The total that parts are told of.
    whole: Named | None = None
    whole_sure: bool = False
    #: What a difference was told of last.
    base: Named | None = None
    #: The figures counted so far in the sentence, for 合计.
    listed: list[Named] = field(default_factory=list[Named])
    in_brackets: bool = False
    #: Names without a figure yet.
    pending: list[Named] = field(default_factory=list[Named])
    columns_seen: set[str] = field(default_factory=set[str])

    def copy(self) -> Context:
        """The context as it is now, to go on from within brackets."""
        return replace(
            self,
            pending=list(self.pending),
            columns_seen=set(self.columns_seen),
            listed=list(self.listed),
        )
