"""Exports the tables of a ledger for other programs: as CSV, and beside it as Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import io
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from selfeval_xl.collect.tables import NUMBERS, Cell, Column, Derived, Link, Table
from selfeval_xl.render.findings import as_figure
from selfeval_xl.workbook.saving import make_folder, rewrite, sweep
from selfeval_xl.workbook.stored import NOT_XML

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_DECIMAL = (24, 6)  # digits in all, and behind the point
_BATCH = 10_000  # rows held in memory for Parquet


def export(folder: Path, tables: tuple[Table, ...]) -> None:
    """Write each table as ``NAME.csv`` (UTF-8 with BOM, as Excel wants it), and as ``NAME.parquet`` where it can.

    TargetError where the folder can't be written.
    """
    arrow = _arrow()
    make_folder(folder, "表格没有写成，请检查这个文件夹能不能写")
    sweep(folder)
    for table in tables:
        rewrite(folder / f"{table.name}.csv", partial(_csv, table))
        if arrow is not None:
            rewrite(folder / f"{table.name}.parquet", partial(_parquet, table, arrow))


def _csv(table: Table, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(column.title for column in table.columns)
    for row in table.rows():
        writer.writerow(_plain(column, cell, guarded=True) for column, cell in zip(table.columns, row, strict=True))
    text.detach()  # what follows is its owner's


def _plain(column: Column, cell: Cell, *, guarded: bool = False) -> str | None:
    """A cell as text without control characters; ``guarded``: quoted where Excel would take it for a formula."""
    match cell:
        case None:
            return None
        case Link(target=text) | Derived(text=text):
            pass
        case _:
            text = str(cell)
    if not text.isprintable():
        text = NOT_XML.sub("", text)
    if guarded and column.kind not in NUMBERS and text.startswith(_RISKY) and isinstance(as_figure(text), str):
        return f"'{text}"
    return text


def _arrow() -> Any:
    try:
        import_module("pyarrow.parquet")
    except ImportError:
        return None
    return import_module("pyarrow")


def _parquet(table: Table, arrow: Any, file: BinaryIO) -> None:
    kinds = {"whole": arrow.int64(), "number": arrow.decimal128(*_DECIMAL), "rate": arrow.decimal128(*_DECIMAL)}
    types = [kinds.get(column.kind, arrow.string()) for column in table.columns]
    schema = arrow.schema([(column.title, kind) for column, kind in zip(table.columns, types, strict=True)])
    with arrow.parquet.ParquetWriter(file, schema) as writer:
        rows = table.rows()
        while batch := list(islice(rows, _BATCH)):
            arrays = []
            for column, kind, cells in zip(table.columns, types, zip(*batch, strict=True), strict=True):
                texts = arrow.array([_plain(column, cell) for cell in cells], arrow.string())
                arrays.append(texts.cast(kind))
            writer.write_table(arrow.table(arrays, schema=schema))
