"""The formulas of the workbooks and our own figures are two computations; two engines hold them against each other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from engines import differing, embedded, stored

from selfeval_xl.demo import samples
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill, filled
from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import Entries, Entry, Row
from selfeval_xl.read import Workbook
from selfeval_xl.read.datafile import Data, plain
from selfeval_xl.rules import load
from selfeval_xl.score import score

LEVELS = [
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "成本指标"),
    ("产出指标", "时效指标"),
    ("效益指标", "社会效益指标"),
    ("成本指标", "经济成本指标"),
    ("满意度指标", "服务对象满意度指标"),
]
NAMES = ["指标"] * 4 + ["投诉次数", "审批办结时限", "公示天数", "信访件数", "投诉办结率"]
UNITS = ["个", "人次", "%", "万元", "元", "天", ""]
WORDS = ["有效提升", "按分配名额", "可持续", "合规", "待定", "80-90", "不低于90%", "2024年12月底前", "≥10 个", "50篇、100人次"]
DONE = ["有效提升", "≥80%", "已完成", "约350名", "85", "95%", "2024年11月30日", "2025年1月10日", "12 个", "无", "/", "60篇、90人次"]


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_template_shows_what_its_formulas_give(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"{form}.xlsx"
    path.write_bytes(template_file(form))
    values = stored(Workbook(path))
    assert len(values) > 400
    assert differing(values, embedded(path)) == {}


@pytest.fixture(scope="module")
def filled_samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("samples")
    paths = []
    for data in samples():
        paths.append(folder / f"{data.stem}.xlsx")
        fill(data, paths[-1])
    assert len(paths) == 4
    return paths


def test_the_samples_show_what_their_formulas_give(filled_samples: list[Path]) -> None:
    for path in filled_samples:
        assert differing(stored(Workbook(path)), embedded(path)) == {}, path.name


def test_libreoffice_agrees_on_the_samples(filled_samples: list[Path], soffice_convert) -> None:
    for path, again in zip(filled_samples, soffice_convert(filled_samples, "xlsx"), strict=True):
        assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}, path.name


# Random rows: 2,000 workbooks' worth of ten rows, packed into a few workbooks.


def entry(text: str) -> Entry:
    return Entry(text, plain(text))


def figure(rng: random.Random) -> str:
    """Numbers as people type them, and those that make half cents and zeros."""
    return rng.choice(
        [
            str(rng.randint(0, 12)),
            str(rng.randint(1, 5000)),
            f"{rng.uniform(0, 200):.2f}",
            f"{rng.uniform(0, 3):.4f}",
            "0",
            "100",
            f"{rng.randint(1, 2000) / 8}",
            f"-{rng.randint(1, 9)}",
        ]
    )


def indicator(rng: random.Random, number: int) -> Row:
    level1, level2 = rng.choice(LEVELS)
    words = rng.random() < 0.25
    row = {
        "level1": level1,
        "level2": level2,
        "name": f"第{number}项{rng.choice(NAMES)}",
        "op": rng.choice(["≥", "≤", "=", ">", "<", "定性", ""]),
        "target": rng.choice(WORDS) if words else figure(rng),
        "unit": rng.choice(UNITS),
        "actual": rng.choice([*DONE, figure(rng)]) if words or rng.random() < 0.1 else figure(rng),
        "state": rng.choice(["", "", "", "达成", "部分达成", "未达成"]),
        "weight": rng.choice(["5", "10", "2.5", "0", f"{rng.uniform(0, 20):.2f}", "3.335"]),
        "claimed_score": rng.choice(["", "5", "8.5", "1.25", "10"]),
        "reason": rng.choice(["", "有原因"]),
    }
    for key in ("target", "actual", "weight", "level1"):
        if rng.random() < 0.04:
            row[key] = ""
    return {key: entry(text) for key, text in row.items()}


def budget(rng: random.Random, number: int) -> Row:
    amounts = ("initial", "cut", "added", "adjusted", "executed")
    row = {key: f"{rng.uniform(0, 500):.2f}" if rng.random() < 0.8 else "" for key in amounts}
    return {
        "level": entry(rng.choice(["一级项目", "二级项目", "二级项目"])),
        "name": entry(f"项目{number}"),
        **{key: entry(text) for key, text in row.items()},
    }


def random_data(seed: int, rows: int) -> Data:
    rng = random.Random(seed)
    form = rng.choice(FORMS)
    tables = {
        "funds": tuple(
            {"name": entry(f"来源{n}"), **{k: entry(figure(rng)) for k in ("initial", "adjusted", "executed")}}
            for n in range(rng.randint(0, 3))
        ),
        "budget": tuple(budget(rng, n) for n in range(rng.randint(0, 30))),
        "indicators": tuple(indicator(rng, n) for n in range(rows)),
    }
    if form == "transfer":
        tables["allocations"] = tuple(
            {"region": entry(f"区{n % 7}"), "purpose": entry(f"用途{n}"), "used": entry(figure(rng))} for n in range(25)
        )
    fields = {"budget_weight": entry(rng.choice(["10", "20", "7.5"])), "claimed_total": entry("95")}
    return Data(outline(form), rng.choice(["mof-2020", "mof-2021-cost", "bands-80-50"]), Entries(fields, tables))


def random_workbooks(folder: Path, count: int, rows: int) -> Iterator[Path]:
    for seed in range(count):
        path = folder / f"{seed}.xlsx"
        data = random_data(seed, rows)
        _, patch = filled(data, path.name, Workbook(template_file(data.form.id)), load(data.rules))
        patch.save(path)
        yield path


def test_random_rows_agree_with_the_embedded_engine(tmp_path: Path) -> None:
    for path in random_workbooks(tmp_path, 20, 1000):
        assert differing(stored(Workbook(path)), embedded(path)) == {}, path.name


def test_random_rows_agree_with_libreoffice(tmp_path: Path, soffice_convert) -> None:
    paths = list(random_workbooks(tmp_path, 4, 250))
    for path, again in zip(paths, soffice_convert(paths, "xlsx"), strict=True):
        assert differing(stored(Workbook(path)), stored(Workbook(again))) == {}, path.name


def tie_out(rng: random.Random) -> tuple[float | str | None, ...]:
    """A stated figure, its unit, what it must equal (or a hundred times that), and a tolerance: as people type them."""
    digits = rng.randint(0, 4)
    stated = round(rng.uniform(0, rng.choice([1, 1, 1, 2, 100, 100, 5000])), digits) * rng.choice([1] * 9 + [0])
    apart = rng.choice([0, 0, 0.5, 0.6, 1, 3, 40]) * 10.0 ** -rng.choice([digits, 2, 4])
    expected = round(rng.choice([stated + apart, stated - apart, 0]) * rng.choice([1, 1, 1, 100, 0.01]), 6)
    unit = rng.choice(["%", "%", " ％", None, None, "万元", "人次"])
    return stated, unit, expected, rng.choice([None, None, None, 0.05, 1])


def tied(path: Path, rng: random.Random, rows: int) -> Path:
    """A workbook with so many tie-outs, scored; formats show the numbers as they please."""
    said = tuple({"statement": entry("某数"), "stated": entry("1")} for _ in range(rows))
    data = Data(outline("project"), "mof-2020", Entries({}, {"tieout": said}), {"tieout": ("",) * rows})
    filled(data, path.name, Workbook(template_file("project")), load("mof-2020"))[1].save(path)
    book = openpyxl.load_workbook(path)
    for row in range(4, 4 + rows):
        for column, value in zip("CDEG", tie_out(rng), strict=True):
            book["勾稽核对"][f"{column}{row}"] = value
        book["勾稽核对"][f"C{row}"].number_format = rng.choice(["General", "General", "0", "0.00", "#,##0.00"])
    book.save(path)
    score(path)
    return path


def test_the_tie_out_says_what_the_engines_and_the_check_say(tmp_path: Path, soffice_convert) -> None:
    paths = [tied(tmp_path / f"{seed}.xlsx", random.Random(seed), 400) for seed in range(3)]
    for path, again in zip(paths, soffice_convert(paths, "xlsx"), strict=True):
        values = stored(Workbook(path))
        assert differing(values, embedded(path)) == {}, path.name
        assert differing(values, stored(Workbook(again))) == {}, path.name
        (assessment,) = examine(path)
        slips = [one.cells[0] for one in assessment.findings if one.id == "tieout.mismatch"]
        assert {f"H{cell[1:]}" for cell in slips} == {place.cell for place, value in values.items() if value == "不一致"}
        assert 50 < len(slips) < 350


@pytest.mark.parametrize(
    ("stated", "shown", "unit", "expected", "agrees"),
    [
        (0.9, "0%", None, 0.868455, False),
        (0.87, "0%", None, 0.868455, True),
        (0.868, "0.00%", None, 0.868455, True),
        (0.9, "0.00%", "%", 0.9003, True),
        (0.9, "0%", "%", 0.868455, False),
        (90, "General", "%", 0.868455, False),
        (87, "General", "%", 0.868455, True),
        (94.63, "General", "%", 0.9463, True),
        (0.9463, "0.00%", "%", 94.63, True),
        (1, "0%", None, 0.9, False),
        (12.5, "0.00", "万元", 12.52, True),
        (1234.5, "#,##0.00", None, 1234.52, True),
        (12.5, "0.00", None, 12.56, False),
        (0.9, "0.00", "亿元", 0.868455, True),
    ],
)
def test_a_rate_in_the_tie_out(stated, shown, unit, expected, agrees, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(BytesIO(template_file("project")))
    sheet = book["勾稽核对"]
    sheet["B4"], sheet["C4"], sheet["D4"], sheet["E4"] = "某数", stated, unit, f"={expected}"
    sheet["C4"].number_format = shown
    book.save(path)
    score(path)
    assert Workbook(path).entry("勾稽核对", 4, 8).text == ("一致" if agrees else "不一致")
    assert differing(stored(Workbook(path)), embedded(path)) == {}
    assert ("tieout.mismatch" in {one.id for one in examine(path)[0].findings}) != agrees
