"""Trains the fast network, which reads the easy plates.

    python -m training.reader.train_fast --data DATA [--cache CACHE] [--minutes 95] [--resume]

It learns from the same plates as the large network, and from the answers of the trained large
network (`CACHE/reader_best.pt`): the probability of every character at every step is worth more
than the text alone. If that checkpoint is gone, `python -m training.reader.from_onnx reader` makes
it from the committed weights.

Source: G. Hinton, O. Vinyals, J. Dean, "Distilling the Knowledge in a Neural Network",
arXiv:1503.02531, 2015.
"""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn

from anpr.read.reader_input import READER_INPUT_HW
from training import run as training_run
from training.loading import loader
from training.reader.batches import Batch, BatchSource, Mix, open_sources
from training.reader.network import fast_network, reader_network
from training.reader.train import BATCH_SIZE, reader_loss, train

PEAK_RATE = 2e-3
MINUTES = 95.0
# The fast network is too small for everything: most two-line plates are left to the large one.
MIX = Mix(two_line=0.1)
TEACHER = "reader"
# Drawing a plate and running the teacher takes longer than a training step on it. So each batch is
# used several times, hundreds of batches apart.
REPETITIONS, REPETITION_GAP = 3, 400

Lesson = tuple[Batch, Tensor]
"""A batch, and the teacher's log probabilities for it."""


def lessons(batches: Iterable[Batch], teacher: nn.Module) -> Iterator[Lesson]:
    """Yields batches with the teacher's answers; before each new one, those that are due again."""
    kept: deque[Lesson] = deque(maxlen=(REPETITIONS - 1) * REPETITION_GAP + 1)
    for batch in batches:
        inputs = batch.inputs.to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
            answers = teacher(inputs)
        kept.append((batch, answers.half()))  # hundreds are kept, so they have to be small
        yield from reversed(list(kept)[-1::-REPETITION_GAP])


def fast_loss(network: nn.Module, lesson: Lesson) -> Tensor:
    """Returns the sum of the CTC loss and the distance to the teacher, as a mean over plates.

    Both are of about the same size, so neither dominates.
    """
    batch, answers = lesson
    inputs = batch.inputs.to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        log_probabilities = network(inputs)
    return reader_loss(log_probabilities, batch) + distance(log_probabilities, answers.float())


def distance(log_probabilities: Tensor, answers: Tensor) -> Tensor:
    """Returns the Kullback-Leibler divergence from the teacher, as a mean over plates."""
    divergence = nn.functional.kl_div(log_probabilities, answers, reduction="sum", log_target=True)
    return divergence / len(answers)


def main() -> None:
    """Trains from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    arguments = parser.parse_args()
    training_run.set_up(arguments, "fast")
    best = training_run.best_path(arguments.cache / f"{TEACHER}.pt")
    teacher = training_run.channels_last(training_run.load_average(reader_network(), best))
    device = torch.device("cpu")  # a GPU would wait: drawing plates takes longer than training
    run = training_run.new_run(fast_network, device, arguments)
    source = BatchSource(
        open_sources(arguments.cache), BATCH_SIZE, arguments.seed, READER_INPUT_HW[1], MIX
    )
    batches = lessons(loader(source, run.step // REPETITIONS, arguments.workers), teacher)
    train(run, batches, fast_loss, device, arguments)


if __name__ == "__main__":
    main()
