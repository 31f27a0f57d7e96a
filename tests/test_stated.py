"""Figures stated in words beside a form's tables: taken only where they can be meant of nothing but this form."""

from __future__ import annotations

import pytest
from build import SHEET, form

from selfeval_xl.assess import assess
from selfeval_xl.checks.words import said
from selfeval_xl.model import EMPTY, Entry, Evaluation, Header, Place, Subtotal
from selfeval_xl.rules import load

CELL = Place(SHEET, "B40")
HEADER = Header(Entry("2024"), Entry("某市图书馆"), EMPTY, Entry("图书购置专项"))


def stated(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text + one.unit) for one in said(Entry(text, None, CELL), form(header=HEADER))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("自评结论：本项目全年预算200万元，全年执行数198万元，执行率97.5%，自评得分98.75分，自评等级为良。",
         [("adjusted", "200万元"), ("executed", "198万元"), ("rate", "97.5%"), ("total", "98.75分"), ("grade", "良")]),
        ("图书购置专项2024年全年预算数2,000,000.00元，执行数1,950,000元。", [("adjusted", "2000000.00元"), ("executed", "1950000元")]),
        ("经综合评价，本项目自评总得分为98.75分，评价等级为“优秀”。", [("total", "98.75分"), ("grade", "优秀")]),
        ("上年自评得分95分，等级为优；本年自评得分98.75分。", [("total", "98.75分")]),
        ("截至2024年12月31日，全年执行数１９５万元", [("executed", "195万元")]),
        ("全年执行数198万元（其中财政拨款100万元），执行率97.5%", [("executed", "198万元"), ("rate", "97.5%")]),
    ],
)  # fmt: skip
def test_what_words_state_of_the_form(text: str, found: list[tuple[str, str]]) -> None:
    assert stated(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "2.预算执行率10分、产出指标50分、效益指标30分。",
        "自评得分90分（含）以上为优，80（含）-90分为良。",
        "自评等级：90分以上为优，80至90分为良。",
        "评价等级分为优、良、中、差四个等级。",
        "2023年全年执行数180万元，2024年全年执行数195万元。",
        "其中：馆藏建设全年预算数50万元，执行数40万元，执行率80%。",
        "馆舍维修项目全年预算数50万元。执行数40万元，执行率80%。",
        "财政资金执行数190万元，执行率95%。",
        "中央资金全年执行数100万元；地方资金全年执行数95万元。",
        "全年执行数约200万元，自评得分98分左右。",
        "本次共对3个项目开展自评，平均得分95分，自评得分最高98分。",
        "甲项目自评得分95分，乙项目自评得分96分。",
        "自评得分95分，自评得分96分。",
        "单位自评得分98.75分，财政部门复核得分95分。",
        "满意度指标自评得分9.5分，产出指标总得分50分。",
        "预算执行率达到95%以上得满分。",
        "截至6月底，全年执行数100万元，预算执行率50%。",
        "例如：全年预算数100万元，执行数90万元，执行率90%。",
    ],
)  # fmt: skip
def test_what_may_be_said_of_something_else(text: str) -> None:
    assert stated(text) == []


def ids(evaluation: Evaluation) -> list[tuple[str, tuple[str, ...]]]:
    found = assess(evaluation, load("mof-2020")).findings
    return [(one.id, one.cells) for one in found if one.severity != "info"]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("本项目全年预算数100万元，执行数95万元，预算执行率95%，自评得分98.67分，等级为优。", None),
        ("全年执行数950000元，自评得分98.7分，预算执行率95.0%。", None),
        ("全年执行数97万元，执行率97%。", "tieout.mismatch"),
        ("自评得分96分。", "tieout.mismatch"),
        ("预算执行率95%，自评得分9.5分。", None),
        ("预算执行率98%。", "tieout.mismatch"),
        ("自评等级为良。", "score.grade"),
        ("共设置绩效指标9个，完成5个。", "table.count"),
        ("指标个数：9个", "table.count"),
        ("二级指标共8个，未完成指标共1个。", None),
    ],
)  # fmt: skip
def test_words_against_the_tables(text: str, id: str | None) -> None:
    assert ids(form()) == []
    assert ids(form(texts=(Entry(text, None, CELL),))) == ([(id, ("B40",))] if id else [])


@pytest.mark.parametrize(("claimed", "right"), [("50", True), ("49", False)])
def test_a_subtotal_against_its_rows(claimed: str, right: bool) -> None:
    one = form()
    rows = [row for row in one.indicators if row.level1.text == "产出指标"]
    points = sum(int(row.weight.text) for row in rows)
    at = Place(SHEET, "F99")
    weight = Entry(str(points - 50 + int(claimed)), None, at)
    subtotal = Subtotal(max(row.row for row in rows) + 1, Entry("小计", None, at), Entry("产出指标"), EMPTY, weight, EMPTY)
    assert ids(form(subtotals=(subtotal,))) == ([] if right else [("weights.total", ("F99",))])
