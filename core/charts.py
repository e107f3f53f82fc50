"""What there is to draw of a report: figures against last year, what totals are made of, years.

Nothing here knows a form. What adds up to what is taken from the form's own checks
(``[3.1] = sum([3.1.*])``), the rest from the tree of its rows; so a form that an office wrote
itself has its charts as well. Drawing them is the window's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Final

from core.checks.binding import BoundCheck
from core.checks.checks import CheckSet
from core.checks.terms import CellTerm, addends
from core.form.form import Form, Level, Row, Section, Table
from core.period import Period, PeriodKind
from core.report import Report
from core.values import NOT_APPLICABLE, CellValue, Number

#: A chart of more bars is no picture any more, and takes seconds to lay out.
MOST_BARS: Final = 60
#: So many indicators are named in a sentence under a chart.
MOST_NAMED: Final = 20


@dataclass(frozen=True)
class Bar:
    """A labelled group of figures, one for each of the chart's series; ``None`` where none is known."""

    label: str
    figures: tuple[Number | None, ...]
    unit: str = ""

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to see of it: every figure is known to be 0."""
        return all(figure is not None and not figure for figure in self.figures)

    @property
    def largest(self) -> Number:
        """Its longest bar; 0 where no figure is known."""
        return max((figure for figure in self.figures if figure is not None), default=0)


@dataclass(frozen=True)
class Panel:
    """Bars on one scale, since they count the same: lengths of 条 and 万元 cannot be compared."""

    unit: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """A chart's data. ``series`` names the periods, this report's first.

    ``section`` is the part of the form it belongs to, empty for the whole. ``unit`` is empty where
    the bars have different ones. ``years``: the bars are periods, in their order. ``both_periods``
    is how a sentence calls the two periods compared (两年), empty where there is only one.
    """

    id: str
    title: str
    section: str
    unit: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    years: bool = False
    both_periods: str = ""

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """The bars to draw, those of a unit together; without those that :attr:`remarks` tell of."""
        groups: dict[str, list[Bar]] = {}
        for bar in self._drawn:
            groups.setdefault(bar.unit, []).append(bar)
        return tuple(Panel(unit, tuple(bars)) for unit, bars in groups.items())

    @cached_property
    def zeros(self) -> tuple[Bar, ...]:
        """Bars of nothing but 0, which are told in a line; none where that saves nothing."""
        found = () if self.years else tuple(bar for bar in self.bars if bar.is_zero)
        return found if len(found) > 1 else ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not drawn: ``其余 2 项两年均为 0：…``; none where everything is."""
        said: list[str] = []
        rest = "其余" if len(self.zeros) < len(self.bars) else "这里的"
        if self.zeros:
            names = "、".join(bar.label for bar in self.zeros[:MOST_NAMED])
            more = "等" if len(self.zeros) > MOST_NAMED else ""
            said.append(f"{rest} {len(self.zeros)} 项{self.both_periods}均为 0：{names}{more}")
        left_out = len(self.bars) - len(self.zeros) - len(self._drawn)
        if left_out:
            said.append(f"只画出较大的 {MOST_BARS} 项，另有 {left_out} 项可用“复制数据”取得")
        return tuple(said)

    @cached_property
    def _drawn(self) -> tuple[Bar, ...]:
        """Of very many bars the largest, in their order: more than that nobody reads."""
        bars = self.bars if not self.zeros else tuple(b for b in self.bars if not b.is_zero)
        if self.years or len(bars) <= MOST_BARS:
            return bars
        largest = set(sorted(range(len(bars)), key=lambda at: -bars[at].largest)[:MOST_BARS])
        return tuple(bar for at, bar in enumerate(bars) if at in largest)

    def name_of(self, bar: Bar) -> str:
        """The bar's label, with its unit where the chart has several."""
        return bar.label if self.unit or not bar.unit else f"{bar.label}（{bar.unit}）"


@dataclass(frozen=True)
class _Outline:
    """A chart before figures: each bar's label and the cells that make it up."""

    id: str
    title: str
    section: str
    bars: tuple[tuple[str, tuple[str, ...]], ...]


class Charts:
    """The charts of a form, for any report on it. Made once for a form."""

    def __init__(self, checks: CheckSet) -> None:
        self._form: Form = checks.form
        self._sums = _sums(checks.bound)
        #: Row → the cell that is the sum of its other cells.
        self._totals = {
            self._form.cells[key].row.code: key
            for key, parts in self._sums.items()
            if self._is_across(key, parts)
        }

    def of(self, report: Report) -> tuple[Chart, ...]:
        """The charts of *report*, those that say most first."""
        values: list[Mapping[str, CellValue]] = [report.values]
        series = [report.period.label]
        baseline = report.baseline
        if baseline is not None:
            values.append(baseline.values)
            series.append(f"{baseline.period.label}（{self._form.period_word}）")
        charts = [self._filled(outline, series, values) for outline in self._outlines]
        years = list(self._years(report))
        return (*charts[:1], *years, *charts[1:])

    # -- what there is ------------------------------------------------------------------------

    @cached_property
    def _outlines(self) -> tuple[_Outline, ...]:
        found = [_Outline("overview", "各部分主要指标", "", self._overview)]
        for section in self._form.sections:
            found += self._of_section(section)
        # A chart of one bar compares nothing, and one of the same cells says nothing new.
        seen: set[frozenset[tuple[str, ...]]] = set()
        kept: list[_Outline] = []
        for outline in found:
            cells = frozenset(keys for _, keys in outline.bars)
            if len(cells) > 1 and cells not in seen:
                seen.add(cells)
                kept.append(outline)
        return tuple(kept)

    @cached_property
    def _overview(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The leading figure of every top row."""
        tops = (row for table in self._form.tables for row in table.children.get(None, ()))
        leading = (self._leading(row, or_first=True) for row in tops)
        return tuple(bar for bar in leading if bar is not None)

    def _of_section(self, section: Section) -> Iterator[_Outline]:
        table = self._form.table(section.table)
        tops = [self._form.rows[section.code]] if section.code in self._form.rows else None
        rows: Sequence[Row] = tops or table.children.get(None, ())
        if tops and not tops[0].columns:
            rows = table.children.get(section.code, ())
        bars = tuple(bar for row in rows if (bar := self._leading(row)) is not None)
        title = f"{section.title}：主要指标"
        yield _Outline(f"section {section.code}", title, section.title, bars)
        for row in table.rows if tops is None else _with_those_under(table, tops[0]):
            yield from self._of_row(row, section.title)

    def _of_row(self, row: Row, section: str) -> Iterator[_Outline]:
        """What the row is made of: by the rows under it, and by its columns."""
        addends = self._parts(row)
        parts = self._grouped(row, addends)
        if parts:
            owner = self._owner(row, addends)
            yield _Outline(f"parts {row.code}", f"{owner.label}：构成", section, parts)
        elif self._is_breakdown(row):
            children = self._form.table_of(row).children[row.code]
            cells = [cell for child in children if (cell := self._own(child)) is not None]
            bars = tuple((self._name(cell), (cell,)) for cell in cells)
            yield _Outline(f"rows {row.code}", f"{row.label}：明细", section, bars)
        total = self._totals.get(row.code)
        if total is not None and total not in self._added:
            table = self._form.table_of(row)
            bars = tuple(
                (self._form.cells[cell].column.label, (cell,)) for cell in self._across[row.code]
            )
            by = table.columns_heading or "各栏"
            yield _Outline(f"columns {row.code}", f"{row.label}：{by}", section, bars)

    # -- which cell stands for a row ----------------------------------------------------------

    @cached_property
    def _across(self) -> Mapping[str, tuple[str, ...]]:
        """Row with a total column → the cells that the total adds up."""
        return {code: self._sums[key] for code, key in self._totals.items()}

    @cached_property
    def _columns_only(self) -> frozenset[str]:
        """The totals of rows; what they are made of downwards another check says."""
        return frozenset(self._totals.values())

    def _own(self, row: Row) -> str | None:
        """The row's total, else its first cell; ``None`` for a heading."""
        keys = self._form.row_cells(row)
        return self._totals.get(row.code) or next(iter(keys), None)

    def _leading(self, row: Row, *, or_first: bool = False) -> tuple[str, tuple[str, ...]] | None:
        """A bar for the row: its own figure, else the total of most that stands under it.

        With *or_first* a heading without such a total is stood for by the first figure under it.
        """
        own = self._own(row)
        if own is not None:
            return self._name(own), (own,)
        under = [r for r in self._form.table_of(row).rows if self._is_under(r, row) and r.columns]
        for candidate in under:
            key = self._own(candidate)
            if key is not None and self._is_total_of(candidate, under):
                return row.label, (key,)
        first = self._own(under[0]) if under and or_first else None
        return (self._name(first), (first,)) if first is not None else None

    def _parts(self, row: Row) -> tuple[str, ...]:
        """The cells under or beside the row that its figure has to be the sum of."""
        key = self._own(row)
        if key is None:
            return ()
        return self._column_sum(row) if key in self._columns_only else self._sums.get(key, ())

    def _is_total_of(self, row: Row, rows: Sequence[Row]) -> bool:
        """Whether the row's figure adds up more than half of *rows*."""
        added = {self._form.cells[part].row.code for part in self._parts(row)}
        return 2 * len(added & {other.code for other in rows}) > len(rows)

    def _column_sum(self, row: Row) -> tuple[str, ...]:
        """The cells that add up to the row's total going down its column."""
        total = self._totals.get(row.code)
        if total is None:
            return ()
        column = self._form.cells[total].column
        # The check stands for each column; the total column's own may have given way to the sum
        # across, so it is taken over from a column that has only the one downwards.
        for key in self._across[row.code]:
            down = self._sums.get(key)
            if down is not None:
                table = self._form.table_of(row)
                rows = (self._form.cells[part].row for part in down)
                return tuple(table.key(part, column) for part in rows if column in part.columns)
        return ()

    @cached_property
    def _added(self) -> frozenset[str]:
        """Every cell that is part of a total going down."""
        added: set[str] = set()
        for row in self._form.rows.values():
            added.update(self._column_sum(row))
        for key, parts in self._sums.items():
            if key not in self._columns_only:
                added.update(parts)
        return frozenset(added)

    def _grouped(self, row: Row, addends: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The parts as bars; those under one heading together, where there are other parts too."""
        if not addends:
            return ()
        owner = self._owner(row, addends)
        groups: dict[str, list[str]] = {}
        for key in addends:
            part = self._form.cells[key].row
            while part.parent is not None and part.parent != owner.code:
                part = self._form.rows[part.parent]
            groups.setdefault(part.code, []).append(key)
        if len(groups) < 2:
            return tuple((self._name(key), (key,)) for key in addends)
        return tuple((self._form.rows[code].label, tuple(keys)) for code, keys in groups.items())

    def _owner(self, row: Row, addends: Sequence[str]) -> Row:
        """The row whose parts these are: the heading over all of them, where the total is one too."""
        parent = self._form.rows[row.parent] if row.parent is not None else None
        rows = [self._form.cells[key].row for key in addends]
        if parent is not None and not parent.columns:
            under_row = all(self._is_under(part, row) for part in rows)
            if not under_row and all(self._is_under(part, parent) for part in rows):
                return parent
        return row

    def _is_breakdown(self, row: Row) -> bool:
        """Whether the rows under it can be compared: one unit, and no total of others among them."""
        children = self._form.table_of(row).children.get(row.code, ())
        figures = [child for child in children if child.columns]
        totals = any(self._is_total_of(child, figures) for child in figures)
        return len({child.unit for child in figures}) == 1 and not totals

    def _is_under(self, row: Row, above: Row) -> bool:
        parent = row.parent
        while parent is not None:
            if parent == above.code:
                return True
            parent = self._form.rows[parent].parent
        return False

    def _is_across(self, key: str, parts: Iterable[str]) -> bool:
        row = self._form.cells[key].row
        return all(self._form.cells[part].row is row for part in parts)

    def _name(self, key: str) -> str:
        """The cell's name; a total is called by its row."""
        row = self._form.cells[key].row
        return self._form.row_name(row) if key in self._columns_only else self._form.cell_name(key)

    # -- figures ------------------------------------------------------------------------------

    def _filled(
        self, outline: _Outline, series: Sequence[str], values: Sequence[Mapping[str, CellValue]]
    ) -> Chart:
        units = {self._form.cells[key].unit.name for _, keys in outline.bars for key in keys}
        mixed = len(units) > 1
        bars = tuple(
            Bar(
                label,
                tuple(_total(keys, known) for known in values),
                self._form.cells[keys[0]].unit.name,
            )
            for label, keys in outline.bars
        )
        unit = "" if mixed else next(iter(units))
        word = "两年" if self._form.period_kind is PeriodKind.YEAR else "两期"
        return Chart(
            outline.id,
            outline.title,
            outline.section,
            unit,
            tuple(series),
            bars,
            both_periods=word if len(series) > 1 else "",
        )

    def over_years(self, report: Report, key: str) -> Chart | None:
        """The cell's figure in every period that the report holds; ``None`` for less than three."""
        known = _periods(report)
        if not known or key not in self._form.cells:
            return None
        return self._over(known, f"cell {key}", self._form.cell_name(key), (key,))

    def _years(self, report: Report) -> Iterator[Chart]:
        """The leading figures over all periods that the report holds, if they are more than two."""
        known = _periods(report)
        for label, keys in self._overview if known else ():
            yield self._over(known, f"years {keys[0]}", label, keys)

    def _over(
        self,
        known: Sequence[tuple[Period, Mapping[str, CellValue]]],
        chart_id: str,
        label: str,
        keys: tuple[str, ...],
    ) -> Chart:
        unit = self._form.cells[keys[0]].unit.name
        bars = tuple(Bar(period.label, (_total(keys, values),), unit) for period, values in known)
        return Chart(chart_id, f"{label}：历年", "", unit, (label,), bars, years=True)


def _periods(report: Report) -> list[tuple[Period, Mapping[str, CellValue]]]:
    """All periods whose figures the report holds, in their order; none where they are only two."""
    known = [(b.period, b.values) for b in report.baselines if b.period != report.period]
    if len(known) < 2:
        return []
    return sorted([*known, (report.period, report.values)], key=lambda entry: entry[0].sort_key)


def _with_those_under(table: Table, row: Row) -> Iterator[Row]:
    """The row, then those under it in printed order."""
    yield row
    for child in table.children.get(row.code, ()):
        yield from _with_those_under(table, child)


def _sums(bound: Iterable[BoundCheck]) -> dict[str, tuple[str, ...]]:
    """Cell → the cells that it has to be the sum of; the first check that says so counts."""
    sums: dict[str, tuple[str, ...]] = {}
    for check in bound:
        claim = check.claim
        plain = check.check.level is Level.ERROR and not check.conditions and check.steady is None
        if not (plain and claim.operator == "=" and isinstance(claim.left, CellTerm)):
            continue
        parts = addends(claim.right)
        if parts and not claim.left.last and len(parts) > 1:
            sums.setdefault(claim.left.key, parts)
    return sums


def _total(keys: Iterable[str], values: Mapping[str, CellValue]) -> Number | None:
    """The sum of the cells; ``None`` while one is blank. 不适用 adds nothing, and alone is none."""
    found = [values.get(key) for key in keys]
    numbers = [number for number in found if isinstance(number, int | Decimal)]
    if not numbers or any(value is None for value in found):
        return None
    assert all(value is NOT_APPLICABLE or value in numbers for value in found)
    return sum(numbers[1:], numbers[0])
