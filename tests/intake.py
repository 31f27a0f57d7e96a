"""Shared by the tests of the bureau's intake: returns, a folder of them, one run, and reading its ledger."""

from __future__ import annotations

import email
import email.policy
import io
import os
from datetime import timedelta
from functools import cache
from pathlib import Path

import openpyxl
import returns
from returns import PROJECT, UNIT, base, varied

from selfeval_xl.cli import collect as command
from selfeval_xl.cli import console
from selfeval_xl.cli.parser import Parser
from selfeval_xl.collect.run import Means, Summary, collect
from selfeval_xl.errors import SelfEvalError

ONE = Means(jobs=1)


def book(unit: str = "甲单位", project: str = "专项一", executed: str = returns.EXECUTED) -> bytes:
    return varied(base(), {UNIT: unit, PROJECT: project, f">{returns.EXECUTED}<": f">{executed}<"})


def put(path: Path, data: bytes, day: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    when = (returns._DAY + timedelta(days=day)).timestamp()
    os.utime(path, (when, when))
    return path


def run(folder: Path, *, ledger: str = "台账.xlsx", means: Means = ONE, **options: Path | None) -> Summary:
    return collect([str(folder / "收件")], folder / ledger, means=means, details=True, **options)  # type: ignore[arg-type]


def last(name: str) -> str:
    return name.rpartition(" › ")[2].replace("\\", "/").rpartition("/")[2]


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    workbook = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
    return [tuple(row) for row in workbook[sheet].iter_rows(values_only=True)]


def column(path: Path, sheet: str, title: str) -> list[object]:
    head, *rows = cells(path, sheet)
    return [row[head.index(title)] for row in rows]


@cache
def blank() -> bytes:
    return (Path(returns.__file__).parents[1] / "workbook_templates" / "project.xlsx").read_bytes()


def twice(data: bytes) -> bytes:
    """An official form on two sheets of one workbook."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    (sheet,) = workbook.worksheets
    workbook.copy_worksheet(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def told(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text: str = message.get_body().get_content()  # type: ignore[attr-defined]
    return text


HINT = {"≥300户": "300户"}  # without a sign, so that a finding says which direction was assumed


def answers(folder: Path) -> dict[str, object]:
    """The contents of a folder of answers: copies as bytes, mail drafts by their parts."""

    def parts(path: Path) -> list[object]:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return [
            message["To"],
            message["Subject"],
            *((part.get_filename(), part.get_payload()) for part in message.walk() if not part.is_multipart()),
        ]

    return {path.name: parts(path) if path.suffix == ".eml" else path.read_bytes() for path in folder.iterdir()}


def call(*argv: str) -> int:
    parser = Parser("selfeval-xl")
    command.add(parser.add_subparsers(dest="command"))
    args = parser.parse_args(["collect", *argv])
    try:
        code: int = args.run(args)
    except SelfEvalError as error:
        console.complain(console.reason_of(error))
        return 2
    return code
