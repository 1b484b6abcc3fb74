"""The chain of events: each entry holds the hash of the one before it, so none can be changed, removed or slipped in.

The hash of an entry is the SHA-256 of its canonical JSON: keys sorted, no blanks, UTF-8, the details as JSON and not as
text. Anyone can compute it again without digidoc. It shows what was changed by somebody who did not compute all later
entries anew; against one that did stands the head of the chain, which is kept elsewhere (see `audit`).
"""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Final

ORIGIN: Final = "0" * 64  # what stands as `previous` in the first entry


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain: its number (0 for a chain without entries) and its hash."""

    sequence: int
    hash: str

    def to_json(self) -> dict[str, Any]:
        """For reports and for the file beside the catalogue."""
        return {"sequence": self.sequence, "hash": self.hash}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its place in the chain.

    Attributes:
        sequence: from 1, without gaps.
        at: ISO 8601, UTC.
        kind: word of the PREMIS event types, such as "ingestion".
        outcome: "success" or "fail".
        agent: the program that did it.
        object_id: OCFL object; with a paper: its metadata.json holds the event too. Empty for none.
        paper_id: the paper it is about; None for none.
        detail: JSON.
        previous: hash of the entry before.
        hash: of this entry.

    """

    sequence: int
    at: str
    kind: str
    outcome: str
    agent: str
    object_id: str
    paper_id: str | None
    detail: str
    previous: str
    hash: str

    @classmethod
    def after(
        cls,
        sequence: int,
        previous: str,
        at: str,
        kind: str,
        outcome: str,
        agent: str,
        object_id: str,
        paper_id: str | None,
        detail: str,
    ) -> "Entry":
        """The entry that follows number `sequence`, whose hash is `previous`."""
        bare = cls(sequence + 1, at, kind, outcome, agent, object_id, paper_id, detail, previous, "")
        return replace(bare, hash=bare.computed())

    @property
    def row(self) -> tuple[Any, ...]:
        """The columns of the table `event`, in order."""
        return (
            self.sequence,
            self.at,
            self.kind,
            self.outcome,
            self.agent,
            self.object_id,
            self.paper_id,
            self.detail,
            self.previous,
            self.hash,
        )

    def computed(self) -> str:
        """The hash that the entry should have.

        Raises:
            ValueError: its detail is no JSON.

        """
        return hashlib.sha256(canonical(self._document()).encode()).hexdigest()

    def fits(self) -> bool:
        """Whether its hash is that of its content."""
        try:
            return self.computed() == self.hash
        except (ValueError, TypeError):  # a detail that is no JSON, bytes where text should be
            return False

    def bare(self) -> "Entry":
        """What is left of the entry when its details are erased; see `forgetting`."""
        return replace(self, detail=canonical({"forgotten": self.sequence}))

    @property
    def is_bare(self) -> bool:
        """Whether its details were erased; that this was in order, a later entry has to say."""
        return self.detail == self.bare().detail

    @property
    def stands(self) -> bool:
        """Whether it fits its hash, or has no details any more that it could fit."""
        return self.is_bare or self.fits()

    def left(self) -> str:
        """The SHA-256 of its line, as the event of a purge lists it."""
        return hashlib.sha256(self.line()).hexdigest()

    def line(self) -> bytes:
        """The entry as a line of JSON, with its hash.

        Raises:
            ValueError: its detail is no JSON.

        """
        return f"{canonical({**self._document(), 'hash': self.hash})}\n".encode()

    @classmethod
    def of_line(cls, line: bytes) -> "Entry":
        """The entry that `line` wrote.

        Raises:
            ValueError: it is not the line of an entry, or not that of one that fits its hash.

        """
        try:
            document = json.loads(line)
            entry = cls(
                document["sequence"],
                document["at"],
                document["kind"],
                document["outcome"],
                document["agent"],
                document["object"],
                document["paper"],
                canonical(document["detail"]),
                document["previous"],
                document["hash"],
            )
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError("no entry of a chain") from error
        if not entry.stands or entry.line() != line:
            raise ValueError("its hash is that of another entry")
        return entry

    def _document(self) -> dict[str, Any]:
        """What the hash is made over.

        Raises:
            ValueError: its detail is no JSON.

        """
        return {
            "sequence": self.sequence,
            "at": self.at,
            "kind": self.kind,
            "outcome": self.outcome,
            "agent": self.agent,
            "object": self.object_id,
            "paper": self.paper_id,
            "detail": json.loads(self.detail),
            "previous": self.previous,
        }


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks: equal values give equal text, and what UTF-8 cannot hold is an escape."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()
