"""One training run of any network: time limit, learning rate, averaged weights, checkpoints."""

from __future__ import annotations

import argparse
import logging
import math
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

WARM_UP_SHARE = 0.03  # of the run, in which the rate rises from almost zero
FINAL_RATE_SHARE = 0.002  # final learning rate, as a share of the peak
WEIGHT_DECAY = 0.02
CLIP_NORM = 2.0
AVERAGE_DECAY = 0.999  # of the averaged weights, which are the ones scored and exported
SCORE_EVERY_S = 240.0
LOG_EVERY_STEPS = 200
MAX_STEP_S = 5.0  # a longer step means that the process was paused; the rest is not counted
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "anpr"
Batch = TypeVar("Batch")
Score = Callable[[nn.Module], tuple[dict[str, Any], float]]
"""Scores a network: the figures by name, and the one figure by which the best weights are kept."""
log = logging.getLogger("training")


@dataclass
class Run:
    """The state of a training, as a checkpoint stores it."""

    network: nn.Module
    average: nn.Module
    """The same network with the moving average of the weights."""
    optimiser: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0
    """Training time so far."""
    best: float = 0.0
    """The best score so far."""
    history: list[dict[str, Any]] = field(default_factory=list)
    """The figures of every scoring."""


def channels_last(network: nn.Module) -> nn.Module:
    """Changes the memory order of a network, which makes training on a CPU a third faster."""
    any_network: Any = network  # PyTorch's type hints lack this form of `to`
    moved: nn.Module = any_network.to(memory_format=torch.channels_last)
    return moved


def new_run(
    make: Callable[[], nn.Module], device: torch.device, arguments: argparse.Namespace
) -> Run:
    """Starts with fresh weights, or with those of the checkpoint if `arguments.resume` is set."""
    torch.manual_seed(arguments.seed)
    network, average = (channels_last(make().to(device)) for _ in range(2))
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), arguments.rate, weight_decay=WEIGHT_DECAY)
    run = Run(network, average, optimiser)
    if arguments.resume:
        restore(run, arguments.checkpoint)
    return run


def rate_at(progress: float, peak: float) -> float:
    """Returns the learning rate at a progress of 0 to 1: a linear warm-up, then a cosine."""
    if progress < WARM_UP_SHARE:
        return peak * (progress + 1e-3) / WARM_UP_SHARE
    falling = min(1.0, (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))
    cosine = 0.5 * (1 + math.cos(math.pi * falling))
    return peak * (FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * cosine)


def take_step(run: Run, loss: Tensor) -> float:
    """Takes one step of the optimiser; returns the loss."""
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), CLIP_NORM)
    run.optimiser.step()
    update_average(run.average, run.network, min(AVERAGE_DECAY, (1 + run.step) / (10 + run.step)))
    run.step += 1
    return float(loss.detach())


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Moves the averaged weights towards the current ones."""
    for kept, new in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def save(run: Run, path: Path) -> None:
    """Writes a checkpoint; replaces the previous one only when the new one is complete."""
    state = {
        "network": run.network.state_dict(),
        "average": run.average.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "step": run.step,
        "seconds": run.seconds,
        "best": run.best,
        "history": run.history,
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def restore(run: Run, path: Path) -> None:
    """Loads a checkpoint into a run."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name in ("network", "average", "optimiser"):
        getattr(run, name).load_state_dict(state[name])
    run.step, run.seconds = state["step"], state["seconds"]
    run.best, run.history = state["best"], state["history"]


def best_path(checkpoint: Path) -> Path:
    """Returns the file beside a checkpoint that holds the best weights so far."""
    return checkpoint.with_name(f"{checkpoint.stem}_best.pt")


def load_average(network: nn.Module, *paths: Path) -> nn.Module:
    """Loads the averaged weights of a checkpoint, or their mean over several, for inference.

    Source of the mean over runs with a common start: M. Wortsman et al., "Model soups", ICML 2022.
    """
    runs = [torch.load(path, map_location="cpu", weights_only=True)["average"] for path in paths]
    mean = {
        name: sum(run[name] for run in runs) / len(runs) if value.is_floating_point() else value
        for name, value in runs[0].items()
    }
    network.load_state_dict(mean)
    return network.eval()


def train(
    run: Run,
    batches: Iterable[Batch],
    loss_of: Callable[[nn.Module, Batch], Tensor],
    score: Score,
    arguments: argparse.Namespace,
) -> None:
    """Trains for `arguments.minutes`; Ctrl-C or SIGTERM saves a checkpoint and ends it earlier.

    Args:
        run: The run, which is changed.
        batches: An endless sequence, beginning with batch number `run.step`.
        loss_of: Computes the loss of the network on a batch.
        score: Scores the averaged weights.
        arguments: The options of `add_arguments`.
    """
    total, last_score = arguments.minutes * 60, run.seconds
    before, losses = time.monotonic(), []
    with _saved_when_stopped(run, arguments.checkpoint):
        for batch in batches:
            rate = rate_at(run.seconds / total, arguments.rate)
            for group in run.optimiser.param_groups:
                group["lr"] = rate
            run.network.train()
            losses.append(take_step(run, loss_of(run.network, batch)))
            now = time.monotonic()
            run.seconds, before = run.seconds + min(now - before, MAX_STEP_S), now
            if run.step % LOG_EVERY_STEPS == 0:
                minutes, loss = run.seconds / 60, float(np.mean(losses))
                log.info("step %d, %.1f min, loss %.3f, rate %.5f", run.step, minutes, loss, rate)
                losses = []
            if run.seconds - last_score > SCORE_EVERY_S or run.seconds >= total:
                _checkpoint(run, score, arguments.checkpoint)
                last_score = run.seconds
            if run.seconds >= total:
                break


@contextmanager
def _saved_when_stopped(run: Run, checkpoint: Path) -> Iterator[None]:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        save(run, checkpoint)
        log.info("stopped at step %d; --resume continues from there", run.step)


def _checkpoint(run: Run, score: Score, path: Path) -> None:
    """Scores, logs and saves; if no score was higher, also saves the weights as the best ones."""
    run.average.eval()
    figures, goodness = score(run.average)
    figures = {"step": run.step, "minutes": round(run.seconds / 60, 1), **figures}
    run.history.append(figures)
    log.info("score %s", figures)
    if goodness >= run.best:
        run.best = goodness
        save(run, best_path(path))
    save(run, path)


def add_arguments(parser: argparse.ArgumentParser, minutes: float, rate: float) -> None:
    """Adds the options that every training has, with the defaults of this one."""
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of plates, checkpoints")
    parser.add_argument("--minutes", type=float, default=minutes, help="total training time")
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare batches")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="training threads")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="continue from the last checkpoint")


def set_up(arguments: argparse.Namespace, name: str) -> torch.device:
    """Sets up logging, threads and the checkpoint `CACHE/name.pt`; returns the device to use."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(arguments.threads)
    arguments.checkpoint = arguments.cache / f"{name}.pt"
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
