"""Compares locators on photos whose plates a person boxed.

python -m benchmarks.locating --photos DIR --labels boxes.csv --split validation
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from tqdm import tqdm

from anpr.types import Candidate, Image
from benchmarks.command import BGR, labelled_parser_for, open_available, open_photo, run_benchmark
from benchmarks.labels import LabelledPlate, Rectangle, by_photo, load_boxes, select
from benchmarks.locators import LOCATORS, Locate
from benchmarks.scoring import LOOSE_IOU, TIGHT_IOU, intersection_over_union
from benchmarks.timing import timed

HEIGHT_EDGES_PX = (0, 12, 20, 32, 64, 128, 100_000)
"""Edges of the bins of label heights; figures are reported for each bin."""
MEGAPIXEL_EDGES = (0, 0.25, 0.5, 1, 2, 5, 10, 1000)
"""Edges of the bins of photo sizes; figures are reported for each bin."""


@dataclass(frozen=True)
class LocatedPlate:
    """How well one labelled plate was located."""

    label: LabelledPlate
    iou: float
    """Intersection over union with the best candidate; 0 if no candidate touches the label."""
    is_centre_inside: bool
    """Whether the centre of that candidate lies inside the label's box."""
    corner_error: float | None
    """Mean distance between its corners and the labelled ones, as a fraction of the plate's
    height; `None` if either are unknown."""


@dataclass(frozen=True)
class LocatedPhoto:
    """Result of one locator on one photo."""

    plates: tuple[LocatedPlate, ...]
    candidate_count: int
    hit_count: int
    """Candidates that cover a labelled plate."""
    false_count: int
    """Candidates that touch no labelled plate."""
    megapixels: float
    cpu_ms: float


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    return run_benchmark(_parser(), _measure, argv)


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    labels = load_boxes(arguments.labels)
    all_plates, scored_plates = by_photo(labels), by_photo(select(labels, arguments.split))
    locators = open_available(LOCATORS, arguments.locators)
    photos: dict[str, list[LocatedPhoto]] = {name: [] for name in locators}
    for photo, scored in tqdm(scored_plates.items(), unit="photo", disable=None):
        image = open_photo(arguments.photos / photo, BGR).bgr
        for name, locate in locators.items():
            photos[name].append(score_photo(image, all_plates[photo], scored, locate))
    figures = {name: summarise(located) for name, located in photos.items()}
    print_figures(figures)
    return {"locators": figures}


def score_photo(
    image: Image, labels: Sequence[LabelledPlate], scored: Sequence[LabelledPlate], locate: Locate
) -> LocatedPhoto:
    """Locates the plates of one photo.

    Args:
        image: BGR, uint8, (height, width, 3).
        labels: All its labels: a candidate that touches one of them is not false.
        scored: Labels to score.
        locate: The locator.
    """
    candidates, cpu_ms = timed(lambda: locate(image))
    boxes = [_bounds(candidate) for candidate in candidates]
    overlaps = [
        max((intersection_over_union(label.box, box) for label in labels), default=0.0)
        for box in boxes
    ]
    return LocatedPhoto(
        tuple(_score_plate(label, candidates, boxes) for label in scored),
        len(boxes),
        sum(overlap > LOOSE_IOU for overlap in overlaps),
        sum(overlap == 0 for overlap in overlaps),
        image.shape[0] * image.shape[1] / 1e6,
        cpu_ms,
    )


def _score_plate(
    label: LabelledPlate, candidates: Sequence[Candidate], boxes: Sequence[Rectangle]
) -> LocatedPlate:
    overlaps = [intersection_over_union(label.box, box) for box in boxes]
    overlap = max(overlaps, default=0.0)
    if overlap == 0:
        return LocatedPlate(label, 0.0, False, None)
    best = overlaps.index(overlap)
    is_centre_inside = label.box.contains(*boxes[best].centre)
    return LocatedPlate(label, overlap, is_centre_inside, _corner_error(label, candidates[best]))


def _bounds(candidate: Candidate) -> Rectangle:
    """Returns the rectangle around a candidate: around its corners if they are known."""
    if candidate.corners is None:
        return Rectangle.of_box(candidate.box)
    low, high = candidate.corners.min(axis=0), candidate.corners.max(axis=0)
    return Rectangle(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _corner_error(label: LabelledPlate, candidate: Candidate) -> float | None:
    if label.corners is None or candidate.corners is None:
        return None
    true = np.array(label.corners)
    height = np.linalg.norm(true[3] - true[0]) + np.linalg.norm(true[2] - true[1])
    distances = np.linalg.norm(true - candidate.corners, axis=1)
    return float(distances.mean() / (height / 2))


def summarise(photos: Sequence[LocatedPhoto]) -> dict[str, Any]:
    """Returns the figures of a locator by name; shares are fractions, not percentages."""
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
        "by_height": _binned(
            plates, HEIGHT_EDGES_PX, lambda plate: plate.label.box.height, _recall
        ),
        "cpu_ms_median": statistics.median(photo.cpu_ms for photo in photos),
        "cpu_ms_mean": statistics.mean(photo.cpu_ms for photo in photos),
        "by_megapixels": _binned(photos, MEGAPIXEL_EDGES, lambda photo: photo.megapixels, _cost),
    }


def _recall(plates: Sequence[LocatedPlate]) -> dict[str, float]:
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
    """Returns the figures of each bin; bins without an item are left out.

    Args:
        items: Items to put into bins.
        edges: A bin holds the values from one edge up to, but not including, the next.
        value: Returns the value of an item.
        figures: Returns the figures of the items of one bin.
    """
    rows = []
    for low, high in pairwise(edges):
        members = [item for item in items if low <= value(item) < high]
        if members:
            rows.append({"from": low, "n": len(members), **figures(members)})
    return rows


def print_figures(figures: dict[str, dict[str, Any]]) -> None:
    """Prints a table with a row per locator, then the figures by plate height and photo size."""
    columns = ("recall_50", "recall_70", "precision", "centre_in_truth")
    heads = "".join(f"{name:>17}" for name in columns)
    print(f"{'':14}{'n':>6}{heads}{'false per photo':>17}{'corners':>9}{'CPU ms':>8}")
    for name, row in figures.items():
        shares = "".join(f"{100 * row[column]:15.1f} %" for column in columns)
        corners = "-" if row["corner_error"] is None else f"{row['corner_error']:.3f}"
        print(
            f"{name:14}{row['n']:6}{shares}{row['false_plates_per_photo']:17.2f}{corners:>9}"
            f"{row['cpu_ms_median']:8.1f}"
        )
    for name, row in figures.items():
        for height in row["by_height"]:
            print(
                f"{name}: {height['n']} plates from {height['from']} px in height: "
                f"{100 * height['recall_50']:.1f} % found, "
                f"{100 * height['recall_70']:.1f} % tightly"
            )
        for size in row["by_megapixels"]:
            print(
                f"{name}: {size['n']} photos from {size['from']} megapixels: "
                f"{size['cpu_ms_median']:.1f} ms"
            )


def _parser() -> argparse.ArgumentParser:
    parser = labelled_parser_for("benchmarks.locating", __doc__)
    parser.add_argument(
        "--locators", nargs="+", choices=LOCATORS, default=list(LOCATORS), help="(default: all)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
