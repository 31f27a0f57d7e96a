"""The macros at work: parsed, run in LibreOffice where they need no Excel, and clicked on a double of Excel."""

from __future__ import annotations

import re
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import SOFFICE, Convert
from libreoffice.office import prepare
from lxml import etree
from pyopenvba.exceptions import VBACompileError
from pyopenvba.interpreter import NOTHING, HostBridge, Interpreter, VBAObject, parse_module
from pyopenvba.interpreter._runtime import UNRESOLVED

from selfeval_xl.forms import FORMS, template_file
from selfeval_xl.forms.macros import BUTTONS, modules, words

OWN = [name for name in modules() if name.startswith("SelfEval")]


@pytest.mark.parametrize("name", OWN)
def test_own_modules_parse(name: str) -> None:
    parsed = parse_module(modules()[name])
    assert parsed.option_explicit
    assert parsed.procedures


@pytest.mark.parametrize(
    ("wanted", "instead"),
    [("    End If\n    Exit Sub\nFailed:", "    Exit Sub\nFailed:"), ("Public Sub SelfEvalUndo()", "Public Sub")],
    ids=["End If is missing", "a Sub without its name"],
)
def test_the_parser_finds_what_it_is_asked_to_find(wanted: str, instead: str) -> None:
    source = modules()["SelfEval"]
    assert wanted in source
    with pytest.raises(VBACompileError):
        parse_module(source.replace(wanted, instead))


PLAIN = [
    ('Quoted("C:\\a b\\python.exe")', '"C:\\a b\\python.exe"'),
    ('Quoted("C:\\a b\\")', '"C:\\a b\\\\"'),
    ('Quoted("a\\\\")', '"a\\\\\\\\"'),
    ('Quoted("\\")', '"\\\\"'),
    ('Quoted("")', '""'),
    ('Statement("check")', "import selfeval_xl.excel; selfeval_xl.excel.check()"),
    (
        'CommandLine("C:\\Py thon\\python.exe", "undo", "2024 a.xlsm", "42")',
        '"C:\\Py thon\\python.exe" -P -B -c "import selfeval_xl.excel; selfeval_xl.excel.undo()" "--wb=2024 a.xlsm" '
        '--from_xl=1 "--hwnd=42"',
    ),
    ('CStr(HasTrouble("a=b.xlsm"))', "True"),
    ('CStr(HasTrouble("a.xlsm"))', "False"),
    ('CStr(IsWps("C:\\Users\\x\\AppData\\Local\\Kingsoft\\WPS Office\\12.1\\office6"))', "True"),
    ('CStr(IsWps("C:\\Program Files\\Microsoft Office\\root\\Office16"))', "False"),
]


def probe(expression: str) -> str:
    return f"Public Function Probe() As String\n    Probe = {expression}\nEnd Function\n"


@pytest.mark.parametrize(("expression", "expected"), PLAIN)
def test_plain_functions(expression: str, expected: str) -> None:
    interpreter = Interpreter()
    interpreter.add_module(modules()["SelfEvalPlain"], name="SelfEvalPlain")
    interpreter.add_module(probe(expression), name="Probes")
    assert interpreter.run("Probe") == expected
    for argument in re.findall(r'^Quoted\("(.*)"\)$', expression):
        assert as_windows_splits(expected) == [argument]


def as_windows_splits(line: str) -> list[str]:
    """The arguments of a command line, by the rules of CommandLineToArgvW for quoted arguments."""
    arguments = re.findall(r'"((?:[^"\\]|\\+(?!\\*")|(?:\\\\)+(?="))*)"', line)
    return [re.sub(r"\\+$", lambda slashes: "\\" * (len(slashes[0]) // 2), argument) for argument in arguments]


@pytest.mark.requires_soffice
def test_plain_functions_in_libreoffice(tmp_path: Path) -> None:
    office(tmp_path / "profile", "--terminate_after_init")  # a new profile would be filled over what is put there
    library = tmp_path / "profile" / "user" / "basic" / "Standard"
    lines = "\n".join(f"    Print #1, {expression}" for expression, _ in PLAIN)
    answers = tmp_path / "answers.txt"
    runner = f'Sub Main()\n    Open "{answers}" For Output As #1\n{lines}\n    Close #1\nEnd Sub\n'
    code = {"SelfEvalPlain": modules()["SelfEvalPlain"].partition("\n")[2], "Runner": runner}
    for name, source in code.items():
        module = etree.Element(f"{{{SCRIPT}}}module", {f"{{{SCRIPT}}}name": name, f"{{{SCRIPT}}}language": "StarBasic"})
        module.text = f"Option VBASupport 1\n{source}"
        (library / f"{name}.xba").write_bytes(
            etree.tostring(module, encoding="UTF-8", xml_declaration=True, doctype=DOCTYPE.format("module"))
        )
    listed = "".join(f'<library:element library:name="{name}"/>' for name in code)
    (library / "script.xlb").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n' + DOCTYPE.format("library") + "\n"
        '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" '
        f'library:readonly="false" library:passwordprotected="false">{listed}</library:library>',
        encoding="utf-8",
    )
    office(tmp_path / "profile", "macro:///Standard.Runner.Main")
    assert answers.read_text(encoding="utf-8").splitlines() == [expected for _, expected in PLAIN]


SCRIPT = "http://openoffice.org/2000/script"
DOCTYPE = '<!DOCTYPE {0}:{0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{0}.dtd">'


def office(profile: Path, *arguments: str) -> None:
    prepare(profile)
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def test_libreoffice_reads_workbook_and_macros(tmp_path: Path, soffice_convert: Convert) -> None:
    books = [tmp_path / f"{form}.xlsm" for form in FORMS]
    for book in books:
        book.write_bytes(template_file(book.stem, book.suffix))
    for book, converted in zip(books, soffice_convert(books, "ods"), strict=True):
        with zipfile.ZipFile(converted) as archive:
            content = archive.read("content.xml").decode()
            basic = {
                Path(part).stem: "".join(etree.fromstring(archive.read(part)).itertext())
                for part in archive.namelist()
                if part.startswith("Basic/VBAProject/") and part.endswith(".xml")
            }
        for module, source in modules().items():
            assert source.partition("\n")[2].strip() in basic[module], (book.stem, module)
        for macro in BUTTONS.values():
            assert content.count(f"SelfEval.{macro}?") == 2, (book.stem, macro)


# The buttons, on a double of Excel: every branch before and after Python


class Thing(VBAObject):
    """An object of Excel with the members that it is given."""

    def __init__(self, **members: object) -> None:
        self.members = members

    def vba_get(self, name: str, args: object = (), named: object = None) -> object:
        value = self.members[name]
        return value(*args) if callable(value) else value

    def vba_set(self, name: str, value: object, *_: object, **__: object) -> None:
        self.members[name] = value


@dataclass
class Excel(HostBridge):
    """What the macros see of Excel and xlwings; remembers what was said and started."""

    book: object = None
    settings: dict[tuple[str, str], str] = field(default_factory=dict)
    files: tuple[str, ...] = ("C:\\py\\python.exe",)
    code: int = 0
    program: str = "C:\\Program Files\\Microsoft Office\\root\\Office16"
    ready: bool = True
    protected: object = NOTHING
    said: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        sheet_function = Thing(VLookup=lambda key, *_: words()[str(key)])
        self.this = Thing(Names=lambda _: Thing(RefersToRange="cells"), Path="C:\\x", ReadOnly=False, Name="本表.xlsm")
        self.application = Thing(
            Ready=self.ready, Calculation=-4135, Path=self.program, Hwnd=42, WorksheetFunction=sheet_function,
            ActiveProtectedViewWindow=self.protected, StatusBar="busy", EnableEvents=False, ScreenUpdating=False,
        )  # fmt: skip
        self.shell = Thing(Run=self.run, Popup=lambda text, *_: self.said.append(str(text)))

    def run(self, line: str, style: int, wait: bool) -> int:
        assert (style, wait) == (0, True)
        self.started.append(str(line))
        self.application.members["Calculation"] = -4105
        return self.code

    def global_object(self, name: str) -> object:
        objects = {
            "application": self.application,
            "activeworkbook": self.this if self.book is None else self.book,
            "thisworkbook": self.this,
        }
        return objects.get(name.lower(), UNRESOLVED)

    def has_global_member(self, name: str) -> bool:
        return name.lower() in {"wscript", "getconfig", "fileexists", "runpython"}

    def call_global(self, name: str, args: list[object], named: dict[str, object]) -> object:
        match name.lower():
            case "wscript":
                return self.shell
            case "getconfig":
                key, default, *source = map(str, args)
                return self.settings.get((key, *source), default)
            case "fileexists":
                return str(args[0]) in self.files
            case _:
                self.started.append(str(args[0]))
                return self.code

    def click(self, macro: str) -> None:
        interpreter = Interpreter(self)
        for name in OWN:
            interpreter.add_module(modules()[name], name=name)
        interpreter.run(macro)


USER = {("INTERPRETER_WIN", "user"): "C:\\py\\python.exe"}
OWN_SHEET = {("INTERPRETER_WIN", "sheet"): "C:\\own\\python.exe"}


def plain_book(**members: object) -> Thing:
    return Thing(**{"Path": "C:\\x", "ReadOnly": False, "Name": "某单位 自评.xlsx", **members})


@pytest.mark.parametrize(
    ("excel", "said"),
    [
        (Excel(ready=False, settings=USER), "editing"),
        (Excel(book=NOTHING, settings=USER), "no_book"),
        (Excel(book=NOTHING, protected=Thing(), settings=USER), "protected_view"),
        (Excel(book=plain_book(Path=""), settings=USER), "unsaved"),
        (Excel(book=plain_book(ReadOnly=True), settings=USER), "read_only"),
        (Excel(book=plain_book(Name="a=b.xlsx"), settings=USER), "name"),
        (Excel(book=plain_book()), "no_python"),
        (Excel(book=plain_book(), settings=USER, files=()), "no_python"),
        (Excel(book=plain_book(), settings=OWN_SHEET, files=("C:\\own\\python.exe",)), "no_python"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_keeps_python_from_starting_is_said(excel: Excel, said: str) -> None:
    excel.click("SelfEvalRecalculate")
    assert (excel.said, excel.started) == ([words()[said]], [])
    assert excel.application.members["StatusBar"] == "busy"  # untouched


JOBS = dict(zip(BUTTONS.values(), ("recalculate", "check", "submit", "clear", "undo"), strict=True))


@pytest.mark.parametrize("macro", JOBS)
def test_a_button_starts_its_job_as_xlwings_expects_it(macro: str) -> None:
    excel = Excel(book=plain_book(), settings=USER)
    excel.click(macro)
    (line,) = excel.started
    assert line == (
        f'"C:\\py\\python.exe" -P -B -c "import selfeval_xl.excel; selfeval_xl.excel.{JOBS[macro]}()" '
        '"--wb=某单位 自评.xlsx" --from_xl=1 "--hwnd=42"'
    )
    assert excel.said == []


def test_the_workbook_of_the_macros_may_name_its_own_python() -> None:
    excel = Excel(settings=USER | OWN_SHEET, files=("C:\\own\\python.exe", "C:\\py\\python.exe"))
    excel.click("SelfEvalCheck")
    moved = Excel(settings=USER | OWN_SHEET)  # to a computer that has no such Python
    moved.click("SelfEvalCheck")
    assert excel.started[0].startswith('"C:\\own\\python.exe"')
    assert moved.started[0].startswith('"C:\\py\\python.exe"')


def test_the_warm_process_serves_the_macros_own_workbook_only() -> None:
    warm = {**USER, ("USE UDF SERVER", "sheet"): "True"}
    own, other = Excel(settings=warm), Excel(book=plain_book(), settings=warm)
    beside = Excel(settings={**USER, ("USE UDF SERVER",): "True"})  # a file that came by mail with the workbook
    for excel in (own, other, beside):
        excel.click("SelfEvalUndo")
    assert own.started == ["import selfeval_xl.excel; selfeval_xl.excel.undo()"]
    assert other.started[0].startswith('"C:\\py\\python.exe" -P')
    assert beside.started[0].startswith('"C:\\py\\python.exe" -P')


@pytest.mark.parametrize(
    ("program", "said"),
    [("C:\\Office16", words()["failed"].replace("%1", "3")), ("C:\\Kingsoft\\WPS Office", words()["wps"])],
)
def test_after_a_crash_excel_goes_on_as_before(program: str, said: str) -> None:
    excel = Excel(book=plain_book(), settings=USER, code=3, program=program)
    excel.click("SelfEvalRecalculate")
    assert excel.said == [said]
    state = {name: excel.application.members[name] for name in ("StatusBar", "EnableEvents", "ScreenUpdating")}
    assert state == {"StatusBar": False, "EnableEvents": True, "ScreenUpdating": True}
    assert excel.application.members["Calculation"] == -4135


def test_help_says_what_each_button_does() -> None:
    excel = Excel()
    excel.click("SelfEvalHelp")
    assert excel.said == [words()["help"]]
    assert all(f"【{caption}】" in words()["help"] for caption in BUTTONS)
