"""Times filling 60 indicators into the built template, against bare XlsxWriter writing the same cells.

``python benchmarks/fill.py``: medians of interleaved runs in one process, with files in memory on both sides.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

import xlsxwriter

from selfeval_xl.fill import filled
from selfeval_xl.forms import template_file
from selfeval_xl.forms.outline import outline
from selfeval_xl.model import Entries, Entry
from selfeval_xl.read import Workbook
from selfeval_xl.read.datafile import Data, plain
from selfeval_xl.rules import load

RUNS = 15
ROWS = 60
AIM = 0.6
RULES = "mof-2020"


def data() -> Data:
    levels = [("产出指标", "数量指标"), ("效益指标", "社会效益指标"), ("满意度指标", "服务对象满意度指标")]
    rows = []
    for number in range(ROWS):
        level1, level2 = levels[number % 3]
        row = {
            "level1": level1,
            "level2": level2,
            "name": f"第{number + 1}项指标",
            "target": f"≥{number + 10} 个",
            "actual": f"{number + 9 + number % 3} 个",
            "reason": "天气原因，已补办" if number % 3 == 0 else "",
        }
        rows.append({key: Entry(text, plain(text)) for key, text in row.items()})
    funds = {"name": "当年财政拨款", "initial": "300", "adjusted": "280.5", "executed": "276.31"}
    fields = {"year": "2024", "project": "示例项目", "unit": "示例单位"}
    return Data(
        outline("project"),
        RULES,
        Entries(
            {key: Entry(text, plain(text)) for key, text in fields.items()},
            {"funds": ({key: Entry(text, plain(text)) for key, text in funds.items()},), "indicators": tuple(rows)},
        ),
    )


def main() -> None:
    content, template, rules = data(), template_file("project"), load(RULES)

    def fill() -> bytes:
        return filled(content, "数据", Workbook(template), rules)[1].to_bytes()

    grids = Workbook(fill()).grids
    cells = [(name, cell, raw) for name, grid in grids.items() for cell, raw in grid.cells.items()]

    def bare() -> bytes:
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        formats: dict[int, object] = {}
        sheets = {name: book.add_worksheet(name) for name in grids}
        for name, (row, column), raw in cells:
            if raw.style not in formats:
                formats[raw.style] = book.add_format({"border": 1, "text_wrap": True})
            look = formats[raw.style]
            value = float(raw.value) if isinstance(raw.value, Decimal) else raw.value
            if raw.formula:
                sheets[name].write_formula(row - 1, column - 1, raw.formula, look, "" if value is None else value)
            else:
                sheets[name].write(row - 1, column - 1, value, look)
        book.close()
        return stream.getvalue()

    def seconds(job: Callable[[], bytes]) -> float:
        start = time.perf_counter()
        job()
        return time.perf_counter() - start

    seconds(fill), seconds(bare)
    taken = [(seconds(fill), seconds(bare)) for _ in range(RUNS)]
    ours, floor = (statistics.median(column) for column in zip(*taken, strict=True))
    ratio = statistics.median(a / b for a, b in taken)
    print(f"{len(cells)} cells with a value or formula, {RUNS} runs each, medians")
    print(f"fill, scored and checked  {ours * 1000:6.1f} ms")
    print(f"bare XlsxWriter           {floor * 1000:6.1f} ms")
    print(f"ratio                     {ratio:6.2f}  (aim {AIM})")


if __name__ == "__main__":
    main()
