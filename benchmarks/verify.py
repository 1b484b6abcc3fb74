"""What a verdict costs, digidoc beside pyHanko and a renderer: `python -m benchmarks.verify [FILES [MEGABYTES]]`.

Files are made and signed: a page of 300 KB signed once; the same signed by three in turn; one of twenty pages signed
twice. The peer does what has to be done to give the same verdict: pyHanko validates every signature with its
difference analysis, and where something follows a signature pdfium renders the signed revision and the whole file and
the pictures are compared. Both read the same files in one process, taking turns; CPU seconds of the best of three
rounds count. Last, one file of MEGABYTES is verified in a process of its own, whose memory counts beside what it had
before (Linux: VmHWM, the mapped file included).
"""

import asyncio
import io
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from digidoc.model import Verdict
from digidoc.sign.throwaway import make_throwaway_pki
from digidoc.sign.trust.anchors import TrustAnchors, load_anchors
from digidoc.sign.validate.verify import verify_file

ROUNDS = 3
SCALE = 60 / 72


def paper(path: Path, pages: int, size: int) -> None:
    """A PDF of some pages with `size` bytes of picture in all."""
    with pikepdf.new() as pdf:
        for number in range(pages):
            side = max(8, int((size / pages) ** 0.5))
            page = pdf.add_blank_page(page_size=(595, 842))
            image = pdf.make_stream(os.urandom(side * side))
            image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            image.Width = image.Height = side
            image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceGray, 8
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
            page.Contents = pdf.make_stream(b"q 500 0 0 700 40 70 cm /I Do Q %% %d" % number)
        pdf.save(path, compress_streams=False)


def sign(path: Path, signer: signers.Signer, times: int) -> None:
    """Sign a file so many times, each in a revision of its own."""
    for number in range(times):
        writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
        metadata = signers.PdfSignatureMetadata(field_name=f"S{number}", subfilter=fields.SigSeedSubFilter.PADES)
        path.write_bytes(signers.sign_pdf(writer, metadata, signer).getvalue())


def ours(path: Path, anchors: TrustAnchors) -> bool:
    return verify_file(path, anchors).verdict is Verdict.TOTAL_PASSED


def theirs(path: Path, anchors: TrustAnchors) -> bool:
    with path.open("rb") as file:
        reader = PdfFileReader(file)
        good = True
        for one in reader.embedded_signatures:
            context = ValidationContext(trust_roots=list(anchors.anchors), other_certs=list(anchors.helpers))
            good &= asyncio.run(async_validate_pdf_signature(one, context)).bottom_line
        ends = [one.byte_range[2] + one.byte_range[3] for one in reader.embedded_signatures]
    content = path.read_bytes()
    for end in ends:
        if end < len(content):
            good &= pictures(content[:end]) == pictures(content)
    return good


def pictures(content: bytes) -> list[bytes]:
    document = pdfium.PdfDocument(content)
    document.init_forms()
    found = [page.render(scale=SCALE).to_numpy().tobytes() for page in document]
    document.close()
    return found


def cpu(check: object, paths: list[Path], anchors: TrustAnchors) -> float:
    start = time.process_time()
    assert all(check(path, anchors) for path in paths)
    return time.process_time() - start


def memory(path: Path, root: Path) -> tuple[int, int]:
    """Kilobytes that a process has before and after it verified a file."""
    code = (
        "import sys; from pathlib import Path; import pypdfium2, pikepdf\n"
        "from digidoc.sign.trust.anchors import load_anchors; from digidoc.sign.validate.verify import verify_file\n"
        "most = lambda: Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
        "before = most()\n"
        "found = verify_file(Path(sys.argv[1]), load_anchors([Path(sys.argv[2])]))\n"
        "assert found.verdict.value == 'TOTAL_PASSED', found\n"
        "print(before, most())"
    )
    done = subprocess.run([sys.executable, "-c", code, path, root], check=True, capture_output=True, text=True)
    before, after = done.stdout.split()
    return int(before), int(after)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make_throwaway_pki(folder / "keys", "benchmark")
        signer = signers.SimpleSigner.load_pkcs12(str(made.key), passphrase=made.pin_file.read_bytes().strip())
        anchors = load_anchors([made.root])
        kinds = {"1 page, 1 signature": (1, 1), "1 page, 3 signatures": (1, 3), "20 pages, 2 signatures": (20, 2)}
        for title, (pages, times) in kinds.items():
            paths = []
            for number in range(max(1, count // pages)):
                paths.append(folder / f"{pages}-{times}-{number}.pdf")
                paper(paths[-1], pages, 300_000)
                sign(paths[-1], signer, times)
            rounds = [(cpu(ours, paths, anchors), cpu(theirs, paths, anchors)) for _ in range(ROUNDS)]
            mine, peers = min(one for one, _ in rounds), min(other for _, other in rounds)
            print(
                f"{title}: digidoc {1000 * mine / len(paths):.1f} ms, pyHanko and renderer "
                f"{1000 * peers / len(paths):.1f} ms a file: {mine / peers:.2f} of it"
            )
        big = folder / "big.pdf"
        for times in (1, 2):
            paper(big, 4, megabytes * 1_000_000)
            sign(big, signer, times)
            before, after = memory(big, made.root)
            print(f"{megabytes} MB, {times} signatures: {before // 1024} MiB before, {after // 1024} MiB at most")


if __name__ == "__main__":
    main()
