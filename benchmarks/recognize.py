"""Times recognizing and checking an official form of 60 indicators, against reading it with bare python-calamine.

``python benchmarks/recognize.py``: medians of interleaved runs in one process.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from selfeval_xl.examine import examine

RUNS = 15
ROWS = 60
HEADINGS = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"]
LEVELS = [
    ("产出指标", "数量指标", 30, "50"),
    ("效益指标", "社会效益指标", 20, "30"),
    ("满意度指标", "服务对象满意度指标", 10, "10"),
]


def form(path: Path) -> None:
    """Write the central government's form with its funds block, merged level cells and one mistake."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("自评表")
    rows: list[list[object]] = [
        ["项目支出绩效自评表"],
        ["（2024年度）"],
        ["项目名称", "示例项目", "", "主管部门", "示例部门", "", "实施单位", "示例单位"],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", "年度资金总额", 300, 280.5, 276.31, 10, "98.51%", 9.85],
        ["", "其中：当年财政拨款", 300, 280.5, 276.31, "—", "", "—"],
        [*HEADINGS],
    ]
    for row, texts in enumerate(rows):
        sheet.write_row(row, 0, texts)
    row = len(rows)
    for level1, level2, count, points in LEVELS:
        sheet.merge_range(row, 0, row + count - 1, 0, level1)
        sheet.merge_range(row, 1, row + count - 1, 1, level2)
        for number in range(count):
            weight = round(float(points) / count, 2)
            name = f"{level2}第{number + 1}项"
            sheet.write_row(row, 2, [name, f"≥{number + 10} 个", f"{number + 11} 个", weight, weight])
            row += 1
    sheet.write_row(row, 0, ["总分", "", "", "", "", 100, 99.85])
    book.close()


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "官方表.xlsx"
        form(path)

        def ours() -> object:
            (assessment,) = examine(path)
            assert len(assessment.indicators) == ROWS
            return assessment

        def bare() -> object:
            book = CalamineWorkbook.from_path(path)
            return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

        seconds(ours), seconds(bare)
        taken = [(seconds(ours), seconds(bare)) for _ in range(RUNS)]
    mine, floor = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{ROWS} indicators, {RUNS} runs each, medians")
    print(f"recognize, score and check  {mine * 1000:6.1f} ms")
    print(f"bare python-calamine        {floor * 1000:6.1f} ms")
    print(f"ratio                       {statistics.median(a / b for a, b in taken):6.1f}")


if __name__ == "__main__":
    main()
