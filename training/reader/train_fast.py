"""Train the glance: the small reader that reads the easy plates.

    python -m training.reader.train_fast --data DATA [--cache CACHE] [--minutes 95] [--resume]

It learns from the same plates as the reader, and from what the trained reader
(``CACHE/reader_best.pt``) says of each: how likely every character is at every step, which tells
more than the text alone. Where that is gone, ``python -m training.reader.from_onnx reader`` makes it from
the committed weights.

Source: G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network",
arXiv:1503.02531, 2015.
"""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from anpr.read.reader_input import CANVAS_HW
from training import run as training_run
from training.loading import loader
from training.reader.batches import Batch, BatchSource, Mix, open_sources
from training.reader.network import fast_network, reader_network
from training.reader.train import BATCH_SIZE, reader_loss, train

PEAK_RATE = 2e-3
MINUTES = 95.0
# It has no room for everything: plates of two lines are left to the reader, mostly.
MIX = Mix(two_line=0.1)
TEACHER = "reader"
# To draw a plate and ask the teacher takes longer than to learn from it: each is seen three times,
# the later times among others and hundreds of steps on.
SEEN, APART = 3, 400

Taught = tuple[Batch, Tensor]  # a batch, and the teacher's log-probabilities of it


def taught(batches: Iterable[Batch], teacher: nn.Module) -> Iterator[Taught]:
    """What the teacher says of each batch, and again of those APART batches before."""
    kept: deque[Taught] = deque(maxlen=(SEEN - 1) * APART + 1)
    for batch in batches:
        canvas = batch.canvas.to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
            answers = teacher(canvas)
        kept.append((batch, answers.half()))  # by thousands they have to be small
        yield from reversed(list(kept)[-1::-APART])


def glance_loss(network: nn.Module, taught: Taught) -> Tensor:
    """CTC loss and what the teacher knows better, mean over plates; on the processor.

    Both of about one size: neither is forgotten for the other.
    """
    batch, answers = taught
    canvas = batch.canvas.to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        log_probabilities = network(canvas)
    return reader_loss(log_probabilities, batch) + distance(log_probabilities, answers.float())


def distance(log_probabilities: Tensor, taught: Tensor) -> Tensor:
    """Kullback-Leibler divergence from the teacher, summed over a plate's steps, mean of plates."""
    divergence = nn.functional.kl_div(log_probabilities, taught, reduction="sum", log_target=True)
    return divergence / len(taught)


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    args = parser.parse_args()
    training_run.begin(args, "fast")
    best = training_run.best_path(args.cache / f"{TEACHER}.pt")
    teacher = training_run.load_average(reader_network(), best)
    teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    device = torch.device("cpu")  # it is small: drawing its plates takes longer
    run = training_run.new_run(fast_network, device, args)
    source = BatchSource(open_sources(args.cache), BATCH_SIZE, args.seed, CANVAS_HW[1], MIX)
    batches = taught(loader(source, run.step // SEEN, args.workers), teacher)
    train(run, batches, glance_loss, device, args)


if __name__ == "__main__":
    main()
