"""ICC profiles: which ones PDF/A-2 takes, sRGB, and one of our own for CMYK pixels that come without."""

import struct
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
_CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
_HEADER = 128
_DATE = slice(24, 36)  # ICC.1:2001-04, 6.1: year, month, day, hour, minute, second of the profile
_FIXED_DATE = (2000, 1, 1, 0, 0, 0)
_MAX_VERSION = 4  # ISO 19005-2, 6.2.4.2
_GRID = 9
_LINEAR_BELOW = 0.04045
_D50 = (0.9642, 1.0, 0.8249)
# Linear sRGB to XYZ under D50 (Bradford-adapted), as in the sRGB ICC profile.
_TO_XYZ = np.array([[0.4360, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])


def usable_icc(profile: bytes | None, colors: int) -> bytes | None:
    """The profile if PDF/A-2 takes it for that many components (ISO 19005-2, 6.2.4.2), else None."""
    if profile is None or len(profile) < _HEADER or profile[36:40] != b"acsp":
        return None
    size = int.from_bytes(profile[:4], "big")
    fits = profile[16:20] == _SPACES.get(colors) and profile[12:16] in _CLASSES
    return profile[:size] if fits and profile[8] <= _MAX_VERSION and _HEADER < size <= len(profile) else None


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Little CMS's sRGB profile with a fixed date, so that the same input gives the same bytes."""
    from PIL import ImageCms

    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[_DATE] = struct.pack(">6H", *_FIXED_DATE)
    return bytes(made)


@lru_cache(maxsize=1)
def cmyk_profile() -> bytes:
    """An input profile for CMYK of unknown origin: red is (1 - cyan)(1 - black) and so on, read as sRGB.

    ICC.1:2001-04: class `scnr`, connection space Lab, one A2B0 tag of type lut8Type with a grid of 9 points a channel.
    """
    tags = {
        b"desc": _description(b"digidoc CMYK without profile"),
        b"cprt": b"text\0\0\0\0No rights reserved (CC0 1.0)\0",
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_D50),
        b"A2B0": _lookup_table(),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = _HEADER + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"\0" * 4, 0x02400000, b"scnr", b"CMYK", b"Lab ")
    header += struct.pack(">6H", *_FIXED_DATE) + b"acsp" + b"\0" * 28 + _fixed(*_D50)
    return header.ljust(_HEADER, b"\0") + table + body


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _description(text: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + b"\0" * (4 + 4 + 2 + 1 + 67)


def _lookup_table() -> bytes:
    steps = np.linspace(0, 1, _GRID)
    c, m, y, k = np.meshgrid(steps, steps, steps, steps, indexing="ij")
    rgb = np.stack([(1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)], axis=-1).reshape(-1, 3)
    lab = _lab(rgb)
    coded = np.stack([lab[:, 0] * 2.55, lab[:, 1] + 128, lab[:, 2] + 128], axis=-1)
    grid = np.clip(np.rint(coded), 0, 255).astype(np.uint8).tobytes()
    ramp = bytes(range(256))
    identity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return b"mft1\0\0\0\0" + bytes([4, 3, _GRID, 0]) + identity + ramp * 4 + grid + ramp * 3


def _lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE Lab under D50 of sRGB values 0-1 (IEC 61966-2-1, CIE 15)."""
    linear = np.where(rgb <= _LINEAR_BELOW, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    relative = linear @ _TO_XYZ.T / np.array(_D50)
    f = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    lab = [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])]
    return np.stack(lab, axis=-1)
