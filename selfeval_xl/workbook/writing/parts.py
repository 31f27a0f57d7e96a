"""The parts of a package being changed: their contents, the relationships between them, and writing the package out.

A part that was not changed is copied in its compressed form, at its old place in the archive.
"""

from __future__ import annotations

import copy
import io
import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from selfeval_xl.workbook.opening import markup
from selfeval_xl.workbook.opening.archive import Archive
from selfeval_xl.workbook.opening.package import Relationship, relationship
from selfeval_xl.workbook.writing import tail
from selfeval_xl.workbook.writing.ooxml import OFFICE, parse, serialize

_RELATION, TYPES = f"{{{markup.RELATIONSHIPS}}}Relationship", f"{{{markup.TYPES}}}"
CONTENT_TYPES = "[Content_Types].xml"
_SIGNED = f"{markup.RELATIONSHIPS}/digital-signature/origin"


class Parts:
    """A package whose parts can be looked at, changed, added and removed.

    Part names have no leading slash.  ``look`` and ``change`` give the same tree; only a changed one is written again.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._new: dict[str, bytes] = {}
        self._trees: dict[str, etree._Element] = {}
        self._tails: dict[str, bytes] = {}
        self._relations: dict[str, tuple[Relationship, ...]] = {}
        self._changed: set[str] = set()
        self._dropped: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self._archive.names if name not in self._dropped)
        yield from (name for name in self._new if name not in self._archive.entries)

    def __contains__(self, part: str) -> bool:
        return part in self._new or (part in self._archive.entries and part not in self._dropped)

    def read(self, part: str) -> bytes:
        """The part's bytes, with what was changed so far."""
        if part in self._changed:
            return tail.joined(serialize(self._trees[part]), self._tails[part])
        if part in self._new:
            return self._new[part]
        return self._archive.part(part)

    def look(self, part: str) -> etree._Element:
        """The part's root, to be read only."""
        if part not in self._trees:
            data, self._tails[part] = tail.split(self.read(part))
            self._trees[part] = parse(data, part)
        return self._trees[part]

    def change(self, part: str) -> etree._Element:
        """The part's root, to be changed."""
        root = self.look(part)
        self._changed.add(part)
        self._relations.pop(part, None)
        return root

    def put(self, part: str, data: bytes, content_type: str | None = None) -> None:
        """Replace a part, or add one with its content type."""
        self._forget(part)
        self._new[part] = data
        self._dropped.discard(part)
        if content_type is not None:
            self._declare(part, content_type)

    def drop(self, part: str) -> None:
        """Remove a part with its relations and its content type."""
        self._forget(part)
        self._new.pop(part, None)
        self._dropped.add(part)
        for override in self.look(CONTENT_TYPES).findall(f"{TYPES}Override[@PartName='/{part}']"):
            self.change(CONTENT_TYPES).remove(override)
        if (relations := self._archive.relationships_of(part)) in self:
            self.drop(relations)

    def default_type(self, ending: str, content_type: str) -> None:
        """Declare the content type of all parts with this ending, unless one is declared already."""
        types = self.look(CONTENT_TYPES)
        if not any(e.get("Extension", "").lower() == ending for e in types.iter(f"{TYPES}Default")):
            default = etree.Element(f"{TYPES}Default", Extension=ending, ContentType=content_type)
            self.change(CONTENT_TYPES).insert(0, default)

    def free_name(self, pattern: str) -> str:
        """The first name of the form ``xl/comments{}.xml`` that no part has."""
        taken = {name.lower() for name in self}
        return next(name for n in range(1, len(taken) + 2) if (name := pattern.format(n)).lower() not in taken)

    def relations(self, owner: str) -> tuple[Relationship, ...]:
        """What ``owner`` (a part, or "" for the package) points to."""
        part = self._archive.relationships_of(owner)
        if part not in self:
            return ()
        if part not in self._relations:
            elements = self.look(part).iter(_RELATION)
            self._relations[part] = tuple(relationship(self._archive, owner, one.get) for one in elements)
        return self._relations[part]

    def related(self, owner: str, kind: str) -> str | None:
        """The first part of that kind which ``owner`` points to."""
        return next((r.target for r in self.relations(owner) if r.type == kind and not r.external), None)

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Add a relationship from ``owner`` to the part ``target``; returns its id."""
        part = self._archive.relationships_of(owner)
        if part not in self:
            self.put(part, f'<Relationships xmlns="{markup.RELATIONSHIPS}"/>'.encode())
        taken = {relation.id for relation in self.relations(owner)}
        new = next(i for n in range(1, len(taken) + 2) if (i := f"rId{n}") not in taken)
        path = posixpath.relpath(target, posixpath.dirname(owner) or ".")
        etree.SubElement(self.change(part), _RELATION, Id=new, Type=f"{OFFICE}/{kind}", Target=path)
        return new

    def remove(self, owner: str, part: str) -> None:
        """Remove a part, and the relationship of ``owner`` to it."""
        self.unrelate(owner, part)
        self.drop(part)

    def unrelate(self, owner: str, target: str) -> None:
        """Remove ``owner``'s relationships to the part ``target``, and the part that lists them once it is empty."""
        part = self._archive.relationships_of(owner)
        root = self.change(part)
        for element in root.findall(_RELATION):
            if relationship(self._archive, owner, element.get).target == target:
                root.remove(element)
        if not len(root):
            self.drop(part)

    def to_bytes(self) -> bytes:
        self._unsign()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self:
                info = self._archive.entries.get(name)
                if info is None:
                    archive.writestr(zipfile.ZipInfo(name), self.read(name), zipfile.ZIP_DEFLATED)
                elif name in self._changed or name in self._new:
                    archive.writestr(_renewed(info), self.read(name), info.compress_type)
                else:
                    _append_raw(archive, info, self._archive.whole(name))
        return stream.getvalue()

    def _unsign(self) -> None:
        """Take digital signatures away where anything differs: they hold no longer, and Excel does the same."""
        origins = [relation.target for relation in self.relations("") if relation.type == _SIGNED]
        if not origins or not self._differ():
            return
        for origin in origins:
            for signature in self.relations(origin):
                self.drop(signature.target)
            self.remove("", origin)

    def _differ(self) -> bool:
        """Whether any part does from what the file has."""
        old = self._archive
        touched = self._changed | self._new.keys()
        return bool(self._dropped) or any(one not in old.entries or self.read(one) != old.part(one) for one in touched)

    def _forget(self, part: str) -> None:
        self._trees.pop(part, None)
        self._relations.pop(part, None)
        self._changed.discard(part)

    def _declare(self, part: str, content_type: str) -> None:
        overrides = list(self.look(CONTENT_TYPES).iter(f"{TYPES}Override"))
        if any(override.get("PartName") == f"/{part}" for override in overrides):
            return
        # In order beside those of its kind, so that a part that is removed and made again gets its old place.
        root = self.change(CONTENT_TYPES)
        kind = [one for one in overrides if one.get("ContentType") == content_type]
        before = [root.index(one) + 1 for one in kind if one.get("PartName", "") < f"/{part}"]
        at = max(before, default=root.index(kind[0]) if kind else len(root))
        root.insert(at, etree.Element(f"{TYPES}Override", PartName=f"/{part}", ContentType=content_type))


def _renewed(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """An entry's directory record for new contents: date, attributes and comment stay."""
    new = copy.copy(info)
    new.flag_bits &= ~0x08
    new.extra = b""
    return new


def _append_raw(archive: zipfile.ZipFile, info: zipfile.ZipInfo, raw: bytes) -> None:
    """Append an entry that is compressed already, for which :mod:`zipfile` has no call."""
    new = _renewed(info)
    stream = archive.fp
    assert stream is not None
    stream.seek(archive.start_dir)
    new.header_offset = stream.tell()
    stream.write(new.FileHeader())
    stream.write(raw)
    archive.start_dir = stream.tell()
    archive.filelist.append(new)
