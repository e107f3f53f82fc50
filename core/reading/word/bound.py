"""Content controls that show a value of a data part of their document (``w:dataBinding``).

Word fills such a control from the part whenever the document is opened; what the control itself
holds is only what it showed the last time. Where both are there and differ, the clerk is told both.
ECMA-376 part 1, 17.5.2.6 and 22.5.
"""

from __future__ import annotations

import re
from typing import Final

from core.reading.base.limits import Budget
from core.reading.base.marks import with_stored
from core.reading.base.xmlsafe import Element, attribute, child, local_name, parse_xml
from core.reading.base.zipsafe import SafeZip

#: The paths that Word writes: from the root down, with the place among elements of one name.
_STEP: Final = re.compile(r"/(?:[\w.-]+:)?(@?[\w.-]+|text\(\))(?:\[(\d{1,6})\])?")
_MAX_PARTS: Final = 100
#: Controls that write what is stored in other words.
_WORDED: Final = ("date", "checkbox", "dropDownList", "comboBox", "picture")


class BoundParts:
    """The data parts of a document, by the identifier that controls name them with."""

    def __init__(self, parts: dict[str, Element]) -> None:
        self._parts = parts

    @classmethod
    def of_package(cls, package: SafeZip, budget: Budget) -> BoundParts:
        """The parts of a .docx: ``customXml/item1.xml`` and what ``itemProps1.xml`` says of it."""
        parts: dict[str, Element] = {}
        names = [name for name in package.names() if name.startswith("customxml/itemprops")]
        for name in names[:_MAX_PARTS]:
            data = package.read_optional(name.replace("itemprops", "item"))
            identifier = attribute(parse_xml(package.read(name), budget), "itemID")
            if data and identifier:
                parts[identifier.upper()] = parse_xml(data, budget)
        return cls(parts)

    @classmethod
    def of_flat(cls, root: Element) -> BoundParts:
        """The parts of a package written as one XML file."""
        found: dict[str, Element] = {}
        for part in root:
            name = (attribute(part, "name") or "").lower()
            data = child(part, "xmlData")
            if "/customxml/item" in name and data is not None and len(data):
                found[name] = next(iter(data))
        parts: dict[str, Element] = {}
        for name, properties in found.items():
            stored = found.get(name.replace("itemprops", "item"))
            identifier = attribute(properties, "itemID")
            if "itemprops" in name and identifier and stored is not None:
                parts[identifier.upper()] = stored
        return cls(parts)

    def told(self, control: Element | None, shown: str) -> str:
        """*shown*, with what is stored for the *control* where that is something else."""
        if control is None or not self._parts:
            return shown
        properties = child(control, "sdtPr")
        binding = child(properties, "dataBinding")
        if binding is None or any(child(properties, kind) is not None for kind in _WORDED):
            return shown
        part = self._parts.get((attribute(binding, "storeItemID") or "").upper())
        # Without an identifier it is the first part that has the path.
        wanted = [part] if part is not None else list(self._parts.values())
        path = attribute(binding, "xpath") or ""
        stored = next((text for root in wanted if (text := _at(root, path)) is not None), None)
        if stored is None or stored.strip() == shown.strip():
            return shown
        return with_stored(shown, " ".join(stored.split())[:40] or "空白")


def _at(root: Element, path: str) -> str | None:
    """The text at *path*; ``None`` where there is nothing, or the path is of another kind."""
    steps = list(_STEP.finditer(path.strip()))
    if not steps or "".join(step[0] for step in steps) != path.strip():
        return None
    if local_name(root) != steps[0][1] or steps[0][2] not in (None, "1"):
        return None
    here = root
    for step in steps[1:]:
        name, number = step[1], int(step[2] or 1)
        if name == "text()":
            break
        if name.startswith("@"):
            return attribute(here, name[1:])
        alike = [item for item in here if local_name(item) == name]
        if not 0 < number <= len(alike):
            return None
        here = alike[number - 1]
    return "".join(here.itertext())
