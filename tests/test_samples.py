"""The four published reports: what the issue of this project says that must come out of them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from checking import found

from selfeval_xl.demo import samples
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.model import Assessment


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assessment]:
    """Each sample filled, and its workbook read back and checked."""
    folder = tmp_path_factory.mktemp("samples")
    result = {}
    for data in samples():
        path = folder / f"{data.stem}.xlsx"
        filled = fill(data, path)
        (result[data.stem],) = examine(path)
        assert result[data.stem].findings == filled.findings, "filling and reading back must see the same"
        assert result[data.stem].total == filled.total
    return result


def test_project_2024(checked: dict[str, Assessment]) -> None:
    one = checked["project-2024-jiangmen-union"]
    assert one.budget.rate is not None
    assert round(one.budget.rate, 4) == Decimal("0.8685")
    assert one.budget.score == Decimal("8.68")
    (finding,) = found(one, "score.unattainable")
    assert (finding.severity, finding.provided, finding.expected, finding.difference) == ("error", "100", "98.68", "1.32")
    assert found(one, "tieout.mismatch") == []
    assert not found(one, "budget.rate") and not found(one, "budget.total") and not found(one, "budget.adjustment")


def test_department_2022(checked: dict[str, Assessment]) -> None:
    one = checked["department-2022-huangpu-union"]
    assert one.budget.rate is not None
    assert round(one.budget.rate, 4) == Decimal("0.9825")
    assert one.budget.score == Decimal("9.83")
    pairs = zip(one.evaluation.indicators, one.indicators, strict=True)
    missed = [indicator.name.text for indicator, score in pairs if score.status == "missed"]
    assert missed == ["劳模慰问金发放数量", "劳模疗养参加数量"]
    low = found(one, "target.too_low")
    assert len(low) == 2
    assert all(figure in low[0].message for figure in ("245", "80"))
    assert all(figure in low[1].message for figure in ("605", "100", "430,426", "10,000"))
    (slip,) = found(one, "tieout.mismatch")
    assert slip.difference == "-24.74"


def test_transfer_2023(checked: dict[str, Assessment]) -> None:
    one = checked["transfer-2023-jiangmen-union"]
    assert [finding for finding in one.findings if finding.severity == "error"] == []
    lines = one.evaluation.allocations
    regions = {line.region.text for line in lines}
    assert len(regions) == 8
    for region in regions:
        allocated = sum(line.allocated.value or 0 for line in lines if line.region.text == region)
        assert allocated == sum(line.used.value or 0 for line in lines if line.region.text == region) > 0, region
    assert sum((line.households.value or 0) + (line.persons.value or 0) for line in lines) == 192
    assert sum(line.used.value or 0 for line in lines) == 100


def test_department_2024(checked: dict[str, Assessment]) -> None:
    one = checked["department-2024-jiangmen-union"]
    assert len(one.evaluation.indicators) == 19
    slips = {(finding.provided, finding.expected) for finding in found(one, "tieout.mismatch")}
    assert {("372.81", "372.51"), ("0.63", "0.64"), ("9", "7"), ("4", "5")} <= slips
    assert len(slips) == 9
    assert [finding.cells for finding in found(one, "actual.missing")] == [("G26",)]
    assert len(found(one, "actual.inequality")) == 1
    assert len(one.evaluation.rectifications) == 3
    assert len(one.evaluation.management) == 6


@pytest.mark.parametrize(
    ("sample", "least"),
    [
        ("department-2024-jiangmen-union", 60),
        ("project-2024-jiangmen-union", 25),
        ("department-2022-huangpu-union", 20),
        ("transfer-2023-jiangmen-union", 15),
    ],
)
def test_the_reports_own_statements_are_tied_out(checked: dict[str, Assessment], sample: str, least: int) -> None:
    statements = checked[sample].evaluation.statements
    assert len(statements) >= least
    assert all(one.expected.formula and one.expected.value is not None for one in statements)


@pytest.mark.parametrize("sample", ["project-2024-jiangmen-union", "department-2024-jiangmen-union"])
def test_weights_that_a_report_does_not_print_are_marked_as_proposed(checked: dict[str, Assessment], sample: str) -> None:
    one = checked[sample]
    assert one.evaluation.weights_proposed
    weights = [indicator.weight.value for indicator in one.evaluation.indicators]
    assert sum(weight for weight in weights if weight is not None) == 90


def test_no_private_person_stands_in_the_samples() -> None:
    for data in samples():
        text = data.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8}|\d{17}[\dXx])(?!\d)", text)
        assert not re.search("联系人|联系电话|填报人|负责人|经办人|同志|先生|女士", text)
