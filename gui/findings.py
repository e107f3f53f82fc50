"""The findings on the right: grouped, each with its sentence, a jump, and its explanation in place."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.checks import Finding
from core.form import Form, Level
from core.session import Session
from gui.document import Document
from gui.finding_card import FindingCard
from gui.style import set_styled
from gui.tokens import PANES_MILLISECONDS

_SHOWN_AT_FIRST: Final = 60


class Group(NamedTuple):
    """Findings under one heading. ``tone`` is the colour's name in the style sheet."""

    title: str
    sign: str
    tone: str
    findings: tuple[Finding, ...]


def section_titles(form: Form) -> dict[str, str]:
    """Cell → the title of the section it stands in."""
    return {key: section.title for section in form.sections for key in section.cells}


def grouped(session: Session) -> list[Group]:
    """The session's findings as the panel orders them: by what is to be done, then by place.

    Cells are counted through the form, so those of a section stand together.
    """
    cells = session.form.cells

    def place(finding: Finding) -> int:
        return cells[finding.at[0]].index

    explanations = session.report.explanations
    errors: list[Finding] = []
    soft: list[Finding] = []
    jumps: list[Finding] = []
    explained: list[Finding] = []
    for finding in sorted(session.findings, key=place):
        if finding.check in explanations and session.is_explained(finding):
            explained.append(finding)
        elif finding.level is Level.ERROR:
            errors.append(finding)
        else:
            (jumps if finding.jump else soft).append(finding)
    word = session.form.period_word
    groups = (
        Group("必须改正", "●", "error", tuple(errors)),
        Group("需要说明", "▲", "explain", tuple(soft)),
        Group(f"与{word}相比变动较大，需要说明", "▲", "explain", tuple(jumps)),
        Group("已说明", "✓", "done", tuple(explained)),
    )
    return [group for group in groups if group.findings]


def _heading_shape(entry: tuple[str, str]) -> str:
    """A heading for comparison: the tone, no check's id; its text may change and it still stands."""
    return f"\n{entry[0]}"


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
        self._headings: list[QLabel] = []
        self._titles: dict[str, str] = {}
        #: The cell whose findings are to be shown as soon as the panel is up to date; "" for none.
        self._cell_due = ""
        #: What stands in the list: tones of headings and checks of cards, from top to bottom;
        #: ``None`` where it is another report's.
        self._shape: list[str] | None = None
        self._limit = _SHOWN_AT_FIRST
        # Several changes in a row are shown once; typing never waits for this panel.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PANES_MILLISECONDS)
        self._later.timeout.connect(self.refresh)
        title = QLabel("审核结果", self)
        title.setProperty("rank", "heading")
        self._copy = QPushButton("复制全部", self)
        self._copy.setProperty("role", "link")
        self._copy.setToolTip("把全部审核结果和说明复制为文字")
        self._copy.clicked.connect(self.copy_all)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._copy)
        self._state = QLabel(self)
        self._state.setWordWrap(True)
        self._state.setProperty("tone", "muted")
        self._blank = QPushButton(self)
        self._blank.setProperty("role", "link")
        self._blank.clicked.connect(self._go_to_blank)
        inside = QWidget()
        inside.setObjectName("inside")
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 6, 8)
        self._list.setSpacing(6)
        self._more = QPushButton("显示更多…", inside)
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
            self._document.changed.disconnect(self._later.start)
        self._document = document
        self._limit = _SHOWN_AT_FIRST
        self._titles = section_titles(document.session.form) if document is not None else {}
        for card in self._cards.values():
            card.deleteLater()
        self._cards.clear()
        self._shape = None
        self._cell_due = ""
        if document is not None:
            document.changed.connect(self._later.start)
        self.refresh()

    def refresh(self) -> None:
        """Brings the panel up to date with the report now."""
        self._later.stop()
        session = self._document.session if self._document is not None else None
        groups = grouped(session) if session is not None else []
        self._show_state(session)
        wanted = self._place(session, groups) if session is not None else set[str]()
        for check in [check for check in self._cards if check not in wanted]:
            card = self._cards.pop(check)
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

    def _place(self, session: Session, groups: list[Group]) -> set[str]:
        """Puts headings and cards in order; the ids of the checks that have a card."""
        entries = self._entries(groups, several=len(session.form.sections) > 1)
        shape = [_heading_shape(e) if isinstance(e, tuple) else e.check for e in entries]
        if shape != self._shape:
            self._shape = shape
            self._rebuild(entries)
        headings = iter(self._headings)
        wanted: set[str] = set()
        for entry in entries:
            if isinstance(entry, tuple):
                next(headings).setText(entry[1])
            else:
                wanted.add(entry.check)
                self._cards[entry.check].show_finding(entry)
        total = sum(len(group.findings) for group in groups)
        self._more.setVisible(total > len(wanted))
        self._more.setText(f"还有 {total - len(wanted)} 条，显示更多")
        return wanted

    def _entries(self, groups: list[Group], *, several: bool) -> list[tuple[str, str] | Finding]:
        """What is listed, from top to bottom: headings as tone and text, and findings."""
        entries: list[tuple[str, str] | Finding] = []
        left = self._limit
        for group in groups:
            if not left:
                break
            entries.append((group.tone, f"{group.sign} {group.title} {len(group.findings)}"))
            section = ""
            for finding in group.findings[:left]:
                title = self._titles[finding.at[0]]
                if several and title != section:
                    section = title
                    entries.append(("muted", title))
                entries.append(finding)
            left -= min(left, len(group.findings))
        return entries

    def _rebuild(self, entries: list[tuple[str, str] | Finding]) -> None:
        """Makes the headings anew and puts the cards between them; cards that stand are kept."""
        assert self._document is not None
        for heading in self._headings:
            heading.hide()
            heading.deleteLater()
        self._headings.clear()
        for place, entry in enumerate(entries):
            if isinstance(entry, tuple):
                self._heading(place, entry[1], entry[0])
                continue
            card = self._cards.get(entry.check)
            if card is None:
                card = FindingCard(self._document, entry, self)
                card.go_to.connect(self.go_to)
                card.grown.connect(self._show_whole)
                card.left.connect(self.left)
                self._cards[entry.check] = card
            if self._list.indexOf(card) != place:
                self._list.removeWidget(card)
                self._list.insertWidget(place, card)
            card.show()

    def _heading(self, place: int, text: str, tone: str) -> None:
        heading = QLabel(text)
        heading.setProperty("tone", tone)
        heading.setWordWrap(True)
        if tone != "muted":
            heading.setProperty("rank", "group")
            heading.setContentsMargins(0, 6, 0, 0)
        self._list.insertWidget(place, heading)
        self._headings.append(heading)

    def _show_more(self) -> None:
        self._limit += _SHOWN_AT_FIRST
        self.refresh()

    def _show_whole(self) -> None:
        """Scrolls so that a card which has just grown is seen, once it has its new size."""
        card = self.sender()
        if isinstance(card, FindingCard):
            QTimer.singleShot(0, card, lambda: self._area.ensureWidgetVisible(card, 0, 12))

    def _go_to_blank(self) -> None:
        if self._document is not None and self._document.session.report.blank:
            self.go_to.emit(self._document.session.report.blank[0])
