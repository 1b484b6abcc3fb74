"""A batch with a token: one session, one PIN; and the token that is pulled out in the middle (see test_keys_token)."""

import json
import shutil
import threading
import time
from pathlib import Path

import pytest

from digidoc.errors import ExitCode
from tests.pki import TestPki
from tests.running import runner
from tests.sign.create.test_batch import assert_signed, digests, make_inputs
from tests.sign.softhsm import PIN, SoftHsm


def pull_out(folder: Path, out: Path) -> threading.Thread:
    """Move the token's folder away as soon as two files are signed."""

    def wait() -> None:
        while len(digests(out)) < 2:
            time.sleep(0.001)
        shutil.move(folder, folder.parent.parent / "away")

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_token_that_is_pulled_out_and_put_back(
    pki: TestPki, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import pkcs11

    place = tmp_path_factory.mktemp("hsm")
    hsm = SoftHsm.start(place)
    try:
        folder = hsm.token("office")
        hsm.fill("office", pki, ["signer"])
        inputs, out = make_inputs(tmp_path / "in", 40), tmp_path / "out"
        (tmp_path / "pin").write_text(PIN)
        words = ["sign", str(inputs), f"{out}/", "--token", str(hsm.module), "--token-label", "office", "--json"]
        words += ["--pin-file", str(tmp_path / "pin")]
        digidoc = runner()
        pulled = pull_out(folder, out)
        done = digidoc(*words)
        pulled.join()
        assert done.exit_code == ExitCode.KEY, done.output
        told = json.loads(done.stdout)
        counts = told["data"]["counts"]
        assert counts["done"] >= 2
        assert counts["done"] + counts["failed"] == 40
        assert {error["code"] for error in told["errors"]} == {"token-gone"}
        first = digests(out)
        assert len(first) == counts["done"]
        shutil.move(place / "away", folder)
        pkcs11.lib(str(hsm.module)).reinitialize()
        again = digidoc(*words)
        assert again.exit_code == 0, again.output
        assert json.loads(again.stdout)["data"]["counts"]["skipped"] == len(first)
        assert first.items() <= digests(out).items()
        assert_signed(inputs, out)
    finally:
        hsm.stop()
