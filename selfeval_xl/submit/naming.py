"""What the files of a submission are called: 年度_单位_项目_自评表, in names that every system takes."""

from __future__ import annotations

import re

from selfeval_xl.model import Evaluation

_ILLEGAL = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_PART = 40  # characters of the unit's and the project's name
_WHOLE = 180  # bytes in UTF-8; systems take 255, and endings follow


def file_stem(evaluation: Evaluation) -> str:
    """``"2024_市总工会_劳模津贴_自评表"``; what is not known is left out."""
    header = evaluation.header
    parts = (_clean(entry.text) for entry in (header.year, header.unit, header.project))
    return _bounded("_".join(part for part in parts if part)) + "自评表"


def _clean(text: str) -> str:
    return " ".join(_ILLEGAL.sub("-", text.strip()).split())[:_PART].strip(" .-")


def _bounded(text: str) -> str:
    """Cut at a character, never within one."""
    short = text.encode("utf-8")[:_WHOLE].decode("utf-8", errors="ignore").strip(" .-_")
    return f"{short}_" if short else ""
