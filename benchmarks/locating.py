"""How well locators find plates, side by side, on photos whose plates a person boxed.

python -m benchmarks.locating --photos DIR --labels boxes.csv --split validation
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from anpr.types import Candidate, Image
from benchmarks.command import load_photo, open_available, parser_for, write_json
from benchmarks.labels import LabelledPlate, Rectangle, by_photo, load_boxes, select
from benchmarks.locators import LOCATORS, Locate
from benchmarks.scoring import LOOSE_IOU, TIGHT_IOU, iou
from benchmarks.timing import timed

HEIGHTS_PX = (0, 12, 20, 32, 64, 128, 100_000)  # of labelled boxes: each bin is reported
MEGAPIXELS = (0, 0.25, 0.5, 1, 2, 5, 10, 1000)


@dataclass(frozen=True)
class FoundPlate:
    """How well one labelled plate was found."""

    label: LabelledPlate
    iou: float
    """Of the candidate that covers it best; 0 where none touches it."""
    is_centre_inside: bool
    """Whether that candidate's centre lies in the label's box."""
    corner_error: float | None
    """Mean distance of its corners from the true ones, of the plate's height; None where either
    are unknown."""


@dataclass(frozen=True)
class LocatedPhoto:
    """How one locator did on one photo."""

    plates: tuple[FoundPlate, ...]
    candidate_count: int
    hit_count: int
    """Candidates that cover a labelled plate."""
    false_count: int
    """Candidates that touch none."""
    megapixels: float
    cpu_ms: float


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    arguments = _parser().parse_args(argv)
    try:
        labels = load_boxes(arguments.labels)
        chosen = select(labels, arguments.split)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    cv2.setNumThreads(1)  # CPU time over several threads counts their waiting too
    locators = open_available(LOCATORS, arguments.locators)
    scores: dict[str, list[LocatedPhoto]] = {name: [] for name in locators}
    everything = by_photo(labels)
    for photo, scored in tqdm(by_photo(chosen).items(), unit="photo", disable=None):
        image = load_photo(arguments.photos / photo)
        for name, locate in locators.items():
            scores[name].append(score_photo(image, everything[photo], scored, locate))
    figures = {name: summarise(photos) for name, photos in scores.items()}
    print_figures(figures)
    if arguments.json:
        write_json(arguments.json, {"locators": figures})
    return 0


def score_photo(
    image: Image, labels: Sequence[LabelledPlate], scored: Sequence[LabelledPlate], locate: Locate
) -> LocatedPhoto:
    """Locates the plates of one photo.

    Args:
        image: BGR, uint8, (height, width, 3).
        labels: All its labels: what touches one of them is no false plate.
        scored: Those to score.
        locate: The locator.
    """
    candidates, cpu_ms = timed(lambda: locate(image))
    boxes = [_rectangle(candidate) for candidate in candidates]
    overlaps = [max((iou(label.box, box) for label in labels), default=0.0) for box in boxes]
    return LocatedPhoto(
        tuple(_find(label, candidates, boxes) for label in scored),
        len(boxes),
        sum(overlap > LOOSE_IOU for overlap in overlaps),
        sum(overlap == 0 for overlap in overlaps),
        image.shape[0] * image.shape[1] / 1e6,
        cpu_ms,
    )


def _find(
    label: LabelledPlate, candidates: Sequence[Candidate], boxes: Sequence[Rectangle]
) -> FoundPlate:
    overlaps = [iou(label.box, box) for box in boxes]
    best = max(range(len(boxes)), key=overlaps.__getitem__, default=None)
    if best is None or overlaps[best] == 0:
        return FoundPlate(label, 0.0, False, None)
    x, y = boxes[best].centre
    is_inside = label.box.xmin <= x <= label.box.xmax and label.box.ymin <= y <= label.box.ymax
    return FoundPlate(label, overlaps[best], is_inside, _corner_error(label, candidates[best]))


def _corner_error(label: LabelledPlate, candidate: Candidate) -> float | None:
    if label.corners is None or candidate.corners is None:
        return None
    true = np.array(label.corners)
    height = np.linalg.norm(true[3] - true[0]) + np.linalg.norm(true[2] - true[1])
    distances = np.linalg.norm(true - candidate.corners, axis=1)
    return float(distances.mean() / (height / 2))


def summarise(photos: Sequence[LocatedPhoto]) -> dict[str, Any]:
    """Returns a locator's figures under their plain names; fractions, not percentages."""
    plates = [plate for photo in photos for plate in photo.plates]
    errors = [plate.corner_error for plate in plates if plate.corner_error is not None]
    candidate_count = sum(photo.candidate_count for photo in photos)
    return {
        "n": len(plates),
        "photos": len(photos),
        **_recall(plates),
        "precision": sum(photo.hit_count for photo in photos) / max(1, candidate_count),
        "false_plates_per_photo": statistics.mean(photo.false_count for photo in photos),
        "centre_in_truth": statistics.mean(plate.is_centre_inside for plate in plates),
        "corner_error": statistics.mean(errors) if errors else None,
        "by_height": _binned(plates, HEIGHTS_PX, lambda plate: plate.label.box.height, _recall),
        "cpu_ms_median": statistics.median(photo.cpu_ms for photo in photos),
        "cpu_ms_mean": statistics.mean(photo.cpu_ms for photo in photos),
        "by_megapixels": _binned(photos, MEGAPIXELS, lambda photo: photo.megapixels, _cost),
    }


def _recall(plates: Sequence[FoundPlate]) -> dict[str, float]:
    return {
        "recall_50": statistics.mean(plate.iou > LOOSE_IOU for plate in plates),
        "recall_70": statistics.mean(plate.iou > TIGHT_IOU for plate in plates),
    }


def _cost(photos: Sequence[LocatedPhoto]) -> dict[str, float]:
    return {"cpu_ms_median": statistics.median(photo.cpu_ms for photo in photos)}


def _binned(
    items: Sequence[Any],
    edges: Sequence[float],
    value: Callable[[Any], float],
    figures: Callable[[Sequence[Any]], dict[str, float]],
) -> list[dict[str, float]]:
    """The figures of the items whose value lies between one edge and the next."""
    rows = []
    for low, high in pairwise(edges):
        members = [item for item in items if low <= value(item) < high]
        if members:
            rows.append({"from": low, "n": len(members), **figures(members)})
    return rows


def print_figures(figures: dict[str, dict[str, Any]]) -> None:
    """Prints the locators side by side, then by height of the plate and size of the photo."""
    columns = ("recall_50", "recall_70", "precision", "centre_in_truth")
    heads = "".join(f"{name:>17}" for name in columns)
    print(f"{'':14}{'n':>6}{heads}{'false a photo':>15}{'corners':>9}{'CPU ms':>8}")
    for name, row in figures.items():
        shares = "".join(f"{100 * row[column]:15.1f} %" for column in columns)
        corners = "-" if row["corner_error"] is None else f"{row['corner_error']:.3f}"
        print(
            f"{name:14}{row['n']:6}{shares}{row['false_plates_per_photo']:15.2f}{corners:>9}"
            f"{row['cpu_ms_median']:8.1f}"
        )
    for name, row in figures.items():
        for part in row["by_height"]:
            print(
                f"{name}: plates from {part['from']} px high: {100 * part['recall_50']:.1f} % "
                f"found, {100 * part['recall_70']:.1f} % tightly, of {part['n']}"
            )
        for part in row["by_megapixels"]:
            print(
                f"{name}: photos from {part['from']} megapixels: "
                f"{part['cpu_ms_median']:.1f} ms, {part['n']} photos"
            )


def _rectangle(candidate: Candidate) -> Rectangle:
    if candidate.corners is None:
        x, y, width, height = candidate.box
        return Rectangle(x, y, x + width, y + height)
    low, high = candidate.corners.min(axis=0), candidate.corners.max(axis=0)
    return Rectangle(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("benchmarks.locating", __doc__)
    parser.add_argument(
        "--locators", nargs="+", choices=LOCATORS, default=list(LOCATORS), help="(default: all)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
