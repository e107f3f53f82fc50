# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# lxml ships no types; the Element protocol gives them back, in this one module.
# ruff: noqa: D102  (the protocol's methods are lxml's and documented there)
"""XML parsed without entities, network or unbounded trees.

Office parts need no document type at all, so one is refused outright: with it go external entities,
parameter entities and exponential expansion. libxml2's own bounds (256 levels, 10 MB a text) stay
on because ``huge_tree`` is off. Parts that can be very long go through :func:`scan_xml`, which
builds no tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NoReturn, Protocol, cast
from xml.parsers import expat

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from core.problems import NianbaoError
from core.reading.base.limits import Budget
from core.reading.base.raw import ReadProblem

#: A tree node costs libxml2 some 120 bytes and each has a ``<`` or ``=`` of its own in the file:
#: this many keep a tree below about 200 MB. A report of 40 pages has 60,000.
MAX_MARKS = 600_000

#: Parsers compare each attribute of a tag with those before it; Word writes some twenty.
MAX_ATTRIBUTES: Final = 1000
#: A tag shorter than this holds too few attributes to be slow.
_SHORT: Final = 8192
_ATTRIBUTE: Final = re.compile(
    rb"[\s/]*+[^\s/><=]++(?:\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s><]*+))?|="
)
_TAG: Final = re.compile(rb"<[A-Za-z][^\s/><]*+(?:" + _ATTRIBUTE.pattern + rb")*+")

StartHandler = Callable[[str, dict[str, str]], None]
NameHandler = Callable[[str], None]


class Element(Protocol):
    """What the readers use of an lxml element."""

    tag: object
    text: str | None
    tail: str | None

    @property
    def attrib(self) -> Mapping[str, str]: ...
    def get(self, key: str, default: str | None = None) -> str | None: ...
    def iter(self, *tags: str) -> Iterator[Element]: ...
    def iterdescendants(self, *tags: str) -> Iterator[Element]: ...
    def iterancestors(self, *tags: str) -> Iterator[Element]: ...
    def itertext(self) -> Iterator[str]: ...
    def getparent(self) -> Element | None: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


def check_tree_size(data: bytes, budget: Budget, *, strict: bool = False) -> None:
    """Refuse *data* whose tree would not fit in memory; call it before building any tree.

    *strict*: it is read by the rules of XML, by which no attribute holds a ``<``.
    """
    if data.count(b"<") + data.count(b"=") > MAX_MARKS:
        raise budget.too_large(f"{MAX_MARKS // 10_000} 万个标记")
    if len(data) < _SHORT:
        return
    if strict and max(map(len, data.split(b"<"))) < _SHORT:
        # No tag is long; looking into each would cost a fifth of reading the file.
        return
    # UTF-16 is ASCII with zeros in between, as far as markup goes.
    data = data if b"\0" not in data else data.replace(b"\0", b"")
    for tag in _TAG.finditer(data):
        if tag.end() - tag.start() < _SHORT:
            continue
        budget.check_time()
        for number, found in enumerate(_ATTRIBUTE.finditer(data, tag.start() + 1, tag.end())):
            # A value that long with as many gaps is no picture: a quote has swallowed other tags.
            gaps = len(found[0].split(None, MAX_ATTRIBUTES)) if len(found[0]) > _SHORT else 0
            if number > MAX_ATTRIBUTES or gaps > MAX_ATTRIBUTES:
                raise budget.too_large(f"一个标记里 {MAX_ATTRIBUTES} 个属性")


def damaged_xml(budget: Budget) -> NianbaoError:
    """The error for a part that is no well-formed XML, for the caller to raise."""
    return NianbaoError(ReadProblem.DAMAGED, file=budget.file, reason="内部 XML 有误")


def parse_xml(data: bytes, budget: Budget) -> Element:
    """The root element of *data*.

    Raises :class:`NianbaoError`: ``DAMAGED`` where it is not well-formed or has a document type,
    ``TOO_LARGE`` where its tree would be too large.
    """
    check_tree_size(data, budget, strict=True)
    if b"<!DOCTYPE" in data:
        raise damaged_xml(budget)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged_xml(budget) from error
    # A document type in an encoding other than ASCII's escapes the search in the bytes.
    if root.getroottree().docinfo.doctype:
        raise damaged_xml(budget)
    budget.check_time()
    return cast(Element, root)


def scan_xml(
    pieces: Iterable[bytes],
    budget: Budget,
    *,
    start: StartHandler,
    end: NameHandler,
    text: NameHandler,
) -> None:
    """Run through the *pieces* of a document without building a tree, calling the handlers with
    local names.

    Attributes keep their names as written. Whatever the handlers
    raise passes through; otherwise raises as :func:`parse_xml` does, without its bound on size.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> NoReturn:
        raise damaged_xml(budget)

    def start_local(name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        start(name, attributes)

    def end_local(name: str) -> None:
        end(name.rpartition(":")[2])

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start_local
    parser.EndElementHandler = end_local
    parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            budget.check_time()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise damaged_xml(budget) from error


def local_name(element: Element) -> str:
    """An element's name without its namespace; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """The attribute of that local name, whatever its namespace, or ``None``.

    Strict and transitional OOXML differ in their namespaces and in nothing that is read here.
    """
    plain = element.get(name)
    if plain is not None:
        return plain
    qualified = f"}}{name}"
    for key, value in element.attrib.items():
        if key.endswith(qualified):
            return value
    return None


def attributes(element: Element) -> dict[str, str]:
    """All attributes by their local names."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that local name, or ``None``."""
    if element is not None:
        qualified = f"}}{name}"
        for candidate in element:
            tag = candidate.tag
            if isinstance(tag, str) and (tag.endswith(qualified) or tag == name):
                return candidate
    return None


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children of the first child of that local name; none where there is no such child."""
    parent = child(element, name)
    return iter(()) if parent is None else iter(parent)
