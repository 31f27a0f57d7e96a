"""What is still to come from the units of the list, and the drafts of mails that ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from selfeval_xl.collect.intake import Intake
from selfeval_xl.collect.rollcall import Line
from selfeval_xl.collect.units import addresses
from selfeval_xl.submit.mail import unsent


class Reminder(NamedTuple):
    """A unit from which something is still to come, and the draft to it; None where the list has no address of it."""

    unit: str
    draft: bytes | None


def reminders(intake: Intake) -> Iterator[Reminder]:
    """In the list's order.

    Where the roll-call asks whether something may be what is missing, somebody has to look before anybody is reminded.
    """
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in intake.roll_call:
        lines[intake.roll.called.unit(line.expected.unit)].append(line)
    for every in lines.values():
        if lacking := [line for line in every if line.lacking]:
            unit, to = lacking[0].expected.unit, _to(lacking) or _to(every)
            about = "绩效自评表" if intake.year is None else f" {intake.year} 年度绩效自评表"
            subject, text = f"请报送{about}：{' '.join(unit.split())[:80]}", "\n".join(_words(unit, about, lacking))
            yield Reminder(unit, unsent(subject, ", ".join(to), text, {}) if to else None)


def _to(lines: Iterable[Line]) -> list[str]:
    """Who answers for what stands in some rows: many lists have a unit's address in its first row only."""
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
    """By their keys the units that sent what could not be used: what may be that, as the list has it.

    It is said to them with what is wrong with their files, as these may be all that is missing; no reminder says it.
    """
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in intake.roll_call:
        if line.unread:
            lines[intake.roll.called.unit(line.expected.unit)].append(line)
    return {unit: _wanted(every) for unit, every in lines.items()}


def _wanted(lines: Iterable[Line]) -> list[str]:
    """What of a unit is missing, one line each; nothing where it is all that the list expects of it."""
    wanted = list(dict.fromkeys(map(_missing, lines)))
    if wanted == [""]:
        return []
    return [f"{number}. {what or '名单上没有写项目名称的一份'}" for number, what in enumerate(wanted, 1)]


def _missing(line: Line) -> str:
    """What is missing of what a row of the list stands for; "" where that is all of it and has no name."""
    count, lacking = line.expected.count, line.lacking or line.unread
    if count is None:
        return line.expected.project
    came = f"收到 {count - lacking} 个，还差 {lacking} 个" if lacking < count else "都还没有收到"
    return f"名单上是 {count} 个项目，{came}"
