"""PDFs written byte by byte, for structures that no library would write today."""

from collections.abc import Mapping
from dataclasses import dataclass, field

CONTENT = b"BT /F 20 Tf 250 400 Td (1000) Tj ET"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def one_page() -> dict[int, bytes]:
    """Objects of a document with one page: 1 catalogue, 2 page tree, 3 page, 4 content, 5 font."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        4: stream(CONTENT),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }


@dataclass
class Raw:
    """A file in the making; `offsets` are where its objects begin (absolute)."""

    data: bytearray = field(default_factory=lambda: bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"))
    offsets: dict[int, int] = field(default_factory=dict)
    last: int = 0

    def add(self, objects: Mapping[int, bytes]) -> dict[int, int]:
        places = {}
        for number, body in objects.items():
            places[number] = len(self.data)
            self.data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self.offsets |= places
        return places

    def table(
        self, places: Mapping[int, int], trailer: bytes = b"", size: int | None = None, eol: bytes = b"\n"
    ) -> None:
        start = len(self.data)
        self.data += b"xref\n0 1\n0000000000 65535 f \n"
        for number, place in sorted(places.items()):
            self.data += b"%d 1\n%010d 00000 n \n" % (number, place)
        size = size or max(self.offsets) + 1
        previous = b" /Prev %d" % self.last if self.last else b""
        self.data += b"trailer\n<< /Size %d /Root 1 0 R%s %s >>\n" % (size, previous, trailer)
        self.data += b"startxref\n%d\n%%%%EOF" % start + eol
        self.last = start

    def object_stream(self, number: int, objects: Mapping[int, bytes]) -> None:
        head, bodies = b"", b""
        for inner, body in objects.items():
            head += b"%d %d " % (inner, len(bodies))
            bodies += body + b" "
        entries = b"/Type /ObjStm /N %d /First %d" % (len(objects), len(head))
        self.add({number: stream(head + bodies, entries)})

    def xref_stream(self, number: int, rows: Mapping[int, tuple[int, int, int]], *, size: int, end: bool = True) -> int:
        """A cross-reference stream as object `number`; rows are (type, where, generation or index)."""
        start = len(self.data)
        rows = {0: (0, 0, 65535), **rows, number: (1, start, 0)} if end else dict(rows)
        index = b" ".join(b"%d 1" % key for key in sorted(rows))
        content = b"".join(
            bytes((kind,)) + where.to_bytes(4, "big") + last.to_bytes(2, "big")
            for _, (kind, where, last) in sorted(rows.items())
        )
        entries = b"/Type /XRef /Size %d /W [1 4 2] /Index [%s] /Root 1 0 R" % (size, index)
        self.add({number: stream(content, entries)})
        if end:
            self.data += b"startxref\n%d\n%%%%EOF\n" % start
            self.last = start
        return start


def plain() -> bytes:
    raw = Raw()
    raw.table(raw.add(one_page()))
    return bytes(raw.data)


def without_last_newline() -> bytes:
    raw = Raw()
    raw.table(raw.add(one_page()), eol=b"")
    return bytes(raw.data)


def junk_after_the_end() -> bytes:
    return plain() + b"\0" * 300 + b"\n-- scanned by nobody --\n"


def junk_before_the_header() -> bytes:
    """As printers' spoolers leave it: the offsets count from the file's very beginning."""
    raw = Raw(data=bytearray(b"\x1b%-12345X@PJL JOB\n%PDF-1.4\n"))
    raw.table(raw.add(one_page()))
    return bytes(raw.data)


def junk_that_shifts() -> bytes:
    """The offsets count from the header."""
    return b"\x1b%-12345X@PJL JOB\n" + plain()


def object_stream(*, form: bool = False) -> bytes:
    """Everything but the content lies in an object stream, an empty form too when asked for."""
    raw, objects = Raw(), one_page()
    packed = {number: objects[number] for number in (1, 2, 3, 5)}
    if form:
        packed[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>"
        packed[8] = b"<< /Fields [] /SigFlags 0 >>"
    raw.add({4: objects[4]})
    raw.object_stream(6, packed)
    rows = {number: (2, 6, place) for place, number in enumerate(packed)}
    rows |= {number: (1, place, 0) for number, place in raw.offsets.items()}
    raw.xref_stream(7, rows, size=9)
    return bytes(raw.data)


def hybrid() -> bytes:
    """As word processors write it: a table, and a stream beside it with what lies in object streams."""
    raw, objects = Raw(), one_page()
    raw.add({number: objects[number] for number in (1, 2, 4)})
    raw.object_stream(6, {3: objects[3], 5: objects[5]})
    places = dict(raw.offsets)
    hidden = {3: (2, 6, 0), 5: (2, 6, 1)}
    start = raw.xref_stream(7, hidden, size=8, end=False)
    raw.table(places, b"/XRefStm %d" % start, size=8)
    return bytes(raw.data)


def chain() -> bytes:
    """Three revisions: a title is added, then the page is replaced."""
    raw = Raw()
    raw.table(raw.add(one_page()))
    raw.table(raw.add({6: b"<< /Title (one) >>"}), b"/Info 6 0 R")
    raw.table(raw.add({3: one_page()[3].replace(b"595 842", b"600 850")}), b"/Info 6 0 R")
    return bytes(raw.data)


def inherited() -> bytes:
    """The page has its size, resources and rotation from two levels up; its annotations are an indirect array."""
    objects = one_page()
    objects[2] = (
        b"<< /Type /Pages /Kids [6 0 R] /Count 1 /MediaBox [0 0 842 595] /Rotate 90"
        b" /Resources << /Font << /F 5 0 R >> >> >>"
    )
    objects[6] = b"<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>"
    objects[3] = b"<< /Type /Page /Parent 6 0 R /Contents [4 0 R] /Annots 7 0 R >>"
    objects[7] = b"[8 0 R]"
    objects[8] = b"<< /Type /Annot /Subtype /Link /Rect [10 10 50 50] /Border [0 0 0] >>"
    raw = Raw()
    raw.table(raw.add(objects))
    return bytes(raw.data)


def text_field(*, direct: bool) -> bytes:
    """A form with a text field that bears the name a signature would get."""
    objects = one_page()
    form = b"<< /Fields [6 0 R] /DA (/Helv 0 Tf 0 g) >>"
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm %s >>" % (form if direct else b"7 0 R")
    objects[6] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Signature1) /V (so 1) /Rect [50 50 150 70] /P 3 0 R /F 4 >>"
    )
    objects[3] = objects[3].replace(b" /Contents", b" /Annots [6 0 R] /Contents")
    if not direct:
        objects[7] = form
    raw = Raw()
    raw.table(raw.add(objects))
    return bytes(raw.data)


def empty_form() -> bytes:
    """A form dictionary without /Fields."""
    objects = one_page()
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>"
    objects[6] = b"<< /DR << >> >>"
    raw = Raw()
    raw.table(raw.add(objects))
    return bytes(raw.data)


def without_page() -> bytes:
    objects = one_page()
    objects[2] = b"<< /Type /Pages /Kids [] /Count 0 >>"
    raw = Raw()
    raw.table(raw.add(objects))
    return bytes(raw.data)


def page_tree_that_loops() -> bytes:
    objects = one_page()
    objects[2] = b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    raw = Raw()
    raw.table(raw.add(objects))
    return bytes(raw.data)


def revisions_that_loop() -> bytes:
    raw = Raw()
    places = raw.add(one_page())
    raw.last = len(raw.data)
    raw.table(places)
    return bytes(raw.data)
