"""Photos with drawn plates in them, and where their corners are: for ``benchmarks.locating``.

    python -m training.locator.scene_photos --data DATA --out DIR [--count 400]

writes ``DIR/photos`` and ``DIR/boxes.csv``. The photos are the validation ones, their plates
covered by drawn ones that no training has seen. They show other people's cars: keep them to
yourself.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from benchmarks.labels import BOX_COLUMNS, CORNER_COLUMNS
from training.locator.pasting import box_around
from training.locator.scenes import Photo, make_scene
from training.locator.score import validation_photos
from training.plates.draw import random_flat
from training.plates.pool import FlatPool

SEED = 977  # of no training
PLATES = 400
WIDTHS_PX = (20.0, 200.0)


def fresh_plates(count: int) -> FlatPool:
    """Drawn plates that no training has seen."""
    flats = [random_flat(np.random.default_rng([SEED, number])) for number in range(count)]
    return FlatPool(
        (np.stack([flat.image for flat in flats]),),
        tuple(flat.aspect for flat in flats),
        tuple(flat.rows for flat in flats),
        np.empty(0, int),
    )


def main() -> None:
    """Make and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled photos")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=400)
    args = parser.parse_args()
    (args.out / "photos").mkdir(parents=True, exist_ok=True)
    photos, flats = validation_photos(args.data), fresh_plates(PLATES)
    with (args.out / "boxes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*BOX_COLUMNS, *CORNER_COLUMNS])
        for number in range(args.count):
            photo, rng = photos[number % len(photos)], np.random.default_rng([SEED, number])
            scene = make_scene(Photo(photo.gray, photo.boxes), flats, WIDTHS_PX, rng)
            name = f"scene_{number:04d}.png"
            cv2.imwrite(str(args.out / "photos" / name), scene.canvas)
            for quad, is_drawn in zip(scene.quads, scene.is_drawn, strict=True):
                corners = np.round(quad, 1).ravel() if is_drawn else [""] * 8
                writer.writerow([name, *np.round(box_around(quad), 1), *corners])


if __name__ == "__main__":
    main()
