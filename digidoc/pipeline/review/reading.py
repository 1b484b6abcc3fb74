"""text.json: what is known of a paper's text, as it stands beside the paper."""

import json
from dataclasses import dataclass
from typing import Any, Final

from digidoc.archive import metadata
from digidoc.formats import codec
from digidoc.model import ExtractedField, PageText

FORMAT: Final = "digidoc.text/1"
_HEAD: Final = f'{{"format":"{FORMAT}","pages":['
_decode: Final = json.JSONDecoder().raw_decode


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a paper's text: its pages in order, and its fields."""

    pages: tuple[PageText, ...]
    fields: tuple[ExtractedField, ...]

    def to_json(self) -> bytes:
        """The reading as text.json has it, version 1."""
        document = {
            "format": FORMAT,
            "pages": [page.to_json() for page in self.pages],
            "fields": metadata.plain_fields(self.fields),
        }
        return (json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Reading":
        """The reading that `to_json` wrote.

        Raises:
            ValueError: it is no text.json of version 1.

        """
        try:
            document: Any = json.loads(data)
            if document["format"] != FORMAT:
                raise ValueError(f"unknown format {document['format']!r}")
            pages = tuple(PageText.from_json(page) for page in document["pages"])
            return cls(pages, codec.read(tuple[ExtractedField, ...], document["fields"]))
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(str(error)) from error


def page_from_json(data: bytes, number: int) -> PageText | None:
    """A single page of a text.json, without making those before it; None where it has no such page.

    Args:
        data: as `Reading.to_json` wrote it.
        number: of the page, from 1.

    Raises:
        ValueError: it is no text.json of version 1.

    """
    text = data.decode()
    if not text.startswith(_HEAD):
        raise ValueError("it does not begin as text.json does")
    at, page = len(_HEAD), None
    try:
        for _page in range(number):
            if text[at] == "]":
                return None
            page, at = _decode(text, at)
            at += text[at] == ","
        return None if page is None else PageText.from_json(page)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(str(error)) from error
