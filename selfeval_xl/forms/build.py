"""Builds the empty workbook of each form from its spec, and proves that the committed ones are what the specs say."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from selfeval_xl import prepared
from selfeval_xl.errors import ComponentError
from selfeval_xl.forms import FORMS
from selfeval_xl.forms.layout import planned
from selfeval_xl.forms.macros import ADDIN, comparable, with_macros, write_words
from selfeval_xl.forms.outline import OUTLINES, outline, outline_text
from selfeval_xl.forms.spec import load_spec
from selfeval_xl.forms.write import Writer

_BUILT = datetime.datetime(2026, 1, 1)
_VALUE_SHOWN = b'<c:showVal val="1"/>'
_NOT_SHOWN = "".join(f'<c:show{what} val="0"/>' for what in ("CatName", "SerName", "Percent", "BubbleSize"))
_ONLY_VALUE_SHOWN = b'<c:showLegendKey val="0"/>' + _VALUE_SHOWN + _NOT_SHOWN.encode()  # in the schema's order


def template_name(form: str) -> str:
    """The file name of a form's template."""
    return f"{form}.xlsx"


def macro_template_name(form: str) -> str:
    """The file name of a form's template with macros."""
    return f"{form}.xlsm"


def build(directory: Path) -> list[Path]:
    """Write every form's templates, and the add-in, into ``directory``; the files written."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for path, text in _ready().items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    for name, data in _products():
        path = directory / name
        path.write_bytes(data)
        paths.append(path)
    return paths


def differences(directory: Path) -> list[str]:
    """One Chinese line for each committed template that is missing or is not what its spec gives."""
    lines = []
    for path, text in _ready().items():
        if not path.is_file() or path.read_bytes() != text.encode():
            lines.append(f"{path}：与表样定义不一致，请运行 selfeval-xl templates build")
    for name, data in _products():
        path = directory / name
        if not path.is_file():
            lines.append(f"{path}：缺少这个模板文件，请运行 selfeval-xl templates build")
            continue
        try:
            parts = comparable(_parts(path.read_bytes()))
        except zipfile.BadZipFile:
            parts = {}
        wanted = comparable(_parts(data))
        changed = sorted(name for name in parts.keys() | wanted.keys() if parts.get(name) != wanted.get(name))
        if changed:
            lines.append(f"{path}：与表样定义不一致（{'、'.join(changed)}），请运行 selfeval-xl templates build")
    return lines


def _ready() -> dict[Path, str]:
    """Every file that keeps data of the package ready for a quick start, and its text."""
    outlines = {OUTLINES / f"{form}.json": outline_text(load_spec(form)) for form in FORMS}
    return outlines | prepared.texts()


def _products() -> Iterator[tuple[str, bytes]]:
    """Every file of ``workbook_templates``: its name and its bytes."""
    for form in FORMS:
        yield template_name(form), template_bytes(form)
        yield macro_template_name(form), _steady(with_macros(template_bytes(form, macros=True)))
    yield ADDIN, _steady(with_macros(_addin_bytes(), addin=True))


def _addin_bytes() -> bytes:
    """The workbook that carries the add-in's macros: Excel never shows its only sheet."""
    stream = io.BytesIO()
    book = _xlsxwriter().Workbook(stream, {"in_memory": True, "default_format_properties": {"font_name": "宋体"}})
    book.set_properties({"title": "绩效自评", "author": "selfeval_xl", "comments": "", "created": _BUILT})
    page = book.add_worksheet("说明")
    page.write_string(0, 0, "这是 Excel 加载项“绩效自评”，由 Excel 打开，不在这里填写。")
    write_words(book, page, 3, 1)
    book.close()
    return stream.getvalue()


def _xlsxwriter() -> Any:
    try:
        import xlsxwriter
    except ImportError as error:
        raise ComponentError("生成模板", "XlsxWriter") from error
    return xlsxwriter


def template_bytes(form: str, *, macros: bool = False) -> bytes:
    """The empty workbook of ``form``, the same bytes every time; with ``macros``, what they need stands in it too."""
    from selfeval_xl.assess import assess
    from selfeval_xl.evaluation import evaluation
    from selfeval_xl.model import Entries, Entry
    from selfeval_xl.render.values import computed
    from selfeval_xl.rules import load

    spec = load_spec(form)
    layout = planned(spec)
    rules = load(spec.rules)
    entries = Entries(
        {key: Entry(str(value)) for key, value in spec.defaults.items() if isinstance(value, str)}
        | {"budget_weight": Entry(str(rules.execution_weight), rules.execution_weight)}
    )
    assessment = assess(evaluation(form, entries), rules)  # type: ignore[arg-type]
    values = computed(assessment, rules, outline(form), layout)
    fields = {**values.fields, **{key: entry.value or entry.text for key, entry in entries.fields.items()}}

    every = {field.cell.key: field.cell for sheet in spec.sheets for field in sheet.fields}
    fields["card_findings"] = every["findings_note"].text or ""  # nothing was checked yet

    stream = io.BytesIO()
    book = _xlsxwriter().Workbook(stream, {"in_memory": True, "default_format_properties": {"font_name": "宋体"}})
    book.set_properties({"title": spec.title, "author": "selfeval_xl", "comments": "", "created": _BUILT})
    book.set_calc_mode("auto")
    writer = Writer(book, spec, layout, fields, values.tables)
    writer.write()
    if macros:
        writer.write_buttons()
        writer.write_words()
    book.close()
    return _explicit_labels(stream.getvalue())


def _explicit_labels(data: bytes) -> bytes:
    """The same package, its charts saying what a data label leaves out.

    XlsxWriter writes what it shows and nothing else, and a program may take what is not said as shown: then every label
    names series and category too.
    """
    parts = _parts(data)
    for name in parts:
        if name.startswith("xl/charts/chart"):
            parts[name] = parts[name].replace(_VALUE_SHOWN, _ONLY_VALUE_SHOWN)
    return _packed(parts)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _steady(data: bytes) -> bytes:
    """The same package with fixed times, so that building twice gives the same bytes."""
    return _packed(_parts(data))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return stream.getvalue()
