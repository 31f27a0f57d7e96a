"""Renders the pictures of the README from the filled samples: LibreOffice to PDF, poppler to PNG."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from selfeval_xl.demo import samples
from selfeval_xl.fill import fill

IMAGES = Path(__file__).with_name("images")
# picture: sample, the words that its page holds
PICTURES = {
    "evaluation": ("department-2022-huangpu-union", "部门整体收支（万元）"),
    "summary": ("department-2022-huangpu-union", "绩效自评汇总"),
    "tieout": ("department-2024-jiangmen-union", "报告中的表述"),
    "findings": ("project-2024-jiangmen-union", "检查编号"),
}


def pages(folder: Path, sample: str) -> Path:
    """The sample's workbook as a PDF."""
    data = next(path for path in samples() if path.stem == sample)
    workbook = folder / f"{sample}.xlsx"
    fill(data, workbook)
    profile = (folder / "profile").as_uri()
    office = ["soffice", f"-env:UserInstallation={profile}", "--headless"]
    command = [*office, "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True)
    return workbook.with_suffix(".pdf")


def page_with(pdf: Path, words: str) -> int:
    """The first page that holds the words."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    return next(number for number, page in enumerate(text.split("\f"), 1) if words in page.replace(" ", ""))


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, (sample, words) in PICTURES.items():
            pdf = pages(folder, sample)
            page = str(page_with(pdf, words))
            target = folder / picture
            only = ["-f", page, "-l", page, "-singlefile"]
            subprocess.run(["pdftoppm", "-r", "110", *only, "-png", str(pdf), str(target)], check=True)
            shutil.move(target.with_suffix(".png"), IMAGES / f"{picture}.png")


if __name__ == "__main__":
    main()
