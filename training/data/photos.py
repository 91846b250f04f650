"""Photographs one may train on: which they are, and where their plates are.

Knows the layout of a data folder: ``openlpr`` and ``romanian`` with ``boxes.csv`` and ``photos/``.
OpenLPR photos named in its ``plates.csv`` are validation or test, Romanian ones not beginning
with ``train`` are validation; both are left out here, once and for all.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np


def read_rows(path: Path) -> list[dict[str, str]]:
    """All rows of a CSV file with a header."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def box_of(row: dict[str, str]) -> tuple[float, float, float, float]:
    """The four corners of a labelled row, px."""
    return float(row["xmin"]), float(row["ymin"]), float(row["xmax"]), float(row["ymax"])


def may_train(name: str, photo: str, withheld: frozenset[str]) -> bool:
    """Whether a photo of a data set is marked for training."""
    return photo not in withheld if name == "openlpr" else photo.startswith("train")


def withheld_photos(data: Path) -> frozenset[str]:
    """OpenLPR photos that are validation or test."""
    return frozenset(row["photo"] for row in read_rows(data / "openlpr" / "plates.csv"))


def training_photos(data: Path) -> Iterator[tuple[Path, np.ndarray]]:
    """Every photo marked for training with its boxes (N, 4)."""
    withheld = withheld_photos(data)
    for name in ("openlpr", "romanian"):
        boxes: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
        for row in read_rows(data / name / "boxes.csv"):
            if may_train(name, row["photo"], withheld):
                boxes[row["photo"]].append(box_of(row))
        for photo, found in boxes.items():
            yield data / name / "photos" / photo, np.array(found)
