"""Our networks side by side on several engines: the CPU time of one run, on one thread.

The networks run in float, as they were trained, and in eight bits, as `anpr` reads with them.
"""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from anpr._version import install_hint
from anpr.models import engine, weights
from anpr.models.engine import Run, Tensor
from benchmarks.command import open_available
from benchmarks.timing import timed
from benchmarks.versions import loaded_versions

FLOAT = "float"
EIGHT_BITS = "eight_bits"
FOLDERS = {FLOAT: Path(__file__).parents[1] / "training" / "weights", EIGHT_BITS: weights.FOLDER}

SHAPES = {
    "detector": (1, 16, 80, 112),  # for a 4:3 photo
    "corners": (1, 1, 64, 128),
    "fast": (1, 1, 48, 144),
    "reader": (1, 1, 48, 144),
    "line": (1, 1, 48, 144),
}
"""The networks and a typical input of each."""

TURNS = 20
RUNS_PER_TURN = 5  # in a longer turn, a slow phase of the machine would affect one engine alone

Open = Callable[[bytes], Run]
"""Opens a network, given the content of its ONNX file."""


def _onnxruntime() -> Open:
    """ONNX Runtime with the options that `anpr` uses."""
    return lambda content: engine.Network("benchmark", content)


def _opencv() -> Open:
    """OpenCV's dnn, which does not run our networks in eight bits."""
    if not hasattr(cv2, "dnn"):
        raise ImportError(f"OpenCV {cv2.__version__} does not include dnn")
    cv2.setNumThreads(1)

    def open_network(content: bytes) -> Run:
        network = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))

        def run(tensor: Tensor) -> Tensor:
            network.setInput(tensor)
            return network.forward()

        return run

    return open_network


def _openvino() -> Open:
    """OpenVINO; what is not in eight bits stays in float32, as with the other engines."""
    import openvino

    core = openvino.Core()
    options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}

    def open_network(content: bytes) -> Run:
        model = core.read_model(content, b"")
        request = core.compile_model(model, "CPU", options).create_infer_request()

        def run(tensor: Tensor) -> Tensor:
            output: Tensor = request.infer([tensor], share_inputs=True)[0]
            return output

        return run

    return open_network


ENGINES: dict[str, Callable[[], Open]] = {
    "onnxruntime": _onnxruntime,
    "opencv": _opencv,
    "openvino": _openvino,
}
FLOAT_ONLY = {"opencv"}


def measure_engines() -> dict[str, Any]:
    """Returns `versions` by engine, and `cpu_ms_median` by network, number format and engine.

    An engine that is not installed is left out and reported on stderr. A network that is the same
    file in both formats is measured in float alone.
    """
    engines = open_available(ENGINES, ENGINES, f"; {install_hint('peers')}")
    costs: dict[str, dict[str, dict[str, float]]] = {}
    for name, shape in SHAPES.items():
        files = {kind: (folder / f"{name}.onnx").read_bytes() for kind, folder in FOLDERS.items()}
        if files[EIGHT_BITS] == files[FLOAT]:
            del files[EIGHT_BITS]
        costs[name] = {
            kind: _in_turns(_opened(engines, content, kind), shape)
            for kind, content in files.items()
        }
    versions = {name: loaded_versions()[name] for name in engines}
    return {"versions": versions, "cpu_ms_median": costs}


def _opened(engines: dict[str, Open], content: bytes, kind: str) -> dict[str, Run]:
    return {
        name: open_network(content)
        for name, open_network in engines.items()
        if kind == FLOAT or name not in FLOAT_ONLY
    }


def _in_turns(networks: dict[str, Run], shape: tuple[int, ...]) -> dict[str, float]:
    """Returns the median CPU time of a run, by engine.

    Each turn begins with a run that is not counted: it fills the CPU's caches again.
    """
    tensor = np.random.default_rng(0).random(shape, np.float32)
    cpu_ms: dict[str, list[float]] = {name: [] for name in networks}
    for _ in range(TURNS):
        for name, run in networks.items():
            run(tensor)
            cpu_ms[name] += [_cpu_ms(run, tensor) for _ in range(RUNS_PER_TURN)]
    return {name: statistics.median(runs) for name, runs in cpu_ms.items()}


def _cpu_ms(run: Run, tensor: Tensor) -> float:
    return timed(lambda: run(tensor))[1]


def print_engines(figures: dict[str, Any]) -> None:
    """Prints a table with a row for each network and number format."""
    versions = figures["versions"]
    headings = [f"{name} {version}" for name, version in versions.items()]
    print(" | ".join(["median CPU ms".ljust(20), *headings]))
    for network, kinds in figures["cpu_ms_median"].items():
        for kind, row in kinds.items():
            cells = [
                (f"{row[name]:.3f}" if name in row else "-").rjust(len(heading))
                for name, heading in zip(versions, headings, strict=True)
            ]
            print(" | ".join([f"{network}, {kind}".replace("_", " ").ljust(20), *cells]))
