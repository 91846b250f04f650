"""Finds what the labels of the training photos miss, with a detector that is partly trained.

    python -m training.data.mined_boxes --data DATA [--cache CACHE]
                                        [--detector CACHE/detector_best.pt]

Goes through every detection that overlaps no labelled box. If the reader, which was trained
without these boxes, reads a plate there, it is a plate that nobody labelled: a second car, or a
distant one. As background it would teach the detector to miss plates, so its box is masked
("doubtful"). If nothing like a plate can be read, the detector was wrong, and the corner regressor
is trained to reject the box ("decoy").

Writes `CACHE/doubtful.csv` and `CACHE/decoys.csv`, which `training.locator.train` uses.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import nn
from tqdm import tqdm

from anpr.read.network import NetworkReader
from anpr.rectify import cut_out
from anpr.types import Box, Candidate, Image, Reading
from training.data.photos import training_photos
from training.locator.boxes import intersection_over_union
from training.locator.networks import DetectorNetwork
from training.locator.score import detect
from training.run import CACHE, best_path, load_average

DOUBTFUL, DECOYS = "doubtful.csv", "decoys.csv"
MIN_SCORE = 0.15  # of the detector
# A doubtful box needs a reading of at least this confidence, length and number of digits. The
# confidence is low, since a masked sign costs less than a plate taught as background. TAXI, POLICE
# and shop signs have no digits, and are to be taught as background.
MIN_CONFIDENCE = 0.3
MIN_CHARACTERS = 4
MIN_DIGITS = 2
# A reading without digits, or one below this confidence and no longer than this, means no plate.
MAX_ILLEGIBLE_CONFIDENCE = 0.1
MAX_ILLEGIBLE_CHARACTERS = 2


def read_boxes(path: Path) -> dict[str, NDArray[Any]]:
    """Returns the boxes (n, 4) of each photo from one of the two files; none if it is missing."""
    boxes: dict[str, list[list[float]]] = {}
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            for photo, *box in csv.reader(file):
                boxes.setdefault(photo, []).append([float(side) for side in box])
    return {photo: np.array(edges) for photo, edges in boxes.items()}


def unlabelled_detections(
    gray: Image, boxes: NDArray[Any], detector: nn.Module, reader: NetworkReader
) -> Iterator[tuple[NDArray[Any], Reading]]:
    """Yields the detections (4,) that overlap none of the labelled boxes (n, 4), and reads them."""
    limits = np.array([gray.shape[1], gray.shape[0]])
    for edges in detect(detector, gray, MIN_SCORE):
        if (intersection_over_union(edges, boxes) > 0).any():
            continue
        low = np.clip(np.floor(edges[:2]), 0, limits - 1).astype(int)
        size = np.clip(np.ceil(edges[2:]), low + 1, limits).astype(int) - low
        candidate = Candidate.filling(Box(*low.tolist(), *size.tolist()))
        yield edges, reader.read(cut_out(gray, candidate))


def is_plate_like(reading: Reading) -> bool:
    """Returns whether a reading is fairly confident and could be a plate."""
    digits = sum(character.isdigit() for character in reading.text)
    is_confident = (reading.confidence or 0) > MIN_CONFIDENCE
    return is_confident and digits >= MIN_DIGITS and len(reading.text) >= MIN_CHARACTERS


def is_no_plate(reading: Reading) -> bool:
    """Returns whether a reading shows that there is no plate."""
    is_illegible = (reading.confidence or 0) < MAX_ILLEGIBLE_CONFIDENCE
    has_letters_alone = not any(character.isdigit() for character in reading.text)
    return has_letters_alone or (is_illegible and len(reading.text) <= MAX_ILLEGIBLE_CHARACTERS)


def main() -> None:
    """Finds doubtful boxes and decoys, and writes both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of plates, checkpoints")
    parser.add_argument(
        "--detector", type=Path, help="checkpoint of the detector (default: the best in the cache)"
    )
    arguments = parser.parse_args()
    checkpoint = arguments.detector or best_path(arguments.cache / "detector.pt")
    detector = load_average(DetectorNetwork(), checkpoint)
    reader = NetworkReader()
    doubtful, decoys = [], []
    for path, boxes in tqdm(list(training_photos(arguments.data)), unit="photo", disable=None):
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        for edges, reading in unlabelled_detections(gray, boxes, detector, reader):
            row = [path.name, *np.round(edges, 1).tolist()]
            if is_plate_like(reading):
                doubtful.append(row)
            elif is_no_plate(reading):
                decoys.append(row)
    for name, rows in ((DOUBTFUL, doubtful), (DECOYS, decoys)):
        with (arguments.cache / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
        print(f"{arguments.cache / name}: {len(rows)} boxes")


if __name__ == "__main__":
    main()
