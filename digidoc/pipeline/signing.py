"""The key of an archive's signing profile, opened before anything is read: a wrong PIN costs no one an hour."""

from collections.abc import Iterator
from contextlib import contextmanager

from digidoc.archive.archive import Archive
from digidoc.errors import UnknownProfile
from digidoc.pipeline.digitize import Signing
from digidoc.sign.keys import Pkcs12Key, pin_from
from digidoc.sign.profile import load_profile


@contextmanager
def opened(archive: Archive, name: str) -> Iterator[Signing]:
    """The key of the `[sign.NAME]` table of the archive's digidoc.toml, its certificate checked.

    Raises:
        UnknownProfile: there is no such table.
        BadConfiguration: it cannot be used.
        KeyProblem: PIN, key or certificate.

    """
    tables = archive.config.sign
    if name not in tables:
        raise UnknownProfile(name=name, known=", ".join(tables) or "-")
    profile = load_profile(tables[name], archive.root, name)
    with Pkcs12Key(profile.key, pin_from(profile.pin_file)) as key:
        yield Signing(key, profile.options)
