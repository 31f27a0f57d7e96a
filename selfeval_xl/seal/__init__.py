"""The seal (封签) of a workbook of ours: a digest of what was entered, claimed and computed, which shows later changes.

``seal_of`` computes it, ``verify`` compares the one in a workbook with what the workbook holds now.  What a seal
without a signature proves, and what it does not, is explained in ``docs/seal.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from selfeval_xl.model import Place, SealChange, SignatureState
from selfeval_xl.read import Workbook
from selfeval_xl.read.file import SEALED
from selfeval_xl.read.ours import Ours
from selfeval_xl.seal.canon import VERSION, Content, content_of
from selfeval_xl.seal.changes import changes_of, seen_again, wrong_results
from selfeval_xl.seal.covers import unseen
from selfeval_xl.seal.record import (
    Seal,
    check_code,
    digest_of,
    items_of,
    long,
    read_seal,
    results_of,
    tables_of,
    take,
)
from selfeval_xl.seal.signing import Keys, judged, known_keys

__all__ = ["Keys", "Seal", "Verdict", "check_code", "known_keys", "seal_of", "verify", "with_seal"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking a seal.

    ``code`` is the code of the present content, so for a broken seal not the one that was printed.  ``changes`` are the
    cells that are not what was sealed; () where nobody can say which, and where the seal itself is ``damaged`` and so
    proves nothing.  ``signature`` is None where no keys were given; ``signer`` is the name of the key that a "known"
    signature was made with.
    """

    state: Literal["whole", "broken"]
    code: str
    changes: tuple[SealChange, ...] = ()
    signature: SignatureState | None = None
    signer: str | None = None
    damaged: bool = False

    @property
    def places(self) -> tuple[Place, ...]:
        """The changed cells."""
        return tuple(dict.fromkeys(change.place for change in self.changes))


def seal_of(workbook: Workbook, ours: Ours) -> Seal:
    """The seal of a workbook's present content, not signed yet."""
    return take(content_of(workbook, ours.layout))


def verify(workbook: Workbook, ours: Ours, keys: Keys | None = None) -> Verdict | None:
    """Compare the seal in a workbook with its content; None where there is no seal.

    ``keys`` are public keys by name, see :func:`known_keys`.
    """
    names = ((name.lower(), text) for name, text in workbook.names)
    held = sorted((name.removeprefix(SEALED), text) for name, text in names if name.startswith(SEALED))
    if not held:
        return None
    sealed = read_seal(text for _, text in held)
    content = content_of(workbook, ours.layout, sealed.version if sealed else VERSION)
    if sealed is None:  # its beginning is missing, or of a version that this program does not know
        return Verdict("broken", check_code(take(content).digest), damaged=True)
    wrong = tuple(wrong_results(sealed, content))
    agrees = not wrong and digest_of(content, sealed.results) == sealed.digest
    if not agrees:
        content = seen_again(sealed, content)
        agrees = not wrong and digest_of(content, sealed.results) == sealed.digest
    complete = [number for number, _ in held] == [f"{number:04}" for number in range(1, len(held) + 1)]
    damaged = not complete or not sealed.sound or _only_seal_differs(sealed, content, agrees=agrees)
    whole = agrees and not damaged
    header = ours.evaluation.header
    whose = header.unit.text, header.department.text
    signature, who = (None, None) if keys is None else judged(sealed.digest, sealed.signature, keys, whose)
    return Verdict(
        state="whole" if whole else "broken",
        code=check_code(sealed.digest if whole else take(content).digest),
        changes=() if whole or damaged else changes_of(workbook, ours, sealed, content) or wrong,
        signature=signature,
        signer=who,
        damaged=damaged,
    )


def _only_seal_differs(sealed: Seal, content: Content, *, agrees: bool) -> bool:
    """True where the seal contradicts itself: its digest agrees with the content but its short digests don't, or so."""
    # A result that a program did not save with its formula counts as unchanged.
    results = {
        key: sealed.results.get(key, result) if result == long("") else result
        for key, result in results_of(content).items()
    }
    alike = (sealed.items, sealed.tables, sealed.results) == (items_of(content), tables_of(content), results)
    return alike != (agrees or digest_of(content, results) == sealed.digest)


def with_seal(ours: Ours, workbook: Workbook, keys: Keys | None = None) -> Ours:
    """The workbook's structure with the state of its seal; the signature is judged only where ``keys`` are given."""
    verdict = verify(workbook, ours, keys)
    line = workbook.code_line(ours.layout.fields.get("summary_line"))
    structure = ours.evaluation.structure._replace(seal="absent", code_line=line)
    if verdict is not None:
        hidden, sealed = unseen(workbook, ours), ours.layout.sheets | workbook.pages
        structure = structure._replace(
            seal=verdict.state,
            seal_changes=verdict.changes,
            seal_code=verdict.code,
            signature=verdict.signature,
            signer=verdict.signer,
            seal_damaged=verdict.damaged,
            covered=hidden.covered,
            unseen=hidden.hidden,
            unsealed=tuple(each.name for each in workbook.package.sheets if each.name not in sealed),
        )
    return ours.with_structure(structure)
