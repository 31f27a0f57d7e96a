"""Reminders (催报): which returns of the listed units are still missing, and the drafts of mails that ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfeval_xl.collect.intake import Intake
from selfeval_xl.collect.rollcall import Line
from selfeval_xl.collect.units import addresses
from selfeval_xl.groups import by_key
from selfeval_xl.submit.mail import unsent


def reminders(intake: Intake) -> Iterator[tuple[str, bytes | None]]:
    """Each unit that certainly lacks a return (``Line.lacking``), in the list's order, with the draft of a mail to it.

    None instead of a draft where the list has no address.
    """
    for every in _by_unit(intake, intake.roll_call).values():
        if lacking := [line for line in every if line.lacking]:
            unit, to = lacking[0].expected.unit, _to(lacking) or _to(every)
            about = "绩效自评表" if intake.year is None else f" {intake.year} 年度绩效自评表"
            subject, text = f"请报送{about}：{' '.join(unit.split())[:80]}", "\n".join(_words(unit, about, lacking))
            yield unit, unsent(subject, ", ".join(to), text, {}) if to else None


def _to(lines: Iterable[Line]) -> list[str]:
    """The addresses in some rows of the list, each once."""
    return list(dict.fromkeys(one for line in lines for one in addresses(line.expected.mail)))


def _words(unit: str, about: str, lines: Iterable[Line]) -> Iterator[str]:
    wanted = _wanted(lines)
    yield f"{unit}："
    yield ""
    yield f"贵单位的{about}，下面各项还没有收齐，请尽快报送：" if wanted else f"贵单位的{about}还没有收到，请尽快报送。"
    yield from wanted
    yield ""
    yield "已经报送的，请告知报送的时间和方式；不用报送的，请说明原因。"


def outstanding(intake: Intake) -> dict[str, list[str]]:
    """By unit, the missing returns for which a file that could not be used may have been meant (``Line.unread``).

    The reply about that file names them, and no reminder does.
    """
    unread = (line for line in intake.roll_call if line.unread)
    return {unit: _wanted(every) for unit, every in _by_unit(intake, unread).items()}


def _by_unit(intake: Intake, lines: Iterable[Line]) -> dict[str, list[Line]]:
    return by_key((intake.roll.names.unit(line.expected.unit), line) for line in lines)


def _wanted(lines: Iterable[Line]) -> list[str]:
    """The missing returns of a unit, one line each; [] where it is simply all that the list expects of it."""
    wanted = list(dict.fromkeys(map(_missing, lines)))
    if wanted == [""]:
        return []
    return [f"{number}. {what or '名单上没有写项目名称的一份'}" for number, what in enumerate(wanted, 1)]


def _missing(line: Line) -> str:
    """What is missing of a row of the list, in words; "" for its one return without a project's name."""
    count, lacking = line.expected.count, line.lacking or line.unread
    if count is None:
        return line.expected.project
    came = f"收到 {count - lacking} 个，还差 {lacking} 个" if lacking < count else "都还没有收到"
    return f"名单上是 {count} 个项目，{came}"
