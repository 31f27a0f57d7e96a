"""What goes back to the units: marked copies and drafts of mails."""

from __future__ import annotations

import email
import email.policy
import io
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import returns
import sealing
from conftest import Convert
from intake import HINT, answers, blank, book, call, cells, column, last, put, run, told, twice
from returns import PROJECT, UNIT, base, letter, varied
from zipped import through

from selfeval_xl.annotate import annotate
from selfeval_xl.collect.run import journal_of
from selfeval_xl.collect.summary import Summary, to_json
from selfeval_xl.errors import TargetError
from selfeval_xl.rules import load
from selfeval_xl.workbook.opening.package import XLSM, XLSX


def wrong(unit: str, project: str = "专项一", executed: str = "60") -> bytes:
    """A return with an error: a total that its figures do not give."""
    return varied(base(claimed="88.88"), {UNIT: unit, PROJECT: project, f">{returns.EXECUTED}<": f">{executed}<"})


def test_marked_copies_and_reply_drafts(tmp_path: Path) -> None:
    units = tmp_path / "名单.csv"
    units.write_text("单位,邮箱\n甲单位,a@example.org\n", encoding="utf-8")
    put(tmp_path / "收件" / "旧.xlsx", wrong("甲单位"), day=1)
    put(tmp_path / "收件" / "新.xlsx", wrong("甲单位", executed="70"), day=2)
    put(
        tmp_path / "收件" / "信.eml",
        letter("b@example.org", {"表.xlsx": wrong("乙单位"), "另.xlsx": wrong("乙单位", "2024年专项二")}),
    )
    back = tmp_path / "收件" / "退回"
    for _ in range(2):  # the second run must not take its own copies for returns
        result = run(tmp_path, units=units, annotate=back)
        assert len(result.details) == 4
    assert {path.name for path in back.iterdir()} == {
        "2024_甲单位_专项一_自评表_批注.xlsx", "2024_乙单位_专项一_自评表_批注.xlsx", "2024_乙单位_2024年专项二_自评表_批注.xlsx",
        "甲单位_审核意见.eml", "乙单位_审核意见.eml",
    }  # fmt: skip
    for unit, address, copies, score in (("甲单位", "a@example.org", 1, "97.00"), ("乙单位", "b@example.org", 2, "96.00")):
        mail = email.message_from_bytes((back / f"{unit}_审核意见.eml").read_bytes(), policy=email.policy.default)
        assert (mail["To"], mail["X-Unsent"]) == (address, "1") and unit in mail["Subject"]
        attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}  # type: ignore[attr-defined]
        assert len(attached) == copies
        assert all((back / name).read_bytes() == data for name, data in attached.items())
        body = mail.get_body().get_content()  # type: ignore[attr-defined]
        assert unit in body and "封签" not in body, "nobody here sends sealed ones"
        assert f"【2024 年度 专项一】自评总分 88.88，按规则测算 {score} 优。" in body
        assert ("【2024年专项二】" in body) == (unit == "乙单位"), "a year is said once"
        assert "标“警告”的请核对，确实无误的在原因栏说明" in body


def test_a_marked_copy_is_called_by_its_kind(tmp_path: Path) -> None:
    """A macro-enabled workbook without macros, too: Excel opens none that is called .xlsx."""
    put(tmp_path / "收件" / "表.xlsm", through(book(), lambda _, part: part.replace(XLSX.encode(), XLSM.encode())))
    run(tmp_path, annotate=tmp_path / "退回")
    assert [path.suffix for path in (tmp_path / "退回").glob("*_批注.*")] == [".xlsm"]


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
    copies = [last(one.name) for one in result.intake.passed if "批注件" in one.reason]
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
    assert [one.reason for one in result.intake.passed] == ["本工具的批注件（内容没有改动）"]

    workbook = openpyxl.load_workbook(copy)
    next(cell for sheet in workbook for row in sheet for cell in row if cell.value == actual).value = "1100人次"
    workbook.save(copy)
    assert [one["standing"] for one in run(tmp_path).details] == ["superseded", "counts"]


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
    assert "标“错误”的" not in told(tmp_path / "退回" / "只有提示_审核意见.eml")
    assert said["填官方表的"] == said[sealing.UNIT], "that a form is not ours is the bureau's business"
    opening, attached = said["有错误"]
    assert "请对照修改后重新报送" in opening and len(attached) == 1
    assert said["坏文件"] == ("没有从贵单位发来的文件或邮件里读到自评表，没有审核，请按下面说的处理后重新报送。", [])
    assert said["空白表"] == ("贵单位报送的自评表是空白的，没有审核，请填写后重新报送。", [])
    opening, _ = said["好坏都有"]
    assert "不用重新报送" in opening and "另有文件没有审核" in opening
    assert "未填" not in told(tmp_path / "退回" / f"{sealing.UNIT}_审核意见.eml"), "formulas give a standard form's total"


def test_a_form_of_a_whole_department_is_no_version_of_a_project_and_goes_by_its_kind(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    for number, project in enumerate(("专项一", "")):
        put(tmp_path / "收件" / f"{number}.xlsx", varied(base("department"), {UNIT: "甲单位", PROJECT: project}), 1 + number)
        run(tmp_path, annotate=tmp_path / "退回")
        assert column(tmp_path / "台账.xlsx", "一览", "计入") == ["计入"] * (2 + number)
    text = told(tmp_path / "退回" / "甲单位_审核意见.eml")
    assert text.count("【2024 年度 专项一】") == 2 and "【2024 年度 部门整体自评表】" in text


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


def test_units_in_one_file_do_not_see_what_was_found_in_the_forms_of_others(tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(twice(returns.official())))
    for unit, sheet in zip(("甲单位", "乙单位"), workbook.worksheets, strict=True):
        next(cell for row in sheet.iter_rows() for cell in row if cell.value == UNIT).value = unit
    sheet.insert_rows(8, 30)
    for row in range(8, 38):
        for at, text in enumerate(("产出指标", "数量指标", f"第{row}场活动人数", "≥100人", "80人", 1, 1), 1):
            sheet.cell(row, at, text)
    stream = io.BytesIO()
    workbook.save(stream)
    put(tmp_path / "收件" / "教育局.xlsx", stream.getvalue())
    run(tmp_path, annotate=tmp_path / "退回")
    assert [path.name for path in (tmp_path / "退回").glob("*.xlsx")] == ["教育局_自评表_批注.xlsx"], "the bureau has it"
    ours, theirs = (told(tmp_path / "退回" / f"{unit}_审核意见.eml") for unit in ("甲单位", "乙单位"))
    assert not any(copies for _, copies in letters(tmp_path / "退回").values()) and "乙单位" not in ours
    assert "还有别的单位的自评表" in theirs and "附件" not in theirs
    assert theirs.count("没有完成却填了满分") == 30


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


def test_what_reviewers_found_untrue_is_not_asked_for(tmp_path: Path) -> None:
    """As long as it is told as it was."""
    ledger, back = tmp_path / "台账.xlsx", tmp_path / "退回"

    def asked(executed: str, verdicts: dict[str, str]) -> str:
        put(tmp_path / "收件" / "a.xlsx", book(executed=executed))
        run(tmp_path)
        workbook = openpyxl.load_workbook(ledger)
        sheet = workbook["复核"]
        at = [cell.value for cell in sheet[1]].index
        for row in sheet.iter_rows(min_row=2):
            row[at("复核结论")].value = verdicts.get(str(row[at("编号")].value), row[at("复核结论")].value)
        workbook.save(ledger)
        run(tmp_path, annotate=back)
        return told(back / "甲单位_审核意见.eml")

    asked("60", {})
    found = dict.fromkeys(map(str, column(ledger, "复核", "编号")), "不属实")
    assert len(found) > 1
    text = asked("60", {next(iter(found)): "不属实"})
    assert text.count("复核：不属实，不用改。") == 1 and "重新报送。" in text
    text = asked("60", found)
    assert text.count("复核：不属实，不用改。") >= len(found) and "怎么改" not in text and "不用重新报送" in text
    assert "怎么改" in asked("61", {}), "it is another problem now"
    assert "怎么改" in asked("61", {}), "which nobody has looked at yet"


def test_drafts_that_stand_already_are_left_alone_and_earlier_ones_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    put(tmp_path / "收件" / "坏.xlsx", b"broken")
    asked = (str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--annotate", str(tmp_path / "退回"), "--jobs", "1")
    call(*asked)
    assert "草稿：" not in capsys.readouterr().out
    put(tmp_path / "收件" / "b.xlsx", book("乙单位", executed="60"))
    (tmp_path / "收件" / "坏.xlsx").unlink()
    for draft in (tmp_path / "退回").glob("*.eml"):
        os.utime(draft, (0, 0))
    call(*asked)
    out = capsys.readouterr().out
    assert "新写的和有变化的 1 封，与上次相同的 1 封没有动" in out and "请看还要不要发：未知单位_坏_审核意见.eml" in out
    new = [draft.name for draft in (tmp_path / "退回").glob("*.eml") if draft.stat().st_mtime]
    assert new == ["乙单位_审核意见.eml"]


def test_who_has_not_sent_is_reminded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = tmp_path / "名单.csv"
    rows = ["单位,项目,邮箱,项目数", "甲单位,专项一,a@x.cn,", "甲单位,专项二,a@x.cn,", "乙单位,,b@x.cn,", "丙单位,,,", "丁单位,,d@x.cn,2", "戊某市档案局,,e@x.cn,",
            "己某市统计局,,f@x.cn,2"]  # fmt: skip
    units.write_text("\n".join(rows), encoding="utf-8")
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "d.xlsx", book("丁单位"))
    put(tmp_path / "收件" / "f.xlsx", book("己某市统计局"))
    for unit in ("戊某市档案局", "己某市统计局"):  # may be what is missing
        put(tmp_path / "收件" / f"{unit}.xlsx", b"broken")
    asked = (str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--units", str(units), "--annotate", str(tmp_path / "退回"))
    call(*asked, "--jobs", "1", "--year", "2024", "--tables", str(tmp_path / "表"))
    assert f"批注件和邮件草稿在文件夹：{tmp_path / '退回'}\n其中催报信 3 封" in capsys.readouterr().out
    paths = [tmp_path / "退回" / f"{unit}_催报.eml" for unit in ("甲单位", "乙单位", "丁单位")]
    assert set((tmp_path / "退回").glob("*催报*")) == set(paths)
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
    assert (mails[0]["To"], mails[0]["Subject"]) == ("a@x.cn", "请报送 2024 年度绩效自评表：甲单位")
    texts = [mail.get_content() for mail in mails]  # type: ignore[attr-defined]
    assert "1. 专项二" in texts[0] and "专项一" not in texts[0]
    assert "还没有收到，请尽快报送。" in texts[1]
    assert "1. 名单上是 2 个项目，收到 1 个，还差 1 个" in texts[2]
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    call(*asked, "--jobs", "1", "--year", "2024")
    assert "请看还要不要发：乙单位_催报.eml" in capsys.readouterr().out


def reminded(folder: Path, rows: list[str], **options: object) -> tuple[Summary, dict[str, str]]:
    """A run with this list, and the texts of its reminders by the units' names."""
    units = folder / "名单.csv"
    units.write_text("\n".join(rows), encoding="utf-8")
    result = run(folder, units=units, annotate=folder / "退回", **options)  # type: ignore[arg-type]
    assert result.answered is not None
    return result, {name.removesuffix("_催报.eml"): told(folder / "退回" / name) for name in result.answered.reminders}


def test_nobody_is_reminded_where_somebody_has_to_look_first(tmp_path: Path) -> None:
    mails = tmp_path / "收件"
    put(mails / "改名.eml", letter("a@x.cn", {"表.xlsx": book("某某服务中心")}))
    put(mails / "b.xlsx", book("市自然资源和规划局"))
    put(mails / "c.xlsx", book("丙单位"))
    put(mails / "丙单位.rar", b"broken")
    put(mails / "d.xlsx", book("丁单位"))
    put(mails / "d2.xlsx", book("某市丁单位", "专项二"))
    rows = ["单位,邮箱,项目数,备注", "市审批局,a@x.cn,,", "市规划和自然资源局,b@x.cn,,", "丙单位,c@x.cn,2,", "丁单位,d@x.cn,2,"]
    rows += ["戊单位,e@x.cn,,已合并", "己单位,f@x.cn,,无需报送", "己单位,f@x.cn,,"]
    result, letters = reminded(tmp_path, [*rows, "庚单位,g@x.cn,,联系人已换"])
    assert letters.keys() == {"庚单位"}
    notes = [line.note for line in result.intake.roll_call]
    assert "它的邮箱发来了名单外的“某某服务中心”" in notes[0] and "相近的“市自然资源和规划局”" in notes[1]
    assert "另有文件读不了" in notes[2] and "相近的“某市丁单位”" in notes[3]
    assert notes[4:7] == ["名单备注写着“已合并”，请核对后再催", "", "名单里另有一行写着它不用交，请核对名单"]
    assert [line.lacking for line in result.intake.roll_call] == [0] * 7 + [1] + [0] * 3
    assert ("名单外", "名单里有“市审批局”，是不是它？") in [(line.state, line.note) for line in result.intake.roll_call]


def test_reminders_say_what_is_missing_to_whom_the_list_names(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    put(tmp_path / "收件" / "甲单位的名册.xlsx", returns.wrong_form())
    rows = ["单位,项目,邮箱,类别", "甲单位,专项一,a@x.cn,", "甲单位,专项二,,", "甲单位,专项三,,", "乙单位,专项一,b@x.cn,甲", "乙单位,专项一,b@x.cn,乙"]
    rows += ["丙单位,,c@x.cn,", "丙单位,专项一,c@x.cn,", "丁单位,,d@x.cnd@y.cn,", "戊单位,,e@x.gov.cn13800000000,", "己单位,,,"]
    result, letters = reminded(tmp_path, rows)
    assert letters.keys() == {"甲单位", "乙单位", "丙单位"}, "the address stands in the unit's first row only"
    assert "1. 专项二\r\n2. 专项三\r\n\r\n" in letters["甲单位"] and "1. 专项一\r\n\r\n" in letters["乙单位"]
    assert "1. 名单上没有写项目名称的一份\r\n2. 专项一\r\n" in letters["丙单位"]
    assert result.answered is not None and result.answered.unaddressed == ("丁单位", "戊单位", "己单位")
    printed = to_json("台账.xlsx", result)
    assert printed["replies"]["reminders"] == [f"{unit}_催报.eml" for unit in letters]
    assert [one["lacking"] for one in printed["roll_call"]] == [0] + [1] * 9


def test_who_sent_only_what_cannot_be_used_is_told_what_is_still_open(tmp_path: Path) -> None:
    for unit in ("甲单位", "乙单位", "丁单位"):
        put(tmp_path / "收件" / f"{unit}.rar", b"broken")
    put(tmp_path / "收件" / "丙单位.xlsx", blank())
    put(tmp_path / "收件" / "丁.xlsx", book("丁单位"))
    rows = [
        "单位,项目,邮箱,项目数",
        "甲单位,,a@x.cn,",
        "乙单位,专项一,b@x.cn,",
        "乙单位,专项二,b@x.cn,",
        "丙单位,,c@x.cn,",
        "丁单位,,d@x.cn,3",
    ]
    _, letters = reminded(tmp_path, rows)
    assert not letters, "each has a reply that says it"
    said = {
        unit: told(tmp_path / "退回" / f"{unit}_审核意见.eml").replace("\r", "").rstrip()
        for unit in ("甲单位", "乙单位", "丙单位", "丁单位")
    }
    assert said["甲单位"].endswith("在收到能审核的自评表以前，按名单，贵单位仍算没有报送。")
    assert said["乙单位"].endswith("还没有收到能审核的自评表：\n1. 专项一\n2. 专项二")
    assert said["丙单位"].endswith("贵单位仍算没有报送。")
    assert said["丁单位"].endswith("1. 名单上是 3 个项目，收到 1 个，还差 2 个")
    run(tmp_path, annotate=tmp_path / "无名单")
    assert all("按名单" not in told(draft) for draft in (tmp_path / "无名单").glob("*.eml"))


def test_a_missing_seal_is_a_fault_only_where_most_have_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = (
        str(tmp_path / "收件"),
        "-o",
        str(tmp_path / "台账.xlsx"),
        "--annotate",
        str(tmp_path / "退回"),
        "--jobs",
        "1",
    )
    clean = varied(sealing.packed_bytes(sealing.CLEAN, seal=False), {sealing.UNIT: "甲单位"})
    put(tmp_path / "收件" / "a.xlsx", clean)
    call(*asked)
    assert "没有封签的 1 份，有封签的 0 份" in capsys.readouterr().out
    assert letters(tmp_path / "退回")["甲单位"] == (
        "贵单位报送的绩效自评表已收到并审核，未发现问题，不用重新报送。",
        [],
    )
    put(tmp_path / "收件" / "b.xlsx", sealing.packed_bytes(sealing.CLEAN))
    call(*asked)
    assert "没有封签的" not in capsys.readouterr().out
    assert "修改后重新报送" in letters(tmp_path / "退回")["甲单位"][0]
    assert "[警告] 文件没有封签" in told(tmp_path / "退回" / "甲单位_审核意见.eml")


def test_our_own_drafts_are_no_clue_to_what_is_missing(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    rows = ["单位,邮箱", "某市档案局,a@x.cn", "乙单位,b@x.cn"]
    reminded(tmp_path, rows)
    put(tmp_path / "收件" / "草稿" / "某市档案局_催报.eml", (tmp_path / "退回" / "某市档案局_催报.eml").read_bytes())
    result, letters = reminded(tmp_path, rows)
    assert letters.keys() == {"某市档案局"} and not result.intake.missed


def test_drafts_that_somebody_edited_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    units = tmp_path / "名单.csv"
    units.write_text("单位,项目,邮箱\n甲单位,专项一,a@x.cn\n甲单位,专项二,a@x.cn\n", encoding="utf-8")
    asked = (str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--units", str(units), "--annotate", str(tmp_path / "退回"), "--jobs", "1")
    call(*asked)
    draft, beside = (tmp_path / "退回" / f"甲单位_催报{number}.eml" for number in ("", "（2）"))
    edited = draft.read_bytes().replace(b"To: a@x.cn", b"To: a@x.cn, b@x.cn")
    draft.write_bytes(edited)
    call(*asked)
    assert "改过" not in capsys.readouterr().out and not beside.exists(), "what is to be said is the same"
    put(tmp_path / "收件" / "a.xlsx", book())
    for _ in range(2):
        call(*asked)
        assert "有人改过的草稿没有动" in (out := capsys.readouterr().out) and out.rstrip().endswith("甲单位_催报.eml")
        assert draft.read_bytes() == edited and "专项一" not in told(beside)
    assert "与上次相同的 3 封没有动" in out
    put(tmp_path / "收件" / "a2.xlsx", book(project="专项二"))
    call(*asked)
    assert "请看还要不要发：甲单位_催报.eml、甲单位_催报（2）.eml" in capsys.readouterr().out and draft.read_bytes() == edited


def test_copies_without_room_are_told_and_not_left_out(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    (tmp_path / "退回" / "2024_甲单位_专项一_自评表_批注.xlsx").mkdir(parents=True)
    with pytest.raises(TargetError, match="没有保存"):
        run(tmp_path, annotate=tmp_path / "退回")
    assert not list((tmp_path / "退回").glob("*.eml"))


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
    _, second, _ = sorted(back.glob("*.xlsx"))
    second.unlink()
    assert made() == [False, True, False]
    assert answers(back) == whole
    put(tmp_path / "收件" / "2.xlsx", book(project="专项2", executed="60"))
    assert made() == [False, False, True]
    assert made(rules=load("bands-80-50")) == [True, True, True]


def test_copies_that_somebody_wrote_into_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, back = tmp_path / "台账.xlsx", tmp_path / "退回"
    asked = (str(tmp_path / "收件"), "-o", str(ledger), "--annotate", str(back), "--jobs", "1")
    put(tmp_path / "收件" / "a.xlsx", wrong("甲单位"))
    call(*asked)
    copy, beside = (back / f"2024_甲单位_专项一_自评表_批注{more}.xlsx" for more in ("", "_新"))
    workbook = openpyxl.load_workbook(copy)
    workbook["校验结果"]["A30"] = "请补附合同"  # a place of ours, which the digest of the form does not cover
    workbook.save(copy)
    edited = copy.read_bytes()
    for _ in range(2):
        journal_of(ledger).unlink()
        call(*asked)
        assert "批注件没有动" not in capsys.readouterr().out and not beside.exists(), "what is to be said is the same"
        assert copy.read_bytes() == edited and letters(back)["甲单位"][1] == [copy.name], "with the reviewer's words"
    put(tmp_path / "收件" / "a.xlsx", wrong("甲单位", executed="55"))
    for _ in range(2):
        call(*asked)
        assert f"名称后面带“_新”：{copy.name}" in capsys.readouterr().out
        assert copy.read_bytes() == edited and letters(back)["甲单位"][1] == [beside.name]
    put(tmp_path / "收件" / "a.xlsx", wrong("甲单位", executed="50"))
    whole = beside.read_bytes()
    call(*asked)
    assert beside.read_bytes() != whole and len(list(back.glob("*.xlsx"))) == 2, "nobody wrote into that"
    copy.write_bytes(b"locked with a password")
    call(*asked)
    assert copy.read_bytes() == b"locked with a password"
