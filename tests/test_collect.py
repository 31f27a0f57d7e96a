"""The bureau's intake: every file accounted for, resubmissions, the roll-call, the ledger, and what interrupts it."""

from __future__ import annotations

import base64
import csv
import email
import email.policy
import io
import itertools
import json
import multiprocessing.spawn
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import openpyxl
import openpyxl.comments
import pytest
import returns
import sealing
from conftest import Convert, Format
from crashing import double
from returns import PROJECT, UNIT, base, letter, varied, zipped

from selfeval_xl.annotate import annotate
from selfeval_xl.cli import collect as command
from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Parser
from selfeval_xl.collect import engine as engine_module
from selfeval_xl.collect import journal as journal_module
from selfeval_xl.collect import ledger as ledger_module
from selfeval_xl.collect.containers import unpacked
from selfeval_xl.collect.engine import Engine, interruptible, processes
from selfeval_xl.collect.export import export
from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.reviews import read_back
from selfeval_xl.collect.rollcall import Came, read_units, roll_call
from selfeval_xl.collect.rows import _lines
from selfeval_xl.collect.run import Means, Steps, Summary, collect, journal_of
from selfeval_xl.collect.sources import Passed, Source, found
from selfeval_xl.collect.tables import Column, Table
from selfeval_xl.collect.versions import Dated, Version, versions
from selfeval_xl.errors import DataError, SelfEvalError, TargetError
from selfeval_xl.rules import load
from selfeval_xl.seal.signing import new_keys
from selfeval_xl.workbook import archive

COUNT = 300
ONE = Means(jobs=1)


def book(unit: str = "甲单位", project: str = "专项一", executed: str = returns.EXECUTED) -> bytes:
    return varied(base(), {UNIT: unit, PROJECT: project, f">{returns.EXECUTED}<": f">{executed}<"})


def put(path: Path, data: bytes, day: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    when = (returns._DAY + timedelta(days=day)).timestamp()
    os.utime(path, (when, when))
    return path


def run(folder: Path, *, ledger: str = "台账.xlsx", means: Means = ONE, **options: Path | None) -> Summary:
    return collect([str(folder / "收件")], folder / ledger, means=means, details=True, **options)  # type: ignore[arg-type]


def last(name: str) -> str:
    return name.rpartition(" › ")[2].replace("\\", "/").rpartition("/")[2]


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return [tuple(row) for row in workbook[sheet].iter_rows(values_only=True)]


def column(path: Path, sheet: str, title: str) -> list[object]:
    head, *rows = cells(path, sheet)
    return [row[head.index(title)] for row in rows]


# --- all kinds of files ---


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
    assert {last(one.name) for one in result.passed} == made.passed
    assert result.returns + result.unread == COUNT


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
    missing = [line.expected.unit for line in result.roll_call if line.state == "未交"]
    assert tuple(missing) == made.missing
    assert result.states["已交多版"] == sum("（改）" in name for name in made.expected)
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
    assert len(workbook["统计"]._charts) == 2
    link = workbook["一览"]["X2"].value
    assert isinstance(link, str) and link.startswith('=HYPERLINK("收件')
    assert (ledger.parent / link.split('"')[1]).exists()


def test_figures_in_the_ledger_are_numbers(intake: tuple[returns.Made, Summary, Path]) -> None:
    _, _, ledger = intake
    rows = [row for row in cells(ledger, "一览")[1:] if row[4] == "项目支出" and row[7] == 91.37]
    assert rows
    assert {row[8] for row in rows} == {0.9137}
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


def test_a_second_run_reads_nothing_again(
    intake: tuple[returns.Made, Summary, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, result, ledger = intake
    before, journal = ledger.read_bytes(), journal_of(ledger).read_bytes()
    again = run(ledger.parent, means=Means(jobs=2), units=made.units)
    assert again == result
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
    assert numbers["没有封签"][:3] == ("seal.missing", "警告", 2)
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
    run(tmp_path, tables=tmp_path / "表")
    ledger = tmp_path / "台账.xlsx"
    titles = ("全年执行数（万元）", "全年执行数", "金额单位")
    told = [tuple(column(ledger, "一览", title)) for title in titles]
    assert told == [(91.37, 91.3705), (91.37, 913705), ("万元", "元")]
    with (tmp_path / "表" / "一览.csv").open(encoding="utf-8-sig", newline="") as stream:
        exported = list(csv.DictReader(stream))
    assert [tuple(row[title] for title in titles) for row in exported] == [
        ("91.37", "91.37", "万元"), ("91.3705", "913705", "元"),
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


# --- years ---


def test_returns_of_another_year_do_not_count_where_one_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n丙单位\n", encoding="utf-8")
    old = {"2024": "2023"}
    put(tmp_path / "收件" / "甲.xlsx", book("甲单位"))
    put(tmp_path / "收件" / "甲旧.xlsx", varied(returns.official(), {UNIT: "甲单位", **old}))
    put(tmp_path / "收件" / "乙旧.xlsx", varied(returns.official(), {UNIT: "乙单位", **old}))
    put(tmp_path / "收件" / "丙.xlsx", varied(returns.official(), {UNIT: "丙单位", "2024": "    "}))
    ledger, back = tmp_path / "台账.xlsx", tmp_path / "退回"
    argv = [str(tmp_path / "收件"), "-o", str(ledger), "--units", str(units), "--jobs", "1"]
    call(*argv)
    out = capsys.readouterr().out
    assert "计入的不是同一个年度：2024 年度的 1 份，2023 年度的 2 份，没写年度的 1 份" in out and "--year 2024" in out
    assert "计入 4 份" in out and "已交 3" in out
    years = dict(zip(column(ledger, "催报", "单位"), column(ledger, "催报", "年度"), strict=True))
    assert years == {"甲单位": "2023、2024", "乙单位": "2023", "丙单位": None}

    call(*argv, "--year", "2024", "--annotate", str(back))
    out = capsys.readouterr().out
    assert "计入 2 份" in out and "不是 2024 年度的 2 份，没有计入" in out and "没写年度的 1 份也计入了" in out
    assert f"回复邮件草稿在文件夹：{back}" in out
    assert "已交 2，未交 1，别的年度 2" in out and "未交：乙单位　交来的是 2023 年度的" in out
    calls = list(zip(*(column(ledger, "催报", title) for title in ("单位", "状态", "年度")), strict=True))
    assert calls == [
        ("甲单位", "已交", "2024"), ("乙单位", "未交", None), ("丙单位", "已交", None),
        ("乙单位", "别的年度", "2023"), ("甲单位", "别的年度", "2023"),
    ]  # fmt: skip
    assert column(ledger, "一览", "计入").count("别的年度") == 2
    assert "乙单位" not in column(ledger, "问题清单", "单位") and "乙单位" not in column(ledger, "复核", "单位")
    assert "请报送 2024 年度的自评表" in told(back / "乙单位_审核意见.eml")
    assert "2023 年度的自评表，没有计入。" in told(back / "甲单位_审核意见.eml")
    assert not list(back.glob("2023*"))

    call(*argv, "--year", "2024", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["year"], printed["other_year"]) == (2024, 2)
    assert printed["years"] == [{"year": 2024, "returns": 1}, {"year": None, "returns": 1}]
    assert {last(one["file"]): one["standing"] for one in printed["files"]}["乙旧.xlsx"] == "other_year"


@pytest.mark.parametrize("year", ["25", "二〇二五", "2025年", "0000"])
def test_year_is_asked_for_in_words(capsys: pytest.CaptureFixture[str], year: str) -> None:
    with pytest.raises(SystemExit) as ended:
        call("收件", "-o", "台账.xlsx", f"--year={year}")
    assert ended.value.code == 2 and f"应为四位数的年度（如 2025），而不是 {year}" in capsys.readouterr().err


# --- blank forms ---


@cache
def blank() -> bytes:
    return (Path(returns.__file__).parents[1] / "workbook_templates" / "project.xlsx").read_bytes()


def test_blank_form_is_no_return(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n甲单位,\n乙单位,\n丙单位,c@example.org\n丁单位,\n", encoding="utf-8")
    put(tmp_path / "收件" / "甲单位" / "自评表.xlsx", book("甲单位"))
    put(tmp_path / "收件" / "甲单位" / "空的.xlsx", blank())
    put(tmp_path / "收件" / "乙单位.xlsx", blank())
    put(tmp_path / "收件" / "信.eml", letter("C@example.org", {"表.xlsx": blank()}))
    put(tmp_path / "收件" / "谁的.xlsx", blank())
    ledger = tmp_path / "台账.xlsx"
    argv = [str(tmp_path / "收件"), "-o", str(ledger), "--units", str(units), "--jobs", "1"]
    back = tmp_path / "退回"
    assert call(*argv, "--annotate", str(back)) == 0
    said = capsys.readouterr().out
    assert "收到自评表 1 份，计入 1 份，其中有错误的 0 份；读不了的文件 0 个；没有填的空白表 4 份" in said
    assert "已交 1，交了空表 2，未交 1，看不出单位 1" in said and "未交：丁单位" in said
    assert dict(zip(column(ledger, "催报", "单位"), column(ledger, "催报", "状态"), strict=True)) == {
        "甲单位": "已交", "乙单位": "交了空表", "丙单位": "交了空表", "丁单位": "未交", None: "看不出单位",
    }  # fmt: skip
    assert sorted(column(ledger, "一览", "计入")) == ["空白表"] * 4 + ["计入"]  # type: ignore[type-var]
    assert "乙单位.xlsx：空白表（没有填）" in column(ledger, "一览", "说明")
    assert set(column(ledger, "复核", "单位")) == {"甲单位"}
    numbers = {row[0]: row[1:] for row in cells(ledger, "统计") if row[0]}
    assert numbers["空白表（份，没有填，不计入）"][0] == 4
    assert numbers["项目支出"][:5] == (1, 0, 0, 99.14, 99.14)
    assert [path.name for path in back.glob("*.xlsx")] == ["2024_甲单位_专项一_自评表_批注.xlsx"]
    assert "请填写后重新报送" in told(back / "乙单位_审核意见.eml")
    assert call(*argv, "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["returns"], printed["counting"], printed["blank"], printed["unread"]) == (1, 1, 4, 0)
    assert {one["standing"] for one in printed["files"]} == {"counts", "blank"}
    assert {one["state"] for one in printed["roll_call"]} == {"returned", "blank", "missing", "unread"}


def test_blank_form_supersedes_nothing(tmp_path: Path) -> None:
    named = sealing.filled_bytes("form: project\nfields: {year: 2024, unit: 甲单位, project: 专项一}\n")
    put(tmp_path / "收件" / "a.xlsx", book(), day=1)
    put(tmp_path / "收件" / "b.xlsx", named, day=5)
    result = run(tmp_path)
    assert [(one["unit"], one["standing"]) for one in result.details] == [("甲单位", "counts"), ("甲单位", "blank")]
    assert [(line.expected.unit, line.state) for line in result.roll_call] == [("甲单位", "已交")]


# --- versions ---


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([("a", 1)], ["1/1 counts"]),
        ([("a", 1), ("b", 2)], ["1/2", "2/2 counts"]),
        ([("b", 2), ("a", 1)], ["2/2 counts", "1/2"]),
        ([("a", 1), ("a", 2)], ["1/1 counts", "1/1 again"]),
        ([("a", 1), ("b", 2), ("a", 3)], ["2/2 again", "1/2", "2/2 counts"]),
        ([("a", 1), ("b", 2), ("a", 3), ("a", 4)], ["2/2 again", "1/2", "2/2 counts", "2/2 again"]),
        ([("a", 1), ("b", 2), ("a", 3), ("b", 4)], ["1/2 again", "2/2 again", "1/2", "2/2 counts"]),
        ([("a", 1), ("b", 1)], ["1/2", "2/2 counts"]),
        ([("a", 1), ("b", 2), ("b", 3)], ["1/2", "2/2 counts", "2/2 again"]),
    ],
)
def test_versions(sent: list[tuple[str, float]], expected: list[str]) -> None:
    def said(one: Version) -> str:
        return f"{one.number}/{one.of}" + " again" * one.repeated + " counts" * one.counts

    assert [said(one) for one in versions([Dated("key", when, content) for content, when in sent])] == expected


def test_newest_version_counts_whatever_way_it_came(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "一.xlsx", book(executed="70"), day=1)
    put(
        tmp_path / "收件" / "二.eml",
        letter("a@example.org", {"表.xlsx": book(executed="80")}, returns._DAY + timedelta(days=9)),
    )
    put(tmp_path / "收件" / "三.xlsx", book(executed="75"), day=5)
    put(tmp_path / "收件" / "四.xlsx", book(unit="甲 单位", executed="80"), day=8)
    result = run(tmp_path)
    standing = {last(one["file"]): one["standing"] for one in result.details}
    assert standing == {"一.xlsx": "superseded", "三.xlsx": "superseded", "四.xlsx": "superseded", "表.xlsx": "counts"}
    assert set(column(tmp_path / "台账.xlsx", "一览", "版本")) == {"第1/4版", "第2/4版", "第3/4版", "第4/4版"}


def test_unchanged_copies_are_known(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(), day=1)
    put(tmp_path / "收件" / "b" / "a（重发）.xlsx", book(), day=3)
    result = run(tmp_path)
    assert [one["standing"] for one in result.details] == ["counts", "repeated"]
    assert result.roll_call[0].state == "已交"


def test_a_sealed_return_that_was_only_saved_again_is_no_version(tmp_path: Path, soffice_convert: Convert) -> None:
    sent = put(tmp_path / "收件" / "a.xlsx", sealing.packed_bytes(sealing.CLEAN), day=1)
    put(tmp_path / "收件" / "b.xlsx", soffice_convert([sent], "xlsx")[0].read_bytes(), day=3)
    result = run(tmp_path)
    assert [(one["standing"], one["versions"]) for one in result.details] == [("counts", 1), ("repeated", 1)]
    assert result.roll_call[0].state == "已交"


def test_returns_without_a_name_are_nobodys_versions(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(unit="", executed="70"))
    put(tmp_path / "收件" / "b.xlsx", book(unit="", executed="80"))
    assert [one["standing"] for one in run(tmp_path).details] == ["counts", "counts"]


# --- the roll-call ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_list_of_units_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("单位,邮箱,类别\n甲单位,A@example.org,市直\n\n乙单位,,县区\n", encoding=encoding)
    roll = read_units(path)
    assert [one.unit for one in roll.expected] == ["甲单位", "乙单位"]
    assert roll.kind_of(" 甲单位 ") == "市直" and roll.unit_of("a@example.org") == "甲单位"


def sheet_of(rows: Sequence[Sequence[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["名单.xlsx", "其实是工作簿.csv"])
def test_list_of_units_in_a_workbook(tmp_path: Path, name: str) -> None:
    rows = [
        ["2024 年单位名单"], [], ["序号", "预算单位", "电子邮箱", "电话"], [1, "甲单位", "A@example.org", 123], [2, " 乙单位 "],
    ]  # fmt: skip
    roll = read_units(put(tmp_path / name, sheet_of(rows)))
    assert [one.unit for one in roll.expected] == ["甲单位", "乙单位"]
    assert roll.unit_of("a@example.org") == "甲单位" and roll.unused == ("序号", "电话")


def test_columns_of_the_list_that_are_not_used_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    units = put(tmp_path / "名单.xlsx", sheet_of([["单位", "联系人", "电话"], ["甲单位", "某某", 1]]))
    argv = [str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--units", str(units), "--jobs", "1"]
    assert call(*argv) == 0
    out = capsys.readouterr().out
    assert out.count("没有用到的列") == 1 and "没有用到的列：联系人、电话\n" in out and "已交 1\n" in out
    assert call(*argv, "--json") == 0
    assert json.loads(capsys.readouterr().out)["unused_columns"] == ["联系人", "电话"]
    put(units, b"PK\x03\x04 broken")
    assert call(*argv) == 2
    assert "名单.xlsx" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "word"), [("名称\n甲\n", "单位"), ("单位\n", "一个单位也没有"), ("", "单位")])
def test_list_of_units_that_is_none(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=word):
        read_units(path)


def test_roll_call(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(
        "单位,项目\n甲单位,专项一\n甲单位,专项二\n乙单位,\n丙单位,\n丁单位,\n戊单位,专项九\n", encoding="utf-8"
    )
    came = [
        Came("甲单位", "专项一", versions=2), Came("乙单位", "随便"), Came("乙单位", "另一项"), Came("丁单位", None, name="坏.xlsx", unread=True),
        Came("己单位", "x"), Came("乙单立", "y"), Came("戊单位", "专项八"), Came(None, None, name="谁的.xlsx", unread=True),
        Came(None, None, name="谁的空表.xlsx", blank=True), Came("庚单位", None, name="空.xlsx", blank=True),
        Came("丙单位", None, name="空.xlsx", blank=True), Came("乙单位", None, name="空.xlsx", blank=True),
    ]  # fmt: skip
    lines = [
        (one.expected.unit, one.expected.project, one.state, one.returns) for one in roll_call(read_units(path), came)
    ]
    assert lines == [
        ("甲单位", "专项一", "已交多版", 1), ("甲单位", "专项二", "未交", 0), ("乙单位", "", "已交", 2), ("丙单位", "", "交了空表", 0),
        ("丁单位", "", "交了但读不了", 0), ("戊单位", "专项九", "未交", 0), ("己单位", "x", "名单外", 1), ("乙单立", "y", "名单外", 1),
        ("戊单位", "专项八", "名单外", 1), ("庚单位", "", "名单外", 0), ("", "", "看不出单位", 0), ("", "", "看不出单位", 0),
    ]  # fmt: skip


def test_a_form_that_has_only_a_department_is_that_departments_where_it_is_expected(tmp_path: Path) -> None:
    """Not one whose place for a unit was left empty, nor one that came from a unit's own address."""
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n市财政局,\n甲学校,a@example.org\n", encoding="utf-8")
    alone = varied(returns.official(), {"实施单位": "联系电话", UNIT: "见封面"})
    nobody = varied(returns.official(), {UNIT: "", PROJECT: "专项二"})
    put(tmp_path / "收件" / "a.xlsx", nobody)
    states = lambda: {line.expected.unit: line.state for line in run(tmp_path, units=units).roll_call}  # noqa: E731
    assert states() == {"市财政局": "未交", "甲学校": "未交", "": "名单外"}
    put(tmp_path / "收件" / "b.xlsx", alone)
    assert states() == {"市财政局": "已交", "甲学校": "未交", "": "名单外"}
    assert column(tmp_path / "台账.xlsx", "一览", "单位").count("市财政局") == 1
    (tmp_path / "收件" / "b.xlsx").unlink()
    put(tmp_path / "收件" / "信.eml", letter("a@example.org", {"表.xlsx": alone}))
    assert states() == {"市财政局": "未交", "甲学校": "已交", "": "名单外"}


def test_missing_ones_point_to_what_may_be_theirs(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    names = ("长宁市档案馆", "长宁市人民医院", "长宁市残疾人联合会", "长宁市妇女联合会", "长宁市第一中学", "长宁市第二中学", "长宁市体育局")
    path.write_text("单位\n" + "\n".join(names), encoding="utf-8")
    came = [
        Came("长宁档案馆", "数字化", name="收件/档案(1).xlsx"), Came(None, None, name="收件/人民医院.xlsx", unread=True),
        Came(None, None, name="收件/残联自评表.rar", unread=True), Came(None, None, name="收件/中学.xlsx", unread=True),
        Came(None, None, name="收件/会议通知.xlsx", formless=True), Came(None, "x", name="收件/2025年自评表.xlsx"),
    ]  # fmt: skip
    lines = list(roll_call(read_units(path), came, ["收件/妇联.docx"]))
    notes = {line.expected.unit: line.note for line in lines if line.expected.unit in names}
    assert {line.state for line in lines if line.expected.unit in names} == {"未交"}
    assert notes == {
        "长宁市档案馆": "名单外有一份相近的“长宁档案馆”（档案(1).xlsx），可能就是它",
        "长宁市人民医院": "“人民医院.xlsx”看文件名可能是它（交了但读不了）",
        "长宁市残疾人联合会": "“残联自评表.rar”看文件名可能是它（交了但读不了）",
        "长宁市妇女联合会": "“妇联.docx”看文件名可能是它（不是工作簿，跳过了）",
        "长宁市第一中学": "", "长宁市第二中学": "", "长宁市体育局": "",
    }  # fmt: skip
    unowned = [line.note for line in lines if line.state == "看不出单位"]
    assert "交了但读不了；名单里有“长宁市人民医院”，是不是它？；收件/人民医院.xlsx" in unowned
    assert "交的不是自评表；收件/会议通知.xlsx" in unowned


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("市科协", "长宁市科学技术协会"), ("长宁疾控中心", "长宁市疾病预防控制中心"), ("某省长宁市红山区水利局", "红山区水利局"),
        ("市教育局", None), ("红山区教育局", "红山市教育局"), ("协", None),
    ],
)  # fmt: skip
def test_short_and_long_names_point_to_the_only_unit_that_they_can_mean(
    name: str, meant: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "名单.csv"
    listed = ("长宁市科学技术协会", "长宁市疾病预防控制中心", "红山区水利局", "长宁市教育局", "红山市教育局")
    path.write_text("单位\n" + "\n".join(listed), encoding="utf-8")
    lines = list(roll_call(read_units(path), [Came(name, "x", name="收件/表.xlsx")]))
    assert [line.expected.unit for line in lines if line.note and line.state == "未交"] == ([meant] if meant else [])
    assert lines[-1].note == (f"名单里有“{meant}”，是不是它？" if meant else "")


def test_a_unit_that_sent_something_else_has_sent_no_form(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "甲单位会议通知.xlsx", returns.wrong_form())
    put(tmp_path / "收件" / "乙单位.xlsx", returns.wrong_form())
    put(tmp_path / "收件" / "乙单位坏的.xlsx", b"broken")
    result = run(tmp_path, units=units, annotate=tmp_path / "退回")
    assert [line.state for line in result.roll_call] == ["交的不是自评表", "交了但读不了"]
    assert (result.unread, result.formless) == (3, 2)
    letter_to = told(tmp_path / "退回" / "甲单位_审核意见.eml")
    assert "文件里没有自评表" in letter_to and "请报送填好的自评表" in letter_to and "打不开" not in letter_to


def test_sender_tells_whose_a_damaged_return_is(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n甲单位,a@example.org\n乙单位,\n丙单位,c@example.org\n丁单位,c@example.org\n", encoding="utf-8")
    put(tmp_path / "收件" / "信.eml", letter("A@example.org", {"表.xlsx": b"broken"}))
    put(tmp_path / "收件" / "乙单位的表.xlsx", b"broken, too")
    states = {line.expected.unit: line.state for line in run(tmp_path, units=units).roll_call}
    assert states == {"甲单位": "交了但读不了", "乙单位": "交了但读不了", "丙单位": "未交", "丁单位": "未交"}
    put(tmp_path / "收件" / "信二.eml", letter("c@example.org", {"表.xlsx": b"broken, three"}))
    shared = {line.expected.unit: line.state for line in run(tmp_path, units=units).roll_call}
    assert shared == states | {"": "看不出单位"}, "an address that two units share tells nothing"


def test_what_else_of_a_unit_could_not_be_read_is_said(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "甲单位.xlsx", book("甲单位"), 3)
    put(tmp_path / "收件" / "甲单位_更正.xlsx", book("甲单位")[:-500], 4)
    put(tmp_path / "收件" / "乙单位.xlsx", book("乙单位"), 3)
    put(tmp_path / "收件" / "乙单位_专项二.xlsx", book("乙单位", "专项二"), 1)
    put(tmp_path / "收件" / "乙单位_草稿.xlsx", book("乙单位")[:-500], 2)
    lines = run(tmp_path, units=units).roll_call
    assert [(line.state, line.note) for line in lines] == [
        ("已交", "另有文件读不了，比已交的晚，可能是更正：甲单位_更正.xlsx"),
        ("已交", "另有文件读不了：乙单位_草稿.xlsx"),
    ]


# --- containers ---


def test_files_are_found_once_and_each_on_its_own(tmp_path: Path) -> None:
    put(tmp_path / "b" / "a.xlsx", b"1")
    put(tmp_path / "a.xlsx", b"1")
    for name in ("x.xlsx", "y.xlsx"):
        (tmp_path / name).symlink_to(tmp_path / "nothing")
    names = [one.name for one in found([str(tmp_path / "b"), str(tmp_path), str(tmp_path / "a.xlsx")])]
    assert names == [str(tmp_path / name) for name in ("b/a.xlsx", "a.xlsx", "x.xlsx", "y.xlsx")]


def test_links_that_lead_nowhere_stop_nothing(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "甲.xlsx", book())
    (tmp_path / "收件" / "圈.xlsx").symlink_to("圈.xlsx")
    (tmp_path / "收件" / "圈").symlink_to("圈")
    (tmp_path / "台账.xlsx").symlink_to("台账.xlsx")
    result = run(tmp_path)
    assert {last(one["file"]): one["readable"] for one in result.details} == {"甲.xlsx": True, "圈.xlsx": False}
    assert [last(one.name) for one in result.passed] == ["圈"]
    assert column(tmp_path / "台账.xlsx", "一览", "单位")


def names_in(path: Path) -> dict[str, str | None]:
    """What a file holds: the name and the reason where it can't be opened; ``-`` before what is passed over."""
    result: dict[str, str | None] = {}
    for one in found([str(path)]):
        for inner in (one,) if isinstance(one, Passed) else unpacked(one):
            own = inner.name.removeprefix(f"{path}").removeprefix(" › ")
            result["-" + own if isinstance(inner, Passed) else own] = (
                inner.reason if isinstance(inner, Source) else None
            )
    return result


def test_archives_with_chinese_names(tmp_path: Path) -> None:
    files = {"甲单位/自评表.xlsx": b"1", "甲单位/说明.docx": b"2", "~$自评表.xlsx": b"3", "__MACOSX/._a.xlsx": b"4"}
    for gbk in (False, True):
        path = put(tmp_path / f"{gbk}.zip", zipped(files, gbk=gbk))
        assert names_in(path) == {
            "甲单位/自评表.xlsx": None, "-甲单位/说明.docx": None, "-~$自评表.xlsx": None, "-__MACOSX/._a.xlsx": None,
        }  # fmt: skip


def test_archives_within_archives_to_a_depth(tmp_path: Path) -> None:
    inner = zipped({"a.xlsx": b"1"})
    path = put(tmp_path / "外.zip", zipped({"内.zip": inner, "套.zip": zipped({"太深.zip": inner})}))
    got = names_in(path)
    assert got["内.zip › a.xlsx"] is None
    assert "太多层" in (got["套.zip › 太深.zip"] or "")


def test_archive_that_never_ends(tmp_path: Path) -> None:
    """Mails and archives in turn count as levels, too."""
    data = zipped({"a.xlsx": b"1"})
    for level in range(6):
        data = zipped({f"{level}.eml": letter("a@example.org", {f"{level}.zip": data})})
    assert len(names_in(put(tmp_path / "套娃.zip", data))) == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (zipped({"../../a.xlsx": b"1"}), "包外"),
        (zipped({"/etc/a.xlsx": b"1"}), "包外"),
        (zipped({"C:\\a.xlsx": b"1"}), "包外"),
        (zipped({"a.rar": b"1"}), "RAR"),
        (zipped({"a.xlsx": b"1"})[:-30], "不完整"),
        (b"PK\x03\x04" + bytes(100), "不完整"),
        (zipped({"a.xlsx": base(), "b.xlsx": base()})[:-20], "不完整"),
        (zipped({"a.xlsx": base(), "b.xlsx": base()})[:-5_000], "不完整"),
        (zipped({"a.xlsx": base(), "b.xlsx": base()})[: len(base()) + 36], "不完整"),  # up to the end of the first
        (zipped({}), "空的"),
    ],
)
def test_archives_that_are_not_to_be_opened(tmp_path: Path, data: bytes, word: str) -> None:
    assert [word in (reason or "") for reason in names_in(put(tmp_path / "a.zip", data)).values()] == [True]


def test_archive_that_unpacks_itself(tmp_path: Path) -> None:
    """A program stands before its entries."""
    data = b"MZ" + bytes(3_000) + zipped({"a.xlsx": base()})
    assert names_in(put(tmp_path / "a.zip", data)) == {"a.xlsx": None}


def test_directory_from_which_the_first_entry_was_struck(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("旧.xlsx", b"1")
        made.writestr("新.xlsx", b"2")
        del made.filelist[0]
    assert names_in(put(tmp_path / "a.zip", stream.getvalue())) == {"新.xlsx": None}


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes of this kind")
    for name in ("管道.xlsx", "管道"):
        os.mkfifo(tmp_path / name)
    got = names_in(tmp_path)
    assert "管道或设备" in (got["/管道.xlsx"] or "") and got["-/管道"] is None


def test_content_tells_where_the_name_says_nothing(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016)
    said = {name: old + name.encode("utf-16-le").ljust(512, b"\0") for name in ("Workbook", "WordDocument")}
    mail = b"From - Sat Mar  1 09:00:00 2025\n" + letter("a@example.org", {"x.xlsx": b"1"}).replace(b"\r\n", b"\n")
    files = {
        "附件": base(), "附件.dat": base(), "1.甲单位自评表": base(), "a.xlsx(1)": base(), "旧": said["Workbook"],
        "文档": said["WordDocument"], "文字": b"From here on: nothing", "其他.docx": base(), "._附件": base(),
        "压缩": zipped({"a.txt": b"1"}), "收件箱": mail, "包.dat": b"Rar!",
    }  # fmt: skip
    holds = {"收件箱": "收件箱 › 第 1 封 › x.xlsx"}
    returned = {holds.get(name, name) for name in ("附件", "附件.dat", "1.甲单位自评表", "a.xlsx(1)", "旧", "收件箱", "包.dat")}
    expected = returned | {f"-{name}" for name in ("文档", "文字", "其他.docx", "._附件", "压缩")}
    for name, data in files.items():
        put(tmp_path / "散" / name, data)
    put(tmp_path / "a.zip", zipped(files))
    put(tmp_path / "a.eml", letter("a@example.org", files))
    told = names_in(tmp_path / "散")
    assert {name.replace("/", "", 1) for name in told} == expected
    assert "RAR" in (told["/包.dat"] or "")
    for container in ("a.zip", "a.eml"):
        got = names_in(tmp_path / container)
        assert got.keys() == expected, container
        assert [name for name, reason in got.items() if reason] == ["包.dat"]
    put(tmp_path / "收件" / "附件", book("甲单位"))
    put(tmp_path / "收件" / "a.eml", letter("a@example.org", {"附件.dat": book("乙单位")}))
    assert [one["unit"] for one in run(tmp_path).details] == ["乙单位", "甲单位"]


def test_mails_that_hold_no_file_say_so(tmp_path: Path) -> None:
    forgotten, tnef, scan = letter("a@example.org", {}), b"\x78\x9f\x3e\x22" + bytes(80), b"%PDF"
    assert "没有附件" in str(names_in(put(tmp_path / "忘了.eml", forgotten)))
    assert "winmail.dat" in (names_in(put(tmp_path / "a.eml", letter("a@example.org", {"winmail.dat": tnef})))["winmail.dat"] or "")
    assert names_in(put(tmp_path / "b.eml", letter("a@example.org", {"a.pdf": scan}))) == {"-a.pdf": None, "-": None}
    box = b"From x@example.org Sat Mar  1 09:00:00 2025\n" + forgotten.replace(b"\r\n", b"\n")
    assert names_in(put(tmp_path / "c.mbox", box)) == {"-第 1 封": None}, "a mailbox holds other mails, too"
    assert "没有邮件" in str(names_in(put(tmp_path / "d.mbox", b"")))
    put(tmp_path / "收件" / "忘了.eml", forgotten)
    assert "没有附件" in run(tmp_path).details[0]["reason"]


@pytest.mark.parametrize("packed", [False, True])
def test_forwarded_mails(tmp_path: Path, packed: bool) -> None:
    inner = letter("a@example.org", {"表.xlsx": b"1"})
    encoding = b"Content-Transfer-Encoding: base64\r\n" if packed else b""
    body = base64.encodebytes(inner) if packed else inner
    mail = b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n' + encoding + b"\r\n" + body + b"\r\n--B--\r\n"
    assert last(*names_in(put(tmp_path / "a.eml", b"\xef\xbb\xbf" + mail))) == "表.xlsx"


def locked(data: bytes) -> bytes:
    """The archive as if it had a password: the mark of it set at each entry."""
    return data.replace(b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\1").replace(
        b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"
    )


def test_what_can_not_be_opened_is_a_clear_line(tmp_path: Path) -> None:
    encrypted = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(1016)
        + "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0")
        + bytes(384)
    )
    files = {
        "a.rar": (b"Rar!", "RAR 压缩包"), "b.7z": (b"7z", "7z 压缩包"), "c.msg": (b"x", "另存为 .eml"),
        "d.xlsx": (encrypted, "设了打开密码"), "e.et": (encrypted, "设了打开密码"), "f.et": (b"x" * 600, "不是 Excel 工作簿"),
        "g.zip": (locked(zipped({"a.xlsx": b"1"})), "压缩包设了密码"), "h.xlsx": (zipped({"a.xlsx": b"1"}), "这是压缩包"),
        "i.zip": (zipped({"内.zip": zipped({"j.xlsx": encrypted})}), "设了打开密码"), "k.eml": (letter("a@example.org", {"l.rar": b"Rar!"}), "RAR 压缩包"),
        "m.xls": (b"<html>", "网页"), "n.xlsx": (b"", "0 字节"),
    }  # fmt: skip
    for name, (data, _) in files.items():
        put(tmp_path / "收件" / name, data)
    reasons = {Path(one["file"].split(" › ")[0]).name: one["reason"] for one in run(tmp_path).details}
    assert reasons.keys() == files.keys()
    for name, (_, word) in files.items():
        assert word in reasons[name], (name, reasons[name])
        assert "：" in reasons[name] or "。" in reasons[name], "says what to do"
    told = [said for said in column(tmp_path / "台账.xlsx", "一览", "说明") if str(said).startswith("j.xlsx：")]
    assert len(told) == 1, "a printed ledger shows no paths"


def test_each_file_that_gave_nothing_has_its_error_in_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "好.xlsx", book())
    put(tmp_path / "收件" / "~$好.xlsx", b"lock")
    put(tmp_path / "收件" / "扫描.pdf", b"%PDF")
    expected = {"甲单位.rar": "package.unread", "信.msg": "package.unread", "通讯录.xlsx": "package.no_form", "坏.xlsx": "package.not_workbook"}
    contents = {"通讯录.xlsx": returns.wrong_form()}
    for name in expected:
        put(tmp_path / "收件" / name, contents.get(name, b"broken"))
    ledger = tmp_path / "台账.xlsx"
    assert call(str(tmp_path / "收件"), "-o", str(ledger), "--units", str(units), "--jobs", "1") == 1
    out = capsys.readouterr().out
    assert "计入 1 份，其中有错误的 0 份；读不了的文件 3 个；不是自评表的工作簿 1 个" in out
    assert "已交 1，看不出单位 3" in out and "跳过 1 个" in out
    numbers = {row[0]: row[1:] for row in cells(ledger, "统计") if row[0]}
    assert numbers["跳过的文件（个，不是自评表）"][0] == 1
    assert (numbers["催报：交了但读不了"][0], numbers["催报：看不出单位"][0]) == (0, 3)
    overview = zip(*(column(ledger, "一览", title) for title in ("计入", "错误")), strict=True)
    assert sorted(overview) == [("不是自评表", 1), ("计入", 0), *[("读不了", 1)] * 3]  # type: ignore[type-var]
    assert "交的不是自评表；" in str(column(ledger, "催报", "说明"))
    told = zip(*(column(ledger, "问题清单", title) for title in ("问题", "级别", "编号")), strict=True)
    found_ids = {str(text).partition("：")[0]: id for text, level, id in told if level == "错误"}
    assert found_ids == expected


def test_files_that_are_no_returns_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "~$a.xlsx", b"lock")
    for number in range(12):
        put(tmp_path / "收件" / f"扫描件{number:02}.pdf", b"%PDF")
    assert call(str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "跳过 12 个" in out and "扫描件00.pdf" in out and "扫描件09.pdf" in out and "其余" in out
    assert "扫描件10.pdf" not in out and "~$" not in out


def test_bombs_in_archives(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", bytes(32 << 20))
    assert "大得不正常" in str(names_in(put(tmp_path / "a.zip", stream.getvalue())))


@pytest.mark.parametrize(
    "disposition",
    [
        'attachment; filename="自评表.xlsx"',  # bare bytes, as old mailers write
        "attachment; filename==?gb2312?B?19TGwLHtLnhsc3g=?=",
        "attachment; filename*=utf-8''%E8%87%AA%E8%AF%84%E8%A1%A8.xlsx",
        "attachment; filename*0*=gbk''%D7%D4%C6%C0; filename*1*=%B1%ED.xlsx",
        'attachment; filename="../自评表.xlsx"',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_mails_with_chinese_names(tmp_path: Path, disposition: str, encoding: str) -> None:
    mail = f"From: x <A@example.org>\nDate: Sat, 01 Mar 2025 09:00:00 +0800\nContent-Type: application/octet-stream\nContent-Disposition: {disposition}\n\nabc"
    path = put(tmp_path / "a.eml", mail.encode(encoding))
    (one,) = (inner for top in found([str(path)]) if isinstance(top, Source) for inner in unpacked(top))
    assert isinstance(one, Source)
    assert (last(one.name), one.data, one.sender, one.sent) == ("自评表.xlsx", b"abc", "a@example.org", 1740790800.0)


@pytest.mark.parametrize(
    ("kind", "name"),
    [('application/octet-stream; name="自评表.xlsx"', "自评表.xlsx"), ("application/vnd.ms-spreadsheet", "附件.xlsx")],
)
def test_a_file_in_a_mail_may_have_its_name_with_its_kind_or_none(tmp_path: Path, kind: str, name: str) -> None:
    mail = f"From: x <a@example.org>\nContent-Type: {kind}\nContent-Disposition: attachment\n\nabc"
    path = put(tmp_path / "a.eml", mail.encode())
    (one,) = (inner for top in found([str(path)]) if isinstance(top, Source) for inner in unpacked(top))
    assert last(one.name) == name


def test_mailbox(tmp_path: Path) -> None:
    made = b"".join(
        b"From x@example.org Sat Mar  1 09:00:00 2025\n" + letter("a@example.org", {f"{name}.xlsx": name.encode()}).replace(b"\r\n", b"\n") + b"\n"
        for name in ("甲", "乙")
    )  # fmt: skip
    path = put(tmp_path / "a.mbox", made)
    assert names_in(path) == {"第 1 封 › 甲.xlsx": None, "第 2 封 › 乙.xlsx": None}


def test_two_attachments_of_one_name(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.zip", zipped({"x/a.xlsx": book("甲单位"), "y/a.xlsx": book("乙单位")}))
    names = [one["file"] for one in run(tmp_path).details]
    assert len(set(names)) == 2


# --- the reviewer's words ---


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


def twice(data: bytes) -> bytes:
    """An official form on two sheets of one workbook."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    (sheet,) = workbook.worksheets
    workbook.copy_worksheet(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


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
    monkeypatch.setattr(archive, "MAX_FILE", 5_000)
    monkeypatch.setattr(archive, "MAX_UNPACKED", 5_000)
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
    assert {last(one.name) for one in result.passed} == {"台账.xlsx", "台账.xlsx.journal", "上周的台账.xlsx"}


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_ledgers_are_no_returns_in_old_formats_either(kind: Format, tmp_path: Path, soffice_convert: Convert) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    run(tmp_path)
    (saved,) = soffice_convert([tmp_path / "台账.xlsx"], kind)
    put(tmp_path / "收件" / f"上周的台账.{kind}", saved.read_bytes())
    assert [(last(one.name), one.reason) for one in run(tmp_path).passed] == [(f"上周的台账.{kind}", "本工具的台账")]


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


# --- replies ---


def test_marked_copies_and_reply_drafts(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n甲单位,a@example.org\n", encoding="utf-8")
    put(tmp_path / "收件" / "旧.xlsx", book(executed="60"), day=1)
    put(tmp_path / "收件" / "新.xlsx", book(executed="70"), day=2)
    put(
        tmp_path / "收件" / "信.eml",
        letter("b@example.org", {"表.xlsx": book("乙单位"), "另.xlsx": book("乙单位", "专项二")}),
    )
    back = tmp_path / "收件" / "退回"
    for _ in range(2):  # the second run must not take its own copies for returns
        result = run(tmp_path, units=units, annotate=back)
        assert len(result.details) == 4
    assert {path.name for path in back.iterdir()} == {
        "2024_甲单位_专项一_自评表_批注.xlsx", "2024_乙单位_专项一_自评表_批注.xlsx", "2024_乙单位_专项二_自评表_批注.xlsx",
        "甲单位_审核意见.eml", "乙单位_审核意见.eml",
    }  # fmt: skip
    for unit, address, copies in (("甲单位", "a@example.org", 1), ("乙单位", "b@example.org", 2)):
        mail = email.message_from_bytes((back / f"{unit}_审核意见.eml").read_bytes(), policy=email.policy.default)
        assert (mail["To"], mail["X-Unsent"]) == (address, "1") and unit in mail["Subject"]
        attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}  # type: ignore[attr-defined]
        assert len(attached) == copies
        assert all((back / name).read_bytes() == data for name, data in attached.items())
        body = mail.get_body().get_content()  # type: ignore[attr-defined]
        assert unit in body and "封签" in body
    assert (
        "重算"
        in (
            text := email.message_from_bytes((back / "甲单位_审核意见.eml").read_bytes(), policy=email.policy.default)
            .get_body()
            .get_content()
        )
        or "执行率" in text
    )  # type: ignore[attr-defined]


def test_marked_copies_are_no_returns_until_somebody_mends_them(tmp_path: Path, soffice_convert: Convert) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(executed="70"), day=1)
    put(tmp_path / "收件" / "b.xlsx", varied(returns.official(), {UNIT: "乙单位", f">{returns.EXECUTED}<": ">70<"}))
    back = tmp_path / "收件" / "退回"
    run(tmp_path, annotate=back)
    ours, official = back / "2024_甲单位_专项一_自评表_批注.xlsx", back / f"2024_乙单位_{PROJECT}_自评表_批注.xlsx"
    saved = soffice_convert([ours, official], "xlsx")
    for number, path in enumerate(saved):
        put(tmp_path / "收件" / f"又存过{number}.xlsx", path.read_bytes(), day=5)
    result = run(tmp_path)
    assert [(last(one["file"]), one["standing"]) for one in result.details] == [("a.xlsx", "counts"), ("b.xlsx", "counts")]
    copies = [last(one.name) for one in result.passed if "批注件" in one.reason]
    assert sorted(copies) == sorted(["又存过0.xlsx", "又存过1.xlsx", *2 * [ours.name, official.name]]), "in the drafts, too"

    for number, path in enumerate((ours, official)):
        workbook = openpyxl.load_workbook(path)
        next(cell for sheet in workbook for row in sheet for cell in row if cell.value == 70).value = 88
        workbook.save(path)
        put(tmp_path / "收件" / f"改过{number}.xlsx", path.read_bytes(), day=9)
        path.unlink()
    result = run(tmp_path)
    assert {last(one["file"]): one["standing"] for one in result.details} == {
        "a.xlsx": "superseded", "b.xlsx": "superseded", "改过0.xlsx": "counts", "改过1.xlsx": "counts",
    }  # fmt: skip


@pytest.mark.parametrize(("source", "actual"), [(base, 1194), (returns.official, "1194人次")])
def test_a_copy_that_somebody_had_marked_counts_where_it_came_alone(
    source: Callable[[], bytes], actual: object, tmp_path: Path
) -> None:
    """``annotate`` is for units too: who sends the marked copy of a form, and only that, has returned it."""
    data = varied(source(), {UNIT: "甲单位", f">{returns.EXECUTED}<": ">70<"})
    original = put(tmp_path / "a.xlsx", data)
    copy = tmp_path / "收件" / "批注.xlsx"
    copy.parent.mkdir()
    annotate(original, copy)
    assert [one["standing"] for one in run(tmp_path).details] == ["counts"]

    put(tmp_path / "收件" / "a.xlsx", data, day=-9)
    result = run(tmp_path)
    assert [last(one["file"]) for one in result.details] == ["a.xlsx"], "though it is older"
    assert [one.reason for one in result.passed] == ["本工具的批注件（内容没有改动）"]

    workbook = openpyxl.load_workbook(copy)
    next(cell for sheet in workbook for row in sheet for cell in row if cell.value == actual).value = "1100人次"
    workbook.save(copy)
    assert [one["standing"] for one in run(tmp_path).details] == ["superseded", "counts"]


def told(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text: str = message.get_body().get_content()  # type: ignore[attr-defined]
    return text


def test_no_active_content_is_mailed_back(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "宏.xlsm", returns.with_macro())
    workbook = openpyxl.load_workbook(io.BytesIO(returns.official()))
    workbook.active["E6"] = "=cmd|'/c calc'!A0"  # type: ignore[index]
    workbook.active["F4"] = "调用程序的单位"  # type: ignore[index]
    workbook.save(tmp_path / "收件" / "程序.xlsx")
    put(tmp_path / "收件" / "好.xlsx", book(executed="70"))
    back = tmp_path / "退回"
    run(tmp_path, annotate=back)
    for unit, copies in (("带宏的单位", 0), ("调用程序的单位", 0), ("甲单位", 1)):
        mail = email.message_from_bytes((back / f"{unit}_审核意见.eml").read_bytes(), policy=email.policy.default)
        assert len(list(mail.iter_attachments())) == copies, unit  # type: ignore[attr-defined]
        text = told(back / f"{unit}_审核意见.eml")
        assert ("没有随信发送" in text) == (not copies) and ("附件" in text) == bool(copies), text
    assert len(list(back.glob("*批注.xls?"))) == 3, "the bureau has them all"


def test_draft_begins_with_the_worst_and_says_how_to_mend_each(tmp_path: Path) -> None:
    tampered = varied(sealing.packed_bytes(sealing.CLEAN), {"职工技能竞赛": "职工技能大赛"})
    wrong = varied(base(claimed="88.88"), {UNIT: "甲单位", PROJECT: "专项一", f">{returns.EXECUTED}<": ">70<"})
    put(tmp_path / "收件" / "a.xlsx", tampered)
    put(tmp_path / "收件" / "b.xlsx", wrong)
    put(tmp_path / "收件" / "c.xlsx", varied(returns.official(), {UNIT: "乙单位", ">60<": ">61<", **HINT}))
    run(tmp_path, annotate=tmp_path / "退回")
    order = ["[错误]", "[警告]", "[提示]"]
    seen = set()
    for draft in (tmp_path / "退回").glob("*.eml"):
        lines = told(draft).splitlines()
        levels = [(line.split()[1], after) for line, after in itertools.pairwise(lines) if line[:1].isdigit()]
        assert [level for level, _ in levels] == sorted((level for level, _ in levels), key=order.index)
        assert all(after.strip().startswith("怎么改：") for _, after in levels)
        seen.update(level for level, _ in levels)
    assert seen == set(order)
    broken = told(tmp_path / "退回" / f"{sealing.UNIT}_审核意见.eml")
    assert "重新生成报送件" in broken and "填报单位" not in broken and "请其" not in broken


HINT = {"≥300户": "300户"}  # no sign: what that is taken for is told


def letters(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """By the unit: the first paragraph and the names of what is attached."""
    found = {}
    for path in folder.glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        attached = [str(part.get_filename()) for part in mail.iter_attachments()]  # type: ignore[attr-defined]
        found[path.name.removesuffix("_审核意见.eml")] = told(path).splitlines()[2], attached
    return found


def test_only_those_who_have_to_amend_are_asked_to(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n只有提示\n有错误\n坏文件\n空白表\n好坏都有\n", encoding="utf-8")
    put(tmp_path / "收件" / "好.xlsx", sealing.packed_bytes(sealing.CLEAN))
    hint = varied(returns.official(), {UNIT: "只有提示", **HINT})
    put(tmp_path / "收件" / "官方.xlsx", varied(returns.official(), {UNIT: "填官方表的"}))
    put(tmp_path / "收件" / "提示.xlsx", hint)
    put(tmp_path / "收件" / "错误.xlsx", varied(hint, {"只有提示": "有错误", ">99.14<": ">98<"}))
    put(tmp_path / "收件" / "坏文件.xlsx", b"broken")
    put(tmp_path / "收件" / "空白表.xlsx", blank())
    put(tmp_path / "收件" / "1.xlsx", varied(hint, {"只有提示": "好坏都有"}))
    put(tmp_path / "收件" / "好坏都有.rar", b"broken")
    result = run(tmp_path, units=units, annotate=tmp_path / "退回")
    levels = {one["unit"]: {finding["severity"] for finding in one["findings"]} for one in result.details}
    assert levels[sealing.UNIT] == set() and levels["只有提示"] == {"info"} and "error" in levels["有错误"]
    said = letters(tmp_path / "退回")
    assert said[sealing.UNIT] == ("贵单位报送的绩效自评表已收到并审核，未发现问题，不用重新报送。", [])
    opening, attached = said["只有提示"]
    assert "没有要修改的问题，不用重新报送" in opening and "供参考" in opening and len(attached) == 1
    assert said["填官方表的"] == said[sealing.UNIT], "that a form is not ours is the bureau's business"
    opening, attached = said["有错误"]
    assert "请对照修改后重新报送" in opening and len(attached) == 1
    assert said["坏文件"] == ("贵单位报送的文件打不开，没有审核，请按下面说的处理后重新报送。", [])
    assert said["空白表"] == ("贵单位报送的自评表是空白的，没有审核，请填写后重新报送。", [])
    opening, _ = said["好坏都有"]
    assert "不用重新报送" in opening and "另有文件没有审核" in opening
    assert "未填" not in told(tmp_path / "退回" / f"{sealing.UNIT}_审核意见.eml"), "formulas give a standard form's total"


def test_copy_of_two_forms_in_one_file_is_named_after_the_first(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(twice(varied(returns.official(), {UNIT: "甲单位", **HINT}))))
    for name, sheet in zip(("展厅维修", "安防改造"), workbook.worksheets, strict=True):
        (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == PROJECT]
        cell.value = name
    stream = io.BytesIO()
    workbook.save(stream)
    put(tmp_path / "收件" / "a.xlsx", stream.getvalue())
    run(tmp_path, annotate=tmp_path / "退回")
    assert [path.name for path in (tmp_path / "退回").glob("*.xlsx")] == ["2024_甲单位_展厅维修_自评表_批注.xlsx"]
    assert letters(tmp_path / "退回")["甲单位"][1] == ["2024_甲单位_展厅维修_自评表_批注.xlsx"]


def test_overwritten_formulas_are_told_in_words(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(book()))
    sheet = workbook["自评表"]
    sheet["K28"] = 100
    sheet["K13"], sheet["K14"] = 1, 2
    stream = io.BytesIO()
    workbook.save(stream)
    put(tmp_path / "收件" / "a.xlsx", stream.getvalue())
    (one,) = run(tmp_path, annotate=tmp_path / "退回").details
    whole = [finding["expected"] for finding in one["findings"] if finding["id"] == "template.formula"]
    assert whole and all(len(formula) > 41 and formula.startswith("=") for formula in whole), "scripts get all of it"
    ledger = tmp_path / "台账.xlsx"
    shown = [text for text in column(ledger, "问题清单", "应为") if str(text).startswith("=")]
    assert shown == [f"{formula[:40]}…" for formula in whole]
    text = told(tmp_path / "退回" / "甲单位_审核意见.eml")
    assert "总分写的是 100.00，按公式应为 99.14（公式被盖住了）" in text and "=IF" not in text
    (line,) = [row for row in cells(ledger, "复核") if row[4] == "template.formula"]
    assert line[5] == len(whole) and "总分写的是" in str(line[6]) and str(line[6]).count("测算得分写的是") == 2
    assert "=IF" not in str(line[6])


def test_files_of_nobody_are_answered_one_by_one(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(unit=""))
    put(tmp_path / "收件" / "b.xlsx", book(unit="", project="专项二"))
    put(tmp_path / "收件" / "坏.xlsx", b"broken")
    put(tmp_path / "收件" / "信.eml", letter("x@example.org", {"表.xlsx": twice(varied(returns.official(), {UNIT: ""}))}))
    for name in "甲乙":  # the same bytes from two people
        put(tmp_path / "收件" / f"{name}.eml", letter(f"{name}@example.org", {f"坏的{name}.xlsx": b"broken"}))
    back = tmp_path / "退回"
    run(tmp_path, annotate=back)
    drafts = {path.name: path for path in back.glob("*.eml")}
    names = ("a", "b", "坏", "表", "坏的甲", "坏的乙")
    assert drafts.keys() == {f"未知单位_{name}_审核意见.eml" for name in names}
    assert "专项一" in told(drafts["未知单位_a_审核意见.eml"]) and "专项二" not in told(drafts["未知单位_a_审核意见.eml"])
    mail = email.message_from_bytes(drafts["未知单位_表_审核意见.eml"].read_bytes(), policy=email.policy.default)
    assert mail["To"] == "x@example.org"
    assert "请对方" not in told(drafts["未知单位_坏_审核意见.eml"])


def test_copies_that_stand_already_are_left_alone(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n", encoding="utf-8")
    for number in range(3):
        put(tmp_path / "收件" / f"{number}.xlsx", book(project=f"专项{number}", executed="70"))
    back = tmp_path / "退回"

    def made(**options: object) -> list[bool]:
        """Which copies a run makes: the others keep the time that they are given before it."""
        for path in back.glob("*.xlsx"):
            os.utime(path, (0, 0))
        run(tmp_path, annotate=back, **options)  # type: ignore[arg-type]
        return [path.stat().st_mtime > 0 for path in sorted(back.glob("*.xlsx"))]

    assert made() == [True, True, True]
    whole = answers(back)
    assert made(units=units) == [False, False, False], "the drafts find their copies again"
    assert answers(back) == whole
    first, second, _ = sorted(back.glob("*.xlsx"))
    first.write_bytes(b"spoiled")
    second.unlink()
    assert made() == [True, True, False]
    assert answers(back) == whole
    put(tmp_path / "收件" / "2.xlsx", book(project="专项2", executed="60"))
    assert made() == [False, False, True]
    assert made(rules=load("bands-80-50")) == [True, True, True]


# --- nothing is lost ---

SLOW = 24  # returns of the runs that are interrupted


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder of returns, and the ledger of an uninterrupted run over it."""
    folder = tmp_path_factory.mktemp("whole")
    returns.build(folder, SLOW, kinds=("加密", "截断", "空的", "错表", "爬出", "占用", "读不到"))
    run(folder, ledger="全.xlsx", means=Means(jobs=2))
    return folder, (folder / "全.xlsx").read_bytes()


def started(folder: Path, ledger: str, jobs: int, annotate: Path | None = None) -> subprocess.Popen[bytes]:
    code = (
        "import sys\nfrom pathlib import Path\nfrom selfeval_xl.collect.run import Means, collect\n"
        "if __name__ == '__main__':\n"
        "    returns, ledger, jobs, *back = sys.argv[1:]\n"
        "    back = Path(back[0]) if back else None\n"
        "    try:\n"
        "        collect([returns], Path(ledger), means=Means(int(jobs)), annotate=back)\n"
        "    except KeyboardInterrupt:\n        sys.exit(130)\n"
    )
    script = folder / f"{ledger}.py"
    script.write_text(code, encoding="utf-8")
    path = os.pathsep.join([str(Path(returns.__file__).parent.parent), *sys.path])
    command = [sys.executable, script, folder / "收件", folder / ledger, str(jobs), *([annotate] if annotate else [])]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})


def answers(folder: Path) -> dict[str, object]:
    """The copies as bytes, the drafts (whose boundaries are random) by their parts; nothing else may lie there."""

    def parts(path: Path) -> list[object]:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return [
            message["To"],
            message["Subject"],
            *((part.get_filename(), part.get_payload()) for part in message.walk() if not part.is_multipart()),
        ]

    return {path.name: parts(path) if path.suffix == ".eml" else path.read_bytes() for path in folder.iterdir()}


def test_killed_twenty_times_the_ledger_is_the_same(whole: tuple[Path, bytes]) -> None:
    folder, expected = whole
    back, chance = folder / "退回", random.Random(5)
    lasting = {}
    for given in (None, folder / "全退回"):
        begun = time.monotonic()
        assert started(folder, f"量{bool(given)}.xlsx", 1, given).wait() == 0
        lasting[bool(given)] = time.monotonic() - begun
    kills = 0
    for jobs, given in itertools.cycle([(1, None), (2, None), (1, None), (2, back)]):
        process = started(folder, "杀.xlsx", jobs, given)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, lasting[bool(given)]))
        if process.poll() is None:
            process.kill()
            kills += 1
        else:  # done before it could be killed: once more from the start
            journal_of(folder / "杀.xlsx").unlink()
        process.wait()
        if kills == 20:
            break
    assert started(folder, "杀.xlsx", 2, back).wait() == 0
    assert (folder / "杀.xlsx").read_bytes() == expected == (folder / "量True.xlsx").read_bytes()
    assert answers(back) == answers(folder / "全退回")


def test_two_runs_on_one_ledger_keep_out_of_each_others_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    ledger = tmp_path / "台账.xlsx"
    with Journal(journal_of(ledger), "-"):
        assert call(str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1") == 2
        said = capsys.readouterr().err
        assert "另一次 collect" in said and len(said.splitlines()) == 1
        assert not ledger.exists()
        assert call(str(tmp_path / "收件"), "-o", str(tmp_path / "另一份.xlsx"), "--jobs", "1") == 0
    assert call(str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1") == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a single process")
def test_interrupted_it_keeps_what_was_done(whole: tuple[Path, bytes]) -> None:
    folder, expected = whole
    process = started(folder, "断.xlsx", jobs=2)
    journal = journal_of(folder / "断.xlsx")
    while not (journal.exists() and journal.stat().st_size):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    lines = journal.read_bytes().splitlines()
    assert lines and all(json.loads(line)["record"] for line in lines)
    assert not (folder / "断.xlsx").exists()
    run(folder, ledger="断.xlsx")
    assert (folder / "断.xlsx").read_bytes() == expected


def test_journal_drops_a_torn_line_and_ignores_other_rules(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, "-") as journal:
        at = journal.add("a" * 64, '{"x":1}')
        journal.add("b" * 64, '{"x":2}')
    whole_size = path.stat().st_size
    with path.open("ab") as stream:
        stream.write(b'{"key":"' + b"c" * 64)
    with Journal(path, "-") as journal:
        assert path.stat().st_size == whole_size
        assert journal.find("a" * 64) == at and journal.record(at) == {"x": 1}
        assert journal.find("c" * 64) is None
    with Journal(path, "other") as journal:
        assert not journal and journal.find("a" * 64) is None
        journal.add("a" * 64, '{"x":3}')
    with Journal(path, "-") as journal:
        assert journal.record(journal.find("a" * 64) or 0) == {"x": 1}


def test_journal_of_other_forms_or_checks_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    package = tmp_path / "包"
    (package / "forms").mkdir(parents=True)
    spec = package / "forms" / "a.toml"
    monkeypatch.setattr(journal_module, "PACKAGE", package)

    def known(text: str) -> bool:
        spec.write_text(text, encoding="utf-8")
        journal_module.made_by.cache_clear()
        with Journal(path, "-") as journal:
            found = journal.find("a" * 64) is not None
            journal.add("a" * 64, "{}")
        return found

    try:
        assert [known(text) for text in ("a = 1", "a = 1", "a = 2", "a = 1")] == [False, True, False, True]
        (package / "macros").mkdir()  # an installed package holds what lies beside one in a checkout
        (package / "macros" / "words.toml").write_text("a = 1", encoding="utf-8")
        assert known("a = 1")
    finally:
        journal_module.made_by.cache_clear()


def test_a_file_that_kills_its_process_takes_nobody_along() -> None:
    with interruptible() as stopping:
        engine: Engine[int, int] = Engine(double, lambda: processes(2), 4, stopping)
        results = dict(engine.run([list(range(start, start + 4)) for start in range(0, 20, 4)]))
    assert results == {item: None if item in (13, 17) else 2 * item for item in range(20)}


def test_processes_that_can_not_be_started_are_one_line(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "甲.xlsx", book())
    python = multiprocessing.spawn.get_executable()
    multiprocessing.spawn.set_executable(str(tmp_path / "没有这个程序"))
    try:
        with pytest.raises(SelfEvalError, match="--jobs 1"):
            run(tmp_path, means=Means(jobs=2))
    finally:
        multiprocessing.spawn.set_executable(python)


# --- far away ---


def test_dask_gives_the_same_ledger(whole: tuple[Path, bytes]) -> None:
    distributed = pytest.importorskip("distributed")
    folder, expected = whole
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        run(folder, ledger="云.xlsx", means=Means(scheduler=cluster.scheduler_address))
    assert (folder / "云.xlsx").read_bytes() == expected


class Cluster:
    """A scheduler and workers in processes of their own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, role: str, kind: str = "") -> None:
        script = str(Path(__file__).with_name("cluster.py"))
        process = subprocess.Popen([sys.executable, script, role, self.address, kind], stdout=subprocess.PIPE)
        self.processes.append(process)
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"

    def stop(self, number: int) -> None:
        process = self.processes.pop(number)
        process.kill()
        process.communicate()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    made = Cluster()
    yield made
    while made.processes:
        made.stop(-1)


@pytest.mark.parametrize(
    ("scheduler", "worker", "word"),
    [
        ("hidden", "", "没有装本程序"), ("", "hidden", "没有装本程序"), ("hidden", "hidden", "没有装本程序"),
        ("", "other", "版本不同"),
    ],
)  # fmt: skip
def test_cluster_without_this_program_is_one_line(
    tmp_path: Path, cluster: Cluster, scheduler: str, worker: str, word: str
) -> None:
    """On the scheduler, the worker, or both: nothing is written, where each file would seem to be a hostile one."""
    put(tmp_path / "收件" / "a.xlsx", book())
    cluster.start("s", scheduler)
    cluster.start("w", worker)
    with pytest.raises(SelfEvalError, match=word):
        run(tmp_path, means=Means(scheduler=cluster.address))
    assert not (tmp_path / "台账.xlsx").exists() and not journal_of(tmp_path / "台账.xlsx").exists()


def test_a_worker_that_comes_late_is_asked_too(cluster: Cluster) -> None:
    cluster.start("s")
    cluster.start("w")

    def late() -> Iterator[Sequence[int]]:
        yield [1]
        cluster.start("w", "other")
        cluster.stop(1)
        yield [2]

    engine: Engine[int, int] = Engine(list, lambda: engine_module.Dask(cluster.address), 1, threading.Event())
    with pytest.raises(SelfEvalError, match="版本不同"):
        list(engine.run(late()))


def test_missing_scheduler_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    put(tmp_path / "收件" / "a.xlsx", book())
    monkeypatch.setattr(engine_module, "PATIENCE", 1)
    with pytest.raises(SelfEvalError, match=r"连不上 Dask 调度器 tcp://127.0.0.1:9"):
        run(tmp_path, means=Means(scheduler="tcp://127.0.0.1:9"))
    assert not journal_of(tmp_path / "台账.xlsx").exists(), "nothing was done: nothing is left behind"
    put(tmp_path / "收件" / "b.xlsx", b"broken")
    run(tmp_path)
    with pytest.raises(SelfEvalError):
        put(tmp_path / "收件" / "c.xlsx", book("丙单位"))
        run(tmp_path, means=Means(scheduler="tcp://127.0.0.1:9"))
    assert journal_of(tmp_path / "台账.xlsx").stat().st_size


def test_without_the_extra_it_works_and_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    for module in ("distributed", "fsspec"):
        monkeypatch.setitem(sys.modules, module, None)
    assert run(tmp_path).returns == 1
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    with pytest.raises(SelfEvalError, match=r"需要组件 distributed.*pip install distributed"):
        run(tmp_path, means=Means(scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(SelfEvalError, match=r"需要组件 fsspec.*pip install fsspec"):
        collect(["memory://收件"], tmp_path / "另.xlsx", means=ONE)


def test_urls(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/收件/a.xlsx", book("甲单位"))
    memory.pipe("/收件/b.zip", zipped({"b.xlsx": book("乙单位")}))
    memory.pipe("/收件/c.pdf", b"%PDF")
    result = collect(["memory://收件"], tmp_path / "台账.xlsx", means=ONE, details=True)
    assert [(last(one["file"]), one["unit"]) for one in result.details] == [("a.xlsx", "甲单位"), ("b.xlsx", "乙单位")]
    assert [last(one.name) for one in result.passed] == ["c.pdf"]


# --- the command ---


def call(*argv: str) -> int:
    parser = Parser("selfeval-xl")
    command.add(parser.add_subparsers(dest="command"))
    args = parser.parse_args(["collect", *argv])
    try:
        code: int = args.run(args)
    except SelfEvalError as error:
        console.complain(console.reason_of(error))
        return 2
    return code


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    ledger = str(tmp_path / "台账.xlsx")
    assert call(str(tmp_path / "收件"), "-o", ledger, "--units", str(units), "--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "1 份" in out and "未交：乙单位" in out
    put(tmp_path / "收件" / "b.xlsx", b"broken")
    assert call(str(tmp_path / "收件"), str(tmp_path / "没有.xlsx"), "-o", ledger, "--json", "--jobs", "1") == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["returns"], printed["unread"], printed["errors"]) == (1, 2, 2)
    assert [one["readable"] for one in printed["files"]] == [True, False, False]


def test_errors_of_an_old_version_count_for_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = varied(base(claimed="88.88"), {UNIT: "甲单位", PROJECT: "专项一"})
    put(tmp_path / "收件" / "旧.xlsx", wrong, day=1)
    put(tmp_path / "收件" / "新.xlsx", book(), day=2)
    argv = [str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1"]
    assert call(*argv) == 1
    assert "其中有错误的 0 份；读不了的文件 0 个；旧版和重复的里面，有错误的 1 份" in capsys.readouterr().out
    assert call(*argv, "--json") == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["errors"], printed["flawed"]) == (0, 1)


def test_signatures_stand_in_the_ledger(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    public = tmp_path / "公钥"
    for unit in (sealing.UNIT, "别的单位"):
        new_keys(unit, tmp_path)[1].rename(put(public / f"{unit}.pem", b""))
    secret = tmp_path / f"{sealing.UNIT}_私钥.pem"
    put(tmp_path / "收件" / "1.xlsx", sealing.packed_bytes(sealing.CLEAN, key=secret))
    for number in (2, 3):
        other = sealing.CLEAN.replace("职工技能竞赛", f"项目{number}")
        put(tmp_path / "收件" / f"{number}.xlsx", sealing.packed_bytes(other, key=secret if number == 2 else None))
    argv = [str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1"]
    assert call(*argv) == 0
    assert set(column(tmp_path / "台账.xlsx", "一览", "签名")) == {None}
    assert call(*argv[:-1], "2", "--keys", str(public)) == 0
    assert column(tmp_path / "台账.xlsx", "一览", "封签") == ["完好"] * 3
    known = f"由“{sealing.UNIT}”签名"
    assert column(tmp_path / "台账.xlsx", "一览", "签名") == [known, known, "未签名"]
    (public / f"{sealing.UNIT}.pem").unlink()
    assert call(*argv, "--keys", str(public)) == 0
    assert column(tmp_path / "台账.xlsx", "一览", "签名") == ["签名人未登记", "签名人未登记", "未签名"]
    assert column(tmp_path / "台账.xlsx", "问题清单", "编号").count("seal.unknown_key") == 2


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["没有的文件夹", "-o", "台账.xlsx"], "找不到"),
        (["空", "-o", "台账.xlsx"], "没有找到"),
        (["空", "-o", "台账.txt"], ".xlsx"),
        (["空", "-o", "没有的文件夹/台账.xlsx"], "文件夹不存在"),
        (["空", "-o", "台账.xlsx", "--units", "没有.csv"], "文件不存在"),
    ],
)
def test_command_that_can_do_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "空").mkdir()
    assert call(*argv) == 2
    said = capsys.readouterr().err
    assert word in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "两个", "1.5"])
def test_number_of_jobs_is_asked_for_in_words(capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    with pytest.raises(SystemExit) as ended:
        call("收件", "-o", "台账.xlsx", f"--jobs={jobs}")
    said = capsys.readouterr().err
    assert ended.value.code == 2 and f"参数 --jobs：应为大于 0 的整数，而不是 {jobs}" in said


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call("--help")
    assert "selfeval-xl collect 收件 -o 台账.xlsx" in capsys.readouterr().out
