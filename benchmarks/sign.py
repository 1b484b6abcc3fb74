"""How fast digidoc signs, beside pyHanko as its documentation signs: `python -m benchmarks.sign [FILES]`.

A one-page PDF of 300 KB (a JPEG of noise) is signed with an RSA-2048 key from a PKCS#12 file at B-B and B-T, SHA-256,
RSASSA-PKCS1-v1_5. Both programs take turns in one process, ten documents at a time; what counts is the CPU time of that
process. The time-stamp authority runs in another process, so its own work is left out. digidoc's figure is that of
`sign_file` in a session, with all its checks and its rename.

Then: 1,000 files with two processes, wall-clock time; the memory of a long batch at its beginning and its end; and the
most memory that signing one file of 100 MB takes, in a process of its own.
"""

import io
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper

from digidoc.sign.algorithms import Scheme
from digidoc.sign.create.pades import SigningSession, SignOptions, sign_file
from digidoc.sign.keys.pkcs12 import Pkcs12Key

ROOT = Path(__file__).parent.parent
TURN = 10
MANY, PROCESSES = 1000, 2
LARGE = 100_000_000

_SERVE = """
import json, sys
from pathlib import Path
from tests.pki import made_pki
with made_pki(Path(sys.argv[1])) as pki:
    print(json.dumps({"key": str(pki.keys["signer"]), "pin": pki.pin, "tsa": pki.tsa}), flush=True)
    sys.stdin.read()
"""


@contextmanager
def pki(folder: Path) -> Iterator[dict[str, str]]:
    """The keys and the authority of the tests, served by another process."""
    folder.mkdir()
    command = [sys.executable, "-c", _SERVE, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
        server.stdin.close()


def make_page(path: Path, side: int = 505) -> None:
    """One page with a picture of noise: about 300 KB at the given side."""
    noise = np.random.default_rng(5).integers(0, 256, (side, side, 3), dtype=np.uint8)
    picture = io.BytesIO()
    Image.fromarray(noise).save(picture, "JPEG", quality=95)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        image = pdf.make_stream(picture.getvalue())
        for key, value in {
            "Type": pikepdf.Name.XObject,
            "Subtype": pikepdf.Name.Image,
            "Width": side,
            "Height": side,
            "ColorSpace": pikepdf.Name.DeviceRGB,
            "BitsPerComponent": 8,
            "Filter": pikepdf.Name.DCTDecode,
        }.items():
            image[f"/{key}"] = value
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = pdf.make_stream(b"q 500 0 0 700 40 40 cm /I Do Q")
        pdf.save(path)


def make_large(path: Path) -> None:
    """A file of 100 MB."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.Root.Extra = pdf.make_stream(np.random.default_rng(6).bytes(LARGE))
        pdf.save(path, compress_streams=False)


def peer(source: Path, made: dict[str, str], level: str) -> Callable[[Path], None]:
    """PyHanko as its documentation signs: `signers.sign_pdf` with a `SimpleSigner` that is loaded once."""
    signer = signers.SimpleSigner.load_pkcs12(made["key"], passphrase=made["pin"].encode())
    meta = signers.PdfSignatureMetadata(
        field_name="Signature1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    timestamper = HTTPTimeStamper(made["tsa"]) if level == "B-T" else None

    def sign(out: Path) -> None:
        with source.open("rb") as stream, out.open("wb") as target:
            writer = IncrementalPdfFileWriter(stream)
            target.write(signers.sign_pdf(writer, meta, signer=signer, timestamper=timestamper).getvalue())

    return sign


def options(made: dict[str, str], level: Any) -> SignOptions:
    return SignOptions(level=level, tsa=made["tsa"], scheme=Scheme.RSASSA_PKCS1)


def key_of(made: dict[str, str]) -> Pkcs12Key:
    return Pkcs12Key(Path(made["key"]), lambda: made["pin"])


def compare(source: Path, folder: Path, made: dict[str, str], level: str, files: int) -> None:
    """CPU milliseconds a document of both, in turns."""
    with key_of(made) as key, SigningSession(key, options(made, level)) as session:
        other = peer(source, made, level)

        def own(out: Path) -> None:
            sign_file(source, out, key, session.options, session)

        spent = {"pyHanko": 0.0, "digidoc": 0.0}
        for turn in range(-1, files // TURN):
            for name, sign in (("pyHanko", other), ("digidoc", own)):
                begin = time.process_time()
                for number in range(TURN):
                    sign(folder / f"{name}-{level}-{turn}-{number}.pdf")
                if turn >= 0:  # the first turn warms up; digidoc verifies its first document as a whole there
                    spent[name] += time.process_time() - begin
    each = {name: 1000 * seconds / (files // TURN * TURN) for name, seconds in spent.items()}
    ratio = each["pyHanko"] / each["digidoc"]
    print(
        f"{level}: pyHanko {each['pyHanko']:.1f} ms, digidoc {each['digidoc']:.2f} ms of CPU a document: {ratio:.1f}×"
    )


def memory_now() -> float:
    """Resident memory of this process, MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def batch(source: str, folder: str, made: dict[str, str], numbers: range) -> tuple[float, float]:
    """Sign the source once for each number; memory after a tenth of them and at the end, MB."""
    early = 0.0
    with key_of(made) as key, SigningSession(key, options(made, "B-B")) as session:
        for count, number in enumerate(numbers):
            sign_file(Path(source), Path(folder) / f"many-{number}.pdf", key, session.options, session)
            if count == len(numbers) // 10:
                early = memory_now()
    return early, memory_now()


def one_large(source: str, out: str, made: dict[str, str]) -> float:
    """The most memory that signing one file takes in a process that does nothing else, MB."""
    with key_of(made) as key:
        sign_file(Path(source), Path(out), key, options(made, "B-B"))
    # Not ru_maxrss: a new process inherits that of its parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch, pki(Path(scratch) / "pki") as made:
        folder, source, large = Path(scratch), Path(scratch) / "page.pdf", Path(scratch) / "large.pdf"
        make_page(source)
        print(f"{source.stat().st_size / 1000:.0f} KB, {files} documents")
        compare(source, folder, made, "B-B", files)
        compare(source, folder, made, "B-T", files)
        share = MANY // PROCESSES
        jobs = [(str(source), scratch, made, range(n * share, (n + 1) * share)) for n in range(PROCESSES)]
        begin = time.perf_counter()
        with spawn.Pool(PROCESSES) as pool:
            memory = pool.starmap(batch, jobs)
        print(f"{MANY} files with {PROCESSES} processes: {time.perf_counter() - begin:.1f} s, start-up included")
        print("memory: " + ", ".join(f"{early:.0f} MB, then {late:.0f} MB" for early, late in memory))
        make_large(large)
        with spawn.Pool(1) as pool:
            most = pool.apply(one_large, (str(large), str(folder / "large-out.pdf"), made))
        print(f"{large.stat().st_size / 1e6:.0f} MB file: {most:.0f} MB of memory at most")


if __name__ == "__main__":
    main()
