"""Builds the empty workbook of each form from its spec, and checks that the committed ones are what the specs give."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from selfeval_xl import prepared, rules
from selfeval_xl.errors import SpecError, WorkbookError, component
from selfeval_xl.forms import FORMS
from selfeval_xl.forms.condense import condensed
from selfeval_xl.forms.layout import found, planned
from selfeval_xl.forms.load import load_spec, strangers
from selfeval_xl.forms.macros import ADDIN, comparable, with_macros, write_words
from selfeval_xl.forms.outline import OUTLINES, outline, parsed
from selfeval_xl.forms.write import Writer
from selfeval_xl.forms.zipped import explicit_labels, packed, parts_of
from selfeval_xl.mistakes import listed
from selfeval_xl.read import Workbook
from selfeval_xl.workbook.opening.zip import open_archive
from selfeval_xl.workbook.saving import replace_all

_BUILT = datetime.datetime(2026, 1, 1)


class Built(NamedTuple):
    """The files written, and warnings for the owner of the forms (Chinese lines)."""

    paths: tuple[Path, ...]
    warnings: tuple[str, ...]


def build(directory: Path) -> Built:
    """Write every form's templates, and the add-in, into ``directory``: all of them, or none.

    SpecError, RuleError and TargetError say why none was written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = _files(directory)
    found = tuple(_warnings(directory, files))
    for path in files:
        path.parent.mkdir(exist_ok=True)
    replace_all(files)
    outline.cache_clear()
    return Built(tuple(path for path in files if path.parent == directory), found)


def _warnings(directory: Path, files: Mapping[Path, bytes]) -> Iterator[str]:
    """Warnings for forms whose content has changed since the last build while their version was not raised.

    A change meant for one form may reach the others, as forms share blocks, lists and styles.  Also for unused files.
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
        elif new == old and _changed(path.read_bytes(), files[path]):
            same.setdefault(new, []).append(form)
    for name in strangers():
        yield f"{name} 没有用到：标准表只有 {listed(FORMS)} 三种，不能另加；要改表样，改这三种的文件"
    for version, forms in same.items():
        yield (
            f"{listed(forms)} 的内容变了，version 还是 {version}；这一版的空表已经发出去的，请在 "
            f"{listed(f'{form}.toml' for form in forms)} 里加大 version 再重建，否则分不清新旧"
        )


def _version(data: bytes) -> str | None:
    """The version that a template states; None for a file that is no template."""
    try:
        workbook = Workbook(data)
        spot = found(workbook.names)[0].fields.get("template_version")
        return workbook.entry(*spot).text if spot else None
    except WorkbookError:
        return None


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def differences(directory: Path) -> list[str]:
    """One Chinese line for each committed file that is missing or is not what the specs give."""
    lines = []
    for path, data in _files(directory).items():
        existing = path.read_bytes() if path.is_file() else None
        if existing is None and path.parent == directory:
            lines.append(f"{path}：缺少这个模板文件，请运行 selfeval-xl templates build")
        elif existing is None or (existing != data and path.parent != directory):
            lines.append(f"{path}：与表样定义不一致，请运行 selfeval-xl templates build")
        elif existing != data and (changed := _changed(existing, data)):
            lines.append(f"{path}：与表样定义不一致（{'、'.join(changed)}），请运行 selfeval-xl templates build")
    return lines


def _changed(existing: bytes, wanted: bytes) -> list[str]:
    """The parts in which two packages differ; all parts where ``existing`` is no package."""
    try:
        archive = open_archive(existing)
        parts = comparable({name: archive.part(name) for name in archive.names})
    except WorkbookError:
        parts = {}
    right = comparable(parts_of(wanted))
    return sorted(name for name in parts.keys() | right.keys() if parts.get(name) != right.get(name))


def _files(directory: Path) -> dict[Path, bytes]:
    """Every file that is built: JSON for a quick start (outlines, prepared TOML), and the templates."""
    # First all that may report a mistake in a spec or in rules, then the slow building.
    texts = {OUTLINES / f"{form}.json": condensed(load_spec(form)) for form in FORMS}
    for name in rules.names():
        rules.load(name)
    files = {path: text.encode() for path, text in (texts | prepared.texts()).items()}
    for form in FORMS:
        # What XlsxWriter refuses, or leaves out with a warning, is reported as a mistake in the spec.
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            try:
                plain, macros = template_bytes(form), template_bytes(form, macros=True)
            except (UserWarning, _xlsxwriter().exceptions.XlsxWriterException) as error:
                raise SpecError(f"{form}.toml：这种表写不成工作簿，XlsxWriter 说：{error}") from error
        files[directory / f"{form}.xlsx"] = plain
        files[directory / f"{form}.xlsm"] = with_macros(macros)
    return {**files, directory / ADDIN: with_macros(_addin_bytes(), addin=True)}


def _addin_bytes() -> bytes:
    """The workbook that carries the add-in's macros; Excel never shows its one sheet."""
    stream = io.BytesIO()
    book = _new_book(stream, "绩效自评")
    page = book.add_worksheet("说明")
    page.write_string(0, 0, "这是 Excel 加载项“绩效自评”，由 Excel 打开，不在这里填写。")
    write_words(book, page, 3, 1)
    book.close()
    return stream.getvalue()


def _new_book(stream: io.BytesIO, title: str) -> Any:
    book = _xlsxwriter().Workbook(stream, {"in_memory": True, "default_format_properties": {"font_name": "宋体"}})
    book.set_properties({"title": title, "author": "selfeval_xl", "comments": "", "created": _BUILT})
    return book


def _xlsxwriter() -> Any:
    return component("xlsxwriter", "生成模板", "XlsxWriter")


def template_bytes(form: str, *, macros: bool = False) -> bytes:
    """The empty workbook of ``form``, the same bytes every time; with ``macros`` it has the cells that these need."""
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
    book = _new_book(stream, spec.title)
    book.set_calc_mode("auto")
    writer = Writer(book, spec, layout, fields, values.tables)
    writer.write()
    if macros:
        writer.write_macros()
    book.close()
    return packed({name: explicit_labels(name, part) for name, part in parts_of(stream.getvalue()).items()})
