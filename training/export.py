"""Exports trained weights to ONNX and checks that the engine computes the same answers as PyTorch.

python -m training.export {reader,line,fast,detector,corners} [--checkpoint FILE ...] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from anpr.locate.locator_input import (
    DETECTOR_INPUT_HW,
    STRIDE,
    WINDOW_GROWTH,
    WINDOW_HW,
    detector_input,
)
from anpr.models.engine import Network
from anpr.pixels import DEVIATION_FLOOR
from anpr.read.ctc import ALPHABET, BLANK
from anpr.read.reader_input import READER_INPUT_HW
from training.locator.networks import CornerNetwork, DetectorNetwork
from training.reader.network import ROWS, STEP_PX, Scores, fast_network, reader_network
from training.run import CACHE, best_path, load_average

FLOAT_FOLDER = Path(__file__).with_name("weights")
"""The float networks; `training.quantise` makes of them those that anpr loads."""
OPSET = 13  # new enough for all layers, and old enough for every engine
TOLERANCE = 1e-4  # of logits and log probabilities; rounding stays below, a wrong layer does not
CHECKED_BATCH_SIZES = (1, 3)  # in use, the corner regressor gets all windows of a photo at once
TIMED_RUNS = 100


def _unchanged(network: Any) -> nn.Module:
    module: nn.Module = network
    return module


@dataclass(frozen=True)
class Export:
    """How one network is exported."""

    make: Callable[[], nn.Module]
    """Makes the network with fresh weights."""
    names: tuple[str, str]
    """Names of its input and output."""
    shape: tuple[int, ...]
    """Shape of one input, without the batch dimension."""
    contract: dict[str, str]
    """How to prepare its input and decode its output; stored in the file as metadata."""
    free: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Dimensions of input and output, besides the batch, that may have any size."""
    wrap: Callable[[Any], nn.Module] = _unchanged
    """Turns the trained network into the one to export."""


def _reader_export(make: Callable[[], nn.Module]) -> Export:
    return Export(
        make,
        ("canvas", "scores"),
        (1, *READER_INPUT_HW),
        {
            "alphabet": ALPHABET,
            "blank": str(BLANK),
            "rows": str(ROWS),
            "step_px": str(STEP_PX),
            "input": "gray uint8 stretched to the canvas, minus its mean, over (deviation + floor)",
        },
        free={"canvas": (3,), "scores": (3,)},
        wrap=Scores,
    )


EXPORTS = {
    "reader": _reader_export(reader_network),
    "line": _reader_export(reader_network),
    "fast": _reader_export(fast_network),
    "detector": Export(
        DetectorNetwork,
        ("photo", "cells"),
        detector_input(np.zeros(DETECTOR_INPUT_HW, np.uint8)).shape[1:],
        {
            "pixels": str(DETECTOR_INPUT_HW[0] * DETECTOR_INPUT_HW[1]),
            "stride": str(STRIDE),
            "input": "gray uint8 shrunk, minus its mean, over (deviation + floor), blocks of 4 x 4",
            "output": "logit, x and y to the centre, log width, log height, in cells",
        },
        free={"photo": (2, 3), "cells": (2, 3)},
    ),
    "corners": Export(
        CornerNetwork,
        ("window", "corners"),
        (1, *WINDOW_HW),
        {
            "window_growth": json.dumps(WINDOW_GROWTH),
            "input": "gray uint8 window of a box, minus its mean, over (deviation + floor)",
            "output": "logit, x and y of four corners from -1 to 1, clockwise from the top left",
        },
    ),
}


def write_onnx(export: Export, network: nn.Module, out: Path) -> None:
    """Writes a network, with its contract as metadata."""
    axes = {
        name: {0: "n", **{axis: f"d{axis}" for axis in export.free.get(name, ())}}
        for name in export.names
    }
    torch.onnx.export(
        network,
        (torch.zeros(1, *export.shape),),
        str(out),
        input_names=[export.names[0]],
        output_names=[export.names[1]],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(out))
    for key, value in {**export.contract, "deviation_floor": str(DEVIATION_FLOOR)}.items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(out))


def max_difference(export: Export, network: nn.Module, out: Path) -> float:
    """Returns the largest difference between PyTorch's and the engine's answers to random noise."""
    run = Network(out.stem, out.read_bytes())
    worst = 0.0
    for count in CHECKED_BATCH_SIZES:
        noise = np.random.default_rng(count).normal(size=(count, *export.shape))
        pixels = noise.astype(np.float32)
        answer = run(pixels)
        with torch.no_grad():
            expected = network(torch.from_numpy(pixels)).numpy()
        worst = max(worst, float(np.abs(answer - expected).max()))
    return worst


def milliseconds(export: Export, out: Path) -> float:
    """Returns the median time that the engine takes for one input, in milliseconds."""
    run = Network(out.stem, out.read_bytes())
    pixels = np.zeros((1, *export.shape), np.float32)
    times = []
    for _ in range(TIMED_RUNS):
        start = time.perf_counter()
        run(pixels)
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def main() -> None:
    """Exports a network, checks it and reports its size, accuracy and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=EXPORTS)
    parser.add_argument(
        "--checkpoint",
        type=Path,
        nargs="+",
        help="if there are several, the mean of their weights (default: the best in the cache)",
    )
    parser.add_argument("--out", type=Path, help="(default: in training/weights)")
    arguments = parser.parse_args()
    export = EXPORTS[arguments.network]
    out: Path = arguments.out or FLOAT_FOLDER / f"{arguments.network}.onnx"
    checkpoints = arguments.checkpoint or [best_path(CACHE / f"{arguments.network}.pt")]
    out.parent.mkdir(parents=True, exist_ok=True)
    network = export.wrap(load_average(export.make(), *checkpoints)).eval()
    partial = out.with_suffix(".partial.onnx")
    write_onnx(export, network, partial)
    difference = max_difference(export, network, partial)
    if difference > TOLERANCE:
        raise SystemExit(
            f"{partial}: the engine differs by {difference:.1e}, expected {TOLERANCE:.0e}"
        )
    partial.replace(out)
    print(
        f"{out}: {out.stat().st_size / 1e6:.2f} MB, differs from PyTorch by "
        f"{difference:.1e}, {milliseconds(export, out):.2f} ms an input on one thread"
    )


if __name__ == "__main__":
    main()
