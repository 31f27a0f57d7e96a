"""Untrusted XML: parsed by expat in one pass, without a document type, entities or network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar
from xml.etree import ElementTree
from xml.parsers import expat

from selfeval_xl.errors import SelfEvalError
from selfeval_xl.lazy import lazy

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DECLARATION = (
    rb"(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:UTF|utf)-8[\"'])?(?: standalone=[\"']yes[\"'])? ?\?>)?\s*"
)
"""A pattern for the beginning of a part in UTF-8."""
MAX_TAG = 4 << 20  # bytes of one tag or comment
MAX_DEPTH = 100  # nested elements; the handlers given to ``parse`` enforce it themselves
MAX_ELEMENTS = 1_000_000  # of a small part; the styles of old, often copied workbooks reach some 100,000
Node = ElementTree.Element
YES, NO = ("1", "true"), ("0", "false")  # how XML writes truth values
T = TypeVar("T")
_OPEN = 32 << 20  # bytes of one tag, comment or text that ``grow`` takes; expat may rescan them with every chunk
_HEAD = 1 << 10  # bytes within which the first element commonly begins
_BEGINS_AT_ONCE = lazy(rb"(?:<\?xml [^<>]*?encoding=[\"'](?:UTF|utf)-8[\"'][^<>]*>)?\s*<\w")
_KNOWN = {*MAIN, RELATIONSHIPS, TYPES}
_ID = {f"{{{uri}}}id": "id" for uri in OFFICE}


class MarkupError(Exception):
    """XML that is not well-formed, or such as no office program writes."""


class DeclarationError(MarkupError):
    """XML with a document type, the place where entities are declared: no office program writes one."""


class Element(NamedTuple):
    """An XML element.  ``name`` is bare in the namespaces of workbooks, ``"{uri}name"`` in foreign ones; so are those
    of attributes, with ``r:id`` as a bare ``id``.

    ``text`` is the text before any child; ``path`` names the elements around it (``"workbook/sheets"``).
    """

    name: str
    attributes: Mapping[str, str]
    text: str
    path: str = ""


def parse(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object],
) -> None:
    """Call the handlers for each start tag, end tag and text; names come as ``"uri name"``.

    MarkupError says what is wrong and where.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            # Expat before 2.6 rescans an unclosed comment with every chunk, which can take minutes.
            if fed - parser.CurrentByteIndex > len(chunk) + MAX_TAG:
                raise MarkupError("a tag or comment that does not end")
        parser.Parse(b"", True)
    except SelfEvalError:  # a handler's own
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two for an unknown encoding
        raise MarkupError(str(error)) from error


def grow(chunks: Iterable[bytes], take: Callable[[Node, bool], object]) -> None:
    """Parse a document chunk by chunk: ``take`` gets its root after every chunk, and in the end once more with True.

    ``take`` removes finished children from the root with :func:`ended`, so that little is ever in memory.  Much quicker
    than :func:`parse`.  Names come as ``"{uri}name"``.  MarkupError says what is wrong.
    """
    builder = ElementTree.TreeBuilder()
    document = builder.start("document", {})
    parser = ElementTree.XMLParser(target=builder)
    tip, fed = document, 0
    for chunk in _without_document_type(chunks):
        _checked(parser.feed, chunk)
        newest = _tip(document)
        fed = fed + len(chunk) if newest is tip else 0
        tip = newest
        if fed > _OPEN:
            raise MarkupError("a tag, comment or text that does not end")
        if len(document):
            take(document[0], False)
    _checked(parser.close)
    take(document[0], True)


def document(data: bytes) -> Node:
    """The root of a small document; MarkupError for bad XML, and for comments, declarations and instructions."""
    if b"<!" in data or data.find(b"<?", 1) >= 0:
        raise MarkupError("a declaration, comment or instruction")
    return _checked(ElementTree.fromstring, data)


def ended(parent: Node) -> list[Node]:
    """The finished children of a growing element, removed from it: all but the last, which may still grow."""
    found = parent[:-1]
    del parent[:-1]
    return found


def parts(root: Node, complete: bool) -> Iterator[tuple[Node, Iterable[Node]]]:
    """The children of a growing root that are new or have grown, each with those within it finished since last time."""
    for part in root if complete else ended(root):
        yield part, part
    if not complete and len(root):
        yield root[0], ended(root[0])


def discard(element: Node) -> None:
    """Drop the finished contents of a growing element that nobody needs."""
    while len(element):
        shallow(ended(element))
        element = element[0]


def shallow(found: Iterable[Node]) -> None:
    """MarkupError where elements have more levels than :data:`MAX_DEPTH`."""
    level = list(found)
    for _ in range(MAX_DEPTH):
        level = [child for each in level for child in each]
        if not level:
            return
    raise MarkupError("too many levels")


def elements(chunks: Iterable[bytes]) -> Sequence[Element]:
    """The elements of a small part, in the order of their end tags."""
    taken = _Elements()
    grow(chunks, taken.take)
    return taken.found


class _Elements:
    """Takes the elements out of a growing document.  A class: closures that call each other would be a memory cycle."""

    def __init__(self) -> None:
        self.found: list[Element] = []
        self._names: dict[str, str] = {}

    def take(self, node: Node, complete: bool, depth: int = 1, path: str = "") -> None:
        """Take the elements finished since the last call."""
        if complete:
            self._add(node, depth, path)
            return
        within = f"{path}/{self._named(node.tag)}" if path else self._named(node.tag)
        for child in ended(node):
            self._add(child, depth + 1, within)
        if len(node):
            self.take(node[0], False, depth + 1, within)

    def _named(self, tag: str) -> str:
        names = self._names
        if tag not in names:
            namespace, _, local = tag[1:].rpartition("}")
            names[tag] = local if namespace in _KNOWN else tag
        return names[tag]

    def _add(self, node: Node, depth: int, path: str) -> None:
        if depth > MAX_DEPTH or len(self.found) > MAX_ELEMENTS:
            raise MarkupError("too many elements")
        name, attributes = self._named(node.tag), node.attrib
        if len(node):
            within = f"{path}/{name}" if path else name
            for child in node:
                self._add(child, depth + 1, within)
        if "}" in "".join(attributes):
            attributes = {_ID.get(key, key): value for key, value in attributes.items()}
        self.found.append(Element(name, attributes, node.text or "", path))


def _tip(element: Node) -> Node:
    """The innermost element of a growing one that was begun last."""
    for _ in range(MAX_DEPTH + 2):
        if not len(element):
            return element
        element = element[-1]
    raise MarkupError("too many levels")


def _without_document_type(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, checked up to the first element: only before it can a document type be declared."""
    rest = iter(chunks)
    first = next(rest, b"")
    if _BEGINS_AT_ONCE.match(first):
        yield first
        yield from rest
    else:
        yield from _looked_through(chain((first,), rest))


def _looked_through(chunks: Iterable[bytes]) -> Iterator[bytes]:
    guard = expat.ParserCreate()
    begun = False

    def begin(*_element: object) -> None:
        nonlocal begun
        begun = True
        guard.StartElementHandler = None

    guard.StartElementHandler = begin
    guard.StartDoctypeDeclHandler = _refuse
    fed = 0
    for chunk in chunks:
        for piece in (chunk[:_HEAD], chunk[_HEAD:]):
            if not begun:
                _checked(guard.Parse, piece, False)
                fed += len(piece)
                if fed > MAX_TAG:
                    raise MarkupError("no element begins")
        yield chunk


def _checked(feed: Callable[..., T], *piece: object) -> T:
    """Feed a parser, with its errors as MarkupError."""
    try:
        return feed(*piece)
    except (ElementTree.ParseError, expat.ExpatError, LookupError, ValueError) as error:  # ValueError: the encoding
        raise MarkupError(str(error)) from error


def _refuse(*_declaration: object) -> None:
    raise DeclarationError("a document type is declared")
