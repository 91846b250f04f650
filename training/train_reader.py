"""Train the reader.

    python -m training.train_reader --data DATA [--cache CACHE] [--minutes 90] [--resume]

needs the cache that ``python -m training.prepare`` fills. Runs on a GPU where there is one, else
on all processors; writes ``CACHE/reader.pt`` every few minutes, from which ``--resume`` goes on,
and ``CACHE/reader_best.pt``, the weights that read most held-out plates.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from anpr.read.canvas import standardise
from training.batches import Batch, BatchSource, loader, open_sources
from training.reader_network import ROWS, STEPS, ReaderNetwork
from training.score import Labelled, dev_set, greedy, shares, validation_sets

BATCH_SIZE = 64
PEAK_RATE = 1.6e-3  # at 2.5e-3 validation stood still from a fifth to a third of a run
WARM_UP_SHARE = 0.03  # of the run, the rate rising from nothing
FINAL_RATE_SHARE = 0.002  # of the peak, at the end of the cosine
WEIGHT_DECAY = 0.02
CLIP_NORM = 2.0
AVERAGE_DECAY = 0.999  # of the averaged weights that are scored and exported
SCORE_EVERY_S = 240.0
LOG_EVERY = 200
NEVER = 10_000_000  # batches: the clock ends the run, not the count
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "anpr"
log = logging.getLogger("train_reader")


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


def reader_loss(log_probabilities: Tensor, batch: Batch) -> Tensor:
    """CTC loss, mean over plates.

    Each row is its own sequence where it is known which line says what; else both rows are one
    sequence, and the split is left to the network.
    """
    known = batch.split_known
    by_row = log_probabilities.reshape(-1, ROWS, STEPS, log_probabilities.shape[2])[known]
    loss = _ctc(
        by_row.flatten(0, 1), batch.classes[known].flatten(0, 1), batch.lengths[known].flatten()
    )
    if not bool(known.all()):
        loss = loss + _ctc(
            log_probabilities[~known], batch.classes[~known, 0], batch.lengths[~known, 0]
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


def rate_at(progress: float, peak: float) -> float:
    """Learning rate at a share (0..1) of the run: warm-up, then a cosine."""
    if progress < WARM_UP_SHARE:
        return peak * (progress + 1e-3) / WARM_UP_SHARE
    falling = min(1.0, (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))
    cosine = 0.5 * (1 + math.cos(math.pi * falling))
    return peak * (FINAL_RATE_SHARE + (1 - FINAL_RATE_SHARE) * cosine)


def train_step(run: Run, batch: Batch, device: torch.device) -> float:
    """One step of the optimiser; returns the loss."""
    run.network.train()
    canvas = batch.canvas.to(device, memory_format=torch.channels_last)
    with torch.autocast(device.type, torch.bfloat16):
        log_probabilities = run.network(canvas)
    loss = reader_loss(log_probabilities.cpu(), batch)
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(run.network.parameters(), CLIP_NORM)
    run.optimiser.step()
    decay = min(AVERAGE_DECAY, (1 + run.step) / (10 + run.step))
    update_average(run.average, run.network, decay)
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


@torch.no_grad()
def read(network: nn.Module, canvases: np.ndarray, device: torch.device) -> list[str]:
    """Read canvases (N, 48, 144) uint8."""
    network.eval()
    pixels = torch.from_numpy(standardise(canvases)).to(device)
    parts = [network(part).cpu().numpy() for part in torch.split(pixels, BATCH_SIZE)]
    return greedy(np.concatenate(parts))


def score(run: Run, sets: list[Labelled], device: torch.device) -> dict[str, Any]:
    """Exact and folded shares of every set, in percent."""
    result: dict[str, Any] = {"step": run.step, "minutes": round(run.seconds / 60, 1)}
    for labelled in sets:
        exact, loose = shares(read(run.average, labelled.canvases, device), labelled.answers)
        result[labelled.name] = [round(100 * exact, 1), round(100 * loose, 1)]
    return result


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


def new_run(device: torch.device, seed: int) -> Run:
    """A network with fresh weights."""
    torch.manual_seed(seed)
    network, average = _on_device(device), _on_device(device)
    average.load_state_dict(network.state_dict())
    return Run(
        network,
        average,
        torch.optim.AdamW(network.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY),
    )


def _on_device(device: torch.device) -> nn.Module:
    """A network in the memory order that trains a third faster on processors."""
    return ReaderNetwork().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def restore(run: Run, path: Path) -> None:
    """Take up a checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name in ("network", "average", "optimiser"):
        getattr(run, name).load_state_dict(state[name])
    run.step, run.seconds = state["step"], state["seconds"]
    run.best, run.history = state["best"], state["history"]


def checkpoint(run: Run, sets: list[Labelled], device: torch.device, cache: Path) -> None:
    """Score, log and save; keep the weights that read most plates of all sets."""
    result = score(run, sets, device)
    run.history.append(result)
    log.info("score %s", result)
    exact = [result[labelled.name][0] for labelled in sets]
    mean = float(np.average(exact, weights=[len(labelled.answers) for labelled in sets]))
    if mean >= run.best:
        run.best = mean
        save(run, cache / "reader_best.pt")
    save(run, cache / "reader.pt")


def train(run: Run, args: argparse.Namespace, device: torch.device) -> None:
    """Train until the clock says so."""
    sets = [*validation_sets(args.data), dev_set(args.cache / "real.npz")]
    source = BatchSource(open_sources(args.cache), BATCH_SIZE, args.seed)
    total, last_score = args.minutes * 60, run.seconds
    before, losses = time.monotonic(), []
    for batch in loader(source, run.step, NEVER, args.workers):
        for group in run.optimiser.param_groups:
            group["lr"] = rate_at(run.seconds / total, args.rate)
        losses.append(train_step(run, batch, device))
        now = time.monotonic()
        run.seconds, before = run.seconds + now - before, now
        if run.step % LOG_EVERY == 0:
            log.info(
                "step %d, %.1f min, loss %.3f, rate %.5f",
                run.step,
                run.seconds / 60,
                np.mean(losses),
                rate_at(run.seconds / total, args.rate),
            )
            losses = []
        if run.seconds - last_score > SCORE_EVERY_S or run.seconds >= total:
            checkpoint(run, sets, device, args.cache)
            last_score = run.seconds
        if run.seconds >= total:
            break


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE, help="plates and checkpoints")
    parser.add_argument("--minutes", type=float, default=90.0, help="of training, in all")
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="peak learning rate")
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from CACHE/reader.pt")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(args.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = new_run(device, args.seed)
    if args.resume:
        restore(run, args.cache / "reader.pt")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        train(run, args, device)
    except KeyboardInterrupt:
        save(run, args.cache / "reader.pt")
        log.info("stopped at step %d; --resume goes on", run.step)


if __name__ == "__main__":
    main()
