"""Reads one cell into a Quantity: a state, else figures, else a date, else words; what is uncertain is unreadable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise, zip_longest

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import words
from selfeval_xl.quantity.dates import resolve
from selfeval_xl.quantity.figures import Day, Figure, UncertainError, tokens
from selfeval_xl.quantity.signs import comparisons, op_in_column, op_of
from selfeval_xl.quantity.single import EDGE, Column, number, single
from selfeval_xl.quantity.text import DIGITS, NOTHING, clean, lists_items, unnumbered
from selfeval_xl.quantity.units import CLOCK_TIMES, TIMES, is_money, known, normalize_unit
from selfeval_xl.quantity.value import Kind, Op, Quantity, Role, comparable

_BRACKETED_UNIT = lazy(
    r"(?<=[0-9余多万亿])\(([^()0-9]{1,6})\)|(?<=[^\W0-9A-Za-z_])\([次套]\)|(?<=/)\([^()0-9]{1,6}\)"
    r"|\((?:[及或含]者?)*以[上下内]\)"
)
_OTHER_UNIT = lazy(r"[0-9余多万亿][^\W0-9A-Za-z_]{1,3}\(([^()0-9]{1,4})\)(?=$|以[上下内])")
_BRACKET = lazy(r"\((?!(?:19|20)[0-9]{2}\))([^()]*)\)")
_QUOTES = {"“": "”", '"': '"'}
_QUOTE = lazy('[“”"]')
_NUMBERED = lazy(r"\([一二三四五六七八九十]\)")
_BREAK = lazy(r"[,;。、]|以及|[和及与且并]|(?=[总合共]计$)")  # where the words of a figure end, before the next one
_CLAUSES = lazy("[,;。]")
_LISTED = lazy(r"[、，,;；和及与/\n]")
_ITEMS = lazy("[、,;]")
_LISTS = _ITEMS, lazy("[、,;和及与]"), lazy("/")  # 普及率、参与率 are two things, 开工率和完工率 as well
_COUNT = r"(?!10*(?![0-9.]))[0-9]+(?:[.][0-9]+)?[十百千]?[万亿]?"  # 1.26万, but not 1, 10, 100
_SOMETHING = r"(?!年|个?月|天|日|周|个?小时|分钟|秒|个?季度|个?学期)[^\W0-9_]"
# ≥95%/≥98%, 31场/1.26万人次 are two figures; 元/3人, 人/10万人, 次/2年 are one unit.
_SLASHED = lazy(
    "(?<=[0-9]%)/(?=[≥≤<>=]?[0-9.]+%)"
    rf"|(?<=[0-9余多万亿][^\W0-9A-Za-z_元月日年])/(?=[≥≤<>=][0-9]|{_COUNT}{_SOMETHING})"
    r"|(?<=[0-9余多万亿][^\W0-9A-Za-z_]{2})/(?=[≥≤<>=][0-9])"
)
_ANOTHER_YEAR = ("去年", "上年", "上一年", "往年", "同期")
_ANOTHER = ("计划", "目标", "预期", "原", "超额", "超出")
_FURTHER = ("另", "还", "再", "此外", "同时", "加", "其他", "其它")
_NOT_DONE = ("取消", "停办", "未举办", "未开展", "未完成", "推迟", "延期", "顺延")
_TOTAL = lazy(r"(?:全年|年度|实际)?(?:总?共|[合总累]计)")
_SMALLER = {"年": ("月",), "天": ("小时",), "日": ("小时",), "小时": ("分钟",), "分钟": ("秒",)}
# What a figure became: 由5天压缩至3天.
_FROM, _BECAME = lazy("(?:由(?!于)|从(?![业事]))[^由从]{0,6}$"), lazy("[^,;。、]{1,10}[至到为][第前]?")
_SOME_OF = ("含", "其中", "包括", "包含")
_SHARES = frozenset("%‰‱")
_PERIODS = ("上半年", "下半年", *(f"{period}{part}" for period in "年度季" for part in "底末内终度"))
_TO = lazy(r"[-~—至到]+")
_OTHER_YEAR = lazy(r"(次|翌|来|明|下一?|去|上一?|前一)年度?$")
_BEFORE = ("去", "上", "上一", "前一")
_YEAR_MONTH = r"((?:19|20)[0-9]{2})\.(0?[1-9]|1[0-2])"
_MONTHS = lazy(rf"≤?(?:{_YEAR_MONTH}[-~—至到]{{1,2}})?{_YEAR_MONTH}")
# 20231231 and 23.12.31, but neither V23.12.1 nor 合同号20231231.
_RUN_TOGETHER = lazy(
    r"(?<![0-9.A-Za-z号本])(?:(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
    r"|([0-9]{2})\.(1[0-2]|0?[1-9])\.(3[01]|[12][0-9]|0?[1-9]))(?:日(?!均|常))?"
    r"(?=$|[-~—至到,;、)止]|之?前|以[前内]|完|[竣开]工|建成|通过|验收|投[入用运]|交付|上线)"
)
# 2024年13月, 2204年11月底前: a date with a typing error, not 2024 years.
_NO_DATE = lazy(
    r"(?<![0-9.])(?!(?:19|20)[0-9]{2}年度?(?:(?:1[0-2]|0?[1-9])月|年?[底末]))[0-9]{4}年度?(?:[0-9]{1,2}月|年?[底末])"
)
_BETWEEN = lazy(r"(?<![0-9.])([0-9.]++[^0-9≤]*+)≤([^0-9≤≥<>=]{1,15})≤([0-9.]+.*)")
_AHEAD = lazy(r"[,;。(][^0-9,;。()]{0,10}提前了?(?:约|近)?[0-9]+个?(?:工作)?[天日月周]\)?")
_THAN_AIMED = lazy(
    r"(?<=[^0-9])[,;。(](?:比|较|高于|低于|高出|多于|少于|优于|超(?:过|出|额)?)了?(?:完成)?(?:年度|年初|全年)?"
    r"(?:预[期定]|计划|目标|指标|任务|设定|既定)+[值数]?[^,;。()]*\)?"
)
# In 计划30个,实际完成32个 and in 完成32个,超额2个 one figure says what was done: see _done.
_PLANNED = lazy("(?:年初|全年|年度|本年|原|共)*(?:计划(?!生育)|目标(?!人)|预[期定]|任务|应完成|安排$)")
_PLAN_ALONE = lazy("(?:年初|全年|年度|本年|原)*(?:计划|目标|预期|任务)(?:完成)?[数值量]?[为是:]?")
# 计划100/实际98, 计划:100 实际:98: no comma parts the two, so the word 实际 or 计划 does.
_PLAN_BESIDE = lazy(
    "^(?:年初|全年|年度|本年)?(?:计划|目标|预期)[^,;。、/实]{1,20}[/、]?(?=实际)|^实际[^,;。、/计目预]{1,20}[/、]?(?=计划|目标|预期)"
)
_REST = lazy("(?:剩余?|其余|余下|尚余|还剩|尚有)")  # 已完成13个,剩余2个正在施工
_DONE, _EXTRA = lazy("(?:全年|年度|本年|已|共)*(?:实际|完成)"), lazy("超额(?:完成)?$")
# 15个(2个未完成): the 15 may or may not include the 2, see _less_undone; what an earlier year left is no part of them.
_WORK = "(?:完成|完工|竣工|开工|实施|开展|举办|建成)"
_HELD = lazy(f"{_WORK}|召开|组织|已")
_WORKED = lazy("(?<![未没])(?:完成|完工|竣工|建成)")
_NOT = "(?:尚|还|仍)?(?:未|没有?)能?(?:全部|按[期时])?"
_PUT_OFF = "(?:推迟|延[期后]?|顺延|改期|调整|结转)[至到](?:(?P<year>20\\d\\d)|次|明|下一?)年"
_COUNTED = r"(?<![\d.另])(?<!另有)"  # what is told besides the figure is no part of it: 15个，另有2个延至2025年
_UNDONE = lazy(
    rf"{_COUNTED}(?P<left>\d{{1,9}})(?P<of>[^\W\d_]{{1,4}}?){_NOT}(?P<work>{_WORK})(?![^\W\d_])"
    rf"|{_COUNTED}(?P<late>\d{{1,9}})(?P<each>[^\W\d_]{{1,4}}?)(?:因[^,;。()]{{1,10}})?{_PUT_OFF}"
    r"|(?<=[(中])(?P<some>\d{1,9})(?P<its>[^\W\d_]{1,4}?)(?:因[^,;。()]{1,10}?)?(?:推迟|延期|顺延|改期|取消|停办|暂停)(?![^\W\d_])"
    rf"|{_NOT}(?P<verb>{_WORK})的?(?P<those>\d{{1,9}})(?P<what>[^\W\d_]{{1,4}})"
)
# 285/300=95%, 285/300,95% and 285/300(95%), with or without measure words, brackets and ×100%: a share and its figures.
_SHARE = lazy(
    r"(?<![0-9./])(\()?([0-9]{1,9}(?:\.[0-9]{1,6})?)[^\W0-9]{0,2}[/÷]([0-9]{1,9}(?:\.[0-9]{1,6})?)[^\W0-9]{0,2}(?(1)\))"
    r"(?:[×*]100%?)?(?:[=,;]|(\())([0-9]{1,3}(?:\.[0-9]{1,6})?)%(?(4)\))"
)
# 246份+246份=492份, 窗口246份+网上246份=492份: the addends of a sum.
_ADDEND = r"[^\W0-9_]{0,8}[0-9]{1,9}(?:\.[0-9]{1,6})?[^\W0-9_]{0,4}"
_ADDED = lazy(rf"(?<![0-9.])((?:{_ADDEND}\+)+{_ADDEND})=(?=([0-9]{{1,9}}(?:\.[0-9]{{1,6}})?))")
_INCLUDED = lazy("含(?:本数|[0-9.]+%)?")  # 大于95%（含）
_COMPARED = lazy(r"提[前早]|推迟|延[后迟期]|逾期|约定|[计规]划|规定|要求|应")
_LATER = lazy("[以之]?后(?![期续勤])|左右|前后")
_DEADLINE = lazy(r"前|完[成工]|竣工|建成|到位|[底末]")
# For beyond_reading: clearly written, yet no single figure (several units, one or the other, an unknown unit).
_PLAIN_NUMBER = lazy(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_LETTERS = lazy(r"[A-Za-z]{1,3}(?![0-9A-Za-z])")
_MISTYPED = lazy(r"[A-Za-z][0-9]|[0-9][OolI](?![A-Za-z])|[0-9]月(?:[0-9]+日|初)|%%")
_NO_WORDS = frozenset(("", *" ,;:、。./·-~+=()"))
_EITHER = lazy(r"或(?!多|更多|以[上下])")
_MOST_FIGURES = 100  # of more, nobody can say which answers the indicator, and comparing each with each takes too long


def read(
    text: str,
    *,
    unit: str | None = None,
    op: str | None = None,
    role: Role = "target",
    year: int | None = None,
    name: str = "",
) -> Quantity:
    """What ``text``, one cell of an indicator table, says.  Never raises; ``text`` is kept as written.

    ``unit`` and ``op`` are what the row has in its columns for unit and sign, where the form has these; what the cell
    itself says wins, but an ``op`` of 定性 makes any text qualitative; a deadline keeps its day.  A target without a
    sign gets an inferred one: ≥, for zero ≤.  In an actual 以上, 以内, 超过 are bounds, and a comparison sign is kept.
    ``year`` completes a date without a year.  A ``name`` that lists things (开工率、完工率) labels as many bare
    figures, in its order.
    """
    return _cell(text, unit, op, role, year, name if name and (_LISTED.search(text) or lists_items(name)) else "")


@lru_cache(maxsize=1024)  # the same few texts (100%, 已完成) stand in hundreds of cells
def _cell(text: str, unit: str | None, op: str | None, role: Role, year: int | None, name: str) -> Quantity:
    plain = clean(text, listed=lists_items(name))
    if plain in words.ERRORS:
        return Quantity(text, "unreadable")
    if plain.rstrip("。;,") in NOTHING:
        return Quantity(text, "empty")
    if words.placeholder(plain):
        return Quantity(text, "empty", placeholder=True)
    plain = plain.rstrip("。;,、!.")
    if plain[:1] in _QUOTES and _QUOTES[plain[0]] == plain[-1:] and len(_QUOTE.findall(plain)) == 2:
        plain = plain[1:-1]
    if op is not None and op.strip() == "定性":
        return _in_words(text, plain, Column(role, None, None, year, name))
    sign = op_in_column(clean(op)) if op and role == "target" else None
    unit, either = _two_units(clean(unit)) if unit else ("", "")
    column = Column(role, unit or None, sign, year, name)
    try:
        quantity = _status(text, plain, column) or _read(text, plain, column)
        if role == "actual":
            quantity = _less_undone(quantity, plain, year)
    except UncertainError:
        return Quantity(text, "unreadable")
    return quantity._replace(either=either) if either and quantity.unit == unit else quantity


def _in_words(text: str, plain: str, column: Column) -> Quantity:
    """A cell called 定性: words, with their state, or with the day where they are a deadline (12月底前)."""
    leading = words.leading_state(plain)
    try:
        due = _read(text, plain, column)
    except UncertainError:
        due = None
    in_words = Quantity(text, "qualitative", state=leading.state if leading else None)
    return in_words._replace(since=due.since, date=due.date) if due and due.kind == "date" else in_words


def _two_units(column: str) -> tuple[str, str]:
    """A column's unit, and the other one in its brackets: 份 and 册 of 份（册）; 人（次） is 人次, 元（含税） 元."""
    unit = normalize_unit(column)
    first, other = map(normalize_unit, column.rstrip(")").partition("(")[::2])
    if known(unit) or not (column.endswith(")") and "/" not in unit and known(first)):
        return unit, ""
    return first, other if known(other) else ""


def _status(text: str, plain: str, column: Column) -> Quantity | None:
    """A state (达成, 达到预期效果) or a status word (完成) with its reason or the figure behind it; None without."""
    if words.within_budget(plain):
        return Quantity(text, "qualitative", state="reached")
    leading = words.leading_state(plain)
    if leading is None:
        return None
    if any(other.state != leading.state for other in map(words.leading_state, plain.split(";")) if other):
        return Quantity(text, "qualitative")  # 1.完成;2.未完成 has no one state
    rest = plain[leading.end :]
    if leading.state == "reached" or not words.explains(rest):
        behind = rest.strip(EDGE)
        try:
            quantity = _figures(text, behind, column) or _date(text, behind, column)
        except UncertainError:
            quantity = Quantity(text, "unreadable") if leading.state == "reached" else None
        if quantity is not None:
            return quantity._replace(state=leading.state)
    kind: Kind = "qualitative" if leading.verb in ("达成", "达到", "实现") else "status"
    return Quantity(text, kind, state=leading.state, reason=words.reason(rest))


def _read(text: str, plain: str, column: Column) -> Quantity:
    if words.zero(plain) or (column.role == "actual" and _none_at_all(plain)):
        return number(text, Decimal(0), column.unit, None, column, label=plain)
    if "." in plain and (months := _MONTHS.fullmatch(plain)) and (dotted := _dotted(text, months, column)):
        return dotted
    plain = words.in_digits(_spelled_days(plain, column))
    if words.vague(plain) or "分之" in plain or ("年" in plain and _NO_DATE.search(plain)):
        raise UncertainError
    if column.role == "actual":
        plain = _THAN_AIMED.sub("", plain)  # 95.6%,高于目标5.6个百分点
        plain = _SHARE.sub(_worked_out, plain) if "/" in plain or "÷" in plain else plain
        plain = _ADDED.sub(_added_up, plain) if "=" in plain else plain
        plain = _PLAN_BESIDE.sub(lambda plan: f"{plan[0].rstrip('/、')},", plain) if "实际" in plain else plain
    plain = _SLASHED.sub("、", plain) if "/" in plain else plain
    if "提前" in plain and (date := _date(text, _AHEAD.sub("", plain), column)):
        return date
    plain = _BETWEEN.sub(r"\2≥\1,≤\3", plain) if plain.count("≤") == 2 else plain
    if "(" in plain:
        return _with_brackets(text, plain, column)
    return _figures(text, plain, column) or _words(text, plain, column)


def _with_brackets(text: str, plain: str, column: Column) -> Quantity:
    """Text with brackets: they hold a unit, a part of the words, or details of the figure before them."""
    plain = _BRACKETED_UNIT.sub(_opened, _NUMBERED.sub(";", plain))
    inside = _BRACKET.findall(plain)
    if any(part.startswith("或") for part in inside):
        raise UncertainError
    outside = _BRACKET.sub("", plain)
    quantity = _figures(text, outside, column)
    if quantity is None:
        compared = any(_COMPARED.search(part) for part in inside)
        if compared and (date := _date(text, outside, column)):
            return date  # 11月20日(提前10天)
        opened = plain.replace("(", "").replace(")", "")
        return _figures(text, opened, column) or _words(text, opened, column)
    if quantity.kind != "number":
        return quantity
    if quantity.op in (">", "<") and any(map(_INCLUDED.fullmatch, inside)):
        quantity = quantity._replace(op=">=" if quantity.op == ">" else "<=")
    if len(inside) == 1 and (other := _OTHER_UNIT.search(plain)) and known(normalize_unit(other[1])):
        return quantity._replace(either=normalize_unit(other[1]))
    return quantity._replace(parts=_details(quantity, ",".join(inside)))


def _less_undone(quantity: Quantity, plain: str, form_year: int | None) -> Quantity:
    """The quantity, as a range where its (first) figure may include what was not done: 15个(2个未完成) is 13 to 15.

    So are 12场(2场推迟) and 12期(1期延至2025年).  完成15个, 98%, 举办11场(1场推迟) and 8期(计划10期,2期延至2025年) stay
    as they are, since they say what was done; what was put off to the form's own year counts as done.
    """
    first, *others = quantity.singles
    done = _DONE.match(first.label) or _WORKED.search(first.label)
    known = first.kind != "number" or first.value is None or first.is_inequality
    if known or first.value is None or done or _holds(plain, _ANOTHER_YEAR):
        return quantity
    undone: list[Decimal] = []
    for found in _UNDONE.finditer(plain):
        count = Decimal(found["left"] or found["late"] or found["some"] or found["those"])
        unit = found["of"] or found["each"] or found["its"] or found["what"]
        work = found["work"] or found["verb"]
        same = work is not None and work in first.label  # 举办15场，未举办2场
        in_time = found["year"] and form_year and int(found["year"]) <= form_year
        left_out = f"{first.value + count:f}{unit}" in plain
        held = found["some"] and _HELD.search(first.label)
        known_done = same or in_time or left_out or held
        if not known_done and normalize_unit(unit) == first.unit and 0 < count < first.value:
            undone.append(count)
    if not undone:
        return quantity
    surely = first.value - sum(undone)
    if surely < 0:
        raise UncertainError
    whole = first._replace(kind="range", value=surely, upper=first.value, parts=())
    others = [one for one in others if one.unit != first.unit or one.value not in undone]
    return quantity._replace(parts=(whole, *others)) if others else whole._replace(text=quantity.text)


def _none_at_all(plain: str) -> bool:
    """True for 无投诉 and 未发生事故,运行平稳; not before a figure, or a clause that may tell of a case after all."""
    first, *others = _CLAUSES.split(plain)
    if not (words.none(first) or (others and words.zero(first))):
        return False
    return DIGITS.isdisjoint(plain) and not any(map(words.and_yet, others))


def _worked_out(share: re.Match[str]) -> str:
    """285/300=95% as 95%, where the division gives that at the digits shown; else the text as it stands."""
    part, whole, percent = map(Decimal, share.group(2, 3, 5))
    right = whole and (part * 100 / whole).quantize(percent, ROUND_HALF_UP) == percent
    return f"{share[5]}%" if right else share[0]


def _added_up(added: re.Match[str]) -> str:
    """Drops 246份+246份= where these make the sum that follows; else the text as it stands."""
    right = sum(map(Decimal, _PLAIN_NUMBER.findall(added[1]))) == Decimal(added[2])
    return "" if right else added[0]


def _opened(match: re.Match[str]) -> str:
    """人(次), 元/(人·月), 10(个), 90%(及以上) without their brackets; others stay: 个(套) are two units."""
    inside = match[0][1:-1]
    unit = match[1] or (match.string[match.start() - 1] + inside if len(inside) == 1 else "")
    return inside if not unit or known(normalize_unit(unit)) else match[0]


def _words(text: str, plain: str, column: Column) -> Quantity:
    """A cell without any figure: a reference, a deadline, or words."""
    if words.refers(plain):
        return Quantity(text, "reference")
    return _date(text, plain, column) or Quantity(text, "qualitative")


def _date(text: str, plain: str, column: Column) -> Quantity | None:
    """A deadline, or the end of a period; None where ``plain`` holds no date, or only mentions one among many words."""
    if DIGITS.isdisjoint(plain) and not _holds(plain, _PERIODS):
        return None
    dates = [token for token in tokens(plain) if isinstance(token, Day)]
    if not dates:
        return None
    first, last = dates[0], dates[-1]
    around = plain[: first.start] + plain[last.end :]
    if len(around) > 8 and not _DEADLINE.search(last.written + plain[last.end :]):
        return None
    op: Op | None = "<=" if column.role == "target" else None
    several = len(dates) > 1 and (len(dates) > 2 or not _TO.fullmatch(plain, first.end, last.start))
    if several or _LATER.match(plain, last.end):
        return Quantity(text, "date", op)  # 春季6月底前、秋季12月底前, 7月10日后, 6月左右: dates without one last day
    if column.unit == "月" and plain.endswith("月") and plain[:-1].isdecimal():
        return number(text, Decimal(plain[:-1]), "月", None, column)
    year = column.year
    if year and (other := _OTHER_YEAR.search(plain, 0, first.start + first.written.startswith("年"))):
        year += -1 if other[1] in _BEFORE else 1  # 次年3月底前
    try:
        start = resolve(first.written, year)
        span = resolve(last.written, start[1].year if start else year)
    except ValueError:
        raise UncertainError from None
    since, date = span or (None, None)
    return Quantity(text, "date", op, date=date, since=since, label=around.strip(EDGE + "≤前"))


def _dotted(text: str, months: re.Match[str], column: Column) -> Quantity | None:
    """2024.12 and 2024.3-2024.11 as months, if within a year of the form's own; None where the column has a unit.

    2024.1 is January, or October where a spreadsheet took 2024.10 for a number: a target then has no certain day, an
    actual may be any up to October.
    """
    year, month = months[3], months[4]
    begin = months[1] or year, months[2] or month
    near = column.year is not None and all(abs(int(one) - column.year) <= 1 for one in (begin[0], year))
    if not near or (column.unit and known(column.unit)):
        return None
    op: Op | None = "<=" if column.role == "target" else None
    if op and month == "1":
        return Quantity(text, "date", op)
    first = resolve(f"{begin[0]}年{begin[1]}月", None)
    last = resolve(f"{year}年{10 if month == '1' else month}月", None)
    return Quantity(text, "date", op, date=last and last[1], since=first and first[0])


def _spelled_days(plain: str, column: Column) -> str:
    """20231231 and 23.12.31 as 2023年12月31日, if within a year of the form's own and beside no unit but a time."""
    form_year = column.year
    if form_year is None or (column.unit and known(column.unit) and column.unit not in CLOCK_TIMES):
        return plain

    def spelled(found: re.Match[str]) -> str:
        written, month, day = filter(None, found.groups())
        year = f"20{written[-2:]}"
        return f"{year}年{month}月{day}日" if abs(int(year) - form_year) <= 1 else found[0]

    return _RUN_TOGETHER.sub(spelled, plain)


def _figures(text: str, plain: str, column: Column) -> Quantity | None:
    """The figure or figures in ``plain``; None where there are none."""
    if DIGITS.isdisjoint(plain):
        return None
    found = [token for token in tokens(plain) if isinstance(token, Figure)]
    if not found:
        return None
    if len(found) > _MOST_FIGURES:
        raise UncertainError
    if len(found) == 1:
        return single(text, plain[: found[0].start], found[0], plain[found[0].end :], column)
    if plain.startswith(":", found[0].end) and found[0].low is not None and found[0].low.unit:
        whole = single(text, plain[: found[0].start], found[0], "", column)
        if _lists(whole, plain[found[0].end + 1 :]):
            return whole
    pieces: list[Quantity] = []
    start, end = 0, _until(plain, *found[1:3])
    if became := _became(plain[:end], found[0], found[1], column):
        pieces, found, start = [became], found[2:], end  # 由1.82降至1.70,下降6.6%
    for token, following in zip_longest(found, found[1:]):
        stop = _until(plain, token, following)
        unbroken = following is None or stop == following.start
        if unbroken and comparisons(plain[start : token.start]) and op_of(plain[token.end : stop]) in (">=", "<="):
            stop = token.end  # 不少于10场不超过20场
        piece = plain[start:stop].strip(EDGE)
        pieces.append(single(piece, plain[start : token.start], token, plain[token.end : stop], column))
        start = stop
    pieces = [_signed(one, pieces[0]) for one in pieces]
    if len(pieces) == 1:
        return pieces[0]._replace(text=text)
    if column.role == "actual" and (done := _done(*pieces)):
        return done._replace(text=text)
    return _several(text, pieces, column)


def _signed(one: Quantity, first: Quantity) -> Quantity:
    """A figure without sign or words takes the first one's sign if of its sort: ≥1100件/1500人, but not ≤3天、100%."""
    shared = one.inferred and not (first.inferred or one.label) and _sort(one.unit) == _sort(first.unit)
    return one._replace(op=first.op, inferred=False) if shared else one


def _sort(unit: str | None) -> str:
    """What a unit measures, as far as that may tell which way is better: share, time, money; "" for things counted."""
    over = (unit or "").partition("/")[0]
    if over in _SHARES:
        return "share"
    if over in TIMES:
        return "time"
    return "money" if is_money(over) else ""


def _done(first: Quantity, second: Quantity, *others: Quantity) -> Quantity | None:
    """The figure for what was done, where the other says what was planned, is left, or exceeds the plan; else None.

    Of three figures (共安排15个,完成13个,2个未完成) the first must be the sum of the other two.
    """
    if any(one.unit != first.unit for one in (second, *others)):
        return None
    if others:
        done = [one for one in (second, *others) if _DONE.match(one.label)]
        left = [one for one in (second, *others) if _REST.match(one.label) or _holds(one.label, _NOT_DONE)]
        whole = sum(one.value or 0 for one in (*done, *left))
        return done[0] if len(done) == len(left) == len(others) == 1 and first.value == whole else None
    if _PLANNED.match(first.label) and _DONE.match(second.label):
        return second
    if _DONE.match(first.label) and _REST.match(second.label):
        return first
    before_plan = first.label.startswith("实际") and _PLAN_ALONE.fullmatch(second.label)
    return first if before_plan or _EXTRA.fullmatch(second.label) else None


def _several(text: str, pieces: Sequence[Quantity], column: Column) -> Quantity:
    """Several figures as one if they make one (a whole with its 其中 parts, a range, a total), else as a compound."""
    first, second = pieces[:2]
    if second.label.startswith("其中") and (column.role == "actual" or second.inferred):
        return first._replace(text=text, parts=tuple(pieces))  # where ≥10篇，其中核心期刊≥5篇 asks for both
    if pieces[-1].label.endswith("之间"):
        raise UncertainError
    together = _between(pieces) or _named(pieces, column.name) or _in_two_units(pieces) or _with_total(pieces)
    return (together or Quantity(text, "compound", parts=_settled(pieces, column.role)))._replace(text=text)


def _between(pieces: Sequence[Quantity]) -> Quantity | None:
    """The range from ≥10场 to ≤20场."""
    first, second = pieces[:2]
    low, high = (first, second) if first.op == ">=" else (second, first)
    signed = (low.op, high.op) == (">=", "<=") and not (low.inferred or high.inferred)
    if len(pieces) > 2 or not signed or first.unit != second.unit or second.label:
        return None
    if low.value is None or high.value is None or low.value > high.value:
        return None
    return Quantity("", "range", value=low.value, upper=high.value, unit=first.unit, label=first.label)


def _named(pieces: Sequence[Quantity], name: str) -> Quantity | None:
    """Bare figures on one unit, each labelled with its thing, where the name lists as many things; else None."""
    if not all(piece.kind == "number" and piece.unit == pieces[0].unit and not piece.label for piece in pieces):
        return None
    bare = _BRACKET.sub("", unnumbered(clean(name)))  # 补助标准(元/人) is one thing
    lists = ([unnumbered(clean(line)) for line in name.split("\n")], *(sign.split(bare) for sign in _LISTS))
    things = next((things for things in lists if len(things) == len(pieces)), None)
    if things is None:
        return None
    named = (piece._replace(label=thing) for piece, thing in zip(pieces, things, strict=True))
    return Quantity("", "compound", parts=tuple(named))


def _in_two_units(pieces: Sequence[Quantity]) -> Quantity | None:
    """3年6个月 as 42 月; what looks like such a pair and is none (3天24小时) is uncertain."""
    if not any(not right.label and {left.unit, right.unit} <= CLOCK_TIMES for left, right in pairwise(pieces)):
        return None
    if len(pieces) > 2:
        raise UncertainError
    left, right = pieces
    more, rest = (one._replace(unit="分钟") if one.unit == "分" else one for one in pieces)
    signed = left if right.inferred or right.op is None else right
    alike = left.kind == right.kind == "number" and (left.inferred or left.op in (None, signed.op))
    before = comparable(rest, more) if alike and rest.unit in _SMALLER.get(more.unit or "", ()) else None
    if before is None or not more.value or rest.value is None or not 0 <= rest.value < before / more.value:
        raise UncertainError
    return signed._replace(value=before + rest.value, unit=rest.unit, bound=left.bound or right.bound, label=left.label)


def _with_total(pieces: Sequence[Quantity]) -> Quantity | None:
    """The total, where the first or last of several labelled figures is one: 上半年3次，下半年4次，共7次; else None."""
    first, *_, last = pieces
    if not all(piece.unit == first.unit and piece.label and piece.kind == "number" for piece in pieces):
        return None
    if _TOTAL.match(first.label):
        return first._replace(parts=tuple(pieces[1:]))
    parts = tuple(pieces[:-1])
    total, added = last.value or 0, sum(part.value or 0 for part in parts)
    some_of_it = total > added and all(part.label.startswith(_SOME_OF) for part in parts)  # 含续助46名，共计218名
    return last._replace(parts=parts) if _TOTAL.match(last.label) and (some_of_it or total == added) else None


def _settled(pieces: Sequence[Quantity], role: Role) -> tuple[Quantity, ...]:
    """The figures of a compound, doubtful ones unreadable; uncertain where all are doubtful, in a target where any is.

    In an actual, doubtful figures on one unit (26个项目合格25个，合格率96.15%) leave those on another readable; but a
    doubtful one without a unit makes all uncertain, as it may be on any of theirs.
    """
    changes = [piece for piece in pieces if words.is_change(piece.label, piece.text)]
    doubtful: set[str | None] = set()
    for piece in pieces:
        alike = [other for other in pieces if other is not piece and other.unit == piece.unit]
        rivals = [other.label for other in alike if other not in changes and not _holds(other.label, _NOT_DONE)]
        # The first figure answers the indicator's own name: 86%，投诉率0.2%; but 20台，另购5台 has to be added up.
        main = piece is pieces[0] and not any(label.startswith(_FURTHER) for label in rivals)
        confused = rivals and ((not piece.label and not main) or piece.label in rivals or _holds(piece.label, _ANOTHER))
        # 3.42，同比改善5.3%: the bare figure before its own change needs no unit.
        before_change = piece is pieces[0] and len(changes) == len(pieces) - 1 and piece not in changes
        unnamed = not (piece.unit or piece.label or before_change)
        of_another_year = piece not in changes and _holds(piece.label, _ANOTHER_YEAR)
        if piece.kind not in ("number", "range") or unnamed or confused or of_another_year:
            doubtful.add(piece.unit)
    if doubtful and (role == "target" or None in doubtful or doubtful == {piece.unit for piece in pieces}):
        raise UncertainError
    return tuple(piece._replace(kind="unreadable") if piece.unit in doubtful else piece for piece in pieces)


def _until(plain: str, token: Figure, following: Figure | None = None) -> int:
    """Where the words of a figure end: at the 、 or 和 before the following one, else where that begins."""
    if following is None:
        return len(plain)
    broken = _BREAK.search(plain, token.end, following.start)
    return broken.start() if broken else following.start


def _became(plain: str, first: Figure, second: Figure, column: Column) -> Quantity | None:
    """The second figure of 由5天压缩至3天; None where the two are no such pair."""
    between = plain[first.end : second.start]
    begin = _FROM.search(plain, 0, first.start)
    if begin is None or not _BECAME.fullmatch(between):
        return None
    was = single(plain, begin[0][1:], first, "", column)
    became = single(plain, plain[: begin.start()] + between, second, plain[second.end :], column)
    return None if comparable(was, became) is None else became


def _lists(whole: Quantity, items: str) -> bool:
    """True where ``items`` are as many as the ``whole`` says (3条：1路、2路、5路), or several figures on its unit."""
    return whole.value == len(_ITEMS.split(items)) > 1 or bool(_details(whole, items))


def _holds(label: str, parts: tuple[str, ...]) -> bool:
    return any(part in label for part in parts)


def _details(whole: Quantity, inside: str) -> tuple[Quantity, ...]:
    """The figures in the bracket behind a number, where they may be its parts: several, and on its unit; else ()."""
    if not _BREAK.search(inside) or inside.startswith(("其中", "含")):
        return ()
    try:
        quantity = _figures(inside, inside, Column("actual"))
    except UncertainError:
        return ()
    parts = quantity.parts if quantity is not None else ()
    alike = (part.kind == "number" and comparable(whole, part) is not None for part in parts)
    return parts if all(alike) else ()


def beyond_reading(text: str) -> bool:
    """True for 甲类5个乙类10个, 3套×12幅, 220V, 2台或3台: correctly written, but beyond what a rule can judge."""
    plain = clean(text)
    figures = list(_PLAIN_NUMBER.finditer(plain))
    if not figures or _MISTYPED.search(plain) or _NO_DATE.search(plain):
        return False
    if _EITHER.search(plain):
        return True
    if any(plain[one.end() : one.end() + 1] in _NO_WORDS for one in figures):
        return False
    return len(figures) > 1 or _LETTERS.match(plain, figures[0].end()) is not None
