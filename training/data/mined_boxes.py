"""What half-trained networks know of the training photos that the labels do not.

    python -m training.data.mined_boxes --data DATA [--cache CACHE] [--finder CACHE/finder_best.pt]

looks at every place where a finder sees a plate and no box says so. Where the reader, which has
never heard of boxes, reads a plate, one stands there that nobody boxed: a second car, a distant
one. Taught as background it would teach the finder to miss plates, so such places are masked.
Where nothing like a plate can be read, the finder was wrong: the corner finder is taught to say so.

Writes ``CACHE/doubtful.csv`` and ``CACHE/decoys.csv``, which ``training.locator.train`` heeds.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from torch import nn
from tqdm import tqdm

from anpr.locate.network import intersection_over_union
from anpr.read.network import NetworkReader
from anpr.rectify import cut_out
from anpr.types import Box, Candidate, Image, Reading
from training.data.photos import training_photos
from training.locator.networks import DetectorNetwork
from training.locator.score import found_boxes
from training.run import CACHE, best_path, load_average

DOUBTFUL, DECOYS = "doubtful.csv", "decoys.csv"
LEAST_SCORE = 0.15  # of the finder
LEAST_CONFIDENCE = 0.3  # of the reader: a masked sign costs less than a plate taught as none
LEAST_CHARACTERS = 4
LEAST_DIGITS = 2  # TAXI, POLICE and shops have none, and are to be taught as what they are
UNREADABLE = 0.1  # below this confidence, and so few characters, there is no plate
UNREADABLE_CHARACTERS = 2


def read_places(path: Path) -> dict[str, np.ndarray]:
    """Boxes (N, 4) by photo, from one of the two files; none where it is missing."""
    places: dict[str, list[list[float]]] = {}
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            for photo, *box in csv.reader(file):
                places.setdefault(photo, []).append([float(side) for side in box])
    return {photo: np.array(boxes) for photo, boxes in places.items()}


def unboxed_places(
    gray: Image, boxes: np.ndarray, finder: nn.Module, reader: NetworkReader
) -> Iterator[tuple[np.ndarray, Reading]]:
    """Boxes (4,) where the finder sees a plate, that overlap no label (N, 4), and what they say."""
    limits = np.array([gray.shape[1], gray.shape[0]])
    for edges in found_boxes(finder, gray, LEAST_SCORE):
        if (intersection_over_union(edges, boxes) > 0).any():
            continue
        low = np.clip(np.floor(edges[:2]), 0, limits - 1).astype(int)
        size = np.clip(np.ceil(edges[2:]), low + 1, limits).astype(int) - low
        whole = Candidate.filling(Box(*low.tolist(), *size.tolist()))
        yield edges, reader.read(cut_out(gray, whole))


def is_plate_like(reading: Reading) -> bool:
    """Whether the reader is fairly sure, and of something that may stand on a plate."""
    digits = sum(character.isdigit() for character in reading.text)
    is_sure = (reading.confidence or 0) > LEAST_CONFIDENCE
    return is_sure and digits >= LEAST_DIGITS and len(reading.text) >= LEAST_CHARACTERS


def is_none(reading: Reading) -> bool:
    """Whether there is no plate, by all that the reader says."""
    is_unsure = (reading.confidence or 0) < UNREADABLE
    has_letters_alone = not any(character.isdigit() for character in reading.text)
    return has_letters_alone or (is_unsure and len(reading.text) <= UNREADABLE_CHARACTERS)


def main() -> None:
    """Find them and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--detector", type=Path, help="(default: the best in the cache)")
    args = parser.parse_args()
    finder = load_average(DetectorNetwork(), args.detector or best_path(args.cache / "finder.pt"))
    reader = NetworkReader()
    doubtful, decoys = [], []
    for path, boxes in tqdm(list(training_photos(args.data)), unit="photo", disable=None):
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        for edges, reading in unboxed_places(gray, boxes, finder, reader):
            row = [path.name, *np.round(edges, 1).tolist()]
            if is_plate_like(reading):
                doubtful.append(row)
            elif is_none(reading):
                decoys.append(row)
    for name, rows in ((DOUBTFUL, doubtful), (DECOYS, decoys)):
        with (args.cache / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        print(f"{args.cache / name}: {len(rows)} places")


if __name__ == "__main__":
    main()
