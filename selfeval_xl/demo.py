"""The main job on the four real samples: fill their workbooks, score and check them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from selfeval_xl.fill import fill
from selfeval_xl.model import Assessment
from selfeval_xl.shipped import shipped
from selfeval_xl.workbook.saving import make_folder


def samples() -> tuple[Path, ...]:
    """The data files of the samples, in the order in which they are shown."""
    found = shipped("samples").glob("*.yaml")
    return tuple(sorted(found, key=lambda path: (path.stem.split("-")[0] != "project", path.stem)))


def demo(directory: Path) -> Iterator[tuple[Path, Assessment]]:
    """Fill each sample's workbook into ``directory``; the file and what was found, one after the other."""
    make_folder(directory)
    for data in samples():
        output = directory / f"{data.stem}.xlsx"
        yield output, fill(data, output)
