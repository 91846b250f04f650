"""Contact sheets: drawn plates beside real ones, as the reader gets them.

    python -m training.reader.sheet --out sheet.png [--cache CACHE] [--seed 0] [--flats]

The left half is drawn, the right half real, each plate with its text. Ideally the halves can hardly
be told apart. With `--flats` it shows drawn plates alone, before they are photographed. The real
half shows other people's cars: do not publish the sheet.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from anpr.read.reader_input import stretch
from anpr.types import Image
from training.data import real_crops
from training.plates.draw import random_flat
from training.reader.batches import Mix, Sources, draw_example, open_sources
from training.run import CACHE

SHEET_ROWS, COLUMNS_PER_HALF = 16, 4
LABEL_HEIGHT = 16  # px
Tile = tuple[Image, str]
"""A picture and its text."""


def labelled(picture: Image, text: str) -> Image:
    """Returns a picture, uint8 (height, width), with its text above and a margin at the right."""
    height, width = picture.shape
    result = np.full((height + LABEL_HEIGHT, width + 4), 255, np.uint8)
    result[LABEL_HEIGHT:, :width] = picture
    cv2.putText(result, text, (2, LABEL_HEIGHT - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1)
    return result


def grid(make: Callable[[], Tile], columns: int) -> Image:
    """Returns `SHEET_ROWS` rows of tiles, which all have the same size."""
    return np.vstack(
        [np.hstack([labelled(*make()) for _ in range(columns)]) for _ in range(SHEET_ROWS)]
    )


def drawn(sources: Sources, rng: np.random.Generator) -> Tile:
    """Returns a random training example."""
    crop, rows, _ = draw_example(sources, rng, Mix())
    return stretch(crop), "|".join(row for row in rows if row)


def flat(rng: np.random.Generator) -> Tile:
    """Returns a flat plate, stretched as it is stored, with its style."""
    plate = random_flat(rng)
    return plate.image, f"{'|'.join(filter(None, plate.rows))} ({plate.style})"


def real(crops: real_crops.RealCrops, rng: np.random.Generator) -> Tile:
    """Returns a real plate, disturbed as in training."""
    index = int(rng.integers(len(crops.texts)))
    crop = real_crops.disturbed_crop(crops, index, rng)
    return stretch(crop), str(crops.texts[index])


def main() -> None:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="picture to write")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of plates")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--flats", action="store_true", help="drawn plates alone, before they are photographed"
    )
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    if arguments.flats:
        sheet = grid(lambda: flat(rng), COLUMNS_PER_HALF)
    else:
        sources = open_sources(arguments.cache)
        sheet = np.hstack(
            [
                grid(lambda: drawn(sources, rng), COLUMNS_PER_HALF),
                grid(lambda: real(sources.real, rng), COLUMNS_PER_HALF),
            ]
        )
    cv2.imwrite(str(arguments.out), sheet)


if __name__ == "__main__":
    main()
