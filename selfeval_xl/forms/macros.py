"""Puts the macros into a workbook's package: the VBA project made from ``macros/``, and the ribbon that calls it.

The project is written from source alone (no compiled code), which Excel compiles when it opens the file.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from selfeval_xl.errors import component
from selfeval_xl.forms.zipped import packed, parts_of
from selfeval_xl.shipped import shipped
from selfeval_xl.workbook.opening.package import XLSM, XLSX
from selfeval_xl.workbook.references import column_letters, quote_sheet

ADDIN = "selfeval.xlam"
PROJECT = "xl/vbaProject.bin"
BUTTONS = {
    "重新计算": "SelfEvalRecalculate",
    "检查": "SelfEvalCheck",
    "生成报送件": "SelfEvalSubmit",
    "清除标记": "SelfEvalClear",
    "撤销上次": "SelfEvalUndo",
}
"""The buttons on a sheet: caption → macro."""
WORDS = "selfeval_words"
"""The defined name of the cells with the macros' texts: VBA source, in code page 1252, can't hold Chinese."""

_ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
# Excel 2007 knows only the first; later versions use the second and ignore the first.
_RIBBONS = (
    ("customUI/customUI.xml", "2006/01/customui", "2006/relationships"),
    ("customUI/customUI14.xml", "2009/07/customui", "2007/relationships"),
)
_NOT_COMPILED = bytes.fromhex("CC61FFFF000100")  # [MS-OVBA] 2.3.4.1: for writers other than Office


def modules() -> dict[str, str]:
    """The VBA sources of ``macros/`` by module name."""
    return {path.stem: path.read_text(encoding="ascii") for path in sorted(shipped("macros").glob("*.bas"))}


def words() -> dict[str, str]:
    """The macros' texts, by key."""
    return {key: text.strip() for key, text in tomllib.loads(_read("words.toml")).items()}


def with_macros(data: bytes, *, addin: bool = False) -> bytes:
    """The workbook ``data`` (.xlsx) with the VBA project and the ribbon: an .xlsm, or an .xlam that stays hidden."""
    parts = _with_project(data)
    types = parts["[Content_Types].xml"].decode()
    relations = parts["_rels/.rels"].decode()
    ribbon = _read("ribbon.xml")  # as Excel 2010 and later read it
    for number, (name, schema, relation) in enumerate(_RIBBONS):
        parts[name] = ribbon.replace("2009/07/customui", schema).encode()
        relations = relations.replace(
            "</Relationships>",
            f'<Relationship Id="ribbon{number}" Type="http://schemas.microsoft.com/office/{relation}/ui/extensibility"'
            f' Target="{name}"/></Relationships>',
        )
    if addin:
        types = types.replace(XLSM, _ADDIN)
        book = parts["xl/workbook.xml"].decode()
        parts["xl/workbook.xml"] = book.replace("<workbookView ", '<workbookView visibility="hidden" ', 1).encode()
    parts |= {"[Content_Types].xml": types.encode(), "_rels/.rels": relations.encode()}
    return packed(parts)


def write_words(book: Any, page: Any, row: int, column: int) -> None:
    """Write the macros' texts on a sheet of an XlsxWriter workbook, key beside text, from this cell (from 1) down."""
    texts = words()
    for number, pair in enumerate(texts.items()):
        for offset, text in enumerate(pair):
            page.write_string(row - 1 + number, column - 1 + offset, text)
    first, last = column_letters(column), column_letters(column + 1)
    area = f"${first}${row}:${last}${row + len(texts) - 1}"
    book.define_name(WORDS, f"={quote_sheet(page.get_name())}!{area}")


def comparable(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts of a package with its VBA project as text, in which versions of the VBA writer make no difference.

    A project that can't be read stays as bytes, and so differs from any that can.
    """
    if PROJECT not in parts:
        return dict(parts)
    try:
        modules = project_modules(parts[PROJECT])
    except _pyopenvba().PyOpenVBAError:
        return dict(parts)
    return {**parts, PROJECT: "\n".join(f"{name}:\n{source}" for name, source in modules.items()).encode()}


def project_modules(project: bytes) -> dict[str, str]:
    """The sources in a ``vbaProject.bin`` by module name, those of sheets too, with ``\\n`` as line end."""
    library = _pyopenvba()
    parsed = library.vba.parse_vba_project(library.cfb.CFB.from_bytes(project))
    return {module.name: module.source.replace("\r\n", "\n") for module in parsed.modules}


def _with_project(data: bytes) -> dict[str, bytes]:
    """The parts of ``data`` as a macro workbook: with our modules, and an empty one for the workbook and each sheet."""
    library = _pyopenvba()
    parts = parts_of(data)
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(XLSX.encode(), XLSM.encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "workbook.xlsm")
        path.write_bytes(packed(parts))
        with library.ExcelFile(path) as book:
            project = book.add_vba_project()
            for name, source in modules().items():
                project.add_module(name, source.replace("\n", "\r\n"))
            for module in project.modules:
                module.dirty = True  # so that each is written again, without compiled code
            book.save(path)
        parts = parts_of(path.read_bytes())
    compound = library.cfb.CFB.from_bytes(parts[PROJECT])
    compound.write_stream_in_storage("VBA", "_VBA_PROJECT", _NOT_COMPILED)
    return {**parts, PROJECT: compound.to_bytes()}


def _read(name: str) -> str:
    return (shipped("macros") / name).read_text(encoding="utf-8")


def _pyopenvba() -> Any:
    return component("pyopenvba", "生成模板", "pyOpenVBA")
