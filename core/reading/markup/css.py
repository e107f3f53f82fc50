"""A page's own style sheets, as far as they change what its text says.

Rules for elements, classes and identifiers are read, also below other elements (``.a td``); of
their declarations, those that strike out, raise, lower or hide. What a browser does with the rest
changes no figure. Cascading Style Sheets 2.1, 4 to 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from core.reading.base.limits import Budget
from core.reading.base.marks import PLAIN_RUN, RunStyle
from core.reading.base.xmlsafe import Element, local_name

_DECLARATION: Final = re.compile(
    r"(?P<name>text-decoration(?:-line)?|vertical-align|display|visibility|mso-hide)\s*:"
    r"(?P<value>[^;]{0,200})",
    re.IGNORECASE,
)
_MARK: Final = re.compile(r"([.#]?)([\w\u0080-\uffff-]+)")
_RAISED: Final = re.compile(
    r"\s*(?:super|sub|-?(?!0+(?:\.0*)?(?:[a-z%\s!]|\Z))[\d.]+)", re.IGNORECASE
)
#: More rules that matter here, or more steps in one, no real page has.
_MAX_RULES: Final = 50_000
_MAX_STEPS: Final = 6
_MAX_SELECTOR: Final = 2_000
#: Words without one of which a style sheet changes no text.
_EFFECTS: Final = ("line-through", "super", "sub", "vertical-align", "none", "hidden", "all")
#: In these elements vertical-align places the whole cell.
_CELLS: Final = frozenset(("td", "th", "tr", "tbody", "thead", "tfoot", "table"))


class _Rule(NamedTuple):
    """``steps``: the compounds of the selector, outermost first, each a set of ``td``, ``.c``, ``#i``."""

    weight: tuple[int, int]
    steps: tuple[frozenset[str], ...]
    style: RunStyle


class StyleSheets:
    """The rules of one page; says for an element what they and its own ``style`` do to it."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._count = 0
        #: rules for elements wherever they stand, by the marks that an element must have
        self._plain: dict[frozenset[str], _Rule] = {}
        self._by_mark: dict[str, list[frozenset[str]]] = {}
        self._nested: dict[str, list[_Rule]] = {}
        #: the plain rules of elements alike, in the order in which they count
        self._known: dict[tuple[str, str | None, str | None], list[_Rule]] = {}
        #: what the elements' own declarations do
        self._own: dict[str, RunStyle] = {}

    def take_in(self, css: str) -> None:
        """Add the rules of one ``<style>``."""
        if not any(word in css for word in _EFFECTS):
            return
        known: dict[str, RunStyle] = {}
        for selectors, declarations in _rules(css):
            self._budget.spend_cells(0)
            style = known.get(declarations)
            if style is None:
                style = known[declarations] = declared(declarations)
            if style != PLAIN_RUN:
                for selector in selectors[:_MAX_SELECTOR].split(","):
                    self._add(selector, style)

    def _add(self, selector: str, style: RunStyle) -> None:
        # What is chosen by attributes, neighbours or states is not known here.
        if any(sign in selector for sign in "[]+~:"):
            return
        words = selector.replace(">", " ").split()
        if not 0 < len(words) <= _MAX_STEPS:
            return
        steps = tuple(
            frozenset(mark + (name if mark else name.lower()) for mark, name in _MARK.findall(word))
            for word in words
        )
        marks = [mark for step in steps for mark in step]
        self._count += 1
        if self._count > _MAX_RULES:
            raise self._budget.too_large(f"{_MAX_RULES} 条样式")
        exact = sum(100 if mark[0] == "#" else 10 if mark[0] == "." else 1 for mark in marks)
        rule = _Rule((exact, self._count), steps, style)
        if len(words) > 1:
            self._nested.setdefault(max(steps[-1], default=""), []).append(rule)
            return
        before = self._plain.get(steps[0])
        if before is None:
            self._budget.spend_cells()
            self._by_mark.setdefault(max(steps[0], default=""), []).append(steps[0])
        else:
            rule = rule._replace(style=style.over(before.style))
        self._plain[steps[0]] = rule

    def of(self, element: Element, name: str) -> RunStyle:
        """What the page does to the *element* of that name in small letters, inherited things aside."""
        style = PLAIN_RUN
        if self._count:
            style = self._by_rules(element, name)
        own = element.get("style")
        if own is not None:
            said = self._own.get(own)
            if said is None:
                said = self._own[own] = declared(own)
            style = said.over(style)
        if style.raised and name in _CELLS:
            style = style._replace(raised=None)
        return style

    def _by_rules(self, element: Element, name: str) -> RunStyle:
        alike = (name, element.get("class"), element.get("id"))
        found: list[_Rule] | None = self._known.get(alike)
        marks: frozenset[str] | None = None
        if found is None:
            marks = _marks(*alike)
            found = []
            for mark in ("", *marks):
                for wanted in self._by_mark.get(mark, ()):
                    self._budget.spend_cells(0)
                    if wanted <= marks:
                        found.append(self._plain[wanted])
            found.sort(key=lambda rule: rule.weight)
            self._known[alike] = found
        if self._nested:
            marks = marks or _marks(*alike)
            inside: list[_Rule] = []
            for mark in ("", *marks):
                for rule in self._nested.get(mark, ()):
                    self._budget.spend_cells(0)
                    if rule.steps[-1] <= marks and _is_inside(element, rule.steps[:-1]):
                        inside.append(rule)
            if inside:
                found = sorted([*found, *inside], key=lambda rule: rule.weight)
        style = PLAIN_RUN
        for rule in found:
            style = rule.style.over(style)
        return style


def _marks(name: str, classes: str | None, identifier: str | None) -> frozenset[str]:
    marks = [name]
    if classes:
        marks += [f".{word}" for word in classes.split()[:50]]
    if identifier:
        marks.append(f"#{identifier.strip()}")
    return frozenset(marks)


def _is_inside(element: Element, steps: tuple[frozenset[str], ...]) -> bool:
    """Whether elements around *element* fit *steps*, the last of which is the nearest."""
    if not steps:
        return True
    left = list(steps)
    for around in element.iterancestors():
        name = local_name(around).lower()
        if left[-1] <= _marks(name, around.get("class"), around.get("id")):
            left.pop()
            if not left:
                return True
    return False


def declared(declarations: str) -> RunStyle:
    """What a list of declarations does to a text."""
    struck = raised = hidden = None
    for found in _DECLARATION.finditer(declarations):
        name, value = found["name"].lower(), found["value"].lower()
        if name.startswith("text-decoration"):
            struck = "line-through" in value
        elif name == "vertical-align":
            raised = _RAISED.match(value) is not None
        elif name == "display":
            hidden = "none" in value
        elif name == "visibility":
            hidden = "hidden" in value or "collapse" in value
        else:
            hidden = hidden or "all" in value
    return RunStyle(struck, raised, hidden)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule; those for paper only are left out."""
    open_groups: list[bool] = []
    for chunk in _without_remarks(css).split("}"):
        pieces = chunk.split("{")
        if len(pieces) == 1:
            if open_groups:
                open_groups.pop()
            continue
        for head in pieces[:-2]:
            at = head.rpartition(";")[2].strip().lower()
            for_paper = at.startswith("@media") and "print" in at and "screen" not in at
            open_groups.append(for_paper or at.startswith(("@keyframes", "@font-face", "@page")))
        selectors = pieces[-2].rpartition(";")[2].strip()
        if not any(open_groups) and not selectors.startswith("@"):
            yield selectors, pieces[-1]


def _without_remarks(css: str) -> str:
    css = css.replace("<!--", " ").replace("-->", " ")
    parts: list[str] = []
    at = 0
    while (start := css.find("/*", at)) >= 0:
        parts.append(css[at:start])
        end = css.find("*/", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 2
    return "".join([*parts, css[at:]])
