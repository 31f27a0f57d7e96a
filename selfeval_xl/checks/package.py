"""Checks of the file itself: macros, links, hidden sheets, old formats, and why a file can't be read."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.registry import Hit, catalogue, check, hit
from selfeval_xl.checks.view import View
from selfeval_xl.errors import WorkbookError
from selfeval_xl.model import Finding

UNREADABLE = (
    "package.encrypted", "package.legacy", "package.renamed", "package.damaged", "package.too_large",
    "package.not_workbook", "package.no_form", "package.unread",
)  # fmt: skip


def finding_of_error(error: WorkbookError) -> Finding:
    """The finding for a file that could not be read; a reason without an id of its own counts as a damaged file."""
    spec = catalogue()[error.reason if error.reason in UNREADABLE else "package.damaged"]
    return Finding(spec.id, spec.severity, None, (), str(error), fix=spec.fix)


@check("package.macro", always=True)
def macro(view: View) -> Iterator[Hit]:
    """Macros in the file; those of our own button belong there, until the workbook is sent in."""
    structure = view.evaluation.structure
    if structure.macro and not (structure.own_macros and structure.seal is None):
        yield hit("package.macro", [])


@check(
    "package.external_link", "package.connection", "package.hidden", "package.further", "package.example", always=True
)
def listed(view: View) -> Iterator[Hit]:
    """Links to other workbooks, connections to data elsewhere, sheets that the menu can't show or that nobody reads."""
    structure = view.evaluation.structure
    for id, names in (
        ("package.external_link", structure.external_links),
        ("package.connection", structure.connections),
        ("package.hidden", structure.hidden_sheets),
        ("package.further", structure.further),
        ("package.example", structure.examples),
    ):
        if names:
            yield hit(id, [], provided="、".join(names))


@check("package.dde", always=True)
def dde(view: View) -> Iterator[Hit]:
    """Formulas, names and links that would start a program."""
    structure = view.evaluation.structure
    if structure.commands or structure.programs:
        programs = "、".join(f"“{one}”" for one in structure.programs)
        yield hit("package.dde", structure.commands, provided="、".join(structure.programs) or None, programs=programs)


@check("package.web", always=True)
def web(view: View) -> Iterator[Hit]:
    """Formulas that take something from the web."""
    fetching = view.evaluation.structure.fetches
    if fetching:
        yield hit("package.web", fetching)


@check("package.old_format", "template.old_format", always=True)
def old_format(view: View) -> Iterator[Hit]:
    """A file of which only the cells could be read; one of ours has been saved so by somebody."""
    ending = view.evaluation.structure.old_format
    if ending:
        yield hit("template.old_format" if view.ours else "package.old_format", [], provided=ending)
