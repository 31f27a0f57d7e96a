"""Data files: tables in whatever encoding an office writes, every figure as it was meant, every mistake with its place."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml

from selfeval_xl.errors import DataError, SelfEvalError
from selfeval_xl.fill import fill
from selfeval_xl.model import Row
from selfeval_xl.read import read
from selfeval_xl.read.datafile import read_data

HEAD = "level1,level2,name,target,actual,weight\n"
LINE = "产出指标,数量指标,培训,≥10 个,11 个,90\n"


def data(folder: Path, tables: dict[str, object], **fields: object) -> Path:
    path = folder / "数据.yaml"
    content = {"form": "project", "fields": {"year": 2024, **fields}, "tables": tables}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def rows_of(folder: Path, name: str, content: bytes) -> tuple[Row, ...]:
    (folder / name).write_bytes(content)
    return read_data(data(folder, {"indicators": name})).entries.tables["indicators"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_and_data_in_every_encoding_of_an_office(tmp_path: Path, encoding: str) -> None:
    (row,) = rows_of(tmp_path, "指标.csv", (HEAD + LINE).encode(encoding))
    assert {key: entry.text for key, entry in row.items()}["name"] == "培训"
    path = tmp_path / "数据.json"
    path.write_bytes('{"form": "project", "fields": {"unit": "某局"}}'.encode(encoding))
    assert read_data(path).entries.fields["unit"].text == "某局"


@pytest.mark.parametrize("code", ["00123", "440700240000012345678", "+5", "1.50", "1,234"])
def test_a_name_of_digits_stays_as_it_is_written(tmp_path: Path, code: str) -> None:
    """Codes of projects have some twenty digits, of which a number keeps 15."""
    row = {"name": code, "target": "≥1 个", "actual": "2", "weight": "90", "reason": code}
    source, out = data(tmp_path, {"indicators": [row]}, project=code, unit=code), tmp_path / "表.xlsx"
    fill(source, out)
    (evaluation,) = read(out)
    assert (evaluation.header.project.text, evaluation.header.unit.text) == (code, code)
    assert [(one.name.text, one.reason.text) for one in evaluation.indicators] == [(code, code)]
    assert evaluation.indicators[0].actual.value == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    (row,) = rows_of(tmp_path, "指标.csv", f"\n{HEAD}{LINE}".replace(",", delimiter).encode())
    assert row["weight"].value == 90


def test_csv_with_quotes_blank_lines_and_empty_columns_at_its_end(tmp_path: Path) -> None:
    text = HEAD.replace("\n", ",,\n") + "\n" + '产出指标,数量指标,"培训, 讲座\n第二行",≥10 个,"1,000 个",90,,\n,,,,,,,\n'
    (row,) = rows_of(tmp_path, "指标.csv", text.encode())
    assert row["name"].text == "培训, 讲座\n第二行" and row["actual"].text == "1,000 个"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + LINE + "\n" + LINE.replace("90", "九十"), ["指标.csv", "第 4 行", "weight", "九十"]),
        (HEAD + LINE.replace("\n", ",多,余\n"), ["第 2 行", "G 列", "多", "没有标题"]),
        ("level1,level1\n产出指标,产出指标\n", ["第 1 行", "level1"]),
        ("level1,一级指标\n产出指标,产出指标\n", ["level1、一级指标"]),
        (HEAD.replace("weight", "分直"), []),
        (HEAD.replace("weight", "分直") + LINE, ["分直", "可用的有"]),
        (HEAD + LINE.replace("培训", '"培训'), ["第 2 行", "引号"]),
        ("", ["空的", "标题"]),
    ],
)
def test_mistakes_in_a_table_name_file_row_and_field(tmp_path: Path, content: str, said: list[str]) -> None:
    if not said:  # headings that stand over nothing mislead nobody
        assert rows_of(tmp_path, "指标.csv", content.encode()) == ()
        return
    with pytest.raises(DataError) as error:
        rows_of(tmp_path, "指标.csv", content.encode())
    assert all(words in str(error.value) for words in ["指标.csv", *said])
    assert "\n" not in str(error.value)


def test_field_is_called_as_the_file_calls_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="第 2 行的 分值 是“九十”"):
        rows_of(tmp_path, "指标.csv", "三级指标,分值\n培训,九十\n".encode())


def test_workbook_keeps_digits_percentages_and_dates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "target", "actual", "weight", "claimed_score"])
    sheet.append(["合格率", 0.95, 0.1 + 0.2, 30.0, 29.666])
    sheet["B2"].number_format, sheet["C2"].number_format, sheet["E2"].number_format = "0%", "0.0%", "0.0"
    sheet.append(["完工", datetime.date(2024, 12, 31), datetime.date(2024, 12, 1), 30])
    sheet.append(["金额", 1234567.25, 1500000, 30])
    sheet["B4"].number_format = "#,##0"
    sheet["A40"].number_format = "0.00"  # a look without content is no row
    book.save(tmp_path / "指标.xlsx")
    path = data(tmp_path, {"indicators": "指标.xlsx"})
    rows = read_data(path).entries.tables["indicators"]
    assert [(row["target"].text, row["actual"].text) for row in rows] == [
        ("95%", "30.0%"), ("2024-12-31", "2024-12-01"), ("1234567.25", "1500000"),
    ]  # fmt: skip
    assert rows[0]["claimed_score"].value == Decimal("29.666")
    assert [score.status for score in fill(path, tmp_path / "out.xlsx").indicators] == ["missed", "met", "met"]


def test_formula_without_its_result_is_no_blank(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "weight"])
    book.active.append(["培训", "=10+20"])
    book.save(tmp_path / "指标.xlsx")
    with pytest.raises(DataError, match="第 2 行的 B 列是公式"):
        read_data(data(tmp_path, {"indicators": "指标.xlsx"}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"text", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_table_that_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SelfEvalError, match=re.escape("指标.xlsx")):
        rows_of(tmp_path, "指标.xlsx", content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", "form: project\nfields: {year: 2024}\nform: department\n", "第 3 行的“form”在同一处写了两次"),
        ("a.json", '{"form": "project", "form": "department"}', "“form”在同一处写了两次"),
        ("a.json", "[" * 100_000, "不能识别为 JSON"),
        ("a.yaml", "[" * 100_000, "不能识别为 YAML"),
        ("说明.md", "[", "不能识别为 YAML"),
        ("a.yaml", "- " * 2_000, "不能识别为 YAML"),
        ("a.yaml", "form: project\nfields:\n\tyear: 2024\n", "第 3 行写法不对，不能识别为 YAML 文件：缩进要用空格，不能用 Tab 键"),
        ("a.yaml", "form: project\nfields:\n  年度：2024\n", "冒号用英文的"),
        ("a.yaml", "form：project\nfields: {}\n", "第 1 行写法不对"),
        ("a.yaml", "form: project\nfields: {年度: 2024， 单位: 甲}\n", "冒号、逗号用英文的"),
        ("a.json", '{"form": "project",}', "最后一项后面没有逗号"),
        ("a.yaml", "form: project\nfields: {year: ²⁰²⁴}", "应为四位年份"),
        ("a.yaml", "form: project\nfields: {currency_unit: 美元}", "fields 的 currency_unit 是“美元”，应为 万元、元、亿元 之一"),
        ("a.yaml", "form: project\ntables: {indicators: [{name: a, op: ≈}]}", "indicators 第 1 行的 op 是“≈”"),
        ("a.yaml", "form: project\ntables: {indicators: [{name: a, state: 还行}]}", "state 是“还行”"),
        ("a.yaml", "form: project\ntables: {budget: [{name: a, level: 三级项目}]}", "budget 第 1 行的 level"),
        ("a.yaml", f"form: project\ntables: {{indicators: [{{name: a, weight: 1{'0' * 400}}}]}}", "weight 是“1000000"),
        ("a.yaml", f"form: project\nfields: {{goal_actual: {'长' * 40_000}}}", "goal_actual 有 40000 个字符"),
        ("a.yaml", "form: project\nrules: mof2020", "a.yaml：rules"),
        ("a.yaml", "fields: {year: 2024}", "缺少 form（填哪种表），应为 project（项目支出）、department（部门整体）、transfer（转移支付） 之一"),
        ("a.yaml", "form: 项目支付", "form 是“项目支付”"),
        ("a.yaml", "form: project\nfields: {year: 2024, 年度: 2023}", "fields 有两项是一个意思：year、年度"),
        ("a.yaml", "form: project\nfields: {年度: 二四}", "fields 的 年度 是“二四”"),
        ("a.yaml", "form: project\ntables: {indicators: [{三级指标: a, 测算得分: 3}]}", "indicators 第 1 行的“测算得分”由公式算出"),
        ("a.yaml", "form: project\ntables: {funds: [{name: 年度资金总额：, adjusted: 9}, {name: 财政拨款, adjusted: 9}]}", "第 1 行的“年度资金总额：”是其他各行的合计"),
        ("a.yaml", "form: project\ntables: {indicators: {name: 培训}}", "tables.indicators 应为若干行的列表"),
        ("a.yaml", "form: project\ntables: {indicators: [培训]}", "indicators 第 1 行应为"),
        ("a.yaml", "form: project\nfields: {unit: [甲, 乙]}", "fields 的 unit 应为一个值"),
        ("a.yaml", "- form: project\n", "最外层有 form、fields、tables"),
        ("a.xlsx", "PK", "selfeval-xl import"),
    ],
)  # fmt: skip
def test_what_would_be_lost_or_misread_is_an_error(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as error:
        fill(tmp_path / name, tmp_path / "out.xlsx")
    assert said in str(error.value) and len(str(error.value)) < 400
    assert str(error.value).startswith(f"{name}：")


@pytest.mark.parametrize("nothing", ["", "~", "null", "NULL"])
def test_what_yaml_writes_for_nothing_is_a_blank(tmp_path: Path, nothing: str) -> None:
    path = tmp_path / "a.yaml"
    row = f"{{name: 'null', target: {nothing}, weight: {nothing}}}"
    path.write_text(f"form: project\nrules: {nothing}\ntables:\n  indicators: [{row}]\n  funds: {nothing}", encoding="utf-8")
    data = read_data(path)
    (indicator,) = data.entries.tables["indicators"]
    assert indicator["name"].text == "null" and indicator["target"].blank and indicator["weight"].blank
    assert data.rules == "mof-2020" and data.entries.tables["funds"] == ()


@pytest.mark.parametrize("sign", ["≥", ">=", "＞=", "≧", "不低于", "大于等于"])
def test_signs_in_any_writing_are_the_dropdowns(tmp_path: Path, sign: str) -> None:
    rows = [{"name": "培训", "op": sign, "target": 10, "actual": 11}]
    assert read_data(data(tmp_path, {"indicators": rows})).entries.tables["indicators"][0]["op"].text == "≥"


def test_a_claimed_grade_is_taken_as_the_report_has_it(tmp_path: Path) -> None:
    assert read_data(data(tmp_path, {}, claimed_grade="优秀")).entries.fields["claimed_grade"].text == "优秀"


def test_rows_of_one_name_each_get_a_row_of_their_own(tmp_path: Path) -> None:
    money = {"name": "当年财政拨款", "adjusted": 5, "executed": 4}
    said = {"statement": "培训人数", "stated": 2}
    tieout = [{"id": "a", **said, "equals": "1+1"}, {**said, "equals": "4-1"}, {"statement": "重述", "stated": 2, "equals": "{#a}"}]
    output = tmp_path / "out.xlsx"
    fill(data(tmp_path, {"funds": [money] * 2, "tieout": tieout}), output)
    (evaluation,) = read(output)
    assert evaluation.funds is not None and evaluation.funds.total is not None
    assert evaluation.funds.total.adjusted.value == 10
    assert [one.expected.value for one in evaluation.statements] == [2, 3, 2]


def test_unknown_names_are_answered_with_all_that_may_be_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"fields 有不认识的项目“实施单味”（是不是 实施单位？）；可用的有：.*unit（实施单位）") as error:
        read_data(data(tmp_path, {}, 实施单味="某局"))
    assert "year（年度）" in str(error.value)
    with pytest.raises(DataError, match=r"funds 的标题里有不认识的项目“说名”.*executed（全年执行数）"):
        rows_named(tmp_path, "funds", "资金.csv", "资金来源,说名\n拨款,无\n".encode())
    with pytest.raises(DataError, match=r"资金\.csv：资金来源 的标题里有"):
        rows_named(tmp_path, "资金来源", "资金.csv", "资金来源,说名\n拨款,无\n".encode())


def rows_named(folder: Path, table: str, name: str, content: bytes) -> tuple[Row, ...]:
    (folder / name).write_bytes(content)
    return read_data(data(folder, {table: name})).entries.tables[table]


def test_headings_as_the_workbook_shows_them(tmp_path: Path) -> None:
    """What stands over the funds in the workbook, copied as it is."""
    heads = "项目资金（万元）,年初预算数,全年预算数（A）,全年执行数（B）,预算调整、执行率偏低的说明"
    (row,) = rows_named(tmp_path, "funds", "资金.csv", f"{heads}\n当年财政拨款,236.98,202.06,175.48,压减\n".encode("gbk"))
    assert {key: entry.text for key, entry in row.items()} == {
        "name": "当年财政拨款", "initial": "236.98", "adjusted": "202.06", "executed": "175.48", "reason": "压减",
    }  # fmt: skip
    with pytest.raises(DataError, match="“执行率（B/A）”由公式算出"):
        rows_named(tmp_path, "funds", "资金.csv", "项目资金（万元）,执行率（B/A）\n拨款,1\n".encode())


def test_a_table_as_offices_keep_it(tmp_path: Path) -> None:
    """A title above the headings, numbers before the rows, and the headings of the official form."""
    heads = "序号,一级指标,二级指标,指标名称,年度指标值,实际完成值,得分,分值,未完成原因"
    lines = ["某局指标明细,,,,,,,,单位：元", "", heads, "（一）,产出指标,数量指标,培训,≥10期,9期,9,10,疫情"]
    (row,) = rows_named(tmp_path, "indicators", "指标.csv", "\n".join(lines).encode("gbk"))
    assert {key: entry.text for key, entry in row.items()} == {
        "level1": "产出指标", "level2": "数量指标", "name": "培训", "target": "≥10期", "actual": "9期",
        "claimed_score": "9", "weight": "10", "reason": "疫情",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "content", "said"),
    [
        ("indicators", "一级指标,三级指标,年度指标值,分值\n产出指标,培训,1,90\n合计,,,90\n", "第 3 行的“合计”是其他各行的合计"),
        ("indicators", "序号,三级指标,年度指标值,分值\n1,培训,1,90\n合 计,,,90\n", "第 3 行的 序号 是“合 计”，是其他各行的合计"),
        ("funds", "序号,资金来源,全年预算数\n1-1,拨款,5\n注：见附件\n", "第 3 行的 序号 是“注：见附件”，不像序号，没有地方放"),
        ("funds", "资金情况表,单位：元\n资金来源,全年预算数\n拨款,50000\n", "“单位：元”的单位是元，数据的金额单位"),
        ("funds", "资金来源,预算数\n拨款,5\n", "不认识的项目“预算数”"),
        ("funds", "资金来源,备注\n拨款,5\n", "用不着的请去掉"),
    ],
)  # fmt: skip
def test_what_a_table_has_besides_its_rows_is_told(tmp_path: Path, table: str, content: str, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        rows_named(tmp_path, table, "表.csv", content.encode())


def test_amounts_under_a_heading_in_another_unit_are_not_taken_for_ours(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"“年初预算数（元）”的单位是元，数据的金额单位（currency_unit）是万元"):
        rows_named(tmp_path, "funds", "资金.csv", "资金来源,年初预算数（元）\n拨款,2369800\n".encode())
    path = data(tmp_path, {"funds": "资金.csv"}, 金额单位="元")
    assert read_data(path).entries.tables["funds"][0]["initial"].value == 2369800


def test_data_in_chinese_are_the_data_in_english(tmp_path: Path) -> None:
    (tmp_path / "中.yaml").write_text(
        "form: 部门整体\nfields: {年度: 2024, 部门（单位）名称: 某局, 自评总分: 99}\n"
        "tables:\n  整改情况: [{上年度指出的问题: 甲, 整改措施: 乙}]\n  资金来源: [{资金来源: 拨款, 全年预算数: 5}]\n",
        encoding="utf-8",
    )
    (tmp_path / "英.yaml").write_text(
        "form: department\nfields: {year: 2024, unit: 某局, claimed_total: 99}\n"
        "tables:\n  rectification: [{problem: 甲, measure: 乙}]\n  funds: [{name: 拨款, adjusted: 5}]\n",
        encoding="utf-8",
    )
    assert read_data(tmp_path / "中.yaml").entries == read_data(tmp_path / "英.yaml").entries


@pytest.mark.parametrize(("line", "said"), [(",,", "缺少 stated"), (",3,import os", "的 equals“import os”")])
def test_a_wrong_tie_out_is_told_by_the_file_it_stands_in(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "勾稽.csv").write_text(f"statement,stated,equals\n甲,2,1+1\n\n乙{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=f"^勾稽.csv：第 4 行{said}"):
        fill(data(tmp_path, {"tieout": "勾稽.csv"}), tmp_path / "out.xlsx")
