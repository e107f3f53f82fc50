"""Python's collector of cyclic garbage, kept out of the way while much that lasts is being made.

It walks all objects again and again while their number grows, and later stops the program in the
middle of typing to walk them once more: with a form of 10,000 rows for longer than a picture lasts.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Loads something that stays: nothing is collected meanwhile, and what is there afterwards is
    looked at again only after the next load. While the collector is off already it does nothing.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        resume()


def resume() -> None:
    """Lets the collector work again; it leaves alone what is there now."""
    if gc.isenabled():
        return
    if gc.get_freeze_count():
        # What was loaded the last time may have become garbage since.
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.enable()
