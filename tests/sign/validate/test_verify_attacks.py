"""Every attack that was published, on a file that passes before it."""

from pathlib import Path

import pikepdf
import pytest

from digidoc.model import Verdict
from digidoc.sign.report.words import file_sentence
from digidoc.sign.trust.anchors import TrustAnchors, load_anchors
from digidoc.sign.validate.verdict import ChangeKind, FileVerdict, Reason
from digidoc.sign.validate.verify import verify_file
from tests.pki import TestPki
from tests.sign.attacks import BYTES, UPDATES, updated
from tests.sign.certified import signed_by_pyhanko
from tests.sign.conftest import make_pdf


def make_form(path: Path) -> Path:
    """The page of the other tests with a text field "amount"."""
    make_pdf(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        box = pikepdf.Array([0, 0, 100, 20])
        shown = pdf.make_stream(b"/Tx BMC BT /F 12 Tf 2 4 Td (1000) Tj ET EMC", Type=pikepdf.Name.XObject)
        shown.Subtype, shown.BBox, shown.Resources = pikepdf.Name.Form, box, pdf.pages[0].Resources
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="amount",
                V="1000",
                DA="/F 12 Tf 0 g",
                F=4,
                Rect=pikepdf.Array([50, 100, 150, 120]),
                AP=pikepdf.Dictionary(N=shown),
            )
        )
        pdf.pages[0].Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array([field])))
        mode = pikepdf.ObjectStreamMode.generate if "packed" in path.name else pikepdf.ObjectStreamMode.disable
        pdf.save(path, object_stream_mode=mode)
    return path


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, pki: TestPki) -> dict[str, bytes]:
    """Signed files: with a table of cross-references, with object streams, and certified."""
    folder = tmp_path_factory.mktemp("attacked")
    plain, packed = make_form(folder / "plain.pdf"), make_form(folder / "packed.pdf")
    return {
        "plain": signed_by_pyhanko(plain, pki),
        "packed": signed_by_pyhanko(packed, pki),
        "certified": signed_by_pyhanko(plain, pki, certify=True),
    }


def validated(content: bytes, folder: Path, pki: TestPki) -> FileVerdict:
    path = folder / "attacked.pdf"
    path.write_bytes(content)
    anchors: TrustAnchors = load_anchors([pki.root, pki.intermediate])
    found = verify_file(path, anchors)
    assert file_sentence(found)
    return found


@pytest.mark.parametrize("kind", ["plain", "packed", "certified"])
def test_the_samples_pass(samples: dict[str, bytes], kind: str, tmp_path: Path, pki: TestPki):
    assert validated(samples[kind], tmp_path, pki).verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize("kind", ["plain", "packed", "certified"])
@pytest.mark.parametrize("attack", UPDATES)
def test_an_attack_by_an_update(samples: dict[str, bytes], attack: str, kind: str, tmp_path: Path, pki: TestPki):
    attacked = UPDATES[attack](samples[kind])
    assert attacked != samples[kind]
    assert validated(attacked, tmp_path, pki).verdict is not Verdict.TOTAL_PASSED


@pytest.mark.parametrize("attack", BYTES)
def test_an_attack_on_the_bytes(samples: dict[str, bytes], attack: str, tmp_path: Path, pki: TestPki):
    attacked = BYTES[attack](samples["plain"])
    assert attacked != samples["plain"]
    assert validated(attacked, tmp_path, pki).verdict is not Verdict.TOTAL_PASSED


def test_a_later_signature_that_wipes_out_text(samples: dict[str, bytes], tmp_path: Path, pki: TestPki):
    """A certification attack by someone who may sign: the appearance of the further signature hides what was there."""
    for opaque, verdict in ((True, Verdict.TOTAL_FAILED), (False, Verdict.TOTAL_PASSED)):
        path = tmp_path / "once.pdf"
        path.write_bytes(samples["plain"])
        twice = signed_by_pyhanko(path, pki, field="Second", over_text=True, opaque=opaque)
        found = validated(twice, tmp_path, pki)
        assert found.verdict is verdict
        assert found.signatures[0].pages_changed == ((1,) if opaque else ())


def test_a_signature_that_no_field_leads_to_any_more(samples: dict[str, bytes], tmp_path: Path, pki: TestPki):
    def forget(writer: object) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        del fields[-1]
        writer.update_container(fields)
        writer.update_container(writer.root["/AcroForm"])

    path = tmp_path / "stripped.pdf"
    path.write_bytes(updated(samples["plain"], forget))
    found = validated(signed_by_pyhanko(path, pki, field="Second"), tmp_path, pki)
    assert [one.field for one in found.signatures] == ["Second"]
    assert (found.verdict, found.reason) == (Verdict.INDETERMINATE, Reason.REMAINS)


def test_a_weak_digest_is_told_apart(tmp_path: Path, pki: TestPki):
    path = make_form(tmp_path / "plain.pdf")
    found = validated(signed_by_pyhanko(path, pki, digest="sha1"), tmp_path, pki).signatures[0]
    assert found.intact
    assert (found.verdict, found.reason, found.weak) == (Verdict.INDETERMINATE, Reason.WEAK, ("sha1",))


def test_honest_updates_pass(samples: dict[str, bytes], tmp_path: Path, pki: TestPki):
    """What programs do to a file without anyone's doing: objects stored anew, numbers exchanged, dates, XMP."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.generic import pdf_name

    def rewrite(writer: object) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Resources")] = writer.add_object(generic.DictionaryObject(dict(page["/Resources"])))
        writer.update_container(page)
        xmp = generic.StreamObject({pdf_name("/Type"): pdf_name("/Metadata")}, stream_data=b"<x/>")
        writer.root[pdf_name("/Metadata")] = writer.add_object(xmp)
        writer.update_root()

    for kind in ("plain", "packed"):
        found = validated(updated(samples[kind], rewrite), tmp_path, pki)
        assert found.verdict is Verdict.TOTAL_PASSED
        assert [change.kind for change in found.signatures[0].changes] == [ChangeKind.REWRITTEN]


def test_a_filled_field_passes_and_is_named(samples: dict[str, bytes], tmp_path: Path, pki: TestPki):
    def fill(writer: object) -> None:
        from pyhanko.pdf_utils import generic
        from pyhanko.pdf_utils.generic import pdf_name

        for field in writer.root["/AcroForm"]["/Fields"]:
            one = field.get_object()
            if one.get("/T") == "amount":
                old = one["/AP"]["/N"]
                fresh = generic.StreamObject(
                    {key: old.raw_get(key) for key in ("/Type", "/Subtype", "/BBox", "/Resources")},
                    stream_data=b"/Tx BMC BT /F 12 Tf 2 4 Td (9000) Tj ET EMC",
                )
                one[pdf_name("/V")] = generic.pdf_string("9000")
                one[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(fresh)})
                writer.update_container(one)

    found = validated(updated(samples["plain"], fill), tmp_path, pki)
    assert found.verdict is Verdict.TOTAL_PASSED
    assert "form-field-changed: amount" in [str(change) for change in found.signatures[0].changes]
