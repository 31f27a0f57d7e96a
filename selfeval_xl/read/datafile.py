"""Reads an evaluation from a data file: YAML or JSON, whose tables may stand in CSV or Excel files beside it.

Every scalar is taken as the text that was written, so that ``50.00`` keeps its zeros; numbers are then read as Decimal.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from selfeval_xl.errors import DataError
from selfeval_xl.forms import FORMS
from selfeval_xl.forms.outline import Outline, outline
from selfeval_xl.model import Entries, Entry, Row

_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:[,，]\d{3})+)(?:\.\d+)?")
_MONEY = frozenset({"initial", "cut", "added", "adjusted", "executed", "allocated", "used", "households", "persons"})
_POINTS = frozenset({"weight", "claimed_score", "budget_weight", "budget_claimed_score", "claimed_total"})
_RATES = frozenset({"claimed_rate", "budget_claimed_rate"})
_YEAR = range(2000, 2100)
_EXTRA = {"tieout": ("id", "equals")}


@dataclass(frozen=True, slots=True)
class Data:
    """An evaluation from a file: its form, the rule set it names, and its entries (which know no cells)."""

    form: Outline
    rules: str
    entries: Entries


def read_data(path: Path) -> Data:
    """The evaluation in ``path``.  DataError names file, row and field of whatever can't be used."""
    raw = _loaded(path)
    if not isinstance(raw, dict):
        raise DataError(f"{path.name}：内容应为“项目: 值”的形式，最外层有 form、fields、tables")
    _known(path, "最外层", raw, ("form", "rules", "fields", "tables"))
    name = raw.get("form")
    if name not in FORMS:
        raise DataError(f"{path.name}：form 是“{name or ''}”，应为 {'、'.join(FORMS)} 之一{_near(str(name), FORMS)}")
    form = outline(str(name))
    fields = {
        key: _entry(path, "fields", key, value)
        for key, value in _mapping(path, "fields", raw.get("fields")).items()
        if _known_one(path, "fields", key, _entry_keys(form.fields))
    }
    tables = {
        key: tuple(_rows(path, form, key, rows)) for key, rows in _mapping(path, "tables", raw.get("tables")).items()
    }
    return Data(form, str(raw.get("rules") or form.rules), Entries(fields, tables))


def _loaded(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataError(f"{path.name}：找不到这个文件，请检查路径 {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name}：读不到，请确认是 UTF-8 编码的 .yaml 或 .json 文件") from error
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, parse_float=str, parse_int=str)
        return yaml.load(text, Loader=yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader)
    except (ValueError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else getattr(error, "lineno", None)
        where = f"第 {line} 行" if line else ""
        raise DataError(f"{path.name}：{where}写法不对，不能识别为 {path.suffix.lstrip('.') or '数据'} 文件") from error


def _mapping(path: Path, where: str, raw: Any) -> Mapping[str, Any]:
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, dict):
        raise DataError(f"{path.name}：{where} 应为“项目: 值”的形式")
    return raw


def _rows(path: Path, form: Outline, table: str, raw: Any) -> Iterable[Row]:
    _known_one(path, "tables", table, _entry_tables(form))
    columns = (*_entry_keys(form.tables[table]), *_EXTRA.get(table, ()))
    if isinstance(raw, str) and raw:
        path = path.parent / raw
        raw = _table_file(path, form, table)
    if raw in (None, ""):
        return
    if not isinstance(raw, list):
        raise DataError(f"{path.name}：tables.{table} 应为若干行的列表，或同目录下 .csv、.xlsx 文件的名字")
    for number, row in enumerate(raw, 1):
        where = f"{table} 第 {number} 行"
        if not isinstance(row, dict):
            raise DataError(f"{path.name}：{where}应为“项目: 值”的形式")
        _known(path, where, row, columns)
        yield {key: _entry(path, where, key, value) for key, value in row.items()}


def _entry_keys(parts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key, part in parts.items() if part.role == "entry")


def _entry_tables(form: Outline) -> tuple[str, ...]:
    return tuple(key for key, columns in form.tables.items() if _entry_keys(columns))


def _table_file(path: Path, form: Outline, table: str) -> list[dict[str, str]]:
    """Rows of a CSV or Excel file whose first row holds the column keys or the form's headings."""
    try:
        import pandas
    except ImportError as error:
        raise DataError(f'{path.name}：读取表格文件需要 pandas，请先运行：pip install "selfeval-xl[tables]"') from error
    try:
        if path.suffix.lower() == ".csv":
            frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
        else:
            frame = pandas.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
    except FileNotFoundError as error:
        raise DataError(f"{path.name}：找不到这个文件，它应与数据文件放在同一个文件夹") from error
    except (OSError, ValueError, UnicodeDecodeError, KeyError) as error:
        raise DataError(f"{path.name}：读不出表格，请确认是 UTF-8 编码的 .csv 或未加密的 .xlsx") from error
    headings = {heading: key for key, heading in form.headings[table].items()}
    renamed = {column: headings.get("".join(str(column).split()), str(column).strip()) for column in frame.columns}
    rows = frame.rename(columns=renamed).to_dict("records")
    return [{str(key): str(value) for key, value in row.items() if str(value).strip()} for row in rows]


def _known(path: Path, where: str, raw: Mapping[str, Any], allowed: Sequence[str]) -> None:
    for key in raw:
        _known_one(path, where, key, allowed)


def _known_one(path: Path, where: str, key: str, allowed: Sequence[str]) -> bool:
    if key not in allowed:
        raise DataError(
            f"{path.name}：{where}有不认识的项目“{key}”{_near(key, allowed)}；可用的有：{'、'.join(allowed)}"
        )
    return True


def _near(word: str, allowed: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, allowed, 1)
    return f"（是不是 {near[0]}？）" if near else ""


def _entry(path: Path, where: str, key: str, raw: Any) -> Entry:
    if raw is None:
        return Entry()
    if isinstance(raw, dict | list):
        raise DataError(f"{path.name}：{where}的 {key} 应为一个值")
    text = str(raw).strip()
    if not text:
        return Entry()
    if key in _RATES:
        return Entry(text, _rate(path, where, key, text))
    if key in _MONEY or key in _POINTS:
        return Entry(text, _number(path, where, key, text))
    if key == "year":
        if not text.isdigit() or int(text) not in _YEAR:
            raise DataError(f"{path.name}：{where}的 year 是“{text}”，应为四位年份，如 2024")
        return Entry(text, Decimal(text))
    return Entry(text, plain(text))


def plain(text: str) -> Decimal | None:
    """The number that a text is, with or without thousands separators; None for anything else."""
    return Decimal(text.replace(",", "").replace("，", "")) if _NUMBER.fullmatch(text) else None


def _number(path: Path, where: str, key: str, text: str) -> Decimal:
    value = plain(text)
    if value is None:
        raise DataError(f"{path.name}：{where}的 {key} 是“{text}”，应为数字，不带单位")
    return value


def _rate(path: Path, where: str, key: str, text: str) -> Decimal:
    """A rate as a fraction; ``94.63%`` and ``0.9463`` are the same."""
    if text.endswith(("%", "％")):
        return _number(path, where, key, text[:-1].strip()) / 100
    return _number(path, where, key, text)
