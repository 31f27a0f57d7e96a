"""The drafts of mails to the units of the list from which something is still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from selfeval_xl.collect.intake import Intake
from selfeval_xl.collect.rollcall import MISSING, PARTLY, Line
from selfeval_xl.collect.units import addresses
from selfeval_xl.submit.mail import unsent


def reminders(intake: Intake) -> Iterator[tuple[str, bytes]]:
    """Each unit that has an address, in the list's order, with its draft.

    Where the roll-call asks whether a file may be what is missing, somebody has to look before anybody is reminded.
    """
    lacking: dict[str, list[Line]] = defaultdict(list)
    for line in intake.roll_call:
        if line.state == PARTLY or (line.state == MISSING and not line.note):
            lacking[intake.roll.called.unit(line.expected.unit)].append(line)
    for lines in lacking.values():
        unit = lines[0].expected.unit
        if to := ", ".join(dict.fromkeys(one for line in lines for one in addresses(line.expected.mail))):
            about = "绩效自评表" if intake.year is None else f" {intake.year} 年度绩效自评表"
            yield unit, unsent(f"请报送{about}：{' '.join(unit.split())[:80]}", to, "\n".join(_words(about, lines)), {})


def _words(about: str, lines: Iterable[Line]) -> Iterator[str]:
    wanted = list(filter(None, map(_wanted, lines)))
    yield f"{next(iter(lines)).expected.unit}："
    yield ""
    lacks = "，下面各项还没有收齐，请尽快报送：" if wanted else "还没有收到，请尽快报送。"
    yield f"贵单位的{about}{lacks}"
    yield from (f"{number}. {what}" for number, what in enumerate(wanted, 1))
    yield ""
    yield "已经报送的，请告知报送的时间和方式；不用报送的，请说明原因。"


def _wanted(line: Line) -> str:
    """What of a unit is missing; "" where that is all of it."""
    if line.state == PARTLY:
        return f"名单上是 {line.expected.count} 个项目，收到的不够"
    return line.expected.project
