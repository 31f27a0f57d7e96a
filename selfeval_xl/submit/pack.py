"""Makes the workbook to be sent: freshly scored, cleaned, with its check code on 汇总, and sealed."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from selfeval_xl.errors import SelfEvalError, WorkbookError
from selfeval_xl.forms.layout import Layout, written
from selfeval_xl.model import Assessment
from selfeval_xl.read import Workbook, ours_in
from selfeval_xl.read.file import CODE_LINE, SEALED
from selfeval_xl.read.ours import Ours
from selfeval_xl.render.edits import edits
from selfeval_xl.render.findings import CLEAN, count_line, headline
from selfeval_xl.rules import RuleSet
from selfeval_xl.seal import Seal, check_code, seal_of, verify
from selfeval_xl.seal.signing import signed
from selfeval_xl.submit.clean import clean, refuse_links
from selfeval_xl.workbook.edits import Formula, Value
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.references import area_name, cell_name, parse_area
from selfeval_xl.workbook.writing.book import Book
from selfeval_xl.workbook.writing.ooxml import M, ensure
from selfeval_xl.workbook.writing.patch import Patch

_LINE_HEIGHT = 18  # points


@dataclass(frozen=True, slots=True)
class Packed:
    """The file to be sent, the check code of its seal, and whether the seal is signed."""

    data: bytes
    code: str
    signed: bool


def packed(
    workbook: Workbook,
    ours: Ours,
    assessment: Assessment,
    rules: RuleSet,
    *,
    day: datetime.date,
    key: Path | None = None,
) -> Packed:
    """Pack a workbook of ours; where there are errors among the findings, 汇总 says how many.

    WorkbookError where its figures depend on other files, SelfEvalError where the key can't be used.
    """
    refuse_links(workbook)
    layout = ours.layout
    book = Book(open_package(_scored(workbook, ours, assessment, rules), "报送件"))
    summary = layout.fields.get("summary_line")
    clean(book, layout.sheets, summary.sheet if summary else None)
    _say(book, layout, "报送件")  # a placeholder: the row must exist when the seal is taken, the code is known after
    sealed = Workbook(_bytes(book), "报送件")
    seal = seal_of(sealed, _ours(sealed))
    if key is not None:
        seal = replace(seal, signature=signed(seal.digest, key))
    code = check_code(seal.digest)
    errors = sum(finding.severity == "error" for finding in assessment.findings)
    _say(
        book,
        layout,
        f"{CODE_LINE}{code}　{in_words(day)}" + (f"　带错误报送：错误 {errors} 项" if errors else ""),
    )
    _keep(book, seal)
    data = _bytes(book)
    _prove(data)
    return Packed(data, code, key is not None)


def in_words(day: datetime.date) -> str:
    """The date as Chinese papers have it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _scored(workbook: Workbook, ours: Ours, assessment: Assessment, rules: RuleSet) -> bytes:
    """The workbook with every formula and its value, but without our marks and notes, and findings only as a count."""
    patch, found = Patch(workbook.package), assessment.findings
    patch.apply(edits(assessment._replace(findings=()), rules, ours.form, ours.layout, ours.entries))
    note = f"报送时：{count_line(found)}（明细留在本单位，没有随报送件发出）" if found else CLEAN
    if (spot := ours.layout.fields.get("findings_note")) is not None:
        patch.set(spot.sheet, spot.place.cell, Value(note))
        card, formula = ours.layout.fields.get("card_findings"), ours.form.fields["card_findings"].formula
        if card is not None and formula is not None:
            with suppress(KeyError):  # the formula needs a defined name that is lost, which is a finding
                content = Formula(written(formula, ours.layout, card.sheet), headline(note))
                patch.set(card.sheet, card.place.cell, content)
    return patch.to_bytes()


def _bytes(book: Book) -> bytes:
    book.settle()
    return book.parts.to_bytes()


def _say(book: Book, layout: Layout, text: str) -> None:
    """Write into the row below the heading of 汇总, which the form leaves free, merged as wide as the heading."""
    spot = layout.fields.get("summary_line")
    if spot is None:
        return
    merges = ensure(book.change(spot.sheet), "mergeCells")
    areas = [parse_area(each.get("ref", "")) for each in merges]
    heading = next((one for one in areas if (one.top, one.left) == (spot.row, spot.column)), None)
    row = (heading.bottom if heading else spot.row) + 1
    if heading and not any(one.top <= row <= one.bottom for one in areas):
        wide = heading._replace(top=row, bottom=row)
        etree.SubElement(merges, f"{M}mergeCell", ref=area_name(wide))
        merges.set("count", str(len(merges)))
    if not len(merges):
        book.change(spot.sheet).remove(merges)
    cells, where = book.cells(spot.sheet), cell_name(row, spot.column)
    cells.set(where, Value(text))
    cells.set_style(where, cells.style(cell_name(spot.row, spot.column)))
    cells.set_height(row, _LINE_HEIGHT)


def _keep(book: Book, seal: Seal) -> None:
    """Store the seal in hidden defined names, in place of an earlier one."""
    for old in book.parts.look(book.main).findall(f"{M}definedNames/{M}definedName"):
        if (name := old.get("name", "")).lower().startswith(SEALED):
            book.define(name, "", old.get("localSheetId"))
    for number, piece in enumerate(seal.pieces(), 1):
        book.define(f"{SEALED}{number:04}", f'"{piece}"', hidden=True)


def _prove(data: bytes) -> None:
    """SelfEvalError where the seal of the finished file doesn't hold: such a file must not be sent."""
    workbook = Workbook(data, "报送件")
    verdict = verify(workbook, _ours(workbook))
    if verdict is None or verdict.state != "whole" or workbook.package.has_macros:
        raise SelfEvalError("报送件没有通过自检，没有生成。请在 Excel 或 WPS 里另存一份再试。")


def _ours(workbook: Workbook) -> Ours:
    ours = ours_in(workbook)
    if ours is None:
        raise WorkbookError("工作簿里的定义名称已损坏，不能生成报送件。请用 selfeval-xl import 导入新的标准表。")
    return ours
