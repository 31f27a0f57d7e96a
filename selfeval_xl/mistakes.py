"""Wording for mistakes in what a user wrote: quoting it as its author knows it, and asking what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

BLANKS = "（文件名里有空格的，整个名称要加英文双引号）"
"""Added where a shell may have cut a file name in two."""

_UNSEEN = {"\u3000": "空格", "\xa0": "空格", "\u200b": "看不见的字符"}
"""Invisible characters, which a message must name in words."""
_TEXT = "\0"  # stands for a quoted text, whose content is never the mistake


def near(word: str, known: Iterable[str], shown: Mapping[str, str] = {}) -> str:
    """The question whether the known word most like ``word`` was meant, in brackets; "" where none is like it.

    ``shown`` gives the words to show in place of those compared.
    """
    asked = question(word, known, shown=shown)
    return f"（{asked}）" if asked else ""


def question(
    word: str, known: Iterable[str], most: int = 1, likeness: float = 0.6, shown: Mapping[str, str] = {}
) -> str:
    """As :func:`near` without brackets, of up to ``most`` words: 是不是 甲 或 乙？."""
    from difflib import get_close_matches

    found = get_close_matches(word, known, most, likeness)
    return f"是不是 {' 或 '.join(shown.get(one, one) for one in found)}？" if found else ""


def listed(words: Iterable[str]) -> str:
    """Words as Chinese lists them: 甲、乙."""
    return "、".join(words)


def few(words: Sequence[str], most: int, more: str, sign: str = "、") -> str:
    """The first ``most`` of several words; if there are more, followed by ``more`` with their number put in."""
    return sign.join(words[:most]) + (more.format(len(words)) if len(words) > most else "")


def clipped(text: str, most: int) -> str:
    """The text, or its beginning where it has more characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def brief(text: object, most: int = 30) -> str:
    """A text as quoted within a sentence: on one line, and cut where it is long."""
    return clipped(" ".join(str(text).split()), most)


def shown(value: object) -> str:
    """A value as the file's author would recognize it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"“{brief(value)}”"
    if isinstance(value, list):
        return f"[{listed(shown(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{listed(value)}}}"
    return str(value)


def line_of(text: str, key: str, value: object = None) -> int | None:
    """The line of the TOML ``text`` that a mistake in ``key`` (grades.at_least) is on: where the key, or words of it,
    stand; among several the one with the value, else where their table begins."""
    table, _, last = key.partition(".")
    lines = [*enumerate(text.splitlines(), 1)]
    own = [(at, line) for at, line in lines if re.match(rf'\s*"?{re.escape(last or table)}"?\s*=', line)]
    whole = re.compile(rf"(?<![\d.-]){re.escape(str(value))}(?![\d.])")  # 0 is not what stands in 90
    holding = [at for at, line in own or lines * isinstance(value, str) if whole.search(line)]
    headings = [at for at, line in lines if re.match(rf"\s*\[+\s*{re.escape(table)}\s*\]", line)]
    return next(iter([*holding, *(at for at, _ in own), *headings]), None)


def unreadable(name: str, path: Path, error: OSError | ValueError, what: str) -> str:
    """Why ``path``, a file of the kind ``what``, can't be read: not there, not UTF-8, not TOML."""
    if isinstance(error, OSError):
        return f"{name}：读不到这个{what}，请检查路径 {path}"
    if isinstance(error, UnicodeDecodeError):
        return f"{name}：不是 UTF-8 编码，请用记事本另存为 UTF-8"
    line = re.search(r"line (\d+)", str(error))
    where = f"第 {line[1]} 行" if line else "文件末尾"
    if re.search(r"Cannot declare|Cannot mutate", str(error)):
        return f"{name}：{where}的 [ ] 前面已经有一个同名的；有几段就写几个，每个两层方括号，如 [[grades]]"
    if "overwrite" in str(error) or "twice" in str(error):
        return f"{name}：{where}的项目前面已经写过，同一项只能写一次"
    text = path.read_bytes().decode("utf-8-sig")
    why = _why_not_toml(text.split("\n")[int(line[1]) - 1] if line else text.rstrip("\r\n").rpartition("\n")[2])
    return f"{name}：{where}不符合 TOML 写法：{why or '引号、括号要成对，文字要加英文双引号，每行写成 项目 = 值'}"


def _why_not_toml(line: str) -> str:
    """What is wrong on a line that is no TOML: often full-width signs, which look almost like the ASCII ones."""
    bare, quote, _ = re.sub(r"""("|')(?:\\.|(?!\1).)*\1""", _TEXT, line).partition('"')
    bare = bare.partition("#")[0].strip(" \t\r")
    strange = dict.fromkeys(sign for sign in bare if not sign.isascii() and not sign.isalpha())
    if strange:
        return f"{' '.join(_UNSEEN.get(sign, sign) for sign in strange)} 是中文（全角）的，要改用英文的"
    if re.search(rf"{_TEXT}[^\s=.,\]}}]", bare):
        return "加了英文双引号的文字里面，引号要用中文的 “ ”"
    if quote:
        return "英文双引号不成对"
    if ":" in bare and "=" not in bare:
        return "项目和值之间用等号 =，不用冒号"
    if "%" in bare:
        return "比例写成小数，如 0.9"
    if "//" in bare:
        return "说明的文字前面加 #"
    if word := re.search(r"[^\x00-\x7f]+", bare):
        return f"{shown(word[0])}要加英文双引号"
    if bare.endswith((",", ";")):
        return "行末不加逗号、分号"
    return "文字里的反斜杠 \\ 要写成两个" if "\\" in line else ""
