"""Texts out of files and from people, shown as they are and never as rich text.

Qt takes a text that looks like HTML for HTML: an office named ``<b>某局</b>`` would lose its signs,
and ``<img src="//server/x.png">`` in an explanation that came by email would have Windows ask that
server. Labels are plain by the style sheet (:mod:`gui.look.style`); a tooltip cannot be told so.
"""

from __future__ import annotations

from PySide6.QtGui import Qt as Text


def plain_tip(text: str) -> str:
    """*text* as a tooltip that shows it letter by letter."""
    return Text.convertFromPlainText(text) if Text.mightBeRichText(text) else text
