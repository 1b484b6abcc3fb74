"""What people settled of fields, tied to the fields of a paper that is made of their pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from digidoc.archive.corrections import Conflict, Correction, Decision, Entry, FieldPlaced, How, Placed
from digidoc.model import Box, ExtractedField
from digidoc.pipeline.operate.decisions import Settled, carried_over

_HERE, _THERE = Box(10, 10, 50, 20), Box(300, 10, 350, 20)
_AT = datetime(2026, 1, 5, tzinfo=UTC)


def _entry(*fields: FieldPlaced, conflicts: tuple[Conflict, ...] = (), pages: tuple[int, ...] = ()) -> Entry:
    made = Correction("0" * 32, "P-0000000000000000", "lan", _AT, "v1", "0" * 64, Decision.DONE)
    return Entry(made, _AT, "v2", Placed(fields, conflicts=conflicts), pages)


def _carried(entry: Entry, found: Sequence[ExtractedField], pages: dict[int, int]) -> list[Entry]:
    return list(carried_over([Settled((entry,), 4, pages)], found))


def _found(name: str, page: int, box: Box | None = _HERE) -> ExtractedField:
    return ExtractedField(name, "x", 0.9, page, box)


@pytest.mark.parametrize(
    ("how", "value", "found", "nth"),
    [
        (How.TYPED, "15", [_found("CodeNumber", 1)], 0),  # where it stood
        (How.TYPED, "15", [_found("CodeNumber", 1, _THERE), _found("CodeNumber", 1)], 1),
        (How.TYPED, "15", [_found("CodeNumber", 1, None)], 0),
        (How.TYPED, "15", [_found("CodeNumber", 2)], 1),  # found no more: kept beside what is found
        (How.TYPED, "15", [], 0),
        (How.BLANK, "", [_found("CodeNumber", 1)], 0),
        (How.BLANK, "", [_found("CodeNumber", 2)], None),  # of a field that is not there
        (How.REMOVED, "", [_found("CodeNumber", 1)], 0),
        (How.REMOVED, "", [_found("CodeNumber", 1, _THERE)], None),
    ],
)
def test_a_field_is_found_by_its_place(how: How, value: str, found: list[ExtractedField], nth: int | None) -> None:
    entry = _entry(FieldPlaced("CodeNumber", 3, value, how, 2, _HERE))
    made = _carried(entry, found, {2: 1, 3: 2})
    assert [(field.nth, field.page) for one in made for field in one.placed.fields] == (
        [] if nth is None else [(nth, 1)]
    )


def test_two_that_say_the_same_field_are_tied_to_the_same() -> None:
    fields = [FieldPlaced("ToPlaces.Place", nth, f"{nth}", How.TYPED, 2, None) for nth in (4, 5, 4)]
    made = _carried(_entry(*fields), [_found("ToPlaces.Place", 1), _found("ToPlaces.Place", 1)], {2: 1})
    assert [field.nth for field in made[0].placed.fields] == [0, 1, 0]


def test_conflicts_go_along_with_their_page() -> None:
    there = (Conflict("Subject", 0, 1, "a", "b", "c"), Conflict("word", 0, 2, "a", "b", "c", _HERE))
    (made,) = _carried(_entry(conflicts=there), [], {2: 1})
    assert [(one.what, one.page) for one in made.placed.conflicts] == [("word", 1)]


def test_what_was_said_of_other_pages_stays_there() -> None:
    field = FieldPlaced("CodeNumber", 0, "15", How.TYPED, 1, _HERE)
    assert _carried(_entry(field), [], {2: 1}) == []
    assert _carried(_entry(field, pages=(3, 4)), [], {1: 1}) == []
    assert [one.pages for one in _carried(_entry(), [], {1: 1, 2: 2})] == [(1, 2)]
    assert _carried(_entry(), [], {3: 1}) == []
