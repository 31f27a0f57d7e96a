"""Working out formulas: spreadsheet semantics, None where it can't be known, and agreement with another engine."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from decimal import Decimal

import formualizer
import pytest

from selfeval_xl.workbook.formulas.arithmetic import Calculator
from selfeval_xl.workbook.formulas.functions import FUNCTIONS
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.number_format import CellValue, ErrorValue, NumberFormat, agrees
from selfeval_xl.workbook.references import parse_cell

GENERAL = NumberFormat()


def grid(sheet: str, cells: Mapping[str, CellValue | float], stored: Mapping[str, CellValue] = {}) -> Grid:
    """Cells by their references; texts with a leading ``=`` are formulas, with what is stored for them."""
    made = {}
    for reference, value in cells.items():
        if isinstance(value, str) and value.startswith("="):
            made[parse_cell(reference)] = RawCell(stored.get(reference), GENERAL, value, 0)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            made[parse_cell(reference)] = RawCell(Decimal(str(value)), GENERAL, None, 0)
        else:
            made[parse_cell(reference)] = RawCell(value, GENERAL, None, 0)
    return Grid(sheet, made)


FORM = grid(
    "自评表",
    {
        "A1": "产出指标", "B1": 10, "C1": "达成", "D1": True,
        "A2": "产出指标", "B2": 20.5, "C2": "未达成", "D2": False,
        "A3": "效益指标", "B3": 30, "C3": "达成", "D3": "12",
        "A4": "满意度", "B4": "暂无", "D4": ErrorValue("#N/A"),
        "B5": "=SUM(B1:B4)", "B6": "=B5/汇总!A1", "B7": "=IFERROR(B5/0,\"\")", "B8": "=VLOOKUP(1,A1:B2,2)",
    },
    {"B5": Decimal(999), "B8": Decimal(7)},
)  # fmt: skip
SUMMARY = grid("汇总", {"A1": 2})
NAMES = {"总分": "自评表!$B$5", "税率": "0.5", "循环": "循环+1"}
CALCULATOR = Calculator({"自评表": FORM, "汇总": SUMMARY}, lambda name, sheet: NAMES.get(name))
ASIDE = 5_000, 50  # a cell that no formula here asks for


def evaluated(formula: str, *sheets: Grid) -> CellValue:
    """What a formula gives in a cell of the first sheet."""
    first, *others = sheets
    asking = first.with_cells({**first.cells, ASIDE: RawCell(None, NumberFormat(), formula, 0)})
    grids = {one.sheet: one for one in (asking, *others)}
    return Calculator(grids, lambda name, sheet: NAMES.get(name)).result(first.sheet, ASIDE)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3-4/2", Decimal(5)),
        ("=ROW(B3)*10+COLUMN(B3)", Decimal(32)),
        ("=ROWS(B3:D9)*10+COLUMNS(B:D)", Decimal(73)),
        ("=SUM(OFFSET(B1,1,0),OFFSET(A1:A2,0,1))", Decimal("51.0")),
        ("=OFFSET(A1,-1,0)", ErrorValue("#REF!")),
        ("=SMALL(B1:B4,2)", Decimal("20.5")),
        ("=SMALL(B1:B4,4)", ErrorValue("#NUM!")),
        ("=SMALL(B1:B4,0)", ErrorValue("#NUM!")),
        ("=SMALL(B1:B4,1)+SMALL(B1:B4,3)", Decimal(40)),
        ('=COUNT("5","x",TRUE)', Decimal(2)),
        ('=LEFT(A1,0)&RIGHT(A1,0)&TEXT(A1,"0")', "产出指标"),
        ("=LEFT(A1,0-1)", ErrorValue("#VALUE!")),
        ("=ROUND(12345.5,28)", Decimal("12345.5")),
        ('=FIND("指",A1)+SEARCH("B","aab")', Decimal(6)),
        ('=FIND("B","aab")', ErrorValue("#VALUE!")),
        ('=FIND("a","aba",2)', Decimal(3)),
        ("=-2^2", Decimal(4)),
        ("=+B1+1", Decimal(11)),
        ('="a""b"', 'a"b'),
        ("=2^3^2", Decimal(64)),
        ("=(1+2)%*100", Decimal(3)),
        ("=1/3*3=1", True),
        ("=0.1+0.2=0.3", True),
        ("=1/3*3-1", Decimal(0)),
        ("=1/3", Decimal("0.333333333333333")),
        ("=1/0", ErrorValue("#DIV/0!")),
        ("=0^0", ErrorValue("#NUM!")),
        ("=0^(0-1)", ErrorValue("#DIV/0!")),
        ("=D1=1", False),
        ('="a"<"b"', True),
        ("=IF(A1,1,2)", ErrorValue("#VALUE!")),
        ("=10^300*10^300", ErrorValue("#NUM!")),
        ("=(0-1)^0.5", ErrorValue("#NUM!")),
        ("=PRODUCT(10^200,10^200)", ErrorValue("#NUM!")),
        ('="甲"&B1&TRUE&Z9', "甲10TRUE"),
        ('="a"="A"', True),
        ("=B4+1", ErrorValue("#VALUE!")),
        ("=D3+1", Decimal(13)),
        ('="85%"+"1,234.5"', Decimal("1235.35")),
        ("=Z9", Decimal(0)),
        ('=Z9=""', True),
        ("=Z9=0", True),
        ('=B4>100', True),
        ("=SUM(B1:B5,B1)", Decimal(131)),
        ("=SUM(D1:D3)", Decimal(0)),
        ("=SUM(TRUE,\"5\")", Decimal(6)),
        ("=SUM(D1:D4)", ErrorValue("#N/A")),
        ("=SUM(B:B)", Decimal("158.25")),
        ("=SUM(1:1)", Decimal(10)),
        ("=AVERAGE(B1:B4)", Decimal("20.1666666666667")),
        ("=AVERAGE(C1:C3)", ErrorValue("#DIV/0!")),
        ("=MIN(B1:B4)+MAX(B1:B4)+MAX(C1:C3)", Decimal(40)),
        ("=COUNT(B1:D4)+COUNTA(A1:A9)*100", Decimal(403)),
        ('=SUMIF(A1:A4,"产出*",B1:B4)', Decimal("30.5")),
        ('=SUMIF(A1:A4,"产出指标",B1)', Decimal("30.5")),
        ('=SUMIF(B1:B4,">=20.5")', Decimal("50.5")),
        ('=SUMIFS(B1:B4,A1:A4,"产出指标",C1:C4,"<>达成")', Decimal("20.5")),
        ('=SUMIFS(B1:B4,A1:A3,"x")', ErrorValue("#VALUE!")),
        ('=COUNTIFS(A1:A3,"x",B1:B4,1)', ErrorValue("#VALUE!")),
        ('=COUNTIF(C1:C1048576,"")', Decimal(1048573)),
        ('=COUNTIF(C1:C9,"<>")', Decimal(3)),
        ('=COUNTIF(C1:C9,"<>达成")', Decimal(7)),
        ("=COUNTIF(D1:D4,12)+COUNTIF(D1:D4,TRUE)", Decimal(2)),
        ('=COUNTIF(C1:C4,"?达成")+COUNTIF(C1:C4,"~?达成")', Decimal(1)),
        ('=COUNTIFS(A1:A4,"产出指标",B1:B4,">"&B1)', Decimal(1)),
        ('=COUNTIF(B1:B4,"10")+COUNTIF(B1:B4,"<>10")*10', Decimal(31)),
        ('=COUNTIF(B1:B4,">10")*10+COUNTIF(B1:B4,"<20.5")', Decimal(21)),
        ('=COUNTIF(C1:C9,0)+COUNTIF(A1:A4,"产出-1")', Decimal(0)),
        ('=COUNTIF(D1:D4,"TRUE")', Decimal(1)),
        ('=SUMPRODUCT((A1:A3="产出指标")*B1:B3)', Decimal("30.5")),
        ("=SUMPRODUCT(B1:B4,B1:B4)", Decimal("1420.25")),
        ("=SUMPRODUCT(B1:B4,B1:B3)", ErrorValue("#VALUE!")),
        ('=SUMPRODUCT((LEFT(A1:A5,2)<>"产出")*(LEN(A1:A5)>0))', Decimal(2)),
        ("=SUMPRODUCT(ISNUMBER(B1:B4)*ROUND(B1:B4,0))", ErrorValue("#VALUE!")),
        ("=SUMPRODUCT(ISNUMBER(B1:B4)*1)", Decimal(3)),
        ("=SUMPRODUCT(ROUND(B1:B3,0))", Decimal(61)),
        ("=LEFT(A1:A2,1)", None),
        ('=SUMPRODUCT(--(C1:C3="达成"),B1:B3/100)', Decimal("0.4")),
        ('=IF(B1>5,"高","低")', "高"),
        ("=IF(B1>50,1)", False),
        ("=SUM(IF(B1>5,B1:B2,B3))", Decimal("30.5")),
        ("=IF(D4,1,2)", ErrorValue("#N/A")),
        ("=AND(D1,B1>5,B1:B2)", True),
        ("=AND(A1:A3)", ErrorValue("#VALUE!")),
        ('=IF("true",1,2)', Decimal(1)),
        ("=OR(D2,NOT(D1))", False),
        ("=IFERROR(D4,\"缺\")&IFERROR(B1,0)", "缺10"),
        ('=IFERROR(A1+1,"缺")&IFERROR(-A1,0)&IFERROR(SUBTOTAL(A1,B1:B2),1)', "缺01"),
        ("=ISLOGICAL(1=1)&ISLOGICAL(B1)&ISLOGICAL(A1)", "TRUEFALSEFALSE"),
        ("=ISNUMBER(B1)&ISNUMBER(B4)&ISBLANK(Z9)&ISBLANK(B7)&ISERROR(D4)&ISTEXT(A1)", "TRUEFALSETRUEFALSETRUETRUE"),
        ("=ROUND(2.675,2)&ROUND(-2.5,0)&ROUND(1234,-2)&ROUND(1.005,2)", "2.68-312001.01"),
        ("=ROUNDUP(1.01,1)+ROUNDDOWN(1.99,1)+INT(-1.5)+ABS(-3)", Decimal(4)),
        ("=INT(1/3*3)", Decimal(1)),
        ("=INDEX(A1:D3,2,3)", "未达成"),
        ("=SUM(INDEX(B1:B3,0))", Decimal("60.5")),
        ("=INDEX(A1:A3,4)", ErrorValue("#REF!")),
        ("=INDEX(A1:C1,2)", Decimal(10)),
        ("=MATCH(1/0,B1:B3,0)", ErrorValue("#DIV/0!")),
        ('=MATCH("效*",A1:A4,0)', Decimal(3)),
        ("=MATCH(20.5,B1:B4,0)", Decimal(2)),
        ('=MATCH("无",A1:A4,0)', ErrorValue("#N/A")),
        ("=INDEX(C1:C3,MATCH(30,B1:B3,0))", "达成"),
        ('=TEXT(0.868454,"0.00%")&TEXT(1234.5,"#,##0.00")', "86.85%1,234.50"),
        ('=LEN("预算执行率")+N(D1)+N("x")+VALUE("8.5")', Decimal("14.5")),
        ('=CONCATENATE(A1,"：",B2)&TRIM("  a  b ")&LEFT("甲乙",1)&RIGHT("甲乙")', "产出指标：20.5a b甲乙"),
        ("=SUM(B1,)", Decimal(10)),
        ("=自评表!B1+'汇总'!$A$1", Decimal(12)),
        ("=_xlfn.SUM(B1)", Decimal(10)),
        ("=总分*税率", Decimal("30.25")),
        ("=SUBTOTAL(9,B1:B4)+SUBTOTAL(109,B1,B2)+SUBTOTAL(5,B1:B4)", Decimal(101)),
        ("=SUBTOTAL(2,B1:B4)&SUBTOTAL(3,B1:B4)&SUBTOTAL(1,C1:C3)", ErrorValue("#DIV/0!")),
        ("=SUBTOTAL(A1,B1:B3)", ErrorValue("#VALUE!")),
        ("=SUM(SUBTOTAL(A1,B1:B3),1)", ErrorValue("#VALUE!")),
        # a cell's formula counts, not its stored value; unless it can't be worked out
        ("=B5", Decimal("60.5")),
        ("=B6", Decimal("30.25")),
        ("=B7&B8", "7"),
        # What can't be known is not guessed.
        ("=NOW()", None),
        ("=VLOOKUP(1,A1:B2,2)", None),
        ("=SUM(A1:A9 B1:B9)", None),
        ("=SUM((A1,B1))", None),
        ("=[1]表!A1", None),
        ("=[1]表!总分+一:三!总分", None),
        ("=SUM(一:三!A1)", None),
        ("=没有!A1", None),
        ("=没有的名字", None),
        ("=循环", None),
        ("=表1[列]", None),
        ("={1,2}", None),
        ("=A1:A3", None),
        ("=A1:A3&1", None),
        ("=SUM(A1:A3&1)", None),
        ('="2024-1-1"+1', None),
        ('="丙"<"乙"', None),
        ('="a-b"<"b"', None),
        ('="--5"+1', None),
        ('="５"+1', None),
        ('="(5)"+1', None),
        ('="1,2"+1', None),
        ('="1234,567"+1', None),
        ("=COUNTIF(B1:B4,D4)", None),
        ('=COUNTIF(C1:C9,">达")', None),
        ('=COUNTIF(A1:A3,"2024-1-1")', None),
        ("=MATCH(5,B1:B3)", None),
        ("=MATCH(Z9,B1:B3,0)", None),
        ("=MATCH(10,A1:B3,0)", None),
        ('=SEARCH("?","a?")', None),
        ('=TEXT(45657,"yyyy")', None),
        ("=ROUND(1)", None),
        ("=IF(B1)", None),
        ("=IFERROR(B1)", None),
        ("=ROW(B1:B3)", None),
        ("=SUMPRODUCT(B1:B3*B1:B2)", None),
        ("=SUMPRODUCT(IF(B1:B3>1,1,0))", None),
        ("=SUMIFS(B1:B3,A1:A3)", None),
        ("=INDEX(A1:B2,1)", None),
        ("=ROUND(B1,10^10)", None),
        ("=XFE1+A1048577", None),
        ('=COUNTIF(B1:B4,">")', None),
        ("=SUBTOTAL(9)", None),
        ("=SUBTOTAL(12,B1:B4)", None),
        ("=SUBTOTAL(-91,B1:B4)", None),
        ("=SUBTOTAL(9,5)", None),
        ("=1E999999", None),
        ("=1+", None),
        ("=)(", None),
        ('="a', None),
        ("", None),
        ("=" + "(" * 200 + "1" + ")" * 200, None),
    ],
)
def test_formulas(formula: str, value: CellValue) -> None:
    found = evaluated(formula, FORM, SUMMARY)
    assert found == value
    assert type(found) is type(value)


def test_results_of_cells() -> None:
    assert CALCULATOR.result("自评表", (5, 2)) == Decimal("60.5")
    assert CALCULATOR.result("自评表", (1, 1)) == "产出指标"
    assert CALCULATOR.result("自评表", (8, 2)) is None, "a stored value is not worked out"
    assert CALCULATOR.result("自评表", (99, 99)) is None
    assert CALCULATOR.result("没有", (1, 1)) is None


def test_subtotals_leave_out_subtotals_and_hidden_rows() -> None:
    made = grid("表", {"A1": 1, "A2": 2, "A3": "=SUBTOTAL(9,A1:A2)", "A4": 4, "A5": "=1+SUBTOTAL(9,A4:A4)"})
    assert evaluated("=SUBTOTAL(9,A1:A5)", made) == 7
    made.hidden_rows.add(4)
    assert evaluated("=SUBTOTAL(109,A1:A5)", made) == 3
    assert evaluated("=SUBTOTAL(9,A1:A5)", made) is None, "a filter may have hidden it, or a person"
    assert evaluated("=SUBTOTAL(9,A1:A3)", made) == 3


def test_a_number_is_not_looked_for_in_dates_and_no_text_grows_longer_than_a_cell_holds() -> None:
    made = grid("表", {"A1": "2024-1-1", "A2": 5, "A3": "5", "B1": "长" * 20_000})
    assert evaluated("=COUNTIF(A1:A3,5)", made) == 2
    assert evaluated("=B1&B1", made) == ErrorValue("#VALUE!")


def test_agreement() -> None:
    assert agrees(Decimal("86.85"), Decimal("86.8500000000001"))
    assert not agrees(Decimal("86.85"), Decimal("86.84"))
    assert not agrees(None, Decimal(0))
    assert not agrees(True, Decimal(1))
    assert agrees("达成", "达成")


def test_cycles_are_unknown_whatever_is_stored() -> None:
    cells = grid("表", {"A1": "=B1+1", "B1": "=A1+1", "C1": "=IFERROR(A1,0)", "D1": "=D1"}, {"A1": Decimal(1), "B1": Decimal(2)})
    calculator = Calculator({"表": cells})
    assert [calculator.result("表", (1, column)) for column in range(1, 5)] == [None] * 4
    assert evaluated("=A1", cells) is None
    assert evaluated("=1+1", cells) == 2


def test_long_chains_end() -> None:
    """Each cell leans on the one above: from the top all are worked out, from below the stored value helps out."""
    for formula in ("=A{}+1", "=SUM(A{})+1", "=IF(TRUE,(((SUM(A{},1)))))", '=IFERROR(INDEX(A{0}:A{0},1)+1,"")'):
        cells: dict[str, CellValue | float] = {"A1": 1}
        cells |= {f"A{row}": formula.format(row - 1) for row in range(2, 5001)}
        made = grid("表", cells, {f"A{row}": Decimal(row) for row in range(2, 5001)})
        assert Calculator({"表": made}).result("表", (5000, 1)) == 5000
        calculator = Calculator({"表": made})
        assert [calculator.result("表", (row, 1)) for row in range(1, 5001)] == list(range(1, 5001))


def test_work_is_bounded() -> None:
    doubling: dict[str, CellValue | float] = {"A1": "x" * 1000}
    doubling |= {f"A{row}": f"=A{row - 1}&A{row - 1}" for row in range(2, 40)}
    many: dict[str, CellValue | float] = {f"B{row}": row for row in range(1, 3001)}
    many |= {f"C{row}": "=SUMPRODUCT(B1:B3000*B1:B3000)" for row in range(1, 3001)}
    cells = grid("表", doubling | many)
    calculator = Calculator({"表": cells})
    started = time.process_time()
    assert calculator.result("表", (30, 1)) == ErrorValue("#VALUE!")
    assert evaluated("=SUM(C1:C3000)", cells) is None
    assert evaluated('=COUNTIF(A1:XFD1048576,"")', cells) is None
    assert evaluated('=COUNTIF(A1:A9,"*a*b*c*d*e*")', cells) is None
    assert evaluated("=9^9^9^9", cells) == ErrorValue("#NUM!")
    assert time.process_time() - started < 60


def test_odd_formulas_never_surprise() -> None:
    generator = random.Random(11)
    pieces = ["A1", "B2", "$C$3:D9", "A:A", "1:3", "(", ")", ",", "+", "-", "*", "/", "^", "&", "=", "<", "%", '"x"', '">5"', "1E308", "1E999999", "#N/A", "总分", "循环", "{1}"]
    pieces += [f"{name}(" for name in (*FUNCTIONS, "IF", "IFERROR", "NOW")]
    kinds = set()
    for _ in range(5000):
        opened = generator.choice([name for name in pieces if len(name) > 1 and name.endswith("(")])
        inside = "".join(generator.choice(pieces) for _ in range(generator.randint(1, 6)))
        formula = f"={opened}{inside}{')' * (inside.count('(') - inside.count(')') + 1)}"
        kinds.add(type(evaluated(formula, FORM, SUMMARY)))
    assert {type(None), Decimal, str, bool, ErrorValue} == kinds


WORDS = ["完成", "未完成", "完成率", "a", "B"]


class Formulas:
    """Random formulas over a random table, of the kinds on which engines agree."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.cells: dict[str, CellValue] = {}
        for row in range(1, 13):
            for column in "ABCD":
                kind = self.random.random()
                if kind < 0.6:
                    places = self.random.choice([0, 1, 2])
                    self.cells[f"{column}{row}"] = Decimal(str(round(self.random.uniform(-50, 200), places)))
                elif kind < 0.85:
                    self.cells[f"{column}{row}"] = self.random.choice(WORDS)

    def cell(self) -> str:
        return f"{self.random.choice('ABCD')}{self.random.randint(1, 12)}"

    def columns(self) -> tuple[str, str, str]:
        top, bottom = sorted(self.random.sample(range(1, 13), 2))
        first, second, third = self.random.sample("ABCD", 3)
        return f"{first}{top}:{first}{bottom}", f"{second}{top}:{second}{bottom}", f"{third}{top}:{third}{bottom}"

    def number(self, depth: int) -> str:
        pick = self.random.choice
        first, second, third = self.columns()
        kind = self.random.randrange(18 if depth else 2)
        if kind == 0:
            return self.cell()
        if kind == 1:
            return f"{self.random.uniform(0, 20):.2f}"
        if kind < 6:
            return f"({self.number(depth - 1)}{pick('+-*/')}{self.number(depth - 1)})"
        if kind < 8:
            return f"{pick(['SUM', 'MIN', 'MAX', 'AVERAGE', 'COUNT', 'COUNTA'])}({first},{pick([second, self.cell()])})"
        if kind < 10:
            return f"IF({self.condition(depth - 1)},{self.number(depth - 1)},{self.number(depth - 1)})"
        return pick(
            [
                f"IFERROR({self.number(depth - 1)},{self.number(depth - 1)})",
                f"{pick(['ROUND', 'ROUNDUP', 'ROUNDDOWN'])}({self.number(depth - 1)},{self.random.randint(-1, 3)})",
                f"SUMIF({first},{self.criterion()},{second})",
                f"COUNTIF({first},{self.criterion()})",
                f"SUMIFS({third},{first},{self.criterion()},{second},{self.criterion()})",
                f"COUNTIFS({first},{self.criterion()},{second},{self.criterion()})",
                f'SUMPRODUCT(({first}="{pick(WORDS)}")*({second}>5))',
                f'INDEX({first},1)+MATCH("{pick(WORDS)}",{second},0)',
                f"ABS({self.number(depth - 1)})+INT({self.number(depth - 1)})%",
                f'LEN("{pick(WORDS)}"&{self.cell()})',
            ]
        )

    def condition(self, depth: int) -> str:
        compared = f"{self.number(depth)}{self.random.choice(['>', '<', '>=', '<=', '=', '<>'])}{self.number(0)}"
        tests = [compared, f"ISNUMBER({self.cell()})", f"ISBLANK({self.cell()})", f'{self.cell()}="{self.random.choice(WORDS)}"']
        return self.random.choice([compared, self.random.choice(tests), f"AND({tests[0]},{tests[1]})", f"NOT({tests[3]})"])

    def criterion(self) -> str:
        return self.random.choice(['">=60"', '"<50"', '"完成"', '"完*"', '"<>完成"', '"<>"', '"=a"', '"?"', f'">"&{self.random.randint(0, 99)}'])


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_agrees_with_another_engine(seed: int) -> None:
    formulas = Formulas(seed)
    cells = grid("表", formulas.cells)
    other = formualizer.Workbook()
    other.add_sheet("表")
    for reference, value in formulas.cells.items():
        other.set_value("表", *parse_cell(reference), float(value) if isinstance(value, Decimal) else value)
    compared = 0
    for _ in range(150):
        formula = "=" + formulas.number(3)
        mine = evaluated(formula, cells)
        other.set_formula("表", 50, 1, formula)
        theirs = other.evaluate_cell("表", 50, 1)
        if mine is None:
            continue
        compared += 1
        if isinstance(mine, Decimal):
            assert theirs == pytest.approx(float(mine), rel=1e-9, abs=1e-9), formula
        elif isinstance(mine, ErrorValue):
            assert isinstance(theirs, dict), formula
        else:
            assert theirs == mine, formula
    assert compared > 130


def test_formulas_lie_in_one_another_as_deep_as_they_like() -> None:
    chain: dict[str, CellValue] = {f"A{row}": f"=A{row + 1}+1" for row in range(1, 3000)}
    assert Calculator({"表": grid("表", {**chain, "A3000": Decimal(1)})}).result("表", (1, 1)) == 3000
    ring = Calculator({"表": grid("表", {**chain, "A3000": "=A1"})})
    assert [ring.result("表", (row, 1)) for row in (1, 2, 2999)] == [None, None, None]
    unknown = Calculator({"表": grid("表", {**chain, "A3000": "=UNHEARD(1)"})})
    assert unknown.result("表", (1, 1)) is None


def test_row_and_column_know_where_they_stand() -> None:
    sheet = grid("表", {"B2": "=ROW()*10+COLUMN()", "C3": "=B2+ROW()", "D4": "=OFFSET(D4,-1,COLUMN()-COLUMN(E4))"})
    calculator = Calculator({"表": sheet})
    assert [calculator.result("表", parse_cell(cell)) for cell in ("C3", "B2", "D4")] == [25, 22, 25]
