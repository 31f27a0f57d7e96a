"""The reviewers' opinions (复核): read back from the old ledger, so that the new one shows them with their findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.groups import by_key
from selfeval_xl.quantity.text import squeezed
from selfeval_xl.read.file import LEDGER
from selfeval_xl.read.words import bare_heading
from selfeval_xl.workbook.opening.markup import Node, grow, parts
from selfeval_xl.workbook.opening.package import Package, Sheet, open_package
from selfeval_xl.workbook.reading.rows import SHEET_DATA, Names
from selfeval_xl.workbook.reading.shared import shared, words
from selfeval_xl.workbook.stored import natural, unescaped

SHEET = "复核"
_COLUMNS = {
    "unit": "单位", "project": "项目", "year": "年度", "severity": "级别", "id": "编号", "message": "问题",
    "state": "状态", "verdict": "复核结论", "opinion": "复核意见", "cells": "单元格", "file": "文件",
}  # fmt: skip
READ_BACK = frozenset(_COLUMNS[key] for key in ("state", "verdict", "opinion"))
"""The headings under which reviewers write."""
STANDING, REVIEWED, GONE, CHANGED = "待复核", "已复核", "已不再出现", "待复核：问题有变化"
UNTRUE, PENDING = "不属实", "待核实"
VERDICTS = ("属实", "已整改", UNTRUE, PENDING)
_ABOVE = 10  # rows in which the headings are looked for: somebody may have put a title above them

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer wrote about one finding of one return, and enough of it to show it when it is gone.

    ``state`` is what the reviewer typed over its formula, or :data:`CHANGED` until somebody has looked at the changed
    problem; ``cells`` is "" in ledgers of earlier versions.
    """

    unit: str = ""
    project: str = ""
    year: str = ""
    severity: str = ""
    id: str = ""
    message: str = ""
    state: str = ""
    verdict: str = ""
    opinion: str = ""
    cells: str = ""
    file: str = ""

    @property
    def pending(self) -> bool:
        """Whether nothing has been decided yet."""
        return self.state in ("", CHANGED) and self.verdict in ("", PENDING)

    def about(self, message: str, cells: str) -> bool:
        """Whether it was written about a problem with this message in these cells."""
        return _plain(self.message) == _plain(message) and self.cells in ("", cells)


def _plain(text: str) -> str:
    """A text without blanks and control characters, which programs save differently."""
    return "".join(filter(str.isprintable, squeezed(text)))


Opinions = Mapping[Key, Sequence[Opinion]]
"""The opinions by their keys, in the order of the ledger; several for one key, as a file may hold two forms."""


def review_key(unit: str | None, project: str | None, year: int | str | None, id: str, file: str) -> Key:
    """The key of an opinion, which does not depend on the finding's figures and cell.

    ``file`` takes the place of the unit where that is not known.
    """
    return squeezed(unit) or f"\0{squeezed(file)}", squeezed(project), str(year or ""), id


def read_back(path: Path) -> Opinions:
    """The reviewer's words in the ledger that ``path`` holds; none where there is no file.

    Raises TargetError for a file that is no ledger of ours, or can't be read: it must not be overwritten.
    """
    if not path.exists():
        return {}
    try:
        package = open_package(path, own=True)
        if not any(name.name == LEDGER for name in package.defined_names):
            raise TargetError(f"{path.name}：已有这个文件，而它不是本工具的台账。请换个文件名，或先把它移走。")
        return _opinions(package)
    except WorkbookError as error:
        raise TargetError(
            f"{path.name}：旧台账读不出来，里面的复核意见会丢。请换个文件名，或先把它移走。（{error}）"
        ) from error


def _opinions(package: Package) -> Opinions:
    """The opinions on the sheets 复核, or where these were renamed, on any sheet with their headings.

    Those that a copied sheet repeats count once.
    """
    sheets = [sheet for sheet in package.sheets if sheet.kind == "worksheet"]
    found = list[Opinion]()
    earlier = set[Opinion]()
    known = False  # where they are
    for sheet in sorted(sheets, key=lambda sheet: not sheet.name.startswith(SHEET)):
        if known and not sheet.name.startswith(SHEET):
            break
        here = _on_sheet(package, sheet)
        known = known or here is not None
        found += (one for one in here or () if one not in earlier)
        earlier.update(here or ())
    return by_key((review_key(one.unit, one.project, one.year, one.id, one.file), one) for one in found)


def _on_sheet(package: Package, sheet: Sheet) -> list[Opinion] | None:
    """The opinions on one sheet; None where it has no headings of a review."""
    found = list[Opinion]()
    columns: dict[str, str] = {}
    above = iter(range(_ABOVE))

    def row(cells: dict[str, str], formulas: dict[str, str]) -> None:
        if not columns:
            if next(above, None) is not None:
                columns.update(_review_columns(cells))
            return
        words = Opinion(**{key: cells[at] for at, key in columns.items() if at in cells})
        at = next((at for at, key in columns.items() if key == "state"), "")
        words = replace(words, state=_state(words, formulas.get(at)))
        if words.verdict or words.opinion or words.state:
            found.append(words)

    each_row(package, sheet, row)
    return found if columns else None


def _review_columns(cells: Mapping[str, str]) -> dict[str, str]:
    """Which column holds what, by the headings, to which somebody may have added words; {} where it is no review."""
    titles = {title: key for key, title in _COLUMNS.items()}
    columns = {at: titles[title] for at, title in cells.items() if title in titles}
    for at, title in cells.items():
        key = titles.get(bare_heading(title))
        if key is not None and key not in columns.values():
            columns[at] = key
    known = set(columns.values())
    return columns if "id" in known and known & {"verdict", "opinion"} else {}


def _state(words: Opinion, formula: str | None) -> str:
    """The state that a reviewer typed, or CHANGED; "" for what the ledger's own formula gave.

    The formula of a changed problem names the old verdict: as some programs save no results, that shows whether it
    still waits.
    """
    if formula is not None:
        waiting = CHANGED in formula and bool(words.verdict) and f'"{words.verdict}"' in formula
        return CHANGED if words.state == CHANGED or (not words.state and waiting) else ""
    typed = words.state.removeprefix(GONE).strip("（）")
    return "" if typed == STANDING else typed


def each_row(package: Package, sheet: Sheet, row: Callable[[dict[str, str], dict[str, str]], None]) -> None:
    """Show ``row`` the texts of each row by the letters of their columns, and the formulas that gave some of them.

    Row by row: a ledger may have a million.
    """
    strings = shared(package).strings

    def take(root: Node, whole: bool) -> None:
        for part, found in parts(root, whole):
            if part.tag in SHEET_DATA:
                for each in found:
                    row(*_texts(each, SHEET_DATA[part.tag], strings))

    package.archive.made(sheet.part, grow, take)


def _texts(row: Node, names: Names, strings: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    cells: dict[str, str] = {}
    formulas: dict[str, str] = {}
    for cell in row:
        at, text = cell.get("r", "").rstrip("0123456789"), ""
        for child in cell:
            if child.tag == names.f:
                formulas[at] = child.text or ""
            else:
                text += words(child) if child.tag == names.inline else child.text or ""
        if cell.get("t") == "s":
            index = natural(text)
            text = strings[index] if index is not None and index < len(strings) else ""
        if text := unescaped(text).strip():
            cells[at] = text
    return cells, formulas
