"""The formulas of the workbooks and our own figures are two computations; two engines hold them against each other."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from engines import differing, embedded, stored

from selfeval_xl.demo import samples
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill, filled
from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import STATUS_NAMES, Entries, Entry, Place, Row
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.datafile import Data, plain
from selfeval_xl.render.values.indicators import EXCLUDED
from selfeval_xl.rules import load
from selfeval_xl.score import score

LEVELS = [
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "成本指标"),
    ("产出指标", "时效指标"),
    ("效益指标", "社会效益指标"),
    ("成本指标", "经济成本指标"),
    ("满意度指标", "服务对象满意度指标"),
]
NAMES = ["指标"] * 4 + ["投诉次数", "审批办结时限", "公示天数", "信访件数", "投诉办结率"]
UNITS = ["个", "人次", "%", "万元", "元", "天", ""]
WORDS = ["有效提升", "按分配名额", "可持续", "合规", "待定", "80-90", "不低于90%", "2024年12月底前", "≥10 个", "50篇、100人次"]
DONE = ["有效提升", "≥80%", "已完成", "约350名", "85", "95%", "2024年11月30日", "2025年1月10日", "12 个", "无", "/", "60篇、90人次"]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_template_shows_what_its_formulas_give(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"{form}.xlsx"
    path.write_bytes(template_file(form))
    values = stored(Workbook(path))
    assert len(values) > 400
    assert differing(values, embedded(path)) == {}


@pytest.fixture(scope="module")
def filled_samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("samples")
    paths = []
    for data in samples():
        paths.append(folder / f"{data.stem}.xlsx")
        fill(data, paths[-1])
    assert len(paths) == 4
    return paths


def test_the_samples_show_what_their_formulas_give(filled_samples: list[Path]) -> None:
    for path in filled_samples:
        assert differing(stored(Workbook(path)), embedded(path)) == {}, path.name


def test_libreoffice_agrees_on_the_samples(filled_samples: list[Path], soffice_convert) -> None:
    for path, again in zip(filled_samples, soffice_convert(filled_samples, "xlsx"), strict=True):
        assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}, path.name


# Random rows: 2,000 workbooks' worth of ten rows, packed into a few workbooks.


def entry(text: str) -> Entry:
    return Entry(text, plain(text))


def figure(rng: random.Random) -> str:
    """Numbers as people type them, and those that make half cents and zeros."""
    return rng.choice(
        [
            str(rng.randint(0, 12)),
            str(rng.randint(1, 5000)),
            f"{rng.uniform(0, 200):.2f}",
            f"{rng.uniform(0, 3):.4f}",
            "0",
            "100",
            f"{rng.randint(1, 2000) / 8}",
            f"-{rng.randint(1, 9)}",
        ]
    )


def indicator(rng: random.Random, number: int) -> Row:
    level1, level2 = rng.choice(LEVELS)
    words = rng.random() < 0.25
    row = {
        "level1": level1,
        "level2": level2,
        "name": f"第{number}项{rng.choice(NAMES)}",
        "op": rng.choice(["≥", "≤", "=", ">", "<", "定性", ""]),
        "target": rng.choice(WORDS) if words else figure(rng),
        "unit": rng.choice(UNITS),
        "actual": rng.choice([*DONE, figure(rng)]) if words or rng.random() < 0.1 else figure(rng),
        "state": rng.choice(["", "", "", "达成", "部分达成", "未达成"]),
        "weight": rng.choice(["5", "10", "2.5", "0", f"{rng.uniform(0, 20):.2f}", "3.335"]),
        "claimed_score": rng.choice(["", "5", "8.5", "1.25", "10"]),
        "reason": rng.choice(["", "有原因"]),
    }
    for key in ("target", "actual", "weight", "level1"):
        if rng.random() < 0.04:
            row[key] = ""
    return {key: entry(text) for key, text in row.items()}


def budget(rng: random.Random, number: int) -> Row:
    amounts = ("initial", "cut", "added", "adjusted", "executed")
    row = {key: f"{rng.uniform(0, 500):.2f}" if rng.random() < 0.8 else "" for key in amounts}
    return {
        "level": entry(rng.choice(["一级项目", "二级项目", "二级项目"])),
        "name": entry(f"项目{number}"),
        **{key: entry(text) for key, text in row.items()},
    }


def random_data(seed: int, rows: int) -> Data:
    rng = random.Random(seed)
    form = rng.choice(FORMS)
    tables = {
        "funds": tuple(
            {"name": entry(f"来源{n}"), **{k: entry(figure(rng)) for k in ("initial", "adjusted", "executed")}}
            for n in range(rng.randint(0, 3))
        ),
        "budget": tuple(budget(rng, n) for n in range(rng.randint(0, 30))),
        "indicators": tuple(indicator(rng, n) for n in range(rows)),
    }
    if form == "transfer":
        tables["allocations"] = tuple(
            {"region": entry(f"区{n % 7}"), "purpose": entry(f"用途{n}"), "used": entry(figure(rng))} for n in range(25)
        )
    fields = {"budget_weight": entry(rng.choice(["10", "20", "7.5"])), "claimed_total": entry("95")}
    return Data(outline(form), rng.choice(["mof-2020", "mof-2021-cost", "bands-80-50"]), Entries(fields, tables))


def random_workbooks(folder: Path, seeds: range, rows: int) -> Iterator[Path]:
    for seed in seeds:
        path = folder / f"{seed}.xlsx"
        data = random_data(seed, rows)
        _, patch = filled(data, path.name, Workbook(template_file(data.form.id)), load(data.rules))
        patch.save(path)
        yield path


@pytest.mark.parametrize("seeds", [range(first, first + 5) for first in range(0, 20, 5)], ids=lambda seeds: seeds.start)
def test_random_rows_agree_with_the_embedded_engine(seeds: range, tmp_path: Path) -> None:
    for path in random_workbooks(tmp_path, seeds, 1000):
        assert differing(stored(Workbook(path)), embedded(path)) == {}, path.name


def test_random_rows_agree_with_libreoffice(tmp_path: Path, soffice_convert) -> None:
    paths = list(random_workbooks(tmp_path, range(4), 250))
    for path, again in zip(paths, soffice_convert(paths, "xlsx"), strict=True):
        assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}, path.name


def tie_out(rng: random.Random) -> tuple[float | str | None, ...]:
    """A stated figure, its unit, what it must equal (or a hundred times that), and a tolerance: as people type them."""
    digits = rng.randint(0, 4)
    stated = round(rng.uniform(0, rng.choice([1, 1, 1, 2, 100, 100, 5000])), digits) * rng.choice([1] * 9 + [0])
    apart = rng.choice([0, 0, 0.5, 0.6, 1, 3, 40]) * 10.0 ** -rng.choice([digits, 2, 4])
    expected = round(rng.choice([stated + apart, stated - apart, 0]) * rng.choice([1, 1, 1, 100, 0.01]), 6)
    unit = rng.choice(["%", "%", " ％", None, None, "万元", "人次"])
    return stated, unit, expected, rng.choice([None, None, None, 0.05, 1])


def tied(path: Path, rng: random.Random, rows: int) -> Path:
    """A workbook with so many tie-outs, scored; formats show the numbers as they please."""
    said = tuple({"statement": entry("某数"), "stated": entry("1")} for _ in range(rows))
    data = Data(outline("project"), "mof-2020", Entries({}, {"tieout": said}), {"tieout": ("",) * rows})
    filled(data, path.name, Workbook(template_file("project")), load("mof-2020"))[1].save(path)
    book = openpyxl.load_workbook(path)
    for row in range(4, 4 + rows):
        for column, value in zip("CDEG", tie_out(rng), strict=True):
            book["勾稽核对"][f"{column}{row}"] = value
        book["勾稽核对"][f"C{row}"].number_format = rng.choice(["General", "General", "0", "0.00", "#,##0.00"])
    book.save(path)
    score(path)
    return path


def test_the_tie_out_says_what_the_engines_and_the_check_say(tmp_path: Path, soffice_convert) -> None:
    paths = [tied(tmp_path / f"{seed}.xlsx", random.Random(seed), 400) for seed in range(3)]
    for path, again in zip(paths, soffice_convert(paths, "xlsx"), strict=True):
        values = stored(Workbook(path))
        assert differing(values, embedded(path)) == {}, path.name
        assert differing(values, stored(Workbook(again))) == {}, path.name
        (assessment,) = examine(path)
        slips = [one.cells[0] for one in assessment.findings if one.id == "tieout.mismatch"]
        # What stands beside a 0 waits on the sheet, which doesn't see whether that is one or nothing at all.
        waiting = {place.cell for place, value in values.items() if value == "待核对"}
        differs = {place.cell for place, value in values.items() if value == "不一致"}
        assert differs | waiting == {f"H{cell[1:]}" for cell in slips} and min(len(differs), len(waiting)) > 20
        assert 50 < len(slips) < 350


@pytest.mark.parametrize(
    ("stated", "shown", "unit", "expected", "agrees"),
    [
        (0.9, "0%", None, 0.868455, False),
        (0.87, "0%", None, 0.868455, True),
        (0.868, "0.00%", None, 0.868455, True),
        (0.9, "0.00%", "%", 0.9003, True),
        (0.9, "0%", "%", 0.868455, False),
        (90, "General", "%", 0.868455, False),
        (87, "General", "%", 0.868455, True),
        (94.63, "General", "%", 0.9463, True),
        (0.9463, "0.00%", "%", 94.63, True),
        (1, "0%", None, 0.9, False),
        (12.5, "0.00", "万元", 12.52, True),
        (1234.5, "#,##0.00", None, 1234.52, True),
        (12.5, "0.00", None, 12.56, False),
        (0.9, "0.00", "亿元", 0.868455, True),
    ],
)
def test_a_rate_in_the_tie_out(stated, shown, unit, expected, agrees, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    sheet = book["勾稽核对"]
    sheet["B4"], sheet["C4"], sheet["D4"], sheet["E4"] = "某数", stated, unit, f"={expected}"
    sheet["C4"].number_format = shown
    book.save(path)
    score(path)
    assert Workbook(path).entry("勾稽核对", 4, 8).text == ("一致" if agrees else "不一致")
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    assert ("tieout.mismatch" in {one.id for one in examine(path)[0].findings}) != agrees


P, D, Y = "0.00%", "yyyy-mm-dd", 'yy"年"m"月"d"日"'
LAST, LATE = date(2024, 12, 31), date(2025, 1, 30)
OPEN = ("待评定", "")
# What stands in 指标性质, 年度指标值, 度量单位, 实际完成值 (a number with its format as a pair), what else stands in the row;
# what the sheet shows before anything was scored; what the check and the score say, where the sheet leaves it to them.
TYPED: list[tuple[str | None, object, str | None, object, dict[str, object], tuple[str, object], tuple[str, object] | None]] = [
    ("≥", 95, "%", 96.5, {}, ("已完成", 10), None),
    ("≥", 95, "%", 0.965, {}, OPEN, OPEN),
    ("≥", 95, "％", 0.965, {}, OPEN, OPEN),
    ("≥", 95, "%", (0.965, P), {}, OPEN, ("已完成", 10)),
    ("≥", 95, None, (0.965, P), {}, OPEN, ("已完成", 10)),
    ("≥", (0.95, P), None, 0.965, {}, ("已完成", 10), None),
    ("≥", (0.95, P), "%", 0.9, {}, ("未完成", 9.47), None),
    ("≥", (0.95, P), None, 96.5, {}, OPEN, ("已完成", 10)),
    ("≥", 0.95, "%", 96.5, {}, OPEN, OPEN),
    ("≥", 0.95, "%", (0.965, P), {}, ("已完成", 10), None),
    ("≥", (1, "0%"), "%", (0.965, P), {}, ("未完成", 9.65), None),
    ("≥", 5, "%", (0.055, P), {}, OPEN, ("已完成", 10)),
    ("≥", 30, "%", (0.12, "0%"), {}, OPEN, ("未完成", 4)),
    ("≥", 5, None, (0.04, "0%"), {}, OPEN, ("未完成", 8)),
    ("≥", (0.05, "0%"), "%", 4, {}, OPEN, ("未完成", 8)),
    ("≤", 5, "%", (0.06, "0%"), {}, OPEN, ("未完成", 8.33)),
    ("≤", 5, "%", 0.3, {}, ("已完成", 10), None),
    ("≥", 5, "%", 4.5, {}, ("未完成", 9), None),
    ("≤", (LAST, D), None, (LATE, D), {}, OPEN, OPEN),
    ("≤", (LAST, D), "日期", (LAST, D), {}, OPEN, ("已完成", 10)),
    ("≤", (LAST, Y), None, (LAST, Y), {}, OPEN, ("已完成", 10)),
    ("≤", (LAST, Y), None, (LATE, Y), {}, OPEN, OPEN),
    ("≥", 100, "%", (1.6, "0%"), {}, OPEN, ("超额完成", 10)),
    ("≥", (2, "0%"), "%", 150, {}, OPEN, ("未完成", 7.5)),
    ("反向", 10, "个", 9, {}, OPEN, ("已完成", 10)),
    ("正向", 10, "个", 9, {}, OPEN, ("未完成", 9)),
    ("<=", 10, "个", 9, {}, OPEN, ("已完成", 10)),
    ("定性", "合规", None, "都合规", {"state": "达成", "weight": 3.335, "claimed_score": 3.335}, ("已完成", 3.33), None),
    ("定性", "合规", None, "都合规", {"state": "达成", "weight": 30 / 7, "claimed_score": 4.3}, ("已完成", 4.28), None),
    ("定性", "合规", None, "都合规", {"state": "达成", "weight": 30 / 7, "claimed_score": 4.35}, ("已完成", ""), None),
    ("≥", "80-90", None, "70", {"weight": 3.335, "claimed_score": 3.335, "reason": "x"}, OPEN, None),
    ("≥", "80-90", None, "70", {"weight": 3.335, "claimed_score": 2.5, "reason": "x"}, OPEN, ("待评定", 2.5)),
    ("≥", 0, None, -2, {"claimed_score": 4, "reason": "x"}, OPEN, ("待评定", 4)),
    (None, 5, "万元", 3, {"level1": "成本指标", "level2": None}, ("已完成", 10), None),
    (None, 5, "万元", 3, {"level1": None, "level2": None}, ("已完成", 10), None),
    ("<", 0, "起", 0, {}, OPEN, OPEN),
    ("<", 0, "起", 1, {}, ("未完成", 0), None),
    ("≥", 95, None, 0.965, {}, OPEN, OPEN),
    ("≥", 0.95, None, 96.5, {}, OPEN, OPEN),
    ("≥", 10, "个", "无", {"reason": "政策调整，未实施"}, ("不适用", ""), None),
    ("定性", "合规", None, "—", {"reason": "政策调整，未实施", "state": "达成"}, ("不适用", ""), None),
    ("≥", 10, "个", "/", {"reason": "……"}, OPEN, OPEN),
    ("≤", 0, "起", "无", {}, OPEN, ("已完成", 10)),
    ("≥", 10, "%", -12, {"name": "信访量下降率"}, OPEN, ("已完成", 10)),
    ("≥", 10, "%", "-8%", {"name": "信访量下降率"}, OPEN, ("未完成", 8)),
    ("≥", 5, "%", "同比下降2%", {"name": "收入增长率"}, OPEN, ("未完成", 0)),
    ("≥", 3, "%", "下降至3%", {"name": "死亡率下降"}, OPEN, None),
    ("≥", 5, "%", -2, {"name": "利润率"}, ("未完成", 0), None),
    ("≤", 2024.12, None, 2025.01, {}, OPEN, None),
    ("≥", 10, "个", "12个", {"state": "未达成", "claimed_score": 3}, OPEN, ("已完成", 10)),
    ("≥", 10, "个", "已完成", {"state": "达成", "claimed_score": 10}, OPEN, None),
    ("定性", "合规", None, "都合规", {"state": "已完成", "claimed_score": 9}, ("待评定", 9), ("已完成", 9)),
    ("定性", 95, "%", 96, {"state": "没有完成", "claimed_score": 3}, ("待评定", 3), ("未完成", 3)),
    ("定性", "提升", None, "都提升", {"state": "不涉及"}, OPEN, None),
    ("定性", "合规", None, "无", {"state": "达成", "claimed_score": 9}, OPEN, None),
    ("", "合规", None, "——", {"state": "未达成", "claimed_score": 3}, OPEN, None),
    ("≥", "9成", None, "九成二", {}, OPEN, ("已完成", 10)),
    ("≥", 20, "份（册）", "21册", {}, OPEN, ("已完成", 10)),
    ("≥", "95%、90%", None, "96%、81%", {"name": "开工率、完工率"}, OPEN, ("未完成", 9.5)),
    ("≥", 10, "个", "#N/A", {}, OPEN, None),
    ("≥", 10, "#N/A", 12, {}, OPEN, None),
    ("≥", 10, "个", 12, {"name": "#N/A"}, OPEN, None),
    ("≥", 10, "个", 12, {"level1": "#N/A", "reason": "#N/A"}, ("已完成", 10), None),
    ("≥", 10, "个", 9, {"weight": "#N/A"}, ("未完成", ""), None),
    ("定性", "合规", None, "都合规", {"state": "达成", "claimed_score": "#N/A"}, ("已完成", ""), None),
    ("≥", "80-90", None, "70", {"claimed_score": "#N/A", "reason": "x"}, OPEN, None),
]
# To LibreOffice TRUE is 1 in sums and joined to a text; what a row comes to is the same.
TRUES = [
    ("≥", 10, "个", True, {}, OPEN, None),
    ("≥", True, "个", 12, {}, OPEN, None),
    ("≥", 10, "个", 12, {"weight": True}, ("已完成", ""), None),
    ("定性", "合规", None, "都合规", {"state": "达成", "claimed_score": True}, ("已完成", ""), None),
]


@pytest.mark.parametrize(("all_typed", "alike"), [(TYPED, True), (TRUES, False)])
def test_what_the_sheet_shows_live_is_what_the_check_and_the_score_say(
    all_typed: list, alike: bool, tmp_path: Path, soffice_convert
) -> None:
    paths = []
    for number, start in enumerate(range(0, len(all_typed), 10)):
        book = openpyxl.load_workbook(BytesIO(template_file("project")))
        for row, (op, target, unit, actual, more, *_) in enumerate(all_typed[start : start + 10], 13):
            cells = {"level1": "产出指标", "level2": "数量指标", "name": f"第{row}项", "weight": 10, **more}
            for column, value in zip("ABCDEFGHIJN", (*(cells[key] for key in ("level1", "level2", "name")), op, target,
                    unit, actual, cells.get("state"), cells["weight"], cells.get("claimed_score"), cells.get("reason")), strict=True):  # fmt: skip
                cell = book["自评表"][f"{column}{row}"]
                cell.value, cell.number_format = value if isinstance(value, tuple) else (value, cell.number_format)
        paths += [tmp_path / f"{number}.xlsx", tmp_path / f"{number}测算.xlsx"]
        book.save(paths[-2])
        score(paths[-2], paths[-1])
    shown = [Workbook(path) for path in soffice_convert(paths, "xlsx")]
    for place, (*typed, live, checked) in enumerate(all_typed):
        workbook, row = place // 10 * 2, 13 + place % 10
        assert _result(shown[workbook], row) == live, typed
        assert _result(shown[workbook + 1], row) == (checked or live), typed
        (assessment,) = examine(paths[workbook])
        one = assessment.indicators[row - 13]
        score_ = float(one.score) if one.score is not None else ""
        assert (EXCLUDED if one.excluded else STATUS_NAMES[one.status], score_) == (checked or live), typed
    for path, again in zip(paths[1::2], shown[1::2], strict=True):
        assert not alike or differing(stored(Workbook(path)), stored(again)) == {}, path.name


def test_an_error_value_stays_in_its_row(tmp_path: Path, soffice_convert) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("transfer")))
    sheet, money = book["自评表"], book["预算执行"]
    typed = {
        "D7": 100, "F7": 90, "D8": "#N/A", "F8": 10,
        **dict(zip("ABCDEFGI", ("产出指标", "数量指标", "人数", "≥", 300, "人", 330, 10 / 3), strict=True)),
    }  # fmt: skip
    for place, value in typed.items():
        sheet[place if place[1:] else f"{place}14"] = value
    for column, value in zip("ABCDEFGI", (None, None, "户数", "≥", 300, "户", "#N/A", 40), strict=True):
        sheet[f"{column}15"] = value
    for row, values in ((4, ("一级项目", "甲", 5, None, None, 5, 5)), (5, ("二级项目", "#N/A", 5, None, None, "#N/A", 5))):
        for column, value in zip("ABCDEFG", values, strict=True):
            money[f"{column}{row}"] = value
    for row, values in ((15, ("甲区", "奖补", 60, "#N/A")), (16, ("乙区", "奖补", 40, 40))):
        for column, value in zip("ABCD", values, strict=True):
            money[f"{column}{row}"] = value
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    book.save(paths[0])
    (assessment,) = score(*paths)
    assert (assessment.budget.rate, assessment.total.score) == (None, None), "a sum with an unknown part is unknown"
    live, scored = (stored(Workbook(path)) for path in soffice_convert(paths, "xlsx"))
    assert differing(stored(Workbook(paths[1])), scored) == {}
    assert differing(stored(Workbook(paths[1])), embedded(paths[1])) == {}
    errors = {str(place) for place, value in live.items() if str(value).startswith("#")}
    assert errors == {"自评表!D8", "自评表!G15", "预算执行!B5", "预算执行!F5", "预算执行!D15"}, "those that were typed"
    shown = {str(place): value for place, value in live.items()}
    assert [shown[f"自评表!{place}"] for place in ("D6", "F6", "L6", "K14", "L15", "M15")] == [
        None, Decimal(100), None, Decimal("3.33"), "有错误值", "待评定"
    ]  # fmt: skip
    assert shown["自评表!L29"] == "尚有 1 项待评定，总分未定"
    assert [shown[f"汇总!{place}"] for place in ("C10", "C13", "D10", "E13")] == [
        Decimal("43.333333"), 0, Decimal("3.33"), None
    ]  # fmt: skip


def test_a_rate_of_small_sums_is_that_of_the_check(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    for cell, value in {"D7": 0.3333333, "F7": 0.1234567}.items():
        book["自评表"][cell] = value
    book.save(tmp_path / "a.xlsx")
    (assessment,) = score(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    shown = embedded(tmp_path / "b.xlsx")
    assert differing(stored(Workbook(tmp_path / "b.xlsx")), shown) == {}
    rate = shown[Place("自评表", "L6")]
    assert isinstance(rate, Decimal) and assessment.budget.rate is not None
    assert abs(rate - assessment.budget.rate) < Decimal("1e-9")


def _result(workbook: Workbook, row: int) -> tuple[str, object]:
    given = workbook.entry("自评表", row, 11)
    return workbook.entry("自评表", row, 13).text, "" if given.value is None else float(given.value)


def test_a_regions_sums_hold_its_own_rows_and_no_others(tmp_path: Path, soffice_convert) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("transfer")))
    names = ("东*区", "东北区", "~区", ">5村", "6村", "A镇", "a镇", "01", 1, "东*区")
    for row, name in enumerate(names, 15):
        for column, value in zip("ABCD", (name, f"用途{row}", 10 + row, row), strict=True):
            book["预算执行"][f"{column}{row}"] = value
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    book.save(paths[0])
    score(*paths)
    live, scored = (Workbook(path) for path in soffice_convert(paths, "xlsx"))
    assert differing(stored(Workbook(paths[1])), stored(scored)) == {}
    assert differing(stored(Workbook(paths[1])), embedded(paths[1])) == {}
    used = [live.entry("预算执行", row, 8).value for row in range(15, 25)]
    assert used == [39, 16, 17, 18, 19, 41, 41, 22, 23, 39]


def test_a_bare_share_beside_a_percentage_is_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    for cell, value in zip("ABCDEFGI", ("产出指标", "质量指标", "合格率", "≥", 95, "%", 0.965, 90), strict=True):
        book["自评表"][f"{cell}13"] = value
    book.save(tmp_path / "a.xlsx")
    (told,) = [one for one in examine(tmp_path / "a.xlsx")[0].findings if one.id.startswith(("actual", "reason"))]
    assert told.message == (
        "自评表 G13：“合格率”的实际完成值与指标值分不清是不是同一个量级（指标值 95%，实际 0.965；"
        "0.965 是 0.965% 还是 96.5%），不能比较，没有计分。"
    )


def test_a_score_in_words_is_told_once(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    for row, claimed in ((13, "9分"), (14, "3分")):
        values = ("效益指标", "社会效益指标", f"第{row}项", "定性", "有效提升", "新增两处", "达成", 10, claimed, "有差距")
        for column, value in zip("ABCDEGHIJN", values, strict=True):
            book["自评表"][f"{column}{row}"] = value
    book.save(tmp_path / "a.xlsx")
    told = {one.id: one.cells for one in examine(tmp_path / "a.xlsx")[0].findings}
    assert told["table.not_number"] == ("J13", "J14") and told["score.out_of_band"] == ("J14",)


def test_an_open_row_with_its_own_score_is_not_what_the_total_waits_for(tmp_path: Path, soffice_convert) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    book["自评表"]["D7"] = book["自评表"]["F7"] = 100
    for row, state, claimed in ((13, None, 8), (14, "达成", None)):
        values = ("效益指标", "社会效益指标", f"第{row}项", "定性", "有效提升", "新增两处", state, 45, claimed, "有差距")
        for column, value in zip("ABCDEGHIJN", values, strict=True):
            book["自评表"][f"{column}{row}"] = value
    path = tmp_path / "a.xlsx"
    book.save(path)
    score(path)
    (again,) = soffice_convert([path], "xlsx")
    assert _result(Workbook(again), 13) == ("待评定", 8)
    assert Workbook(again).entry("自评表", 28, 12).text == "有指标的分值或自评得分未填或不对，总分未定"
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}


@pytest.mark.parametrize(("state", "shares"), [(None, ["", ""]), ("达成", ["97.78%", "98.00%"])])
def test_a_level_that_waits_for_a_score_shows_no_share(state: str | None, shares: list[str], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    book["自评表"]["D7"] = book["自评表"]["F7"] = 100
    values = ("效益指标", "社会效益指标", "服务成效", "定性", "有效提升", "新增两处", state, 90, 88, "有差距")
    for column, value in zip("ABCDEGHIJN", values, strict=True):
        book["自评表"][f"{column}13"] = value if column != "J" or state else None
    book.save(tmp_path / "a.xlsx")
    score(tmp_path / "a.xlsx")
    assert [Workbook(tmp_path / "a.xlsx").entry("汇总", row, 5).text for row in (11, 14)] == shares


def test_a_row_without_formulas_yet_leaves_the_total_open(tmp_path: Path, soffice_convert) -> None:
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    sheet = book["自评表"]
    sheet["D7"] = sheet["F7"] = 100
    for row, weight in ((13, 90), (14, None)):
        for column, value in zip("ABCDEFGI", ("产出指标", "数量指标", f"第{row}项", "≥", 10, "个", 9, weight), strict=True):
            sheet[f"{column}{row}"] = value
    for column in ("K", "L", "M", "Y", "Z", *(f"A{letter}" for letter in "ABCDEFGHIJ")):  # as in one that was inserted
        sheet[f"{column}14"] = None
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    book.save(paths[0])
    score(*paths)
    live, scored = (Workbook(path) for path in soffice_convert(paths, "xlsx"))
    assert [live.entry("自评表", *at).text for at in ((28, 11), (29, 11), (28, 12))] == [
        "", "", "插入的行还没有公式，请重新计算，总分未定"
    ]  # fmt: skip
    assert scored.entry("自评表", 28, 12).text == "有指标的分值或自评得分未填或不对，总分未定"
    assert differing(stored(Workbook(paths[1])), stored(scored)) == {}


@pytest.mark.parametrize("formula", ["=预算执行!F4", "=SUM(预算执行!F4:F7)", "=预算执行!F4*1"])
def test_a_tie_out_to_cells_that_are_still_empty_waits(formula: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    book["勾稽核对"]["B4"], book["勾稽核对"]["C4"], book["勾稽核对"]["E4"] = "全年预算", 100, formula
    book.save(path)
    score(path)
    assert Workbook(path).entry("勾稽核对", 4, 8).text == "待核对"
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    assert [one.id for one in examine(path)[0].findings if one.id.startswith("tieout")] == ["tieout.unchecked"]
    book["预算执行"]["F4"] = 0
    book.save(path)
    assert [one.id for one in examine(path)[0].findings if one.id.startswith("tieout")] == ["tieout.mismatch"]


def test_a_stated_zero_beside_an_empty_cell_is_what_libreoffice_shows_too(tmp_path: Path, soffice_convert) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    for row, stated in ((4, 0), (5, 7)):
        for column, value in zip("BCE", ("某数", stated, "=自评表!G20"), strict=True):
            book["勾稽核对"][f"{column}{row}"] = value
    book.save(path)
    score(path)
    (again,) = soffice_convert([path], "xlsx")
    for workbook in (Workbook(path), Workbook(again)):
        assert [workbook.entry("勾稽核对", row, 8).text for row in (4, 5)] == ["一致", "待核对"]


@pytest.mark.parametrize(("formula", "verdict"), [("=自评表!K28", "一致"), ("=SUM(自评表!K13:K14)*2", "不一致")])
def test_a_tie_out_to_a_score_takes_what_is_worked_out_of_words(formula: str, verdict: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    sheet, tieout = book["自评表"], book["勾稽核对"]
    sheet["I6"] = 0
    for cell, value in zip("ABCDEFGI", ("产出指标", "数量指标", "人数", "≥", 300, "人", "300人", 90), strict=True):
        sheet[f"{cell}13"] = value
    tieout["B4"], tieout["C4"], tieout["D4"], tieout["E4"] = "自评总分", 90, "分", formula
    book.save(path)
    before = [one.id for one in examine(path)[0].findings]
    (assessment,) = score(path)
    assert Workbook(path).entry("勾稽核对", 4, 8).text == verdict
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    assert before == [one.id for one in assessment.findings] == [one.id for one in examine(path)[0].findings]
    assert "tieout.unchecked" not in before


def test_an_equals_over_cells_that_are_still_empty_shows_no_error(tmp_path: Path, soffice_convert) -> None:
    path = tmp_path / "a.xlsx"
    equals = ["{funds.executed}/{funds.adjusted}", "{funds.executed}-{培训.executed}", "{培训.executed}/{培训.adjusted}", "3+4"]
    tables = {
        "budget": [{"level": "一级项目", "name": "培训", "initial": 8}],
        "tieout": [{"statement": f"第{n}条", "stated": 7, "equals": text} for n, text in enumerate(equals)],
    }
    data = {"form": "project", "fields": {"year": 2024}, "tables": tables}
    (tmp_path / "a.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    fill(tmp_path / "a.json", path)
    (again,) = soffice_convert([path], "xlsx")
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}
    shown = [[Workbook(again).entry("勾稽核对", row, column).text for column in (5, 8)] for row in range(4, 8)]
    assert shown == [["", "待核对"]] * 3 + [["7", "一致"]]


def test_the_summary_lists_missed_targets_as_one_would_write_them(tmp_path: Path, soffice_convert) -> None:
    rows = [
        ("≥", 1500, "人次", 1200, None, None), ("定性", "有效提升", None, "成效显著", "部分达成", 7),
        ("≤", 12.5, "万元", 1234.5678, None, None), (None, "≥100 个", None, "80 个", None, None),
    ]  # fmt: skip
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    for row, values in enumerate(rows, 13):
        for column, value in zip("ABCDEFGHIJ", ("产出指标", "数量指标", f"第{row}项", *values[:5], 10, values[5]), strict=True):
            book["自评表"][f"{column}{row}"] = value
    path = tmp_path / "a.xlsx"
    book.save(path)
    score(path)
    (again,) = soffice_convert([path], "xlsx")
    assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}
    layout = ours_in(Workbook(path)).layout.tables["missed"]  # type: ignore[union-attr]
    listed = [[Workbook(again).entry("汇总", row, layout.columns[key]).text for key in ("target", "actual")]
              for row in range(layout.first_row, layout.first_row + 4)]  # fmt: skip
    assert listed == [["≥1,500人次", "1,200人次"], ["有效提升", "成效显著"], ["≤12.5万元", "1,234.5678万元"], ["≥100 个", "80 个"]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rules", ["mof-2020", "department-guangdong"])
def test_execution_without_points_and_without_a_rate_leaves_a_total(form: str, rules: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    indicator = {"level1": "产出指标", "level2": "数量指标", "name": "场次", "target": "≥10 场", "actual": "5 场", "weight": 5}
    data = {
        "form": form,
        "rules": rules,
        "fields": {"year": 2024, "budget_weight": 0},
        "tables": {"funds": [{"name": "其他资金", "adjusted": 8}], "indicators": [indicator]},
    }
    (tmp_path / "a.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    fill(tmp_path / "a.json", path)
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    ours = ours_in(Workbook(path))
    assert ours is not None
    total = Workbook(path).entry(*ours.layout.fields["total_score"])
    # Rules with items of 管理效率 give no total where those items are missing, be it for want of a place.
    assert total.value == (Decimal("2.5") if rules == "mof-2020" else None)


def test_a_tie_out_to_a_sum_of_zero_is_held_against_it_when_filled(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    tables = {
        "budget": [{"level": "一级项目", "name": "培训", "initial": 0}],
        "tieout": [{"id": "sum", "statement": "年初预算", "stated": 7, "unit": "万元", "equals": "{budget.initial}"}],
    }
    data = {"form": "project", "fields": {"year": 2024}, "tables": tables}
    (tmp_path / "a.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    findings = fill(tmp_path / "a.json", path).findings
    assert [one.id for one in findings if one.id.startswith("tieout")] == ["tieout.mismatch"]
    once = path.read_bytes()
    score(path)
    assert path.read_bytes() == once


def test_the_words_beside_a_sum_are_those_that_its_formula_gives(tmp_path: Path) -> None:
    for spent, gap in (("38762.5", "-1,400,884.19"), ("1439658.69", "12.00"), ("1439646.695", "0.005")):
        (tmp_path / "a.yaml").write_text(
            "form: transfer\ntables:\n  funds: [{name: 省级财政资金, adjusted: 2000000, executed: 1439646.69}]\n"
            f"  allocations: [{{region: 甲区, purpose: 培训, allocated: 2000000, used: {spent}}}]\n",
            encoding="utf-8",
        )
        fill(tmp_path / "a.yaml", tmp_path / "a.xlsx")
        workbook = Workbook(tmp_path / "a.xlsx")
        values = stored(workbook)
        assert any(f"与自评表全年执行数相差 {gap}" == str(shown) for shown in values.values()), gap
        assert differing(values, embedded(tmp_path / "a.xlsx")) == {}
