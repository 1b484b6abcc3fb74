"""Hostile files are refused before a library unpacks them; large documents do not pile up in memory."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digidoc.errors import TooLarge, UnreadableFile
from digidoc.ocr.source.opening import open_source
from digidoc.ocr.source.signed import _LONGEST_RANGE, is_signed
from digidoc.pdf import bombs
from digidoc.pdf.image.xobject import too_large


def _pdf(path: Path, content: bytes, *, filters: int = 0) -> Path:
    """A page with that content under so many Flate filters."""
    for _ in range(filters):
        content = zlib.compress(content, 9)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        stream = pdf.make_stream(content)
        if filters:
            stream.Filter = Array([Name.FlateDecode] * filters)
        pdf.pages[0].obj.Contents = stream
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return path


@pytest.mark.parametrize("filters", [1, 2])
def test_a_stream_that_unpacks_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filters: int) -> None:
    path = _pdf(tmp_path / "bomb.pdf", b" " * 3_000_000, filters=filters)
    with open_source(path):
        pass
    monkeypatch.setattr(bombs, "MAX_STREAM_BYTES", 2_000_000)
    with pytest.raises(TooLarge):
        open_source(path)


def test_the_keyword_is_found_across_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _pdf(tmp_path / "bomb.pdf", b" " * 30_000, filters=1)
    at = path.read_bytes().index(b"stream\n")
    monkeypatch.setattr(bombs, "MAX_STREAM_BYTES", 20_000)
    for inside in range(1, 8):
        monkeypatch.setattr(bombs, "_PIECE", at + inside)
        with pytest.raises(TooLarge):
            bombs.refuse_bomb(path)


def test_a_page_that_unpacks_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _pdf(tmp_path / "page.pdf", b"0 0 m 1 1 l S\n" * 10_000, filters=1)
    monkeypatch.setattr(bombs, "MAX_PAGE_BYTES", 100_000)
    with open_source(path) as source, pytest.raises(TooLarge):
        _ = next(iter(source.pages())).dpi


def _forms(path: Path, levels: int, *, loop: bool) -> Path:
    """Forms that each draw ten times the next one; the last one nothing, or the first."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        forms = [pdf.make_stream(b"/I Do " * 10, Type=Name.XObject, Subtype=Name.Form) for _ in range(levels)]
        for place, form in enumerate(forms):
            form.BBox = Array([0, 0, 10, 10])
            if place + 1 < levels or loop:
                form.Resources = Dictionary(XObject=Dictionary(I=forms[(place + 1) % levels]))
            else:
                form.write(b"")
        page = pdf.pages[0].obj
        page.Resources, page.Contents = Dictionary(XObject=Dictionary(I=forms[0])), pdf.make_stream(b"/I Do")
        pdf.save(path)
    return path


@pytest.mark.parametrize(("levels", "loop"), [(12, False), (1, True), (3, True)])
def test_forms_that_multiply(tmp_path: Path, levels: int, *, loop: bool) -> None:
    with open_source(_forms(tmp_path / "forms.pdf", levels, loop=loop)) as source, pytest.raises(TooLarge):
        _ = next(iter(source.pages())).dpi


def test_a_few_forms_are_fine(tmp_path: Path) -> None:
    with open_source(_forms(tmp_path / "forms.pdf", 3, loop=False)) as source:
        assert next(iter(source.pages())).image().size


def test_what_an_image_says_inside_counts() -> None:
    """A JPEG 2000 in a dictionary that claims 64 x 64; a mask larger than its image."""
    out = io.BytesIO()
    Image.new("L", (64, 64)).save(out, "JPEG2000")
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\x4f\xff\x51")
    data[at + 8 : at + 16] = (60_000).to_bytes(4, "big") * 2
    with pikepdf.new() as pdf:
        small = pdf.make_stream(out.getvalue(), Subtype=Name.Image, Width=64, Height=64, Filter=Name.JPXDecode)
        huge = pdf.make_stream(bytes(data), Subtype=Name.Image, Width=64, Height=64, Filter=Name.JPXDecode)
        masked = pdf.make_stream(b"", Subtype=Name.Image, Width=64, Height=64, SMask=huge)
        assert [too_large(image) for image in (small, huge, masked)] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "make", "size"),
    [
        ("rgb.jpg", lambda size: Image.new("RGB", size), (7100, 7100)),
        ("cmyk.jpg", lambda size: Image.new("CMYK", size), (6000, 6000)),
        ("rgba.png", lambda size: Image.new("RGBA", size), (6000, 6000)),
    ],
)
def test_images_that_would_take_too_much(
    tmp_path: Path, name: str, make: Callable[[tuple[int, int]], Image.Image], size: tuple[int, int]
) -> None:
    make(size).save(tmp_path / name, compress_level=1)
    with pytest.raises(TooLarge), open_source(tmp_path / name) as source:
        next(iter(source.pages())).image()


def test_a_byte_range_is_found_wherever_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = b"/ByteRange [0 100 200 300]"
    for piece in range(_LONGEST_RANGE + 1, _LONGEST_RANGE + 60):
        monkeypatch.setattr("digidoc.ocr.source.signed._PIECE", piece)
        path = tmp_path / "remains"
        path.write_bytes(b" " * _LONGEST_RANGE + found + b" " * 700)
        assert is_signed(path, None)


def test_deep_pixels_become_eight_bits_whatever_their_range(tmp_path: Path) -> None:
    """More rows than are converted at once; a range of 16 bits, a range of its own, no range at all."""
    rows = np.arange(600, dtype=np.int32)[:, None].repeat(50, axis=1)
    for values, first, last in ((rows * 100, 0, 59_900 // 257), (rows * 1_000, 0, 255), (rows * 0 + 70_000, 0, 0)):
        Image.fromarray(values).save(tmp_path / "deep.tif")
        with open_source(tmp_path / "deep.tif") as source:
            image = next(iter(source.pages())).image()
        assert (image[0, 0], image[-1, 0]) == (first, last)
        assert (np.diff(image.astype(int), axis=0) >= 0).all()


def _scan_pdf(path: Path) -> bytes:
    """A page that shows one image, which lies at the end of the file."""
    out = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(out, "JPEG")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        image = pdf.make_stream(out.getvalue(), Subtype=Name.Image, Width=300, Height=300, Filter=Name.DCTDecode)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        page = pdf.pages[0].obj
        page.Contents = pdf.make_stream(b"200 0 0 200 0 0 cm /I Do")
        page.Resources = Dictionary(XObject=Dictionary(I=image))
        pdf.save(path)
    return path.read_bytes()


def test_a_file_that_is_cut_off_does_not_become_a_blank_page(tmp_path: Path) -> None:
    whole = _scan_pdf(tmp_path / "whole.pdf")
    with open_source(tmp_path / "whole.pdf") as source:
        assert next(iter(source.pages())).image().std() > 10
    (tmp_path / "cut.pdf").write_bytes(whole[: whole.index(b"\xff\xd8\xff") + 5000])
    with pytest.raises(UnreadableFile, match="cut off"), open_source(tmp_path / "cut.pdf") as source:
        next(iter(source.pages())).image()


def test_a_chain_of_tiff_frames_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [Image.new("L", (8, 8), 255)] * 5
    frames[0].save(tmp_path / "chain.tif", save_all=True, append_images=frames[1:])
    monkeypatch.setattr("digidoc.ocr.source.image.MAX_PAGES", 5)
    with open_source(tmp_path / "chain.tif") as source:
        assert source.page_count == 5
    monkeypatch.setattr("digidoc.ocr.source.image.MAX_PAGES", 4)
    with pytest.raises(TooLarge):
        open_source(tmp_path / "chain.tif")
