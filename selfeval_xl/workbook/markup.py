"""XML from strangers: parsed by expat in one pass, without a document type, entities or network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from xml.parsers import expat

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
MAX_TAG = 4 << 20  # bytes of one tag or comment
MAX_DEPTH = 100  # elements within elements; handlers of large parts keep to it themselves
MAX_ELEMENTS = 1_000_000  # of a small part; styles of old, much copied workbooks reach some 100,000
_KNOWN = {
    *MAIN,
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "http://schemas.openxmlformats.org/package/2006/content-types",
}


class MarkupError(Exception):
    """No well-formed XML, or XML with a document type, which no office program writes."""


class Element(NamedTuple):
    """``name`` is bare in the namespaces of workbooks, ``"uri name"`` in foreign ones; attributes go by bare names."""

    name: str
    attributes: Mapping[str, str]
    text: str


def parse(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object],
) -> None:
    """Feed the handlers; names come as ``"uri name"``.  MarkupError says what is wrong and where."""
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
            # Expat before 2.6 reads what is not closed yet anew with every chunk: minutes, for one endless comment.
            if fed - parser.CurrentByteIndex > len(chunk) + MAX_TAG:
                raise MarkupError("a tag or comment that does not end")
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise MarkupError(str(error)) from error


def elements(data: bytes) -> list[Element]:
    """The elements of a small part in the order of their ends, each with the text that stands in it directly."""
    found: list[Element] = []
    open_elements: list[tuple[dict[str, str], list[str]]] = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        open_elements.append((attributes, []))
        if len(open_elements) > MAX_DEPTH or len(found) > MAX_ELEMENTS:
            raise MarkupError("too many elements")

    def end(name: str) -> None:
        attributes, text = open_elements.pop()
        namespace, _, local = name.rpartition(" ")
        bare = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        found.append(Element(local if namespace in _KNOWN else name, bare, "".join(text)))

    parse((data,), start, end, lambda text: open_elements[-1][1].append(text))
    return found


def _refuse(*_declaration: object) -> None:
    raise MarkupError("a document type is declared")
