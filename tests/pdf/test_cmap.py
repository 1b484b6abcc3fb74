"""ToUnicode maps: what is written is read again, what others write is read, and what cannot be is refused."""

import pytest

from digidoc.pdf.font.cmap import read_cmap, write_cmap


@pytest.mark.parametrize("width", [1, 2])
def test_what_is_written_is_read_again(width: int) -> None:
    known = {65: "A", 66: "B", 67: "C", 90: "fi", 91: "𝔸", 200: "ạ", 201: "Ả", 255: "ÿ"}
    assert read_cmap(write_cmap(known, width)) == known


def test_runs_end_where_the_last_byte_ends() -> None:
    known = {code: chr(code) for code in range(0x1EF0, 0x1F10)}
    written = write_cmap(known, 2)
    assert read_cmap(written) == known
    assert b"<1EF0><1EFF><1EF0>" in written
    assert b"<1F00><1F0F><1F00>" in written


def test_what_no_code_may_stand_for_is_left_out() -> None:
    assert read_cmap(write_cmap({1: "\0", 2: "\ufeff", 3: "", 4: "x", 300: "y"}, 1)) == {4: "x"}


def test_maps_as_other_programs_write_them() -> None:
    cmap = b"""2 beginbfchar <01> <0041> <02><D835DD38> endbfchar
    2 beginbfrange <10> <12> [<0061> <00660069> <0063>] <20><21> <1EA1> endbfrange"""
    assert read_cmap(cmap) == {1: "A", 2: "𝔸", 16: "a", 17: "fi", 18: "c", 32: "ạ", 33: "Ả"}


@pytest.mark.parametrize(
    "cmap",
    [
        b"/Other usecmap 1 beginbfchar <01> <0041> endbfchar",
        b"1 beginbfrange [ <01> <02> endbfrange",
        b"1 beginbfrange <01> <05> [ <0041> endbfrange",
        b"2 beginbfrange <000000> <FFFFFF> <0041> endbfrange",
    ],
)
def test_a_map_that_cannot_be_read_is_refused(cmap: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_cmap(cmap)
