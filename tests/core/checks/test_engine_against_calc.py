"""The check engine against LibreOffice Calc: the same rules as live formulas, the same verdicts.

Every check of a form is written as a spreadsheet formula over 200 random reports (blanks, 不适用 and
planted mistakes among them), recalculated by LibreOffice without a window, and compared.
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from core.checks.binding import BoundCheck
from core.checks.checks import CheckSet
from core.checks.terms import CellTerm, Claim, FunctionTerm, OperationTerm, SumTerm, Term, cells_of
from core.form.language import Literal
from core.values import NOT_APPLICABLE, CellValue
from tests.core.figures import checks_of, consistent_2014, consistent_2021

SOFFICE = shutil.which("soffice")
REPORTS = 200
MAKERS = {
    "cn-2014": consistent_2014,
    "cn-2014-beijing": consistent_2014,
    "cn-2019": consistent_2021,
    "cn-2021": consistent_2021,
}
Values = dict[str, CellValue]


def random_report(checks: CheckSet, rng: random.Random) -> tuple[Values, Values]:
    """This and last year's figures: consistent ones with some changed, blanked or made 不适用."""
    maker = MAKERS[checks.form.id]
    values, last = maker(checks.form, rng), maker(checks.form, rng)
    for some in (values, last):
        for key in rng.sample(sorted(some), rng.randint(0, 12)):
            kind = rng.random()
            if kind < 0.25:
                del some[key]
            elif kind < 0.4 and checks.form.allows_not_applicable(key):
                some[key] = NOT_APPLICABLE
            else:
                some[key] = rng.choice([0, 1, some[key] + rng.randint(1, 60)])
    return values, last


class Formulas:
    """Writes a bound check as a Calc formula over one report's column."""

    def __init__(self, checks: CheckSet, column: str) -> None:
        self.lines = {key: line for line, key in enumerate(checks.form.cells, start=1)}
        self.column = column

    def verdict(self, bound: BoundCheck) -> str:
        """``"holds"``, ``"fails"`` or ``"undecided"`` as the engine means them."""
        claims = [bound.claim, *bound.conditions]
        undecided = f"OR({','.join(self.missing(claim) for claim in claims)})"
        holds = self.steady(bound) if bound.steady else self.comparison(bound.claim)
        if bound.conditions:
            asked = ",".join(self.comparison(claim) for claim in bound.conditions)
            holds = f"OR({holds},NOT(AND({asked})))"
        return f'=IF({undecided},"undecided",IF({holds},"holds","fails"))'

    def comparison(self, claim: Claim) -> str:
        operator = {"!=": "<>"}.get(claim.operator, claim.operator)
        return f"({self.term(claim.left)}{operator}{self.term(claim.right)})"

    def steady(self, bound: BoundCheck) -> str:
        assert bound.steady is not None
        ratio, amount, small = bound.steady
        now, before = self.term(bound.claim.left), self.term(bound.claim.right)
        jump = f"AND(ABS({now}-{before})>{ratio}*ABS({before}),ABS({now}-{before})>={amount})"
        return f"NOT(OR({jump},AND(ABS({before})>{small},{now}=0)))"

    def missing(self, claim: Claim) -> str:
        """Whether some operand is blank, or 不适用 where it stands alone."""
        alone = set(self.lone_cells(claim.left)) | set(self.lone_cells(claim.right))
        parts = [f"NOT(ISNUMBER({self.cell(cell)}))" for cell in sorted(alone, key=str)]
        in_sums = {*cells_of(claim.left), *cells_of(claim.right)} - alone
        parts += [f"ISBLANK({self.cell(cell)})" for cell in sorted(in_sums, key=str)]
        return f"OR({','.join(parts) or 'FALSE()'})"

    def lone_cells(self, term: Term) -> list[CellTerm]:
        match term:
            case CellTerm():
                return [term]
            case OperationTerm(_, left, right):
                return self.lone_cells(left) + self.lone_cells(right)
            case FunctionTerm(_, arguments):
                return [cell for argument in arguments for cell in self.lone_cells(argument)]
            case _:
                return []

    def cell(self, cell: CellTerm) -> str:
        sheet = "last" if cell.last else "now"
        return f"{sheet}!{self.column}{self.lines[cell.key]}"

    def term(self, term: Term) -> str:
        match term:
            case Literal(value):
                return f"{value:f}"
            case CellTerm():
                return self.cell(term)
            case SumTerm(cells):
                return f"SUM({','.join(map(self.cell, cells))})"
            case OperationTerm(operator, left, right):
                return f"({self.term(left)}{operator}{self.term(right)})"
            case FunctionTerm(name, arguments):
                return f"{name.upper()}({','.join(map(self.term, arguments))})"


def recalculated(book: Workbook, folder: Path) -> list[list[str]]:
    """The first sheet as LibreOffice shows it after calculating every formula."""
    book.save(folder / "verdicts.xlsx")
    subprocess.run(
        [
            str(SOFFICE),
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76",
            "--outdir",
            str(folder),
            str(folder / "verdicts.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    with (folder / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("form_id", MAKERS)
def test_same_verdicts_as_libreoffice(form_id: str, tmp_path: Path) -> None:
    checks = checks_of(form_id)
    rng = random.Random(20260101)
    reports = [random_report(checks, rng) for _ in range(REPORTS)]
    book = Workbook()
    verdicts = book.worksheets[0]
    verdicts.title = "verdicts"
    sheets = {"now": book.create_sheet("now"), "last": book.create_sheet("last")}
    for number, (values, last) in enumerate(reports, start=1):
        formulas = Formulas(checks, get_column_letter(number))
        for name, some in (("now", values), ("last", last)):
            for key, value in some.items():
                shown = "/" if value is NOT_APPLICABLE else value
                sheets[name].cell(formulas.lines[key], number, shown)
        for line, bound in enumerate(checks.bound, start=1):
            verdicts.cell(line, number, formulas.verdict(bound))
    calculated = recalculated(book, tmp_path)
    assert len(calculated) == len(checks.bound)
    seen = {"holds": 0, "fails": 0, "undecided": 0}
    for number, (values, last) in enumerate(reports):
        for index, bound in enumerate(checks.bound):
            verdict = calculated[index][number]
            seen[verdict] += 1
            failed = checks.judge(index, values, last) is not None
            assert failed == (verdict == "fails"), (bound.id, number, verdict)
    assert min(seen.values()) > 200, seen
