"""Text against table on the corpus: at least 95 % of the figures tied, no mistake that is called sure."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from core.catalog import Catalog
from core.narrative.agreement import TextFigure
from core.narrative.check import check_figures
from core.narrative.guides import Guides
from core.narrative.ties import TieKind
from core.period import Period
from core.report import Report
from tests.core.narrative.corpus_reader import Expected, Sentence, sentences

CATALOG = Catalog.standard()
GUIDES = Guides.standard(CATALOG)
FORMS = {name: CATALOG.form(name) for name in ("cn-2014-beijing", "cn-2021")}
SENTENCES = list(sentences(FORMS))
FILES = sorted({sentence.file for sentence in SENTENCES})


@cache
def figures_of(sentence: Sentence) -> tuple[tuple[TextFigure, ...], int]:
    """The figures told in a sentence under its heading, and where in that text it begins."""
    report = Report(FORMS[sentence.form], Period(sentence.year))
    report.header["unit_name"] = sentence.office
    head = f"{sentence.heading}\n" if sentence.heading else ""
    figures = check_figures(head + sentence.text, report, GUIDES.guide(report.form))
    return figures, len(head)


def at(expected: Expected, figures: tuple[TextFigure, ...], head: int) -> list[TextFigure]:
    """The tied figures that stand where one is expected."""
    return [
        one
        for one in figures
        if one.told.start - head < expected.end
        and one.told.end - head > expected.start
        and one.kind is not TieKind.NONE
    ]


def is_right(one: TextFigure, expected: Expected) -> bool:
    tie = one.told.tie
    wholes = [set(whole) for whole in (tie.whole, *tie.others)]
    return any(
        one.kind is kind and set(tie.cells) == set(cells) and (not whole or set(whole) in wholes)
        for kind, cells, whole in expected.ties
    )


@pytest.mark.parametrize("file", FILES)
def test_figures_are_tied_and_none_wrongly_for_sure(file: str) -> None:
    count: Counter[str] = Counter()
    wrong: list[str] = []
    for sentence in SENTENCES:
        if sentence.file != file:
            continue
        figures, head = figures_of(sentence)
        met: set[int] = set()
        for expected in sentence.expected:
            found = at(expected, figures, head)
            met.update(one.told.start for one in found)
            count["marked"] += 1
            count["tied"] += any(is_right(one, expected) for one in found)
            wrong += [
                f"{sentence.text}: {one.told.text} {one.cells}"
                for one in found
                if one.sure and not is_right(one, expected)
            ]
        # 全部 and 均 tell no figure of their own and are not marked.
        wrong += [
            f"{sentence.text}: {one.told.text} {one.cells}"
            for one in figures
            if one.sure and not one.told.is_all and one.told.start not in met
        ]
    assert wrong == []
    assert count["tied"] >= 0.95 * count["marked"], count


def test_the_corpus_is_as_large_as_promised() -> None:
    marked = [sentence for sentence in SENTENCES if sentence.expected]
    traps = [sentence for sentence in SENTENCES if not sentence.expected]
    assert len(marked) >= 250
    assert len(traps) >= 150
    first = [sentence for sentence in SENTENCES if sentence.file.endswith("-first")]
    assert len(first) * 2 >= len(SENTENCES)
