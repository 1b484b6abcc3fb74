"""Write what train.py has learnt as digidoc reads it: `python scripts/recogniser/export.py lines.pt`.

What can be computed beforehand is; lines become pictures one pixel high, which onnxruntime convolves faster; weights
are kept in 16 bits and widened on loading.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import torch
from alphabet import characters, trueocr_file
from network import Block, Network
from torch import Tensor, nn
from torch.nn import functional as fn

from digidoc.ocr.vietnamese.read.line_picture import LINE, SEEN

TARGET: Final = Path(__file__).parents[2] / "digidoc" / "ocr" / "data" / "lines.onnx"
# Numbers: smaller parts are kept in 32 bits.
_SMALL: Final = 256
# Pixels of the line that the exporter follows through the network; others may be as long as they like.
_EXAMPLE: Final = 600


class _Flat(nn.Module):
    """The same network for one line without padding."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.context, self.marks = net.context, net.marks
        gain = net.scale.data[0, :, 0]
        self.stem = _scaled(net.stem, gain, net.shift.data[0, :, 0])
        self.from_context = _scaled(_flat(net.context.proj), gain)
        self.from_marks = _scaled(net.marks.proj, gain)
        self.blocks = nn.ModuleList(_flat_block(block) for block in net.blocks)
        self.head = _flat(net.head)

    def forward(self, x: Tensor) -> Tensor:
        """[1, 1, SEEN, pixels] to log-probabilities [1, steps, characters]."""
        margin = (SEEN - LINE) // 2
        line = x[:, :, margin : margin + LINE]
        y = self.stem(line) + self.from_context(self.context.views(x)) + self.from_marks(self.marks.patterns(line))
        y = fn.hardswish(y)
        for dw, expand, fc1, fc2, project in self.blocks:
            wide = fn.hardswish(expand(dw(y)))
            mean = fn.adaptive_avg_pool2d(wide, 1)
            y = y + project(wide * torch.sigmoid(fc2(torch.relu(fc1(mean)))))
        return torch.log_softmax(self.head(y).squeeze(2).transpose(1, 2), dim=2)


def _flat(layer: nn.Conv1d) -> nn.Conv2d:
    made = nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        (1, layer.kernel_size[0]),
        padding=(0, layer.padding[0]),
        groups=layer.groups,
    )
    made.weight.data, made.bias.data = layer.weight.data[:, :, None], layer.bias.data
    return made


def _flat_block(block: Block) -> nn.ModuleList:
    return nn.ModuleList(_flat(layer) for layer in (block.dw, block.expand, block.fc1, block.fc2, block.project))


def _scaled(layer: nn.Conv2d, gain: Tensor, shift: Tensor | float = 0.0) -> nn.Conv2d:
    layer.weight.data = layer.weight.data * gain[:, None, None, None]
    layer.bias.data = layer.bias.data * gain + shift
    return layer


def _halve(model: onnx.ModelProto) -> None:
    """Weights in 16 bits, each with a cast behind it."""
    graph = model.graph
    casts = []
    for held in list(graph.initializer):
        values = onnx.numpy_helper.to_array(held)
        if values.dtype != np.float32 or values.size < _SMALL:
            continue
        name = held.name
        graph.initializer.remove(held)
        graph.initializer.append(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}/16"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}/16"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def main() -> None:
    """Export, shrink, note the characters, check, and write."""
    given = _arguments()
    known = characters(given.known)
    net = Network(1 + len(known))
    net.load_state_dict(torch.load(given.weights))
    torch.onnx.export(
        _Flat(net.eval()).eval(),
        (torch.rand(1, 1, SEEN, _EXAMPLE),),
        str(given.out),
        input_names=["x"],
        output_names=["steps"],
        dynamic_axes={"x": {3: "pixels"}, "steps": {1: "steps"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(given.out))
    _halve(model)
    model.metadata_props.add(key="characters", value=known)
    onnx.checker.check_model(model)
    onnx.save(model, str(given.out))
    print(f"{given.out}: {given.out.stat().st_size} bytes")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="what train.py wrote")
    meta = trueocr_file("meta.json")
    parser.add_argument("--known", type=Path, default=meta, required=meta is None, help="trueocr's meta.json")
    parser.add_argument("--out", type=Path, default=TARGET, help="lines.onnx of this checkout, unless given")
    return parser.parse_args()


if __name__ == "__main__":
    main()
