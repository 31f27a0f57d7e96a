"""What the button tells of the file itself: links, programs, hidden sheets, macros, the seal; as ``check`` tells it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import libreoffice.com
import pytest
from desk import PROJECT, Desk, Patched, contents, differing, filled, unprotected
from returns import varied
from sealing import CLEAN, ours_of, packed_bytes

from selfeval_xl.examine import examine
from selfeval_xl.score import score
from selfeval_xl.workbook.edits import Formula, Value

pytest_plugins = "desk"


def listed(book: Any, desk: Desk, folder: Path) -> list[str]:
    """The checks on 校验结果, in their order."""
    live = contents(desk.saved(book, folder / "listed.xlsx"))
    rows = {
        int(cell[1:]): str(value) for (sheet, cell), (_, value) in live.items() if (sheet, cell[0]) == ("校验结果", "I")
    }
    return [rows[row] for row in sorted(rows) if "." in rows[row]]


def test_links_and_programs_are_told_as_score_tells_them(desk: Desk, tmp_path: Path) -> None:
    with Patched(filled(PROJECT, tmp_path / "自评表.xlsx")) as (patch, _):
        patch.set("汇总", "Z50", Formula("cmd|'/c calc'!A1", 0))
        patch.set("汇总", "Z51", Formula("'[去年 决算.xlsx]Sheet1'!A1", 3))
    book = desk.open(tmp_path / "自评表.xlsx")
    score(desk.saved(book, tmp_path / "start.xlsx"), tmp_path / "scored.xlsx")
    assert desk.press("recalculate", book.name) == []
    assert differing(desk.saved(book, tmp_path / "live.xlsx"), tmp_path / "scored.xlsx") == {}
    assert {"package.dde", "package.external_link"} <= set(listed(book, desk, tmp_path))
    (assessment,) = examine(tmp_path / "live.xlsx")
    (link,) = [each for each in assessment.findings if each.id == "package.external_link"]
    assert link.provided == "去年 决算.xlsx"


def test_a_program_in_a_name_that_no_formula_calls_is_told(desk: Desk, tmp_path: Path) -> None:
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    named = '</definedName><definedName name="取数">DDE("cmd","/c calc","x")</definedName></definedNames>'
    path.write_bytes(varied(path.read_bytes(), {"</definedName></definedNames>": named}))
    book = desk.open(path)
    desk.press("check", book.name)
    assert "package.dde" in listed(book, desk, tmp_path)


def test_a_program_is_told_in_a_file_that_excel_has_saved(tmp_path: Path) -> None:
    """Excel shows ``=cmd|'/c calc'!A1``, where the button finds it, and writes ``[1]!A1`` and the command elsewhere."""
    path = filled(PROJECT, tmp_path / "自评表.xlsx")
    with Patched(path) as (patch, _):
        patch.set("汇总", "Z50", Formula("[2]!A1", 0))
        patch.set("汇总", "Z51", Formula("[1]Sheet1!A1", 3))
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    links = {
        1: f'<externalLink xmlns="{main}"><externalBook xmlns:r="{office}" r:id="rId1"/></externalLink>',
        2: f'<externalLink xmlns="{main}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    }
    replaced = {
        "xl/workbook.xml": (
            "<definedNames>",
            f'<externalReferences xmlns:r="{office}"><externalReference r:id="rIdA"/><externalReference r:id="rIdB"/>'
            "</externalReferences><definedNames>",
        ),
        "xl/_rels/workbook.xml.rels": (
            "</Relationships>",
            f'<Relationship Id="rIdB" Type="{office}/externalLink" Target="externalLinks/externalLink2.xml"/>'
            f'<Relationship Id="rIdA" Type="{office}/externalLink" Target="externalLinks/externalLink1.xml"/>'
            "</Relationships>",
        ),
        "[Content_Types].xml": (
            "</Types>",
            "".join(f'<Override PartName="/xl/externalLinks/externalLink{n}.xml" ContentType="{kind}"/>' for n in links)
            + "</Types>",
        ),
    }
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text.replace(*replaced[name]) if name in replaced else text)
        for number, text in links.items():
            archive.writestr(f"xl/externalLinks/externalLink{number}.xml", text)
    (assessment,) = examine(path)
    (finding,) = [each for each in assessment.findings if each.id == "package.dde"]
    assert (finding.sheet, finding.cells) == ("汇总", ("Z50",))


def test_sheets_that_no_menu_shows_are_told(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    monkeypatch.setattr(
        libreoffice.com.SheetApi, "Visible", property(lambda api: 2 if api._sheet.name == "填报说明" else -1)
    )
    desk.press("check", book.name)
    assert "package.hidden" in listed(book, desk, tmp_path)


def test_a_seal_is_held_against_the_saved_file(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "报送件.xlsx"
    path.write_bytes(packed_bytes(CLEAN))
    whole = desk.open(path)
    desk.press("check", whole.name)
    assert "seal.broken" not in listed(whole, desk, tmp_path)
    whole.close()
    with Patched(path) as (patch, ours):
        spot = ours.layout.fields["goal_actual"]
        patch.set(spot.sheet, spot.place.cell, Value("全部完成，并且超额。"))
    book = desk.open(path)
    (told,) = desk.press("check", book.name)
    (assessment,) = examine(path)
    found = listed(book, desk, tmp_path)
    assert sorted(found) == sorted(finding.id for finding in assessment.findings) and "seal.broken" in found
    assert "没有核对" not in told
    (told,) = desk.press("check", book.name)  # the findings have changed the workbook, which is not saved yet
    assert "封签" in told and "请先保存" in told
    assert "seal.broken" not in listed(book, desk, tmp_path)


def test_recalculating_what_was_sealed_says_what_becomes_of_the_seal(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "报送件.xlsx"
    path.write_bytes(packed_bytes(CLEAN))
    book = desk.open(path)
    assert desk.press("recalculate", book.name) == []  # nothing to write
    spot = ours_of(path.read_bytes()).layout.fields["total_score"]
    unprotected(book, spot.sheet).range(spot.place.cell).formula = "=1+1"
    (told,) = desk.press("recalculate", book.name)
    assert "封签就失效" in told and "【生成报送件】" in told


def test_without_a_seal_nothing_is_said_of_one(desk: Desk, tmp_path: Path) -> None:
    book = desk.open(filled(PROJECT, tmp_path / "自评表.xlsx"))
    unprotected(book)
    (told,) = desk.press("check", book.name)
    assert "封签" not in told
    assert desk.press("recalculate", book.name) == []
