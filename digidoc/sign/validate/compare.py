"""Whether two states of a PDF have the same content, object by object: an account of changes apart from pyHanko's.

pyHanko asks which objects an update touched, and refuses what it cannot place: freed objects, entries of the security
store that are written anew, objects that move. Here the two documents are walked side by side, by qpdf, from their
catalogues: numbers, order of storage and compression don't count, every value that a reader can reach does. What may
differ is listed in this file and nowhere else.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from digidoc.sign.validate.form_tree import Key, NotCompared, form_tree, key_of

# Of the catalogue: validation data (ISO 32000-2, 12.8.4.3), declared extensions, version and XMP. None is shown.
_CATALOGUE: Final = frozenset({"/DSS", "/Extensions", "/Version", "/Metadata"})
_PAGE: Final = frozenset({"/LastModified", "/Tabs"})
_INFO: Final = frozenset({"/ModDate", "/Producer", "/CreationDate", "/Trapped"})
# Of a field that may be filled in or signed.
_FIELD: Final = frozenset({"/V", "/AP", "/AS", "/I", "/F", "/M", "/MK", "/DA", "/DR", "/Lock", "/SV", "/StructParent"})
_FILLED: Final = (Name.Tx, Name.Ch)
_STREAM: Final = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})
_STEPS: Final = 2_000_000
_FINDINGS: Final = 8


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it.

    Attributes:
        places: where the states differ beyond what may; at most eight.
        problem: why they could not be compared; "" when they could.
        validation_data: certificates or revocation data were added for later.
        repaired: the file is damaged. Each program repairs it differently: what qpdf sees need not be what others show.

    """

    places: tuple[str, ...] = ()
    problem: str = ""
    validation_data: bool = False
    repaired: bool = False

    @property
    def clean(self) -> bool:
        """Nothing differs that may not."""
        return not self.places and not self.problem

    @property
    def findings(self) -> str:
        """The findings in one line, English."""
        return self.problem or ", ".join(self.places)


def compare(before: BinaryIO, after: BinaryIO, allowed: frozenset[str]) -> Comparison:
    """Where two states differ beyond what later signing and storing may change.

    Args:
        before: the signed revision.
        after: the whole file.
        allowed: full names of fields that may have come, or been signed or filled in.

    """
    try:
        with pikepdf.open(before) as old, pikepdf.open(after) as new:
            places = _Walk(old, new, allowed).run()
            more = _validation_data(old) < _validation_data(new)
            return Comparison(tuple(places), "", more, bool(new.get_warnings()))
    except Exception as error:  # noqa: BLE001
        # The file is whatever its maker wrote: PdfError, KeyError, ValueError, RecursionError …
        return Comparison(problem=f"{type(error).__name__}: {error}")


def _validation_data(pdf: Pdf) -> int:
    """How many certificates, OCSP answers and CRLs the security store holds."""
    store = pdf.Root.get("/DSS")
    if not isinstance(store, Dictionary):
        return 0
    lists = (store.get(key) for key in ("/Certs", "/OCSPs", "/CRLs"))
    return sum(len(one) for one in lists if isinstance(one, Array))


def _entries(value: Object) -> dict[str, Any]:
    """Keys and values; an entry that is null is none (ISO 32000-1, 7.3.7)."""
    return {key: item for key, item in value.items() if item is not None}


def _void(value: Any) -> bool:
    """Whether leaving it out means the same."""
    return value is None or (isinstance(value, (Array, Dictionary)) and len(value) == 0)


class _Walk:
    """One walk through two documents, with a list of pairs still to look at instead of recursion."""

    def __init__(self, old: Pdf, new: Pdf, allowed: frozenset[str]) -> None:
        self._old, self._new, self._allowed = old, new, allowed
        self._waiting: list[tuple[Any, Any, str]] = []
        self._seen: set[tuple[Key, Key]] = set()
        self._found: list[str] = []
        self._before, self._after = form_tree(old), form_tree(new)
        self._pages = {page.obj.objgen for page in old.pages}

    def run(self) -> list[str]:
        """The places where the documents differ."""
        if len(self._old.pages) != len(self._new.pages):
            return ["/Pages"]
        self._catalogue(self._old.Root, self._new.Root)
        self._info(self._old.trailer.get("/Info"), self._new.trailer.get("/Info"))
        for _ in range(_STEPS):
            if not self._waiting or len(self._found) >= _FINDINGS:
                return self._found
            self._pair(*self._waiting.pop())
        raise NotCompared("too many objects")

    def _differ(self, path: str) -> None:
        if path not in self._found:
            self._found.append(path)

    def _catalogue(self, old: Object, new: Object) -> None:
        self._dictionary(old, new, "", _CATALOGUE | {"/AcroForm"})
        before, after = old.get("/AcroForm"), new.get("/AcroForm")
        # Signatures point back at the catalogue; it is compared by these rules only.
        self._mark(old, new)
        self._mark(before, after)
        before = Dictionary() if before is None else before
        after = Dictionary() if after is None else after
        self._dictionary(before, after, "/AcroForm", frozenset({"/Fields", "/SigFlags", "/DR", "/DA", "/Q"}))
        self._resources(before.get("/DR"), after.get("/DR"))
        for name, top in self._before.tops.items():
            self._waiting.append((top, self._after.tops.get(name), f"/AcroForm/Fields/{name}"))
        for name in self._after.tops.keys() - self._before.tops.keys():
            if not self._expected(name) or name in self._after.active:
                self._differ(f"/AcroForm/Fields/{name}")

    def _mark(self, old: Any, new: Any) -> None:
        one, other = key_of(old), key_of(new)
        if one is not None and other is not None:
            self._seen.add((one, other))

    def _expected(self, name: str) -> bool:
        """Whether a new field may be there: a signature that is validated by itself, or a place for one."""
        inside = f"{name}."
        return (
            name in self._allowed
            or name in self._after.empty_signatures
            or any(one.startswith(inside) for one in self._allowed)
        )

    def _resources(self, old: Any, new: Any) -> None:
        """Default resources of the form: further ones may come."""
        if old is None:
            return
        for kind, values in _entries(old).items():
            there = None if new is None else new.get(kind)
            if not isinstance(values, Dictionary) or not isinstance(there, Dictionary):
                self._waiting.append((values, there, f"/AcroForm/DR{kind}"))
                continue
            for name, value in _entries(values).items():
                self._waiting.append((value, there.get(name), f"/AcroForm/DR{kind}{name}"))

    def _info(self, old: Any, new: Any) -> None:
        if isinstance(old, Dictionary) and isinstance(new, Dictionary):
            self._dictionary(old, new, "/Info", _INFO)
        elif isinstance(old, Dictionary):
            self._differ("/Info")

    def _pair(self, old: Any, new: Any, path: str) -> None:
        if _void(old) and _void(new):
            return
        one, other = key_of(old), key_of(new)
        if one is not None and other is not None:
            if (one, other) in self._seen:
                return
            self._seen.add((one, other))
        if isinstance(old, Array) and isinstance(new, Array):
            self._array(old, new, path)
        elif isinstance(old, Stream) and isinstance(new, Stream):
            self._stream(old, new, path)
        elif isinstance(old, Dictionary) and isinstance(new, Dictionary):
            self._dictionary(old, new, path, self._free(one, path))
            if one in self._pages:
                self._annotations(old, new, path)
            self._shown(old, new, path)
        elif type(old) is not type(new) or old != new:
            self._differ(path)

    def _free(self, key: Key | None, path: str) -> frozenset[str]:
        """The keys of a dictionary that may differ, by what it is."""
        if key in self._pages:
            return _PAGE | {"/Annots"}
        name = self._before.names.get(key) if key is not None else None
        if name is None and path.startswith("/AcroForm/Fields/"):
            name = path.removeprefix("/AcroForm/Fields/")
        if name is not None and (name in self._allowed or any(one.startswith(f"{name}.") for one in self._allowed)):
            return _FIELD | ({"/Kids"} if name not in self._allowed else frozenset())
        return frozenset()

    def _shown(self, old: Object, new: Object, path: str) -> None:
        """A field that was filled in shows its new value, and one that shows something new has a new value."""
        if new.get("/FT") not in _FILLED or new.get("/V") is None or new.get("/AP") is None:
            return
        value = _stored(old.get("/V")) == _stored(new.get("/V"))
        if value != (_appearance(old) == _appearance(new)):
            self._differ(f"{path}/V ≠ /AP")

    def _dictionary(self, old: Object, new: Object, path: str, free: frozenset[str]) -> None:
        before, after = _entries(old), _entries(new)
        for key in sorted((before.keys() | after.keys()) - free):
            self._waiting.append((before.get(key), after.get(key), f"{path}{key}"))

    def _array(self, old: Object, new: Object, path: str) -> None:
        if len(old) != len(new):
            self._differ(path)
            return
        self._waiting += [(one, other, f"{path}[{i}]") for i, (one, other) in enumerate(zip(old, new, strict=True))]

    def _stream(self, old: Object, new: Object, path: str) -> None:
        before, after = old.stream_dict, new.stream_dict
        self._dictionary(before, after, path, _STREAM)
        stored = [_written(before, key) == _written(after, key) for key in ("/Filter", "/DecodeParms")]
        same = bytes(old.get_raw_stream_buffer()) == bytes(new.get_raw_stream_buffer()) if all(stored) else False
        if not same and old.read_bytes() != new.read_bytes():
            self._differ(path)

    def _annotations(self, old: Object, new: Object, path: str) -> None:
        """Every annotation is still there, in its order; further ones are places of expected fields."""
        before = [] if old.get("/Annots") is None else list(old.Annots)
        after = [] if new.get("/Annots") is None else list(new.Annots)
        known = [one for one in after if not self._is_new(one)]
        if len(before) != len(known):
            self._differ(f"{path}/Annots")
            return
        for number, (one, other) in enumerate(zip(before, known, strict=True)):
            self._waiting.append((one, other, f"{path}/Annots[{number}]"))

    def _is_new(self, annotation: Any) -> bool:
        """Whether it is the widget of a field that came later and may be there."""
        key = key_of(annotation)
        name = None if key is None else self._after.names.get(key)
        return name is not None and name not in set(self._before.names.values()) and self._expected(name)


def _stored(value: Any) -> bytes:
    return b"" if value is None else pikepdf.unparse(value) if not isinstance(value, Object) else value.unparse()


def _appearance(field: Object) -> bytes:
    """What a field shows as a rule; b"" when it shows nothing or one of several."""
    shown = field.get("/AP")
    normal = shown.get("/N") if isinstance(shown, Dictionary) else None
    return normal.read_bytes() if isinstance(normal, Stream) else b""


def _written(dictionary: Object, key: str) -> bytes:
    return _stored(dictionary.get(key))
