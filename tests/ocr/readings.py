"""What the line network might have seen of a text, made by hand."""

from collections.abc import Mapping

import numpy as np

from digidoc.ocr.vietnamese.read.recognisers import Reading, Token

CHARS = list(
    "0123456789.,;:/-()abcdeghiklmnopqrstuvxyABCDEGHIKLMNOPQRSTUVXY"
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĐÊÔƠƯ "
)


def reading_of(text: str, doubts: Mapping[int, tuple[str, float]] | None = None, sure: float = 0.999) -> Reading:
    """A reading in which each character has two steps, its own and a blank; places are 10 pixels a character.

    Args:
        text: what the network read.
        doubts: by index of a character, another one and its probability; the rest stays with what was read.
        sure: probability of each other character.

    """
    steps = np.full((2 * len(text), len(CHARS) + 1), 1e-7)
    for at, char in enumerate(text):
        steps[2 * at + 1, 0] = sure
        steps[2 * at, 1 + CHARS.index(char)] = sure
        if doubts and at in doubts:
            other, share = doubts[at]
            steps[2 * at, 1 + CHARS.index(char)] = 1 - share
            steps[2 * at, 1 + CHARS.index(other)] = share
    steps /= steps.sum(axis=1, keepdims=True)
    tokens, spans, at = [], [], 0
    for word in text.split(" "):
        peaks = [float(steps[2 * i].max()) for i in range(at, at + len(word))]
        tokens.append(Token(word, 10.0 * at, 10.0 * (at + len(word)), float(np.mean(peaks))))
        spans.append((2 * at, 2 * (at + len(word))))
        at += len(word) + 1
    return Reading(tuple(tokens), tuple(spans), np.log(steps).astype(np.float32))
