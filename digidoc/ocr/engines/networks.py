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


def session(model: bytes) -> Any:
    """An onnxruntime session on one thread, without the memory arena.

    The arena would save the detector a tenth of its time, for memory that the system hands out anew, and keep 40 MB.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
