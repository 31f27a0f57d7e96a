"""The drafts of mails to the units of the list from which something is still to come."""

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
    wanted = list(dict.fromkeys(map(_wanted, lines)))
    yield f"{unit}："
    yield ""
    if wanted == [""]:
        yield f"贵单位的{about}还没有收到，请尽快报送。"
    else:
        yield f"贵单位的{about}，下面各项还没有收齐，请尽快报送："
        yield from (f"{number}. {what or '名单上没有写项目名称的一份'}" for number, what in enumerate(wanted, 1))
    yield ""
    yield "已经报送的，请告知报送的时间和方式；不用报送的，请说明原因。"


def _wanted(line: Line) -> str:
    """What of a unit is missing; "" where that is all that a row of the list stands for."""
    count = line.expected.count
    if count is None:
        return line.expected.project
    came = f"收到 {count - line.lacking} 个，还差 {line.lacking} 个" if line.lacking < count else "都还没有收到"
    return f"名单上是 {count} 个项目，{came}"
