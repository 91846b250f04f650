"""Train the reader.

    python -m training.reader.train --data DATA [--cache CACHE] [--minutes 90] [--resume]
                                    [--one-line]

needs the cache that ``python -m training.prepare`` fills. Runs on a GPU where there is one, else
on all processors; writes ``CACHE/reader.pt`` every few minutes, from which ``--resume`` goes on,
and ``CACHE/reader_best.pt``, the weights that read most held-out plates. With ``--one-line`` it
is the reader of single lines, ``CACHE/line.pt``, which begins best from a copy of ``reader.pt``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from anpr.read.reader_input import reader_input
from training import run as training_run
from training.loading import loader
from training.reader.batches import Batch, BatchSource, Mix, open_sources
from training.reader.network import reader_network
from training.reader.score import Labelled, dev_set, greedy, shares, validation_sets

BATCH_SIZE = 64
PEAK_RATE = 1.6e-3  # at 2.5e-3 validation stood still from a fifth to a third of a run
MINUTES = 90.0
Lesson = TypeVar("Lesson")


def reader_loss(log_probabilities: Tensor, batch: Batch) -> Tensor:
    """CTC loss, mean over plates.

    Each row is its own sequence where it is known which line says what; else both rows are one
    sequence, and the split is left to the network.
    """
    known = batch.split_known
    loss = _ctc(
        log_probabilities[known].flatten(0, 1),
        batch.classes[known].flatten(0, 1),
        batch.lengths[known].flatten(),
    )
    if not bool(known.all()):
        loss = loss + _ctc(
            log_probabilities[~known].flatten(1, 2),
            batch.classes[~known, 0],
            batch.lengths[~known, 0],
        )
    return loss / len(known)


def _ctc(log_probabilities: Tensor, classes: Tensor, lengths: Tensor) -> Tensor:
    steps = torch.full((len(classes),), log_probabilities.shape[1], dtype=torch.int64)
    return nn.functional.ctc_loss(
        log_probabilities.transpose(0, 1),
        classes,
        steps,
        lengths,
        reduction="sum",
        zero_infinity=True,
    )


def loss_of(network: nn.Module, batch: Batch, device: torch.device) -> Tensor:
    """The network's loss on a batch."""
    canvas = batch.canvas.to(device, memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16):
        log_probabilities = network(canvas)
    return reader_loss(log_probabilities.cpu(), batch)


@torch.no_grad()
def read(network: nn.Module, canvases: np.ndarray, device: torch.device) -> list[str]:
    """Read canvases (N, 48, 144) uint8."""
    pixels = torch.from_numpy(reader_input(canvases)).to(device)
    parts = [network(part).cpu().numpy() for part in torch.split(pixels, BATCH_SIZE)]
    return greedy(np.concatenate(parts))


def score(
    network: nn.Module, sets: list[Labelled], device: torch.device
) -> tuple[dict[str, Any], float]:
    """Exact and folded shares of every set, in percent, and the exact share of all plates."""
    result: dict[str, Any] = {}
    for labelled in sets:
        exact, loose = shares(read(network, labelled.canvases, device), labelled.answers)
        result[labelled.name] = [round(100 * exact, 1), round(100 * loose, 1)]
    exact = [result[labelled.name][0] for labelled in sets]
    return result, float(np.average(exact, weights=[len(labelled.answers) for labelled in sets]))


def train(
    run: training_run.Run,
    batches: Iterable[Lesson],
    loss: Callable[[nn.Module, Lesson], Tensor],
    device: torch.device,
    args: argparse.Namespace,
) -> None:
    """Train a reader, scored on validation and on held-out plates."""
    sets = [*validation_sets(args.data), dev_set(args.cache / "real.npz")]
    training_run.train(
        run,
        batches,
        loss,
        lambda network: score(network, sets, device),
        args,
    )


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    parser.add_argument("--one-line", action="store_true", help="the reader of single lines")
    args = parser.parse_args()
    device = training_run.begin(args, "line" if args.one_line else "reader")
    run = training_run.new_run(reader_network, device, args)
    mix = Mix(only_one_line=args.one_line)
    source = BatchSource(open_sources(args.cache), BATCH_SIZE, args.seed, mix=mix)
    batches = loader(source, run.step, args.workers)
    train(run, batches, lambda network, batch: loss_of(network, batch, device), device, args)


if __name__ == "__main__":
    main()
