"""What a form calls its cells: the fixed text beside or above each, under which a user knows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selfeval_xl.forms.spec import Box, Label, Spec


def labels_of(spec: Spec) -> dict[str, str]:
    """The label of each field, and of each column without a heading (``"funds.initial"``), that has one."""
    return dict(_labels_of(spec))


def _labels_of(spec: Spec) -> Iterator[tuple[str, str]]:
    for sheet in spec.sheets:
        words = [label for label in sheet.labels if label.style != "title" and any(map(str.isalnum, label.text))]
        for field in sheet.fields:
            block = field.cell.origin.partition("：")[0]
            own = [label for label in words if label.origin.partition("：")[0] == block]
            hint = field.cell.help[0] if field.cell.help else ""
            if label := _just_beside(own, field.box) or _just_above(own, field.box) or hint or _beside(own, field.box):
                # 合计 alone says little; what is entered is known by its label, in data files too.
                yield field.cell.key, label if field.cell.role == "entry" else f"{label}（{sheet.name}）"
        for table in sheet.tables:
            for column in table.columns:
                box = (table.heading_row or table.first_row, column.first, table.first_row, column.last)
                if not column.heading and (label := _above(words, box)):
                    yield f"{table.key}.{column.cell.key}", label


def _just_beside(labels: Iterable[Label], box: Box) -> str:
    """The label of just this line; one over several lines names a group."""
    return next((_text(one) for one in labels if one.box[0] == box[0] and one.box[3] == box[1] - 1), "")


def _beside(labels: Iterable[Label], box: Box) -> str:
    beside = [one for one in labels if one.box[0] <= box[0] <= one.box[2] and one.box[3] < box[1]]
    return _text(max(beside, key=lambda one: one.box[3], default=None))


def _just_above(labels: Iterable[Label], box: Box) -> str:
    return next((_text(one) for one in _over(labels, box) if one.box[2] == box[0] - 1), "")


def _above(labels: Iterable[Label], box: Box) -> str:
    return _text(max(_over(labels, box), key=lambda one: one.box[2], default=None))


def _over(labels: Iterable[Label], box: Box) -> list[Label]:
    top, left, _, right = box
    return [one for one in labels if one.box[2] < top and one.box[1] <= right and one.box[3] >= left]


def _text(label: Label | None) -> str:
    return "".join(label.text.split()) if label else ""
