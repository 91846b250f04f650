"""Trains the large network of the reader, for whole plates or for single lines.

    python -m training.reader.train --data DATA [--cache CACHE] [--minutes 90] [--resume]
                                    [--one-line]

Needs the cache that `python -m training.prepare` fills. Runs on a GPU if there is one, otherwise
on all cores. Every few minutes it writes `CACHE/reader.pt`, from which `--resume` continues, and
`CACHE/reader_best.pt`, the weights that read the most held-out plates. With `--one-line` it trains
the network for single lines, `CACHE/line.pt`; start it from a copy of `reader.pt`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from anpr.read.reader_input import reader_input
from training import run as training_run
from training.loading import loader
from training.reader.batches import Batch, BatchSource, Mix, open_sources
from training.reader.network import reader_network
from training.reader.score import Labelled, dev_set, greedy, shares, validation_sets

BATCH_SIZE = 64
PEAK_RATE = 1.6e-3  # at 2.5e-3 validation did not improve from a fifth to a third of a run
MINUTES = 90.0
Lesson = TypeVar("Lesson")


def reader_loss(log_probabilities: Tensor, batch: Batch) -> Tensor:
    """Returns the CTC loss, as a mean over plates.

    If the text of each line is known, each row is a sequence of its own. Otherwise both rows are
    one sequence, and the network finds the split.
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
    """Returns the network's loss on a batch."""
    inputs = batch.inputs.to(device, memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16):
        log_probabilities = network(inputs)
    return reader_loss(log_probabilities.cpu(), batch)


@torch.no_grad()
def read(network: nn.Module, crops: NDArray[Any], device: torch.device) -> list[str]:
    """Reads crops stretched to the reader's input: uint8, (n, 48, 144)."""
    pixels = torch.from_numpy(reader_input(crops)).to(device)
    parts = [network(part).cpu().numpy() for part in torch.split(pixels, BATCH_SIZE)]
    return greedy(np.concatenate(parts))


def score(
    network: nn.Module, sets: list[Labelled], device: torch.device
) -> tuple[dict[str, Any], float]:
    """Scores a network.

    Returns:
        The exact and the folded share of each set in percent, and the exact share of all plates.
    """
    figures: dict[str, Any] = {}
    for labelled in sets:
        exact, loose = shares(read(network, labelled.crops, device), labelled.answers)
        figures[labelled.name] = [round(100 * exact, 1), round(100 * loose, 1)]
    exact_shares = [figures[labelled.name][0] for labelled in sets]
    sizes = [len(labelled.answers) for labelled in sets]
    return figures, float(np.average(exact_shares, weights=sizes))


def train(
    run: training_run.Run,
    batches: Iterable[Lesson],
    loss: Callable[[nn.Module, Lesson], Tensor],
    device: torch.device,
    arguments: argparse.Namespace,
) -> None:
    """Trains a reader, scored on validation and on held-out training plates."""
    sets = [*validation_sets(arguments.data), dev_set(arguments.cache / "real.npz")]
    training_run.train(
        run,
        batches,
        loss,
        lambda network: score(network, sets, device),
        arguments,
    )


def main() -> None:
    """Trains from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    parser.add_argument("--one-line", action="store_true", help="the network for single lines")
    arguments = parser.parse_args()
    device = training_run.set_up(arguments, "line" if arguments.one_line else "reader")
    run = training_run.new_run(reader_network, device, arguments)
    mix = Mix(only_one_line=arguments.one_line)
    source = BatchSource(open_sources(arguments.cache), BATCH_SIZE, arguments.seed, mix=mix)
    batches = loader(source, run.step, arguments.workers)
    train(run, batches, lambda network, batch: loss_of(network, batch, device), device, arguments)


if __name__ == "__main__":
    main()
