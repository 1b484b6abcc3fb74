"""Opening networks: digidoc's own, and trueocr's, each alone (its PageEngine would open all, and two of them twice)."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from digidoc.errors import DependencyMissing


def models() -> Path:
    """The folder of trueocr's networks, found without importing it.

    Raises:
        DependencyMissing: trueocr is not installed.

    """
    found = find_spec("trueocr")
    if found is None or not found.submodule_search_locations:
        raise DependencyMissing(what="trueocr")
    return Path(found.submodule_search_locations[0]) / "models"


def open_network(name: Literal["det", "orient", "order"]) -> Any:
    """One of trueocr's networks."""
    return session((models() / f"{name}.onnx").read_bytes())


def session(model: bytes, *, arena: bool = False) -> Any:
    """An onnxruntime session on one thread.

    Args:
        model: the network.
        arena: whether memory is kept for the next run: it saves a tenth of the time. A page would keep 40 MB so, a line
            has little.

    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    # It would keep a plan, and a block, for every width of line.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
