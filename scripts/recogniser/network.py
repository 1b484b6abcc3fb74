"""The line network in PyTorch: trueocr's (Apache-2.0), at one and a half times the resolution, and a branch for marks.

It begins with the weights of trueocr 0.1.1, spread over the larger patches, so that it reads as well as that network
before it has seen a single line; what is new (the branch for marks, new characters) begins at nothing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import onnx
import onnx.numpy_helper
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from digidoc.ocr.vietnamese.read.line_picture import LINE, SEEN, STEP

_BLOCKS: Final = 10
_WIDTH: Final = 128
# Rows of patches that trueocr's network sees, and the first of those that are kept.
_ROWS: Final = slice(6, 18)
# The layers of a block: ours, and what trueocr's file calls them.
_LAYERS: Final = (("dw", "dw"), ("expand", "expand"), ("fc1", "se/fc1"), ("fc2", "se/fc2"), ("project", "project"))
# What batch normalisation adds to the variance (PyTorch's default, with which trueocr was trained).
_EPSILON: Final = 1e-5
# New characters begin as unlikely: spread of their weights, and the logarithm of their odds.
_NEW_SPREAD, _NEW_BIAS = 0.01, -8.0


class Block(nn.Module):
    """Along the line, then across the channels, weighed by what the whole line holds."""

    def __init__(self) -> None:
        super().__init__()
        self.dw = nn.Conv1d(_WIDTH, _WIDTH, 9, padding=4, groups=_WIDTH)
        self.expand = nn.Conv1d(_WIDTH, 2 * _WIDTH, 1)
        self.fc1 = nn.Conv1d(2 * _WIDTH, _WIDTH // 2, 1)
        self.fc2 = nn.Conv1d(_WIDTH // 2, 2 * _WIDTH, 1)
        self.project = nn.Conv1d(2 * _WIDTH, _WIDTH, 1)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """[lines, channels, steps] to the same."""
        wide = fn.hardswish(self.expand(self.dw(x)))
        if mask is None:
            mean = wide.mean(2, keepdim=True)
        else:
            mean = (wide * mask).sum(2, keepdim=True) / mask.sum(2, keepdim=True)
        weight = torch.sigmoid(self.fc2(torch.relu(self.fc1(mean))))
        out = x + self.project(wide * weight)
        return out if mask is None else out * mask


class Context(nn.Module):
    """Patches of the line and of what is above and below it; each of four views looks at the rows it needs."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(1, 32, STEP, stride=STEP)
        self.dw = nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)
        self.pw = nn.Conv2d(32, 64, 1)
        self.score = nn.Conv2d(64, 4, 1)
        self.row_prior = nn.Parameter(torch.zeros(1, 4, SEEN // STEP, 1))
        self.proj = nn.Conv1d(64, _WIDTH, 1)

    def views(self, x: Tensor) -> Tensor:
        """[lines, 1, SEEN, pixels] to [lines, 64, 1, steps]."""
        seen = fn.hardswish(self.pw(self.dw(fn.hardswish(self.patch(x)))))
        weight = torch.softmax(self.score(seen) + self.row_prior, dim=2)
        views = [(seen[:, 16 * i : 16 * i + 16] * weight[:, i : i + 1]).sum(2, keepdim=True) for i in range(4)]
        return torch.cat(views, 1)

    def forward(self, x: Tensor) -> Tensor:
        """[lines, 1, SEEN, pixels] to [lines, channels, steps]."""
        return self.proj(self.views(x).squeeze(2))


class Marks(nn.Module):
    """Small patterns at full resolution: the marks that make ở of o."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.dw1 = nn.Conv2d(16, 16, 3, stride=(2, 1), padding=1, groups=16)
        self.pw1 = nn.Conv2d(16, 32, 1)
        self.dw2 = nn.Conv2d(32, 32, 3, stride=(2, 3), padding=(1, 0), groups=32)
        self.pw2 = nn.Conv2d(32, 64, 1)
        self.proj = nn.Conv2d(64, _WIDTH, (LINE // 8, 1))
        nn.init.zeros_(self.proj.weight)
        nn.init.zeros_(self.proj.bias)

    def patterns(self, x: Tensor) -> Tensor:
        """[lines, 1, LINE, pixels] to [lines, 64, LINE // 8, steps]."""
        x = fn.hardswish(self.first(x))
        x = fn.hardswish(self.pw1(self.dw1(x)))
        return fn.hardswish(self.pw2(self.dw2(x)))

    def forward(self, x: Tensor) -> Tensor:
        """[lines, 1, LINE, pixels] to [lines, channels, steps]."""
        return self.proj(self.patterns(x)).squeeze(2)


class Network(nn.Module):
    """Pictures of lines to the logarithms of the characters' probabilities."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, _WIDTH, (LINE, STEP), stride=(LINE, STEP))
        self.context = Context()
        self.marks = Marks()
        self.scale = nn.Parameter(torch.ones(1, _WIDTH, 1))
        self.shift = nn.Parameter(torch.zeros(1, _WIDTH, 1))
        self.blocks = nn.ModuleList(Block() for _ in range(_BLOCKS))
        self.head = nn.Conv1d(_WIDTH, characters, 1)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Log-probabilities.

        Args:
            x: ink from 0 to 1, [lines, 1, SEEN, pixels]; pixels a multiple of STEP.
            mask: 1 where a line is, [lines, 1, steps]; None where all are as wide as the picture.

        Returns:
            [lines, steps, characters]; 0 is CTC's blank.

        """
        margin = (SEEN - LINE) // 2
        line = x[:, :, margin : margin + LINE]
        y = self.stem(line).squeeze(2) + self.context(x) + self.marks(line)
        y = fn.hardswish(y * self.scale + self.shift)
        if mask is not None:
            y = y * mask
        for block in self.blocks:
            y = block(y, mask)
        return torch.log_softmax(self.head(y).transpose(1, 2), dim=2)


def from_trueocr(model: Path, characters: int) -> Network:
    """The network with trueocr's weights.

    Args:
        model: rec.onnx of trueocr 0.1.1.
        characters: outputs, the blank and the new ones included.

    """
    graph = onnx.load(str(model)).graph
    held = {one.name: torch.from_numpy(onnx.numpy_helper.to_array(one).copy()) for one in graph.initializer}
    inputs = {node.name: node.input for node in graph.node}

    def of(node: str, at: int) -> Tensor:
        return held[inputs[f"/rec/{node}"][at]]

    net = Network(characters)
    with torch.no_grad():
        _set(net.stem, _spread(of("stem/Conv", 1), (LINE, STEP)), of("stem/Conv", 2))
        gain, bias, mean, variance = (of("stem_bn/BatchNormalization", i) for i in range(1, 5))
        spread = torch.sqrt(variance + _EPSILON)
        net.scale.copy_((gain / spread)[None, :, None])
        net.shift.copy_((bias - mean * gain / spread)[None, :, None])
        _fill_context(net.context, of, held["rec.context.row_prior"])
        for i, block in enumerate(net.blocks):
            for ours, theirs in _LAYERS:
                node = f"blocks.{i}/{theirs}/Conv"
                _set(getattr(block, ours), of(node, 1), of(node, 2))
        known = held["rec.head.weight"].shape[0]
        nn.init.normal_(net.head.weight, std=_NEW_SPREAD)
        net.head.bias.fill_(_NEW_BIAS)
        net.head.weight[:known] = held["rec.head.weight"]
        net.head.bias[:known] = held["rec.head.bias"]
    return net


def _fill_context(context: Context, of: Callable[[str, int], Tensor], row_prior: Tensor) -> None:
    _set(context.patch, _spread(of("context/patch/Conv", 1), (STEP, STEP)), of("context/patch/Conv", 2))
    context.dw.weight.copy_(of("context/dw/Conv", 1))
    for name in ("pw", "score", "proj"):
        _set(getattr(context, name), of(f"context/{name}/Conv", 1), of(f"context/{name}/Conv", 2))
    context.row_prior.copy_(row_prior[:, :, _ROWS])


def _set(layer: nn.Conv1d | nn.Conv2d, weight: Tensor, bias: Tensor) -> None:
    layer.weight.copy_(weight)
    layer.bias.copy_(bias)


def _spread(weight: Tensor, size: tuple[int, int]) -> Tensor:
    """The kernel for a finer grid: the same answer to the same picture."""
    shrink = weight.shape[2] * weight.shape[3] / (size[0] * size[1])
    return fn.interpolate(weight, size=size, mode="bilinear", align_corners=False) * shrink
