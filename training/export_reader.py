"""Export trained weights to ONNX and check that OpenCV's reader of it agrees with PyTorch.

python -m training.export_reader [--checkpoint CACHE/reader_best.pt] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import nn

from anpr.read.canvas import CANVAS_HW, DEVIATION_FLOOR
from anpr.read.ctc import ALPHABET, BLANK
from training.reader_network import ROWS, STEPS, ReaderNetwork
from training.train_reader import CACHE

MODEL = Path(__file__).parents[1] / "anpr" / "models" / "reader.onnx"
OPSET = 13  # what cv2.dnn has read longest
TOLERANCE = 1e-4  # of log-probabilities: rounding, not a different layer
CHECK_BATCHES = (1, 3)  # one crop and several: cv2.dnn plans anew for each size
TIMED_RUNS = 100


def load_network(checkpoint: Path) -> nn.Module:
    """The averaged weights of a checkpoint, ready to read."""
    network = ReaderNetwork()
    network.load_state_dict(
        torch.load(checkpoint, map_location="cpu", weights_only=True)["average"]
    )
    return network.eval()


def export(network: nn.Module, out: Path) -> None:
    """Write the network with its input contract as metadata."""
    sample = torch.zeros(1, 1, *CANVAS_HW)
    free = {"canvas": {0: "crops"}, "log_probabilities": {0: "crops"}}
    torch.onnx.export(
        network,
        (sample,),
        str(out),
        input_names=["canvas"],
        output_names=["log_probabilities"],
        dynamic_axes=free,
        opset_version=OPSET,
        dynamo=False,
    )
    model = onnx.load(str(out))
    contract = {
        "alphabet": ALPHABET,
        "blank": str(BLANK),
        "rows": str(ROWS),
        "steps_per_row": str(STEPS),
        "canvas_hw": json.dumps(CANVAS_HW),
        "deviation_floor": str(DEVIATION_FLOOR),
        "input": "gray uint8 stretched to canvas, minus its mean, over (deviation + floor)",
    }
    for key, value in contract.items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, str(out))


def largest_difference(network: nn.Module, out: Path) -> float:
    """Largest difference of PyTorch's and OpenCV's answers to noise."""
    opened = cv2.dnn.readNetFromONNX(str(out))
    worst = 0.0
    for count in CHECK_BATCHES:
        pixels = np.random.default_rng(count).normal(size=(count, 1, *CANVAS_HW)).astype(np.float32)
        opened.setInput(pixels)
        answer = opened.forward()
        with torch.no_grad():
            expected = network(torch.from_numpy(pixels)).numpy()
        worst = max(worst, float(np.abs(answer - expected).max()))
    return worst


def milliseconds(out: Path) -> float:
    """Median time of one crop in OpenCV on one thread, ms."""
    cv2.setNumThreads(1)
    opened = cv2.dnn.readNetFromONNX(str(out))
    opened.setInput(np.zeros((1, 1, *CANVAS_HW), np.float32))
    times = []
    for _ in range(TIMED_RUNS):
        start = time.perf_counter()
        opened.forward()
        times.append(time.perf_counter() - start)
    return float(np.median(times) * 1000)


def main() -> None:
    """Export, check, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=CACHE / "reader_best.pt")
    parser.add_argument("--out", type=Path, default=MODEL)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    network, partial = load_network(args.checkpoint), args.out.with_suffix(".partial.onnx")
    export(network, partial)
    difference = largest_difference(network, partial)
    if difference > TOLERANCE:
        raise SystemExit(f"{partial}: OpenCV differs by {difference:.1e}, expected {TOLERANCE:.0e}")
    partial.replace(args.out)
    print(
        f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB, differs from PyTorch by "
        f"{difference:.1e}, {milliseconds(args.out):.2f} ms a crop on one thread"
    )


if __name__ == "__main__":
    main()
