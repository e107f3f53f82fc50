"""The header of the report above the sheet: one line that unfolds into its fields."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.period import Period, PeriodKind, PeriodProblem, kind_name
from core.problems import NianbaoError
from core.report import HEADER_FIELDS, Report
from core.session import Change, Edit
from gui.document import Document
from gui.look.style import set_styled
from gui.widgets.plain import plain_tip

_PERIOD: Final = "period"
_COLUMNS: Final = 4
_MAX_LENGTH: Final = 200
_BETWEEN: Final = " · "
#: So many characters of a name are shown however little room there is.
_LEAST_NAME: Final = 6


class _Field(QLineEdit):
    """A field that leaves 撤销 to the report once its own text is taken over.

    ``taken``: the text that the report has.

    Signals:
        given_up(): Esc, the text is what the report has again.
    """

    given_up = Signal()
    taken = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc forgets what is typed, as in a cell."""
        undoes = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
        if event.key() == Qt.Key.Key_Escape or undoes:
            # A refused text may have come in whole, with nothing of its own to take back.
            self.setText(self.taken)
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keeps Ctrl+Z and Ctrl+Y only while something is typed that the report does not have."""
        if event.type() == QEvent.Type.ShortcutOverride and self.text() == self.taken:
            assert isinstance(event, QKeyEvent)
            if event.matches(QKeySequence.StandardKey.Undo) or event.matches(
                QKeySequence.StandardKey.Redo
            ):
                event.ignore()
                return True
        return super().event(event)


class HeaderForm(QWidget):
    """Shows and edits 填报单位, 年度 and the people of the sign-off line; each entry can be undone.

    Signals:
        left(): the user has finished here and wants to go on in the sheet.
        folded(bool): the fields were hidden or shown.
        import_requested(): the user wants last year's figures beside this year's.
    """

    left = Signal()
    folded = Signal(bool)
    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("headerForm")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("表头")
        self._document: Document | None = None
        self._edits: dict[str, _Field] = {}
        self._summary = QToolButton(self)
        self._summary.setProperty("role", "link")
        self._summary.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._summary.setText("表头")
        self._summary.setToolTip("点击展开或折叠表头")
        self._summary.clicked.connect(lambda: self.set_folded(not self.is_folded))
        self._line = QLabel(self)
        self._line.setProperty("markup", "html")
        self._line.linkActivated.connect(lambda _: self.import_requested.emit())
        self._line.setMinimumWidth(0)
        self._problem = QLabel(self)
        self._problem.setProperty("tone", "error")
        self._problem.setWordWrap(True)
        self._problem.hide()
        #: Made when they are first unfolded: most starts only show the line.
        self._fields: QWidget | None = None
        top = QHBoxLayout()
        top.setContentsMargins(6, 4, 10, 4)
        top.addWidget(self._summary)
        top.addWidget(self._line, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        self.set_folded(True)

    @property
    def is_folded(self) -> bool:
        """Whether only the line is shown."""
        return self._fields is None or self._fields.isHidden()

    def set_folded(self, folded: bool) -> None:
        """Shows the fields, or only the line."""
        if not folded:
            self._ready()
        if self._fields is not None:
            self._fields.setVisible(not folded)
        # Drawn by the style: not every Chinese font has the signs ▸ and ▾.
        arrow = Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow
        self._summary.setArrowType(arrow)
        self._summary.setAccessibleName("展开表头" if folded else "折叠表头")
        self.folded.emit(folded)

    def set_document(self, document: Document | None) -> None:
        """Shows the header of *document*."""
        if self._document is not None:
            self._document.changed.disconnect(self._document_changed)
        self._document = document
        if document is not None:
            document.changed.connect(self._document_changed)
            self._show()

    def edit_field(self, name: str = "unit_name") -> None:
        """Unfolds the header and puts the cursor into one of its fields."""
        self.set_folded(False)
        self._edits[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self._edits[name].selectAll()

    def field(self, name: str) -> QLineEdit:
        """The editor of the field ``unit_name`` … ``date`` or ``period``."""
        self._ready()
        return self._edits[name]

    def commit(self) -> str:
        """Takes over what is typed but not yet confirmed; why not, where a field is refused."""
        for name in self._edits:
            self._submit(name)
        refused = any(edit.property("wrong") for edit in self._edits.values())
        return self._problem.text() if refused else ""

    # -- inside -------------------------------------------------------------------------------

    def _ready(self) -> None:
        """Makes the fields, still folded, where they are not there yet."""
        if self._fields is None:
            self._fields = self._made_fields()
            self._fields.hide()
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._fields)
            self._show()

    def _made_fields(self) -> QWidget:
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(14, 2, 14, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        labels = {**HEADER_FIELDS}
        names = ["unit_name", _PERIOD, *(name for name in labels if name != "unit_name")]
        labels[_PERIOD] = "年度"
        column = row = 0
        for name in names:
            span = 2 if name == "unit_name" else 1
            if column + span > _COLUMNS:
                column, row = 0, row + 2
            label = QLabel(labels[name], inside)
            label.setProperty("tone", "muted")
            edit = _Field(inside)
            edit.setMaxLength(_MAX_LENGTH)
            edit.setAccessibleName(labels[name])
            label.setBuddy(edit)
            edit.editingFinished.connect(lambda name=name: self._submit(name))
            edit.given_up.connect(lambda name=name: self._give_up(name))
            edit.returnPressed.connect(lambda name=name: self._next_after(name))
            grid.addWidget(label, row, column, 1, span)
            grid.addWidget(edit, row + 1, column, 1, span)
            self._edits[name] = edit
            column += span
        self._edits["date"].setPlaceholderText(f"如 {date.today():%Y-%m-%d}")
        self._edits["unit_name"].setPlaceholderText("单位全称，与公章一致")
        self._edits["phone"].setPlaceholderText("如 010-12345678")
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)
        grid.addWidget(self._problem, row + 2, 0, 1, _COLUMNS)
        return inside

    def _document_changed(self, change: Change) -> None:
        if change.header or change.baselines:
            self._show()

    def _show(self) -> None:
        document = self._document
        if document is None:
            return
        report = document.session.report
        if _PERIOD in self._edits:
            kind = kind_name(report.form.period_kind)
            self._edits[_PERIOD].setToolTip(f"报告期，按{kind}填报")
        for name, edit in self._edits.items():
            text = str(report.period) if name == _PERIOD else report.header[name]
            edit.taken = text
            if edit.text() != text:
                edit.setText(text)
            self._mark(name, "")
        self._show_line()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the line to the new width."""
        super().resizeEvent(event)
        self._show_line()

    def _show_line(self) -> None:
        """Shows all of the line, at the cost of a long name of the office or of the preparer."""
        if self._document is None:
            return
        report = self._document.session.report
        parts = _summary(report)
        bold = QFont(self._line.font())
        bold.setBold(True)
        plain, strong = QFontMetrics(self._line.font()), QFontMetrics(bold)

        def width() -> int:
            words = sum(
                (strong if part.bold else plain).horizontalAdvance(part.text) for part in parts
            )
            heads = sum(plain.horizontalAdvance(part.head) for part in parts)
            return words + heads + plain.horizontalAdvance(_BETWEEN) * (len(parts) - 1)

        whole = _BETWEEN.join(part.head + part.text for part in parts)
        room = self._line.width()
        for number in (0, len(parts) - 1):
            over = width() - room
            if over > 0:
                metrics = strong if parts[number].bold else plain
                least = metrics.horizontalAdvance(parts[number].text[:_LEAST_NAME])
                wanted = metrics.horizontalAdvance(parts[number].text) - over - 2
                cut = metrics.elidedText(
                    parts[number].text, Qt.TextElideMode.ElideMiddle, max(wanted, least)
                )
                parts[number] = parts[number]._replace(text=cut)
        self._line.setText(_BETWEEN.join(part.html for part in parts))
        shown = _BETWEEN.join(part.head + part.text for part in parts)
        self._line.setToolTip(plain_tip(whole) if shown != whole else "")

    def _submit(self, name: str) -> None:
        document = self._document
        if document is None:
            return
        text = " ".join(self._edits[name].text().split())
        report = document.session.report
        try:
            if name == _PERIOD:
                edit = Edit("修改年度", period=_period(text, report.period))
            elif text == report.header[name]:
                self._mark(name, "")
                return
            else:
                edit = Edit(f"填写“{HEADER_FIELDS[name]}”", header={name: text})
            self._mark(name, "")
            document.submit(edit)
        except NianbaoError as error:
            self._mark(name, str(error))

    def _give_up(self, name: str) -> None:
        self._mark(name, "")
        self.left.emit()

    def _next_after(self, name: str) -> None:
        if self._edits[name].property("wrong"):
            return
        names = list(self._edits)
        following = names.index(name) + 1
        if following < len(names):
            self._edits[names[following]].setFocus(Qt.FocusReason.TabFocusReason)
            self._edits[names[following]].selectAll()
        else:
            self.left.emit()

    def _mark(self, name: str, problem: str) -> None:
        edit = self._edits[name]
        wrong = bool(problem)
        set_styled(edit, "wrong", wrong)
        if wrong or not any(other.property("wrong") for other in self._edits.values()):
            self._problem.setText(problem)
            self._problem.setVisible(wrong)


def _period(text: str, current: Period) -> Period:
    """The period meant by *text*; raises :class:`NianbaoError` where it is another kind."""
    digits = text.removesuffix("年度").removesuffix("年")
    period = Period.parse(digits, current.kind)
    if period.kind is not current.kind:
        raise NianbaoError(PeriodProblem.WRONG_KIND, text=text, expected=kind_name(current.kind))
    return period


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Part(NamedTuple):
    """A part of the line: what it is, and what stands there."""

    head: str
    text: str
    bold: bool = False
    link: bool = False

    @property
    def html(self) -> str:
        """The part as the label takes it."""
        text = _escaped(self.text)
        if self.link:
            text = f'<a href="#" style="text-decoration: none">{text}</a>'
        return _escaped(self.head) + (f"<b>{text}</b>" if self.bold else text)


def _summary(report: Report) -> list[_Part]:
    """The line: whose report it is, for which period, what it is compared with, who fills it in."""
    word = report.form.period_word
    baseline = report.baseline
    wanted = report.period.compared(report.form.comparison)
    yearly = report.form.period_kind is PeriodKind.YEAR
    others = [
        str(known.period.year) if yearly else known.period.label
        for known in report.baselines
        if known is not baseline
    ]
    others_said = f"，另有历年 {'、'.join(others)}" if others else ""
    if baseline is None:
        last = [_Part(f"{word} {wanted.label} 未导入，", "导入…", link=True)]
        last += [_Part("", others_said.lstrip("，"))] if others else []
    else:
        found = sum(1 for key in report.form.cells if key in baseline.values)
        shown = f"{wanted.label}（已导入 {found}/{len(report.form.cells)}）"
        last = [_Part(f"{word} ", f"{shown}{others_said}")]
    return [
        _Part("填报单位 ", report.unit_name or "—", bold=True),
        _Part("", report.period.label, bold=True),
        *last,
        _Part("填报人 ", report.header["preparer"] or "—"),
    ]
