"""The long tables of OUT.xlsx: by unit, by group, what was found, what is missing, how it was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.checks.checks import CheckSet
from core.rollup.comparing import Rise, ranked_changes
from core.rollup.kept import Chased
from core.rollup.model import STATE_NAMES, Moment, Reading, Seal, UnitState, figures_in
from core.rollup.output.book import MAX_COLUMNS, MAX_ROWS, Column, LongTable
from core.rollup.reading import shown_changes
from core.rollup.result import Result
from core.rollup.settling import UnitResult
from core.rollup.sums import Sums
from core.values import CellValue, format_value

Row = Sequence[CellValue | str]

_UNIT_COLUMNS: Final = (
    Column(("序号",), 6, is_figure=True),
    Column(("单位",), 28),
    Column(("代码",), 12),
    Column(("组别",), 14),
    Column(("层级",), 8),
    Column(("状态",), 9),
)
_SEALS: Final = {
    Seal.WHOLE: "封印完好", Seal.CHANGED: "导出后被改动", Seal.BROKEN: "封印损坏", Seal.NONE: "",
}  # fmt: skip
_MOMENTS: Final = {Moment.MAIL: "邮件", Moment.EXPORT: "导出", Moment.FILE: "文件"}
#: Further changes are in the units' own reports.
_MOST_CHANGES: Final = 2_000


def tables(result: Result) -> Iterator[LongTable]:
    """All long tables in their order."""
    yield _by_group(result)
    yield from _by_unit(result)
    yield _findings(result)
    yield _missing(result)
    yield _several(result)
    yield _to_confirm(result)
    changes = ranked_changes(result)
    if changes:
        yield _changes(result, changes)
    yield _read(result)


def _by_group(result: Result) -> LongTable:
    totals, form = result.totals, result.form
    groups = list(totals.groups.items())[: MAX_COLUMNS - 20]
    columns = [
        Column(("代码",), 14),
        Column(("指标",), 44),
        Column(("单位",), 7),
        Column(("本行政区域合计",), 14, is_figure=True),
        Column(("本级合计",), 14, is_figure=True),
        *(Column((name,), 14, is_figure=True) for name, _ in groups),
        Column(("填报单位数",), 11, is_figure=True),
        Column(("未填单位数",), 11, is_figure=True),
        Column(("不适用单位数",), 12, is_figure=True),
        Column(("说明",), 20),
    ]

    def rows() -> Iterator[Row]:
        for key, cell in form.cells.items():
            whole = totals.whole.cells[key]
            yield [
                key,
                form.cell_name(key),
                cell.unit.name,
                whole.value,
                totals.own.cells[key].value,
                *(sums.cells[key].value for _, sums in groups),
                whole.given,
                whole.blank,
                whole.not_applicable,
                _blank_note(totals.whole, key),
            ]

    count = totals.whole.units
    title = f"分组汇总（{result.period.label}，{count} 个单位相加）"
    return LongTable("分组汇总", title, columns, rows(), len(form.cells), fixed=2)


def _blank_note(sums: Sums, key: str) -> str:
    blank = sums.cells[key].blank
    return f"{blank} 个单位未填" if blank else ""


def _by_unit(result: Result) -> Iterator[LongTable]:
    """One row a unit, one column a cell; over 16,384 columns go on in a further sheet."""
    form = result.form
    keys = list(form.cells)
    room = MAX_COLUMNS - len(_UNIT_COLUMNS) - 1
    for number, at in enumerate(range(0, len(keys), room)):
        some = keys[at : at + room]
        heads = [
            Column(
                (key, f"{form.cell_name(key)}（{form.cells[key].unit.name}）"), 11, is_figure=True
            )
            for key in some
        ]

        def rows(at: int = at, some: list[str] = some) -> Iterator[Row]:
            for line, unit in enumerate(result.units[: MAX_ROWS - 5], start=1):
                blank: list[CellValue] = [None] * len(some)
                figures = blank
                if unit.taken is not None and unit.taken.figures:
                    values = figures_in(form, unit.taken.figures)
                    figures = [values.get(key) for key in some]
                source = unit.taken.source if unit.taken is not None else ""
                yield [*_unit_cells(line, unit), *figures, source]

        name = "分单位" if len(keys) <= room else f"分单位 {number + 1}"
        title = f"分单位（{result.period.label}；需确认的单位列出数字，但没有相加）"
        columns = [*_UNIT_COLUMNS, *heads, Column(("来源",), 36)]
        yield LongTable(name, title, columns, rows(), len(result.units), fixed=2)


def _unit_cells(line: int, unit: UnitResult) -> list[CellValue | str]:
    one = unit.unit
    return [line, one.name, one.code, one.group, one.level, STATE_NAMES[unit.state]]


def _findings(result: Result) -> LongTable:
    rows: list[Row] = []
    for one in result.findings:
        rows.append(["（汇总数）", "", one.standing.words, one.message, ""])
    for unit in result.units:
        rows += _findings_on(result, unit)
    columns = [
        Column(("单位",), 28),
        Column(("组别",), 14),
        Column(("类别",), 12),
        Column(("审核结果",), 80),
        Column(("单位的说明",), 40),
    ]
    return LongTable("审核情况", "审核情况", columns, rows, len(rows), fixed=1)


def _findings_on(result: Result, unit: UnitResult) -> Iterator[Row]:
    taken, name, group = unit.taken, unit.unit.name, unit.unit.group
    if taken is None:
        return
    texts = {one.check: one.text for one in taken.explanations}
    for one in result.findings_on(unit):
        text = texts.get(one.check, "")
        if text and not one.explained:
            text += "（数字已变，需再次确认）"
        yield [name, group, one.standing.words, one.message, text]
    for change in shown_changes(taken, result.checks):
        yield [name, group, "导出后被改动", f"{change}；汇总用导出时的数。", ""]
    if taken.blank:
        keys = list(_blank_cells(result.checks, taken))
        names = "、".join(result.form.cell_name(key) for key in keys[:10])
        names += "等" if len(keys) > 10 else ""
        yield [name, group, "未填", f"有 {taken.blank} 格未填：{names}。", ""]


def _blank_cells(checks: CheckSet, reading: Reading) -> Iterator[str]:
    for key, text in zip(checks.form.cells, reading.figures.split(","), strict=False):
        if not text:
            yield key


def _missing(result: Result) -> LongTable:
    units = [unit for unit in result.units if unit.state is UnitState.MISSING]
    wrong: dict[str, list[str]] = {}
    for reading in (*result.settled.wrong_period, *result.settled.wrong_form):
        why = f"{reading.source}（{_wrong(result, reading)}）"
        wrong.setdefault(reading.unit_name, []).append(why)

    def rows() -> Iterator[Row]:
        for line, unit in enumerate(units, start=1):
            one, chased = unit.unit, result.chased.get(unit.unit.name, Chased())
            note = "；".join(wrong.get(one.name, ()))
            yield [
                line, one.name, one.code, one.group, one.level, one.due, one.contact, one.phone,
                one.mail, chased.reminded, note,
            ]  # fmt: skip

    columns = [
        *_UNIT_COLUMNS[:5], Column(("截止日期",), 12), Column(("联系人",), 10),
        Column(("电话",), 16), Column(("邮箱",), 24), Column(("催报日期",), 12),
        Column(("报来的其他文件",), 40),
    ]  # fmt: skip
    return LongTable(
        "未报送", f"未报送的单位（{len(units)} 个）", columns, rows(), len(units), fixed=2
    )


def _wrong(result: Result, reading: Reading) -> str:
    if reading.form != result.form.id:
        return f"表样是 {reading.form}"
    return f"报告期是 {reading.period}"


def _several(result: Result) -> LongTable:
    rows: list[Row] = []
    for unit in result.duplicates:
        taken = unit.taken
        assert taken is not None
        for reading in sorted((taken, *unit.others), key=lambda one: one.source):
            is_taken = reading is taken
            rows.append(
                [
                    unit.unit.name, "采用" if is_taken else "未采用", reading.source,
                    _time(reading), "" if is_taken else _what_differs(result, reading, taken),
                ]
            )  # fmt: skip
    columns = [
        Column(("单位",), 28), Column(("取舍",), 9), Column(("来源",), 48), Column(("时间",), 26),
        Column(("与采用的一份相比",), 70),
    ]  # fmt: skip
    count = len(result.duplicates)
    return LongTable("重复", f"有几份报表的单位（{count} 个）", columns, rows, len(rows), fixed=1)


def what_differs(result: Result, other: Reading, taken: Reading) -> list[str]:
    """Each figure in which two reports of a unit differ, *other*'s first."""
    one, two = figures_in(result.form, other.figures), figures_in(result.form, taken.figures)
    return [
        f"{result.form.cell_name(key)} {format_value(one.get(key)) or '空白'}"
        f" → {format_value(two.get(key)) or '空白'}"
        for key in result.form.cells
        if one.get(key) != two.get(key)
    ]


def _what_differs(result: Result, other: Reading, taken: Reading) -> str:
    if other.sha256 == taken.sha256:
        return "内容完全相同"
    changes = what_differs(result, other, taken)
    if not changes:
        return "数字相同"
    more = f"等 {len(changes)} 处" if len(changes) > 10 else ""
    return f"{'；'.join(changes[:10])}{more}"


def _to_confirm(result: Result) -> LongTable:
    rows: list[Row] = [
        [reading.source, unit, reading.unit_name, reason]
        for reading, unit, reason in result.to_confirm
    ]
    rows += [
        [reading.source, "", reading.unit_name, "名单中没有这个单位"]
        for reading in result.settled.unknown
    ]
    columns = [
        Column(("来源",), 48), Column(("可能的单位",), 28), Column(("文件里写的单位",), 28),
        Column(("原因",), 70),
    ]  # fmt: skip
    title = f"需确认的报表（{len(rows)} 份，没有相加）"
    return LongTable("需确认", title, columns, rows, len(rows), fixed=1)


def _changes(result: Result, changes: Sequence[Rise]) -> LongTable:
    shown = changes[:_MOST_CHANGES]

    def rows() -> Iterator[Row]:
        for line, rise in enumerate(shown, start=1):
            name = rise.unit.name if rise.unit is not None else "（合计）"
            share = ""
            if rise.last:
                share = f"{rise.difference * 100 / rise.last:+.0f}%"
            cell = result.form.cell_name(rise.key)
            yield [line, name, cell, rise.last, rise.now, rise.difference, share]

    word = result.form.period_word
    columns = [
        Column(("序号",), 6, is_figure=True), Column(("单位",), 28), Column(("指标",), 44),
        Column((word,), 12, is_figure=True), Column(("本期",), 12, is_figure=True),
        Column(("增减",), 12, is_figure=True), Column(("增减幅度",), 10),
    ]  # fmt: skip
    title = f"与{word}相比变动最大的 {len(shown)} 处（共 {len(changes)} 处）"
    return LongTable("变动", title, columns, rows(), len(shown), fixed=2)


def _read(result: Result) -> LongTable:
    rows: list[Row] = []
    for reading, unit, outcome in _outcomes(result):
        note = "；".join((*reading.doubts, *reading.remarks)) or reading.problem
        rows.append(
            [
                reading.source, outcome, unit, reading.unit_name, reading.period, reading.kind,
                _SEALS[reading.seal], _time(reading), note,
            ]
        )  # fmt: skip
    columns = [
        Column(("来源",), 48), Column(("结果",), 12), Column(("计入单位",), 26),
        Column(("文件里写的单位",), 26), Column(("报告期",), 10), Column(("读法",), 10),
        Column(("封印",), 13), Column(("时间",), 26), Column(("说明",), 80),
    ]  # fmt: skip
    rows.sort(key=lambda row: str(row[0]))
    title = f"读取情况（{len(rows)} 份；另有 {result.ignored} 个系统文件没有读）"
    return LongTable("读取情况", title, columns, rows, len(rows), fixed=1)


def _outcomes(result: Result) -> Iterator[tuple[Reading, str, str]]:
    """Every report with the unit that it counts for and what became of it."""
    settled = result.settled
    for unit in result.units:
        name = unit.unit.name
        if unit.taken is not None:
            yield unit.taken, name, "已相加" if unit.counts else "需确认"
        for reading in unit.others:
            yield reading, name, "重复，未采用"
        for one in unit.unsure:
            if one.reading is not unit.taken:
                yield one.reading, "", "需确认"
    for readings, outcome in (
        (settled.unreadable, "读不了"),
        (settled.unknown, "单位不明"),
        (settled.wrong_period, "报告期不符"),
        (settled.wrong_form, "表样不符"),
        (settled.left_out, "不计入"),
        (settled.office, "汇总单位自报"),
    ):
        for reading in readings:
            yield reading, "", outcome


def _time(reading: Reading) -> str:
    if not reading.time:
        return ""
    return f"{reading.time[:19].replace('T', ' ')} UTC（{_MOMENTS[reading.moment]}）"
