"""Checks the formulas of a form's spec: unknown names, brackets and commas in the wrong place, wrong punctuation.

With such a formula a workbook shows an error, or doesn't open.  Faults are Chinese sentences that begin with the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from selfeval_xl.forms.layout import Layout, planned, row_formula, written
from selfeval_xl.forms.outline import ANY_TEXT
from selfeval_xl.mistakes import near
from selfeval_xl.workbook.formulas.tree import Binary, Call, Name, Node, Unary, Unknown, parse_formula
from selfeval_xl.workbook.stored import MAX_FORMULA

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Spec

_BRACES = re.compile(r"\{([^{}]*)\}")
_REFERENCE = re.compile(r"[a-z_0-9]+(?:\.[a-z_0-9]+)?")
# The fewest and most arguments of functions: a bracket in the wrong place often shows in their number.
_ARGUMENTS = {
    "IF": (2, 3), "IFERROR": (2, 2), "NOT": (1, 1), "ISLOGICAL": (1, 1), "ISNUMBER": (1, 1), "N": (1, 1),
    "ABS": (1, 1), "LEN": (1, 1),
    "ROUND": (2, 2), "ROUNDDOWN": (2, 2), "ROUNDUP": (2, 2), "COUNTIF": (2, 2), "SUMIF": (2, 3), "SMALL": (2, 2),
    "LEFT": (1, 2), "RIGHT": (1, 2), "FIND": (2, 3), "SEARCH": (2, 3), "INDEX": (2, 4), "OFFSET": (3, 5),
}  # fmt: skip
_CHINESE = "（），；：“”‘’＝＋－＊／＜＞＆"


def formula_faults(spec: Spec) -> Iterator[str]:
    """The faults of the formulas in fields, tables and highlights, in their order."""
    layout = planned(spec)
    for sheet in spec.sheets:
        for field in sheet.fields:
            if field.cell.formula:
                yield from _formula(field.cell.formula, f"{field.cell.origin} 的 formula", layout, sheet.name)
            for former in field.cell.former:
                yield from _formula(former, f"{field.cell.origin} 的 former", layout, sheet.name)
        for highlight in sheet.highlights:
            here = [field.cell.key for field in sheet.fields]
            for key in (highlight.first, highlight.last):
                if key not in here:
                    yield f"{highlight.origin} 的 columns 写了 {key}，工作表“{sheet.name}”没有这个格{near(key, here)}"
                    return
            yield from _formula(highlight.when, f"{highlight.origin} 的 when", layout, sheet.name)
        for table in sheet.tables:
            for column in table.columns:
                if column.cell.formula:
                    where = f"{column.cell.origin} 的 formula"
                    yield from _formula(column.cell.formula, where, layout, sheet.name, table.key)
            for highlight in table.highlights:
                for key in (highlight.first, highlight.last):
                    if key not in layout.tables[table.key].columns:
                        known = layout.tables[table.key].columns
                        yield f"{highlight.origin} 的 columns 写了 {key}，表 {table.key} 没有这一列{near(key, known)}"
                        return
                if table.column(highlight.first).first > table.column(highlight.last).last:
                    yield f"{highlight.origin} 的 columns 应从左到右"
                yield from _formula(highlight.when, f"{highlight.origin} 的 when", layout, sheet.name, table.key)


def _formula(formula: str, where: str, layout: Layout, sheet: str, table: str | None = None) -> Iterator[str]:
    """The faults of a formula on ``sheet``; of one in the rows of ``table`` where that is given."""
    own = layout.tables[table].columns if table else {}
    columns = {f"{key}.{column}" for key, stretch in layout.tables.items() for column in stretch.columns}
    for name in _BRACES.findall(formula.replace(ANY_TEXT, "")):
        known: Collection[str] = columns if "." in name else own.keys() | layout.fields.keys()
        if name not in known or not _REFERENCE.fullmatch(name):
            what = "这个列" if "." in name else "这个格，本表也没有这个列" if table else "这个格"
            yield f"{where} 里写了 {{{name}}}，没有{what}{near(name, known)}"
            return
    if table:
        excel_formula = row_formula(formula, layout, table)(layout.tables[table].first_row)
    else:
        excel_formula = written(formula, layout, sheet)
    try:
        tree = parse_formula(excel_formula)
    except Unknown:
        yield f"{where} 写得不对：{_why(formula)}"
        return
    if len(excel_formula) > MAX_FORMULA:
        yield f"{where} 太长：写进表里有 {len(excel_formula)} 个字符，Excel 最多 {MAX_FORMULA} 个"
    for node in _nodes(tree):
        if isinstance(node, Name):
            yield f"{where} 里的 {node.name} 不是格的名称；引用格写成 {{名称}}，文字加英文双引号"
        if isinstance(node, Call) and node.function in _ARGUMENTS:
            least, most = _ARGUMENTS[node.function]
            if not least <= len(node.arguments) <= most:
                yield f"{where} 写得不对：{node.function} 有 {len(node.arguments)} 个参数，请检查它的括号和逗号"


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Unary():
            yield from _nodes(node.operand)
        case Binary():
            yield from _nodes(node.left)
            yield from _nodes(node.right)
        case Call():
            for argument in node.arguments:
                yield from _nodes(argument)


def _why(formula: str) -> str:
    if formula.count('"') % 2:
        return "英文双引号不成对"
    bare = re.sub(r'"[^"]*"', "", formula)
    chinese = [sign for sign in bare if sign in _CHINESE]
    if chinese:
        return f"有中文标点 {chinese[0]}，公式里的符号要用英文的"
    if bare.count("(") != bare.count(")"):
        return f"左括号 {bare.count('(')} 个，右括号 {bare.count(')')} 个，不成对"
    return "请检查括号、逗号和运算符"
