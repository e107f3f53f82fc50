"""Mail messages are taken apart as the standard library takes them apart, without loading it."""

from __future__ import annotations

from email import message_from_bytes
from email.encoders import encode_base64, encode_quopri
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading.markup.mht import Part, parts

PAGE = "<table><tr><td>政府信息公开　数</td><td>１２</td></tr></table>"


def message(pages: list[bytes], encoder: object = encode_base64) -> bytes:
    archive = MIMEMultipart("related", type="text/html")
    for page in pages:
        part = MIMEBase("text", "html", charset="gb18030")
        part.set_payload(page)
        assert callable(encoder)
        encoder(part)
        archive.attach(part)
    return archive.as_bytes(policy=SMTP)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_base64_parts_come_back(pages: list[bytes]) -> None:
    expected = [Part("text/html", "gb18030", page) for page in pages]
    assert list(parts(message(pages))) == expected


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=200))
def test_quoted_printable_is_undone_as_the_standard_library_does(text: str) -> None:
    data = message([text.encode()], encode_quopri)
    theirs = [
        p.get_payload(decode=True) for p in message_from_bytes(data).walk() if not p.is_multipart()
    ]
    assert [part.content for part in parts(data)] == theirs


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_apart_without_complaint(data: bytes) -> None:
    for part in parts(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + data):
        assert isinstance(part.content, bytes)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_folded_headers_quoted_boundaries_and_inner_parts(end: str) -> None:
    lines = [
        "From: <Saved by Blink>",
        "Content-Type: multipart/related;",
        '\ttype="text/html";',
        '\tboundary="----Multipart--x(1)?"',
        "",
        "preamble",
        "------Multipart--x(1)?",
        "Content-Type: multipart/alternative; boundary=in",
        "",
        "--in",
        "CONTENT-TYPE: Text/HTML; Charset=utf-8",
        "",
        PAGE,
        "--in--",
        "------Multipart--x(1)?",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        "",
        "iVBORw==",
        "------Multipart--x(1)?--",
        "epilogue",
    ]
    found = list(parts(end.join(lines).encode()))
    assert found == [
        Part("text/html", "utf-8", PAGE.encode()),
        Part("image/png", None, b"\x89PNG"),
    ]


def test_an_archive_cut_short_gives_what_is_there() -> None:
    cut = message([PAGE.encode(), b"second"]).partition(b"c2Vjb25k")[0]
    assert [part.content for part in parts(cut)] == [PAGE.encode(), b""]


def test_a_message_without_parts_is_one_part() -> None:
    assert list(parts(b"Content-Type: text/html\n\n<p>1")) == [Part("text/html", None, b"<p>1")]


def test_nesting_without_end_is_left_out() -> None:
    data = b"x"
    for level in range(30):
        data = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n%b" % (level, level, data)
    assert list(parts(data)) == []
