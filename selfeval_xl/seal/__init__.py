"""The seal of a workbook of ours: a digest of what was entered, claimed and computed, by which later changes show.

``seal_of`` takes it, ``verify`` holds the one that a workbook carries against what stands in it now.  What a seal
without a signature proves, and what not, stands in ``docs/seal.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from selfeval_xl.model import Place, SignatureState
from selfeval_xl.read import Workbook
from selfeval_xl.read.file import SEALED
from selfeval_xl.read.ours import Ours
from selfeval_xl.seal.canon import Content, Table, content_of
from selfeval_xl.seal.record import (
    Rows,
    Seal,
    check_code,
    digest_of,
    items_of,
    long,
    read_seal,
    results_of,
    short,
    tables_of,
    take,
    token,
)
from selfeval_xl.seal.signing import Keys, judged, known_keys
from selfeval_xl.workbook.references import parse_cell

__all__ = ["Keys", "Seal", "Verdict", "check_code", "known_keys", "seal_of", "verify", "with_seal"]

_MOST_PAIRS = 4_000_000  # of rows that are compared one by one


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a seal; ``code`` is that of the content as it stands now, so that a broken one's is no longer
    what was printed.

    ``changes`` are the cells that are not what was sealed, () where it can't be told which: also where the seal itself
    is ``damaged``, and can no longer vouch for anything.  ``signature`` is None where no keys were given or it is lost;
    ``signer`` is the name of the key that a "known" one was made with.
    """

    state: Literal["whole", "broken"]
    code: str
    changes: tuple[Place, ...] = ()
    signature: SignatureState | None = None
    signer: str | None = None
    damaged: bool = False


def seal_of(workbook: Workbook, ours: Ours) -> Seal:
    """The seal of what stands in a workbook of ours, not signed yet."""
    return take(content_of(workbook, ours.layout))


def verify(workbook: Workbook, ours: Ours, keys: Keys | None = None) -> Verdict | None:
    """Hold the seal in a workbook against its content; None where there is none.

    ``keys`` are public keys by name, see :func:`known_keys`.
    """
    held = sorted((name.lower().removeprefix(SEALED), text) for name, text in workbook.names() if _of_seal(name))
    if not held:
        return None
    content = content_of(workbook, ours.layout)
    sealed = read_seal(text for _, text in held)
    if sealed is None:  # its beginning is gone, or says nothing that this version knows
        return Verdict("broken", check_code(take(content).digest), damaged=True)
    wrong = tuple(_wrong_results(sealed, content))
    agrees = not wrong and digest_of(content, sealed.results) == sealed.digest
    complete = [number for number, _ in held] == [f"{number:04}" for number in range(1, len(held) + 1)]
    damaged = not complete or not sealed.sound or _only_seal_differs(sealed, content, agrees=agrees)
    whole = agrees and not damaged
    signature, who = (None, None) if keys is None else judged(sealed.digest, sealed.signature, keys)
    return Verdict(
        state="whole" if whole else "broken",
        code=check_code(sealed.digest if whole else take(content).digest),
        changes=() if whole or damaged else tuple(dict.fromkeys(_changes(sealed, content))) or wrong,
        signature=signature,
        signer=who,
        damaged=damaged,
    )


def _of_seal(name: str) -> bool:
    return name.lower().startswith(SEALED)


def _only_seal_differs(sealed: Seal, content: Content, *, agrees: bool) -> bool:
    """True where of the digest and what stands beside it in the seal one vouches for the content, the other doesn't."""
    # A formula that a program saved without its result is believed, as ever.
    results = {
        key: sealed.results.get(key, said) if said == long("") else said for key, said in results_of(content).items()
    }
    alike = (sealed.items, sealed.tables, sealed.results) == (items_of(content), tables_of(content), results)
    return alike != (agrees or digest_of(content, results) == sealed.digest)


def with_seal(ours: Ours, workbook: Workbook, *, expected: bool = False, keys: Keys | None = None) -> Ours:
    """A workbook of ours with the state of its seal; without one nothing is said, unless it is ``expected``.

    Its signature is only judged where ``keys`` are given.
    """
    verdict = verify(workbook, ours, keys)
    if verdict is None and not expected:
        return ours
    structure = ours.evaluation.structure._replace(
        seal=verdict.state if verdict else "absent",
        seal_changes=verdict.changes if verdict else (),
        seal_code=verdict.code if verdict else None,
        signature=verdict.signature if verdict else None,
        signer=verdict.signer if verdict else None,
        seal_damaged=verdict.damaged if verdict else False,
    )
    return ours._replace(evaluation=ours.evaluation._replace(structure=structure))


def _changes(sealed: Seal, content: Content) -> Iterator[Place]:
    """The cells whose digest differs."""
    yield from _changed_items(sealed, content, content.fields)
    now = tables_of(content)
    for key, table in content.tables.items():
        before, after = sealed.tables.get(token(key)), now[token(key)]
        if before is not None:
            yield from _changed_rows(before, after, table)
    yield from _changed_items(sealed, content, content.sheets)


def _wrong_results(sealed: Seal, content: Content) -> Iterator[Place]:
    """The formulas that gave something else; named only where nothing is changed that they are computed from."""
    for key, said in content.results.items():
        if said and sealed.results.get(token(key)) != long(said):
            yield content.place(key)


def _changed_items(sealed: Seal, content: Content, items: Mapping[str, str]) -> Iterator[Place]:
    for key, said in items.items():
        if sealed.items.get(token(key)) != short(said):
            yield content.place(key)


def _changed_rows(before: Rows, after: Rows, table: Table) -> Iterator[Place]:
    """Rows are compared in their order, so that one that was taken out does not show in all that follow."""
    if len(before.rows) * len(after.rows) > _MOST_PAIRS:
        yield table.top  # no table that people fill; to match its rows would take minutes
        return
    from difflib import SequenceMatcher

    for kind, first, last, begin, end in SequenceMatcher(None, before.rows, after.rows, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        together = min(last - first, end - begin)
        for number in range(together):
            old = dict(zip(before.columns, before.cells(first + number), strict=True))
            new = dict(zip(after.columns, after.cells(begin + number), strict=True))
            for column in table.rows[begin + number]:
                if old.get(token(column)) != new[token(column)]:
                    yield table.place(begin + number, column)
        for ordinal in range(begin + together, end):
            entered = [
                table.place(ordinal, column)
                for column, said in table.rows[ordinal].items()
                if said[:1] not in ("", "=")
            ]
            yield min(entered, key=lambda place: parse_cell(place.cell), default=table.top)
        if last - first > together:  # rows are gone, or were cleared: what stands there now
            yield table.below(end - 1)
