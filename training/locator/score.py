"""How well the locator's networks do on the photos held out for validation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from anpr.locate.locator_input import cut_window, detector_input, shrink
from anpr.locate.network import OVERLAP, find_boxes, intersection_over_union, window_quads
from anpr.pixels import standardise, to_gray
from benchmarks.labels import load_labels
from training.data.photos import box_of, read_rows
from training.locator.pasting import box_around

LEAST_SCORE = 0.25  # of a candidate that counts; the threshold in use is chosen later
MISJUDGED = ((0.1, 0.1), (-0.1, 0.15), (0.15, -0.1))  # shifts of true boxes, of their sides
GROWN = 1.15
AROUND_THE_PLATE = ("openlpr", "romanian")


@dataclass(frozen=True)
class HeldOut:
    """A validation photo.

    Attributes:
        name: of its data set.
        gray: (H, W) uint8.
        boxes: (N, 4) its labelled plates, px.
    """

    name: str
    gray: np.ndarray
    boxes: np.ndarray


def validation_photos(data: Path) -> list[HeldOut]:
    """All photos of the three validation splits, with every plate that has a box."""
    places: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for name in ("nanonets", "openlpr"):
        for label in load_labels(data / name / "plates.csv"):
            if label.split == "validation":
                box = label.box
                places[name, label.photo].append((box.xmin, box.ymin, box.xmax, box.ymax))
    for row in read_rows(data / "romanian" / "boxes.csv"):
        if row["photo"].startswith("valid"):
            places["romanian", row["photo"]].append(box_of(row))
    return [
        HeldOut(name, to_gray(images.load(data / name / "photos" / photo)), np.array(boxes))
        for (name, photo), boxes in places.items()
    ]


@torch.no_grad()
def found_boxes(finder: nn.Module, gray: np.ndarray, least_score: float) -> np.ndarray:
    """Boxes (N, 4), px of the photo (H, W) uint8, that a finder still in PyTorch sees in it."""
    canvas = shrink(gray)
    cells = finder(torch.from_numpy(detector_input(canvas)))[0].numpy()
    return find_boxes(cells, least_score, OVERLAP).edges * (gray.shape[1] / canvas.shape[1])


def score_detector(network: nn.Module, photos: list[HeldOut]) -> tuple[dict[str, Any], float]:
    """By data set, in percent: plates found (overlap above 0.5, above 0.7), extra boxes a photo.

    Returns:
        The figures, and the mean of the sets' first.
    """
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    extras: dict[str, list[int]] = defaultdict(list)
    for photo in photos:
        edges = found_boxes(network, photo.gray, LEAST_SCORE)
        best = [intersection_over_union(box, edges).max(initial=0) for box in photo.boxes]
        found[photo.name] += [(share > 0.5, share > 0.7) for share in best]
        extras[photo.name].append(max(0, len(edges) - sum(share > 0.5 for share in best)))
    return _summary(found, extras)


def _summary(
    found: dict[str, list[tuple[bool, bool]]], extras: dict[str, list[int]]
) -> tuple[dict[str, Any], float]:
    figures: dict[str, Any] = {}
    goodness = []
    for name, hits in found.items():
        half, most = 100 * np.mean(hits, axis=0)
        extra = float(np.mean(extras[name]))
        figures[name] = [round(float(half), 1), round(float(most), 1), round(extra, 2)]
        goodness.append(half)
    return figures, float(np.mean(goodness))


@torch.no_grad()
def score_corners(network: nn.Module, photos: list[HeldOut]) -> tuple[dict[str, Any], float]:
    """By data set, in percent, from boxes a little off: overlap above 0.5, above 0.7, above 0.8.

    Returns:
        The figures, and the mean of the third of the sets whose boxes are drawn around the plate;
        NanoNets' are drawn around its text.
    """
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for photo in photos:
        for box in photo.boxes:
            size = box[2:] - box[:2]
            for shift in MISJUDGED:
                centre = (box[:2] + box[2:]) / 2 + np.array(shift) * size
                start = np.concatenate([centre - size / 2 * GROWN, centre + size / 2 * GROWN])
                window = standardise(cut_window(photo.gray, start)[None])[:, None]
                answer = network(torch.from_numpy(window)).numpy()
                found_box = box_around(window_quads(answer, start[None])[0])
                share = intersection_over_union(box, found_box[None])[0]
                found[photo.name].append(np.array([share > 0.5, share > 0.7, share > 0.8]))
    figures = {
        name: [round(float(v), 1) for v in 100 * np.mean(hits, axis=0)]
        for name, hits in found.items()
    }
    return figures, float(np.mean([figures[name][2] for name in AROUND_THE_PLATE]))
