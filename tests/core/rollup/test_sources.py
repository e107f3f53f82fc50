"""Folders, archives and mails: names in every encoding, and everything that is no sound file."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.rollup.model import Moment
from core.rollup.sources import zips
from core.rollup.sources.expand import expand
from core.rollup.sources.items import Allowance, Item, stamp
from core.rollup.sources.mails import date_of, decoded_words, read_mail
from core.rollup.sources.walk import walk
from core.storage.filesystem import FileSystem
from core.writing.mail_draft import Attachment, draft
from tests.core.reading.containers import package
from tests.core.rollup.made import gbk_zip
from tests.core.rollup.outlook import message

TABLE = "单位,数\n某局,1\n".encode()


def items(folder: Path, name: str, data: bytes) -> tuple[list[Item], Allowance]:
    path = folder / name
    path.write_bytes(data)
    os.utime(path, (1_546_300_800, 1_546_300_800))
    allowance = Allowance()
    return list(expand(path, name, allowance, FileSystem())), allowance


def raw_zip(name: bytes, data: bytes = TABLE, flags: int = 0, **fields: int) -> bytes:
    """An archive of one stored member, every field of it at hand."""
    crc = zipfile.crc32(data)  # type: ignore[attr-defined]
    method, size = fields.get("method", 0), fields.get("size", len(data))
    head = struct.pack(
        "<HHHHHIIIHH", 20, flags, method, 0x4000, 0x4E27, crc, len(data), size, len(name), 0
    )
    local = b"PK\x03\x04" + head + name + data
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0)
    entry += name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + b"PK\x05\x06" + end


@pytest.mark.parametrize(
    ("name", "flags", "shown"),
    [
        ("某局.csv".encode(), 0x800, "某局.csv"),
        ("某局.csv".encode(), 0, "某局.csv"),
        ("某局.csv".encode("gb18030"), 0, "某局.csv"),
        ("财政局\\报表.csv".encode("gb18030"), 0, "财政局/报表.csv"),
        (b"\x80\xff.csv", 0, "Ç\u00a0.csv"),
    ],
)
def test_names_in_archives(tmp_path: Path, name: bytes, flags: int, shown: str) -> None:
    found, _ = items(tmp_path, "a.zip", raw_zip(name, flags=flags))
    assert [(item.source, item.problem) for item in found] == [(f"a.zip!{shown}", "")]
    assert found[0].data == TABLE


def test_an_archive_in_an_archive_and_no_deeper(tmp_path: Path) -> None:
    inner = package({"c.csv": TABLE})
    middle = package({"内.zip": inner, "b.csv": TABLE})
    found, _ = items(tmp_path, "外.zip", package({"中.zip": middle, "a.csv": TABLE}))
    told = {item.source: item.problem for item in found}
    assert told["外.zip!a.csv"] == told["外.zip!中.zip!b.csv"] == ""
    assert "太多层" in told["外.zip!中.zip!内.zip"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (raw_zip(b"../a.csv"), "以外"),
        (raw_zip(b"C:\\a.csv"), "以外"),
        (raw_zip(b"/etc/a.csv"), "以外"),
        (raw_zip(b"a.csv", flags=1), "密码"),
        (raw_zip(b"a.csv", method=9), "压缩方法"),
        (raw_zip(b"a.csv", method=12), "压缩方法"),
        (raw_zip(b"a.csv", method=8), "损坏"),
        (raw_zip(b"a.csv", size=2**31, method=8), "庞大"),
        (raw_zip(b"a.csv", size=2**31 - 7), "庞大"),
        (package({}), "没有文件"),
        (package({"a.csv": TABLE})[:-30], "损坏"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08", "GZ"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_says_why(tmp_path: Path, data: bytes, word: str) -> None:
    found, _ = items(tmp_path, "坏.zip", data)
    assert len(found) == 1
    if found[0].problem:
        assert word in found[0].problem
    else:
        # Cut short, it no longer looks like an archive; the readers then refuse it.
        assert word == "损坏"


def test_a_hundred_thousand_members_are_not_listed(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    found, _ = items(tmp_path, "many.zip", stream.getvalue())
    assert len(found) == 1
    assert "过多" in found[0].problem


def test_members_together_may_not_unpack_to_more_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowance = Allowance(expanded=len(TABLE) * 2)
    path = tmp_path / "a.zip"
    path.write_bytes(package({f"{n}.csv": TABLE for n in range(4)}))
    found = list(expand(path, "a.zip", allowance, FileSystem()))
    assert [bool(item.problem) for item in found] == [False, False, True, True]


def test_equal_names_are_told_apart_and_junk_is_counted(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for data in (b"1,2\n3,4\n", b"5,6\n7,8\n"):
            with pytest.warns(UserWarning) if data[:1] == b"5" else _calm():
                archive.writestr("a.csv", data)
        archive.writestr("__MACOSX/._a.csv", b"x")
        archive.writestr("~$a.csv", b"x")
    found, allowance = items(tmp_path, "a.zip", stream.getvalue())
    assert [item.source for item in found] == ["a.zip!a.csv", "a.zip!a.csv（第 2 个）"]
    assert allowance.ignored == 2


class _calm:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_gbk_names_of_a_whole_archive(tmp_path: Path) -> None:
    found, _ = items(tmp_path, "a.zip", gbk_zip({"乡镇/某镇.csv": TABLE, "某局.csv": TABLE}))
    assert [item.source for item in found] == ["a.zip!乡镇/某镇.csv", "a.zip!某局.csv"]


# -- mails ------------------------------------------------------------------------------------------


def mail(name: str = "某局报表.csv", *, head: bytes = b"") -> bytes:
    made = draft("报送", "请查收", [Attachment(name, TABLE, "text/csv")])
    sent = b"From: =?gb18030?B?1cXI/Q==?= <zhang@example.cn>\r\nDate: Mon, 7 Jan 2019 14:03:55 +0800\r\n"
    return (head or sent) + made


def test_a_mail_brings_its_attachment_date_and_sender(tmp_path: Path) -> None:
    (item,), _ = items(tmp_path, "信.eml", mail())
    assert item.source == "信.eml!某局报表.csv"
    assert item.data == TABLE
    assert (stamp(item.time), item.moment) == ("2019-01-07T06:03:55", Moment.MAIL)
    assert item.hints[:2] == ("zhang@example.cn", "张三")


@pytest.mark.parametrize(
    "header",
    [
        b'Content-Disposition: attachment; filename="\xc4\xb3\xbe\xd6.csv"',
        b'Content-Disposition: attachment; filename="=?gbk?B?xLO+1i5jc3Y=?="',
        b'Content-Disposition: attachment; filename="=?utf-8?Q?=E6=9F=90=E5=B1=80.csv?="',
        b"Content-Disposition: attachment; filename*=gbk''%C4%B3%BE%D6.csv",
        b"Content-Disposition: attachment; filename*0*=utf-8''%E6%9F%90; filename*1*=%E5%B1%80.csv",
        b'Content-Disposition: attachment; filename*0="\xe6\x9f\x90"; filename*1="\xe5\xb1\x80.csv"',
        b'Content-Type: text/csv; name="=?GB2312?B?xLO+1g==?=\r\n =?GB2312?B?LmNzdg==?="',
    ],
)
def test_names_of_attachments(tmp_path: Path, header: bytes) -> None:
    data = (
        b"From: a@b.cn\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\n"
        + header + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + TABLE + b"\r\n--X--\r\n"
    )  # fmt: skip
    (item,), _ = items(tmp_path, "a.eml", data)
    assert item.name == "某局.csv"


def test_a_mail_in_a_mail_and_an_archive_in_a_mail(tmp_path: Path) -> None:
    inner = package({"表.csv": TABLE})
    forwarded = _with_attachment("某局.zip", inner)
    outer = (
        b"From: b@c.cn\r\nDate: Tue, 8 Jan 2019 00:00:00 +0800\r\n"
        b"Content-Type: multipart/mixed; boundary=Y\r\n\r\n--Y\r\nContent-Type: message/rfc822\r\n\r\n"
        + forwarded + b"\r\n--Y--\r\n"
    )  # fmt: skip
    (item,), _ = items(tmp_path, "转.eml", outer)
    assert item.source.endswith("!某局.zip!表.csv")
    assert item.data == TABLE
    assert item.moment is Moment.MAIL
    assert stamp(item.time) == "2019-01-07T06:03:55"


def _with_attachment(name: str, content: bytes) -> bytes:
    made = draft("报送", "请查收", [Attachment(name, content)])
    return b"From: a@b.cn\r\nDate: Mon, 7 Jan 2019 14:03:55 +0800\r\n" + made


def test_mails_nested_in_mails_end(tmp_path: Path) -> None:
    nested = mail()
    for level in range(30):
        nested = (
            b"From: b@c.cn\r\nDate: Tue, 8 Jan 2019 00:00:00 +0800\r\nContent-Type: multipart/mixed; "
            b"boundary=Z%d\r\n\r\n--Z%d\r\nContent-Type: message/rfc822\r\n\r\n" % (level, level)
            + nested + b"\r\n--Z%d--\r\n" % level
        )  # fmt: skip
    found, _ = items(tmp_path, "a.eml", nested)
    assert len(found) == 1


def test_outlook_messages(tmp_path: Path) -> None:
    sent = datetime(2019, 1, 7, 6, 3, 55, tzinfo=UTC)
    big = TABLE + b"x" * 9000
    data = message("报送", ("zhang@example.cn", "张三"), sent, {"某局.csv": TABLE, "大.csv": big})
    found, _ = items(tmp_path, "信.msg", data)
    assert [item.source for item in found] == ["信.msg!某局.csv", "信.msg!大.csv"]
    assert [item.data for item in found] == [TABLE, big]
    assert {(stamp(item.time), item.moment) for item in found} == {
        ("2019-01-07T06:03:55", Moment.MAIL)
    }
    assert found[0].hints == ("zhang@example.cn", "张三", "报送")


@pytest.mark.parametrize("at", range(0, 12_000, 97))
def test_damaged_mails_never_raise(tmp_path: Path, at: int) -> None:
    sent = datetime(2019, 1, 7, tzinfo=UTC)
    data = bytearray(
        message("报送", ("a@b.cn", "甲"), sent, {"某局.csv": TABLE, "大.csv": bytes(5000)})
    )
    data[at % len(data)] ^= 0xFF
    items(tmp_path, "a.msg", bytes(data))
    items(tmp_path, "b.msg", bytes(data[: at % len(data)]))
    whole = bytearray(mail())
    whole[at % len(whole)] ^= 0x5A
    items(tmp_path, "a.eml", bytes(whole))


def test_dates_and_words() -> None:
    assert stamp(date_of("Tue, 07 Jan 2020 14:03:55 +0800")) == "2020-01-07T06:03:55"
    assert stamp(date_of("7 Jan 2020 14:03 GMT")) == "2020-01-07T14:03:00"
    assert date_of("yesterday") is None
    assert date_of("32 Jan 2020 14:03:00") is None
    assert decoded_words("=?utf-8?B?5p+Q?= =?utf-8?B?5bGA?=") == "某局"
    assert decoded_words("=?utf-8?B?5p8=?= =?utf-8?B?kA==?=") == "某"
    assert read_mail(b"", "a.eml").attachments == ()


# -- folders ----------------------------------------------------------------------------------------


def test_a_folder_is_walked_once_in_order(tmp_path: Path) -> None:
    for name in (
        "乙/丙.csv",
        "甲.csv",
        "乙/Thumbs.db",
        "乙/~$x.xlsx",
        "乙/.DS_Store",
        "乙/深/a.csv",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "乙" / "圈").symlink_to(tmp_path, target_is_directory=True)
    walked = walk(tmp_path)
    assert [found.source for found in walked.files] == ["乙/丙.csv", "乙/深/a.csv", "甲.csv"]
    assert walked.ignored == 3
    assert [source for source, _ in walked.problems] == ["乙/圈"]


def test_what_is_no_file_and_what_has_gone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道")
    walked = walk(tmp_path)
    assert [source for source, _ in walked.problems] == ["管道"]
    (item,) = expand(tmp_path / "没有.csv", "没有.csv", Allowance(), FileSystem())
    assert "不见了" in item.problem


def test_paths_of_many_characters(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(6):
        folder = folder / ("长" * 60)
    folder.mkdir(parents=True)
    (folder / "表.csv").write_bytes(TABLE)
    (found,) = walk(tmp_path).files
    (item,) = expand(tmp_path / found.path, found.source, Allowance(), FileSystem())
    assert item.data == TABLE


def test_a_file_that_is_locked_says_so(tmp_path: Path) -> None:
    class Locked(FileSystem):
        def native(self, path: Path) -> str:
            raise PermissionError(13, "locked")

    (item,) = expand(tmp_path / "a.csv", "a.csv", Allowance(), Locked())
    assert "占用" in item.problem


def test_an_archive_is_read_a_member_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def members(*arguments: object) -> Iterator[Item]:
        for item in zips.members(*arguments):  # type: ignore[arg-type]
            held.append(len(item.data))
            yield item

    monkeypatch.setattr("core.rollup.sources.expand.members", members)
    path = tmp_path / "a.zip"
    path.write_bytes(package({f"{n}.csv": TABLE for n in range(5)}))
    found = expand(path, "a.zip", Allowance(), FileSystem())
    next(found)
    assert len(held) == 1
