"""The names of units and projects: which spellings are the same name, and which names may mean the same unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import squeezed
from selfeval_xl.words.identity import SEAT, identity

_NUMERALS = lazy(r"[0-9]+|[一二三四五六七八九十]+")
_YEAR = lazy(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_LAST, _DRAFT = lazy(r"最终|终稿|定稿|正式"), lazy(r"草稿|初稿|征求意见|作废|旧版")
_GENERAL = lazy(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])年?度?|专项|项目|资金|经费|[()、,.\-_—]")
"""What one may add to the name of a project or leave out: 2024年就业补助资金, 就业补助."""
_COMMON = lazy(
    r"[\W\d_]+|项目支出|部门整体|支出|转移支付|绩效|自评|评价|报告|报送|年度|副本|改正|修改|最终|终稿|定稿|草稿|初稿|扫描件?|盖章"
    r"|新建|工作[表簿]|microsoft|excel|表"
)
_WHOLE = lazy(r"(?:20[0-9]{2}年?度?)?(?:部门|单位)?\(?整体\)?(?:支出)?(?:绩效)?(?:自评价?|评价)?(?:表|报告)?")
_NEAR = 0.75  # similarity (0 to 1) from which two names may mean the same unit
_SHORTEST = 2  # characters from which a name may be an abbreviation of a unit's
_MOST = 3  # candidates; where there are more, the looser ways to find them are left out
_CODE_END = "\0"
_LONG = 200  # characters; longer names keep their codes


class Names:
    """Names as they were written, each with a ``key`` that all its spellings share.

    The key holds a code (单位编码) only where units of the same name have different ones.
    """

    def __init__(self, listed: Iterable[str], came: Iterable[str] = ()) -> None:
        listed, came = list(listed), list(came)
        codes: dict[str, set[str]] = defaultdict(set)
        for text in (*listed, *came):
            code, name = identity(text)
            codes[name].add(code)
        self._several = frozenset(name for name, known in codes.items() if _differ(known))
        self._shown: dict[str, str] = {}
        for text in listed:
            self._shown.setdefault(self.key(text), text)
        for text in came:
            self._shown.setdefault(self.key(text), self._bare(text))

    def key(self, text: str | None) -> str:
        """The key that all spellings of a name share; "" for no name."""
        code, name = identity(text)
        return f"{code}{_CODE_END}{name}" if code and name in self._several else name

    def shown(self, text: str) -> str:
        """The spelling of a name that the ledger shows."""
        return self._shown.get(self.key(text), text)

    def _bare(self, text: str) -> str:
        """The name as it is written, on one line, and without its code where no other unit has that name."""
        code, name = identity(text)
        line = "".join(text.splitlines())
        if not code or name in self._several or len(line) > _LONG:
            return line
        parts = (part for at in range(1, len(line)) for part in (line[at:], line[:at]))
        return next((part for part in parts if identity(part) == ("", name)), line).strip()


def _differ(codes: Collection[str]) -> bool:
    """Whether these are codes of different units; 101 (a department) and 101001 (its own unit) are not."""
    return len({code for code in codes if not any(other != code and other.startswith(code) for other in codes)}) > 1


class NameBook:
    """The names of units, and of the projects of each unit."""

    def __init__(self, listed: Sequence[tuple[str, str]], came: Iterable[tuple[str | None, str | None]] = ()) -> None:
        written = [(unit or "", project or "") for unit, project in came]
        self._units = Names((unit for unit, _ in listed), (unit for unit, _ in written if unit))
        projects: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        for into, pairs in enumerate((listed, written)):
            for unit, project in pairs:
                if unit and project:
                    projects[self._units.key(unit)][into].append(project)
        self._projects = {unit: Names(*names) for unit, names in projects.items()}

    def unit(self, name: str | None) -> str:
        """The key of a unit; "" for no name."""
        return self._units.key(name)

    def key(self, unit: str | None, project: str | None) -> tuple[str, str]:
        """The keys of a unit and its project; "" for what is not named."""
        whose = self.unit(unit)
        names = self._projects.get(whose)
        return whose, names.key(project) if names else identity(project)[1]

    def shown(self, unit: str | None, project: str | None) -> tuple[str | None, str | None]:
        """The spellings of a unit and its project that the ledger shows."""
        names = self._projects.get(self.unit(unit))
        return unit and self._units.shown(unit), names.shown(project) if names and project else project


def core(project: str | None) -> str:
    """A project's name without its year and without words that any project may have (专项, 资金)."""
    return _GENERAL.sub("", identity(project)[1])


def is_whole(project: str) -> bool:
    """Whether a project on a list means the form of the whole department: 部门整体支出绩效自评."""
    return _WHOLE.fullmatch(identity(project)[1]) is not None


def years_in(name: str) -> list[str]:
    """The years that a name holds, each once."""
    return sorted(set(_YEAR.findall(squeezed(name))))


def more_final(one: str, other: str) -> bool:
    """Whether a file's name claims to be more final (定稿, 最终) than another's."""
    return _finality(one) > _finality(other)


def _finality(name: str) -> int:
    return bool(_LAST.search(name)) - bool(_DRAFT.search(name))


def near(name: str, listed: Collection[str]) -> list[str]:
    """The listed names that a name may mean: with the same characters, else similar, longer or shorter ones.

    Where the latter are too many, only the most similar one is left, or none.
    All names are squeezed.  A single character means nothing.
    """
    if len(name) < _SHORTEST:
        return []
    for way in (_seatless, _signs):
        if same := [other for other in listed if way(other) == way(name)]:
            return same
    like = [other for other in get_close_matches(name, listed, 2, _NEAR) if _numerals(other) == _numerals(name)]
    if len(like) == 2 and _alike(name, like[0]) == _alike(name, like[1]):
        like = []
    holding = [other for other in listed if name in other or other in name]
    short = [other for other in listed if _within(name, other)]
    choices = map(dict.fromkeys, ([*like[:1], *holding, *short], [*like[:1], *holding], like[:1]))
    return next(list(found) for found in choices if len(found) <= _MOST)


def same_project(project: str, others: Iterable[str]) -> list[str]:
    """The ones of the ``others`` that may be the project under another name."""
    keys = {identity(other)[1]: other for other in others if other}
    own = identity(project)[1]
    return [other for key, other in keys.items() if core(project) == core(other) != ""] or [
        keys[key] for key in get_close_matches(own, keys, _MOST, _NEAR) if _numerals(key) == _numerals(own)
    ]


def near_file(name: str, listed: Collection[str]) -> str | None:
    """The only listed name that a file's or folder's name may abbreviate: 人民医院, or 残联 for 残疾人联合会."""
    stem = squeezed(Path(name).stem)
    for part in dict.fromkeys((_COMMON.sub("", stem), *_COMMON.split(stem))):
        found = _short(part, listed)
        if len(found) == 1:
            return found[0]
    return None


def _short(name: str, listed: Collection[str]) -> list[str]:
    """The listed names that a name may abbreviate."""
    if len(name) < _SHORTEST:
        return []
    return [other for other in listed if name in other] or [other for other in listed if _within(name, other)]


def _seatless(key: str) -> str:
    """A name without its code, and without 本级 and the like, which mark a department's own unit."""
    return SEAT.sub("", key.rpartition(_CODE_END)[2])


def _signs(key: str) -> list[str]:
    """The characters of a name, sorted: people put its parts in another order (规划和自然资源局)."""
    return sorted(_seatless(key))


def _alike(name: str, other: str) -> float:
    return SequenceMatcher(None, other, name).ratio()


def _numerals(name: str) -> list[str]:
    return _NUMERALS.findall(name)


def _within(short: str, name: str) -> bool:
    """Whether the characters of ``short`` stand in ``name`` in the same order."""
    rest = iter(name)
    return all(sign in rest for sign in short)
