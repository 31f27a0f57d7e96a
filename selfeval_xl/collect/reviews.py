"""The reviewer's words in a ledger: read back before it is made anew, so that they find their findings again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from selfeval_xl.collect.versions import squeezed
from selfeval_xl.collect.worker import LEDGER
from selfeval_xl.errors import TargetError, WorkbookError
from selfeval_xl.workbook.grid import Grid, read_grid
from selfeval_xl.workbook.package import Package, open_package

SHEET = "复核"
_COLUMNS = {
    "unit": "单位", "project": "项目", "year": "年度", "severity": "级别", "id": "编号", "message": "问题",
    "verdict": "复核结论", "opinion": "复核意见",
}  # fmt: skip

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a reviewer wrote about one finding of one return, and enough of it to show it when it is gone."""

    unit: str = ""
    project: str = ""
    year: str = ""
    severity: str = ""
    id: str = ""
    message: str = ""
    verdict: str = ""
    opinion: str = ""


Opinions = Mapping[Key, Opinion]


def review_key(unit: str | None, project: str | None, year: int | str | None, id: str) -> Key:
    """What a reviewer's words belong to, whatever the finding's figures and cell are now."""
    return squeezed(unit), squeezed(project), str(year or ""), id


def read_back(path: Path) -> Opinions:
    """The reviewer's words in the ledger that ``path`` holds; none where there is no file.

    Raises TargetError for a file that is no ledger of ours, or can't be read: it must not be overwritten.
    """
    if not path.exists():
        return {}
    try:
        package = open_package(path)
        if not any(name.name == LEDGER for name in package.defined_names):
            raise TargetError(f"{path.name}：已有这个文件，而它不是本工具的台账。请换个文件名，或先把它移走。")
        return _opinions(package)
    except WorkbookError as error:
        raise TargetError(
            f"{path.name}：旧台账读不出来，里面的复核意见会丢。请换个文件名，或先把它移走。（{error}）"
        ) from error


def _opinions(package: Package) -> Opinions:
    found: dict[Key, Opinion] = {}
    for sheet in package.sheets:
        if sheet.name.startswith(SHEET):
            grid = read_grid(package, sheet)
            heading = {raw.text.strip(): column for (row, column), raw in grid.cells.items() if row == 1}
            columns = {key: heading[title] for key, title in _COLUMNS.items() if title in heading}
            for row in range(2, max((row for row, _ in grid.cells), default=0) + 1):
                words = Opinion(**{key: _text(grid, row, column) for key, column in columns.items()})
                if words.verdict or words.opinion:
                    found[review_key(words.unit, words.project, words.year, words.id)] = words
    return found


def _text(grid: Grid, row: int, column: int) -> str:
    raw = grid.cells.get((row, column))
    return raw.text.strip() if raw else ""
