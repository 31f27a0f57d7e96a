"""A rule set of one's own reaches the workbook: its weight of the execution, its numbers, its empty forms."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import yaml
from engines import differing, embedded, stored

from selfeval_xl.cli import main
from selfeval_xl.errors import TargetError
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms import template_file
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import Assessment, Finding
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.rules import RuleSet, load
from selfeval_xl.score import score
from selfeval_xl.workbook.edits import Value
from selfeval_xl.workbook.writing.patch import Patch

D = Decimal
WEIGHT = ("自评表", "I6")
LEVELS = {"产出指标": 40, "效益指标": 30, "满意度指标": 10}


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    """Execution 20, 产出 40, 效益 30, 满意度 10; 良 from 85 on."""
    grades = "".join(
        f'[[grades]]\nname = "{name}"\nat_least = {least}\n' for name, least in (("优", 90), ("良", 85), ("中", 60), ("差", 0))
    )
    levels = "".join(f'"{level}" = {points}\n' for level, points in LEVELS.items())
    path = tmp_path / "二十分.toml"
    path.write_text(f'extends = "mof-2020"\nexecution_weight = 20\n[level_weights]\n{levels}{grades}', encoding="utf-8")
    return load(path)


def filled(folder: Path, rules: RuleSet | None = None, levels: dict[str, int] = LEVELS, **fields: object) -> Path:
    seconds = {"产出指标": "数量指标", "效益指标": "社会效益指标", "满意度指标": "服务对象满意度指标"}
    data = {
        "form": "project",
        "fields": {"year": 2024, "unit": "某市图书馆", "project": "购书经费", **fields},
        "tables": {
            "funds": [{"name": "当年财政拨款", "initial": 40, "adjusted": 40, "executed": 39}],
            "indicators": [
                {"level1": level, "level2": seconds[level], "name": f"{level}甲", "target": "≥10 个", "actual": "11 个", "weight": points}
                for level, points in levels.items()
            ],
        },
    }
    (folder / "数据.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    path = folder / "自评表.xlsx"
    fill(folder / "数据.yaml", path, rules=rules)
    return path


def weight(path: Path) -> Decimal | None:
    return Workbook(path).entry(WEIGHT[0], 6, 9).value


def typed(path: Path, sheet: str, cell: str, value: object) -> None:
    patch = Patch(Workbook(path).package)
    patch.set(sheet, cell, Value(value))  # type: ignore[arg-type]
    path.write_bytes(patch.to_bytes())


def found(assessments: tuple[Assessment, ...], *prefixes: str) -> list[Finding]:
    return [one for assessment in assessments for one in assessment.findings if one.id.startswith(prefixes)]


def test_fill_writes_the_weight_where_the_data_give_none(tmp_path: Path, rules: RuleSet) -> None:
    path = filled(tmp_path, rules)
    assert weight(path) == 20
    (assessment,) = examine(path, rules)
    assert assessment.budget.score == D("19.5") and found((assessment,), "weights", "template") == []
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    assert weight(filled(tmp_path, rules, budget_weight=15)) == 15
    assert weight(filled(tmp_path, rules, budget_weight=10)) == 10, "the data say so"


def test_score_writes_it_over_a_default_only(tmp_path: Path, rules: RuleSet) -> None:
    path = filled(tmp_path)
    assert weight(path) == 10
    (assessment,) = score(path, rules=rules)
    assert weight(path) == 20 and assessment.total.score == D("99.5")
    assert found((assessment,), "weights", "template") == []
    typed(path, *WEIGHT, 10)
    score(path, rules=rules)
    assert weight(path) == 10, "typed after the rules were taken over"
    other = filled(tmp_path, budget_weight=12)
    score(other, rules=rules)
    assert weight(other) == 12


def test_the_default_of_the_former_rules_gives_way_too(tmp_path: Path) -> None:
    path = filled(tmp_path)
    score(path, rules=load("bands-80-50"))
    assert weight(path) == 20
    score(path, rules=load("mof-2020"))
    assert weight(path) == 10


def test_import_gives_the_weight_where_the_old_workbook_had_a_default(tmp_path: Path, rules: RuleSet) -> None:
    old, new = filled(tmp_path), tmp_path / "新.xlsx"
    imported = import_workbook(old, new, rules=rules)
    assert weight(new) == 20 and found((imported.assessment,), "weights", "template") == []
    import_workbook(filled(tmp_path, budget_weight=12), new, rules=rules)
    assert weight(new) == 12
    import_workbook(old, new)
    assert weight(new) == 12


def test_a_weight_that_is_not_that_of_the_rules_asked_for_is_found(tmp_path: Path, rules: RuleSet) -> None:
    path = filled(tmp_path, levels={"产出指标": 50, "效益指标": 30, "满意度指标": 10})
    assert found(examine(path), "weights") == []
    (finding,) = found(examine(path, rules), "weights")
    assert finding.id == "weights.level" and finding.cells == ("I6", "I13")
    assert "预算执行率是 10 分（规则 20 分）" in finding.message and "产出指标是 50 分（规则 40 分）" in finding.message


def test_rules_nobody_has_named_do_not_judge_another_scheme(tmp_path: Path) -> None:
    assert found(examine(filled(tmp_path, budget_weight=20)), "weights") == []


def test_the_words_of_the_rules_are_shown_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "\n".join(f'local{n} = "我市另有规定：{"各单位对自评结果负责，" * 9}"' for n in range(2))
    (tmp_path / "长.toml").write_text(f'extends = "mof-2020"\n[plain]\n{words}\n', encoding="utf-8")
    heights = {}
    for rules in ("mof-2020", "department-guangdong", str(tmp_path / "长.toml")):
        path = tmp_path / "空表.xlsx"
        path.unlink(missing_ok=True)
        assert main(["new", "department", "-o", str(path), "--rules", rules]) == 0
        rows = openpyxl.load_workbook(path)["填报说明"].row_dimensions
        heights[rules] = rows[20].height, rows[21].height
    usual, named, long = heights.values()
    assert usual[0] < 21
    assert named[0] >= 32, "a name of two lines"
    assert long[1] >= usual[1] + 2 * 28


def test_an_empty_form_with_rules_of_ones_own(tmp_path: Path, rules: RuleSet, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "二十分.toml")
    for suffix in (".xlsx", ".xlsm"):
        path = tmp_path / f"空表{suffix}"
        for _ in range(2):  # the same empty form may be written again
            assert main(["new", "project", "-o", str(path), "--rules", file]) == 0
        made, template = Workbook(path), Workbook(template_file("project", suffix), "模板")
        texts = [cell.text for cell in made.grids["填报说明"].cells.values()]
        assert weight(path) == 20 and "二十分" in texts and any("预算执行率 20 分" in text for text in texts)
        assert differing(stored(made), embedded(path)) == {}
        (assessment,) = examine(path, rules)
        assert [one.id for one in assessment.findings] == ["table.empty"]
        ours = {one for name, grid in made.grids.items() for one in _said(name, grid)}
        theirs = {one for name, grid in template.grids.items() for one in _said(name, grid)}
        assert len(ours - theirs) == 7, "rules, title, words, 良, the weight, twice shown on 汇总"
    typed(tmp_path / "空表.xlsx", "自评表", "C3", "我们的项目")
    with pytest.raises(TargetError):
        from selfeval_xl.forms import new

        new("project", tmp_path / "空表.xlsx")


def _said(name: str, grid) -> set[tuple[str, int, int, str, str | None]]:  # type: ignore[no-untyped-def]
    return {(name, *at, cell.text, cell.formula) for at, cell in grid.cells.items()}


# --- the numbers of the rules in the workbook ---


def test_numbers_that_somebody_changed_are_found_and_put_back(tmp_path: Path) -> None:
    path = filled(tmp_path, budget_weight=20)
    assert found(examine(path), "template") == []
    typed(path, "填报说明", "B27", 60)
    typed(path, "填报说明", "B24", "九成")
    (finding,) = found(examine(path), "template")
    assert (finding.id, finding.severity, finding.cells) == ("template.parameters", "warning", ("B24", "B27"))
    assert "优的起点分是 60（规则 90）" in finding.message and "执行率下限是 九成（规则 90%）" in finding.message
    assert found(score(path), "template") == [finding], "what was put back is said"
    assert found(examine(path), "template") == []


def test_rules_that_a_user_has_chosen_bring_their_numbers_without_a_word(tmp_path: Path) -> None:
    path = filled(tmp_path)
    spot = ours_in(Workbook(path)).layout.fields["rules"]  # type: ignore[union-attr]
    typed(path, spot.sheet, spot.place.cell, "bands-80-50")
    assert [one.id for one in found(examine(path), "template")] == ["template.parameters"]
    assert found(score(path), "template") == []
    assert found(examine(path), "template") == []


def test_other_rules_are_said_once_and_only_where_their_numbers_differ(tmp_path: Path, rules: RuleSet) -> None:
    path = filled(tmp_path)
    (finding,) = found(examine(path, rules), "template")
    assert (finding.id, finding.severity, finding.cells) == ("template.rules", "info", ("B28",))
    assert "良的起点分是 80（规则 85）" in finding.message
    assert found(examine(path, load("mof-2021-cost")), "template") == []
    score(path, rules=rules)
    assert found(examine(path, rules), "template") == []
    assert found(score(path, rules=rules), "template") == []


def test_an_empty_form_may_be_looked_at_under_any_rules(tmp_path: Path, rules: RuleSet) -> None:
    path = tmp_path / "空.xlsx"
    path.write_bytes(template_file("project"))
    assert [one.id for one in found(examine(path, rules), "")] == ["table.empty"]


# --- what the formulas say before anybody recalculates ---


def live(path: Path) -> dict[str, object]:
    """What the sheet shows by its formulas alone: total, grade, progress."""
    values = {str(place): value for place, value in embedded(path).items()}
    return {key: values[f"自评表!{cell}"] for key, cell in (("total", "K28"), ("grade", "K29"), ("progress", "L28"))}


def test_words_for_a_weight_leave_the_total_open(tmp_path: Path) -> None:
    path = filled(tmp_path, budget_weight=20)
    assert live(path)["progress"] == "全部指标已评定"
    typed(path, "自评表", "I13", "40分")
    assert live(path) == {"total": None, "grade": None, "progress": "有指标的分值或自评得分未填或不对，总分未定"}
    score(path)
    assert {one.id for one in found(examine(path), "")} == {"table.not_number"}, "one cause, one finding"
    assert differing(stored(Workbook(path)), embedded(path)) == {}


def test_a_score_out_of_its_band_is_not_nobody_waiting(tmp_path: Path) -> None:
    path = filled(tmp_path, budget_weight=20)
    for cell, value in (("D14", "定性"), ("E14", "有效提升"), ("G14", "竞赛获奖"), ("H14", "部分达成"), ("J14", 30)):
        typed(path, "自评表", cell, value)
    assert live(path)["progress"] == "有指标的分值或自评得分未填或不对，总分未定"
    score(path)
    assert differing(stored(Workbook(path)), embedded(path)) == {}


def test_an_execution_without_figures_is_named(tmp_path: Path) -> None:
    path = filled(tmp_path, budget_weight=20)
    typed(path, "自评表", "F7", None)
    assert live(path)["progress"] == "预算执行率没有得分，总分未定"
    score(path)
    assert differing(stored(Workbook(path)), embedded(path)) == {}


@pytest.mark.parametrize(("op", "target", "actual", "waits"), [("≥", 90, "0.92", True), ("≤", 5, "0.8", False), ("≥", 90, "92", False)])
def test_a_percentage_typed_with_its_sign_waits_for_the_reading(
    tmp_path: Path, op: str, target: int, actual: str, waits: bool
) -> None:
    path = filled(tmp_path, budget_weight=20)
    for cell, value in (("D13", op), ("E13", target), ("F13", "%"), ("G13", D(actual))):
        typed(path, "自评表", cell, value)
    assert live(path)["progress"] == ("尚有 1 项待评定，总分未定" if waits else "全部指标已评定")
    score(path)
    assert differing(stored(Workbook(path)), embedded(path)) == {}


def test_libreoffice_says_the_same(tmp_path: Path, soffice_convert) -> None:  # type: ignore[no-untyped-def]
    cases: list[tuple[tuple[tuple[str, object], ...], str]] = [
        ((), "全部指标已评定"),
        ((("I13", "40分"),), "有指标的分值或自评得分未填或不对，总分未定"),
        ((("I13", None),), "有指标的分值或自评得分未填或不对，总分未定"),
        ((("E13", 90), ("F13", "%"), ("G13", D("0.92"))), "尚有 1 项待评定，总分未定"),
        ((("F7", None),), "预算执行率没有得分，总分未定"),
    ]
    paths = []
    for number, (cells, _) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths.append(filled(folder, budget_weight=20))
        for cell, value in cells:
            typed(paths[-1], "自评表", cell, value)
    shown = [Workbook(path).entry("自评表", 28, 12).text for path in soffice_convert(paths, "xlsx")]
    assert shown == [progress for _, progress in cases]
