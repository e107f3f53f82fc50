"""新建报表: the form in force is proposed, an outdated one asks first, and may still be changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.catalog import Catalog
from core.period import Period
from core.report import Baseline
from core.session import Edit
from gui.start.new_dialog import NewDialog, NewReport
from gui.window.window import MainWindow
from tests.core.figures import figures_2018
from tests.gui.window.answers import AnsweringDialogs


def dialog_on(qtbot: QtBot, today: date, folder: Path | None = None) -> NewDialog:
    dialog = NewDialog(Catalog.standard(folder).all_forms()[0], "某局", today)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def said(dialog: NewDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def pick(qtbot: QtBot, dialog: NewDialog, part: str) -> None:
    """Picks the form whose name holds *part*, with the keyboard as a user does."""
    names = [dialog.form_box.itemText(at) for at in range(dialog.form_box.count())]
    wanted = next(at for at, name in enumerate(names) if part in name)
    dialog.form_box.setFocus()
    while step := wanted - dialog.form_box.currentIndex():
        qtbot.keyClick(dialog.form_box, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)


def type_year(qtbot: QtBot, dialog: NewDialog, year: str) -> None:
    line = dialog.period_box.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, year)


def press(qtbot: QtBot, dialog: NewDialog, text: str) -> None:
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("today", "form", "year"),
    [(date(2026, 1, 8), "cn-2021", 2025), (date(2021, 1, 8), "cn-2019", 2020),
     (date(2018, 1, 8), "cn-2014", 2017)],
)  # fmt: skip
def test_the_newest_form_in_force_is_proposed(
    qtbot: QtBot, today: date, form: str, year: int
) -> None:
    dialog = dialog_on(qtbot, today)
    result = dialog.result_report()
    assert result is not None
    assert (result.form.id, result.period.year) == (form, year)
    assert not dialog.agree_box.isVisible()


def test_the_form_follows_the_year_until_one_is_picked(qtbot: QtBot) -> None:
    dialog = dialog_on(qtbot, date(2024, 1, 8))
    for year, edition in (("2019", "2019 年版"), ("2022", "2021 年版"), ("2015", "全国")):
        type_year(qtbot, dialog, year)
        assert edition in dialog.form_box.currentText()
        result = dialog.result_report()
        assert result is not None
        assert result.period == Period(int(year))
    pick(qtbot, dialog, "北京市")
    type_year(qtbot, dialog, "2023")
    assert "北京市" in dialog.form_box.currentText()
    assert "2014至2018年度使用，2023年度的报表应当用" in said(dialog)


def test_an_outdated_form_is_taken_only_after_a_sentence(qtbot: QtBot) -> None:
    dialog = dialog_on(qtbot, date(2024, 1, 8))
    pick(qtbot, dialog, "2019 年版")
    newer = "2023年度的报表应当用“政府信息公开工作年度报告统计表（2021 年版）”"
    assert f"2019至2020年度使用，{newer}" in said(dialog)
    press(qtbot, dialog, "新建")
    assert dialog.isVisible()
    assert "请先勾选" in said(dialog)
    dialog.agree_box.setFocus()
    qtbot.keyClick(dialog.agree_box, Qt.Key.Key_Space)
    press(qtbot, dialog, "新建")
    assert dialog.result() == QDialog.DialogCode.Accepted
    result = dialog.result_report()
    assert result is not None
    assert (result.form.id, result.period) == ("cn-2019", Period(2023))


def test_what_was_agreed_to_for_one_year_is_asked_for_another(qtbot: QtBot) -> None:
    dialog = dialog_on(qtbot, date(2024, 1, 8))
    pick(qtbot, dialog, "2019 年版")
    dialog.agree_box.setChecked(True)
    type_year(qtbot, dialog, "2022")
    assert dialog.result_report() is None
    type_year(qtbot, dialog, "2020")
    assert not dialog.agree_box.isVisible()
    assert dialog.result_report() is not None


def test_an_offices_own_form_stands_behind_the_edition_in_force(
    qtbot: QtBot, tmp_path: Path
) -> None:
    own = (
        'id = "a-own"\nname = "街道季报"\nperiod = "quarter"\n[[tables]]\n'
        'columns = [{ code = "n", label = "数" }]\nrows = [{ code = "1", label = "甲", unit = "件" }]'
    )
    (tmp_path / "a-own.toml").write_text(own, encoding="utf-8")
    dialog = dialog_on(qtbot, date(2024, 1, 8), tmp_path)
    names = [dialog.form_box.itemText(at) for at in range(dialog.form_box.count())]
    assert ["2021" in names[0], names[1], "2019" in names[2]] == [True, "街道季报", True]
    pick(qtbot, dialog, "街道季报")
    assert not dialog.agree_box.isVisible()
    result = dialog.result_report()
    assert result is not None
    assert str(result.period) == "2023-Q4"


def test_the_form_of_a_report_without_figures_can_be_changed(
    qtbot: QtBot,
    window: MainWindow,
    dialogs: AnsweringDialogs,
    catalog: Catalog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = NewReport(catalog.form("cn-2014-beijing"), Period(2023), "某局")
    asked: list[object] = []

    def answer(*arguments: object) -> NewReport:
        asked.append(arguments[-1])
        return wanted

    monkeypatch.setattr(NewDialog, "ask", classmethod(answer))
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    documents = window.documents
    assert documents.document is not None
    known = Baseline(Period(2022), "某局", "cn-2014-beijing", figures_2018())
    documents.document.submit(Edit("", header={"leader": "甲"}, baselines=(known,)))
    before, wanted = wanted, NewReport(catalog.form("cn-2021"), Period(2023), "某某局")
    window.actions_["change_form"].trigger()
    assert asked[-1] == before
    report = documents.document.session.report
    assert (report.form.id, report.unit_name, report.header["leader"]) == (
        "cn-2021",
        "某某局",
        "甲",
    )
    assert report.last_values["3-1:total"] == figures_2018()["3.1"]
    # With a figure in it, it is told why not.
    documents.document.type_text("3-1:natural", "1")
    window.actions_["change_form"].trigger()
    assert documents.document.session.report.form.id == "cn-2021"
    assert "不能更换表样" in dialogs.told[-1]
