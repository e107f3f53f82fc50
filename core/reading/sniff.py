"""What a file is, by its content. Names and extensions are not looked at.

Offices rename .xls to .xlsx, export web pages as .xls and text as .doc; the first bytes, and for
containers the parts inside, tell the truth.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from core.reading.base.encoding import decode
from core.reading.base.limits import Budget
from core.reading.base.olesafe import SIGNATURE, OleStreams
from core.reading.base.zipsafe import SafeZip


class Kind(Enum):
    """What a file turned out to be. The value is what a clerk calls it."""

    XLSX = "Excel 工作簿"
    XLSB = "Excel 二进制工作簿"
    XLS = "Excel 97-2003 工作簿"
    ODS = "ODS 表格"
    DOCX = "Word 文档"
    DOC = "Word 97-2003 文档"
    ODT = "ODT 文档"
    FLAT_ODF = "ODF 单文件文档"
    EXCEL_XML = "Excel 2003 XML 表格"
    WORD_XML = "Word XML 文档"
    RTF = "RTF 文档"
    HTML = "网页"
    MHT = "网页存档"
    PDF = "PDF 文档"
    OFD = "OFD 版式文件"
    CSV = "CSV 文本"
    TEXT = "纯文本"
    NIANBAO = "本程序的报表文件"
    # What follows cannot be read.
    EMPTY = "空文件"
    ENCRYPTED = "加密文件"
    PICTURE = "图片"
    JSON = "其他程序的 JSON 数据"
    OTHER_XML = "其他程序的 XML 数据"
    SLIDES = "演示文稿"
    ARCHIVE = "压缩包"
    OTHER_OFFICE = "其他办公文档"
    PROGRAM = "程序"
    MEDIA = "音频或视频"
    BINARY = "二进制数据"


_SIGNATURES: Final = (
    (b"\x89PNG", Kind.PICTURE),
    (b"\xff\xd8\xff", Kind.PICTURE),
    (b"GIF8", Kind.PICTURE),
    (b"II*\0", Kind.PICTURE),
    (b"MM\0*", Kind.PICTURE),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"Rar!\x1a", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"ID3", Kind.MEDIA),
    (b"OggS", Kind.MEDIA),
    (b"SQLite format 3\0", Kind.BINARY),
    (b"{\\rtf", Kind.RTF),
    (b"\xef\xbb\xbf{\\rtf", Kind.RTF),
)
_ODF_TYPES: Final = {"spreadsheet": Kind.ODS, "text": Kind.ODT, "presentation": Kind.SLIDES}
_WORD_XML: Final = (
    "http://schemas.microsoft.com/office/2006/xmlpackage",
    "http://schemas.microsoft.com/office/word/2003/wordml",
)
_HEAD_BYTES: Final = 8192
_MARKUP: Final = re.compile(
    r"<\s*(!doctype\s+html|html|head|meta|body|table|tbody|tr|td|div|p|title|style|script|span|font"
    r"|center|h[1-6]|br)\b",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(r"</\s*(td|table|html)\b|<\s*t[dr]\b", re.IGNORECASE)
_MAIL_HEADER: Final = re.compile(
    rb"\A(?:[\x21-\x39\x3b-\x7e]{1,64}:[^\n]*\n(?:[ \t][^\n]*\n)*){1,60}", re.DOTALL
)
_MULTIPART: Final = re.compile(
    rb"^content-type\s*:\s*(multipart/|text/html)", re.IGNORECASE | re.MULTILINE
)
_OWN_FORMAT: Final = re.compile(r'"format"\s*:\s*\d+\s*[,}]')
_OWN_FORM: Final = re.compile(r'"(form|form_id)"\s*:')


#: What the content types say of the part that is the document. A Word document may carry workbooks
#: (every chart is one), whose types are named too, but never as a main part.
_MAIN_PARTS: Final = (
    (b"spreadsheetml.sheet.main", Kind.XLSX),
    (b"spreadsheetml.template.main", Kind.XLSX),
    (b"ms-excel.sheet.macroenabled.main", Kind.XLSX),
    (b"ms-excel.template.macroenabled.main", Kind.XLSX),
    (b"ms-excel.sheet.binary.macroenabled.main", Kind.XLSB),
    (b"wordprocessingml.document.main", Kind.DOCX),
    (b"wordprocessingml.template.main", Kind.DOCX),
    (b"ms-word.document.macroenabled.main", Kind.DOCX),
    (b"ms-word.template.macroenabledtemplate.main", Kind.DOCX),
    (b"presentationml.presentation.main", Kind.SLIDES),
    (b"presentationml.slideshow.main", Kind.SLIDES),
)


def sniff(data: bytes, budget: Budget) -> Kind:
    """What *data* is.

    Raises :class:`NianbaoError` with ``DAMAGED`` or ``TOO_LARGE`` where it is a container that
    cannot be opened.
    """
    if not data.strip(b"\0 \t\r\n"):
        return Kind.EMPTY
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(SafeZip(data, budget))
    if data.startswith(SIGNATURE):
        return _sniff_ole(OleStreams(data, budget))
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if _is_chunked_media(data):
        return Kind.MEDIA if data[4:8] == b"ftyp" and data[8:12] != b"heic" else Kind.PICTURE
    return _sniff_text(data)


def _is_chunked_media(data: bytes) -> bool:
    """Formats whose signature does not stand first: BMP, WebP, HEIC, MP4."""
    bitmap = data.startswith(b"BM") and data[6:10] == b"\0\0\0\0"
    return bitmap or data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _sniff_zip(package: SafeZip) -> Kind:
    if "mimetype" in package:
        return _sniff_odf(package)
    if "[Content_Types].xml" in package:
        types = package.read("[Content_Types].xml").lower()
        for word, kind in _MAIN_PARTS:
            if word in types:
                return kind
    for name, kind in (
        ("xl/workbook.xml", Kind.XLSX),
        ("xl/workbook.bin", Kind.XLSB),
        ("word/document.xml", Kind.DOCX),
        ("ofd.xml", Kind.OFD),
    ):
        if name in package:
            return kind
    return Kind.ARCHIVE


def _sniff_odf(package: SafeZip) -> Kind:
    kind = package.read("mimetype").decode("ascii", "replace")
    manifest = package.read_optional("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest or "encrypted-package" in package:
        return Kind.ENCRYPTED
    for word, found in _ODF_TYPES.items():
        if f"opendocument.{word}" in kind:
            return found
    return Kind.OTHER_OFFICE if "opendocument" in kind else Kind.ARCHIVE


def _sniff_ole(streams: OleStreams) -> Kind:
    if "EncryptedPackage" in streams:
        return Kind.ENCRYPTED
    for name, kind in (
        ("Workbook", Kind.XLS),
        ("Book", Kind.XLS),
        ("WordDocument", Kind.DOC),
        ("PowerPoint Document", Kind.SLIDES),
    ):
        if name in streams:
            return kind
    return Kind.OTHER_OFFICE


def _sniff_text(data: bytes) -> Kind:
    if _is_mail(data):
        return Kind.MHT
    # An even number of bytes, or the last character of UTF-16 is cut in half.
    head = decode(data[:_HEAD_BYTES]).text.lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return _sniff_markup(head)
    if head[:1] in ("{", "["):
        return _sniff_json(head)
    strange = sum(
        (char < " " and char not in "\t\n\r\f\v\x07\x1a") or char == "\ufffd" for char in head
    )
    if strange > len(head) / 20 + 2:
        return Kind.BINARY
    # Pages saved by old systems begin with text or a remark before the first tag.
    if len(_MARKUP.findall(head)) >= 3 and _PAGE.search(head):
        return Kind.HTML
    return Kind.CSV if _is_separated(head) else Kind.TEXT


def _is_mail(data: bytes) -> bool:
    """A web archive is a mail message: header lines first, one of which names the content."""
    header = _MAIL_HEADER.match(data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf\r\n"))
    return header is not None and _MULTIPART.search(header[0]) is not None


def _sniff_markup(head: str) -> Kind:
    start = head.lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start:
        return Kind.EXCEL_XML
    if any(name in start for name in _WORD_XML):
        return Kind.WORD_XML
    if "urn:oasis:names:tc:opendocument:xmlns:office" in start:
        return Kind.FLAT_ODF
    if "<svg" in start and "<html" not in start:
        return Kind.PICTURE
    if _MARKUP.search(head) or start.startswith(("<!--", "<!doctype html")):
        return Kind.HTML
    return Kind.OTHER_XML


def _sniff_json(head: str) -> Kind:
    if not re.match(r'[{\[]\s*(["{\[\]}\d-]|true|false|null)', head):
        return Kind.TEXT
    if head[0] == "{" and _OWN_FORMAT.search(head) and _OWN_FORM.search(head):
        return Kind.NIANBAO
    return Kind.JSON


def _is_separated(head: str) -> bool:
    """Whether most lines have as many commas, semicolons or tabs as each other, and some."""
    lines = [line for line in head.splitlines()[:-1] if line.strip()] or head.splitlines()
    if not lines:
        return False
    for separator in ",\t;":
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count)
        if usual and counts.count(usual) >= 0.6 * len(counts) and len(counts) > 1:
            return True
    return False
