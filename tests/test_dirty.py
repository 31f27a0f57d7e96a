"""One workbook of each standard form with every mistake that it can hold, and how often each is to be found.

The data stand in tests/dirty/; what no data file can do (a formula overwritten, a name deleted) is done to the workbook.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import form_corpus
import openpyxl
import pytest
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink

from selfeval_xl import checks
from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.read.file import OWN_MACROS, Workbook
from selfeval_xl.workbook.edits import Edits, SheetEdits, Value
from selfeval_xl.workbook.opening.package import open_package
from selfeval_xl.workbook.writing.patch import Patch

DIRTY = Path(__file__).parent / "dirty"

EXPECTED = {
    "project": """
        budget.total budget.rate budget.rate budget.score budget.not_started
        weights.level
        target.missing target.in_name target.reference target.vacuous target.too_low target.operator_inferred
        target.unreadable target.placeholder target.contrary
        actual.missing actual.unreadable actual.inequality actual.status_word actual.copied actual.approximate
        actual.unit actual.implausible
        score.exceeds_weight score.mismatch score.out_of_band score.missing score.unattainable score.grade
        score.undecided reason.missing reason.not_applicable
        table.count table.outside tieout.mismatch tieout.unchecked template.stale
    """,
    "department": """
        budget.adjustment budget.overspent budget.score budget.not_started budget.unit
        weights.missing weights.missing score.exceeds_weight
        budget.unnamed table.error_value
        table.hierarchy table.duplicate table.classification table.children table.unnamed
        template.old template.formula template.name template.parameters
        package.macro package.external_link package.hidden
    """,
    "transfer": """
        budget.score budget.low_rate budget.changed weights.total score.total table.not_number
        transfer.allocation transfer.allocation transfer.purpose transfer.total transfer.people template.newer package.dde table.header
        transfer.unnamed transfer.implausible budget.incomplete package.web table.goal
    """,
}

ELSEWHERE = frozenset(
    {
        *checks.UNREADABLE,  # there is nothing to assess
        "actual.state",  # a state that figures deny: test_checks_rows
        "budget.negative",  # a total below zero is no other total: test_checks_money
        "budget.counted_twice",  # data that hold a sum are refused: test_checks_money
        "package.connection",  # of a file that Excel made: test_package
        "package.further",  # of a sheet copied within the workbook: test_score
        "package.example",  # of somebody else's workbook: test_official
        "template.rules",  # of rules that were asked for: test_own_rules
        "template.nameless",  # of a workbook that lost its names: test_nameless
        *("seal.missing", "seal.broken", "seal.outdated", "seal.code", "seal.covered", "seal.hidden_column", "seal.other_sheet", "package.old_format", "template.old_format"),  # of the file around the form: test_seal, test_legacy
        *("seal.unsigned", "seal.signature", "seal.unknown_key", "seal.other_signer"),
    }
)


def project(folder: Path) -> Path:
    """A figure changed afterwards, so that what depends on it is stale, and a row inserted above the total."""
    path = folder / "project.xlsx"
    fill(DIRTY / "project.yaml", path)
    patch = Patch(open_package(path))
    patch.apply(Edits({"自评表": SheetEdits({"G13": Value("24场")})}))
    (total,) = [row for row in range(14, 99) if Workbook(path).entry("自评表", row, 1).text == "总分"]
    patch.insert_rows("自评表", total, 1)
    patch.apply(Edits({"自评表": SheetEdits({f"C{total}": Value("新增场次"), f"E{total}": Value(3), f"G{total}": Value(3)})}))
    patch.save(path)
    return path


def department(folder: Path) -> Path:
    """A sum overwritten, a reason that is an error, an old version, a name deleted, macros of unknown making, a hidden sheet, a foreign link."""
    path = folder / "department.xlsm"
    fill(DIRTY / "department.yaml", path)
    book = openpyxl.load_workbook(path, keep_vba=True)
    del book.defined_names[OWN_MACROS]
    book["自评表"]["D6"] = 1010
    book["预算执行"]["K4"] = "=1/0"
    book["填报说明"]["F2"] = "0.0.1"
    book["填报说明"]["B27"] = 60
    del book.defined_names["se.problems"]
    book.create_sheet("底稿").sheet_state = "veryHidden"
    link = ExternalLink(ExternalBook(id="rId1"))
    link.file_link = Relationship(
        type="externalLinkPath", Target="file:///D:/台账.xlsx", TargetMode="External", Id="rId1"
    )
    book._external_links.append(link)
    book.save(path)
    return path


def transfer(folder: Path) -> Path:
    """A newer version, formulas that would start a program and fetch something from the web, and words where only a number can stand."""
    path = folder / "transfer.xlsx"
    fill(DIRTY / "transfer.yaml", path)
    book = openpyxl.load_workbook(path)
    book["填报说明"]["F2"] = "99.0.0"
    book["汇总"]["N2"] = "=cmd|'/c calc'!A1"
    book["汇总"]["N3"] = '=_xlfn.WEBSERVICE("https://example.org")'
    book["预算执行"]["F15"] = "12人"
    book["预算执行"]["A17"] = None
    book["预算执行"]["E17"] = -8
    book.save(path)
    return path


MAKERS = {"project": project, "department": department, "transfer": transfer}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """How often each check spoke, by form."""
    folder = tmp_path_factory.mktemp("dirty")
    result = {}
    for form, make in MAKERS.items():
        (assessment,) = examine(make(folder))
        result[form] = Counter(finding.id for finding in assessment.findings)
    return result


@pytest.mark.parametrize("form", MAKERS)
def test_every_mistake_is_found_as_often_as_it_was_made(form: str, found: dict[str, Counter[str]]) -> None:
    assert found[form] == Counter(EXPECTED[form].split())


def test_together_with_the_official_forms_no_check_is_left_out(found: dict[str, Counter[str]]) -> None:
    """What a workbook of ours can't hold (a cell with two readings, a weight given twice) stands in the corpus."""
    official = {line.split()[1] for path in form_corpus.cases() for line in form_corpus.load(path).findings or ()}
    spoken = set().union(*found.values()) | official | {"template.unknown"}
    assert set(checks.catalogue()) - spoken == ELSEWHERE & set(checks.catalogue())
