"""The words by which a user may call a form, its tables, fields and columns: the keys, or what the workbook shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.forms.outline import outline
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import near
from selfeval_xl.model import TABLE_TITLES
from selfeval_xl.quantity.text import squeeze
from selfeval_xl.quantity.units import CURRENCY

if TYPE_CHECKING:
    from selfeval_xl.forms.outline import Part
    from selfeval_xl.workbook.recognize.words.vocabulary import Vocabulary

# The words for the fields of every form; what one form writes beside a field stands in its outline.
# 分值 and 自评得分 of the execution rate need more words.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "project": ("项目名称", "评价范围", "转移支付名称"),
    "year": ("年度",),
    "currency_unit": ("金额单位",),
    "department": ("主管部门",),
    "unit": ("实施单位", "部门（单位）名称", "资金使用单位"),
    "budget_claimed_rate": ("自报执行率",),
    "budget_weight": ("预算执行分值",),
    "budget_claimed_score": ("预算执行自评得分",),
    "budget_reason": ("预算调整、执行率偏低的说明",),
    "goal_expected": ("预期目标",),
    "goal_actual": ("实际完成情况",),
    "claimed_total": ("自评总分",),
    "claimed_grade": ("自评等级",),
    "weights_origin": ("分值来源",),
    "problems": ("存在问题",),
    "measures": ("改进措施",),
}
_EXTRA = {"tieout": ("id", "equals")}  # columns of data files only
_BRACKETS = lazy(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_CURRENCY = lazy(rf"\((?:金额)?(?:单位:?)?({'|'.join(CURRENCY)})\)|单位:({'|'.join(CURRENCY)})$")


class Words(NamedTuple):
    """The ``keys`` that may stand in one place, each with the Chinese words for it, the usual one first.

    ``computed`` are headings (:func:`bare_heading`) of columns with formulas, which nobody enters.  For the columns of
    a ``table`` the headings of official forms count too, where they mean one key alone.
    """

    keys: Mapping[str, tuple[str, ...]]
    computed: frozenset[str] = frozenset()
    table: str = ""

    def key(self, word: str) -> str | None:
        """The key that ``word`` stands for; None for none."""
        if word in self.keys:
            return word
        bare = bare_heading(word)
        ours = next((key for key, words in self.keys.items() if bare in map(bare_heading, words)), None)
        return ours or self._of_others(bare)

    def _of_others(self, bare: str) -> str | None:
        meant = () if bare in self.computed or not self.table else _vocabulary(self.table).get(bare, ())
        return meant[0] if len(meant) == 1 and meant[0] in self.keys else None

    def listed(self) -> str:
        """Every key and its word: ``year（年度）、unit（实施单位）``."""
        return "、".join(f"{key}（{words[0]}）" if words else key for key, words in self.keys.items())

    def near(self, word: str) -> str:
        """A question whether the key or word most like ``word`` was meant; "" where none is like it."""
        headings = {bare_heading(one): one for words in self.keys.values() for one in words}
        known = {key: key for key in self.keys} | headings
        return near(bare_heading(word), known, known)


FORM = Words(
    {
        "project": ("项目支出", "项目"),
        "department": ("部门整体", "部门整体支出", "部门"),
        "transfer": ("转移支付",),
    }
)
"""What a form may be called."""


def form_called(word: str) -> str:
    """The id of the form that ``word`` means; SelfEvalError lists the forms, or suggests one."""
    form = FORM.key(word)
    if form is None:
        raise SelfEvalError(f"没有“{word}”这种表{FORM.near(word)}，可选：{FORM.listed()}")
    return form


@lru_cache(maxsize=1024)
def bare_heading(text: str) -> str:
    """A heading without blanks, colon, and brackets with what they hold: 全年预算数（A） is 全年预算数."""
    plain = squeeze(text).rstrip(":")
    return _BRACKETS.sub("", plain) or plain


def currency_of(heading: str) -> str | None:
    """The unit of money that a heading states in brackets, or a line above the headings: 年初预算数（元）, 单位：元."""
    found = _CURRENCY.search(squeeze(heading))
    return found[1] or found[2] if found else None


@cache
def fields(form: str) -> Words:
    """The words for the single fields of a form: the usual ones, its own among them first; then its label, where that
    means nothing else."""
    whole = outline(form)
    keys = _entered(whole.fields)
    labels = {key: bare_heading(whole.labels[key]) for key in keys if key in whole.labels}
    headings = {bare_heading(heading) for columns in whole.headings.values() for heading in columns.values()}
    taken = Counter(labels.values())
    usual = {bare_heading(word): key for key, words in FIELDS.items() for word in words}
    found = {}
    for key in keys:
        label = labels.get(key, "")
        clear = label and taken[label] == 1 and label not in headings and usual.get(label, key) == key
        shown = [word for word in FIELDS.get(key, ()) if bare_heading(word) == label]
        others = [word for word in FIELDS.get(key, ()) if word not in shown]
        found[key] = (*shown, *others, *((whole.labels[key],) if clear and not shown else ()))
    return Words(found)


@cache
def tables(form: str) -> Words:
    """The words for the tables of a form that hold entries."""
    whole = outline(form)
    return Words(
        {
            key: tuple(dict.fromkeys((TABLE_TITLES.get(key, whole.titles[key]), whole.titles[key])))
            for key, columns in whole.tables.items()
            if _entered(columns)
        }
    )


@cache
def columns(form: str, table: str) -> Words:
    """The words for the columns of a table: its own headings, then those by which other tables call the same key; last
    what official forms call it, as tables are copied from there."""
    whole = outline(form)
    words: dict[str, dict[str, None]] = {key: {} for key in _entered(whole.tables[table])}
    if table in ("funds", "nature"):  # they stand under the headings of the total, which no outline counts as theirs
        words["name"] = dict.fromkeys((TABLE_TITLES[table], whole.subject))
        words["reason"] = dict.fromkeys(FIELDS["budget_reason"])
    for called in (whole.headings[table], *whole.headings.values()):
        for key, heading in called.items():
            if key in words and heading != key:
                words[key][heading] = None
    extra = dict.fromkeys(_EXTRA.get(table, ()), ())
    return Words({key: tuple(found) for key, found in words.items()} | extra, _computed(form), table)


def _vocabulary(table: str) -> Vocabulary:
    """What official forms write over such a table."""
    from selfeval_xl.workbook.recognize.words.vocabulary import ALLOCATIONS, BUDGET, FUNDS, INDICATORS

    known = {"funds": FUNDS, "nature": FUNDS, "budget": BUDGET, "indicators": INDICATORS, "allocations": ALLOCATIONS}
    return known.get(table, {})


@cache
def _computed(form: str) -> frozenset[str]:
    """The headings under which a unit enters nothing in any table."""
    whole = outline(form)
    headings: dict[bool, set[str]] = {True: set(), False: set()}
    for table in tables(form).keys:
        for key, part in whole.tables[table].items():
            if (heading := whole.headings[table][key]) != key:
                headings[part.role == "entry"].add(bare_heading(heading))
    return frozenset(headings[False] - headings[True])


def _entered(parts: Mapping[str, Part]) -> tuple[str, ...]:
    return tuple(key for key, part in parts.items() if part.role == "entry")
