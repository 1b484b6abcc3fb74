"""Images as sources: what is displayed, at what dpi, and what is refused."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digidoc.errors import (
    EmptyInput,
    FileMissing,
    FolderExpected,
    InputError,
    TooLarge,
    UnreadableFile,
    UnsupportedFormat,
)
from digidoc.ocr.source.opening import open_source
from digidoc.ocr.source.resolution import dpi_of


def _corner(width: int = 60, height: int = 40) -> Image.Image:
    """White, with a dark top left quarter."""
    image = Image.new("L", (width, height), 255)
    image.paste(20, (0, 0, width // 2, height // 2))
    return image


def _dark_quarter(array: np.ndarray) -> str:
    height, width = array.shape[:2]
    grey = array if array.ndim == 2 else array.mean(axis=2)
    parts = {
        "top left": grey[: height // 2, : width // 2],
        "top right": grey[: height // 2, width // 2 :],
        "bottom left": grey[height // 2 :, : width // 2],
        "bottom right": grey[height // 2 :, width // 2 :],
    }
    return min(parts, key=lambda name: float(parts[name].mean()))


WHERE = {1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left"}
WHERE |= {5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left"}


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".png", ".webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_honoured(tmp_path: Path, suffix: str, orientation: int) -> None:
    path = tmp_path / f"scan{suffix}"
    exif = Image.Exif()
    exif[0x0112] = orientation
    if suffix == ".tif":
        _corner().save(path, tiffinfo={274: orientation}, dpi=(200, 100))
    else:
        _corner().save(path, exif=exif, dpi=(200, 100))
    with open_source(path) as source:
        (page,) = source.pages()
        array = page.image()
        if suffix != ".webp":
            assert page.dpi == pytest.approx((200, 100) if orientation < 5 else (100, 200), rel=0.01)
    assert array.shape[:2] == ((40, 60) if orientation < 5 else (60, 40))
    assert _dark_quarter(array) == WHERE[orientation]


@pytest.mark.parametrize(
    ("width", "height", "claimed", "dpi"),
    [
        (2480, 3508, (300, 300), (300, 300)),
        (1654, 2339, None, (200, 200)),  # A4 at 200 dpi
        (2339, 1654, (0, 0), (200, 200)),  # lying
        (1654, 2339, (4800, 4800), (200, 200)),  # implausible claim
        (3024, 4032, (72, 72), (200, 200)),  # a phone's default: no page is 56 inches high
        (595, 842, (72, 72), (72, 72)),  # A4 at 72 dpi is possible
        (1000, 1000, None, (200, 200)),
        (1000, 1000, ("x", None), (200, 200)),
    ],
)
def test_dpi(width: int, height: int, claimed: object, dpi: tuple[float, float]) -> None:
    assert dpi_of(width, height, claimed) == pytest.approx(dpi, rel=0.002)


def test_tiff_pages_without_thumbnail(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    pages = [Image.new("L", (30 + n, 20), 10 * n) for n in range(3)]
    pages[1].encoderinfo = {"tiffinfo": {254: 1}}
    pages[0].save(path, save_all=True, append_images=pages[1:])
    with open_source(path) as source:
        assert source.page_count == 2
        assert [page.image().shape for page in source.pages()] == [(20, 30), (20, 32)]


def test_tiff_chain_that_loops_ends(tmp_path: Path) -> None:
    path = tmp_path / "loop.tif"
    Image.new("1", (16, 16)).save(path)
    data = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", data, 4)[0]
    entries = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)
    path.write_bytes(data)
    with open_source(path) as source:
        assert source.page_count == 1


def test_deep_grey_is_scaled(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    png, tiff, pgm = tmp_path / "deep.png", tmp_path / "float.tif", tmp_path / "deep.pgm"
    Image.fromarray(values).save(png)
    Image.fromarray(values.astype(np.float32) * 1000).save(tiff)
    pgm.write_bytes(b"P5 16 16 65535\n" + values.astype(">u2").tobytes())
    for path in (png, tiff, pgm):
        with open_source(path) as source:
            (page,) = source.pages()
            assert page.image().dtype == np.uint8
            assert np.abs(page.image().ravel().astype(int) - np.arange(256)).max() <= 1, path.name


def test_twelve_bit_tiff(tmp_path: Path) -> None:
    path = tmp_path / "twelve.tif"
    packed = bytes([0xFF, 0xF0, 0x00] * 8)  # white, black, white, black …
    tags = [(256, 4), (257, 4), (258, 12), (259, 1), (262, 1), (273, 8), (277, 1), (278, 4), (279, 24)]
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8 + len(packed)) + packed + body + b"\0" * 4)
    with open_source(path) as source:
        (page,) = source.pages()
        assert page.image()[0].tolist() == [255, 0, 255, 0]


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.putpixel((0, 0), (255, 0, 0, 255))
    image.save(path)
    with open_source(path) as source:
        (page,) = source.pages()
        array = page.image()
    assert array[0, 0].tolist() == [255, 0, 0]
    assert array[1, 1].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        (".jpg", "image/jpeg"),
        (".png", "image/png"),
        (".tif", "image/tiff"),
        (".webp", "image/webp"),
        (".avif", "image/avif"),
        (".jp2", "image/jp2"),
        (".bmp", "image/bmp"),
        (".gif", "image/gif"),
        (".ppm", "image/x-portable-anymap"),
    ],
)
def test_formats_by_their_bytes(tmp_path: Path, suffix: str, media_type: str) -> None:
    out = io.BytesIO()
    _corner().convert("RGB").save(out, {".jpg": "JPEG", ".tif": "TIFF", ".jp2": "JPEG2000"}.get(suffix, suffix[1:]))
    path = tmp_path / "name-says-nothing"
    path.write_bytes(out.getvalue())
    with open_source(path) as source:
        (page,) = source.pages()
        assert source.media_type == media_type
        assert not source.signed
        assert page.text is None
        assert _dark_quarter(page.image()) == "top left"


def test_broken_heic(tmp_path: Path) -> None:
    path = tmp_path / "broken.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 64)
    with pytest.raises(UnreadableFile):
        open_source(path)


def test_large_pages_are_scaled_down(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("1", (9000, 6000), 1).save(path, dpi=(600, 600))
    with open_source(path) as source:
        (page,) = source.pages()
        height, width = page.image().shape
        assert width * height <= 40_000_000
        assert page.dpi == pytest.approx((600 * width / 9000, 600 * height / 6000), rel=1e-3)


def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    path = tmp_path / "bomb.png"
    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b""))
    with pytest.raises(TooLarge):
        open_source(path)


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        open_source(tmp_path / "none.pdf")
    with pytest.raises(FolderExpected):
        open_source(tmp_path)
    cases: list[tuple[bytes, type[InputError]]] = [
        (b"", EmptyInput),
        (b"PK\x03\x04 a word processor's file", UnsupportedFormat),
        (b"%!PS-Adobe-3.0 EPSF-3.0", UnsupportedFormat),
        (b"\x89PNG\r\n\x1a\n garbage", UnreadableFile),
        (b"%PDF-1.7 garbage", UnreadableFile),
    ]
    for number, (content, error) in enumerate(cases):
        path = tmp_path / f"case{number}"
        path.write_bytes(content)
        with pytest.raises(error) as caught:
            open_source(path)
        assert caught.value.file == str(path)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".bmp"])
def test_truncated_pixels_are_not_taken_for_a_page(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cut{suffix}"
    Image.effect_noise((200, 200), 50).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    with open_source(path) as source:
        with pytest.raises(UnreadableFile):
            next(iter(source.pages())).image()
        with pytest.raises(UnreadableFile):  # Pillow itself complains only once
            source.content(0)
    with open_source(path) as source, pytest.raises(UnreadableFile):
        source.content(0)
