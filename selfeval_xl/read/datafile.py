"""Reads an evaluation from a data file: YAML or JSON, whose tables may stand in CSV or Excel files beside it.

Every scalar is taken as the text that was written, so that ``50.00`` keeps its zeros; numbers are then read as Decimal.
What can't be used is an error that names file, row and field; nothing is dropped or taken for something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from selfeval_xl.errors import DataError
from selfeval_xl.evaluation import names_sum
from selfeval_xl.forms.outline import Outline, outline
from selfeval_xl.lazy import lazy
from selfeval_xl.mistakes import brief
from selfeval_xl.model import ALLOCATION_COLUMNS, AMOUNT_COLUMNS, EMPTY, POINT_KEYS, Entries, Entry, Row
from selfeval_xl.quantity.signs import SIGNS, op_of
from selfeval_xl.quantity.text import clean
from selfeval_xl.read import words
from selfeval_xl.read.tablefile import COUNTER, decoded, read_table
from selfeval_xl.read.words import Words, bare_heading
from selfeval_xl.workbook.stored import MAX_TEXT

_NUMBER = lazy(r"[-+]?(?:\d+|\d{1,3}(?:[,，]\d{3})+)(?:\.\d+)?")
_MONEY = frozenset({*AMOUNT_COLUMNS, *ALLOCATION_COLUMNS})
_SUMMED = frozenset({"funds", "nature", "budget"})
_RATES = frozenset({"claimed_rate", "budget_claimed_rate"})
_OUTERMOST = Words(dict.fromkeys(("form", "rules", "fields", "tables"), ()))
_CURRENCY = "万元"  # as in an empty workbook
_YEAR = range(2000, 2100)
_STATED = frozenset({"claimed_grade"})  # a claim is taken as the report makes it, even one that no form allows
_MOST = Decimal(10) ** 15  # a spreadsheet knows 15 digits
_COUNTS = lazy(r"[\d.、()#A-Za-z一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾\u2160-\u217f\u2460-\u2473—_-]*")
_DEEPEST = 100  # levels of a data file; four are used
_NOTHING = frozenset({"~", "null", "Null", "NULL"})  # how programs that write YAML put it
_WRITTEN = {
    "YAML": "缩进要用空格，不能用 Tab 键；冒号、逗号用英文的，后面空一格；引号和括号要成对",
    "JSON": "名称和文字加英文双引号，各项之间用英文逗号，最后一项后面没有逗号",
}
_OTHER_FILES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".et", ".csv", ".docx", ".pdf"})


class Data(NamedTuple):
    """An evaluation from a file: its form, the rule set it names, and its entries (which know no cells).

    ``origins`` say of each row of a table where it was written: its file, and the row there.
    """

    form: Outline
    rules: str
    entries: Entries
    origins: Mapping[str, tuple[str, ...]] = {}


def read_data(path: Path, beside: Path | None = None) -> Data:
    """The evaluation in ``path``; the files of its tables stand in the folder ``beside``, or in its own.

    DataError names file, row and field of whatever can't be used.
    """
    file = path.name
    raw = _loaded(path)
    if not isinstance(raw, dict):
        raise DataError(f"{file}：内容应为“项目: 值”的形式，最外层有 form、fields、tables")
    _keyed(f"{file}：最外层", raw, _OUTERMOST)
    form = outline(_form(file, raw.get("form")))
    fields = _mapping(f"{file}：fields", raw.get("fields"))
    written = _keyed(f"{file}：fields ", fields, words.fields(form.id))
    entries = {key: _entry(f"{file}：fields ", form, key, fields[word], word) for key, word in written.items()}
    raw_tables = _mapping(f"{file}：tables", raw.get("tables"))
    named = _keyed(f"{file}：tables ", raw_tables, words.tables(form.id))
    currency = entries.get("currency_unit", EMPTY).text or _CURRENCY
    folder = path.parent if beside is None else beside
    tables = {
        key: tuple(_rows(file, folder, form, key, word, raw_tables[word], currency)) for key, word in named.items()
    }
    for key, rows in tables.items():
        _without_sum(key, rows)
    return Data(
        form,
        str(raw.get("rules") or form.rules),
        Entries(entries, {key: tuple(row for _, row in rows) for key, rows in tables.items()}),
        {key: tuple(where for where, _ in rows) for key, rows in tables.items()},
    )


def _without_sum(table: str, rows: Sequence[tuple[str, Row]]) -> None:
    """DataError where a row is the sum of the others: the workbook has formulas for that, and would count it twice."""
    named: tuple[str, ...] = ("name",)
    if table == "indicators":
        named = ("level1", "level2", "name")
        found = [one for one in rows if all(one[1].get(key, EMPTY).blank for key in ("target", "actual"))]
    elif table not in _SUMMED or len(found := [one for one in rows if _of_money(one[1])]) < 2:
        return
    for where, row in found:
        name = next((row[key] for key in named if names_sum(row.get(key, EMPTY))), None)
        if name is not None:
            raise DataError(f"{where}的“{brief(name.text)}”是其他各行的合计，由公式算出，不用给，请去掉这一行")


def _of_money(row: Row) -> bool:
    return row.get("level", EMPTY).text in ("", "一级项目") and any(row[key].value for key in _MONEY & row.keys())


def _form(file: str, name: object) -> str:
    """The id of the form that the data name."""
    if name in (None, ""):
        raise DataError(f"{file}：缺少 form（填哪种表），应为 {words.FORM.listed()} 之一")
    form = words.FORM.key(str(name))
    if form is None:
        raise DataError(f"{file}：form 是“{brief(name)}”，应为 {words.FORM.listed()} 之一{words.FORM.near(str(name))}")
    return form


class _Twice(ValueError):
    """A key that stands twice in one mapping: one of the two values would be lost without a word."""

    def __init__(self, key: object, line: int | None = None) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]  # chosen at run time
    """Every scalar as the text that was written; ``~`` and ``null`` as None."""

    _depth = 0

    def descend_resolver(self, current_node: object, current_index: object) -> None:
        """Called before each node; endless nesting would crash the process."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError

    def ascend_resolver(self) -> None:
        """Called after each node."""
        self._depth -= 1

    def construct_scalar(self, node: yaml.ScalarNode) -> Any:
        return None if not node.style and node.value in _NOTHING else super().construct_scalar(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set[str]()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _Twice(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return mapping


def _loaded(path: Path) -> Any:
    if path.suffix.lower() in _OTHER_FILES:
        raise DataError(
            f"{path.name}：数据应是 .yaml 或 .json 文件，表格写在它的 tables 里；已填好的表请用 selfeval-xl import"
        )
    try:
        text = decoded(path.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"{path.name}：找不到这个文件，请检查路径 {path}") from error
    except (OSError, UnicodeError) as error:
        raise DataError(f"{path.name}：读不到，请确认是 UTF-8 编码的 .yaml 或 .json 文件") from error
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=_pairs)
        return yaml.load(text, Loader=_Loader)
    except _Twice as error:
        where = f"第 {error.line} 行的" if error.line else ""
        raise DataError(f"{path.name}：{where}“{brief(error.key)}”在同一处写了两次，请只留一个") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = _guilty(text, mark.line + 1) if mark else getattr(error, "lineno", None)
        where = f"第 {line} 行" if line else ""
        kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
        raise DataError(f"{path.name}：{where}写法不对，不能识别为 {kind} 文件：{_WRITTEN[kind]}") from error


def _guilty(text: str, line: int) -> int:
    """The line to mend: YAML takes a key with a Chinese colon for a text, and complains of the line after it."""
    lines = text.splitlines()[:line]
    return line - 1 if len(lines) > 1 and re.fullmatch(r"[\s-]*[^\s:：]+：[^:]*", lines[-2]) else line


def _mapping(where: str, raw: Any) -> Mapping[str, Any]:
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, dict):
        raise DataError(f"{where} 应为“项目: 值”的形式，冒号用英文的，后面空一格")
    return raw


def _rows(
    file: str, folder: Path, form: Outline, table: str, called: str, raw: Any, currency: str
) -> Iterator[tuple[str, Row]]:
    """Each row with the words that say where it was written; ``called`` is the table as the file names it."""
    if isinstance(raw, str) and raw:
        yield from _file_rows(folder / raw, form, table, called, currency)
        return
    if raw in (None, ""):
        return
    if not isinstance(raw, list):
        raise DataError(f"{file}：tables.{called} 应为若干行的列表，或同目录下 .csv、.xlsx 文件的名字")
    for number, row in enumerate(raw, 1):
        where = f"{file}：{called} 第 {number} 行"
        if not isinstance(row, dict):
            raise DataError(f"{where}应为“项目: 值”的形式")
        named = _keyed(where, row, words.columns(form.id, table))
        yield where, {key: _entry(where, form, key, row[word], word) for key, word in named.items()}


def _file_rows(path: Path, form: Outline, table: str, called: str, currency: str) -> Iterator[tuple[str, Row]]:
    """Rows of a file whose headings are column keys or the words of the form's own headings."""
    known = words.columns(form.id, table)
    above, rows = read_table(path, known.key)
    for number, row in rows:
        where = f"{path.name}：第 {number} 行"
        counted = row.pop(COUNTER, "")
        if not _COUNTS.fullmatch(clean(counted)):
            why = "不像序号，没有地方放：请移到自己的列，或清空这一格"
            if names_sum(Entry(counted)):
                why = "是其他各行的合计，由公式算出，不用给，请去掉这一行"
            raise DataError(f"{where}的 {COUNTER} 是“{brief(counted)}”，{why}")
        named = _keyed(f"{path.name}：{called} 的标题里", row, known)
        money = [heading for key, heading in named.items() if key in _MONEY or key == "name"]
        for text in (*money, *(above if _MONEY & named.keys() else ())):
            unit = words.currency_of(text)
            if unit not in (None, currency):
                raise DataError(
                    f"{path.name}：标题“{brief(text)}”的单位是{unit}，数据的金额单位（currency_unit）是{currency}，"
                    "请统一成一种"
                )
        yield where, {key: _entry(where, form, key, row[heading], heading) for key, heading in named.items()}


def _keyed(where: str, raw: Iterable[object], known: Words) -> dict[str, str]:
    """The key of each word in ``raw``, with the word; DataError where one is unknown, or two mean the same."""
    keys: dict[str, str] = {}
    for word in map(str, raw):
        key = known.key(word)
        if key is None and bare_heading(word) in known.computed:
            raise DataError(f"{where}的“{brief(word)}”由公式算出，不用给，请去掉这一项")
        if key is None:
            near = known.near(word)
            raise DataError(f"{where}有不认识的项目“{brief(word)}”{near}；可用的有：{known.listed()}；用不着的请去掉")
        if key in keys:
            raise DataError(f"{where}有两项是一个意思：{keys[key]}、{word}")
        keys[key] = word
    return keys


def _entry(where: str, form: Outline, key: str, raw: Any, name: str) -> Entry:
    """The entry of a value; ``where`` says its place and ``name`` its field as the file calls it, for messages."""
    if raw is None:
        return Entry()
    what = f"{where}的 {name}"
    if isinstance(raw, dict | list):
        raise DataError(f"{what} 应为一个值")
    text = str(raw).strip()
    if not text:
        return Entry()
    if len(text) > MAX_TEXT:
        raise DataError(f"{what} 有 {len(text)} 个字符，一个单元格放不下（最多 {MAX_TEXT} 个）")
    if key in _RATES:
        return Entry(text, _rate(what, text))
    if key in _MONEY or key in POINT_KEYS:
        return Entry(text, _number(what, text))
    if key == "year":
        if not re.fullmatch(r"\d{4}", text) or int(text) not in _YEAR:
            raise DataError(f"{what} 是“{brief(text)}”，应为四位年份，如 2024")
        return Entry(text, Decimal(text))
    if key in form.strict and key not in _STATED:
        return Entry(_chosen(what, key, text, form.strict[key]))
    value = plain(text)
    return Entry(text, value if value is None or abs(value) < _MOST else None)


def plain(text: str) -> Decimal | None:
    """The number that a text is, with or without thousands separators; None for anything else."""
    return Decimal(text.replace(",", "").replace("，", "")) if _NUMBER.fullmatch(text) else None


def _number(what: str, text: str) -> Decimal:
    value = plain(text)
    if value is None:
        raise DataError(f"{what} 是“{brief(text)}”，应为数字，不带单位")
    if abs(value) >= _MOST:
        raise DataError(f"{what} 是“{brief(text)}”，超过 15 位，单元格存不下")
    return value


def _rate(what: str, text: str) -> Decimal:
    """A rate as a fraction; ``94.63%`` and ``0.9463`` are the same."""
    if text.endswith(("%", "％")):
        return _number(what, text[:-1].strip()) / 100
    return _number(what, text)


def _chosen(what: str, key: str, text: str, allowed: Sequence[str]) -> str:
    """One of the dropdown's texts; a sign may be written in any way, and a total line says 合计."""
    if key == "op":
        op = op_of(clean(text))
        text = SIGNS[op] if op else text
    if text in allowed or (key == "level" and text == "合计"):
        return text
    raise DataError(f"{what} 是“{brief(text)}”，应为 {'、'.join(allowed)} 之一")
