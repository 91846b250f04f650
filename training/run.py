"""One training run of any network: the clock, the rate, the averaged weights, the checkpoints."""

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

WARM_UP_SHARE = 0.03  # of the run, the rate rising from nothing
FINAL_RATE_SHARE = 0.002  # of the peak, at the end of the cosine
WEIGHT_DECAY = 0.02
CLIP_NORM = 2.0
AVERAGE_DECAY = 0.999  # of the averaged weights that are scored and exported
SCORE_EVERY_S = 240.0
LOG_EVERY = 200
LONGEST_STEP_S = 5.0  # what is longer was a paused process, and does not count
NEVER = 10_000_000  # batches: the clock ends the run, not the count
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "anpr"
Batch = TypeVar("Batch")
Score = Callable[[nn.Module], tuple[dict[str, Any], float]]
log = logging.getLogger("training")


@dataclass
class Run:
    """Everything a checkpoint holds."""

    network: nn.Module
    average: nn.Module
    optimiser: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0
    best: float = 0.0
    history: list[dict[str, Any]] = field(default_factory=list)


def new_run(make: Callable[[], nn.Module], device: torch.device, args: argparse.Namespace) -> Run:
    """Fresh weights, or those of the checkpoint where ``args.resume`` says so.

    In the memory order that trains a third faster on processors.
    """
    torch.manual_seed(args.seed)
    network, average = (make().to(device).to(memory_format=torch.channels_last) for _ in range(2))  # type: ignore[call-overload]
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), args.rate, weight_decay=WEIGHT_DECAY)
    run = Run(network, average, optimiser)
    if args.resume:
        restore(run, args.checkpoint)
    return run


def rate_at(progress: float, peak: float) -> float:
    """Learning rate at a share (0..1) of the run: warm-up, then a cosine."""
    if progress < WARM_UP_SHARE:
        return peak * (progress + 1e-3) / WARM_UP_SHARE
    falling = min(1.0, (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))
    cosine = 0.5 * (1 + math.cos(math.pi * falling))
    return peak * (FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * cosine)


def descend(run: Run, loss: Tensor) -> float:
    """One step of the optimiser; returns the loss."""
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(run.network.parameters(), CLIP_NORM)
    run.optimiser.step()
    update_average(run.average, run.network, min(AVERAGE_DECAY, (1 + run.step) / (10 + run.step)))
    run.step += 1
    return float(loss.detach())


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Move the averaged weights towards the present ones."""
    for kept, new in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def save(run: Run, path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
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
    """Take up a checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name in ("network", "average", "optimiser"):
        getattr(run, name).load_state_dict(state[name])
    run.step, run.seconds = state["step"], state["seconds"]
    run.best, run.history = state["best"], state["history"]


def best_path(checkpoint: Path) -> Path:
    """Where the best weights so far are kept, beside the checkpoint."""
    return checkpoint.with_name(f"{checkpoint.stem}_best.pt")


def load_average(network: nn.Module, *paths: Path) -> nn.Module:
    """Put the averaged weights of a checkpoint, or the mean of several, into a network to be used.

    Source of the mean over runs that began alike: M. Wortsman et al., "Model soups", ICML 2022.
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
    args: argparse.Namespace,
) -> None:
    """Train until the clock says so; Ctrl-C or SIGTERM saves and ends it.

    Args:
        run: is changed.
        batches: without end, beginning with number ``run.step``.
        loss_of: the network's loss on a batch.
        score: of a network, named figures and the one to choose the best weights by.
        args: of ``add_arguments``.
    """
    total, last_score = args.minutes * 60, run.seconds
    before, losses = time.monotonic(), []
    with _saved_when_stopped(run, args.checkpoint):
        for batch in batches:
            rate = rate_at(run.seconds / total, args.rate)
            for group in run.optimiser.param_groups:
                group["lr"] = rate
            run.network.train()
            losses.append(descend(run, loss_of(run.network, batch)))
            now = time.monotonic()
            run.seconds, before = run.seconds + min(now - before, LONGEST_STEP_S), now
            if run.step % LOG_EVERY == 0:
                minutes, loss = run.seconds / 60, float(np.mean(losses))
                log.info("step %d, %.1f min, loss %.3f, rate %.5f", run.step, minutes, loss, rate)
                losses = []
            if run.seconds - last_score > SCORE_EVERY_S or run.seconds >= total:
                _checkpoint(run, score, args.checkpoint)
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
        log.info("stopped at step %d; --resume goes on", run.step)


def _checkpoint(run: Run, score: Score, path: Path) -> None:
    """Score, log and save; keep the weights that score best."""
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
    """The options every training takes, with this one's defaults."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE, help="plates and checkpoints")
    parser.add_argument("--minutes", type=float, default=minutes, help="of training, in all")
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")


def begin(args: argparse.Namespace, name: str) -> torch.device:
    """Logging, threads and the checkpoint ``CACHE/name.pt``; returns where to train."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(args.threads)
    args.checkpoint = args.cache / f"{name}.pt"
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
