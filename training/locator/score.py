"""Scores the locator's networks on the validation photos."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from anpr.locate.locator_input import cut_window, detector_input, shrink
from anpr.locate.network import MAX_OVERLAP, find_boxes, window_quads
from anpr.photo import Photo
from anpr.pixels import standardise, to_gray
from anpr.types import Image
from benchmarks.labels import load_labels
from training.data.photos import box_of, read_rows
from training.locator.boxes import box_around, intersection_over_union

MIN_SCORE = 0.25  # of detections that count; the threshold in use is chosen later
# The corner regressor gets labelled boxes shifted by these shares of their sides, and enlarged.
BOX_SHIFTS = ((0.1, 0.1), (-0.1, 0.15), (0.15, -0.1))
BOX_GROWTH = 1.15
WHOLE_PLATE_SETS = ("openlpr", "romanian")  # their boxes are around the plate, not its text


@dataclass(frozen=True)
class HeldOut:
    """A validation photo."""

    name: str
    """Its data set."""
    gray: Image
    """uint8, (height, width)."""
    boxes: NDArray[Any]
    """Its labelled plates: (n, 4), left, top, right, bottom in pixels."""


def validation_photos(data: Path) -> list[HeldOut]:
    """Loads all photos of the three validation splits, with all labelled boxes."""
    boxes: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for name in ("nanonets", "openlpr"):
        for label in load_labels(data / name / "plates.csv"):
            if label.split == "validation":
                box = label.box
                boxes[name, label.photo].append((box.xmin, box.ymin, box.xmax, box.ymax))
    for row in read_rows(data / "romanian" / "boxes.csv"):
        if row["photo"].startswith("valid"):
            boxes["romanian", row["photo"]].append(box_of(row))
    return [
        HeldOut(name, to_gray(Photo.open(data / name / "photos" / photo).bgr), np.array(edges))
        for (name, photo), edges in boxes.items()
    ]


@torch.no_grad()
def detect(detector: nn.Module, gray: Image, min_score: float) -> NDArray[Any]:
    """Detects plates with a network that is still in PyTorch.

    Args:
        detector: The network.
        gray: The photo: uint8, (height, width).
        min_score: Minimum score of a detection.

    Returns:
        Boxes in pixels of the photo: float32, (n, 4).
    """
    small = shrink(gray)
    cells = detector(torch.from_numpy(detector_input(small)))[0].numpy()
    factor = gray.shape[1] / small.shape[1]
    edges: NDArray[Any] = find_boxes(cells, min_score, MAX_OVERLAP).edges * factor
    return edges


def score_detector(network: nn.Module, photos: list[HeldOut]) -> tuple[dict[str, Any], float]:
    """Scores a detector.

    Returns:
        For each data set, the percentage of plates found with an overlap above 0.5 and above 0.7,
        and the number of other detections per photo; and the mean of the first percentage.
    """
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    extras: dict[str, list[int]] = defaultdict(list)
    for photo in photos:
        edges = detect(network, photo.gray, MIN_SCORE)
        best = [intersection_over_union(box, edges).max(initial=0) for box in photo.boxes]
        found[photo.name] += [(overlap > 0.5, overlap > 0.7) for overlap in best]
        extras[photo.name].append(max(0, len(edges) - sum(overlap > 0.5 for overlap in best)))
    return _summary(found, extras)


def _summary(
    found: dict[str, list[tuple[bool, bool]]], extras: dict[str, list[int]]
) -> tuple[dict[str, Any], float]:
    figures: dict[str, Any] = {}
    loose_shares = []
    for name, hits in found.items():
        loose, tight = 100 * np.mean(hits, axis=0)
        extra = float(np.mean(extras[name]))
        figures[name] = [round(float(loose), 1), round(float(tight), 1), round(extra, 2)]
        loose_shares.append(loose)
    return figures, float(np.mean(loose_shares))


@torch.no_grad()
def score_corners(network: nn.Module, photos: list[HeldOut]) -> tuple[dict[str, Any], float]:
    """Scores a corner regressor on boxes with errors.

    Returns:
        For each data set, the percentage of boxes around the corners whose overlap with the label
        is above 0.5, 0.7 and 0.8; and the mean of the last one over the sets whose labels are
        drawn around the whole plate. NanoNets' labels are drawn around the text.
    """
    found: dict[str, list[NDArray[Any]]] = defaultdict(list)
    for photo in photos:
        for box in photo.boxes:
            size = box[2:] - box[:2]
            for shift in BOX_SHIFTS:
                centre = (box[:2] + box[2:]) / 2 + np.array(shift) * size
                half = size / 2 * BOX_GROWTH
                start = np.concatenate([centre - half, centre + half])
                window = standardise(cut_window(photo.gray, start)[None])[:, None]
                output = network(torch.from_numpy(window)).numpy()
                found_box = box_around(window_quads(output, start[None])[0])
                overlap = intersection_over_union(box, found_box[None])[0]
                found[photo.name].append(np.array([overlap > 0.5, overlap > 0.7, overlap > 0.8]))
    figures = {
        name: [round(float(v), 1) for v in 100 * np.mean(hits, axis=0)]
        for name, hits in found.items()
    }
    return figures, float(np.mean([figures[name][2] for name in WHOLE_PLATE_SETS]))
