"""What .docx and .xlsx have in common: a package of parts that point to each other."""

from __future__ import annotations

from dataclasses import dataclass

from core.reading.base.limits import Budget
from core.reading.base.xmlsafe import attribute, local_name, parse_xml
from core.reading.base.zipsafe import SafeZip, normalise, resolve


@dataclass(frozen=True)
class Relationship:
    """One arrow of a package: ``kind`` is the last word of its type URI (``"worksheet"``)."""

    kind: str
    target: str


def relationships(package: SafeZip, part: str, budget: Budget) -> dict[str, Relationship]:
    """The relationships of *part* (``""``: of the package) by id, external ones left out."""
    folder, _, name = normalise(part).rpartition("/") if part else ("", "", "")
    data = package.read_optional(f"{folder}/_rels/{name}.rels")
    if data is None:
        return {}
    found: dict[str, Relationship] = {}
    for element in parse_xml(data, budget).iter():
        if local_name(element) != "Relationship" or element.get("TargetMode") == "External":
            continue
        identifier, target = attribute(element, "Id"), attribute(element, "Target")
        if identifier and target:
            kind = (attribute(element, "Type") or "").rpartition("/")[2]
            found[identifier] = Relationship(kind, resolve(part, target))
    return found


def main_part(package: SafeZip, usual: str, budget: Budget) -> str:
    """The part that holds the document; *usual* where the package does not say."""
    for relationship in relationships(package, "", budget).values():
        if relationship.kind == "officeDocument" and relationship.target in package:
            return relationship.target
    return usual
