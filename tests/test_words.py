"""What a data file may call things: every key, and every name under which the workbook shows it."""

from __future__ import annotations

import itertools

import pytest

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.forms import FORMS
from selfeval_xl.forms.load import load_spec
from selfeval_xl.forms.spec import Box, Sheet
from selfeval_xl.read import words
from selfeval_xl.read.words import bare_heading, form_called

TABLES = [(form, table) for form in FORMS for table in words.tables(form).keys]


def labels_of(sheet: Sheet, box: Box) -> set[str]:
    """The nearest fixed texts to the left of a cell and above it."""
    top, left, _, right = box
    beside = [label for label in sheet.labels if label.box[0] <= top <= label.box[2] and label.box[3] < left]
    above = [label for label in sheet.labels if label.box[2] < top and label.box[1] <= right and label.box[3] >= left]
    nearest = [max(beside, key=lambda label: label.box[3])] if beside else []
    nearest += [max(above, key=lambda label: label.box[2])] if above else []
    return {bare_heading(label.text) for label in nearest}


@pytest.mark.parametrize("form", FORMS)
def test_every_field_is_called_as_the_form_labels_it(form: str) -> None:
    seen = set()
    for sheet in load_spec(form).sheets:
        for field in sheet.fields:
            key = field.cell.key
            if field.cell.role != "entry" or key in ("budget_weight", "budget_claimed_score"):
                continue  # two that are named for what their row says
            shown = labels_of(sheet, field.box) | ({bare_heading(field.cell.help[0])} if field.cell.help else set())
            assert shown & set(map(bare_heading, words.FIELDS[key])), (key, shown)
            seen.add(key)
            listed = words.fields(form).keys[key][0]  # what a message tells users of this form
            assert bare_heading(listed) in shown, (key, listed)
    assert seen | {"budget_weight", "budget_claimed_score"} == set(words.fields(form).keys) == set(words.FIELDS)


@pytest.mark.parametrize("form", FORMS)
def test_every_table_and_column_is_called_as_the_form_shows_it(form: str) -> None:
    spec = load_spec(form)
    for sheet in spec.sheets:
        for table in sheet.tables:
            if table.key not in words.tables(form).keys:
                continue
            assert words.tables(form).key(table.title) == table.key
            known = words.columns(form, table.key)
            for column in table.columns:
                if column.cell.role != "entry":
                    continue
                assert known.key(column.cell.key) == column.cell.key
                if column.heading:
                    assert known.key(column.heading) == column.cell.key
                elif column.cell.key != "name":  # the label over the sources of funds is a formula
                    box = (table.first_row, column.first, table.first_row, column.last)
                    heads = {known.key(text) for text in labels_of(sheet, box)}
                    assert column.cell.key in heads or table.key == "nature", (table.key, column.cell.key)
    assert words.columns(form, "funds").key(f"{spec.subject}（万元）") == "name"


@pytest.mark.parametrize(("form", "table"), TABLES)
def test_no_word_means_two_things(form: str, table: str) -> None:
    for known in (words.FORM, words.fields(form), words.tables(form), words.columns(form, table)):
        named = {key: {bare_heading(word) for word in found} | {key} for key, found in known.keys.items()}
        for (one, these), (other, those) in itertools.combinations(named.items(), 2):
            assert not these & those, (one, other, these & those)
        assert not known.computed & {word for found in named.values() for word in found}
        assert not any(map(known.key, known.computed))


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("项目资金（万元）", "项目资金"), ("全年预算数（A）", "全年预算数"), ("全年 执行数\n(B)", "全年执行数"), ("度量\n单位", "度量单位"),
        ("分值：", "分值"), ("部门（单位）名称", "部门名称"), ("（万元）", "(万元)"),
    ],
)  # fmt: skip
def test_headings_without_what_hangs_on_them(heading: str, plain: str) -> None:
    assert bare_heading(heading) == plain


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("年初预算数（元）", "元"), ("金额(单位：亿元)", "亿元"), ("项目资金（万元）", "万元"), ("全年预算数（A）", None), ("元", None),
     ("金额单位：元", "元"), ("填报单位：万元县", None)],
)  # fmt: skip
def test_the_unit_in_a_heading(heading: str, unit: str | None) -> None:
    assert words.currency_of(heading) == unit


def test_forms_are_suggested_and_listed() -> None:
    assert [form_called(word) for word in ("project", "项目支出", "部门整体支出", "转移支付")] == [
        "project", "project", "department", "transfer",
    ]  # fmt: skip
    with pytest.raises(SelfEvalError, match=r"是不是 转移支付.*department（部门整体）"):
        form_called("转移支出")
