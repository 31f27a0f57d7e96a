"""Cells as entries: the number behind a text, a percentage as a fraction, a bare rate that may mean two things."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.model import EMPTY, OF_REGIONS, POINT_KEYS, Entry
from selfeval_xl.quantity import normalize_unit
from selfeval_xl.quantity.units import known as known_unit
from selfeval_xl.workbook.recognize.labels import DASH, squeeze
from selfeval_xl.workbook.recognize.sheet import Cell, Column, Sheet, Table
from selfeval_xl.workbook.recognize.vocabulary import CURRENCIES

_DASH = lazy(DASH)
MEASURES = ("target", "actual")
"""Keys whose texts carry units of their own."""

RATES_APART = Decimal("0.0051")
"""How far rates must lie apart to be two: one of them may be shown to the point."""

_FIGURE = lazy(r"[-+(]?\.?\d")
_UNIT_BEHIND = lazy(r"[^\d\s,.%％]\s*$")
ZERO, _HUNDRED = Decimal(0), Decimal(100)
ROUNDED = Decimal("0.05")  # of points
_NEAR = Decimal("0.01")
_BEHIND = f"{'|'.join(CURRENCIES)}|[万亿分]"
# No amount has more digits; what is longer names something, or is no figure at all.
_DIGITS = r"\d{1,20}"
_NUMBER = lazy(
    rf"[¥]?([-+]?(?:\d{{1,3}}(?:,\d{{3}}){{1,6}}|{_DIGITS})(?:\.{_DIGITS})?|[-+]?\.{_DIGITS})(%)?(?:{_BEHIND}|\((?:{_BEHIND})\))?"
)

_PARTS = lazy(r"(?<=[元万亿])\((?:其中|含|包括)[^()]*\)$")  # 260万元（其中基本支出180万元，项目支出80万元）
# Behind an amount or a rate: words, with figures that are some of it only, or what it was; or the sum that makes it.
_NOTED = lazy(r"([^()]{1,40})\(([^()]{1,100})\)")
_OF_IT = lazy(
    r"[^\d]*|[^\d]*(?:含|包括|其中|追加|调[增减]|[核压]减|收回|结转|结余|剩余|年初|原|[未欠])"
    r"(?:(?!(?:后|[为至到是应改]|实际|[执支]出?行?)[^\d,、;]{0,3}\d).)*"
)
_TERM = lazy(r"[-+]?\d+(?:\.\d+)?")
_SUM = lazy(r"\d+(?:\.\d+)?(?:[-+]\d+(?:\.\d+)?)+")
_BOTH = lazy(r"(\d{1,3}(?:\.\d+)?)分?[/|](\d{1,3}(?:\.\d+)?)分?")
_RATE_AND_POINTS = lazy(r"(\d{1,3}(?:\.\d+)?)[%％]\s*[\n,，;；、/(（]\s*(\d{1,3}(?:\.\d+)?)分?[)）]?")
_ENCLOSED = lazy(  # as money it would be below nought; 40（40） says the same twice
    rf"(?:(?P<again>\d{{1,3}}(?:\.{_DIGITS})?)分?(?=\((?P=again)分?\)))?\((\d{{1,3}}(?:\.{_DIGITS})?)分?\)"
)
_REMARKED = lazy(rf"({_DIGITS}(?:\.{_DIGITS})?)分?\((?=[^()]*[一-鿿])([^()]*(?:\([^()]*\)[^()]*)*)\)")
_DEDUCTED = lazy(rf"扣[除减了]?({_DIGITS}(?:\.{_DIGITS})?)分?")
_NO_POINTS = lazy(r"附[件表]\d+|(?<!\d)\d++(?:\.\d++)?+(?:[%％]|(?!分)[^\W\d_])")  # 有1次补考 are no points


def currency_behind(text: str) -> str:
    """The unit of money behind an amount, 万 being 万元; empty where none is."""
    bare = _PARTS.sub("", squeeze(text)).rstrip(")")  # 12.6（万元）
    bare += "元" if bare.endswith(("万", "亿")) else ""
    return next((unit for unit in CURRENCIES if bare.endswith(unit)), "")


@lru_cache(maxsize=512)
def plain_number(text: str) -> tuple[Decimal, bool] | None:
    """``"1,415.43万元"`` → (1415.43, False), ``"86.85%"`` → (86.85, True); None where there is anything else around.

    Lines of which each is a number are as many numbers (180 over 180), and no long one.
    """
    lines = text.split("\n") if "\n" in text else ()
    if len(lines) > 1 and all(line[:1] != "." and _NUMBER.fullmatch(squeeze(line)) for line in lines):
        return None
    bare = _PARTS.sub("", squeeze(text))
    match = _NUMBER.fullmatch(bare[1:-1] if bare.endswith("分)") and bare.startswith("(") else bare)
    return (Decimal(match[1].replace(",", "")), bool(match[2])) if match else None


def remarked(text: str) -> tuple[Decimal, str] | None:
    """Points and the remark behind them: 8分（未完成，扣2分）; None where it may have another score: 28（复核26）."""
    match = _REMARKED.fullmatch(squeeze(text))
    if match is None or any(map(str.isdigit, _NO_POINTS.sub("", _DEDUCTED.sub("", match[2])))):
        return None
    return Decimal(match[1]), match[2]


@lru_cache(maxsize=512)
def noted(text: str) -> tuple[Decimal, bool] | None:
    """An amount or a rate with a note behind it, as :func:`plain_number` gives it: 45（含追加5）, 45（40+5）.

    None where the note may have another figure for it: 50（实际45）.
    """
    match = _NOTED.fullmatch(squeeze(text)) if text.rstrip().endswith((")", "）")) else None
    read = plain_number(match[1]) if match else None
    if match is None or read is None:
        return None
    if _SUM.fullmatch(match[2]):
        return read if sum(map(Decimal, _TERM.findall(match[2]))) == read[0] else None
    return read if _OF_IT.fullmatch(match[2]) and not match[2].isascii() else None


def has_note(text: str) -> bool:
    """True for an amount or a rate with more in brackets behind it than its unit: 45（含追加5）, 260万元（其中……）."""
    bare = squeeze(text)
    match = _NOTED.fullmatch(bare)
    return match is not None and _NUMBER.fullmatch(bare) is None and plain_number(match[1]) is not None


def is_doubtful(score: Decimal, remark: str, weight: Decimal | None) -> bool:
    """True where a score and the points that its remark deducts don't make the weight: 20（扣2分） of 20 may be 18."""
    deducted = [Decimal(points) for points in _DEDUCTED.findall(remark)]
    return bool(deducted) and (weight is None or score + sum(deducted) != weight)


def number(cell: Cell, *, points: bool = False) -> Decimal | None:
    """The cell's figure, a percentage as a fraction; None for words, dates and blanks.

    For ``points`` a percentage is in points, words in brackets behind them (为何扣分) are a remark, and （20） is 20.
    """
    if cell.raw is None:
        return None
    value = cell.raw.value
    if isinstance(value, Decimal):
        if cell.raw.format.is_date:
            return None
        read = plain_number(cell.text) if "%" in cell.text else None
        if read is None:
            return value
        # A sign that is only written behind the figure (0"%") leaves the value as large as it looks.
        fraction = value / _HUNDRED if abs(value - read[0]) < abs(value) / 2 else value
        return fraction * _HUNDRED if points else fraction
    if not isinstance(value, str):
        return None
    enclosed = _ENCLOSED.fullmatch(squeeze(cell.text)) if points else None
    read = plain_number(enclosed[2] if enclosed else cell.text)
    if read is None and not points:
        read = noted(cell.text)
    if read is None:
        found = remarked(cell.text) if points else None
        return found[0] if found else None
    figure, percent = read
    return figure / _HUNDRED if percent and not points else figure


def gives(budget: Decimal, executed: Decimal | None, rate: Decimal | None) -> bool:
    """True where what was spent of the budget is the rate, a fraction or a percentage."""
    if budget <= 0 or executed is None or rate is None:
        return False
    return any(abs(executed / budget - one) < RATES_APART for one in (rate, rate / _HUNDRED))


def is_number(cell: Cell) -> bool:
    """True where the cell holds nothing but a figure, or a formula whose result was not stored."""
    unstored = cell.raw is not None and cell.raw.value is None and cell.raw.formula is not None
    return unstored or number(cell) is not None


def is_dash(cell: Cell) -> bool:
    """True for the sign that no figure belongs here."""
    return _DASH.fullmatch(squeeze(cell.text)) is not None


def is_unit(cell: Cell) -> bool:
    """True for %, 人次 and the like alone: the rest of a figure, and nothing that a row says itself."""
    return known_unit(normalize_unit(squeeze(cell.text)))


def is_figure(cell: Cell) -> bool:
    """True for a figure, and for the sign that none belongs here."""
    return is_number(cell) or is_dash(cell)


def entry(sheet: Sheet, cell: Cell, key: str) -> Entry:
    """The cell as an entry; nothing is marked."""
    value = number(cell, points=key in POINT_KEYS)
    text = squeeze(cell.text)
    behind = not text.endswith("%") and _UNIT_BEHIND.search(cell.text)
    if key in MEASURES and (behind or not _FIGURE.match(text)):
        value = None  # "1亿元" is no plain 1, nor is the 98% below a format "≥"0%: the quantity's reader sees to them
    return Entry(cell.text.strip(), value, sheet.place(*cell.at), cell.raw.formula if cell.raw else None)


def weight_and_score(sheet: Sheet, table: Table, row: int) -> tuple[dict[str, Entry], list[Cell]]:
    """Weight and score from one cell of the row (10/9.5), or from two below one heading, and the cells; else nothing.

    The heading says which stands first (分值/得分); where it names the score only, none is above its weight.
    """
    column = table.columns.get("points") or (None if "weight" in table.columns else table.columns.get("claimed_score"))
    cells = sheet.in_column(row, column) if column else []
    if column is None or not cells:
        return {}, []
    named, place = column.key == "points", sheet.place(*cells[0].at)
    match = _BOTH.fullmatch(squeeze(cells[0].text)) if len(cells) == 1 else None
    if match is not None:
        one, two = (Entry(figure, Decimal(figure), place) for figure in match.groups())
    elif named and len(cells) == 2 and all(map(is_number, cells)):
        one, two = (entry(sheet, cell, "weight") for cell in cells)
    else:
        return {}, []
    by_size = (one.value or 0) < (two.value or 0)
    score_first = column.heading.label.core.startswith(("得分", "自评", "实际")) if named else by_size
    score, weight = (one, two) if score_first else (two, one)
    return {"weight": weight, "claimed_score": score}, cells


def rate_and_score(entry: Entry, weight: Decimal | None) -> dict[str, Entry]:
    """Rate and score of the execution from one cell (95% ⏎ 9.5), where the one is the other's share of the weight."""
    match = _RATE_AND_POINTS.fullmatch(entry.text.strip())
    if match is None or weight is None:
        return {}
    rate, score = Decimal(match[1]) / _HUNDRED, Decimal(match[2])
    if abs(rate * weight - score) > ROUNDED:
        return {}
    return {
        "claimed_rate": Entry(f"{match[1]}%", rate, entry.place),
        "claimed_score": Entry(match[2], score, entry.place),
    }


def blank(sheet: Sheet, row: int, column: int) -> Entry:
    """The entry of an empty cell, which still knows where it is."""
    return Entry(place=sheet.place(row, column))


def settle_rate(sheet: Sheet, cell: Cell, column: Column, found: Entry, amounts: Mapping[str, Entry]) -> Entry:
    """The rate with its value as a fraction: a bare 86.85 is 86.85%; a bare 1 is doubtful where the amounts don't say.

    ``amounts``: the budget and what was spent, or what was allocated and used, by their keys.
    A percentage (a sign in the text or in the number format) is certain.  A bare figure takes the reading that agrees
    with executed ÷ adjusted; where neither does, the heading's (%) decides, then its size.
    """
    adjusted, executed = (amounts.get(key, amounts.get(of, EMPTY)) for key, of in OF_REGIONS.items())
    bare = found.value
    if bare is None or bare == 0 or "%" in squeeze(found.text):
        return found
    as_percent = column.heading.label.unit == "%" or bare > 2
    readings = (bare / _HUNDRED, bare) if as_percent else (bare, bare / _HUNDRED)
    quotient = executed.value / adjusted.value if adjusted.value and executed.value is not None else None
    near = Decimal(0) if quotient is None else min(_NEAR, quotient / 2)  # a hundredth of a tiny rate is near to nothing
    agreeing = [reading for reading in readings if quotient is not None and abs(reading - quotient) < near]
    doubtful = bare <= 1 if column.heading.label.unit == "%" else 1 <= bare <= 2
    if not agreeing and doubtful:
        sheet.doubt(cell, *(f"{(reading * _HUNDRED).normalize():f}%" for reading in readings))
    value = agreeing[0] if agreeing else readings[0]
    return Entry(found.text, value, found.place, found.formula)
