"""The standard forms: their specs (data), what follows from them, and the empty workbooks made from them."""

from __future__ import annotations

from pathlib import Path
from zipfile import is_zipfile

from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.mistakes import listed, near
from selfeval_xl.shipped import shipped

FORMS = ("project", "department", "transfer")
PASSWORD = "selfeval"
"""Of the sheets, published on purpose: protection keeps formulas from being overtyped by mistake and is no security."""


def template_file(form: str, suffix: str = "") -> bytes:
    """The committed empty workbook of ``form``, an .xlsx unless another kind is asked for.

    SelfEvalError where there is no such form or no such kind of file.
    """
    if form not in FORMS:
        raise SelfEvalError(f"没有“{form}”这种表{near(form, FORMS)}，可选：{listed(FORMS)}")
    path = shipped("workbook_templates") / f"{form}{suffix or '.xlsx'}"
    if not path.is_file():
        raise SelfEvalError(f"没有 {suffix} 格式的模板，请把文件名的后缀写成 .xlsx")
    return path.read_bytes()


def new(form: str, output: Path, empty: bytes | None = None) -> None:
    """Write an empty workbook of ``form`` to ``output``; its ending says which kind (.xlsx, .xlsm).

    ``empty`` is that workbook where it is not the template as it is.  TargetError where a workbook stands there that is
    not just this empty one: somebody may have filled it.
    """
    from selfeval_xl.workbook.saving import replace

    empty = empty or template_file(form, output.suffix.lower())
    if output.is_file() and is_zipfile(output) and output.read_bytes() != empty:
        raise TargetError(f"{output.name} 已经存在，里面可能有填好的内容：请换个文件名，或先把它移走")
    replace(output, empty)
