"""Builds the empty workbook of each form from its spec, and proves that the committed ones are what the specs say."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from selfeval_xl import prepared, rules
from selfeval_xl.errors import ComponentError, SpecError, WorkbookError
from selfeval_xl.forms import FORMS
from selfeval_xl.forms.condense import condensed
from selfeval_xl.forms.layout import found, planned
from selfeval_xl.forms.load import load_spec
from selfeval_xl.forms.macros import ADDIN, comparable, with_macros, write_words
from selfeval_xl.forms.outline import OUTLINES, outline, parsed
from selfeval_xl.forms.write import Writer
from selfeval_xl.forms.zipped import explicit_labels, packed, parts_of
from selfeval_xl.mistakes import listed
from selfeval_xl.read import Workbook
from selfeval_xl.workbook.saving import replace_all

_BUILT = datetime.datetime(2026, 1, 1)


class Built(NamedTuple):
    """The files written, and what the forms' owner should know of them (Chinese lines)."""

    paths: tuple[Path, ...]
    told: tuple[str, ...]


def build(directory: Path) -> Built:
    """Write every form's templates, and the add-in, into ``directory``: all of them, or none.

    SpecError, RuleError and TargetError say why none was written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    products = {directory / name: data for name, data in _products()}
    told = tuple(_told(directory, products))
    ready = {path: text.encode() for path, text in _ready().items()}
    for path in ready:
        path.parent.mkdir(exist_ok=True)
    replace_all(ready | products)
    outline.cache_clear()
    return Built(tuple(products), told)


def _told(directory: Path, products: Mapping[Path, bytes]) -> Iterator[str]:
    """Forms whose content is another than in the templates so far, while their version is not a later one.

    Forms share blocks, lists and styles: a change meant for one of them reaches the others.
    """
    same: dict[str, list[str]] = {}
    for form in FORMS:
        path = directory / f"{form}.xlsx"
        old = _version(path.read_bytes()) if path.is_file() else None
        new = load_spec(form).version
        if old is None:
            continue
        if _order(new) < _order(old):
            yield f"{form}.toml：version 是 {new}，比原来的 {old} 旧；按 {old} 版填的表会被当成更新的表"
        elif new == old and comparable(parts_of(path.read_bytes())) != comparable(parts_of(products[path])):
            same.setdefault(new, []).append(form)
    for version, forms in same.items():
        yield (
            f"{listed(forms)} 的内容变了，version 还是 {version}；这一版的空表已经发出去的，请在 "
            f"{listed(f'{form}.toml' for form in forms)} 里加大 version 再重建，否则分不清新旧"
        )


def _version(data: bytes) -> str | None:
    """The version that a template says of itself; None for what is none."""
    try:
        workbook = Workbook(data)
        spot = found(workbook.names)[0].fields.get("template_version")
        return workbook.entry(*spot).text if spot else None
    except WorkbookError:
        return None


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


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
            parts = comparable(parts_of(path.read_bytes()))
        except zipfile.BadZipFile:
            parts = {}
        wanted = comparable(parts_of(data))
        changed = sorted(name for name in parts.keys() | wanted.keys() if parts.get(name) != wanted.get(name))
        if changed:
            lines.append(f"{path}：与表样定义不一致（{'、'.join(changed)}），请运行 selfeval-xl templates build")
    return lines


def _ready() -> dict[Path, str]:
    """Every file that keeps data of the package ready for a quick start, and its text."""
    outlines = {OUTLINES / f"{form}.json": condensed(load_spec(form)) for form in FORMS}
    for name in rules.names():
        rules.load(name)  # says what is wrong with one
    return outlines | prepared.texts()


def _products() -> Iterator[tuple[str, bytes]]:
    """Every file of ``workbook_templates``: its name and its bytes."""
    for form in FORMS:
        load_spec(form)  # says what is wrong with one, before a moment is spent on another
    for form in FORMS:
        with _refused(form):
            plain, macros = template_bytes(form), template_bytes(form, macros=True)
        yield f"{form}.xlsx", plain
        yield f"{form}.xlsm", with_macros(macros)
    yield ADDIN, with_macros(_addin_bytes(), addin=True)


@contextmanager
def _refused(form: str) -> Iterator[None]:
    """What XlsxWriter leaves out with a warning, or refuses, is a fault of the spec like any other."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            yield
        except (UserWarning, _xlsxwriter().exceptions.XlsxWriterException) as error:
            raise SpecError(f"{form}.toml：这种表写不成工作簿，XlsxWriter 说：{error}") from error


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
    from selfeval_xl.render.findings import headline
    from selfeval_xl.render.values import computed

    spec = load_spec(form)
    layout = planned(spec)
    rule_set = rules.load(spec.rules)
    every = dict(spec.cells())
    entries = Entries(
        {"budget_weight": Entry(str(rule_set.execution_weight), rule_set.execution_weight)}
        | {
            key: Entry(value, Decimal(value) if every[key].number else None)
            for key, value in spec.defaults.items()
            if key != "tables"
        }
    )
    assessment = assess(evaluation(form, entries), rule_set)  # type: ignore[arg-type]
    values = computed(assessment, rule_set, parsed(condensed(spec)), layout)
    fields = {
        **values.fields,
        **{key: entry.text if entry.value is None else entry.value for key, entry in entries.fields.items()},
    }
    fields["card_findings"] = headline(every["findings_note"].text or "")  # nothing was checked yet

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
    return packed({name: explicit_labels(name, part) for name, part in parts_of(stream.getvalue()).items()})
