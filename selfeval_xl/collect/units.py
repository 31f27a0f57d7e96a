"""The list of units (单位名单): reads from a bureau's own table which unit has to return how many forms."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from selfeval_xl import quantity
from selfeval_xl.collect.names import NameBook
from selfeval_xl.errors import DataError
from selfeval_xl.groups import by_key
from selfeval_xl.quantity.text import halfwidth, squeezed
from selfeval_xl.read.tablefile import ABOVE, COUNTER, Line, sheets
from selfeval_xl.words.identity import identity

_HEADINGS = {
    "unit": ("单位", "预算单位", "填报单位", "实施单位", "报送单位", "项目单位", "项目实施单位", "基层单位", "二级单位",
             "二级预算单位", "部门", "部门/单位", "单位/部门", "预算部门", "主管部门"),
    "code": ("单位编码", "单位代码", "预算单位编码", "预算单位代码", "部门编码", "部门代码"),
    "project": ("项目", "二级项目"),
    "mail": ("邮箱", "电子邮箱", "邮箱地址", "联系邮箱", "邮件", "电子邮件", "email", "e-mail"),
    "kind": ("类别", "单位类别", "类型", "单位类型"),
    "count": ("项目数", "项目数量", "项目个数", "自评项目数", "应报项目数", "应报份数", "应交份数", "应报数", "应交数"),
    "needed": ("是否报送", "是否需报送", "是否需要报送", "是否应报送", "是否填报", "是否需要填报", "是否上报",
               "是否需要上报", "是否自评", "是否需要自评", "是否开展自评", "是否提交", "是否需要提交", "是否交表"),
    "note": ("备注", "备注说明", "说明", "附注", "报送说明", "报送要求"),
}  # fmt: skip
_NAMED = re.compile(r"名称|全称|\([^)]*\)")
"""What a column's heading may have besides its word: 预算单位名称（全称）."""
_ADDRESS = re.compile(
    r"(?<![\w.+@-])[\w+-]++(?:\.[\w+-]++)*+@(?:[\w-]++\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)(?![\w@-]|\.\w)",
    re.ASCII | re.IGNORECASE,
)
"""An e-mail address, not one that runs on into a telephone number or into the next address."""
_CODES = re.compile(r"编码|代码")
_MOST = 10_000  # returns of a unit; above it, the figure counts something else
_SUMS = re.compile(r"(?:小计|合计|总计|共计)(?=[:(0-9]|$)|(?:备注|说明|注|填表人?|制表人?|联系人)(?=:|$)")
_GROUP = re.compile(r"[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)")
_NOT = re.compile(r"否|不|无|免|未|×|x$|no?$|0$")
_EXEMPT = re.compile(
    r"(?!.*(?:(?<!无)(?<!没有)项目|整体|除|其[他余]|部分|只|仅|[下所]属|电子|纸|[明次下]年|[如若凡]|原则|的[,;]|待[定核确]))"
    r"(?:(?:[无没]有?项目)?[^报交填评]*[,;。、:])?(?:[无没]有?项目(?:支出)?)?"
    r"(?:[今本当]年度?|(?P<year>20[0-9]{2})年度?)?(?P<on>起)?(?:不需要?|不用|无需|无须|不必|不再|免于?予?)再?(?:开展|进行|参加)?(?:绩效)?"
    r"(?:自我评价|自评|报送?|上报|填报|提交|交)(?:绩效|自评|材料|资料|表)*(?:[,;。(][^报交填评]*)?"
)
"""A note that says without any condition or exception that a unit need not return anything."""
_TOUCHING = re.compile(
    r"(?!.*(?:纸|电子)).*(?:撤|并入|合并(?!报表)|并[至到]|注销|停办|划[转归]|移交|改制|[更改]名|改[为称]|现[为名称]|涉密|暂缓|免[报填交评于予]|免$|代[报交填]|统一[上填报交]"
    r"|(?:不(?!得|能)|无|没)[^,;。]{0,6}[报交填评需用催项任纳参])"
)
"""Words of a note by which a unit may be gone, renamed, or have nothing to return."""
_APART = re.compile(r"不|免|无")
"""In the name of a sheet: it lists units that need not return anything."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a line of the list expects: the return of a ``project``, or where that is empty, of any.

    ``count`` is how many returns are expected, if known, and 0 where the unit need not return anything.  ``doubt`` is a
    note by which that may be so.
    """

    unit: str
    project: str = ""
    mail: str = ""
    kind: str = ""
    count: int | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Unused:
    """What was not read of a list: columns (by heading), rows without a unit, and sheets.

    ``read`` are the sheets that were read, if several; ``repeated`` what stands in several rows, with their number.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


class Roll:
    """The list of units, looked up by name and by address, and what of it was ``unused``."""

    def __init__(
        self,
        expected: Sequence[Expected] = (),
        unused: Unused = Unused(),
        came: Iterable[tuple[str | None, str | None]] = (),
    ) -> None:
        """``came`` are the units and projects of the returns, whose codes may distinguish equal names on the list."""
        self.expected, self.unused = expected, unused
        self.names = NameBook([(one.unit, one.project) for one in expected], came)
        self._by_mail: dict[str, str] = {}
        lines: dict[tuple[str, str], Expected] = {}
        for one in expected:
            key = self.names.key(one.unit, one.project)
            lines[key] = _common(lines.get(key, one), one)
            for mail in addresses(one.mail.lower()):  # an address that two units share identifies neither
                known = self._by_mail.get(mail, one.unit)
                self._by_mail[mail] = one.unit if self.names.unit(known) == self.names.unit(one.unit) else ""
        self._by_unit: dict[str, Expected] = {}
        for (unit, _), one in lines.items():
            self._by_unit.setdefault(unit, one)

    def unit_of(self, sender: str | None) -> str | None:
        """The unit that alone has this address."""
        return self._by_mail.get(sender or "") or None

    def of(self, unit: str | None) -> Expected:
        """What the list says of a unit; an empty ``Expected`` where the unit is not on the list."""
        return self._by_unit.get(self.names.unit(unit), Expected(""))

    def named_in(self, text: str) -> str | None:
        """The listed unit whose name stands last in a file's path, of several the longest; None for a tie."""
        plain = squeezed(text)
        named = ((identity(one.unit)[1], one.unit) for one in self._by_unit.values())
        found = [((plain.rindex(name) + len(name), len(name)), unit) for name, unit in named if name in plain]
        last = max((at for at, _ in found), default=None)
        nearest = [unit for at, unit in found if at == last]
        return nearest[0] if len(nearest) == 1 else None


def addresses(mail: str) -> list[str]:
    """The addresses in one cell, whatever people write between them."""
    return list(dict.fromkeys(_ADDRESS.findall(halfwidth(mail))))


def _common(one: Expected, other: Expected) -> Expected:
    """What two lines with the same name agree on, as nobody knows which of them a return belongs to."""
    mail, kind = (a if a == b else "" for a, b in ((one.mail, other.mail), (one.kind, other.kind)))
    return replace(one, mail=mail, kind=kind)


def read_units(path: Path, year: int | None = None) -> Roll:
    """The list in a CSV file or a workbook (单位[, 项目, 邮箱, 类别, 单位编码, 项目数, 是否报送, 备注]).

    Further sheets go on with it where they have the same columns; ``year`` is the one asked for.  DataError says what
    is wrong with it, WorkbookError why a workbook can't be read.
    """
    expected: list[tuple[str, Expected]] = []
    titles: Mapping[int, str] = {}
    known: dict[str, int] = {}
    rows, read, left, notes = list[str](), list[str](), list[str](), list[str]()
    try:
        for name, found in sheets(path):
            try:
                each = list(found)
            except DataError:
                if not known:
                    raise
                left.append(name)
                continue
            headings, below = _headings(_upright(each))
            columns = _columns(headings)
            other = known and (columns.keys() ^ known.keys()) - {"note"}
            if not columns or other or (known and _APART.search(name)):
                left += [name] if each else []
                continue
            titles, known = (titles, known) if known else (headings, columns)
            read.append(name)
            expected += _expected(below, columns, rows, year, wide=len(headings) > 1)
            notes += (line.cells.get(columns.get("note", -1), "") for line in below)
    except OSError as error:
        raise DataError(f"{path.name}：读不到单位名单，请检查路径 {path}") from error
    if not known:
        unit, *others = _HEADINGS["unit"]
        raise DataError(
            f"{path.name}：前 {ABOVE} 行里没有标题为“{unit}”的一列，请把单位名称那一列的标题写成“{unit}”"
            f"（{'、'.join(others)}也认）；可再加 项目、邮箱、类别"
        )
    if not expected:
        raise DataError(f"{path.name}：名单里一个单位也没有")
    telling = any(_exempt(note, year) or _doubt(note, year) for note in notes)
    used = {at for key, at in known.items() if key != "note" or telling}
    unused = tuple(title for at, title in titles.items() if at not in used and squeezed(title) != COUNTER)
    several = tuple(read) if len(read) > 1 else ()
    listed = _told_apart(expected)
    about = Unused(unused, tuple(rows), tuple(left), several, tuple(_repeated(listed)))
    return Roll(tuple(dict.fromkeys(listed)), about)


def _repeated(listed: Sequence[Expected]) -> Iterator[str]:
    """Each name that stands in several rows of the list, with the number of these."""
    called = NameBook([(one.unit, one.project) for one in listed])
    for first, *more in by_key((called.key(one.unit, one.project), one) for one in listed).values():
        if more:
            yield f"{'　'.join(filter(None, (first.unit, first.project)))}（{1 + len(more)} 行）"


def _expected(
    lines: Iterable[Line], columns: Mapping[str, int], unused: list[str], year: int | None, *, wide: bool
) -> Iterator[tuple[str, Expected]]:
    """What the rows below the headings expect, each with the code of its unit; skipped rows go to ``unused``.

    A row with a project and no unit belongs to the unit above, as in merged cells.
    """
    above: dict[str, str] = {}
    for line in lines:
        if _columns(line.cells) == columns:  # the headings once more, as on each page of a print
            continue
        known = {key: line.cells[at] for key, at in columns.items() if at in line.cells}
        if _apart(line.cells, known, wide=wide):
            unused.append("　".join(line.cells.values()))
            above = {}
            continue
        doubt = _doubt(known.get("note", ""), year)
        if "unit" in known:
            above = known
        elif "project" in known and above:
            known = {key: above[key] for key in ("unit", "code", "mail", "kind", "needed") if key in above} | known
            if "note" not in known and _exempt(above.get("note", ""), year):  # that note may be for the whole unit
                doubt = above["note"]
        else:
            continue
        about = {key: known[key] for key in ("unit", "project", "mail", "kind") if key in known}
        doubt = "" if "needed" in known else doubt
        yield known.get("code", ""), Expected(**about, count=_count(known, year), doubt=doubt)


def _apart(cells: Mapping[int, str], known: Mapping[str, str], *, wide: bool) -> bool:
    """Whether a row is not a unit's: a sum, a note, or the heading of a group."""
    unit = squeezed(known.get("unit"))
    if any(_SUMS.match(squeezed(text)) for text in islice(cells.values(), 2)):
        return True
    if len(cells) == 1 and wide and _GROUP.match(squeezed(next(iter(cells.values())))):
        return True
    return bool(unit) and not any(sign.isalpha() for sign in unit)


def _count(known: Mapping[str, str], year: int | None) -> int | None:
    """How many returns the row asks for: 0 of a unit that need not return anything; None where it does not say."""
    needed = squeezed(known.get("needed"))
    if _NOT.match(needed) if needed else _exempt(known.get("note", ""), year):
        return 0
    count = quantity.read(known.get("count", ""), role="actual")
    value = count.value if count.kind == "number" and count.bound is None else None
    return int(value) if value is not None and value in range(_MOST) and "project" not in known else None


def _exempt(note: str, year: int | None) -> bool:
    """Whether a note excuses a unit in the ``year`` asked for; a note that names a year is for that year only."""
    match = _EXEMPT.fullmatch(squeezed(note))
    if match is None or match["year"] is None:
        return match is not None
    named = int(match["year"])
    return (year is None or named <= year) if match["on"] else named == year


def _doubt(note: str, year: int | None) -> str:
    """The note where it may excuse a unit without saying so plainly, and somebody has to read it; else ""."""
    plain = squeezed(note)
    match = _EXEMPT.fullmatch(plain)
    settled = match is not None and (match["year"] is None or year is not None)
    return "" if settled or not _TOUCHING.match(plain) else note


def _told_apart(found: Sequence[tuple[str, Expected]]) -> list[Expected]:
    """The expected returns, with the code put before the name of units that share it under several codes."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, one in found:
        codes[identity(one.unit)[1]].add(code)
    return [
        replace(one, unit=f"[{code}]{one.unit}") if code and len(codes[identity(one.unit)[1]]) > 1 else one
        for code, one in found
    ]


def _upright(rows: Sequence[Line]) -> Sequence[Line]:
    """The rows; where the headings stand in a column (单位 | 甲局 | 乙局), the columns in place of the rows."""
    first = {at: next(iter(line.cells.values())) for at, line in enumerate(rows[:ABOVE])}
    across = next((line for line in rows[:ABOVE] if _columns(line.cells)), None)
    down, beside = _columns(first), len(_columns(across.cells)) if across else 0
    if "note" in down and down["note"] - 1 not in down.values():
        del down["note"]  # 备注 below a list is no heading
    alone = beside == 1 and across is rows[-1]  # 单位 | 甲局 | 乙局, and nothing below
    if len(down) <= beside - alone or len(rows[down["unit"]].cells) == 1:
        return rows
    block = rows[min(down.values()) :]
    columns = sorted({column for line in block for column in line.cells})
    return [
        Line(column, {at: line.cells[column] for at, line in enumerate(block, 1) if column in line.cells})
        for column in columns
    ]


def _headings(rows: Sequence[Line]) -> tuple[Mapping[int, str], Sequence[Line]]:
    """The headings ({} for none) and the rows below them.

    Where the headings take two rows, the upper one is put before those below it.
    """
    at = next((at for at, line in enumerate(rows[:ABOVE]) if _columns(line.cells)), None)
    if at is None:
        return {}, rows
    upper = rows[at].cells
    lower = rows[at + 1].cells if len(rows) > at + 1 else {}
    if not any(_NAMED.fullmatch(squeezed(text)) or _CODES.fullmatch(squeezed(text)) for text in lower.values()):
        return upper, rows[at + 1 :]
    titles, above = dict[int, str](), ""
    for column in sorted(upper.keys() | lower.keys()):
        above, own = upper.get(column, above), lower.get(column, "")
        titles[column] = own if squeezed(own) in _HEADINGS["mail"] else above + own
    return titles, rows[at + 2 :]


def _columns(cells: Mapping[int, str]) -> dict[str, int]:
    """Which column holds what, taking these cells for headings; {} where none is that of the units."""
    titles = {column: squeezed(text) for column, text in cells.items()}
    bare = {column: _NAMED.sub("", title) for column, title in titles.items()}
    found = {}
    for key, names in _HEADINGS.items():
        columns = (at for name in names for each in (titles, bare) for at, title in each.items() if title == name)
        at = next(columns, None)
        if at is not None:
            found[key] = at
    return found if "unit" in found else {}
