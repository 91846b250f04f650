"""Train the two networks of the locator.

    python -m training.locator.train finder --data DATA [--cache CACHE] [--minutes 60] [--resume]
    python -m training.locator.train corners --data DATA ...

need the flat plates of ``python -m training.prepare``. Runs on a GPU where there is one, else on
all processors; writes ``CACHE/finder.pt`` or ``CACHE/corners.pt`` every few minutes, from which
``--resume`` goes on, and beside it ``..._best.pt``, the weights that find most held-out plates.
"""

from __future__ import annotations

import argparse
from typing import Any

import torch
from torch import Tensor, nn

from training import run as training_run
from training.loading import loader
from training.locator.batches import (
    CornerBatch,
    CornerSource,
    FinderBatch,
    FinderSource,
    open_photos,
)
from training.locator.networks import CORNERS, CornerNetwork, DetectorNetwork
from training.locator.score import score_corners, score_detector, validation_photos

BATCH_SIZES = {"detector": 24, "corners": 96}
PEAK_RATE = 3e-3
MINUTES = 60.0
FINDER_WIDTHS_PX = (9.0, 330.0)  # of plates in scenes: from a distant car to one that fills it
BOX_WEIGHT = 1.0  # of the loss of boxes against that of places: both are near 1 in the beginning
SIDE_WEIGHT = 0.2  # of the plain distances: they pull where boxes do not overlap at all
CORNER_WEIGHT = 10.0  # of the corners against the question whether there is a plate
BOX_ONLY_WEIGHT = 0.5  # of a photo's box against a drawn plate's corners: it was drawn by hand
SMALL_ERROR = 0.02  # of a window: 1 px; below it errors count by their square


def finder_loss(cells: Tensor, batch: FinderBatch) -> Tensor:
    """Focal loss of the places, overlap and distance of the boxes; a mean over plates."""
    plates = batch.inside.sum().clamp(min=1)
    place = _focal_loss(cells[:, 0], batch.hill, batch.weight) / (batch.hill == 1).sum().clamp(
        min=1
    )
    given = cells[:, 1:].permute(0, 2, 3, 1)[batch.inside]
    true = batch.geometry.permute(0, 2, 3, 1)[batch.inside]
    overlap = (1 - _overlap(_edges(given), _edges(true))).sum() / plates
    size = true[:, 2:].exp()
    distance = torch.cat([(given[:, :2] - true[:, :2]) / size, given[:, 2:] - true[:, 2:]], dim=1)
    return place + BOX_WEIGHT * overlap + SIDE_WEIGHT * distance.abs().sum() / plates


def _focal_loss(logits: Tensor, hill: Tensor, weight: Tensor) -> Tensor:
    """Sum over cells; source: equation 1 of "Objects as Points", see ``anpr.locate.network``."""
    log_yes, log_no = nn.functional.logsigmoid(logits), nn.functional.logsigmoid(-logits)
    yes = log_yes.exp()
    at_centre = hill == 1
    missed = (1 - yes) ** 2 * log_yes
    alarmed = (1 - hill) ** 4 * yes**2 * log_no
    return -(torch.where(at_centre, missed, alarmed) * weight).sum()


def _edges(geometry: Tensor) -> Tensor:
    half = geometry[:, 2:].clamp(max=5).exp() / 2
    return torch.cat([geometry[:, :2] - half, geometry[:, :2] + half], dim=1)


def _overlap(given: Tensor, true: Tensor) -> Tensor:
    """Intersection over union of boxes (n, 4), one by one."""
    low, high = torch.maximum(given[:, :2], true[:, :2]), torch.minimum(given[:, 2:], true[:, 2:])
    shared = (high - low).clamp(min=0).prod(dim=1)
    areas = [(box[:, 2:] - box[:, :2]).prod(dim=1) for box in (given, true)]
    return shared / (areas[0] + areas[1] - shared).clamp(min=1e-6)


def corner_loss(answer: Tensor, batch: CornerBatch) -> Tensor:
    """Is there a plate, and where are its corners: all four, or the box around them."""
    loss = nn.functional.binary_cross_entropy_with_logits(answer[:, 0], batch.has_plate)
    given = answer[:, 1:].reshape(-1, CORNERS, 2)
    exact, boxed = batch.is_exact, (batch.has_plate > 0) & ~batch.is_exact
    if exact.any():
        loss = loss + CORNER_WEIGHT * _distance(given[exact], batch.corners[exact]).mean()
    if boxed.any():
        # Of a real plate only the box is known: the corners may lie anywhere on its sides.
        distance = _distance(_around(given[boxed]), _around(batch.corners[boxed])).mean()
        loss = loss + CORNER_WEIGHT * BOX_ONLY_WEIGHT * distance
    return loss


def _around(corners: Tensor) -> Tensor:
    return torch.stack([corners.amin(dim=1), corners.amax(dim=1)], dim=1)


def _distance(given: Tensor, true: Tensor) -> Tensor:
    return nn.functional.smooth_l1_loss(given, true, beta=SMALL_ERROR, reduction="none")


def loss_of(network: nn.Module, batch: Any, device: torch.device) -> Tensor:
    """The loss of either network on a batch of its own."""
    of_finder = isinstance(batch, FinderBatch)
    pixels = (batch.photo if of_finder else batch.window).to(device)
    with torch.autocast(device.type, torch.bfloat16):
        answer = network(pixels.contiguous(memory_format=torch.channels_last))
    answer = answer.float().cpu()
    return finder_loss(answer, batch) if of_finder else corner_loss(answer, batch)


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=BATCH_SIZES)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    args = parser.parse_args()
    device = training_run.begin(args, args.network)
    photos, size = open_photos(args.data, args.cache), BATCH_SIZES[args.network]
    held_out = validation_photos(args.data)
    source: Any
    if args.network == "detector":
        run = training_run.new_run(DetectorNetwork, device, args)
        source = FinderSource(photos, size, args.seed, FINDER_WIDTHS_PX)
        score = score_detector
    else:
        run = training_run.new_run(CornerNetwork, device, args)
        source = CornerSource(photos, size, args.seed)
        score = score_corners
    training_run.train(
        run,
        loader(source, run.step, args.workers),
        lambda network, batch: loss_of(network, batch, device),
        lambda network: score(network, held_out),
        args,
    )


if __name__ == "__main__":
    main()
