"""The fields of real papers, against what a person read on them (`fields` in the corpus's manifest)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from digidoc.model import ExtractedField, PageText
from digidoc.ocr.engine import EngineSpec
from digidoc.ocr.engines.registry import open_engine
from digidoc.ocr.fields import extract
from digidoc.ocr.source.opening import open_source
from digidoc.text import fold

pytestmark = pytest.mark.slow

# A person also wrote down, as the issuer, the place that only the parent's name says.
_LOOSELY = "issuer"


def _papers(corpus: Path) -> list[tuple[Path, Mapping[str, str]]]:
    found: list[tuple[Path, Mapping[str, str]]] = []
    for manifest in sorted(corpus.glob("vietnamese*/manifest.json")):
        entries: list[dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))
        found += [(manifest.parent / entry["file"], entry["fields"]) for entry in entries if entry.get("fields")]
    return found


@cache
def _first_page(path: Path) -> PageText:
    with open_source(path) as source:
        page = next(iter(source.pages()))
        return page.text or open_engine(EngineSpec()).read(page.image(), page.dpi)


def _as_a_person_says(found: Mapping[str, ExtractedField]) -> dict[str, tuple[str, bool]]:
    """Value and review of each field under the manifest's names."""
    number, notation = found.get("CodeNumber"), found.get("CodeNotation")
    parts = [each for each in (number, notation) if each is not None]
    named = {"issuer": "OrganName", "date": "IssuedDate", "type": "TypeName", "subject": "Subject"}
    said = {key: (found[name].value, found[name].review) for key, name in named.items() if name in found}
    return said | {"number": ("/".join(each.value for each in parts), any(each.review for each in parts))}


def _same(key: str, value: str, truth: str) -> bool:
    value, truth = fold(value), fold(truth)
    return truth.startswith(value) if key == _LOOSELY and value else value == truth


def test_every_field_of_real_papers_is_right_or_left_to_a_person(corpus: Path) -> None:
    papers = _papers(corpus)
    assert len(papers) > 6
    silent = []
    for path, truth in papers:
        said = _as_a_person_says({field.name: field for field in extract([_first_page(path)])})
        for key, wanted in truth.items():
            value, review = said.get(key, ("", False))
            if not _same(key, value, wanted) and not review:
                silent.append((path.name, key, value))
    assert silent == []


@pytest.mark.parametrize("key", ["issuer", "type"])
def test_printed_issuers_and_types_of_real_papers_are_all_right(corpus: Path, key: str) -> None:
    for path, truth in _papers(corpus):
        said = _as_a_person_says({field.name: field for field in extract([_first_page(path)])})
        assert _same(key, said[key][0], truth[key]), path.name


def test_symbols_of_real_papers_are_all_right_and_subjects_but_for_one_with_a_note_typed_beside_it(
    corpus: Path,
) -> None:
    subjects = []
    for path, truth in _papers(corpus):
        found = {field.name: field for field in extract([_first_page(path)])}
        assert fold(found["CodeNotation"].value) == fold(truth["number"].partition("/")[2]), path.name
        subjects += [path.name] if fold(found["Subject"].value) != fold(truth["subject"]) else []
    assert subjects in ([], ["dn_1635.pdf"])
