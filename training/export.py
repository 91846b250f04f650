"""Export trained weights to ONNX and check that OpenCV's reader of it agrees with PyTorch.

python -m training.export {reader,line,glance,finder,corners} [--checkpoint FILE ...] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import torch
from torch import nn

from anpr.locate.locator_input import CANVAS_HW as PHOTO_HW
from anpr.locate.locator_input import STRIDE, WINDOW_GROWTH, WINDOW_HW, detector_input
from anpr.pixels import DEVIATION_FLOOR
from anpr.read.ctc import ALPHABET, BLANK
from anpr.read.reader_input import CANVAS_HW
from training.checksums import write_sums
from training.locator.networks import CornerNetwork, DetectorNetwork
from training.reader.network import ROWS, STEP_PX, Scores, fast_network, reader_network
from training.run import CACHE, best_path, load_average

MODELS = Path(__file__).parents[1] / "anpr" / "models"
OPSET = 13  # what cv2.dnn has read longest
TOLERANCE = 1e-4  # of logits and logarithms: rounding, not a different layer
CHECK_BATCHES = (1, 3)  # one input and several: cv2.dnn plans anew for each size
TIMED_RUNS = 100


@dataclass(frozen=True)
class Export:
    """What is to be exported, and what it takes in.

    Attributes:
        make: the network with fresh weights.
        names: of its input and output.
        shape: of one input, without the batch.
        contract: how to make its input and read its output, kept in the file.
        free: dimensions of input and output, besides the batch, that may be of any length.
        part: of a trained network, what is exported.
    """

    make: Callable[[], nn.Module]
    names: tuple[str, str]
    shape: tuple[int, int, int]
    contract: dict[str, str]
    free: dict[str, tuple[int, ...]] = field(default_factory=dict)
    part: Callable[[Any], nn.Module] = lambda network: network


def _of_a_reader(make: Callable[[], nn.Module]) -> Export:
    return Export(
        make,
        ("canvas", "scores"),
        (1, *CANVAS_HW),
        {
            "alphabet": ALPHABET,
            "blank": str(BLANK),
            "rows": str(ROWS),
            "step_px": str(STEP_PX),
            "input": "gray uint8 stretched to the canvas, minus its mean, over (deviation + floor)",
        },
        free={"canvas": (3,), "scores": (3,)},
        part=Scores,
    )


EXPORTS = {
    "reader": _of_a_reader(reader_network),
    "line": _of_a_reader(reader_network),
    "fast": _of_a_reader(fast_network),
    "detector": Export(
        DetectorNetwork,
        ("photo", "cells"),
        detector_input(np.zeros(PHOTO_HW, np.uint8)).shape[1:],
        {
            "pixels": str(PHOTO_HW[0] * PHOTO_HW[1]),
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


def export(what: Export, network: nn.Module, out: Path) -> None:
    """Write the network with its contract as metadata."""
    axes = {
        name: {0: "n", **{axis: f"d{axis}" for axis in what.free.get(name, ())}}
        for name in what.names
    }
    torch.onnx.export(
        network,
        (torch.zeros(1, *what.shape),),
        str(out),
        input_names=[what.names[0]],
        output_names=[what.names[1]],
        dynamic_axes=axes,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(out))
    for key, value in {**what.contract, "deviation_floor": str(DEVIATION_FLOOR)}.items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(out))


def largest_difference(what: Export, network: nn.Module, out: Path) -> float:
    """Largest difference of PyTorch's and OpenCV's answers to noise."""
    opened = cv2.dnn.readNetFromONNX(str(out))
    worst = 0.0
    for count in CHECK_BATCHES:
        pixels = np.random.default_rng(count).normal(size=(count, *what.shape)).astype(np.float32)
        opened.setInput(pixels)
        answer = opened.forward()
        with torch.no_grad():
            expected = network(torch.from_numpy(pixels)).numpy()
        worst = max(worst, float(np.abs(answer - expected).max()))
    return worst


def milliseconds(what: Export, out: Path) -> float:
    """Median time of one input in OpenCV on one thread, ms."""
    cv2.setNumThreads(1)
    opened = cv2.dnn.readNetFromONNX(str(out))
    times = []
    for _ in range(TIMED_RUNS):
        start = time.perf_counter()
        opened.setInput(np.zeros((1, *what.shape), np.float32))
        opened.forward()
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def main() -> None:
    """Export, check, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=EXPORTS)
    parser.add_argument(
        "--checkpoint",
        type=Path,
        nargs="+",
        help="of several, the mean of their weights (default: the best in the cache)",
    )
    parser.add_argument("--out", type=Path, help="(default: where anpr looks for it)")
    args = parser.parse_args()
    what = EXPORTS[args.network]
    out = args.out or MODELS / f"{args.network}.onnx"
    checkpoints = args.checkpoint or [best_path(CACHE / f"{args.network}.pt")]
    out.parent.mkdir(parents=True, exist_ok=True)
    network = what.part(load_average(what.make(), *checkpoints)).eval()
    partial = out.with_suffix(".partial.onnx")
    export(what, network, partial)
    difference = largest_difference(what, network, partial)
    if difference > TOLERANCE:
        raise SystemExit(f"{partial}: OpenCV differs by {difference:.1e}, expected {TOLERANCE:.0e}")
    partial.replace(out)
    if out.resolve().parent == MODELS.resolve():
        write_sums(MODELS)  # else anpr would refuse what is new
    print(
        f"{out}: {out.stat().st_size / 1e6:.2f} MB, differs from PyTorch by "
        f"{difference:.1e}, {milliseconds(what, out):.2f} ms an input on one thread"
    )


if __name__ == "__main__":
    main()
