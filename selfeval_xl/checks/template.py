"""Checks of a workbook as a copy of our template: which version it is, and what became of its formulas and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from selfeval_xl.checks.figures import decimals, half, number, percent, plain
from selfeval_xl.checks.registry import SHOWN_CELLS, Hit, by_sheet, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.groups import by_key
from selfeval_xl.mistakes import brief, few
from selfeval_xl.model import Deviation, Entry, Severity, Template
from selfeval_xl.rules import DEFAULT
from selfeval_xl.scoring import round_half_up

_SHOWN = 3  # cells of one finding that are described one by one
_PARAMETERS = {
    "rule_over_limit": "超额上限", "rule_low_rate": "执行率下限", "rule_reached_low": "达成下限",
    "rule_partly_low": "部分达成下限", "rule_grade_1": "优的起点分", "rule_grade_2": "良的起点分",
    "rule_grade_3": "中的起点分", "rule_management": "管理效率是否计分",
}  # fmt: skip
_SCORED_BY = (".indicators.target", ".indicators.actual", ".indicators.weight")
_SHARES = frozenset({"rule_over_limit", "rule_low_rate", "rule_reached_low", "rule_partly_low"})


@check("template.unknown", ours=False)
def unknown(view: View) -> Iterator[Hit]:
    """A workbook (not a data file) that was not made from a template of ours."""
    if view.evaluation.sheet is not None:
        yield hit("template.unknown", [])


@check("template.old", "template.newer", always=True)
def version(view: View) -> Iterator[Hit]:
    """A template of another version than the one that this program ships."""
    template = view.evaluation.template
    if template is None or template.current is None or not template.other:
        return
    id = "template.old" if _parts(template.version) < _parts(template.current) else "template.newer"
    yield hit(id, [], provided=template.version, expected=template.current, apart="".join(_apart(view, template)))


def _apart(view: View, template: Template) -> Iterator[str]:
    """What else differs in a workbook of another version: sheets that it lacks, formulas that are not ours."""
    if template.lacks:
        yield f"这份表没有{'、'.join(template.lacks)}。"
    changed = [one.place for one in _of_kind(view, "formula") if one.provided.startswith("=")]
    if changed:
        shown = few([f"{place.sheet} {place.cell}" for place in changed], SHOWN_CELLS, "等 {} 格")
        yield f"{shown}的公式与本工具的版本不同。"


@check("template.formula", always=True)
def formula(view: View) -> Iterator[Hit]:
    """Formulas that were changed or overwritten.

    A sheet that has lost all of them gets one finding, besides those for figures that the formulas would not give.
    Another formula in a workbook of another version is no fault of the unit: :func:`version` reports it.
    """
    template = view.evaluation.template
    other = template is not None and template.other
    pasted = _pasted(view)
    for group in by_sheet(pasted, lambda one: one.place):
        what = (
            f"这张表里的公式全没有了（{len(group)} 格），只剩下数和文字"
            "（多半是整张粘贴成了数值，或者转换时丢了公式），以后改了填报它们不会跟着变"
        )
        yield hit("template.formula", [one.place for one in group], expected=group[0].expected, told=what)
    known = {one.place for one in pasted}
    found = [one for one in _of_kind(view, "formula") if one.place not in known]
    for group in _by_cause([one for one in found if not (other and one.provided.startswith("="))]):
        places, first = [one.place for one in group], group[0]
        yield hit("template.formula", places, provided=first.provided, expected=first.expected, told=_became(group))


def _by_cause(found: Iterable[Deviation]) -> Iterable[list[Deviation]]:
    """Deviations that have one cause: the same change down a column, or in several columns of the same rows.

    The latter were cut, cleared or pasted over as a whole.
    """
    columns: dict[tuple[str, str, str], list[Deviation]] = {}
    for one in found:
        stands = rowless(one.provided) if one.provided.startswith("=") else "value" if one.provided.strip() else ""
        columns.setdefault((one.place.sheet, rowless(one.expected), stands), []).append(one)
    rows: dict[tuple[str, str, frozenset[int]], list[Deviation]] = {}
    for (sheet, _, stands), group in columns.items():
        rows.setdefault((sheet, stands[:1], frozenset(one.place.row for one in group)), []).extend(group)
    return rows.values()


def _became(group: list[Deviation]) -> str:
    """What became of the cells of a group, in words: cells with the same fate together, wrong figures first."""
    alike = by_key(((*_overwritten(one), bool(one.result)), one) for one in sorted(group, key=_agree))
    shown = [_as_one(said, why, cells) for (said, why, _), cells in list(alike.items())[:_SHOWN]]
    return "；".join([*shown, *([f"共 {len(group)} 格"] if len(alike) > _SHOWN else [])])


def _pasted(view: View) -> list[Deviation]:
    """The cells of sheets that have lost all their formulas, without those whose figure is known to be wrong."""
    sheets = view.evaluation.structure.without_formulas
    there = [one for one in _of_kind(view, "formula") if one.place.sheet in sheets]
    found = [one for one in there if one.result is None or not one.provided.strip() or _agree(one)]
    return found if len(found) > _SHOWN else []


@check("template.parameters", "template.rules", ours=True)
def parameters(view: View) -> Iterator[Hit]:
    """The rule set's numbers in the workbook, which its formulas use, against the rule set itself.

    A workbook made for another rule set than the one asked for rightly has other numbers: that is only a remark.
    """
    rules, wrong, shown = view.rules, list[Entry](), list[str]()
    for key, right in rules.parameters.items():
        entry = view.evaluation.parameters.get(key)
        if entry is None or (entry.value is not None and abs(entry.value - right) < Decimal("1e-9")):
            continue
        wrong.append(entry)
        ruled = percent(right) if key in _SHARES else plain(right)
        shown.append(f"{_PARAMETERS[key]}是 {entry.text.strip() or '空的'}（规则 {ruled}）")
    if not wrong:
        return
    named = view.evaluation.rules or DEFAULT
    if named == rules.name:
        yield hit("template.parameters", wrong, shown="、".join(shown), rules=rules.name)
    else:
        yield hit("template.rules", wrong, provided=named, expected=rules.name, shown="、".join(shown))


@check("template.name", always=True)
def name(view: View) -> Iterator[Hit]:
    """Defined names of ours that are missing or broken."""
    structure = view.evaluation.structure
    if structure.broken_names:
        contents = "、".join(structure.broken_contents or structure.broken_names)
        scored_by = any(one.endswith(_SCORED_BY) for one in structure.broken_names)
        severity: Severity = "error" if scored_by else "warning"
        provided = "、".join(structure.broken_names)
        yield hit("template.name", [], provided=provided, severity=severity, contents=contents)


@check("template.nameless", always=True)
def nameless(view: View) -> Iterator[Hit]:
    """All defined names of ours are gone; where an old file format is the cause, template.old_format says so."""
    structure = view.evaluation.structure
    if structure.nameless and structure.old_format is None:
        yield hit("template.nameless", [])


@check("template.stale", always=True)
def stale(view: View) -> Iterator[Hit]:
    """Stored values that their formulas do not give, one finding a sheet."""
    for group in by_sheet(_of_kind(view, "stale"), lambda one: one.place):
        shown = "；".join(
            f"{one.place.cell} 存的是{_stated(one.provided)}，公式应得{_stated(one.expected)}" for one in group[:_SHOWN]
        )
        places, first = [one.place for one in group], group[0]
        yield hit("template.stale", places, provided=first.provided, expected=first.expected, shown=shown)


def _stated(text: str) -> str:
    return f" {text}" if text.strip() else "空白"


def _as_one(said: str, why: str, cells: list[Deviation]) -> str:
    """A sentence about cells with the same fate: the first few by name, what became of them, what the formulas give."""
    first, more = cells[:_SHOWN], f"等 {len(cells)} 格" if len(cells) > _SHOWN else ""
    names = "、".join(dict.fromkeys(one.label or one.place.cell for one in first)) + more
    blank = "" if more or first[-1].label else " "
    told = all(one.result for one in cells) and not all(map(_agree, cells))
    results = [_written(one) for one in first] if told else []
    same = len(set(results)) == 1 and len({one.result for one in cells}) == 1
    should = f"，按公式应为 {results[0]}" if same else f"，按公式依次应为 {'、'.join(results)}{more and ' 等'}"
    return f"{names}{blank}{said}{should if results else ''}{why}"


def _overwritten(one: Deviation) -> tuple[str, str]:
    """What became of the cell, and a remark that goes behind the formula's result.

    The formula itself is never quoted, as it means nothing to the accountant.
    """
    if one.provided.startswith("="):
        return "的公式被改成了别的公式", ""
    if not one.provided.strip():
        return "的公式被删掉了", ""
    stands = f"写的是 {brief(one.provided)}"
    if not one.result:
        why = "，它应由公式算出，现在的填报还算不出结果" if one.result == "" else "，盖住了原来的公式"
        return stands + why, ""
    if _agree(one):
        return f"{stands}，和公式的结果一样，但公式被盖住了，以后改了填报它不会跟着变", ""
    return stands, "（公式被盖住了）"


def _written(one: Deviation) -> str:
    """The formula's result, with as many decimals as the figure that stands in its place."""
    result = one.result or ""
    value, stands = number(Entry(result)), number(Entry(one.provided))
    digits = len(one.provided.strip().rstrip("%").partition(".")[2])
    if value is None or stands is None or "%" in result or len(result.partition(".")[2]) >= digits:
        return result
    return format(round_half_up(value, digits), "f")


def _agree(one: Deviation) -> bool:
    """True where the cell shows just what its formula would give."""
    provided, result = Entry(one.provided), Entry(one.result or "")
    stands, gives = number(provided), number(result)
    if stands is None or gives is None:
        return one.provided.strip() == (one.result or "").strip()
    shown = decimals(provided) if "%" not in result.text else min(decimals(provided), decimals(result))
    return abs(stands - gives) <= half(shown)


def _of_kind(view: View, kind: str) -> list[Deviation]:
    return [one for one in view.evaluation.structure.deviations if one.kind == kind]


def rowless(formula: str) -> str:
    """A formula without its row numbers, so that the same one in every row looks the same."""
    return re.sub(r"(?<=[A-Z])\$?\d+", "#", formula)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", version))
