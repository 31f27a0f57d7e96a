"""Checks of the seal: whether there is one, whether it is whole, and who signed it."""

from __future__ import annotations

from collections.abc import Iterator

from selfeval_xl.checks.registry import Hit, check, hit
from selfeval_xl.checks.view import View


@check("seal.missing")
def unsealed(view: View) -> Iterator[Hit]:
    """No seal, where somebody looked for one (``seal`` is None where nobody did)."""
    if view.evaluation.structure.seal == "absent":
        yield hit("seal.missing", [])


@check("seal.broken", always=True)
def tampered(view: View) -> Iterator[Hit]:
    """Content that changed after sealing."""
    structure = view.evaluation.structure
    if structure.seal != "broken":
        return
    what = "内容在封签之后被改动过"
    if structure.seal_damaged:
        yield hit("seal.broken", [], what="封签本身残缺（少了一段、被改过，或出自更新的程序），不能证明内容没有改动")
    elif not structure.seal_changes:
        yield hit("seal.broken", [], what=f"{what}，改了哪些单元格已无法查明")
    for sheet in dict.fromkeys(place.sheet for place in structure.seal_changes):
        yield hit("seal.broken", [place for place in structure.seal_changes if place.sheet == sheet], what=what)


@check("seal.outdated", always=True)
def outdated(view: View) -> Iterator[Hit]:
    """Content that we ourselves are about to change under a seal, or that others have before."""
    if view.evaluation.structure.seal == "outdated":
        yield hit("seal.outdated", [])


@check("seal.signature", "seal.unknown_key", "seal.unsigned", always=True)
def signature(view: View) -> Iterator[Hit]:
    """A signature that does not fit, one by nobody we know, or none, where there are keys to judge it by."""
    match view.evaluation.structure.signature:
        case "false":
            yield hit("seal.signature", [])
        case "unknown":
            yield hit("seal.unknown_key", [])
        case "absent":
            yield hit("seal.unsigned", [])


@check("seal.other_signer", always=True)
def other_signer(view: View) -> Iterator[Hit]:
    """The known key of somebody else than the unit and its department."""
    header, who = view.evaluation.header, view.evaluation.structure.signer
    if who is not None and _plain(who) not in (_plain(header.unit.text), _plain(header.department.text)):
        unit = header.unit
        yield hit("seal.other_signer", [unit], provided=who, expected=unit.text.strip() or None, unit=unit.text.strip())


def _plain(name: str) -> str:
    return "".join(name.split())
