"""Workbooks of another version of a form than the program's: what they have else is told once, and stays theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from zipped import parts, rewritten

from selfeval_xl.evaluation import year_of
from selfeval_xl.examine import examine
from selfeval_xl.forms import template_file
from selfeval_xl.forms.layout import PREFIX
from selfeval_xl.forms.outline import Outline, outline
from selfeval_xl.importing import import_workbook
from selfeval_xl.model import Finding
from selfeval_xl.read import Workbook, ours, ours_in, words
from selfeval_xl.score import score
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.writing.patch import Patch

GUIDE, FORM = "填报说明", "自评表"
Cells = dict[tuple[str, str], Value | Formula]
VERSION = {(GUIDE, "F2"): Value("0.9.0")}
HEAD = '="模板 从前的名称（"&$F$1&"）　版本 "&$F$2&"　更新 2025-01"'


@pytest.fixture
def copy(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the project form with other contents in some cells, and without these names."""

    def copy(cells: Cells, *without: str) -> Path:
        patch = Patch(Workbook(template_file("project")).package)
        for (sheet, cell), content in {(FORM, "C3"): Value("培训"), **cells}.items():
            patch.set(sheet, cell, content)
        path = tmp_path / "旧表.xlsx"
        data = patch.to_bytes()
        names = parts(data)["xl/workbook.xml"]
        for key in without:
            names = re.sub(rf'<definedName name="{PREFIX}{key}"[^>]*>[^<]*</definedName>'.encode(), b"", names)
        path.write_bytes(rewritten(data, {"xl/workbook.xml": names}))
        return path

    return copy


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form whose owner added 改进措施 and the column 备注 of the money."""

    def with_additions(form: str) -> Outline:
        return outline(form)._replace(added=frozenset({"measures", "budget.reason"}))

    monkeypatch.setattr(ours, "outline", with_additions)


def told(path: Path) -> list[Finding]:
    (assessment,) = examine(path)
    return [finding for finding in assessment.findings if finding.id.startswith("template.")]


def test_what_a_form_says_of_itself_is_no_tampering(copy: Callable[..., Path]) -> None:
    assert told(copy({(GUIDE, "A2"): Formula(HEAD)})) == []
    (finding,) = told(copy({(GUIDE, "A2"): Formula(HEAD.replace("版本 ", "版本 9"))}))
    assert finding.id == "template.formula", "the words between the form's own stay what they are"


def test_another_versions_formulas_are_told_with_its_version(copy: Callable[..., Path]) -> None:
    (old,) = told(copy({**VERSION, (GUIDE, "A2"): Formula(HEAD)}))
    assert old.id == "template.old" and "公式" not in old.message
    cells = {**VERSION, (FORM, "K6"): Formula("=1+1", 2), (FORM, "L6"): Formula("=2+2", 4)}
    (old,) = told(copy(cells))
    assert old.id == "template.old"
    assert f"{FORM} K6、{FORM} L6的公式与本工具的版本不同" in old.message.replace("L6 ", "L6")
    assert [one.id for one in told(copy({**cells, (GUIDE, "F2"): Value("1.0.0")}))] == ["template.formula"]
    (newer,) = told(copy({**cells, (GUIDE, "F2"): Value("7.0.0")}))
    assert newer.id == "template.newer" and "公式" in newer.message


def test_a_value_over_a_formula_is_told_in_every_version(copy: Callable[..., Path]) -> None:
    old, formula = told(copy({**VERSION, (FORM, "K6"): Value(9)}))
    assert (old.id, formula.id, formula.cells) == ("template.old", "template.formula", ("K6",))


@pytest.mark.usefixtures("added")
def test_what_an_older_version_may_not_have_is_told_once(copy: Callable[..., Path]) -> None:
    (old,) = told(copy(VERSION, "measures", r"budget\.reason"))
    assert old.id == "template.old"
    assert "这份表没有“改进措施”、“预算执行”的“调整、未执行或执行率偏低的原因”。" in old.message
    (name,) = told(copy({}, "measures"))
    assert name.id == "template.name", "in this version's copies it was there"
    assert "“改进措施”" in name.message and PREFIX not in name.message and name.provided == "se.measures"


@pytest.mark.usefixtures("added")
def test_what_every_version_has_is_missed_in_each(copy: Callable[..., Path]) -> None:
    ids = {one.id: one for one in told(copy(VERSION, "year", "measures", r"tieout\.\w+"))}
    assert set(ids) == {"template.old", "template.name"}
    assert "“年度”" in ids["template.name"].message and "“勾稽核对”整张表" in ids["template.name"].message
    assert "“年度”" not in ids["template.old"].message and "“改进措施”" in ids["template.old"].message


def test_scoring_leaves_a_workbook_its_version(copy: Callable[..., Path]) -> None:
    head = Formula(HEAD)
    path = copy({**VERSION, (GUIDE, "A2"): head})
    score(path)
    book = Workbook(path)
    assert book.entry(GUIDE, 2, 6).text == "0.9.0"
    assert book.entry(GUIDE, 2, 1).formula == head.text
    assert [one.id for one in told(path)] == ["template.old"]
    path = copy({(GUIDE, "F2"): Value("")})
    score(path)
    assert Workbook(path).entry(GUIDE, 2, 6).text == outline("project").version, "what was lost is put back"


def test_an_import_does_not_list_the_old_forms_own_words(copy: Callable[..., Path], tmp_path: Path) -> None:
    words_of_old = {
        (GUIDE, "A1"): Value("从前的填报说明"), (GUIDE, "B5"): Value("先填表头。"), (GUIDE, "A2"): Formula(HEAD),
        (FORM, "A1"): Value("从前的名称"), (FORM, "N12"): Value("偏差原因"),
    }  # fmt: skip
    layout = ours_in(Workbook(template_file("project")))
    assert layout and layout.layout.tables["indicators"].first_row == 13
    typed = {(FORM, "Q1"): Value("请局里注意"), (FORM, "A70"): Value("另附说明")}
    path = copy({**VERSION, **words_of_old, **typed})
    left = import_workbook(path, tmp_path / "新.xlsx").left
    assert {one.text for one in left} == {"请局里注意", "另附说明"}
    path = copy({**words_of_old, **typed})
    left = import_workbook(path, tmp_path / "又一份.xlsx").left
    assert {"从前的名称", "偏差原因", "请局里注意", "另附说明"} <= {one.text for one in left}, "in a copy of today's somebody typed them"


def test_an_added_field_is_called_by_its_label(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = outline("project")
    fields = {**whole.fields, **dict.fromkeys(("contact", "phone", "office"), whole.fields["unit"])}
    labels = {**whole.labels, "contact": "联系人", "phone": "主管部门", "office": "度量单位"}
    monkeypatch.setattr(words, "outline", lambda _: whole._replace(fields=fields, labels=labels))
    known = words.fields.__wrapped__("project")
    assert known.key("联系人") == known.key("contact") == "contact"
    assert "contact（联系人）" in known.listed()
    assert known.key("主管部门") == "department" and known.key("度量单位") is None, "what means something else already"


def test_numbers_that_none_can_be_end_no_check(copy: Callable[..., Path]) -> None:
    """A version and a year that were written to make a reader stumble: ① is a digit to Python, and no number."""
    year = ours_in(Workbook(template_file("project"))).layout.fields["year"]
    cells = {(GUIDE, "F2"): Value("9" * 5000), (year.sheet, year.place.cell): Value("①②③④年度")}
    (found,) = examine(copy(cells))
    assert "template.newer" in {finding.id for finding in found.findings}
    assert year_of(found.evaluation.header.year) is None
