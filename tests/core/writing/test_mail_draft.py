"""The mail draft, read by the standard library's own parser: what the clerk meant is what it says."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import NianbaoError
from core.writing.mail_draft import XLSX_TYPE, Attachment, Recipient, draft, recipients_of

SUBJECT = "报送：通州区政务服务管理办公室 2019年度 政府信息公开情况统计表"
NAME = "通州区政务服务管理办公室_2019年度_政府信息公开情况统计表.xlsx"


def parsed(message: bytes) -> EmailMessage:
    read = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    assert not read.defects
    for part in read.walk():
        assert not part.defects
        for name, value in part.items():
            # The name there is for programs that know no better, and outside the standard.
            assert not value.defects or (name == "Content-Type" and "name" in value.params)
    return read


def test_a_draft_says_what_it_was_given() -> None:
    content = bytes(range(256)) * 40
    message = draft(
        SUBJECT,
        "您好：\n附件为统计表。\n\n张三",
        [Attachment(NAME, content)],
        recipients_of("汇总单位 <huizong@example.gov.cn>； bak@example.cn"),
    )
    read = parsed(message)
    assert read["X-Unsent"] == "1"
    assert read["Subject"] == SUBJECT
    assert [(a.display_name, a.addr_spec) for a in read["To"].addresses] == [
        ("汇总单位", "huizong@example.gov.cn"),
        ("", "bak@example.cn"),
    ]
    body = read.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["您好：", "附件为统计表。", "", "张三"]
    (attachment,) = read.iter_attachments()
    assert attachment.get_filename() == NAME
    assert attachment.get_content_type() == XLSX_TYPE
    assert attachment.get_content() == content
    # The name that programs without RFC 2231 look for.
    assert attachment["Content-Type"].params["name"] == NAME


def test_a_draft_without_recipient_has_no_to() -> None:
    read = parsed(draft("报送", "正文"))
    assert read["To"] is None
    assert read["From"] is None


def test_every_line_is_ascii_and_short() -> None:
    message = draft(SUBJECT * 4, "字" * 5000, [Attachment(NAME * 3, b"x" * 999)])
    assert message.isascii()
    # The type of a workbook alone takes 80 characters.
    assert max(map(len, message.split(b"\r\n"))) <= 80
    assert b"\n" not in message.replace(b"\r\n", b"")


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


@given(subject=texts, name=texts, body=texts, content=st.binary(max_size=300))
def test_any_text_arrives_and_begins_no_header(
    subject: str, name: str, body: str, content: bytes
) -> None:
    message = draft(subject, body, [Attachment(name, content)], [Recipient("a@b.cn", name)])
    read = email.message_from_bytes(message, policy=email.policy.compat32)
    assert set(read.keys()) == {"X-Unsent", "MIME-Version", "To", "Subject", "Content-Type"}
    first, second = read.get_payload()
    assert first.get_payload(decode=True).decode() == "\r\n".join(body.splitlines())
    assert second.get_payload(decode=True) == content
    assert set(second.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
    }


@given(name=st.text(st.characters(categories=("L", "N", "P", "So")), min_size=1, max_size=150))
def test_any_visible_file_name_arrives(name: str) -> None:
    read = email.message_from_bytes(
        draft("s", "t", [Attachment(name, b"")]), policy=email.policy.compat32
    )
    assert read.get_payload()[1].get_filename() == name


def test_a_line_break_in_the_subject_begins_no_header() -> None:
    read = parsed(draft("报送\r\nBcc: x@y.cn", "正文", (), [Recipient("a@b.cn", "x\nBcc: q@q.cn")]))
    assert read["Bcc"] is None


@pytest.mark.parametrize(
    "text", ["a@b.cn;", "a@b.cn, ", "a＠b.cn", "a@b.cn\n", " <a@b.cn> ", "、a@b.cn"]
)
def test_an_address_is_taken_as_people_write_it(text: str) -> None:
    assert recipients_of(text) == (Recipient("a@b.cn"),)


@pytest.mark.parametrize("text", ["张三", "a@", "@b.cn", "a b@c.cn", "a@b", "x <y>", "a@b..cn"])
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(NianbaoError, match="不是邮箱地址"):
        recipients_of(f"ok@ok.cn；{text}")


def test_no_recipient_is_allowed() -> None:
    assert recipients_of("  ") == ()
