"""The standard forms: their specs as TOML data, and what is made from them.

- ``load`` reads a spec into the objects of ``spec``, checking each file (``schema``, of ``kinds``) and then the whole
  (``sound``, ``formulas``, ``labels``);
- ``build`` writes the empty workbooks (``write``, ``macros``, ``zipped``), and the condensed JSON of each spec
  (``condense``), which all other jobs read as an ``outline``;
- ``layout`` says where each value lives in a particular workbook, and what its formulas are there.
"""

from __future__ import annotations

from pathlib import Path
from zipfile import is_zipfile

from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.mistakes import listed, near
from selfeval_xl.shipped import shipped

FORMS = ("project", "department", "transfer")
PASSWORD = "selfeval"
"""The sheets' password, published on purpose: protection only prevents overtyping formulas by mistake."""


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
    """Write an empty workbook of ``form`` to ``output``, of the kind that the ending says (.xlsx, .xlsm).

    ``empty`` is the workbook to write instead of the template.  TargetError where ``output`` is another workbook than
    this empty one: somebody may have filled it in.
    """
    from selfeval_xl.workbook.saving import replace

    empty = empty or template_file(form, output.suffix.lower())
    if output.is_file() and is_zipfile(output) and output.read_bytes() != empty:
        raise TargetError(f"{output.name} 已经存在，里面可能有填好的内容：请换个文件名，或先把它移走")
    replace(output, empty)
