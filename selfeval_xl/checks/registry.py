"""How a check is registered, and how what it found becomes a finding, in the words of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from selfeval_xl import prepared
from selfeval_xl.checks.figures import gap, grouped, plain
from selfeval_xl.checks.rows import Row, names
from selfeval_xl.checks.view import View
from selfeval_xl.groups import by_key
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import brief, few
from selfeval_xl.model import Entry, Finding, Place, Severity

T = TypeVar("T")
SHOWN_CELLS = 6  # a sentence that names more cells can't be read aloud; the finding holds them all
_CLEAR_ERROR = "清掉错误值（是公式的，改正它引用的单元格），"


class Spec(NamedTuple):
    """A line of the catalogue: what a check is called, when it speaks, and the pattern of what it says."""

    id: str
    severity: Severity
    title: str
    when: str
    message: str
    fix: str
    since: str = "0.1"


class Hit(NamedTuple):
    """What a check found, before it is put into words; ``severity`` only where it differs from the catalogue's."""

    id: str
    places: tuple[Place, ...]
    provided: Decimal | str | None = None
    expected: Decimal | str | None = None
    difference: Decimal | None = None
    severity: Severity | None = None
    facts: Mapping[str, object] = {}


# The most characters that a message repeats of one cell, and of one fact; Finding.provided keeps the full text.
_LONGEST_QUOTE, _LONGEST_FACT = 60, 300
_LONG_QUOTE = lazy(rf"(“[^”]{{{_LONGEST_QUOTE}}})[^”]+”")

_BLANK = r"[^\S\r\n\v\f\u2028\u2029]"  # within a line
_BREAKS = lazy(rf"(?<!{_BLANK}){_BLANK}*+[\r\n\v\f\u2028\u2029]\s*+")

Check = Callable[[View], Iterator[Hit]]


class _Registered(NamedTuple):
    """A check with what :func:`check` was told of it."""

    function: Check
    ids: tuple[str, ...]
    always: bool
    ours: bool | None

    def applies_to(self, view: View) -> bool:
        """Whether the check looks at this form at all."""
        return (self.always or not view.empty) and self.ours in (None, view.ours)


_CHECKS: list[_Registered] = []


def check(*ids: str, always: bool = False, ours: bool | None = None) -> Callable[[Check], Check]:
    """Register a generator of hits under the ids that it may yield.

    With ``always`` it runs on an empty form too.  ``ours=True`` runs it only on workbooks made from a template of ours,
    ``ours=False`` only on all others.
    """

    def register(function: Check) -> Check:
        _CHECKS.append(_Registered(function, ids, always, ours))
        return function

    return register


def hit(
    id: str,
    where: Iterable[Entry | Place | None],
    *,
    provided: Decimal | str | None = None,
    expected: Decimal | str | None = None,
    severity: Severity | None = None,
    **facts: Any,
) -> Hit:
    """A hit at these entries or places; the difference is worked out where both figures are known."""
    places: dict[Place, None] = {}
    for item in where:
        place = item.place if isinstance(item, Entry) else item
        if place is not None:
            places[place] = None
    known = isinstance(provided, Decimal) and isinstance(expected, Decimal)
    difference = provided - expected if known else None  # type: ignore[operator]
    return Hit(id, tuple(places), provided, expected, difference, severity, facts)


def as_one(hits: Sequence[Hit]) -> Hit:
    """One mistake in several cells: the facts of the first hit, with the cells of all."""
    return hits[0]._replace(places=tuple(dict.fromkeys(place for each in hits for place in each.places)))


def by_sheet(items: Iterable[T], at: Callable[[T], Place | None]) -> Iterable[list[T]]:
    """The items grouped by sheet; ``at`` gives the place of an item."""
    placed = ((at(item), item) for item in items)
    return by_key((where.sheet if where else None, item) for where, item in placed).values()


def together(id: str, items: Iterable[Row], column: str, **facts: Any) -> Iterator[Hit]:
    """One hit per sheet for all the rows that have the same fault, at their cells in ``column``."""
    for group in by_sheet(items, lambda row: row.at(column)):
        cells = [row.at(column) for row in group]
        text = getattr(group[0].indicator, column).text.strip() if len(group) == 1 else ""
        yield hit(id, cells, provided=text or None, names=names(group), count=len(group), **facts)


def unread(id: str, items: Iterable[Row], column: str) -> Iterator[Hit]:
    """Cells that can't be read, in two hits: figures that are in doubt, and error values of formulas (#DIV/0!)."""
    doubtful, broken = list[Row](), list[Row]()
    for row in items:
        (broken if getattr(row.indicator, column).is_error else doubtful).append(row)
    shown = dict.fromkeys(getattr(row.indicator, column).text.strip() for row in broken)
    yield from together(id, doubtful, column, why="里有数，但无法确定是多少", first="")
    yield from together(id, broken, column, why=f"是错误值 {'、'.join(shown)}", first=_CLEAR_ERROR)


def registered() -> frozenset[str]:
    """The ids that the registered checks may yield."""
    return frozenset(id for one in _CHECKS for id in one.ids)


def run(view: View) -> tuple[Finding, ...]:
    """Every finding of every registered check, in the order of the catalogue; each call starts afresh."""
    hits = (one for each in _CHECKS if each.applies_to(view) for one in each.function(view))
    found = (_finding(one, view.rules.severities) for one in hits)
    order = {id: position for position, id in enumerate(catalogue())}
    return tuple(sorted((one for one in found if one is not None), key=lambda finding: order[finding.id]))


@cache
def catalogue() -> Mapping[str, Spec]:
    """Every check by its id, in the order of the catalogue."""
    return {id: Spec(id=id, **keys) for id, keys in prepared.load(Path(__file__).with_name("catalogue.toml")).items()}


def _finding(one: Hit, overrides: Mapping[str, str]) -> Finding | None:
    """The finding of a hit; None where the rule set has switched its check off."""
    spec = catalogue()[one.id]
    severity = overrides.get(one.id, one.severity or spec.severity)
    if severity == "off":
        return None
    figures = {"provided": one.provided, "expected": one.expected, "difference": one.difference}
    words = {
        "where": "",
        **{key: _in_message(value) for key, value in {**one.facts, **figures}.items()},
        "gap": gap(one.difference) if one.difference is not None else "",
    }
    sheet = one.places[0].sheet if one.places else None
    cells = tuple(place.cell for place in one.places if place.sheet == sheet)
    if sheet is not None:
        words["where"] = f"{brief(sheet, _LONGEST_QUOTE)} {few(cells, SHOWN_CELLS, ' 等 {} 格')}："
    return Finding(
        id=one.id,
        severity=severity,  # type: ignore[arg-type]
        sheet=sheet,
        cells=cells,
        message=_one_line(spec.message.format_map(words)),
        provided=_shown(one.provided),
        expected=_shown(one.expected),
        difference=_shown(one.difference),
        fix=_one_line(spec.fix.format_map(words)),
    )


def _shown(figure: Decimal | str | None) -> str | None:
    return plain(figure) if isinstance(figure, Decimal) else figure


def _in_message(value: Any) -> Any:
    """A fact as the message shows it: a number with its thousands grouped, a long text cut short."""
    shown = grouped(value) if isinstance(value, Decimal) else value
    if not isinstance(shown, str) or len(shown) <= _LONGEST_QUOTE:
        return shown
    shown = _LONG_QUOTE.sub(r"\1…”", shown)
    return shown if len(shown) <= _LONGEST_FACT else brief(shown, _LONGEST_FACT)


def _one_line(text: str) -> str:
    """The text without the line breaks of quoted cells, and without the blank left where a unit is unknown."""
    return _BREAKS.sub(" ", text).replace(" ，", "，").replace(" 。", "。")
