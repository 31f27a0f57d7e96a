"""The bureau's intake of all kinds of files: each is accounted for, and what the ledger tells of them all."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
import returns
import sealing
from intake import HINT, book, cells, column, last, put, run
from returns import UNIT, base, varied

from selfeval_xl.collect.export import export
from selfeval_xl.collect.rows import _cell, _cleaned, _lines
from selfeval_xl.collect.run import Means, Summary, journal_of
from selfeval_xl.collect.summary import to_json
from selfeval_xl.collect.tables import Column, Table

COUNT = 300


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> tuple[returns.Made, Summary, Path]:
    folder = tmp_path_factory.mktemp("intake")
    made = returns.build(folder, COUNT)
    result = run(folder, means=Means(jobs=2), units=made.units, tables=folder / "表")
    return made, result, folder / "台账.xlsx"


def test_every_file_is_accounted_for(intake: tuple[returns.Made, Summary, Path]) -> None:
    made, result, _ = intake
    by_name = {last(one["file"]): one for one in result.details}
    assert len(result.details) == len(by_name) == len(made.expected) == COUNT
    assert by_name.keys() == made.expected.keys()
    for name, reason in made.expected.items():
        got = by_name[name]
        assert got["readable"] == (reason is None), (name, got["reason"])
        assert reason is None or reason in got["reason"], name
    assert {last(one.name) for one in result.intake.passed} == made.passed
    assert result.intake.returned + result.intake.unread == COUNT


def test_what_is_wrong_with_readable_ones_is_found(intake: tuple[returns.Made, Summary, Path]) -> None:
    made, result, _ = intake
    ids = {last(one["file"]): {finding["id"] for finding in one["findings"]} for one in result.details}
    assert made.found
    for name, id in made.found.items():
        assert id in ids[name]


def test_nothing_is_written_where_it_should_not_be(intake: tuple[returns.Made, Summary, Path]) -> None:
    made, _, ledger = intake
    assert not list(ledger.parent.parent.rglob("坏*爬出.xlsx")) and not list(ledger.parent.glob("*.tmp"))
    assert not [
        one for one in made.folder.rglob("*") if one.suffix not in {".xlsx", ".xlsm", ".zip", ".eml", ".mbox", ""}
    ]


def test_roll_call_of_all(intake: tuple[returns.Made, Summary, Path]) -> None:
    made, result, ledger = intake
    missing = [line.expected.unit for line in result.intake.roll_call if line.state == "未交"]
    assert tuple(missing) == made.missing
    assert result.intake.states["已交多版"] == sum("（改）" in name for name in made.expected)
    assert column(ledger, "催报", "状态").count("未交") == len(made.missing)


def test_ledger_has_its_sheets(intake: tuple[returns.Made, Summary, Path]) -> None:
    _, result, ledger = intake
    workbook = openpyxl.load_workbook(ledger)
    assert workbook.sheetnames == ["一览", "问题清单", "催报", "统计", "复核"]
    for name in ("一览", "问题清单", "催报", "复核"):
        sheet = workbook[name]
        assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref.startswith("A1:"), name
        assert sheet.auto_filter.ref.endswith(str(sheet.max_row)), name
        assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == "$1:$1"
    assert workbook["一览"].max_row == COUNT + 1
    assert workbook["问题清单"].max_row == 1 + sum(
        len(one["findings"]) for one in result.details if one["standing"] in ("counts", "unread")
    )
    grouped = [str(block.sqref) for block in workbook["问题清单"].conditional_formatting for rule in block.rules if rule.dxf.numFmt]
    assert grouped == [f"G2:I{workbook['问题清单'].max_row}"]
    assert len(workbook["统计"]._charts) == 2
    link = workbook["一览"]["X2"].value
    assert isinstance(link, str) and link.startswith('=HYPERLINK("收件')
    assert (ledger.parent / link.split('"')[1]).exists()


def test_links_to_files_with_signs_of_addresses_open(
    tmp_path: Path, soffice_convert: Callable[[list[Path], str], list[Path]]
) -> None:
    """LibreOffice writes the address that a click would open into the PDF."""
    names = ["第#1号.xlsx", "完成95%20版.xlsx", "完成95%.xlsx", "甲 乙&丙;丁+戊.xlsx"]
    names += [os.fsdecode("自评表.xlsx".encode("gbk"))] if os.name != "nt" else []  # as a Chinese Windows named it
    for name in names:
        put(tmp_path / "收件" / name, returns.wrong_form())
    run(tmp_path, means=Means(jobs=1))
    book = openpyxl.load_workbook(tmp_path / "台账.xlsx")
    sheet = book["一览"]
    sheet.print_area = f"A1:{sheet.dimensions.rpartition(':')[2]}"
    book.save(tmp_path / "印.xlsx")
    (pdf,) = soffice_convert([tmp_path / "印.xlsx"], "pdf")
    told = (unquote(one.decode().split("#")[0], errors="surrogateescape") for one in re.findall(rb"/URI\s*\((.*?)\)", pdf.read_bytes()))
    assert {Path(one).name for one in told} == set(names)


def test_figures_in_the_ledger_are_numbers(intake: tuple[returns.Made, Summary, Path]) -> None:
    _, _, ledger = intake
    rows = [row for row in cells(ledger, "一览")[1:] if row[4] == "项目支出" and row[7] == 91.37]
    assert rows
    assert {row[8] for row in rows} == {0.9137}
    first = openpyxl.load_workbook(ledger)["一览"]
    assert all(first.cell(2, column).alignment.shrink_to_fit for column in range(7, 13)), "元 for 万元 would be ###"
    assert {(row[9], row[10], row[11]) for row in rows} == {(99.14, 99.14, 0)}


def test_figures_of_findings_are_numbers_and_words_stay_words(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", varied(returns.official(), {">99.14<": ">88.88<"}))
    put(tmp_path / "收件" / "b.xlsx", varied(returns.official(), {UNIT: "乙单位", **HINT}))
    run(tmp_path, tables=tmp_path / "表")
    rows = {row[4]: row[6:9] for row in cells(tmp_path / "台账.xlsx", "问题清单")}
    assert rows["score.total"] == (88.88, 99.14, -10.26)
    assert rows["target.operator_inferred"] == ("300户", None, None)
    exported = (tmp_path / "表" / "问题清单.csv").read_text(encoding="utf-8-sig")
    assert ",-10.26," in exported, "no text because of its minus"


def test_rows_are_as_high_as_their_texts() -> None:
    assert [_lines(text, 8) for text in ("项目支出", "项目支出表", "一\n二", "", None)] == [1, 2, 2, 1, 1]


@pytest.mark.parametrize(
    ("text", "number"), [("12.50", True), ("18" + "0" * 307, False), ("2024年", False)]
)
def test_what_no_spreadsheet_knows_as_a_number_stands_as_text(text: str, number: bool) -> None:
    assert (f"<v>{text}</v>" in _cell("<c", "2", "number", text, str)) == number


@pytest.mark.parametrize("sign", ["长", "😀"])
def test_texts_end_where_a_cell_is_full_as_excel_counts(sign: str) -> None:
    assert _cleaned(sign) == sign
    cut = _cleaned(sign * 40_000)
    assert len(cut.encode("utf-16-le")) <= 2 * 32_767 and set(cut) == {sign, "…"} and len(cut) > 16_000


def test_tables_for_other_programs(intake: tuple[returns.Made, Summary, Path]) -> None:
    pandas = pytest.importorskip("pandas")
    _, _, ledger = intake
    compared = 0
    for name in ("一览", "问题清单", "催报", "复核"):
        frame = pandas.read_csv(ledger.parent / "表" / f"{name}.csv")
        assert len(frame) == len(cells(ledger, name)) - 1
        if find_spec("pyarrow"):
            stored = pandas.read_parquet(ledger.parent / "表" / f"{name}.parquet")
            assert list(stored.columns) == list(frame.columns) and len(stored) == len(frame)
            for column in (one for one in stored if isinstance(stored[one].dropna().max(), Decimal)):
                figures = [(float(a), float(b)) for a, b in zip(stored[column], frame[column], strict=True) if a is not None]
                assert all(a == b for a, b in figures)
                compared += len(figures)
    assert compared or not find_spec("pyarrow")


def test_tables_leave_out_what_a_ledger_can_not_hold(tmp_path: Path) -> None:
    """As in names of files that another system wrote."""
    export(tmp_path, (Table("一览", (Column("文件"),), lambda: iter([("\udcbc甲\x1b.xlsx",)]), 1),))
    assert (tmp_path / "一览.csv").read_text(encoding="utf-8-sig").split() == ["文件", "甲.xlsx"]


def test_a_table_that_is_not_finished_leaves_the_earlier_one(tmp_path: Path) -> None:
    def rows(last: str) -> Iterator[tuple[str]]:
        yield ("甲单位",)
        if not last:
            raise KeyboardInterrupt
        yield (last,)

    columns = (Column("单位"),)
    export(tmp_path, (Table("一览", columns, lambda: rows("乙单位"), 2),))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path, (Table("一览", columns, lambda: rows(""), 2),))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "~0123456789abcdef.tmp").write_bytes(b"half of a table, by a run that was killed")
    export(tmp_path, (Table("一览", columns, lambda: rows("乙单位"), 2),))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()}.keys() == before.keys()


def test_a_second_run_reads_nothing_again(
    intake: tuple[returns.Made, Summary, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, result, ledger = intake
    before, journal = ledger.read_bytes(), journal_of(ledger).read_bytes()
    again = run(ledger.parent, means=Means(jobs=2), units=made.units)
    assert to_json("", again) == to_json("", result)
    assert ledger.read_bytes() == before
    assert journal_of(ledger).read_bytes() == journal


def test_statistics(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,类别\n甲单位,市直\n乙单位,县区\n丙单位,县区\n", encoding="utf-8")
    put(tmp_path / "收件" / "a.xlsx", book("甲单位"))
    put(tmp_path / "收件" / "b1.xlsx", book("乙单位", executed="50"), day=1)
    put(tmp_path / "收件" / "b2.xlsx", book("乙单位", executed="60"), day=2)
    put(tmp_path / "收件" / "d.xlsx", b"broken")
    run(tmp_path, units=units)
    rows = [row for row in cells(tmp_path / "台账.xlsx", "统计") if row[0]]
    numbers = {row[0]: row[1:] for row in rows}
    assert numbers["收到的自评表（份，含旧版）"][0] == 3
    assert numbers["计入的（份，每个项目最新一版）"][0] == 2
    assert numbers["计入的里面，有错误的（份）"][0] == 1
    assert numbers["读不了的文件（个）"][0] == 1
    assert numbers["催报：未交"][0] == 1
    assert numbers["优"][:2] == (2, 1)
    assert numbers["市直"][:5] == (1, 0, 0, 99.14, 99.14)
    assert numbers["县区"][:3] == (1, 1, 1)
    assert "没有封签" not in numbers, "what is told for information is no problem"
    assert numbers["总分与各项得分之和不符"][:3] == ("score.total", "错误", 1)
    assert numbers["产出指标"][:5] == (2, 0, 0, 0, 1)


def test_statistics_are_laid_out_for_paper(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,类别\n" + "".join(f"单位{n},类别{n:02}\n" for n in range(40)), encoding="utf-8")
    for number in range(40):
        put(tmp_path / "收件" / f"{number}.xlsx", book(f"单位{number}"))
    run(tmp_path, units=units)
    sheet = openpyxl.load_workbook(tmp_path / "台账.xlsx")["统计"]
    assert sheet["A1"].value == "绩效自评台账 · 统计"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    setup = sheet.page_setup
    assert (setup.fitToWidth or 1, setup.fitToHeight, setup.paperSize, setup.orientation) == (1, 0, 9, "portrait")
    (page_break,) = sheet.row_breaks.brk
    after = str(sheet.cell(page_break.id + 1, 1).value)
    assert after.startswith("按单位类别"), "a table that does not fit stays together"
    assert sheet.cell(page_break.id, 1).value is None
    assert sheet._charts and all(chart.anchor._from.row + 11 <= 26 for chart in sheet._charts)
    findings = openpyxl.load_workbook(tmp_path / "台账.xlsx")["问题清单"]
    wrapped = {title.value for cell, title in zip(findings[2], findings[1], strict=True) if cell.alignment.wrap_text}
    assert wrapped >= {"工作表", "填报值", "应为"}


def test_means_are_over_all_returns_that_have_the_score(tmp_path: Path) -> None:
    vague = {"≥1000人次": "较好", "1194人次": "基本完成"}
    for number, claimed in enumerate(("97", "98.5")):
        data = varied(returns.official(), {UNIT: f"单位{number}", ">99.14<": f">{claimed}<", **vague})
        put(tmp_path / "收件" / f"{number}.xlsx", data)
    put(tmp_path / "收件" / "c.xlsx", book("丙单位"))
    details = run(tmp_path).details
    assert [one["total"]["score"] for one in details] == [None, None, "99.14"]
    numbers = {row[0]: row[1:] for row in cells(tmp_path / "台账.xlsx", "统计") if row[0]}
    assert numbers["项目支出"][3:5] == (98.21, 99.14)
    assert column(tmp_path / "台账.xlsx", "一览", "等级") == ["待评定", "待评定", "优"]


def test_a_standard_forms_live_total_is_what_it_claims(tmp_path: Path) -> None:
    untyped = sealing.filled_bytes(sealing.CLEAN.replace("  claimed_total: 99.5\n", ""))
    put(tmp_path / "收件" / "a.xlsx", untyped)
    put(tmp_path / "收件" / "b.xlsx", varied(untyped, {sealing.UNIT: "乙单位", "<v>99.5</v>": "<v>98</v>"}))
    put(tmp_path / "收件" / "c.xlsx", varied(returns.official(), {"<v>99.14</v>": "<v></v>"}))
    run(tmp_path)
    lines = zip(*(column(tmp_path / "台账.xlsx", "一览", title) for title in ("自评分", "测算分", "相差")), strict=True)
    assert list(lines) == [(99.5, 99.5, 0), (None, 99.5, None), (None, 99.14, None)], "not where the file shows another"


def test_amounts_can_be_compared_whatever_their_unit(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    in_yuan = {"（万元）": "（元）", ">91.37<": ">913705<", ">100<": ">1000000<"}
    put(tmp_path / "收件" / "b.xlsx", varied(returns.official(), {UNIT: "乙单位", **in_yuan}))
    in_thousands = {"（万元）": "（千元）", ">91.37<": ">913.705<", ">100<": ">1000<"}
    put(tmp_path / "收件" / "c.xlsx", varied(returns.official(), {UNIT: "丙单位", **in_thousands}))
    run(tmp_path, tables=tmp_path / "表")
    ledger = tmp_path / "台账.xlsx"
    titles = ("全年执行数（万元）", "全年执行数", "金额单位")
    told = [tuple(column(ledger, "一览", title)) for title in titles]
    assert told == [(91.37, 91.3705, 91.3705), (91.37, 913705, 913.705), ("万元", "元", "千元")]
    with (tmp_path / "表" / "一览.csv").open(encoding="utf-8-sig", newline="") as stream:
        exported = list(csv.DictReader(stream))
    assert [tuple(row[title] for title in titles) for row in exported] == [
        ("91.37", "91.37", "万元"), ("91.3705", "913705", "元"), ("91.3705", "913.705", "千元"),
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(ledger)["一览"]
    widths = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert widths["全年预算数（万元）"] > len("9,999,999.99") and widths["全年预算数"] > len("9,999,999,999.99")


def test_amounts_of_a_doubtful_unit_are_not_put_into_wan(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", varied(returns.official(), {">91.37<": ">913705<"}))
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    assert column(ledger, "一览", "全年执行数（万元）") == [None]
    assert column(ledger, "一览", "全年执行数") == [913705]
    assert "没有换算成万元" in str(column(ledger, "一览", "说明")[0])


def test_levels_that_differ_by_a_word_are_one(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "b.xlsx", varied(returns.official(), {UNIT: "乙单位", ">产出指标<": ">产出<"}))
    run(tmp_path)
    names = [row[0] for row in cells(tmp_path / "台账.xlsx", "统计") if row[0]]
    assert len([name for name in names if name in ("产出", "产出指标")]) == 1


def test_totals_above_full_marks_are_in_no_grade_and_no_average(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "b.xlsx", varied(returns.official(), {UNIT: "乙单位", ">99.14<": ">107<"}))
    put(tmp_path / "收件" / "c.xlsx", varied(returns.official(), {UNIT: "丙单位", ">60<": ">70<"}))
    scores = {one["unit"]: (one["total"]["claimed"], one["total"]["score"]) for one in run(tmp_path).details}
    assert scores["乙单位"] == ("107", "99.14") and Decimal(scores["丙单位"][1]) > 100
    ledger = tmp_path / "台账.xlsx"
    rows = [row for row in cells(ledger, "统计") if row[0]]
    titles = [str(row[0]) for row in rows]
    assert "按测算等级（1 份测算总分超过满分，不计）" in titles
    assert any(title.startswith("按表式（") and "2 份有总分超过满分，那个分数不计" in title for title in titles)
    numbers = {row[0]: row[1:] for row in rows}
    assert numbers["优"][0] == 2
    assert numbers["项目支出"][3:5] == (99.14, 99.14)
    assert "超过满分" in str(column(ledger, "一览", "说明")[2]) and column(ledger, "一览", "等级")[2] is None


def test_errors_stand_before_warnings(tmp_path: Path) -> None:
    wrong = varied(base(claimed="88.88"), {UNIT: "甲单位", f">{returns.EXECUTED}<": ">70<"})
    put(tmp_path / "收件" / "a.xlsx", wrong)
    run(tmp_path)
    order = ["错误", "警告", "提示"]
    for sheet in ("问题清单", "复核"):
        levels = [order.index(str(level)) for level in column(tmp_path / "台账.xlsx", sheet, "级别")]
        assert levels == sorted(levels) and len(set(levels)) > 1


def test_what_does_not_count_says_what_does(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"), day=1)
    put(tmp_path / "收件" / "b.xlsx", book(executed="80"), day=3)
    put(tmp_path / "收件" / "c.xlsx", book(executed="80"), day=5)
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    told = list(zip(*(column(ledger, "一览", title) for title in ("计入", "说明")), strict=True))
    assert told == [("旧版", "以序号 2 的“b.xlsx”为准"), ("计入", None), ("重复", "以序号 2 的“b.xlsx”为准")]


def test_errors_and_broken_seals_are_coloured(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    run(tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "台账.xlsx")["一览"]
    head = {cell.value: cell.column_letter for cell in sheet[1]}
    coloured = {
        (str(area.sqref), rule.formula[0])
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.dxf.fill is not None and rule.dxf.fill.bgColor.rgb == "FFFFC7CE"
    }
    errors = f"N(${head['错误']}2)>0"
    assert coloured == {
        (f"{head['错误']}2", errors), (f"{head['单位']}2", errors), (f"{head['封签']}2", '"已破"'),
    }  # fmt: skip
    legend = {str(area.sqref): area.prompt for area in sheet.data_validations.dataValidation}
    assert legend.keys() == {f"{head['单位']}1", f"{head['计入']}1"}
    assert all("灰字：不计入" in told and told in str(sheet.oddFooter.center.text) for told in legend.values())
