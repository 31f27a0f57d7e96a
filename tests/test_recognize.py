"""Official forms are recognized by their labels, wherever these stand; the corpus in tests/forms holds the layouts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import form_corpus
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfeval_xl.workbook.grid import Grid, RawCell, read_grid
from selfeval_xl.workbook.number_format import NumberFormat
from selfeval_xl.workbook.package import open_package
from selfeval_xl.workbook.recognize import Recognized, recognize
from selfeval_xl.workbook.recognize.labels import continues, is_filler, read_label
from selfeval_xl.workbook.recognize.outline import mark_of
from selfeval_xl.workbook.recognize.unstored import with_results
from selfeval_xl.workbook.recognize.values import plain_number
from selfeval_xl.workbook.references import cell_name

CORPUS = form_corpus.cases()


def grids(name: str, folder: Path) -> list[Grid]:
    case = form_corpus.load(form_corpus.FORMS / f"{name}.md")
    package = open_package(case.build(folder / f"{name}.xlsx"))
    return [read_grid(package, sheet) for sheet in package.sheets]


def forms(name: str, folder: Path) -> list[Recognized]:
    return [form for grid in grids(name, folder) for form in recognize(grid, grid.sheet)]


def grid_of(rows: list[list[str | float | None]], formats: dict[tuple[int, int], str] | None = None) -> Grid:
    """A grid from rows of values; ``formats`` are number formats by (row, column)."""
    cells = {}
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                code = (formats or {}).get((row, column), "General")
                typed = value if isinstance(value, str) else Decimal(str(value))
                cells[row, column] = RawCell(typed, NumberFormat(code), None, 0)
    return Grid("表", cells)


def shown(form: Recognized) -> dict[str, Any]:
    """A form in the words of the corpus."""
    fields = {key: (entry.text.replace("\n", "<br>"), entry.place and entry.place.cell) for key, entry in form.entries.fields.items()}
    fields["form"] = form.form, None
    fields["columns"] = ", ".join(sorted(form.columns)), None
    for key, text in (
        ("supplement", "是" if form.supplement else ""),
        ("funds_columns", ", ".join(sorted(form.funds_columns))),
        ("leftovers", ", ".join(cell_name(*at) for at in form.leftovers)),
        ("ambiguities", "; ".join(f"{each.place.cell} {' / '.join(each.readings)}" for each in form.ambiguities)),
    ):
        if text:
            fields[key] = text, None
    tables = {
        name: [{key: entry.text.replace("\n", "<br>") for key, entry in row.items() if not entry.blank} for row in rows]
        for name, rows in form.entries.tables.items()
    }
    return {"sheet": form.sheet, "fields": fields, "tables": tables}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(path: Path, tmp_path: Path) -> None:
    expected = form_corpus.load(path).forms
    found = [shown(form) for form in forms(path.stem, tmp_path)]
    assert [form["sheet"] for form in found] == [form.sheet for form in expected]
    for have, want in zip(found, expected, strict=True):
        assert have["fields"] == want.fields
        rows = {name: [{k: v for k, v in row.items() if v} for row in rows] for name, rows in want.tables.items()}
        assert have["tables"] == rows


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_cell_is_used_or_left_over(path: Path, tmp_path: Path) -> None:
    for grid in grids(path.stem, tmp_path):
        found = recognize(grid, grid.sheet)
        if found:
            accounted = [at for form in found for at in (*form.used, *form.leftovers)]
            assert sorted(accounted) == sorted(at for at, cell in grid.cells.items() if cell.text.strip() or cell.formula)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_offset_changes_nothing(path: Path, tmp_path: Path) -> None:
    down, right = 7, 3
    for grid in map(with_results, grids(path.stem, tmp_path)):
        shifted = Grid(grid.sheet, {(row + down, column + right): cell for (row, column), cell in grid.cells.items()})
        shifted.merges = [(top + down, left + right, bottom + down, end + right) for top, left, bottom, end in grid.merges]
        moved, stayed = (
            [(shown(form)["tables"], {key: one.text for key, one in form.entries.fields.items()}) for form in recognize(each, grid.sheet)]
            for each in (shifted, grid)
        )
        assert moved == stayed


INDICATOR_ROWS = [
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"],
    ["产出指标", "数量指标", "培训人数", "≥10人", "11人", 50, 50, None],
    [None, "质量指标", "合格率", "≥95%", "90%", 30, 28.42, "缺考"],
    ["满意度指标", "满意度指标", "学员满意度", "≥90%", "92%", 10, 10, None],
]


@pytest.mark.parametrize("order", [[0, 1, 2, 5, 3, 4, 6, 7], [0, 1, 2, 7, 6, 5, 4, 3], [3, 4, 0, 1, 2, 6, 5, 7]])
def test_columns_in_any_order(order: list[int]) -> None:
    plain = recognize(grid_of(INDICATOR_ROWS), "表")
    mixed = recognize(grid_of([[row[index] for index in order] for row in INDICATOR_ROWS]), "表")
    assert [shown(form)["tables"] for form in mixed] == [shown(form)["tables"] for form in plain]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("全年预算数（A）", "funds_adjusted"),
        ("调整后\n预算数", "funds_adjusted"),
        ("预算安排数：", "funds_adjusted"),
        ("下达预算数", "funds_adjusted"),
        ("全年预算（Ａ）（万元）", "funds_adjusted"),
        ("年初预算数", "funds_initial"),
        ("预算数（年初）", "funds_initial"),
    ],
)
def test_money_headings(heading: str, key: str) -> None:
    (form,) = recognize(grid_of([["项目资金", heading, "全年执行数（B）", "执行率"], ["资金总额", 100, 90, "90%"]]), "表")
    assert form.entries.fields[key].value == 100
    assert form.entries.fields["funds_executed"].value == 90


def test_a_field_of_money_names_the_unit() -> None:
    rows: list[list[str | float | None]] = [
        ["项目名称", "助餐服务", "当年预算数（元）", 4600000], ["自评时间", "2023年3月", "预算执行数（元）", 4462000],
    ]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["currency_unit"].text == "元"


@pytest.mark.parametrize("label", ["已支付（万元）", "已使用金额", "已支出数"])
def test_what_has_been_spent_already_is_executed(label: str) -> None:
    (form,) = recognize(grid_of([["资金总额（万元）", 2680, label, 2612], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 2612


def test_labels_of_what_was_spent_before_their_figures() -> None:
    pairs: list[str | float | None] = ["预算安排金额（元）", "1,000,000.00", "预算执行金额（元）", "985,000.00"]
    (form,) = recognize(grid_of([pairs, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text for key in ("funds_adjusted", "funds_executed", "currency_unit")] == [pairs[1], pairs[3], "元"]


@pytest.mark.parametrize(("score", "field"), [(9.5, "budget_claimed_score"), (98.5, "claimed_total")])
def test_whose_score_stands_beside_the_rate(score: float, field: str) -> None:
    pairs: list[list[str | float | None]] = [["项目名称", "甲"], ["预算数", 100, "执行数", 95], ["执行率", "95%", "自评得分", score]]
    (form,) = recognize(grid_of([*pairs, *INDICATOR_ROWS]), "表")
    assert [key for key in ("budget_claimed_score", "claimed_total") if key in form.entries.fields] == [field]


HEADS: list[str | float | None] = ["年初预算数", "全年预算数", "全年执行数", "执行率", "得分"]


def funds(name: str | None, other: str, *lines: tuple[str | None, str | float | None]) -> Recognized:
    """A form of lines (a name, and what stands between it and the money), the first of them the total."""
    money: list[list[str | float | None]] = [
        [100, 110, 99, "90%", 9],
        [60, 70, 63, "90%", "-"],
        [40, 40, 36, "90%", "-"],
    ]
    rows = [[None, *line, *figures] for line, figures in zip(lines, money, strict=True)]
    (form,) = recognize(grid_of([["项目资金", name, other, *HEADS], *rows, *INDICATOR_ROWS]), "表")
    return form


BESIDE: list[list[str | float | None]] = [
    [520, 300, 220], [0, 0, 0], ["财建〔2023〕1号", "财建〔2023〕2号", "财建〔2023〕3号"], [None, "财建2号", "财建2号"], ["—", "财建2号", "无"],
    ["农林水支出", "2130305水利项目资金", "其他支出合计"], ["全部资金", "见附件", None], [2024, 2023, 2022],
]  # fmt: skip


@pytest.mark.parametrize("name", [None, "资金来源", "项目", "款项类别"])
@pytest.mark.parametrize(
    "other", ["项目总投资", "上年预算数", "资金文号", "预算科目", "累计下达资金", "到位资金", "2022年预算数", "备注"]
)
@pytest.mark.parametrize("beside", BESIDE)
def test_what_stands_between_the_names_and_the_money_is_no_name(
    name: str | None, other: str, beside: list[str | float | None]
) -> None:
    form = funds(name, other, *zip(["合计", "财政拨款", "其他资金"], beside, strict=True))
    found = [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")]
    assert found == [100, 110, 99]
    assert form.entries.fields["budget_claimed_score"].value == 9
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款", "其他资金"]
    assert "year" not in form.entries.fields


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ([("合计", None), ("财政资金", "中央"), (None, "省级")], ["中央", "省级"]),
        ([("合计", "全部"), ("专项资金", "教育费"), ("专项资金", "其他")], ["专项资金", "专项资金"]),
        ([(None, "合计"), ("一", "财政拨款"), ("二", "其他资金")], ["财政拨款", "其他资金"]),
    ],
)
def test_a_total_is_never_added_to_its_parts(lines: list[tuple[str | None, str | None]], names: list[str]) -> None:
    """The names of parts may stand in two columns; of a column that is needed to tell them apart all are."""
    form = funds("款项类别", "款项细目", *lines)
    assert form.entries.fields["funds_adjusted"].value == 110
    assert [row["name"].text for row in form.entries.tables["funds"]] == names
    blank = funds(None, "", *lines)
    assert blank.entries.fields["funds_adjusted"].value == 110, "nor below headings that say nothing"


Line = tuple[str, list[str | float | None]]


def lines_of(*lines: Line) -> Recognized:
    """A form of lines below 年初预算数, 全年预算数, 全年执行数, 执行率, 得分."""
    (form,) = recognize(grid_of([["项目资金", *HEADS], *([name, *figures] for name, figures in lines), *INDICATOR_ROWS]), "表")
    return form


PARTS: list[Line] = [("省级财政资金", [700, 700, 690, "98.57%"]), ("市县配套资金", [260, 260, 252, "96.92%"])]


@pytest.mark.parametrize(
    ("name", "figures", "parts"),
    [
        *((name, [960, 960, 942, "98.13%"], PARTS) for name in (
            "年度金额：", "本年金额", "全年预算", "全年资金", "项目总经费", "一、预算资金", "项目总投资", "困难群众救助",
        )),
        ("年度金额", [960, 970, 900, "98.13%", 9.81], PARTS),  # wrong figures, but its name and its score say what it is
        ("年度金额", [700, 700, 690, "98.57%"], PARTS[:1]),
        ("救助资金", [700, 700, 690, "98.57%", 9.86], PARTS[:1]),
        ("财政资金", [960, 960, 942, "98.13%", 9.81], [("中央", [700, 700, 690]), ("省级", [260, 260, 252])]),
        ("本年金额", [960, 960, 942, "98.13%"], [("财政资金", [700, 700, 690]), ("中央", [500, 500, 490]), ("其他资金", [260, 260, 252])]),
        ("本年金额", [960, 960, 942, "98.13%"], [("财政资金", [700]), ("自筹", [260])]),
    ],
)  # fmt: skip
def test_the_first_line_is_the_total_where_figures_or_points_say_so(
    name: str, figures: list[str | float | None], parts: list[Line]
) -> None:
    form = lines_of((name, figures), *parts)
    found = [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")]
    assert found == figures[:3]
    assert form.entries.fields["budget_claimed_rate"].text == figures[3]
    assert [row["name"].text for row in form.entries.tables["funds"]] == [part for part, _ in parts]


@pytest.mark.parametrize(
    "lines",
    [
        [("财政资金", [50, 50, 45, "90%"]), ("自筹资金", [50, 50, 45, "90%"])],
        [("中央资金", [50, 50, 45, "90%"]), ("省级资金", [30, 30, 27, "90%"]), ("市级资金", [20, 20, 18, "90%"])],
        [("专项经费", [50, 50, 45, "90%"]), ("公用经费", [50, 50, 45, "90%"])],
        [("设备", [50, 50, 50, "100%"]), ("安装", [30, 30, 30, "100%"]), ("材料", [20, 20, 20, "100%"])],
        [("年度金额", [50, 50, 45, "90%"]), ("财政资金", [60, 60, 45, "75%"])],
        [("财政资金", [50, 50, 45, "90%", 9]), ("其他资金", [30, 30, 27, "90%"])],
    ],
)
def test_as_large_as_the_others_is_no_total_by_chance(lines: list[Line]) -> None:
    form = lines_of(*lines)
    assert "funds_adjusted" not in form.entries.fields
    assert len(form.entries.tables["funds"]) == len(lines)


def test_points_merged_along_the_lines_are_not_those_of_the_first() -> None:
    grid = grid_of([["项目资金", *HEADS], ["财政资金", 50, 50, 45, "90%", 9], ["自筹资金", 50, 50, 45], *INDICATOR_ROWS])
    grid.merges += [(2, 5, 3, 5), (2, 6, 3, 6)]
    (form,) = recognize(grid, "表")
    assert "funds_adjusted" not in form.entries.fields


CORNERS = ["预算资金", "年度预算（万元）", "资金安排", "预算金额", "项目预算", "全年预算安排情况", "年初预算", "预算执行率（10分）"]


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("line", ["项目总投资", "年度资金总额", "财政资金"])
@pytest.mark.parametrize("shape", ["above", "merged", "beside"])
@pytest.mark.parametrize("spent", [486, "约四百"])
def test_a_heading_above_the_names_is_none_of_amounts(corner: str, line: str, shape: str, spent: str | float) -> None:
    """The corner of a block may stand above the names, along them, or along a column before them."""
    wide = shape != "above"
    heads = [corner, *([None] if wide else []), "预算数", "执行数", "执行率", "分值", "得分"]
    row = [*([None] if wide else []), line, 540, spent, "90%", 10, 9]
    grid = grid_of([heads, row, *INDICATOR_ROWS])
    grid.merges += {"above": [], "merged": [(1, 1, 2, 1)], "beside": [(1, 1, 1, 2)]}[shape]
    (form,) = recognize(grid, "表")
    amounts = {key: form.entries.fields[f"funds_{key}"].text for key in ("adjusted", "executed")}
    assert amounts == {"adjusted": "540", "executed": str(spent)}
    assert "funds_initial" not in form.entries.fields
    assert not form.ambiguities


def test_words_below_a_heading_of_amounts_are_a_wrong_figure() -> None:
    (form,) = recognize(grid_of([["年初预算数", "全年预算数", "执行率"], ["约一百", 100, "90%"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_initial"].text == "约一百"


def test_headings_of_years_are_told_apart_by_the_year_of_the_form() -> None:
    heads: list[str | float | None] = [
        "资金来源",
        "2022年预算数",
        "2023年预算数",
        "2023年支出数",
        "2024年预算数",
        "执行率",
    ]
    (form,) = recognize(
        grid_of([["2023年度项目支出绩效自评表"], heads, ["合计", 80, 100, 96, 120, "96%"], *INDICATOR_ROWS]), "表"
    )
    assert [form.entries.fields[f"funds_{key}"].value for key in ("adjusted", "executed")] == [100, 96]
    assert not form.ambiguities


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2023年预算", "2023年调整后预算"), ("核定预算", "调整后核定预算"), ("预算批复数", "调整后预算数"), ("预算数", "调整后核定预算"),
        ("调整后核定预算", "核定预算"),
    ],
)  # fmt: skip
def test_a_budget_beside_one_after_the_change_is_that_before(before: str, after: str) -> None:
    figures = {before: 100, after: 90} if "调整后" in after else {before: 90, after: 100}
    heads: list[str | float | None] = ["资金来源", before, after, "全年支出", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", *figures.values(), 81, "90%"], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [100, 90, 81]
    assert not form.ambiguities


@pytest.mark.parametrize("before", ["年初预算数", "预算批复数"])
@pytest.mark.parametrize(("heading", "change"), [("预算调整数", -10), ("预算调整数", 95), ("年中追加", 10)])
def test_a_budget_that_was_changed_to_nobody_knows_what(before: str, heading: str, change: float) -> None:
    heads: list[str | float | None] = ["资金来源", before, heading, "全年执行数", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", 100, change, 81, "90%"], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_initial"].value == 100
    assert "funds_adjusted" not in form.entries.fields
    assert "unread_change" in form.funds_columns
    (same,) = recognize(grid_of([heads, ["合计", 100, 0, 81, "81%"], *INDICATOR_ROWS]), "表")
    assert "unread_change" not in same.funds_columns


@pytest.mark.parametrize(("change", "rate"), [(90, "90%"), (90, 90), (100, "81%"), (100, None)])
@pytest.mark.parametrize("before", ["年初预算数", "预算批复数"])
def test_the_budget_after_the_change_may_be_called_the_change(before: str, change: float, rate: str | float) -> None:
    heads: list[str | float | None] = ["资金来源", before, "预算调整数", "全年执行数", "执行率"]
    (form,) = recognize(grid_of([heads, ["合计", 100, change, 81, rate], *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted")] == [100, change]


def test_a_short_heading_means_what_it_says_together_with_the_one_above() -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金", "预算数", None, "执行数", "执行率"], [None, "年初", "调整后", "全年"], ["合计", 100, 90, 81, "90%"]
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [100, 90, 81]


@pytest.mark.parametrize("heads", [["年初目标值", "调整后目标值"], ["年度指标值", "调整后指标值"]])
def test_the_target_that_was_changed_counts_as_it_is_now(heads: list[str | float | None]) -> None:
    rows = [[*row[:3], heads[1] if at == 0 else row[3], *row[4:]] for at, row in enumerate(INDICATOR_ROWS)]
    before = [heads[0], "≥12人", "≥98%", "≥85%"]
    (form,) = recognize(grid_of([[*row[:3], old, *row[3:]] for row, old in zip(rows, before, strict=True)]), "表")
    assert [row["target"].text for row in form.entries.tables["indicators"]] == ["≥10人", "≥95%", "≥90%"]
    assert [each.text for each in form.ambiguities] == heads[:1]


@pytest.mark.parametrize("now", [[None, None, None], ["未调整", "/", "同年初"], ["≥8人", None, None]])
def test_a_target_that_nobody_changed_stays(now: list[str | float | None]) -> None:
    revised = ["年度指标值（调整后）", *now]
    (form,) = recognize(grid_of([[*row[:4], new, *row[4:]] for row, new in zip(INDICATOR_ROWS, revised, strict=True)]), "表")
    changed = [now[0]] if now[0] == "≥8人" else ["≥10人"]
    assert [row["target"].text for row in form.entries.tables["indicators"]] == [*changed, "≥95%", "≥90%"]
    assert bool(form.ambiguities) == (now[0] == "≥8人"), "nobody asks which of them counts while they are the same"


def test_a_total_left_blank_in_a_block_on_its_side_is_known_to_be_there() -> None:
    rows: list[list[str | float | None]] = [
        [None, "资金总额", "财政拨款", "其他资金"], ["全年预算数", 240, 200, 40], ["全年执行数", None, 190, 38],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    place = form.entries.fields["funds_executed"].place
    assert place is not None
    assert place.cell == "B3"


def test_an_amount_with_a_sign_of_money_is_in_yuan() -> None:
    rows = [[*row[:3], "≤30万元", "￥298,000.00", *row[5:]] if at == 1 else row for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    actual = form.entries.tables["indicators"][0]["actual"]
    assert (actual.text, actual.value) == ("￥298,000.00", None), "the reader of quantities sees to its unit"


def test_a_bare_rate_is_no_hundredth_of_itself_because_an_amount_is_wrong() -> None:
    rows: list[list[str | float | None]] = [["项目资金", *HEADS], ["年度资金总额", 100, 1_000_000, 97, 0.97, 9.7]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal("0.97")


def test_points_behind_the_sources_of_a_block_on_its_side() -> None:
    rows: list[list[str | float | None]] = [
        ["项目资金（万元）", None, "资金总额", "财政拨款", "上年结转", "分值", "执行率", "得分"],
        [None, "全年预算数", 240, 200, 40], [None, "全年执行数", 228, 190, 38, 10, 95, 9.5],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    keys = ("funds_adjusted", "funds_executed", "budget_weight", "budget_claimed_rate", "budget_claimed_score")
    assert [form.entries.fields[key].value for key in keys] == [240, 228, 10, Decimal("0.95"), Decimal("9.5")]
    assert [row["executed"].value for row in form.entries.tables["funds"]] == [190, 38]


@pytest.mark.parametrize(
    "last",
    [
        ["自评得分合计：98.42分（其中预算执行得分10分）"], [None, None, None, None, None, "总分", 98.42],
        ["自评总分", 98.42], ["自评得分：98.42分，自评等级：优"], ["总分", None, None, None, None, 100, 98.42],
    ],
)  # fmt: skip
def test_where_the_total_may_stand(last: list[str | float | None]) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, last]), "表")
    assert form.entries.fields["claimed_total"].value == Decimal("98.42")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "合格率", "学员满意度"]


@pytest.mark.parametrize(
    ("sentence", "amounts"),
    [
        ("该项目全年预算90万元，其中财政拨款80万元、自筹资金10万元，实际支出81万元，预算执行率90%。", [None, 90, 81]),
        ("2023年预算安排1,090万元，实际支出为981万元，执行率为90%，自评得分9分（满分10分）。", [None, 1090, 981]),
        ("年初预算：100万元，调整后预算：90万元，全年执行数：81万元；执行率：90%", [100, 90, 81]),
        ("预算安排90万元，支持企业12家，实际支出81万元", [None, None, None]), ("全年预算90万元", [None, None, None]),
        ("全年预算90万元，调整后预算80万元，实际支出约81万元", [None, None, None]),
        ("资金使用效率：98%，预算绩效：90万元", [None, None, None]),
        ("资金情况：年初预算100万元，调整后预算90万元，实际支出81万元，执行率90%，分值10分，得分9分。", [100, 90, 81]),
        ("主要内容：年初预算100万元，调整后预算90万元，实际支出81万元", [None, None, None]),
    ],
)  # fmt: skip
def test_money_in_a_sentence(sentence: str, amounts: list[float | None]) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], ["项目资金", sentence], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    found = [fields[f"funds_{key}"].value if f"funds_{key}" in fields else None for key in ("initial", "adjusted", "executed")]
    assert found == amounts


@pytest.mark.parametrize(
    ("said", "score"),
    [("自评得9.5分", 9.5), ("得 9.5 分", 9.5), ("预算执行得9.5分", 9.5), ("该项得9.5分", 9.5), ("自评得98分", None)],
)
def test_the_score_of_the_execution_in_a_sentence_of_its_money(said: str, score: float | None) -> None:
    sentence = f"全年预算100万元，全年执行95万元，执行率95%，{said}。"
    (form,) = recognize(grid_of([["绩效自评表"], ["项目资金", sentence], *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("budget_claimed_score")
    assert (found and found.value) == (score and Decimal(str(score)))


def test_two_guesses_for_one_column_are_a_doubt() -> None:
    heads: list[str | float | None] = ["资金来源", "累计下达资金", "当年预算安排额", "全年执行数"]
    (form,) = recognize(grid_of([heads, ["合计", 80, 100, 76], *INDICATOR_ROWS]), "表")
    assert [each.text for each in form.ambiguities] == ["当年预算安排额"]


@pytest.mark.parametrize("other", ["上年决算", "项目总投资", "结余"])
def test_below_a_wide_heading_an_unknown_word_is_a_heading_too(other: str) -> None:
    rows: list[list[str | float | None]] = [
        ["支出类别", "预算安排", None, "全年执行数", "执行率"], [None, other, "全年预算"], ["合计", 80, 100, 96, "96%"]
    ]  # fmt: skip
    grid = grid_of([*rows, *INDICATOR_ROWS])
    grid.merges += [(1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4), (1, 5, 2, 5)]
    (form,) = recognize(grid, "表")
    assert form.entries.fields["funds_adjusted"].value == 100
    assert "funds_initial" not in form.entries.fields


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("年中追加", "added"), ("本年追加数", "added"), ("预算调增", "added"), ("年中调减", "cut"), ("年中压减", "cut"),
        ("本年调减", "cut"), ("年中核减", "cut"), ("预算调减", "cut"), ("调减（-）", "cut"), ("年中预算调减数", "cut"),
        ("调整数", "change"), ("预算追加调减", "change"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["资金来源", "子项目名称"])
def test_headings_of_what_changed_the_budget(heading: str, key: str, name: str) -> None:
    heads: list[str | float | None] = [name, "年初预算数", heading, "调整后预算数", "执行数"]
    rows: list[list[str | float | None]] = [
        ["甲", 100, 20, 80, 76],
        ["乙", 80, 20, 60, 57],
        ["合计", 180, 20, 160, 152],
    ]
    (form,) = recognize(grid_of([heads, *rows, *INDICATOR_ROWS]), "表")
    lines = form.entries.tables["funds" if name == "资金来源" else "budget"]
    assert [row[key].value for row in lines] == [20] * len(lines)


@pytest.mark.parametrize("of_which", ["其中：", "其  中：", "\u3000其　中"])
def test_lines_from_of_which_on_are_parts_however_it_is_spread(of_which: str) -> None:
    rows: list[list[str | float | None]] = [["项目名称", "全年预算数", "全年执行数"], ["会议", 100, 95]]
    rows += [[f"{of_which}场租", 60, 57], ["餐费", 40, 38], ["合计", 100, 95]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    lines = [(row["name"].text, row["level"].text) for row in form.entries.tables["budget"]]
    assert lines == [("会议", "一级项目"), ("场租", "二级项目"), ("餐费", "二级项目"), ("合计", "合计")]


SOURCES: list[tuple[str, str]] = [
    ("财政资金预算（万元）", "财政资金支出（万元）"), ("财政拨款预算数", "财政拨款支出数"), ("专项经费年初预算", "专项经费实际支出"),
]  # fmt: skip


@pytest.mark.parametrize("spent", [399, 400])
def test_lines_that_make_each_other_in_many_ways_are_looked_through_once(spent: int) -> None:
    rows: list[list[str | float | None]] = [["资金来源", "全年预算数", "全年执行数"], ["年度资金总额", 400, spent]]
    rows += [[f"第{number}笔资金", 2, 2] for number in range(400)]  # each makes the one before it
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    inside = [row for row in form.entries.tables["funds"] if "level" in row]
    assert len(inside) == (200 if spent == 400 else 0)


@pytest.mark.parametrize(("budget", "spent"), SOURCES)
@pytest.mark.parametrize("score", ["得分：9.5", "得分：9.5分"])
@pytest.mark.parametrize("shape", ["row", "rows", "cells"])
def test_the_only_source_of_money_is_all_of_it(budget: str, spent: str, score: str, shape: str) -> None:
    rows: list[list[str | float | None]] = {
        "row": [[budget, 260, spent, 247, score]],
        "rows": [[budget, 260], [spent, 247, score]],
        "cells": [[f"{budget}：260", f"{spent}：247", score]],
    }[shape]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    amounts = [form.entries.fields.get(f"funds_{key}") for key in ("initial", "adjusted", "executed")]
    assert [one.value for one in amounts if one] == [260, 247]
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.5")
    assert "budget_weight" not in form.entries.fields
    assert "funds" not in form.entries.tables


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("together", [True, False])
def test_several_sources_are_parts_of_the_money(total: bool, together: bool) -> None:
    one: list[str | float | None] = ["其中：财政资金预算", 260, "财政资金支出", 247]
    two: list[str | float | None] = ["自筹资金预算", 40, "自筹资金支出", 38]
    rows = [["预算数", 300, "支出数", 285]] if total else []
    (form,) = recognize(grid_of([*rows, *([[*one, *two]] if together else [one, two]), *INDICATOR_ROWS]), "表")
    parts = [(row["name"].text, row["adjusted"].value, row["executed"].value) for row in form.entries.tables["funds"]]
    assert parts == [("财政资金", 260, 247), ("自筹资金", 40, 38)]
    assert ("funds_adjusted" in form.entries.fields) == total


def test_of_one_source_beside_the_total_the_rest_is_unsaid() -> None:
    row: list[str | float | None] = ["预算数", 300, "支出数", 285, "其中：财政资金支出", 200]
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 285
    assert "funds" not in form.entries.tables
    assert (1, 6) in form.leftovers


@pytest.mark.parametrize("heading", ["批复经费（万元）", "批复预算", "批复预算数", "批复数"])
@pytest.mark.parametrize("second", [None, "调整后预算数", "预算数", "项目总投资"])
@pytest.mark.parametrize("table", [True, False])
def test_what_was_approved_is_the_budget_where_there_is_no_other(heading: str, second: str | None, table: bool) -> None:
    heads, figures = [heading, *([second] if second else []), "实际使用"], [180, *([170] if second else []), 160]
    pairs = [cell for pair in zip(heads, figures, strict=True) for cell in pair]
    rows: list[list[str | float | None]] = (
        [["资金来源", *heads], ["合计", *figures]] if table else [[*pairs, "执行率", "90%"]]
    )
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    found = {
        key: form.entries.fields[f"funds_{key}"].value
        for key in ("initial", "adjusted")
        if f"funds_{key}" in form.entries.fields
    }
    if second in (None, "项目总投资"):
        unread = second is not None and table  # it may be the budget after the change
        assert found == ({"initial": 180} if unread else {"adjusted": 180})
    else:
        assert found == {"initial": 180, "adjusted": 170}


@pytest.mark.parametrize("label", ["项目总金额", "项目总投资（万元）"])
@pytest.mark.parametrize(("cost", "budget", "found"), [(100, None, 100), (500, None, None), (500, 100, 100)])
@pytest.mark.parametrize("table", [True, False])
def test_the_cost_of_a_project_is_the_budget_that_its_rate_is_of(
    label: str, cost: float, budget: float | None, found: float | None, table: bool
) -> None:
    heads = [label, *(["全年预算数"] if budget else []), "实际支出", "执行率"]
    figures = [cost, *([budget] if budget else []), 95, "95%"]
    pairs = [cell for pair in zip(heads, figures, strict=True) for cell in pair]
    rows = [["资金来源", *heads], ["合计", *figures]] if table else [pairs]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    adjusted = form.entries.fields.get("funds_adjusted")
    assert (adjusted and adjusted.value) == found


def test_the_budget_of_the_beginning_stays_that() -> None:
    (form,) = recognize(grid_of([["年初批复预算", 180, "实际使用", 160, "执行率", "90%"], *INDICATOR_ROWS]), "表")
    assert "funds_adjusted" not in form.entries.fields
    assert form.entries.fields["funds_initial"].value == 180


@pytest.mark.parametrize(("sign", "rate"), [("≥", 98), ("=", "98"), ("正向", "98%"), (None, "９８"), ("≥", "98％")])
def test_the_execution_among_indicators_whose_targets_are_divided(sign: str | None, rate: str | float) -> None:
    table: list[list[str | float | None]] = [
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "计量单位", "完成值", "分值", "得分"],
        ["产出指标", "数量指标", "机具数量", "≥", 1200, "台", 1265, 90, 90],
        ["预算执行", None, "预算执行率", sign, 100, "%", rate, 10, 9.8],
    ]
    (form,) = recognize(grid_of(table), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["机具数量"]
    fields = {key: form.entries.fields[f"budget_{key}"].value for key in ("claimed_rate", "weight", "claimed_score")}
    assert fields == {"claimed_rate": Decimal("0.98"), "weight": Decimal(10), "claimed_score": Decimal("9.8")}


def test_two_rates_that_nothing_decides_between_are_a_doubt() -> None:
    row: list[str | float | None] = ["预算执行", "预算执行率", "预算执行率", "100%", "96%", 10, 9.6, None]
    (form,) = recognize(grid_of([["预算执行率", "98%"], *INDICATOR_ROWS, row]), "表")
    assert form.entries.fields["budget_claimed_rate"].text == "96%"
    assert [each.readings for each in form.ambiguities] == [("96%", "98%")]


LEDGER: list[list[str | float | None]] = [
    ["科目", "预算（元）", "支出（元）"], ["办公费", 120000, 118000], ["培训费", 300000, 294000], ["合计", 420000, 412000]
]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "heads", "supplement"),
    [
        ([], {}, True), ([["2024年项目支出明细表"], ["单位名称：某中学", None, "单位：元"]], {}, True), ([], {0: "经济分类"}, True),
        ([["项目名称", "实验教学改善"]], {}, False), ([["2024年预算执行情况表"]], {}, False), ([], {0: "资金来源"}, False),
        ([["部门整体支出绩效自评表"]], {}, False),
    ],
)  # fmt: skip
def test_what_was_spent_on_what_is_no_form(
    above: list[list[str | float | None]], heads: dict[int, str], supplement: bool
) -> None:
    first = [heads.get(at, word) for at, word in enumerate(LEDGER[0])]
    (form,) = recognize(grid_of([*above, first, *LEDGER[1:]]), "支出明细")
    assert form.supplement == supplement


@pytest.mark.parametrize("names", [["资金总额", "办公费"], ["财政拨款", "办公费"], ["基本支出", "项目支出"]])
def test_sources_of_money_make_a_form(names: list[str]) -> None:
    rows = [[name, 100, 96] for name in names]
    (form,) = recognize(grid_of([["类别", "全年预算数", "全年执行数"], *rows]), "表")  # type: ignore[list-item]
    assert not form.supplement


def test_received_money_is_not_executed_money() -> None:
    rows = [["项目资金", "全年预算数", "到位资金", "执行数"], ["资金总额", 100, 95, 90]]
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.fields["funds_executed"].value == 90
    assert form.leftovers == ((2, 3),)


@pytest.mark.parametrize(
    ("rate", "code", "executed", "value", "readings"),
    [
        (0.8685, "0.00%", 86.85, "0.8685", ()),
        ("86.85%", "@", 86.85, "0.8685", ()),
        (86.85, "General", 86.85, "0.8685", ()),
        (86.85, '0.00"%"', 86.85, "0.8685", ()),
        (0.8685, "General", 86.85, "0.8685", ()),
        (1, "General", 100, "1", ()),
        (1, "General", 1, "0.01", ()),
        (1, "General", 60, "1", ("100%", "1%")),
        (95, "General", None, "0.95", ()),
        (1, "General", None, "1", ("100%", "1%")),
        (0.5, "General", None, "0.5", ()),
    ],
)
def test_rate(rate: str | float, code: str, executed: float | None, value: str, readings: tuple[str, ...]) -> None:
    rows = [["项目资金", "全年预算数", "全年执行数", "执行率"], ["资金总额", 100, executed, rate]]
    (form,) = recognize(grid_of(rows, {(2, 4): code}), "表")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal(value)
    assert [each.readings for each in form.ambiguities] == ([readings] if readings else [])


def test_rate_under_a_heading_in_percent() -> None:
    rows = [["项目资金", "全年预算数", "全年执行数", "执行率（%）"], ["资金总额", 100, 60, 1]]
    (form,) = recognize(grid_of(rows), "表")
    assert form.entries.fields["budget_claimed_rate"].value == Decimal("0.01")
    assert [each.readings for each in form.ambiguities] == [("1%", "100%")]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,415.43", "1415.43"), ("202.06万元", "202.06"), ("８.７分", "8.7"), ("50%", "50"), ("-3", "-3"), ("1,41", None), ("约350", None), ("≥10", None)],
)
def test_plain_number(text: str, value: str | None) -> None:
    read = plain_number(text)
    assert (read and read[0]) == (value and Decimal(value))


def test_only_plain_figures_are_values_of_targets() -> None:
    rows = [["指标名称", "目标值", "完成值", "分值", "得分"], ["投入", "1亿元", "95%", 10, "8.5分"], ["人数", 10, "11", 10, 10]]
    (form,) = recognize(grid_of(rows), "表")
    first, second = form.entries.tables["indicators"]
    assert (first["target"].value, first["actual"].value) == (None, Decimal("0.95"))
    assert first["claimed_score"].value == Decimal("8.5")
    assert second["target"].value == 10


def test_weight_as_percent_means_points(tmp_path: Path) -> None:
    (form,) = forms("weight-as-percent", tmp_path)
    assert [row["weight"].value for row in form.entries.tables["indicators"]] == [50, 40, 10]


def test_points_behind_a_level_are_its_value(tmp_path: Path) -> None:
    (form,) = forms("central-2021-project", tmp_path)
    levels = {row["level1"].text: row["level1"].value for row in form.entries.tables["indicators"]}
    assert levels == {"产出指标": 50, "效益指标": 30, "满意度指标": 10}


def test_blank_cells_know_their_place(tmp_path: Path) -> None:
    (form,) = forms("central-2019-project", tmp_path)
    first = form.entries.tables["indicators"][0]
    assert first["reason"].blank
    assert str(first["reason"].place) == "自评表!J14"


def test_formulas_are_kept(tmp_path: Path) -> None:
    (form,) = forms("formulas", tmp_path)
    total = form.entries.fields["claimed_total"]
    assert (total.formula, total.value) == ("=SUM(G6:G7)+G4", Decimal("99.5"))  # no result is stored in the file


def test_a_target_stored_as_a_formula_is_text() -> None:
    general = NumberFormat("General")
    grid = grid_of([["指标名称", "目标值", "完成值", "分值", "得分"], ["甲", None, "3个", 50, 50], ["乙", None, "100%", 50, 50]])
    grid.cells[2, 2] = RawCell(None, general, "=3个", 0)
    grid.cells[3, 2] = RawCell(None, general, "=100%", 0)
    (form,) = recognize(grid, "表")
    assert [row["target"].text for row in form.entries.tables["indicators"]] == ["=3个", "=100%"]


@pytest.mark.parametrize(
    ("text", "core", "points", "unit"),
    [
        ("产出指标（50分）", "产出指标", 50, None),
        ("产出指标(50)", "产出指标", 50, None),
        ("产\n出\n指\n标\n50分", "产出指标", 50, None),
        ("全年执行数（Ｂ）", "全年执行数", None, None),
        ("执行率（B/A×100%）", "执行率", None, None),
        ("项目资金（万元）：", "项目资金", None, "万元"),
        ("★ 得　分", "得分", None, None),
        ("一、效益指标（30.5分）", "效益指标", Decimal("30.5"), None),
    ],
)
def test_label(text: str, core: str, points: object, unit: str | None) -> None:
    label = read_label(text)
    assert (label.core, label.points, label.unit) == (core, points, unit)


@pytest.mark.parametrize("text", ["", "指标1：", "指标 2", "……", "...", "/", "—", "无", "目标1："])
def test_filler(text: str) -> None:
    assert is_filler(text)


@pytest.mark.parametrize("text", ["0", "0.00", "指标1：资金支付完成率100%", "无投诉", "培训"])
def test_not_filler(text: str) -> None:
    assert not is_filler(text)


WORDS = st.sampled_from(
    ["项目名称", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "产出指标", "总分", "全年预算数", "全年执行数",
     "执行率", "资金总额", "其中：财政拨款", "年度总体目标", "预期目标", "实际完成情况", "地区", "分配资金", "存在问题", "单位：万元", "优", "10", "95%",
     "≥10个", "项目支出绩效自评表", "2023年度", "指标1：", "合计", "调整"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), WORDS, st.integers(0, 100)), min_size=1, max_size=7), max_size=12), st.data())
def test_any_sheet_is_read_without_an_error(rows: list[list[str | float | None]], data: st.DataObject) -> None:
    grid = grid_of(rows)
    for _ in range(data.draw(st.integers(0, 4))):
        top, left = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 7))
        grid.merges.append((top, left, top + data.draw(st.integers(0, 4)), left + data.draw(st.integers(0, 4))))
    found = recognize(grid, "表")
    accounted = [at for form in found for at in (*form.used, *form.leftovers)]
    assert len(accounted) == len(set(accounted))


@pytest.mark.parametrize("title", ["项目支出绩效自评表（续）", "项目支出绩效自评表(续表)", "绩效自评续表2", "续", "自评表（接上页）"])
def test_a_title_that_goes_on(title: str) -> None:
    assert continues(title)


@pytest.mark.parametrize("text", ["项目支出绩效自评表", "可持续影响", "连续", "手续办理情况"])
def test_a_title_that_does_not(text: str) -> None:
    assert not continues(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1 产出指标", (2, 1)), ("1.产出指标", (2, 1)), ("１．１．数量指标", (2, 2)), ("1.1、数量指标", (2, 2)),
        ("1.1.1 投放", (2, 3)), ("产出指标", ()), ("2024年", ()), ("50%以上", ()),
        ("一、产出指标", (0,)), ("（二）数量指标", (1,)), ("（1）投放", (3,)), ("一级指标", ()), ("十四五规划", ()),
    ],
)  # fmt: skip
def test_numbers_before_a_name(text: str, mark: tuple[int, ...]) -> None:
    assert mark_of(text) == mark


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("单位：万元、人", ("万元", "")), ("单位：人，元", ("元", "")), ("单位：万元", ("万元", "")), ("单位：人、户", ("", "")),
        ("单位：某市民政局", ("", "某市民政局")), ("单位：住房和城乡建设局", ("", "住房和城乡建设局")),
    ],
)  # fmt: skip
def test_units_of_money_and_of_people_are_no_unit_that_fills_a_form(words: str, kept: tuple[str, str]) -> None:
    (form,) = recognize(grid_of([[words], *INDICATOR_ROWS]), "表")
    assert tuple(form.entries.fields[key].text if key in form.entries.fields else "" for key in ("currency_unit", "unit")) == kept


@pytest.mark.parametrize("reason", ["未使用原因", "未支出原因", "结余原因", "进度滞后原因"])
def test_a_column_named_for_its_reason_goes_before_a_remark(reason: str) -> None:
    rows = [["地区", "分配资金", "使用资金", "备注", reason], ["甲县", 120, 118, None, "结转"], ["乙县", 80, 78, "收回", None]]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["reason"].text for row in form.entries.tables["allocations"]] == ["结转", "收回"]


@pytest.mark.parametrize("label", ["小计", "产出指标小计", "产出指标合计", "指标得分小计"])
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_subtotal_is_no_indicator(label: str, column: int) -> None:
    rows = [list(row) for row in INDICATOR_ROWS]
    subtotal: list[str | float | None] = [None] * column + [label] + [None] * (4 - column) + [80, 78.42, None]
    (form,) = recognize(grid_of([*rows[:3], subtotal, *rows[3:]]), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "合格率", "学员满意度"]
    assert [(row["weight"].value, row["claimed_score"].value) for row in form.subtotals] == [(80, Decimal("78.42"))]


@pytest.mark.parametrize("label", ["总分及等级", "总分/等级", "自评总分、等次", "综合得分及评价等级", "总分值", "综合评定"])
def test_a_total_row_that_names_the_grade_too(label: str) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, [label, None, None, None, None, 90, 88.5, "良"]]), "表")
    assert len(form.entries.tables["indicators"]) == 3
    assert [form.entries.fields[key].text for key in ("claimed_total", "claimed_grade")] == ["88.5", "良"]


def test_scores_that_are_called_marks() -> None:
    rows = [["三级指标", "指标值", "实际完成值", "分值", "自评打分"], ["甲", 3, 3, 50, 49], ["乙", 2, 2, 50, 48]]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["claimed_score"].value for row in form.entries.tables["indicators"]] == [49, 48]


OUTLINES: dict[str, list[tuple[str | float | None, ...]]] = {
    "prefix": [("1 产出指标",), ("1.1 数量指标",), ("1.1.1 甲",), ("1.2 成本指标",), ("1.2.1 乙",), ("2 满意度指标",), ("2.1 满意度指标",), ("2.1.1 丙",)],
    "chinese": [("一、产出指标",), ("（一）数量指标",), ("1.甲",), ("（二）成本指标",), ("1.乙",), ("二、满意度指标",), ("（一）满意度指标",), ("1.丙",)],
    "indented": [("产出指标",), ("　数量指标",), ("　　甲",), ("　成本指标",), ("　　乙",), ("满意度指标",), ("　满意度指标",), ("　　丙",)],
    "words": [("产出指标",), ("数量指标",), ("甲",), ("成本指标",), ("乙",), ("满意度指标",), ("服务对象满意度指标",), ("丙",)],
    "root": [("1 绩效指标",), ("1.1 产出指标",), ("1.1.1 数量指标",), ("1.1.1.1 甲",), ("1.1.2 成本指标",), ("1.1.2.1 乙",), ("1.2 满意度指标",), ("1.2.1 满意度指标",), ("1.2.1.1 丙",)],
    "own": [("一、产出指标",), ("（一）数量指标",), ("甲",), ("（二）成本指标",), ("乙",), ("二、满意度指标",), ("（一）满意度指标",), ("丙",)],
}  # fmt: skip


@pytest.mark.parametrize("points", [False, True])
@pytest.mark.parametrize("kind", OUTLINES)
def test_levels_in_one_column(kind: str, points: bool) -> None:
    rows: list[list[str | float | None]] = [["指标名称", "指标值", "实际完成值", "分值", "得分"]]
    for (name,) in OUTLINES[kind]:
        leaf = str(name)[-1] in "甲乙丙"
        rows.append([name, *(("≥10人", "12人", 30, 30) if leaf else (None, None, 30 if points else None, None))])
    levels = [["产出指标", "数量指标"], ["产出指标", "成本指标"], ["满意度指标", "服务对象满意度指标" if kind == "words" else "满意度指标"]]
    (form,) = recognize(grid_of(rows), "表")
    assert [[row["level1"].text, row["level2"].text] for row in form.entries.tables["indicators"]] == levels


@pytest.mark.parametrize("marks", [["1", "1.1", "1.1.1"], ["一", "（一）", "1"], ["一级", "二级", "三级"], ["1", "2", "3"]])
@pytest.mark.parametrize("right", [False, True])
def test_levels_told_by_a_column(marks: list[str], right: bool) -> None:
    if right and not marks[0].startswith("一级"):
        return
    heading = "级次" if marks[1] in ("二级", "2") else "编码"
    names = [(0, "履职效能"), (1, "按期办结"), (2, "甲"), (1, "成本指标"), (2, "乙"), (0, "社会效应"), (1, "满意度指标"), (2, "丙")]
    rows: list[list[str | float | None]] = [[heading, "指标名称", "指标值", "实际完成值", "分值", "得分"]]
    for depth, name in names:
        rows.append([marks[depth], name, *(("≥10人", "12人", 30, 30) if depth == 2 else (None, None, 30, None))])
    if right:
        rows = [[row[1], row[0], *row[2:]] for row in rows]
    levels = [["履职效能", "按期办结"], ["履职效能", "成本指标"], ["社会效应", "满意度指标"]]
    (form,) = recognize(grid_of(rows), "表")
    assert [[row["level1"].text, row["level2"].text] for row in form.entries.tables["indicators"]] == levels
    assert [row["name"].text for row in form.subtotals] == ["按期办结", "成本指标", "满意度指标"]


def test_an_indicator_still_to_be_filled_heads_nothing() -> None:
    head: list[str | float | None] = ["序号", "指标名称", "指标值", "实际完成值", "分值", "得分"]
    rows = [head, ["1", "培训人数", None, None, 40, None], ["1.1", "其中：女性", "≥10人", "12人", None, None], ["2", "合格率", "≥90%", "92%", 60, 60]]
    (form,) = recognize(grid_of(rows), "表")
    assert [row["name"].text for row in form.entries.tables["indicators"]] == ["培训人数", "其中：女性", "合格率"]


def test_a_levels_points_on_a_row_of_its_own_in_its_own_column() -> None:
    head: list[str | float | None] = ["一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分"]
    rows = [head, ["产出指标", None, None, None, None, 60, 60], [None, "数量指标", None, None, None, 60, 60], [None, None, "甲", "≥10人", "12人", 60, 60]]
    (form,) = recognize(grid_of([*rows, ["总分", None, None, None, None, 60, 60]]), "表")
    (row,) = form.entries.tables["indicators"]
    assert (row["level1"].text, row["level2"].text, row["name"].text) == ("产出指标", "数量指标", "甲")
    assert [one["name"].text for one in form.subtotals] == ["产出指标", "数量指标", "总分"]


@pytest.mark.parametrize(
    ("names", "executed"),
    [
        (["年度收支总额", "财政拨款", "其他收入"], 96), (["合计", "按支出性质：基本支出", "项目支出"], 96),
        (["合计", "一般公共预算", "政府性基金"], 96), (["部门预算合计", "按资金来源", "财政拨款"], 96), (["合计", "甲项目", "乙项目"], None),
    ],
)  # fmt: skip
def test_the_money_of_a_department_below_a_heading_of_projects(names: list[str], executed: int | None) -> None:
    rows: list[list[str | float | None]] = [["项目", "年初预算数", "全年预算数", "全年执行数"]]
    rows += [[name, *((100, 100, 96) if not at else (50, 50, 48))] for at, name in enumerate(names)]
    (form,) = recognize(grid_of([*rows, [None], *INDICATOR_ROWS]), "表")
    assert ("funds" in form.entries.tables) == (executed is not None)
    assert ("budget" in form.entries.tables) == (executed is None)
    assert form.entries.fields["funds_executed"].value == 96


def test_what_came_in_is_no_part_of_what_was_spent() -> None:
    rows: list[list[str | float | None]] = [["项目", "年初预算数", "全年预算数", "全年执行数"]]
    rows += [["收入合计", 100, 100, 100], ["财政拨款收入", 90, 90, 90], ["其他收入", 10, 10, 10]]
    rows += [["支出合计", 100, 100, 96], ["基本支出", 60, 60, 60], ["项目支出", 40, 40, 36]]
    (form,) = recognize(grid_of([*rows, [None], *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_executed"].value == 96
    assert ["level" in row for row in form.entries.tables["funds"]] == [True, True, False, False]


@pytest.mark.parametrize("label", ["预算执行率得分", "预算执行得分", "执行率得分（10分）", "预算执行率"])
def test_what_is_said_of_the_execution_below_the_funds_is_no_money(label: str) -> None:
    rows: list[list[str | float | None]] = [
        ["资金构成", "全年预算数", "全年执行数"], ["合计", 480, 408], ["财政拨款", 480, 408], [label, 8.5], *INDICATOR_ROWS
    ]  # fmt: skip
    (form,) = recognize(grid_of(rows), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款"]
    said = form.entries.fields["budget_claimed_score" if "得分" in label else "budget_claimed_rate"]
    assert said.value == Decimal("8.5")


@pytest.mark.parametrize(
    "label", ["预算执行分值", "预算执行率分值", "预算执行权重", "执行率权重", "分值", "预算支出进度分值"]
)
@pytest.mark.parametrize("blank", [False, True])
def test_points_below_labels_in_pairs_are_no_money(label: str, blank: bool) -> None:
    money: list[str | float | None] = ["年初预算数", 156.2, "全年预算数", 156.2, "全年执行数", 150.1]
    points: list[str | float | None] = [label, None if blank else 10, "预算执行得分", 9.61]
    (form,) = recognize(grid_of([money, ["其中：财政拨款", 156.2], points, *INDICATOR_ROWS]), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款"]
    assert form.entries.fields["funds_initial"].value == Decimal("156.2")
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.61")
    assert blank or form.entries.fields["budget_weight"].value == 10


def test_the_points_of_the_execution_below_a_funds_table() -> None:
    rows: list[list[str | float | None]] = [
        ["资金构成", "全年预算数", "全年执行数"], ["合计", 480, 408], ["财政拨款", 480, 408], ["预算执行率分值", 10], *INDICATOR_ROWS
    ]  # fmt: skip
    (form,) = recognize(grid_of(rows), "表")
    assert [row["name"].text for row in form.entries.tables["funds"]] == ["财政拨款"]
    assert form.entries.fields["budget_weight"].value == 10


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("预算金额", "调整后预算"), ("项目预算", "调整后预算数"), ("预算金额", "调整预算数"), ("年初预算", "调整后预算"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("together", [True, False])
def test_labels_in_pairs_are_weighed_against_each_other(first: str, second: str, together: bool) -> None:
    money: list[str | float | None] = ["实际支出", 1455.37, "预算执行率", "97.15%"]
    pairs: list[str | float | None] = [first, 1520.5, second, 1498]
    rows = [[*pairs, *money]] if together else [pairs, money]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[key].value for key in ("funds_initial", "funds_adjusted", "funds_executed")]
    assert found == [Decimal("1520.5"), 1498, Decimal("1455.37")]


def test_a_merged_empty_cell_is_the_value_of_its_label() -> None:
    grid = grid_of([["主管部门", None, None, "财政科室", "经济建设科"], *INDICATOR_ROWS])
    grid.merges.append((1, 2, 1, 3))
    (form,) = recognize(grid, "表")
    department = form.entries.fields["department"]
    assert department.blank and department.place is not None and department.place.cell == "B1"
    assert form.leftovers[:2] == ((1, 4), (1, 5))


@pytest.mark.parametrize(
    ("row", "unit", "department"),
    [
        (["预算部门：", "甲局", "项目单位：", "乙馆"], "乙馆", "甲局"),
        (["预算部门：甲局", None, "项目单位：乙馆"], "乙馆", "甲局"),
        (["预算部门", "甲局", "主管部门", "丙厅"], "甲局", "丙厅"),
        (["县级预算部门名称", "甲局"], "甲局", ""),
        (["编报单位", "甲局"], "甲局", ""), (["申报部门", "甲局"], "甲局", ""), (["项目填报部门名称", "甲局"], "甲局", ""),
        (["主管部门", "甲局"], "", "甲局"),
    ],
)
def test_the_superior_and_the_unit(row: list[str | float | None], unit: str, department: str) -> None:
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text if key in fields else "" for key in ("unit", "department")] == [unit, department]


@pytest.mark.parametrize(
    ("row", "project", "left"),
    [
        (["一级项目名称", "教育发展", "二级项目名称", "教师培训"], "教师培训", [(2, 2)]),
        (["二级项目名称", "教师培训", "一级项目名称", "教育发展"], "教师培训", [(2, 4)]),
        (["一级项目名称", "教育发展", "项目名称", "教师培训"], "教师培训", [(2, 2)]),
        (["一级项目名称：教育发展  二级项目名称：教师培训"], "教师培训", [(2, 1)]),
        (["一级项目名称", "教育发展", "二级项目名称", None], "教育发展", []),
        (["一级项目名称：教育发展"], "教育发展", []),
    ],
)
def test_a_form_is_of_the_project_itself(
    row: list[str | float | None], project: str, left: list[tuple[int, int]]
) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], row, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["project"].text == project
    assert list(form.leftovers) == left


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("二〇二三年度", "2023"), ("二○二三年", "2023"), ("二零二三年", "2023"), ("2023预算年度", "2023"), ("2023年预算年度", "2023"), ("第二年度", None),
        ("二〇二三年度项目支出绩效自评表", "2023"), ("2024年报送的2023年度项目支出绩效自评表", "2023"),
        ("（2023年度，单位：万元）", "2023"), ("(2023年度；金额单位:万元)", "2023"), ("2023年度（单位：万元）", "2023"), ("（2023年）单位：万元", "2023"),
        ("2023年 单位:元", "2023"), ("（二〇二三年度，单位：万元）", "2023"), ("单位：万元，2023年度", "2023"),
        ("单位：万元（2022年结转资金另列）", None), ("2022年 结转资金：20", None), ("依据：2022年，单位调整", None),
    ],
)  # fmt: skip
def test_years_in_words(words: str, year: str | None) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], [words], *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["year"].text if "year" in form.entries.fields else None) == year


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("（单位：元）", ""), ("（2023年度，单位：元）", ""), ("2023年度（金额单位：元）", ""), ("（2023年）单位：元", ""), ("2023年 单位:元", ""),
        ("（单位：元，2023年度）", ""), ("（2023年度）  填报单位：甲局（盖章）  单位：元", "甲局"),
        ("二〇二三年度 单位：元", ""),
    ],
)  # fmt: skip
def test_the_unit_of_money_beside_the_year_and_in_brackets(words: str, unit: str) -> None:
    (form,) = recognize(grid_of([["绩效自评表"], [words], *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert fields["currency_unit"].text == "元"
    assert (fields["unit"].text if "unit" in fields else "") == unit
    assert ("year" in fields) == ("年" in words)


@pytest.mark.parametrize(
    ("names", "levels"),
    [
        (["一、基本支出", "1.人员经费", "2.公用经费", "二、项目支出"], "1221"), (["一、基本支出", "（一）人员经费", "二、项目支出", "三、上缴支出"], "1211"),
        (["1.培训", "2.竞赛", "3.慰问", "4.宣传"], "1111"), (["培训", "1.竞赛", "2.慰问", "宣传"], "1111"),
    ],
)  # fmt: skip
def test_lines_numbered_deeper_are_parts_of_the_line_above(names: list[str], levels: str) -> None:
    rows: list[list[str | float | None]] = [["支出项目", "年初预算", "预算调整", "全年预算", "决算数", "执行率"]]
    rows += [[name, 100, 0, 100, 95, "95%"] for name in [*names, "合计"]]
    (form,) = recognize(grid_of([["绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    found = [row["level"].text for row in form.entries.tables["budget"]]
    assert found == [*({"1": "一级项目", "2": "二级项目"}[level] for level in levels), "合计"]


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("执行偏差原因", True), ("未完成预算原因", True), ("资金结余原因：", True), ("预算执行率未达90%的原因", True), ("支出进度慢的原因", True),
        ("预算调整及未执行原因", True), ("项目经费使用科目", False), ("未完成绩效目标预算原因", False), ("预算调剂原因", False),
    ],
)  # fmt: skip
def test_why_the_money_was_not_spent_below_the_funds(label: str, why: bool) -> None:
    rows: list[list[str | float | None]] = [["资金（万元）", "年初数", "调整后数", "执行数", "执行率"], ["合计", 1580, 1600, 1328, "83%"]]
    reason: list[str | float | None] = [label, "数字资源采购流标"]
    (form,) = recognize(grid_of([["绩效自评表"], *rows, reason, *INDICATOR_ROWS]), "表")
    found = form.entries.fields.get("budget_reason")
    assert (found is not None and found.text == "数字资源采购流标") is why


@pytest.mark.parametrize(
    ("title", "header", "readings"),
    [
        ("2023年度", ["年度", "2022"], [("2022年度", "2023年度")]),
        ("2023年度", ["（2022年度）"], [("2022年度", "2023年度")]),
        ("2023年", ["（2022年度）"], [("2022年度", "2023年")]),
        ("2023年度", ["年度", "2023"], []),
    ],
)
def test_a_title_of_another_year_is_a_doubt(title: str, header: list[str | float | None], readings: object) -> None:
    (form,) = recognize(grid_of([[f"{title}绩效自评表"], header, *INDICATOR_ROWS]), "表")
    assert [each.readings for each in form.ambiguities] == readings


@pytest.mark.parametrize(
    "header",
    [
        [["项目名称及编码", "技能培训"], ["实施单位及代码", "培训中心"]],
        [["项目名称：技能培训 实施单位：培训中心 评价年度：2023年"]],
        [["项目名称：技能培训，实施单位：（公章）培训中心，备注：无"]],
        [["一、项目基本信息"], ["1.项目名称：技能培训"], ["2.项目实施单位：培训中心（盖章）"]],
    ],
)
def test_whose_form_it_is_in_many_words(header: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([["项目支出绩效自评表"], *header, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("project", "unit")] == ["技能培训", "培训中心"]


def test_a_numbered_note_is_none_of_the_fields() -> None:
    notes: list[list[str | float | None]] = [["1.填报说明：得分不超过分值。"], ["2.存在问题：据实填写。"]]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["总分", None, None, None, None, 100, 98], *notes]), "表")
    assert "problems" not in form.entries.fields


def test_goals_under_other_names() -> None:
    goals: list[list[str | float | None]] = [["年度预期目标", "具体完成情况", "总体完成率"], ["治理1200亩", "治理1180亩", "98%"]]
    (form,) = recognize(grid_of([*goals, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("goal_expected", "goal_actual")] == ["治理1200亩", "治理1180亩"]


@pytest.mark.parametrize("heading", ["全年预期目标", "当年总体预期目标", "本年绩效预期目标", "拟达到的成效"])
def test_goals_below_their_headings_beside_the_name_of_the_section(heading: str) -> None:
    goals: list[list[str | float | None]] = [
        ["总体目标", heading, None, "全年实际完成情况"], [None, "救助1.8万人次", None, "救助1.86万人次"]
    ]  # fmt: skip
    (form,) = recognize(grid_of([*goals, *INDICATOR_ROWS]), "表")
    found = [form.entries.fields[key].text for key in ("goal_expected", "goal_actual")]
    assert (found, form.leftovers) == (["救助1.8万人次", "救助1.86万人次"], ())


@pytest.mark.parametrize(
    ("row", "expected", "actual", "leftovers"),
    [
        (["年度总体目标", "降低患者负担", "完成情况：各项改革任务落实"], "降低患者负担", "各项改革任务落实", ()),
        (["年度绩效目标", "预期目标：治理18公里", "完成情况：治理18.3公里"], "治理18公里", "治理18.3公里", ()),
        (["年度绩效目标", "预期目标：治理18公里", "完成情况", "治理18.3公里"], "治理18公里", "治理18.3公里", ()),
        (["绩效目标：治理18公里"], "治理18公里", "", ()),
        (["部门职责及年度目标", "加强基层服务", "年度任务基本完成"], "加强基层服务", "", ((1, 3),)),
        (["部门职责及年度目标", "年初目标", "加强服务", "完成情况", "已加强"], "加强服务", "已加强", ()),
        (["存在问题", "完成情况：部分设备未到货"], "", "", ()),
        (["年度总体目标", "预期目标：治理18公里。　实际完成情况：治理18.3公里。"], "治理18公里。", "治理18.3公里。", ()),
        (["年度总体目标及完成情况", "预期目标：治理18公里\n二、完成情况：治理18.3公里"], "治理18公里", "治理18.3公里", ()),
        (["年度目标：治理18公里；完成情况：治理18.3公里"], "治理18公里；", "治理18.3公里", ()),
        (["年度目标：治理18公里\n完成情况："], "治理18公里", "", ()),
        (["年度目标", "治理18公里，完成情况每季度通报"], "治理18公里，完成情况每季度通报", "", ()),
        (["年度目标", "目标1：治理18公里 完成情况：18公里\n目标2：护岸2公里 完成情况：2公里"],
         "目标1：治理18公里 完成情况：18公里\n目标2：护岸2公里 完成情况：2公里", "", ()),
        (["年度目标", "治理18公里。完成情况：按季通报", "完成情况", "治理18.3公里"], "治理18公里。完成情况：按季通报", "治理18.3公里", ()),
    ],
)  # fmt: skip
def test_goals_within_their_cells(
    row: list[str | float | None], expected: str, actual: str, leftovers: tuple[tuple[int, int], ...]
) -> None:
    (form,) = recognize(grid_of([row, *INDICATOR_ROWS]), "表")
    fields = form.entries.fields
    assert [fields[key].text if key in fields else "" for key in ("goal_expected", "goal_actual")] == [expected, actual]
    assert form.leftovers == leftovers


def test_further_lines_of_a_goal_within_its_cell() -> None:
    grid = grid_of([["年度目标", "总体目标：治理18公里"], [None, "新建护岸22公里"], *INDICATOR_ROWS])
    grid.merges.append((1, 1, 2, 1))
    (form,) = recognize(grid, "表")
    assert (form.entries.fields["goal_expected"].text, form.leftovers) == ("治理18公里\n新建护岸22公里", ())


@pytest.mark.parametrize("rate", ["110.5%", 1.105, "1、超额完成"])
def test_a_column_that_nobody_knows_opens_no_notes(rate: str | float) -> None:
    rows = [[*row, "完成率" if not at else rate if at == 1 else None] for at, row in enumerate(INDICATOR_ROWS)]
    rows += [["注：超额完成的按满分计"], ["1.满意度为问卷结果"]]
    (form,) = recognize(grid_of([*rows]), "表")
    assert form.leftovers == ((2, 9),)
    assert [form.used[at, 1] for at in (5, 6)] == ["note", "note"]


def test_people_whatever_is_done_for_them() -> None:
    rows: list[list[str | float | None]] = [["地区", "分配资金", "使用资金", "保障人数", "安置户数"], ["甲县", 120, 118, 8210, 40]]
    (form,) = recognize(grid_of(rows), "表")
    (row,) = form.entries.tables["allocations"]
    assert (row["persons"].value, row["households"].value) == (8210, 40)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("因6场演出取消，执行率为88.88%，结余资金已由财政收回", True), ("执行率88%，主要是招标节约", True), ("受疫情影响，支付进度为70%", True),
        ("执行率偏低的原因：尾款待验收后支付", True), ("预算执行率为100%", False), ("因公出国2人次，执行率100%", False), ("执行率95%，受益人数300人", False),
    ],
)  # fmt: skip
def test_remarks_that_say_why_money_was_not_spent(words: str, why: bool) -> None:
    (form,) = recognize(grid_of([*INDICATOR_ROWS, ["备注", words]]), "表")
    assert ("budget_reason" in form.entries.fields) is why


def under(heading: str, column: int, rows: list[list[str | float | None]] = INDICATOR_ROWS) -> Recognized:
    """The indicator table with another word above one of its columns."""
    (form,) = recognize(grid_of([[*rows[0][:column], heading, *rows[0][column + 1 :]], *rows[1:]]), "表")
    return form


def taken(form: Recognized, key: str) -> list[str]:
    return [row[key].text if key in row else "" for row in form.entries.tables["indicators"]]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *((word, 3) for word in ("考核目标", "任务目标", "绩效目标", "年度绩效目标", "任务量", "目标任务", "考核要求", "批复目标值", "应完成数", "计划完成", "计划")),
        *((word, 4) for word in ("实际业绩", "业绩值", "实绩", "自评业绩", "实际成效", "完成量", "任务完成数量", "计划完成情况")),
    ],
)  # fmt: skip
def test_what_is_aimed_at_and_what_came_of_it_in_other_words(heading: str, column: int) -> None:
    form = under(heading, column)
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])
    assert form.ambiguities == ()


@pytest.mark.parametrize("heading", ["绩效目标", "年度绩效目标", "工作目标"])
def test_a_goal_before_the_names_is_no_column_of_targets(heading: str) -> None:
    rows = [[heading if not at else "完成培训" if at == 1 else None, *row[:3], *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert form.columns == {"level1", "level2", "name", "weight", "claimed_score", "reason"}


def test_words_that_divide_a_heading_may_be_guessed() -> None:
    grid = grid_of([[*INDICATOR_ROWS[0][:3], "绩效目标完成情况", None, *INDICATOR_ROWS[0][5:]], [None, None, None, "考核目标", "业绩"], *INDICATOR_ROWS[1:]])
    grid.merges.append((1, 4, 1, 5))
    (form,) = recognize(grid, "表")
    assert (taken(form, "target")[0], taken(form, "actual")[0]) == ("≥10人", "11人")


@pytest.mark.parametrize("rows", [2, 3])
def test_a_heading_of_several_rows_that_is_called_as_a_section(rows: int) -> None:
    blank: list[list[str | float | None]] = [[None] * 8] * (rows - 1)
    grid = grid_of([[*INDICATOR_ROWS[0][:3], "绩效目标", *INDICATOR_ROWS[0][4:]], *blank, *INDICATOR_ROWS[1:]])
    grid.merges += [(1, column, rows, column) for column in range(1, 9)]
    (form,) = recognize(grid, "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]


@pytest.mark.parametrize(("column", "title"), [(3, "年度指标值"), (4, "实际完成值")])
def test_a_column_under_an_unheard_of_heading_is_told_by_its_cells(column: int, title: str) -> None:
    form = under("达标线", column)
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])
    assert [one.readings for one in form.ambiguities] == [(title, "不采用这一列")]


@pytest.mark.parametrize(
    ("heading", "column", "cells"),
    [
        ("核查值", 3, ["11人", "90%", "92%"]), ("扣分", 4, [0, 0, 0]), ("系数", 4, [1, 0.9, 1]), ("2024年", 4, ["11人", "90%", "92%"]),
        ("行业线", 4, ["≥12人", "≥96%", "≥91%"]), ("核定", 4, ["11场", "90%", "92分"]), ("核定", 4, ["11人", None, None]),
    ],
)  # fmt: skip
def test_a_column_whose_cells_could_be_something_else_is_not_taken(heading: str, column: int, cells: list[str | float | None]) -> None:
    filled = [INDICATOR_ROWS[0], *([*row[:column], cell, *row[column + 1 :]] for row, cell in zip(INDICATOR_ROWS[1:], cells, strict=True))]
    form = under(heading, column, filled)
    assert ("target", "actual")[column - 3] not in form.columns
    assert [one.readings for one in form.ambiguities] == [("没有认出的一列", ("年度指标值", "实际完成值")[column - 3])]


@pytest.mark.parametrize("heading", ["佐证材料", "上年实际值", "联系科室"])
def test_a_column_of_something_else_is_not_named_for_a_missing_one(heading: str) -> None:
    words = {"佐证材料": "附件1", "上年实际值": "9人", "联系科室": "人事科"}
    filled = [[*row[:4], words[heading] if at else heading, *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(filled), "表")
    assert ("actual" in form.columns, form.ambiguities) == (False, ())


def test_two_columns_that_fit_are_both_told_and_neither_is_taken() -> None:
    rows = [[*row[:4], "核定" if not at else row[4], "复核" if not at else row[4], *row[5:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of(rows), "表")
    assert "actual" not in form.columns
    assert [one.text for one in form.ambiguities] == ["核定", "复核"]


LEVELLED: list[list[str | float | None]] = [
    ["产出指标", "数量指标", "培训人数", 50, 20, 20, "≥10人", "11人", 20],
    [None, "质量指标", "合格率", None, 30, 30, "≥95%", "97%", 30],
    ["效益指标", "社会效益指标", "提升人数", 30, 30, 30, "≥9人", "9人", 30],
    ["满意度指标", "服务对象满意度", "学员满意度", 10, 10, 10, "≥90%", "92%", 10],
]


@pytest.mark.parametrize(
    ("headings", "order"),
    [
        (["一级指标", "分值", "二级指标", "分值", "三级指标"], [0, 3, 1, 4, 2]),
        (["一级指标", "一级指标权重", "二级指标", "二级指标权重", "三级指标"], [0, 3, 1, 4, 2]),
        (["一级指标", "满分", "二级指标", "分值（二级）", "三级指标"], [0, 3, 1, 4, 2]),
        (["一级指标", "二级指标", "三级指标", "一级权重", "二级权重", "三级权重"], [0, 1, 2, 3, 4, 5]),
        (["一级指标", "分值", "二级指标", "三级指标", "分值"], [0, 3, 1, 2, 5]),
        (["一级指标", "分值", "二级指标", "分值"], [0, 3, 2, 4]),
        (["一级指标", "一级指标分值", "二级指标", "二级指标分值"], [0, 3, 2, 4]),
    ],
)  # fmt: skip
def test_points_of_the_levels_are_nobodys_weight(headings: list[str], order: list[int]) -> None:
    rows = [[*headings, "指标值", "完成值", "得分"], *([row[at] for at in (*order, 6, 7, 8)] for row in LEVELLED)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "weight") == ["20", "30", "30", "10"]
    assert form.ambiguities == ()


@pytest.mark.parametrize("headings", [["一级指标", "分值", "二级指标", "分值", "三级指标"], ["一级指标", "分值", "二级指标", "三级指标"]])
def test_points_that_several_scores_share_are_nobodys_weight(headings: list[str]) -> None:
    order = [0, 3, 1, 4, 2] if len(headings) == 5 else [0, 3, 1, 2]
    shared = [LEVELLED[0], [None, None, "培训场次", None, None, None, "≥3场", "4场", 30], *LEVELLED[2:]]
    rows = [[*headings, "指标值", "完成值", "得分"], *([row[at] for at in (*order, 6, 7, 8)] for row in shared)]
    (form,) = recognize(grid_of(rows), "表")
    assert "weight" not in form.columns
    assert form.leftovers == ()


def test_a_weight_that_is_missing_beside_those_of_the_levels_stays_missing() -> None:
    alone = [[*row[:5], None if at == 1 else row[5], *row[6:]] for at, row in enumerate(LEVELLED)]
    rows = [["一级指标", "分值", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分"], *([row[at] for at in (0, 3, 1, 2, 6, 7, 5, 8)] for row in alone)]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "weight") == ["20", "", "30", "10"]


@pytest.mark.parametrize(
    "headings",
    [
        ("绩效指标（一级）", "绩效指标（二级）", "绩效指标（三级）"), ("指标（一级）", "指标（二级）", "指标（三级）"), ("指标名称(1级)", "指标名称(2级)", "指标名称(3级)"),
        ("绩效指标【一级指标】", "绩效指标【二级指标】", "绩效指标【三级指标】"), ("考核内容（第一级）", "考核内容（第二级）", "考核内容（第三级）"),
        ("绩效指标", "绩效指标", "绩效指标"), ("绩效指标", "内容", "事项"), ("指标类型", "指标类别", "考核内容"),
    ],
)  # fmt: skip
def test_levels_told_by_brackets_or_by_what_they_hold(headings: tuple[str, str, str]) -> None:
    (form,) = recognize(grid_of([[*headings, *INDICATOR_ROWS[0][3:]], *INDICATOR_ROWS[1:]]), "表")
    (plain,) = recognize(grid_of(INDICATOR_ROWS), "表")
    assert (shown(form)["tables"], form.ambiguities) == (shown(plain)["tables"], ())


@pytest.mark.parametrize(
    ("headings", "cells"),
    [(["一级指标", "二级指标", "考核内容"], ["到课的人数", "考试的结果", "问卷的结果"]), (["指标类型", "指标", "责任科室"], ["人事科", "市教育局", "办公室"])],
)
def test_names_of_levels_are_those_of_the_indicators_where_nothing_else_is(headings: list[str], cells: list[str]) -> None:
    rows = [[*headings, *INDICATOR_ROWS[0][3:]], *([*row[:2], cell, *row[3:]] for row, cell in zip(INDICATOR_ROWS[1:], cells, strict=True))]
    (form,) = recognize(grid_of(rows), "表")
    assert taken(form, "name") == ["数量指标", "质量指标", "满意度指标"]


@pytest.mark.parametrize(
    ("heading", "lines", "split"),
    [
        (["地区", "合计", "造林", "管护"], [["甲县", 100, 60, 40], ["乙县", 90, 50, 40], ["合计", 190, 110, 80]], True),
        (["地区", "造林", "管护", "小计"], [["甲县", 60, 40, 100], ["乙县", 50, 40, 90], ["合计", 110, 80, 190]], True),
        (["地区", "分配资金", "造林", "管护"], [["甲县", 100, 60, 40], ["乙县", 90, 90, None]], True),
        (["地区", "分配资金", "实际拨付", "结余"], [["甲县", 100, 95, 5], ["乙县", 90, 80, 10]], False),
        (["地区", "分配资金", "实际拨付", "文件"], [["甲县", 100, 100, None], ["乙县", 90, 90, None]], False),
        (["地区", "分配资金", "造林", "其中国土绿化"], [["甲县", 100, 60, 20], ["乙县", 90, 50, 30]], False),
        (["地区", "分配资金", "第一批", "第二批"], [["甲县", 100, 60, 40], [None, 90, 50, 40]], False),
        (["地区", "分配资金", "造林", "管护"], [["甲市", 100, 60, 40], ["其中：市本级", 90, 50, 40]], False),
        (
            ["地区", "用途", "分配资金", "第一批", "第二批"],
            [["甲县", "造林", 100, 60, 40], ["乙县", "造林", 9, 5, 4]],
            False,
        ),
    ],
)
def test_columns_are_purposes_where_they_make_the_sum(heading: list[str], lines: list[list[Any]], split: bool) -> None:
    (form,) = recognize(grid_of([["资金分配表（万元）"], heading, *lines]), "表")
    rows = [{key: entry.text for key, entry in row.items()} for row in form.entries.tables["allocations"]]
    assert {row.get("purpose", "") for row in rows} - {""} == ({"造林", "管护"} if split else {"造林"} & {*lines[0]})


def test_a_total_of_columns_that_are_no_money_is_no_allocation() -> None:
    people = [
        ["受益情况表（人）"],
        ["地区", "合计", "男", "女"],
        ["甲县", 10, 6, 4],
        ["乙县", 9, 5, 4],
        ["合计", 19, 11, 8],
    ]
    assert not any(form.entries.tables.get("allocations") for form in recognize(grid_of(people), "表"))


def test_people_in_tens_of_thousands_are_no_count() -> None:
    lines = [["资金分配表（万元）"], ["地区", "分配资金", "受益人口（万人）"], ["甲县", 100, 12.5], ["乙县", 90, 3.2]]
    (form,) = recognize(grid_of(lines), "表")
    assert all("persons" not in row for row in form.entries.tables["allocations"])


def money_rows(form: Recognized, table: str = "funds") -> list[tuple[str, str]]:
    return [(row["name"].text, row["level"].text if "level" in row else "") for row in form.entries.tables[table]]


@pytest.mark.parametrize("numbers", [("一、", "二、"), ("1.", "2."), ("（一）", "（二）"), ("", "")])
def test_what_a_line_of_the_funds_is_split_into_is_added_up_once(numbers: tuple[str, str]) -> None:
    one, two = numbers
    head: list[str | float | None] = ["部门资金（元）", "年初预算数", "全年预算数", "全年执行数"]
    spent: list[list[str | float | None]] = [
        ["资金总额", 90, 100, 95], [f"{one}基本支出", 60, 60, 60], ["　　人员经费", 50, 51, 51], ["　　公用经费", 10, 9, 9], [f"{two}项目支出", 30, 40, 35],
    ]  # fmt: skip
    received: list[list[str | float | None]] = [
        ["资金总额", 90, 100, 95], [f"{one}财政拨款", 60, 60, 60], ["中央资金", 50, 51, 51], ["省级资金", 10, 9, 9],
        [f"{two}单位资金", 30, 40, 35], ["事业收入", 20, 25, 22], ["捐赠收入", 10, 15, 13],
    ]  # fmt: skip
    for rows in (spent, received):
        (form,) = recognize(grid_of([head, *rows, *INDICATOR_ROWS]), "表")
        parts = [name for name, level in money_rows(form) if not level]
        assert parts == [str(name).removeprefix(number) for number, (name, *_) in zip((one, two), (rows[1], rows[4]), strict=True)]


def test_the_departments_whole_budget_is_its_funds_total() -> None:
    rows: list[list[str | float | None]] = [
        ["预算执行情况", "项目", "年初预算", "调整后预算", "实际支出", "执行率"], [None, "部门预算总额（万元）", 90, 100, 96, "96%"],
        [None, "其中：基本支出（万元）", 60, 60, 60, "100%"], [None, "其中：项目支出（万元）", 30, 40, 36, "90%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[f"funds_{key}"].value for key in ("initial", "adjusted", "executed")] == [90, 100, 96]
    assert [name.split("（")[0] for name, _ in money_rows(form)] == ["基本支出", "项目支出"]


def test_headings_said_twice_side_by_side_have_no_second_meaning() -> None:
    rows: list[list[str | float | None]] = [
        ["资金来源", "预算数", "决算数", "支出类型", "预算数", "决算数"],
        ["财政拨款", 90, 85, "基本支出", 60, 60], ["其他资金", 10, 10, "项目支出", 40, 35], ["合计", 100, 95, "合计", 100, 95],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert "initial" not in form.funds_columns
    assert [row["adjusted"].value for row in form.entries.tables["funds"]] == [90, 10]


@pytest.mark.parametrize("sideways", [False, True])
def test_years_of_a_table_are_not_the_years_of_the_form(sideways: bool) -> None:
    goals: list[list[str | float | None]] = [["财年", "目标"], [2023, "甲"], [2024, "乙"], [2025, "丙"]]
    if sideways:
        goals = [list(row) for row in zip(*goals, strict=True)]
    (form,) = recognize(grid_of([["整体支出绩效自评表（2022-2024年）"], ["编制单位：甲局", None, "2023年度"], *goals, *INDICATOR_ROWS]), "表")
    assert (form.entries.fields["year"].text, form.ambiguities) == ("2023", ())


def test_of_the_money_of_several_years_none_is_taken_for_that_of_the_form() -> None:
    rows: list[list[str | float | None]] = [["年度", "年初预算数", "全年预算数", "全年执行数"], [2022, 9, 10, 8], [2023, 19, 20, 18]]
    (form,) = recognize(grid_of([["2023年度绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["year"].text == "2023"
    assert not form.entries.fields.keys() & {"funds_adjusted", "funds_executed"}


def test_tasks_with_what_was_approved_for_each_are_lines_of_money() -> None:
    rows: list[list[str | float | None]] = [
        ["任务名称", "项目级次", "主要内容", "批复金额（万元）", None, "实际支出金额（万元）", "预算执行率", "预算执行偏低原因及改进措施"],
        [None, None, None, "财政总额", "其中：本级"], ["林木管护", "本级", "管护128万亩", 1560, 1560, 1560, "100%"],
        ["森林防火", "本级", "队伍建设", 420, 420, 348.6, "83%", "装备未到货"], ["部门整体支出绩效指标"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form, "budget")] == ["林木管护", "森林防火"]
    assert [(row["adjusted"].value, row["reason"].text) for row in form.entries.tables["budget"]] == [(1560, ""), (420, "装备未到货")]


@pytest.mark.parametrize("label", ["未完成绩效目标或偏离较多的原因、改进措施及其他说明", "绩效指标未完成的原因及下一步打算"])
def test_reasons_for_all_below_the_indicators_are_no_indicator(label: str) -> None:
    rows = [["绩效指标", *row[2:]] if at == 0 else [None, *row[2:]] for at, row in enumerate(INDICATOR_ROWS)]
    (form,) = recognize(grid_of([*rows, [label, "征地滞后，预计次年3月完工。"]]), "表")
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"]
    assert form.entries.fields["problems"].text == "征地滞后，预计次年3月完工。"


def test_where_no_target_was_changed_that_of_the_beginning_counts() -> None:
    rows = [[*row[:3], "调整指标值" if at == 0 else (row[3] if at == 1 else None), *row[4:]] for at, row in enumerate(INDICATOR_ROWS)]
    before = ["年初指标值", "≥8人", "≥95%", "≥90%"]
    (form,) = recognize(grid_of([[*row[:3], old, *row[3:]] for row, old in zip(rows, before, strict=True)]), "表")
    assert taken(form, "target") == ["≥10人", "≥95%", "≥90%"]


def test_the_execution_below_the_indicators_as_a_level_across_keeps_its_score() -> None:
    grid = grid_of([*INDICATOR_ROWS, ["预算执行", None, None, None, None, 10, 9.3], ["总分", None, None, None, None, 100, 97.72]])
    grid.merges.append((5, 1, 5, 3))
    (form,) = recognize(grid, "表")
    assert form.entries.fields["budget_claimed_score"].value == Decimal("9.3")
    assert len(taken(form, "name")) == 3


def allocated(form: Recognized) -> list[tuple[str, ...]]:
    keys = ("region", "purpose", "allocated", "used", "level")
    return [tuple(row[key].text if key in row else "" for key in keys) for row in form.entries.tables["allocations"]]


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("total", [True, False])
def test_regions_down_and_purposes_across_with_both_amounts(total: bool, merged: bool) -> None:
    width = 3 if total else 2
    heads = [head for name in ("低保", "临时救助", "合计")[:width] for head in (name, None)]
    rows: list[list[str | float | None]] = [
        ["地区", *heads], [None, *["分配", "使用"] * width], *([name, *figures[: 2 * width]] for name, *figures in (
            ["甲县", 60, 60, 40, 45, 100, 105], ["乙县", 50, 50, 40, 40, 90, 90], ["合计", 110, 110, 80, 85, 190, 195]))
    ]  # fmt: skip
    grid = grid_of([["救助补助资金绩效自评表（万元）"], *rows, *INDICATOR_ROWS])
    if merged:
        grid.merges += [(2, 1, 3, 1), *((2, at, 2, at + 1) for at in range(2, 2 * width + 2, 2))]
    (form,) = recognize(grid, "表")
    found = allocated(form)
    assert found[:2] == [("甲县", "低保", "60", "60", ""), ("甲县", "临时救助", "40", "45", "")]
    assert (("甲县", "", "100", "105", "合计") in found) == total


@pytest.mark.parametrize("shape", ["purposes", "amounts", "below", "below, merged"])
def test_regions_across_and_what_they_got_and_used(shape: str) -> None:
    amounts: list[list[str | float | None]] = [["分配", 60, 50, 110], ["使用", 60, 45, 105], ["执行率", "100%", "90%", "95%"]]
    of = ["产业", "就业"]
    rows: list[list[str | float | None]] = [["项目", "甲县", "乙区", "合计"], *amounts]
    if shape == "amounts":
        of = [""]
    elif shape == "purposes":
        rows = [["支出方向", *rows[0]], *([None if at else one, *amounts[at]] for one in of for at in (0, 1))]
    else:
        rows = [["资金用途", "甲县", None, "乙区", None, "合计", None, "备注"], [None, *["分配资金", "使用资金"] * 3]]
        rows += [[one, 60, 60, 50, 45, 110, 105] for one in of]
    grid = grid_of([["转移支付绩效自评表（万元）"], *rows, *INDICATOR_ROWS])
    if shape == "below, merged":
        grid.merges += [(2, 1, 3, 1), *((2, at, 2, at + 1) for at in (2, 4, 6)), (2, 8, 3, 8)]
    (form,) = recognize(grid, "表")
    expected = [("甲县", "60", "60", ""), ("乙区", "50", "45", ""), ("合计", "110", "105", "合计")]
    assert allocated(form) == [(name, one, got, used, level) for name, got, used, level in expected for one in of]


def test_money_of_regions_under_headings_that_are_only_guessed() -> None:
    rows: list[list[str | float | None]] = [
        ["地区", "2022年预算资金（万元）", None, None, "执行资金（万元）"], [None, "中央", "省级", "小计"],
        ["甲县", 60, 40, 100, 95], ["乙县", 50, 40, 90, 90], ["全市合计", 110, 80, 190, 185],
    ]  # fmt: skip
    grid = grid_of([["转移支付绩效自评表"], *rows, *INDICATOR_ROWS])
    grid.merges += [(2, 1, 3, 1), (2, 2, 2, 4), (2, 5, 3, 5)]
    (form,) = recognize(grid, "表")
    assert [(name, got) for name, one, got, _, _ in allocated(form) if not one] == [("甲县", "100"), ("乙县", "90"), ("全市合计", "190")]
    assert [(name, used) for name, _, _, used, _ in allocated(form) if used] == [("甲县", "95"), ("乙县", "90"), ("全市合计", "185")]


def test_what_was_left_over_and_this_years_money_together_are_what_a_region_had() -> None:
    rows: list[list[str | float | None]] = [["地区", "上年结转", "本年预算", "资金合计", "全年执行数"], ["甲县", 10, 90, 100, 95], ["乙县", 0, 80, 80, 80]]
    (form,) = recognize(grid_of([["转移支付绩效自评表（万元）"], *rows, *INDICATOR_ROWS]), "表")
    assert [one[2:4] for one in allocated(form)] == [("100", "95"), ("80", "80")]


def test_what_both_natures_of_spending_are_split_into_is_added_up_once() -> None:
    rows: list[list[str | float | None]] = [
        ["支出类型", "年初预算", "全年预算", "全年支出"], ["部门预算合计", 90, 100, 95], ["（一）基本支出", 60, 60, 60], ["1.人员经费", 50, 51, 51],
        ["2.公用经费", 10, 9, 9], ["（二）项目支出", 30, 40, 35], ["1.办案业务费", 20, 25, 22], ["2.业务装备费", 10, 15, 13],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [name for name, level in money_rows(form) if not level] == ["基本支出", "项目支出"]


def test_of_several_years_side_by_side_that_of_the_form_counts() -> None:
    years = ["2022年", None, "2023年", None]
    head = [*INDICATOR_ROWS[0][:3], *years, "分值", "得分"]
    rows = [[*row[:3], "≥1人", "1人", *row[3:7]] for row in INDICATOR_ROWS[1:]]
    grid = grid_of([["2023年度绩效自评表"], head, [None, None, None, *["目标值", "完成值"] * 2], *rows])
    grid.merges += [*((2, at, 3, at) for at in (1, 2, 3, 8, 9)), (2, 4, 2, 5), (2, 6, 2, 7)]
    (form,) = recognize(grid, "表")
    assert (taken(form, "target"), taken(form, "actual")) == (["≥10人", "≥95%", "≥90%"], ["11人", "90%", "92%"])
    assert form.ambiguities == ()


def test_points_of_the_execution_behind_its_score_also_above_tasks() -> None:
    rows: list[list[str | float | None]] = [
        ["任务名称", "预算数（万元）", "执行数（万元）", "执行率", "得分（20分）"], ["保洁", 60, 60, "100%", None], ["绿化", 40, 35, "87.5%", None],
        ["合计", 100, 95, "95%", 19],
    ]  # fmt: skip
    (form,) = recognize(grid_of([["部门整体绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["budget_weight"].value == 20


def test_a_heading_over_the_money_names_its_unit() -> None:
    rows: list[list[str | float | None]] = [["项目资金（亿元）"], ["资金来源", "全年预算", "全年支出"], ["总计", 38.2, 37.4]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["currency_unit"].text == "亿元"


def test_money_that_was_paid_out_to_firms_was_spent() -> None:
    rows: list[list[str | float | None]] = [["政策资金", "预算数（含上年结转）", "实际兑付数", "兑付率"], ["合计", 2600, 2418, "93%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert [form.entries.fields[key].text for key in ("funds_adjusted", "funds_executed", "budget_claimed_rate")] == ["2600", "2418", "93%"]


@pytest.mark.parametrize(
    ("title", "heading", "first", "key"),
    [
        ("资金分配表（万元）", ["用途", "甲县", "乙县", "合计"], "造林", "allocated"),
        ("各地资金支出情况（万元）", ["支出方向", "甲镇", "乙乡", "资金总额"], "造林", "used"),
        ("资金分配表（万元）", ["用途", "甲县", "乙县", "合计"], "其中：造林", None),
        ("受益情况表（人）", ["用途", "甲县", "乙县", "合计"], "造林", None),
        ("资金分配表（万元）", ["用途", "第一批", "第二批", "合计"], "造林", None),
        ("资金分配表（万元）", ["用途", "甲县", "上级下达", "合计"], "造林", None),
    ],
)
def test_regions_have_columns(title: str, heading: list[str], first: str, key: str | None) -> None:
    lines: list[list[str | float | None]] = [[title], [*heading], [first, 60, 40, 100], ["管护", 50, 40, 90], ["合计", 110, 80, 190]]
    rows = [row for form in recognize(grid_of(lines), "表") for row in form.entries.tables.get("allocations", ())]
    found = [(row["region"].text, row["purpose"].text, row[key or ""].text) for row in rows if "level" not in row]
    cells = [(heading[1], (60, 50)), (heading[2], (40, 40))] if key else []
    assert found == [(region, what, str(one)) for region, money in cells for what, one in zip(("造林", "管护"), money, strict=True)]


@pytest.mark.parametrize("step", ["-", "—", "——", " > ", "/", "·", "\n", "："])
@pytest.mark.parametrize("heading", ["绩效指标", "一级指标-二级指标-三级指标"])
def test_levels_before_a_name_in_its_cell(step: str, heading: str) -> None:
    names = [["产出指标（50分）", "数量", "培训-人数"], ["效益指标", "社会效益指标", "覆盖率"], ["满意度指标", "学员满意度"]]
    rows = [[step.join(name), *row[3:]] for name, row in zip(names, INDICATOR_ROWS[1:], strict=True)]
    (form,) = recognize(grid_of([[heading, *INDICATOR_ROWS[0][3:]], *rows]), "表")
    assert [taken(form, key) for key in ("level1", "level2", "name")] == [
        ["产出指标", "效益指标", "满意度指标"], ["数量", "社会效益指标", ""], ["培训-人数", "覆盖率", "学员满意度"],
    ]  # fmt: skip
    assert form.entries.tables["indicators"][0]["level1"].value == 50


@pytest.mark.parametrize("names", [["数量指标-人数", "成本指标-费用", "满意度指标-学员"], ["经济效益/社会效益", "质量/时效", "产出-进度"]])
def test_what_may_be_a_name_stays_one(names: list[str]) -> None:
    rows = [[name, *row[3:]] for name, row in zip(names, INDICATOR_ROWS[1:], strict=True)]
    (form,) = recognize(grid_of([["绩效指标", *INDICATOR_ROWS[0][3:]], *rows]), "表")
    assert taken(form, "name") == names


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        ("注：A（优）90分以上，B（良）80-90分，C（中）60-80分，D（差）60分以下。", "良"),
        ("注：等级分为优秀（A级）、良好（B级）、中等（C级）、较差（D级）。", "良"),
        ("A为优、B为良，依此类推", "良"), ("注：附件A、优先B。", None), ("注：B为良。", None), ("注：A（优），B（优）", None), ("", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shown", ["field", "total"])
def test_a_letter_is_the_grade_that_the_form_says_it_is(words: str, grade: str | None, shown: str) -> None:
    total: list[str | float | None] = ["总分", None, None, None, None, 90, 88.42]
    last: list[list[str | float | None]] = [total, ["自评等级", "B级"]] if shown == "field" else [[*total, "B"]]
    (form,) = recognize(grid_of([*INDICATOR_ROWS, *last, [words or None]]), "表")
    found = form.entries.fields.get("claimed_grade")
    assert (found and found.text) == grade
    assert grade or form.leftovers, "a letter that says nothing is left over"


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ([["年初预算数", 40, 60, 100], ["全年执行数", 30, 60, 90]], ("", "")),
        ([["上年结转", 10, 0, 10], ["本年下达", 30, 60, 90], ["可用资金", 40, 60, 100], ["本年支出", 30, 60, 90], ["年末结余", 10, 0, 10]], ("100", "90")),
        ([["上年结转", 10, 0, 10], ["本年预算", 30, 60, 90], ["本年支出", 30, 60, 90]], ("", "90")),
        ([["上年结转", 0, 0, 0], ["本年预算", 30, 60, 90], ["本年支出", 30, 60, 90]], ("90", "90")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("total", ["合计", "小计"])
def test_what_was_left_over_stands_among_the_rows_of_a_block_on_its_side(
    total: str, rows: list[list[str | float | None]], read: tuple[str, str]
) -> None:
    (form,) = recognize(grid_of([["资金（万元）", "中央补助", "区级资金", total], *rows, *INDICATOR_ROWS]), "表")
    found = tuple(form.entries.fields[key].text if key in form.entries.fields else "" for key in ("funds_adjusted", "funds_executed"))
    assert found == read, "an amount of one source is not that of all, and 本年预算 may be without what was left"


def test_lines_called_as_columns_are_no_sources_of_money() -> None:
    rows: list[list[str | float | None]] = [
        ["资金（万元）", "预算数", "执行数"], ["年初批复", 90, None], ["调整后", 100, 95], ["执行率", None, "95%"],
    ]  # fmt: skip
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert "funds" not in form.entries.tables, "90 and 100 would make a budget of 190"


def test_parts_of_a_line_are_told_where_one_column_of_three_is_wrong() -> None:
    head: list[str | float | None] = ["资金（元）", "年初预算数", "全年预算数", "全年执行数"]
    parts: list[list[str | float | None]] = [["基本支出", 60, 61, 61], ["项目支出", 30, 40, 35], ["其中：办案费", 20, 28, 25], ["　　　装备费", 10, 12, 10]]
    (form,) = recognize(grid_of([head, *parts, ["合计", 90, 101, 69], *INDICATOR_ROWS]), "表")
    assert money_rows(form) == [("基本支出", ""), ("项目支出", ""), ("办案费", "二级项目"), ("装备费", "二级项目")]


def test_points_behind_the_title_of_each_table_are_no_line_of_it() -> None:
    money: list[list[str | float | None]] = [["资金（万元）", None, None, "全年预算数", "全年执行数", "分值", "得分"], ["资金总额", None, None, 100, 95, 10, 9.5]]
    goals = [["履职目标1：公正审判", None, None, None, None, "权重", 90], ["履职目标2：优化服务", None, None, None, None, "权重", 90]]
    (form,) = recognize(grid_of([*money, goals[0], *INDICATOR_ROWS, goals[1], *INDICATOR_ROWS]), "表")
    assert "funds" not in form.entries.tables
    assert taken(form, "name") == ["培训人数", "合格率", "学员满意度"] * 2
    assert [form.entries.fields[key].text for key in ("budget_weight", "budget_claimed_score")] == ["10", "9.5"]


def test_labels_and_figures_in_rows_below_the_indicators_are_one_block() -> None:
    money: list[list[str | float | None]] = [["年初预算（万元）", 90, "调整后预算（万元）", 100], ["全年支出（万元）", 95, "预算执行率", "95%"]]
    (form,) = recognize(grid_of([["项目名称", "甲"], *INDICATOR_ROWS, *money]), "表")
    assert [form.entries.fields[f"funds_{key}"].text for key in ("initial", "adjusted", "executed")] == ["90", "100", "95"]


@pytest.mark.parametrize(("cells", "taken_as"), [(["≥10人", "≥95%", "≥90%"], True), (["完成得50分", "每低1%扣1分", "达到得10分"], False)])
def test_a_standard_is_the_target_where_its_cells_are(cells: list[str], taken_as: bool) -> None:
    form = under("评价标准", 3, [INDICATOR_ROWS[0], *([*row[:3], cell, *row[4:]] for row, cell in zip(INDICATOR_ROWS[1:], cells, strict=True))])
    assert ("target" in form.columns) == taken_as
    assert len(form.ambiguities) == taken_as, "told where it is taken, and nothing said of how points are given"


@pytest.mark.parametrize(("standard", "moved"), [("≥95%", False), ("达到90%以上", False), ("100%", True), ("按比例得分", True)])
def test_a_rate_that_is_enough_for_all_points_is_no_share_of_them(standard: str, moved: bool) -> None:
    row: list[str | float | None] = ["预算执行", None, "预算执行率", standard, "96%", 10, 10]
    (form,) = recognize(grid_of([[*INDICATOR_ROWS[0][:3], "评分细则", *INDICATOR_ROWS[0][4:]], row, *INDICATOR_ROWS[1:]]), "表")
    assert ("budget_claimed_score" in form.entries.fields) == moved


def test_second_levels_in_a_column_below_rows_of_first_ones() -> None:
    rows = [["绩效指标", "指标名称", *INDICATOR_ROWS[0][3:]]]
    for first, row in zip(("产出指标（50分）", None, "满意度指标（10分）"), INDICATOR_ROWS[1:], strict=True):
        rows += [*([[first]] if first else []), row[1:]]
    (form,) = recognize(grid_of([*rows[:-1], ["服务对象满意度指标", *rows[-1][1:]]]), "表")
    assert taken(form, "level1") == ["产出指标", "产出指标", "满意度指标"]
    assert taken(form, "level2") == ["数量指标", "质量指标", "服务对象满意度指标"]


def test_a_year_has_digits() -> None:
    rows: list[list[str | float | None]] = [["转移支付绩效自评表"], ["（2023年度）"], ["资金情况", "年度", "中央", "来源不明"], ["甲", "预算", 90, 60]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["year"].text == "2023"


def test_a_list_above_the_sources_of_its_money_is_no_part_of_them() -> None:
    listed: list[list[str | float | None]] = [["子项目名称", "下达资金（万元）", "支付资金（万元）", "支付率"], ["治河", 60, 60, "100%"], ["修坝", 40, 35, "87.5%"], ["合计", 100, 95, "95%"]]
    money: list[list[str | float | None]] = [["资金来源", "预算数", "执行数", "执行率"], ["中央资金", 70, 70, "100%"], ["地方资金", 30, 25, "83.33%"], ["合计", 100, 95, "95%"]]
    (form,) = recognize(grid_of([*listed, *money, *INDICATOR_ROWS]), "表")
    assert money_rows(form) == [("中央资金", ""), ("地方资金", "")]
    assert money_rows(form, "budget") == [("治河", "一级项目"), ("修坝", "一级项目"), ("合计", "合计")]


@pytest.mark.parametrize(
    ("scores", "value"), [((6.67, 6.67, 6.67), "20"), ((6, 6, 6), "18"), ((20, None, None), "20"), ((None, 20, None), ""), ((15, 10, None), "15")]
)
def test_scores_of_one_weight_come_to_no_more_than_it(scores: tuple[float | None, ...], value: str) -> None:
    rows = [[*(["产出指标", "数量指标"] if not at else [None] * 2), f"培训{at}", "≥2场", "2场", None if at else 20, score] for at, score in enumerate(scores)]
    grid = grid_of([INDICATOR_ROWS[0], *rows])
    grid.merges.append((2, 6, 4, 6))
    (form,) = recognize(grid, "表")
    first = form.entries.tables["indicators"][0]
    assert str(first["claimed_score"].value or "") == value


def test_the_budget_of_the_beginning_is_the_one_although_the_cost_fits_the_rate() -> None:
    rows: list[list[str | float | None]] = [["项目总投资", 100, "年初批复预算", 80, "实际支出", 95, "执行率", "95%"]]
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert form.entries.fields["funds_initial"].value == 80
    assert "funds_adjusted" not in form.entries.fields


def test_a_task_without_money_ends_no_list_of_them() -> None:
    rows: list[list[str | float | None]] = [["任务名称", "全年预算数", "全年执行数"], ["林木管护", 1560, 1560], ["森林防火"], ["病虫防治", 420, 400]]
    (form,) = recognize(grid_of([["部门整体支出绩效自评表"], *rows, *INDICATOR_ROWS]), "表")
    assert [name for name, _ in money_rows(form, "budget")] == ["林木管护", "森林防火", "病虫防治"]


def test_levels_before_no_name_are_the_name() -> None:
    rows = [["产出指标-数量指标", *row[3:]] for row in INDICATOR_ROWS[1:2]]
    rows += [["产出指标-质量指标-合格率", *row[3:]] for row in INDICATOR_ROWS[2:3]]
    (form,) = recognize(grid_of([["绩效指标", *INDICATOR_ROWS[0][3:]], *rows]), "表")
    assert taken(form, "name") == ["产出指标-数量指标", "合格率"]


@pytest.mark.parametrize(
    "rows",
    [
        [["地区", "低保", None, "特困"], [None, "分配", "使用", "分配", "使用", "使用"], ["甲县", 60, 60, 40, 30, 10], ["乙县", 50, 50, 40, 40, 0]],
        [["低保", None, "地区", "特困"], ["分配", "使用", None, "分配", "使用"], [60, 60, "甲县", 40, 30], [50, 50, "乙县", 40, 40]],
    ],
    ids=["使用 twice", "regions between"],
)
def test_purposes_of_another_order_are_left_over(rows: list[list[str | float | None]]) -> None:
    (form,) = recognize(grid_of([*rows, *INDICATOR_ROWS]), "表")
    assert "allocations" not in form.entries.tables
    assert {(3, column) for column, value in enumerate(rows[2], 1) if value} <= set(form.leftovers)


def test_regions_along_the_top_end_at_a_blank_row() -> None:
    rows: list[list[str | float | None]] = [["资金分配表（万元）"], ["用途", "甲县", "乙县"], ["造林", 60, 40], [], ["管护", 50, 40]]
    (form,) = recognize(grid_of(rows), "表")
    assert [one[:3] for one in allocated(form)] == [("甲县", "造林", "60"), ("乙县", "造林", "40")]


def test_a_score_written_as_a_part_changes_no_weight_of_a_column() -> None:
    rows = [INDICATOR_ROWS[0], [*INDICATOR_ROWS[1][:6], "9/10", None]]
    (form,) = recognize(grid_of(rows), "表")
    assert (taken(form, "weight"), taken(form, "claimed_score")) == (["50"], ["9/10"])
