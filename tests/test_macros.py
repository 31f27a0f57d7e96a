"""The workbooks with macros: what VBA, ribbon and buttons hold, read back from the built files and run where it can be."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest
from lxml import etree
from pyopenvba.cfb import CFB
from pyopenvba.vba import VBAModuleKind, parse_vba_project
from zipped import packed, rewritten
from zipped import parts as parts_of

from selfeval_xl.examine import examine
from selfeval_xl.fill import fill
from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.forms.build import build, differences
from selfeval_xl.forms.macros import ADDIN, BUTTONS, PROJECT, WORDS, modules, project_modules, words
from selfeval_xl.read import Workbook, read
from selfeval_xl.read.file import OWN_MODULES

MACROS = Path(__file__).parents[1] / "macros"
SAMPLES = Path(__file__).parents[1] / "samples"
BOOKS = [f"{form}.xlsm" for form in FORMS]
FILES = [*BOOKS, ADDIN]
OWN = [name for name in modules() if name.startswith("SelfEval")]
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("built")
    build(directory)
    return directory


@pytest.fixture
def parts(built: Path, request: pytest.FixtureRequest) -> dict[str, bytes]:
    return parts_of(built / request.param)


each_file = pytest.mark.parametrize("parts", FILES, indirect=True)
each_book = pytest.mark.parametrize("parts", BOOKS, indirect=True)


# Building


def test_building_twice_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = build(tmp_path).paths
    assert {path.name for path in again} == {path.name for path in built.iterdir()} >= set(FILES)
    assert [path.name for path in again if path.read_bytes() != (built / path.name).read_bytes()] == []


def test_check_finds_a_template_whose_macros_are_others(built: Path, tmp_path: Path) -> None:
    for path in built.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert differences(tmp_path) == []
    changed = parts_of(tmp_path / "project.xlsm")
    other = parts_of(tmp_path / ADDIN)[PROJECT]  # the same macros for a workbook of one sheet
    for project in (other, other[:999], b"", other.replace(b"\x01", b"\x02")):
        (tmp_path / "project.xlsm").write_bytes(packed(changed | {PROJECT: project}))
        (line,) = differences(tmp_path)
        assert "project.xlsm" in line and PROJECT in line


# The VBA project


@each_file
def test_vba_read_back_is_what_macros_holds(parts: dict[str, bytes]) -> None:
    sources = {path.stem: path.read_text(encoding="utf-8") for path in MACROS.glob("*.bas")}
    assert sources.keys() >= {"SelfEval", "SelfEvalPlain", "SelfEvalRibbon", "xlwings"}
    read_back = project_modules(parts[PROJECT])
    assert {name: read_back[name] for name in sources} == sources
    others = {name: source for name, source in read_back.items() if name not in sources}
    assert all(line.startswith("Attribute ") for source in others.values() for line in source.splitlines())


@each_file
def test_project_is_source_only_with_a_module_for_each_document(parts: dict[str, bytes]) -> None:
    compound = CFB.from_bytes(parts[PROJECT])
    project = parse_vba_project(compound)
    assert compound.get_stream_in_storage("VBA", "_VBA_PROJECT").hex() == "cc61ffff000100"
    assert {module.text_offset for module in project.modules} == {0}  # nothing compiled before the source
    assert project.validate(compound) == []
    sheets = [etree.fromstring(part) for name, part in parts.items() if name.startswith("xl/worksheets/sheet")]
    names = {sheet.find(f"{SHEET}sheetPr").get("codeName") for sheet in sheets}
    names.add(etree.fromstring(parts["xl/workbook.xml"]).find(f"{SHEET}workbookPr").get("codeName"))
    assert len(names) == len(sheets) + 1
    declared = compound.get_stream("PROJECT").decode("ascii").splitlines()
    assert {line[9:].split("/")[0] for line in declared if line.startswith("Document=")} == names
    assert {module.name for module in project.modules if module.kind is VBAModuleKind.other} == names


def test_sources_fit_the_editor_and_xlwings_keeps_its_notice() -> None:
    for name, source in modules().items():
        assert source.isascii(), name
        assert source.startswith(f'Attribute VB_Name = "{name}"\n')
        assert max(map(len, source.splitlines())) < 1024, name
    assert "BSD 3-clause license" in modules()["xlwings"]
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC" in modules()["xlwings"]


# Buttons, ribbon, package


def subs() -> dict[str, str]:
    """The public Subs of our modules: name → parameters."""
    found = (re.findall(r"^Public Sub (\w+)\((.*)\)", modules()[name], re.MULTILINE) for name in OWN)
    return {name: parameters for pairs in found for name, parameters in pairs}


@each_book
def test_each_button_names_a_sub_and_stays_off_cells_and_paper(parts: dict[str, bytes]) -> None:
    book = etree.fromstring(parts["xl/workbook.xml"])
    sheets = [sheet.get("name") for sheet in book.iter(f"{SHEET}sheet")]
    areas = {
        sheets[int(name.get("localSheetId"))]: name.text.rpartition(":")[2]
        for name in book.iter(f"{SHEET}definedName")
        if name.get("name") == "_xlnm.Print_Area"
    }
    with_buttons = {}
    for number, sheet in enumerate(sheets, 1):
        relations = parts.get(f"xl/worksheets/_rels/sheet{number}.xml.rels", b"")
        if drawing := re.search(rb"drawings/(vmlDrawing\d+\.vml)", relations):
            with_buttons[sheet] = parts[f"xl/drawings/{drawing[1].decode()}"].decode()
    assert with_buttons.keys() == {"自评表", "汇总"}
    for sheet, drawing in with_buttons.items():
        pressed = re.findall(r"<font[^>]*>([^<]+)</font>.*?<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawing)
        assert dict(pressed) == BUTTONS
        assert all(subs()[macro] == "" for _, macro in pressed)
        assert drawing.count("<x:PrintObject>False</x:PrintObject>") == len(pressed)
        last = areas[sheet].replace("$", "").rstrip("0123456789")
        left = {int(column) for column in re.findall(r"<x:Anchor>(\d+)", drawing)}
        assert min(left) >= ord(last) - ord("A") + 1
        cells = etree.fromstring(parts[f"xl/worksheets/sheet{sheets.index(sheet) + 1}.xml"])
        taken = {re.sub(r"\d", "", cell.get("r")) for cell in cells.iter(f"{SHEET}c")}
        assert column_letters(min(left)) not in taken


def column_letters(index: int) -> str:
    return (chr(ord("A") + index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


@each_file
def test_each_ribbon_control_names_a_sub(parts: dict[str, bytes]) -> None:
    schemas = {"customUI.xml": "2006/01/customui", "customUI14.xml": "2009/07/customui"}
    for name, schema in schemas.items():
        ribbon = etree.fromstring(parts[f"customUI/{name}"])
        space = f"{{http://schemas.microsoft.com/office/{schema}}}"
        assert ribbon.tag == f"{space}customUI"
        assert [tab.get("label") for tab in ribbon.iter(f"{space}tab")] == ["绩效自评"]
        controls = list(ribbon.iter(f"{space}button"))
        assert [control.get("label") for control in controls] == [*BUTTONS, "帮助"]
        callbacks = [control.get("onAction") for control in controls]
        assert {subs()[callback] for callback in callbacks} == {"ByVal Control As IRibbonControl"}
        called = [
            re.search(rf"Public Sub {name}\(.*\)\n    (\w+)\n", modules()["SelfEvalRibbon"])[1] for name in callbacks
        ]
        assert called == [*BUTTONS.values(), "SelfEvalHelp"]
        ids = [element.get("id") for element in ribbon.iter() if element.get("id")]
        assert len(ids) == len(set(ids))


@each_file
def test_package_is_whole(parts: dict[str, bytes], request: pytest.FixtureRequest) -> None:
    types = etree.fromstring(parts["[Content_Types].xml"])
    defaults = {item.get("Extension"): item.get("ContentType") for item in types.iter(f"{TYPES}Default")}
    overrides = {item.get("PartName"): item.get("ContentType") for item in types.iter(f"{TYPES}Override")}
    for name in parts.keys() - {"[Content_Types].xml"}:
        assert f"/{name}" in overrides or name.rpartition(".")[2] in defaults, name
    assert {name[1:] for name in overrides} <= parts.keys()
    kind = "addin" if request.node.callspec.params["parts"] == ADDIN else "sheet"
    assert overrides["/xl/workbook.xml"] == f"application/vnd.ms-excel.{kind}.macroEnabled.main+xml"
    assert defaults["bin"] == "application/vnd.ms-office.vbaProject"
    targets = {}
    for name, part in parts.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            relations = etree.fromstring(part)
            assert len({relation.get("Id") for relation in relations}) == len(relations)
            for relation in relations:
                target = posixpath.normpath(posixpath.join(folder, relation.get("Target")))
                assert target.lstrip("/") in parts, (name, target)
                targets[relation.get("Type").partition("/office/")[2]] = target
    assert targets["2006/relationships/vbaProject"] == PROJECT
    assert targets["2006/relationships/ui/extensibility"] == "customUI/customUI.xml"
    assert targets["2007/relationships/ui/extensibility"] == "customUI/customUI14.xml"


def test_addin_stays_hidden(built: Path) -> None:
    view = etree.fromstring(parts_of(built / ADDIN)["xl/workbook.xml"]).find(f".//{SHEET}workbookView")
    assert view.get("visibility") == "hidden"


@each_file
def test_words_stand_in_the_named_cells(parts: dict[str, bytes]) -> None:
    book = etree.fromstring(parts["xl/workbook.xml"])
    (area,) = [name.text for name in book.iter(f"{SHEET}definedName") if name.get("name") == WORDS]
    first, last = re.findall(r"\$([A-Z]+)\$(\d+)", area)
    strings = ["".join(item.itertext()) for item in etree.fromstring(parts["xl/sharedStrings.xml"])]
    cells = {cell.get("r"): cell for cell in etree.fromstring(parts["xl/worksheets/sheet1.xml"]).iter(f"{SHEET}c")}

    def text(letters: str, row: int) -> str:
        return strings[int(cells[f"{letters}{row}"].findtext(f"{SHEET}v"))]

    rows = range(int(first[1]), int(last[1]) + 1)
    assert {text(first[0], row): text(last[0], row) for row in rows} == words()
    assert set(re.findall(r'(?:Words\(|= )"([a-z_]+)"', modules()["SelfEval"])) == words().keys()


# The workbook is the same form


@pytest.mark.parametrize("form", FORMS)
def test_our_reader_finds_the_same_evaluation(form: str, built: Path) -> None:
    (plain,), (with_macros,) = read(built / f"{form}.xlsx"), read(built / f"{form}.xlsm")
    assert with_macros._replace(structure=with_macros.structure._replace(macro=False, own_macros=False)) == plain


@pytest.mark.parametrize("name", ["project.xlsm", "department.xlsm"])
def test_filling_keeps_macros_buttons_and_ribbon(name: str, built: Path, tmp_path: Path) -> None:
    sample = next(path for path in sorted(SAMPLES.glob("*.yaml")) if f"form: {name[:-5]}" in path.read_text("utf-8"))
    plain = fill(sample, tmp_path / "plain.xlsx", template=built / name.replace("xlsm", "xlsx"))
    filled = fill(sample, tmp_path / name, template=built / name)
    assert filled.total == plain.total
    assert [finding for finding in filled.findings if finding.id != "package.macro"] == list(plain.findings)
    before, after = parts_of(built / name), parts_of(tmp_path / name)
    kept = [part for part in before if part == PROJECT or part.startswith("customUI/")]
    assert {part: after[part] for part in kept} == {part: before[part] for part in kept}
    macros = [re.findall(r"\[0\]!\w+", after[part].decode()) for part in sorted(after) if part.endswith(".vml")]
    assert sorted(macro for drawing in macros for macro in drawing) == sorted(
        [f"[0]!{macro}" for macro in BUTTONS.values()] * 2
    )


def test_macros_of_somebody_else_are_told_from_ours(tmp_path: Path) -> None:
    """By the modules that the project lists; who adds one to our workbook has a workbook with macros."""
    ours = template_file("project", ".xlsm")
    path = tmp_path / "a.xlsm"
    path.write_bytes(ours)
    assert set(modules()) == OWN_MODULES
    assert Workbook(path).structure.own_macros
    assert "package.macro" not in {one.id for one in examine(path)[0].findings}
    whole = path.read_bytes()
    project = parts_of(whole)[PROJECT]
    assert b"Module=SelfEvalPlain" in project
    for other in (project.replace(b"Module=SelfEvalPlain", b"Module=SomebodyElse1"), project.replace(b"Module=xlwings", b"Class=xlthing"), b"torn"):
        path.write_bytes(rewritten(whole, {PROJECT: other}))
        assert not Workbook(path).structure.own_macros
        assert "package.macro" in {one.id for one in examine(path)[0].findings}
