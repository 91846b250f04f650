"""Contact sheets: drawn plates beside real ones, as the reader sees them.

    python -m training.reader.sheet --out sheet.png [--cache CACHE] [--seed 0] [--flats]

Left half drawn, right half real, each with its text; with ``--flats`` drawn plates before the
camera's harm. You should have to look twice. The real half shows other people's cars: keep the
sheet to yourself.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from training.data import real_crops
from training.plates.draw import random_flat
from training.reader.batches import Mix, Sources, draw_example, open_sources
from training.run import CACHE

ROWS, COLUMNS_A_SIDE = 16, 4
LABEL_HEIGHT = 16
Tile = tuple[np.ndarray, str]


def tile(picture: np.ndarray, text: str) -> np.ndarray:
    """A picture (H, W) uint8 with its text above, (H + LABEL_HEIGHT, W + 4)."""
    height, width = picture.shape
    result = np.full((height + LABEL_HEIGHT, width + 4), 255, np.uint8)
    result[LABEL_HEIGHT:, :width] = picture
    cv2.putText(result, text, (2, LABEL_HEIGHT - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1)
    return result


def grid(make: Callable[[], Tile], columns: int) -> np.ndarray:
    """ROWS by ``columns`` tiles of one size."""
    return np.vstack([np.hstack([tile(*make()) for _ in range(columns)]) for _ in range(ROWS)])


def drawn(sources: Sources, rng: np.random.Generator) -> Tile:
    """A training example."""
    canvas, rows, _ = draw_example(sources, rng, Mix())
    return canvas, "|".join(row for row in rows if row)


def flat(rng: np.random.Generator) -> Tile:
    """A plate straight from the factory, stretched as it is stored."""
    plate = random_flat(rng)
    return plate.image, f"{'|'.join(filter(None, plate.rows))} ({plate.style})"


def real(crops: real_crops.RealCrops, rng: np.random.Generator) -> Tile:
    """A real plate, disturbed as in training."""
    index = int(rng.integers(len(crops.texts)))
    return real_crops.disturbed_crop(crops, index, rng), str(crops.texts[index])


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--flats", action="store_true", help="before the camera's harm")
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    if args.flats:
        sheet = grid(lambda: flat(rng), COLUMNS_A_SIDE)
    else:
        sources = open_sources(args.cache)
        sheet = np.hstack(
            [
                grid(lambda: drawn(sources, rng), COLUMNS_A_SIDE),
                grid(lambda: real(sources.real, rng), COLUMNS_A_SIDE),
            ]
        )
    cv2.imwrite(str(args.out), sheet)


if __name__ == "__main__":
    main()
