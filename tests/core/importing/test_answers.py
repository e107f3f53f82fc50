"""What a clerk can decide about a proposal: changed cells, the clipboard, which year it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.catalog import Catalog
from core.importing.answers import shown_value, with_match, with_shown
from core.importing.proposal import BaselineRemark
from core.importing.propose import propose, propose_document, to_baseline, warnings
from core.matching.match import reassigned
from core.period import Period
from core.problems import NianbaoError
from core.reading.clipboard import CLIPBOARD_NAME, read_clipboard
from core.report import Report
from core.session import Session
from core.values import CellValue
from core.writing.sealed_sheet import PAYLOAD_SHEET
from core.writing.xlsx import export_report
from tests.core.figures import SAMPLE_2018, checks_of, figures_2018

FORM = "cn-2014-beijing"
CATALOG = Catalog.standard()


def report(year: int, values: dict[str, CellValue] | None = None) -> Report:
    made = Report(CATALOG.form(FORM), Period(year))
    made.header["unit_name"] = "某局"
    made.values.update(values or {})
    return made


def exported_addresses(path: Path) -> dict[str, str]:
    """Where each cell of the form stands, as the hidden sheet notes it."""
    hidden = load_workbook(path)[PAYLOAD_SHEET]
    rows = [[str(value or "") for value in row] for row in hidden.iter_rows(values_only=True)]
    return {row[0]: row[2].rpartition("!")[2] for row in rows if len(row) > 2 and "!" in row[2]}


def exported_and_changed(path: Path, changes: dict[str, object]) -> Path:
    """A workbook of ours in which visible figures were altered; by cell key."""
    session = Session(report(2018, figures_2018()), checks_of(FORM))
    export_report(session, path)
    book = load_workbook(path)
    proposal = propose(path, CATALOG)
    assert proposal.changed == ()
    addresses = exported_addresses(path)
    for key, value in changes.items():
        book.worksheets[0][addresses[key]] = value
    book.save(path)
    return path


def test_changed_cells_are_named_and_chosen_one_by_one(tmp_path: Path) -> None:
    path = exported_and_changed(tmp_path / "2018.xlsx", {"1.1": 32, "9.1": "四十"})
    proposal = propose(path, CATALOG)
    changed = {entry.key: entry for entry in proposal.changed}
    assert set(changed) == {"1.1", "9.1"}
    assert proposal.values["1.1"] == figures_2018()["1.1"]
    assert shown_value(proposal, changed["1.1"]) == 32
    with pytest.raises(NianbaoError):
        shown_value(proposal, changed["9.1"])
    chosen = with_shown(proposal, {"1.1"})
    assert chosen.values["1.1"] == 32
    assert chosen.values["9.1"] == figures_2018()["9.1"]
    assert any("现在的数" in str(remark) for remark in chosen.remarks)
    assert with_shown(proposal, set()) is proposal


def test_a_figure_taken_away_after_the_export_can_stay_away(tmp_path: Path) -> None:
    path = exported_and_changed(tmp_path / "2018.xlsx", {"1.1": None})
    chosen = with_shown(propose(path, CATALOG), {"1.1"})
    assert "1.1" not in chosen.values
    assert "1.1" in chosen.missing


def test_the_clipboards_table_is_a_proposal_like_any_files() -> None:
    form = CATALOG.form(FORM)
    rows = "".join(
        f"<tr><td>{row.label}</td><td>{row.unit.name if row.unit else ''}</td>"
        f"<td>{figures_2018().get(row.code, '')}</td></tr>"
        for row in form.rows.values()
    )
    document = read_clipboard(f"<table>{rows}</table>", "ignored")
    proposal = propose_document(document, CLIPBOARD_NAME, "0" * 64, CATALOG, form_id=FORM)
    assert proposal.values == figures_2018()
    assert proposal.source == CLIPBOARD_NAME
    assert proposal.period is None
    baseline = to_baseline(proposal, report(2019))
    assert (baseline.period, baseline.source) == (Period(2018), CLIPBOARD_NAME)


def test_an_earlier_year_beside_last_years_is_nothing_to_ask_about() -> None:
    proposal = propose(SAMPLE_2018, CATALOG)
    report_2021 = Report(CATALOG.form(FORM), Period(2021))
    assert "2018年度" in warnings(proposal, report_2021)[0]
    assert "2018年度" in warnings(proposal, report_2021, [Period(2019)])[0]
    assert warnings(proposal, report_2021, [Period(2020)]) == []
    report_2017 = Report(CATALOG.form(FORM), Period(2017))
    assert warnings(proposal, report_2017, [Period(2016)])


def test_reassigning_keeps_what_was_known_of_an_own_file_of_another_edition(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "own.toml").write_text(
        'format = 1\nid = "own"\nname = "本局简表"\ntitle = "简表"\nsource = "本局"\n'
        'period = "year"\n[[tables]]\ncode = "1"\nlayout = "list"\n'
        'columns = [{ code = "count", label = "统计数" }]\n'
        'rows = [{ code = "1", label = "信函申请数", unit = "件" },'
        ' { code = "2", label = "政务微信公开政府信息数", unit = "条" },'
        ' { code = "3", label = "兼职人员数", unit = "人" }]\n',
        encoding="utf-8",
    )
    path = tmp_path / "2018.xlsx"
    export_report(Session(report(2018, figures_2018()), checks_of(FORM)), path)
    proposal = propose(path, Catalog.standard(folder), form_id="own")
    assert proposal.match is not None
    place = next(row for row in proposal.match.rows if row.key is not None)
    after = with_match(proposal, reassigned(proposal.match, [(place.position, None)]))
    assert place.key not in after.values
    assert (after.period, after.unit_name) == (Period(2018), "某局")
    for known in (proposal, after):
        said = [remark.problem for remark in known.remarks]
        assert said.count(BaselineRemark.CONVERTED) == 1


def test_which_cell_a_remark_speaks_of() -> None:
    proposal = propose(SAMPLE_2018, CATALOG)
    told = {remark.cell for remark in proposal.remarks if remark.cell}
    assert told == {"1.1"}
