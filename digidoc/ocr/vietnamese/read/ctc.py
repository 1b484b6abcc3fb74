"""How likely a word is to stand between two steps of the line network's output: connectionist temporal classification.

The sum over all ways in which the characters of a word, each repeated or with blanks between, can be laid over the
steps: the forward pass of the method, for many words at once.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Words scored in one go, those of similar length together, for all of them take as many steps as the longest.
_AT_ONCE: Final = 512
# Probability that every character has at least: a product of some thirty of them still is a number above 0.
_LEAST: Final = 1e-9


def score(steps: Floats, spans: NDArray[np.int64], labels: Sequence[Sequence[int]]) -> Floats:
    """Natural logarithm of the probability of each word within its span.

    Args:
        steps: logarithms of the characters' probabilities, [steps, characters]; character 0 is the blank of CTC.
        spans: for each word its first step and the one after its last, [words, 2].
        labels: the characters of each word, at least one.

    Returns:
        [words]; about -700 where a word has more characters than its span has steps.

    """
    likely = np.maximum(np.exp(steps), _LEAST, dtype=np.float64)
    found = np.empty(len(labels), np.float32)
    sizes = np.asarray([len(label) for label in labels], np.int64)
    order = np.lexsort((sizes, spans[:, 1] - spans[:, 0]))
    for start in range(0, len(order), _AT_ONCE):
        chosen = order[start : start + _AT_ONCE]
        found[chosen] = _scored(likely, spans[chosen], [labels[i] for i in chosen], sizes[chosen])
    return found


def _scored(
    likely: NDArray[np.float64], spans: NDArray[np.int64], labels: Sequence[Sequence[int]], sizes: NDArray[np.int64]
) -> Floats:
    states = np.zeros((len(labels), 2 * int(sizes.max()) + 1), np.int64)  # blank, letter, blank, letter, …, blank
    for row, label in enumerate(labels):
        states[row, 1 : 2 * len(label) : 2] = label
    # From a letter to the next one past the blank between, unless the two are the same.
    skips = np.zeros(states.shape)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    lengths = spans[:, 1] - spans[:, 0]
    forward = np.zeros(states.shape)
    forward[:, 0] = 1.0  # before the first step: nothing yet
    for at in range(int(lengths.max(initial=0))):
        grown = forward.copy()
        grown[:, 1:] += forward[:, :-1]
        grown[:, 2:] += skips[:, 2:] * forward[:, :-2]
        grown *= likely[np.minimum(spans[:, 0] + at, len(likely) - 1)[:, None], states]
        running = at < lengths
        forward = grown if running.all() else np.where(running[:, None], grown, forward)
    rows = np.arange(len(labels))
    ends = forward[rows, 2 * sizes] + forward[rows, 2 * sizes - 1]
    return np.log(np.maximum(ends, np.finfo(np.float64).tiny)).astype(np.float32)
