"""Trains the two networks of the locator.

    python -m training.locator.train detector --data DATA [--cache CACHE] [--minutes 60] [--resume]
    python -m training.locator.train corners --data DATA ...

Needs the flat plates of `python -m training.prepare`. Runs on a GPU if there is one, otherwise on
all cores. Every few minutes it writes `CACHE/detector.pt` or `CACHE/corners.pt`, from which
`--resume` continues, and beside it `..._best.pt`, the weights that find the most held-out plates.
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
    DetectorBatch,
    DetectorSource,
    open_photos,
)
from training.locator.networks import CORNERS, CornerNetwork, DetectorNetwork
from training.locator.score import score_corners, score_detector, validation_photos

BATCH_SIZES = {"detector": 24, "corners": 96}
PEAK_RATE = 3e-3
MINUTES = 60.0
DETECTOR_WIDTHS_PX = (9.0, 330.0)  # of plates in scenes: from a distant car to one close by
OVERLAP_WEIGHT = 1.0  # relative to the focal loss: both are about 1 at the beginning
DISTANCE_WEIGHT = 0.2  # gives a gradient also if boxes do not overlap at all
CORNER_WEIGHT = 10.0  # relative to the loss of whether there is a plate
BOX_ONLY_WEIGHT = 0.5  # a labelled box, drawn by hand, relative to exact corners
SMALL_ERROR = 0.02  # about 1 px in a window; a smaller error counts by its square


def detector_loss(cells: Tensor, batch: DetectorBatch) -> Tensor:
    """Returns the focal loss of the centres plus overlap and distance of the boxes, as means."""
    boxes = batch.has_box.sum().clamp(min=1)
    centres = (batch.heat == 1).sum().clamp(min=1)
    focal = _focal_loss(cells[:, 0], batch.heat, batch.weight) / centres
    given = cells[:, 1:].permute(0, 2, 3, 1)[batch.has_box]
    true = batch.geometry.permute(0, 2, 3, 1)[batch.has_box]
    overlap = (1 - _overlap(_edges(given), _edges(true))).sum() / boxes
    size = true[:, 2:].exp()
    distance = torch.cat([(given[:, :2] - true[:, :2]) / size, given[:, 2:] - true[:, 2:]], dim=1)
    return focal + OVERLAP_WEIGHT * overlap + DISTANCE_WEIGHT * distance.abs().sum() / boxes


def _focal_loss(logits: Tensor, heat: Tensor, weight: Tensor) -> Tensor:
    """Sums the loss over cells; see `anpr.locate.network`, "Objects as Points", equation 1."""
    log_yes, log_no = nn.functional.logsigmoid(logits), nn.functional.logsigmoid(-logits)
    yes = log_yes.exp()
    at_centre = heat == 1
    missed = (1 - yes) ** 2 * log_yes
    false = (1 - heat) ** 4 * yes**2 * log_no
    return -(torch.where(at_centre, missed, false) * weight).sum()


def _edges(geometry: Tensor) -> Tensor:
    half = geometry[:, 2:].clamp(max=5).exp() / 2
    return torch.cat([geometry[:, :2] - half, geometry[:, :2] + half], dim=1)


def _overlap(given: Tensor, true: Tensor) -> Tensor:
    """Returns the intersection over union of pairs of boxes (n, 4)."""
    low, high = torch.maximum(given[:, :2], true[:, :2]), torch.minimum(given[:, 2:], true[:, 2:])
    shared = (high - low).clamp(min=0).prod(dim=1)
    areas = [(box[:, 2:] - box[:, :2]).prod(dim=1) for box in (given, true)]
    return shared / (areas[0] + areas[1] - shared).clamp(min=1e-6)


def corner_loss(output: Tensor, batch: CornerBatch) -> Tensor:
    """Returns the loss of whether there is a plate, and of its corners or the box around them."""
    loss = nn.functional.binary_cross_entropy_with_logits(output[:, 0], batch.has_plate)
    given = output[:, 1:].reshape(-1, CORNERS, 2)
    exact, boxed = batch.is_exact, (batch.has_plate > 0) & ~batch.is_exact
    if exact.any():
        loss = loss + CORNER_WEIGHT * _distance(given[exact], batch.corners[exact]).mean()
    if boxed.any():
        # Only the box of a real plate is known: the corners may lie anywhere on its sides.
        distance = _distance(_around(given[boxed]), _around(batch.corners[boxed])).mean()
        loss = loss + CORNER_WEIGHT * BOX_ONLY_WEIGHT * distance
    return loss


def _around(corners: Tensor) -> Tensor:
    return torch.stack([corners.amin(dim=1), corners.amax(dim=1)], dim=1)


def _distance(given: Tensor, true: Tensor) -> Tensor:
    return nn.functional.smooth_l1_loss(given, true, beta=SMALL_ERROR, reduction="none")


def loss_of(network: nn.Module, batch: Any, device: torch.device) -> Tensor:
    """Returns the loss of either network on one of its batches."""
    is_detector = isinstance(batch, DetectorBatch)
    pixels = (batch.photo if is_detector else batch.window).to(device)
    with torch.autocast(device.type, torch.bfloat16):
        output = network(pixels.contiguous(memory_format=torch.channels_last))
    output = output.float().cpu()
    return detector_loss(output, batch) if is_detector else corner_loss(output, batch)


def main() -> None:
    """Trains from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=BATCH_SIZES)
    training_run.add_arguments(parser, MINUTES, PEAK_RATE)
    arguments = parser.parse_args()
    device = training_run.set_up(arguments, arguments.network)
    photos, size = open_photos(arguments.data, arguments.cache), BATCH_SIZES[arguments.network]
    held_out = validation_photos(arguments.data)
    source: Any
    if arguments.network == "detector":
        run = training_run.new_run(DetectorNetwork, device, arguments)
        source = DetectorSource(photos, size, arguments.seed, DETECTOR_WIDTHS_PX)
        score = score_detector
    else:
        run = training_run.new_run(CornerNetwork, device, arguments)
        source = CornerSource(photos, size, arguments.seed)
        score = score_corners
    training_run.train(
        run,
        loader(source, run.step, arguments.workers),
        lambda network, batch: loss_of(network, batch, device),
        lambda network: score(network, held_out),
        arguments,
    )


if __name__ == "__main__":
    main()
