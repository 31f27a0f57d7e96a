"""``check --explain``: every filled cell of a form is accounted for, in the terminal and in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import form_corpus
import pytest
from form_corpus import built
from sampled import sample

from selfeval_xl.cli import main
from selfeval_xl.explain import explain
from selfeval_xl.fill import fill
from selfeval_xl.model import Place
from selfeval_xl.read import opened
from selfeval_xl.report import explained
from selfeval_xl.report.layout import Layout
from selfeval_xl.workbook.references import cell_name


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ours") / "转移支付.xlsx"
    fill(sample("transfer"), path)
    return path


@pytest.mark.parametrize("case", form_corpus.cases(), ids=lambda path: path.stem)
def test_every_filled_cell_is_accounted_for_once_by_a_chinese_name(case: Path, tmp_path: Path) -> None:
    workbook = opened(form_corpus.load(case).build(tmp_path / "a.xlsx"))
    explanations = explain(workbook)
    taken = [one for form in explanations for one in form.taken]
    assert [one.key for one in taken if explained.title(one.key) == one.key] == []
    places: set[Place] = set()
    for form in explanations:  # two may share a heading
        own = [one.place for one in form.taken] + [place for place, _ in form.unused]
        assert len(own) == len(set(own))
        places.update(own)
    sheets = {place.sheet for place in places}
    filled = {
        (name, cell_name(*at))
        for name, grid in workbook.grids.items()
        if name in sheets
        for at, cell in grid.cells.items()
        if cell.text.strip()
    }
    accounted = {(place.sheet, place.cell) for place in places}
    if len(explanations) < 2:
        assert filled <= accounted
    else:  # what stands above or between two forms belongs to none
        assert len(filled & accounted) > len(filled) / 2


def test_taken_unused_and_why(tmp_path: Path) -> None:
    [found] = explain(opened(built("tasks-table", tmp_path)))
    keys = {one.place.cell: one.key for one in found.taken}
    assert keys["C3"] == "unit" and keys["F12"] == "indicators.target" and keys["A1"] == "title" and not found.by_names
    assert ("C6", "承担重点课题") in {(place.cell, words) for place, words in found.unused}


def test_two_readings_are_both_said(tmp_path: Path) -> None:
    found = explain(opened(built("rate-bare-one", tmp_path)))
    [doubt] = [one for form in found for one in form.ambiguities]
    shown = "".join(explained.text(one, Layout()) for one in found)
    assert all(reading in shown for reading in doubt.readings) and "或" in shown


def test_the_report_has_it_only_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(built("tasks-table", tmp_path))
    main(["check", path])
    plain = capsys.readouterr().out
    main(["check", path, "--explain"])
    shown = capsys.readouterr().out
    assert "识别说明" not in plain and shown.startswith(plain.rstrip("\n"))
    assert "实施单位：C3“某某研究院”" in shown and "整体自评!C6“承担重点课题”" in shown
    assert "指标值 F12“≥12项”" in shown


def test_json_has_one_more_key_only_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(built("rate-bare-one", tmp_path))
    main(["check", path, "--json"])
    plain = json.loads(capsys.readouterr().out)
    main(["check", path, "--json", "--explain"])
    shown = json.loads(capsys.readouterr().out)
    assert len(plain) == len(shown) == 2
    for without, with_it in zip(plain, shown, strict=True):
        explanation = with_it.pop("explain")
        assert without == with_it and set(explanation) == {"used", "unused", "ambiguous"}
        assert {"sheet", "cell", "text", "as"} == set(explanation["used"][0])


def test_a_workbook_of_ours_is_read_by_its_names(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [found] = explain(opened(ours))
    keys = {one.key for one in found.taken}
    assert found.by_names and found.unused == ()
    assert {"year", "project", "funds.adjusted", "allocations.allocated"} <= keys
    main(["check", str(ours), "--explain"])
    shown = capsys.readouterr().out
    assert "按定义名称读取" in shown and "资金分配第 " in shown


def test_every_key_of_ours_has_a_chinese_name(ours: Path) -> None:
    [found] = explain(opened(ours))
    assert [one.key for one in found.taken if explained.title(one.key) == one.key] == []
