"""What the files of a submission are called: 年度_单位_项目_自评表, in names that every system takes."""

from __future__ import annotations

from selfeval_xl.filenames import REFUSED, is_device
from selfeval_xl.model import Evaluation

_PARTS = (40, 28)  # characters of the unit's and the project's name, and where these are too many bytes together
_TAIL = 12  # of them from the end, where names of one kind differ: （第二批）
_WHOLE = 180  # bytes in UTF-8; systems take 255, and endings follow


def file_stem(evaluation: Evaluation) -> str:
    """``"2024_市总工会_劳模津贴_自评表"``; what is not known is left out."""
    header = evaluation.header
    parts = [part for entry in (header.year, header.unit, header.project) if (part := _clean(entry.text))]
    stems = ("_".join(_shortened(part, most) for part in parts) for most in _PARTS)
    stem = next((stem for stem in stems if len(stem.encode()) <= _WHOLE), None)
    whole = _bounded(stem or "_".join(_shortened(part, _PARTS[-1]) for part in parts)) + "自评表"
    return f"_{whole}" if is_device(whole) else whole


def _clean(text: str) -> str:
    return " ".join(REFUSED.sub("-", text.strip()).split()).strip(" .-")


def _shortened(text: str, most: int) -> str:
    """Both ends of a long name."""
    return text if len(text) <= most else f"{text[: most - _TAIL - 1].rstrip(' .-')}…{text[-_TAIL:]}"


def _bounded(text: str) -> str:
    """Cut at a character, never within one."""
    short = text.encode("utf-8")[:_WHOLE].decode("utf-8", errors="ignore").strip(" .-_")
    return f"{short}_" if short else ""
