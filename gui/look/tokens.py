"""Colours, sizes and fonts of the window, in one place, for light and dark.

Every text colour keeps a contrast of 4.5:1 or more on every surface (WCAG 2.1, 1.4.3): rows are
selected, hovered and tinted under whatever stands in them.
"""

from __future__ import annotations

from typing import NamedTuple


class Tokens(NamedTuple):
    """One set of colours (``#RRGGBB``)."""

    ink: str
    muted: str
    line: str
    page: str
    paper: str
    accent: str
    on_accent: str
    error: str
    error_tint: str
    explain: str
    explain_tint: str
    done: str
    computed: str
    heading: str
    selection: str
    hover: str


LIGHT = Tokens(
    ink="#1B2430",
    muted="#5F697D",
    line="#E4E7EC",
    page="#F7F8FA",
    paper="#FFFFFF",
    accent="#1D4ED8",
    on_accent="#FFFFFF",
    error="#C22B2B",
    error_tint="#FDECEC",
    explain="#915600",
    explain_tint="#FFF4DF",
    done="#1B7249",
    computed="#F2F5FA",
    heading="#EEF2F8",
    selection="#E0E9FF",
    hover="#F1F4F9",
)

DARK = Tokens(
    ink="#E6EAF0",
    muted="#9AA5B5",
    line="#333B47",
    page="#171B21",
    paper="#1E232B",
    accent="#7AA2FF",
    on_accent="#0F1730",
    error="#FF8A80",
    error_tint="#43262A",
    explain="#F2B85C",
    explain_tint="#3D3220",
    done="#6CCB98",
    computed="#262D38",
    heading="#28303C",
    selection="#25365C",
    hover="#262C36",
)

#: Heights and widths in device-independent pixels at 100 %.
ROW_HEIGHT = 25
HEADING_HEIGHT = 36
SECTIONS_WIDTH = 212
FINDINGS_WIDTH = 264
#: The panes follow so long after the last change: longer than from one key to the next.
PANES_MILLISECONDS = 120

LABEL_POINTS = 10.0
FIGURE_POINTS = 11.0
FONT_FAMILIES = ("Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
