"""Proposed file names that Windows takes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.system.filenames import MAX_BYTES, mended

# Written down anew from the rules: a second opinion on what is a device.
DEVICE = re.compile(
    r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?$", re.DOTALL
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("某区某局 2019年度", "某区某局 2019年度"),
        ("教育局/体育局", "教育局／体育局"),
        ('"双公示"专班: 汇总?', "＂双公示＂专班： 汇总？"),
        ("a\\b*c<d>e|f", "a＼b＊c＜d＞e｜f"),
        ("  某局\n办公室\t", "某局 办公室"),
        ("某局　办公室", "某局 办公室"),
        ("某局...", "某局"),
        ("某局. . .", "某局"),
        ("", "报表"),
        (" .. ", "报表"),
        ("\u202e\u200b", "报表"),
        ("invoice\u202efdp", "invoicefdp"),
        ("con", "con_"),
        ("CON.2019", "CON_.2019"),
        ("nul .txt", "nul_.txt"),
        ("COM¹", "COM¹_"),
        ("LPT9", "LPT9_"),
        ("COM10", "COM10"),
        ("console", "console"),
        ("某\ud800局", "某局"),
        (".隐藏", ".隐藏"),
    ],
)
def test_name_is_mended_as_little_as_needed(name: str, expected: str) -> None:
    assert mended(name) == expected


def test_suffix_and_fallback_are_kept() -> None:
    assert mended("某局", ".nianbao") == "某局.nianbao"
    assert mended("/" * 0, ".xlsx", "统计表") == "统计表.xlsx"
    assert mended("局" * 500, ".nianbao").endswith("局.nianbao")


def test_long_name_is_cut_between_characters() -> None:
    assert mended("局" * 100) == "局" * (MAX_BYTES // 3)
    marked = "q\u0323" * 200
    assert mended(marked) == unicodedata.normalize("NFC", "q\u0323" * (MAX_BYTES // 3))


@given(st.text(), st.sampled_from(["", ".nianbao", ".xlsx"]))
def test_every_mended_name_is_a_windows_name(name: str, suffix: str) -> None:
    result = mended(name, suffix)
    stem = result.removesuffix(suffix)
    assert len(result.encode()) <= MAX_BYTES + len("_")
    assert not set(result) & set('\\/:*?"<>|')
    assert stem == stem.strip(" ") and not stem.endswith(".")
    assert all(unicodedata.category(sign) not in ("Cc", "Cs", "Cf") for sign in result)
    assert not DEVICE.match(result)
    assert PureWindowsPath(result).name == result
    assert mended(stem, suffix) == result


@given(st.text(alphabet="conpruxltm123. _", max_size=8))
def test_names_near_the_devices_are_mended_too(name: str) -> None:
    result = mended(name)
    assert not DEVICE.match(result)
    assert mended(result) == result
