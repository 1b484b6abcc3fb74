"""Whom the archivist trusts: pinned by SHA-256, confirmed, listed, taken back."""

import json
from pathlib import Path

import pytest

from digidoc.errors import ExitCode
from digidoc.sign.errors import ConfirmationMissing, FingerprintDiffers, NotAnAuthority, PinBroken, UnknownPin
from digidoc.sign.trust import store as trust_store
from digidoc.sign.trust.anchors import load_anchors
from tests.pki import TestPki
from tests.running import runner


@pytest.fixture
def digidoc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(trust_store, "user_store", lambda: tmp_path / "trust")
    return runner()


def test_add_list_remove(digidoc, pki: TestPki, tmp_path: Path):
    root = trust_store.candidates([pki.root])[0]
    colons = ":".join(root.sha256[i : i + 2].upper() for i in range(0, 64, 2))
    added = digidoc("trust", "add", pki.root, "--sha256", colons, "--json")
    assert added.exit_code == ExitCode.OK, added.output
    told = json.loads(added.stdout)
    assert told["schema"] == "digidoc.trust/1"
    assert told["data"]["certificates"][0]["sha256"] == root.sha256
    assert digidoc("trust", "add", pki.intermediate, "--yes").exit_code == ExitCode.OK
    found = load_anchors(trust_store.trust_files([tmp_path / "trust"]))
    assert (len(found.anchors), len(found.helpers)) == (1, 1)
    listed = digidoc("trust", "list")
    assert root.sha256 in listed.stdout
    assert "helper" in listed.stdout
    assert digidoc("trust", "remove", root.sha256[:8]).exit_code == ExitCode.OK
    assert not load_anchors(trust_store.trust_files([tmp_path / "trust"])).anchors
    assert "No certificate" not in digidoc("trust", "list").stdout


def test_nothing_is_added_without_a_persons_word(digidoc, pki: TestPki, tmp_path: Path):
    found = digidoc("trust", "add", pki.root)
    assert found.exit_code == ExitCode.USAGE
    assert "--sha256" in found.output
    asked = json.loads(digidoc("trust", "add", pki.root, "--json").stdout)
    assert asked["errors"][0]["code"] == ConfirmationMissing.code
    assert digidoc("trust", "add", pki.root, "--sha256", "0" * 64).exit_code == ExitCode.USAGE
    assert not (tmp_path / "trust").exists()
    assert "No certificate is trusted yet" in digidoc("trust", "list").stdout


def test_only_authorities(digidoc, pki: TestPki, tmp_path: Path):
    assert digidoc("trust", "add", pki.certificates["signer"], "--yes").exit_code == ExitCode.FAILED
    with pytest.raises(NotAnAuthority):
        trust_store.candidates([pki.root, pki.certificates["signer"]])
    with pytest.raises(FingerprintDiffers):
        trust_store.candidates([pki.root], ["ab" * 32])
    assert not (tmp_path / "trust").exists()


def test_an_archive_has_its_own(digidoc, pki: TestPki, tmp_path: Path):
    from digidoc.archive.archive import Archive
    from digidoc.model import Level, Unit

    with Archive.create(tmp_path / "kho", unit=Unit("H99.1", Level.COMMUNE), profile="commune") as archive:
        folder = archive.trust_folder
    assert digidoc("trust", "add", pki.root, "--yes", "--archive", tmp_path / "kho").exit_code == ExitCode.OK
    assert [path.stem for path in trust_store.trust_files([folder])] == [trust_store.candidates([pki.root])[0].sha256]
    assert not (tmp_path / "trust").exists()
    assert "root" in digidoc("trust", "list", "--archive", tmp_path / "kho").stdout
    assert digidoc("trust", "add", pki.root, "--yes", "--archive", tmp_path).exit_code == ExitCode.NO_ARCHIVE


def test_an_exchanged_file_is_found(pki: TestPki, tmp_path: Path):
    path = trust_store.pin(trust_store.candidates([pki.root])[0], tmp_path / "trust")
    path.write_bytes(pki.intermediate.read_bytes())
    with pytest.raises(PinBroken):
        load_anchors([path])


@pytest.mark.parametrize("prefix", ["", "abc", "ffffffffffff"])
def test_remove_needs_one_certificate(pki: TestPki, tmp_path: Path, prefix: str):
    trust_store.pin(trust_store.candidates([pki.root])[0], tmp_path)
    with pytest.raises(UnknownPin):
        trust_store.remove(prefix, [tmp_path])
