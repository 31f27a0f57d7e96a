"""Real names in the bureau's intake: codes, short names, lists as bureaus keep them, and what is told as doubtful."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import openpyxl
import pytest
import returns
from intake import book, call, column, put, run
from returns import PROJECT, UNIT, letter, varied

from selfeval_xl.collect.names import Names, more_final, near, near_file
from selfeval_xl.collect.reviews import SHEET
from selfeval_xl.collect.rollcall import Arrival, Line, roll_call
from selfeval_xl.collect.units import read_units
from selfeval_xl.read.tablefile import lines, sheets
from selfeval_xl.words.identity import identity


def official(unit: str, project: str = "专项一", year: str = "2024", executed: str = returns.EXECUTED) -> bytes:
    changes = {UNIT: unit, PROJECT: project, "2024": year, f">{returns.EXECUTED}<": f">{executed}<"}
    return varied(returns.official(), changes)


def states(result: list[Line] | tuple[Line, ...]) -> list[tuple[str, str, str]]:
    return [(line.expected.unit, line.state, line.note) for line in result]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("[112003]某局", "112003", "某局"), ("217001 某中心", "217001", "某中心"), ("217-某局", "217", "某局"),
        ("【101】 某局（盖章）", "101", "某局"), ("某局（101001）", "101001", "某局"), ("某局（本级）", "", "某局本级"),
        ("[44000024T000000123]某项目", "44000024t000000123", "某项目"), ("某局（机关）", "", "某局机关"),
        ("120急救中心", "", "120急救中心"), ("2024年职工培训", "", "2024年职工培训"), ("[2024]职工培训", "", "[2024]职工培训"),
        ("2024-职工培训", "", "2024-职工培训"), ("《某工程》（二期）", "", "某工程(二期)"), ("112003", "", "112003"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_code_is_no_part_of_a_name(text: str, code: str, name: str) -> None:
    assert identity(text) == (code, name)


def test_a_code_counts_where_it_alone_tells_two_apart() -> None:
    came = ["[112]某局", "[112001]某局", "[301] 中心小学", "[9001]外", "外", "[401]内", "[402]内"]
    names = Names(["[301]中心小学", "[302]中心小学", "某局", "内"], came)
    assert names.shown("[112]某局") == "某局" and names.shown("[301] 中心小学") == "[301]中心小学"
    assert names.key("[301]中心小学") != names.key("[302]中心小学") != names.key("中心小学")
    assert names.shown("[9001]外") == names.shown("外") == "外" and names.shown("[112001]某局") == "某局"
    assert len({names.key(text) for text in ("[401]内", "[402]内", "内")}) == 3, "the list does not say which it means"


def test_spellings_of_one_unit_and_project_are_one(tmp_path: Path) -> None:
    spelled = ("[101001]甲局", "101001 甲局", "甲局（盖章）", "甲\n局", "甲局")
    for day, unit in enumerate(spelled):
        project = "[24P001]专项一" if day == 1 else "专项一"
        put(tmp_path / "收件" / f"{day}.xlsx", official(unit, project, executed=f"9{day}"), day)
    put(tmp_path / "收件" / "二期.xlsx", official("[101001]甲局", "专项一（二期）"))
    result = run(tmp_path, annotate=tmp_path / "退回")
    assert [one["standing"] for one in result.details] == ["superseded"] * 4 + ["counts"] * 2
    assert {(one["unit"], one["project"]) for one in result.details} == {("甲局", "专项一"), ("甲局", "专项一（二期）")}
    assert [path.name for path in (tmp_path / "退回").glob("*.eml")] == ["甲局_审核意见.eml"]


def test_verdicts_follow_a_unit_that_spells_itself_otherwise(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", varied(official("[101001]甲局"), {">99.14<": ">88.88<"}))
    run(tmp_path)
    ledger = tmp_path / "台账.xlsx"
    workbook = openpyxl.load_workbook(ledger)
    sheet = workbook[SHEET]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("复核意见") + 1, "已电话告知")
    sheet.cell(2, titles.index("单位") + 1, "[101001]甲局")  # as ledgers of earlier versions have it
    workbook.save(ledger)
    put(tmp_path / "收件" / "b.xlsx", varied(official("甲局（盖章）"), {">99.14<": ">88.88<", "306户": "307户"}), 3)
    run(tmp_path)
    assert column(ledger, SHEET, "复核意见")[0] == "已电话告知" and "已不再出现" not in column(ledger, SHEET, "状态")


def listed(path: Path, *tables: list[list[object]], merged: str = "", titles: tuple[str, ...] = ("甲", "乙", "丙", "丁")) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in zip(titles, tables, strict=False):
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if merged:
        workbook.worksheets[0].merge_cells(merged)
    workbook.save(path)
    return path


def test_a_list_as_bureaus_keep_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head: list[object] = ["序号", "部门（单位）名称", "是否需要报送", "项目数"]
    path = listed(
        tmp_path / "名单.xlsx",
        [["报送单位名单"], head, ["一、行政科（2家）"], [1, "甲局", "是", 2], [2, "乙局", "否", 0], ["小计", 2], ["二、农业科"],
         [3, "丙局", "", "1个"], [4, "己局", "", "两个"], ["合计", 3], ["备注：请及时报送"]],
        [head, [1, "丁局", "是", 1]], [["联系人", "电话"], ["某某", 1]], [head, [1, "戊局", "是", 1]],
        titles=("市直", "区县", "联系方式", "无需报送"),
    )  # fmt: skip
    roll = read_units(path)
    assert [(one.unit, one.count) for one in roll.expected] == [("甲局", 2), ("乙局", 0), ("丙局", 1), ("己局", 2), ("丁局", 1)]
    assert roll.unused.rows == ("一、行政科（2家）", "小计　2", "二、农业科", "合计　3", "备注：请及时报送")
    assert (roll.unused.read, roll.unused.sheets) == (("市直", "区县"), ("联系方式", "无需报送"))
    put(tmp_path / "收件" / "a.xlsx", official("甲局"))
    put(tmp_path / "收件" / "c.xlsx", official("丙局"))
    call(str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--units", str(path), "--jobs", "1")
    out = capsys.readouterr().out
    assert "读了 2 张工作表：市直、区县" in out and "没有读的工作表：联系方式、无需报送" in out and "没有算作单位的行：一、" in out
    assert "没交齐：甲局　名单里写着 2 个项目，只交了 1 个" in out
    assert dict(zip(column(tmp_path / "台账.xlsx", "催报", "单位"), column(tmp_path / "台账.xlsx", "催报", "状态"), strict=True)) == {
        "甲局": "没交齐", "乙局": "不用交", "丙局": "已交", "己局": "未交", "丁局": "未交",
    }  # fmt: skip


def test_headings_in_two_rows(tmp_path: Path) -> None:
    path = listed(
        tmp_path / "名单.xlsx",
        [["分解表"], ["科室", "主管部门", None, "预算单位", None, None, "备注"], [None, "编码", "名称", "编码", "名称", "联系邮箱"],
         ["一科", "101", "甲局", "101001", "甲局本级", "A@example.org"], [None, None, None, "101002", "甲局乙站"]],
        merged="D2:F2",
    )  # fmt: skip
    roll = read_units(path)
    assert [(one.unit, one.mail) for one in roll.expected] == [("甲局本级", "A@example.org"), ("甲局乙站", "")]
    assert roll.unused.columns == ("科室", "主管部门编码", "主管部门名称", "备注") and not roll.unused.rows


def test_projects_below_a_merged_unit_are_its_own(tmp_path: Path) -> None:
    path = listed(
        tmp_path / "名单.xlsx",
        [["单位", "项目名称", "邮箱"], ["甲局", "专项一", "a@example.org"], [None, "水库（一期）"], [None, "水库（二期）"],
         ["乙局", "专项一"], ["合计", "4 个项目"]],
        merged="A2:A4",
    )  # fmt: skip
    roll = read_units(path)
    assert [(one.unit, one.project, one.mail) for one in roll.expected] == [
        ("甲局", "专项一", "a@example.org"), ("甲局", "水库（一期）", "a@example.org"), ("甲局", "水库（二期）", "a@example.org"), ("乙局", "专项一", ""),
    ]  # fmt: skip
    came = [Arrival("甲局", "[24P001] 水库(一期)"), Arrival("甲局", "2024年水库（二期）项目"), Arrival("甲局", None, whole=True)]
    assert states(list(roll_call(roll, came))) == [
        ("甲局", "未交", "它交了名单里没有的项目：“2024年水库（二期）项目”"), ("甲局", "已交", ""),
        ("甲局", "未交", "它交了名称相近的“2024年水库（二期）项目”，可能就是它"), ("乙局", "未交", ""),
        ("甲局", "名单外", "名单里没有这个项目，名称相近的有“水库（二期）”"), ("甲局", "名单外", "名单里列的是项目，这份是部门整体的"),
    ]  # fmt: skip


def test_units_of_one_name_are_told_apart_or_nobody_is_taken_for_the_other(tmp_path: Path) -> None:
    head: list[object] = ["单位", "单位编码", "邮箱", "类别"]
    rows: list[list[object]] = [["中心小学", "301001", "a@example.org", "东县"], ["中心小学", "302001", "b@example.org", "西县"]]
    put(tmp_path / "收件" / "a.xlsx", official("[302001]中心小学"))
    result = run(tmp_path, units=listed(tmp_path / "有编码.xlsx", [head, *rows]))
    assert [line[:2] for line in states(result.intake.roll_call)] == [("[301001]中心小学", "未交"), ("[302001]中心小学", "已交")]
    put(tmp_path / "收件" / "a.xlsx", official("中心小学"))
    put(tmp_path / "收件" / "中心小学.xlsx", b"broken")
    result = run(tmp_path, units=listed(tmp_path / "有编码.xlsx", [head, *rows]))
    assert [line.state for line in result.intake.roll_call] == ["未交", "未交", "名单外", "看不出单位"]
    (tmp_path / "收件" / "中心小学.xlsx").unlink()
    assert all("中心小学" in line.note for line in result.intake.roll_call[:3])
    without = listed(tmp_path / "没有编码.xlsx", [[row[0], *row[2:]] for row in (head, *rows)])
    result = run(tmp_path, units=without, annotate=tmp_path / "退回")
    note = "名单里有 2 行是这个名称，分不清交来的 1 份是哪一行的：请核对名单，重复的删去，两个单位的写全名称或编码"
    assert states(result.intake.roll_call) == [("中心小学", "名单重名", note)] * 2
    assert b"@example.org" not in (tmp_path / "退回" / "中心小学_审核意见.eml").read_bytes(), "whose address, nobody knows"
    assert column(tmp_path / "台账.xlsx", "一览", "单位类别") == [None]


def test_what_a_list_names_twice_is_told_as_its_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = listed(
        tmp_path / "名单.xlsx",
        [["单位", "邮箱"], ["甲局", "a@example.org"], ["乙局", ""], ["丙局", "c@example.org"], ["甲局（盖章）", "b@example.org"], ["乙局", ""], ["甲局", "d@example.org"]],
    )  # fmt: skip
    for name in ("甲局", "乙局", "丙局"):
        put(tmp_path / "收件" / f"{name}.xlsx", official(name))
    call(str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--units", str(path), "--annotate", str(tmp_path / "退回"), "--jobs", "1")
    out = capsys.readouterr().out
    assert "单位名单里有几行同名，请核对名单：甲局（3 行）、乙局（2 行）" in out and "没交齐" not in out
    assert out.count("  名单重名：甲局　") == 1, "the same words once, not for each row"
    assert "回复草稿没有收件人、请自己填的单位：乙局、甲局\n" in out
    assert column(tmp_path / "台账.xlsx", "催报", "状态") == ["名单重名", "已交", "已交", "名单重名", "名单重名"]


@pytest.mark.parametrize(
    "mail", ["a@example.org；B@example.org", "a@example.org、B@example.org", "办公室 a＠example.org\nB@example.org", "a@example.org/B@example.org"]
)  # fmt: skip
def test_several_addresses_in_one_cell_are_all_of_the_unit(tmp_path: Path, mail: str) -> None:
    put(tmp_path / "收件" / "a.xlsx", official("甲局"))
    put(tmp_path / "收件" / "信.eml", letter("b@example.org", {"表.xlsx": b"broken"}))
    path = listed(tmp_path / "名单.xlsx", [["单位", "邮箱"], ["甲局", mail], ["乙局", ""]])
    result = run(tmp_path, units=path, annotate=tmp_path / "退回")
    assert [line.state for line in result.intake.roll_call] == ["已交", "未交"]
    draft = email.message_from_bytes((tmp_path / "退回" / "甲局_审核意见.eml").read_bytes(), policy=email.policy.default)
    assert [one.addr_spec for one in draft["To"].addresses] == ["a@example.org", "B@example.org"]


def test_notes_say_who_need_not_return_anything(tmp_path: Path) -> None:
    """Only where that is all that they say; of other notes nothing is read, and it is told that their column is not."""
    head: list[object] = ["单位", "备注"]
    excused = ("不需报送", "无需报送", "不用报。", "已撤并，无需报送", "无项目支出不用报", "2025年起不再报送", "不需报送（去年撤销）")
    due = ("联系人已换", "未报送", "不需报送项目表，只报整体", "除专项一外不用报送", "不用报纸质版", "无需报送，由主管部门报送", "")
    due += ("如无项目，无需报送", "若已撤销，不用报", "无支出的，无需报送", "下属单位：无需报送", "无需报送（待定）", "2023年度无需报送")
    rows: list[list[object]] = [[f"第{number}局", note] for number, note in enumerate((*excused, *due))]
    roll = read_units(listed(tmp_path / "名单.xlsx", [head, *rows], [["单位"], ["另一局"]]))
    assert [one.count for one in roll.expected] == [0] * len(excused) + [None] * (len(due) + 1)
    assert not roll.unused.columns and not roll.unused.sheets
    years: list[list[object]] = [["甲局", "2023年度无需报送"], ["乙局", "2024年无需报送"], ["丙局", "2025年起不再报送"]]
    roll = read_units(listed(tmp_path / "名单.xlsx", [head, *years]), 2024)
    assert [one.count for one in roll.expected] == [None, 0, None]
    roll = read_units(listed(tmp_path / "名单.xlsx", [head, ["甲局", "联系人已换"]]))
    assert roll.unused.columns == ("备注",)


def test_the_form_of_the_whole_department_is_that_line_of_the_list(tmp_path: Path) -> None:
    units = listed(tmp_path / "名单.xlsx", [["单位", "项目"], ["甲局", "部门整体支出绩效自评"], ["甲局", "专项一"], ["乙局", "整体维修"]])
    roll = read_units(units)
    came = [Arrival("甲局", None, whole=True), Arrival("甲局", None, name="a.xlsx"), Arrival("乙局", None, whole=True)]
    assert states(list(roll_call(roll, came))) == [
        ("甲局", "已交", ""), ("甲局", "未交", "它交了没有写项目名称的“a.xlsx”，可能就是它"), ("乙局", "未交", ""),
        ("甲局", "名单外", "名单里列的是项目，这份没有写项目名称"), ("乙局", "名单外", "名单里列的是项目，这份是部门整体的"),
    ]  # fmt: skip


def test_notes_that_may_excuse_a_unit_are_a_question(tmp_path: Path) -> None:
    head: list[object] = ["单位", "项目", "备注"]
    asking = ("已合并", "撤销", "并入市教育局", "今年无项目", "由主管部门统一报送", "更名为某中心", "如无项目，无需报送", "免")
    plain = ("联系人已换", "去年未报，重点催", "不得迟报", "不用报纸质版", "统一社会信用代码变了", "合并报表单位", "免费开放", "无需报送", "2023年无需报送")
    rows: list[list[object]] = [[f"第{number}局", "", note] for number, note in enumerate((*asking, *plain))]
    below: list[list[object]] = [["甲局", "专项一", "已撤并，无需报送"], ["", "专项二", ""]]
    roll = read_units(listed(tmp_path / "名单.xlsx", [head, *rows, *below]), 2024)
    assert [one.doubt for one in roll.expected] == [*asking, *[""] * len(plain), "", "已撤并，无需报送"]
    roll = read_units(listed(tmp_path / "名单.xlsx", [head, ["甲局", "", "2024年无需报送"]]))
    assert [one.doubt for one in roll.expected] == ["2024年无需报送"], "nobody said which year it is"


UNITS = ("红山区残疾人联合会", "红山区残联第一服务站", "红山区教育局", "青川县教育局", "红山区第一中学", "红山区公安局本级", "红山区公安局交警支队", "红山区文化和青少年中心")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("红山区残联", {"红山区残疾人联合会", "红山区残联第一服务站"}), ("教育局", {"红山区教育局", "青川县教育局"}),
        ("红山区第三中学", set()), ("红山区一中", {"红山区第一中学"}), ("局", set()), ("红山区残联第二服务站", set()),
        ("3\0红山区教育局", {"红山区教育局"}), ("红山区公安局", {"红山区公安局本级"}), ("红山区公安局机关", {"红山区公安局本级"}),
        ("红山区青少年和文化中心", {"红山区文化和青少年中心"}),
    ],
)  # fmt: skip
def test_all_that_a_short_name_can_mean_is_told(name: str, meant: set[str]) -> None:
    assert set(near(name, UNITS)) == meant


def test_a_file_is_known_by_a_part_of_its_name() -> None:
    files = ("档案馆扫描件.pdf", "档案馆_库房改造（最终版）.xlsx", "新建 Microsoft Excel 工作表.xlsx")
    assert [near_file(name, ("长宁市档案馆", "长宁市图书馆")) for name in files] == ["长宁市档案馆", "长宁市档案馆", None]


def test_folders_say_whose_a_form_without_a_unit_may_be_but_not_those_above(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n长宁市财政局\n长宁市第二中学\n长宁市第五中学\n长宁市文化广电局\n长宁市图书馆\n", encoding="utf-8")
    above = tmp_path / "长宁市财政局"
    put(above / "收件" / "二中" / "自评表.xlsx", official(""))
    put(above / "收件" / "坏.xlsx", b"broken")
    put(above / "收件" / "长宁市第五中学" / "坏.xlsx", b"broken, too")
    put(above / "收件" / "长宁市文化广电局" / "长宁市图书馆.xlsx", b"broken, three")
    told = {line.expected.unit: (line.state, line.note) for line in run(above, units=units).intake.roll_call if line.expected.unit}
    assert told["长宁市财政局"] == ("未交", ""), "where the bureau keeps its folder says nothing"
    assert told["长宁市第二中学"] == ("未交", "名单外的“二中/自评表.xlsx”看文件名可能是它")
    assert {unit for unit, (state, _) in told.items() if state == "交了但读不了"} == {"长宁市第五中学", "长宁市图书馆"}


def test_what_may_be_one_return_is_told(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲局\n乙局\n丙局\n丁局\n戊局\n", encoding="utf-8")
    put(tmp_path / "收件" / "甲1.xlsx", official("甲局", "就业补助"))
    put(tmp_path / "收件" / "甲2.xlsx", official("甲局", "就业补助资金"))
    put(tmp_path / "收件" / "甲3.xlsx", official("甲局", "2022年就业补助（二期）"))
    put(tmp_path / "收件" / "乙_草稿.xlsx", official("乙局", executed="90"), 5)
    put(tmp_path / "收件" / "乙_最终版.xlsx", official("乙局"), 2)
    put(tmp_path / "收件" / "戊1.xlsx", official("戊局", executed="89"))
    put(tmp_path / "收件" / "戊2.xlsx", official("戊局", executed="88"))
    put(tmp_path / "收件" / "丙.xlsx", official("丙局"))
    put(tmp_path / "收件" / "丙旧.xlsx", official("丙局", year="    "), 2)
    put(tmp_path / "收件" / "2023年丁局.xlsx", book("丁局"))
    put(tmp_path / "收件" / "2023年丁局2.xlsx", official("丁局", "专项二", year="    "))
    lines = run(tmp_path, units=units).intake.roll_call
    assert [line.note for line in lines] == [
        "“就业补助”与“就业补助资金”名称相近，请看是不是同一个项目", "“乙_最终版.xlsx”不比它晚，看文件名却更像定稿，请看以哪一份为准",
        "“丙旧.xlsx”没写年度，请看与 2024 年度的是不是同一份", "表里没写年度，文件名写着 2023",
        "“戊1.xlsx”的时间与它相同，内容不同，请看以哪一份为准",
    ]  # fmt: skip
    notes = dict(zip(column(tmp_path / "台账.xlsx", "一览", "项目"), column(tmp_path / "台账.xlsx", "一览", "说明"), strict=True))
    assert "名称相近" in str(notes["就业补助资金"]) and notes["2022年就业补助（二期）"] is None


@pytest.mark.parametrize(("one", "other", "more"), [("终稿", "草稿", True), ("a", "初稿", True), ("a", "b", False), ("终稿", "定稿", False)])
def test_which_file_calls_itself_the_last_word(one: str, other: str, more: bool) -> None:
    assert more_final(one, other) is more


def test_sheets_of_a_table_file(tmp_path: Path) -> None:
    path = listed(tmp_path / "a.xlsx", [["单位"], ["甲"]], [["乙"]])
    assert [(name, [line.cells for line in rows]) for name, rows in sheets(path)] == [
        ("甲", [{1: "单位"}, {1: "甲"}]), ("乙", [{1: "乙"}]),
    ]  # fmt: skip
    assert [line.cells for line in lines(path)] == [{1: "单位"}, {1: "甲"}]
