"""Checks of the seal (封签): whether there is one, whether the content is still what was sealed, and who signed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from selfeval_xl.checks.registry import Hit, by_sheet, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.groups import by_key
from selfeval_xl.model import SealChangeKind
from selfeval_xl.words.identity import named_after

_DONE: Mapping[SealChangeKind, str] = {
    "content": "内容在封签之后被改动过",
    "formula": "公式在封签之后被改动过",
    "value": "这里应是公式，封签之后被换成了数值、文字或被删去",
    "result": "公式没有改，存着的结果在封签之后被改动过",
    "row_hidden": "这一行在封签之后被隐藏",
    "hidden": "内容在封签之后被格式（字色、字号、数字格式）或合并遮住，看不见了",
    "sense": "数字格式在封签之后被改动过，同一个数读成了另一个值（百分数、日期与一般的数不同）",
    "sheet_hidden": "这张工作表在封签之后被隐藏，报送的内容在这张隐藏的表里；如另有样子相同的表，那一张不是报送的",
    "veiled": "封签之后加了遮住内容的条件格式",
    "looks": "这张工作表的条件格式、显示或名称的归属在封签之后被改动过",
    "name": "定义名称 {} 在封签之后被改指别处（现在指向这里）",
    "name_gone": "定义名称 {} 在封签之后被删去或损坏（原来指向这里）",
    "moved": "内容没有改，封签之后挪了位置（插入、删去了列或行，或剪切到了这里）",
    "row_moved": "这一行在封签之后换了次序",
    "rows_gone": "封签之后这里少了 {} 行（被删去或清空）",
    "row_added": "这一行是封签之后加上的",
    "label": "这里左边或上方的固定文字（项目名称、表头、表的标题）在封签之后被改动过",
    "rules": "评分规则或其参数在封签之后被改动过",
}


@check("seal.missing")
def unsealed(view: View) -> Iterator[Hit]:
    """No seal, where somebody looked for one (``seal`` is None where nobody did)."""
    structure = view.evaluation.structure
    if structure.seal == "absent":
        line = structure.code_line  # printed on what had one
        yield hit("seal.missing", [] if line.blank else [line], provided=line.text.strip() or None)


@check("seal.broken", always=True)
def tampered(view: View) -> Iterator[Hit]:
    """Content that changed after sealing."""
    structure = view.evaluation.structure
    if structure.seal != "broken":
        return
    if structure.seal_damaged:
        yield hit("seal.broken", [], what="封签本身残缺（少了一段、被改过，或出自更新的程序），不能证明内容没有改动")
    elif not structure.seal_changes:
        gone = "、".join(structure.broken_contents)
        where = f"现在找不到{gone}" if gone else "改了哪些单元格已无法查明"
        yield hit("seal.broken", [], what=f"{_DONE['content']}，{where}")
    done = (((place.sheet, _DONE[kind].format(detail)), place) for place, kind, detail in structure.seal_changes)
    for (_, what), cells in by_key(done).items():
        yield hit("seal.broken", cells, what=what)


@check("seal.code", always=True)
def printed(view: View) -> Iterator[Hit]:
    """An intact seal whose code is not the one that the workbook shows, which people compare with the receipt."""
    structure = view.evaluation.structure
    line, code = structure.code_line, structure.seal_code
    if structure.seal == "whole" and code is not None and not line.blank and code not in line.text:
        yield hit("seal.code", [line], provided=line.text.strip(), expected=code)


@check("seal.covered", "seal.hidden_column", always=True)
def out_of_sight(view: View) -> Iterator[Hit]:
    """Sealed cells that have not changed, but can't be seen."""
    structure = view.evaluation.structure
    for id, places in (("seal.covered", structure.covered), ("seal.hidden_column", structure.unseen)):
        for cells in by_sheet(places, lambda place: place):
            yield hit(id, cells)


@check("seal.other_sheet", always=True)
def other_sheets(view: View) -> Iterator[Hit]:
    """Sheets beside the form, which may look like it."""
    if names := view.evaluation.structure.unsealed:
        yield hit("seal.other_sheet", [], provided="、".join(f"“{name}”" for name in names))


@check("seal.outdated", always=True)
def outdated(view: View) -> Iterator[Hit]:
    """A seal whose content this tool is about to change itself, or has changed since."""
    if view.evaluation.structure.seal == "outdated":
        yield hit("seal.outdated", [])


@check("seal.signature", "seal.unknown_key", "seal.unsigned", always=True)
def signature(view: View) -> Iterator[Hit]:
    """A wrong signature, one with an unknown key, or none, where there are keys to check it with."""
    ids = {"false": "seal.signature", "unknown": "seal.unknown_key", "absent": "seal.unsigned"}
    if id := ids.get(view.evaluation.structure.signature or ""):
        yield hit(id, [])


@check("seal.other_signer", always=True)
def other_signer(view: View) -> Iterator[Hit]:
    """A signature with the key of somebody other than the unit or its department."""
    header, who = view.evaluation.header, view.evaluation.structure.signer
    if who is not None and not named_after(who, header.unit.text, header.department.text):
        unit = header.unit
        yield hit("seal.other_signer", [unit], provided=who, expected=unit.text.strip() or None, unit=unit.text.strip())
