"""The reviewer's words in a ledger: kept through every run, with the problem that they are about."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import openpyxl.comments
import pytest
import returns
from conftest import Convert, Format
from intake import ONE, book, call, cells, column, last, put, run, twice
from openpyxl.worksheet.worksheet import Worksheet
from returns import PROJECT, UNIT, base, varied
from zipped import through

from selfeval_xl.cli import main
from selfeval_xl.collect import ledger as ledger_module
from selfeval_xl.collect.intake import Intake
from selfeval_xl.collect.reviews import SHEET, read_back
from selfeval_xl.collect.run import Steps, collect
from selfeval_xl.errors import TargetError
from selfeval_xl.workbook.opening import zip as opening


@pytest.fixture(autouse=True)
def _seals_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that each return has something to be reviewed."""
    monkeypatch.setattr(Intake, "seals_asked", True)


def test_reviewers_words_are_kept(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"))
    put(tmp_path / "收件" / "b.xlsx", book("乙单位", executed="60"))
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    workbook = openpyxl.load_workbook(ledger)
    sheet = workbook["复核"]
    head = [cell.value for cell in sheet[1]]
    units, ids = column(ledger, "复核", "单位"), column(ledger, "复核", "编号")
    assert len(ids) >= 4
    for row, (unit, id) in enumerate(zip(units, ids, strict=True), 2):
        sheet.cell(row, head.index("复核结论") + 1, "属实")
        sheet.cell(row, head.index("复核意见") + 1, f"{unit}的{id}")
    workbook.save(ledger)

    put(tmp_path / "收件" / "a2.xlsx", book(executed=returns.EXECUTED), day=7)  # mended
    put(tmp_path / "收件" / "c.xlsx", book("丙单位", executed="50"))
    run(tmp_path)
    head, *rows = cells(ledger, "复核")
    words = {(row[0], row[4]): (row[7], row[8], row[9]) for row in rows}
    for unit, id in zip(units, ids, strict=True):
        state, verdict, opinion = words[unit, id]
        assert (verdict, opinion) == ("属实", f"{unit}的{id}")
        still = unit == "乙单位" or id == "seal.missing"
        assert state == ("已复核" if still else "已不再出现"), (unit, id)
    assert words["丙单位", "seal.missing"] == ("待复核", None, None)


def test_a_cell_that_names_no_text_ends_no_run(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"))
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    text, number = rb't="inlineStr"><is>.*?</is>', b't="s"><v>%b</v>' % (b"9" * 5000)
    spoiled = through(ledger, lambda _, part: re.sub(text, number, part, count=1))
    ledger.write_bytes(spoiled)
    assert run(tmp_path).intake.returned == 1


def review(ledger: Path) -> dict[int, str]:
    """Write an opinion of its own into each line of the ledger's review sheets, in the words of another program."""
    workbook = openpyxl.load_workbook(ledger)
    written = {}
    for sheet in workbook:
        if sheet.title.startswith("复核"):
            head = [cell.value for cell in sheet[1]]
            for row in range(2, sheet.max_row + 1):
                written[len(written)] = f"意见{len(written)}"
                sheet.cell(row, head.index("复核意见") + 1, written[len(written) - 1])
    workbook.save(ledger)
    return written


def _titled(sheet: Worksheet) -> None:
    sheet.insert_rows(1, 3)
    sheet["A1"], sheet["A2"], sheet["C3"] = "复核台账", "单位：绩效科", "单位"


def _copied(sheet: Worksheet) -> None:
    sheet.parent.copy_worksheet(sheet).title = "复核 备份"


def _renamed_beside_another(sheet: Worksheet) -> None:
    sheet.title = "我的表"
    sheet.parent.create_sheet("复核说明")["A1"] = "先看错误"


def _headed(sheet: Worksheet) -> None:
    cell = next(cell for cell in sheet[1] if cell.value == "复核意见")
    cell.value = "复核意见（科员填）"


@pytest.mark.parametrize(
    "changed", [_titled, _copied, _renamed_beside_another, _headed, lambda sheet: setattr(sheet, "title", "我的表"), lambda sheet: sheet.move_range("A1:M9", cols=2)]
)  # fmt: skip
def test_words_are_found_wherever_the_review_has_gone(tmp_path: Path, changed: Callable[[Worksheet], None]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    workbook = openpyxl.load_workbook(ledger)
    sheet = workbook[SHEET]
    at = [cell.value for cell in sheet[1]].index
    for number, row in enumerate(sheet.iter_rows(min_row=2)):
        row[at("复核结论")].value, row[at("复核意见")].value = "属实", f"第 {number} 条"
    changed(sheet)
    workbook.save(ledger)
    run(tmp_path)
    opinions = column(ledger, SHEET, "复核意见")
    assert opinions == [f"第 {number} 条" for number in range(len(opinions))]
    assert set(column(ledger, SHEET, "状态")) == {"已复核"}


def test_words_about_returns_that_look_alike_stay_with_theirs(tmp_path: Path) -> None:
    """Without a unit's name, and two forms of one project in one file."""
    for name, executed in (("a", "70"), ("b", "71")):
        put(tmp_path / "收件" / f"{name}.xlsx", book(unit="", executed=executed))
    put(tmp_path / "收件" / "c.xlsx", twice(varied(returns.official(), {f">{returns.EXECUTED}<": ">70<"})))
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    written = review(ledger)
    run(tmp_path)
    before = cells(ledger, "复核")
    assert len(written) > 4 and len({row[:5] for row in before}) < len(before)
    (tmp_path / "收件" / "a.xlsx").unlink()
    run(tmp_path)
    place = before[0].index("文件")
    kept = [row for row in before[1:] if row[place] != str(tmp_path / "收件" / "a.xlsx")]
    after = cells(ledger, "复核")[1:]
    assert [row for row in after if row[7] == "待复核"] == kept
    assert {row[9] for row in after} == set(written.values())


def test_state_of_a_review_follows_the_verdict_and_keeps_what_was_typed_over_it(tmp_path: Path) -> None:
    wrong = varied(base(claimed="88.88"), {UNIT: "甲单位", f">{returns.EXECUTED}<": ">70<"})
    for number in range(2):
        put(tmp_path / "收件" / f"{number}.xlsx", varied(wrong, {PROJECT: f"专项{number}"}))
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    typed = {
        2: ("属实", None), 3: ("待核实", None), 4: (None, "先放一放"), 5: (None, "已复核"), 6: ("已整改", "已办结"), 7: (None, None),
    }  # fmt: skip
    workbook = openpyxl.load_workbook(ledger)
    sheet = workbook["复核"]
    head = [cell.value for cell in sheet[1]]
    for row, (verdict, state) in typed.items():
        sheet.cell(row, head.index("复核结论") + 1, verdict)
        if state:
            sheet.cell(row, head.index("状态") + 1, state)
    workbook.save(ledger)
    expected = ["已复核", "待复核", "先放一放", "已复核", "已办结", "待复核"]
    for _ in range(2):
        run(tmp_path)
        assert column(ledger, "复核", "状态")[:6] == expected
        assert column(ledger, "复核", "复核结论")[:6] == [verdict for verdict, _ in typed.values()]
    formulas = [row[head.index("状态")].value for row in openpyxl.load_workbook(ledger)["复核"].iter_rows(2, 7)]
    assert formulas[0] == '=IF(OR(I2="",I2="待核实"),"待复核","已复核")', "it changes at once where a verdict is typed"
    assert formulas[5] == formulas[0].replace("I2", "I7") and formulas[4] == "已办结"

    (tmp_path / "收件" / "0.xlsx").write_bytes(book())
    (tmp_path / "收件" / "1.xlsx").unlink()
    run(tmp_path)
    assert "已不再出现（先放一放）" in column(ledger, "复核", "状态")
    for number in range(2):
        put(tmp_path / "收件" / f"{number}.xlsx", varied(wrong, {PROJECT: f"专项{number}"}))
    run(tmp_path)
    assert column(ledger, "复核", "状态")[:6] == expected


def moved(wrong: str) -> bytes:
    """An official form with a score in the first or the second indicator that its figures do not give."""
    return varied(returns.official(), {UNIT: "甲单位", "1194人次": "900人次" if wrong == "first" else "1194人次",
                                       "306户": "200户" if wrong == "second" else "306户"})  # fmt: skip


def test_a_verdict_about_another_problem_is_no_review(tmp_path: Path, soffice_convert: Convert) -> None:
    put(tmp_path / "收件" / "a.xlsx", moved("first"), day=1)
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    head = cells(ledger, "复核")[0]
    ids = column(ledger, "复核", "编号")
    row = ids.index("score.mismatch") + 2

    def write(verdict: str | None = None, state: str | None = None) -> None:
        workbook = openpyxl.load_workbook(ledger)
        for title, text in (("复核结论", verdict), ("状态", state)):
            if text is not None:
                workbook["复核"].cell(row, head.index(title) + 1, text)
        if verdict:
            workbook["复核"].cell(row, head.index("复核意见") + 1, "看过了")
        workbook.save(ledger)

    def said() -> tuple[object, ...]:
        run(tmp_path)
        line = cells(ledger, "复核")[row - 1]
        assert line[head.index("编号")] == "score.mismatch" and line[head.index("复核意见")] == "看过了"
        return line[head.index("单元格")], line[head.index("状态")], line[head.index("复核结论")]

    write("不属实")
    assert said() == ("G8 H8", "已复核", "不属实")
    put(tmp_path / "收件" / "a.xlsx", moved("second"), day=2)
    changed = "待复核：问题有变化"
    assert said() == said() == ("G9 H9", changed, "不属实"), "it stays so until somebody looks at it"
    ledger.write_bytes(soffice_convert([ledger], "xlsx")[0].read_bytes())
    assert said() == ("G9 H9", changed, "不属实")
    write()
    assert said() == ("G9 H9", changed, "不属实"), "though the program saved no results"
    write("属实")
    ledger.write_bytes(soffice_convert([ledger], "xlsx")[0].read_bytes())
    assert cells(ledger, "复核")[row - 1][head.index("状态")] == "已复核", "it changes at once where a verdict is typed"
    assert said() == ("G9 H9", "已复核", "属实")
    write(state="已办结")
    assert said() == ("G9 H9", "已办结", "属实")
    put(tmp_path / "收件" / "a.xlsx", moved("first"), day=3)
    assert said() == said() == ("G8 H8", f"{changed}，原为“已办结”", "属实")


def test_ledger_longer_than_a_sheet_goes_on_and_keeps_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(6):
        put(tmp_path / "收件" / f"{number}.xlsx", book(f"单位{number}", executed="70"))
    run(tmp_path, ledger="全.xlsx")
    monkeypatch.setattr(ledger_module, "MAX_ROWS", 5)
    ledger = tmp_path / "台账.xlsx"
    assert call(str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1") in (0, 1)
    said = capsys.readouterr().out
    for name in ("一览", "问题清单", "复核"):
        names = [sheet for sheet in openpyxl.load_workbook(ledger).sheetnames if sheet.startswith(name)]
        assert len(names) > 1 and names[1] in said
        together = [row for sheet in names for row in cells(ledger, sheet)[1:]]
        assert together == cells(tmp_path / "全.xlsx", name)[1:]
    written = review(ledger)
    run(tmp_path)
    sheets = [sheet for sheet in openpyxl.load_workbook(ledger).sheetnames if sheet.startswith("复核")]
    assert [row[9] for sheet in sheets for row in cells(ledger, sheet)[1:]] == list(written.values())


def test_ledger_too_large_for_a_return_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"))
    run(tmp_path)
    written = review(tmp_path / "台账.xlsx")
    monkeypatch.setattr(opening, "MAX_FILE", 5_000)
    monkeypatch.setattr(opening, "MAX_UNPACKED", 5_000)
    assert sum(len(one) for one in read_back(tmp_path / "台账.xlsx").values()) == len(written) > 1


def test_words_written_during_the_run_are_kept(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"))
    ledger = tmp_path / "台账.xlsx"
    run(tmp_path)
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    written: dict[int, str] = {}
    steps = Steps(advance=lambda _size: written or written.update(review(ledger)))
    collect([str(tmp_path / "收件")], ledger, means=ONE, steps=steps)
    assert written and set(written.values()) <= set(column(ledger, "复核", "复核意见"))


def test_what_else_was_written_into_a_ledger_is_kept_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"))
    put(tmp_path / "收件" / "b.xlsx", book("丁_x0041_单位\t&amp; =1+1", executed="60"))
    ledger = tmp_path / "台账.xlsx"

    def collected() -> list[Path]:
        """The copies that the next run leaves."""
        before = set(tmp_path.glob("台账.*-*.xlsx"))
        call(str(tmp_path / "收件"), "-o", str(ledger), "--units", str(units), "--jobs", "1")
        fresh = sorted(set(tmp_path.glob("台账.*-*.xlsx")) - before)
        assert bool(fresh) == ("旧台账另存为" in (said := capsys.readouterr().out)) and all(str(one) in said for one in fresh)
        return fresh

    def edited(edit: Callable[[openpyxl.Workbook], object]) -> bytes:
        workbook = openpyxl.load_workbook(ledger)
        edit(workbook)
        workbook.save(ledger)
        return ledger.read_bytes()

    assert collected() == [] and collected() == []
    edited(lambda workbook: None)
    assert collected() == [], "saved by another program, and nothing else"
    review(ledger)
    assert collected() == [], "the reviewer's words are taken over"

    def swapped(workbook: openpyxl.Workbook) -> None:
        rows = [[cell.value for cell in row] for row in workbook["一览"].iter_rows(2, 3)]
        for row, values in zip(workbook["一览"].iter_rows(2, 3), reversed(rows), strict=True):
            for cell, value in zip(row, values, strict=True):
                cell.value = value

    edited(swapped)
    assert collected() == [], "sorted"

    def noted(workbook: openpyxl.Workbook) -> None:
        workbook["一览"]["C2"].comment = openpyxl.comments.Comment("请核对", "甲")

    def typed(sheet: str, cell: str) -> Callable[[openpyxl.Workbook], None]:
        def edit(workbook: openpyxl.Workbook) -> None:
            workbook[sheet][cell] = "同意"

        return edit

    for edit in (
        lambda workbook: workbook.create_sheet("我的表").append(["记事"]),
        typed("复核", "N1"), typed("复核", "N2"), typed("催报", "I3"), typed("统计", "H40"), typed("一览", "B2"), noted,
    ):  # fmt: skip
        data = edited(edit)
        (copy,) = collected()
        assert copy.read_bytes() == data
    assert collected() == []

    data = edited(typed("催报", "I3"))
    monkeypatch.setattr(ledger_module.saving, "rewrite", lambda *_: (_ for _ in ()).throw(TargetError("开着")))
    copies = set(tmp_path.glob("台账.*-*.xlsx"))
    with pytest.raises(TargetError):
        run(tmp_path, units=units)
    assert ledger.read_bytes() == data and set(tmp_path.glob("台账.*-*.xlsx")) == copies


def test_only_a_ledger_is_overwritten(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    for data in (book(), b"something else"):
        (tmp_path / "台账.xlsx").write_bytes(data)
        with pytest.raises(TargetError, match="移走"):
            run(tmp_path)
        assert (tmp_path / "台账.xlsx").read_bytes() == data


def test_ledgers_are_no_returns(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    run(tmp_path, ledger="收件/台账.xlsx")
    (tmp_path / "收件" / "上周的台账.xlsx").write_bytes((tmp_path / "收件" / "台账.xlsx").read_bytes())
    result = run(tmp_path, ledger="收件/台账.xlsx")
    assert [last(one["file"]) for one in result.details] == ["a.xlsx"]
    assert {last(one.name) for one in result.intake.passed} == {"台账.xlsx", "台账.xlsx.journal", "上周的台账.xlsx"}


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_ledgers_are_no_returns_in_old_formats_either(kind: Format, tmp_path: Path, soffice_convert: Convert) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    run(tmp_path)
    (saved,) = soffice_convert([tmp_path / "台账.xlsx"], kind)
    put(tmp_path / "收件" / f"上周的台账.{kind}", saved.read_bytes())
    assert [(last(one.name), one.reason) for one in run(tmp_path).intake.passed] == [(f"上周的台账.{kind}", "本工具的台账")]


def test_hostile_texts_do_no_harm_in_the_ledger(tmp_path: Path) -> None:
    put(
        tmp_path / "收件" / 'a"&b.xlsx' if os.name == "posix" else tmp_path / "收件" / "a&b.xlsx",
        book("=1+1", "&lt;b&gt; &amp; 表"),
    )
    run(tmp_path, tables=tmp_path / "表")
    ledger = tmp_path / "台账.xlsx"
    sheet = openpyxl.load_workbook(ledger)["一览"]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["C2"].value) == ("=1+1", "s", "<b> & 表")
    assert "'=1+1" in (tmp_path / "表" / "一览.csv").read_text(encoding="utf-8-sig")


def test_a_ledger_is_told_as_one_wherever_a_form_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    run(tmp_path)
    ledger = str(tmp_path / "台账.xlsx")
    for command in (["check"], ["annotate", "-o", "b.xlsx"], ["import", "-o", "b.xlsx"], ["score"], ["submit"]):
        assert main([*command, ledger]) == 2
        told = capsys.readouterr().err
        assert "收表做成的台账" in told and "selfeval-xl collect" in told and told.count("\n") == 1, command
    assert main(["check", "--json", ledger]) == 2
    (shown,) = json.loads(capsys.readouterr().out)
    assert (shown["readable"], shown["form"], [one["id"] for one in shown["findings"]]) == (True, "unknown", ["package.no_form"])
