"""The generated pages are current, and the written ones name only what exists."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from selfeval_xl import cli, rules
from selfeval_xl.cli import main
from selfeval_xl.forms import schema
from selfeval_xl.forms.load import SPECS
from selfeval_xl.read.datafile import read_data

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [*DOCS.glob("*.md"), DOCS.parent / "README.md"]


def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["checks.md", "rules.md"])
def test_generated_pages_are_current(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == build().PAGES[page](), "run: python docs/build.py"


def test_links_lead_somewhere() -> None:
    links = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))]
    assert links
    for page, link in links:
        assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_commands_in_the_docs_exist(capsys: pytest.CaptureFixture[str]) -> None:
    written = {
        command
        for page in PAGES
        for command in re.findall(r"`?selfeval-xl ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    }
    assert written
    for command in written:
        assert main([command, "--help"]) == 0, command


def blocks(page: Path, language: str) -> list[str]:
    """What stands in the page's code blocks of a language ("" for none)."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [text for written, text in found if written == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_command_lines_have_only_options_that_exist(page: Path) -> None:
    lines = [line for language in ("", "sh") for block in blocks(page, language) for line in block.splitlines()]
    lines += re.findall(r"`(selfeval-xl [^`…|]+ [^`…|]*)`", page.read_text(encoding="utf-8"))
    for line in lines:
        command = line[line.rfind("selfeval-xl ") :].partition("selfeval-xl ")[2]
        words = shlex.split(command, comments=True)
        if words:
            assert cli._parser(words[0]).parse_args(words).command == words[0], line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_is_installed_that_is_nowhere_to_be_had(page: Path) -> None:
    """The package itself is on no index; its extras are had from a checkout."""
    text = page.read_text(encoding="utf-8")
    assert "selfeval-xl[" not in text
    extras = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    asked = {extra for named in re.findall(r'"\.\[([a-z,]+)\]"', text) for extra in named.split(",")}
    assert asked <= set(extras)


def test_the_data_in_the_manual_can_be_read(tmp_path: Path) -> None:
    (data,) = blocks(DOCS / "manual.md", "yaml")
    (tmp_path / "数据.yaml").write_text(data, encoding="utf-8")
    (tmp_path / "指标.csv").write_text("一级指标,三级指标\n产出指标,培训\n", encoding="utf-8")
    entries = read_data(tmp_path / "数据.yaml").entries
    assert entries.fields["unit"].text == "某市总工会" and entries.tables["funds"][0]["executed"].value == 95


# --- rules and forms of one's own ---

OWN = DOCS / "own-rules.md"


def explained(heading: str) -> dict[str, str]:
    """The keys in the table below a heading of the page, each with its example."""
    section = OWN.read_text(encoding="utf-8").partition(f" {heading}\n")[2].partition("\n#")[0]
    return dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", section, re.MULTILINE))


def test_every_key_of_a_rule_file_is_explained_by_an_example_that_loads(tmp_path: Path) -> None:
    keys = explained("二、规则文件的键")
    assert set(keys) == {"extends", *rules._KEYS}
    for key, example in keys.items():
        if example != "见下":
            head = "" if key == "extends" else 'extends = "mof-2020"\n'
            table = f"[{key}]\n" if key in ("severities", "plain") else ""
            (tmp_path / "本市.toml").write_text(head + table + example.strip("`"), encoding="utf-8")
            rules.load(tmp_path / "本市.toml")


def test_the_rule_files_on_the_page_load_and_do_what_it_says(tmp_path: Path) -> None:
    files = [block for block in blocks(OWN, "toml") if block.startswith("extends")]
    loaded = []
    for number, text in enumerate(files):
        path = tmp_path / f"本市{number}.toml"
        path.write_text(text, encoding="utf-8")
        loaded.append(rules.load(path))
    first, second = loaded
    assert first.severities == {"budget.changed": "off", "budget.low_rate": "error"}
    assert second.plain[-1] == "我市规定：预算执行率 20 分，低于 90% 的要说明原因。"
    levels = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", OWN.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(levels) == set(get_args(rules.Severity))


def keys_in(folder: str, parts: Iterable[str] = ("",)) -> set[str]:
    """The keys that the shipped specs use: of the files themselves, or of the entries of these lists in them."""
    return {key for path in SPECS.glob(folder) for part in parts for one in entries_of(path, part) for key in one}


def entries_of(path: Path, part: str) -> Iterator[dict[str, object]]:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    yield from data.get(part, []) if part else [data]


def test_every_key_of_a_form_is_explained() -> None:
    forms = {key for form in ("project", "department", "transfer") for key in keys_in(f"{form}.toml")}
    assert set(explained("一种表的键")) == forms
    assert set(explained("工作表的键")) == keys_in("sheets/*.toml")
    assert set(explained("块的键")) == keys_in("blocks/*.toml")
    assert set(explained("格和列的键")) == keys_in("blocks/*.toml", ("field", "column"))
    assert set(explained("标色和图的键")) == keys_in("blocks/*.toml", ("highlight", "chart"))
    styles = tomllib.loads((SPECS / "styles.toml").read_text(encoding="utf-8"))
    assert set(explained("样式的键")) == {key for style in styles.values() for key in style}


def test_the_schema_of_forms_knows_just_the_keys_that_are_explained() -> None:
    known = schema.Known((), (), (), (), ())
    assert set(explained("一种表的键")) == schema.form("project", known).keys.keys()
    assert set(explained("工作表的键")) == schema.sheet(known).keys.keys()
    assert set(explained("块的键")) == schema.block(known).keys.keys()
    assert set(explained("格和列的键")) == schema.field(known).keys.keys() | schema.column(known).keys.keys()
    assert set(explained("标色和图的键")) == schema.HIGHLIGHT.keys.keys() | schema.CHART.keys.keys()
    assert set(explained("样式的键")) == schema.style(()).keys.keys()


def test_a_column_and_a_field_are_added_to_a_form_as_the_page_says(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("pyopenvba")
    for folder in ("selfeval_xl", "workbook_templates", "macros"):
        shutil.copytree(DOCS.parent / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    specs = tmp_path / "selfeval_xl" / "forms" / "specs"
    (column,) = (block for block in blocks(OWN, "toml") if block.startswith("[[column]]"))
    lines = specs / "blocks" / "rectification_lines.toml"
    lines.write_text(lines.read_text(encoding="utf-8").replace("[[highlight]]", f"{column}\n[[highlight]]"), encoding="utf-8")
    sheet = specs / "sheets" / "rectification.toml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("C = 48", "C = 48, D = 16").replace("A:C", "A:D"), encoding="utf-8")
    (field,) = (block for block in blocks(OWN, "toml") if block.startswith("[[field]]"))
    header = specs / "blocks" / "header.toml"
    head = header.read_text(encoding="utf-8").replace("[21, 21]", "[21, 21, 21]")
    (label,) = re.findall(r'\["A3:B3".*?\]', OWN.read_text(encoding="utf-8"))
    header.write_text(f"{head.replace('labels = [', f'labels = [{label},')}\n{field}", encoding="utf-8")
    (tmp_path / "数据.yaml").write_text("form: 部门整体\nfields: {联系人: 某乙}\ntables: {整改情况: [{上年度指出的问题: 甲, 责任人: 某甲}]}\n", encoding="utf-8")
    found = os.pathsep.join([str(tmp_path), *sys.path])
    for command in ("templates build", "fill 数据.yaml -o 表.xlsx"):
        done = subprocess.run(
            [sys.executable, "-m", "selfeval_xl", *command.split()], cwd=tmp_path, env={**os.environ, "PYTHONPATH": found},
            capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
    from selfeval_xl.read import Workbook

    book = Workbook(tmp_path / "表.xlsx")
    texts = {raw.value: cell for cell, raw in book.grids["整改情况"].cells.items()}
    assert texts["某甲"] == (texts["责任人"][0] + 1, 4)
    texts = {raw.value: cell for cell, raw in book.grids["自评表"].cells.items()}
    assert texts["某乙"] == (texts["联系人"][0], 3)
