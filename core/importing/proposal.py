"""What a file offers as last year's figures, and what a clerk is told about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.checks.checks import CheckSet, Finding
from core.form.form import Form
from core.importing.own_files import ChangedCell
from core.matching.figures import is_mark
from core.matching.groups import passed_over
from core.matching.model import Match, RowMatch
from core.narrative.agreement import TextFigure
from core.narrative.guide import Guide
from core.narrative.text import NO_TEXT, ReportText
from core.period import Period
from core.problems import Problem, Remark
from core.values import NOT_APPLICABLE, CellValue


class BaselineProblem(Problem):
    """Why no figures can be taken from a file."""

    NOTHING_FITS = (
        "文件“{file}”里没有找到与已有表样相符的统计表，请确认选对了文件；"
        "如果表样是单位自制的，请先添加表样。"
    )
    TOO_LARGE = (
        "文件“{file}”里的表过大（超过 {limit} 万格），不像是统计表，没有与表样对照，"
        "请确认选对了文件。"
    )
    NOT_THIS_FORM = "文件“{file}”里没有与“{form}”相同的指标，没有可以导入的内容，请确认选对了文件。"
    OTHER_FORM = (
        "文件“{file}”是“{other}”，与“{form}”没有相同的指标，没有可以导入的内容，请确认选对了文件。"
    )
    NO_PERIOD = "文件“{file}”里没有找到年度，不能确定是哪一年的数，请指明年度后再导入。"


class BaselineRemark(Problem):
    """What a clerk is told about a proposal as a whole."""

    SAID_BY_READER = "{sentence}"
    CHANGED = "“{file}”在导出后被改动：{change}。"
    PASSED_OVER = "文件中有 {count} 个表过大或过多，没有与表样对照：{names}。"
    CHOICE = "文件中有不止一份表或一列数字可以导入，现按{label}读取，请核对，也可以另选。"
    UNSURE = "有 {count} 处数字需要核对：{names}。"
    UNMATCHED = "文件中有 {count} 处数字在表样中没有对应的格，没有读取：{names}。"
    YEAR_FROM_NAME = "文件内没有找到年度，按文件名取为 {year} 年，请核对。"
    PART = "文件写的是“{part}”，不是全年的数，请核对。"
    NO_YEAR = "文件内没有找到年度，请核对是哪一年的数。"
    BLANKS = "合计已填而明细空白的有 {count} 格，没有按 0 读取。"
    MARKS = "文件中写作“{marks}”而没有写数字的有 {count} 格，没有按 0 读取。"
    AS_ZERO = "按您的选择，{count} 个空白的明细格按 0 计（其中的小计按明细相加）。"
    MARKS_AS_ZERO = "按您的选择，写作“{marks}”的 {count} 格按 0 计。"
    SHOWN = "按您的选择，{count} 格取文件中现在的数，其余取导出时的数。"
    CONVERTED = "文件是“{other}”的报表，只读取了与“{form}”含义相同的指标。"
    NARRATIVE = "{message}"
    FINDING = "文件自身的数字不平：{message}"


def said_by_reader(sentences: Sequence[str]) -> tuple[Remark, ...]:
    """What a reader has said of a file, as remarks."""
    return tuple(BaselineRemark.SAID_BY_READER.remark(sentence=text) for text in sentences)


class BaselineWarning(Problem):
    """What should be agreed to before a proposal becomes a report's baseline."""

    WRONG_PERIOD = (
        "文件是{found}的，本报表的{word}应为{wanted}；导入后只作为历年数保留，不作{word}数对照。"
        "如果文件的年度写错了，请先改正年度。"
    )
    NO_PERIOD = "文件里没有找到年度，导入后将作为{wanted}的数，请确认。"
    NO_PART = "文件是 {year} 年的，没有写明是哪个{kind}，导入后将作为{wanted}的数，请确认。"
    EARLIER = "文件是{found}的，将作为历年数保留，不作{word}数对照。"
    SAME_PERIOD = "文件是{found}的，与本报表是同一期，不能作{word}数对照，请确认是否选对了文件。"
    OTHER_OFFICE = "文件的填报单位是“{found}”，本报表是“{wanted}”，请确认是不是同一个单位。"
    OTHER_FORM = "文件用的是“{found}”，本报表用的是“{wanted}”，只有含义相同的指标会导入，请确认。"


@dataclass(frozen=True)
class Proposal:
    """What a file offers as figures of a form.

    ``values`` holds numbers and 不适用 by cell; ``missing`` all cells without either, whether
    their row is missing or their place is blank. ``match`` says where each figure stands in the
    file; ``None`` for this program's own files, which are read exactly. ``period`` is ``None``
    where the file does not tell; ``year`` may be known all the same (a quarterly form).
    ``recognised`` is the form that the file itself is filled in on, as far as that is known.
    ``findings``: where the file's own figures do not add up. ``blank_details``: blank parts of
    totals that are filled. ``marked``: cells where the file has a dash, 无 or the like in place of
    a number, with that mark. ``contradicted``: figures of the running text that surely speak of the
    table and say something else (by ``guide``). ``text``: the text of this program's own file.
    ``changed``: cells of its own workbook that were changed after it was exported; ``values`` are as exported.
    ``notes``: what was noticed while reading, and what the clerk has answered since.
    """

    form_id: str
    period: Period | None
    year: int | None
    unit_name: str
    header: Mapping[str, str]
    values: Mapping[str, CellValue]
    missing: tuple[str, ...]
    confidence: float
    source: str
    digest: str
    checks: CheckSet = field(repr=False)
    match: Match | None = field(default=None, repr=False)
    recognised: Form | None = field(default=None, repr=False)
    notes: tuple[Remark, ...] = ()
    findings: tuple[Finding, ...] = ()
    blank_details: tuple[str, ...] = ()
    marked: Mapping[str, str] = field(default_factory=dict[str, str])
    contradicted: tuple[TextFigure, ...] = ()
    guide: Guide | None = field(default=None, repr=False)
    text: ReportText = NO_TEXT
    changed: tuple[ChangedCell, ...] = ()

    @property
    def form(self) -> Form:
        """The form whose cells ``values`` speaks of."""
        return self.checks.form

    @property
    def not_applicable(self) -> tuple[str, ...]:
        """The cells that say 不适用."""
        return tuple(key for key, value in self.values.items() if value is NOT_APPLICABLE)

    @property
    def doubted(self) -> dict[str, str]:
        """The cells whose figure, or whose place in the file, somebody should look at, and why."""
        rows = self.match.unsure if self.match is not None else []
        found = {row.key: row.remark for row in rows if row.key is not None}
        return found | {cell.key: str(cell) for cell in self.changed}

    @property
    def marks(self) -> str:
        """The marks that stand in place of numbers, each once, as a sentence quotes them."""
        return "”“".join(dict.fromkeys(self.marked.values()))

    @property
    def unmatched(self) -> tuple[RowMatch, ...]:
        """The file's figures that fit no cell."""
        return self.match.unmatched if self.match is not None else ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """All that a clerk is told about the proposal as a whole."""
        return (
            *self.notes,
            *(
                _CHANGED(file=self.source, change=cell)._replace(cell=cell.key)
                for cell in self.changed
            ),
            *_of_match(self.match),
            *self._of_blanks(),
            *(
                _FINDING(message=found.message)._replace(cell=found.at[0])
                for found in self.findings
            ),
            *_of_text(self.contradicted),
        )

    def _of_blanks(self) -> Iterator[Remark]:
        if self.blank_details:
            yield BaselineRemark.BLANKS.remark(count=len(self.blank_details))
        if self.marked:
            yield BaselineRemark.MARKS.remark(marks=self.marks, count=len(self.marked))


def is_marked(place: RowMatch) -> bool:
    """Whether a mark stands where the form wants a number."""
    return place.value is None and is_mark(place.figure)


_CHANGED = BaselineRemark.CHANGED.remark
_FINDING = BaselineRemark.FINDING.remark


def _of_match(found: Match | None) -> Iterator[Remark]:
    if found is None:
        return
    tables = found.document.tables
    large = [tables[at].name or f"第 {at + 1} 个表" for at in passed_over(found.document)]
    if large:
        yield BaselineRemark.PASSED_OVER.remark(count=len(large), names=_listed(large))
    if found.needs_choice:
        taken = next((c.label for c in found.choices if c.id == found.choice), "")
        yield BaselineRemark.CHOICE.remark(label=taken)
    unsure = [
        found.form.cell_name(row.key)
        for row in found.unsure
        if row.key is not None and not is_marked(row)
    ]
    if unsure:
        yield BaselineRemark.UNSURE.remark(count=len(unsure), names=_listed(unsure))
    strange = ["".join(row.label.split()) or "（无名称）" for row in found.unmatched]
    if strange:
        names = _listed(list(dict.fromkeys(strange)))
        yield BaselineRemark.UNMATCHED.remark(count=len(strange), names=names)


def _of_text(contradicted: Sequence[TextFigure]) -> Iterator[Remark]:
    for figure in contradicted:
        remark = BaselineRemark.NARRATIVE.remark(message=figure.message)
        yield remark._replace(cell=figure.cells[0])


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(f"“{name}”" for name in names[:5])
    return f"{shown}等" if len(names) > 5 else shown
