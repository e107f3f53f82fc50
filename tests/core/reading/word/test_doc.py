"""Word 97-2003: real files, and what Word writes that LibreOffice does not, made by hand."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from core.problems import NianbaoError
from core.reading.base.limits import Limits
from core.reading.base.olesafe import OleStreams
from core.reading.base.raw import RawDocument, ReadProblem
from core.reading.word.doc import read_doc, read_word
from tests.core.reading.sample_2018 import FILES, FUZZ, expected, found, right_figures, survives

DATA = (FILES / "2018.doc").read_bytes()
QUIRKS = (FILES / "quirks.doc").read_bytes()
AT_FLAGS, AT_CLX = 0x0A, 0x1A2


class Streams(OleStreams):
    """A container's streams, to be changed by a test before they are read."""

    def __init__(self, data: bytes) -> None:
        ole = OleStreams(data, Limits().start("a.doc"))
        self.parts = {name: ole.read(name) for name in ("WordDocument", "1Table")}

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def read(self, name: str) -> bytes:
        if name not in self.parts:
            raise NianbaoError(ReadProblem.DAMAGED, file="a.doc x", reason=f"缺少 {name}")
        return self.parts[name]

    def patch(self, name: str, at: int, value: bytes) -> None:
        part = self.parts[name]
        self.parts[name] = part[:at] + value + part[at + len(value) :]

    def document(self, limits: Limits | None = None) -> RawDocument:
        return read_word(self, (limits or Limits()).start("a.doc"))

    def pieces(self) -> list[tuple[int, int, int]]:
        """(first character, end, position field) of each piece of an unchanged file."""
        start, _ = struct.unpack_from("<II", self.parts["WordDocument"], AT_CLX)
        table = self.parts["1Table"]
        assert table[start] == 2
        count = (struct.unpack_from("<I", table, start + 1)[0] - 4) // 12
        bounds = struct.unpack_from(f"<{count + 1}I", table, start + 5)
        first = start + 5 + 4 * (count + 1)
        return [
            (bounds[at], bounds[at + 1], struct.unpack_from("<I", table, first + 8 * at + 2)[0])
            for at in range(count)
        ]

    def set_pieces(self, pieces: list[tuple[int, int, int, int]], grpprls: list[bytes]) -> None:
        """Write (first, end, position field, change) pieces at the end of the table stream."""
        plc = struct.pack(f"<{len(pieces) + 1}I", *(piece[0] for piece in pieces), pieces[-1][1])
        plc += b"".join(struct.pack("<HIH", 0, place, change) for _, _, place, change in pieces)
        clx = b"".join(b"\x01" + struct.pack("<H", len(one)) + one for one in grpprls)
        clx += b"\x02" + struct.pack("<I", len(plc)) + plc
        at = len(self.parts["1Table"])
        self.parts["1Table"] += clx
        self.patch("WordDocument", AT_CLX, struct.pack("<II", at, len(clx)))


def read(data: bytes) -> RawDocument:
    return read_doc(data, "a.doc", Limits())


def problem_of(call: Callable[[], object]) -> ReadProblem:
    with pytest.raises(NianbaoError) as caught:
        call()
    assert "a.doc" in str(caught.value)
    assert isinstance(caught.value.problem, ReadProblem)
    return caught.value.problem


# --- real files ---------------------------------------------------------------------------------


def test_the_2018_table_has_all_rows_and_figures() -> None:
    document = read(DATA)
    assert right_figures(document) == 71
    assert len(document.tables) == 1
    rows = found(document.tables[0])[2:]
    merged = document.tables[0].merged
    assert [
        (label, "" if (at, 1) in merged else unit, "" if (at, 2) in merged else figure)
        for at, (label, unit, figure) in enumerate(rows, 2)
    ] == expected()


def test_narrative_and_sign_off_are_text() -> None:
    text = read(DATA).text.split("\n")
    assert text[0] == "通州区政务服务管理办公室"
    assert "（ 2018 年度）" in text
    assert text[-1].startswith("单位负责人：张三")


def test_merged_heading_cells_stand_in_every_column_and_are_listed() -> None:
    table = read(DATA).tables[0]
    assert table.rows[2] == ("一、主动公开情况",) * 3
    assert {(2, 1), (2, 2)} <= table.merged


def test_nested_tables_merged_cells_links_and_rare_characters() -> None:
    document = read(QUIRKS)
    assert [table.rows for table in document.tables] == [
        (
            ("政府信息公开情况统计表",) * 3,
            ("主动公开数", "条", "56"),
            ("其中：规范性文件数\n（含转发）\n第二段", "条", "5"),
            ("外层\n外层之后", "件", "9"),
        ),
        (("内甲", "7"), ("内乙", "8")),
        (("第二张表", "3"),),
    ]
    assert (2, 1) in document.tables[0].merged
    assert document.text == "某区某局的报告𠮷\n中间网址的话\n末尾"


def test_deleted_and_hidden_text_and_footnotes_are_left_out_and_said() -> None:
    document = read(QUIRKS)
    assert "31" not in str(document.tables)
    assert "57" not in str(document.tables)
    assert "88" not in document.text
    assert len(document.remarks) == 3
    assert read(DATA).remarks == ()


# --- fast-saved files and pieces of either width ------------------------------------------------


def test_text_in_many_pieces_is_the_same_text() -> None:
    ole = Streams(DATA)
    cut: list[tuple[int, int, int, int]] = []
    for start, end, place in ole.pieces():
        assert not place & 0x40000000
        for at in range(start, end, 7):
            cut.append((at, min(at + 7, end), place + 2 * (at - start), 0))
    ole.set_pieces(cut, [])
    assert ole.document() == read(DATA)


def test_a_piece_of_single_bytes() -> None:
    ole = Streams(DATA)
    new = "“2018” – 100%\r".encode("cp1252")
    place = len(ole.parts["WordDocument"])
    ole.parts["WordDocument"] += new
    (_, end, old), *rest = ole.pieces()
    moved = [(first + len(new), last + len(new), where, 0) for first, last, where in rest]
    ole.set_pieces(
        [(0, len(new), place * 2 | 0x40000000, 0), (len(new), end + len(new), old, 0), *moved], []
    )
    (count,) = struct.unpack_from("<i", ole.parts["WordDocument"], 0x4C)
    ole.patch("WordDocument", 0x4C, struct.pack("<i", count + len(new)))
    document = ole.document()
    assert document.text.split("\n")[0] == "“2018” – 100%"
    assert right_figures(document) == 71


@pytest.mark.parametrize(
    ("change", "grpprls"),
    [(0x41 << 1 | 1 << 8, []), (0 << 1 | 1, [struct.pack("<HB", 0x0800, 1)])],
    ids=["short", "stored"],
)
def test_a_piece_marked_deleted_is_left_out(change: int, grpprls: list[bytes]) -> None:
    ole = Streams(DATA)
    (start, end, place), *rest = ole.pieces()
    title = "通州区政务服务管理办公室"
    ole.set_pieces(
        [
            (start, len(title), place, change),
            (len(title), end, place + 2 * len(title), 0),
            *((first, last, where, 0) for first, last, where in rest),
        ],
        grpprls,
    )
    document = ole.document()
    assert document.text.startswith("2018年政府信息公开工作年度报告")
    assert len(document.remarks) == 1
    assert right_figures(document) == 71


def test_row_properties_too_large_for_their_page() -> None:
    """Word moves the properties of wide rows to the Data stream and leaves a reference."""
    ole = Streams(DATA)
    ole.parts["Data"] = b"filler"
    at, length = struct.unpack_from("<II", ole.parts["WordDocument"], 0x102)
    plc = ole.parts["1Table"][at : at + length]
    count = (length - 4) // 8
    moved = 0
    for (number,) in struct.iter_unpack("<I", plc[4 * (count + 1) :]):
        moved += _move_row_properties(ole, 512 * number)
    assert moved
    assert ole.document() == read(DATA)


def _move_row_properties(ole: Streams, page: int) -> int:
    moved = 0
    main = ole.parts["WordDocument"]
    runs = main[page + 511]
    offsets = {main[page + 4 * (runs + 1) + 13 * run] for run in range(runs)}
    for offset in offsets - {0}:
        place = page + 2 * offset
        size = 2 * main[place] - 1
        if size < 0:
            place += 1
            size = 2 * main[place]
        properties = main[place + 3 : place + 1 + size]
        if b"\x08\xd6" in properties:
            stored = ole.parts["Data"]
            ole.parts["Data"] = stored + struct.pack("<H", len(properties)) + properties
            ole.patch("WordDocument", place + 3, struct.pack("<HI", 0x6646, len(stored)))
            moved += 1
    return moved


# --- what is refused ----------------------------------------------------------------------------


def test_an_encrypted_document_is_refused() -> None:
    ole = Streams(DATA)
    (flags,) = struct.unpack_from("<H", ole.parts["WordDocument"], AT_FLAGS)
    ole.patch("WordDocument", AT_FLAGS, struct.pack("<H", flags | 0x0100))
    assert problem_of(ole.document) is ReadProblem.ENCRYPTED


def test_word_95_is_refused_by_name() -> None:
    ole = Streams(DATA)
    ole.patch("WordDocument", 0, struct.pack("<HH", 0xA5DC, 104))
    assert problem_of(ole.document) is ReadProblem.UNKNOWN_KIND


def test_a_table_whose_marks_are_lost_is_not_guessed() -> None:
    """Without paragraph properties nobody knows where rows end."""
    ole = Streams(DATA)
    ole.patch("WordDocument", 0x102, bytes(8))
    assert problem_of(ole.document) is ReadProblem.DAMAGED


@pytest.mark.parametrize("size", [0, 7, 511, 512, 3000, 20_000])
def test_a_file_cut_short_is_refused(size: int) -> None:
    assert problem_of(lambda: read(DATA[:size])) is ReadProblem.DAMAGED


@pytest.mark.parametrize(
    "pieces",
    [
        [(0, 10, 0xFFFFFFF, 0)],
        [(0, 0x7FFFFFFF, 0x800, 0)],
        [(0, 10, 0x800, 0), (10, 5, 0x800, 0)],
        [(5, 10, 0x800, 0)],
    ],
)
def test_absurd_pieces_are_refused(pieces: list[tuple[int, int, int, int]]) -> None:
    ole = Streams(DATA)
    ole.set_pieces(pieces, [])
    assert problem_of(ole.document) is ReadProblem.DAMAGED


def test_pieces_that_repeat_the_text_without_end_are_refused() -> None:
    ole = Streams(DATA)
    ole.set_pieces([(at * 20_000, at * 20_000 + 20_000, 0x200, 0) for at in range(9000)], [])
    ole.patch("WordDocument", 0x4C, struct.pack("<i", 9000 * 20_000))
    limits = Limits(max_expanded_bytes=4_000_000)
    assert problem_of(lambda: ole.document(limits)) is ReadProblem.TOO_LARGE


def test_sectors_that_lead_in_a_circle_do_not_hang() -> None:
    """Every entry of the sector table points to sector 0."""
    circled = bytearray(DATA)
    (fat,) = struct.unpack_from("<I", DATA, 76)
    at = 512 * (fat + 1)
    circled[at : at + 512] = bytes(512)
    assert problem_of(lambda: read(bytes(circled))) in (
        ReadProblem.DAMAGED,
        ReadProblem.TOO_LARGE,
        ReadProblem.TOO_SLOW,
    )


@pytest.mark.parametrize("offset", [44, 64, 68, 72, 76, 48, 60])
def test_absurd_numbers_in_the_header_are_refused(offset: int) -> None:
    absurd = DATA[:offset] + b"\xf0\xff\xff\x7f" + DATA[offset + 4 :]
    try:
        read(absurd)
    except NianbaoError as error:
        assert error.problem is ReadProblem.DAMAGED


@pytest.mark.parametrize(("data", "seed"), [(DATA, 97), (QUIRKS, 2003)], ids=["2018", "quirks"])
def test_mutated_documents_are_read_or_refused(data: bytes, seed: int) -> None:
    done, refused = survives(read_doc, data, seed)
    assert done + refused == FUZZ
    assert done
    assert refused


@pytest.mark.parametrize("name", ["WordDocument", "1Table"])
def test_mutated_streams_are_read_or_refused(name: str) -> None:
    """The container is sound here, so that more of the damage reaches the document itself."""

    def read_changed(part: bytes, file: str, limits: Limits) -> RawDocument:
        ole = Streams(QUIRKS)
        ole.parts[name] = part
        return read_word(ole, limits.start(file))

    done, refused = survives(read_changed, Streams(QUIRKS).parts[name], seed=8)
    assert done + refused == FUZZ
