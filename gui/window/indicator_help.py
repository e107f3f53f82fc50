"""What the current indicator counts and what it must agree with, in words, beside the sheet."""

from __future__ import annotations

from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.checks.checks import CheckSet
from core.form.form import Form, Level, Row
from gui.look.tokens import PANES_MILLISECONDS

_PARTS_NAMED: Final = 6


class Requirement(NamedTuple):
    """What one check asks of a cell, in words."""

    sentence: str
    level: Level
    jump: bool


def requirements(checks: CheckSet, key: str) -> list[Requirement]:
    """What the cell must agree with: hard requirements first, changes against last year last."""
    found = dict.fromkeys(
        Requirement(
            checks.wording.requirement(checks.bound[index]),
            checks.bound[index].check.level,
            checks.bound[index].steady is not None,
        )
        for index in checks.reading(key)
    )
    return sorted(found, key=lambda one: (one.level is not Level.ERROR, one.jump))


class IndicatorHelp(QScrollArea):
    """The pane 指标说明."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpPane")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("指标说明")
        inside = QWidget()
        inside.setObjectName("inside")
        #: Where the indicator stands in the form: 三、依申请公开情况 › （三）申请答复数.
        self._place = QLabel("指标说明", inside)
        self._place.setProperty("tone", "muted")
        self._place.setWordWrap(True)
        self._name = QLabel(inside)
        self._name.setProperty("rank", "group")
        self._name.setWordWrap(True)
        self._text = QLabel(inside)
        self._text.setWordWrap(True)
        self._text.setProperty("markup", "html")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(14, 10, 12, 10)
        layout.setSpacing(4)
        for label in (self._place, self._name, self._text):
            layout.addWidget(label)
        layout.addStretch(1)
        self.setWidget(inside)
        #: What is explained, and what is to be.
        self._shown: tuple[CheckSet, str] | None = None
        self._wanted: tuple[CheckSet, str] | None = None
        # To lay a page of help out takes longer than a key may: it follows a pause.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PANES_MILLISECONDS)
        self._later.timeout.connect(self.refresh)

    def show_cell(self, checks: CheckSet | None, key: str) -> None:
        """Explains the cell of that key, once keys have stopped; nothing without a form."""
        self._wanted = (checks, key) if checks is not None and key in checks.form.cells else None
        if self._wanted is None or self._shown is None:
            self.refresh()
        else:
            self._later.start()

    def refresh(self) -> None:
        """Explains the current cell now."""
        self._later.stop()
        if self._shown == self._wanted:
            return
        self._shown = self._wanted
        if self._wanted is None:
            self._place.setText("指标说明")
            self._name.clear()
            self._text.clear()
            return
        checks, key = self._wanted
        cell = checks.form.cells[key]
        self._place.setText(" › ".join(["指标说明", *_above(checks.form, cell.row)]))
        self._name.setText(f"{checks.form.cell_name(key)}（{cell.unit.name}）")
        self._text.setText(_page(checks, key))
        self.verticalScrollBar().setValue(0)

    @property
    def place(self) -> str:
        """Where the indicator stands in the form."""
        self.refresh()
        return self._place.text()

    @property
    def text(self) -> str:
        """What the pane says, as HTML."""
        self.refresh()
        return self._text.text()


def _above(form: Form, row: Row) -> list[str]:
    """The labels of the rows above it, the topmost first."""
    found: list[str] = []
    while row.parent is not None:
        row = form.rows[row.parent]
        found.insert(0, row.label)
    return found


def _parts(form: Form, row: Row) -> str:
    """The rows that it is broken down into, as the form's tree says; empty where there are none."""
    labels = [child.label for child in form.table_of(row).children.get(row.code, ())]
    if not labels:
        return ""
    named = "、".join(labels[:_PARTS_NAMED])
    rest = f" 等 {len(labels)} 项" if len(labels) > _PARTS_NAMED else ""
    return f"下面分列：{named}{rest}。"


def _page(checks: CheckSet, key: str) -> str:
    row = checks.form.cells[key].row
    parts: list[str] = []
    if row.note:
        parts.append(_paragraph(f"{row.note}。"))
    if row.help:
        parts.append(_paragraph(row.help))
    if row.help_source:
        parts.append(_paragraph(row.help_basis))
    if made_of := _parts(checks.form, row):
        parts.append(_paragraph(made_of))
    if checks.is_computed(key):
        parts.append(_paragraph("明细填齐后自动计算，也可以直接填写。"))
    asked = requirements(checks, key)
    for heading, level in (("● 必须满足", Level.ERROR), ("▲ 不满足时需要说明", Level.WARNING)):
        lines = [_line(one.sentence) for one in asked if one.level is level]
        if lines:
            parts.append(f"<p style='margin:8px 0 3px 0'><b>{heading}</b></p>")
            parts.append(f"<table cellspacing='0' cellpadding='0'>{''.join(lines)}</table>")
    if not asked:
        parts.append(_paragraph("没有别的要求；没有发生请填 0。"))
    return "".join(parts)


def _paragraph(text: str) -> str:
    return f"<p style='margin:3px 0'>{_escaped(text)}</p>"


def _line(sentence: str) -> str:
    """A requirement behind a point, its further lines under the first."""
    point = "<td style='padding:0 6px 3px 4px'>·</td>"
    return f"<tr>{point}<td style='padding-bottom:3px'>{_escaped(sentence)}</td></tr>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
