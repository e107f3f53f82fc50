"""Sentences that a screen reader says although the keyboard is elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, sentence: str) -> None:
    """Lets a screen reader, where one is running, say *sentence*, which *widget* shows."""
    if not sentence or not widget.isVisible():
        return
    # Here, as it brings a hundred roles and events with it that no start needs.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
