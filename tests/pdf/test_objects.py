"""Values of PDF objects come out the same whether pikepdf puts them into a file or they are written as bytes."""

import io

import pikepdf

from digidoc.pdf.objects import Indirect, Stream, Value, add_to, indirect_in, written

_DATA = b"0 1 0 rg " * 50
_PAGES = Indirect({"Type": "Pages", "Kids": [], "Count": 0})
_SHARED = Indirect({"Kind": "Shared", "Odd name": "A#B (c)", "Said": rb"a (b) \ c"})
_VALUE = Stream(
    {
        "Numbers": [1, -2, 0.5, 1.089, 100.0, True],
        "Both": {"One": _SHARED, "Other": _SHARED},
        "Inner": Stream({}, b"as it is", packed=False),
    },
    _DATA,
)


def _check(found: pikepdf.Object) -> None:
    assert [float(each) for each in list(found.Numbers)[:5]] == [1, -2, 0.5, 1.089, 100]
    assert found.Numbers[5] is True
    assert found.Both.One.objgen == found.Both.Other.objgen
    assert found.Both.One["/Odd name"] == pikepdf.Name("/A#B (c)")
    assert bytes(found.Both.One.Said) == rb"a (b) \ c"
    assert found.Inner.read_bytes() == b"as it is"
    assert found.read_bytes() == _DATA


def test_by_pikepdf() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.Root.Made = add_to(pdf, _VALUE)
        pdf.save(out)
    with pikepdf.open(out) as pdf:
        _check(pdf.Root.Made)


def test_as_bytes() -> None:
    objects: list[Indirect | Stream] = [
        *indirect_in(_VALUE),
        _PAGES,
        Indirect({"Type": "Catalog", "Pages": _PAGES, "Made": _VALUE}),
    ]
    assert objects[-3] is _VALUE
    assert len(objects) == 5
    numbers = {id(each): number for number, each in enumerate(objects, 1)}
    file, places = b"%PDF-1.7\n", []
    for each in objects:
        places.append(len(file))
        body = written(each, lambda one: numbers[id(one)])
        file += b"%d 0 obj\n%s\nendobj\n" % (numbers[id(each)], body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 6 /Root 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(file)
    with pikepdf.open(io.BytesIO(file + b"xref\n0 6\n0000000000 65535 f \n" + table + end)) as pdf:
        assert not pdf.get_warnings()
        _check(pdf.Root.Made)


def test_a_value_without_references_needs_no_object() -> None:
    plain: Value = {"A": [1, "Name", b"text"]}
    assert list(indirect_in(plain)) == []
