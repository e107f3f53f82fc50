"""The findings on the right: grouped, each with its sentence, a jump, and its explanation in place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.checks.checks import Finding
from core.form.form import Form
from core.session import Change, Session
from gui.document import Document
from gui.findings.card import FindingCard
from gui.findings.order import FindingOrder, Group, grouped
from gui.look.style import set_styled
from gui.look.tokens import PANES_MILLISECONDS
from gui.system.later import later
from gui.widgets.button import Button

_SHOWN_AT_FIRST: Final = 30


def section_titles(form: Form) -> dict[str, str]:
    """Cell → the title of the section it stands in."""
    return {key: section.title for section in form.sections for key in section.cells}


def _heading_shape(entry: tuple[str, str]) -> str:
    """A heading for comparison: the tone, no check's id; its text may change and it still stands."""
    return f"\n{entry[0]}"


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many entries the two lists have in common at the beginning."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)


def findings_text(session: Session) -> str:
    """All findings as plain text, for an email or a note to a colleague."""
    report = session.report
    lines = [
        f"{report.unit_name or '（未填单位）'} {report.period.label} {report.form.title} 审核结果"
    ]
    blank = len(report.blank)
    lines.append("可报送。" if session.is_ready else "尚不可报送。")
    if blank:
        lines.append(f"还有 {blank} 格未填。")
    titles = section_titles(session.form)
    for group in grouped(session):
        lines += ["", f"{group.title} {len(group.findings)}"]
        section = ""
        for number, finding in enumerate(group.findings, start=1):
            title = titles[finding.at[0]]
            if title != section:
                section = title
                lines.append(f"【{section}】")
            lines.append(f"{number}. {finding.message}")
            explanation = session.explanation(finding)
            if explanation is not None:
                stale = "（数字改动后尚未确认）" if session.is_stale(finding) else ""
                lines.append(f"   说明：{explanation.text}{stale}")
    return "\n".join(lines) + "\n"


class FindingsPanel(QWidget):
    """What the checks say about the open report.

    Cards are kept while their finding stands, so that a sentence being written is not lost when
    another cell changes.

    Signals:
        go_to(str): the user wants to see the cell of that key.
        copied(): the findings were put on the clipboard.
        left(): an explanation was written or given up by a key: back to the figures.
    """

    go_to = Signal(str)
    copied = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("审核结果")
        self._document: Document | None = None
        self._cards: dict[str, FindingCard] = {}
        #: What was being written about findings that are gone for the moment, by check.
        self._drafts: dict[str, str] = {}
        self._order: FindingOrder | None = None
        self._titles: dict[str, str] = {}
        #: The cell whose findings are to be shown as soon as the panel is up to date; "" for none.
        self._cell_due = ""
        #: What stands in the list, from top to bottom: headings and cards, and the tones of headings
        #: and the checks of cards.
        self._listed: list[QLabel | FindingCard] = []
        self._shape: list[str] = []
        self._limit = _SHOWN_AT_FIRST
        # Several changes in a row are shown once; typing never waits for this panel.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PANES_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        title = QLabel("审核结果", self)
        title.setProperty("rank", "heading")
        self._copy = Button("复制全部", self)
        self._copy.setProperty("role", "link")
        self._copy.setToolTip("把全部审核结果和说明复制为文字")
        self._copy.clicked.connect(self.copy_all)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._copy)
        self._state = QLabel(self)
        self._state.setWordWrap(True)
        self._state.setProperty("tone", "muted")
        self._blank = Button(self)
        self._blank.setProperty("role", "link")
        self._blank.clicked.connect(self._go_to_blank)
        inside = QWidget()
        inside.setObjectName("inside")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 6, 8)
        self._list.setSpacing(6)
        self._more = Button("显示更多…", inside)
        self._more.clicked.connect(self._show_more)
        self._list.addWidget(self._more)
        self._list.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._area = area
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 12, 6, 0)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(self._state)
        whole.addWidget(self._blank, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(area, 1)

    # -- what is shown ------------------------------------------------------------------------

    def set_document(self, document: Document | None) -> None:
        """Shows the findings of *document*."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
        self._document = document
        self._limit = _SHOWN_AT_FIRST
        self._titles = section_titles(document.session.form) if document is not None else {}
        self._order = FindingOrder(document.session) if document is not None else None
        for widget in self._listed:
            widget.hide()
            widget.deleteLater()
        self._listed.clear()
        self._cards.clear()
        self._drafts.clear()
        self._shape = []
        self._cell_due = ""
        if document is not None:
            document.changed.connect(self._changed)
        self.refresh()

    def _changed(self, change: Change) -> None:
        if self._order is not None:
            self._order.note(change.findings)
        self._later.start()

    def refresh(self) -> None:
        """Brings the panel up to date with the report now."""
        self._later.stop()
        session = self._document.session if self._document is not None else None
        self._show_state(session)
        wanted = self._place(session) if session is not None else set[str]()
        for check in [check for check in self._cards if check not in wanted]:
            card = self._cards.pop(check)
            if card.is_unfinished:
                self._drafts[check] = card.draft
            card.hide()
            card.deleteLater()
        if self._cell_due:
            self._scroll_to(self._cell_due)

    @property
    def cards(self) -> list[FindingCard]:
        """The cards shown, from top to bottom."""
        # Not by QLayout.itemAt: its Python wrapper outlives the item that removeWidget deletes, and
        # whatever C++ object comes to lie there next, such as an event, is then taken for it.
        shown = [card for card in self._cards.values() if not card.isHidden()]
        return sorted(shown, key=self._list.indexOf)

    def card(self, check: str) -> FindingCard:
        """The card of the bound check's finding. Raises ``KeyError``."""
        self._refresh_if_due()
        return self._cards[check]

    def show_cell(self, key: str) -> None:
        """Scrolls to the first finding at the cell, if there is one, once the panel is up to date."""
        if self._later.isActive():
            self._cell_due = key
        else:
            self._scroll_to(key)

    def focus(self) -> None:
        """Lets the keyboard go to the first finding, or to what stands above them."""
        cards = self.cards
        target = cards[0] if cards else self._blank if self._blank.isVisible() else self._copy
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def commit(self) -> None:
        """Takes over explanations that are written but not confirmed; their boxes stay open."""
        for card in self._cards.values():
            card.commit()

    def explain(self, key: str) -> bool:
        """Lets the clerk explain what the cell is asked to; whether there is anything."""
        session = self._document.session if self._document is not None else None
        here = session.findings_at(key) if session is not None and key else []
        wanted = [finding for finding in here if finding.explainable]
        if session is None or not wanted:
            return False
        finding = next((f for f in wanted if not session.is_explained(f)), wanted[0])
        listed = [f.check for group in grouped(session) for f in group.findings]
        self._limit = max(self._limit, listed.index(finding.check) + 1)
        self.refresh()
        self._cards[finding.check].start_explaining()
        return True

    def _scroll_to(self, key: str) -> None:
        self._cell_due = ""
        at_cell = [card for card in self._cards.values() if key in card.finding.at]
        if at_cell:
            self._area.ensureWidgetVisible(min(at_cell, key=self._list.indexOf), 0, 12)

    def copy_all(self) -> None:
        """Puts all findings on the clipboard as text."""
        if self._document is not None:
            QGuiApplication.clipboard().setText(findings_text(self._document.session))
            self.copied.emit()

    def _refresh_if_due(self) -> None:
        if self._later.isActive():
            self.refresh()

    def _show_state(self, session: Session | None) -> None:
        progress = session.progress() if session is not None else None
        if progress is None or progress.errors or progress.warnings:
            text = ""
        elif progress.done:
            text = "✓ 可报送：已全部填写，没有要改正或说明的地方。"
        elif not progress.filled:
            text = "填写以后，这里会列出要改正和要说明的地方。"
        else:
            text = "已填的数字没有问题。"
        blank = progress.total - progress.filled if progress is not None else 0
        # Each once: what is shown for a moment only has the whole pane laid out twice.
        self._copy.setVisible(session is not None)
        self._blank.setText(f"还有 {blank} 格未填，转到下一格")
        self._blank.setVisible(blank > 0)
        self._state.setText(text)
        self._state.setVisible(bool(text))
        done = progress is not None and progress.done
        set_styled(self._state, "tone", "done" if done else "muted")

    def _place(self, session: Session) -> set[str]:
        """Puts headings and cards in order; the ids of the checks that have a card."""
        assert self._order is not None
        groups = self._order.groups(self._limit)
        entries = self._entries(groups, several=len(session.form.sections) > 1)
        self._arrange(entries)
        wanted: set[str] = set()
        for widget, entry in zip(self._listed, entries, strict=True):
            if isinstance(entry, tuple):
                assert isinstance(widget, QLabel)
                widget.setText(entry[1])
            else:
                wanted.add(entry.check)
                self._cards[entry.check].show_finding(entry)
        left = sum(group.total for group in groups) - len(wanted)
        self._more.setText(f"还有 {left} 条，显示更多")
        self._more.setVisible(left > 0)
        return wanted

    def _entries(self, groups: list[Group], *, several: bool) -> list[tuple[str, str] | Finding]:
        """What is listed, from top to bottom: headings as tone and text, and findings."""
        entries: list[tuple[str, str] | Finding] = []
        for group in groups:
            if not group.findings:
                break
            entries.append((group.tone, f"{group.sign} {group.title} {group.total}"))
            section = ""
            for finding in group.findings:
                title = self._titles[finding.at[0]]
                if several and title != section:
                    section = title
                    entries.append(("muted", title))
                entries.append(finding)
        return entries

    def _arrange(self, entries: list[tuple[str, str] | Finding]) -> None:
        """Puts a heading or a card in the list for each entry; cards that stand are kept.

        Only what lies between the first and the last difference is touched: a finding more or less
        would else have every card laid out anew.
        """
        shape = [_heading_shape(e) if isinstance(e, tuple) else e.check for e in entries]
        start = _alike(shape, self._shape)
        end = min(_alike(shape[::-1], self._shape[::-1]), min(len(shape), len(self._shape)) - start)
        for widget in self._listed[start : len(self._listed) - end]:
            self._list.removeWidget(widget)
            if isinstance(widget, QLabel):
                widget.hide()
                widget.deleteLater()
        made = [self._heading(e) if isinstance(e, tuple) else self._card(e)
                for e in entries[start : len(entries) - end]]  # fmt: skip
        for place, widget in enumerate(made, start):
            self._list.insertWidget(place, widget)
            widget.show()
        self._listed[start : len(self._listed) - end] = made
        self._shape = shape

    def _card(self, finding: Finding) -> FindingCard:
        """The card of the finding, which may stand already."""
        card = self._cards.get(finding.check)
        if card is None:
            assert self._document is not None
            card = FindingCard(self._document, finding, self)
            card.go_to.connect(self.go_to)
            card.grown.connect(self._show_whole)
            card.left.connect(self.left)
            self._cards[finding.check] = card
            if draft := self._drafts.pop(finding.check, ""):
                card.resume(draft)
        return card

    @staticmethod
    def _heading(entry: tuple[str, str]) -> QLabel:
        tone, text = entry
        heading = QLabel(text)
        heading.setProperty("tone", tone)
        heading.setWordWrap(True)
        if tone != "muted":
            heading.setProperty("rank", "group")
            heading.setContentsMargins(0, 6, 0, 0)
        return heading

    def _show_more(self) -> None:
        self._limit += _SHOWN_AT_FIRST
        self.refresh()

    def _show_whole(self) -> None:
        """Scrolls so that a card which has just grown is seen, once it has its new size."""
        card = self.sender()
        if isinstance(card, FindingCard):
            later(card, lambda: self._area.ensureWidgetVisible(card, 0, 12))

    def _go_to_blank(self) -> None:
        if self._document is not None and self._document.session.report.blank:
            self.go_to.emit(self._document.session.report.blank[0])
