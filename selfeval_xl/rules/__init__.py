"""The rule sets for scoring: TOML files beside this module, or a bureau's own file, loaded into a :class:`RuleSet`.

A file has the keys of :class:`RuleSet` (but ``name``, which is the file's name).  With ``extends = "mof-2020"`` it
starts from a shipped rule set: the tables ``plain`` and ``severities`` are merged key by key, other keys are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from selfeval_xl import prepared
from selfeval_xl.errors import RuleError
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import brief, line_of, listed, near, shown, unreadable

if TYPE_CHECKING:
    from selfeval_xl.quantity import State

Compound = Literal["mean", "minimum"]
Severity = Literal["error", "warning", "info", "off"]

DEFAULT = "mof-2020"
STATE_NAMES: Mapping[State, str] = {"reached": "达成", "partly": "部分达成", "missed": "未达成"}


# A remark in a sentence on where its figure comes from; and placeholders named otherwise than their key.
_NOTE = lazy(r"（[^（）]*(?:见于|据一般了解|未核对原文|本工具约定)[^（）]*）")
_FIGURE_OF = {"levels": "level_weights"}


class Band(NamedTuple):
    """The scores that a qualitative state allows, as fractions of the weight: from ``lower`` (included) to ``upper``
    (included only where it is 1, or the same as ``lower``): 100–80 with 80, 80–60 with 60, 60–0."""

    state: State
    lower: Decimal
    upper: Decimal

    def holds(self, score: Decimal, weight: Decimal) -> bool:
        """True where a score of ``score`` out of ``weight`` points lies in this band."""
        low, high = self.lower * weight, self.upper * weight
        return low <= score <= high and (score < high or self.upper == 1 or low == high)


class Grade(NamedTuple):
    """A grade, and the points from which it is given."""

    name: str
    at_least: Decimal


class RuleSet(NamedTuple):
    """Everything that differs from one set of scoring rules to another.

    Weights, grades and ``tolerance`` are points; ``over_completion`` and ``low_rate`` are fractions.  ``level_weights``
    is empty where the rules don't fix the points of levels; ``management`` names the items of 管理效率, with points and
    scores by the unit.  ``severities`` override those of the checks; ``plain`` explains the rules in Chinese.
    """

    name: str
    title: str
    source: str
    execution_weight: Decimal
    level_weights: Mapping[str, Decimal]
    bands: tuple[Band, ...]
    grades: tuple[Grade, ...]
    over_completion: Decimal = Decimal("1.5")
    low_rate: Decimal = Decimal("0.9")
    tolerance: Decimal = Decimal("0.05")
    full_marks: Decimal = Decimal(100)
    compound: Compound = "mean"
    management: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = {}
    plain: tuple[str, ...] = ()

    @property
    def parameters(self) -> Mapping[str, Decimal]:
        """The numbers for the formulas of a workbook of ours, by the keys of the cells that hold them there."""
        names = ("rule_grade_1", "rule_grade_2", "rule_grade_3")
        starts = sorted((grade.at_least for grade in self.grades), reverse=True)
        return {
            "rule_over_limit": self.over_completion,
            "rule_low_rate": self.low_rate,
            "rule_reached_low": self.band("reached").lower,
            "rule_partly_low": self.band("partly").lower,
            **dict(zip(names, starts, strict=False)),
            "rule_management": Decimal(1 if self.management else 0),
        }

    def level(self, text: str) -> str | None:
        """The level that a cell of 一级指标 names ("产出指标（50分）"); None where it names none or two."""
        squeezed = "".join(text.split())
        named = [level for level in self.level_weights if level.removesuffix("指标") in squeezed]
        return named[0] if len(named) == 1 else None

    def band(self, state: State) -> Band:
        """The band of a qualitative state."""
        return next(band for band in self.bands if band.state == state)


@cache
def names() -> tuple[str, ...]:
    """The names of the shipped rule sets, the default first."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))
    return tuple(sorted(found, key=lambda name: name != DEFAULT))


def load(name_or_path: str | Path = DEFAULT) -> RuleSet:
    """The rule set of that name, or the one in that TOML file.

    Raises :class:`RuleError`: no such rule set, no readable file, or a key that is unknown, missing or not allowed.
    """
    name = str(name_or_path)
    if name in names():
        return _shipped(name)
    path = Path(name_or_path)
    if path.suffix.lower() != ".toml":
        known = listed(names())
        raise RuleError(f"没有名为“{brief(name)}”的评分规则；可用的有：{known}；也可以给出 .toml 规则文件的路径")
    if path.stem in names():
        raise RuleError(f"{path.name}：文件名与内置规则“{path.stem}”重名，请换一个文件名，以免混淆")
    return _build(path.stem, _read(path, _parse(path)))


def _read(path: Path, data: Mapping[str, Any]) -> _File:
    """A file of somebody's own, with its text, so that messages can tell the line."""
    return _File(path.name, data, path.read_bytes().decode("utf-8-sig"))


@cache
def _shipped(name: str) -> RuleSet:
    return _build(name, _File(f"{name}.toml", _shipped_data(name)))


def text_of(name: str) -> str:
    """The text of a shipped rule set's file, to be copied and changed."""
    return Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")


def _shipped_data(name: str) -> dict[str, Any]:
    return _parse(Path(__file__).with_name(f"{name}.toml"))


def _parse(path: Path) -> dict[str, Any]:
    """The file's keys, completed by those of the rule set that it extends."""
    try:
        data = prepared.load(path)
    except (OSError, ValueError) as error:
        raise RuleError(unreadable(path.name, path, error, "规则文件")) from error
    if "extends" not in data:
        return data
    parent = data.pop("extends")
    if parent not in names():
        raise _read(path, data).wrong("extends", parent, f"内置规则之一：{listed(names())}")
    base = _shipped_data(parent)
    if isinstance(base.get("severities"), dict) and isinstance(data.get("severities"), dict):
        data["severities"] = base["severities"] | data["severities"]
    if "plain" not in data or isinstance(data["plain"], dict):
        data["plain"] = _with_true_notes(base, data) | data.get("plain", {})
    own = {"title": f"{base['title']}（有改动）", "source": f"以 {parent} 为基础改动"}
    return base | own | data


def _with_true_notes(base: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The sentences of the extended rules, without the source remark where the figure was changed.

    A bureau's own limit of 85% is not 见于一省的文件.
    """
    changed = {key for key in data if key in base and data[key] != base[key]}
    sentences: dict[str, Any] = dict(base.get("plain", {}))
    for name, sentence in sentences.items():
        keys = {_FIGURE_OF.get(figure, figure) for figure in re.findall(r"\{(\w+)\}", sentence)}
        if keys & changed:
            sentences[name] = _NOTE.sub("", sentence)
    return sentences


class _File(NamedTuple):
    """A parsed file: converts its keys to typed values, or raises RuleError for the first wrong one, with its line."""

    name: str
    data: Mapping[str, Any]
    written: str = ""

    def error(self, key: str, words: str, value: object = None) -> RuleError:
        line = line_of(self.written, key, value)
        return RuleError(f"{self.name}：{f'第 {line} 行，' if line else ''}{words}")

    def wrong(self, key: str, value: object, allowed: str) -> RuleError:
        return self.error(key, f"{key} 的值 {shown(value)} 不对，应为{allowed}", value)

    def text(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, value, "一段文字（加英文双引号）")
        return value

    def number(self, key: str, value: object, low: int = 0, high: int = 10_000) -> Decimal:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and low <= number <= high:
                return number
            if number.is_finite() and high < number <= 10_000 and high <= 100:
                raise self.wrong(key, value, f" {low} 到 {high} 之间的数，{value}% 写成 {_number(number / 100)}")
        bare = "，不加引号" if isinstance(value, str) else ""
        raise self.wrong(key, value, f" {low} 到 {high} 之间的数{bare}")

    def points(self, key: str, value: object) -> Decimal:
        points = self.number(key, value, 0, 1000)
        if points != points.quantize(Decimal("0.01")):
            raise self.wrong(key, value, "最多两位小数的分值")
        return points

    def choice(self, key: str, value: object, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise self.wrong(key, value, f"下列之一：{listed(allowed)}")
        return str(value)

    def table(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, value, f"一个表（以 [{key}] 开头，下面每行一项）")
        # A sentence may have the name of a key, so in [plain] only values that are no sentence count as misplaced.
        named = [name for name, one in value.items() if not isinstance(one, str) or name in ("title", "source")]
        self._misplaced(f"[{key}]", named if key == "plain" else value)
        return value

    def _misplaced(self, heading: str, found: Iterable[str]) -> None:
        """RuleError for keys of the file below a heading: in TOML they belong to that heading, against intention."""
        stray = [key for key in found if key in _KEYS or key == "extends"]
        if stray:
            told = f"{listed(stray)} 写在 {heading} 下面，成了它的内容；"
            raise self.error(stray[0], told + "不带方括号的项目要写在文件最前面，在所有 [ ] 之前")

    def rows(self, key: str, value: object, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        example = f"一个或几个 [[{key}]]，每个写明 {listed(columns)}"
        if isinstance(value, dict):
            raise self.error(key, f"{key} 要用两层方括号，写成{example}")
        if not isinstance(value, list) or not value:
            raise self.wrong(key, value, example)
        for row in value:
            if isinstance(row, dict):
                self._misplaced(f"[[{key}]]", set(row) - set(columns))
            if not isinstance(row, dict) or set(row) != set(columns):
                raise self.wrong(key, row, example)
        return value

    def names(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, value, '一列名称，如 ["预算编制", "目标设置"]')
        return tuple(self.text(key, name) for name in value)

    def levels(self, key: str, value: object) -> dict[str, Decimal]:
        return {level: self.points(f"{key}.{level}", points) for level, points in self.table(key, value).items()}

    def bands(self, key: str, value: object) -> tuple[Band, ...]:
        """The three states from the highest band to the lowest, without gap or overlap."""
        bands = []
        upper = Decimal(1)
        rows = self.rows(key, value, ("state", "upper", "lower"))
        states = tuple(STATE_NAMES)
        if [row["state"] for row in rows] != list(states):
            raise self.wrong(f"{key}.state", [row["state"] for row in rows], f"三段，依次为 {listed(states)}")
        for state, row in zip(states, rows, strict=True):
            if self.number(f"{key}.upper", row["upper"], 0, 1) != upper:
                raise self.wrong(f"{key}.upper", row["upper"], f" {_number(upper)}（各段相连，从 1 到 0）")
            lower = self.number(f"{key}.lower", row["lower"], 0, 1)
            if lower >= upper or (lower == 0) != (state == "missed"):
                allowed = " 0" if state == "missed" else f"大于 0、小于 {_number(upper)} 的数"
                raise self.wrong(f"{key}.lower", row["lower"], allowed)
            bands.append(Band(state, lower, upper))
            upper = lower
        return tuple(bands)

    def grades(self, key: str, value: object) -> tuple[Grade, ...]:
        """From the best grade down to the one that starts at 0."""
        rows = self.rows(key, value, ("name", "at_least"))
        grades = tuple(
            Grade(self.text(f"{key}.name", row["name"]), self.points(f"{key}.at_least", row["at_least"]))
            for row in rows
        )
        limits = [grade.at_least for grade in grades]
        if limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
            raise self.wrong(f"{key}.at_least", [row["at_least"] for row in rows], "从高到低，最后一等为 0")
        return grades

    def severities(self, key: str, value: object) -> dict[str, str]:
        table = self.table(key, value)
        # The ids come from the catalogue's data, as importing the checks, which use this module, would be circular.
        known = prepared.load(prepared.CATALOGUE) if table else {}
        for check, level in table.items():
            if isinstance(level, dict):
                dotted = f"{check}.{next(iter(level), '')}"
                told = f'[{key}] 里的编号要加英文双引号，写成 "{dotted}" = "off"（没有引号的点表示分级）'
                raise self.error(f"{key}.{dotted}", told)
            if check not in known:
                hint = near(check, known) or "；全部编号见 selfeval-xl checks"
                raise self.error(f"{key}.{check}", f"[{key}] 里没有编号为 {brief(check)} 的校验项{hint}")
        return {check: self.choice(f'{key}."{check}"', level, get_args(Severity)) for check, level in table.items()}

    def sentences(self, key: str, value: object) -> tuple[str, ...]:
        return tuple(self.text(f"{key}.{name}", sentence) for name, sentence in self.table(key, value).items())


_KEYS: Mapping[str, Callable[[_File, str, object], object]] = {
    "title": _File.text,
    "source": _File.text,
    "execution_weight": _File.points,
    "level_weights": _File.levels,
    "bands": _File.bands,
    "grades": _File.grades,
    "over_completion": partial(_File.number, low=1, high=100),
    "low_rate": partial(_File.number, low=0, high=1),
    "tolerance": _File.points,
    "full_marks": _File.points,
    "compound": partial(_File.choice, allowed=get_args(Compound)),
    "management": _File.names,
    "severities": _File.severities,
    "plain": _File.sentences,
}
_REQUIRED = tuple(key for key in _KEYS if key in RuleSet._fields and key not in RuleSet._field_defaults)


def _build(name: str, file: _File) -> RuleSet:
    unknown = [key for key in file.data if key not in _KEYS]
    if unknown:
        known = ("extends", *_KEYS)
        named = listed(f"{brief(key)}{near(key, known)}" for key in unknown)
        raise file.error(unknown[0], f"不认识 {named}；可以写的有：{listed(known)}")
    missing = [key for key in _REQUIRED if key not in file.data]
    if missing:
        raise RuleError(f'{file.name}：缺少 {listed(missing)}；也可以写 extends = "{DEFAULT}"，只写不同的地方')
    values: dict[str, Any] = {key: _KEYS[key](file, key, value) for key, value in file.data.items()}
    sentences = values.pop("plain", ())
    rules = RuleSet(name=name, **values)
    levels = sum(rules.level_weights.values())
    if rules.level_weights and not rules.management and levels + rules.execution_weight != rules.full_marks:
        left, points = _number(rules.full_marks - rules.execution_weight), _number(rules.execution_weight)
        told = f"level_weights 各级分值的合计是 {_number(levels)}，应为 {left}（满分减去预算执行率的 {points} 分）"
        raise file.error("level_weights", told + "：请一并写明各级的分值")
    return RuleSet(name=name, **values, plain=tuple(_fill(file, sentence, rules) for sentence in sentences))


def _fill(file: _File, sentence: str, rules: RuleSet) -> str:
    """The sentence with the rule set's own figures put in, so that words and figures always agree."""
    figures = {
        "full_marks": _number(rules.full_marks),
        "execution_weight": _number(rules.execution_weight),
        "levels": "，".join(f"{level} {_number(points)} 分" for level, points in rules.level_weights.items())
        or "其余由单位自定",
        "bands": "；".join(
            f"{STATE_NAMES[band.state]} {_percent(band.upper)}–{_percent(band.lower)}"
            + (f"（含 {_percent(band.lower)}）" if band.lower else "")
            for band in rules.bands
        ),
        "grades": "，".join(f"{grade.name}（{_number(grade.at_least)} 分起）" for grade in rules.grades),
        "over_completion": _percent(rules.over_completion),
        "low_rate": _percent(rules.low_rate),
        "tolerance": _number(rules.tolerance),
        "compound": "各个得分率的平均值" if rules.compound == "mean" else "最低的一个得分率",
        "management": "、".join(rules.management),
    }

    def figure(match: re.Match[str]) -> str:
        if match[1] not in figures:
            raise file.wrong("plain", match[0], f"下列之一：{listed(f'{{{key}}}' for key in figures)}")
        return figures[match[1]]

    return re.sub(r"\{(\w+)\}", figure, sentence)


def _number(value: Decimal | int) -> str:
    return format(Decimal(value).normalize(), "f")


def _percent(value: Decimal) -> str:
    return f"{_number(value * 100)}%"
