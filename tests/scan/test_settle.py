"""When a file that a scanner drops is whole: by its own structure, at whatever byte it is cut."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digidoc.scan.settle import CUT_OFF_SECONDS, Facts, Settling, is_unfinished, is_whole

Save = Callable[[Image.Image, Path], None]


def _picture(number: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(number).integers(0, 255, (60, 50, 3), np.uint8))


KINDS: dict[str, Save] = {
    "jpg": lambda image, path: image.save(path),
    "png": lambda image, path: image.save(path),
    "webp": lambda image, path: image.save(path),
    "bmp": lambda image, path: image.save(path),
    "gif": lambda image, path: image.save(path),
    "jp2": lambda image, path: image.save(path),
    "avif": lambda image, path: image.save(path),
    "tif": lambda image, path: image.save(path, save_all=True, append_images=[_picture(1), _picture(2)]),
    "pdf": lambda image, path: image.save(path, save_all=True, append_images=[_picture(1)]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_is_whole_and_a_cut_one_is_not(tmp_path: Path, kind: str) -> None:
    whole = tmp_path / f"whole.{kind}"
    KINDS[kind](_picture(), whole)
    assert is_whole(whole) is True
    data = whole.read_bytes()
    cut = tmp_path / "cut"
    for length in np.linspace(16, len(data) - 70, 60, dtype=int):
        cut.write_bytes(data[:length])
        assert is_whole(cut) is False, (kind, length, len(data))


def test_big_tiff_and_a_tiff_whose_directory_comes_later(tmp_path: Path) -> None:
    path = tmp_path / "big.tif"
    _picture().save(path, big_tiff=True)
    assert is_whole(path)
    path.write_bytes(path.read_bytes()[:-200])
    assert is_whole(path) is False
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 0))
    assert is_whole(path) is False


def test_zeros_behind_the_end_do_no_harm_and_other_kinds_cannot_be_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    _picture().save(path)
    path.write_bytes(path.read_bytes() + bytes(32))
    assert is_whole(path)
    path.write_bytes(b"P6 1 1 255\n   ")
    assert is_whole(path) is None
    assert is_whole(tmp_path / "gone") is None


@pytest.mark.parametrize(
    ("name", "unfinished"),
    [("a.pdf", False), ("a.pdf.part", True), ("a.TMP", True), (".a", True), ("~$a.pdf", True), ("a.pdf~", True)],
)
def test_names_of_files_that_are_being_written(name: str, unfinished: bool) -> None:
    assert is_unfinished(name) is unfinished


def test_a_file_is_taken_when_it_is_whole_and_stands_still(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    _picture().save(path)
    data = path.read_bytes()
    settling = Settling(10.0)
    assert settling.look({path: Facts(100, 1)}, 0.0) == ([], [])
    assert settling.look({path: Facts(200, 2)}, 9.0) == ([], [])  # it grew
    assert settling.look({path: Facts(200, 2)}, 18.0) == ([], [])
    assert settling.look({path: Facts(200, 2)}, 19.0) == ([path], [])
    assert settling.look({}, 20.0) == ([], [])  # it vanished
    assert settling.look({path: Facts(200, 2)}, 21.0) == ([], [])
    path.write_bytes(data[:-100])  # a scanner that pauses
    assert settling.look({path: Facts(200, 2)}, 40.0) == ([], [])
    assert settling.look({path: Facts(200, 2)}, 21.0 + CUT_OFF_SECONDS) == ([], [path])
    settling.forget(path)
    assert settling.look({path: Facts(200, 2)}, 2000.0) == ([], [])
