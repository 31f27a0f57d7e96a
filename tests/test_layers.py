"""Imports run downwards only, and what must start quickly loads nothing heavy."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import form_corpus
import pytest

import selfeval_xl
from selfeval_xl import cli
from selfeval_xl.shipped import shipped

PACKAGE = Path(selfeval_xl.__file__).parent
HEAVY = ("pandas", "numpy", "openpyxl", "xlsxwriter", "lxml", "rich", "yaml", "xlwings")

# How official forms are recognized, from words up to whole forms.
RECOGNIZE = "workbook.recognize"
RECOGNIZING = (
    *(f"{RECOGNIZE}.{room}" for room in ("words", "cells", "tables", "pages", "money", "regions", "fields", "indicators", "forms")),
    RECOGNIZE,
)  # fmt: skip
# The package from the ground up; a module imports only from below, or from its own room.
LAYERS = (
    "errors", "shipped", "lazy", "groups", "filenames", "mistakes", "prepared", "quantity", "words", "model", "workbook",
    "workbook.opening", "workbook.reading", "workbook.formulas", "workbook.writing", *RECOGNIZING,
    "evaluation", "rules", "scoring", "checks",
    "assess", "forms", "read", "seal", "render", "forms.build", "examine", "annotate", "explain", "score", "fill_official",
    "fill", "importing", "demo", "report", "submit", "excel", "collect", "cli",
)  # fmt: skip
# What lies below and still is none of their business: figures are judged without knowing any file.
STRANGERS = {room: {"workbook", *RECOGNIZING} for room in ("rules", "scoring", "checks", "assess")} | {
    "read": {"rules", "scoring", "checks", "assess"}
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room(dotted: str) -> str:
    """The layer that ``checks.figures`` or ``forms.build`` belongs to: the longest one that matches."""
    return max((layer for layer in LAYERS if f"{dotted}.".startswith(f"{layer}.")), key=len)


def name(module: Path) -> str:
    return ".".join(module.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def imported(module: Path) -> set[str]:
    """What a module imports from the package anywhere in it, also inside functions: ``checks.figures.number``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.removeprefix("selfeval_xl.") for name in names if name.startswith("selfeval_xl.")} - {"__version__", "ends_soon"}


@pytest.mark.parametrize("module", [name(module) for module in MODULES if not name(module).startswith("__")])
def test_imports_run_downwards(module: str) -> None:
    path = next(path for path in MODULES if name(path) == module)
    own = room(module)
    rooms = {room(one) for one in imported(path)} - {own}
    strangers = STRANGERS.get(own, set())
    below = {layer for layer in LAYERS[: LAYERS.index(own)] if layer.partition(".")[0] not in strangers}
    assert rooms <= below, f"{module} reaches up to {rooms - below}"


def test_every_layer_exists() -> None:
    assert {room(name(module)) for module in MODULES if not name(module).startswith("__")} == set(LAYERS)


def test_every_module_opens_with_what_it_owns() -> None:
    without = [module for module in MODULES if not ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))]
    assert not without


def test_whole_package_is_importable() -> None:
    found = [info.name for info in pkgutil.walk_packages(selfeval_xl.__path__, "selfeval_xl.")]
    for name in found:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    assert len(found) == len(MODULES) - 1  # all but selfeval_xl itself


def modules_after(code: str) -> set[str]:
    """The modules of a process of its own after it ran ``code``."""
    shown = "import sys; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{shown}"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    return set(done.stderr.splitlines()[-1].split())


def loaded_by(*argv: str) -> set[str]:
    """The modules that a command loads, beside those that every start of this Python does."""
    code = f"import sys; from selfeval_xl.cli import main\nassert main({list(argv)!r}) in (0, 1)"
    return modules_after(code) - modules_after("pass")


def test_help_loads_only_argparse() -> None:
    assert not loaded_by("--help") & {*HEAVY, "typing", "dataclasses", "decimal", "pathlib", "tempfile", "json"}


def test_a_command_loads_no_other_commands() -> None:
    commands = {f"selfeval_xl.cli.{module}" for module in cli._COMMANDS.values()}
    assert loaded_by("rules") & commands == {"selfeval_xl.cli.explain"}


def test_every_command_is_found_by_its_name() -> None:
    for command, module in cli._COMMANDS.items():
        parser = cli._parser(command)
        (commands,) = (action.choices for action in parser._actions if action.dest == "command")
        assert commands is not None
        assert {name for name, other in cli._COMMANDS.items() if other == module} == set(commands)


def test_check_loads_nothing_heavy(tmp_path: Path) -> None:
    """Nor what a workbook of ours does not need: official forms, seals, TOML, dates, suggestions for a mistyped word."""
    book = tmp_path / "a.xlsx"
    assert loaded_by("new", "project", "-o", str(book)) and book.exists()
    modules = loaded_by("check", "--json", str(book))
    assert "decimal" in modules and not modules & {
        *HEAVY, "dataclasses", "datetime", "tomllib", "difflib", "tempfile", "importlib.resources",
    }  # fmt: skip
    needless = ("selfeval_xl.workbook.recognize", "selfeval_xl.seal", "selfeval_xl.workbook.reading.xls", "selfeval_xl.forms.load")
    assert not {name for name in modules if name.startswith(needless)}


def test_check_of_an_official_form_loads_nothing_heavy(tmp_path: Path) -> None:
    book = form_corpus.load(form_corpus.FORMS / "allocation.md").build(tmp_path / "a.xlsx")
    modules = loaded_by("check", "--json", str(book))
    assert "selfeval_xl.workbook.recognize" in modules and not modules & {
        *HEAVY, "dataclasses", "inspect", "tomllib", "difflib", "tempfile", "importlib.resources",
    }  # fmt: skip


def test_fill_loads_what_reads_official_forms_only_where_one_is_filled(tmp_path: Path) -> None:
    data = next(shipped("samples").glob("project-*.yaml"))
    modules = loaded_by("fill", str(data), "-o", str(tmp_path / "a.xlsx"))
    needless = ("selfeval_xl.workbook.recognize", "selfeval_xl.fill_official", "selfeval_xl.seal", "dataclasses")
    assert "yaml" in modules and not {name for name in modules if name.startswith(needless)}


def test_click_loads_nothing_heavy() -> None:
    modules = modules_after("import selfeval_xl.excel.jobs, selfeval_xl.excel.click, selfeval_xl.render.edits")
    assert not (modules - modules_after("pass")) & {*HEAVY, "tomllib", "argparse", "difflib", "importlib.resources"}


def test_workers_of_the_intake_load_only_what_they_need() -> None:
    modules = modules_after("import selfeval_xl.collect.worker")
    assert not (modules - modules_after("pass")) & {*HEAVY, "email", "csv", "selfeval_xl.collect.run"}


def test_workers_of_the_intake_read_a_sealed_return_with_nothing_heavy() -> None:
    sealed = Path(__file__).with_name("sealed.xlsx")
    source = f"Source({str(sealed)!r}, {str(sealed)!r})"
    work = "from selfeval_xl.collect.worker import Measure, look_into\nfrom selfeval_xl.collect.sources import Source\n"
    judged = f"(one,) = look_into([(1, {source})], Measure())\nassert '\"seal\"' in one.record"
    assert not (modules_after(work + judged) - modules_after("pass")) & {*HEAVY, "email", "csv"}
