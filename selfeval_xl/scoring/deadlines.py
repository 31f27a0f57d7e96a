"""Deadlines: whether the day on which something was done lies within the day of its target."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import Quantity
from selfeval_xl.quantity.text import unspaced

# 12月未完成, 预计12月底完成: a day on which it was not done, or is to be done.
_NOT_DONE = lazy(
    "未(?:能|完|如期|按|及时)|尚未"
    "|(?:预[计期定]|(?<![按照])计划|[拟将]|力争|争取|有望)[于在到]?(?:[0-9]{4}年)?[0-9]{1,2}月"
)


def in_time(target: Quantity, actual: Quantity) -> bool | None:
    """True where the day of the actual surely keeps to that of the target, False where it surely does not."""
    if target.date is None or actual.date is None:
        return None
    if actual.date <= target.date:
        return None if _NOT_DONE.search(unspaced(actual.text)) else True
    if "每年" in target.label + target.text and actual.date.year != target.date.year:
        return None  # 每年1月31日前, and nobody says of which year
    # 2024年3月 for 2024年3月15日 may have been in time or not.
    return False if actual.since is None or actual.since > target.date else None
