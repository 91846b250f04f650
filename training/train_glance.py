"""Train the glance: the small reader that reads the easy plates.

    python -m training.train_glance --data DATA [--cache CACHE] [--minutes 150] [--resume]

It learns from the same plates as the reader, and from what the trained reader
(``CACHE/reader_best.pt``) says of each: how likely every character is at every step, which tells
more than the text alone.

Source: G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network",
arXiv:1503.02531, 2015.
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor, nn

from anpr.read.canvas import CANVAS_HW
from training import run as training_run
from training.batches import Batch, BatchSource, Mix, open_sources
from training.reader_network import glance_network, reader_network
from training.train_reader import BATCH_SIZE, reader_losses, train

PEAK_RATE = 2e-3
MINUTES = 150.0
# It has no room for everything: plates of two lines are left to the reader, mostly.
MIX = Mix(two_line=0.0)
LEAST_WEIGHT = 0.1  # of a plate that the teacher cannot read: enough to stay unsure of such
TEACHER = "reader"


def glance_loss(network: nn.Module, teacher: nn.Module, batch: Batch) -> Tensor:
    """CTC loss and what the teacher knows better, mean over plates; on the processor.

    Both of about one size: neither is forgotten for the other. A plate counts as much as the
    teacher is sure of it: for what even that cannot read, a glance has no room.
    """
    canvas = batch.canvas.to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        log_probabilities = network(canvas)
        with torch.no_grad():
            taught = teacher(canvas)
    weights = LEAST_WEIGHT + (1 - LEAST_WEIGHT) * sureness(taught)
    losses = reader_losses(log_probabilities, batch) + distances(log_probabilities, taught)
    return (weights * losses).sum() / weights.sum()


def sureness(log_probabilities: Tensor) -> Tensor:
    """How likely each plate's likeliest way to be written down is (N,); 0 to 1.

    Not how likely its true text is: of an O that may be a 0, only those that look like an O would
    be learnt.
    """
    return log_probabilities.amax(dim=3).sum(dim=(1, 2)).exp()


def distances(log_probabilities: Tensor, taught: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each plate (N,) from the teacher, summed over its steps."""
    divergence = nn.functional.kl_div(log_probabilities, taught, reduction="none", log_target=True)
    return divergence.flatten(1).sum(dim=1)


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    args = parser.parse_args()
    training_run.begin(args, "glance")
    best = training_run.best_path(args.cache / f"{TEACHER}.pt")
    teacher = training_run.load_average(reader_network(), best)
    teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    device = torch.device("cpu")  # it is small: drawing its plates takes longer
    run = training_run.new_run(glance_network, device, args)
    source = BatchSource(open_sources(args.cache), BATCH_SIZE, args.seed, CANVAS_HW[1], MIX)
    train(run, source, lambda network, batch: glance_loss(network, teacher, batch), device, args)


if __name__ == "__main__":
    main()
