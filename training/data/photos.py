"""Photos that may be trained on: which they are, and where their plates are.

Knows the layout of a data folder: `openlpr` and `romanian`, each with `boxes.csv` and `photos/`.
Three kinds of photos are left out here, once and for all: OpenLPR photos named in its
`plates.csv` (validation and test), OpenLPR photos that are also in NanoNets, which is never
trained on, and Romanian photos whose name does not begin with `train` (validation).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NANONETS_DUPLICATES = {
    "train_89.jpg": ("15.jpg",),
    "train_299.jpg": ("40.jpg",),
    "train_2058.jpg": ("146.jpg", "217.jpg"),
}
"""OpenLPR photos that are also in NanoNets, and their names there."""


def read_rows(path: Path) -> list[dict[str, str]]:
    """Returns all rows of a CSV file that has a header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def box_of(row: dict[str, str]) -> tuple[float, float, float, float]:
    """Returns the box of a labelled plate: left, top, right, bottom in pixels."""
    return float(row["xmin"]), float(row["ymin"]), float(row["xmax"]), float(row["ymax"])


def may_train(name: str, photo: str, withheld: frozenset[str]) -> bool:
    """Returns whether a photo may be trained on.

    Args:
        name: The data set, `openlpr` or `romanian`.
        photo: File name of the photo.
        withheld: See `withheld_photos`.
    """
    return photo not in withheld if name == "openlpr" else photo.startswith("train")


def withheld_photos(data: Path) -> frozenset[str]:
    """Returns the OpenLPR photos that are for validation or test, here or in NanoNets."""
    labelled = {row["photo"] for row in read_rows(data / "openlpr" / "plates.csv")}
    return frozenset(labelled | NANONETS_DUPLICATES.keys())


def training_photos(data: Path) -> Iterator[tuple[Path, NDArray[Any]]]:
    """Yields every photo that may be trained on, with its boxes: float64, (n, 4)."""
    withheld = withheld_photos(data)
    for name in ("openlpr", "romanian"):
        boxes: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
        for row in read_rows(data / name / "boxes.csv"):
            if may_train(name, row["photo"], withheld):
                boxes[row["photo"]].append(box_of(row))
        for photo, edges in boxes.items():
            yield data / name / "photos" / photo, np.array(edges)
