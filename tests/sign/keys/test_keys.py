"""Opening keys: what stops it, and that nothing asks for a PIN twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from digidoc.errors import ExitCode, FileMissing
from digidoc.sign.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnfit,
    KeyUnreadable,
    NoPin,
    WrongPin,
)
from digidoc.sign.keys.pins import pin_from
from digidoc.sign.keys.pkcs12 import Pkcs12Key
from digidoc.sign.throwaway import make_throwaway_pki
from tests.pki import TestPki


def test_the_pin_is_asked_for_once(pki: TestPki):
    asked: list[int] = []

    def pin() -> str:
        asked.append(1)
        return pki.pin

    with Pkcs12Key(pki.keys["signer"], pin) as key:
        assert key.name == "Test signer"
        assert key.not_after > datetime.now(UTC)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("expired", CertificateExpired),
        ("future", CertificateNotYetValid),
        ("unfit", CertificateUnfit),
        ("short", CertificateUnfit),
        ("authority", CertificateUnfit),
        ("revoked", CertificateRevoked),
    ],
)
def test_a_certificate_that_may_not_sign_now(pki: TestPki, label: str, kind: type[Exception]):
    with pytest.raises(kind) as caught, Pkcs12Key(pki.keys[label], lambda: pki.pin):
        pass
    assert caught.value.problem.exit_code is ExitCode.KEY
    assert caught.value.file == str(pki.keys[label])


def test_a_wrong_pin_is_told_from_a_broken_file(pki: TestPki, tmp_path: Path):
    with pytest.raises(WrongPin), Pkcs12Key(pki.keys["signer"], lambda: "wrong"):
        pass
    broken = tmp_path / "broken.p12"
    broken.write_bytes(pki.keys["signer"].read_bytes()[:-200])
    for content in (b"", b"no key", broken.read_bytes()):
        broken.write_bytes(content)
        with pytest.raises(KeyUnreadable), Pkcs12Key(broken, lambda: pki.pin):
            pass
    with pytest.raises(FileMissing), Pkcs12Key(tmp_path / "none.p12", lambda: pki.pin):
        pass


def test_the_pin_comes_from_the_first_line_of_a_file(tmp_path: Path):
    file = tmp_path / "pin.txt"
    file.write_bytes("\ufeffmật khẩu \r\nsecond\n".encode())
    assert pin_from(file)() == "mật khẩu "


@pytest.mark.parametrize("content", [b"", b"\nsecond\n", b"\xff\xfe\xfa"])
def test_a_pin_file_without_a_pin(tmp_path: Path, content: bytes):
    file = tmp_path / "pin.txt"
    file.write_bytes(content)
    with pytest.raises(NoPin):
        pin_from(file)()
    with pytest.raises(FileMissing):
        pin_from(tmp_path / "none.txt")()


def test_without_file_and_terminal_there_is_no_pin():
    with pytest.raises(NoPin) as caught:
        pin_from(None)()
    assert "--pin-file" in caught.value.problem.hint


def test_a_throwaway_key_opens_and_says_what_it_is(tmp_path: Path):
    made = make_throwaway_pki(tmp_path / "pki", "Ủy ban nhân dân phường Bến Nghé, quận 1, Thành phố Hồ Chí Minh")
    with Pkcs12Key(made.key, pin_from(made.pin_file)) as key:
        assert "TRYING OUT" in x509.load_der_x509_certificate(key.certificate).subject.rfc4514_string()
    assert made.pin_file.stat().st_mode & 0o077 in (0, 0o066, 0o077)
    again = make_throwaway_pki(tmp_path / "pki2", "X")
    assert again.pin_file.read_text() != made.pin_file.read_text()
