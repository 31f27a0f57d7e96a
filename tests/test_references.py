"""References as text: reading and writing them, and formulas after rows were inserted or cells were copied."""

from __future__ import annotations

import random

import pytest

from selfeval_xl.workbook.references import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    area_name,
    cell_name,
    column_letters,
    column_number,
    parse_area,
    parse_cell,
    quote_sheet,
    shift,
    split_sheet,
    tokens,
    translate,
)


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (MAX_COLUMN, "XFD")])
def test_columns(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert column_number(letters) == column_number(letters.lower()) == number


@pytest.mark.parametrize("letters", ["", "XFE", "A1", "甲"])
def test_no_columns(letters: str) -> None:
    with pytest.raises(ValueError, match="no column"):
        column_number(letters)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("B3", Area(None, 3, 2, 3, 2)),
        ("$B$3:D$9", Area(None, 3, 2, 9, 4)),
        ("D9:B3", Area(None, 3, 2, 9, 4)),
        ("'自评表'!$A$1:$B$9", Area("自评表", 1, 1, 9, 2)),
        ("自评表!A1", Area("自评表", 1, 1, 1, 1)),
        ("'甲乙''s !'!A1", Area("甲乙's !", 1, 1, 1, 1)),
        ("A:C", Area(None, 1, 1, MAX_ROW, 3)),
        ("$3:5", Area(None, 3, 1, 5, MAX_COLUMN)),
    ],
)
def test_areas(text: str, area: Area) -> None:
    assert parse_area(text) == area


@pytest.mark.parametrize("text", ["", "A", "3", "A0", "A1048577", "XFE1", "A1:B", "A1:B2:C3", "#REF!", "表!#REF!", "A1 B2", "Ａ1"])
def test_no_areas(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        parse_area(text)


def test_names() -> None:
    assert parse_cell("$AB$12") == (12, 28)
    assert cell_name(12, 28) == "AB12"
    assert area_name(Area("自评表", 1, 1, 9, 2), absolute=True) == "自评表!$A$1:$B$9"
    assert area_name(Area("自评表", 1, 1, 1, 1), absolute=True, seen_from="自评表") == "$A$1"
    assert area_name(Area("自评表", 1, 1, 1, 1), seen_from="汇总") == "自评表!A1"
    assert Area(None, 2, 3, 3, 3).shape == (2, 1) and list(Area(None, 2, 3, 3, 3).cells()) == [(2, 3), (3, 3)]
    assert [quote_sheet(name) for name in ("自评表", "A1", "r", "R1C2", "True", "2024", "a b", "a'b")] == ["自评表", "'A1'", "'r'", "'R1C2'", "'True'", "'2024'", "'a b'", "'a''b'"]
    assert split_sheet("'a''b'!A1") == ("a'b", "A1")
    assert split_sheet("#REF!") == (None, "#REF!")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=A4+A5+$A$6", "=A4+A8+$A$9"),
        ("=SUM(A1:A9)", "=SUM(A1:A12)"),
        ("=SUM(A5:A9)", "=SUM(A8:A12)"),
        ("=SUM(A1:A4)", "=SUM(A1:A4)"),
        ("=SUM(A:A)+SUM($4:$7)", "=SUM(A:A)+SUM($4:$10)"),
        ('="A5"&A5&"""A5"', '="A5"&A8&"""A5"'),
        ("=LOG10(A5)+LOG10", "=LOG10(A8)+LOG13"),
        ("=ABC123_x+甲A5+YTD2024+A5.x", "=ABC123_x+甲A5+YTD2024+A5.x"),
        ("=自评表!A5+汇总!A5+'自评表'!$A$5", "=自评表!A8+汇总!A5+'自评表'!$A$8"),
        ("=自评表!A5:自评表!B6", "=自评表!A8:自评表!B9"),
        ("=SUM(一:三!A5)+[1]自评表!A5+'[表.xlsx]自评表'!A5", "=SUM(一:三!A5)+[1]自评表!A5+'[表.xlsx]自评表'!A5"),
        ("=表1[A5]+表1[[#This Row],[A5]]", "=表1[A5]+表1[[#This Row],[A5]]"),
        ("=1.5E5+#REF!+自评表!#REF!+{1;5}", "=1.5E5+#REF!+自评表!#REF!+{1;5}"),
        ("=A1048576+A1048575", "=#REF!+#REF!"),
        ("=SUM(A2:A1048576)", "=SUM(A2:A1048576)"),
        ("A5:B6 C1 D4:D5", "A8:B9 C1 D4:D8"),
    ],
)
def test_shift(before: str, after: str) -> None:
    assert shift(before, "自评表", "自评表", 5, 3) == after


def test_shift_of_another_sheet() -> None:
    assert shift("=A5+'自 评'!A5+b!A5", "B", "自 评", 5, 1) == "=A5+'自 评'!A6+b!A5"
    assert shift("=A5+b!A5", "B", "B", 5, 1) == "=A6+b!A6"
    assert shift("'甲乙''s'!$A$5", None, "甲乙's", 5, 1) == "'甲乙''s'!$A$6"
    assert shift("$A$5", None, "B", 5, 1) == "$A$5"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("=A1+$A1+A$1+$A$1", "=B3+$A3+B$1+$A$1"),
        ("=SUM(A1:$B$2)", "=SUM(B3:$B$2)"),
        ("=A:A+$A:A+1:1+$1:1", "=B:B+$A:B+3:3+$1:3"),
        ("=汇总!A1+[1]x!A1+LOG10(A1)", "=汇总!B3+[1]x!B3+LOG10(B3)"),
        ("=XFD1+A1048575", "=#REF!+#REF!"),
    ],
)
def test_translate(before: str, after: str) -> None:
    assert translate(before, (1, 1), (3, 2)) == after


def test_translate_past_the_first_cell() -> None:
    assert translate("=A3+C1+C3", (3, 3), (2, 2)) == "=#REF!+#REF!+B2"


def test_tokens_are_the_formula() -> None:
    generator = random.Random(1)
    pieces = ["A1", "$B$2", ":", "!", "'", '"', "[", "]", "(", ")", ",", "+", "#REF!", "表", " ", "1E5", "x_9", ".", "{", "SUM"]
    for _ in range(3000):
        formula = "".join(generator.choice(pieces) for _ in range(generator.randint(1, 20)))
        assert "".join(map(str, tokens(formula))) == formula
        assert shift(formula, "表", "表", 1, 0) == formula
        assert translate(formula, (1, 1), (1, 1)) == formula


@pytest.mark.parametrize("evil", ['"' * 9001, "'" * 9001, "[" * 9001, "[[" + "a" * 9000, "a:" * 9000, "$" * 9000, "A1:" * 9000])
def test_evil_formulas_take_no_time(evil: str) -> None:
    assert "".join(map(str, tokens(evil))) == evil


@pytest.mark.parametrize(
    "formula",
    ["=A1+$B2*C$3", "=SUM($A1:B$9)+'自 评'!$K13", "=IF(E5=\"A1\",ROW(),LOG10(5))", "=SUM(3:5)+SUM($3:5)", "=A1048570", "=SUM(A:A)",
     "=A1*50%&\"%d\"&'1%'!B2"],
)
@pytest.mark.parametrize("down", [1, 7, 40])
def test_straight_down_and_by_way_of_another_column_are_the_same(formula: str, down: int) -> None:
    aside = translate(formula, (1, 1), (1 + down, 2))
    assert translate(formula, (1, 1), (1 + down, 1)) == translate(aside, (1 + down, 2), (1 + down, 1))
