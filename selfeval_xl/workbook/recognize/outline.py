"""Levels that are told by numbers before their names: 1 产出指标, 1.1 数量指标, 1.1.1 an indicator."""

from __future__ import annotations

import re
import unicodedata

from selfeval_xl.workbook.recognize.labels import read_label
from selfeval_xl.workbook.recognize.sheet import Cell

Code = tuple[int, ...]

_CODE = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2}){0,3})(?![\d%])[.、\s]*(?=\D)")


def code_of(text: str) -> Code:
    """The numbers before a name (1.2 → (1, 2)); empty where there are none."""
    match = _CODE.match(unicodedata.normalize("NFKC", text))
    return tuple(map(int, match[1].split("."))) if match else ()


def heads(code: Code, other: Code) -> bool:
    """True where ``other`` numbers something within what ``code`` numbers: 1.2 and 1.2.1."""
    return bool(code) and len(other) == len(code) + 1 and other[: len(code)] == code


def bare_level(cell: Cell) -> str:
    """The name of a level as the vocabulary has it, without the numbers before it."""
    return read_label(_CODE.sub("", unicodedata.normalize("NFKC", cell.text), count=1)).core
