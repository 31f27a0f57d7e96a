"""The writer into somebody's form: what they typed and their formulas stay, and what finds no place is reported."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from selfeval_xl.checks.figures import gives_rate
from selfeval_xl.checks.figures import rate as stated_rate
from selfeval_xl.evaluation.entries import plain_number
from selfeval_xl.fill_official.rows import is_placeholder
from selfeval_xl.fill_official.texts import percent
from selfeval_xl.lazy import lazy
from selfeval_xl.model import FIFTEEN, Place
from selfeval_xl.read.file import entry_of
from selfeval_xl.render.heights import HIGHEST, LINE, MARGIN, height
from selfeval_xl.render.leftovers import Left, kept
from selfeval_xl.workbook.edits import Content, Scalar, Value
from selfeval_xl.workbook.grid import Grid, RawCell
from selfeval_xl.workbook.recognize.fields.grades import bare, offered
from selfeval_xl.workbook.recognize.words.labels import squeeze
from selfeval_xl.workbook.references import Cell, cell_name, parse_cell
from selfeval_xl.workbook.writing.measures import Measures

_DASH = lazy(r"[-—/\\]*")
_FONT = 1.1  # official forms are set in 11 or 12 points, :func:`height` counts on 10
_SLACK = Decimal("0.005")  # what a formula may round off


class Writer:
    """Collects the cells to write on one sheet, and what could not be written there."""

    def __init__(self, grid: Grid) -> None:
        """``grid`` holds blank cells too, for the sake of their formats."""
        self.grid = grid
        self.cells: dict[str, Content] = {}
        self.left: list[Left] = []
        self.worked_out: list[tuple[Cell, Decimal, str]] = []  # what the form's own formulas should give

    def first(self, at: Cell) -> Cell:
        """The first cell of the merged range that a cell belongs to, or the cell itself."""
        area = self.grid.area(at)
        return area.top, area.left

    def there(self, at: Cell) -> RawCell | None:
        """The cell as the form has it; None where it has none."""
        return self.grid.cells.get(at)

    def text(self, at: Cell) -> str:
        """What a cell shows; "" where nothing stands."""
        cell = self.there(at)
        return cell.text if cell is not None else ""

    def has_formula(self, at: Cell) -> bool:
        """True where the form works the cell out itself."""
        cell = self.grid.cells.get(at)
        return cell is not None and cell.formula is not None

    def put(self, at: Cell, value: Scalar, what: str, *, hundredths: bool = False) -> None:
        """Write a cell that is blank or holds the form's filler; anything else stays, and a difference is noted.

        ``hundredths`` says that a number counts per cent or points: a cell that shows per cent gets its hundredth.
        """
        if value in (None, ""):
            return
        if self.has_formula(at):
            if isinstance(value, Decimal) and not self._shows_percent(at):
                self.worked_out.append((at, value, what))
            return
        shown = value
        if isinstance(value, Decimal) and self._shows_percent(at):
            value = value / 100 if hundredths else plain_number(value)
            shown = percent(value) if isinstance(value, Decimal) else value
        text, reference = self.text(at), cell_name(*at)
        if text.strip() and not (is_placeholder(text) or _DASH.fullmatch(squeeze(text)) or squeeze(text) == "无"):
            if not _same(self.there(at), value):
                self.tell(what, shown, f"{self.grid.sheet}!{reference} 里已有“{' '.join(text.split())}”，没有覆盖")
            return
        self.cells[reference] = Value(value)

    def put_rate(self, at: Cell, rate: Decimal | None, what: str) -> None:
        """Write a rate: a fraction into a cell that shows per cent, else text; one that stands there may be rounded."""
        there = self.there(at)
        stated = stated_rate(entry_of(there, Place(self.grid.sheet, cell_name(*at)))) if there is not None else None
        if rate is not None and not (stated and gives_rate(rate, Decimal(1), stated)):
            self.put(at, rate * 100 if self._shows_percent(at) else percent(rate), what, hundredths=True)

    def _shows_percent(self, at: Cell) -> bool:
        there = self.grid.cells.get(at)
        return there is not None and "%" in there.format.code

    def tick(self, at: Cell, grade: str) -> bool:
        """Tick a grade among several (优□ 良□, or □优 □良); False where the cell does not offer it.

        What somebody has ticked stays: True where it is this grade.
        """
        text = self.text(at)
        offers = offered(text)
        ticked = [one for one in offers if one.ticked]
        meant = [one for one in ticked or offers if bare(one.grade) == bare(grade)]
        if len(offers) < 2 or len(ticked) > 1 or len(meant) != 1:
            return False
        if not ticked:
            start, end = meant[0].start, meant[0].end
            tick = f"{text[start]}√{text[end - 1]}" if text[start] in "(（" else "☑"
            self.cells[cell_name(*at)] = Value(f"{text[:start]}{tick}{text[end:]}")
        return True

    def replace(self, at: Cell, text: str) -> None:
        """Write over a label that has a gap for its value."""
        self.cells[cell_name(*at)] = Value(text)

    def tell(self, what: str, value: Scalar, why: str) -> None:
        """Note what was not written as it stood, and why (Chinese)."""
        shown = plain_number(value) if isinstance(value, Decimal) else str(value if value is not None else "")
        self.left.append(Left(what, shown, why))

    def keep(self, row: int, names: Sequence[str]) -> None:
        """Note the rows, the first of them ``row``, that the data do not name."""
        self.left.append(kept(f"{self.grid.sheet} 第 {row} 行", [" ".join(name.split()) for name in names]))

    def tell_results(self, grid: Grid) -> None:
        """Note where a formula of the form gives another figure than ours; ``grid`` is the sheet with its results."""
        unknown: list[tuple[str, Scalar, str]] = []
        for at, value, what in self.worked_out:
            cell = grid.cells.get(at)
            result = cell.value if cell is not None else None
            if _same(cell, value) or (isinstance(result, Decimal) and abs(result - value) <= _SLACK):
                continue
            reference = f"{self.grid.sheet}!{cell_name(*at)}"
            if cell is not None and (shown := cell.text.strip()):
                mend = "请核对公式取的范围，或数据里的数"
                self.tell(what, value, f"{reference} 是公式，算出的是 {shown}，没有覆盖；{mend}")
            else:
                unknown.append((what, value, reference))
        if unknown:
            what, first, reference = unknown[0]
            more = f"等 {len(unknown)} 格" if len(unknown) > 1 else ""
            why = f"{reference} {more}是公式，本工具算不出它的结果，没有覆盖；请在 Excel 或 WPS 里打开核对"
            self.tell(f"{what}{more and '等'}", None if more else first, why)

    def holds(self, at: Cell, value: Scalar) -> bool:
        """True where a cell has this value already, or is going to get it."""
        new = self.cells.get(cell_name(*at))
        return new.value == value if new is not None else _same(self.there(at), value)

    def raised(self, measures: Measures) -> dict[int, float]:
        """The heights, by row, that the texts written need; in a merged range its last row takes what is missing.

        A row without a height of its own is raised too: not every program fits it to its texts on opening.
        """
        needed: dict[int, float] = {}
        for reference, content in self.cells.items():
            if not isinstance(content.value, str):
                continue
            area = measures.area(parse_cell(reference))
            there = sum(measures.height(row) for row in range(area.top, area.bottom + 1))
            lines = (height([(content.value, measures.width(area) / _FONT)], 0) or 0) - MARGIN
            if lines > LINE and lines * _FONT > there:
                own = measures.height(area.bottom)
                needed[area.bottom] = max(needed.get(area.bottom, own), min(own + lines * _FONT - there, HIGHEST))
        return needed

    def clear(self, at: Cell) -> None:
        """Empty a cell, unless it holds a formula."""
        if not self.has_formula(at):
            self.cells[cell_name(*at)] = Value(None)


def _same(there: RawCell | None, value: Scalar) -> bool:
    if there is None:
        return False
    if isinstance(value, Decimal):
        text = squeeze(there.text).removesuffix("分").replace(",", "")
        return there.value == FIFTEEN.plus(value) or text == plain_number(value)
    return squeeze(there.text) == squeeze(str(value))
