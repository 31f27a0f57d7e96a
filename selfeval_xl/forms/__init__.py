"""The standard forms: their specs (data), what follows from them, and the empty workbooks made from them."""

from __future__ import annotations

from pathlib import Path

from selfeval_xl.errors import SelfEvalError

FORMS = ("project", "department", "transfer")


def template_file(form: str, suffix: str = ".xlsx") -> bytes:
    """The committed empty workbook of ``form``; SelfEvalError where there is no such form or no such kind of file."""
    if form not in FORMS:
        from difflib import get_close_matches

        near = get_close_matches(form, FORMS, 1)
        hint = f"，是不是 {near[0]}？" if near else ""
        raise SelfEvalError(f"没有“{form}”这种表，可选：{'、'.join(FORMS)}{hint}")
    package = Path(__file__).parents[1]
    for directory in (package / "workbook_templates", package.parent / "workbook_templates"):
        path = directory / f"{form}{suffix}"
        if path.is_file():
            return path.read_bytes()
    raise SelfEvalError(f"没有 {suffix or '无后缀'} 格式的模板，请把文件名的后缀写成 .xlsx")


def new(form: str, output: Path) -> None:
    """Write an empty workbook of ``form`` to ``output``; its ending says which kind (.xlsx, .xlsm)."""
    from selfeval_xl.workbook.saving import replace

    replace(output, template_file(form, output.suffix.lower()))
