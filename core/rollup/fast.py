"""The quick way to what this program exported: one pass over the package, no tree, no sheet laid out.

It answers for workbooks that it understands wholly and finds unchanged: the seal is whole and every
figure on the visible sheets is the exported one. For anything else the answer is ``None``, and the
reader of all workbooks decides. So the quick way can never say that a workbook was changed or broken,
only that it was not; what could make it overlook a change (comments in the XML, merged or hidden
cells, number formats, a cell written twice) makes it give up instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Final
from xml.parsers import expat

from core.catalog import Catalog
from core.importing.own_files import OwnContent
from core.importing.printed_places import are_printed, places
from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.raw import RawDocument, RawTable
from core.reading.base.zipsafe import SafeZip, normalise
from core.report import Report
from core.storage.nianbao import decode
from core.values import format_value
from core.writing.sealed_sheet import MARK, PAYLOAD_SHEET, VERSION, seal

_MAIN: Final = b"spreadsheetml.sheet.main"
_WORKBOOK: Final = "xl/workbook.xml"
_SHEET: Final = re.compile(r"<sheet (?:[^<>]*?)/>")
_ATTRIBUTE: Final = re.compile(r'(?<![\w:])([\w:]++)="([^"<]*)"')
_RELATION: Final = re.compile(r"<Relationship ([^<>]*?)/>")
#: A cell: its reference, its other attributes; then a text, a number (of a shared text), or nothing.
_CELL: Final = re.compile(
    r'<c r="([A-Z]{1,3}[0-9]{1,7})"([^<>/]*+)'
    r'(?:><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>|><v>([^<]*)</v></c>|/>|></c>'
    r"|><is><t ?/></is></c>)"
)
_START: Final = '<c r="'
_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
#: Of lines a printed form has fewer.
_MOST_LINES: Final = 20_000
_KIND: Final = re.compile(r' ?(?: s="([0-9]{1,6})")?(?: t="(n|s|inlineStr)")? ?')
#: A shared text, and one in several runs, after ``<si>``.
_SHARED: Final = re.compile(r'(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t ?/>)</si>')
_RUNS: Final = re.compile(
    r"(?:<r>(?:<rPr>(?:(?!</rPr>).)*+</rPr>)?"
    r'<t(?: xml:space="preserve")?>[^<]*</t></r>)++</si>',
    re.DOTALL,
)
_RUN_TEXT: Final = re.compile(r"<t(?: [^<>]*)?>([^<]*)</t>")
_FORMAT: Final = re.compile(r"<numFmt ([^<>]*?)/>")
_XF: Final = re.compile(r"<xf ([^<>]*?)/?>")
_MERGED: Final = re.compile(r'<mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"/>')
_ENTITY: Final = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_HEADER: Final = re.compile(
    rb'<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?(?: standalone="\w+")?\?>\s*'
)
_SHARED_CELL: Final = re.compile(r' t="s"[^<>]*><v>([^<]{1,9})</v></c>')
_SHARED_KIND: Final = re.compile(r"""\st\s*=\s*["']s["']""")
_FAR: Final = re.compile(r'<c r="[A-Z]+[0-9]{6}')
_NO_SIZE: Final = (' ht="0"', ' width="0"')
#: The hidden sheet has few columns; the last one of these it does not reach.
_COLUMNS: Final = tuple(
    f"{first}{second}" for first in ("", *"ABCDEFGH") for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)


_LAST_COLUMN: Final = len(_COLUMNS) - 1


class _GiveUp(Exception):
    """Something that the quick way does not understand wholly."""


class FastReader:
    """Reads exported workbooks; remembers the last style part, which all of one version share."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._styles: tuple[bytes, tuple[bool, ...]] = (b"", ())

    def read(self, data: bytes, file: str) -> tuple[OwnContent, bytes] | None:
        """The report and the document properties; ``None`` where the slow way has to look."""
        try:
            package = SafeZip(data, Limits().start(file))
            report = self._report(package, file)
            return report, package.read_optional("docProps/core.xml") or b""
        except (_GiveUp, NianbaoError):
            # What is wrong with the file is for the slow way to say.
            return None

    def _report(self, package: SafeZip, file: str) -> OwnContent:
        workbook = _text(package, _WORKBOOK)
        if PAYLOAD_SHEET not in workbook:
            raise _GiveUp
        _require(_MAIN in package.read("[Content_Types].xml"))
        of_package = _links(package, "_rels/.rels", "").values()
        mains = [part for kind, part in of_package if kind == "officeDocument"]
        _require(mains == [_WORKBOOK])
        sheets, links = _sheets(workbook), _links(package, "xl/_rels/workbook.xml.rels", "xl/")
        plain = self._plain_styles(package, links)
        shared = _shared(package, links)
        hidden = Sheet("", (), ())
        visible: dict[str, Sheet] = {}
        for name, link in sheets.items():
            kind, part = links.get(link, ("", ""))
            _require(kind == "worksheet")
            sheet = Sheet(_text(package, part), shared, plain)
            if name == PAYLOAD_SHEET:
                hidden = sheet
            else:
                visible[name] = sheet
        rows = hidden.rows()
        _require(len(rows) > 6 and rows[0] == [MARK, str(VERSION)] and rows[3][:1] == ["sha256"])
        sealed = rows.pop(3)[1:]
        _require(sealed == [seal(rows)] and rows[3][:1] == ["report"])
        opened = decode("".join(rows[3][1:]).encode("ascii", "replace"), file, self._catalog)
        _require(_is_shown(opened.report, rows[5:], visible))
        form = opened.report.form
        found = places(rows[5:], form)
        _require(found is not None)
        assert found is not None
        lines: dict[str, set[int]] = {}
        for place in found.values():
            lines.setdefault(place.sheet, set()).add(place.line)
        tables = tuple(visible[name].table(name, lines[name]) for name in sorted(lines))
        _require(are_printed(found, RawDocument("xlsx", tables), form))
        return OwnContent(opened.report, opened.remarks)

    def _plain_styles(
        self, package: SafeZip, links: Mapping[str, tuple[str, str]]
    ) -> tuple[bool, ...]:
        """For each cell style, whether it shows what it holds as it is."""
        part = next((target for kind, target in links.values() if kind == "styles"), None)
        if part is None:
            return ()
        data = package.read(part)
        if data != self._styles[0]:
            self._styles = (data, _read_styles(_checked(data)))
        return self._styles[1]


def _require(holds: bool) -> None:
    if not holds:
        raise _GiveUp


def _text(package: SafeZip, name: str) -> str:
    return _checked(package.read(name))


def _checked(data: bytes) -> str:
    """The part as text: well-formed, UTF-8, without comments, sections or a document type."""
    header = _HEADER.match(data)
    body = data[header.end() :] if header is not None else data
    _require(b"<!" not in body and b"<?" not in body and not data.startswith((b"\xff", b"\xfe")))
    try:
        expat.ParserCreate().Parse(data, True)
        return body.decode("utf-8")
    except (expat.ExpatError, ValueError) as error:
        raise _GiveUp from error


def _sheets(workbook: str) -> dict[str, str]:
    """Sheet name → the id of its relationship."""
    found: dict[str, str] = {}
    tags = _SHEET.findall(workbook)
    _require(len(tags) == workbook.count("<sheet ") and workbook.count("<sheets>") == 1)
    for tag in tags:
        attributes = dict(_ATTRIBUTE.findall(tag))
        name, link = _plain_text(attributes.get("name", "")), attributes.get("r:id", "")
        _require(bool(name) and name not in found)
        found[name] = link
    return found


def _links(package: SafeZip, name: str, folder: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (kind, part), of what lies in *folder*."""
    text = _text(package, name)
    tags = _RELATION.findall(text)
    _require(len(tags) == text.count("<Relationship "))
    found: dict[str, tuple[str, str]] = {}
    for tag in tags:
        attributes = dict(_ATTRIBUTE.findall(tag))
        _require("TargetMode" not in attributes)
        target = attributes.get("Target", "")
        part = normalise(target) if target.startswith("/") else normalise(folder + target)
        found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], part
    return found


def _read_styles(text: str) -> tuple[bool, ...]:
    _require("<strike" not in text and "vertAlign" not in text)
    general = {"0"}
    for tag in _FORMAT.findall(text):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if attributes.get("formatCode") == "General":
            general.add(attributes.get("numFmtId", ""))
    _require(text.count("<cellXfs") == 1)
    inside = text[text.index("<cellXfs") : text.index("</cellXfs>")]
    tags = _XF.findall(inside)
    _require(len(tags) == inside.count("<xf "))
    return tuple(dict(_ATTRIBUTE.findall(tag)).get("numFmtId", "0") in general for tag in tags)


def _shared(package: SafeZip, links: Mapping[str, tuple[str, str]]) -> list[str | None]:
    """The shared texts; ``None`` where one is more than a plain text."""
    part = next((target for kind, target in links.values() if kind == "sharedStrings"), None)
    if part is None or part not in package:
        return []
    text = _text(package, part)
    # Guides to pronunciation, struck and raised runs are no plain text.
    _require(not any(sign in text for sign in ("<rPh", "<strike", "vertAlign", "<si ")))
    shared: list[str | None] = []
    for piece in text.split("<si>")[1:]:
        one = _SHARED.match(piece)
        if one is not None:
            found = one[1] or ""
        elif _RUNS.match(piece) is not None:
            found = "".join(_RUN_TEXT.findall(piece))
        else:
            shared.append(None)
            continue
        shared.append(found if "&" not in found and "_x" not in found else _unescaped(found))
    return shared


def _unescaped(text: str) -> str | None:
    try:
        return _plain_text(text)
    except _GiveUp:
        return None


def _plain_text(text: str) -> str:
    _require("_x" not in text and "\r" not in text)
    if "&" not in text:
        return text
    _require(text.count("&") == len(_ENTITY.findall(text)))
    return _ENTITY.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1]) if found[1] else int(found[2], 16))


class Sheet:
    """A worksheet's XML, taken apart as far as somebody asks for its cells."""

    def __init__(self, xml: str, shared: Sequence[str | None], plain: Sequence[bool]) -> None:
        self._xml = xml
        self._shared = shared
        self._plain = plain
        self._kinds: dict[str, str] = {}
        self._heads: dict[str, str] = {}
        if xml:
            _require(xml.count("<sheetData") == 1 and "AlternateContent" not in xml)
            # What is hidden may be read otherwise; LibreOffice writes of everything that it is not.
            _require(xml.count(" hidden=") == xml.count(' hidden="false"'))
            _require(not any(sign in xml for sign in _NO_SIZE) and "<c>" not in xml)
            # What would stop the slow way: a text that is not there, a sheet of too many rows.
            _require(_FAR.search(xml) is None)
            if '"s"' in xml or "'s'" in xml:
                shared_texts = _SHARED_CELL.findall(xml)
                _require(len(_SHARED_KIND.findall(xml)) == len(shared_texts))
                _require(all(map(str.isdecimal, shared_texts)))
                _require(max(map(int, shared_texts), default=-1) < len(shared))
            self._count = xml.count("<c ")

    @cached_property
    def _pieces(self) -> dict[str, str]:
        """Address → the cell's XML and what follows it."""
        pieces = self._xml.split(_START)
        found = {piece.partition('"')[0]: piece for piece in pieces[1:]}
        # A cell that is written twice shows what stands there last.
        _require(len(found) == len(pieces) - 1 == self._count)
        return found

    @cached_property
    def _regions(self) -> list[tuple[int, int, int, int]]:
        """The merged regions: first line and column, last line and column, from 1."""
        regions = _MERGED.findall(self._xml)
        _require(self._xml.count("<mergeCell ") == len(regions))
        found: list[tuple[int, int, int, int]] = []
        size = 0
        for left, top, right, bottom in regions:
            region = int(top), _column(left), int(bottom), _column(right)
            size += (region[2] - region[0] + 1) * (region[3] - region[1] + 1)
            _require(size <= 10_000)
            found.append(region)
        return found

    @cached_property
    def _covered(self) -> frozenset[str]:
        """The places of merged regions but their first: they show the first one's text."""
        covered: set[str] = set()
        for top, left, bottom, right in self._regions:
            covered.update(
                f"{_letters(column)}{line}"
                for line in range(top, bottom + 1)
                for column in range(left, right + 1)
            )
            covered.discard(f"{_letters(left)}{top}")
        return frozenset(covered)

    def text(self, address: str) -> str:
        """What the cell shows."""
        _require(address not in self._covered)
        piece = self._pieces.get(address)
        if piece is None:
            return ""
        found = _CELL.match(_START + piece)
        _require(found is not None)
        assert found is not None
        _, attributes, inline, value = found.groups()
        if value and self._kind(attributes) == "n":
            return value
        return self._shown(attributes, inline or "", value or "")

    def shows(self, address: str, figure: str) -> bool:
        """Whether the cell shows *figure*."""
        _require(address not in self._covered)
        head, _, rest = self._pieces.get(address, "").partition("><v>")
        if rest.startswith(f"{figure}</v></c>") and self._kind(head[len(address) + 1 :]) == "n":
            return True
        return self.text(address) == figure

    def table(self, name: str, lines: Collection[int]) -> RawTable:
        """What the sheet shows, laid out; a merged cell in each of its places.

        Beside the figures, on *lines* from 0, every text has to be understood; elsewhere one that is
        not is left out.
        """
        rows: list[list[str]] = []
        for address in self._pieces:
            found = _PLACE.fullmatch(address)
            _require(found is not None)
            assert found is not None
            line, column = int(found[2]) - 1, _column(found[1]) - 1
            _require(line < _MOST_LINES and column < _LAST_COLUMN)
            rows += [[] for _ in range(line + 1 - len(rows))]
            rows[line] += [""] * (column + 1 - len(rows[line]))
            if address not in self._covered:
                try:
                    rows[line][column] = self.text(address)
                except _GiveUp:
                    _require(line not in lines)
        merged: set[tuple[int, int]] = set()
        for top, left, bottom, right in self._regions:
            _require(bottom <= _MOST_LINES and right <= _LAST_COLUMN)
            rows += [[] for _ in range(bottom - len(rows))]
            for row in rows[top - 1 : bottom]:
                row += [""] * (right - len(row))
                row[left - 1 : right] = [rows[top - 1][left - 1]] * (right - left + 1)
            merged.update(
                (line, at) for line in range(top - 1, bottom) for at in range(left - 1, right)
            )
            merged.discard((top - 1, left - 1))
        return RawTable(tuple(map(tuple, rows)), name, frozenset(merged))

    def rows(self) -> list[list[str]]:
        """All cells, which stand in their order from A1 on, none left out; trailing blanks aside."""
        xml = self._xml
        _require("<mergeCell" not in xml and "_x" not in xml and "\r" not in xml)
        found = _CELL.findall(xml)
        _require(len(found) == self._count)
        row: list[str] = []
        rows = [row]
        line, column = "1", 0
        kinds = self._kinds
        for address, attributes, inline, value in found:
            if address != _COLUMNS[column] + line:
                row, column = [], 0
                rows.append(row)
                line = str(len(rows))
                _require(address == f"A{line}")
            column += 1
            _require(column < _LAST_COLUMN)
            if inline and not value and kinds.get(attributes) == "inlineStr":
                row.append(inline if "&" not in inline else self._unescaped(inline))
            else:
                row.append(self._shown(attributes, inline, value))
        for row in rows:
            while row and not row[-1]:
                row.pop()
        return rows

    def _unescaped(self, text: str) -> str:
        """*text* without entities; most begin with the same ones, those of a sheet's name."""
        end = text.rfind(";") + 1
        head = text[:end]
        known = self._heads.get(head)
        if known is None:
            known = self._heads[head] = _plain_text(head)
        return known + text[end:]

    def _shown(self, attributes: str, inline: str, value: str) -> str:
        if not inline and not value:
            return ""
        kind = self._kind(attributes)
        if kind == "inlineStr":
            _require(not value)
            return _plain_text(inline)
        _require(not inline)
        if kind == "s":
            _require(value.isdecimal() and len(value) < 10 and int(value) < len(self._shared))
            text = self._shared[int(value)]
            _require(text is not None)
            return text or ""
        return value

    def _kind(self, attributes: str) -> str:
        """What kind of content cells with these attributes hold, shown as it is stored."""
        kind = self._kinds.get(attributes)
        if kind is None:
            found = _KIND.fullmatch(attributes)
            _require(found is not None)
            assert found is not None
            if found[1]:
                _require(int(found[1]) < len(self._plain) and self._plain[int(found[1])])
            kind = self._kinds[attributes] = found[2] or "n"
        return kind


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _is_shown(report: Report, rows: list[list[str]], sheets: Mapping[str, Sheet]) -> bool:
    """Whether every figure of the report still stands where it was exported to."""
    known = report.form.cells
    for row in rows:
        key, _, address = [*row, "", "", ""][:3]
        if key not in known or not address:
            continue
        sheet, _, place = address.rpartition("!")
        _require(sheet in sheets)
        value = report.values.get(key)
        exported = str(value) if type(value) is int else format_value(value)
        if not sheets[sheet].shows(place, exported):
            return False
    return True
