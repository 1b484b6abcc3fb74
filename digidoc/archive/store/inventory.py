"""The inventory of an OCFL object: which content it has, and which files each of its versions consists of.

Source of every rule: OCFL 1.1, https://ocfl.io/1.1/spec/#inventory. Digests are sha512, as the specification
recommends; sha256, which the catalogue uses, stands in the fixity block.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

TYPE: Final = "https://ocfl.io/1.1/spec/#inventory"
ALGORITHM: Final = "sha512"
FIXITY_ALGORITHM: Final = "sha256"
INVENTORY: Final = "inventory.json"
SIDECAR: Final = f"{INVENTORY}.{ALGORITHM}"


@dataclass(frozen=True, slots=True)
class VersionBlock:
    """One version of an object.

    Attributes:
        created: when it was made.
        state: sha512 by logical path, of every file of the version.
        message: why it was made.
        user_name: what made it.
        user_address: URI of the office whose archive it is.

    """

    created: datetime
    state: Mapping[str, str]
    message: str
    user_name: str
    user_address: str

    def to_json(self) -> dict[str, Any]:
        """The version as the inventory writes it; several logical paths may have one digest."""
        paths: dict[str, list[str]] = {}
        for path, digest in sorted(self.state.items()):
            paths.setdefault(digest, []).append(path)
        return {
            "created": self.created.astimezone(UTC).isoformat(timespec="seconds"),
            "message": self.message,
            "state": paths,
            "user": {"name": self.user_name, "address": self.user_address},
        }


@dataclass(frozen=True, slots=True)
class Inventory:
    """All versions of an object.

    Attributes:
        object_id: URI of the object.
        manifest: content path, from the object's folder, by sha512; equal content is kept once.
        sha256: digest by content path.
        versions: from v1 on, without gaps.

    """

    object_id: str
    manifest: Mapping[str, str]
    sha256: Mapping[str, str]
    versions: tuple[VersionBlock, ...]

    @property
    def head(self) -> str:
        """Name of the newest version, such as "v2"."""
        return f"v{len(self.versions)}"

    @property
    def state(self) -> Mapping[str, str]:
        """Files of the newest version: sha512 by logical path."""
        return self.versions[-1].state

    def content_path(self, logical: str) -> str | None:
        """Where the content of a file of the newest version lies, from the object's folder; None for no such file."""
        digest = self.state.get(logical)
        return None if digest is None else self.manifest[digest]

    def to_bytes(self) -> bytes:
        """The inventory.json."""
        fixity: dict[str, list[str]] = {}
        for path, digest in sorted(self.sha256.items()):
            fixity.setdefault(digest, []).append(path)
        document = {
            "id": self.object_id,
            "type": TYPE,
            "digestAlgorithm": ALGORITHM,
            "head": self.head,
            "contentDirectory": "content",
            "manifest": {digest: [path] for digest, path in sorted(self.manifest.items())},
            "versions": {f"v{number}": block.to_json() for number, block in enumerate(self.versions, 1)},
            "fixity": {FIXITY_ALGORITHM: fixity},
        }
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def parse(data: bytes) -> Inventory:
    """An inventory.json that digidoc wrote.

    Raises:
        ValueError: it is not one, or it contradicts itself.

    """
    try:
        document = json.loads(data)
        manifest = {digest: paths[0] for digest, paths in document["manifest"].items()}
        versions = tuple(
            _parse_version(document["versions"][f"v{number}"]) for number in range(1, len(document["versions"]) + 1)
        )
        fixity = document["fixity"][FIXITY_ALGORITHM]
        inventory = Inventory(
            object_id=document["id"],
            manifest=manifest,
            sha256={path: digest for digest, paths in fixity.items() for path in paths},
            versions=versions,
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"no inventory of digidoc: {error!r}") from error
    if not versions or document["head"] != inventory.head or document["digestAlgorithm"] != ALGORITHM:
        raise ValueError("head, versions and algorithm do not fit together")
    if not all(digest in manifest for block in versions for digest in block.state.values()):
        raise ValueError("a version names content that the manifest does not have")
    return inventory


def sidecar(data: bytes) -> bytes:
    """The inventory.json.sha512 that stands beside this inventory.json."""
    return f"{hashlib.sha512(data).hexdigest()} {INVENTORY}\n".encode()


def parse_checked(data: bytes, digest: bytes) -> Inventory:
    """An inventory.json, checked against the content of the digest file beside it.

    Raises:
        ValueError: they do not fit together, or see `parse`.

    """
    if digest.split()[:1] != [hashlib.sha512(data).hexdigest().encode()]:
        raise ValueError("the digest is another one")
    return parse(data)


def _parse_version(block: Mapping[str, Any]) -> VersionBlock:
    return VersionBlock(
        created=datetime.fromisoformat(block["created"]),
        state={path: digest for digest, paths in block["state"].items() for path in paths},
        message=block["message"],
        user_name=block["user"]["name"],
        user_address=block["user"]["address"],
    )
