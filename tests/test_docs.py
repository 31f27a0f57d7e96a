"""The generated pages are current, and the written ones name only what exists."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from selfeval_xl.cli import main

DOCS = Path(__file__).parents[1] / "docs"


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
    for page in DOCS.glob("*.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_commands_in_the_docs_exist(capsys: pytest.CaptureFixture[str]) -> None:
    written = {
        command
        for page in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]
        for command in re.findall(r"`?selfeval-xl ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    }
    assert written
    for command in written:
        assert main([command, "--help"]) == 0, command
