"""One file for reading aloud and for keeping: PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) at once.

What WeasyPrint 70 leaves undone is repaired in its `finisher` hook, before the file is written. Each repair names
its reason, so that it can go when upstream does the same (Kozea/WeasyPrint#2903, #1836, #2482).
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pydyf
import weasyprint
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import tags

SUPPORTED = "70."
# ISO 19005-3, 6.1.7.1: the length of a stream ends before the line break that precedes «endstream». Data that ends
# in a line break itself makes that ambiguous, and WeasyPrint compresses without looking.
AMBIGUOUS = re.compile(rb"[\r\n]\nendstream")
# Elements that WeasyPrint cuts where a page or a column ends, and that are one for who listens.
CUT = {
    "/Sect", "/Div", "/L", "/LI", "/LBody", "/P", "/Table", "/TBody", "/Art", "/Part", "/BlockQuote", "/NonStruct",
    "/Note",
}  # fmt: skip

# PDF/A-3, 6.6.2.3.3: a property of another schema than those of XMP must be described. PDF/UA's is one.
UA_SCHEMA = """<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def remember_boxes() -> bool:
    """Let WeasyPrint note on each structure element of which box it is; False where its version is another one.

    The smallest patch: neither the file nor the hook can tell afterwards what an element came from.
    """
    if not weasyprint.__version__.startswith(SUPPORTED):
        return False
    original = tags._build_box_tree
    if getattr(original, "remembers", False):
        return True

    def build(box: Any, *rest: Any) -> Iterator[Any]:
        placed = box._box if isinstance(box, AbsolutePlaceholder) else box
        for element in original(box, *rest):
            if not hasattr(element, "box"):
                element.box = placed
            yield element

    setattr(build, "remembers", True)  # noqa: B010  a mark that no type knows
    tags._build_box_tree = build
    return True


def write(document: Any, attachments: Callable[[], list], **options: Any) -> bytes:
    """The PDF of a laid out document, repaired.

    `attachments()` gives WeasyPrint's attachments, which serve once; `options` are those of its write_pdf().
    """
    data = b""
    for filler in range(8):  # one is enough but for one file in a hundred
        data = document.write_pdf(
            finisher=functools.partial(finish, filler=filler),
            pdf_variant="pdf/a-3a",
            attachments=attachments(),
            **options,
        )
        if not AMBIGUOUS.search(data):
            break
    return data


def finish(document: Any, pdf: pydyf.PDF, filler: int = 0) -> None:
    """The finisher that WeasyPrint calls with its document and the PDF that it is about to write.

    `filler` objects nobody refers to change how the file's own tables are packed.
    """
    tree = _Tree(document, pdf)
    tree.name_links()
    tree.mark_notes()
    tree.mark_languages()
    tree.mark_heads()
    tree.drop_empty(tree.root)
    tree.join(tree.root)
    tree.leave_out_what_nobody_reads()
    _claim_both(pdf)
    _end_streams(pdf)
    for number in range(filler):
        pdf.add_object(pydyf.Dictionary({"Filler": number}))


class _Tree:
    """The structure tree as WeasyPrint has built it: pydyf dictionaries that know their boxes."""

    def __init__(self, document: Any, pdf: pydyf.PDF) -> None:
        self.pdf = pdf
        self.language = document.metadata.lang
        self.elements = [
            thing for thing in pdf.objects if isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructElem"
        ]
        self.by_reference = {element.reference: element for element in self.elements}
        top = self.get(pdf.catalog["StructTreeRoot"])
        self.root = self.by_reference[top["K"][0]]
        self.parents = self.get(top["ParentTree"])["Nums"]

    def get(self, reference: Any) -> Any:
        return self.pdf.objects[int(reference.split()[0])]

    def children(self, element: Any) -> list[Any]:
        """The structure elements below `element`; marks and annotations are left out."""
        return [self.by_reference[kid] for kid in element["K"] if kid in self.by_reference]

    def dom(self, element: Any) -> Any:
        """The HTML element of a structure element, or None."""
        return getattr(getattr(element, "box", None), "element", None)

    def name(self, element: Any) -> str:
        """The HTML name with the pseudo-element: span::footnote-call."""
        return getattr(getattr(element, "box", None), "element_tag", None) or ""

    def name_links(self) -> None:
        """A link is described by its words: WeasyPrint writes the name of its target (ISO 14289-1, 7.18.5)."""
        for element in self.elements:
            annotation = getattr(getattr(element, "box", None), "link_annotation", None)
            dom = self.dom(element)
            if annotation and dom is not None:
                words = " ".join("".join(dom.itertext()).split())
                annotation["Contents"] = pydyf.String(dom.get("aria-label") or words or dom.get("href", ""))

    def mark_notes(self) -> None:
        """A footnote is a Note with a name of its own, its number in the text a Reference (ISO 14289-1, 7.9)."""
        names: dict[int, str] = {}
        for element in self.elements:
            dom = self.dom(element)
            if dom is None or "::" in self.name(element):
                continue
            kind = dom.get("class", "").split()
            if "call" in kind and element["S"] in ("/Span", "/NonStruct"):
                element["S"] = "/Reference"
            elif "footnote" in kind and element["S"] == "/Div":
                name = names.setdefault(id(dom), f"note-{len(names) + 1}")
                element["S"], element["ID"] = "/Note", pydyf.String(name)

    def mark_languages(self) -> None:
        """What is written in another language says so (ISO 14289-1, 7.2; WCAG 2.2, 3.1.2)."""
        for element in self.elements:
            dom = self.dom(element)
            if dom is not None and dom.tag not in ("html", "body") and dom.get("lang", self.language) != self.language:
                element["Lang"] = pydyf.String(dom.get("lang"))

    def mark_heads(self) -> None:
        """A head cell says of what it is the head (ISO 14289-1, 7.5); a head repeated on a page is read once."""
        first: dict[int, Any] = {}
        again: dict[bytes, bytes] = {}
        for element in self.elements:
            dom = self.dom(element)
            if element["S"] == "/TH":
                element["A"]["Scope"] = "/Row" if dom.get("scope") == "row" else "/Column"
                if id(dom) in first and "ID" in element:
                    again[element["ID"].string] = first[id(dom)]["ID"]
                first.setdefault(id(dom), element)
            elif element["S"] == "/THead" and first.setdefault(id(dom), element) is not element:
                self.by_reference[element["P"]]["K"].remove(element.reference)
        for element in self.elements:
            headers = element.get("A", {}).get("Headers") if isinstance(element.get("A"), dict) else None
            if headers:
                element["A"]["Headers"] = pydyf.Array([again.get(header.string, header) for header in headers])

    def join(self, element: Any) -> None:
        """Join what the end of a page or column has cut: a list stays one list (Kozea/WeasyPrint#2903)."""
        kids: list[Any] = []
        last = None
        for kid in element["K"]:
            child = self.by_reference.get(kid)
            if child is not None and last is not None and self.is_cut(last, child):
                for grandchild in child["K"]:
                    last["K"].append(grandchild)
                    if grandchild in self.by_reference:
                        self.by_reference[grandchild]["P"] = last.reference
            else:
                kids.append(kid)
                last = child
        element["K"] = pydyf.Array(kids)
        for child in self.children(element):
            self.join(child)

    def drop_empty(self, element: Any) -> bool:
        """Take away below `element` what holds nothing, such as emptied footnote areas; whether it is empty itself."""
        empty = {child.reference for child in self.children(element) if self.drop_empty(child)}
        element["K"] = pydyf.Array(kid for kid in element["K"] if not isinstance(kid, bytes | str) or kid not in empty)
        return not element["K"] and element["S"] in ("/NonStruct", "/Span", "/Div")

    def is_cut(self, before: Any, after: Any) -> bool:
        """Whether two neighbours are parts of one element of the document."""
        dom = self.dom(before)
        return (
            dom is not None
            and dom is self.dom(after)
            and before["S"] == after["S"]
            and before["S"] in CUT
            and self.name(before) == self.name(after)
        )

    def leave_out_what_nobody_reads(self) -> None:
        """Running heads and repeated heads become artifacts (ISO 14289-1, 7.8; Kozea/WeasyPrint#1836).

        WeasyPrint marks them as content and then leaves their elements out of the tree.
        """
        reached: set[bytes] = set()
        todo = [self.root]
        while todo:
            element = todo.pop()
            reached.add(element.reference)
            todo += self.children(element)
        for page, marks in enumerate(self.parents[1::2]):
            if not isinstance(marks, list):
                continue  # an annotation, not a page
            lost = {mark for mark, reference in enumerate(marks) if reference not in reached}
            for mark in lost:
                marks[mark] = "null"
            contents = self.get(self.get(self.pdf.page_references[page])["Contents"])
            for place, word in enumerate(contents.stream):
                if word == b"BDC" and contents.stream[place - 1].get("MCID") in lost:
                    contents.stream[place - 2 : place] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]


def _claim_both(pdf: pydyf.PDF) -> None:
    """Say PDF/UA beside PDF/A: WeasyPrint claims one of them (Kozea/WeasyPrint#2482)."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    text = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in metadata.stream)
    end = b"</rdf:RDF>"
    metadata.stream = [text.replace(end, UA_SCHEMA.encode() + end, 1)]
    metadata.compress = False  # ISO 19005-3, 6.6.2: readers find it without a filter


def _end_streams(pdf: pydyf.PDF) -> None:
    """Compress each stream so that its data does not end in a line break."""
    for stream in pdf.objects:
        if not isinstance(stream, pydyf.Stream) or not stream.compress:
            continue
        raw = b"\n".join(part if isinstance(part, bytes) else pydyf._to_bytes(part) for part in stream.stream)
        packed, filters = zlib.compress(raw, 9), "/FlateDecode"
        if packed[-1:] in (b"\r", b"\n"):
            # The last bytes are the data's own checksum, whatever the level: one in 128 is written in hexadecimal.
            packed, filters = packed.hex().encode() + b">", pydyf.Array(["/ASCIIHexDecode", "/FlateDecode"])
        stream.stream, stream.compress = [packed], False
        stream.extra = {**stream.extra, "Filter": filters}
