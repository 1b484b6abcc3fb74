"""The probability of a word, against the sum over every path there is."""

from itertools import groupby, product

import numpy as np
import pytest

from digidoc.ocr.vietnamese.read import ctc


def by_hand(steps: np.ndarray, label: tuple[int, ...]) -> float:
    total = 0.0
    for path in product(range(steps.shape[1]), repeat=len(steps)):
        if tuple(c for c, _ in groupby(path) if c) == label:
            total += float(np.prod([steps[at, c] for at, c in enumerate(path)]))
    return float(np.log(total))


@pytest.mark.parametrize("label", [(1,), (1, 2), (2, 2), (1, 2, 1), (3, 3)])
def test_it_is_the_sum_over_all_paths(label: tuple[int, ...]) -> None:
    steps = np.random.default_rng(3).dirichlet(np.ones(4), 5)
    found = ctc.score(np.log(steps).astype(np.float32), np.asarray([(0, 5)]), [label])
    assert found[0] == pytest.approx(by_hand(steps, label), abs=1e-4)


def test_words_of_different_length_and_place_do_not_disturb_each_other() -> None:
    steps = np.random.default_rng(4).dirichlet(np.ones(5), 12)
    logs = np.log(steps).astype(np.float32)
    spans, labels = np.asarray([(0, 3), (3, 9), (8, 12), (0, 6)]), [(1,), (2, 3, 4), (4, 4), (1, 2)]
    together = ctc.score(logs, spans, labels)
    for (first, last), label, found in zip(spans, labels, together, strict=True):
        assert found == pytest.approx(by_hand(steps[first:last], label), abs=1e-4)


def test_a_word_too_long_for_its_steps_is_next_to_impossible() -> None:
    logs = np.log(np.full((2, 3), 1 / 3)).astype(np.float32)
    assert ctc.score(logs, np.asarray([(0, 2)]), [(1, 2, 1)])[0] < -600
