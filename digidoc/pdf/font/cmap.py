"""ToUnicode maps, read and written: which characters the codes of a font stand for (ISO 32000-1, 9.10.3)."""

import re
from collections.abc import Iterable, Iterator, Mapping

_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_MAX_ENTRIES = 65536
_MAX_UNIT = 0xFFFF
_AT_ONCE = 100  # Adobe technical note 5014: at most 100 entries a block
# ISO 19005-2, 6.2.11.7.2: what no code may stand for.
_FORBIDDEN = ("\0", "\ufeff", "\ufffe")

Token = bytes | str
Run = tuple[int, int, str]  # first code, last code, what the first one stands for


def read_cmap(cmap: bytes) -> dict[int, str]:
    """Characters by code; codes of any length are taken as numbers.

    Raises:
        ValueError: the map stands on another one, has no end, or cannot be read.

    """
    if b"usecmap" in cmap:
        raise ValueError("a map that stands on another")
    found: dict[int, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        tokens = _tokens(block)
        for code, text in _chars(tokens) if kind == b"bfchar" else _ranges(tokens):
            found[code] = text
            if len(found) > _MAX_ENTRIES:
                raise ValueError("a map without end")
    return found


def is_character(text: str | None) -> bool:
    """Whether PDF/A-2u takes it as what a code stands for."""
    return bool(text) and text is not None and not any(c in _FORBIDDEN or "\ud800" <= c <= "\udfff" for c in text)


def write_cmap(characters: Mapping[int, str], width: int) -> bytes:
    """The map as a CMap file.

    Args:
        characters: by code; what no code may stand for is left out.
        width: bytes a code.

    """
    digits = 2 * width
    fitting = ((code, text) for code, text in characters.items() if code < 256**width and is_character(text))
    runs = list(_runs(sorted(fitting)))
    single = [f"<{first:0{digits}X}><{_hex(text)}>" for first, last, text in runs if first == last]
    ranges = [f"<{first:0{digits}X}><{last:0{digits}X}><{_hex(text)}>" for first, last, text in runs if first != last]
    lines = [
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def",
        "/CMapName/Adobe-Identity-UCS def/CMapType 2 def",
        f"1 begincodespacerange<{'00' * width}><{'FF' * width}>endcodespacerange",
        *_blocks("bfchar", single),
        *_blocks("bfrange", ranges),
        "endcmap CMapName currentdict/CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")


def _blocks(kind: str, entries: list[str]) -> Iterator[str]:
    for start in range(0, len(entries), _AT_ONCE):
        block = entries[start : start + _AT_ONCE]
        yield f"{len(block)} begin{kind}"
        yield from block
        yield f"end{kind}"


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _runs(pairs: Iterable[tuple[int, str]]) -> Iterator[Run]:
    """Codes that go up as their characters do; in a run only the last byte of either may change."""
    run: Run | None = None
    for code, text in pairs:
        if run is not None and _continues(run, code, text):
            run = (run[0], code, run[2])
            continue
        if run is not None:
            yield run
        run = (code, code, text)
    if run is not None:
        yield run


def _continues(run: Run, code: int, text: str) -> bool:
    first, last, start = run
    if code != last + 1 or code >> 8 != first >> 8 or len(text) != 1 or len(start) != 1 or ord(text) > _MAX_UNIT:
        return False
    wanted = ord(start) + code - first
    return ord(text) == wanted and wanted >> 8 == ord(start) >> 8


def _tokens(block: bytes) -> list[Token]:
    """Hexadecimal strings as bytes, brackets as text."""
    tokens: list[Token] = []
    for digits, opening, closing in _TOKEN.findall(block):
        if opening or closing:
            tokens.append("[" if opening else "]")
        else:
            bare = b"".join(digits.split())
            tokens.append(bytes.fromhex((bare + b"0" * (len(bare) % 2)).decode("ascii")))
    return tokens


def _chars(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for code, text in zip(tokens[0::2], tokens[1::2], strict=False):
        if isinstance(code, bytes) and isinstance(text, bytes):
            yield _number(code), _text(text)


def _ranges(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    at = 0
    while at + 2 < len(tokens):
        low, high, target = tokens[at : at + 3]
        at += 3
        if "[" in (low, high) or "]" in (low, high):
            raise ValueError("a broken range")
        assert isinstance(low, bytes)  # noqa: S101 (what is no bracket)
        assert isinstance(high, bytes)  # noqa: S101
        codes = range(_number(low), min(_number(high), _number(low) + _MAX_ENTRIES) + 1)
        if isinstance(target, bytes):
            for step, code in enumerate(codes):
                yield code, _text(target[:-1] + bytes([(target[-1] + step) & 0xFF]) if target else b"")
            continue
        end = tokens.index("]", at)
        for code, text in zip(codes, tokens[at:end], strict=False):
            if isinstance(text, bytes):
                yield code, _text(text)
        at = end + 1


def _number(code: bytes) -> int:
    return int.from_bytes(code, "big")


def _text(units: bytes) -> str:
    """UTF-16; what is none becomes NUL, which no code may stand for."""
    whole = b"\0" + units if len(units) == 1 else units
    return whole.decode("utf-16-be", "replace").replace("\ufffd", "\0")
