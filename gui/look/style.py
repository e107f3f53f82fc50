"""How the program looks: fonts, palette and style sheet, made from the tokens, light or dark."""

from __future__ import annotations

from string import Template
from typing import Final

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from core.catalog import resources_folder
from gui.look import tokens as t
from gui.look.tokens import DARK, LIGHT, Tokens
from gui.system.settings import Appearance

_SHEET: Final = Template(
    """
QMainWindow, QDialog { background: $page; }
QMessageBox QLabel#qt_msgbox_label { font-size: 11pt; font-weight: 600; }
QToolTip { color: $ink; background: $paper; border: 1px solid $line; padding: 4px 6px; }
QMenuBar { background: $paper; color: $ink; padding: 2px 4px; }
QMenuBar::item { padding: 3px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $heading; }
QMenu { background: $paper; color: $ink; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 10px; border-radius: 4px; }
QMenu::icon { padding-left: 6px; }
QMenu::item:selected { background: $selection; color: $ink; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QToolBar#main { background: $paper; border: none; border-bottom: 1px solid $line;
    padding: 5px 8px; spacing: 4px; }
QToolBar#main::separator { width: 1px; background: $line; margin: 6px 5px; }
QToolBar#main QToolButton { color: $ink; background: transparent; border: 1px solid transparent;
    border-radius: 6px; padding: 5px 7px; }
QToolBar#main QToolButton:hover { background: $hover; border-color: $line; }
QToolBar#main QToolButton:pressed { background: $selection; }
QToolBar#main QToolButton:disabled { color: $muted; }
QToolBar#main QToolButton:focus { border-color: $accent; }
QToolBar#main QToolButton#primary { color: $on_accent; background: $accent; border-color: $accent;
    font-weight: 600; padding: 5px 12px; margin-left: 4px; }
QToolBar#main QToolButton#primary:hover { background: $accent_hover; }
QToolBar#main QToolButton#primary:focus { border-color: $ink; }
QToolBar#main QToolButton#primary:disabled { background: $heading; color: $muted;
    border-color: $line; }

QPushButton, QToolButton[role="plain"] { color: $ink; background: $paper; border: 1px solid $edge;
    border-radius: 6px; padding: 5px 14px; min-height: 18px; }
QPushButton:hover, QToolButton[role="plain"]:hover { background: $hover; border-color: $muted; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $muted; background: $page; border-color: $line; }
QPushButton[role="primary"], QPushButton:default { color: $on_accent; background: $accent;
    border: 1px solid $accent; font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton:default:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus, QPushButton:default:focus { border: 1px solid $ink; }
QPushButton[role="primary"]:disabled, QPushButton:default:disabled { background: $heading;
    color: $muted; border-color: $line; }
QPushButton[role="link"], QToolButton[role="link"] { color: $accent; background: transparent;
    border: 1px solid transparent; border-radius: 4px; padding: 2px; min-height: 0;
    text-align: left; }
QPushButton[role="link"]:hover, QToolButton[role="link"]:hover { background: $selection; }
QPushButton[role="link"]:focus, QToolButton[role="link"]:focus { border: 1px solid $accent; }
QPushButton[role="file"] { background: $paper; border: 1px solid $line; border-radius: 8px;
    padding: 0; }
QPushButton[role="file"]:hover { background: $hover; border-color: $edge; }
QPushButton[role="file"]:focus { border: 1px solid $accent; }
QPushButton[role="file"]:disabled { background: $page; }
QPushButton[role="tab"] { background: transparent; border: 1px solid transparent;
    color: $muted; padding: 3px 10px; min-height: 0; }
QPushButton[role="tab"]:hover { background: $hover; color: $ink; }
QPushButton[role="tab"]:checked { background: $selection; color: $ink; font-weight: 600; }
QPushButton[role="tab"]:focus { border-color: $accent; }

QLineEdit, QPlainTextEdit, QSpinBox, QComboBox { color: $ink; background: $paper;
    border: 1px solid $field; border-radius: 6px; padding: 4px 8px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QComboBox:focus {
    border: 1px solid $accent; }
QLineEdit:disabled { background: $page; color: $muted; }
QLineEdit[wrong="true"] { border: 1px solid $error; background: $error_tint; }
QComboBox::drop-down { border: none; background: transparent; width: 24px; }
QComboBox::down-arrow { image: url(icons:chevron.png); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $paper; color: $ink; border: 1px solid $line;
    selection-background-color: $selection; selection-color: $ink; outline: none; }

QScrollArea, QScrollArea > QWidget > QWidget#inside { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QStatusBar { background: $paper; border-top: 1px solid $line; color: $ink; }
QStatusBar::item { border: none; }
QStatusBar QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 1px 4px;
    background: transparent; color: $ink; }
QStatusBar QToolButton:hover { background: $hover; }
QStatusBar QToolButton:focus { border-color: $accent; }
QStatusBar QToolButton[tone="error"] { color: $error; }
QStatusBar QToolButton[tone="explain"] { color: $explain; }
QStatusBar QToolButton[tone="done"] { color: $done; }
QStatusBar QToolButton[tone="strong"] { font-weight: 600; }

QTabWidget::pane { border: none; }
QTabBar { background: $page; }
QTabBar::tab { color: $muted; background: transparent; padding: 5px 14px; border: none;
    border-top: 2px solid transparent; }
QTabBar::tab:selected { color: $ink; background: $paper; border-top: 2px solid $accent;
    font-weight: 600; }
QTabBar::tab:hover:!selected { background: $hover; color: $ink; }

QTextBrowser, QTreeWidget, QTableWidget, QListWidget, QTableView[role="list"] { background: $paper; color: $ink;
    border: 1px solid $line; border-radius: 6px; outline: none; }
QTreeWidget::item, QListWidget::item { padding: 3px 8px; border: 0 solid transparent; }
QTableWidget::item { padding: 3px 8px; border: 0 solid transparent; }
QTableView[role="list"]::item { padding: 0 8px; border: 0 solid transparent; }
QTableView[role="list"] QHeaderView::section { padding: 6px 11px; }
QTreeWidget::item:selected, QTableWidget::item:selected, QListWidget::item:selected,
QTableView[role="list"]::item:selected {
    background: $selection; color: $ink; }
QHeaderView::section { background: $heading; color: $muted; border: none; padding: 6px 8px;
    font-weight: 600; }
QTableWidget { gridline-color: $line; }

QWidget#pane, QWidget#headerForm { background: $paper; }
QScrollArea#helpPane, QScrollArea#helpPane > QWidget > QWidget#inside { background: $page; }
QScrollArea#helpPane { border-top: 1px solid $line; }
QWidget#headerForm { border-bottom: 1px solid $line; }
QWidget#filterBar { background: $selection; border-bottom: 1px solid $line; }
QWidget#startPage { background: $page; }
QLabel { qproperty-textFormat: PlainText; }
QLabel[markup="html"] { qproperty-textFormat: RichText; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="error"] { color: $error; }
QLabel[tone="explain"] { color: $explain; }
QLabel[tone="done"] { color: $done; }
QLabel[rank="title"] { font-size: 20pt; font-weight: 600; }
QLabel[rank="heading"] { font-size: 12pt; font-weight: 600; }
QLabel[rank="group"] { font-weight: 600; }
QLabel[rank="step"] { color: $on_accent; background: $accent; border-radius: 12px; font-weight: 600;
    min-width: 24px; max-width: 24px; min-height: 24px; max-height: 24px; }
QFrame[card="plain"] { background: $paper; border: 1px solid $line; border-radius: 8px; }
QFrame[card="error"] { background: $error_tint; border-radius: 6px; }
QFrame[card="explain"] { background: $explain_tint; border-radius: 6px; }
QFrame[card="jump"] { background: $hover; border-radius: 6px; }
QFrame[card="done"] { background: $hover; border-radius: 6px; }
QFrame[card]:focus { border: 2px solid $accent; }
QFrame[rule="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QProgressBar { background: $heading; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""
)


def set_styled(widget: QWidget, name: str, value: object) -> None:
    """Sets a property that the style sheet asks for, and dresses the widget anew where it changes."""
    if (widget.property(name) or "") == (value or ""):
        return
    widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def _mixed(one: str, other: str, share: float) -> str:
    """The colour *share* of the way from *one* to *other*."""
    a, b = QColor(one), QColor(other)
    red, green, blue = (
        round(x + (y - x) * share)
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(red, green, blue).name()


def mixed_colours(tokens: Tokens) -> dict[str, str]:
    """Colours between the tokens: edges of buttons and of fields, scroll bars, the pressed accent."""
    return {
        "edge": _mixed(tokens.line, tokens.muted, 0.28),
        # What can be typed into is known by its frame alone (3:1, WCAG 2.1, 1.4.11).
        "field": _mixed(tokens.line, tokens.muted, 0.72),
        "scroll": _mixed(tokens.line, tokens.muted, 0.45),
        "accent_hover": _mixed(tokens.accent, tokens.ink, 0.18),
    }


def style_sheet(tokens: Tokens) -> str:
    """The program's style sheet in the colours of *tokens*."""
    return _SHEET.substitute(tokens._asdict(), **mixed_colours(tokens))


def palette(tokens: Tokens) -> QPalette:
    """The palette for everything that the style sheet does not name, such as item views."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, tokens.page),
        (role.WindowText, tokens.ink),
        (role.Base, tokens.paper),
        (role.AlternateBase, tokens.page),
        (role.Text, tokens.ink),
        (role.Button, tokens.paper),
        (role.ButtonText, tokens.ink),
        (role.ToolTipBase, tokens.paper),
        (role.ToolTipText, tokens.ink),
        (role.PlaceholderText, tokens.muted),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.accent),
        (role.LinkVisited, tokens.accent),
        (role.Light, tokens.paper),
        (role.Midlight, tokens.heading),
        (role.Mid, tokens.line),
        (role.Dark, tokens.muted),
        (role.Shadow, tokens.line),
    ):
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(tokens.muted))
    return made


def label_font() -> QFont:
    """The font of labels, menus and buttons."""
    font = QFont()
    font.setFamilies(list(t.FONT_FAMILIES))
    font.setPointSizeF(t.LABEL_POINTS)
    return font


class Theme(QObject):
    """The colours in use; follows the system unless the user chose light or dark.

    Signals:
        changed(Tokens): from now on these colours are used. The application's palette and style
            sheet are already the new ones; what paints itself takes the tokens.
    """

    changed = Signal(object)

    def __init__(self, application: QApplication, appearance: Appearance) -> None:
        super().__init__(application)
        self._application = application
        # By a name of its own: a style sheet cannot hold every folder that a program is put into.
        QDir.setSearchPaths("icons", [str(resources_folder() / "icons")])
        self._appearance = appearance
        if appearance != "system":
            self._ask_for(appearance)
        self.tokens = self._wanted()
        application.setPalette(palette(self.tokens))
        application.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    @property
    def appearance(self) -> Appearance:
        """What the user chose."""
        return self._appearance

    def dress(self) -> None:
        """Puts the style sheet on; once the window is put together, as Qt asks it at every move."""
        self._application.setStyleSheet(style_sheet(self.tokens))

    def choose(self, appearance: Appearance) -> None:
        """Uses light or dark colours, or whatever the system uses."""
        self._appearance = appearance
        self._ask_for(appearance)
        self._scheme_changed()

    def _ask_for(self, appearance: Appearance) -> None:
        """Has title bars and the system's own dialogs follow the choice where the system can."""
        scheme = Qt.ColorScheme
        wanted = {"light": scheme.Light, "dark": scheme.Dark, "system": scheme.Unknown}
        self._application.styleHints().setColorScheme(wanted[appearance])

    def _scheme_changed(self) -> None:
        wanted = self._wanted()
        if wanted != self.tokens:
            self.tokens = wanted
            self._application.setPalette(palette(wanted))
            self.dress()
            self.changed.emit(wanted)

    def _wanted(self) -> Tokens:
        if self._appearance != "system":
            return DARK if self._appearance == "dark" else LIGHT
        scheme = self._application.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
