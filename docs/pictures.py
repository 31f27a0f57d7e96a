"""Renders the pictures of the README and the manual from the filled samples: LibreOffice to PDF, poppler to PNG."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from selfeval_xl.demo import samples
from selfeval_xl.fill import fill

HERE = Path(__file__)
IMAGES = HERE.with_name("images")
RESOLUTION = 110  # dots per inch

DEPARTMENT, PROJECT = "department-2022-huangpu-union", "project-2024-jiangmen-union"


class Picture(NamedTuple):
    """A page of a sample's workbook: the first with ``words`` on it, cut to ``part`` (left, top, right, bottom).

    ``buttons``: of the workbook with macros, with its buttons shown; ``failing``: after a click that failed.
    """

    sample: str
    words: str
    part: tuple[float, float, float, float] = (0, 0, 1, 1)
    buttons: bool = False
    failing: bool = False


PICTURES = {
    "evaluation": Picture(DEPARTMENT, "部门整体收支（万元）"),
    "summary": Picture(DEPARTMENT, "绩效自评汇总"),
    "tieout": Picture("department-2024-jiangmen-union", "报告中的表述"),
    "findings": Picture(PROJECT, "位置（点击跳转）"),
    "button-form": Picture(DEPARTMENT, "部门整体收支（万元）", (0.02, 0.04, 0.98, 0.72), buttons=True),
    "button-summary": Picture(DEPARTMENT, "绩效自评汇总", (0.03, 0.03, 0.98, 0.60), buttons=True),
    "button-findings": Picture(PROJECT, "位置（点击跳转）", (0.02, 0.05, 0.98, 0.42), buttons=True),
    "button-failure": Picture(PROJECT, "位置（点击跳转）", (0.02, 0.05, 0.98, 0.24), buttons=True, failing=True),
}
PRINT_AREA = re.compile(r'<definedName name="_xlnm\.Print_Area"[^>]*>(?:自评表|汇总)![^<]*</definedName>')


@cache
def pages(folder: Path, sample: str, buttons: bool, failing: bool) -> Path:
    """The sample's workbook as a PDF."""
    data = next(path for path in samples() if path.stem == sample)
    workbook = folder / f"{sample}{buttons:d}{failing:d}{'.xlsm' if buttons else '.xlsx'}"
    fill(data, workbook)
    if failing:
        click_in_vain(workbook, folder)
    if buttons:
        print_buttons(workbook)
    profile = (folder / "profile").as_uri()
    office = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
    command = [*office, "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True)
    return workbook.with_suffix(".pdf")


def print_buttons(workbook: Path) -> None:
    """Make the buttons printable, which in the real workbooks stand outside the print area."""
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, data in parts.items():
        if name.endswith(".vml"):
            parts[name] = data.replace(b"<x:PrintObject>False</x:PrintObject>", b"")
    book = parts["xl/workbook.xml"].decode()
    parts["xl/workbook.xml"] = PRINT_AREA.sub("", book).encode()
    with zipfile.ZipFile(workbook, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def click_in_vain(workbook: Path, folder: Path) -> None:
    """Click 【重新计算】 in a workbook that names an unknown rule set; LibreOffice stands in for Excel."""
    sys.path.append(str(HERE.parents[1] / "tests"))
    from libreoffice import Office, install

    from selfeval_xl import excel
    from selfeval_xl.read import Workbook, ours_in
    from selfeval_xl.workbook.edits import Value
    from selfeval_xl.workbook.writing.patch import Patch

    book = Workbook(workbook)
    ours = ours_in(book)
    assert ours
    patch, rules = Patch(book.package), ours.layout.fields["rules"]
    patch.set(rules.sheet, rules.place.cell, Value("2019年办法"))
    patch.save(workbook)
    office = Office(folder / "profile")
    try:
        app = install(office)
        opened = app.books.open(str(workbook))
        sys.argv = ["-c", f"--wb={workbook.name}", "--from_xl=1", f"--hwnd={app.hwnd}"]
        excel.recalculate()
        (message,) = app.alerts
        opened.close()
    finally:
        office.stop()
    note = ours.layout.fields["findings_note"]
    patch.set(note.sheet, note.place.cell, Value(message))  # by us, as saved by LibreOffice the buttons look different
    patch.save(workbook)


def page_with(pdf: Path, words: str) -> int:
    """The number of the first page with these words on it."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    return next(number for number, page in enumerate(text.split("\f"), 1) if words in page.replace(" ", ""))


def size(pdf: Path, page: str) -> tuple[float, float]:
    """Width and height of a page in dots."""
    info = subprocess.run(
        ["pdfinfo", "-f", page, "-l", page, str(pdf)], check=True, capture_output=True
    ).stdout.decode()
    found = re.search(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", info)
    assert found
    return float(found[1]) / 72 * RESOLUTION, float(found[2]) / 72 * RESOLUTION


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    names = sys.argv[1:] or list(PICTURES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, what in [(name, PICTURES[name]) for name in names]:
            pdf = pages(folder, what.sample, what.buttons, what.failing)
            page = str(page_with(pdf, what.words))
            width, height = size(pdf, page)
            left, top, right, bottom = what.part
            numbers = {
                "-r": RESOLUTION, "-x": left * width, "-y": top * height,
                "-W": (right - left) * width, "-H": (bottom - top) * height,
            }  # fmt: skip
            box = [word for key, number in numbers.items() for word in (key, str(round(number)))]
            target = folder / picture
            only = ["-f", page, "-l", page, "-singlefile"]
            subprocess.run(["pdftoppm", *box, *only, "-png", str(pdf), str(target)], check=True)
            shutil.move(target.with_suffix(".png"), IMAGES / f"{picture}.png")


if __name__ == "__main__":
    main()
