"""Which return counts: of another year, blank, sent again, or nobody's; and the roll-call of units."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import returns
import sealing
from conftest import Convert
from intake import blank, book, call, cells, column, last, put, run, told
from returns import PROJECT, UNIT, letter, varied

from selfeval_xl.collect.rollcall import Arrival, roll_call
from selfeval_xl.collect.sources import Passed
from selfeval_xl.collect.units import read_units
from selfeval_xl.collect.versions import Dated, Version, versions
from selfeval_xl.errors import DataError


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
    assert f"批注件和邮件草稿在文件夹：{back}" in out
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
    assert "收到自评表 1 份，计入 1 份，其中有错误的 0 份；没有读出自评表的文件 0 个；没有填的空白表 4 份" in said
    assert "已交 1，交了空表 2，未交 1，看不出单位 1" in said and "未交：丁单位" in said
    assert dict(zip(column(ledger, "催报", "单位"), column(ledger, "催报", "状态"), strict=True)) == {
        "甲单位": "已交", "乙单位": "交了空表", "丙单位": "交了空表", "丁单位": "未交", None: "看不出单位",
    }  # fmt: skip
    assert sorted(column(ledger, "一览", "计入")) == ["空白表"] * 4 + ["计入"]  # type: ignore[type-var]
    assert "乙单位.xlsx：空白表（没有填）" in column(ledger, "一览", "说明")
    assert not column(ledger, "复核", "单位")
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
    assert [(line.expected.unit, line.state) for line in result.intake.roll_call] == [("甲单位", "已交")]


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

    made = versions([Dated("key", when, content) for content, when in sent])
    assert [said(one) for one in made] == expected
    assert all(one.counts if one.by is None else made[one.by].counts and not one.counts for one in made)


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
    put(tmp_path / "收件" / "b" / "a（重发）_最终版.xlsx", book(), day=3)
    result = run(tmp_path)
    assert [one["standing"] for one in result.details] == ["counts", "repeated"]
    assert result.intake.roll_call[0].state == "已交" and not result.intake.roll_call[0].note, "nothing to choose"


def test_a_sealed_return_that_was_only_saved_again_is_no_version(tmp_path: Path, soffice_convert: Convert) -> None:
    sent = put(tmp_path / "收件" / "a.xlsx", sealing.packed_bytes(sealing.CLEAN), day=1)
    put(tmp_path / "收件" / "b.xlsx", soffice_convert([sent], "xlsx")[0].read_bytes(), day=3)
    result = run(tmp_path)
    assert [(one["standing"], one["versions"]) for one in result.details] == [("counts", 1), ("repeated", 1)]
    assert result.intake.roll_call[0].state == "已交"


def test_returns_without_a_name_are_nobodys_versions(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book(unit="", executed="70"))
    put(tmp_path / "收件" / "b.xlsx", book(unit="", executed="80"))
    assert [one["standing"] for one in run(tmp_path).details] == ["counts", "counts"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_list_of_units_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("单位,邮箱,类别\n甲单位,A@example.org,市直\n\n乙单位,,县区\n", encoding=encoding)
    roll = read_units(path)
    assert [one.unit for one in roll.expected] == ["甲单位", "乙单位"]
    assert roll.of(" 甲单位 ").kind == "市直" and roll.unit_of("a@example.org") == "甲单位"


def sheet_of(rows: Sequence[Sequence[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "title"), [("名单.xlsx", "预算单位"), ("其实是工作簿.csv", "预算单位"), ("名单.xlsx", "预算单位名称（全称）")]
)
def test_list_of_units_in_a_workbook(tmp_path: Path, name: str, title: str) -> None:
    rows = [
        ["2024 年单位名单"], [], ["序号", title, "电子邮箱", "电话"], [1, "甲单位", "A@example.org", 123], [2, " 乙单位 "],
    ]  # fmt: skip
    roll = read_units(put(tmp_path / name, sheet_of(rows)))
    assert [one.unit for one in roll.expected] == ["甲单位", "乙单位"]
    assert roll.unit_of("a@example.org") == "甲单位" and roll.unused.columns == ("电话",), "not the numbers of rows"


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


def test_list_of_units_laid_out_sideways(tmp_path: Path) -> None:
    rows = [["2024年单位名单"], ["单位名称", "甲单位", "乙单位"], ["邮箱", "a@example.org"], ["类别", "市直", "区直"]]
    roll = read_units(put(tmp_path / "横.xlsx", sheet_of(rows)))
    assert [(one.unit, one.mail, one.kind) for one in roll.expected] == [
        ("甲单位", "a@example.org", "市直"), ("乙单位", "", "区直"),
    ]  # fmt: skip
    assert not roll.unused.rows and not roll.unused.columns
    alone = read_units(put(tmp_path / "一行.xlsx", sheet_of([["单位", "甲单位", "乙单位"]])))
    assert [one.unit for one in alone.expected] == ["甲单位", "乙单位"]
    with pytest.raises(DataError, match="一个单位也没有"):
        read_units(put(tmp_path / "空.xlsx", sheet_of([["单位", "项目", "邮箱"]])))


@pytest.mark.parametrize(
    "rows",
    [
        [["单位"], ["甲单位"], ["乙单位"], ["备注", "名单有遗漏的请告知"]],  # no heading of a list laid out sideways
        [["单位", "联系人"], ["甲单位", "某人"], ["乙单位", "某人"], ["说明", "请核对"]],
        [["单位", "邮箱"], ["甲单位", "a@example.org"], ["单位", "邮箱"], ["乙单位"]],  # as on each page of a print
    ],
)
def test_words_of_headings_below_the_units(tmp_path: Path, rows: list[list[str]]) -> None:
    roll = read_units(put(tmp_path / "名单.xlsx", sheet_of(rows)))
    assert [one.unit for one in roll.expected] == ["甲单位", "乙单位"]


def test_roll_call(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(
        "单位,项目\n甲单位,专项一\n甲单位,专项二\n乙单位,\n丙单位,\n丁单位,\n戊单位,专项九\n辛单位,\n", encoding="utf-8"
    )
    came = [  # the form of a whole department (辛单位) names no project
        Arrival("甲单位", "专项一", versions=2), Arrival("乙单位", "随便"), Arrival("乙单位", "另一项"), Arrival("丁单位", None, name="坏.xlsx", failed="交了但读不了"),
        Arrival("己单位", "x"), Arrival("乙单立", "y"), Arrival("戊单位", "专项八"), Arrival(None, None, name="谁的.xlsx", failed="交了但读不了"),
        Arrival(None, None, name="谁的空表.xlsx", failed="交了空表"), Arrival("庚单位", None, name="空.xlsx", failed="交了空表"),
        Arrival("丙单位", None, name="空.xlsx", failed="交了空表"), Arrival("乙单位", None, name="空.xlsx", failed="交了空表"),
        Arrival("辛单位", None), Arrival(None, "z", name="没写.xlsx"),
    ]  # fmt: skip
    found = list(roll_call(read_units(path), came))
    assert [one.note for one in found if one.expected.project == "z"] == ["没写.xlsx：表里没有填单位"]
    assert [(one.expected.unit, one.expected.project, one.state, one.returns) for one in found] == [
        ("甲单位", "专项一", "已交多版", 1), ("甲单位", "专项二", "未交", 0), ("乙单位", "", "已交", 2), ("丙单位", "", "交了空表", 0),
        ("丁单位", "", "交了但读不了", 0), ("戊单位", "专项九", "未交", 0), ("辛单位", "", "已交", 1), ("己单位", "x", "名单外", 1), ("乙单立", "y", "名单外", 1),
        ("戊单位", "专项八", "名单外", 1), ("", "z", "名单外", 1), ("庚单位", "", "名单外", 0), ("", "", "看不出单位", 0), ("", "", "看不出单位", 0),
    ]  # fmt: skip


def test_a_form_that_has_only_a_department_is_that_departments_where_it_is_expected(tmp_path: Path) -> None:
    """Not one whose place for a unit was left empty, nor one that came from a unit's own address."""
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n市财政局,\n甲学校,a@example.org\n", encoding="utf-8")
    alone = varied(returns.official(), {"实施单位": "联系电话", UNIT: "见封面"})
    nobody = varied(returns.official(), {UNIT: "", PROJECT: "专项二"})
    put(tmp_path / "收件" / "a.xlsx", nobody)
    states = lambda: {line.expected.unit: line.state for line in run(tmp_path, units=units).intake.roll_call}  # noqa: E731
    assert states() == {"市财政局": "未交", "甲学校": "未交", "": "名单外"}
    put(tmp_path / "收件" / "b.xlsx", alone)
    assert states() == {"市财政局": "已交", "甲学校": "未交", "": "名单外"}
    assert column(tmp_path / "台账.xlsx", "一览", "单位").count("市财政局") == 1
    (tmp_path / "收件" / "b.xlsx").unlink()
    put(tmp_path / "收件" / "信.eml", letter("a@example.org", {"表.xlsx": alone}))
    assert states() == {"市财政局": "未交", "甲学校": "已交", "": "名单外"}


def test_missing_ones_point_to_what_may_be_theirs(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    names = ("长宁市档案馆", "长宁市图书馆", "长宁市人民医院", "长宁市残疾人联合会", "长宁市妇女联合会", "长宁市第一中学", "长宁市第二中学", "长宁市体育局")
    path.write_text("单位\n" + "\n".join(names), encoding="utf-8")
    came = [
        Arrival("长宁档案馆", "数字化", name="收件/档案(1).xlsx"), Arrival(None, None, name="收件/人民医院.xlsx", failed="交了但读不了"),
        Arrival(None, None, name="收件/残联自评表.rar", failed="交了但读不了"), Arrival(None, None, name="收件/中学.xlsx", failed="交了但读不了"),
        Arrival(None, None, name="收件/会议通知.xlsx", failed="交的不是自评表"), Arrival(None, "x", name="收件/2025年自评表.xlsx"),
        Arrival("办公室", "y", name="收件/图书馆.xlsx"),
    ]  # fmt: skip
    lines = list(roll_call(read_units(path), came, [Passed("收件/妇联.docx", "不是工作簿")]))
    notes = {line.expected.unit: line.note for line in lines if line.expected.unit in names}
    assert {line.state for line in lines if line.expected.unit in names} == {"未交"}
    assert notes == {
        "长宁市档案馆": "名单外有一份相近的“长宁档案馆”（档案(1).xlsx），可能就是它",
        "长宁市图书馆": "名单外的“图书馆.xlsx”看文件名可能是它",
        "长宁市人民医院": "“人民医院.xlsx”看文件名可能是它（交了但读不了）",
        "长宁市残疾人联合会": "“残联自评表.rar”看文件名可能是它（交了但读不了）",
        "长宁市妇女联合会": "“妇联.docx”看文件名可能是它（不是工作簿，跳过了）",
        "长宁市第一中学": "", "长宁市第二中学": "", "长宁市体育局": "",
    }  # fmt: skip
    unowned = [line.note for line in lines if line.state == "看不出单位"]
    assert "人民医院.xlsx：交了但读不了；名单里有“长宁市人民医院”，是不是它？" in unowned
    assert "会议通知.xlsx：交的不是自评表" in unowned


def test_a_file_named_after_a_unit_that_holds_the_form_of_another_is_told(tmp_path: Path) -> None:
    """A colleague's form, or a copy of it with other figures in which the name was left."""
    units = tmp_path / "名单.csv"
    units.write_text("序号,单位\n1,市图书馆\n2,市博物馆\n3,市档案馆\n4,市图书馆少儿分馆\n", encoding="utf-8")
    put(tmp_path / "收件" / "市图书馆.xlsx", book("市图书馆"), day=1)
    put(tmp_path / "收件" / "市博物馆.xlsx", book("市图书馆"), day=2)
    put(tmp_path / "收件" / "市档案馆" / "市图书馆自评表.xlsx", book("市图书馆"), day=2)  # their superior's folder

    def lines() -> dict[str, tuple[str, str]]:
        result = run(tmp_path, units=units)
        assert not result.intake.roll.unused.columns, "the numbers of the rows"
        return {line.expected.unit: (line.state, line.note) for line in result.intake.roll_call}

    hint = "“市博物馆.xlsx”看文件名可能是它，里面写的单位是“市图书馆”"
    assert lines() == {
        "市图书馆": ("已交", ""), "市博物馆": ("未交", hint), "市档案馆": ("未交", ""), "市图书馆少儿分馆": ("未交", ""),
    }  # fmt: skip
    put(tmp_path / "收件" / "市博物馆.xlsx", book("市图书馆", executed="88"), day=3)
    state, note = lines()["市图书馆"]
    assert (state, note) == ("已交多版", "“市博物馆.xlsx”里写的单位是“市图书馆”，看文件名却是“市博物馆”的，请看是谁的")
    put(tmp_path / "收件" / "博物馆的.xlsx", book("市博物馆"), day=3)
    assert lines()["市博物馆"] == ("已交", "") == (lines()["市图书馆"][0].replace("多版", ""), lines()["市图书馆"][1])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("市科协", "长宁市科学技术协会"), ("长宁疾控中心", "长宁市疾病预防控制中心"), ("某省长宁市红山区水利局", "红山区水利局"),
        ("红山区教育局", "红山市教育局"), ("协", None), ("长宁市第三教育局", None),
    ],
)  # fmt: skip
def test_short_and_long_names_point_to_the_only_unit_that_they_can_mean(
    name: str, meant: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "名单.csv"
    listed = ("长宁市科学技术协会", "长宁市疾病预防控制中心", "红山区水利局", "长宁市教育局", "红山市教育局")
    path.write_text("单位\n" + "\n".join(listed), encoding="utf-8")
    lines = list(roll_call(read_units(path), [Arrival(name, "x", name="收件/表.xlsx")]))
    assert [line.expected.unit for line in lines if line.note and line.state == "未交"] == ([meant] if meant else [])
    assert lines[-1].note == (f"名单里有“{meant}”，是不是它？" if meant else "")


def test_a_unit_that_sent_something_else_has_sent_no_form(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "甲单位会议通知.xlsx", returns.wrong_form())
    put(tmp_path / "收件" / "乙单位.xlsx", returns.wrong_form())
    put(tmp_path / "收件" / "乙单位坏的.xlsx", b"broken")
    result = run(tmp_path, units=units, annotate=tmp_path / "退回")
    assert [line.state for line in result.intake.roll_call] == ["交的不是自评表", "交了但读不了"]
    assert (result.intake.unread, result.intake.formless) == (3, 2)
    letter_to = told(tmp_path / "退回" / "甲单位_审核意见.eml")
    assert "文件里没有自评表" in letter_to and "请报送填好的自评表" in letter_to and "打不开" not in letter_to


def test_sender_tells_whose_a_damaged_return_is(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n甲单位,a@example.org\n乙单位,\n丙单位,c@example.org\n丁单位,c@example.org\n", encoding="utf-8")
    put(tmp_path / "收件" / "信.eml", letter("A@example.org", {"表.xlsx": b"broken"}))
    put(tmp_path / "收件" / "乙单位的表.xlsx", b"broken, too")
    states = {line.expected.unit: line.state for line in run(tmp_path, units=units).intake.roll_call}
    assert states == {"甲单位": "交了但读不了", "乙单位": "交了但读不了", "丙单位": "未交", "丁单位": "未交"}
    put(tmp_path / "收件" / "信二.eml", letter("c@example.org", {"表.xlsx": b"broken, three"}))
    shared = {line.expected.unit: line.state for line in run(tmp_path, units=units).intake.roll_call}
    assert shared == states | {"": "看不出单位"}, "an address that two units share tells nothing"


def test_sender_tells_who_mailed_no_workbook(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n甲单位,a@example.org\n乙单位,b@example.org\n", encoding="utf-8")
    put(tmp_path / "收件" / "自评表.eml", letter("A@example.org", {"扫描件.pdf": b"%PDF"}))
    put(tmp_path / "收件" / "乙.xlsx", book("乙单位"))
    notes = {line.expected.unit: (line.state, line.note) for line in run(tmp_path, units=units).intake.roll_call}
    assert notes == {"甲单位": ("未交", "它的邮箱发来过“自评表.eml”（邮件里没有附上工作簿）"), "乙单位": ("已交", "")}


def test_what_else_of_a_unit_could_not_be_read_is_said(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    put(tmp_path / "收件" / "甲单位.xlsx", book("甲单位"), 3)
    put(tmp_path / "收件" / "甲单位_更正.xlsx", book("甲单位")[:-500], 4)
    put(tmp_path / "收件" / "乙单位.xlsx", book("乙单位"), 3)
    put(tmp_path / "收件" / "乙单位_专项二.xlsx", book("乙单位", "专项二"), 1)
    put(tmp_path / "收件" / "乙单位_草稿.xlsx", book("乙单位")[:-500], 2)
    lines = run(tmp_path, units=units).intake.roll_call
    assert [(line.state, line.note) for line in lines] == [
        ("已交", "另有文件读不了，比已交的晚，可能是更正：甲单位_更正.xlsx"),
        ("已交", "另有文件读不了：乙单位_草稿.xlsx"),
    ]
